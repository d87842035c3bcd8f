//! What a member's own export of another network says, and the state of an invitation that follows from it.
//!
//! An export says *that* something happened, rarely *why*, and gives no status. The state of an invitation is derived from
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

/// The age at which an invitation expires on LinkedIn. Measured on real exports, in which no acceptance came later and almost
/// no open row is older.
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
    /// Messages between members, read as requests; the only file that belongs to no export.
    Messages,
    /// LinkedIn: invitations, in both directions.
    Invitations,
    /// LinkedIn: connections of the owner.
    Connections,
    /// Facebook: requests sent and not answered.
    SentRequests,
    /// Facebook: requests received and not answered.
    ReceivedRequests,
    /// Facebook: requests that the owner rejected.
    RejectedRequests,
    /// Facebook: friends of the owner.
    Friends,
    /// Facebook: removed friends.
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
    /// Not at all: the time of the export is used instead.
    Undated,
}

/// Whose records attest a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttestedBy {
    /// The network's own, which both members may see.
    Network,
    /// The export of the request's sender.
    Sender,
    /// The export of the request's recipient.
    Recipient,
}

/// Where another network's records state a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceRef {
    /// Number of the export in this log, from 1; 0 for records that are no export.
    pub export: u32,
    /// Whose records attest it.
    pub witness: AttestedBy,
    /// The file that states it.
    pub file: SourceFile,
    /// Line of that file, from 1.
    pub line: u32,
    /// How exactly it is dated.
    pub precision: Precision,
}

/// How an acceptance was matched with a request, surest first.
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
    /// Both rows have the same name, and nothing else supports the match.
    Name,
}

/// What a newer export's connections say about the two members of a request that it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Afterwards {
    /// The two are still connected.
    Connected,
    /// The two were connected and no longer are.
    Gone,
    /// The two were never connected, as far as the exports show.
    Never,
    /// The newer export has no list of connections.
    Unknown,
}

/// Who ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndedBy {
    /// The owner of the export, which says so.
    Owner,
    /// Either of the two, or the closure of the other's account.
    Unknown,
}

/// How the time of an export is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DatedBy {
    /// The person who imported it said so.
    Word,
    /// Its file's name says so.
    FileName,
    /// It is the latest time in any of its rows; the export may have been made later.
    LastRow,
}

/// A person whom an export names; all of it is personal.
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
    /// Invitations, in both directions.
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
    /// Its number in this log, from 1.
    pub number: u32,
    /// The network that made it.
    pub network: Network,
    /// The member whose export it is.
    pub owner: MemberId,
    /// When it was made.
    pub as_of: Timestamp,
    /// How that time is known.
    pub dated_by: DatedBy,
    /// What it holds.
    pub holds: Holds,
    /// BLAKE3 of what was read of it.
    pub source: [u8; 32],
    /// The event that begins it.
    pub began: EventNumber,
    /// Whether all of it has been recorded.
    pub is_whole: bool,
}

/// A time and where it is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dated {
    /// Time of the fact by the export.
    pub at: Timestamp,
    /// Where the export says so.
    pub seen: SourceRef,
}

/// How an invitation was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The two became connected, and how that was matched with the invitation.
    Accepted(Dated, Join),
    /// The recipient declined; the recipient's export says so.
    Declined(Dated),
}

/// The newer export that an invitation is missing from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Vanished {
    /// Number of that export in this log, from 1.
    pub export: u32,
    /// When it was made.
    pub as_of: Timestamp,
    /// What it says of the connection.
    pub afterwards: Afterwards,
}

/// An invitation as exports show it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Invitation {
    /// The request, its sender and its recipient.
    pub request_ref: RequestRef,
    /// Whose export shows it.
    pub witness: AttestedBy,
    /// When it was sent; `None` where only its answer is dated.
    pub sent: Option<Dated>,
    /// How it was answered.
    pub reply: Option<Reply>,
    /// When the two had connected, if before it was sent.
    pub connected_before: Option<Dated>,
    /// Number of connections with the invited person's name, any of which may result from it.
    pub namesakes: u32,
    /// The newer export that it is missing from, if any.
    pub vanished: Option<Vanished>,
    /// When the connection was over, and who ended it.
    pub ended: Option<(Timestamp, EndedBy)>,
}

