//! The sender's half of a trace, read by folding the outgoing desk's own `evolve`.

use acquaint_domain::export::ExportEvent;
use acquaint_domain::outgoing::{self, Crossing, Outgoing};
use acquaint_domain::{
    Addressee, Code, Event, Finding, Gate, IllegalTransition, Inherited, MemberId, Personal, Recorded, Span,
    Timestamp, Typed, Verdict, connection, import, incoming, letter, oversight,
};

use crate::delivery::{Delivery, Fate};
use crate::dossier::SenderDossier;

/// The sender's half of the request, folded from the events of the sender's own desk.
pub(crate) struct OutgoingHalf<'a> {
    /// What it was read from.
    pub(crate) dossier: &'a SenderDossier<'a>,
    pub(crate) events: &'a [&'a Recorded],
    pub(crate) state: Outgoing,
    pub(crate) since: Timestamp,
    /// The age at which it ended, when only the passing of time says so and no event does yet.
    pub(crate) overdue: Option<Span>,
}

/// What has become of the last appeal against the stop of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Appeal {
    /// Nobody has decided it.
    Open { since: Timestamp },
    /// The member was right.
    Upheld { at: Timestamp, exempt_until: Timestamp },
    /// The decision stands.
    Dismissed { at: Timestamp },
}

/// How the two came to be connected, as one desk knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    /// The member at the other end said yes.
    GotYes,
    /// The member at this end said yes.
    SaidYes,
    /// A request met one the other way.
    Crossed,
    /// A connection that existed already was written down.
    Recorded,
}

impl<'a> OutgoingHalf<'a> {
    /// Reads it; `None` when the sender's desk has nothing.
    pub(crate) fn read(dossier: &'a SenderDossier<'a>) -> Option<Self> {
        let events = dossier.desk.events();
        let mut state = Outgoing::Submitted;
        let mut since = happened_at(events.first()?);
        for recorded in events {
            let next = outgoing::evolve(state, dossier.case.sender, &recorded.event)
                .unwrap_or_else(IllegalTransition::forced);
            if next.code() != state.code() {
                since = happened_at(recorded);
            }
            state = next;
        }
        // The event of a failed attempt says when the next was due then. It is earlier where the channel works again.
        if let (Outgoing::InTransit { next_attempt, .. }, Some(Delivery { fate, .. })) =
            (&mut state, dossier.desk.own_delivery())
            && let Fate::Waiting { next_attempt: next } = fate
        {
            *next_attempt = *next;
        }
        let mut half = Self { dossier, events, state, since, overdue: None };
        half.let_expire();
        Some(half)
    }

    /// As of a moment between the request's reaching its age and the event that will say so, it has expired.
    fn let_expire(&mut self) {
        if let (true, false, Some(expires)) = (self.state.is_open(), self.is_observed(), self.expires())
            && self.dossier.case.as_of >= expires
        {
            self.overdue = self.dossier.case.in_force().map(|policy| policy.expiry.after);
            self.state = Outgoing::Expired;
            self.since = expires;
        }
    }

    /// When it ends by itself; an imported request does not.
    pub(crate) fn expires(&self) -> Option<Timestamp> {
        let policy = self.dossier.case.in_force().filter(|_| !self.is_observed())?;
        self.submitted().map(|(at, ..)| at.plus(policy.expiry.after))
    }

    /// The last moment that is known of: for what another network carried, the end of its records.
    pub(crate) fn horizon(&self) -> Timestamp {
        let as_of = self.dossier.case.as_of;
        match self.dossier.desk.observed_until() {
            Some(until) if self.is_observed() => as_of.min(until),
            Some(_) | None => as_of,
        }
    }

