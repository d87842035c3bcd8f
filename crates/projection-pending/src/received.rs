//! The recipients' half.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_checkpoint::image;
use acquaint_domain::export::ExportEvent;
use acquaint_domain::incoming::{self, Incoming, Matter};
use acquaint_domain::{
    Addressee, Ask, Code, Departure, Event, Inherited, MemberId, Recorded, RequestId, Route, Timestamp,
    account, connection, import, letter,
};
use acquaint_table::{Dense, Sorted, Table};

/// What recipients' desks have, one matter for each sender.
#[derive(Clone, Debug, Default, Hash)]
pub struct Received {
    /// By recipient, then by sender.
    matters: Dense<MemberId, Sorted<MemberId, Matter>>,
    holders: Table<RequestId, (MemberId, MemberId)>,
    /// The request that arrives just now, if it was sent to an e-mail address.
    arriving_by_email: Option<RequestId>,
    /// Those held that were sent to an e-mail address.
    by_email: BTreeSet<RequestId>,
    /// Members who closed the account and have matters that are not filed yet.
    closing: BTreeMap<MemberId, Closing>,
}

/// How far the filing of a closed account's matters has come.
#[derive(Clone, Debug, Hash)]
struct Closing {
    departure: Departure,
    /// The sender of the last matter that needs no filing, in the order of their numbers.
    done: Option<MemberId>,
}

image!(struct Received { matters, holders, arriving_by_email, by_email, closing });
image!(struct Closing { departure, done });

