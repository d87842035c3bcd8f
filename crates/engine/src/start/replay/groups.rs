//! Views in groups, each of which takes events in on a thread of its own.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread::{Scope, ScopedJoinHandle};

use acquaint_domain::Recorded;
use acquaint_log::EventLog;
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::error::StartError;
use crate::state::views::{Fold, VIEWS};

/// Chunks that wait to be taken by a group.
const CHUNKS_AHEAD_MAX: usize = 8;

/// Views that take events in together.
type ViewGroup<'v> = Vec<&'v mut dyn Fold>;

/// Where chunks of events go.
pub(super) enum ChunkSink<'s, 'v> {
    /// To one group, on the thread that reads.
    Here { group: ViewGroup<'v>, log: &'v dyn EventLog, taken: Result<(), StartError> },
    /// To groups that apply them in parallel.
    Beside(Vec<Thread<'s>>),
}

/// The thread of a group.
pub(super) struct Thread<'s> {
    chunks: Sender<Arc<Vec<Recorded>>>,
    ends: ScopedJoinHandle<'s, Result<(), StartError>>,
}

impl<'s, 'v: 's> ChunkSink<'s, 'v> {
    /// So many groups at most, at least 1.
    pub(super) fn start(
        scope: &'s Scope<'s, '_>,
        views: [&'v mut dyn Fold; VIEWS],
        log: &'v dyn EventLog,
        count_max: usize,
    ) -> Self {
        let mut groups = dealt(views, count_max);
        match groups.pop() {
            Some(group) if groups.is_empty() => Self::Here { group, log, taken: Ok(()) },
            last => {
                let start = |group| Thread::start(scope, group, log);
                Self::Beside(groups.into_iter().chain(last).map(start).collect())
            }
        }
    }

    /// Hands the next chunk on; breaks off where a group takes no more.
    pub(super) fn take(&mut self, chunk: Vec<Recorded>) -> ControlFlow<()> {
        let goes_on = match self {
            Self::Here { group, log, taken } => {
                *taken = taken_in(group, &chunk, *log);
                taken.is_ok()
            }
            Self::Beside(threads) => {
                let chunk = Arc::new(chunk);
                threads.iter().all(|thread| thread.chunks.send(Arc::clone(&chunk)).is_ok())
            }
        };
        if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// Waits until everything is applied.
    ///
    /// # Errors
    /// A group needed earlier events, and they cannot be read.
    pub(super) fn end(self) -> Result<(), StartError> {
        match self {
            Self::Here { taken, .. } => taken,
            Self::Beside(threads) => {
                let (chunks, ends): (Vec<_>, Vec<_>) =
                    threads.into_iter().map(|Thread { chunks, ends }| (chunks, ends)).unzip();
                drop(chunks);
                ends.into_iter().try_for_each(|ends| ends.join().unwrap_or_else(|panic| resume_unwind(panic)))
            }
        }
    }
}

impl<'s> Thread<'s> {
    fn start<'v: 's>(scope: &'s Scope<'s, '_>, group: ViewGroup<'v>, log: &'v dyn EventLog) -> Self {
        let (chunks, taken) = bounded(CHUNKS_AHEAD_MAX);
        Self { chunks, ends: scope.spawn(move || take_each(group, &taken, log)) }
    }
}

fn take_each(
    mut group: ViewGroup<'_>,
    chunks: &Receiver<Arc<Vec<Recorded>>>,
    log: &dyn EventLog,
) -> Result<(), StartError> {
    chunks.iter().try_for_each(|chunk| taken_in(&mut group, &chunk, log))
}

fn taken_in(group: &mut ViewGroup<'_>, chunk: &[Recorded], log: &dyn EventLog) -> Result<(), StartError> {
    group.iter_mut().try_for_each(|view| view.take_in(chunk, log))
}

/// Views in at most this many groups, each with about the same to do: the one with the most to do next goes to the group
/// that has the least.
fn dealt<'v>(mut views: [&'v mut dyn Fold; VIEWS], count_max: usize) -> Vec<ViewGroup<'v>> {
    let mut groups: Vec<(u32, ViewGroup<'v>)> = Vec::new();
    groups.resize_with(count_max.clamp(1, VIEWS), Default::default);
    views.sort_by_key(|view| std::cmp::Reverse(view.share()));
    for view in views {
        if let Some((shares, group)) = groups.iter_mut().min_by_key(|(shares, _)| *shares) {
            *shares += view.share();
            group.push(view);
        }
    }
    groups.into_iter().map(|(_, group)| group).filter(|group| !group.is_empty()).collect()
}
