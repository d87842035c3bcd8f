//! Members' own exports of other networks: from rows to what is new in them.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::bounds;
use acquaint_domain::export::{DatedBy, ExportEvent, Holds, Network, Person, Precision, SourceFile};
use acquaint_domain::{
    Actor, Event, EventNumber, Handle, MemberId, Personal, Profile, Standing, Tier, Timestamp, account,
    folded, import,
};

use crate::error::SubmitError;
use crate::write::job::{Job, SealedJob};
use crate::write::kernel::{Kernel, Provenance};

mod joins;
mod people;
mod plan;
mod write;

/// An export, read: its rows, and nothing that they do not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRecords {
    /// BLAKE3 of what was read.
    pub source: [u8; 32],
    /// Of which network.
    pub network: Network,
    /// The member of this log whose export it is; added where there is none.
    pub owner: Handle,
    /// The name that the export gives its owner.
    pub owner_name: Option<String>,
    /// When it was made.
    pub as_of: Timestamp,
    /// By what that is known.
    pub dated_by: DatedBy,
    /// The files that it holds, also those without rows.
    pub files: BTreeSet<SourceFile>,
    /// Invitations that wait or were accepted.
    pub invitations: Vec<InvitationRow>,
    /// Connections that the export shows.
    pub connections: Vec<ExportRow>,
    /// Requests to which the owner said no.
    pub declines: Vec<ExportRow>,
    /// Connections that the owner ended.
    pub ends: Vec<ExportRow>,
    /// Whom the owner blocks.
    pub blocks: Vec<ExportRow>,
}

/// A row of an export: somebody, and perhaps a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportRow {
    /// The person as the export names them.
    pub person: Person,
    /// When; the export's own time where the row is undated.
    pub at: Timestamp,
    /// How exactly that is said.
    pub precision: Precision,
    /// In which file.
    pub file: SourceFile,
    /// In which line of it, from 1.
    pub line: u32,
}

/// An invitation's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// Who, when and where.
    pub row: ExportRow,
    /// Which way it went.
    pub direction: Direction,
    /// The note that went with it.
    pub note: Option<String>,
    /// What the row says of whom it is with.
    pub named_by: NamedBy,
}

/// By what an invitation's row says whom it is with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// By a name, and perhaps a profile's URL.
    Name,
    /// By an e-mail address, which one connection's row has as well: the person is that row's.
    Email,
}

/// Which way an invitation went, as the owner of the export sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The owner asked.
    Outgoing,
    /// The owner was asked.
    Incoming,
}

/// The outcome of an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportReceipt {
    /// The export's number in this log.
    pub export: u32,
    /// The event at which it was written down before; nothing was added this time.
    pub seen_before: Option<EventNumber>,
    /// How many invitations are new.
    pub invitations: u32,
    /// How many were found to be accepted.
    pub accepted: u32,
    /// How many connections are new that come of no invitation shown.
    pub connections: u32,
    /// How many invitations are not in it that an older export holds.
    pub vanished: u32,
    /// How many connections are over that an older export holds.
    pub ended: u32,
    /// How many requests the owner said no to.
    pub declined: u32,
    /// How many people have another name or profile than before.
    pub changed: u32,
}

/// Refuses records with a text that is longer than its bound, and says where it is.
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
    /// Whether the list of invitations of that direction is in it.
    pub(crate) fn has_invitations(&self, direction: Direction) -> bool {
        let of_direction = match direction {
            Direction::Outgoing => SourceFile::SentRequests,
            Direction::Incoming => SourceFile::ReceivedRequests,
        };
        self.files.contains(&SourceFile::Invitations) || self.files.contains(&of_direction)
    }

    /// Whether the list of connections is in it.
    pub(crate) fn has_connections(&self) -> bool {
        let lists = [SourceFile::Connections, SourceFile::Friends, SourceFile::Following];
        lists.iter().any(|list| self.files.contains(list))
    }
}

impl SealedJob for ExportRecords {}

impl Job for ExportRecords {
    type Output = ExportReceipt;

    fn carry_out(self, desk: &mut Kernel) -> Result<ExportReceipt, SubmitError> {
        desk.observe_export(&self)
    }
}

