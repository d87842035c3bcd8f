//! Views that an embedding program adds to a running engine, and replaces.

use std::sync::{Arc, Condvar, Mutex};

use acquaint_domain::{EventNumber, Recorded};
use acquaint_engine::{AttachedView, Engine, StartError, View, ViewError};
use acquaint_log::{EventLog, MemoryLog};
use acquaint_log_file::{FileLog, Options};

use crate::kernels::joins;
use crate::random_worlds::genesis;
use crate::test_log::TestLog;

#[path = "../../crates/engine/examples/view_beside.rs"]
#[expect(dead_code, reason = "the program's own beginning is not called here")]
mod example;

/// A door at which views wait.
#[derive(Default)]
struct Door {
    is_open: Mutex<bool>,
    moved: Condvar,
}

impl Door {
    fn open(&self) {
        *self.is_open.lock().expect("no panic holds it") = true;
        self.moved.notify_all();
    }

    fn pass(&self) {
        let is_open = self.is_open.lock().expect("no panic holds it");
        drop(self.moved.wait_while(is_open, |is_open| !*is_open).expect("no panic holds it"));
    }
}

/// A view that keeps the numbers of all events, and waits while its door is shut.
struct Numbers {
    version: u32,
    seen: Vec<u64>,
    door: Arc<Door>,
    /// Dropped with the view.
    lives: Arc<()>,
}

impl Numbers {
    fn behind(door: &Arc<Door>, version: u32) -> Self {
        Self { version, seen: Vec::new(), door: Arc::clone(door), lives: Arc::default() }
    }

    fn new(version: u32) -> Self {
        let door = Arc::default();
        Door::open(&door);
        Self::behind(&door, version)
    }
}

impl View for Numbers {
    fn apply(&mut self, recorded: &Recorded) {
        self.door.pass();
        self.seen.push(recorded.number.0);
    }
}

fn opened(log: Arc<dyn EventLog>) -> Arc<Engine> {
    Arc::new(Engine::open(log, &genesis()).expect("it opens"))
}

fn join(engine: &Engine, numbers: std::ops::Range<usize>) {
    for number in numbers {
        engine.submit(joins(number)).expect("a new member");
    }
}

fn durable(engine: &Engine) -> u64 {
    engine.log().next_position().get() - 1
}

/// The version of the view that answers, and the number of events that it has seen. Checks that it saw each once, in order.
fn answered(view: &AttachedView<Numbers>) -> (u32, u64) {
    view.read(|numbers| {
        assert!(numbers.seen.iter().copied().eq(1..=numbers.seen.len() as u64), "{:?}", numbers.seen);
        (numbers.version, numbers.seen.len() as u64)
    })
    .expect("it has not stopped")
}

#[test]
fn the_example_counts_acceptances_by_day() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut said = Vec::new();
    example::accepted_by_day(&folder.path().join("log"), &mut said).expect("it goes well");
    let said = String::from_utf8(said).expect("UTF-8");
    assert_eq!(said, "day 20778 since 1970: 1\nday 20779 since 1970: 2\n");
}

#[test]
fn commands_and_readers_continue_while_a_slow_view_is_built() {
    let engine = opened(Arc::new(MemoryLog::new()));
    join(&engine, 0..10);
    let door = Arc::new(Door::default());
    let view = engine.add_view(Numbers::behind(&door, 1));
    // More events than a queue or a chunk holds.
    join(&engine, 10..5_000);
    assert_eq!(engine.read(|views| views.members.iter().count()), Ok(5_000));
    assert_eq!(view.reached(), EventNumber(0));
    door.open();
    assert_eq!(answered(&view), (1, durable(&engine)));
    assert_eq!(view.reached(), EventNumber(durable(&engine)));
}

#[test]
fn a_reader_sees_everything_that_was_durable_before() {
    let engine = opened(Arc::new(MemoryLog::new()));
    let view = engine.add_view(Numbers::new(1));
    assert_eq!(answered(&view), (1, 0), "nothing has happened yet");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (engine, view) = (&engine, &view);
            scope.spawn(move || {
                for number in 0..200 {
                    let number = thread * 1_000 + number;
                    join(engine, number..number + 1);
                    let before = durable(engine);
                    assert!(answered(view).1 >= before);
                }
            });
        }
    });
    assert_eq!(answered(&view), (1, 802));
}

