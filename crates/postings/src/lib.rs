//! Which events belong to a key: the index at the back of the log.
//!
//! **What it is.** [`Postings`] holds, for each of a great many keys, the numbers of its events in their order. What came
//! last is a short list as it came; what is older is sorted by key and packed into runs that never change, and runs are
//! merged into longer ones, eight at a time (a log-structured merge, O'Neil et al. 1996). A posting takes a few bytes then,
//! and long merges are made on a thread beside whoever writes.
//!
//! **Where to start reading.** [`Postings::push`], then `run.rs`.
//!
//! **This crate never** opens a file, knows what an event is, or shows anything that depends on how far a merge has come.

mod merge;
mod run;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use acquaint_checkpoint::{Image, Reader, Torn};

use merge::{FANOUT, Merging, merged};
use run::{Builder, Run};

/// So many postings are kept as they came before they are sorted into a run.
const HEAD_LEN: usize = if cfg!(test) { 16 } else { 4_096 };
/// With so many short runs waiting to be merged, the writer waits too: merging is slower than writing.
const WAITING_RUNS_MAX: usize = 64 * FANOUT;

/// Numbers by key. Every number is at least as great as the one that was put in before it, whatever its key.
#[derive(Default)]
pub struct Postings {
    /// The newest, as they came: key and number.
    head: Vec<(u64, u64)>,
    /// The older ones, oldest first, the numbers of each no less than those of the one before.
    runs: Vec<Arc<Run>>,
    merging: Option<Merging>,
}

impl Postings {
    /// Puts `number` under `key`.
    pub fn push(&mut self, key: u64, number: u64) {
        if self.head.capacity() == 0 {
            self.head.reserve_exact(HEAD_LEN);
        }
        self.head.push((key, number));
        if self.head.len() == HEAD_LEN {
            self.seal();
        }
    }

    /// All numbers under `key`, in order.
    pub fn all(&self, key: u64) -> Vec<u64> {
        let mut numbers = Vec::new();
        self.runs.iter().for_each(|run| run.extend(key, &mut numbers));
        numbers.extend(self.in_head(key));
        numbers
    }

    /// The first number under `key`.
    pub fn first(&self, key: u64) -> Option<u64> {
        self.runs.iter().find_map(|run| run.first(key)).or_else(|| self.in_head(key).next())
    }

    /// The numbers under `key`, the last one first.
    pub fn newest_first(&self, key: u64) -> impl Iterator<Item = u64> {
        let in_head: Vec<u64> = self.in_head(key).collect();
        let in_runs = self.runs.iter().rev().flat_map(move |run| {
            let mut numbers = Vec::new();
            run.extend(key, &mut numbers);
            numbers.into_iter().rev()
        });
        in_head.into_iter().rev().chain(in_runs)
    }

    /// How many numbers under `key` are no greater than `number`.
    pub fn count_upto(&self, key: u64, number: u64) -> u64 {
        let in_runs: u64 = self.runs.iter().map(|run| run.count_upto(key, number)).sum();
        in_runs + self.in_head(key).take_while(|other| *other <= number).count() as u64
    }

    /// How many postings there are in all.
    pub fn len(&self) -> u64 {
        self.runs.iter().map(|run| run.len()).sum::<u64>() + self.head.len() as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes it takes, all runs included.
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

    /// Puts what was merged into its place, and begins with what is to be merged next.
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

    /// The same, with everything merged that can be: what its runs are then depends on what was put in alone.
    fn settled(&self) -> Self {
        let mut settled = self.clone();
        while let Some(merging) = Merging::begin(&mut settled.runs) {
            merging.finish(&mut settled.runs);
        }
        settled
    }

    /// Shows every key with its numbers, in the order of the keys.
    fn each(&self, show: impl FnMut(u64, &[u64])) {
        let head = Arc::new(sorted(&mut self.head.clone()));
        let runs: Vec<Arc<Run>> = self.runs.iter().cloned().chain([head]).collect();
        merged(&runs, show);
    }
}

/// The run of these postings, whose numbers ascend.
fn sorted(postings: &mut [(u64, u64)]) -> Run {
    postings.sort_unstable();
    let mut builder = Builder::above(postings.iter().map(|(_, number)| *number).min().unwrap_or(0));
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

/// What is being merged is not copied: the copy begins with it anew.
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

impl Image for Postings {
    fn save(&self, out: &mut Vec<u8>) {
        let Self { head, runs, merging: _ } = self.settled();
        head.save(out);
        runs.len().save(out);
        runs.iter().for_each(|run| run.save(out));
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        let head: Vec<(u64, u64)> = Vec::load(bytes)?;
        let runs: Vec<Run> = Vec::load(bytes)?;
        Ok(Self { head, runs: runs.into_iter().map(Arc::new).collect(), merging: None })
    }
}

#[cfg(test)]
mod tests;
