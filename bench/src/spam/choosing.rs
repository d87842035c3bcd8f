//! How the weights were chosen: every candidate is tried on seeds that are not reported on, and one rule picks.

use std::cmp::Reverse;
use std::ops::{Range, RangeInclusive};

use acquaint_domain::Span;
use acquaint_policy::{Policy, SymbolWeight};

use super::heavy::{self, Habits, Notes};
use super::socialbots::{self, HONEST, Honesty};

/// The numbers that are chosen; all others of the filter's section are the document's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) patience: Span,
    /// The accepted share that weighs nothing, in hundredths.
    pub(crate) neutral_percent: i32,
    /// What a missing acceptance counts for, in thousandths.
    pub(crate) acceptance_milli: i32,
}

/// What a candidate comes to on all training seeds together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trial {
    /// Bots that were stopped, in the worst world.
    pub(crate) stopped: usize,
    /// Honest members that were ever refused or held, in the worst world.
    pub(crate) harmed: usize,
    /// Honest heavy senders that were; `None` where too few bots are stopped to go on.
    pub(crate) heavy: Option<usize>,
    /// Requests of bots that went out in all worlds.
    pub(crate) out: usize,
}

/// At most so many honest members: half of what is asked for, because other seeds are reported on.
const HARMED_MAX: usize = HONEST / 400;

/// More bots than this must be stopped.
const STOPPED_MIN: usize = 90;

/// The seeds that weights are chosen on.
pub(crate) const TRAINING_SEEDS: RangeInclusive<u64> = 1..=3;

/// The seeds that figures are reported on. None of them is one of the others.
pub(crate) const REPORTED_SEEDS: RangeInclusive<u64> = 101..=110;

/// How many heavy senders there are to a seed and habit.
const HEAVY_EACH: u64 = 300;

/// Every candidate.
pub(crate) fn candidates() -> Vec<Candidate> {
    let mut all = Vec::new();
    for hours in [24, 36, 48, 60] {
        for neutral_percent in [25, 30, 35, 40] {
            for acceptance_milli in [500, 750, 1_000, 1_500] {
                let patience = Span::hours(hours);
                all.push(Candidate { patience, neutral_percent, acceptance_milli });
            }
        }
    }
    all
}

impl Candidate {
    /// The document's policy with these numbers.
    pub(crate) fn policy(self, document: &Policy) -> Policy {
        let mut policy = document.clone();
        policy.spam.patience = self.patience;
        let set = |weight: &mut Option<SymbolWeight>, each: i32, of_each: i32| {
            if let Some(weight) = weight {
                weight.each_milli = each;
                weight.of_each_milli = of_each;
            }
        };
        let neutral = self.acceptance_milli * self.neutral_percent / 100;
        set(&mut policy.spam.acceptance, -self.acceptance_milli, neutral);
        policy
    }

    /// Tries it in every world of the training seeds.
    pub(crate) fn trial(self, document: &Policy) -> Trial {
        let policy = self.policy(document);
        let play = |seed| socialbots::play(&policy, seed, Honesty::Various);
        let worlds: Vec<socialbots::Outcomes> = TRAINING_SEEDS.map(play).collect();
        let stopped = worlds.iter().map(|world| world.stopped).min().unwrap_or(0);
        Trial {
            stopped,
            harmed: worlds.iter().map(|world| world.harmed).max().unwrap_or(0),
            heavy: (stopped > STOPPED_MIN).then(|| heavy_stopped(&policy)),
            out: worlds.iter().map(|world| world.out).sum(),
        }
    }
}

/// The seeds of the heavy senders that there are to a seed.
pub(crate) fn heavy_senders(seed: u64) -> Range<u64> {
    seed * HEAVY_EACH..(seed + 1) * HEAVY_EACH
}

/// Of heavy senders who know most, some or none of those whom they ask: how many were ever refused or held.
fn heavy_stopped(policy: &Policy) -> usize {
    let habits = [0.3, 0.7, 1.0].map(|strangers| Habits { strangers, notes: Notes::None });
    let senders = TRAINING_SEEDS.flat_map(heavy_senders);
    senders
        .map(|sender| habits.iter().filter(|habits| heavy::play(policy, sender, **habits) > 0).count())
        .sum()
}

/// The rule: of those that stop enough bots and harm few enough members, that which stops the fewest heavy senders; of
/// those that which stops most bots; of those that which lets the fewest requests of theirs out.
pub(crate) fn choose(trials: &[(Candidate, Trial)]) -> Option<&(Candidate, Trial)> {
    let few_harmed = trials.iter().filter(|(_, trial)| trial.harmed <= HARMED_MAX);
    let enough = few_harmed.filter_map(|row| Some((row.1.heavy?, row)));
    let chosen = enough.min_by_key(|(heavy, (_, trial))| (*heavy, Reverse(trial.stopped), trial.out));
    chosen.map(|(_, row)| row)
}

#[cfg(test)]
mod tests {
    use acquaint_policy::ARTICLE;

    use super::*;

    fn trial(stopped: usize, harmed: usize, heavy: Option<usize>, out: usize) -> Trial {
        Trial { stopped, harmed, heavy, out }
    }

    #[test]
    fn harm_to_the_honest_is_weighed_before_bots_are_counted() {
        let candidate = candidates()[0];
        let trials = [
            trial(102, 0, Some(1), 10),
            trial(101, HARMED_MAX + 1, Some(0), 10),
            trial(98, 0, Some(0), 30),
            trial(98, 0, Some(0), 20),
            trial(97, 0, Some(0), 10),
            trial(90, 0, None, 10),
        ];
        let trials = trials.map(|trial| (candidate, trial));
        assert_eq!(choose(&trials), Some(&trials[3]));
        assert_eq!(choose(&trials[..2]), Some(&trials[0]));
        assert_eq!(choose(&trials[5..]), None);
    }

    #[test]
    fn the_shipped_policy_has_the_numbers_of_a_candidate() {
        let document = Policy::parse(ARTICLE).expect("the built-in policy reads");
        assert!(candidates().iter().any(|candidate| candidate.policy(&document) == document));
    }

    #[test]
    fn no_seed_is_both_chosen_on_and_reported_on() {
        assert!(TRAINING_SEEDS.end() < REPORTED_SEEDS.start());
        let last_chosen_on = TRAINING_SEEDS.flat_map(heavy_senders).max();
        assert!(last_chosen_on < REPORTED_SEEDS.flat_map(heavy_senders).min());
    }
}
