//! `kill -9` at any moment: every acknowledged command is in the log, and any other is there completely or not at all.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::Stdio;

use acquaint_cli::grammar::Exit;
use acquaint_seeded::Random;
use serde_json::Value;

use crate::world::{World, binary, log_files};

/// Processes that are killed. A round whose process ended before the kill does not count.
const KILLS: usize = 55;
const ROUNDS_MAX: usize = 2 * KILLS;
/// Pairs of members in a script: about three times as many as a process serves before it is killed.
const PAIRS: usize = 12;
/// The process is killed after fewer lines of its transcript than this,
const LINES_MAX: u64 = 40;
/// and then fewer turns of an empty loop than this, which spreads the moments within a line.
const SPINS_MAX: u64 = 60_000;

/// A command of a script, and what the process printed about it before it was killed.
#[derive(Clone)]
struct Heard {
    line: String,
    /// The first line of its answer.
    answer: Option<String>,
}

/// Two members of a round, and what was printed about their commands.
struct Story {
    one: String,
    other: String,
    heard: Vec<Heard>,
}

/// The commands of one pair: both join, one sends a request, and it is accepted, withdrawn, or left open.
fn story(round: usize, pair: usize, random: &mut Random) -> [String; 4] {
    let (one, other) = (format!("a{round}-{pair}"), format!("b{round}-{pair}"));
    let end = match random.below(3) {
        0 => format!("accept {other} {one} --command-id end-{round}-{pair}"),
        1 => format!("withdraw {one} {other} --command-id end-{round}-{pair}"),
        _ => format!("settings {one} --confirm off --command-id end-{round}-{pair}"),
    };
    [
        format!("member add {one} --command-id one-{round}-{pair}"),
        format!("member add {other} --command-id other-{round}-{pair}"),
        format!("send {one} {other} --note hello --command-id ask-{round}-{pair}"),
        end,
    ]
}

fn script(round: usize, random: &mut Random) -> String {
    let mut script = format!("at {}\n", moment(round, 0));
    for pair in 0..PAIRS {
        for line in story(round, pair, random) {
            writeln!(script, "{line}").expect("a text takes it");
        }
        writeln!(script, "advance 1s").expect("a text takes it");
    }
    script
}

/// Rounds are an hour apart.
fn moment(round: usize, minute: usize) -> String {
    format!("2026-{:02}-{:02}T{:02}:{minute:02}:00Z", 1 + round / 24 / 28, 1 + round / 24 % 28, round % 24)
}

/// Plays the script in a process and kills it. Returns what it printed, and whether the kill ended it.
fn killed(world: &World, script: &str, random: &mut Random) -> (Vec<Heard>, bool) {
    let mut command = binary(&world.data());
    command.args(["run", script]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let mut transcript = String::new();
    for _ in 0..random.below(LINES_MAX) {
        stdout.read_line(&mut transcript).expect("the transcript reads");
    }
    for _ in 0..random.below(SPINS_MAX) {
        std::hint::spin_loop();
    }
    child.kill().expect("the process is this test's own");
    stdout.read_to_string(&mut transcript).expect("the transcript reads");
    let output = child.wait_with_output().expect("the process has ended");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(stderr.is_empty() || stderr.contains("nothing shows that it was acknowledged"), "{stderr}");
    // A process that a signal has ended has no exit code.
    (heard(&transcript), output.status.code().is_none())
}

fn heard(transcript: &str) -> Vec<Heard> {
    let mut heard: Vec<Heard> = Vec::new();
    for line in transcript.split_inclusive('\n') {
        // A line without its end was cut off by the kill, and acknowledges nothing.
        let Some(line) = line.strip_suffix('\n') else { continue };
        if let Some(command) = line.strip_prefix("> ") {
            heard.push(Heard { line: command.to_owned(), answer: None });
        } else if let Some(last) = heard.last_mut().filter(|last| last.answer.is_none()) {
            last.answer = Some(line.to_owned());
        }
    }
    heard.retain(|heard| heard.line.contains("--command-id"));
    heard
}

/// Submits every acknowledged command again, and checks that each is answered with its original outcome, as a repetition.
fn check_repetitions(world: &World, at: &str, heard: &[Heard]) {
    let acknowledged: Vec<&Heard> = heard.iter().filter(|heard| heard.answer.is_some()).collect();
    let mut script = format!("at {at}\n");
    for Heard { line, .. } in &acknowledged {
        writeln!(script, "{line}").expect("a text takes it");
    }
    let ran = world.program().run(&["run", &world.file("again", script)]);
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.stderr);
    assert!(
        ran.stderr.is_empty() || ran.stderr.contains("nothing shows that it was acknowledged"),
        "{}",
        ran.stderr
    );
    let again = self::heard(&ran.out);
    assert_eq!(again.len(), acknowledged.len());
    for (again, first) in again.iter().zip(acknowledged) {
        let said = again.answer.clone().unwrap_or_default();
        let bare = said.replace(" (as answered before)", "").replace(" · as answered before", "");
        assert_ne!(bare, said, "{} was acknowledged and is new to the log", first.line);
        assert_eq!(Some(bare), first.answer, "{}", first.line);
    }
}

