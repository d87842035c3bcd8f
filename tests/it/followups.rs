//! The consequences of a ban or a closed account: recorded in slices, resumed after a crash, and the same whatever is
//! recorded in between.

use std::sync::{Arc, Mutex};

use acquaint_codec::{decode_at, encode};
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{
    Actor, Address, Command, EmailAddress, Event, EventNumber, Handle, ImportedPlace, LetterNumber, MemberId,
    Pair, Profile, Recorded, RequestId, RequestRef, Settings, Span, Standing, Tier, Timestamp, WithdrawnBy,
    account, connection, import, incoming, outgoing,
};
use acquaint_engine::{
    Engine, ImportBatch, ImportRecord, ImportedMember, ImportedRequest, Input, Kernel, Rebuild, RequestPlace,
    Solo, SubmitError, When,
};
use acquaint_log::{EventLog, MemoryLog, Position};
use proptest::test_runner::TestCaseError;

use crate::kernels::{adds, exported, named, restarted};
use crate::random_worlds::{START, World, check, genesis, inputs, worlds};
use crate::test_log::TestLog;

/// Members of each kind: three slices, of which the last is not full.
const OTHERS: usize = 2_300;
/// The most events of a slice, as docs/decisions says.
const SLICE_EVENTS_MAX: usize = 1_000;

fn hub() -> Handle {
    named("hub")
}

fn other(kind: char, number: usize) -> Handle {
    named(&format!("{kind}{number}"))
}

fn member(handle: Handle) -> ImportRecord {
    ImportRecord::Member(Box::new(ImportedMember {
        handle,
        tier: Tier::Free,
        joined: START,
        standing: Standing::Good,
        settings: Settings::default(),
        profile: Profile::default(),
        contacts: Vec::new(),
    }))
}

fn request(from: Handle, to: Handle) -> ImportRecord {
    let (to, place) = (Address::Handle(to), RequestPlace::Here(ImportedPlace::Inbox));
    ImportRecord::Request(Box::new(ImportedRequest { from, to, at: START, note: None, place }))
}

/// A hub that has asked `count` members, is connected with `count` others, and was asked by `count` more.
fn network(count: usize) -> ImportBatch {
    let mut records = vec![member(hub())];
    for number in 0..count {
        let [asked, connected, asks] = ['a', 'c', 'i'].map(|kind| other(kind, number));
        records.extend([&asked, &connected, &asks].map(|handle| member(handle.clone())));
        records.push(request(hub(), asked));
        records.push(ImportRecord::Connection { one: hub(), other: connected, since: START });
        records.push(request(asks, hub()));
    }
    let records = (1..).zip(records).collect();
    ImportBatch { follows: None, as_of: START, records, up_to: None }
}

fn kernel_with(count: usize) -> Kernel {
    let mut kernel = Kernel::default();
    kernel.init(&genesis()).expect("the built-in policy reads");
    kernel.inherit(network(count)).expect("a network");
    kernel
}

fn ban() -> Command {
    Command::BanMember(hub())
}

fn close() -> Command {
    Command::CloseMember(hub())
}

fn at(minutes: i64) -> Timestamp {
    START.plus(Span::minutes(minutes))
}

fn input(command: Command, at: Timestamp) -> Input {
    Input { command, when: When::Exactly(at), key: None }
}

/// The number of the hub's own open requests, of its connections, and of requests that wait for its answer.
fn left(kernel: &Kernel) -> [usize; 3] {
    let views = kernel.views();
    let hub = views.members.by_handle(&hub()).expect("it is there").id;
    let incoming = views.pending.received_by(hub);
    let waiting = incoming.filter(|(_, group)| acquaint_domain::incoming::closure_files(group.state));
    [views.pending.count_by(hub), views.connected.count_of(hub), waiting.count()]
}

fn events_of(log: &dyn EventLog) -> Vec<Recorded> {
    let records = log.read(Position::FIRST).map(|record| record.expect("memory reads"));
    let decoded = records.map(|record| decode_at(EventNumber(record.position.get()), &record.bytes));
    decoded.map(|event| event.expect("it was written by this version")).collect()
}

/// The lengths of the runs of consecutive events of one kind.
fn runs(events: &[Recorded], is_one: fn(&Event) -> bool) -> Vec<usize> {
    let mut runs = Vec::new();
    for near in events.chunk_by(|one, next| is_one(&one.event) == is_one(&next.event)) {
        if is_one(&near[0].event) {
            runs.push(near.len());
        }
    }
    runs
}

