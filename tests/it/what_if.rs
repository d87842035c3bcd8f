//! What-if replay of the logs of all scripts, of a small history made for it, and of real messages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{self, Stdio};

use acquaint_backtest::{
    Adopted, Against, BacktestError, Candidate, Class, Clearance, History, Mode, Plan, ReadMode,
    ReplayReport, Role, backtest,
};
use acquaint_cli::grammar::Exit;
use acquaint_codec::{decode, encode};
use acquaint_domain::{
    Address, Channel, Code, Command, Event, Handle, Outcome, Pair, Personal, Profile, Send, Tier, Timestamp,
    outgoing,
};
use acquaint_engine::{Genesis, Kernel};
use acquaint_log::{EventLog, MemoryLog, Position};
use acquaint_log_file::FileLog;
use acquaint_policy::{ARTICLE, LINKEDIN_OBSERVED};
use acquaint_tests::Program;
use serde_json::Value;

use crate::random_worlds::{check, log_of, perform, play, settle, worlds};
use crate::real_input::messages;
use crate::scripts;
use crate::world::{World, binary, log_files};

/// The log that a script leaves.
fn with_log_of(script: &Path, look: impl FnOnce(&dyn EventLog)) {
    let folder = tempfile::tempdir().expect("a folder for the data");
    let data = folder.path().join("data");
    let played = Program::on(&data).run(&["run", script.to_str().expect("a path in UTF-8")]);
    assert_eq!(played.exit, Exit::Ok, "{}", script.display());
    look(&FileLog::open_read_only(&data.join("log")).expect("a log"));
}

fn clearance() -> Clearance {
    Clearance::of(Role::Engineer).expect("an engineer may ask")
}

fn replayed(log: &dyn EventLog, plan: &Plan) -> ReplayReport {
    let history = History::of(log, None, None).expect("a log that reads");
    backtest(&history, plan, clearance(), &mut |_| ControlFlow::Continue(())).expect("a report")
}

fn policy(text: &str) -> Adopted {
    Adopted::read(text).expect("a policy")
}

/// Checks that no outcome differs, and no number that a rule found.
fn assert_same(report: &ReplayReport, what: &str) {
    let differing = (report.differences(), report.other_ladder, report.all.unknown);
    assert_eq!(differing, (0, 0, 0), "{what}: {:#?}", report.cells);
}

#[test]
fn a_history_judged_again_by_its_own_policies_gives_the_same_verdicts() {
    let mut sends = 0;
    for script in scripts::all() {
        with_log_of(&script, |log| {
            for mode in [Mode::Open, Mode::Closed] {
                let plan = Plan { candidate: Candidate::AsAdopted, mode, ..Plan::of(policy(ARTICLE)) };
                let report = replayed(log, &plan);
                assert_same(&report, &format!("{} {mode:?}", script.display()));
                sends += report.all.sends;
            }
        });
    }
    assert!(sends > 900, "the scripts have only {sends} sends");
}

#[test]
fn random_histories_judged_again_by_their_own_policies_give_the_same_verdicts() {
    check(256, &worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        settle(&mut kernel, now);
        let records: Vec<Vec<u8>> = kernel.staged().iter().map(encode).collect();
        let log = MemoryLog::new();
        log.append(Position::FIRST, &records).expect("memory accepts everything");
        for mode in [Mode::Open, Mode::Closed] {
            let plan = Plan { candidate: Candidate::AsAdopted, mode, ..Plan::of(policy(ARTICLE)) };
            assert_same(&replayed(&log, &plan), &format!("{mode:?}"));
        }
        Ok(())
    });
}

#[test]
fn sends_whose_text_was_erased_are_judged_on_the_evidence_and_counted() {
    let mut erased = 0;
    for script in scripts::all() {
        with_log_of(&script, |log| {
            let records = log.read(Position::FIRST).map(|record| record.expect("a record").bytes);
            let records: Vec<Vec<u8>> = records
                .map(|bytes| {
                    let mut recorded = decode(&bytes).expect("an event");
                    if let Event::Outgoing(outgoing::Event {
                        kind: outgoing::Kind::Submitted { entered, .. },
                        ..
                    }) = &mut recorded.event
                    {
                        *entered = Personal::Erased;
                    }
                    encode(&recorded)
                })
                .collect();
            let log = MemoryLog::new();
            log.append(Position::FIRST, &records).expect("memory accepts everything");
            let plan = Plan { candidate: Candidate::AsAdopted, ..Plan::of(policy(ARTICLE)) };
            let report = replayed(&log, &plan);
            // Requests of another network have no text.
            assert_eq!(report.erased + report.observed, report.all.sends, "{}", script.display());
            // The erasure also removes that there was a note, so a limit on notes does not count it, as in the live engine.
            let differing = report.cells.iter().filter(|cell| cell.class() != Class::Same);
            for cell in differing {
                assert_eq!(cell.old, Outcome::Refuse(Code::NoteLimit), "{}", script.display());
            }
            erased += report.erased;
        });
    }
    assert!(erased > 400, "{erased}");
}

