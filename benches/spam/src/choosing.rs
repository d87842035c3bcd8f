//! How the weights were chosen: every candidate is tried on seeds that are not reported on, and one rule picks.

use acquaint_domain::Span;
use acquaint_policy::{Policy, SymbolWeight};

use crate::heavy::{self, Habits, Notes};
use crate::socialbots::{self, HONEST, Honesty};

/// The numbers that are chosen; all others of the filter's section are the document's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) patience: Span,
    /// The accepted share that weighs nothing, in hundredths.
    pub(crate) neutral_percent: i32,
    /// What a missing acceptance counts for, in thousandths.
    pub(crate) acceptance_milli: i32,
}

/// What a candidate comes to on all seeds together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trial {
    /// Bots that were stopped, in the worst world.
    pub(crate) stopped: usize,
    /// Honest members that were ever refused or held, in the worst world.
    pub(crate) harmed: usize,
    /// The same in the worst world of members who differ.
    pub(crate) harmed_various: usize,
    /// Honest heavy senders that were; `None` where too few bots are stopped to go on.
    pub(crate) heavy: Option<usize>,
    /// Requests of bots that went out in all worlds.
    pub(crate) out: usize,
}

/// At most so many honest members: half of what is asked for, because other seeds are reported on.
const HARMED_MAX: usize = HONEST / 400;

/// More bots than this must be stopped.
const STOPPED_MIN: usize = 90;

/// How many heavy senders there are to a seed and habit.
const HEAVY_EACH: u64 = 60;

/// Every candidate.
pub(crate) fn candidates() -> Vec<Candidate> {
    let mut all = Vec::new();
    for hours in [18, 24, 30] {
        for neutral_percent in [30, 35, 38, 40] {
            for acceptance_milli in [750, 1_000, 1_250, 1_500] {
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

    /// Tries it in every world of these seeds.
    pub(crate) fn trial(self, document: &Policy, seeds: std::ops::RangeInclusive<u64>) -> Trial {
        let policy = self.policy(document);
        let play = |honesty| seeds.clone().map(|seed| socialbots::play(&policy, seed, honesty)).collect();
        let plain: Vec<socialbots::Outcomes> = play(Honesty::Geometric);
        let various: Vec<socialbots::Outcomes> = play(Honesty::Various);
        let worst = |worlds: &[socialbots::Outcomes]| worlds.iter().map(|world| world.harmed).max().unwrap_or(0);
        let stopped = plain.iter().map(|world| world.stopped).min().unwrap_or(0);
        Trial {
            stopped,
            harmed: worst(&plain),
            harmed_various: worst(&various),
            heavy: (stopped > STOPPED_MIN).then(|| heavy_stopped(&policy, seeds)),
            out: plain.iter().map(|world| world.out).sum(),
        }
    }
}

/// Of heavy senders who know most, some or none of those whom they ask: how many were ever refused or held.
fn heavy_stopped(policy: &Policy, seeds: std::ops::RangeInclusive<u64>) -> usize {
    let habits = [0.3, 0.7, 1.0].map(|strangers| Habits { strangers, notes: Notes::None });
    let senders = seeds.flat_map(|seed| seed * HEAVY_EACH..(seed + 1) * HEAVY_EACH);
    senders.map(|sender| habits.iter().filter(|habits| heavy::play(policy, sender, **habits) > 0).count()).sum()
}

impl Trial {
    /// Whether nobody honest is harmed whom the filter must not harm.
    pub(crate) fn is_harmless(&self) -> bool {
        self.heavy == Some(0) && self.harmed.max(self.harmed_various) <= HARMED_MAX
    }
}

/// The rule: of the harmless ones that which stops most bots, and of those that which lets the fewest requests out.
pub(crate) fn choose(trials: &[(Candidate, Trial)]) -> Option<&(Candidate, Trial)> {
    let harmless = trials.iter().filter(|(_, trial)| trial.is_harmless());
    harmless.min_by_key(|(_, trial)| (std::cmp::Reverse(trial.stopped), trial.out))
}
