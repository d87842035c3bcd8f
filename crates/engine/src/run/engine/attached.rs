//! Views of the embedding program, built in the background while the engine keeps serving.
//!
//! Each has its own thread, which reads the log from event 1 and then follows it. The thread competes with the writer for
//! processor and disk, but the writer never waits for it.

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

/// State that an embedding program folds from the events, like the engine's own views.
///
/// Its content must depend on the events alone, so that rebuilding it gives the same result.
pub trait View: Send + Sync + 'static {
    /// Applies the next event. It is called once for each event of the log, in order from the first, and only once the event is
    /// durable.
    fn apply(&mut self, recorded: &Recorded);
}

/// An attached view: see [`Engine::add_view`]. Dropping it ends its thread, and waits only until the current event is
/// applied.
pub struct AttachedView<V: View> {
    now: RwLock<Arc<ViewBuild<V>>>,
    /// Declared last, so that it is dropped after the view.
    engine: Arc<Engine>,
}

impl Engine {
    /// Builds a view in the background, on its own thread, from the first event. Commands are answered meanwhile.
    ///
    /// The engine lives as long as the view does.
    pub fn add_view<V: View>(self: &Arc<Self>, view: V) -> AttachedView<V> {
        let now = RwLock::new(Arc::new(ViewBuild::start(&self.shared, view)));
        AttachedView { now, engine: Arc::clone(self) }
    }
}

impl<V: View> AttachedView<V> {
    /// Reads the view once it has applied everything that was durable at the time of the call; it may have applied more. Waits
    /// for a view that is still being built.
    ///
    /// # Errors
    /// The view has stopped earlier: the log cannot be read, or applying an event panicked.
    pub fn read<T>(&self, read: impl FnOnce(&V) -> T) -> Result<T, ViewError> {
        let building = self.now();
        let durable = self.durable();
        building.state.wait(|progress| progress.reached >= durable)?;
        let view = building.state.view.read();
        Ok(read(&view))
    }

    /// The last event of the last chunk that was applied; 0 before the first.
    pub fn reached(&self) -> EventNumber {
        EventNumber(self.now().state.progress.lock().reached)
    }

    /// Builds a new version of the view, and replaces this one once the new one has caught up: it has applied everything that
    /// was durable at the time of the call, and later events except the last few. Until this call returns, the old version
    /// answers other readers. A view that has stopped can be replaced too.
    ///
    /// # Errors
    /// The new version stopped before it caught up; the old one stays.
    pub fn replace(&self, view: V) -> Result<(), ViewError> {
        let new = Arc::new(ViewBuild::start(&self.engine.shared, view));
        let durable = self.durable();
        new.state.wait(|progress| progress.is_caught_up && progress.reached >= durable)?;
        let old = std::mem::replace(&mut *self.now.write(), new);
        // Its thread ends here, or with its last reader.
        drop(old);
        Ok(())
    }

    /// The last event that is durable; 0 before the first.
    fn durable(&self) -> u64 {
        self.engine.shared.log.next_position().get() - 1
    }

    fn now(&self) -> Arc<ViewBuild<V>> {
        Arc::clone(&self.now.read())
    }
}

/// A view with its thread; dropping this ends the thread.
struct ViewBuild<V> {
    state: Arc<ViewState<V>>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// State that the thread and the readers share.
struct ViewState<V> {
    view: RwLock<V>,
    /// The event that is being applied.
    at: AtomicU64,
    stop: AtomicBool,
    progress: Mutex<BuildProgress>,
    changed: Condvar,
}

#[derive(Default)]
struct BuildProgress {
    /// The last event that was applied.
    reached: u64,
    /// Whether at most one chunk of the log was left at some time.
    is_caught_up: bool,
    stopped: Option<ViewError>,
}

impl<V: View> ViewBuild<V> {
    fn start(shared: &Arc<Shared>, view: V) -> Self {
        let state = Arc::new(ViewState {
            view: RwLock::new(view),
            at: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            progress: Mutex::default(),
            changed: Condvar::new(),
        });
        let (own, followed) = (Arc::clone(&state), Arc::clone(shared));
        let thread = std::thread::spawn(move || follow(&followed, &own));
        Self { state, shared: Arc::clone(shared), thread: Some(thread) }
    }
}

impl<V> Drop for ViewBuild<V> {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::Relaxed);
        self.shared.durable.wake();
        if let Some(thread) = self.thread.take() {
            // If the thread panicked, the panic hook has reported it.
            let _ended = thread.join();
        }
    }
}

