//! Imports a network: members, connections, open requests and blocks from before this log.
//!
//! A record that was imported before with the same content changes nothing, so an import that was interrupted, or whose file
//! has grown, continues. A record that contradicts the log stops the import.

use std::hash::Hash;

use acquaint_domain::bounds::{self, OutOfBounds};
use acquaint_domain::{
    Actor, Address, Audience, ConnectionName, EmailAddress, Entered, Event, FilePrefix, Handle,
    ImportedPlace, ImportedRecord, MemberId, Personal, Profile, Settings, Standing, Tier, Timestamp,
    fingerprint, import,
};
use acquaint_projection_pending::OpenOrigin;

use crate::error::SubmitError;
use crate::write::frames::{ByteCounter, is_small_input};
use crate::write::job::{Job, SealedJob};
use crate::write::kernel::{Kernel, Provenance};

mod fits;

use fits::{
    arrival_event, blocks_between, difference, is_closed, is_connected, is_open_before_block, member,
    place_of, resolve,
};

/// A part of a file of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportBatch {
    /// The prefix of the file that must have been imported before; `None` for the first part.
    pub follows: Option<FilePrefix>,
    /// The moment as of which the records are true; none of them has a later time.
    pub as_of: Timestamp,
    /// The records in order, each with its 1-based line. They may name members of earlier records.
    pub records: Vec<(u64, ImportRecord)>,
    /// The prefix of the file up to the end of this part; `None` if a record that cannot be read cut the part short.
    pub up_to: Option<FilePrefix>,
}

/// One line of a file of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportRecord {
    /// A member, with account, settings and profile.
    Member(Box<ImportedMember>),
    /// A connection between two members.
    Connection {
        /// Handle of one of the two members.
        one: Handle,
        /// The other end.
        other: Handle,
        /// Time at which they were connected.
        since: Timestamp,
    },
    /// An open request.
    Request(Box<ImportedRequest>),
    /// One member blocks another.
    Block {
        /// Handle of the member who blocks.
        by: Handle,
        /// Handle of the member who is blocked.
        of: Handle,
        /// Time at which the block began.
        since: Timestamp,
    },
}

/// A member as the file describes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedMember {
    /// Handle of the member.
    pub handle: Handle,
    /// Subscription of the member's account.
    pub tier: Tier,
    /// Time at which the member joined.
    pub joined: Timestamp,
    /// Restriction, ban or closure of the account, if any.
    pub standing: Standing,
    /// Settings of the member.
    pub settings: Settings,
    /// Profile of the member.
    pub profile: Profile,
    /// Address book of the member.
    pub contacts: Vec<EmailAddress>,
}

/// An open request that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRequest {
    /// Handle of the member who sent the request.
    pub from: Handle,
    /// The recipient, by handle or e-mail address.
    pub to: Address,
    /// Time at which the request was sent.
    pub at: Timestamp,
    /// The note; `None` for a request without one.
    pub note: Option<String>,
    /// Where it is.
    pub place: RequestPlace,
}

/// Where an open request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestPlace {
    /// At the recipient's desk.
    Here(ImportedPlace),
    /// Nowhere: nobody had the e-mail address when it arrived.
    Nobody,
    /// Nowhere: the two were connected when it arrived.
    Connected,
}

/// How many records were imported now and before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Number of new records.
    pub new: u64,
    /// Number of records that were imported before.
    pub known: u64,
}

/// Counts the bytes of a record's texts.
fn count_texts(record: &ImportRecord, count: &mut ByteCounter) {
    match record {
        ImportRecord::Member(member) => {
            (&member.handle, &member.profile, &member.contacts).hash(count);
            if let Personal::Held(audience) = &member.settings.audience {
                (&audience.companies, &audience.titles).hash(count);
            }
        }
        ImportRecord::Request(request) => (&request.to, &request.note).hash(count),
        // These have handles only.
        ImportRecord::Connection { .. } | ImportRecord::Block { .. } => {}
    }
}

/// The events of a record, none if it was imported before; or why it is rejected.
type ImportOutcome = Result<Vec<Event>, String>;

impl ImportRecord {
    /// Whether every text and list of the record is within its bound.
    ///
    /// # Errors
    /// The first text or list that is not.
    fn within_bounds(&self) -> Result<(), OutOfBounds> {
        match self {
            Self::Member(member) => {
                member.profile.within_bounds()?;
                member.settings.audience.held().map_or(Ok(()), Audience::within_bounds)?;
                let bytes = member.contacts.iter().map(|contact| contact.as_str().len()).sum();
                bounds::RECORD_CONTACTS.check_length(bytes)
            }
            Self::Request(request) => bounds::NOTE.check_some(request.note.as_ref()),
            Self::Connection { .. } | Self::Block { .. } => Ok(()),
        }
    }
}

