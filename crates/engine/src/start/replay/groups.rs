//! Groups of views, each of which applies events on its own thread.

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread::{Scope, ScopedJoinHandle};

use acquaint_domain::Recorded;
use acquaint_log::EventLog;
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::error::StartError;
use crate::state::views::{Fold, VIEWS};

/// How many chunks may wait for a group.
const CHUNKS_AHEAD_MAX: usize = 8;

/// Views that one thread applies events to.
type ViewGroup<'v> = Vec<&'v mut dyn Fold>;

/// Where chunks of events go.
pub(super) enum ChunkSink<'s, 'v> {
    /// To one group, on the thread that reads.
    OnReader { group: ViewGroup<'v>, log: &'v dyn EventLog, applied: Result<(), StartError> },
    /// To groups that apply them in parallel.
    Threads(Vec<GroupThread<'s>>),
}

/// The thread of a group.
pub(super) struct GroupThread<'s> {
    chunks: Sender<Arc<Vec<Recorded>>>,
    handle: ScopedJoinHandle<'s, Result<(), StartError>>,
}

impl<'s, 'v: 's> ChunkSink<'s, 'v> {
    /// Divides the views into at most `count_max` groups, at least 1.
    pub(super) fn start(
        scope: &'s Scope<'s, '_>,
        views: [&'v mut dyn Fold; VIEWS],
        log: &'v dyn EventLog,
        count_max: usize,
    ) -> Self {
        let mut groups = balanced(views, count_max);
        match groups.pop() {
            Some(group) if groups.is_empty() => Self::OnReader { group, log, applied: Ok(()) },
            last => {
                let start = |group| GroupThread::start(scope, group, log);
                Self::Threads(groups.into_iter().chain(last).map(start).collect())
            }
        }
    }

    /// Passes on the next chunk; breaks if a group accepts no more.
    pub(super) fn take(&mut self, chunk: Vec<Recorded>) -> ControlFlow<()> {
        let continues = match self {
            Self::OnReader { group, log, applied } => {
                *applied = apply_to_group(group, &chunk, *log);
                applied.is_ok()
            }
            Self::Threads(threads) => {
                let chunk = Arc::new(chunk);
                threads.iter().all(|thread| thread.chunks.send(Arc::clone(&chunk)).is_ok())
            }
        };
        if continues { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }

    /// Waits until everything is applied.
    ///
    /// # Errors
    /// A group needed earlier events, and they cannot be read.
    pub(super) fn end(self) -> Result<(), StartError> {
        match self {
            Self::OnReader { applied, .. } => applied,
            Self::Threads(threads) => {
                let (chunks, handles): (Vec<_>, Vec<_>) =
                    threads.into_iter().map(|GroupThread { chunks, handle }| (chunks, handle)).unzip();
                drop(chunks);
                handles
                    .into_iter()
                    .try_for_each(|handle| handle.join().unwrap_or_else(|panic| resume_unwind(panic)))
            }
        }
    }
}

impl<'s> GroupThread<'s> {
    fn start<'v: 's>(scope: &'s Scope<'s, '_>, group: ViewGroup<'v>, log: &'v dyn EventLog) -> Self {
        let (chunks, received) = bounded(CHUNKS_AHEAD_MAX);
        Self { chunks, handle: scope.spawn(move || apply_chunks(group, &received, log)) }
    }
}

fn apply_chunks(
    mut group: ViewGroup<'_>,
    chunks: &Receiver<Arc<Vec<Recorded>>>,
    log: &dyn EventLog,
) -> Result<(), StartError> {
    chunks.iter().try_for_each(|chunk| apply_to_group(&mut group, &chunk, log))
}

fn apply_to_group(
    group: &mut ViewGroup<'_>,
    chunk: &[Recorded],
    log: &dyn EventLog,
) -> Result<(), StartError> {
    group.iter_mut().try_for_each(|view| view.apply_all(chunk, log))
}

/// Divides the views into at most `count_max` groups of similar cost: the most expensive view left goes to the cheapest group.
fn balanced<'v>(mut views: [&'v mut dyn Fold; VIEWS], count_max: usize) -> Vec<ViewGroup<'v>> {
    let mut groups: Vec<(u32, ViewGroup<'v>)> = Vec::new();
    groups.resize_with(count_max.clamp(1, VIEWS), Default::default);
    views.sort_by_key(|view| std::cmp::Reverse(view.cost()));
    for view in views {
        if let Some((cost, group)) = groups.iter_mut().min_by_key(|(cost, _)| *cost) {
            *cost += view.cost();
            group.push(view);
        }
    }
    groups.into_iter().map(|(_, group)| group).filter(|group| !group.is_empty()).collect()
}
