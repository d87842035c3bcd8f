//! Runs made into longer ones.

use std::ops::Range;
use std::sync::Arc;
use std::thread::JoinHandle;

use crate::run::{Builder, Groups, Run};

/// So many runs of one level are merged into one of the next.
pub(crate) const FANOUT: usize = 8;
/// Fewer postings than this are merged at once; more on a thread beside.
const AT_ONCE_MAX: u64 = 1 << 16;

/// A merge that goes on.
#[derive(Debug)]
pub(crate) struct Merging {
    /// Whose place among the runs the new one takes.
    takes: Range<usize>,
    thread: JoinHandle<Run>,
}

impl Merging {
    /// Begins to merge the oldest runs of which there are enough of a level; short ones are merged when this returns.
    ///
    /// Always the oldest, and always as many: which runs there are when nothing is left to be merged does not depend on when.
    pub(crate) fn begin(runs: &mut Vec<Arc<Run>>) -> Option<Self> {
        loop {
            let takes = next(runs)?;
            let taken = runs[takes.clone()].to_vec();
            if taken.iter().map(|run| run.len()).sum::<u64>() > AT_ONCE_MAX {
                return Some(Self { takes, thread: std::thread::spawn(move || longer(&taken)) });
            }
            runs.splice(takes, [Arc::new(longer(&taken))]);
        }
    }

    /// Whether it waits to be put into its place.
    pub(crate) fn is_done(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for it, and puts it into its place. The runs of a merge that failed stay where they are.
    pub(crate) fn finish(self, runs: &mut Vec<Arc<Run>>) {
        if let Ok(run) = self.thread.join() {
            runs.splice(self.takes, [Arc::new(run)]);
        }
    }
}

/// The oldest runs of which there are enough of a level, those of the lowest level first.
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

fn longer(runs: &[Arc<Run>]) -> Run {
    let mut builder = Builder::above(runs.iter().map(|run| run.least()).min().unwrap_or(0));
    merged(runs, |key, numbers| builder.push(key, numbers));
    builder.finish(runs.first().map_or(0, |run| run.level().saturating_add(1)))
}

/// Shows every key of these runs, which are in the order of their numbers, with all its numbers.
pub(crate) fn merged(runs: &[Arc<Run>], mut show: impl FnMut(u64, &[u64])) {
    let mut sources: Vec<Source<'_>> = runs.iter().map(|run| Source::of(run)).collect();
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

/// A run that is being merged, and the group that is next.
struct Source<'r> {
    groups: Groups<'r>,
    key: Option<u64>,
    numbers: Vec<u64>,
}

impl<'r> Source<'r> {
    fn of(run: &'r Run) -> Self {
        let mut source = Self { groups: run.groups(), key: None, numbers: Vec::new() };
        source.advance();
        source
    }

    fn advance(&mut self) {
        self.key = self.groups.next(&mut self.numbers);
    }
}
