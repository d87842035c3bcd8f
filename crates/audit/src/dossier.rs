//! The dossiers: everything about one request that an answer is read from, one type for each kind of viewer.
//!
//! What explains to a sender is given a [`SenderDossier`]. That type has no events of the recipient's desk, no exports
//! of the recipient's, no owner of an e-mail address and no exact size of an incident, so an answer to a sender
//! cannot depend on any of them. The same holds for a [`RecipientDossier`] and the sender's desk.

use std::collections::BTreeMap;

use acquaint_domain::export::Export;
use acquaint_domain::{Event, EventNumber, MemberId, PolicyVersion, Recorded, RequestId, Timestamp, network};
use acquaint_policy::Policy;

use crate::answer::rehearsal::{AddressOwner, CompanyComparison, Rehearsal};
use crate::answer::{PolicyCitation, Viewer};
use crate::delivery::Delivery;
use crate::delivery::incident::RoundedIncident;

/// Everything that an answer for one viewer is read from; gathered by the engine, judged by nobody yet.
pub enum Dossier<'a> {
    /// For the member who asked.
    Sender(SenderDossier<'a>),
    /// For the member who was asked.
    Recipient(RecipientDossier<'a>),
    /// For agents and engineers.
    Staff(Box<StaffDossier<'a>>),
}

/// What all dossiers of a request share. None of it depends on what either side did in private.
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

/// How a viewer counts events: a member those of the member's own desk, staff by their positions in the log.
#[derive(Clone, Copy)]
pub struct Numbering<'a> {
    /// The number under which the viewer knows an event.
    pub number: &'a dyn Fn(EventNumber) -> u64,
    /// The number of the last event that the viewer may know of.
    pub position: &'a dyn Fn() -> u64,
}

/// What one member's own desk holds about a request.
///
/// INVARIANT (own desk): the fields are private to this file, and the only constructor keeps the events of that desk, the
/// exports of that member and the deliveries of the letters that the desk wrote. Code that is given an `OwnDesk` can reach nothing of another desk.
#[derive(Clone)]
pub struct OwnDesk<'a> {
    member: MemberId,
    events: Vec<&'a Recorded>,
    exports: Vec<&'a Export>,
    deliveries: Vec<Delivery<RoundedIncident>>,
    observed_until: Option<Timestamp>,
}

/// Everything about one request that an answer to its sender is read from.
#[derive(Clone)]
pub struct SenderDossier<'a> {
    /// What all viewers share.
    pub case: Case<'a>,
    /// The sender's own desk.
    pub desk: OwnDesk<'a>,
    /// How the sender counts events.
    pub numbering: Numbering<'a>,
    /// The members connected with both, as handles, best first: public facts. None for a request to an e-mail address.
    pub mutuals: &'a [String],
    /// Near matches of an unknown address among the sender's own contacts and connections.
    pub suggestions: &'a [String],
    /// What the sender's own rules would say of the request today; `None` while it is open or led to a connection.
    pub now: Option<Rehearsal>,
}

/// Everything about one request that an answer to its recipient is read from.
#[derive(Clone)]
pub struct RecipientDossier<'a> {
    /// What all viewers share.
    pub case: Case<'a>,
    /// The recipient's own desk.
    pub desk: OwnDesk<'a>,
    /// How the recipient counts events.
    pub numbering: Numbering<'a>,
}