#[test]
fn a_policy_compared_with_itself_differs_in_nothing() {
    for script in scripts::all() {
        with_log_of(&script, |log| {
            for text in [ARTICLE, LINKEDIN_OBSERVED] {
                for mode in [Mode::Open, Mode::Closed] {
                    let against = Against::Policy(Box::new(policy(text)));
                    let plan = Plan { against, mode, ..Plan::of(policy(text)) };
                    let report = replayed(log, &plan);
                    let differing = (report.differences(), report.other_ladder);
                    assert_eq!(differing, (0, 0), "{} {mode:?}", script.display());
                }
            }
        });
    }
}

#[test]
fn an_interrupted_replay_says_so() {
    let script = Path::new(scripts::FOLDER).join("CR0401-daily-limit.acq");
    with_log_of(&script, |log| {
        let history = History::of(log, None, None).expect("a log that reads");
        let plan = Plan::of(policy(ARTICLE));
        let total = history.last();
        let stopped = backtest(&history, &plan, clearance(), &mut |_| ControlFlow::Break(()));
        let interrupted = BacktestError::Interrupted { done: 0, total };
        assert_eq!(stopped.map(|report| report.all.sends), Err(interrupted));
    });
}

#[test]
fn one_thread_and_two_give_the_same_report() {
    for script in scripts::all() {
        with_log_of(&script, |log| {
            let reports = [ReadMode::Alone, ReadMode::Ahead].map(|reading| {
                let history = History::of(log, None, None).expect("a log that reads").reading(reading);
                let mut seen = 0;
                let plan = Plan { mode: Mode::Closed, ..Plan::of(policy(LINKEDIN_OBSERVED)) };
                let report = backtest(&history, &plan, clearance(), &mut |progress| {
                    seen += 1;
                    assert!(progress.done < progress.total);
                    ControlFlow::Continue(())
                });
                assert!(seen > 0, "no progress was reported");
                format!("{:#?}", report.expect("a report"))
            });
            assert_eq!(reports[0], reports[1], "{}", script.display());
        });
    }
}