    /// How often the sender may still remind the recipient.
    pub(crate) fn reminders_left(&self) -> u32 {
        let late = self.dossier.case.in_force().and_then(|policy| policy.follow_up.as_ref());
        let most = late.filter(|_| self.state == Outgoing::Sent).map_or(0, |late| late.reminders);
        let reminded = self.events.iter();
        let reminded = reminded.filter(|recorded| {
            matches!(
                recorded.event,
                Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Reminded { .. }, .. })
            )
        });
        most.saturating_sub(reminded.count() as u32)
    }

    /// Where it stands, as a code.
    pub(crate) fn code(&self) -> Code {
        match (self.state, self.joined()) {
            (Outgoing::Connected, Some(Joined::Crossed)) => Code::Crossed,
            (Outgoing::Connected, Some(Joined::Recorded)) => Code::AlreadyConnected,
            (state, _) => state.code(),
        }
    }

    /// What was asked for, and when.
    pub(crate) fn submitted(&self) -> Option<(Timestamp, Addressee, &'a Personal<Typed>)> {
        self.events.iter().find_map(|recorded| {
            if let Event::Outgoing(outgoing::Event {
                kind: outgoing::Kind::Submitted { addressee, typed, .. },
                ..
            })
            | Event::Import(import::Event::Inherited(Inherited::RequestInherited {
                addressee,
                typed,
                ..
            })) = &recorded.event
            {
                Some((happened_at(recorded), *addressee, typed))
            } else {
                None
            }
        })
    }

    /// Since when it exists.
    pub(crate) fn asked_at(&self) -> Timestamp {
        self.events.first().map_or(self.since, |first| happened_at(first))
    }

    /// When it left.
    pub(crate) fn sent_at(&self) -> Option<Timestamp> {
        let leaves = |recorded: &&&Recorded| {
            matches!(
                recorded.event,
                Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Sent { .. }, .. })
                    | Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Confirmed { .. }, .. })
                    | Event::Import(import::Event::RequestObserved { .. })
                    | Event::Import(import::Event::Inherited(Inherited::RequestInherited { .. }))
                    | Event::Oversight(oversight::Event::RequestReleased { posted: Some(_), .. })
            )
        };
        self.events.iter().find(leaves).map(|recorded| happened_at(recorded))
    }

    /// When it arrived.
    pub(crate) fn arrived_at(&self) -> Option<Timestamp> {
        let arrives = |recorded: &&&Recorded| {
            matches!(
                recorded.event,
                Event::Letter(letter::Event { kind: letter::Kind::RequestArrived { .. }, .. })
            )
        };
        self.events.iter().find(arrives).map(|recorded| recorded.at)
    }

    /// Whether another network carried it, and the line of its records that says so.
    pub(crate) fn observed_line(&self) -> Option<u32> {
        observed_line(self.events)
    }

    pub(crate) fn is_observed(&self) -> bool {
        self.observed_line().is_some()
    }

    /// Whether it was there before this log.
    pub(crate) fn is_inherited(&self) -> bool {
        is_inherited(self.events)
    }

    /// Whether it is addressed to an e-mail address, whose owner is not the sender's to know before an acceptance.
    pub(crate) fn is_to_hidden_owner(&self) -> bool {
        matches!(self.submitted(), Some((_, Addressee::Email, ..))) && self.other_end().is_none()
    }

    /// The judgements, oldest first.
    pub(crate) fn verdicts(&self) -> Vec<&'a Verdict> {
        let verdicts = self.events.iter().map(|recorded| verdict(&recorded.event));
        verdicts.chain([self.crossing().map(|crossing| &crossing.verdict)]).flatten().collect()
    }

    /// That it is itself the acceptance of a request of the other's.
    pub(crate) fn crossing(&self) -> Option<&'a Crossing> {
        let own = self.events.iter().find_map(|recorded| {
            if let Event::Outgoing(outgoing::Event {
                request, kind: outgoing::Kind::Submitted { .. }, ..
            }) = &recorded.event
            {
                Some(*request)
            } else {
                None
            }
        })?;
        self.events.iter().find_map(|recorded| {
            if let Event::Incoming(incoming::Event {
                kind: incoming::Kind::Accepted { crossing: Some(crossing), .. },
                ..
            }) = &recorded.event
            {
                Some(crossing).filter(|crossing| crossing.request == own)
            } else {
                None
            }
        })
    }

    /// The last appeal against what stopped it, and what has become of that.
    pub(crate) fn appeal(&self) -> Option<Appeal> {
        self.events.iter().rev().find_map(|recorded| {
            let Event::Oversight(oversight) = &recorded.event else { return None };
            let at = recorded.at;
            match oversight {
                oversight::Event::AppealOpened { .. } => Some(Appeal::Open { since: at }),
                oversight::Event::AppealUpheld { exempt_until, .. } => {
                    Some(Appeal::Upheld { at, exempt_until: *exempt_until })
                }
                oversight::Event::AppealDismissed { .. } => Some(Appeal::Dismissed { at }),
                oversight::Event::FeedbackTaken { .. }
                | oversight::Event::RestrictionImposed { .. }
                | oversight::Event::RequestReleased { .. }
                | oversight::Event::RequestStaysHeld { .. }
                | oversight::Event::BanReversed { .. }
                | oversight::Event::RequestRestored { .. }
                | oversight::Event::RequestRejected { .. } => None,
            }
        })
    }

    /// What stops it for a time since an appeal was upheld, and until when.
    pub(crate) fn stays_held(&self) -> Option<(Code, Option<Timestamp>)> {
        self.events.iter().rev().find_map(|recorded| {
            if let Event::Oversight(oversight::Event::RequestStaysHeld { code, until, .. }) = &recorded.event
            {
                Some((*code, *until))
            } else {
                None
            }
        })
    }

    /// The gate that the last judgement stopped at.
    pub(crate) fn stopping_gate(&self) -> Option<&'a Gate> {
        self.verdicts().last().copied().and_then(stopping_gate)
    }

    /// How the two came to be connected, as the sender's desk knows it.
    pub(crate) fn joined(&self) -> Option<Joined> {
        joined(self.events, self.dossier.case.sender)
    }

    /// The member at the other end, once the sender's own half names them.
    pub(crate) fn other_end(&self) -> Option<MemberId> {
        self.events.iter().find_map(|recorded| {
            if let Event::Connection(connection::Event {
                other,
                kind: connection::Kind::AcceptanceTaken { .. },
                ..
            }) = &recorded.event
            {
                Some(*other)
            } else if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Crossed { .. } })
            | Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Accepted { .. } }) =
                &recorded.event
            {
                Some(ask.sender)
            } else if let Event::Import(import::Event::RequestObserved { ask, .. })
            | Event::Import(import::Event::AcceptanceObserved { ask, .. }) = &recorded.event
            {
                Some(ask.recipient)
            } else if let Event::Connection(connection::Event {
                member,
                other,
                kind: connection::Kind::Recorded { .. },
            })
            | Event::Import(import::Event::Inherited(Inherited::ConnectionInherited {
                member,
                other,
                ..
            })) = &recorded.event
            {
                Some(if *member == self.dossier.case.sender { *other } else { *member })
            } else {
                None
            }
        })
    }
}

