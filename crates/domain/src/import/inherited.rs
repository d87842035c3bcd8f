//! What a network had before this log began: members, connections, open requests and blocks, with their original times.
//! Unlike [observed](super::export) facts, they are this network's own, and in force.

use std::borrow::Cow;

use crate::address::{EmailAddress, Handle};
use crate::connection::ConnectionName;
use crate::event::Owner;
use crate::ids::{MemberId, RequestId};
use crate::incoming::Incoming;
use crate::letter::Addressee;
use crate::member::{Profile, Settings, Standing, Tier};
use crate::personal::Personal;
use crate::reason::Code;
use crate::request::{Entered, RequestRef};
use crate::time::Timestamp;

/// Something from before the log; each variant's type id and stored form are the codec's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportedRecord {
    /// This much of a file of records is in the log.
    StretchTaken(FilePrefix),
    /// A member had joined.
    MemberInherited {
        /// The new member's number.
        member: MemberId,
        /// The member's handle.
        handle: Handle,
        /// The member's subscription.
        tier: Tier,
        /// Time at which the member joined.
        joined: Timestamp,
        /// Restriction, ban or closure of the account at the time of the import, if any.
        standing: Standing,
        /// The member's settings.
        settings: Settings,
        /// The member's profile.
        profile: Personal<Profile>,
        /// The member's address book.
        contacts: Personal<Vec<EmailAddress>>,
    },
    /// Two members were connected.
    ConnectionInherited {
        /// Its name, of an id made up for the request that it resulted from, which is unknown.
        name: ConnectionName,
        /// The member at one end.
        member: MemberId,
        /// The member at the other end.
        other: MemberId,
        /// Time at which they were connected.
        since: Timestamp,
    },
    /// A member had asked to connect, and the request had arrived; nothing is known of how it was judged.
    RequestInherited {
        /// Id of the request.
        request: RequestId,
        /// Member who sent the request.
        sender: MemberId,
        /// Addressee as the sender's desk knows them.
        addressee: Addressee,
        /// What the sender entered.
        entered: Personal<Entered>,
        /// Time at which the request was sent.
        asked_at: Timestamp,
    },
    /// The recipient's desk had it.
    ArrivalInherited {
        /// The request, its sender and its recipient.
        request_ref: RequestRef,
        /// Its state there.
        place: ImportedPlace,
        /// Time at which it arrived.
        since: Timestamp,
    },
    /// A member blocked another.
    BlockInherited {
        /// The member who blocks.
        member: MemberId,
        /// The member who is blocked.
        other: MemberId,
        /// Time at which the block began.
        since: Timestamp,
    },
}

/// The first lines of a file of records, all of which are in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePrefix {
    /// Length in bytes.
    pub bytes: u64,
    /// Number of lines.
    pub lines: u64,
    /// Number of records in those lines.
    pub records: u64,
    /// BLAKE3 of those bytes.
    pub source: [u8; 32],
}

/// The state of a request at its recipient's desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImportedPlace {
    /// In the inbox.
    Inbox,
    /// Waiting for the recipient's confirmation before it is displayed.
    Unconfirmed,
    /// Outside the inbox, where the recipient may look, for this reason.
    Filed(Code),
    /// The recipient dismissed it.
    Ignored,
    /// The recipient declined it.
    Declined,
    /// The recipient reported the request.
    Reported,
}

impl ImportedPlace {
    /// The incoming desk's state for this place.
    pub const fn incoming(self) -> Incoming {
        match self {
            Self::Inbox => Incoming::Delivered,
            Self::Unconfirmed => Incoming::AwaitingConfirmation,
            Self::Filed(code) => Incoming::Filed(code),
            Self::Ignored => Incoming::Dismissed,
            Self::Declined => Incoming::Declined,
            Self::Reported => Incoming::Reported,
        }
    }

    /// The place for an incoming desk's state; `None` for a request that was accepted or is no longer open.
    pub const fn of(state: Incoming) -> Option<Self> {
        match state {
            Incoming::Delivered => Some(Self::Inbox),
            Incoming::AwaitingConfirmation => Some(Self::Unconfirmed),
            Incoming::Filed(code) => Some(Self::Filed(code)),
            Incoming::Dismissed => Some(Self::Ignored),
            Incoming::Declined => Some(Self::Declined),
            Incoming::Reported => Some(Self::Reported),
            Incoming::Accepted | Incoming::Gone(_) => None,
        }
    }
}

impl ImportedRecord {
    /// The owner of the event. INVARIANT (two desks): a request is imported as two events, and the one of the recipient's
    /// desk is not the sender's.
    pub fn owner(&self) -> Owner {
        match self {
            Self::StretchTaken(_) => Owner::Network,
            Self::MemberInherited { member, .. } | Self::BlockInherited { member, .. } => {
                Owner::Member(*member)
            }
            Self::ConnectionInherited { member, other, .. } => Owner::Both(*member, *other),
            Self::RequestInherited { sender, .. } => Owner::Member(*sender),
            Self::ArrivalInherited { request_ref, .. } => Owner::Member(request_ref.recipient),
        }
    }

    /// The requests that it is about.
    pub fn requests(&self) -> Cow<'_, [RequestId]> {
        match self {
            Self::ConnectionInherited { name, .. } => Cow::Borrowed(name.requests()),
            Self::RequestInherited { request, .. } => Cow::Borrowed(std::slice::from_ref(request)),
            Self::ArrivalInherited { request_ref, .. } => {
                Cow::Borrowed(std::slice::from_ref(&request_ref.request))
            }
            Self::StretchTaken(_) | Self::MemberInherited { .. } | Self::BlockInherited { .. } => {
                Cow::Borrowed(&[])
            }
        }
    }

    /// When it happened; `None` for a fact about the import itself.
    pub const fn happened_at(&self) -> Option<Timestamp> {
        match self {
            Self::StretchTaken(_) => None,
            Self::MemberInherited { joined: at, .. }
            | Self::ConnectionInherited { since: at, .. }
            | Self::RequestInherited { asked_at: at, .. }
            | Self::ArrivalInherited { since: at, .. }
            | Self::BlockInherited { since: at, .. } => Some(*at),
        }
    }
}
