//! The comparison: which sends would have had another outcome, and how history answered them.

use std::collections::BTreeMap;

use acquaint_domain::{Event, Finding, Outcome, RequestId, Rule, Span, Tier, Timestamp, Verdict};

use crate::outcome::{CounterfactualAnswer, ReportSlot, RequestOutcome, RequestOutcomes, UnansweredRequests};
use crate::plan::{Mode, Plan};
use crate::sample::{Chosen, Sample};

/// How two outcomes differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// They are the same.
    Same,
    /// The candidate refuses what was let through or held.
    NewlyRefused,
    /// The candidate holds what was let through.
    NewlyHeld,
    /// The candidate lets through what was refused or held.
    NewlyAllowed,
    /// Both stop it, for different reasons.
    ChangedReason,
}

impl Class {
    /// How two outcomes differ.
    pub fn of(old: Outcome, new: Outcome) -> Self {
        match (old, new) {
            _ if old == new => Self::Same,
            (Outcome::Pass | Outcome::Hold(_), Outcome::Refuse(_)) => Self::NewlyRefused,
            (Outcome::Pass, Outcome::Hold(_)) => Self::NewlyHeld,
            (_, Outcome::Pass) => Self::NewlyAllowed,
            (Outcome::Refuse(_), Outcome::Refuse(_) | Outcome::Hold(_))
            | (Outcome::Hold(_), Outcome::Hold(_)) => Self::ChangedReason,
        }
    }

    /// Its name, with hyphens between the words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::NewlyRefused => "newly-refused",
            Self::NewlyHeld => "newly-held",
            Self::NewlyAllowed => "newly-allowed",
            Self::ChangedReason => "changed-reason",
        }
    }
}

/// Sends with the same old and the same new outcome.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The recorded outcome, or that of the policy compared with.
    pub old: Outcome,
    /// The outcome under the candidate.
    pub new: Outcome,
    /// The number of sends.
    pub sends: u64,
    /// Their answers in history.
    pub outcomes: RequestOutcomes,
    /// The rules of the candidate that stopped them; empty if both outcomes are the same.
    pub deciding: BTreeMap<Rule, Deciding>,
    chosen: Chosen,
}

/// How often a rule decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deciding {
    /// The number of sends that it stopped.
    pub times: u64,
    /// Of these, the sends that no other rule would have stopped.
    pub alone: u64,
}

/// What a rule that is on trial in the candidate would have done if it were in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TrialTotals {
    /// Sends that it would have stopped.
    pub times: u64,
    /// Of these, the sends that the candidate lets through, which would be stopped if the rule were in force.
    pub newly: u64,
    /// Of `newly`, the sends that history shows accepted.
    pub newly_accepted: u64,
    /// Of `newly`, the sends that history shows reported.
    pub newly_reported: u64,
}

/// Counts over all sends or a part of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    /// Sends that were judged again.
    pub sends: u64,
    /// Sends that history shows accepted.
    pub accepted: u64,
    /// Sends that would be refused.
    pub newly_refused: u64,
    /// Of these, the sends that history shows accepted: the harm of the candidate.
    pub newly_refused_accepted: u64,
    /// Of these, the sends that history shows reported: the benefit of the candidate.
    pub newly_refused_reported: u64,
    /// Sends that would be held.
    pub newly_held: u64,
    /// Sends that would be let through.
    pub newly_allowed: u64,
    /// Sends that would be stopped for another reason.
    pub changed_reason: u64,
    /// Sends that would be let through, and that history has no answer to.
    pub unknown: u64,
}