#[test]
fn a_replay_ends_where_it_is_told_to_whichever_thread_decodes() {
    let script = Path::new(scripts::FOLDER).join("CR0401-daily-limit.acq");
    with_log_of(&script, |log| {
        for reading in [ReadMode::Alone, ReadMode::Ahead] {
            let history = History::of(log, None, Some(100)).expect("a log that reads").reading(reading);
            assert_eq!(history.last(), 100);
            let mut seen = Vec::new();
            let visited = history.visit(&mut |_| ControlFlow::Continue(()), &mut |recorded| {
                seen.push(recorded.number.0);
                Ok(if seen.len() == 50 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            });
            assert_eq!((visited, seen.len()), (Ok(()), 50), "{reading:?}");
            let mut last = 0;
            let all = history.visit(&mut |_| ControlFlow::Continue(()), &mut |recorded| {
                assert!(recorded.number.0 > last && recorded.number.0 <= 100, "{reading:?}");
                last = recorded.number.0;
                Ok(ControlFlow::Continue(()))
            });
            assert_eq!(all, Ok(()));
            let failed =
                history.visit(&mut |_| ControlFlow::Continue(()), &mut |_| Err(BacktestError::NoPolicy));
            assert_eq!(failed, Err(BacktestError::NoPolicy), "{reading:?}");
        }
    });
}

#[test]
fn ctrl_c_ends_a_replay_with_one_line_that_says_how_far_it_came() {
    let (world, _) = world();
    let pipe = world.data().with_file_name("pipe.toml");
    assert!(process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let before = log_files(&world.data());
    for format in ["human", "json", "html"] {
        let mut replay = binary(&world.data());
        replay.args(["--format", format, "policy", "backtest"]).arg(&pipe);
        let replay = replay.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        // This opens when the program opens the pipe to read its policy. By then the program handles Ctrl-C, and waits for
        // the text.
        let mut text = fs::File::options().write(true).open(&pipe).expect("a pipe with a reader");
        let pressed =
            process::Command::new("sh").arg("-c").arg(format!("kill -INT {}", replay.id())).status();
        assert!(pressed.expect("a shell runs").success());
        text.write_all(a_day(2).as_bytes()).expect("the program reads its policy");
        drop(text);
        let ended = replay.wait_with_output().expect("the program ends");
        let said = String::from_utf8(ended.stderr).expect("UTF-8");
        assert_eq!((ended.status.code(), ended.stdout.len()), (Some(130), 0), "{format}: {said}");
        let told = "interrupted after 0 of 32 events";
        if format == "json" {
            let error: Value = serde_json::from_str(&said).expect("an error is an object");
            let (code, hint) = (&error["code"], &error["hints"][0]);
            assert_eq!((code, hint), (&"interrupted".into(), &"nothing was changed".into()), "{said}");
            assert_eq!(error["message"], told);
        } else {
            assert_eq!(said, format!("acquaint: {told}; nothing was changed\n"));
        }
    }
    assert!(log_files(&world.data()) == before, "nothing is written");
}

#[test]
fn a_replay_needs_a_clearance_and_members_and_agents_have_none() {
    let may = |role| Clearance::of(role).is_ok();
    let table = [(Role::Member, false), (Role::Agent, false), (Role::Policy, true), (Role::Engineer, true)];
    for (role, expected) in table {
        assert_eq!(may(role), expected, "{role}");
    }
}

/// `article` with this limit of requests a day.
fn a_day(requests: u32) -> String {
    let text = ARTICLE.replace(
        "free = 300, premium = 600, sales-navigator = 1000",
        &format!("free = {requests}, premium = {requests}, sales-navigator = {requests}"),
    );
    assert_ne!(text, ARTICLE);
    text
}

/// Alice sends requests to bob, an hour later to carol, and half an hour into her next day to dave. Carol accepts; alice's
/// second request to her is refused, because the two are connected. Erin reports bob's request, his second of that day.
const HISTORY: &str = "at 2026-01-05T09:00:00Z
member add alice
member add bob --tier premium
member add carol
member add dave
member add erin
send alice bob
at 2026-01-05T10:00:00Z
send alice carol
at 2026-01-05T11:00:00Z
accept carol alice
send bob dave
send bob erin
at 2026-01-05T12:00:00Z
report erin bob
at 2026-01-06T09:30:00Z
send alice dave
at 2026-01-07T12:00:00Z
send alice carol
";

/// That history, and the file of a policy of one request a day.
fn world() -> (World, String) {
    let world = World::new();
    world.play(HISTORY);
    let policy = world.data().with_file_name("one-a-day.toml");
    fs::write(&policy, a_day(1)).expect("a policy");
    let policy = policy.to_str().expect("a path in UTF-8").to_owned();
    (world, policy)
}

fn counts(world: &World, words: &[&str]) -> Value {
    let ran = world.program().run(&[&["--format", "json", "policy", "backtest"][..], words].concat());
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{words:?}");
    serde_json::from_str(&ran.out).expect("JSON")
}

#[test]
fn closed_mode_leaves_out_the_consequences_of_a_newly_refused_request() {
    let (world, policy) = world();
    let keys =
        ["newly_refused", "newly_refused_accepted", "newly_refused_reported", "newly_allowed", "unknown"];
    let of = |mode: &str| {
        let report = counts(&world, &[&policy, "--mode", mode]);
        keys.map(|key| report[key].as_u64().expect("a number"))
    };
    // Open: the request to carol was charged, so the one to dave is the second of the day. Closed: it was not charged.
    // Without a connection with carol, the second request to her passes, and her answer is not known.
    assert_eq!(of("open"), [3, 1, 1, 0, 0]);
    assert_eq!(of("closed"), [2, 1, 1, 1, 1]);
    let report = counts(&world, &[&policy, "--mode", "closed"]);
    let would = &report["would_be_accepted"];
    assert_eq!(
        (&report["accepted"], &would["at_least"], &would["at_most"]),
        (&1.into(), &0.into(), &1.into())
    );
}

#[test]
fn a_window_of_time_leaves_the_history_before_it_unchanged() {
    let (world, policy) = world();
    let refused = |words: &[&str]| {
        let report = counts(&world, &[&[policy.as_str(), "--mode", "closed"][..], words].concat());
        (report["sends"].as_u64(), report["newly_refused"].as_u64())
    };
    assert_eq!(refused(&[]), (Some(6), Some(2)));
    assert_eq!(refused(&["--from", "2026-01-06T00:00:00Z"]), (Some(2), Some(1)));
    assert_eq!(refused(&["--to", "2026-01-05T10:30:00Z"]), (Some(2), Some(1)));
}

#[test]
fn a_report_for_people_has_the_matrix_and_the_warning() {
    let (world, policy) = world();
    let ran = world.program().run(&["policy", "backtest", &policy, "--mode", "closed"]);
    insta::assert_snapshot!("what_if_report", ran.out);
}

#[test]
fn a_condition_that_is_met_ends_with_an_exit_code_of_its_own() {
    let (world, policy) = world();
    let run = |condition: &str| {
        let ran = world.program().run(&["policy", "backtest", &policy, "--fail-on", condition]);
        (ran.exit, ran.stderr)
    };
    let said = "acquaint: newly-refused-accepted > 0.5%: it is 1 of 1\n".to_owned();
    assert_eq!(run("newly-refused-accepted > 0.5%"), (Exit::Exceeded, said));
    assert_eq!(run("newly-refused-accepted > 100%"), (Exit::Ok, String::new()));
    assert_eq!(run("newly-refused >= 4"), (Exit::Ok, String::new()));
    let (exit, said) = run("refused > 1");
    assert_eq!(exit, Exit::BadInput);
    assert!(said.contains("`refused` is not measured"), "{said}");
}

#[test]
fn the_page_for_a_browser_is_one_file_that_loads_and_runs_nothing() {
    let (world, policy) = world();
    let ran = world.program().run(&["policy", "backtest", &policy, "--format", "html"]);
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""));
    assert!(ran.out.starts_with("<!doctype html>") && ran.out.trim_end().ends_with("</html>"));
    for loaded in ["<script", "src=", "href=", "@import", "url("] {
        assert!(!ran.out.contains(loaded), "{loaded}");
    }
    assert!(ran.out.contains("<svg") && ran.out.contains("newly refused, accepted in history"));
    // It names the history, and what the two policies say differently.
    let verified = world.program().run(&["--format", "json", "log", "verify"]);
    let verified: Value = serde_json::from_str(&verified.out).expect("JSON");
    for key in ["log", "head"] {
        assert!(ran.out.contains(verified[key].as_str().expect("a text")), "{key}");
    }
    for said in [
        "events 1 to 32",
        "last event",
        "2026-01-07T12:00:00Z",
        "made",
        "differs from article",
        "-&gt; 1 a day",
    ] {
        assert!(ran.out.contains(said), "{said}");
    }
    assert_eq!(world.program().say("policy list --format html").exit, Exit::BadInput);
}

