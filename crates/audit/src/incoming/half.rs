//! The recipient's half of a trace, folded with the incoming desk's own `evolve`.

use acquaint_domain::incoming::{self, Incoming};
use acquaint_domain::{
    Code, Event, IllegalTransition, ImportedRecord, MemberId, Recorded, Span, Timestamp, Verdict, connection,
    import, letter, network,
};

use crate::answer::action::Whom;
use crate::dossier::{Case, RecipientDossier, StaffDossier};
use crate::half::events::{HowConnected, happened_at, how_connected, observed_line, verdict};

/// The recipient's half of a request.
pub(crate) struct IncomingHalf<'a> {
    pub(crate) case: Case<'a>,
    pub(crate) events: Vec<&'a Recorded>,
    pub(crate) state: Incoming,
    pub(crate) since: Timestamp,
    /// The time without any action, once it is long enough to count as ignored.
    pub(crate) idle: Option<Span>,
    /// The event that ended the connection to which the request led.
    pub(crate) ended: Option<&'a Recorded>,
    recipient: Option<MemberId>,
}

impl<'a> IncomingHalf<'a> {
    /// The half as the recipient sees it; `None` when the request has not arrived.
    pub(crate) fn of_recipient(dossier: &'a RecipientDossier<'a>) -> Option<Self> {
        let desk = &dossier.desk;
        Self::read(dossier.case, desk.events().to_vec(), Some(desk.member()), desk.observed_until())
    }

    /// The half as staff see it: the recipient's half, or, where nobody has the e-mail address, the network's events in
    /// its place. No member may see the latter.
    pub(crate) fn of_staff(dossier: &'a StaffDossier<'a>) -> Option<Self> {
        let recipient = dossier.recipient;
        let is_owned =
            |recorded: &&Recorded| recipient.is_some_and(|recipient| recorded.event.owner().is(recipient));
        let owned: Vec<&Recorded> = dossier.trace.iter().filter(is_owned).collect();
        // A withdrawal by e-mail that finds the request already resolved is not recorded at the recipient's desk, so it
        // is left out where that desk holds the request.
        let is_held = owned.iter().any(|recorded| {
            incoming::evolve(None, &recorded.event).unwrap_or_else(IllegalTransition::forced).is_some()
        });
        let events = if is_held {
            owned
        } else {
            let is_of_half = |recorded: &&Recorded| is_owned(recorded) || is_of_no_desk(&recorded.event);
            dossier.trace.iter().filter(is_of_half).collect()
        };
        Self::read(dossier.sender.case, events, recipient, dossier.observed_until)
    }

    fn read(
        case: Case<'a>,
        events: Vec<&'a Recorded>,
        recipient: Option<MemberId>,
        observed_until: Option<Timestamp>,
    ) -> Option<Self> {
        let mut state: Option<Incoming> = None;
        let mut since = case.as_of;
        let mut ended = None;
        for recorded in &events {
            let next = incoming::evolve(state, &recorded.event).unwrap_or_else(IllegalTransition::forced);
            if next != state {
                since = happened_at(recorded);
            }
            state = next;
            if state == Some(Incoming::Accepted) && ends_connection(&recorded.event) {
                ended = Some(*recorded);
            }
        }
        let mut half = Self { case, events, state: state?, since, idle: None, ended, recipient };
        if let Some(ended) = ended {
            half.since = ended.at;
        }
        half.mark_if_ignored(observed_until);
        Some(half)
    }

    /// Marks a delivered request as ignored once there was no action for as long as the policy says.
    fn mark_if_ignored(&mut self, observed_until: Option<Timestamp>) {
        let as_of = match observed_until {
            Some(until) if observed_line(&self.events).is_some() => self.case.as_of.min(until),
            Some(_) | None => self.case.as_of,
        };
        if let (Incoming::Delivered, Some(policy)) = (self.state, self.case.in_force())
            && as_of.since(self.since) >= policy.answers.ignored_after
        {
            self.idle = Some(as_of.since(self.since));
            self.since = self.since.plus(policy.answers.ignored_after);
        }
    }

    /// The state as a reason code.
    pub(crate) fn code(&self) -> Code {
        match (self.state, self.how_connected()) {
            (Incoming::Accepted, _) if self.ended.is_some() => Code::DisconnectedSince,
            (Incoming::Accepted, Some(HowConnected::Crossed)) => Code::Crossed,
            (Incoming::Accepted, Some(HowConnected::Recorded)) => Code::AlreadyConnected,
            (Incoming::Delivered, _) if self.idle.is_some() => Code::Ignored,
            (state, _) => state.code(),
        }
    }

    /// The members and the request that advice to the recipient is about.
    pub(crate) fn whom(&self) -> Whom {
        let case = &self.case;
        let member = self.recipient.map_or_else(String::new, |recipient| case.handle(recipient));
        Whom { member, other: case.handle(case.sender), request: case.request }
    }

    /// How the two became connected, as the recipient's desk knows it.
    pub(crate) fn how_connected(&self) -> Option<HowConnected> {
        how_connected(&self.events, self.recipient?)
    }

    /// The judgements, oldest first.
    pub(crate) fn verdicts(&self) -> Vec<&'a Verdict> {
        self.events.iter().filter_map(|recorded| verdict(&recorded.event)).collect()
    }

    /// When the request entered its current state; for an ignored request, when it entered the inbox.
    pub(crate) fn since_before_idle(&self) -> Timestamp {
        let shown = |recorded: &&&Recorded| {
            matches!(
                recorded.event,
                Event::Incoming(incoming::Event { kind: incoming::Kind::Delivered { .. }, .. })
                    | Event::Incoming(incoming::Event { kind: incoming::Kind::Shown, .. })
                    | Event::Import(import::Event::RequestObserved { .. })
                    | Event::Import(import::Event::Inherited(ImportedRecord::ArrivalInherited { .. }))
            )
        };
        match self.idle {
            Some(_) => {
                self.events.iter().rev().find(shown).map_or(self.since, |recorded| happened_at(recorded))
            }
            None => self.since,
        }
    }
}

/// Whether the network wrote the event in place of a recipient's desk, because nobody has the e-mail address.
fn is_of_no_desk(event: &Event) -> bool {
    matches!(
        event,
        Event::Network(network::Event::RequestUnclaimed { .. })
            | Event::Letter(letter::Event {
                kind: letter::Kind::WithdrawalTaken { recipient: None, .. },
                ..
            })
    )
}

fn ends_connection(event: &Event) -> bool {
    matches!(
        event,
        Event::Connection(connection::Event { kind: connection::Kind::Disconnected { .. }, .. })
            | Event::Connection(connection::Event { kind: connection::Kind::DisconnectionTaken { .. }, .. })
            | Event::Connection(connection::Event { kind: connection::Kind::ClosureTaken { .. }, .. })
    )
}
