//! Due work is recorded at its own moment: neither events nor answers reveal when somebody acted, ticked or asked.

use std::sync::Arc;

use acquaint_audit::{Explanation, FollowUp, Viewer};
use acquaint_cli::grammar::Exit;
use acquaint_domain::{
    Address, Command, Event, Fault, FaultChannel, FilePrefix, ImportedPlace, Profile, Recorded, RequestId,
    Settings, Span, Standing, Tier, Timestamp, letter, outgoing,
};
use acquaint_engine::{
    Engine, ImportBatch, ImportRecord, ImportedMember, ImportedRequest, Input, Inquiry, Kernel, Rebuild,
    ReplayTo, RequestPlace, Solo, When,
};
use acquaint_log::{EventLog, MemoryLog, Position};
use acquaint_tests::Program;
use proptest::{prop_assert, prop_assert_eq};

use crate::kernels::{adds, named};
use crate::random_worlds::{By, START, check, genesis, inputs, requesting, worlds};

/// How the commands of a history are run.
#[derive(Clone, Copy, Debug)]
enum Run {
    /// The log is opened again for every command.
    SingleCommands,
    /// One engine runs all of them and is never ticked.
    OneEngine,
    /// Time advances from one due moment to the next, as in a script.
    Script,
    /// An engine ticks at this interval.
    Ticking(Span),
}

/// Runs the commands, and lets time pass until `end`.
fn run(how: Run, inputs: &[Input], end: Timestamp) -> Arc<MemoryLog> {
    let log = Arc::new(MemoryLog::new());
    let open = || Solo::open(Arc::clone(&log) as Arc<dyn EventLog>, &genesis()).expect("it opens");
    let mut solo = open();
    for input in inputs {
        pass(&solo, how, moment(input));
        let _cannot_be_answered = solo.submit(input.clone());
        if let Run::SingleCommands = how {
            solo = open();
        }
    }
    pass(&solo, how, end);
    solo.advance(end).expect("memory takes it");
    log
}

/// Lets time pass until `until`.
fn pass(solo: &Solo, how: Run, until: Timestamp) {
    while let Some(due) = solo.next_due() {
        let next = match how {
            Run::SingleCommands | Run::OneEngine => return,
            Run::Script => due,
            // A tick at which nothing is due would do nothing.
            Run::Ticking(every) => next_tick(due, every),
        };
        if next > until {
            return;
        }
        solo.advance(next).expect("memory takes it");
    }
}

/// The first tick that is no earlier than `due`.
fn next_tick(due: Timestamp, every: Span) -> Timestamp {
    let (passed, every) = (due.since(START).as_millis().max(0), every.as_millis());
    START.plus(Span::millis((passed + every - 1) / every * every))
}

fn moment(input: &Input) -> Timestamp {
    let (When::Exactly(at) | When::NotBefore(at)) = input.when;
    at
}

/// A moment at which every request has expired and every letter has arrived.
fn end_of(inputs: &[Input]) -> Timestamp {
    inputs.last().map_or(START, moment).plus(Span::days(200))
}

fn events(log: &MemoryLog) -> Vec<Vec<u8>> {
    log.read(Position::FIRST).map(|record| record.expect("it reads").bytes).collect()
}

fn recorded(log: &MemoryLog) -> Vec<Recorded> {
    let views = Rebuild::of(log).run().expect("it reads").views;
    Inquiry::new(&views, log, &[]).all_events().map(|event| event.expect("it reads")).collect()
}

/// The answers about these requests for these viewers as of a moment, by a reader who opens the log.
fn told(log: &MemoryLog, as_of: Timestamp, requests: &[RequestId], viewers: &[Viewer]) -> Vec<Told> {
    let mut kernel = Kernel::new(Rebuild::of(log).to(ReplayTo::Moment(as_of)).run().expect("it reads").views);
    kernel.advance(as_of);
    let inquiry = Inquiry::new(kernel.views(), log, kernel.staged());
    let asked = requests.iter().flat_map(|request| viewers.iter().map(|viewer| (*request, *viewer)));
    let told = asked.map(|(request, viewer)| {
        let answer = inquiry.explain(request, viewer, as_of).expect("it reads");
        (answer, inquiry.follow_up(request, viewer, as_of).expect("it reads"))
    });
    told.collect()
}

