//! The sender's half of a trace, read by folding the outgoing desk's own `evolve`.

use acquaint_domain::outgoing::{self, Crossing, Outgoing};
use acquaint_domain::{
    Addressee, Code, Entered, Gate, IllegalTransition, MemberId, Personal, Recorded, Span, Timestamp, Verdict,
};

use super::facts::SenderTimeline;
use crate::delivery::{Delivery, DeliveryState};
use crate::dossier::SenderDossier;
use crate::half::events::{HowConnected, happened_at, is_inherited, joined, observed_line};
use crate::half::verdicts::stopping_gate;
use crate::wording::short_name;

/// The sender's half of the request, folded from the events of the sender's own desk.
pub(crate) struct OutgoingHalf<'a> {
    /// What it was read from.
    pub(crate) dossier: &'a SenderDossier<'a>,
    pub(crate) events: &'a [&'a Recorded],
    pub(crate) state: Outgoing,
    pub(crate) since: Timestamp,
    /// The age at which it ended, when only the passing of time says so and no event does yet.
    pub(crate) overdue: Option<Span>,
    /// What else its events say.
    pub(super) facts: SenderTimeline<'a>,
}

/// What has become of the last appeal against the stop of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Appeal {
    /// Nobody has decided it.
    Open { since: Timestamp },
    /// The member was right.
    Upheld { at: Timestamp, exempt_until: Timestamp },
    /// The decision is unchanged.
    Dismissed { at: Timestamp },
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
        let facts = SenderTimeline::of(events, dossier.case.sender);
        // The event of a failed attempt says when the next was due then. It is earlier where the channel works again.
        if let (Outgoing::InTransit { next_attempt, .. }, Some(Delivery { fate, .. })) =
            (&mut state, dossier.desk.own_delivery())
            && let DeliveryState::Waiting { next_attempt: next } = fate
        {
            *next_attempt = *next;
        }
        let mut half = Self { dossier, events, state, since, overdue: None, facts };
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
        most.saturating_sub(self.facts.reminders)
    }

    /// Its state, as a reason code.
    pub(crate) fn code(&self) -> Code {
        match (self.state, self.joined()) {
            (Outgoing::Connected, Some(HowConnected::Crossed)) => Code::Crossed,
            (Outgoing::Connected, Some(HowConnected::Recorded)) => Code::AlreadyConnected,
            (state, _) => state.code(),
        }
    }

    /// What was asked for, and when.
    pub(crate) fn submitted(&self) -> Option<(Timestamp, Addressee, &'a Personal<Entered>)> {
        self.facts.submitted
    }

    /// Since when it exists.
    pub(crate) fn asked_at(&self) -> Timestamp {
        self.events.first().map_or(self.since, |first| happened_at(first))
    }

    /// When it left.
    pub(crate) fn sent_at(&self) -> Option<Timestamp> {
        self.facts.sent_at
    }

    /// When it arrived.
    pub(crate) fn arrived_at(&self) -> Option<Timestamp> {
        self.facts.arrived_at
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
        let of_crossing = self.crossing().map(|crossing| &crossing.verdict);
        self.facts.verdicts.iter().copied().chain(of_crossing).collect()
    }

    /// That it is itself the acceptance of a request of the other's.
    pub(crate) fn crossing(&self) -> Option<&'a Crossing> {
        self.facts.crossing()
    }

    /// The last appeal against what stopped it, and what has become of that.
    pub(crate) fn appeal(&self) -> Option<Appeal> {
        self.facts.appeal
    }

    /// What stops it for a time since an appeal was upheld, and until when.
    pub(crate) fn stays_held(&self) -> Option<(Code, Option<Timestamp>)> {
        self.facts.stays_held
    }

    /// When the last confirmation was refused that left it held, and by which gate.
    pub(crate) fn refused_confirmation(&self) -> Option<(Timestamp, &'a Gate)> {
        self.facts.refused_confirmation
    }

    /// The gate that the last judgement stopped at.
    pub(crate) fn stopping_gate(&self) -> Option<&'a Gate> {
        self.verdicts().last().copied().and_then(stopping_gate)
    }

    /// How the two came to be connected, as the sender's desk knows it.
    pub(crate) fn joined(&self) -> Option<HowConnected> {
        joined(self.events, self.dossier.case.sender)
    }

    /// The member at the other end, once the sender's own half names them.
    pub(crate) fn other_end(&self) -> Option<MemberId> {
        self.facts.other_end
    }

    /// The member who was asked, where the sender's own desk names them: by a public address, or once they said yes.
    pub(crate) fn known_recipient(&self) -> Option<MemberId> {
        self.other_end().or_else(|| match self.submitted() {
            Some((_, Addressee::Member(member), _)) => Some(member),
            Some((_, Addressee::Email | Addressee::Nobody, _)) | None => None,
        })
    }

    /// Who was asked, as the sender knows it: plain, and in the words of a sentence. For a request to an e-mail address that
    /// is the text typed, until an acceptance names the member.
    pub(crate) fn recipient(&self) -> (String, String) {
        if let Some(member) = self.known_recipient() {
            let handle = self.dossier.case.handle(member);
            let words = short_name(&handle);
            return (handle, words);
        }
        match self.submitted() {
            Some((_, _, typed)) => match typed.held() {
                Some(typed) => (typed.address.clone(), format!("`{}`", short_name(&typed.address))),
                None => ("erased".to_owned(), "an erased address".to_owned()),
            },
            None => ("unknown".to_owned(), "an unknown address".to_owned()),
        }
    }
}
