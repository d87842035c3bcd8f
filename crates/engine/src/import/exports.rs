//! Imports members' exports from other networks, and records what is new in them.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::bounds;
use acquaint_domain::export::{DatedBy, ExportEvent, Holds, Network, Person, Precision, SourceFile};
use acquaint_domain::{
    Event, EventNumber, Handle, MemberId, Personal, Profile, Standing, Tier, Timestamp, account, folded,
    import,
};

use crate::error::SubmitError;
use crate::write::job::{Job, SealedJob};
use crate::write::kernel::Kernel;

mod joins;
mod people;
mod plan;
mod write;

/// The content of an export: its rows, and nothing that they do not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRecords {
    /// BLAKE3 of the export.
    pub source: [u8; 32],
    /// The network that the export is from.
    pub network: Network,
    /// Handle of the member whose export it is; the member is added if there is none.
    pub owner: Handle,
    /// The name that the export gives its owner.
    pub owner_name: Option<String>,
    /// When the export was made.
    pub as_of: Timestamp,
    /// How that time is known.
    pub dated_by: DatedBy,
    /// The files in the export, including those without rows.
    pub files: BTreeSet<SourceFile>,
    /// Invitations in both directions, waiting or accepted.
    pub invitations: Vec<InvitationRow>,
    /// Connections that the export shows.
    pub connections: Vec<ExportRow>,
    /// Requests that the owner declined.
    pub declines: Vec<ExportRow>,
    /// Connections that the owner ended.
    pub ends: Vec<ExportRow>,
    /// People whom the owner blocks.
    pub blocks: Vec<ExportRow>,
}

/// A row of an export: a person, and perhaps a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRow {
    /// The person as the export names them.
    pub person: Person,
    /// Time of the row; the export's own time if the row is undated.
    pub at: Timestamp,
    /// Precision of that time.
    pub precision: Precision,
    /// File of the row.
    pub file: SourceFile,
    /// 1-based line in that file.
    pub line: u32,
}

/// An invitation's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// The person, the time and the place in the export.
    pub row: ExportRow,
    /// Direction of the invitation.
    pub direction: Direction,
    /// Note of the invitation.
    pub note: Option<String>,
    /// How the row identifies the other person.
    pub named_by: NamedBy,
}

/// How an invitation's row identifies the other person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// By a name, and perhaps a profile's URL.
    Name,
    /// By an e-mail address that exactly one connection's row has too: the person is that row's.
    Email,
}

/// Direction of an invitation, as the owner of the export sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The owner invited the other person.
    Outgoing,
    /// The other person invited the owner.
    Incoming,
}

/// The outcome of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportReceipt {
    /// The export's number in this log.
    pub export: u32,
    /// The event at which the same export was recorded before; then nothing was added this time.
    pub seen_before: Option<EventNumber>,
    /// How many invitations are new.
    pub invitations: u32,
    /// How many invitations were found to be accepted.
    pub accepted: u32,
    /// How many new connections result from no invitation shown.
    pub connections: u32,
    /// How many invitations of older exports are missing from it.
    pub vanished: u32,
    /// How many connections have ended.
    pub ended: u32,
    /// How many requests the owner declined.
    pub declined: u32,
    /// How many people have a changed name or profile.
    pub changed: u32,
}

/// Rejects records with a text that is longer than its bound, and says where it is.
fn check_bounds(records: &ExportRecords) -> Result<(), SubmitError> {
    bounds::PERSON.check_some(records.owner_name.as_ref())?;
    let invitations = records.invitations.iter().map(|of| (&of.row, of.note.as_ref()));
    let others = [&records.connections, &records.declines, &records.ends, &records.blocks];
    let others = others.into_iter().flatten().map(|row| (row, None));
    for (row, note) in invitations.chain(others) {
        let checked = bounds::PERSON.check(&row.person.name).and_then(|()| bounds::NOTE.check_some(note));
        checked.map_err(|over| SubmitError::BadInput(format!("{}:{}: {over}", row.file.name(), row.line)))?;
    }
    Ok(())
}