type Told = (Option<Explanation>, Option<FollowUp>);

const MEMBERS: [Viewer; 2] = [Viewer::Sender, Viewer::Recipient];
const EVERYBODY: [Viewer; 4] = [Viewer::Sender, Viewer::Recipient, Viewer::Agent, Viewer::Engineer];

fn requests_of(log: &MemoryLog) -> Vec<RequestId> {
    crate::random_worlds::requests(&recorded(log))
}

#[test]
fn a_history_has_the_same_events_however_its_commands_are_run() {
    check(96, &worlds(), |world| {
        let inputs = inputs(&world);
        let end = end_of(&inputs);
        let expected = events(&run(Run::OneEngine, &inputs, end));
        let month = Run::Ticking(Span::days(30));
        for how in [Run::Script, Run::Ticking(Span::seconds(1)), Run::Ticking(Span::hours(7)), month] {
            prop_assert!(events(&run(how, &inputs, end)) == expected, "{:?}", how);
        }
        Ok(())
    });
    check(16, &worlds(), |world| {
        let inputs = inputs(&world);
        let end = end_of(&inputs);
        let alone = events(&run(Run::SingleCommands, &inputs, end));
        prop_assert!(alone == events(&run(Run::OneEngine, &inputs, end)));
        Ok(())
    });
}

#[test]
fn a_reader_sees_what_the_next_writer_records() {
    check(48, &(worlds(), 0..1_000_u64, 0..90_000_u64), |(world, place, later)| {
        let all = inputs(&world);
        let some = &all[..all.len() * place as usize / 1_000];
        let now = some.last().map_or(START, moment);
        // Up to half a year later, at no moment in particular.
        let as_of = now.plus(Span::seconds(later as i64 * 181));
        let unwritten = run(Run::OneEngine, some, now);
        let written = run(Run::OneEngine, some, as_of);
        let requests = requests_of(&written);
        prop_assert_eq!(
            told(&unwritten, as_of, &requests, &EVERYBODY),
            told(&written, as_of, &requests, &EVERYBODY)
        );
        // When the log continues, the answers as of that moment stay the same.
        let continued = run(Run::OneEngine, some, as_of.plus(Span::days(400)));
        prop_assert_eq!(
            told(&continued, as_of, &requests, &EVERYBODY),
            told(&written, as_of, &requests, &EVERYBODY)
        );
        Ok(())
    });
}

#[test]
fn an_engine_with_threads_and_one_without_count_due_work_as_done_and_write_nothing() {
    check(12, &(worlds(), 0..90_000_i64), |(world, later)| {
        let inputs = inputs(&world);
        let now = inputs.last().map_or(START, moment);
        let as_of = now.plus(Span::seconds(later * 181));
        let log = run(Run::OneEngine, &inputs, now);
        let requests = requests_of(&log);
        let (before, expected) = (events(&log), told(&log, as_of, &requests, &EVERYBODY));
        let asked = |inquiry: Inquiry<'_>| {
            let each = requests.iter().flat_map(|request| EVERYBODY.map(|viewer| (*request, viewer)));
            let told = each.map(|(request, viewer)| {
                let answer = inquiry.explain(request, viewer, as_of).expect("it reads");
                (answer, inquiry.follow_up(request, viewer, as_of).expect("it reads"))
            });
            told.collect::<Vec<Told>>()
        };
        let engine = Engine::open(Arc::clone(&log) as Arc<dyn EventLog>, &genesis()).expect("it opens");
        prop_assert_eq!(&engine.inquire(as_of, asked).expect("it runs"), &expected);
        for (request, told) in requests.iter().zip(expected.chunks(EVERYBODY.len())) {
            prop_assert_eq!(&engine.why(*request, Viewer::Sender, as_of).expect("it runs"), &told[0].0);
        }
        drop(engine);
        let solo = Solo::open(Arc::clone(&log) as Arc<dyn EventLog>, &genesis()).expect("it opens");
        prop_assert_eq!(&solo.inquire(as_of, asked), &expected);
        prop_assert!(events(&log) == before, "reading wrote something");
        Ok(())
    });
}