impl SealedJob for ImportBatch {}

impl Job for ImportBatch {
    type Output = ImportCounts;

    fn carry_out(self, kernel: &mut Kernel) -> Result<ImportCounts, SubmitError> {
        kernel.inherit(self)
    }
}

impl Kernel {
    /// Imports a part of a network.
    ///
    /// # Errors
    /// The part that it follows was not imported; or a record is invalid or contradicts the log. The records before that one
    /// are imported.
    pub fn inherit(&mut self, batch: ImportBatch) -> Result<ImportCounts, SubmitError> {
        self.run_all_followups();
        let ImportBatch { follows, as_of, records, up_to } = batch;
        if let Some(follows) = follows
            && !self.views().index.file_prefixes().contains(&follows)
        {
            let what = format!("the lines up to {} were not imported; import them first", follows.lines);
            return Err(SubmitError::BadInput(what));
        }
        let at = self.views().last_at().map_or(as_of, |last| last.max(as_of));
        // An interrupted part is imported again before due work is done: otherwise its open requests might expire first, and not
        // be recognised.
        let is_repeated = records.first().is_some_and(|(_, first)| {
            self.import_events(first.clone()).is_ok_and(|events| events.is_empty())
        });
        if !is_repeated {
            self.run_due(at);
        }
        let provenance = Provenance { at, actor: Actor::Archive, tag: None, cause: None };
        let mut counts = ImportCounts::default();
        for (line, record) in records {
            record.within_bounds().map_err(|over| SubmitError::BadInput(format!("line {line}: {over}")))?;
            let is_small = is_small_input(self.atom_bytes_max(), |count| count_texts(&record, count));
            let events = self.import_events(record);
            let events = if is_small {
                events
            } else {
                events.and_then(|events| self.if_they_fit(events, provenance))
            };
            let events = events.map_err(|why| SubmitError::BadInput(format!("line {line}: {why}")))?;
            if events.is_empty() {
                counts.known += 1
            } else {
                counts.new += 1
            }
            self.record(events, provenance);
        }
        if let Some(up_to) = up_to {
            if !self.views().index.file_prefixes().contains(&up_to) {
                self.record(
                    vec![Event::Import(import::Event::Inherited(ImportedRecord::StretchTaken(up_to)))],
                    provenance,
                );
            }
            // Work that the part makes due in the past is done at the moment of the import.
            self.run_due(at);
        }
        Ok(counts)
    }

    fn import_events(&self, record: ImportRecord) -> ImportOutcome {
        match record {
            ImportRecord::Member(member) => self.import_member(*member),
            ImportRecord::Connection { one, other, since } => self.import_connection(&one, &other, since),
            ImportRecord::Request(request) => self.import_request(*request),
            ImportRecord::Block { by, of, since } => self.import_block(&by, &of, since),
        }
    }

    fn import_member(&self, record: ImportedMember) -> ImportOutcome {
        let views = self.views();
        if let Some(known) = views.members.by_handle(&record.handle) {
            return match difference(known, &record) {
                None => Ok(Vec::new()),
                Some(field) => Err(format!(
                    "the member `{}` exists already with another `{field}`; remove the line, or correct the field",
                    record.handle
                )),
            };
        }
        views.check_profile(None, &record.profile).map_err(|error| error.to_string())?;
        let ImportedMember { handle, tier, joined, standing, settings, profile, contacts } = record;
        let (member, profile, contacts) =
            (views.members.next_id(), Personal::Held(profile), Personal::Held(contacts));
        Ok(vec![Event::Import(import::Event::Inherited(ImportedRecord::MemberInherited {
            member,
            handle,
            tier,
            joined,
            standing,
            settings,
            profile,
            contacts,
        }))])
    }

