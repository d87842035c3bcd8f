//! Views that are rebuilt on several threads are those that one event after another leads to, and what is wrong with a log
//! is what is wrong with it first.

use std::cell::RefCell;
use std::num::NonZeroUsize;

use acquaint_codec::{decode_at, encode};
use acquaint_domain::{
    Actor, Command, Event, EventNumber, Fault, FaultChannel, PolicyVersion, Recorded, Span, Timestamp,
    network,
};
use acquaint_engine::{Checkpoints, Rebuild, ReplayTo, Replayed, StartError, Views};
use acquaint_log::{EventLog, Position, ReadError, Record};
use acquaint_policy::ARTICLE;
use proptest::collection::vec;
use proptest::prelude::Strategy;

use crate::checkpoints::{fresh, whole};
use crate::random_worlds::{World, check, log_of, perform, play, settle, worlds};

/// Alone, in halves, on a few, and every view by itself.
const THREADS: [usize; 4] = [1, 2, 4, 9];

fn on(threads: usize, log: &dyn EventLog, up_to: ReplayTo) -> Result<Option<Replayed>, StartError> {
    begun(threads, log, up_to, None)
}

fn begun(
    threads: usize,
    log: &dyn EventLog,
    up_to: ReplayTo,
    checkpoints: Option<&Checkpoints>,
) -> Result<Option<Replayed>, StartError> {
    let threads = NonZeroUsize::new(threads).expect("at least one");
    Rebuild::of(log).to(up_to).checkpoints(checkpoints).threads(threads).run_while(&|_| true)
}

/// One event after another.
fn by_hand(events: &[Recorded], all: &[Recorded]) -> Views {
    let mut views = Views::default();
    for recorded in events {
        views.apply(recorded).expect("the policy reads");
        if views.ledger.needs_backfill() {
            let history = all.iter().cloned().map(Ok::<Recorded, ()>);
            views.backfill_counters(history).expect("it reads");
        }
    }
    views
}

/// Some two thousand events: several lives, one after the other.
fn long_worlds() -> impl Strategy<Value = World> {
    vec(worlds(), 12..16).prop_map(|worlds| {
        let steps = worlds.into_iter().flat_map(|world| world.steps).collect();
        World { members: 5, steps }
    })
}

/// A policy whose counters reach further back than what the one before it kept.
fn looks_back() -> Command {
    let limit = "[[limit]]\nid = \"notes\"\ncode = \"CR0403\"\nkind = \"window-from-first\"\nwindow = \"20d\"\nat_most = { free = 1, premium = 1, sales-navigator = 1 }\nsource = \"choice: a test\"\n";
    Command::AdoptPolicy { text: ARTICLE.replacen("[own_settings]", &format!("{limit}[own_settings]"), 1) }
}

/// A history of some two thousand events.
fn history() -> Vec<Recorded> {
    let long = RefCell::new(Vec::new());
    check(1, &long_worlds(), |world| {
        let (mut desk, now) = play(&world, |_, _| Ok(()))?;
        settle(&mut desk, now);
        *long.borrow_mut() = desk.take_staged();
        Ok(())
    });
    let long = long.into_inner();
    assert!(long.len() > 1_300, "{} events", long.len());
    long
}

/// `events` with a policy in the place of one that nobody can read.
fn unreadable_policy(events: &[Recorded], at: usize) -> Vec<Recorded> {
    let mut events = events.to_vec();
    let (version, name) = (PolicyVersion(99), "later".to_owned());
    let event = Event::Network(network::Event::PolicyAdopted {
        version,
        name,
        hash: [0; 32],
        tzdata: None,
        text: "written = later".to_owned(),
    });
    events[at - 1] = Recorded { actor: Actor::Operator, command: None, cause: None, event, ..events[at - 1] };
    events
}

/// A log whose records cannot be read from one on, or whose bytes at some are no event.
struct Broken {
    bytes: Vec<Vec<u8>>,
    damaged_from: u64,
}

