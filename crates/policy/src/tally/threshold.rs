//! How many answers a feedback needs, and the least number that a policy may ask for.

use acquaint_checkpoint::snapshot;

use super::counts::Counts;
use crate::document::Policy;

/// The numbers of weeks whose noisy counts are added up, and for each the least number that noise alone reaches in fewer than
/// one of four million sums. A sender whom nobody reported therefore seems to have that many reports in fewer than one of a
/// million weeks, whichever of the four sums is used.
pub(super) const SUMS: [(usize, u32); 4] = [(1, 89), (2, 102), (4, 122), (8, 152)];

/// The largest number of weeks that are added up.
pub(super) const WEEKS_MAX: usize = 8;

/// How many answers a feedback needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct FeedbackThreshold {
    /// The number of answers that the policy asks for.
    answered: u32,
    /// The smallest share of reports or declines with consequences, in percent: 10, 20, ... or 100.
    percent: u32,
}

snapshot!(struct FeedbackThreshold { answered, percent });

impl FeedbackThreshold {
    /// The threshold of a policy; `None` if it gives no feedback.
    pub(crate) fn of(policy: &Policy) -> Option<Self> {
        let feedback = policy.feedback.as_ref()?;
        let restrictions = policy.restrictions.iter();
        let shares = restrictions.flat_map(|rule| [rule.reported_percent, rule.declined_percent]).flatten();
        let shares = shares.chain(policy.email_required.as_ref().map(|rule| rule.reported_percent));
        // A feedback states multiples of ten percent, and 0 % never has consequences.
        let percent = shares.map(|share| u32::from(share).div_ceil(10).clamp(1, 10) * 10).min();
        Some(Self { answered: feedback.answered, percent: percent.unwrap_or(100) })
    }

    /// The least number of answers that the policy may ask for: among fewer, noise alone could make a share with consequences.
    pub(crate) fn answered_min(&self) -> u32 {
        answered_min(self.percent)
    }

    /// The number of answers that the policy asks for.
    pub(crate) fn answered(&self) -> u32 {
        self.answered
    }

    fn at_noise(&self, noise: u32) -> u32 {
        at_noise(noise, self.percent)
    }

    /// The smallest number of the newest weeks whose sum reaches the threshold, and that sum; `noisy` has the newest week last.
    ///
    /// More weeks need more answers, because their noise adds up. If a policy of an earlier version asks for too few answers,
    /// the least safe number is used instead.
    pub(super) fn reached(&self, noisy: &[Counts]) -> Option<(usize, Counts)> {
        let needed = SUMS.map(|(weeks, noise)| (weeks, self.answered.max(self.at_noise(noise)).into()));
        first_reached(&needed, noisy)
    }
}

/// The least number of answers that a policy may ask for if it acts on a share of `percent`, one of 10, 20, ... and 100.
pub(crate) fn answered_min(percent: u32) -> u32 {
    at_noise(SUMS[0].1, percent)
}

fn at_noise(noise: u32, percent: u32) -> u32 {
    (noise * 100).div_ceil(percent)
}

/// The first sum that reaches its threshold, with its number of weeks.
pub(super) fn first_reached(needed: &[(usize, i64)], noisy: &[Counts]) -> Option<(usize, Counts)> {
    needed.iter().find_map(|(weeks, needed)| {
        let first = noisy.len().checked_sub(*weeks)?;
        let sum: Counts = noisy[first..].iter().copied().sum();
        (sum.total() >= *needed).then_some((*weeks, sum))
    })
}
