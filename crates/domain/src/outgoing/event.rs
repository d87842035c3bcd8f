//! What happens to a request at its sender's desk.

use super::Charge;
use crate::ids::{MemberId, RequestId};
use crate::letter::{Addressee, Channel, PostedLetter};
use crate::personal::Personal;
use crate::recorded::WithdrawnBy;
use crate::request::Entered;
use crate::time::Span;
use crate::verdict::{Distance, Verdict};

/// What happened to a request at its sender's desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Id of the request.
    pub request: RequestId,
    /// Member who sent the request.
    pub sender: MemberId,
    /// What happened, as one of the stream's kinds.
    pub kind: Kind,
}

/// The kinds of [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The member asked to connect. Recorded whatever the verdict is.
    Submitted {
        /// Addressee as the sender's desk knows them.
        addressee: Addressee,
        /// What the sender entered.
        entered: Personal<Entered>,
        /// The channel that it came in by.
        channel: Channel,
        /// How far apart the two are at this moment; `None` where the sender's side cannot know.
        distance: Option<Distance>,
    },
    /// It was refused.
    Refused {
        /// Verdict that decided it.
        verdict: Verdict,
    },
    /// It is held at the sender's desk.
    Held {
        /// Verdict that decided it.
        verdict: Verdict,
        /// What it counts against the sender's limits.
        charge: Charge,
    },
    /// It was sent.
    Sent {
        /// Verdict that let it pass.
        verdict: Verdict,
        /// The letter that carries it.
        posted: PostedLetter,
    },
    /// The sender confirmed it, and it was sent.
    Confirmed {
        /// Verdict that let it pass.
        verdict: Verdict,
        /// The letter that carries it.
        posted: PostedLetter,
        /// What it counts against the sender's limits.
        charge: Charge,
    },
    /// It was withdrawn.
    Withdrawn {
        /// Who or what withdrew it.
        by: WithdrawnBy,
        /// The letter that says so; `None` when the request had not arrived: its own letter is cancelled instead.
        posted: Option<PostedLetter>,
    },
    /// The request reached the policy's expiry age.
    Expired {
        /// The age at which the policy lets requests expire.
        expiry: Span,
        /// The letter that says so; `None` when the request had not arrived.
        posted: Option<PostedLetter>,
    },
    /// The sender reminded the recipient of it.
    Reminded {
        /// The letter that carries the reminder.
        posted: PostedLetter,
    },
}

impl Event {
    /// The letter that it posts.
    pub const fn posted(&self) -> Option<&PostedLetter> {
        match &self.kind {
            Kind::Sent { posted, .. } | Kind::Confirmed { posted, .. } | Kind::Reminded { posted } => {
                Some(posted)
            }
            Kind::Withdrawn { posted, .. } | Kind::Expired { posted, .. } => posted.as_ref(),
            Kind::Submitted { .. } | Kind::Refused { .. } | Kind::Held { .. } => None,
        }
    }
}
