//! The comparison: which sends would have come to something else, and what history shows of those.

use std::collections::BTreeMap;

use acquaint_domain::{Event, Finding, Outcome, RequestId, Rule, Span, Tier, Timestamp, Verdict};

use crate::fate::{Book, Fate, Fates, Here, Place};
use crate::plan::{Mode, Plan};
use crate::sample::{Chosen, Sample};

/// How two outcomes differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// They do not.
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
    /// How these two differ.
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

    /// Its name, in words with hyphens between.
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
    /// What was decided, or what the policy it is compared with says.
    pub old: Outcome,
    /// What the candidate says.
    pub new: Outcome,
    /// So many.
    pub sends: u64,
    /// What history shows of their answers.
    pub fates: Fates,
    /// The rules of the candidate that stopped them; empty where both outcomes are the same.
    pub deciding: BTreeMap<Rule, Deciding>,
    chosen: Chosen,
}

/// How often a rule decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deciding {
    /// So often.
    pub times: u64,
    /// Of these, so often no other rule would have stopped the same send.
    pub alone: u64,
}

/// What a rule that the candidate has on trial would have done if it were in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trial {
    /// Sends that it would have stopped.
    pub times: u64,
    /// Of these, the sends that the candidate lets through: those that would be stopped if the rule were in force.
    pub newly: u64,
    /// Of `newly`, the sends that history shows accepted.
    pub newly_accepted: u64,
    /// Of `newly`, the sends that history shows reported.
    pub newly_reported: u64,
}

/// A part of all sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Slice {
    /// So many were judged again.
    pub sends: u64,
    /// History shows so many accepted.
    pub accepted: u64,
    /// Would be refused.
    pub newly_refused: u64,
    /// Of these, history shows so many accepted: the harm.
    pub newly_refused_accepted: u64,
    /// Of these, history shows so many reported: the good.
    pub newly_refused_reported: u64,
    /// Would be held.
    pub newly_held: u64,
    /// Would be let through.
    pub newly_allowed: u64,
    /// Would be stopped for another reason.
    pub changed_reason: u64,
    /// Would be let through, and history has no answer to them.
    pub unknown: u64,
}

/// What a replay came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// In which state sends were judged.
    pub mode: Mode,
    /// All sends.
    pub all: Slice,
    /// By the sender's tier.
    pub tiers: [(Tier, Slice); 3],
    /// By week, from Mondays at 00:00 UTC on; in order of time.
    pub weeks: Vec<(Timestamp, Slice)>,
    /// By both outcomes.
    pub cells: Vec<Cell>,
    /// Sends with the same outcome of which some rule found something else.
    pub other_ladder: u64,
    /// The candidate's rules on trial.
    pub trials: BTreeMap<Rule, Trial>,
    /// How often a rule of the candidate could not be evaluated.
    pub unevaluated: BTreeMap<Rule, u64>,
    /// Sends whose text was erased: they were judged on what the recorded evidence still has of it.
    pub erased: u64,
    /// Sends that another network carried.
    pub observed: u64,
    /// Crossings that would not have happened, since one of the two requests would not have been there.
    pub crossings_lost: u64,
    /// Requests that history shows accepted after they had expired under the candidate. Closed mode only.
    pub accepted_too_late: u64,
    /// Requests that expired in history while the candidate still had them open. Closed mode only.
    pub open_longer: u64,
    /// Events that were read.
    pub events: u64,
    /// The moment of the last of them; `None` without any.
    pub last_at: Option<Timestamp>,
    /// Requests that are accepted under the candidate, as far as history shows.
    would_be: u64,
    /// Requests that the candidate lets through and whose answer under it history cannot show.
    would_be_unknown: u64,
    book: Book,
    seed: u64,
}

/// A send that was judged twice.
pub(crate) struct Compared<'a> {
    pub(crate) request: RequestId,
    pub(crate) at: Timestamp,
    pub(crate) tier: Tier,
    pub(crate) old: &'a Verdict,
    pub(crate) new: &'a Verdict,
    /// What was decided in history; an observed request was let through.
    pub(crate) past: Outcome,
}

const WEEK: i64 = 7 * 24 * 3_600_000;
/// 1 January 1970 was a Thursday.
const FIRST_MONDAY: i64 = 4 * 24 * 3_600_000;

