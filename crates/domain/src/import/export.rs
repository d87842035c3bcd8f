//! What a member's own export of another network says, and the state of an invitation by it.
//!
//! An export is a file that says *that*, rarely *why*: it has no status. The state of an invitation is derived from
//! rows of several files, and of several exports over time; each fact keeps its file and line.

mod event;

use crate::address::ProfileUrl;
use crate::event::Event;
use crate::event::Owner;
use crate::ids::{EventNumber, MemberId, RequestId};
use crate::import;
use crate::request::RequestRef;
use crate::time::{Span, Timestamp};

pub use event::ExportEvent;

/// How old an invitation gets on LinkedIn before it ends by itself: measured on real exports, in which no acceptance was
/// older and nearly no open row.
pub const LINKEDIN_EXPIRY: Span = Span::days(180);

/// A network whose exports are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Network {
    /// Zip or folder of CSV files.
    LinkedIn,
    /// Zip or folder of JSON files.
    Facebook,
    /// Mastodon, whose exports are CSV files.
    Mastodon,
}

/// A file of records, by what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceFile {
    /// Messages between members, read as requests; the only one that is no export's.
    Messages,
    /// LinkedIn: invitations, both ways.
    Invitations,
    /// LinkedIn's file of connections.
    Connections,
    /// Facebook: requests sent and not answered.
    SentRequests,
    /// Facebook: requests received and not answered.
    ReceivedRequests,
    /// Facebook: requests that the owner rejected.
    RejectedRequests,
    /// Facebook's file of friends.
    Friends,
    /// Facebook: friends that were removed.
    RemovedFriends,
    /// Mastodon: accounts that the owner follows.
    Following,
    /// Mastodon: accounts that the owner blocks.
    Blocks,
}

/// How exactly a record gives its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// To the second.
    Second,
    /// To the minute, in a zone that the record does not name (read as UTC).
    Minute,
    /// To the day.
    Day,
    /// Not at all: the export's own time is used instead.
    Undated,
}

/// Whose records say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttestedBy {
    /// The network's own: both may know.
    Network,
    /// The one who asked.
    Sender,
    /// The one who was asked.
    Recipient,
}

/// Where another network's records show a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceRef {
    /// In which export of this log, from 1; 0 for records that are no export.
    pub export: u32,
    /// Whose records show it.
    pub witness: AttestedBy,
    /// In which file.
    pub file: SourceFile,
    /// In which line, from 1.
    pub line: u32,
    /// How exactly it is dated.
    pub precision: Precision,
}

/// By what an acceptance was found, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Join {
    /// The records say so.
    Stated,
    /// Both rows name the same profile URL.
    Url,
    /// The invitation was sent to the e-mail address that the connection's row has.
    Email,
    /// Both rows have the same name, which nobody else has in these files, and the dates fit.
    NameAndDate,
    /// Both rows have the same name, and nothing else speaks for it.
    Name,
}

/// What a newer export's connections say about one that an older export had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Afterwards {
    /// The two are connected still.
    Connected,
    /// They were, and are not any more.
    Gone,
    /// They never were, as far as the exports go.
    Never,
    /// The newer export does not hold the list.
    Unknown,
}

/// Who ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndedBy {
    /// The owner of the export, which says so.
    Owner,
    /// Either of the two, or the closing of the other's account.
    Unknown,
}

/// By what the time of an export is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DatedBy {
    /// The person who imported it said so.
    Word,
    /// Its file's name says so.
    FileName,
    /// It is the last time in any of its rows: it may have been made later.
    LastRow,
}

/// Somebody whom an export names; all of it personal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Person {
    /// The name, as written; for Mastodon the account's address.
    pub name: String,
    /// The profile, where the export gives one.
    pub url: Option<ProfileUrl>,
}

/// How many rows of each kind an export holds; `None` for a file that it lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Holds {
    /// Invitations, both ways.
    pub invitations: Option<u32>,
    /// Whether the list of invitations that the owner sent is among them.
    pub has_sent: bool,
    /// Whether the list of invitations that the owner received is among them.
    pub has_received: bool,
    /// Connections of the owner.
    pub connections: Option<u32>,
}