/// The state of the invitation `request` after `event`, unchanged by events about others; `None` before any export shows it.
pub fn evolve(state: Option<Invitation>, request: RequestId, event: &Event) -> Option<Invitation> {
    let Event::Import(event) = event else { return state };
    match event {
        import::Event::RequestObserved { request_ref, observed_at, seen, .. } => {
            if request_ref.request != request || seen.export == 0 {
                return state;
            }
            let sent = Some(Dated { at: *observed_at, seen: *seen });
            let known = state.unwrap_or_else(|| Invitation::new(*request_ref, seen.witness));
            Some(Invitation { sent, vanished: None, ..known })
        }
        import::Event::AcceptanceObserved { request_ref, observed_at, seen, join } => {
            let mut known = state?;
            if request_ref.request == request {
                known.reply = Some(Reply::Accepted(Dated { at: *observed_at, seen: *seen }, *join));
                known.namesakes = 0;
            }
            Some(known)
        }
        import::Event::Export(ExportEvent::DeclineObserved { request_ref, observed_at, seen }) => {
            if request_ref.request != request {
                return state;
            }
            let known = state.unwrap_or_else(|| Invitation::new(*request_ref, seen.witness));
            let reply = Some(Reply::Declined(Dated { at: *observed_at, seen: *seen }));
            Some(Invitation { reply, ..known })
        }
        import::Event::Export(event) => state.map(|known| known.after(request, event)),
        import::Event::Begun { .. } | import::Event::Inherited(_) => state,
    }
}

impl Invitation {
    fn new(request_ref: RequestRef, witness: AttestedBy) -> Self {
        Self {
            request_ref,
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
            ExportEvent::NamesakesObserved { request_ref, connections, .. } => {
                if request_ref.request == request {
                    self.namesakes = *connections;
                }
            }
            ExportEvent::RequestVanished { request_ref, export, as_of, afterwards, .. } => {
                if request_ref.request == request {
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
        if self.is_outgoing() { self.request_ref.sender } else { self.request_ref.recipient }
    }

    /// The other member.
    pub fn other(&self) -> MemberId {
        if self.is_outgoing() { self.request_ref.recipient } else { self.request_ref.sender }
    }

    /// Whether the owner of the export sent it.
    pub fn is_outgoing(&self) -> bool {
        match self.witness {
            AttestedBy::Network | AttestedBy::Sender => true,
            AttestedBy::Recipient => false,
        }
    }

    /// When it was accepted, and how that was matched.
    pub fn accepted(&self) -> Option<(Dated, Join)> {
        match self.reply {
            Some(Reply::Accepted(dated, join)) => Some((dated, join)),
            Some(Reply::Declined(_)) | None => None,
        }
    }

    /// Whether its outcome is unknown and no newer export lacks it.
    pub fn is_open(&self) -> bool {
        self.reply.is_none() && self.connected_before.is_none() && self.vanished.is_none()
    }
}

impl SourceRef {
    /// The owner of a record about this request.
    pub fn owner(self, request_ref: RequestRef) -> Owner {
        self.witness.owner(request_ref)
    }

    /// A line of the network's own records, which are no export.
    pub const fn in_messages(line: u32) -> Self {
        let (witness, file) = (AttestedBy::Network, SourceFile::Messages);
        Self { export: 0, witness, file, line, precision: Precision::Second }
    }
}

impl AttestedBy {
    /// The owner of a record about this request.
    pub fn owner(self, request_ref: RequestRef) -> Owner {
        match self {
            Self::Network => Owner::Both(request_ref.sender, request_ref.recipient),
            Self::Sender => Owner::Member(request_ref.sender),
            Self::Recipient => Owner::Member(request_ref.recipient),
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

    /// The name as it is entered, which is also the beginning of handles.
    pub const fn word(self) -> &'static str {
        match self {
            Self::LinkedIn => "linkedin",
            Self::Facebook => "facebook",
            Self::Mastodon => "mastodon",
        }
    }
}

impl SourceFile {
    /// The name of the file, or its content where the name differs from year to year.
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
