//! Letters: the only thing that one desk ever sends to another.

mod event;

pub use event::{Event, Kind};

use crate::connection::ConnectionName;
use crate::ids::{LetterNumber, MemberId, RequestId};
use crate::time::{Span, Timestamp};
use crate::verdict::Distance;

/// What one desk sends to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Letter {
    /// The sender asks to connect.
    Request {
        /// Id of the request.
        request: RequestId,
        /// How far apart the two were when it was sent; `None` where the sender's side cannot know (an e-mail address).
        distance: Option<Distance>,
    },
    /// The recipient accepted, or had sent a request as well.
    Accepted {
        /// The name of the connection, which holds the requests that it answers.
        name: ConnectionName,
    },
    /// The sender's request is no longer open.
    Withdrawn {
        /// Id of the request.
        request: RequestId,
        /// What led to the withdrawal.
        cause: WithdrawalCause,
    },
    /// The connection has ended.
    Disconnected {
        /// Name of the connection concerned.
        name: ConnectionName,
    },
    /// The writer's account is closed; a connection with it has ended.
    Closed,
    /// The sender reminds the recipient of a request.
    Reminder {
        /// Id of the request.
        request: RequestId,
    },
}

/// Why a request is no longer open on the sender's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WithdrawalCause {
    /// The sender withdrew it, or the network withdrew it for the sender.
    Withdrawn,
    /// It reached the policy's expiry age.
    Expired,
    /// The sender's account was closed.
    SenderClosed,
}

/// A sequence of letters from one desk to another, which are numbered and taken in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// From one member's desk to another's.
    Member {
        /// The member whose desk writes.
        from: MemberId,
        /// The member whose desk reads.
        to: MemberId,
    },
    /// To the member, if any, who has the e-mail address that this request was sent to: the writer does not know who.
    Email {
        /// The member whose desk writes.
        from: MemberId,
        /// The request that was sent to the address.
        request: RequestId,
    },
}

/// A letter's id: its lane and its number on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetterId {
    /// Lane in which the letter travels.
    pub lane: Lane,
    /// Its number on the lane.
    pub number: LetterNumber,
}

/// A letter on its lane.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PostedLetter {
    /// Lane and number of the letter.
    pub letter_id: LetterId,
    /// What it says.
    pub letter: Letter,
}

/// The addressee of a request, as the sender's desk knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Addressee {
    /// A member, by handle or profile URL, which are public.
    Member(MemberId),
    /// The member, if any, who has the e-mail address that was entered.
    Email,
    /// Nobody: the address is unknown or malformed.
    Nobody,
}

/// The channel that a request came in by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// The web site.
    Web,
    /// The mobile app.
    Mobile,
    /// The desktop app.
    Desktop,
    /// A program, by the name it gives.
    Api(String),
}

/// How an attempt to deliver a letter fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The other side answered with an error.
    ServerError,
    /// The other side did not answer in time.
    Timeout,
    /// The app lost it.
    AppBug,
}

/// The channels that a fault affects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultChannel {
    /// The web site's.
    Web,
    /// The mobile app's.
    Mobile,
    /// The desktop app's.
    Desktop,
    /// Every letter, by whatever channel its request came in.
    All,
}

impl LetterId {
    /// The letter of this number from one member's desk to another's.
    pub const fn between(from: MemberId, to: MemberId, number: LetterNumber) -> Self {
        Self { lane: Lane::Member { from, to }, number }
    }
}

impl Letter {
    /// The requests that it is about. A closed account's letter names none: those of the connection that ends by it are in
    /// the event that posts it.
    pub fn requests(&self) -> &[RequestId] {
        match self {
            Self::Request { request, .. } | Self::Withdrawn { request, .. } | Self::Reminder { request } => {
                std::slice::from_ref(request)
            }
            Self::Accepted { name } | Self::Disconnected { name } => name.requests(),
            Self::Closed => &[],
        }
    }
}

impl Lane {
    /// The member whose desk writes.
    pub const fn writer(self) -> MemberId {
        match self {
            Self::Member { from, .. } | Self::Email { from, .. } => from,
        }
    }
}

/// Waiting letters are retried at whole seconds within this many after their channel works again, not all at once.
const RESUMES_WITHIN_SECONDS: u64 = 60;

impl LetterId {
    /// When a waiting letter is retried whose channel has worked again since `works_since`: within a minute, at a moment that
    /// depends only on the letter's own lane and number. INVARIANT (two desks): it does not depend on how many other letters
    /// wait, or whose they are.
    pub fn resumes_at(self, works_since: Timestamp) -> Timestamp {
        let (ends, kind) = match self.lane {
            Lane::Member { from, to } => (u64::from(from.0) << 32 | u64::from(to.0), 0),
            Lane::Email { request, .. } => (request.0, 1),
        };
        let mixed = mix(mix(ends) ^ (u64::from(self.number.0) << 1 | kind));
        works_since.plus(Span::seconds((mixed % RESUMES_WITHIN_SECONDS) as i64))
    }
}

/// Spreads numbers that are close together over all 64 bits (the finaliser of SplitMix64).
const fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl FaultChannel {
    /// Whether a fault of this channel affects a letter of `channel`. A letter that no member's click caused has no channel,
    /// and only a fault of all channels affects it.
    pub fn strikes(self, channel: Option<&Channel>) -> bool {
        match self {
            Self::All => true,
            Self::Web => channel == Some(&Channel::Web),
            Self::Mobile => channel == Some(&Channel::Mobile),
            Self::Desktop => channel == Some(&Channel::Desktop),
        }
    }
}