impl Received {
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        let event = &recorded.event;
        if let Event::Letter(letter::Event { leg, kind: letter::Kind::RequestArrived { request, .. } }) =
            event
        {
            let is_by_email = matches!(leg.route, Route::Email { .. });
            self.arriving_by_email = is_by_email.then_some(*request);
        } else if let Event::Import(import::Event::Inherited(Inherited::RequestInherited {
            request,
            addressee,
            ..
        })) = event
        {
            self.arriving_by_email = (*addressee == Addressee::Email).then_some(*request);
        }
        if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Delivered { .. } })
        | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Held { .. } })
        | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Filed { .. } })
        | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Crossed { .. } })
        | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Merged { into: Some(_) } }) = event
        {
            self.take_in(*ask, recorded.at);
        } else if let Event::Import(import::Event::RequestObserved { ask, observed_at, seen, .. }) = event
            && seen.owner(*ask).is(ask.recipient)
        {
            self.take_in(*ask, *observed_at);
        } else if let Event::Import(import::Event::Inherited(Inherited::ArrivalInherited {
            ask,
            since,
            ..
        })) = event
        {
            self.take_in(*ask, *since);
        }
        self.evolve(recorded);
        self.drop_what_is_over(event);
        if let (
            Event::Account(account::Event { kind: account::Kind::Closed { .. }, .. }),
            Some((member, departure)),
        ) = (event, Departure::decided(recorded))
        {
            self.closing.insert(member, Closing { departure, done: None });
        }
        self.pass_over_filed();
    }

    /// Members who closed the account and have matters that are not filed yet.
    pub(crate) fn closing(&self) -> impl Iterator<Item = (MemberId, Departure)> {
        self.closing.iter().map(|(member, closing)| (*member, closing.departure))
    }

    /// The matters of a closed account that are not filed yet, by sender.
    pub(crate) fn unfiled(&self, recipient: MemberId) -> impl Iterator<Item = (MemberId, &Matter)> {
        let closing = self.closing.get(&recipient);
        let matters = closing.and_then(|closing| Some((self.matters.get(recipient)?, closing.done)));
        let matters = matters.into_iter().flat_map(|(matters, done)| matters.iter_after(done));
        matters.filter(|(_, matter)| incoming::closure_files(matter.state))
    }

    fn pass_over_filed(&mut self) {
        let matters = &self.matters;
        self.closing.retain(|member, closing| {
            let Some(matters) = matters.get(*member) else { return false };
            for (sender, matter) in matters.iter_after(closing.done) {
                if incoming::closure_files(matter.state) {
                    return true;
                }
                closing.done = Some(sender);
            }
            false
        });
    }

    pub(crate) fn get(&self, recipient: MemberId, sender: MemberId) -> Option<&Matter> {
        self.matters.get(recipient)?.get(sender)
    }

    /// Whether a request that a desk holds was sent to an e-mail address.
    pub(crate) fn is_by_email(&self, request: RequestId) -> bool {
        self.by_email.contains(&request)
    }

    pub(crate) fn holder_of(&self, request: RequestId) -> Option<(MemberId, MemberId)> {
        self.holders.get(&request).copied()
    }

    pub(crate) fn by(&self, recipient: MemberId) -> impl Iterator<Item = (MemberId, &Matter)> {
        self.matters.get(recipient).into_iter().flat_map(Sorted::iter)
    }

    fn take_in(&mut self, ask: Ask, at: Timestamp) {
        let key = (ask.recipient, ask.sender);
        let new = Matter { requests: Vec::new(), state: Incoming::AwaitingConfirmation, since: at };
        let matter = self.matters.or_default(ask.recipient).or_insert(ask.sender, new);
        if !matter.requests.contains(&ask.request) {
            matter.requests.push(ask.request);
        }
        self.holders.insert(ask.request, key);
        if self.arriving_by_email == Some(ask.request) {
            self.by_email.insert(ask.request);
        }
    }

    fn evolve(&mut self, recorded: &Recorded) {
        if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::FiledByClosure }) =
            &recorded.event
        {
            // Whoever holds the request: what is filed is not filed again, so that a closure comes to its end.
            if let Some(matter) = self.matter_mut((ask.recipient, ask.sender))
                && incoming::closure_files(matter.state)
            {
                (matter.state, matter.since) = (Incoming::Filed(Code::RecipientClosed), recorded.at);
            }
            return;
        }
        // What the recipient's own desk wrote changes the recipient's matters; an acceptance taken at the sender's does not.
        let desk = recorded.event.owner();
        for request in recorded.event.requests().iter() {
            let Some(key) = self.holders.get(request).copied() else { continue };
            if !desk.is(key.0) {
                continue;
            }
            let Some(matter) = self.matter_mut(key) else { continue };
            // These are about single requests of the matter; the others stand where they stood.
            if let Event::Incoming(incoming::Event { kind: incoming::Kind::Merged { .. }, .. })
            | Event::Letter(letter::Event { kind: letter::Kind::WithdrawalTaken { .. }, .. })
            | Event::Connection(connection::Event {
                kind: connection::Kind::AcceptanceLapsed { .. },
                ..
            }) = recorded.event
            {
                continue;
            }
            if let Some(state) = incoming::evolve(Some(matter.state), &recorded.event)
                && state != matter.state
            {
                matter.state = state;
                if !matches!(
                    recorded.event,
                    Event::Import(import::Event::RequestObserved { .. })
                        | Event::Import(import::Event::Inherited(_))
                ) {
                    matter.since = recorded.at;
                }
            }
        }
    }

    fn drop_what_is_over(&mut self, event: &Event) {
        if let Event::Letter(letter::Event { kind: letter::Kind::WithdrawalTaken { request, .. }, .. }) =
            event
        {
            self.forget(*request);
        } else if let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::AcceptanceTaken { .. },
        })
        | Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Recorded { .. },
        }) = event
        {
            // The sender knows now: neither side has anything left to do.
            self.remove((*member, *other));
            self.remove((*other, *member));
        } else if let Event::Import(import::Event::AcceptanceObserved { ask, .. }) = event {
            self.remove((ask.recipient, ask.sender));
            self.remove((ask.sender, ask.recipient));
        } else if let Event::Import(import::Event::Export(ExportEvent::ConnectionObserved {
            member,
            other,
            ..
        })) = event
        {
            self.remove((*member, *other));
            self.remove((*other, *member));
        } else if let Event::Import(import::Event::Export(
            ExportEvent::RequestVanished { ask, .. } | ExportEvent::DeclineObserved { ask, .. },
        )) = event
        {
            self.forget(ask.request);
        } else if let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::AcceptanceLapsed { name, .. },
        }) = event
        {
            for request in name.requests() {
                if self.holders.get(request) == Some(&(*member, *other)) {
                    self.forget(*request);
                }
            }
        } else if let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Disconnected { .. },
        })
        | Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Closed { .. },
        })
        | Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::DisconnectionTaken { .. },
        })
        | Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::ClosureTaken { .. },
        }) = event
            && self.get(*member, *other).is_some_and(|matter| matter.state == Incoming::Accepted)
        {
            self.remove((*member, *other));
        }
    }

    fn forget(&mut self, request: RequestId) {
        let Some(key) = self.holders.remove(&request) else { return };
        self.by_email.remove(&request);
        let Some(matter) = self.matter_mut(key) else { return };
        matter.requests.retain(|other| *other != request);
        if matter.requests.is_empty() {
            self.take_out(key);
        }
    }

    fn matter_mut(&mut self, (recipient, sender): (MemberId, MemberId)) -> Option<&mut Matter> {
        self.matters.get_mut(recipient)?.get_mut(sender)
    }

    fn take_out(&mut self, (recipient, sender): (MemberId, MemberId)) -> Option<Matter> {
        self.matters.get_mut(recipient)?.remove(sender)
    }

    fn remove(&mut self, key: (MemberId, MemberId)) {
        if let Some(matter) = self.take_out(key) {
            for request in matter.requests {
                self.holders.remove(&request);
                self.by_email.remove(&request);
            }
        }
    }
}
