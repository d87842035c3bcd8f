//! What happens to a request at its recipient's desk.

use crate::connection::ConnectionName;
use crate::ids::{LetterNumber, RequestId};
use crate::letter::{Letter, LetterId, PostedLetter};
use crate::outgoing::Crossing;
use crate::request::RequestRef;
use crate::verdict::Verdict;

/// What happened to a request at its recipient's desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The request, its sender and its recipient.
    pub request_ref: RequestRef,
    /// What happened, as one of the stream's kinds.
    pub kind: Kind,
}

/// The kinds of [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is in the inbox.
    Delivered {
        /// Verdict that let it pass.
        verdict: Verdict,
    },
    /// It waits for the recipient's confirmation before it is displayed.
    Held {
        /// Verdict that decided it.
        verdict: Verdict,
    },
    /// It is kept outside the inbox, where the recipient may look.
    Filed {
        /// Verdict that decided it.
        verdict: Verdict,
    },
    /// It was filed because the recipient's account was closed: nobody will answer it.
    FiledByClosure,
    /// It adds nothing: the recipient has an earlier request of the sender's, or the two are connected.
    Merged {
        /// The earlier request; `None` when the two are connected.
        into: Option<RequestId>,
    },
    /// It crossed the recipient's own request to the sender: the two are connected.
    Crossed {
        /// The connection's name, which holds both requests.
        name: ConnectionName,
        /// The letter that says so.
        letter: LetterNumber,
    },
    /// The recipient confirmed it: it is in the inbox.
    Shown,
    /// The recipient accepted.
    Accepted {
        /// The connection's name.
        name: ConnectionName,
        /// The letter that says so.
        letter: LetterNumber,
        /// The send that accepted it, where the recipient sent a request of their own.
        crossing: Option<Crossing>,
    },
    /// The recipient declined.
    Declined,
    /// The recipient set it aside.
    Dismissed,
    /// The recipient reported it.
    Reported,
}

impl Event {
    /// The requests that it is about.
    pub fn requests(&self) -> &[RequestId] {
        match &self.kind {
            Kind::Crossed { name, .. } | Kind::Accepted { name, .. } => name.requests(),
            Kind::Delivered { .. }
            | Kind::Held { .. }
            | Kind::Filed { .. }
            | Kind::FiledByClosure
            | Kind::Merged { .. }
            | Kind::Shown
            | Kind::Declined
            | Kind::Dismissed
            | Kind::Reported => std::slice::from_ref(&self.request_ref.request),
        }
    }

    /// The letter that it posts.
    pub fn posted(&self) -> Option<PostedLetter> {
        match &self.kind {
            Kind::Crossed { name, letter } | Kind::Accepted { name, letter, .. } => Some(PostedLetter {
                letter_id: LetterId::between(self.request_ref.recipient, self.request_ref.sender, *letter),
                letter: Letter::Accepted { name: name.clone() },
            }),
            Kind::Delivered { .. }
            | Kind::Held { .. }
            | Kind::Filed { .. }
            | Kind::FiledByClosure
            | Kind::Merged { .. }
            | Kind::Shown
            | Kind::Declined
            | Kind::Dismissed
            | Kind::Reported => None,
        }
    }
}
