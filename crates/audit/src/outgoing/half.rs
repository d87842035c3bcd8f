//! The sender's half of a trace, folded with the outgoing desk's own `evolve`.

use acquaint_domain::outgoing::{self, Crossing, Outgoing};
use acquaint_domain::{
    Addressee, Code, Entered, Gate, IllegalTransition, MemberId, Personal, Recorded, Span, Timestamp, Verdict,
};

use super::facts::SenderTimeline;
use crate::delivery::{Delivery, DeliveryState};
use crate::dossier::SenderDossier;
use crate::half::events::{HowConnected, happened_at, how_connected, is_imported, observed_line};
use crate::half::verdicts::stopping_gate;
use crate::wording::short_name;

/// The sender's half of a request, folded from the events of the sender's own desk.
pub(crate) struct OutgoingHalf<'a> {
    /// The dossier that it was read from.
    pub(crate) dossier: &'a SenderDossier<'a>,
    pub(crate) events: &'a [&'a Recorded],
    pub(crate) state: Outgoing,
    pub(crate) since: Timestamp,
    /// The age at which it expired, where no event records the expiry yet.
    pub(crate) overdue: Option<Span>,
    /// What the events say beyond the state.
    pub(super) facts: SenderTimeline<'a>,
}

/// The state of the last appeal against a stopped request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Appeal {
    /// Not decided yet.
    Open { since: Timestamp },
    /// Decided for the member.
    Upheld { at: Timestamp, exempt_until: Timestamp },
    /// The decision was kept.
    Dismissed { at: Timestamp },
}

