//! Everything that can happen, in the streams that the whole workspace shares. An event has a head, which says whose it is
//! and what it is about, and a kind, which says what happened.

use std::borrow::Cow;

use crate::ids::{MemberId, RequestId};
use crate::letter::{LetterId, PostedLetter};
use crate::{account, connection, import, incoming, letter, network, outgoing, oversight};

/// What happened. Each kind's type id and stored form are the codec's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// To the network as a whole.
    Network(network::Event),
    /// To one member's account.
    Account(account::Event),
    /// To one member's end of a connection or a block.
    Connection(connection::Event),
    /// To a request at its sender's desk.
    Outgoing(outgoing::Event),
    /// To a letter in transit or on arrival.
    Letter(letter::Event),
    /// To a request at its recipient's desk.
    Incoming(incoming::Event),
    /// What the network itself did about a member.
    Oversight(oversight::Event),
    /// What was imported from another network's records, or from before this log.
    Import(import::Event),
}

/// The owner of an event: the desk at which it was written. A member may see the events of the member's own desk and no
/// others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// The desk of one member.
    Member(MemberId),
    /// The desks of two members; if the event is about a request, its sender is the first.
    Both(MemberId, MemberId),
    /// No member: the network itself.
    Network,
}

impl Owner {
    /// Whether `member` owns it, alone or with another.
    pub fn is(self, member: MemberId) -> bool {
        match self {
            Self::Member(one) => one == member,
            Self::Both(one, other) => one == member || other == member,
            Self::Network => false,
        }
    }
}

impl Event {
    /// The owner of the event.
    pub fn owner(&self) -> Owner {
        match self {
            Self::Network(event) => event.owner(),
            Self::Account(event) => Owner::Member(event.member),
            Self::Connection(event) => event.owner(),
            Self::Outgoing(event) => Owner::Member(event.sender),
            Self::Letter(event) => event.owner(),
            Self::Incoming(event) => Owner::Member(event.request_ref.recipient),
            Self::Oversight(event) => event.owner(),
            Self::Import(event) => event.owner(),
        }
    }

    /// The requests that it is about.
    pub fn requests(&self) -> Cow<'_, [RequestId]> {
        match self {
            Self::Network(event) => event.request().into_iter().collect(),
            Self::Account(event) => Cow::Borrowed(event.requests()),
            Self::Connection(event) => event.requests(),
            Self::Outgoing(event) => Cow::Borrowed(std::slice::from_ref(&event.request)),
            Self::Letter(event) => event.request().into_iter().collect(),
            Self::Incoming(event) => Cow::Borrowed(event.requests()),
            Self::Oversight(event) => event.request().into_iter().collect(),
            Self::Import(event) => event.requests(),
        }
    }

    /// The letters that it posts.
    pub fn posts(&self) -> Vec<PostedLetter> {
        match self {
            Self::Account(event) => event.posts(),
            Self::Connection(event) => event.posted().into_iter().collect(),
            Self::Outgoing(event) => event.posted().into_iter().cloned().collect(),
            Self::Incoming(event) => event.posted().into_iter().collect(),
            Self::Oversight(event) => event.posted().into_iter().cloned().collect(),
            Self::Network(_) | Self::Letter(_) | Self::Import(_) => Vec::new(),
        }
    }

    /// The letter that it completes: taken by the other desk, or given up.
    pub fn settles(&self) -> Option<LetterId> {
        match self {
            Self::Letter(event) => event.settles(),
            Self::Connection(event) => event.settles(),
            Self::Network(_)
            | Self::Account(_)
            | Self::Outgoing(_)
            | Self::Incoming(_)
            | Self::Oversight(_)
            | Self::Import(_) => None,
        }
    }
}

/// Makes each stream's event an [`Event`], so that a decision can return events of its own stream.
macro_rules! streams {
    ($($stream:ident => $variant:ident),*) => {
        $(impl From<$stream::Event> for Event {
            fn from(event: $stream::Event) -> Self {
                Self::$variant(event)
            }
        })*
    };
}

streams! {
    network => Network, account => Account, connection => Connection, outgoing => Outgoing, letter => Letter,
    incoming => Incoming, oversight => Oversight, import => Import
}
