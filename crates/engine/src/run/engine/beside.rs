//! Views of the embedding program, built in the background while the engine keeps serving.
//!
//! Each has a thread that reads the log as any reader does, from event 1, and follows it when it has come to its end. The
//! writer shares processor and disk with it, and waits for nothing.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;

use acquaint_domain::{EventNumber, Recorded};
use acquaint_log::{EventLog, Position};
use parking_lot::{Condvar, Mutex, RwLock};

use super::{Engine, Shared};
use crate::error::ViewError;
use crate::start::replay::CHUNK_LEN;
use crate::state::decode::decoded_at;

/// State that a program makes of the events, as the engine's own views are made.
///
/// It is a fold: what it holds depends on the events alone, so that building it again leads to the same.
pub trait View: Send + Sync + 'static {
    /// Applies the next event. It is called with each event of the log once, in order, from the first on, and only when
    /// the event is durable.
    fn apply(&mut self, recorded: &Recorded);
}

/// An attached view: see [`Engine::add_view`]. Dropping it ends its thread at once, and waits only until the
/// event that is being applied is done with.
pub struct AttachedView<V: View> {
    now: RwLock<Arc<Building<V>>>,
    /// Lives as long as its views, and is left last.
    engine: Arc<Engine>,
}

impl Engine {
    /// Builds a view in the background: on its own thread, from the first event. Commands continue meanwhile.
    ///
    /// The engine lives as long as the view does.
    pub fn add_view<V: View>(self: &Arc<Self>, view: V) -> AttachedView<V> {
        let now = RwLock::new(Arc::new(Building::start(&self.shared, view)));
        AttachedView { now, engine: Arc::clone(self) }
    }
}

impl<V: View> AttachedView<V> {
    /// Reads the view, once it has applied everything that was durable when this was called; it may have applied more.
    /// A view that is being built is waited for.
    ///
    /// # Errors
    /// The view has stopped before that: the log cannot be read there, or taking an event in has panicked.
    pub fn read<T>(&self, read: impl FnOnce(&V) -> T) -> Result<T, ViewError> {
        let building = self.now();
        let durable = self.durable();
        building.kept.wait(|progress| progress.reached >= durable)?;
        let view = building.kept.view.read();
        Ok(read(&view))
    }

    /// The last event that is known to be applied; 0 before the first.
    pub fn reached(&self) -> EventNumber {
        EventNumber(self.now().kept.progress.lock().reached)
    }

    /// Builds a new version of the view, and puts it in the place of this one when it has caught up: when it has applied
    /// all that was durable when this was called, and what came since but for the last few events. Until then, for as
    /// long as this call takes, the old one answers other readers; one that has stopped is replaced like any other.
    ///
    /// # Errors
    /// The new one has stopped before it had caught up; the old one stays.
    pub fn replace(&self, view: V) -> Result<(), ViewError> {
        let new = Arc::new(Building::start(&self.engine.shared, view));
        let durable = self.durable();
        new.kept.wait(|progress| progress.is_near && progress.reached >= durable)?;
        let old = std::mem::replace(&mut *self.now.write(), new);
        // Its thread ends here, or with the last who still reads it.
        drop(old);
        Ok(())
    }

    /// The last event that is durable; 0 before the first.
    fn durable(&self) -> u64 {
        self.engine.shared.log.next_position().get() - 1
    }

    fn now(&self) -> Arc<Building<V>> {
        Arc::clone(&self.now.read())
    }
}

