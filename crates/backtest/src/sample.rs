//! Samples, chosen by a seed so that everybody who repeats a replay sees the same ones.

use acquaint_domain::{RequestId, Timestamp, Verdict};

/// A sampled request with both verdicts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The request id.
    pub request: RequestId,
    /// When it was sent.
    pub at: Timestamp,
    /// The recorded verdict, or that of the policy compared with.
    pub old: Verdict,
    /// The verdict under the candidate.
    pub new: Verdict,
}

/// The number of samples of each cell.
const SAMPLES: usize = 10;

/// The samples of one cell: those that come first in an order given by the seed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chosen(Vec<(u64, Sample)>);

impl Chosen {
    pub(crate) fn offer(&mut self, seed: u64, request: RequestId, sample: impl FnOnce() -> Sample) {
        let rank = acquaint_seeded::mix(seed ^ request.0);
        if self.0.len() == SAMPLES && self.0.last().is_some_and(|(last, _)| *last <= rank) {
            return;
        }
        let place = self.0.partition_point(|(other, _)| *other < rank);
        self.0.insert(place, (rank, sample()));
        self.0.truncate(SAMPLES);
    }

    /// The samples in order of time.
    pub(crate) fn samples(&self) -> Vec<&Sample> {
        let mut samples: Vec<&Sample> = self.0.iter().map(|(_, sample)| sample).collect();
        samples.sort_by_key(|sample| (sample.at, sample.request));
        samples
    }
}
