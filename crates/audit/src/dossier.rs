//! Dossiers: everything that an answer about one request may use, with one type for each kind of viewer.
//!
//! Code that answers a sender is given a [`SenderDossier`]. That type has no events of the recipient's desk, no exports
//! of the recipient, no owner of an e-mail address and no exact size of an incident, so an answer to a sender cannot
//! depend on any of them. The same holds for a [`RecipientDossier`] and the sender's desk.

use std::collections::BTreeMap;

use acquaint_domain::export::Export;
use acquaint_domain::{Event, EventNumber, MemberId, PolicyVersion, Recorded, RequestId, Timestamp, network};
use acquaint_policy::Policy;

use crate::answer::rehearsal::{AddressOwner, CompanyComparison, Rehearsal};
use crate::answer::{PolicyCitation, Viewer};
use crate::delivery::Delivery;
use crate::delivery::incident::RoundedIncident;

/// Everything that an answer to one viewer may use. The engine gathers it; this crate draws the conclusions.
pub enum Dossier<'a> {
    /// For the sender.
    Sender(SenderDossier<'a>),
    /// For the recipient.
    Recipient(RecipientDossier<'a>),
    /// For agents and engineers.
    Staff(Box<StaffDossier<'a>>),
}

/// What all dossiers of a request share. Nothing in it depends on what either side did in private.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// Id of the request.
    pub request: RequestId,
    /// Member who sent the request.
    pub sender: MemberId,
    /// The moment that the answer is about; no event in the dossier is later.
    pub as_of: Timestamp,
    /// The policies adopted so far.
    pub policies: &'a BTreeMap<PolicyVersion, Policy>,
    /// The version in force at `as_of`.
    pub policy: PolicyVersion,
    /// A member's handle.
    pub handles: &'a dyn Fn(MemberId) -> String,
}

/// How a viewer numbers events: members count the events of their own desk, staff use positions in the log.
#[derive(Clone, Copy)]
pub struct Numbering<'a> {
    /// The viewer's number for an event.
    pub number: &'a dyn Fn(EventNumber) -> u64,
    /// The number of the last event that the viewer may see.
    pub position: &'a dyn Fn() -> u64,
}

/// What one member's own desk holds about a request.
///
/// INVARIANT (own desk): the fields are private to this file, and the only constructor keeps nothing but the events of
/// that desk, the exports of that member and the deliveries of the letters that the desk wrote. Code that is given an
/// `OwnDesk` cannot reach anything of another desk.
#[derive(Clone)]
pub struct OwnDesk<'a> {
    member: MemberId,
    events: Vec<&'a Recorded>,
    exports: Vec<&'a Export>,
    deliveries: Vec<Delivery<RoundedIncident>>,
    observed_until: Option<Timestamp>,
}

/// Everything that an answer to the sender may use.
#[derive(Clone)]
pub struct SenderDossier<'a> {
    /// What all viewers share.
    pub case: Case<'a>,
    /// The sender's own desk.
    pub desk: OwnDesk<'a>,
    /// How the sender counts events.
    pub numbering: Numbering<'a>,
    /// The handles of members connected with both, best first; these are public facts. Empty for a request to an e-mail
    /// address.
    pub mutuals: &'a [String],
    /// The sender's own contacts and connections whose address resembles an unknown address.
    pub suggestions: &'a [String],
    /// What the sender's own rules would say about the request today; `None` while it is open or led to a connection.
    pub now: Option<Rehearsal>,
}

/// Everything that an answer to the recipient may use.
#[derive(Clone)]
pub struct RecipientDossier<'a> {
    /// What all viewers share.
    pub case: Case<'a>,
    /// The recipient's own desk.
    pub desk: OwnDesk<'a>,
    /// How the recipient counts events.
    pub numbering: Numbering<'a>,
}

/// Everything that an answer to an agent or an engineer may use: both halves.
#[derive(Clone)]
pub struct StaffDossier<'a> {
    /// [`Viewer::Agent`] or [`Viewer::Engineer`].
    pub viewer: Viewer,
    /// The sender's half, as the sender has it.
    pub sender: SenderDossier<'a>,
    /// All events about the request, of both halves and of the network, in log order.
    pub trace: &'a [Recorded],
    /// The member who has the address, as both halves together know; `None` where nobody has it.
    pub recipient: Option<MemberId>,
    /// Every export of another network that the log holds.
    pub exports: &'a [Export],
    /// The end of the records, where another network carried the request; nothing is known about later times.
    pub observed_until: Option<Timestamp>,
    /// Numbers events by their positions in the log.
    pub numbering: Numbering<'a>,
    /// The deliveries of all letters about the request, in posting order, with the exact numbers of incidents.
    pub deliveries: &'a [Delivery],
    /// What the recipient's rules would say about the request today; `None` unless the request waits there.
    pub there_now: Option<Rehearsal>,
    /// Who now has the e-mail address that nobody had when the request arrived.
    pub owner: Option<AddressOwner>,
    /// What the recipient's setting for companies and titles compared.
    pub compared: Option<CompanyComparison>,
}

