//! Views that belong to a program, added to a running engine, and replaced.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use acquaint_domain::{Command, EventNumber, Handle, Profile, Recorded, Tier};
use acquaint_engine::{AttachedView, Engine, Input, StartError, View, ViewError, When};
use acquaint_log::{AppendError, EventLog, MemoryLog, Position, ReadError, Record};
use acquaint_log_file::{FileLog, Options};

use crate::random_worlds::{START, founding};

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

/// The numbers of all events, by a version of the view that is slow as long as its door is shut.
struct Numbers {
    version: u32,
    seen: Vec<u64>,
    door: Arc<Door>,
    /// Whose last owner is gone when the view is.
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
    Arc::new(Engine::open(log, &founding()).expect("it opens"))
}

fn join(engine: &Engine, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let handle = Handle::parse(&format!("m{number}")).expect("a handle");
        let command = Command::AddMember { handle, tier: Tier::Free, profile: Profile::default() };
        engine.submit(Input { command, when: When::NotBefore(START), key: None }).expect("a new member");
    }
}

fn durable(engine: &Engine) -> u64 {
    engine.log().next_position().get() - 1
}

/// The version that answers, having seen every event once and in order: how many.
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
fn commands_and_readers_go_on_while_a_view_is_built_that_takes_its_time() {
    let engine = opened(Arc::new(MemoryLog::new()));
    join(&engine, 0..10);
    let door = Arc::new(Door::default());
    let view = engine.add_view(Numbers::behind(&door, 1));
    // More than a queue, and more than a chunk.
    join(&engine, 10..5_000);
    assert_eq!(engine.read(|views| views.members.iter().count()), Ok(5_000));
    assert_eq!(view.reached(), EventNumber(0));
    door.open();
    assert_eq!(answered(&view), (1, durable(&engine)));
    assert_eq!(view.reached(), EventNumber(durable(&engine)));
}

#[test]
fn whoever_reads_sees_all_that_was_durable_before() {
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
fn a_view_that_is_dropped_is_gone_with_its_thread_and_the_folder_is_free() {
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
    // The last one keeps the engine, and gives it back.
    let view = engine.add_view(Numbers::new(1));
    drop(engine);
    assert_eq!(answered(&view), (1, 112));
    drop(view);
    open().expect("nobody has it open");
}

/// A log that cannot be read from some position on, once it is told so.
struct Torn {
    log: MemoryLog,
    from: AtomicU64,
}

impl EventLog for Torn {
    fn append(&self, expected: Position, batch: &[Vec<u8>]) -> Result<Position, AppendError> {
        self.log.append(expected, batch)
    }

    fn batch_bytes_max(&self) -> u64 {
        self.log.batch_bytes_max()
    }

    fn next_position(&self) -> Position {
        self.log.next_position()
    }

    fn read(&self, from: Position) -> Box<dyn Iterator<Item = Result<Record, ReadError>> + Send + '_> {
        let torn = Position::new(self.from.load(Ordering::Relaxed)).expect("not 0");
        let damage = ReadError::Damaged { position: torn, detail: "it is torn".to_owned() };
        let intact = move |record: &Result<Record, ReadError>| {
            record.as_ref().is_ok_and(|record| record.position < torn)
        };
        let end = (torn < self.log.next_position()).then_some(Err(damage));
        Box::new(self.log.read(from).take_while(intact).chain(end))
    }

    fn wait_past(&self, position: Position, timeout: Duration) -> Position {
        self.log.wait_past(position, timeout)
    }
}

#[test]
fn an_event_that_cannot_be_read_stops_the_view_with_its_place_and_no_command() {
    let log = Arc::new(Torn { log: MemoryLog::new(), from: AtomicU64::new(u64::MAX) });
    let engine = opened(Arc::clone(&log) as _);
    join(&engine, 0..1_000);
    let before = engine.add_view(Numbers::new(1));
    assert_eq!(answered(&before), (1, 1_002));
    log.from.store(700, Ordering::Relaxed);
    let view = engine.add_view(Numbers::new(2));
    let stopped = view.read(|numbers| numbers.version).expect_err("it is torn");
    let ViewError::Unread(StartError::Damaged { position: 700, .. }) = &stopped else {
        panic!("{stopped:?}")
    };
    let said = stopped.to_string();
    assert!(said.starts_with("the view has stopped: the log is damaged from position 700 on"), "{said}");
    assert_eq!(view.reached(), EventNumber(699), "what comes before it was taken in");
    assert_eq!(before.replace(Numbers::new(3)), Err(stopped));
    assert_eq!(answered(&before), (1, 1_002), "the old one stays");
    join(&engine, 1_000..1_001);
    // The damage is repaired: what has stopped is replaced.
    log.from.store(u64::MAX, Ordering::Relaxed);
    assert_eq!(view.replace(Numbers::new(4)), Ok(()));
    assert_eq!(answered(&view), (4, 1_003));
}

/// A view with a fault.
struct Faulty;

impl View for Faulty {
    fn apply(&mut self, recorded: &Recorded) {
        assert!(recorded.number.0 < 5, "a fault of the view");
    }
}

#[test]
fn a_view_that_panics_is_told_to_whoever_reads_it_and_harms_nobody_else() {
    let engine = opened(Arc::new(MemoryLog::new()));
    let view = engine.add_view(Faulty);
    join(&engine, 0..10);
    assert_eq!(view.read(|_| ()), Err(ViewError::Panicked { position: 5 }));
    join(&engine, 10..11);
    assert_eq!(view.replace(Faulty), Err(ViewError::Panicked { position: 5 }));
}
