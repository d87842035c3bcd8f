//! How each rule performed: what it stopped, when it could not be evaluated, and how often it was found wrong.

use std::collections::BTreeMap;

use acquaint_domain::{
    Event, Evidence, Finding, Gate, Outcome, Recorded, RequestId, Rule, Verdict, outgoing, oversight,
};

use crate::half::events::Judgement;

/// How one rule performed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleRecord {
    /// How often it was asked, including when it could not be evaluated.
    pub asked: u32,
    /// How often it refused or held a request, or would have on trial.
    pub hits: u32,
    /// How often no other rule would have stopped it: for a rule in force, no rule on trial; for a rule on trial, no
    /// rule in force.
    pub alone: u32,
    /// How often it could not be evaluated.
    pub unevaluated: u32,
    /// How often it was on trial.
    pub shadow: u32,
    /// How often a review or an appeal found that it was right.
    pub confirmed: u32,
    /// How often a review or an appeal found that it was wrong.
    pub overturned: u32,
}

impl RuleRecord {
    /// Share of reviewed decisions that were right, in percent; `None` when none was reviewed.
    pub fn precision_percent(&self) -> Option<u32> {
        let reviewed = self.confirmed + self.overturned;
        (reviewed > 0).then(|| self.confirmed * 100 / reviewed)
    }
}

/// Totals for each rule, from the first event on.
#[derive(Clone, Debug, Default)]
pub struct RuleReport {
    records: BTreeMap<String, RuleRecord>,
    /// The rule that holds each request that waits for a review.
    held_by: BTreeMap<RequestId, Rule>,
}

impl RuleReport {
    /// Applies the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        // The rules of a crossing and of a refused command count like any others.
        if let Some(judgement) = Judgement::of(&recorded.event) {
            self.judged(judgement.verdict());
        }
        match &recorded.event {
            Event::Outgoing(event) => self.apply_outgoing(event),
            Event::Oversight(event) => self.apply_oversight(event),
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Import(_) => {}
        }
    }

    /// The record of every rule that was asked, imposed a restriction or was reviewed, by name.
    pub fn records(&self) -> impl Iterator<Item = (&str, RuleRecord)> {
        self.records.iter().map(|(name, record)| (name.as_str(), *record))
    }

    fn of(&mut self, name: &str) -> &mut RuleRecord {
        self.records.entry(name.to_owned()).or_default()
    }

    fn judged(&mut self, verdict: &Verdict) {
        let live = verdict.gates.iter().any(|gate| stops(gate) && !is_on_trial(gate));
        let trial = verdict.gates.iter().any(|gate| stops(gate) && is_on_trial(gate));
        for gate in verdict.gates.iter().filter(|gate| gate.finding != Finding::NotReached) {
            let others = if is_on_trial(gate) { live } else { trial };
            let record = self.of(gate.rule.name());
            record.asked += 1;
            record.hits += u32::from(stops(gate));
            record.alone += u32::from(stops(gate) && !others);
            record.shadow += u32::from(is_on_trial(gate));
            let is_unseen = matches!(gate.finding, Finding::Unevaluated | Finding::FailedUnseen(_));
            record.unevaluated += u32::from(is_unseen);
            self.symbols(gate);
        }
    }

    /// A symbol of the spam filter hits when it raised a score that stopped a request; it decided alone when the score
    /// would have been too low without it.
    fn symbols(&mut self, gate: &Gate) {
        let Evidence::Symbols { symbols, score_milli, hold_at_milli, .. } = &gate.evidence else { return };
        let is_stopped = stops(gate);
        for symbol in symbols {
            let name = format!("spam: {:?}", symbol.kind);
            let name = hyphenated(&name);
            let counted = is_stopped && symbol.score_milli > 0;
            let needed = counted && score_milli.saturating_sub(symbol.score_milli) < *hold_at_milli;
            let record = self.of(&name);
            record.asked += 1;
            record.hits += u32::from(counted);
            record.alone += u32::from(needed);
        }
    }

    fn apply_outgoing(&mut self, event: &outgoing::Event) {
        match &event.kind {
            outgoing::Kind::Held { verdict, .. } => {
                let held = verdict.gates.iter().find(|gate| matches!(gate.finding, Finding::Held(_)));
                self.held_by.extend(held.map(|gate| (event.request, gate.rule)));
            }
            outgoing::Kind::Submitted { .. }
            | outgoing::Kind::Refused { .. }
            | outgoing::Kind::Sent { .. }
            | outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Withdrawn { .. }
            | outgoing::Kind::Expired { .. }
            | outgoing::Kind::Reminded { .. } => {}
        }
    }

    fn apply_oversight(&mut self, oversight: &oversight::Event) {
        match oversight {
            oversight::Event::RestrictionImposed { rule, .. } => {
                let record = self.of(rule);
                record.asked += 1;
                record.hits += 1;
                record.alone += 1;
            }
            oversight::Event::RequestReleased { request, .. } => {
                if let Some(rule) = self.held_by.remove(request) {
                    self.of(rule.name()).overturned += 1;
                }
            }
            oversight::Event::RequestRejected { request, .. } => {
                if let Some(rule) = self.held_by.remove(request) {
                    self.of(rule.name()).confirmed += 1;
                }
            }
            oversight::Event::AppealUpheld { against, .. } => {
                // The release that may follow belongs to the same review.
                let held = against.request.and_then(|request| self.held_by.remove(&request));
                let name = held.map_or(against.rule.as_str(), |rule| rule.name());
                self.of(name).overturned += 1;
            }
            oversight::Event::AppealDismissed { against, .. } => self.of(&against.rule).confirmed += 1,
            oversight::Event::AppealOpened { .. }
            | oversight::Event::FeedbackTaken { .. }
            | oversight::Event::RequestStaysHeld { .. }
            | oversight::Event::BanReversed { .. }
            | oversight::Event::RequestRestored { .. } => {}
        }
    }
}

fn stops(gate: &Gate) -> bool {
    match gate.finding {
        Finding::Failed(_) | Finding::Held(_) | Finding::FailedUnseen(_) => true,
        Finding::Shadow(outcome) => outcome != Outcome::Pass,
        Finding::Passed | Finding::Unevaluated | Finding::NotReached => false,
    }
}

fn is_on_trial(gate: &Gate) -> bool {
    matches!(gate.finding, Finding::Shadow(_))
}

/// `RepeatedNote` as `repeated-note`.
fn hyphenated(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_uppercase() && text.chars().last().is_some_and(char::is_alphabetic) {
            text.push('-');
        }
        text.extend(c.to_lowercase());
    }
    text
}
