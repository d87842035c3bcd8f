//! Merges runs into longer ones.

use std::ops::Range;
use std::sync::Arc;
use std::thread::JoinHandle;

use crate::run::{GroupIter, Run, RunBuilder};

/// How many runs of one level are merged into one run of the next level.
pub(crate) const FANOUT: usize = 8;
/// Up to this many postings are merged by the writer itself; more are merged on a background thread.
const INLINE_MAX: u64 = 1 << 16;

/// A merge in progress.
#[derive(Debug)]
pub(crate) struct Merging {
    /// The indexes of the runs that the new run replaces.
    replaces: Range<usize>,
    thread: JoinHandle<Run>,
}

impl Merging {
    /// Merges levels that have enough runs, as long as the merges are short, and begins the first long merge.
    ///
    /// It always takes the oldest runs of a level, and always the same number of them, so the runs that remain when nothing is
    /// left to merge do not depend on timing.
    pub(crate) fn begin(runs: &mut Vec<Arc<Run>>) -> Option<Self> {
        loop {
            let replaces = next(runs)?;
            let merged = runs[replaces.clone()].to_vec();
            if merged.iter().map(|run| run.len()).sum::<u64>() > INLINE_MAX {
                return Some(Self { replaces, thread: std::thread::spawn(move || merge(&merged)) });
            }
            runs.splice(replaces, [Arc::new(merge(&merged))]);
        }
    }

    /// Whether the new run is ready.
    pub(crate) fn is_done(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for the new run, and replaces the merged runs by it. If the merge failed, the old runs stay.
    pub(crate) fn finish(self, runs: &mut Vec<Arc<Run>>) {
        if let Ok(run) = self.thread.join() {
            runs.splice(self.replaces, [Arc::new(run)]);
        }
    }
}

/// The oldest [`FANOUT`] runs of the lowest level that has as many.
fn next(runs: &[Arc<Run>]) -> Option<Range<usize>> {
    let mut end = runs.len();
    while end > 0 {
        let level = runs[end - 1].level();
        let start = runs[..end].iter().rposition(|run| run.level() != level).map_or(0, |before| before + 1);
        if end - start >= FANOUT {
            return Some(start..start + FANOUT);
        }
        end = start;
    }
    None
}

fn merge(runs: &[Arc<Run>]) -> Run {
    let mut builder = RunBuilder::above(runs.iter().map(|run| run.least()).min().unwrap_or(0));
    for_each_key(runs, |key, numbers| builder.push(key, numbers));
    builder.finish(runs.first().map_or(0, |run| run.level().saturating_add(1)))
}

/// Calls `show` for every key of these runs, with all its numbers. The runs must be in the order of their numbers.
pub(crate) fn for_each_key(runs: &[Arc<Run>], mut show: impl FnMut(u64, &[u64])) {
    let mut sources: Vec<MergeSource<'_>> = runs.iter().map(|run| MergeSource::of(run)).collect();
    let mut numbers = Vec::new();
    while let Some(key) = sources.iter().filter_map(|source| source.key).min() {
        numbers.clear();
        for source in sources.iter_mut().filter(|source| source.key == Some(key)) {
            numbers.extend_from_slice(&source.numbers);
            source.advance();
        }
        show(key, &numbers);
    }
}

/// A run that is being merged, and its next group.
struct MergeSource<'r> {
    groups: GroupIter<'r>,
    key: Option<u64>,
    numbers: Vec<u64>,
}

impl<'r> MergeSource<'r> {
    fn of(run: &'r Run) -> Self {
        let mut source = Self { groups: run.groups(), key: None, numbers: Vec::new() };
        source.advance();
        source
    }

    fn advance(&mut self) {
        self.key = self.groups.next(&mut self.numbers);
    }
}