    fn import_connection(&self, one: &Handle, other: &Handle, since: Timestamp) -> ImportOutcome {
        let views = self.views();
        let (member, known) = (member(views, one)?, member(views, other)?);
        if member.id == known.id {
            return Err(format!("`{one}` would be connected with `{one}`; name two members"));
        }
        let (here, there) =
            (views.connected.end(member.id, known.id), views.connected.end(known.id, member.id));
        if let (Some(here), Some(there)) = (here, there) {
            return if here.since.min(there.since) == since {
                Ok(Vec::new())
            } else {
                Err(format!(
                    "`{one}` and `{other}` are connected already, since another moment; remove the line"
                ))
            };
        }
        if let Some(closed) = [member, known].into_iter().find(|member| is_closed(member)) {
            return Err(format!(
                "`{}` has closed the account, and is connected with nobody; remove the line",
                closed.handle
            ));
        }
        if blocks_between(views, member.id, known.id) {
            return Err(format!(
                "`{one}` and `{other}` are connected here, and one of them blocks the other; keep one of the two"
            ));
        }
        let has_request = |from: MemberId, to: MemberId| {
            views.pending.to_member(from, to).is_some() || views.pending.group(to, from).is_some()
        };
        if here.is_some()
            || there.is_some()
            || has_request(member.id, known.id)
            || has_request(known.id, member.id)
        {
            return Err(format!(
                "there is an open request between `{one}` and `{other}`; keep either it or the connection"
            ));
        }
        let name = ConnectionName::of([self.next_request(member.id)]);
        let (member, other) = (member.id, known.id);
        Ok(vec![Event::Import(import::Event::Inherited(ImportedRecord::ConnectionInherited {
            name,
            member,
            other,
            since,
        }))])
    }

    fn import_request(&self, record: ImportedRequest) -> ImportOutcome {
        let views = self.views();
        let ImportedRequest { from, to, at, note, place } = record;
        let sender = member(views, &from)?;
        let (addressee, recipient) = resolve(views, sender, &to)?;
        let open = match (&to, recipient) {
            (Address::Email(email), _) => views.pending.to_email(sender.id, email),
            (_, Some(recipient)) => views.pending.to_member(sender.id, recipient.id),
            (_, None) => None,
        };
        let wrong = |why: &str| format!("the request of `{from}` to `{to}`: {why}");
        if let Some(open) = open {
            let is_same = open.submitted_at == at && open.has_the_note(note.as_deref());
            return match place_of(views, open) {
                Some(here) if is_same && here == place => Ok(Vec::new()),
                // An import was interrupted between the two events of a request.
                None if is_same && open.origin != OpenOrigin::Submitted => {
                    let whose = (open.open.request, at);
                    let arrived = arrival_event(views, sender, recipient, addressee, place, whose);
                    Ok(vec![arrived.map_err(wrong)?])
                }
                Some(_) | None => Err(wrong("another one is open; a member has at most one to an address")),
            };
        }
        // INVARIANT (an ended account has nothing open): a ban or a closure withdraws open requests, so no request of a sender
        // who may not send can ever be accepted.
        match sender.standing {
            Standing::Closed { .. } => {
                return Err(wrong(
                    "its sender has closed the account, and has nothing open; remove the line",
                ));
            }
            Standing::Banned { .. } => {
                return Err(wrong("its sender is banned, and has nothing open; remove the line"));
            }
            Standing::Good | Standing::Restricted { .. } => {}
        }
        let request = self.next_request(sender.id);
        let arrived =
            arrival_event(views, sender, recipient, addressee, place, (request, at)).map_err(wrong)?;
        let entered = Entered {
            address: to.as_str().to_owned(),
            with_email: None,
            note_fingerprint: note.as_deref().map(fingerprint),
            normalised: Some(to),
            note,
        };
        let (sender, entered, asked_at) = (sender.id, Personal::Held(entered), at);
        let asked = Event::Import(import::Event::Inherited(ImportedRecord::RequestInherited {
            request,
            sender,
            addressee,
            entered,
            asked_at,
        }));
        Ok(vec![asked, arrived])
    }

    fn import_block(&self, by: &Handle, of: &Handle, since: Timestamp) -> ImportOutcome {
        let views = self.views();
        let (member, other) = (member(views, by)?.id, member(views, of)?.id);
        if member == other {
            return Err(format!("`{by}` would block `{by}`; name two members"));
        }
        match views.blocked.since(member, other) {
            Some(known) if known == since => return Ok(Vec::new()),
            Some(_) => {
                return Err(format!("`{by}` blocks `{of}` already, since another moment; remove the line"));
            }
            None => {}
        }
        if is_connected(views, member, other) {
            return Err(format!("`{by}` blocks `{of}` here, and the two are connected; keep one of the two"));
        }
        if views.pending.to_member(member, other).is_some() {
            return Err(format!(
                "`{by}` blocks `{of}` here, and has an open request to them; keep one of the two"
            ));
        }
        let group = views.pending.group(member, other);
        if group.is_some_and(|group| is_open_before_block(group.state)) {
            return Err(format!(
                "`{by}` blocks `{of}`, whose request must then be `\"stands\":\"filed\",\"reason\":\"CR0703\"`; correct that line"
            ));
        }
        Ok(vec![Event::Import(import::Event::Inherited(ImportedRecord::BlockInherited {
            member,
            other,
            since,
        }))])
    }
}