#[test]
fn a_closed_account_is_one_small_event_and_its_consequences_come_in_slices() {
    let mut kernel = kernel_with(OTHERS);
    assert_eq!(left(&kernel), [OTHERS; 3]);
    let before = kernel.staged().len();
    kernel.handle(input(close(), at(1))).expect("it can be closed");
    assert_eq!(left(&kernel), [0; 3]);
    let events = &kernel.staged()[before..];
    assert!(
        matches!(&events[0].event, Event::Account(account::Event { kind: account::Kind::Closed { letters, files, .. }, .. }) if letters.is_empty() && files.is_empty())
    );
    assert!(encode(&events[0]).len() < 100);
    assert!(events[1..].iter().all(|recorded| recorded.event != events[0].event && recorded.cause.is_some()));
    let withdrawn = |event: &Event| {
        matches!(
            event,
            Event::Outgoing(outgoing::Event {
                kind: outgoing::Kind::Withdrawn { by: WithdrawnBy::Closure, .. },
                ..
            })
        )
    };
    let ended = |event: &Event| {
        matches!(event, Event::Connection(connection::Event { kind: connection::Kind::Closed { .. }, .. }))
    };
    let filed = |event: &Event| {
        matches!(event, Event::Incoming(incoming::Event { kind: incoming::Kind::FiledByClosure, .. }))
    };
    let request_ref = RequestRef { request: RequestId(1), sender: MemberId(1), recipient: MemberId(2) };
    for is_one in [withdrawn, ended, filed] as [fn(&Event) -> bool; 3] {
        let runs = runs(events, is_one);
        assert_eq!(runs.iter().sum::<usize>(), OTHERS);
        // No letter's arrival separates the requests that are kept back.
        let most = if is_one(&Event::Incoming(incoming::Event {
            request_ref,
            kind: incoming::Kind::FiledByClosure,
        })) {
            OTHERS
        } else {
            SLICE_EVENTS_MAX
        };
        assert!(runs.iter().all(|count| *count <= most), "{runs:?}");
    }
    assert!(events.iter().all(|recorded| recorded.at == at(1)), "all is due at the moment of the decision");
    assert!(
        !String::from_utf8(exported(&kernel, &MemoryLog::default()))
            .expect("UTF-8")
            .contains("\"connection\"")
    );
}

#[test]
fn what_a_process_leaves_between_two_slices_is_finished_by_the_next_one() {
    for command in [ban(), close()] {
        let mut whole = kernel_with(OTHERS);
        let before = whole.staged().len();
        whole.handle(input(command, at(1))).expect("it can be done");
        let events = whole.staged().to_vec();
        let (withdrawals, ends) = (
            |event: &Event| {
                matches!(
                    event,
                    Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Withdrawn { .. }, .. })
                )
            },
            |event: &Event| {
                matches!(
                    event,
                    Event::Connection(connection::Event { kind: connection::Kind::Closed { .. }, .. })
                        | Event::Incoming(incoming::Event { kind: incoming::Kind::FiledByClosure, .. })
                )
            },
        );
        // A crash does not split a slice: the cuts are at the ends of slices, and where single letters arrive.
        let is_slice = |recorded: &Recorded| withdrawals(&recorded.event) || ends(&recorded.event);
        let cuts = (before + 1..=events.len()).filter(|cut| {
            let splits_a_slice =
                *cut < events.len() && is_slice(&events[*cut - 1]) && is_slice(&events[*cut]);
            !splits_a_slice && (*cut % 611 == 0 || is_slice(&events[*cut - 1]) || *cut == before + 1)
        });
        let cuts: Vec<usize> = cuts.collect();
        assert!(cuts.len() > 5);
        for cut in cuts {
            let mut kernel = restarted(&events[..cut]);
            assert_eq!(kernel.views().has_departures(), left(&kernel) != left(&whole), "cut at {cut}");
            kernel.run_followups();
            kernel.advance(at(1));
            assert_eq!(kernel.views().digests(), whole.views().digests(), "cut at {cut}");
            assert_eq!(kernel.staged(), &events[cut..], "cut at {cut}");
        }
    }
}

