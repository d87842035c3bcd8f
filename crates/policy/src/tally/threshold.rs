//! How many answers are enough for a feedback, and how many a policy must ask for.

use acquaint_checkpoint::snapshot;

use super::counts::Counts;
use crate::document::Policy;

/// Noisy counts of this many weeks together may reach the threshold. Of each, the least number that noise alone reaches in
/// fewer than one of four million sums: a sender whom nobody reported seems reported so often in fewer than one of a million
/// weeks, whichever of the four sums is the one that counts.
pub(super) const SUMS: [(usize, u32); 4] = [(1, 89), (2, 102), (4, 122), (8, 152)];

/// The most weeks that are added up.
pub(super) const WEEKS_MAX: usize = 8;

/// When there are answers enough for a feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Enough {
    /// What the policy asks for.
    answered: u32,
    /// The least share of reports or declines that has consequences, in percent: 10, 20, ... or 100.
    percent: u32,
}

snapshot!(struct Enough { answered, percent });

impl Enough {
    /// What a policy says; `None` where it gives no feedback.
    pub(crate) fn of(policy: &Policy) -> Option<Self> {
        let feedback = policy.feedback.as_ref()?;
        let restrictions = policy.restrictions.iter();
        let shares = restrictions.flat_map(|rule| [rule.reported_percent, rule.declined_percent]).flatten();
        let shares = shares.chain(policy.email_required.as_ref().map(|rule| rule.reported_percent));
        // A feedback gives tens, and none of a hundred has no consequences.
        let percent = shares.map(|share| u32::from(share).div_ceil(10).clamp(1, 10) * 10).min();
        Some(Self { answered: feedback.answered, percent: percent.unwrap_or(100) })
    }

    /// The least number that a policy may ask for: noise alone makes so large a share of fewer.
    pub(crate) fn answered_min(&self) -> u32 {
        answered_min(self.percent)
    }

    /// What the policy asks for.
    pub(crate) fn answered(&self) -> u32 {
        self.answered
    }

    fn at_noise(&self, noise: u32) -> u32 {
        at_noise(noise, self.percent)
    }

    /// The number of weeks whose sum is enough, and that sum, where the newest weeks with noise are the last of `noisy`.
    ///
    /// More weeks need more answers, since their noise adds up. A policy of an earlier version that asks for too few is not
    /// followed in that.
    pub(super) fn reached(&self, noisy: &[Counts]) -> Option<(usize, Counts)> {
        let needed = SUMS.map(|(weeks, noise)| (weeks, self.answered.max(self.at_noise(noise)).into()));
        first_reached(&needed, noisy)
    }
}

/// The least number of answers that a policy may ask for which acts on a share of `percent`, one of 10, 20, ... and 100.
pub(crate) fn answered_min(percent: u32) -> u32 {
    at_noise(SUMS[0].1, percent)
}

fn at_noise(noise: u32, percent: u32) -> u32 {
    (noise * 100).div_ceil(percent)
}

/// The first of these sums that has as many answers as it needs.
pub(super) fn first_reached(needed: &[(usize, i64)], noisy: &[Counts]) -> Option<(usize, Counts)> {
    needed.iter().find_map(|(weeks, needed)| {
        let first = noisy.len().checked_sub(*weeks)?;
        let sum: Counts = noisy[first..].iter().copied().sum();
        (sum.total() >= *needed).then_some((*weeks, sum))
    })
}
