//! The only loop: judges every send of history again, compares the verdicts, and counts the answers.

use std::ops::ControlFlow;

use acquaint_domain::{
    Event, Outcome, PolicyVersion, Recorded, Rule, Tier, Verdict, import, incoming, network, outgoing,
};
use acquaint_engine::{Retention, Views};
use acquaint_policy::{Policy, judge};

use crate::clearance::Clearance;
use crate::court::{CounterSet, Judged, PolicyTimeline};
use crate::error::BacktestError;
use crate::history::{Adopted, History};
use crate::moment::carrier;
use crate::plan::{Against, Candidate, Mode, Plan, Watch};
use crate::report::{Class, JudgedTwice, ReplayReport};
use crate::send::{PastSend, crossing, decided, restore};
use crate::world::{CounterfactualState, let_through};

/// Judges the sends of a log again.
///
/// `watch` receives the progress from time to time, and may stop the replay.
///
/// # Errors
/// The log cannot be read; [`BacktestError::Interrupted`] if `watch` broke off; [`BacktestError::EmptyWindow`] and
/// [`BacktestError::NothingJudged`] if no send is in the plan's time window.
pub fn backtest(
    history: &History<'_>,
    plan: &Plan,
    clearance: Clearance,
    watch: &mut Watch<'_>,
) -> Result<ReplayReport, BacktestError> {
    backtest_leaving(history, plan, clearance, watch).map(|(report, _)| report)
}

/// Like [`backtest`], but also returns the final state. Freeing it takes a tenth of the time of a replay, which a process
/// that ends with the answer need not spend.
///
/// # Errors
/// As for [`backtest`].
pub fn backtest_leaving(
    history: &History<'_>,
    plan: &Plan,
    _: Clearance,
    watch: &mut Watch<'_>,
) -> Result<(ReplayReport, ReplayState), BacktestError> {
    if plan.is_window_empty() {
        return Err(BacktestError::EmptyWindow);
    }
    let mut run = ReplayRun::begin(history, plan)?;
    history.visit(watch, &mut |recorded| {
        run.take(recorded)?;
        Ok(ControlFlow::Continue(()))
    })?;
    run.end()
}

/// The final state of a replay. It is opaque.
pub struct ReplayState {
    _past: Views,
    _sides: [Option<PolicySide>; 2],
}

/// The policy timeline on one side of the comparison and, in closed mode, the state that follows from its verdicts.
struct PolicySide {
    timeline: PolicyTimeline,
    counterfactual: Option<CounterfactualState>,
}

struct ReplayRun<'p> {
    plan: &'p Plan,
    /// The state that history had; unused in closed mode.
    past: Views,
    candidate: PolicySide,
    /// `None` if the candidate is compared only with recorded verdicts.
    against: Option<PolicySide>,
    /// A send whose verdict is in the next event.
    submitted: Option<Recorded>,
    report: ReplayReport,
}

impl PolicySide {
    fn of(policies: &[Adopted], mode: Mode) -> Result<Self, BacktestError> {
        let first = policies.first().ok_or(BacktestError::NoPolicy)?;
        let counterfactual = match mode {
            Mode::Open => None,
            Mode::Closed => Some(CounterfactualState::begin(first)),
        };
        Ok(Self { timeline: PolicyTimeline::of(policies), counterfactual })
    }

    fn judge(
        &self,
        past: &Views,
        sent: &PastSend<'_>,
        carrier: CounterSet,
        recorded: Option<&Verdict>,
    ) -> Option<Judged> {
        let views = self.counterfactual.as_ref().map_or(past, |counterfactual| &counterfactual.views);
        self.timeline.judge(views, &sent.asked, carrier, |facts| {
            // Idle events are not applied, so the views do not know the number of the last event.
            facts.facts_at.0 = sent.number.0 - 1;
            let Some(recorded) = recorded else { return };
            facts.crossing = crossing(recorded);
            if sent.erased {
                restore(facts, recorded);
            }
        })
    }
}

impl<'p> ReplayRun<'p> {
    fn begin(history: &History<'_>, plan: &'p Plan) -> Result<Self, BacktestError> {
        let adopted = history.policies();
        let candidate = match &plan.candidate {
            Candidate::Policy(policy) => PolicySide::of(&[policy.from_the_first()], plan.mode)?,
            Candidate::AsAdopted => PolicySide::of(adopted, plan.mode)?,
        };
        let against = match &plan.against {
            Against::Policy(policy) => Some(PolicySide::of(&[policy.from_the_first()], plan.mode)?),
            Against::Recorded if history.observed() > 0 => Some(PolicySide::of(adopted, plan.mode)?),
            Against::Recorded => None,
        };
        let report = ReplayReport::begin(plan, (history.last(), history.last_at()));
        Ok(Self { plan, past: Views::default(), candidate, against, submitted: None, report })
    }