#[test]
fn nothing_is_written_even_while_another_process_writes() {
    let (world, policy) = world();
    let log =
        FileLog::open(&world.data().join("log"), &acquaint_log_file::Options::default()).expect("a log");
    let before = log_files(&world.data());
    for mode in ["open", "closed"] {
        counts(&world, &[&policy, "--mode", mode]);
    }
    assert!(log_files(&world.data()) == before);
    drop(log);
}

#[test]
fn bisecting_finds_the_number_and_the_smallest_change_and_why_says_what_would_have_happened() {
    let (world, policy) = world();
    let report = counts(&world, &[&policy]);
    let cells = report["cells"].as_array().expect("cells").iter();
    let refused = cells.filter(|cell| cell["class"] == "newly-refused");
    let samples: Vec<_> = refused.flat_map(|cell| cell["samples"].as_array().expect("samples")).collect();
    let request = samples[0]["request"].as_str().expect("an id");
    let said = world.program().run(&["policy", "bisect", &policy, "--request", request]);
    let page = said.out.replace(request, "REQUEST");
    insta::assert_snapshot!("what_if_bisected", page);

    let ran = world.program().run(&["--at", "2026-01-08T00:00:00Z", "why", request, "--under", &policy]);
    let page = ran.out.replace(request, "REQUEST");
    insta::assert_snapshot!("what_if_why", page);
    let why = ["--format", "json", "why", request, "--under", &policy];
    let value: Value = serde_json::from_str(&world.program().run(&why).out).expect("JSON");
    assert_eq!((&value["is_what_happened"], &value["code"]), (&false.into(), &"CR0401".into()));

    for viewer in ["sender", "recipient", "agent"] {
        let ran = world.program().run(&["why", request, "--under", &policy, "--viewer", viewer]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""), "{viewer}");
    }
}