/// One export of one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Export {
    /// Its number, from 1.
    pub number: u32,
    /// Of which network.
    pub network: Network,
    /// The member whose export it is.
    pub owner: MemberId,
    /// When it was made.
    pub as_of: Timestamp,
    /// By what that is known.
    pub dated_by: DatedBy,
    /// What it holds.
    pub holds: Holds,
    /// BLAKE3 of what was read of it.
    pub source: [u8; 32],
    /// The event that it begins with.
    pub began: EventNumber,
    /// Whether all of it was written down.
    pub is_whole: bool,
}

/// A moment with the place that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dated {
    /// Time of the fact, by the export.
    pub at: Timestamp,
    /// Where that is said.
    pub seen: SourceRef,
}

/// How an invitation was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The two became connected, found so by that.
    Accepted(Dated, Join),
    /// The recipient, whose export says so, said no.
    Declined(Dated),
}

/// That an invitation is not in a newer export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Vanished {
    /// In which one it is not.
    pub export: u32,
    /// When that one was made.
    pub as_of: Timestamp,
    /// What it says of the connection.
    pub afterwards: Afterwards,
}

/// An invitation as exports show it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Invitation {
    /// Which request, whose, to whom.
    pub ask: RequestRef,
    /// Whose export shows it.
    pub witness: AttestedBy,
    /// That it was sent, and when; `None` where only its end is dated.
    pub sent: Option<Dated>,
    /// How it was answered.
    pub reply: Option<Reply>,
    /// The two were connected before it was sent.
    pub connected_before: Option<Dated>,
    /// Connections of that name, none of which can be told to come of it.
    pub namesakes: u32,
    /// It is not in a newer export.
    pub vanished: Option<Vanished>,
    /// The connection is over as of then, and by whom.
    pub ended: Option<(Timestamp, EndedBy)>,
}

/// The state of an invitation after `event`, as far as that is about `request`; `None` before any export shows it.
pub fn evolve(state: Option<Invitation>, request: RequestId, event: &Event) -> Option<Invitation> {
    let Event::Import(event) = event else { return state };
    match event {
        import::Event::RequestObserved { ask, observed_at, seen, .. } => {
            if ask.request != request || seen.export == 0 {
                return state;
            }
            let sent = Some(Dated { at: *observed_at, seen: *seen });
            let known = state.unwrap_or_else(|| Invitation::new(*ask, seen.witness));
            Some(Invitation { sent, vanished: None, ..known })
        }
        import::Event::AcceptanceObserved { ask, observed_at, seen, join } => {
            let mut known = state?;
            if ask.request == request {
                known.reply = Some(Reply::Accepted(Dated { at: *observed_at, seen: *seen }, *join));
                known.namesakes = 0;
            }
            Some(known)
        }
        import::Event::Export(ExportEvent::DeclineObserved { ask, observed_at, seen }) => {
            if ask.request != request {
                return state;
            }
            let known = state.unwrap_or_else(|| Invitation::new(*ask, seen.witness));
            let reply = Some(Reply::Declined(Dated { at: *observed_at, seen: *seen }));
            Some(Invitation { reply, ..known })
        }
        import::Event::Export(event) => state.map(|known| known.after(request, event)),
        import::Event::Begun { .. } | import::Event::Inherited(_) => state,
    }
}

impl Invitation {
    fn new(ask: RequestRef, witness: AttestedBy) -> Self {
        Self {
            ask,
            witness,
            sent: None,
            reply: None,
            connected_before: None,
            namesakes: 0,
            vanished: None,
            ended: None,
        }
    }