/// A view with its thread, which ends with this.
struct Building<V> {
    kept: Arc<SharedView<V>>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread and those who read have together.
struct SharedView<V> {
    view: RwLock<V>,
    /// The event that is being applied.
    at: AtomicU64,
    stop: AtomicBool,
    progress: Mutex<BuildProgress>,
    moved: Condvar,
}

#[derive(Default)]
struct BuildProgress {
    /// The last event that was applied.
    reached: u64,
    /// Whether it has been so near to the end of the log that the rest was one chunk at most.
    is_near: bool,
    stopped: Option<ViewError>,
}

impl<V: View> Building<V> {
    fn start(shared: &Arc<Shared>, view: V) -> Self {
        let kept = Arc::new(SharedView {
            view: RwLock::new(view),
            at: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            progress: Mutex::default(),
            moved: Condvar::new(),
        });
        let (follower, followed) = (Arc::clone(&kept), Arc::clone(shared));
        let thread = std::thread::spawn(move || follow(&followed, &follower));
        Self { kept, shared: Arc::clone(shared), thread: Some(thread) }
    }
}

impl<V> Drop for Building<V> {
    fn drop(&mut self) {
        self.kept.stop.store(true, Ordering::Relaxed);
        self.shared.durable.wake();
        if let Some(thread) = self.thread.take() {
            // One that panicked has said so already.
            let _ended = thread.join();
        }
    }
}

impl<V> SharedView<V> {
    /// Waits until it is so.
    fn wait(&self, is_so: impl Fn(&BuildProgress) -> bool) -> Result<(), ViewError> {
        let mut progress = self.progress.lock();
        while !is_so(&progress) {
            if let Some(error) = &progress.stopped {
                return Err(error.clone());
            }
            self.moved.wait(&mut progress);
        }
        Ok(())
    }

    fn progresses(&self, change: impl FnOnce(&mut BuildProgress)) {
        change(&mut self.progress.lock());
        self.moved.notify_all();
    }

    fn is_to_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Tells those who read when taking an event in panics: nobody waits for ever.
struct ViewPanicGuard<'a, V>(&'a SharedView<V>);

impl<V> Drop for ViewPanicGuard<'_, V> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let position = self.0.at.load(Ordering::Relaxed);
            self.0.progresses(|progress| progress.stopped = Some(ViewError::Panicked { position }));
        }
    }
}

/// The thread: reads what is there, then waits until there is more.
fn follow<V: View>(shared: &Shared, kept: &SharedView<V>) {
    let _last_word = ViewPanicGuard(kept);
    let mut reached = 0;
    while has_more(shared, kept, reached) {
        match read_on(shared.log.as_ref(), kept, Position::FIRST.plus(reached)) {
            Ok(()) => reached = kept.progress.lock().reached,
            Err(error) => return kept.progresses(|progress| progress.stopped = Some(error)),
        }
    }
}

/// Waits for events after `reached`; false when it is to stop.
fn has_more<V>(shared: &Shared, kept: &SharedView<V>, reached: u64) -> bool {
    loop {
        let before = shared.durable.now();
        // Without its lock, for which the writer's threads would wait. What happens after this look changes `durable`.
        let end = shared.log.next_position().get() - 1;
        if end.saturating_sub(reached) <= CHUNK_LEN as u64 {
            kept.progresses(|progress| progress.is_near = true);
        }
        if kept.is_to_stop() || end > reached {
            return !kept.is_to_stop();
        }
        shared.durable.wait_for_change(&before, || kept.is_to_stop());
    }
}

/// Applies what is in the log from `first` on.
fn read_on<V: View>(log: &dyn EventLog, kept: &SharedView<V>, first: Position) -> Result<(), ViewError> {
    let mut chunk = Vec::with_capacity(CHUNK_LEN);
    let mut unread = Ok(());
    let read = log.visit(first, &mut |position, bytes| {
        match decoded_at(position, bytes) {
            Ok(recorded) => chunk.push(recorded),
            Err(error) => {
                unread = Err(error);
                return ControlFlow::Break(());
            }
        }
        if chunk.len() < CHUNK_LEN { ControlFlow::Continue(()) } else { take(kept, &mut chunk) }
    });
    // What comes before an event that cannot be read is applied.
    let _goes_on = take(kept, &mut chunk);
    unread.and(read.map_err(Into::into)).map_err(ViewError::Unread)
}

/// Takes the events of a chunk in, and breaks off when it is to stop.
fn take<V: View>(kept: &SharedView<V>, chunk: &mut Vec<Recorded>) -> ControlFlow<()> {
    let Some(last) = chunk.last().map(|recorded| recorded.number.0) else { return ControlFlow::Continue(()) };
    let mut view = kept.view.write();
    for recorded in chunk.drain(..) {
        if kept.is_to_stop() {
            return ControlFlow::Break(());
        }
        kept.at.store(recorded.number.0, Ordering::Relaxed);
        view.apply(&recorded);
    }
    drop(view);
    kept.progresses(|progress| progress.reached = last);
    ControlFlow::Continue(())
}