#[test]
fn an_imported_network_gives_the_counts_of_an_independent_count() {
    let Some((path, text)) = messages() else { return };
    let world = World::new();
    let imported = world.program().run(&["import", "messages", &path]);
    assert_eq!(imported.exit, Exit::Ok);
    let policy = world.data().with_file_name("twenty.toml");
    fs::write(&policy, a_day(20)).expect("a policy");
    for mode in ["open", "closed"] {
        let report = counts(&world, &[policy.to_str().expect("a path in UTF-8"), "--mode", mode]);
        let found =
            ["newly_refused", "newly_refused_accepted"].map(|key| report[key].as_u64().expect("a number"));
        assert_eq!(found, counted(&text, 20, mode), "{mode}");
    }
    for shipped in ["article", "linkedin-observed"] {
        assert_eq!(counts(&world, &[shipped, "--mode", "closed"])["newly_refused"], 0, "{shipped}");
    }
}

/// The number of requests that a limit of `most` in 24 hours would have refused, and of those among them that were accepted.
fn counted(text: &str, most: usize, mode: &str) -> [u64; 2] {
    let mut requests: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    let mut accepted = BTreeSet::new();
    let mut sent: BTreeMap<u32, Vec<(i64, u32)>> = BTreeMap::new();
    for line in text.lines() {
        let mut numbers = line.split(' ').map(|word| word.parse::<i64>().expect("a number"));
        let mut next = || numbers.next().expect("three numbers");
        let (from, to, at) = (next() as u32, next() as u32, next());
        if requests.contains_key(&(to, from)) {
            accepted.insert((to, from));
        } else if from != to && !requests.contains_key(&(from, to)) {
            requests.insert((from, to), at);
            sent.entry(from).or_default().push((at, to));
        }
    }
    let mut refused = [0, 0];
    for (from, sends) in &sent {
        let mut charged: Vec<i64> = Vec::new();
        for (at, to) in sends {
            let is_over = charged.iter().filter(|other| **other > at - 86_400).count() >= most;
            refused[0] += u64::from(is_over);
            refused[1] += u64::from(is_over && accepted.contains(&(*from, *to)));
            if !is_over || mode == "open" {
                charged.push(*at);
            }
        }
    }
    refused
}

/// A request: the sender, the recipient, when it was sent, and when it was accepted, in seconds since 1970.
type Asked = (u32, u32, i64, Option<i64>);

/// An independent count for closed mode, of requests in order of time, under an expiry in seconds and a limit of open
/// requests: how many are accepted, accepted too late, and refused. A request that passes is open until it is accepted or
/// expires.
fn accepted_by_hand(requests: &[Asked], expiry: i64, open_max: usize) -> [u64; 3] {
    let mut open: BTreeMap<u32, Vec<(i64, Option<i64>)>> = BTreeMap::new();
    let (mut accepted, mut too_late, mut refused) = (0, 0, 0);
    for (from, _, sent, answer) in requests {
        let own = open.entry(*from).or_default();
        own.retain(|(since, answer)| since + expiry > *sent && answer.is_none_or(|at| at >= *sent));
        if own.len() >= open_max {
            refused += 1;
            continue;
        }
        own.push((*sent, *answer));
        match answer {
            Some(at) if *at < sent + expiry => accepted += 1,
            Some(_) => too_late += 1,
            None => {}
        }
    }
    [accepted, too_late, refused]
}