/// The result of a replay.
#[derive(Clone, Debug)]
pub struct ReplayReport {
    /// The state in which sends were judged.
    pub mode: Mode,
    /// Counts over all sends.
    pub all: Slice,
    /// Counts by the sender's tier.
    pub tiers: [(Tier, Slice); 3],
    /// Counts by week, in order of time. A week begins on Monday at 00:00 UTC.
    pub weeks: Vec<(Timestamp, Slice)>,
    /// Counts by both outcomes.
    pub cells: Vec<Cell>,
    /// Sends with the same outcome for which some rule found something different.
    pub other_ladder: u64,
    /// The candidate's rules that are on trial.
    pub trials: BTreeMap<Rule, TrialTotals>,
    /// How often a rule of the candidate could not be evaluated.
    pub unevaluated: BTreeMap<Rule, u64>,
    /// Sends whose text was erased, which were judged on what the recorded evidence says about it.
    pub erased: u64,
    /// Requests observed on another network.
    pub observed: u64,
    /// Crossings that would not have happened because one of the two requests would be missing.
    pub crossings_lost: u64,
    /// Requests that history shows accepted after they had expired under the candidate. Closed mode only.
    pub accepted_too_late: u64,
    /// Requests that expired in history while the candidate still had them open. Closed mode only.
    pub open_longer: u64,
    /// The number of events in the history.
    pub events: u64,
    /// The time of the last event; `None` for an empty log.
    pub last_at: Option<Timestamp>,
    /// Requests that would be accepted under the candidate, as far as history shows.
    would_be: u64,
    /// Requests that the candidate lets through and whose answer history cannot show.
    would_be_unknown: u64,
    book: UnansweredRequests,
    seed: u64,
}

/// A send that was judged twice.
pub(crate) struct JudgedTwice<'a> {
    pub(crate) request: RequestId,
    pub(crate) at: Timestamp,
    pub(crate) tier: Tier,
    pub(crate) old: &'a Verdict,
    pub(crate) new: &'a Verdict,
    /// The recorded outcome; a request observed on another network was let through.
    pub(crate) past: Outcome,
}

const WEEK: i64 = 7 * 24 * 3_600_000;
/// The first Monday of the epoch, in milliseconds: 1 January 1970 was a Thursday.
const FIRST_MONDAY: i64 = 4 * 24 * 3_600_000;

impl ReplayReport {
    pub(crate) fn begin(plan: &Plan, (events, last_at): (u64, Option<Timestamp>)) -> Self {
        let none = Slice::default();
        Self {
            mode: plan.mode,
            all: none,
            tiers: [(Tier::Free, none), (Tier::Premium, none), (Tier::SalesNavigator, none)],
            weeks: Vec::new(),
            cells: Vec::new(),
            other_ladder: 0,
            trials: BTreeMap::new(),
            unevaluated: BTreeMap::new(),
            erased: 0,
            observed: 0,
            crossings_lost: 0,
            accepted_too_late: 0,
            open_longer: 0,
            events,
            last_at,
            would_be: 0,
            would_be_unknown: 0,
            book: UnansweredRequests::default(),
            seed: plan.seed,
        }
    }

    /// Counts a send; returns how the two outcomes differ.
    pub(crate) fn count(&mut self, compared: &JudgedTwice<'_>) -> Class {
        let JudgedTwice { request, at, tier, old, new, past } = *compared;
        let class = Class::of(old.outcome, new.outcome);
        let is_unknown = new.outcome == Outcome::Pass && past != Outcome::Pass;
        let cell = self.cell(old.outcome, new.outcome);
        let seed = self.seed;
        let sample = || Sample { request, at, old: old.clone(), new: new.clone() };
        self.cells[cell].sends += 1;
        self.cells[cell].chosen.offer(seed, request, sample);
        let tier = self.tiers.iter().position(|(other, _)| *other == tier).unwrap_or_default();
        let week = self.week(at);
        let on_trial = self.on_trial(new);
        let passes = new.outcome == Outcome::Pass || new.outcome == past;
        let (cell, tier, week) = (cell as u16, tier as u8, week as u32);
        let place = ReportSlot { cell, tier, week, waits: is_unknown, passes, on_trial };
        self.slices(place, |slice| {
            slice.sends += 1;
            slice.unknown += u64::from(is_unknown);
            match class {
                Class::Same => {}
                Class::NewlyRefused => slice.newly_refused += 1,
                Class::NewlyHeld => slice.newly_held += 1,
                Class::NewlyAllowed => slice.newly_allowed += 1,
                Class::ChangedReason => slice.changed_reason += 1,
            }
        });
        // INVARIANT (answers are history's): a refused request has none, and none is made up for it.
        if !matches!(past, Outcome::Refuse(_)) {
            self.book.open(request, place);
        }
        let is_other = class == Class::Same && (old.gates != new.gates || old.facts_at != new.facts_at);
        self.other_ladder += u64::from(is_other);
        for gate in &new.gates {
            if let Finding::Unevaluated | Finding::FailedUnseen(_) = gate.finding {
                *self.unevaluated.entry(gate.rule).or_default() += 1;
            }
        }
        class
    }

