//! How the weights were chosen: every candidate is tried on seeds and days that are not reported, and a rule picks one.

use std::cmp::Reverse;
use std::ops::{Range, RangeInclusive};

use acquaint_policy::Policy;

use super::heavy::{self, Habits, Notes};
use super::messages;
use super::socialbots::{self, HONEST, Honesty};
use super::volume::{self, Text};

/// The numbers to choose; all others in the filter's section come from the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The weight of one unit of the log-odds of the answers, in thousandths.
    pub(crate) acceptance_milli: i32,
    /// The highest weight of a share of strangers, in thousandths.
    pub(crate) strangers_milli: i32,
}

/// The results of a candidate on all training seeds and days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trial {
    /// Results for the students' requests.
    pub(crate) students: messages::Outcomes,
    /// Honest members with any refused or held request, in the worst simulation.
    pub(crate) harmed: usize,
    /// Refused or held requests of honest heavy senders.
    pub(crate) heavy: usize,
    /// Bots that were stopped, in the worst simulation.
    pub(crate) stopped: usize,
    /// Requests that passed from an account that asks everybody, in total.
    pub(crate) out: usize,
}

/// At most one in this many of the students' requests may be stopped: half of what is promised, because other days are
/// reported.
const STUDENTS_ONE_IN: usize = 200;

/// Fewer than one in this many of those may have been answered.
const ANSWERED_ONE_IN: usize = 5;

/// The most honest members that may be harmed: half of what is promised.
const HARMED_MAX: usize = HONEST / 400;

/// The seeds for choosing weights.
pub(crate) const TRAINING_SEEDS: RangeInclusive<u64> = 1..=3;

/// The seeds for reported figures; none of them is a training seed.
pub(crate) const REPORTED_SEEDS: RangeInclusive<u64> = 101..=110;

/// The number of heavy senders for each seed and habit.
const HEAVY_EACH: u64 = 300;

/// The number of these that are tried.
const HEAVY_TRIED: usize = 20;

/// All candidate policies to measure.
pub(crate) fn candidates() -> Vec<Candidate> {
    let mut all = Vec::new();
    for acceptance_milli in [950, 1_000, 1_050, 1_100, 1_150, 1_200, 1_500, 2_000, 3_000, 4_000] {
        for strangers_milli in [0, 500, 1_000] {
            all.push(Candidate { acceptance_milli, strangers_milli });
        }
    }
    all
}

impl Candidate {
    /// The document's policy with these numbers.
    pub(crate) fn policy(self, document: &Policy) -> Policy {
        let mut policy = document.clone();
        if let Some(acceptance) = &mut policy.spam.acceptance {
            acceptance.each_milli = self.acceptance_milli;
        }
        if let Some(strangers) = &mut policy.spam.strangers {
            strangers.most_milli = self.strangers_milli;
        }
        policy
    }

    /// Tries the candidate on the training seeds, and on the first days of the students' `text`. `None` if the text has
    /// another format.
    pub(crate) fn trial(self, document: &Policy, text: &str) -> Option<Trial> {
        let policy = self.policy(document);
        let students = messages::play(&policy, text)?.chosen;
        let worlds: Vec<socialbots::Outcomes> =
            TRAINING_SEEDS.map(|seed| socialbots::play(&policy, seed, Honesty::Various)).collect();
        let bulk = |seed| {
            let out = |text| volume::indiscriminate(&policy, seed, text, 24.0).out;
            out(Text::None) + out(Text::One)
        };
        Some(Trial {
            students,
            harmed: worlds.iter().map(|world| world.harmed).max().unwrap_or(0),
            heavy: heavy_stopped(&policy),
            stopped: worlds.iter().map(|world| world.stopped).min().unwrap_or(0),
            out: TRAINING_SEEDS.map(bulk).sum(),
        })
    }
}

/// The seeds of the heavy senders for a seed.
pub(crate) fn heavy_senders(seed: u64) -> Range<u64> {
    seed * HEAVY_EACH..(seed + 1) * HEAVY_EACH
}

/// The number of stopped requests of heavy senders who know most, some or none of the recipients, with every kind of note.
fn heavy_stopped(policy: &Policy) -> usize {
    let habits = [0.3, 0.7, 1.0].into_iter().flat_map(|strangers| {
        [Notes::None, Notes::Own, Notes::Template].map(|notes| Habits { strangers, notes })
    });
    let habits: Vec<Habits> = habits.collect();
    let senders = TRAINING_SEEDS.flat_map(|seed| heavy_senders(seed).take(HEAVY_TRIED));
    senders.flat_map(|sender| habits.iter().map(move |habits| heavy::play(policy, sender, *habits))).sum()
}

impl Trial {
    /// Whether honest members are left alone.
    fn is_harmless(self) -> bool {
        let messages::Outcomes { requests, stopped, answered } = self.students;
        let few_answered = stopped == 0 || answered * ANSWERED_ONE_IN < stopped;
        stopped * STUDENTS_ONE_IN <= requests && few_answered && self.harmed <= HARMED_MAX && self.heavy == 0
    }
}

/// The rule: of the candidates that leave honest members alone, choose the one that stops the most bots, then the one that
/// lets the fewest requests of an account that asks everybody pass.
pub(crate) fn choose(trials: &[(Candidate, Trial)]) -> Option<&(Candidate, Trial)> {
    let harmless = trials.iter().filter(|(_, trial)| trial.is_harmless());
    harmless.min_by_key(|(candidate, trial)| {
        (Reverse(trial.stopped), trial.out, Reverse(candidate.strangers_milli))
    })
}

#[cfg(test)]
mod tests {
    use acquaint_policy::ARTICLE;

    use super::*;

    fn trial(students: [usize; 2], heavy: usize, stopped: usize, out: usize) -> Trial {
        let [held, answered] = students;
        let students = messages::Outcomes { requests: 1_000, stopped: held, answered };
        Trial { students, harmed: 0, heavy, stopped, out }
    }

    #[test]
    fn harm_to_honest_members_excludes_a_candidate_before_bots_count() {
        let candidate = candidates()[0];
        let trials = [
            trial([6, 0], 0, 100, 10),
            trial([5, 1], 0, 100, 10),
            trial([5, 0], 1, 100, 10),
            trial([5, 0], 0, 3, 20),
            trial([0, 0], 0, 3, 10),
            trial([0, 0], 0, 2, 5),
        ];
        let trials = trials.map(|trial| (candidate, trial));
        assert_eq!(choose(&trials), Some(&trials[4]));
        assert_eq!(choose(&trials[..3]), None);
    }

    #[test]
    fn the_shipped_policy_has_the_numbers_of_a_candidate() {
        let document = Policy::parse(ARTICLE).expect("the built-in policy reads");
        assert!(candidates().iter().any(|candidate| candidate.policy(&document) == document));
    }

    #[test]
    fn no_seed_is_used_for_both_choosing_and_reporting() {
        assert!(TRAINING_SEEDS.end() < REPORTED_SEEDS.start());
        assert!(heavy_senders(*TRAINING_SEEDS.end()).end <= heavy_senders(*REPORTED_SEEDS.start()).start);
    }
}