impl Kernel {
    /// Writes an export down: what is new in it, and what is no longer. The same export again changes nothing; one that
    /// was cut short continues.
    ///
    /// # Errors
    /// It is older than one that is here, or another member's, or an earlier one is not whole yet.
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
        self.exported(ExportEvent::ExportEnded { export, owner }, records.as_of);
        Ok(receipt)
    }

    /// Refuses an export with a row that the log could not take at once, before any of it is recorded. Every event is about
    /// one row, and holds no more than its texts.
    fn check_rows(&self, records: &ExportRecords) -> Result<(), SubmitError> {
        const AROUND_A_ROW: usize = 4 << 10;
        let most = self.atom_bytes_max().saturating_sub(AROUND_A_ROW);
        let of = |row: &ExportRow| {
            row.person.name.len() + row.person.url.as_ref().map_or(0, |url| url.as_str().len())
        };
        let rows =
            records.connections.iter().chain(&records.declines).chain(&records.ends).chain(&records.blocks);
        let rows = rows.map(|row| (row.line, of(row)));
        let asked = records.invitations.iter();
        let asked =
            asked.map(|asked| (asked.row.line, of(&asked.row) + asked.note.as_ref().map_or(0, String::len)));
        let owner = [(0, records.owner_name.as_ref().map_or(0, String::len))];
        match rows.chain(asked).chain(owner).find(|(_, bytes)| *bytes > most) {
            None => Ok(()),
            Some((line, bytes)) => Err(SubmitError::BadInput(format!(
                "line {line} holds texts of {bytes} bytes, and the log takes at most {most} at once; shorten them"
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
                "the member `{}` has closed the account; name another",
                records.owner
            )));
        }
        if member.network.is_some() {
            return Err(SubmitError::WrongOwner(format!(
                "`{}` is a person whom an export names; name a member of your own",
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
            "this export is of `{}`, and those of the member `{}` are of `{}`; name its own member",
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
                "the import of export {} of {} was cut short; import that one again first",
                newest.number,
                records.network.name()
            )));
        }
        if records.as_of < newest.as_of {
            return Err(SubmitError::BadInput(format!(
                "this export is older than export {}, which is in this data folder already; import the oldest first, into a data folder of its own",
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
        self.of_archive(added, at);
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
        self.exported(begun, at);
        let member = self.views().members.get(owner);
        if let Some(name) = &records.owner_name
            && member.is_some_and(|member| member.name.as_ref() != Some(name))
        {
            let person = Personal::Held(Person { name: name.clone(), url: None });
            self.exported(ExportEvent::PersonChanged { export, owner, member: owner, person }, at);
        }
        export
    }

    fn exported(&mut self, event: ExportEvent, at: Timestamp) {
        self.of_archive(Event::Import(import::Event::Export(event)), at);
    }

    /// Records at the time of the record, or at the log's last moment where that is later.
    fn of_archive(&mut self, event: Event, at: Timestamp) {
        let at = self.views().last_at().map_or(at, |last| last.max(at));
        self.record(vec![event], Provenance { at, actor: Actor::Archive, tag: None, cause: None });
    }
}

/// The first moment that the export speaks of: its beginning is written down at that time.
fn first_moment(records: &ExportRecords) -> Timestamp {
    let rows = records.connections.iter().chain(&records.declines).chain(&records.ends);
    let rows =
        rows.chain(&records.blocks).chain(records.invitations.iter().map(|invitation| &invitation.row));
    rows.map(|row| row.at).min().unwrap_or(records.as_of)
}

/// Whether two names may be the same person's: people change their names, but seldom all of them.
fn share_a_word(one: &str, other: &str) -> bool {
    let (one, other) = (folded(one), folded(other));
    one.split(' ').any(|word| other.split(' ').any(|known| word == known))
}

/// Rows by the folded name in them.
fn by_name<'a, T>(rows: impl Iterator<Item = (&'a str, T)>) -> BTreeMap<String, Vec<T>> {
    let mut named: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for (name, row) in rows {
        named.entry(folded(name)).or_default().push(row);
    }
    named
}
