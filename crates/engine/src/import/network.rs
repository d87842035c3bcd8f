//! Taking over a network: members, connections, open requests and blocks that were there before this log.
//!
//! A record that is here already with the same content changes nothing, so that an import that was cut short, or whose
//! file has grown, continues. A line that contradicts what is here stops it.

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
    addressed, arrived, blocks_between, difference, is_before_a_blocker, is_closed, is_connected, member,
    place_of,
};

/// A part of a file of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportBatch {
    /// What must have been applied before; `None` for the first part.
    pub follows: Option<FilePrefix>,
    /// The moment as of which the records hold; none of them speaks of a later one.
    pub as_of: Timestamp,
    /// The records in their order, each with its line, from 1. They may name whom earlier ones made known.
    pub records: Vec<(u64, ImportRecord)>,
    /// The file up to the end of this part; `None` when the part was cut short by a record that cannot be read.
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
    /// The public name.
    pub handle: Handle,
    /// Subscription of the member's account.
    pub tier: Tier,
    /// Time at which the member joined.
    pub joined: Timestamp,
    /// Restriction, ban or closure of the account, if any.
    pub standing: Standing,
    /// What the member allows.
    pub settings: Settings,
    /// What the member shows.
    pub profile: Profile,
    /// The address book.
    pub contacts: Vec<EmailAddress>,
}

/// An open request that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRequest {
    /// Handle of the member who sent the request.
    pub from: Handle,
    /// Whom: by handle or e-mail address.
    pub to: Address,
    /// Time at which the request was sent.
    pub at: Timestamp,
    /// With which note.
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

/// How many records were imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// So many are new.
    pub new: u64,
    /// So many were here already.
    pub known: u64,
}

/// Counts the bytes of a record's texts.
fn count_texts(bequest: &ImportRecord, count: &mut ByteCounter) {
    match bequest {
        ImportRecord::Member(member) => {
            (&member.handle, &member.profile, &member.contacts).hash(count);
            if let Personal::Held(audience) = &member.settings.audience {
                (&audience.companies, &audience.titles).hash(count);
            }
        }
        ImportRecord::Request(request) => (&request.to, &request.note).hash(count),
        // They have handles only.
        ImportRecord::Connection { .. } | ImportRecord::Block { .. } => {}
    }
}

/// The events of a record: none if it is here already; or why it is refused.
type ImportOutcome = Result<Vec<Event>, String>;

impl ImportRecord {
    /// Whether every text and list of the record is within its bound.
    ///
    /// # Errors
    /// The first that is not.
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

    fn carry_out(self, desk: &mut Kernel) -> Result<ImportCounts, SubmitError> {
        desk.inherit(self)
    }
}

impl Kernel {
    /// Takes over a part of a network.
    ///
    /// # Errors
    /// A record contradicts what is here; the records before it were applied.
    pub fn inherit(&mut self, inheritance: ImportBatch) -> Result<ImportCounts, SubmitError> {
        self.run_all_followups();
        let ImportBatch { follows, as_of, records, up_to } = inheritance;
        if let Some(follows) = follows
            && !self.views().index.file_prefixes().contains(&follows)
        {
            let what = format!("the lines up to {} were not imported; import them first", follows.lines);
            return Err(SubmitError::BadInput(what));
        }
        let at = self.views().last_at().map_or(as_of, |last| last.max(as_of));
        // A part that was cut short is read again: its open requests must still be there to be recognised.
        let is_read_again = records
            .first()
            .is_some_and(|(_, first)| self.inherited(first.clone()).is_ok_and(|events| events.is_empty()));
        if !is_read_again {
            self.run_due(at);
        }
        let because = Provenance { at, actor: Actor::Archive, tag: None, cause: None };
        let mut taken = ImportCounts::default();
        for (line, bequest) in records {
            bequest.within_bounds().map_err(|over| SubmitError::BadInput(format!("line {line}: {over}")))?;
            let is_small = is_small_input(self.atom_bytes_max(), |count| count_texts(&bequest, count));
            let events = self.inherited(bequest);
            let events = if is_small {
                events
            } else {
                events.and_then(|events| self.of_fitting_size(events, because))
            };
            let events = events.map_err(|why| SubmitError::BadInput(format!("line {line}: {why}")))?;
            if events.is_empty() {
                taken.known += 1
            } else {
                taken.new += 1
            }
            self.record(events, because);
        }
        if let Some(up_to) = up_to {
            if !self.views().index.file_prefixes().contains(&up_to) {
                self.record(
                    vec![Event::Import(import::Event::Inherited(ImportedRecord::StretchTaken(up_to)))],
                    because,
                );
            }
            // What the part made due in the past happens at the moment of the import.
            self.run_due(at);
        }
        Ok(taken)
    }