impl Report {
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
            book: Book::default(),
            seed: plan.seed,
        }
    }

    /// Counts a send; gives how the two outcomes differ.
    pub(crate) fn count(&mut self, compared: &Compared<'_>) -> Class {
        let Compared { request, at, tier, old, new, past } = *compared;
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
        let place = Place { cell, tier, week, waits: is_unknown, passes, on_trial };
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

    /// Counts which rule of the candidate stopped a send, and whether no other would have.
    pub(crate) fn decided(&mut self, old: Outcome, new: Outcome, rule: Rule, alone: u64) {
        let cell = self.cell(old, new);
        let deciding = self.cells[cell].deciding.entry(rule).or_default();
        deciding.times += 1;
        deciding.alone += alone;
    }

    /// Counts the rules on trial that would have stopped a send; gives those that would have been the only ones.
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

    /// Learns of answers. `here` says what the candidate's own world has of an answer to a request; `None` in open mode,
    /// where there is none.
    pub(crate) fn learn(&mut self, event: &Event, here: Option<&dyn Fn(RequestId) -> Here>) {
        let mut book = std::mem::take(&mut self.book);
        if let Some(place) = book.let_go(event) {
            self.slices(place, |slice| slice.unknown -= 1);
        }
        book.answered(event, |request, place, fate| {
            self.answered(place, fate);
            // One that history never let go is unknown already.
            if place.passes && !place.waits {
                self.would_be(fate, here.map_or(Here::Happens, |here| here(request)));
            }
        });
        self.book = book;
    }

    fn would_be(&mut self, fate: Fate, here: Here) {
        match (fate, here) {
            (Fate::Accepted, Here::Happens) => self.would_be += 1,
            (Fate::Accepted, Here::Expired) => self.accepted_too_late += 1,
            (Fate::Accepted, Here::Unknown) => self.would_be_unknown += 1,
            (Fate::Ended, Here::Unknown) => {
                self.open_longer += 1;
                self.would_be_unknown += 1;
            }
            (Fate::Accepted, Here::Stopped)
            | (Fate::Declined | Fate::Reported, _)
            | (Fate::Ended, Here::Happens | Here::Expired | Here::Stopped) => {}
        }
    }

    fn answered(&mut self, place: Place, fate: Fate) {
        let cell = &mut self.cells[usize::from(place.cell)];
        cell.fates.count(fate);
        let is_refused = Class::of(cell.old, cell.new) == Class::NewlyRefused;
        if place.on_trial != 0 {
            for (_, trial) in self.trials.iter_mut().filter(|(rule, _)| place.on_trial & bit(**rule) != 0) {
                trial.newly_accepted += u64::from(fate == Fate::Accepted);
                trial.newly_reported += u64::from(fate == Fate::Reported);
            }
        }
        self.slices(place, |slice| {
            slice.accepted += u64::from(fate == Fate::Accepted);
            slice.newly_refused_accepted += u64::from(is_refused && fate == Fate::Accepted);
            slice.newly_refused_reported += u64::from(is_refused && fate == Fate::Reported);
        });
    }

    fn slices(&mut self, place: Place, mut change: impl FnMut(&mut Slice)) {
        change(&mut self.all);
        change(&mut self.tiers[usize::from(place.tier)].1);
        change(&mut self.weeks[place.week as usize].1);
    }

    fn cell(&mut self, old: Outcome, new: Outcome) -> usize {
        let found = self.cells.iter().position(|cell| cell.old == old && cell.new == new);
        found.unwrap_or_else(|| {
            let (fates, deciding) = (Fates::default(), BTreeMap::new());
            self.cells.push(Cell { old, new, sends: 0, fates, deciding, chosen: Chosen::default() });
            self.cells.len() - 1
        })
    }

    fn week(&mut self, at: Timestamp) -> usize {
        let begins = (at.as_millis() - FIRST_MONDAY).div_euclid(WEEK) * WEEK + FIRST_MONDAY;
        let begins = Timestamp::from_millis(begins);
        // The last that was begun is the one that is asked for, but for what another network carried.
        if let Some(place) = self.weeks.iter().rposition(|(other, _)| *other == begins) {
            return place;
        }
        self.weeks.push((begins, Slice::default()));
        self.weeks.len() - 1
    }

    pub(crate) fn finish(mut self) -> Self {
        self.weeks.sort_by_key(|(begins, _)| *begins);
        self.cells.sort_by_key(|cell| (rank(cell.old), rank(cell.new)));
        self.book = Book::default();
        self
    }

    /// How many sends would have come to something else.
    pub fn differences(&self) -> u64 {
        let Slice { newly_refused, newly_held, newly_allowed, changed_reason, .. } = self.all;
        newly_refused + newly_held + newly_allowed + changed_reason
    }

    /// How many of the requests would have been accepted under the candidate: at least, and at most.
    ///
    /// In closed mode an acceptance counts only where it happens in the candidate's own world: the request was let through
    /// there, has not expired there by the candidate's own expiry, and met the request that it crossed. Nobody can know
    /// the answers to requests that history did not let through, that were open longer than history's, or that crossed a
    /// request which is missing; these make the difference between the two numbers.
    pub fn accepted(&self) -> (u64, u64) {
        (self.would_be, self.would_be + self.all.unknown + self.would_be_unknown)
    }

    /// The last moment before which no week begins; `None` without a send.
    pub fn weeks_end(&self) -> Option<Timestamp> {
        self.weeks.last().map(|(begins, _)| begins.plus(Span::days(7)))
    }
}

/// The bit of a rule in [`Place::on_trial`].
fn bit(rule: Rule) -> u32 {
    let place = Rule::ALL.iter().position(|other| *other == rule).unwrap_or_default();
    1 << place
}

const _: () = assert!(Rule::ALL.len() <= 32, "a rule needs a bit of its own in `Place::on_trial`");

/// Passes first, then what is held, then what is refused, by code.
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