/// A new member joins, which concerns nobody else.
fn joining(at: Timestamp) -> Input {
    Input { command: adds("somebody-else"), when: When::Exactly(at), key: None }
}

#[test]
fn no_later_answer_shows_whether_and_when_somebody_else_wrote() {
    let moments = (worlds(), 0..1_000_u64, 0..90_000_u64, 0..90_000_u64);
    check(64, &moments, |(world, place, one, other)| {
        let all = inputs(&world);
        let some = &all[..all.len() * place as usize / 1_000];
        let now = some.last().map_or(START, moment);
        let (secret, as_of) = (one.min(other), one.max(other));
        let [secret, as_of] = [secret, as_of].map(|later| now.plus(Span::seconds(later as i64 * 181)));
        let plain = run(Run::OneEngine, some, now);
        let with_act: Vec<Input> = some.iter().cloned().chain([joining(secret)]).collect();
        let acted = run(Run::OneEngine, &with_act, secret);
        let requests = requests_of(&run(Run::OneEngine, some, as_of));
        prop_assert_eq!(told(&plain, as_of, &requests, &MEMBERS), told(&acted, as_of, &requests, &MEMBERS));
        Ok(())
    });
}

/// The times of the events that `of` selects, in hours after the start.
fn hours(log: &MemoryLog, of: fn(&Event) -> bool) -> Vec<i64> {
    let events = recorded(log).into_iter().filter(|recorded| of(&recorded.event));
    events.map(|recorded| recorded.at.since(START).as_millis() / 3_600_000).collect()
}

#[test]
fn a_request_in_a_log_that_nobody_opened_for_months_expires_at_its_own_moment() {
    let at = |hours: i64| When::Exactly(START.plus(Span::hours(hours)));
    let send = Command::SendRequest(requesting(1, 2, By::Handle));
    let world = crate::random_worlds::World { members: 2, steps: Vec::new() };
    let mut inputs = inputs(&world);
    inputs.push(Input { command: send, when: at(0), key: None });
    inputs.push(joining(START.plus(Span::hours(9_000))));
    let log = run(Run::SingleCommands, &inputs, START.plus(Span::hours(9_000)));
    let is_expiry = |event: &Event| {
        matches!(event, Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Expired { .. }, .. }))
    };
    assert_eq!(hours(&log, is_expiry), [180 * 24]);
}

#[test]
fn work_that_a_command_makes_due_in_the_past_is_done_at_the_moment_of_the_command() {
    let hour = |hours: i64| START.plus(Span::hours(hours));
    let world = crate::random_worlds::World { members: 2, steps: Vec::new() };
    let mut inputs = inputs(&world);
    let at = |command, hours| Input { command, when: When::Exactly(hour(hours)), key: None };
    inputs.push(at(Command::SendRequest(requesting(1, 2, By::Handle)), 0));
    let text = acquaint_policy::ARTICLE.replacen("after = \"180d\"", "after = \"30d\"", 1);
    inputs.push(at(Command::AdoptPolicy { text }, 100 * 24));
    inputs.push(at(Command::SendRequest(requesting(2, 1, By::Handle)), 101 * 24));
    inputs.push(joining(hour(9_000)));
    let is_expiry = |event: &Event| {
        matches!(event, Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Expired { .. }, .. }))
    };
    for how in [Run::SingleCommands, Run::OneEngine, Run::Script, Run::Ticking(Span::seconds(1))] {
        assert_eq!(hours(&run(how, &inputs, hour(9_000)), is_expiry), [100 * 24, 131 * 24], "{how:?}");
    }
}

#[test]
fn retries_under_a_long_fault_are_recorded_at_their_own_moments_until_the_policy_gives_up() {
    let world = crate::random_worlds::World { members: 2, steps: Vec::new() };
    let mut inputs = inputs(&world);
    let at =
        |command, hours| Input { command, when: When::Exactly(START.plus(Span::hours(hours))), key: None };
    let fault = Command::StartFault { channel: FaultChannel::All, fault: Fault::Timeout };
    inputs.push(at(fault, 0));
    inputs.push(at(Command::SendRequest(requesting(1, 2, By::Handle)), 0));
    inputs.push(joining(START.plus(Span::hours(7 * 24))));
    let log = run(Run::SingleCommands, &inputs, START.plus(Span::hours(7 * 24)));
    let is_failure = |event: &Event| {
        matches!(event, Event::Letter(letter::Event { kind: letter::Kind::DeliveryFailed { .. }, .. }))
    };
    // The delay doubles from a minute up to six hours; after three days the policy gives up.
    assert_eq!(
        hours(&log, is_failure),
        [0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 14, 20, 26, 32, 38, 44, 50, 56, 62, 68, 72]
    );
}