fn stories(heard: &[Heard]) -> Vec<Story> {
    heard
        .chunks(4)
        .map(|heard| {
            let id = heard[0].line.rsplit_once("one-").expect("a story begins with one who joins").1;
            Story { one: format!("a{id}"), other: format!("b{id}"), heard: heard.to_vec() }
        })
        .collect()
}

/// The rows that a list prints.
fn rows(world: &World, at: &str, words: &str) -> Vec<Value> {
    let ran = world.program().say(&format!("--at {at} {words} --format ndjson"));
    assert_eq!(ran.exit, Exit::Ok, "{words}: {}", ran.stderr);
    ran.out.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

fn names<'a>(rows: &'a [Value], other: &str) -> Option<&'a Value> {
    rows.iter().find(|row| row["with"] == other)
}

/// Checks that the acknowledged commands of a pair have had their effect; one that was not acknowledged may have.
fn check_story(world: &World, at: &str, story: &Story) {
    let rows = |words: &str| rows(world, at, words);
    let Story { one, other, heard } = story;
    let answer = |index: usize| heard.get(index).and_then(|heard| heard.answer.as_deref());
    for (index, member) in [one, other].into_iter().enumerate() {
        if answer(index).is_some() {
            assert!(!rows(&format!("member show {member}")).is_empty());
        }
    }
    let Some(asked) = answer(2) else { return };
    let request = asked.rsplit_once("request ").expect("an answer to a send names the request").1;
    let why = rows(&format!("why {one} {other}"));
    assert_eq!(why[0]["request"], request);
    let Some(end) = heard.get(3) else {
        assert!(names(&rows(&format!("pending {one}")), other).is_some_and(|row| row["request"] == request));
        return;
    };
    let connected = rows(&format!("connected {one}"));
    assert_eq!(
        names(&connected, other).is_some(),
        names(&rows(&format!("connected {other}")), one).is_some(),
        "{one} and {other} are connected on both sides or on neither"
    );
    if end.answer.is_none() {
        return;
    }
    let pending = rows(&format!("pending {one}"));
    let (is_connected, is_open) = (names(&connected, other).is_some(), names(&pending, other).is_some());
    let word = end.line.split(' ').next();
    assert_eq!((is_connected, is_open), (word == Some("accept"), word == Some("settings")), "{}", end.line);
}

fn check_log(world: &World) {
    let verified = world.program().say("log verify");
    assert_eq!((verified.exit, verified.stderr.as_str()), (Exit::Ok, ""));
    assert!(verified.out.starts_with("intact: "), "{}", verified.out);
    let replayed = world.program().say("replay");
    assert_eq!((replayed.exit, replayed.stderr.as_str()), (Exit::Ok, ""));
}

