//! What the recipient's desk knows when a request arrives: plain data that the engine gathers from the views.

use acquaint_domain::{
    AcceptFrom, Confirmation, Distance, EventNumber, MaxDegree, NetworkSize, PolicyVersion, Standing,
    Timestamp,
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
    /// The recipient's setting: from whom they accept requests.
    pub accept_from: AcceptFrom,
    /// The recipient's setting: from how far away they accept requests.
    pub max_degree: MaxDegree,
    /// How many companies and titles the recipient's setting names; with 0, everybody may send.
    pub criteria: u32,
    /// The recipient's setting: whether a request is held until the recipient confirms it.
    pub confirmation: Confirmation,
    /// The version of the recipient's settings.
    pub settings_version: u32,
    /// Whether an e-mail address of the sender is among the recipient's imported contacts.
    pub in_contacts: bool,
    /// Whether the sender used or gave an e-mail address of the recipient.
    pub by_email: bool,
    /// The distance between the two at the time of the send, as the letter states it. If it does not and the recipient's
    /// settings need the distance, the one at the arrival; `None` if neither was looked up.
    pub distance: Option<Distance>,
    /// Whether the recipient's setting names the sender's company.
    pub company: bool,
    /// Whether the recipient's setting names the sender's title.
    pub title: bool,
    /// The size of the recipient's network; `None` if the policy does not cap it.
    pub network: Option<NetworkSize>,
}
