//! What happens at one member's end of a connection or a block.

use std::borrow::Cow;

use super::ConnectionName;
use crate::event::Owner;
use crate::ids::{LetterNumber, MemberId, RequestId};
use crate::letter::{Letter, LetterId, PostedLetter};

/// What happened between `member` and `other`, at the desk of `member`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Member at whose desk the event was written.
    pub member: MemberId,
    /// The other member.
    pub other: MemberId,
    /// What happened, as one of the stream's kinds.
    pub kind: Kind,
}

/// The kinds of [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The member blocks the other.
    Blocked {
        /// The other's requests that the block files.
        files: Vec<RequestId>,
    },
    /// The member no longer blocks the other.
    Unblocked,
    /// An existing connection was recorded, for both ends at once.
    Recorded {
        /// Name of the connection: the requests that it resulted from.
        name: ConnectionName,
    },
    /// The member ended the connection.
    Disconnected {
        /// Name of the connection concerned.
        name: ConnectionName,
        /// The letter that says so.
        letter: LetterNumber,
    },
    /// The connection ended because the member's account was closed.
    Closed {
        /// Name of the connection concerned.
        name: ConnectionName,
        /// The letter that says so.
        letter: LetterNumber,
    },
    /// The desk learned that the other accepted.
    AcceptanceTaken {
        /// The connection's name.
        name: ConnectionName,
        /// Other requests between the two, which the connection makes pointless.
        also: Vec<RequestId>,
        /// The other's own request, when this desk has it too: both asked.
        crossed: Option<RequestId>,
        /// The letter taken, from `other`.
        letter: LetterNumber,
    },
    /// The desk learned that the other accepted a request that is no longer open, and answered that there is no connection.
    AcceptanceLapsed {
        /// The connection's name.
        name: ConnectionName,
        /// The letter taken, from `other`.
        letter: LetterNumber,
        /// The letter that answers.
        answer: LetterNumber,
    },
    /// The desk learned that the other ended the connection.
    DisconnectionTaken {
        /// Name of the connection concerned.
        name: ConnectionName,
        /// The letter taken, from `other`.
        letter: LetterNumber,
    },
    /// The desk learned that the other closed the account.
    ClosureTaken {
        /// The connection that this ends; `None` when there was none left.
        name: Option<ConnectionName>,
        /// The letter taken, from `other`.
        letter: LetterNumber,
    },
}

impl Event {
    /// The owner of the event: the member, or both ends of an existing connection that was recorded.
    pub fn owner(&self) -> Owner {
        match self.kind {
            Kind::Recorded { .. } => Owner::Both(self.member, self.other),
            Kind::Blocked { .. }
            | Kind::Unblocked
            | Kind::Disconnected { .. }
            | Kind::Closed { .. }
            | Kind::AcceptanceTaken { .. }
            | Kind::AcceptanceLapsed { .. }
            | Kind::DisconnectionTaken { .. }
            | Kind::ClosureTaken { .. } => Owner::Member(self.member),
        }
    }

    /// The requests that it is about.
    pub fn requests(&self) -> Cow<'_, [RequestId]> {
        match &self.kind {
            Kind::Blocked { files } => Cow::Borrowed(files),
            Kind::Unblocked | Kind::ClosureTaken { name: None, .. } => Cow::Borrowed(&[]),
            Kind::AcceptanceTaken { name, also, .. } if also.is_empty() => Cow::Borrowed(name.requests()),
            Kind::AcceptanceTaken { name, also, .. } => name.requests().iter().chain(also).copied().collect(),
            Kind::Recorded { name }
            | Kind::Disconnected { name, .. }
            | Kind::Closed { name, .. }
            | Kind::AcceptanceLapsed { name, .. }
            | Kind::DisconnectionTaken { name, .. }
            | Kind::ClosureTaken { name: Some(name), .. } => Cow::Borrowed(name.requests()),
        }
    }

    /// The letter that it posts.
    pub fn posted(&self) -> Option<PostedLetter> {
        let (number, letter) = match &self.kind {
            Kind::AcceptanceLapsed { name, answer: letter, .. } | Kind::Disconnected { name, letter } => {
                (*letter, Letter::Disconnected { name: name.clone() })
            }
            Kind::Closed { letter, .. } => (*letter, Letter::Closed),
            Kind::Blocked { .. }
            | Kind::Unblocked
            | Kind::Recorded { .. }
            | Kind::AcceptanceTaken { .. }
            | Kind::DisconnectionTaken { .. }
            | Kind::ClosureTaken { .. } => return None,
        };
        Some(PostedLetter { letter_id: LetterId::between(self.member, self.other, number), letter })
    }

    /// The letter that it takes.
    pub fn settles(&self) -> Option<LetterId> {
        match self.kind {
            Kind::AcceptanceTaken { letter, .. }
            | Kind::AcceptanceLapsed { letter, .. }
            | Kind::DisconnectionTaken { letter, .. }
            | Kind::ClosureTaken { letter, .. } => Some(LetterId::between(self.other, self.member, letter)),
            Kind::Blocked { .. }
            | Kind::Unblocked
            | Kind::Recorded { .. }
            | Kind::Disconnected { .. }
            | Kind::Closed { .. } => None,
        }
    }
}