/// Everything about one request that an answer to an agent or an engineer is read from: both halves.
#[derive(Clone)]
pub struct StaffDossier<'a> {
    /// [`Viewer::Agent`] or [`Viewer::Engineer`].
    pub viewer: Viewer,
    /// The sender's half, as the sender has it.
    pub sender: SenderDossier<'a>,
    /// All events about the request, of both halves and of nobody's desk, in log order.
    pub trace: &'a [Recorded],
    /// The member who has the address, as both halves together know; `None`: nobody, or an e-mail address that nobody has claimed.
    pub recipient: Option<MemberId>,
    /// Every export of other networks that the log holds.
    pub exports: &'a [Export],
    /// The end of the records of another network that carried the request; nothing is known of later times.
    pub observed_until: Option<Timestamp>,
    /// Positions in the log.
    pub numbering: Numbering<'a>,
    /// The deliveries of all letters about it, in the order in which they were posted, with the exact numbers of incidents.
    pub deliveries: &'a [Delivery],
    /// What the recipient's rules would say of the request today; `None` unless it waits there.
    pub there_now: Option<Rehearsal>,
    /// Who has the e-mail address today that nobody had when the request arrived.
    pub owner: Option<AddressOwner>,
    /// What the recipient's setting for companies and titles compared.
    pub compared: Option<CompanyComparison>,
}

impl<'a> Case<'a> {
    /// The policy in force.
    pub(crate) fn in_force(&self) -> Option<&'a Policy> {
        self.policies.get(&self.policy)
    }

    /// A member's handle.
    pub(crate) fn handle(&self, member: MemberId) -> String {
        (self.handles)(member)
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

impl<'a> OwnDesk<'a> {
    /// `member`'s part of a trace, of the exports that the log holds and of the deliveries. `observed_until` is the end of the records of another
    /// network, as far as they are this member's to see.
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

    /// Whose desk it is.
    pub(crate) fn member(&self) -> MemberId {
        self.member
    }

    /// Its events about the request, oldest first.
    pub(crate) fn events(&self) -> &[&'a Recorded] {
        &self.events
    }

    /// Its exports of other networks, oldest first.
    pub(crate) fn exports(&self) -> &[&'a Export] {
        &self.exports
    }

    /// The deliveries of the letters that it wrote about the request, in the order in which they were posted.
    pub(crate) fn deliveries(&self) -> &[Delivery<RoundedIncident>] {
        &self.deliveries
    }

    /// The delivery of the request itself, the last where it went out more than once.
    pub(crate) fn own_delivery(&self) -> Option<&Delivery<RoundedIncident>> {
        self.deliveries.iter().rfind(|delivery| delivery.is_of_request())
    }

    /// The end of the records of another network that carried the request.
    pub(crate) fn observed_until(&self) -> Option<Timestamp> {
        self.observed_until
    }
}

impl<'a> StaffDossier<'a> {
    /// The events that staff see: all but the key in event 1.
    pub(crate) fn events(&self) -> Vec<&'a Recorded> {
        let sees =
            |recorded: &&Recorded| !matches!(recorded.event, Event::Network(network::Event::Founded { .. }));
        self.trace.iter().filter(sees).collect()
    }
}

#[cfg(test)]
mod tests {
    use acquaint_domain::{Actor, RequestRef, connection, incoming};

    use super::*;

    fn written(number: u64, event: Event) -> Recorded {
        let (at, actor) = (Timestamp::from_millis(0), Actor::Courier);
        Recorded { number: EventNumber(number), at, actor, cause: None, command: None, event }
    }

    #[test]
    fn a_desk_holds_its_own_events_and_no_others() {
        let (alice, bob) = (MemberId(1), MemberId(2));
        let ask = RequestRef { request: RequestId(7), sender: alice, recipient: bob };
        let trace = [
            written(1, Event::Network(network::Event::Founded { id_key: 1 })),
            written(
                2,
                Event::Connection(connection::Event {
                    member: alice,
                    other: bob,
                    kind: connection::Kind::Blocked { files: Vec::new() },
                }),
            ),
            written(3, Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Declined })),
            written(
                4,
                Event::Network(network::Event::RequestUnclaimed { request: ask.request, sender: alice }),
            ),
        ];
        let numbers = |member| {
            let desk = OwnDesk::of(member, &trace, &[], &[], None);
            desk.events().iter().map(|recorded| recorded.number.0).collect::<Vec<_>>()
        };
        assert_eq!((numbers(alice), numbers(bob), numbers(MemberId(3))), (vec![2], vec![3], vec![]));
    }
}