impl ExportRecords {
    /// Whether the export holds the list of invitations of that direction.
    pub(crate) fn has_invitations(&self, direction: Direction) -> bool {
        let of_direction = match direction {
            Direction::Outgoing => SourceFile::SentRequests,
            Direction::Incoming => SourceFile::ReceivedRequests,
        };
        self.files.contains(&SourceFile::Invitations) || self.files.contains(&of_direction)
    }

    /// Whether the export holds a list of connections.
    pub(crate) fn has_connections(&self) -> bool {
        let lists = [SourceFile::Connections, SourceFile::Friends, SourceFile::Following];
        lists.iter().any(|list| self.files.contains(list))
    }
}

impl SealedJob for ExportRecords {}

impl Job for ExportRecords {
    type Output = ExportReceipt;

    fn carry_out(self, kernel: &mut Kernel) -> Result<ExportReceipt, SubmitError> {
        kernel.observe_export(&self)
    }
}

impl Kernel {
    /// Records what is new in an export, and what is missing from it. Importing the same export again changes nothing; an
    /// interrupted import continues.
    ///
    /// # Errors
    /// The export is older than one that was imported, or belongs to another member; or the import of an earlier one was
    /// interrupted; or a text is too long.
    pub fn observe_export(&mut self, records: &ExportRecords) -> Result<ExportReceipt, SubmitError> {
        check_bounds(records)?;
        self.check_rows(records)?;
        self.run_all_followups();
        let owner = self.owner_of(records)?;
        let known = owner.and_then(|owner| self.same_export(owner, records));
        if let Some((export, began, true)) = known {
            return Ok(ExportReceipt { export, seen_before: Some(began), ..ExportReceipt::default() });
        }
        if let Some(owner) = owner {
            self.check_order(owner, records)?;
        }
        let first = first_moment(records);
        self.advance(first);
        let owner = match owner {
            Some(owner) => owner,
            None => self.add_owner(&records.owner, first),
        };
        let export = match known {
            Some((export, ..)) => export,
            None => self.begin_export(owner, records, first),
        };
        let receipt = write::write(self, owner, export, records);
        self.run_due(records.as_of);
        self.record_export(ExportEvent::ExportEnded { export, owner }, records.as_of);
        Ok(receipt)
    }

    /// Rejects an export with a row that the log could not take in one append, before any of it is recorded. An event holds no
    /// more texts than those of one row, except for the people, who are recorded in parts of bounded size.
    fn check_rows(&self, records: &ExportRecords) -> Result<(), SubmitError> {
        /// An upper bound of the bytes of an event without the texts of its row.
        const OVERHEAD_BYTES: usize = 4 << 10;
        let bytes_max = self.atom_bytes_max().saturating_sub(OVERHEAD_BYTES);
        let of = |row: &ExportRow| {
            row.person.name.len() + row.person.url.as_ref().map_or(0, |url| url.as_str().len())
        };
        let rows =
            records.connections.iter().chain(&records.declines).chain(&records.ends).chain(&records.blocks);
        let rows = rows.map(|row| (row.line, of(row)));
        let invitations = records.invitations.iter().map(|invitation| {
            let note_len = invitation.note.as_ref().map_or(0, String::len);
            (invitation.row.line, of(&invitation.row) + note_len)
        });
        let owner = [(0, records.owner_name.as_ref().map_or(0, String::len))];
        match rows.chain(invitations).chain(owner).find(|(_, bytes)| *bytes > bytes_max) {
            None => Ok(()),
            Some((line, bytes)) => Err(SubmitError::BadInput(format!(
                "line {line} holds texts of {bytes} bytes, and the log takes at most {bytes_max} at once; shorten them"
            ))),
        }
    }

    fn same_export(&self, owner: MemberId, records: &ExportRecords) -> Option<(u32, EventNumber, bool)> {
        let mut exports = self.views().exports.exports().iter();
        let same = exports.find(|known| known.owner == owner && known.source == records.source)?;
        Some((same.number, same.began, same.is_whole))
    }