impl<V> ViewState<V> {
    /// Waits until `is_met` holds.
    fn wait(&self, is_met: impl Fn(&BuildProgress) -> bool) -> Result<(), ViewError> {
        let mut progress = self.progress.lock();
        while !is_met(&progress) {
            if let Some(error) = &progress.stopped {
                return Err(error.clone());
            }
            self.changed.wait(&mut progress);
        }
        Ok(())
    }

    fn update(&self, change: impl FnOnce(&mut BuildProgress)) {
        change(&mut self.progress.lock());
        self.changed.notify_all();
    }

    fn is_to_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// If applying an event panics, gives the readers an error instead of letting them wait for ever.
struct ViewPanicGuard<'a, V>(&'a ViewState<V>);

impl<V> Drop for ViewPanicGuard<'_, V> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let position = self.0.at.load(Ordering::Relaxed);
            self.0.update(|progress| progress.stopped = Some(ViewError::Panicked { position }));
        }
    }
}

/// The thread: applies the log's events, then waits for more.
fn follow<V: View>(shared: &Shared, state: &ViewState<V>) {
    let _guard = ViewPanicGuard(state);
    let mut reached = 0;
    while has_more(shared, state, reached) {
        match apply_from(shared.log.as_ref(), state, Position::FIRST.plus(reached)) {
            Ok(()) => reached = state.progress.lock().reached,
            Err(error) => return state.update(|progress| progress.stopped = Some(error)),
        }
    }
}

/// Waits for events after `reached`; false if the thread is to stop.
fn has_more<V>(shared: &Shared, state: &ViewState<V>, reached: u64) -> bool {
    loop {
        let before = shared.durable.now();
        // Not under the lock of `durable`, for which the writer's threads would wait. A later append makes `durable` differ from
        // `before`, so it is not missed.
        let end = shared.log.next_position().get() - 1;
        if end.saturating_sub(reached) <= CHUNK_LEN as u64 {
            state.update(|progress| progress.is_caught_up = true);
        }
        if state.is_to_stop() || end > reached {
            return !state.is_to_stop();
        }
        shared.durable.wait_for_change(&before, || state.is_to_stop());
    }
}

/// Applies the log's events from `first`.
fn apply_from<V: View>(log: &dyn EventLog, state: &ViewState<V>, first: Position) -> Result<(), ViewError> {
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
        if chunk.len() < CHUNK_LEN { ControlFlow::Continue(()) } else { apply_chunk(state, &mut chunk) }
    });
    // The events before one that cannot be read are applied.
    let _stopping = apply_chunk(state, &mut chunk);
    unread.and(read.map_err(Into::into)).map_err(ViewError::Unread)
}

/// Applies the events of a chunk; breaks if the thread is to stop.
fn apply_chunk<V: View>(state: &ViewState<V>, chunk: &mut Vec<Recorded>) -> ControlFlow<()> {
    let Some(last) = chunk.last().map(|recorded| recorded.number.0) else { return ControlFlow::Continue(()) };
    let mut view = state.view.write();
    for recorded in chunk.drain(..) {
        if state.is_to_stop() {
            return ControlFlow::Break(());
        }
        state.at.store(recorded.number.0, Ordering::Relaxed);
        view.apply(&recorded);
    }
    drop(view);
    state.update(|progress| progress.reached = last);
    ControlFlow::Continue(())
}
