//! What the recipient's desk knows when a request arrives: plain data, gathered by the engine from the views.

use acquaint_domain::{
    AcceptFrom, Confirmation, Distance, EventNumber, MaxDegree, NetworkSize, PolicyVersion, Standing,
    Timestamp, Whether,
};

/// The facts of an arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The policy in force.
    pub policy: PolicyVersion,
    /// The last event that these facts include.
    pub facts_at: EventNumber,
    /// The recipient's standing at the moment of the arrival.
    pub standing: Standing,
    /// Since when the recipient blocks the sender.
    pub blocked_since: Option<Timestamp>,
    /// The recipient's setting: who may send.
    pub accept_from: AcceptFrom,
    /// The recipient's setting: from how far.
    pub max_degree: MaxDegree,
    /// How many companies and titles the recipient's setting names; 0 lets everybody in.
    pub criteria: u32,
    /// The recipient's setting: whether a request is confirmed before it is displayed.
    pub confirmation: Confirmation,
    /// The version of the recipient's settings.
    pub settings_version: u32,
    /// Whether an e-mail address of the sender's is among the recipient's imported contacts.
    pub in_contacts: Whether,
    /// Whether the sender used or gave an e-mail address of the recipient's.
    pub by_email: Whether,
    /// The distance between the two at the time of the send, or at the arrival where the letter does not say and the
    /// recipient's settings ask; `None` where neither was looked up.
    pub distance: Option<Distance>,
    /// Whether the sender's company is one that the recipient names.
    pub company: Whether,
    /// Whether the sender's title is one that the recipient names.
    pub title: Whether,
    /// The size of the recipient's network; `None` where the policy has no cap on it.
    pub network: Option<NetworkSize>,
}
