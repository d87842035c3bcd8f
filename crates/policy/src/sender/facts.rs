//! What the outgoing desk knows when a send is judged: plain data, gathered by the engine from the views.

use std::collections::BTreeSet;

use acquaint_domain::{
    AcceptFrom, BucketKind, Confirmation, Distance, EventNumber, Feedback, MalformedAddress, MaxDegree,
    PolicyVersion, RequestId, Standing, Tier, Timestamp, Whether,
};

use crate::spam::SpamFacts;

/// The facts of a send. Nothing in it depends on what the recipient did in private.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The policy in force.
    pub policy: PolicyVersion,
    /// The last event that these facts include.
    pub facts_at: EventNumber,
    /// The moment of the send.
    pub now: Timestamp,
    /// What became of the address.
    pub address: AddressLookup,
    /// Since when the sender blocks the recipient.
    pub blocked_since: Option<Timestamp>,
    /// Since when the two are connected, and by which request.
    pub connected: Option<(Timestamp, Option<RequestId>)>,
    /// The open request to the same address, and since when it is.
    pub pending: Option<(Timestamp, RequestId)>,
    /// The addressee's own request that lies at the sender's desk and can be answered, and since when it is there; `None`
    /// also where the sender blocks the addressee, where the two are connected, and for an e-mail address.
    pub crossing: Option<(Timestamp, RequestId)>,
    /// When the sender last withdrew a request to the same address; looked up where the policy has a cool-down for it.
    pub withdrawn: Option<Timestamp>,
    /// The sender's standing, as of now.
    pub standing: Standing,
    /// The sender's tier.
    pub tier: Tier,
    /// The sender's own setting: who may send.
    pub accept_from: AcceptFrom,
    /// The sender's own setting: from how far.
    pub max_degree: MaxDegree,
    /// The sender's own setting: a word first.
    pub confirmation: Confirmation,
    /// The version of the sender's settings.
    pub settings_version: u32,
    /// Whether the address used, or the e-mail address given, is among the sender's imported contacts.
    pub in_contacts: Whether,
    /// Whether an e-mail address was used or given.
    pub by_email: Whether,
    /// How far apart the two are; `None` for an e-mail address.
    pub distance: Option<Distance>,
    /// How many requests of the sender's are open; looked up where the policy caps it, else 0.
    pub open: u32,
    /// How many connections the sender has; looked up where the policy caps it, else 0.
    pub connections: u32,
    /// How many characters the note has; `None` without one.
    pub note_chars: Option<u32>,
    /// The newest feedback.
    pub feedback: Option<Feedback>,
    /// The names of rules that leave the sender alone, because an appeal was upheld.
    pub exempt: BTreeSet<String>,
    /// What the sender sent before, in each limit's window, in the order of the policy's limits.
    pub usage: Vec<Usage>,
    /// What the spam filter looks at.
    pub spam: SpamFacts,
}

/// What became of an address when it was looked up among public names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressLookup {
    /// It has not the form of one.
    Malformed(MalformedAddress),
    /// No member has this handle or URL.
    Unknown,
    /// It is the sender's own.
    Oneself,
    /// A member has this handle or URL.
    Member,
    /// An e-mail address; whose is not the outgoing desk's to know.
    Email,
}

/// What was charged in a limit's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// In a window that moves along.
    Sliding {
        /// How much of the limit is used.
        used: u32,
        /// When there is room again; `None` when there is.
        frees_at: Option<Timestamp>,
    },
    /// In a fixed window.
    Fixed {
        /// What decides when the window begins.
        kind: BucketKind,
        /// How much of the limit is used.
        used: u32,
        /// Its first moment.
        begins: Timestamp,
        /// First moment at which it is over.
        ends: Timestamp,
    },
    /// The counter has not been filled from the log yet.
    Uncounted,
}

impl Usage {
    /// How many were charged; `None` while that is not known.
    pub fn used(self) -> Option<u32> {
        match self {
            Self::Sliding { used, .. } | Self::Fixed { used, .. } => Some(used),
            Self::Uncounted => None,
        }
    }

    /// When there is room again for one more than `limit` allows; `None` when there is, or that is not known.
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