#[test]
fn the_old_version_answers_until_the_new_one_has_caught_up() {
    let engine = opened(Arc::new(MemoryLog::new()));
    join(&engine, 0..1_000);
    let view = engine.add_view(Numbers::new(1));
    let door = Arc::new(Door::default());
    let (old, new) = (view.read(|numbers| Arc::downgrade(&numbers.lives)).expect("it continues"), {
        Numbers::behind(&door, 2)
    });
    std::thread::scope(|scope| {
        let replacing = scope.spawn(|| view.replace(new));
        join(&engine, 1_000..1_700);
        assert_eq!(answered(&view), (1, 1_702));
        door.open();
        assert_eq!(replacing.join().expect("it does not panic"), Ok(()));
    });
    assert!(old.upgrade().is_none(), "the old one is gone");
    assert_eq!(answered(&view), (2, 1_702));
    join(&engine, 1_700..1_710);
    assert_eq!(answered(&view), (2, 1_712));
}

#[test]
fn dropping_a_view_ends_its_thread_and_frees_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log");
    let open = || FileLog::open(&path, &Options { segment_bytes: 64 << 10, ..Options::default() });
    let engine = opened(Arc::new(open().expect("a log is made")));
    join(&engine, 0..100);
    for has_followed in [true, false] {
        let numbers = Numbers::new(1);
        let lives = Arc::downgrade(&numbers.lives);
        let view = engine.add_view(numbers);
        if has_followed {
            join(&engine, 100..110);
            assert_eq!(answered(&view), (1, 112));
        }
        drop(view);
        assert!(lives.upgrade().is_none());
    }
    // The last view keeps the engine alive until it is dropped.
    let view = engine.add_view(Numbers::new(1));
    drop(engine);
    assert_eq!(answered(&view), (1, 112));
    drop(view);
    open().expect("nobody has it open");
}

#[test]
fn an_unreadable_event_stops_the_view_at_its_position_and_stops_no_command() {
    let log = Arc::new(TestLog::new());
    let engine = opened(Arc::clone(&log) as _);
    join(&engine, 0..1_000);
    let before = engine.add_view(Numbers::new(1));
    assert_eq!(answered(&before), (1, 1_002));
    log.damage_from(700);
    let view = engine.add_view(Numbers::new(2));
    let stopped = view.read(|numbers| numbers.version).expect_err("it is torn");
    let ViewError::Unread(StartError::Damaged { position: 700, .. }) = &stopped else {
        panic!("{stopped:?}")
    };
    let said = stopped.to_string();
    assert!(said.starts_with("the view has stopped: the log is damaged from position 700 on"), "{said}");
    assert_eq!(view.reached(), EventNumber(699), "the events before it were applied");
    assert_eq!(before.replace(Numbers::new(3)), Err(stopped));
    assert_eq!(answered(&before), (1, 1_002), "the old one stays");
    join(&engine, 1_000..1_001);
    // After the repair, a view that has stopped can be replaced.
    log.damage_from(u64::MAX);
    assert_eq!(view.replace(Numbers::new(4)), Ok(()));
    assert_eq!(answered(&view), (4, 1_003));
}

/// A view that panics at event 5.
struct Faulty;

impl View for Faulty {
    fn apply(&mut self, recorded: &Recorded) {
        assert!(recorded.number.0 < 5, "a fault of the view");
    }
}

#[test]
fn the_readers_of_a_view_that_panics_are_told_and_nobody_else_is_affected() {
    let engine = opened(Arc::new(MemoryLog::new()));
    let view = engine.add_view(Faulty);
    join(&engine, 0..10);
    assert_eq!(view.read(|_| ()), Err(ViewError::Panicked { position: 5 }));
    join(&engine, 10..11);
    assert_eq!(view.replace(Faulty), Err(ViewError::Panicked { position: 5 }));
}