    /// Counts the rule of the candidate that stopped a send; `alone` is 1 if no other rule would have, else 0.
    pub(crate) fn decided(&mut self, old: Outcome, new: Outcome, rule: Rule, alone: u64) {
        let cell = self.cell(old, new);
        let deciding = self.cells[cell].deciding.entry(rule).or_default();
        deciding.times += 1;
        deciding.alone += alone;
    }

    /// Counts the rules on trial that would have stopped a send; if the candidate lets the send through, returns their bits.
    fn on_trial(&mut self, new: &Verdict) -> u32 {
        let mut bits = 0;
        for gate in &new.gates {
            let Finding::Shadow(Outcome::Hold(_) | Outcome::Refuse(_)) = gate.finding else { continue };
            let trial = self.trials.entry(gate.rule).or_default();
            trial.times += 1;
            if new.outcome == Outcome::Pass {
                trial.newly += 1;
                bits |= bit(gate.rule);
            }
        }
        bits
    }

    /// Counts the answers that an event gives. `here` says what happens to an answer in the candidate's counterfactual state;
    /// `None` in open mode, which has none.
    pub(crate) fn learn(&mut self, event: &Event, here: Option<&dyn Fn(RequestId) -> CounterfactualAnswer>) {
        let mut book = std::mem::take(&mut self.book);
        if let Some(place) = book.released(event) {
            self.slices(place, |slice| slice.unknown -= 1);
        }
        book.answered(event, |request, place, outcome| {
            self.answered(place, outcome);
            // A request that history never let through already counts as unknown.
            if place.passes && !place.waits {
                self.would_be(outcome, here.map_or(CounterfactualAnswer::Happens, |here| here(request)));
            }
        });
        self.book = book;
    }

    fn would_be(&mut self, outcome: RequestOutcome, here: CounterfactualAnswer) {
        match (outcome, here) {
            (RequestOutcome::Accepted, CounterfactualAnswer::Happens) => self.would_be += 1,
            (RequestOutcome::Accepted, CounterfactualAnswer::Expired) => self.accepted_too_late += 1,
            (RequestOutcome::Accepted, CounterfactualAnswer::Unknown) => self.would_be_unknown += 1,
            (RequestOutcome::Ended, CounterfactualAnswer::Unknown) => {
                self.open_longer += 1;
                self.would_be_unknown += 1;
            }
            (RequestOutcome::Accepted, CounterfactualAnswer::Stopped)
            | (RequestOutcome::Declined | RequestOutcome::Reported, _)
            | (
                RequestOutcome::Ended,
                CounterfactualAnswer::Happens | CounterfactualAnswer::Expired | CounterfactualAnswer::Stopped,
            ) => {}
        }
    }

    fn answered(&mut self, place: ReportSlot, outcome: RequestOutcome) {
        let cell = &mut self.cells[usize::from(place.cell)];
        cell.outcomes.count(outcome);
        let is_refused = Class::of(cell.old, cell.new) == Class::NewlyRefused;
        if place.on_trial != 0 {
            for (_, trial) in self.trials.iter_mut().filter(|(rule, _)| place.on_trial & bit(**rule) != 0) {
                trial.newly_accepted += u64::from(outcome == RequestOutcome::Accepted);
                trial.newly_reported += u64::from(outcome == RequestOutcome::Reported);
            }
        }
        self.slices(place, |slice| {
            slice.accepted += u64::from(outcome == RequestOutcome::Accepted);
            slice.newly_refused_accepted += u64::from(is_refused && outcome == RequestOutcome::Accepted);
            slice.newly_refused_reported += u64::from(is_refused && outcome == RequestOutcome::Reported);
        });
    }