#[test]
fn a_command_that_is_recorded_between_slices_is_decided_as_if_all_had_been_recorded() {
    // The engine decides commands that are submitted together before it records the first slice.
    check(150, &worlds(), |world| {
        let mut commands = with_departures(&world);
        commands.retain(|input| !matches!(input.command, Command::AdoptPolicy { .. }));
        let solo = Solo::open(Arc::new(MemoryLog::new()), &genesis()).expect("an empty log opens");
        let one_by_one: Vec<_> = commands.iter().map(|input| solo.submit(input.clone())).collect();
        let log = Arc::new(MemoryLog::new());
        let engine = Engine::open(log.clone(), &genesis()).expect("an empty log opens");
        let together = engine.submit_many(commands.clone());
        for ((command, one), other) in commands.iter().zip(&one_by_one).zip(&together) {
            let said = |answer: &Result<acquaint_engine::Receipt, SubmitError>| match answer {
                Ok(receipt) => format!("{:?} {:?}", receipt.verdict, receipt.request),
                Err(error) => error.to_string(),
            };
            proptest::prop_assert_eq!(said(one), said(other), "{:?}", command.command);
        }
        let end = |log: &dyn EventLog| {
            let mut kernel = Kernel::new(Rebuild::of(log).run().expect("it reads").views);
            kernel.run_followups();
            exported(&kernel, log)
        };
        drop(engine);
        let replayed =
            Rebuild::of(log.as_ref()).run().map_err(|error| TestCaseError::fail(error.to_string()))?;
        proptest::prop_assert!(!replayed.views.has_departures(), "an engine finishes before it ends");
        proptest::prop_assert_eq!(end(log.as_ref()), end(solo.log()));
        Ok(())
    });
}

/// The commands of a world, all at the same moment, with a ban, a lifted ban or a closed account after every few of them.
fn with_departures(world: &World) -> Vec<Input> {
    let mut commands = Vec::new();
    for (number, given) in inputs(world).into_iter().enumerate() {
        let about = named(&format!("m{}", 1 + number % usize::from(world.members)));
        commands.push(Input { when: When::Exactly(START), ..given });
        let departs = match number % 11 {
            7 => Command::BanMember(about),
            9 => Command::LiftRestriction(about),
            10 if number % 3 == 0 => Command::CloseMember(about),
            _ => continue,
        };
        commands.push(input(departs, START));
    }
    commands
}

#[test]
fn the_worlds_of_the_test_above_have_departures_with_consequences() {
    let counts = Mutex::new([0_usize; 3]);
    check(150, &worlds(), |world| {
        let solo = Solo::open(Arc::new(MemoryLog::new()), &genesis()).expect("an empty log opens");
        with_departures(&world).into_iter().for_each(|input| drop(solo.submit(input)));
        let mut counts = counts.lock().expect("no panic holds it");
        for recorded in events_of(solo.log()) {
            if let Event::Outgoing(outgoing::Event {
                kind: outgoing::Kind::Withdrawn { by: WithdrawnBy::Enforcement | WithdrawnBy::Closure, .. },
                ..
            }) = &recorded.event
            {
                counts[0] += 1;
            } else if let Event::Connection(connection::Event {
                kind: connection::Kind::Closed { .. }, ..
            }) = &recorded.event
            {
                counts[1] += 1;
            } else if let Event::Incoming(incoming::Event { kind: incoming::Kind::FiledByClosure, .. }) =
                &recorded.event
            {
                counts[2] += 1;
            }
        }
        Ok(())
    });
    let counts = counts.into_inner().expect("no panic held it");
    assert!(counts.iter().all(|count| *count > 20), "{counts:?}");
}