/// When it happened: for what another network carried, or was there before this log, by those records.
pub(crate) fn happened_at(recorded: &Recorded) -> Timestamp {
    if let Event::Import(import::Event::RequestObserved { observed_at, .. })
    | Event::Import(import::Event::AcceptanceObserved { observed_at, .. })
    | Event::Import(import::Event::Export(ExportEvent::ConnectionObserved { observed_at, .. })) =
        &recorded.event
    {
        *observed_at
    } else if let Event::Import(import::Event::Inherited(inherited)) = &recorded.event {
        inherited.happened_at().unwrap_or(recorded.at)
    } else {
        recorded.at
    }
}

/// The judgement that an event carries.
pub(crate) fn verdict(event: &Event) -> Option<&Verdict> {
    if let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Refused { verdict }, .. })
    | Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Held { verdict, .. }, .. })
    | Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Sent { verdict, .. }, .. })
    | Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Confirmed { verdict, .. }, .. })
    | Event::Incoming(incoming::Event { kind: incoming::Kind::Delivered { verdict }, .. })
    | Event::Incoming(incoming::Event { kind: incoming::Kind::Held { verdict }, .. })
    | Event::Incoming(incoming::Event { kind: incoming::Kind::Filed { verdict }, .. }) = event
    {
        Some(verdict)
    } else if let Event::Oversight(oversight::Event::RequestReleased { verdict, .. }) = event {
        Some(verdict)
    } else {
        None
    }
}

/// The gate that decided, where one failed or held.
pub(crate) fn stopping_gate(verdict: &Verdict) -> Option<&Gate> {
    let stops = |finding| matches!(finding, Finding::Failed(_) | Finding::Held(_) | Finding::FailedUnseen(_));
    verdict.gates.iter().find(|gate| stops(gate.finding))
}

/// How the two came to be connected, by the events of `desk`.
pub(crate) fn joined(events: &[&Recorded], desk: MemberId) -> Option<Joined> {
    let ways = events.iter().filter_map(|recorded| {
        if let Event::Incoming(incoming::Event { kind: incoming::Kind::Crossed { .. }, .. })
        | Event::Incoming(incoming::Event {
            kind: incoming::Kind::Accepted { crossing: Some(_), .. },
            ..
        })
        | Event::Connection(connection::Event {
            kind: connection::Kind::AcceptanceTaken { crossed: Some(_), .. },
            ..
        }) = &recorded.event
        {
            Some(Joined::Crossed)
        } else if let Event::Connection(connection::Event {
            kind: connection::Kind::Recorded { .. }, ..
        })
        | Event::Import(import::Event::Inherited(Inherited::ConnectionInherited { .. })) =
            &recorded.event
        {
            Some(Joined::Recorded)
        } else if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Accepted { .. } })
        | Event::Import(import::Event::AcceptanceObserved { ask, .. }) = &recorded.event
        {
            Some(if ask.recipient == desk { Joined::SaidYes } else { Joined::GotYes })
        } else if let Event::Connection(connection::Event {
            kind: connection::Kind::AcceptanceTaken { .. },
            ..
        }) = &recorded.event
        {
            Some(Joined::GotYes)
        } else {
            None
        }
    });
    let ways: Vec<Joined> = ways.collect();
    let crossed = ways.iter().find(|way| **way == Joined::Crossed);
    crossed.or(ways.first()).copied()
}

/// Whether these are about something that was there before this log.
pub(crate) fn is_inherited(events: &[&Recorded]) -> bool {
    events.iter().any(|recorded| matches!(recorded.event, Event::Import(import::Event::Inherited(_))))
}

/// The line of the imported records that says that the request was sent, when another network carried it.
pub(crate) fn observed_line(events: &[&Recorded]) -> Option<u32> {
    events.iter().find_map(|recorded| {
        if let Event::Import(import::Event::RequestObserved { seen, .. })
        | Event::Import(import::Event::AcceptanceObserved { seen, .. }) = &recorded.event
        {
            Some(seen.line)
        } else {
            None
        }
    })
}
