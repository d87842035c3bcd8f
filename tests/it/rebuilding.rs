//! Views rebuilt on several threads equal those built from one event after another, and the error in a broken log is the
//! first one in it.

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

/// Numbers of threads: one, two, a few, and one for every view.
const THREADS: [usize; 4] = [1, 2, 4, 9];

fn rebuilt(threads: usize, log: &dyn EventLog, up_to: ReplayTo) -> Result<Option<Replayed>, StartError> {
    rebuilt_from(threads, log, up_to, None)
}

fn rebuilt_from(
    threads: usize,
    log: &dyn EventLog,
    up_to: ReplayTo,
    checkpoints: Option<&Checkpoints>,
) -> Result<Option<Replayed>, StartError> {
    let threads = NonZeroUsize::new(threads).expect("at least one");
    Rebuild::of(log).to(up_to).checkpoints(checkpoints).threads(threads).run_while(&|_| true)
}

/// The views after `events`, applied one after another; `all` is the history that fills counters.
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

/// Histories of some two thousand events: several worlds one after another.
fn long_worlds() -> impl Strategy<Value = World> {
    vec(worlds(), 12..16).prop_map(|worlds| {
        let steps = worlds.into_iter().flat_map(|world| world.steps).collect();
        World { members: 5, steps }
    })
}

/// Adopts a policy whose counters reach further back than those of the policy before.
fn looks_back() -> Command {
    let limit = "[[limit]]\nid = \"notes\"\ncode = \"CR0403\"\nkind = \"window-from-first\"\nwindow = \"20d\"\nat_most = { free = 1, premium = 1, sales-navigator = 1 }\nsource = \"choice: a test\"\n";
    Command::AdoptPolicy { text: ARTICLE.replacen("[own_settings]", &format!("{limit}[own_settings]"), 1) }
}

/// A history of some two thousand events.
fn history() -> Vec<Recorded> {
    let long = RefCell::new(Vec::new());
    check(1, &long_worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        settle(&mut kernel, now);
        *long.borrow_mut() = kernel.take_staged();
        Ok(())
    });
    let long = long.into_inner();
    assert!(long.len() > 1_300, "{} events", long.len());
    long
}

/// `events` with the adoption of an unreadable policy at position `at`.
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

/// A log whose records cannot be read from some position on, or whose bytes at some positions are no event.
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

    /// A log that keeps hashes has them even for records that cannot be read.
    fn history(&self, _: Position) -> Result<Option<[u8; 32]>, ReadError> {
        Ok(Some([7; 32]))
    }

    fn wait_past(&self, _: Position, _: std::time::Duration) -> Position {
        self.next_position()
    }
}

#[test]
fn rebuilt_views_are_the_same_on_any_number_of_threads_and_up_to_any_position() {
    check(6, &long_worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        settle(&mut kernel, now);
        let (events, log) = (kernel.staged(), log_of(kernel.staged()));
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
                let rebuilt = rebuilt(threads, &log, up_to).expect("the log reads").expect("it continues");
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
fn progress_is_reported_in_order_and_a_rebuild_can_be_stopped() {
    let log = log_of(&history());
    for threads in THREADS {
        let asked = RefCell::new(Vec::new());
        let continues = |number: EventNumber| {
            asked.borrow_mut().push(number.0);
            number.0 < 1_024
        };
        let threads = NonZeroUsize::new(threads).expect("at least one");
        let rebuilt = Rebuild::of(&log).threads(threads).run_while(&continues).expect("the log reads");
        assert!(rebuilt.is_none());
        assert_eq!(asked.into_inner(), [512, 1_024]);
    }
}

#[test]
fn of_several_events_that_cannot_be_applied_the_first_is_reported() {
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
            let reported = match rebuilt(threads, &log, ReplayTo::End).expect_err("it is broken") {
                StartError::Policy { position, .. } => ("policy", position),
                StartError::Unreadable { position, .. } => ("unreadable", position),
                StartError::Damaged { position, .. } => ("damaged", position),
                StartError::LostEvents { position, .. } => ("lost", position),
            };
            assert_eq!(reported, (kind, position), "on {threads}");
        }
    }
    // Nothing after the end of the replay matters.
    for threads in THREADS {
        let rebuilt =
            rebuilt(threads, &with_policy(700, &[900]), ReplayTo::Position(699)).expect("all of it reads");
        assert_eq!(rebuilt.map(|rebuilt| rebuilt.views.last()), Some(EventNumber(699)));
    }
}

/// A history in which a policy is adopted late whose counters are filled from the first event on, and the number of that
/// event.
fn adopted_late() -> (Vec<Recorded>, usize) {
    let found = RefCell::new(None);
    check(1, &long_worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        let now = settle(&mut kernel, now);
        perform(&mut kernel, looks_back(), now);
        let adopted = kernel.staged().len();
        for hour in 0..700 {
            let (channel, fault) = (FaultChannel::Web, Fault::Timeout);
            perform(&mut kernel, Command::StartFault { channel, fault }, now.plus(Span::hours(hour)));
        }
        *found.borrow_mut() = Some((kernel.take_staged(), adopted));
        Ok(())
    });
    found.into_inner().expect("there is one")
}

#[test]
fn counters_that_cannot_be_filled_are_reported_after_earlier_errors_and_before_later_ones() {
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
            let error =
                rebuilt_from(threads, &log, ReplayTo::End, Some(&checkpoints)).expect_err("it is broken");
            let StartError::Unreadable { position, .. } = error else { panic!("{error:?}") };
            assert_eq!(position, told as u64, "{garbled:?} on {threads}");
        }
    }
    let expected = by_hand(&events, &events);
    for threads in THREADS {
        let rebuilt = rebuilt_from(threads, &intact, ReplayTo::End, Some(&checkpoints))
            .expect("it reads")
            .expect("it continues");
        assert_eq!(rebuilt.from, from);
        assert_eq!(whole(&rebuilt.views), whole(&expected));
    }
}

#[test]
fn every_stored_event_of_these_histories_is_read_back() {
    for recorded in history() {
        assert_eq!(decode_at(recorded.number, &encode(&recorded)).as_ref(), Ok(&recorded));
    }
}