    fn owner_of(&self, records: &ExportRecords) -> Result<Option<MemberId>, SubmitError> {
        let Some(member) = self.views().members.by_handle(&records.owner) else { return Ok(None) };
        if let Standing::Closed { .. } = member.standing {
            return Err(SubmitError::WrongOwner(format!(
                "the member `{}` has closed the account; name another member",
                records.owner
            )));
        }
        if member.network.is_some() {
            return Err(SubmitError::WrongOwner(format!(
                "`{}` is a person from an export; name a member of this network",
                records.owner
            )));
        }
        let is_same = match (&member.name, &records.owner_name) {
            (Some(known), Some(given)) => share_a_word(known, given),
            (None, _) | (_, None) => true,
        };
        if is_same {
            return Ok(Some(member.id));
        }
        Err(SubmitError::WrongOwner(format!(
            "this export belongs to `{}`, but earlier ones of the member `{}` belong to `{}`; name the right member",
            records.owner_name.as_deref().unwrap_or_default(),
            records.owner,
            member.name.as_deref().unwrap_or_default()
        )))
    }

    fn check_order(&self, owner: MemberId, records: &ExportRecords) -> Result<(), SubmitError> {
        let Some(newest) = self.views().exports.newest(owner, records.network) else { return Ok(()) };
        if newest.source == records.source {
            return Ok(());
        }
        if !newest.is_whole {
            return Err(SubmitError::BadInput(format!(
                "the import of export {} of {} was interrupted; import that export again first",
                newest.number,
                records.network.name()
            )));
        }
        if records.as_of < newest.as_of {
            return Err(SubmitError::BadInput(format!(
                "this export is older than export {}, which is in this data folder already; import the oldest first, into a separate data folder",
                newest.number
            )));
        }
        Ok(())
    }

    fn add_owner(&mut self, handle: &Handle, at: Timestamp) -> MemberId {
        let member = self.views().members.next_id();
        let (tier, profile) = (Tier::Free, Personal::Held(Profile::default()));
        let added = Event::Account(account::Event {
            member,
            kind: account::Kind::Added { handle: handle.clone(), tier, profile },
        });
        self.record_imported(added, at);
        member
    }

    fn begin_export(&mut self, owner: MemberId, records: &ExportRecords, at: Timestamp) -> u32 {
        let export = self.views().exports.exports().len() as u32 + 1;
        let has_sent = records.has_invitations(Direction::Outgoing);
        let has_received = records.has_invitations(Direction::Incoming);
        let holds = Holds {
            invitations: (has_sent || has_received).then_some(records.invitations.len() as u32),
            has_sent,
            has_received,
            connections: records.has_connections().then_some(records.connections.len() as u32),
        };
        let ExportRecords { source, network, as_of, dated_by, .. } = *records;
        let begun = ExportEvent::ExportBegun { export, source, network, owner, as_of, dated_by, holds };
        self.record_export(begun, at);
        let member = self.views().members.get(owner);
        if let Some(name) = &records.owner_name
            && member.is_some_and(|member| member.name.as_ref() != Some(name))
        {
            let person = Personal::Held(Person { name: name.clone(), url: None });
            self.record_export(ExportEvent::PersonChanged { export, owner, member: owner, person }, at);
        }
        export
    }

    fn record_export(&mut self, event: ExportEvent, at: Timestamp) {
        self.record_imported(Event::Import(import::Event::Export(event)), at);
    }
}

/// The earliest time in the export, at which its beginning is recorded.
fn first_moment(records: &ExportRecords) -> Timestamp {
    let rows = records.connections.iter().chain(&records.declines).chain(&records.ends);
    let rows =
        rows.chain(&records.blocks).chain(records.invitations.iter().map(|invitation| &invitation.row));
    rows.map(|row| row.at).min().unwrap_or(records.as_of)
}

/// Whether two names may belong to the same person: people change their names, but seldom every part.
fn share_a_word(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    one.split(' ').any(|word| other.split(' ').any(|known| word == known))
}

/// Groups rows by their folded names.
fn by_name<'a, T>(rows: impl Iterator<Item = (&'a str, T)>) -> BTreeMap<String, Vec<T>> {
    let mut named: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for (name, row) in rows {
        named.entry(folded(name)).or_default().push(row);
    }
    named
}