#[test]
fn no_acknowledged_command_is_lost_however_often_the_process_is_killed() {
    let world = World::of_small_segments();
    let mut random = Random::new(2026);
    let mut everything: Vec<Heard> = Vec::new();
    let mut kills = 0;
    let mut round = 0;
    while kills < KILLS {
        assert!(round < ROUNDS_MAX, "only {kills} of {round} processes were killed before their end");
        let script = world.file("round", script(round, &mut random));
        let (heard, was_killed) = killed(&world, &script, &mut random);
        kills += usize::from(was_killed);
        // A process may be killed before it has made the data folder.
        if world.data().join("log").exists() && !heard.is_empty() {
            check_log(&world);
            check_repetitions(&world, &moment(round, 30), &heard);
            if let Some(last) = stories(&heard).last() {
                check_story(&world, &moment(round, 45), last);
            }
        }
        everything.extend(heard);
        round += 1;
    }
    check_repetitions(&world, &moment(round, 0), &everything);
    check_log(&world);
    let replayed = world.program().say("replay").out;
    assert!(replayed.ends_with("equal to the live ones\n"), "{replayed}");
    let acknowledged = everything.iter().filter(|heard| heard.answer.is_some()).count();
    assert!(acknowledged > KILLS, "only {acknowledged} commands were acknowledged in all");
}

/// Cuts the last batch short, as if the process had been killed while it wrote it: a part of the batch, no mark after it, and
/// no summary of the views after it.
fn tear(data: &Path, before: &World, share: usize) {
    fs::copy(before.data().join("views"), data.join("views")).expect("a summary");
    let whole = log_files(data);
    for (path, now) in whole {
        let name = path.file_name().expect("a file has a name");
        let Ok(old) = fs::read(before.data().join("log").join(name)) else { continue };
        let differs = |index: &usize| now[*index] != old[*index];
        let mark = now.windows(8).rposition(|bytes| bytes == b"acqframe").unwrap_or(now.len());
        let indices = 0..mark.min(old.len());
        let (Some(first), Some(last)) = (indices.clone().find(differs), indices.rev().find(differs)) else {
            continue;
        };
        let cut = first + ((last - first) * share / 100).max(1);
        let torn = [&now[..cut], &old[cut..]].concat();
        fs::write(&path, torn).expect("a file of the log is written");
    }
}

#[test]
fn a_torn_tail_is_reported_once_and_never_as_damage() {
    let before = World::of_small_segments();
    before.play("at 2026-11-21T08:00:00Z\nmember add alice\nmember add bob\nsend alice bob\n");
    for share in [0, 1, 25, 50, 75, 99] {
        let world = World::with_log(&before.data().join("log"));
        let program = world.program();
        let torn = program.say("--at 2026-11-21T09:00:00Z member add carol --company Acme");
        assert_eq!(torn.exit, Exit::Ok, "{}", torn.stderr);
        tear(&world.data(), &before, share);

        let verified = program.say("log verify");
        assert_eq!((verified.exit, verified.stderr.as_str()), (Exit::Ok, ""), "{share} %");
        assert!(verified.out.starts_with("intact: "), "{}", verified.out);
        assert!(
            verified.out.contains(" bytes after the last event are not a whole batch"),
            "{}",
            verified.out
        );
        assert_eq!(program.say("member show carol").exit, Exit::NotFound);

        let next = program.say("--at 2026-11-21T10:00:00Z member add dora");
        assert_eq!((next.exit, next.out.as_str()), (Exit::Ok, "done: dora is a member\n"));
        assert!(next.stderr.starts_with("the log ended in "), "{}", next.stderr);
        assert!(next.stderr.contains("nothing shows that it was acknowledged"), "{}", next.stderr);

        let after = program.say("--at 2026-11-21T11:00:00Z member add carol");
        assert_eq!(
            (after.exit, after.stderr.as_str()),
            (Exit::Ok, ""),
            "the tail is repaired, and reported once"
        );
        assert_eq!(program.say("why alice bob").exit, Exit::Ok);
        check_log(&world);
    }
}
