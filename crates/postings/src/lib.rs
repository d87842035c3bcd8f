//! An index of the log: which events belong to a key.
//!
//! **What it is.** [`Postings`] holds, for each of very many keys, the numbers of its events in ascending order. The newest
//! postings are a short list in the order of arrival. Older ones are sorted by key and packed into immutable runs, and runs
//! are merged into longer ones, eight at a time (a log-structured merge tree, O'Neil et al. 1996). A packed posting takes a
//! few bytes. Long merges run on a background thread.
//!
//! **Where to start reading.** [`Postings::push`], then `run.rs`.
//!
//! **This crate never** opens a file, knows what an event is, or shows anything that depends on the progress of a merge.

mod merge;
mod run;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use acquaint_checkpoint::{MalformedSnapshot, Snapshot, SnapshotReader};

use merge::{FANOUT, Merging, for_each_key};
use run::{Run, RunBuilder};

/// The number of new postings that are collected before they are sorted into a run.
const HEAD_LEN: usize = if cfg!(test) { 16 } else { 4_096 };
/// If more runs than this exist, merging is slower than writing, and the writer waits for the merge.
const WAITING_RUNS_MAX: usize = 64 * FANOUT;

/// The numbers of each key. Every number must be at least as great as the one added before it, whatever its key.
#[derive(Default)]
pub struct Postings {
    /// The newest postings in the order of arrival: key and number.
    head: Vec<(u64, u64)>,
    /// The older postings, oldest run first. No number in a run is less than one in an earlier run.
    runs: Vec<Arc<Run>>,
    merging: Option<Merging>,
}

impl Postings {
    /// Adds `number` to `key`.
    pub fn push(&mut self, key: u64, number: u64) {
        if self.head.capacity() == 0 {
            self.head.reserve_exact(HEAD_LEN);
        }
        self.head.push((key, number));
        if self.head.len() == HEAD_LEN {
            self.seal();
        }
    }

    /// All numbers of `key`, ascending.
    pub fn all(&self, key: u64) -> Vec<u64> {
        let mut numbers = Vec::new();
        self.runs.iter().for_each(|run| run.extend(key, &mut numbers));
        numbers.extend(self.in_head(key));
        numbers
    }

    /// The first number of `key`.
    pub fn first(&self, key: u64) -> Option<u64> {
        self.runs.iter().find_map(|run| run.first(key)).or_else(|| self.in_head(key).next())
    }

    /// The numbers of `key`, the newest first.
    pub fn newest_first(&self, key: u64) -> impl Iterator<Item = u64> {
        let in_head: Vec<u64> = self.in_head(key).collect();
        let in_runs = self.runs.iter().rev().flat_map(move |run| {
            let mut numbers = Vec::new();
            run.extend(key, &mut numbers);
            numbers.into_iter().rev()
        });
        in_head.into_iter().rev().chain(in_runs)
    }

    /// How many numbers of `key` are at most `number`.
    pub fn count_up_to(&self, key: u64, number: u64) -> u64 {
        let in_runs: u64 = self.runs.iter().map(|run| run.count_up_to(key, number)).sum();
        in_runs + self.in_head(key).take_while(|other| *other <= number).count() as u64
    }

    /// The number of postings of all keys.
    pub fn len(&self) -> u64 {
        self.runs.iter().map(|run| run.len()).sum::<u64>() + self.head.len() as u64
    }

    /// Whether there are no postings.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The memory that the postings take, bytes.
    pub fn bytes(&self) -> usize {
        let in_runs: usize = self.runs.iter().map(|run| run.bytes()).sum();
        in_runs + size_of_val(self.head.as_slice())
    }

    fn in_head(&self, key: u64) -> impl Iterator<Item = u64> {
        self.head.iter().filter(move |(other, _)| *other == key).map(|(_, number)| *number)
    }

    fn seal(&mut self) {
        let run = sorted(&mut self.head);
        self.head.clear();
        self.runs.push(Arc::new(run));
        self.merge();
    }

    /// Replaces merged runs by the result of a finished merge, and begins the next merge.
    fn merge(&mut self) {
        if let Some(merging) =
            self.merging.take_if(|merging| merging.is_done() || self.runs.len() > WAITING_RUNS_MAX)
        {
            merging.finish(&mut self.runs);
        }
        if self.merging.is_none() {
            self.merging = Merging::begin(&mut self.runs);
        }
    }

    /// A copy in which every possible merge is done, so that its runs depend only on the postings that were added.
    fn fully_merged(&self) -> Self {
        let mut copy = self.clone();
        while let Some(merging) = Merging::begin(&mut copy.runs) {
            merging.finish(&mut copy.runs);
        }
        copy
    }

    /// Calls `show` for every key with its numbers, in the order of the keys.
    fn each(&self, show: impl FnMut(u64, &[u64])) {
        let head = Arc::new(sorted(&mut self.head.clone()));
        let runs: Vec<Arc<Run>> = self.runs.iter().cloned().chain([head]).collect();
        for_each_key(&runs, show);
    }
}

/// Sorts these postings, whose numbers ascend, into a run.
fn sorted(postings: &mut [(u64, u64)]) -> Run {
    postings.sort_unstable();
    let mut builder = RunBuilder::above(postings.iter().map(|(_, number)| *number).min().unwrap_or(0));
    let mut numbers = Vec::new();
    for same in postings.chunk_by(|(one, _), (other, _)| one == other) {
        numbers.clear();
        numbers.extend(same.iter().map(|(_, number)| *number));
        if let Some((key, _)) = same.first() {
            builder.push(*key, &numbers);
        }
    }
    builder.finish(0)
}

/// A merge in progress is not copied; the copy begins it again.
impl Clone for Postings {
    fn clone(&self) -> Self {
        Self { head: self.head.clone(), runs: self.runs.clone(), merging: None }
    }
}

impl Hash for Postings {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        self.each(|key, numbers| (key, numbers).hash(state));
    }
}

impl fmt::Debug for Postings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        self.each(|key, numbers| {
            map.entry(&key, &numbers);
        });
        map.finish()
    }
}

impl Snapshot for Postings {
    fn save(&self, out: &mut Vec<u8>) {
        let Self { head, runs, merging: _ } = self.fully_merged();
        head.save(out);
        runs.len().save(out);
        runs.iter().for_each(|run| run.save(out));
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let head: Vec<(u64, u64)> = Vec::load(bytes)?;
        let runs: Vec<Run> = Vec::load(bytes)?;
        Ok(Self { head, runs: runs.into_iter().map(Arc::new).collect(), merging: None })
    }
}

#[cfg(test)]
mod tests;
