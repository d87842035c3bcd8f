//! The view of what did not get through: requests that were refused, given up or filed, by reason; and blocks between
//! members.
//!
//! **What it is.** A fold over events. A request stands here from the moment it is stopped until it gets through after
//! all (the recipient accepts what was filed) or is no longer open.
//!
//! **Where to start reading.** [`Blocked::apply`].
//!
//! **This crate never** does IO, imports another projection, refuses an event, or keeps what event 1 onwards cannot
//! rebuild.

mod image;

use acquaint_domain::{
    Code, Event, Inherited, MemberId, Outcome, Personal, Recorded, RequestId, Stands, Timestamp, Typed,
    Verdict, connection, import, incoming, letter, network, outgoing, oversight,
};
use acquaint_table::{Dense, Sorted, Table};

/// What did not get through.
#[derive(Clone, Debug, Default, Hash)]
pub struct Blocked {
    /// By who blocks, then whom.
    blocks: Dense<MemberId, Sorted<MemberId, Timestamp>>,
    stopped: Table<RequestId, Stopped>,
    /// The text typed for the request that is being judged: its verdict is the next event.
    submitted: Option<(RequestId, Personal<String>)>,
    /// The texts typed for requests that are held: a review may refuse them.
    held: Table<RequestId, Personal<String>>,
}

/// A request that did not get through.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stopped {
    /// Which.
    pub request: RequestId,
    /// Whose.
    pub sender: MemberId,
    /// At whose desk it was stopped.
    pub desk: StoppedAt,
    /// Why.
    pub code: Code,
    /// When.
    pub at: Timestamp,
}

/// Where a request was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StoppedAt {
    /// At the sender's; it was addressed to what was typed.
    Sender(Personal<String>),
    /// On the road; it was given up.
    Road,
    /// At this recipient's.
    Recipient(MemberId),
    /// Where nobody is.
    Nobody,
}