impl<'a> Case<'a> {
    /// The policy in force at `as_of`.
    pub(crate) fn in_force(&self) -> Option<&'a Policy> {
        self.policies.get(&self.policy)
    }

    /// A member's handle.
    pub(crate) fn handle(&self, member: MemberId) -> String {
        (self.handles)(member)
    }

    /// The name and version of a policy.
    pub(crate) fn citation(&self, version: PolicyVersion) -> PolicyCitation {
        let name = match self.policies.get(&version) {
            Some(policy) => policy.name.clone(),
            None => "unknown".to_owned(),
        };
        PolicyCitation { name, version }
    }
}

impl<'a> OwnDesk<'a> {
    /// `member`'s part of a trace, of the exports in the log and of the deliveries. `observed_until` is the end of
    /// another network's records, where this member may see them.
    pub fn of(
        member: MemberId,
        trace: &'a [Recorded],
        exports: &'a [Export],
        deliveries: &[Delivery],
        observed_until: Option<Timestamp>,
    ) -> Self {
        let events = trace.iter().filter(|recorded| recorded.event.owner().is(member));
        let exports = exports.iter().filter(|export| export.owner == member);
        let deliveries = deliveries.iter().filter(|delivery| delivery.writer() == member);
        Self {
            member,
            events: events.collect(),
            exports: exports.collect(),
            deliveries: deliveries.map(Delivery::rounded).collect(),
            observed_until,
        }
    }

    /// The member whose desk it is.
    pub(crate) fn member(&self) -> MemberId {
        self.member
    }

    /// The desk's events about the request, oldest first.
    pub(crate) fn events(&self) -> &[&'a Recorded] {
        &self.events
    }

    /// The member's exports of other networks, oldest first.
    pub(crate) fn exports(&self) -> &[&'a Export] {
        &self.exports
    }

    /// The deliveries of the letters that the desk wrote about the request, in posting order.
    pub(crate) fn deliveries(&self) -> &[Delivery<RoundedIncident>] {
        &self.deliveries
    }

    /// The delivery of the request itself; the last one where it was sent more than once.
    pub(crate) fn own_delivery(&self) -> Option<&Delivery<RoundedIncident>> {
        self.deliveries.iter().rfind(|delivery| delivery.is_of_request())
    }

    /// The end of the other network's records, where another network carried the request.
    pub(crate) fn observed_until(&self) -> Option<Timestamp> {
        self.observed_until
    }
}

impl<'a> StaffDossier<'a> {
    /// The events that staff may see: all but the one that holds the key of the log.
    pub(crate) fn events(&self) -> Vec<&'a Recorded> {
        let is_visible =
            |recorded: &&Recorded| !matches!(recorded.event, Event::Network(network::Event::Founded { .. }));
        self.trace.iter().filter(is_visible).collect()
    }
}

#[cfg(test)]
mod tests {
    use acquaint_domain::{Actor, RequestRef, connection, incoming};

    use super::*;

    fn recorded(number: u64, event: Event) -> Recorded {
        let (at, actor) = (Timestamp::from_millis(0), Actor::Courier);
        Recorded { number: EventNumber(number), at, actor, cause: None, command: None, event }
    }

    #[test]
    fn a_desk_holds_only_its_own_events() {
        let (alice, bob) = (MemberId(1), MemberId(2));
        let request_ref = RequestRef { request: RequestId(7), sender: alice, recipient: bob };
        let trace = [
            recorded(1, Event::Network(network::Event::Founded { id_key: 1 })),
            recorded(
                2,
                Event::Connection(connection::Event {
                    member: alice,
                    other: bob,
                    kind: connection::Kind::Blocked { files: Vec::new() },
                }),
            ),
            recorded(3, Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Declined })),
            recorded(
                4,
                Event::Network(network::Event::RequestUnclaimed {
                    request: request_ref.request,
                    sender: alice,
                }),
            ),
        ];
        let numbers = |member| {
            let desk = OwnDesk::of(member, &trace, &[], &[], None);
            desk.events().iter().map(|recorded| recorded.number.0).collect::<Vec<_>>()
        };
        assert_eq!((numbers(alice), numbers(bob), numbers(MemberId(3))), (vec![2], vec![3], vec![]));
    }
}
