//! The dossier: everything about one request that an answer is read from.

use std::collections::BTreeMap;

use acquaint_domain::export::Export;
use acquaint_domain::{EventNumber, Letter, MemberId, PolicyVersion, Recorded, RequestId, Timestamp};
use acquaint_policy::Policy;

use crate::answer::{PolicyCitation, Viewer};
use crate::delivery::Delivery;

/// Everything about one request that the answer is read from; gathered by the engine, judged by nobody yet.
#[derive(Clone)]
pub struct Dossier<'a> {
    /// Which request.
    pub request: RequestId,
    /// All events about it, of both halves, in log order, none later than `as_of`.
    pub trace: &'a [Recorded],
    /// The moment that is spoken of.
    pub as_of: Timestamp,
    /// Who asked.
    pub sender: MemberId,
    /// The member behind it, as both halves together know; `None`: nobody, or an e-mail address not claimed yet.
    pub recipient: Option<MemberId>,
    /// The policies adopted so far.
    pub policies: &'a BTreeMap<PolicyVersion, Policy>,
    /// The one in force at `as_of`.
    pub policy: PolicyVersion,
    /// A member's handle.
    pub handles: &'a dyn Fn(MemberId) -> String,
    /// How a viewer counts an event.
    pub number: &'a dyn Fn(Viewer, EventNumber) -> u64,
    /// How much a viewer has read.
    pub position: &'a dyn Fn(Viewer) -> u64,
    /// The deliveries of all letters about it, in the order in which they were posted. INVARIANT (own desk): a member is told
    /// of those that the member's own desk wrote.
    pub deliveries: &'a [Delivery],
    /// The members connected with both, as handles, best first: public facts. For a request to an e-mail address
    /// they are shown to the sender only once it was accepted, whatever is given here.
    pub mutuals: &'a [String],
    /// Near matches of an unknown address among the sender's own contacts and connections.
    pub suggestions: &'a [String],
    /// The last observed time of an import; for an observed request nothing is known of later times.
    pub observed_until: Option<Timestamp>,
    /// Every export of other networks that the log holds.
    pub exports: &'a [Export],
}

impl<'a> Dossier<'a> {
    /// The deliveries that a viewer may be told of.
    pub(crate) fn deliveries_to(&self, viewer: Viewer) -> impl Iterator<Item = &'a Delivery> + use<'a> {
        let writer = match viewer {
            Viewer::Sender => Some(self.sender),
            Viewer::Recipient => self.recipient,
            Viewer::Agent | Viewer::Engineer => None,
        };
        let all = matches!(viewer, Viewer::Agent | Viewer::Engineer);
        let deliveries = self.deliveries.iter();
        deliveries.filter(move |delivery| all || Some(delivery.writer()) == writer)
    }

    /// The delivery of the request itself.
    pub(crate) fn own_delivery(&self) -> Option<&'a Delivery> {
        let is_request = |delivery: &&Delivery| matches!(delivery.letter, Letter::Request { request, .. } if request == self.request);
        self.deliveries.iter().rfind(is_request)
    }

    /// The policy in force.
    pub(crate) fn in_force(&self) -> Option<&Policy> {
        self.policies.get(&self.policy)
    }

    /// What to call the policy of this version.
    pub(crate) fn citation(&self, version: PolicyVersion) -> PolicyCitation {
        let name = match self.policies.get(&version) {
            Some(policy) => policy.name.clone(),
            None => "unknown".to_owned(),
        };
        PolicyCitation { name, version }
    }
}
