//! What the outgoing desk knows when it judges a send: plain data that the engine gathers from the views.

use std::collections::BTreeSet;

use acquaint_domain::{
    AcceptFrom, BucketKind, Confirmation, Distance, EventNumber, Feedback, MalformedAddress, MaxDegree,
    PolicyVersion, RequestId, Standing, Tier, Timestamp,
};

use crate::spam::SpamFacts;

/// The facts of a send. None depends on what the recipient did in private.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The policy in force.
    pub policy: PolicyVersion,
    /// The last event that these facts include.
    pub facts_at: EventNumber,
    /// The moment of the send.
    pub now: Timestamp,
    /// The result of looking up the address.
    pub address: AddressLookup,
    /// Since when the sender blocks the recipient.
    pub blocked_since: Option<Timestamp>,
    /// Since when the two are connected, and by which request.
    pub connected: Option<(Timestamp, Option<RequestId>)>,
    /// The open request to the same address, and since when it has been open.
    pub pending: Option<(Timestamp, RequestId)>,
    /// The addressee's own request to the sender, if the sender can answer it, and when it arrived. `None` as well when the
    /// sender blocks the addressee, when the two are connected, and for an e-mail address.
    pub crossing: Option<(Timestamp, RequestId)>,
    /// When the sender last withdrew a request to the same address; looked up only under a policy with a cool-down.
    pub withdrawn: Option<Timestamp>,
    /// The sender's standing, as of now.
    pub standing: Standing,
    /// The sender's tier.
    pub tier: Tier,
    /// The sender's own setting: from whom they accept requests.
    pub accept_from: AcceptFrom,
    /// The sender's own setting: from how far away they accept requests.
    pub max_degree: MaxDegree,
    /// The sender's own setting: whether they confirm a request before it is sent.
    pub confirmation: Confirmation,
    /// The version of the sender's settings.
    pub settings_version: u32,
    /// Whether the address used, or the e-mail address given, is among the sender's imported contacts.
    pub in_contacts: bool,
    /// Whether an e-mail address was used or given.
    pub by_email: bool,
    /// How far apart the two are; `None` for an e-mail address.
    pub distance: Option<Distance>,
    /// How many requests of the sender are open; looked up only under a policy that caps it, otherwise 0.
    pub open: u32,
    /// How many connections the sender has; looked up only under a policy that caps it, otherwise 0.
    pub connections: u32,
    /// Length of the note in characters; `None` without a note.
    pub note_chars: Option<u32>,
    /// The newest feedback.
    pub feedback: Option<Feedback>,
    /// Names of the rules from which the sender is exempt because an appeal was upheld.
    pub exempt: BTreeSet<String>,
    /// The sender's usage of each limit, in the order of the policy's limits.
    pub usage: Vec<Usage>,
    /// What the spam filter looks at.
    pub spam: SpamFacts,
}

/// The result of looking up an address among public names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressLookup {
    /// It is not a well-formed address.
    Malformed(MalformedAddress),
    /// No member has this handle or URL.
    Unknown,
    /// It is the sender's own address.
    Oneself,
    /// A member has this handle or URL.
    Member,
    /// An e-mail address; the outgoing desk may not know whose it is.
    Email,
}

/// What was charged in a limit's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// In a rolling window.
    Sliding {
        /// How much of the limit is used.
        used: u32,
        /// When the limit frees; `None` if there is room now.
        frees_at: Option<Timestamp>,
    },
    /// In a fixed window.
    Fixed {
        /// What decides when the window begins.
        kind: BucketKind,
        /// How much of the limit is used.
        used: u32,
        /// First moment of the window.
        begins: Timestamp,
        /// First moment after the window.
        ends: Timestamp,
    },
    /// The counter has not been filled from the log yet.
    Uncounted,
}

impl Usage {
    /// How much of the limit is used; `None` while that is unknown.
    pub fn used(self) -> Option<u32> {
        match self {
            Self::Sliding { used, .. } | Self::Fixed { used, .. } => Some(used),
            Self::Uncounted => None,
        }
    }

    /// When a limit of `limit` frees; `None` if there is room now, or if that is unknown.
    pub fn frees_at(self, limit: u32) -> Option<Timestamp> {
        match self {
            Self::Sliding { frees_at, .. } => frees_at,
            Self::Fixed { used, .. } if used < limit => None,
            Self::Fixed { .. } if limit == 0 => Some(Timestamp::from_millis(i64::MAX)),
            Self::Fixed { ends, .. } => Some(ends),
            Self::Uncounted => None,
        }
    }
}