/// A part of a network's file: two members, and a request that is `age` days old.
fn network(as_of: Timestamp, age: i64) -> ImportBatch {
    let member = |name: &str| {
        ImportRecord::Member(Box::new(ImportedMember {
            handle: named(name),
            tier: Tier::Free,
            joined: START,
            standing: Standing::Good,
            settings: Settings::default(),
            profile: Profile::default(),
            contacts: Vec::new(),
        }))
    };
    let request = ImportedRequest {
        from: named("one"),
        to: Address::parse("two").expect("an address"),
        at: as_of.plus(Span::days(-age)),
        note: None,
        place: RequestPlace::Here(ImportedPlace::Inbox),
    };
    let records = vec![member("one"), member("two"), ImportRecord::Request(Box::new(request))];
    let records: Vec<_> = (2..).zip(records).collect();
    let up_to = Some(FilePrefix { bytes: 400, lines: 4, records: 3, source: [1; 32] });
    ImportBatch { follows: None, as_of, records, up_to }
}

#[test]
fn an_import_is_recorded_after_earlier_due_work_and_its_old_requests_expire_at_its_moment() {
    let hour = |hours: i64| START.plus(Span::hours(hours));
    let world = crate::random_worlds::World { members: 2, steps: Vec::new() };
    let inputs = inputs(&world);
    let is_expiry = |event: &Event| {
        matches!(event, Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Expired { .. }, .. }))
    };
    let mut logs = Vec::new();
    for how in [Run::OneEngine, Run::Ticking(Span::hours(1))] {
        let log = Arc::new(MemoryLog::new());
        let solo = Solo::open(Arc::clone(&log) as Arc<dyn EventLog>, &genesis()).expect("it opens");
        for input in &inputs {
            solo.submit(input.clone()).expect("a new member");
        }
        let send = Command::SendRequest(requesting(1, 2, By::Handle));
        solo.submit(Input { command: send, when: When::Exactly(START), key: None }).expect("it is sent");
        pass(&solo, how, hour(250 * 24));
        solo.run(network(hour(250 * 24), 200)).expect("it is a network");
        pass(&solo, how, hour(300 * 24));
        solo.advance(hour(300 * 24)).expect("memory takes it");
        assert_eq!(hours(&log, is_expiry), [180 * 24, 250 * 24], "{how:?}");
        logs.push(events(&log));
    }
    assert!(logs[0] == logs[1]);
}

/// A week under a fault, run by the program as single commands and as one script.
#[test]
fn a_script_and_single_commands_leave_the_same_events_in_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = [
        ("2026-01-05T09:00:00Z", "member add alice"),
        ("2026-01-05T09:00:00Z", "member add bob"),
        ("2026-01-05T09:00:00Z", "fault start --channel all"),
        ("2026-01-05T09:00:01Z", "send alice bob"),
        ("2026-01-12T11:22:33Z", "fault stop --channel all"),
        ("2026-01-12T11:22:34Z", "send alice bob"),
        ("2026-12-24T18:00:00Z", "member add carol"),
    ];
    let alone = Program::on(&folder.path().join("alone"));
    for (at, line) in lines {
        assert_eq!(alone.say(&format!("--at {at} {line}")).exit, Exit::Ok, "{line}");
    }
    let script = folder.path().join("script.acq");
    let text: String = lines.iter().map(|(at, line)| format!("at {at}\n{line}\n")).collect();
    std::fs::write(&script, text).expect("it is written");
    let played = Program::on(&folder.path().join("played"));
    assert_eq!(played.run(&["run", script.to_str().expect("a path")]).exit, Exit::Ok);
    let shown = |program: &Program| program.say("log show --format ndjson").out;
    assert_eq!(shown(&alone), shown(&played));
    let failures = shown(&alone).matches("delivery-failed").count();
    assert_eq!(failures, 21);
}
