//! What the outgoing desk knows when a send is judged: plain data, gathered by the engine from the views.

use acquaint_domain::{
    AcceptFrom, Confirmation, Distance, EventNumber, Malformed, MaxDegree, PolicyVersion, RequestId,
    Standing, Tier, Timestamp, Whether,
};

use crate::spam::SpamFacts;

/// The facts of a send. Nothing in it depends on what the recipient did in private.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The policy in force.
    pub policy: PolicyVersion,
    /// The last event that these facts include.
    pub facts_at: EventNumber,
    /// What became of the address.
    pub address: Reading,
    /// Since when the sender blocks the recipient.
    pub blocked_since: Option<Timestamp>,
    /// Since when the two are connected, and by which request.
    pub connected: Option<(Timestamp, Option<RequestId>)>,
    /// The open request to the same address, and since when it is.
    pub pending: Option<(Timestamp, RequestId)>,
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
    /// What the sender sent before, in each limit's window, in the order of the policy's limits.
    pub usage: Vec<Usage>,
    /// What the spam filter looks at.
    pub spam: SpamFacts,
}

/// What became of an address when it was looked up among public names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It has not the form of one.
    Malformed(Malformed),
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
pub struct Usage {
    /// So many.
    pub used: u32,
    /// When there is room again; `None` when there is.
    pub frees_at: Option<Timestamp>,
}