impl Broken {
    fn new(events: &[Recorded], garbled: &[usize]) -> Self {
        let mut bytes: Vec<Vec<u8>> = events.iter().map(encode).collect();
        garbled.iter().for_each(|at| bytes[at - 1] = vec![0xff; 9]);
        Self { bytes, damaged_from: u64::MAX }
    }
}

impl EventLog for Broken {
    fn append(&self, expected: Position, _: &[Vec<u8>]) -> Result<Position, acquaint_log::AppendError> {
        panic!("nothing is written at {expected}");
    }

    fn batch_bytes_max(&self) -> u64 {
        u64::MAX
    }

    fn next_position(&self) -> Position {
        Position::FIRST.plus(self.bytes.len() as u64)
    }

    fn read(&self, from: Position) -> Box<dyn Iterator<Item = Result<Record, ReadError>> + Send + '_> {
        let positions = (from.get()..self.next_position().get()).filter_map(Position::new);
        Box::new(positions.map(|position| {
            if position.get() >= self.damaged_from {
                return Err(ReadError::Damaged { position, detail: "it is torn".to_owned() });
            }
            Ok(Record { position, bytes: self.bytes[position.get() as usize - 1].clone() })
        }))
    }

    /// As of a log that keeps its hashes: they are there also where a record is not.
    fn history(&self, _: Position) -> Result<Option<[u8; 32]>, ReadError> {
        Ok(Some([7; 32]))
    }

    fn wait_past(&self, _: Position, _: std::time::Duration) -> Position {
        self.next_position()
    }
}

#[test]
fn on_however_many_threads_views_are_rebuilt_as_far_as_asked_they_are_the_same() {
    check(6, &long_worlds(), |world| {
        let (mut desk, now) = play(&world, |_, _| Ok(()))?;
        settle(&mut desk, now);
        let (events, log) = (desk.staged(), log_of(desk.staged()));
        let middle = events[events.len() / 2].at;
        let until = |at: Timestamp| events.iter().take_while(|recorded| recorded.at <= at).count();
        let third = events.len() * 2 / 3;
        for (up_to, count) in [
            (ReplayTo::End, events.len()),
            (ReplayTo::Position(1), 1),
            (ReplayTo::Position(512), 512),
            (ReplayTo::Position(513), 513),
            (ReplayTo::Position(third as u64), third),
            (ReplayTo::Position(u64::MAX), events.len()),
            (ReplayTo::Moment(middle), until(middle)),
            (ReplayTo::Moment(Timestamp::from_millis(0)), 0),
        ] {
            let expected = by_hand(&events[..count.min(events.len())], events);
            for threads in THREADS {
                let rebuilt = on(threads, &log, up_to).expect("the log reads").expect("it continues");
                proptest::prop_assert_eq!(rebuilt.views.digests(), expected.digests());
                proptest::prop_assert_eq!(
                    whole(&rebuilt.views),
                    whole(&expected),
                    "{:?} on {}",
                    up_to,
                    threads
                );
                proptest::prop_assert_eq!(rebuilt.events, expected.last().0);
            }
        }
        Ok(())
    });
}

#[test]
fn how_far_it_is_is_asked_in_order_and_a_no_ends_it() {
    let log = log_of(&history());
    for threads in THREADS {
        let asked = RefCell::new(Vec::new());
        let goes_on = |number: EventNumber| {
            asked.borrow_mut().push(number.0);
            number.0 < 1_024
        };
        let threads = NonZeroUsize::new(threads).expect("at least one");
        let rebuilt = Rebuild::of(&log).threads(threads).run_while(&goes_on).expect("the log reads");
        assert!(rebuilt.is_none());
        assert_eq!(asked.into_inner(), [512, 1_024]);
    }
}

