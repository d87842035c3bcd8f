//! One past request, ready to be judged again by any policy.

use std::ops::ControlFlow;

use acquaint_codec::peek;
use acquaint_domain::outgoing::{self, Submission};
use acquaint_domain::{
    Event, EventNumber, LetterNumber, MemberId, Outcome, Owner, Recorded, RequestId, Verdict, import,
};
use acquaint_engine::{RecordedSend, Retention, Views};

use crate::clearance::Clearance;
use crate::court::{CounterSet, PolicyTimeline};
use crate::error::BacktestError;
use crate::history::{Adopted, History};
use crate::plan::Watch;
use crate::run::deciding;
use crate::send::{PastSend, crossing, decided, restore};
use crate::world::let_through;

/// A past send with everything needed to judge it: the state just before it, and what its sender had done until then, from
/// which the counters of any policy are filled.
pub struct SendContext {
    views: Views,
    /// The earlier events of the sender's desk, which counters count.
    own: Vec<Recorded>,
    /// The event of the send.
    asked: Recorded,
    /// The event with the recorded decision; `None` for a request observed on another network.
    past: Option<Recorded>,
    in_force: Adopted,
}

impl SendContext {
    /// Finds a request in history. The log is read twice, the first time without decoding it.
    ///
    /// # Errors
    /// The log cannot be read; it has no such send; `watch` broke off.
    pub fn of(
        history: &History<'_>,
        request: RequestId,
        _: Clearance,
        watch: &mut Watch<'_>,
    ) -> Result<Self, BacktestError> {
        let (number, sender) = find_send(history, request)?;
        let mut views = Views::default();
        let mut own = Vec::new();
        let mut asked = None;
        let mut past = None;
        history.visit(watch, &mut |recorded| {
            if recorded.number > number {
                let is_same = decided(&recorded.event).is_some_and(|(its, _)| its == request);
                past = is_same.then_some(recorded);
                return Ok(ControlFlow::Break(()));
            }
            if recorded.number == number {
                asked = Some(recorded);
                return Ok(ControlFlow::Continue(()));
            }
            views.apply_to_senders(&recorded, Retention::ToJudge)?;
            if recorded.event.owner() == Owner::Member(sender)
                || PastSend::of(&recorded).is_some_and(|sent| sent.sender == sender)
            {
                own.push(recorded);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let asked = asked.ok_or(BacktestError::NoSuchRequest)?;
        let in_force = history.policies().iter().rfind(|adopted| adopted.since < number);
        let in_force = in_force.or(history.policies().first()).ok_or(BacktestError::NoPolicy)?.clone();
        Ok(Self { views, own, asked, past, in_force })
    }

    /// The policy that was in force at the send.
    pub fn in_force(&self) -> &Adopted {
        &self.in_force
    }

    /// The recorded verdict; `None` for a request observed on another network, which was let through.
    pub fn past(&self) -> Option<&Verdict> {
        self.past.as_ref().and_then(|recorded| decided(&recorded.event)).map(|(_, verdict)| verdict)
    }

    /// The verdict of a policy, with its own counters over the sender's real history.
    ///
    /// # Errors
    /// The sender of the request is unknown.
    pub fn judge(&self, policy: &Adopted) -> Result<Verdict, BacktestError> {
        let mut timeline = PolicyTimeline::of(&[policy.from_the_first()]);
        for recorded in &self.own {
            match PastSend::of(recorded).filter(|_| carrier(recorded) == CounterSet::Other) {
                Some(observed) => {
                    let passed = let_through(&empty_verdict(policy));
                    timeline.count_observed(observed.request, observed.sender, observed.at, &passed);
                }
                None => timeline.count(recorded),
            }
        }
        let sent = PastSend::of(&self.asked).ok_or(BacktestError::NoSuchRequest)?;
        let judged = timeline.judge(&self.views, &sent.asked, carrier(&self.asked), |facts| {
            facts.facts_at.0 = sent.number.0 - 1;
            let Some(past) = self.past() else { return };
            facts.crossing = crossing(past);
            if sent.erased {
                restore(facts, past);
            }
        });
        judged.map(|judged| judged.verdict).ok_or(BacktestError::NoSuchRequest)
    }

    /// The events of the request as they would be under a verdict: the send, the decision and, if the outcome is the recorded
    /// one, the later events of history in `rest`.
    pub fn imagined(&self, verdict: &Verdict, rest: &[Recorded]) -> Vec<Recorded> {
        let Some(sent) = PastSend::of(&self.asked) else { return Vec::new() };
        let past = self.past().map_or(Outcome::Pass, |past| past.outcome);
        let RecordedSend { sender, addressee, entered, channel, distance, .. } = sent.asked;
        let (request, entered, channel) = (sent.request, entered.clone(), channel.clone());
        let submission = Submission { request, sender, addressee, entered, channel, distance };
        let here = outgoing::send(submission, verdict.clone(), LetterNumber(0)).pop();
        let last = self.past.as_ref().unwrap_or(&self.asked);
        let mut trace = vec![self.asked.clone()];
        if self.past.is_some() || verdict.outcome != Outcome::Pass {
            trace.extend(here.map(|event| Recorded { event: event.into(), ..last.clone() }));
        }
        if past == verdict.outcome {
            trace.extend(rest.iter().filter(|recorded| recorded.number > last.number).cloned());
        }
        trace
    }

    /// The rule that stopped a request, by its verdict; `None` if none did.
    pub fn deciding(verdict: &Verdict) -> Option<acquaint_domain::Rule> {
        deciding(verdict)
    }
}

fn empty_verdict(policy: &Adopted) -> Verdict {
    let facts_at = EventNumber(0);
    Verdict { policy: policy.version, facts_at, outcome: Outcome::Pass, gates: Vec::new() }
}

/// The number of the event with which a request began, and its sender.
fn find_send(history: &History<'_>, request: RequestId) -> Result<(EventNumber, MemberId), BacktestError> {
    let mut first: Option<Recorded> = None;
    history.each_record(&mut |_, bytes| {
        if peek(bytes).is_ok_and(|envelope| envelope.request == Some(request)) {
            first = acquaint_codec::decode(bytes).ok();
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    let sent = first.as_ref().and_then(PastSend::of).filter(|sent| sent.request == request);
    sent.map(|sent| (sent.number, sent.sender)).ok_or(BacktestError::NoSuchRequest)
}

/// Which counters a send is judged by.
pub(crate) fn carrier(recorded: &Recorded) -> CounterSet {
    if matches!(recorded.event, Event::Import(import::Event::RequestObserved { .. })) {
        CounterSet::Other
    } else {
        CounterSet::Ours
    }
}
