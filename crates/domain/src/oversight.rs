//! What the network does about members of its own accord: feedback, restrictions by the policy, reviews and appeals.

use crate::Decision;
use crate::event::Owner;
use crate::ids::{LetterNumber, MemberId, PolicyVersion, RequestId};
use crate::letter::{Leg, Letter, Posted};
use crate::member::RestrictionCause;
use crate::outgoing::{Charge, Open, Outgoing};
use crate::reason::Code;
use crate::time::Timestamp;
use crate::verdict::{Outcome, Verdict};

/// Something that the network did about a member; each variant's type id and stored form are the codec's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// What became of a member's requests on the other sides, as far as the member's desk may know.
    FeedbackTaken {
        /// Whose requests.
        member: MemberId,
        /// What it says.
        feedback: Feedback,
    },
    /// The policy restricts a member for a time, because of the feedback just before.
    RestrictionImposed {
        /// Whom.
        member: MemberId,
        /// First moment at which it is over.
        until: Timestamp,
        /// Why.
        cause: RestrictionCause,
        /// The policy that says so.
        policy: PolicyVersion,
        /// The policy's name for the restriction.
        rule: String,
        /// The how manieth in a row, from 1: a later one may be longer.
        step: u32,
    },
    /// A member asks for a decision to be looked at again.
    AppealOpened {
        /// Who.
        member: MemberId,
        /// Against what.
        against: Appealed,
    },
    /// The member was right: the decision is taken back, and its rule leaves the member alone for a time.
    AppealUpheld {
        /// Who appealed.
        member: MemberId,
        /// Against what.
        against: Appealed,
        /// First moment at which the rule holds again for the member.
        exempt_until: Timestamp,
    },
    /// The decision stands.
    AppealDismissed {
        /// Who appealed.
        member: MemberId,
        /// Against what.
        against: Appealed,
    },
    /// A review found nothing against a request that was held for it.
    RequestReleased {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// What the rules say that come after the one that had held it.
        verdict: Verdict,
        /// The letter it goes by; `None` when one of those stops it.
        posted: Option<Posted>,
        /// What it counts against the sender's limits; nothing where the reviewer waived them.
        charge: Charge,
    },
    /// A review found that a request that was held for it goes no further.
    RequestRejected {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// Why.
        code: Code,
    },
}

/// A coarse account of the answers to a member's requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Feedback {
    /// The first moment that it covers.
    pub since: Timestamp,
    /// The first moment that it no longer covers.
    pub until: Timestamp,
    /// How many answers it counts, rounded down to tens.
    pub answered: u32,
    /// How many of a hundred were declined, in tens.
    pub declined_percent: u8,
    /// How many of a hundred were reported, in tens.
    pub reported_percent: u8,
    /// Which answers it counts, and how exactly.
    pub basis: FeedbackBasis,
}

/// Which answers a [`Feedback`] counts, and how exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeedbackBasis {
    /// All answers, acceptances included, without noise. Only logs of earlier versions contain such feedback.
    AllAnswers,
    /// The answers that the sender is not told of, with random noise added to every count.
    PrivateAnswers,
}

/// What an appeal is against.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Appealed {
    /// The rule that decided, by its name: one of the ladder's, one of the policy's restrictions, or
    /// [`Appealed::OPERATOR`].
    pub rule: String,
    /// The request that it stopped; `None` where it is the account that was restricted or banned.
    pub request: Option<RequestId>,
}

impl Appealed {
    /// Stands in the place of a rule's name where whoever runs the network decided.
    pub const OPERATOR: &'static str = "operator";
}

impl Event {
    /// Whose desk it was written at.
    pub fn owner(&self) -> Owner {
        match self {
            Self::FeedbackTaken { member, .. }
            | Self::RestrictionImposed { member, .. }
            | Self::AppealOpened { member, .. }
            | Self::AppealUpheld { member, .. }
            | Self::AppealDismissed { member, .. } => Owner::Member(*member),
            Self::RequestReleased { sender, .. } | Self::RequestRejected { sender, .. } => {
                Owner::Member(*sender)
            }
        }
    }

    /// The request that it is about.
    pub fn request(&self) -> Option<RequestId> {
        match self {
            Self::RequestReleased { request, .. } | Self::RequestRejected { request, .. } => Some(*request),
            Self::AppealOpened { against, .. }
            | Self::AppealUpheld { against, .. }
            | Self::AppealDismissed { against, .. } => against.request,
            Self::FeedbackTaken { .. } | Self::RestrictionImposed { .. } => None,
        }
    }

    /// The letter that it posts.
    pub fn posted(&self) -> Option<&Posted> {
        match self {
            Self::RequestReleased { posted, .. } => posted.as_ref(),
            Self::FeedbackTaken { .. }
            | Self::RestrictionImposed { .. }
            | Self::AppealOpened { .. }
            | Self::AppealUpheld { .. }
            | Self::AppealDismissed { .. }
            | Self::RequestRejected { .. } => None,
        }
    }
}

/// A review lets a held request go on: what the rules say that may stop it now is in `verdict`. Where that is for a time
/// only, it stays held. `number` is the next on its road.
pub fn release(open: &Open, verdict: Verdict, charge: Charge, number: LetterNumber) -> Decision<Event> {
    let (Outgoing::HeldForReview, Some(route)) = (open.state, open.route()) else {
        return Decision::NotThere(Some(open.state.code()));
    };
    let Open { request, sender, distance, .. } = *open;
    let (posted, charge) = match verdict.outcome {
        Outcome::Pass => {
            let letter = Letter::Request { request, distance };
            (Some(Posted { leg: Leg { route, number }, letter }), charge)
        }
        Outcome::Refuse(code) if !is_for_good(code) => return Decision::Refused(code),
        Outcome::Hold(_) | Outcome::Refuse(_) => (None, Charge::Nothing),
    };
    happens(Event::RequestReleased { request, sender, verdict, posted, charge })
}

/// Whether what stops a released request is not going to end by itself or by waiting.
fn is_for_good(code: Code) -> bool {
    matches!(code, Code::YouBlockedThem | Code::AlreadyConnected | Code::SenderBanned)
}

/// A review refuses a held request.
pub fn reject(open: &Open) -> Decision<Event> {
    if open.state != Outgoing::HeldForReview {
        return Decision::NotThere(Some(open.state.code()));
    }
    let Open { request, sender, .. } = *open;
    happens(Event::RequestRejected { request, sender, code: Code::SpamRefused })
}

/// What an appeal comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// The member was right; the rule leaves the member alone until then.
    Upheld(Timestamp),
    /// The decision stands.
    Dismissed,
}

/// A member appeals. An upheld appeal against what restricts the account lifts that, too: see [`rule_on`].
pub fn appeal(member: MemberId, against: Appealed) -> Decision<Event> {
    happens(Event::AppealOpened { member, against })
}

/// Somebody who runs the network decides an appeal.
pub fn rule_on(member: MemberId, against: Appealed, ruling: Ruling) -> Decision<Event> {
    happens(match ruling {
        Ruling::Upheld(exempt_until) => Event::AppealUpheld { member, against, exempt_until },
        Ruling::Dismissed => Event::AppealDismissed { member, against },
    })
}

fn happens(event: Event) -> Decision<Event> {
    Decision::Happens(vec![event])
}