    fn slices(&mut self, place: ReportSlot, mut change: impl FnMut(&mut Slice)) {
        change(&mut self.all);
        change(&mut self.tiers[usize::from(place.tier)].1);
        change(&mut self.weeks[place.week as usize].1);
    }

    fn cell(&mut self, old: Outcome, new: Outcome) -> usize {
        let found = self.cells.iter().position(|cell| cell.old == old && cell.new == new);
        found.unwrap_or_else(|| {
            let (outcomes, deciding) = (RequestOutcomes::default(), BTreeMap::new());
            self.cells.push(Cell { old, new, sends: 0, outcomes, deciding, chosen: Chosen::default() });
            self.cells.len() - 1
        })
    }

    fn week(&mut self, at: Timestamp) -> usize {
        let begins = (at.as_millis() - FIRST_MONDAY).div_euclid(WEEK) * WEEK + FIRST_MONDAY;
        let begins = Timestamp::from_millis(begins);
        // Nearly always the last week; only requests observed on other networks come out of order.
        if let Some(place) = self.weeks.iter().rposition(|(other, _)| *other == begins) {
            return place;
        }
        self.weeks.push((begins, Slice::default()));
        self.weeks.len() - 1
    }

    pub(crate) fn finish(mut self) -> Self {
        self.weeks.sort_by_key(|(begins, _)| *begins);
        self.cells.sort_by_key(|cell| (rank(cell.old), rank(cell.new)));
        self.book = UnansweredRequests::default();
        self
    }

    /// The number of sends with another outcome.
    pub fn differences(&self) -> u64 {
        let Slice { newly_refused, newly_held, newly_allowed, changed_reason, .. } = self.all;
        newly_refused + newly_held + newly_allowed + changed_reason
    }

    /// The number of requests that would have been accepted under the candidate: at least, and at most.
    ///
    /// In closed mode an acceptance counts only if it happens in the candidate's counterfactual state: the request was let
    /// through there, has not expired there by the candidate's own expiry, and met the request that it crossed. The answers
    /// are unknown for requests that history did not let through, that stay open longer than in history, or that crossed a
    /// missing request; these make up the difference between the two numbers.
    pub fn accepted(&self) -> (u64, u64) {
        (self.would_be, self.would_be + self.all.unknown + self.would_be_unknown)
    }

    /// The end of the last week; `None` if no send was judged.
    pub fn weeks_end(&self) -> Option<Timestamp> {
        self.weeks.last().map(|(begins, _)| begins.plus(Span::days(7)))
    }
}

/// The bit of a rule in [`ReportSlot::on_trial`].
fn bit(rule: Rule) -> u32 {
    let place = Rule::ALL.iter().position(|other| *other == rule).unwrap_or_default();
    1 << place
}

const _: () = assert!(Rule::ALL.len() <= 32, "every rule needs its own bit in `Place::on_trial`");

/// Sort key of an outcome: passed first, then held, then refused, each by code.
fn rank(outcome: Outcome) -> (u8, u16) {
    match outcome {
        Outcome::Pass => (0, 0),
        Outcome::Hold(code) => (1, code.number()),
        Outcome::Refuse(code) => (2, code.number()),
    }
}

impl Cell {
    /// How the two outcomes differ.
    pub fn class(&self) -> Class {
        Class::of(self.old, self.new)
    }

    /// Ten of the sends, chosen by the seed, in order of time.
    pub fn samples(&self) -> Vec<&Sample> {
        self.chosen.samples()
    }
}