impl Blocked {
    /// Takes in the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        if let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Blocked { files },
        }) = &recorded.event
        {
            self.blocks.or_default(*member).insert(*other, at);
            for request in files {
                self.stop(*request, *other, StoppedAt::Recipient(*member), Code::BlockedByRecipient, at);
            }
        } else if let Event::Import(import::Event::Inherited(inherited)) = &recorded.event {
            self.inherit(inherited);
        } else if let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Unblocked,
        }) = &recorded.event
        {
            if let Some(blocks) = self.blocks.get_mut(*member) {
                blocks.remove(*other);
            }
        } else if let Event::Outgoing(outgoing::Event {
            request,
            kind: outgoing::Kind::Submitted { typed, .. },
            ..
        }) = &recorded.event
        {
            self.submit(*request, typed);
        } else if let Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Refused { verdict },
        }) = &recorded.event
        {
            let typed = match self.submitted.take() {
                Some((submitted, typed)) if submitted == *request => typed,
                _ => Personal::Erased,
            };
            self.stop_by(verdict, *request, *sender, StoppedAt::Sender(typed), at);
        } else if let Event::Outgoing(outgoing::Event {
            request, kind: outgoing::Kind::Held { .. }, ..
        }) = &recorded.event
        {
            if let Some((submitted, typed)) = self.submitted.take()
                && submitted == *request
            {
                self.held.insert(submitted, typed);
            }
        } else if let Event::Oversight(oversight::Event::RequestRejected { request, sender, code }) =
            &recorded.event
        {
            let typed = self.held.remove(request).unwrap_or(Personal::Erased);
            self.stop(*request, *sender, StoppedAt::Sender(typed), *code, at);
        } else if let Event::Oversight(oversight::Event::RequestReleased {
            request, sender, verdict, ..
        }) = &recorded.event
        {
            let typed = self.held.remove(request).unwrap_or(Personal::Erased);
            if let Outcome::Refuse(code) = verdict.outcome {
                self.stop(*request, *sender, StoppedAt::Sender(typed), code, at);
            }
        } else if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Filed { verdict } }) =
            &recorded.event
        {
            self.stop_by(verdict, ask.request, ask.sender, StoppedAt::Recipient(ask.recipient), at);
        } else if let Event::Network(network::Event::RequestUnclaimed { request, sender }) = &recorded.event {
            self.stop(*request, *sender, StoppedAt::Nobody, Code::AddressUnknown, at);
        } else if let Event::Letter(letter::Event {
            kind: letter::Kind::DeliveryAbandoned { request, sender, .. },
            ..
        }) = &recorded.event
        {
            self.stop(*request, *sender, StoppedAt::Road, Code::DeliveryFailed, at);
        } else if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Merged { into: None } }) =
            &recorded.event
        {
            self.stop(
                ask.request,
                ask.sender,
                StoppedAt::Recipient(ask.recipient),
                Code::AlreadyConnected,
                at,
            );
        } else {
            self.release(&recorded.event);
        }
    }

    /// Since when `member` blocks `other`.
    pub fn since(&self, member: MemberId, other: MemberId) -> Option<Timestamp> {
        self.blocks.get(member)?.get(other).copied()
    }

    /// Whom `member` blocks, and since when.
    pub fn by(&self, member: MemberId) -> impl Iterator<Item = (MemberId, Timestamp)> {
        self.blocks.get(member).into_iter().flat_map(Sorted::iter).map(|(other, since)| (other, *since))
    }

    /// Who blocks `member`, and since when: for agents only.
    pub fn of(&self, member: MemberId) -> impl Iterator<Item = (MemberId, Timestamp)> {
        self.blocks.iter().filter_map(move |(by, blocks)| Some((by, *blocks.get(member)?)))
    }

    /// What stopped a request; `None` where it got through.
    pub fn stopped_request(&self, request: RequestId) -> Option<&Stopped> {
        self.stopped.get(&request)
    }

    /// Every request that did not get through.
    pub fn stopped(&self) -> impl Iterator<Item = &Stopped> {
        self.stopped.sorted().into_iter().map(|(_, stopped)| stopped)
    }

    fn inherit(&mut self, inherited: &Inherited) {
        if let Inherited::BlockInherited { member, other, since } = inherited {
            self.blocks.or_default(*member).insert(*other, *since);
        } else if let Inherited::ArrivalInherited { ask, stands: Stands::Filed(code), since } = inherited {
            self.stop(ask.request, ask.sender, StoppedAt::Recipient(ask.recipient), *code, *since);
        }
    }

    /// The next event says what became of it. Where that was nothing of note, the text's memory is used for the next one.
    fn submit(&mut self, request: RequestId, typed: &Personal<Typed>) {
        let (submitted, text) = self.submitted.get_or_insert((request, Personal::Erased));
        *submitted = request;
        match (typed, &mut *text) {
            (Personal::Held(typed), Personal::Held(text)) => text.clone_from(&typed.address),
            (Personal::Held(typed), Personal::Erased) => *text = Personal::Held(typed.address.clone()),
            (Personal::Erased, _) => *text = Personal::Erased,
        }
    }

    /// A request that gets through after all, or is no longer open, does not stand here any more.
    fn release(&mut self, event: &Event) {
        if let Event::Incoming(incoming::Event { kind: incoming::Kind::Accepted { name, .. }, .. })
        | Event::Incoming(incoming::Event { kind: incoming::Kind::Crossed { name, .. }, .. })
        | Event::Connection(connection::Event {
            kind: connection::Kind::AcceptanceTaken { name, .. },
            ..
        })
        | Event::Connection(connection::Event { kind: connection::Kind::Recorded { name }, .. }) = event
        {
            name.requests().iter().for_each(|request| self.let_go(*request, event));
        } else if let Event::Letter(letter::Event {
            kind: letter::Kind::WithdrawalTaken { request, .. },
            ..
        })
        | Event::Outgoing(outgoing::Event {
            request,
            kind: outgoing::Kind::Withdrawn { .. },
            ..
        })
        | Event::Outgoing(outgoing::Event {
            request, kind: outgoing::Kind::Expired { .. }, ..
        })
        | Event::Outgoing(outgoing::Event {
            request,
            kind: outgoing::Kind::Confirmed { .. },
            ..
        }) = event
        {
            self.let_go(*request, event);
        } else if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Declined })
        | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Dismissed })
        | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Reported }) = event
        {
            self.stopped.remove(&ask.request);
        }
    }

    /// INVARIANT (two desks): what stands at one desk goes by an event of that desk. A yes names the requests of both, and
    /// the other desk learns of it by its letter.
    fn let_go(&mut self, request: RequestId, event: &Event) {
        self.held.remove(&request);
        let Some(stopped) = self.stopped.get(&request) else { return };
        let is_over = match &stopped.desk {
            StoppedAt::Recipient(recipient) => event.owner().is(*recipient),
            StoppedAt::Sender(_) | StoppedAt::Road => event.owner().is(stopped.sender),
            StoppedAt::Nobody => true,
        };
        if is_over {
            self.stopped.remove(&request);
        }
    }

    fn stop_by(
        &mut self,
        verdict: &Verdict,
        request: RequestId,
        sender: MemberId,
        desk: StoppedAt,
        at: Timestamp,
    ) {
        match verdict.outcome {
            Outcome::Refuse(code) | Outcome::Hold(code) => self.stop(request, sender, desk, code, at),
            Outcome::Pass => {}
        }
    }

    fn stop(&mut self, request: RequestId, sender: MemberId, desk: StoppedAt, code: Code, at: Timestamp) {
        self.stopped.insert(request, Stopped { request, sender, desk, code, at });
    }
}