/// Plays requests in memory, each answer at its own time.
fn played_live(requests: &[Asked]) -> MemoryLog {
    let handle = |member: &u32| Handle::parse(&format!("m{member}")).expect("a handle");
    let mut acts: Vec<(i64, u8, Command)> = Vec::new();
    let mut members: BTreeSet<u32> = BTreeSet::new();
    for (from, to, sent, answer) in requests {
        members.extend([from, to]);
        let send = Send {
            sender: handle(from),
            to: format!("m{to}"),
            note: None,
            channel: Channel::Web,
            with_email: None,
        };
        acts.push((*sent, 0, Command::SendRequest(send)));
        let accept = Command::Accept(Pair { member: handle(to), other: Address::Handle(handle(from)) });
        acts.extend(answer.map(|at| (at, 1, accept)));
    }
    acts.sort_by_key(|(at, kind, _)| (*at, *kind));
    let moment = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
    let begin = moment(acts.first().map_or(0, |(at, ..)| *at));
    let mut kernel = Kernel::default();
    kernel.init(&Genesis { id_key: 1, policy: without_spam_filter(), at: begin }).expect("a policy");
    for member in members {
        let (tier, profile) = (Tier::Free, Profile::default());
        perform(&mut kernel, Command::AddMember { handle: handle(&member), tier, profile }, begin);
    }
    for (at, _, act) in acts {
        perform(&mut kernel, act, moment(at));
    }
    log_of(&kernel.take_staged())
}

fn replaced(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old}");
    text.replace(old, new)
}

/// `article` with thresholds that nothing reaches.
fn without_spam_filter() -> String {
    let text = replaced(ARTICLE, "hold_at = 6.0", "hold_at = 999.0");
    replaced(&text, "refuse_at = 6.5", "refuse_at = 1000.0")
}

/// The same, where requests expire after `hours`, and `open` of them may be open at a time.
fn hours_and_open(hours: i64, open: usize) -> String {
    let text = replaced(&without_spam_filter(), "after = \"180d\"", &format!("after = \"{hours}h\""));
    format!(
        "{text}\n[open_requests]\nat_most = {{ free = {open}, premium = {open}, sales-navigator = {open} }}\nsource = \"choice: a test\"\n"
    )
}

/// Compares the report with the independent count, and returns the count.
#[track_caller]
fn assert_counted(requests: &[Asked], hours: i64, open: usize) -> [u64; 3] {
    let plan = Plan { mode: Mode::Closed, ..Plan::of(policy(&hours_and_open(hours, open))) };
    let report = replayed(&played_live(requests), &plan);
    let (least, most) = report.accepted();
    let by_hand = accepted_by_hand(requests, hours * 3_600, open);
    let found = [least, report.accepted_too_late, report.all.newly_refused];
    assert_eq!(found, by_hand, "{hours} h, {open} open");
    assert_eq!(most, least, "no request that passed in history has an unknown answer");
    by_hand
}

#[test]
fn an_acceptance_after_the_candidates_own_expiry_is_not_one() {
    // The first is accepted within the day, the second later, and the third at the very moment of its expiry.
    let hour = 3_600;
    let begin = 1_767_600_000;
    let at = |hours: i64| begin + hours * hour;
    let requests = [
        (1, 2, at(0), Some(at(5))),
        (3, 4, at(1), Some(at(30))),
        (5, 6, at(2), Some(at(26))),
        (7, 8, at(3), None),
    ];
    assert_eq!(assert_counted(&requests, 24, 6), [1, 2, 0]);
}

#[test]
fn acceptances_in_closed_mode_equal_an_independent_count() {
    // A linear congruential generator with Knuth's multiplier: the histories are the same in every run.
    let mut state: u64 = 5;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut too_late, mut refused) = (0, 0);
    for open in [1, 3, 6] {
        let mut at = 1_767_600_000;
        let mut requests: Vec<Asked> = Vec::new();
        let mut met = BTreeSet::new();
        while requests.len() < 250 {
            let (from, to) = (next(8) as u32, next(120) as u32);
            if from == to || !met.insert((from.min(to), from.max(to))) {
                continue;
            }
            at += next(7_200) as i64 + 1;
            let answer = (next(3) > 0).then(|| at + next(200_000) as i64 + 1);
            requests.push((from, to, at, answer));
        }
        let counted = assert_counted(&requests, 24, open);
        too_late += counted[1];
        refused += counted[2];
    }
    assert!(too_late > 50 && refused > 50, "only {too_late} are accepted too late and {refused} refused");
}