#[test]
fn batches_end_only_between_commands_and_slices() {
    let log = Arc::new(TestLog::over(MemoryLog::bounded(64 << 10)));
    let engine = Engine::open(log.clone(), &genesis()).expect("an empty log opens");
    engine.run(network(OTHERS)).expect("a network");
    let both = engine.submit_many(vec![input(close(), at(1)), input(adds("between"), at(1))]);
    assert!(both.iter().all(Result::is_ok), "{both:?}");
    // A reader waits until every consequence is recorded.
    let open =
        engine.read(|views| views.pending.sent().filter(|open| open.open.state == Outgoing::Sent).count());
    assert_eq!(open, Ok(OTHERS), "the others' requests to the hub are still open at their senders' desks");
    drop(engine);
    let events = events_of(log.as_ref());
    let batches = log.batches();
    assert!(batches.len() > 10, "a frame has at most 64 KiB here");
    let place = |is_it: fn(&Event) -> bool| events.iter().rposition(|recorded| is_it(&recorded.event));
    let between = place(|event| {
        matches!(event, Event::Account(account::Event { kind: account::Kind::Added { .. }, .. }))
    });
    let last_slice = place(|event| {
        matches!(event, Event::Incoming(incoming::Event { kind: incoming::Kind::FiledByClosure, .. }))
    });
    assert!(between.is_some() && between < last_slice, "somebody else's command is recorded between slices");
    let batch_of =
        |number: u64| batches.iter().position(|batch| batch.contains(&number)).expect("all were appended");
    for near in events.windows(2) {
        let [one, next] = near else { continue };
        // The two events of an imported request are in the same batch.
        if let (
            Event::Import(import::Event::Inherited(acquaint_domain::ImportedRecord::RequestInherited {
                ..
            })),
            Event::Import(import::Event::Inherited(_)),
        ) = (&one.event, &next.event)
        {
            assert_eq!(batch_of(one.number.0), batch_of(next.number.0));
        }
    }
    let mut slices = 0;
    for slice in events.chunk_by(|one, next| {
        matches!(
            (&one.event, &next.event),
            (
                Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Withdrawn { .. }, .. }),
                Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Withdrawn { .. }, .. })
            )
        )
    }) {
        if slice.len() > 1 {
            slices += 1;
            let numbers = slice.iter().map(|recorded| batch_of(recorded.number.0));
            let frames: std::collections::BTreeSet<usize> = numbers.collect();
            assert_eq!(frames.len(), 1, "a slice of {} events is one frame", slice.len());
        }
    }
    assert!(slices > 2);
}

/// Commands that no frame of this size holds.
fn too_large(bytes_max: usize) -> Vec<Command> {
    let address =
        |number: usize| EmailAddress::parse(&format!("contact-{number}@example.org")).expect("an address");
    vec![
        Command::ImportContacts { member: named("a"), contacts: (0..bytes_max / 10).map(address).collect() },
        Command::AdoptPolicy { text: format!("{}\n# {}", acquaint_policy::ARTICLE, "x".repeat(bytes_max)) },
        Command::AddMember {
            handle: named("long"),
            tier: Tier::Free,
            profile: Profile { company: Some("c".repeat(bytes_max)), ..Profile::default() },
        },
    ]
}

#[test]
fn a_command_that_fits_no_frame_is_refused_and_other_commands_continue() {
    const BYTES_MAX: usize = 100_000;
    let log = || Arc::new(MemoryLog::bounded(BYTES_MAX as u64));
    let (of_engine, of_solo) = (log(), log());
    let engine = Engine::open(of_engine.clone(), &genesis()).expect("an empty log opens");
    let solo = Solo::open(of_solo.clone(), &genesis()).expect("an empty log opens");
    let both = |command: Command| {
        let one = engine.submit(input(command.clone(), START));
        let other = solo.submit(input(command, START));
        assert_eq!(one.is_ok(), other.is_ok());
        one
    };
    both(adds("a")).expect("there is room");
    for (number, command) in too_large(BYTES_MAX).into_iter().enumerate() {
        let said = both(command).expect_err("there is no room").to_string();
        // If a text has a bound of its own, the error names that bound.
        assert!(said.contains("at most"), "{said}");
        both(adds(&format!("b{number}"))).expect("the log continues");
    }
    // In one queue with others, and between them.
    let mut commands: Vec<Command> = too_large(BYTES_MAX);
    commands.insert(1, adds("c"));
    commands.push(adds("d"));
    let inputs = commands.into_iter().map(|command| input(command, START)).collect();
    let done: Vec<bool> = engine.submit_many(inputs).iter().map(Result::is_ok).collect();
    assert_eq!(done, [false, true, false, false, true]);
    drop(engine);
    for log in [of_engine, of_solo] {
        assert!(events_of(log.as_ref()).iter().all(|recorded| encode(recorded).len() < BYTES_MAX));
    }
}