impl<'a> OutgoingHalf<'a> {
    /// Reads the half; `None` when the sender's desk has no event of the request.
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
        // A failed attempt records when the next was due. That attempt comes earlier once the channel works again.
        if let (Outgoing::InTransit { next_attempt, .. }, Some(Delivery { state, .. })) =
            (&mut state, dossier.desk.own_delivery())
            && let DeliveryState::Waiting { next_attempt: next } = state
        {
            *next_attempt = *next;
        }
        let mut half = Self { dossier, events, state, since, overdue: None, facts };
        half.expire_if_overdue();
        Some(half)
    }

    /// Treats the request as expired once it reaches its maximum age, even before the event is written.
    fn expire_if_overdue(&mut self) {
        if let (true, false, Some(expires)) = (self.state.is_open(), self.is_observed(), self.expires())
            && self.dossier.case.as_of >= expires
        {
            self.overdue = self.dossier.case.in_force().map(|policy| policy.expiry.after);
            self.state = Outgoing::Expired;
            self.since = expires;
        }
    }

    /// When it expires; `None` for a request that another network carried.
    pub(crate) fn expires(&self) -> Option<Timestamp> {
        let policy = self.dossier.case.in_force().filter(|_| !self.is_observed())?;
        self.submitted().map(|(at, ..)| at.plus(policy.expiry.after))
    }

    /// The last moment about which anything is known: for a request that another network carried, the end of its
    /// records.
    pub(crate) fn horizon(&self) -> Timestamp {
        let as_of = self.dossier.case.as_of;
        match self.dossier.desk.observed_until() {
            Some(until) if self.is_observed() => as_of.min(until),
            Some(_) | None => as_of,
        }
    }

    /// The number of reminders that the sender may still send.
    pub(crate) fn reminders_left(&self) -> u32 {
        let follow_up = self.dossier.case.in_force().and_then(|policy| policy.follow_up.as_ref());
        let most = follow_up.filter(|_| self.state == Outgoing::Sent).map_or(0, |table| table.reminders);
        most.saturating_sub(self.facts.reminders)
    }

    /// The state as a reason code.
    pub(crate) fn code(&self) -> Code {
        match (self.state, self.how_connected()) {
            (Outgoing::Connected, Some(HowConnected::Crossed)) => Code::Crossed,
            (Outgoing::Connected, Some(HowConnected::Recorded)) => Code::AlreadyConnected,
            (state, _) => state.code(),
        }
    }

    /// When the request was made, to whom, and the text as entered.
    pub(crate) fn submitted(&self) -> Option<(Timestamp, Addressee, &'a Personal<Entered>)> {
        self.facts.submitted
    }

    /// When the request was made.
    pub(crate) fn asked_at(&self) -> Timestamp {
        self.events.first().map_or(self.since, |first| happened_at(first))
    }

    /// When the request was sent.
    pub(crate) fn sent_at(&self) -> Option<Timestamp> {
        self.facts.sent_at
    }

    /// When it arrived at the recipient's desk.
    pub(crate) fn arrived_at(&self) -> Option<Timestamp> {
        self.facts.arrived_at
    }

    /// The line of the imported records that reports the request, where another network carried it.
    pub(crate) fn observed_line(&self) -> Option<u32> {
        observed_line(self.events)
    }

    pub(crate) fn is_observed(&self) -> bool {
        self.observed_line().is_some()
    }

    /// Whether it was imported from before this log.
    pub(crate) fn is_imported(&self) -> bool {
        is_imported(self.events)
    }

    /// Whether it is addressed to an e-mail address whose owner the sender may not know. An acceptance reveals the
    /// owner.
    pub(crate) fn is_to_hidden_owner(&self) -> bool {
        matches!(self.submitted(), Some((_, Addressee::Email, ..))) && self.other_end().is_none()
    }

    /// The judgements, oldest first.
    pub(crate) fn verdicts(&self) -> Vec<&'a Verdict> {
        let of_crossing = self.crossing().map(|crossing| &crossing.verdict);
        self.facts.verdicts.iter().copied().chain(of_crossing).collect()
    }

    /// The crossing in which it accepted the other member's request.
    pub(crate) fn crossing(&self) -> Option<&'a Crossing> {
        self.facts.crossing()
    }

    /// The state of the last appeal against what stopped it.
    pub(crate) fn appeal(&self) -> Option<Appeal> {
        self.facts.appeal
    }

    /// The code that still stops it although an appeal was upheld, and until when.
    pub(crate) fn stays_held(&self) -> Option<(Code, Option<Timestamp>)> {
        self.facts.stays_held
    }

    /// When a confirmation was last refused, and by which gate.
    pub(crate) fn refused_confirmation(&self) -> Option<(Timestamp, &'a Gate)> {
        self.facts.refused_confirmation
    }

    /// The gate at which the last judgement stopped the request.
    pub(crate) fn stopping_gate(&self) -> Option<&'a Gate> {
        self.verdicts().last().copied().and_then(stopping_gate)
    }

    /// How the two became connected, as the sender's desk knows it.
    pub(crate) fn how_connected(&self) -> Option<HowConnected> {
        how_connected(self.events, self.dossier.case.sender)
    }

    /// The member at the other end, once an event of the sender's own half names them.
    pub(crate) fn other_end(&self) -> Option<MemberId> {
        self.facts.other_end
    }

    /// The recipient, where the sender's own desk names them: by a public address, or after an acceptance.
    pub(crate) fn known_recipient(&self) -> Option<MemberId> {
        self.other_end().or_else(|| match self.submitted() {
            Some((_, Addressee::Member(member), _)) => Some(member),
            Some((_, Addressee::Email | Addressee::Nobody, _)) | None => None,
        })
    }

    /// The recipient's name as the sender knows it: plain, and as it reads in a sentence. For a request to an e-mail
    /// address it is the address as entered, until an acceptance names the member.
    pub(crate) fn recipient(&self) -> (String, String) {
        if let Some(member) = self.known_recipient() {
            let handle = self.dossier.case.handle(member);
            let words = short_name(&handle);
            return (handle, words);
        }
        match self.submitted() {
            Some((_, _, entered)) => match entered.held() {
                Some(entered) => (entered.address.clone(), format!("`{}`", short_name(&entered.address))),
                None => ("erased".to_owned(), "an erased address".to_owned()),
            },
            None => ("unknown".to_owned(), "an unknown address".to_owned()),
        }
    }
}