#[test]
fn messages_of_students_played_live_give_the_acceptances_of_an_independent_count() {
    let Some((_, text)) = messages() else { return };
    let mut requests: Vec<Asked> = Vec::new();
    let mut places: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for line in text.lines() {
        let mut numbers = line.split(' ').map(|word| word.parse::<i64>().expect("a number"));
        let mut next = || numbers.next().expect("three numbers");
        let (from, to, at) = (next() as u32, next() as u32, next());
        if let Some(place) = places.get(&(to, from)) {
            requests[*place].3.get_or_insert(at);
        } else if from != to && !places.contains_key(&(from, to)) {
            places.insert((from, to), requests.len());
            requests.push((from, to, at, None));
        }
    }
    assert_eq!(requests.len(), 13_838);
    let [accepted, ..] = assert_counted(&requests, 24, 6);
    assert_eq!(accepted, 4_428);
}

#[test]
fn a_request_that_stays_open_longer_than_in_history_has_an_unknown_answer() {
    let world = World::new();
    let files = ["short.toml", "long.toml"].map(|name| world.data().with_file_name(name));
    for (file, hours) in files.iter().zip([24, 48]) {
        fs::write(file, hours_and_open(hours, 6)).expect("a policy");
    }
    let [short, long] = files.map(|file| file.to_str().expect("a path in UTF-8").to_owned());
    world.play(&format!(
        "at 2026-01-05T09:00:00Z\nmember add alice\nmember add bob\nmember add carol\npolicy adopt {short}\n\
         send alice bob\nsend alice carol\naccept carol alice\nat 2026-01-06T10:00:00Z\nmember add dave\n"
    ));
    let report = counts(&world, &[&long, "--mode", "closed"]);
    let would = &report["would_be_accepted"];
    assert_eq!(
        (&report["open_longer"], &would["at_least"], &would["at_most"]),
        (&1.into(), &1.into(), &2.into())
    );
}

#[test]
fn a_condition_that_was_not_measured_never_passes() {
    let (world, policy) = world();
    let run = |words: &[&str]| {
        let ran = world.program().run(&[&["policy", "backtest", &policy][..], words].concat());
        (ran.exit, ran.out.is_empty(), ran.stderr)
    };
    let gate = ["--fail-on", "newly-refused > 0"];
    for window in [
        ["--from", "2026-01-07T00:00:00Z", "--to", "2026-01-06T00:00:00Z"],
        ["--from", "2026-01-06T00:00:00Z", "--to", "2026-01-06T00:00:00Z"],
        ["--from", "2026-02-01T00:00:00Z", "--to", "2026-03-01T00:00:00Z"],
    ] {
        for words in [&window[..], &[&window[..], &gate[..]].concat()] {
            let (exit, is_silent, said) = run(words);
            assert_eq!((exit, is_silent), (Exit::BadInput, true), "{words:?}: {said}");
            assert!(said.contains("time window"), "{said}");
        }
    }
    // No accepted request lies in the window, and a share of none is not 0 %.
    let window = ["--to", "2026-01-05T09:30:00Z", "--fail-on", "newly-refused-accepted > 0.5%"];
    let (exit, _, said) = run(&window);
    assert_eq!(exit, Exit::BadInput);
    assert!(said.contains("it cannot be measured: it is a share of 0"), "{said}");

    let empty = World::new();
    empty.play("member add alice\n");
    let ran = empty.program().run(&["policy", "backtest", "article", "--fail-on", "newly-refused > 0"]);
    assert_eq!(ran.exit, Exit::BadInput);
    assert!(ran.stderr.contains("no send was judged again"), "{}", ran.stderr);
}

#[test]
fn rules_on_trial_have_totals_in_every_format_of_the_report() {
    let (world, policy) = world();
    let trial =
        format!("{}\n[shadow]\nrules = [\"requests-per-day\"]\nsource = \"choice: a test\"\n", a_day(1));
    fs::write(&policy, trial).expect("a policy");
    let report = counts(&world, &[&policy]);
    assert_eq!(
        (&report["newly_refused"], &report["on_trial"][0]["rule"]),
        (&0.into(), &"daily-limit".into())
    );
    // In open mode it would have refused three sends, one of which was accepted and one reported.
    let totals =
        ["times", "newly", "newly_accepted", "newly_reported"].map(|key| &report["on_trial"][0][key]);
    assert_eq!(totals.map(|total| total.as_u64()), [Some(3), Some(3), Some(1), Some(1)]);
    for format in ["human", "html"] {
        let ran = world.program().run(&["policy", "backtest", &policy, "--format", format]);
        assert!(ran.out.contains("Rules on trial"), "{}", ran.out);
    }
}
