//! What the network itself does about a member.

use crate::event::Owner;
use crate::ids::{MemberId, PolicyVersion, RequestId};
use crate::letter::PostedLetter;
use crate::member::RestrictionCause;
use crate::outgoing::Charge;
use crate::reason::Code;
use crate::time::Timestamp;
use crate::verdict::Verdict;

/// Something that the network did about a member; each variant's type id and stored form are the codec's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A member's desk learned how the member's requests were answered, as far as it may know.
    FeedbackTaken {
        /// The member whose requests were answered.
        member: MemberId,
        /// The feedback itself.
        feedback: Feedback,
    },
    /// The policy restricts a member for a time, because of the feedback just before.
    RestrictionImposed {
        /// Member whom it concerns.
        member: MemberId,
        /// First moment at which the restriction is over.
        until: Timestamp,
        /// Cause of the restriction.
        cause: RestrictionCause,
        /// The policy that imposed it.
        policy: PolicyVersion,
        /// The policy's name for the restriction.
        rule: String,
        /// 1-based number of consecutive restrictions: a later one may be longer.
        step: u32,
    },
    /// A member appealed against a decision.
    AppealOpened {
        /// Member whom it concerns.
        member: MemberId,
        /// The decision that is appealed against.
        against: Appealed,
    },
    /// The member was right: the decision is reversed, and the member is exempt from its rule for a time.
    AppealUpheld {
        /// Member whom it concerns.
        member: MemberId,
        /// The decision that is appealed against.
        against: Appealed,
        /// First moment at which the rule applies to the member again.
        exempt_until: Timestamp,
    },
    /// The decision is unchanged.
    AppealDismissed {
        /// Member whom it concerns.
        member: MemberId,
        /// The decision that is appealed against.
        against: Appealed,
    },
    /// A review released a held request.
    RequestReleased {
        /// Id of the request.
        request: RequestId,
        /// Member who sent the request.
        sender: MemberId,
        /// Verdict of the rules after the one that had held it.
        verdict: Verdict,
        /// The letter that carries it; `None` when one of those rules stops it.
        posted: Option<PostedLetter>,
        /// What it counts against the sender's limits; nothing where the reviewer waived them.
        charge: Charge,
    },
    /// An appeal was upheld, but its request stays held: something else stops it for a time.
    RequestStaysHeld {
        /// Id of the request.
        request: RequestId,
        /// Member who sent the request.
        sender: MemberId,
        /// What stops it.
        code: Code,
        /// First moment at which that no longer stops it, where the rules say when.
        until: Option<Timestamp>,
    },
    /// A ban was reversed: requests that it withdrew are restored, each by an event of its own.
    BanReversed {
        /// Member whom it concerns.
        member: MemberId,
        /// The requests that are restored, in that order.
        restores: Vec<RequestId>,
    },
    /// A request that a ban had withdrawn is open again.
    RequestRestored {
        /// Id of the request.
        request: RequestId,
        /// Member who sent the request.
        sender: MemberId,
        /// The letter by which it goes out again; `None` for one that had not left and is held as it was.
        posted: Option<PostedLetter>,
        /// Why it is held; `None` for one that goes out.
        held: Option<Code>,
    },
    /// A review refused a held request.
    RequestRejected {
        /// Id of the request.
        request: RequestId,
        /// Member who sent the request.
        sender: MemberId,
        /// Reason code that explains it.
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
    /// Percentage of them that were declines, in tens.
    pub declined_percent: u8,
    /// Percentage of them that were reports, in tens.
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
    /// Name of the rule that decided: a [`Rule`](crate::Rule), one of the policy's restrictions, or
    /// [`Appealed::OPERATOR`].
    pub rule: String,
    /// The request that it stopped; `None` when the account was restricted or banned.
    pub request: Option<RequestId>,
}

impl Appealed {
    /// Takes the place of a rule's name where the network's operator decided.
    pub const OPERATOR: &'static str = "operator";
}

impl Event {
    /// The owner of the event.
    pub fn owner(&self) -> Owner {
        match self {
            Self::FeedbackTaken { member, .. }
            | Self::RestrictionImposed { member, .. }
            | Self::AppealOpened { member, .. }
            | Self::AppealUpheld { member, .. }
            | Self::AppealDismissed { member, .. }
            | Self::BanReversed { member, .. } => Owner::Member(*member),
            Self::RequestReleased { sender, .. }
            | Self::RequestRejected { sender, .. }
            | Self::RequestStaysHeld { sender, .. }
            | Self::RequestRestored { sender, .. } => Owner::Member(*sender),
        }
    }

    /// The request that it is about.
    pub fn request(&self) -> Option<RequestId> {
        match self {
            Self::RequestReleased { request, .. }
            | Self::RequestRejected { request, .. }
            | Self::RequestStaysHeld { request, .. }
            | Self::RequestRestored { request, .. } => Some(*request),
            Self::AppealOpened { against, .. }
            | Self::AppealUpheld { against, .. }
            | Self::AppealDismissed { against, .. } => against.request,
            Self::FeedbackTaken { .. } | Self::RestrictionImposed { .. } | Self::BanReversed { .. } => None,
        }
    }

    /// The letter that it posts.
    pub fn posted(&self) -> Option<&PostedLetter> {
        match self {
            Self::RequestReleased { posted, .. } | Self::RequestRestored { posted, .. } => posted.as_ref(),
            Self::FeedbackTaken { .. }
            | Self::RestrictionImposed { .. }
            | Self::AppealOpened { .. }
            | Self::AppealUpheld { .. }
            | Self::AppealDismissed { .. }
            | Self::RequestStaysHeld { .. }
            | Self::BanReversed { .. }
            | Self::RequestRejected { .. } => None,
        }
    }
}