    fn after(mut self, request: RequestId, event: &ExportEvent) -> Self {
        match event {
            ExportEvent::ConnectionObserved { observed_at, seen, before, .. } => {
                if before.contains(&request) {
                    self.connected_before = Some(Dated { at: *observed_at, seen: *seen });
                }
            }
            ExportEvent::NamesakesObserved { ask, connections, .. } => {
                if ask.request == request {
                    self.namesakes = *connections;
                }
            }
            ExportEvent::RequestVanished { ask, export, as_of, afterwards, .. } => {
                if ask.request == request {
                    let (export, as_of, afterwards) = (*export, *as_of, *afterwards);
                    self.vanished = Some(Vanished { export, as_of, afterwards });
                }
            }
            ExportEvent::ConnectionVanished { name, as_of, .. } => {
                if name.requests().contains(&request) {
                    self.ended = Some((*as_of, EndedBy::Unknown));
                }
            }
            ExportEvent::EndObserved { name, observed_at, .. } => {
                if name.requests().contains(&request) {
                    self.ended = Some((*observed_at, EndedBy::Owner));
                }
            }
            ExportEvent::ExportBegun { .. }
            | ExportEvent::ExportEnded { .. }
            | ExportEvent::PeopleObserved { .. }
            | ExportEvent::PersonChanged { .. }
            | ExportEvent::DeclineObserved { .. }
            | ExportEvent::BlockObserved { .. } => {}
        }
        self
    }

    /// The member whose export shows it.
    pub fn owner(&self) -> MemberId {
        if self.is_outgoing() { self.ask.sender } else { self.ask.recipient }
    }

    /// The other one.
    pub fn other(&self) -> MemberId {
        if self.is_outgoing() { self.ask.recipient } else { self.ask.sender }
    }

    /// Whether the owner of the export is the one who asked.
    pub fn is_outgoing(&self) -> bool {
        match self.witness {
            AttestedBy::Network | AttestedBy::Sender => true,
            AttestedBy::Recipient => false,
        }
    }

    /// When it was accepted, and by what that was found.
    pub fn accepted(&self) -> Option<(Dated, Join)> {
        match self.reply {
            Some(Reply::Accepted(dated, join)) => Some((dated, join)),
            Some(Reply::Declined(_)) | None => None,
        }
    }

    /// Whether nothing is known to have become of it, and it is in the newest export.
    pub fn is_open(&self) -> bool {
        self.reply.is_none() && self.connected_before.is_none() && self.vanished.is_none()
    }
}

impl SourceRef {
    /// Whose desk a record about `ask` belongs to.
    pub fn owner(self, ask: RequestRef) -> Owner {
        self.witness.owner(ask)
    }

    /// Records of the network itself, which are no export.
    pub const fn in_messages(line: u32) -> Self {
        let (witness, file) = (AttestedBy::Network, SourceFile::Messages);
        Self { export: 0, witness, file, line, precision: Precision::Second }
    }
}

impl AttestedBy {
    /// Whose desk a record about `ask` belongs to.
    pub fn owner(self, ask: RequestRef) -> Owner {
        match self {
            Self::Network => Owner::Both(ask.sender, ask.recipient),
            Self::Sender => Owner::Member(ask.sender),
            Self::Recipient => Owner::Member(ask.recipient),
        }
    }
}

impl Network {
    /// The name as people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::LinkedIn => "LinkedIn",
            Self::Facebook => "Facebook",
            Self::Mastodon => "Mastodon",
        }
    }

    /// The name as it is typed, and as handles begin with it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LinkedIn => "linkedin",
            Self::Facebook => "facebook",
            Self::Mastodon => "mastodon",
        }
    }
}

impl SourceFile {
    /// What the file is called, or what it holds where its name differs from year to year.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Messages => "imported records",
            Self::Invitations => "Invitations.csv",
            Self::Connections => "Connections.csv",
            Self::SentRequests => "the sent requests",
            Self::ReceivedRequests => "the received requests",
            Self::RejectedRequests => "the rejected requests",
            Self::Friends => "the friends",
            Self::RemovedFriends => "the removed friends",
            Self::Following => "following_accounts.csv",
            Self::Blocks => "the blocked accounts",
        }
    }
}