    fn inherited(&self, bequest: ImportRecord) -> ImportOutcome {
        match bequest {
            ImportRecord::Member(member) => self.inherit_member(*member),
            ImportRecord::Connection { one, other, since } => self.inherit_connection(&one, &other, since),
            ImportRecord::Request(request) => self.inherit_request(*request),
            ImportRecord::Block { by, of, since } => self.inherit_block(&by, &of, since),
        }
    }

    fn inherit_member(&self, bequest: ImportedMember) -> ImportOutcome {
        let views = self.views();
        if let Some(known) = views.members.by_handle(&bequest.handle) {
            return match difference(known, &bequest) {
                None => Ok(Vec::new()),
                Some(field) => Err(format!(
                    "the member `{}` is here already with another `{field}`; take the line out, or make it say the same",
                    bequest.handle
                )),
            };
        }
        views.check_profile(None, &bequest.profile).map_err(|error| error.to_string())?;
        let ImportedMember { handle, tier, joined, standing, settings, profile, contacts } = bequest;
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

    fn inherit_connection(&self, one: &Handle, other: &Handle, since: Timestamp) -> ImportOutcome {
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
                    "`{one}` and `{other}` are connected already, since another moment; take the line out"
                ))
            };
        }
        if let Some(closed) = [member, known].into_iter().find(|member| is_closed(member)) {
            return Err(format!(
                "`{}` has closed the account, and is connected with nobody; take the line out",
                closed.handle
            ));
        }
        if blocks_between(views, member.id, known.id) {
            return Err(format!(
                "`{one}` and `{other}` are connected here, and one of them blocks the other; keep one of the two"
            ));
        }
        let asks = |from: MemberId, to: MemberId| {
            views.pending.to_member(from, to).is_some() || views.pending.matter(to, from).is_some()
        };
        if here.is_some() || there.is_some() || asks(member.id, known.id) || asks(known.id, member.id) {
            return Err(format!(
                "between `{one}` and `{other}` there is an open request; keep it or the connection"
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

    fn inherit_request(&self, bequest: ImportedRequest) -> ImportOutcome {
        let views = self.views();
        let ImportedRequest { from, to, at, note, place } = bequest;
        let sender = member(views, &from)?;
        let (addressee, recipient) = addressed(views, sender, &to)?;
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
                // An import was cut short between the two events of a request.
                None if is_same && open.origin != OpenOrigin::Submitted => {
                    let whose = (open.open.request, at);
                    let arrived = arrived(views, sender, recipient, addressee, place, whose);
                    Ok(vec![arrived.map_err(wrong)?])
                }
                Some(_) | None => {
                    Err(wrong("there is another one open; a member has one at most to an address"))
                }
            };
        }
        // INVARIANT (an ended account has nothing open): a ban and a closing withdraw what is open, and so nothing can be
        // accepted of a sender who may not ask.
        match sender.standing {
            Standing::Closed { .. } => {
                return Err(wrong(
                    "its sender has closed the account, and has nothing open; take the line out",
                ));
            }
            Standing::Banned { .. } => {
                return Err(wrong("its sender is banned, and has nothing open; take the line out"));
            }
            Standing::Good | Standing::Restricted { .. } => {}
        }
        let request = self.next_request(sender.id);
        let arrived = arrived(views, sender, recipient, addressee, place, (request, at)).map_err(wrong)?;
        let typed = Entered {
            address: to.as_str().to_owned(),
            with_email: None,
            note_fingerprint: note.as_deref().map(fingerprint),
            normalised: Some(to),
            note,
        };
        let (sender, typed, asked_at) = (sender.id, Personal::Held(typed), at);
        let asked = Event::Import(import::Event::Inherited(ImportedRecord::RequestInherited {
            request,
            sender,
            addressee,
            typed,
            asked_at,
        }));
        Ok(vec![asked, arrived])
    }

    fn inherit_block(&self, by: &Handle, of: &Handle, since: Timestamp) -> ImportOutcome {
        let views = self.views();
        let (member, other) = (member(views, by)?.id, member(views, of)?.id);
        if member == other {
            return Err(format!("`{by}` would block `{by}`; name two members"));
        }
        match views.blocked.since(member, other) {
            Some(known) if known == since => return Ok(Vec::new()),
            Some(_) => {
                return Err(format!("`{by}` blocks `{of}` already, since another moment; take the line out"));
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
        let matter = views.pending.matter(member, other);
        if matter.is_some_and(|matter| is_before_a_blocker(matter.state)) {
            return Err(format!(
                "`{by}` blocks `{of}`, whose request must then be `\"stands\":\"filed\",\"reason\":\"CR0703\"`; mend that line"
            ));
        }
        Ok(vec![Event::Import(import::Event::Inherited(ImportedRecord::BlockInherited {
            member,
            other,
            since,
        }))])
    }
}