    fn take(&mut self, recorded: Recorded) -> Result<(), BacktestError> {
        if let Some(submitted) = self.submitted.take() {
            let is_same = |request| PastSend::of(&submitted).is_some_and(|sent| sent.request == request);
            if let Some((_, verdict)) = decided(&recorded.event).filter(|(request, _)| is_same(*request)) {
                return self.send(&submitted, &recorded, verdict);
            }
            self.apply(&submitted)?;
        }
        match &recorded.event {
            Event::Outgoing(event) => match event.kind {
                outgoing::Kind::Submitted { .. } => {
                    self.submitted = Some(recorded);
                    Ok(())
                }
                outgoing::Kind::Refused { .. }
                | outgoing::Kind::Held { .. }
                | outgoing::Kind::Sent { .. }
                | outgoing::Kind::Confirmed { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Expired { .. }
                | outgoing::Kind::Reminded { .. } => self.take_other(&recorded),
            },
            Event::Import(event) => match event {
                import::Event::RequestObserved { .. } => self.observe(&recorded),
                import::Event::Begun { .. }
                | import::Event::AcceptanceObserved { .. }
                | import::Event::Export(_)
                | import::Event::Inherited(_) => self.take_other(&recorded),
            },
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Oversight(_) => self.take_other(&recorded),
        }
    }

    /// Processes an event that is not a send, and the answers that it may give.
    fn take_other(&mut self, recorded: &Recorded) -> Result<(), BacktestError> {
        self.apply(recorded)?;
        match &self.candidate.counterfactual {
            Some(counterfactual) => {
                let here = |request| counterfactual.answered(&recorded.event, request);
                self.report.learn(&recorded.event, Some(&here));
            }
            None => self.report.learn(&recorded.event, None),
        }
        Ok(())
    }

    fn sides(&mut self) -> impl Iterator<Item = &mut PolicySide> {
        [&mut self.candidate].into_iter().chain(&mut self.against)
    }

    /// Processes a send on this network, with its recorded verdict.
    fn send(
        &mut self,
        submitted: &Recorded,
        decided: &Recorded,
        past: &Verdict,
    ) -> Result<(), BacktestError> {
        let Some(sent) = PastSend::of(submitted) else { return Ok(()) };
        let is_in_window = self.plan.covers(sent.at);
        for side in self.sides() {
            side.timeline.reach(sent.number);
            if let Some(counterfactual) = &mut side.counterfactual {
                counterfactual.due(&mut side.timeline, sent.at)?;
            }
        }
        let judge = |side: &PolicySide, views| {
            side.judge(views, &sent, CounterSet::Ours, Some(past)).filter(|_| is_in_window)
        };
        let new = judge(&self.candidate, &self.past);
        let against = match (&self.against, &self.plan.against) {
            (Some(side), Against::Policy(_)) => judge(side, &self.past).map(|judged| judged.verdict),
            (_, Against::Recorded) | (None, Against::Policy(_)) => None,
        };
        let old = against.as_ref().unwrap_or(past);
        if let Some(judged) = &new {
            self.report.erased += u64::from(sent.erased);
            self.compare(&sent, old, judged, past.outcome);
        }
        let new = new.as_ref().map_or(past, |judged| &judged.verdict);
        if self.plan.mode == Mode::Closed {
            let verdicts = [new, old];
            for (side, verdict) in self.sides().zip(verdicts) {
                let Some(counterfactual) = &mut side.counterfactual else { continue };
                if matches!(
                    decided.event,
                    Event::Incoming(incoming::Event { kind: incoming::Kind::Accepted { .. }, .. })
                ) {
                    counterfactual.answer(&mut side.timeline, decided, (sent.request, verdict.outcome))?;
                } else {
                    counterfactual.send(&mut side.timeline, submitted, decided, (past.outcome, verdict))?;
                }
            }
            return Ok(());
        }
        self.count_past(submitted)?;
        self.count_past(decided)
    }

    /// Processes a request that was observed on another network, which had let it through.
    fn observe(&mut self, recorded: &Recorded) -> Result<(), BacktestError> {
        let Some(sent) = PastSend::of(recorded) else { return Ok(()) };
        for side in self.sides() {
            side.timeline.reach(sent.number);
        }
        let judge = |side: &PolicySide, views| side.judge(views, &sent, carrier(recorded), None);
        let new = judge(&self.candidate, &self.past);
        let old = self.against.as_ref().and_then(|side| judge(side, &self.past));
        let (Some(new), Some(old)) = (new, old) else { return self.apply(recorded) };
        let is_in_window = self.plan.covers(sent.at);
        if is_in_window {
            self.report.observed += 1;
            self.compare(&sent, &old.verdict, &new, Outcome::Pass);
        }
        for (side, judged) in self.sides().zip([&new, &old]) {
            let passed = let_through(&judged.verdict);
            match &mut side.counterfactual {
                Some(counterfactual) => {
                    let verdict = if is_in_window { &judged.verdict } else { &passed };
                    counterfactual.observe(&mut side.timeline, recorded, verdict)?;
                }
                None => side.timeline.count_observed(sent.request, sent.sender, sent.at, &passed),
            }
        }
        if self.plan.mode == Mode::Open {
            self.past.apply_to_senders(recorded, Retention::ToJudge)?;
        }
        Ok(())
    }

    /// Applies an event that is not a send.
    fn apply(&mut self, recorded: &Recorded) -> Result<(), BacktestError> {
        if self.plan.mode == Mode::Open {
            return self.count_past(recorded);
        }
        let as_adopted = self.plan.candidate == Candidate::AsAdopted;
        let in_force = [as_adopted, self.plan.against == Against::Recorded];
        for (side, in_force) in self.sides().zip(in_force) {
            let Some(counterfactual) = &mut side.counterfactual else { continue };
            counterfactual.apply(&mut side.timeline, recorded)?;
            if in_force && matches!(recorded.event, Event::Network(network::Event::PolicyAdopted { .. })) {
                counterfactual.adopt(recorded);
                side.timeline.reach(acquaint_domain::EventNumber(recorded.number.0 + 1));
            }
        }
        Ok(())
    }

    /// Applies and counts an event of history, in open mode.
    fn count_past(&mut self, recorded: &Recorded) -> Result<(), BacktestError> {
        self.past.apply_to_senders(recorded, Retention::ToJudge)?;
        for side in self.sides() {
            side.timeline.count(recorded);
        }
        Ok(())
    }

    fn compare(&mut self, sent: &PastSend<'_>, old: &Verdict, new: &Judged, past: Outcome) {
        let tier: Tier = new.facts.tier;
        let compared = JudgedTwice { request: sent.request, at: sent.at, tier, old, new: &new.verdict, past };
        let class = self.report.count(&compared);
        if class == Class::Same || new.verdict.outcome == Outcome::Pass {
            return;
        }
        if let Some(rule) = deciding(&new.verdict) {
            let is_alone = would_pass_without(self.candidate.timeline.policy(), new, rule);
            self.report.decided(old.outcome, new.verdict.outcome, rule, u64::from(is_alone));
        }
    }

    fn end(mut self) -> Result<(ReplayReport, ReplayState), BacktestError> {
        if let Some(submitted) = self.submitted.take() {
            self.apply(&submitted)?;
        }
        self.report.crossings_lost =
            self.candidate.counterfactual.as_ref().map_or(0, |counterfactual| counterfactual.crossings_lost);
        let Self { plan, past, candidate, against, report, .. } = self;
        if report.all.sends == 0 && plan.has_window() {
            return Err(BacktestError::NothingJudged);
        }
        Ok((report.finish(), ReplayState { _past: past, _sides: [Some(candidate), against] }))
    }
}

/// The rule that stopped a send; `None` if none did.
pub(crate) fn deciding(verdict: &Verdict) -> Option<Rule> {
    use acquaint_domain::Finding;
    let stops = |finding: Finding| match finding {
        Finding::Failed(_) | Finding::Held(_) | Finding::FailedUnseen(_) => true,
        Finding::Passed | Finding::Unevaluated | Finding::NotReached | Finding::Shadow(_) => false,
    };
    verdict.gates.iter().find(|gate| stops(gate.finding)).map(|gate| gate.rule)
}

/// Whether no other rule would have stopped the send: judges the same facts with that rule on trial.
fn would_pass_without((_, policy): (PolicyVersion, &Policy), judged: &Judged, rule: Rule) -> bool {
    let mut facts = judged.facts.clone();
    facts.exempt.insert(rule.name().to_owned());
    judge(policy, &facts).outcome == Outcome::Pass
}