#[test]
fn of_several_events_that_cannot_be_taken_in_the_first_is_told() {
    let events = history();
    let with_policy = |at: usize, others: &[usize]| Broken::new(&unreadable_policy(&events, at), others);
    let torn = |from: u64, others: &[usize]| Broken { damaged_from: from, ..Broken::new(&events, others) };
    for (log, kind, position) in [
        (with_policy(700, &[]), "policy", 700),
        (with_policy(512, &[]), "policy", 512),
        (with_policy(513, &[]), "policy", 513),
        (with_policy(700, &[701, 1_100]), "policy", 700),
        (with_policy(700, &[699]), "unreadable", 699),
        (torn(u64::MAX, &[1_024, 1_025]), "unreadable", 1_024),
        (torn(1_030, &[]), "damaged", 1_030),
        (torn(1_025, &[1_026]), "damaged", 1_025),
        (torn(600, &[599]), "unreadable", 599),
    ] {
        for threads in THREADS {
            let told = match on(threads, &log, ReplayTo::End).expect_err("it is broken") {
                StartError::Policy { position, .. } => ("policy", position),
                StartError::Unreadable { position, .. } => ("unreadable", position),
                StartError::Damaged { position, .. } => ("damaged", position),
                StartError::LostEvents { position, .. } => ("lost", position),
            };
            assert_eq!(told, (kind, position), "on {threads}");
        }
    }
    // What lies behind the bounds is nobody's business.
    for threads in THREADS {
        let rebuilt =
            on(threads, &with_policy(700, &[900]), ReplayTo::Position(699)).expect("all of it reads");
        assert_eq!(rebuilt.map(|rebuilt| rebuilt.views.last()), Some(EventNumber(699)));
    }
}

/// A history in which, late, a policy is adopted whose counters are filled from the first event on: which event that is.
fn adopted_late() -> (Vec<Recorded>, usize) {
    let found = RefCell::new(None);
    check(1, &long_worlds(), |world| {
        let (mut desk, now) = play(&world, |_, _| Ok(()))?;
        let now = settle(&mut desk, now);
        perform(&mut desk, looks_back(), now);
        let adopted = desk.staged().len();
        for hour in 0..700 {
            let (channel, fault) = (FaultChannel::Web, Fault::Timeout);
            perform(&mut desk, Command::StartFault { channel, fault }, now.plus(Span::hours(hour)));
        }
        *found.borrow_mut() = Some((desk.take_staged(), adopted));
        Ok(())
    });
    found.into_inner().expect("there is one")
}

#[test]
fn counters_that_cannot_be_filled_are_told_before_what_comes_later_and_after_what_came_earlier() {
    let (events, adopted) = adopted_late();
    assert!(matches!(events[adopted - 1].event, Event::Network(network::Event::PolicyAdopted { .. })));
    assert!(adopted > 100 && events.len() > adopted + 600, "{adopted} of {}", events.len());
    let intact = Broken::new(&events, &[]);
    let (_folder, checkpoints) = fresh();
    let from = adopted as u64 - 2;
    checkpoints
        .write(&intact, &Rebuild::of(&intact).to(ReplayTo::Position(from)).run().expect("it reads").views)
        .expect("it is written");
    for (garbled, told) in [
        (vec![5], 5),
        (vec![5, adopted + 1], 5),
        (vec![5, events.len()], 5),
        (vec![5, adopted - 1], adopted - 1),
        (vec![adopted + 1], adopted + 1),
    ] {
        let log = Broken::new(&events, &garbled);
        for threads in THREADS {
            let error = begun(threads, &log, ReplayTo::End, Some(&checkpoints)).expect_err("it is broken");
            let StartError::Unreadable { position, .. } = error else { panic!("{error:?}") };
            assert_eq!(position, told as u64, "{garbled:?} on {threads}");
        }
    }
    let expected = by_hand(&events, &events);
    for threads in THREADS {
        let rebuilt = begun(threads, &intact, ReplayTo::End, Some(&checkpoints))
            .expect("it reads")
            .expect("it continues");
        assert_eq!(rebuilt.from, from);
        assert_eq!(whole(&rebuilt.views), whole(&expected));
    }
}

#[test]
fn every_stored_event_of_these_histories_reads() {
    for recorded in history() {
        assert_eq!(decode_at(recorded.number, &encode(&recorded)).as_ref(), Ok(&recorded));
    }
}