/// The first `keep` events of a decision in a log of an older version, which recorded every consequence with the decision.
fn older(decided: impl Fn(&mut Vec<Event>), keep: usize) -> Vec<Recorded> {
    let kernel = kernel_with(3);
    let mut events = kernel.staged().to_vec();
    let mut more = Vec::new();
    decided(&mut more);
    let last = kernel.views().last().0;
    let hub = kernel.views().members.by_handle(&hub()).expect("it is there").id;
    for (number, event) in (last + 1..).map(EventNumber).zip(more.into_iter().take(keep)) {
        let actor = if let Event::Account(account::Event { kind: account::Kind::Banned, .. }) = event {
            Actor::Operator
        } else {
            Actor::Member(hub)
        };
        events.push(Recorded { number, at: at(1), actor, command: None, cause: None, event });
    }
    events
}

/// The withdrawals of the hub's requests, as older versions recorded them.
fn withdrawals(by: WithdrawnBy) -> Vec<Event> {
    let kernel = kernel_with(3);
    let hub = kernel.views().members.by_handle(&hub()).expect("it is there").id;
    let open = kernel.views().pending.sent_by(hub);
    let number = LetterNumber(1);
    let withdrawn = open.into_iter().flat_map(|open| {
        match acquaint_domain::outgoing::withdraw(&open.open, by, number).widen() {
            acquaint_domain::Decision::Happens(events) => events,
            other @ (acquaint_domain::Decision::Refused(_) | acquaint_domain::Decision::NotThere(_)) => {
                panic!("{other:?}")
            }
        }
    });
    withdrawn.collect()
}

#[test]
fn older_logs_have_nothing_left_to_do_unless_a_crash_cut_them_off() {
    let kernel = kernel_with(3);
    let hub = kernel.views().members.by_handle(&hub()).expect("it is there").id;
    let banned = |events: &mut Vec<Event>| {
        events.push(Event::Account(account::Event { member: hub, kind: account::Kind::Banned }));
        events.extend(withdrawals(WithdrawnBy::Enforcement));
    };
    let letters: Vec<_> =
        kernel.views().connected.ends_of(hub).map(|(other, _)| (other, LetterNumber(1))).collect();
    let files: Vec<_> =
        kernel.views().pending.received_by(hub).flat_map(|(_, group)| group.requests.clone()).collect();
    let closed = |events: &mut Vec<Event>| {
        events.extend(withdrawals(WithdrawnBy::Closure));
        let (lingers_until, letters, files) = (at(9), letters.clone(), files.clone());
        events.push(Event::Account(account::Event {
            member: hub,
            kind: account::Kind::Closed { lingers_until, letters, files },
        }));
    };
    // Complete: nothing is recorded.
    for events in [older(banned, 9), older(closed, 9)] {
        let mut kernel = restarted(&events);
        assert!(!kernel.views().has_departures());
        kernel.run_followups();
        assert_eq!(kernel.staged(), []);
    }
    // Cut off: the rest is recorded.
    for keep in 1..4 {
        let mut kernel = restarted(&older(banned, keep));
        assert!(kernel.views().has_departures());
        kernel.run_followups();
        assert_eq!(left(&kernel), [0, 3, 3], "{keep} events of a ban");
        let mut kernel = restarted(&older(closed, keep));
        assert!(kernel.views().has_departures());
        kernel.run_followups();
        assert_eq!(left(&kernel), [0; 3], "{keep} events of a closure");
        let standing = kernel.views().members.get(hub).map(|member| member.standing);
        assert!(matches!(standing, Some(Standing::Closed { .. })));
    }
    // A member who acted after withdrawals by a closure that was cut off has not closed the account.
    let mut events = older(closed, 2);
    let number = EventNumber(events.len() as u64 + 1);
    let event = Event::Account(account::Event {
        member: hub,
        kind: account::Kind::SettingsChanged { version: 1, settings: Settings::default() },
    });
    events.push(Recorded { number, at: at(2), actor: Actor::Member(hub), command: None, cause: None, event });
    let kernel = restarted(&events);
    assert!(!kernel.views().has_departures());
    // Lifting the ban records the withdrawals that were cut off.
    let mut kernel = restarted(&older(banned, 2));
    kernel.handle(input(Command::LiftRestriction(self::hub()), at(2))).expect("it can be lifted");
    assert_eq!(left(&kernel)[0], 0);
    let pair = Pair { member: self::hub(), other: Address::Handle(other('a', 0)) };
    kernel.handle(input(Command::Withdraw(pair), at(2))).expect_err("it is withdrawn");
}
