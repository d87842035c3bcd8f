//! Several processes on one data folder: one writes and any number read. Also the answers to repeated command ids.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use acquaint_cli::grammar::Exit;
use acquaint_log_file::{FileLog, Options};
use serde_json::Value;

use crate::world::{World, binary, log_files};

/// A process that holds the log as its writer until it is killed.
struct Writer {
    child: Child,
    /// Kept open and unread, so that the process cannot come to its end.
    _stdout: BufReader<ChildStdout>,
}

impl Writer {
    fn begin(world: &World) -> Self {
        let mut script =
            "at 2026-11-21T08:00:00Z\nmember add alice\nmember add bob\nsend alice bob\n".to_owned();
        // The transcript is far longer than a pipe holds, and nobody reads it, so the process waits.
        for request in 0..400 {
            writeln!(script, "explain CR0401 # {request}").expect("a text takes it");
        }
        let script = world.file("long", script);
        let mut command = binary(&world.data());
        let command = command.args(["run", &script]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the binary starts");
        let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut line = String::new();
        while !line.contains("explain") {
            line.clear();
            let read = stdout.read_line(&mut line).expect("the transcript reads");
            assert!(read > 0, "the script ended before it was to");
        }
        Self { child, _stdout: stdout }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // It may have ended by itself if a test has failed.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

fn ended(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is UTF-8");
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn a_second_writer_is_turned_away_while_another_process_writes() {
    let world = World::new();
    let _writer = Writer::begin(&world);
    for words in [
        &["member", "add", "carol"][..],
        &["send", "alice", "bob"],
        &["settings", "alice", "--confirm", "on"],
    ] {
        let (code, out, stderr) = ended(binary(&world.data()).args(words));
        assert_eq!((code, out.as_str()), (Some(7), ""), "{words:?}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(world.named(&stderr), @"acquaint: another process is writing to the log and holds `FOLDER/data/log/LOCK`; stop it first, or open the log for reading; or wait for it, such as with `--wait=1m`");
        }
    }
}

#[test]
fn a_second_writer_is_turned_away_even_if_the_lock_file_was_removed() {
    let world = World::new();
    let _writer = Writer::begin(&world);
    for _ in 0..2 {
        fs::remove_file(world.data().join("log/LOCK")).expect("a lock file");
        let (code, out, stderr) = ended(binary(&world.data()).args(["member", "add", "carol"]));
        assert_eq!((code, out.as_str()), (Some(7), ""));
        insta::allow_duplicates! {
            insta::assert_snapshot!(world.named(&stderr), @"acquaint: another process is writing to the log and holds `FOLDER/data/log/00000000000000000001.segment`; stop it first, or open the log for reading; or wait for it, such as with `--wait=1m`");
        }
    }
}

#[test]
fn many_writers_that_wait_for_one_another_all_succeed() {
    let world = World::new();
    let begin = |number: usize| {
        let mut command = binary(&world.data());
        let command = command.args(["--wait", "member", "add", &format!("member{number}")]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts")
    };
    let writers: Vec<Child> = (0..8).map(begin).collect();
    for writer in writers {
        let Output { status, stderr, .. } = writer.wait_with_output().expect("the process ends");
        assert_eq!(status.code(), Some(0), "{}", String::from_utf8_lossy(&stderr));
    }
    let listed = world.program().say("log show --type member-added --format ndjson");
    assert_eq!(listed.out.lines().count(), 8, "{}", listed.out);
    for line in ["log verify", "replay"] {
        let checked = world.program().say(line);
        assert_eq!((checked.exit, checked.stderr.as_str()), (Exit::Ok, ""), "{line}");
    }
}

#[test]
fn a_writer_waits_no_longer_than_it_was_told_to() {
    let world = World::of_small_segments();
    let log = FileLog::open(&world.data().join("log"), &Options::default()).expect("nobody else writes");
    let lines =
        ["member add alice", "log seal", "log repair --accept-loss", "log accept-truncation", "import FILE"];
    let file = world.file("messages.txt", "1 2 1082040961\n");
    for line in lines {
        let words = line.replace("FILE", &format!("messages {file}"));
        let ran = world.program().say(&format!("--wait=20ms {words}"));
        assert_eq!(ran.exit, Exit::OtherWriter, "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains("--wait"), "{line}: {}", ran.stderr);
    }
    drop(log);
    assert_eq!(world.program().say("--wait=20ms member add alice").exit, Exit::Ok);
}

#[test]
fn an_import_and_a_script_are_turned_away_while_another_process_writes() {
    let world = World::new();
    let _writer = Writer::begin(&world);
    let before = log_files(&world.data());
    let messages = world.file("messages", "1 2 1082040961\n");
    let script = world.file("script", "member add carol\n");
    // A script prints the line that it fails at.
    for (words, data) in
        [(["import", "messages", &messages].as_slice(), ""), (&["run", &script], "> member add carol\n")]
    {
        let (code, out, stderr) = ended(binary(&world.data()).args(words));
        assert_eq!((code, out.as_str()), (Some(7), data));
        assert!(stderr.contains("another process is writing"), "{stderr}");
    }
    assert!(log_files(&world.data()) == before, "a second writer leaves the log alone");
}

#[test]
fn readers_work_while_another_process_writes() {
    let world = World::new();
    let _writer = Writer::begin(&world);
    let read = |words: &str| {
        let (code, out, stderr) = ended(binary(&world.data()).args(words.split_whitespace()));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{words}");
        out
    };
    let why: Value = serde_json::from_str(&read("why alice bob --format json")).expect("JSON");
    assert_eq!((why["from"].as_str(), why["to"].as_str()), (Some("alice"), Some("bob")));
    let pending: Value = serde_json::from_str(&read("pending alice --format ndjson")).expect("one row");
    assert_eq!((pending["with"].as_str(), &pending["request"]), (Some("bob"), &why["request"]));
    assert!(read("log verify").starts_with("intact: "));
    assert!(read("replay").starts_with("rebuilt every view from "));
    assert!(read("check bob alice").contains("would happen"));
}

#[test]
fn a_writer_in_the_same_process_counts_as_another() {
    let world = World::new();
    world.play("at 2026-11-21T08:00:00Z\nmember add alice\n");
    let log = FileLog::open(&world.data().join("log"), &Options::default()).expect("nobody else writes");
    let (code, out, stderr) = ended(binary(&world.data()).args(["member", "add", "bob"]));
    assert_eq!((code, out.as_str()), (Some(7), ""), "{stderr}");
    let (code, out, stderr) = ended(binary(&world.data()).args(["member", "show", "alice"]));
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{out}");
    drop(log);
    let (code, out, stderr) = ended(binary(&world.data()).args(["member", "add", "bob"]));
    assert_eq!((code, out.as_str(), stderr.as_str()), (Some(0), "done: bob is a member\n", ""));
}

/// Runs the line in two processes, one after the other. Checks that the second gives the first one's answer and writes
/// nothing.
fn check_repeated(world: &World, line: &str, later: &str) -> String {
    let run = |words: &str| {
        let (code, out, stderr) = ended(binary(&world.data()).args(words.split_whitespace()));
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{words}");
        out
    };
    let first = run(line);
    let before = log_files(&world.data());
    let second = run(later);
    assert!(log_files(&world.data()) == before, "{later} wrote something");
    let bare = second.replacen(" (as answered before)", "", 1).replacen(" · as answered before", "", 1);
    assert_ne!(bare, second, "{later} says that it is a repetition");
    assert_eq!(bare, first, "{later} has the original outcome");
    second
}

const BEGIN: &str = "at 2026-11-21T08:00:00Z
member add alice
member add bob
member add carol
settings carol --accept-from contacts
send carol alice
";

#[test]
fn a_repeated_command_id_has_the_original_outcome_after_a_restart() {
    let world = World::new();
    world.play(BEGIN);
    let mut answers = String::new();
    for (minute, line) in [
        "send alice bob --note hello --command-id one",
        "send alice nobody --command-id two",
        "send alice no!body --command-id three",
        "member add dora --email dora@example.org --command-id one",
        "accept bob alice --command-id one",
        "settings bob --confirm on --command-id two",
        "member restrict dora --until 2026-12-24T00:00:00Z --command-id four",
        "fault start --channel web --command-id five",
        "contacts import bob a@example.org --command-id three",
        "connect bob dora --command-id six",
        "block bob carol --command-id four",
        "member close dora --command-id eight",
    ]
    .into_iter()
    .enumerate()
    {
        let line = format!("--at 2026-11-21T09:{minute:02}:00Z {line}");
        answers.push_str(&check_repeated(&world, &line, &line));
    }
    insta::assert_snapshot!(answers, @r"
    CR0604 in-transit · request R17PCXF07F5DW5 · as answered before
      on its way: alice -> bob
    CR0101 address-unknown · request RBHQ53G9P1WED1 · as answered before
      refused on 21 Nov 2026 09:01 UTC: no member had the address `nobody`
      do: Copy the address from the person's profile instead of typing it, then send
          again: acquaint send alice nobody
      not: Do not send to the same text again: it gives the same result.
    CR0102 address-malformed · request R8EWAPX6JWKMKH · as answered before
      refused on 21 Nov 2026 09:02 UTC: `no!body` does not have the form of an
      address: there is a character that such an address cannot hold at character 3
      do: Did you mean `nobody`?: acquaint send alice nobody
      do: Check the address letter by letter, or copy it; then send again: acquaint
          send alice 'no!body'
      not: Do not send to the same text again: it gives the same result.
    done (as answered before): dora is a member
    done (as answered before): bob accepts the request of alice
    done (as answered before): bob's settings are changed
      accepts requests from: everyone
      from how far: any distance
      from companies: any
      with titles: any
      confirm first: on, in both directions
      note: bob's own requests wait until bob confirms each (CR0305): `confirm bob
            OTHER`
    done (as answered before): dora is restricted until 24 Dec 2026 00:00:00 UTC
    done (as answered before): letters start to fail
    done (as answered before): bob imported 1 contact
    done (as answered before): bob is connected with dora
    done (as answered before): bob blocks carol
    done (as answered before): dora's account is closed
    ");
}

#[test]
fn a_command_may_be_repeated_after_later_events() {
    let world = World::new();
    world.play(BEGIN);
    let ran = |line: &str| {
        let ran = world.program().say(line);
        assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{line}");
        ran.out
    };
    let line = "--at 2026-11-21T09:00:00Z send alice bob --command-id one";
    let first = ran(line);
    ran("--at 2026-11-21T10:00:00Z accept bob alice");
    let before = log_files(&world.data());
    let again = ran(line);
    assert_eq!(again.replacen(" · as answered before", "", 1), first);
    assert_ne!(again, first);
    assert!(log_files(&world.data()) == before, "a repetition writes nothing");
}

#[test]
fn a_command_may_be_repeated_at_a_later_time() {
    let world = World::new();
    world.play(BEGIN);
    for (line, later) in [
        ("send alice bob --command-id one", "send alice bob --command-id one"),
        ("member restrict bob --for 2d --command-id one", "member restrict bob --for 48h --command-id one"),
    ] {
        let (line, later) =
            (format!("--at 2026-11-21T09:00:00Z {line}"), format!("--at 2026-11-21T09:00:07Z {later}"));
        check_repeated(&world, &line, &later);
    }
}

#[test]
fn a_length_of_time_counts_from_the_moment_at_which_the_command_is_recorded() {
    let world = World::new();
    // The log is ahead of every clock that this test may run under.
    world.play("at 2199-01-01T00:00:00Z\nmember add alice\n");
    let before = log_files(&world.data());
    let ran = world.program().say("member restrict alice --for 2h");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Failed, ""));
    assert!(
        ran.stderr.contains("or use --confirm-time to record this at 2199-01-01T00:00:00Z"),
        "{}",
        ran.stderr
    );
    assert!(log_files(&world.data()) == before, "nothing was written");
    let ran = world.program().say("--confirm-time member restrict alice --for 2h");
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""));
    assert_eq!(ran.out, "done: alice is restricted until 1 Jan 2199 02:00:00 UTC\n");
}

#[test]
fn another_command_under_the_same_id_is_bad_input() {
    let world = World::new();
    world.play(BEGIN);
    let program = world.program();
    let first = program.say("--at 2026-11-21T09:00:00Z send alice bob --command-id one");
    assert_eq!(first.exit, Exit::Ok);
    let before = log_files(&world.data());
    for line in [
        "send alice bob --note hello --command-id one",
        "send alice carol --command-id one",
        "settings alice --confirm on --command-id one",
        "withdraw alice bob --command-id one",
    ] {
        let ran = program.say(&format!("--at 2026-11-21T09:00:00Z {line}"));
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""), "{line}");
        insta::allow_duplicates! {
            insta::assert_snapshot!(ran.stderr, @"acquaint: this command id was already used for another command; give each command its own id");
        }
    }
    assert!(log_files(&world.data()) == before, "nothing was written");
    let other = program.say("--at 2026-11-21T09:00:00Z send bob carol --command-id one");
    assert_eq!(other.exit, Exit::Ok, "an id belongs to the member who acts: {}", other.stderr);
}

#[test]
fn stdout_is_for_data_and_stderr_for_messages() {
    let world = World::new();
    world.play(BEGIN);
    for (words, code) in [
        ("pending alice --format json", 0),
        ("log show --format ndjson", 0),
        ("why carol alice --format json", 0),
        ("explain CR0401 --format json", 0),
        ("log verify --format json", 0),
        ("check alice bob --format json", 0),
        ("send alice bob --format json", 0),
        ("settings alice --confirm on --format ndjson", 0),
    ] {
        let (ended, out, stderr) = ended(binary(&world.data()).args(words.split_whitespace()));
        assert_eq!((ended, stderr.as_str()), (Some(code), ""), "{words}");
        let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&out).into_iter().collect();
        let values = values.expect("all of stdout is JSON");
        assert!(!values.is_empty() && values.iter().all(Value::is_object), "{words}");
    }
    for (words, code) in [
        ("why alice nobody", 3),
        ("pending nobody", 3),
        ("sned alice bob", 2),
        ("member add al!ce", 5),
        ("", 2),
    ] {
        let (ended, out, stderr) = ended(binary(&world.data()).args(words.split_whitespace()));
        assert_eq!((ended, out.as_str()), (Some(code), ""), "{words}");
        assert!(!stderr.is_empty(), "{words}");
    }
    for words in ["--help", "--version", "send --help"] {
        let (ended, out, stderr) = ended(binary(&world.data()).args(words.split_whitespace()));
        assert_eq!((ended, stderr.as_str()), (Some(0), ""), "{words}");
        assert!(!out.is_empty(), "{words}");
    }
}

/// Runs the program with stdout closed at the other end.
fn unread(world: &World, words: &[&str]) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = binary(&world.data()).args(words).stdout(writer).output().expect("the binary runs");
    (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
}

#[test]
fn a_reader_that_closes_the_pipe_early_is_no_failure() {
    let world = World::new();
    world.play(BEGIN);
    for words in [
        &["log", "show"][..],
        &["why", "carol", "alice"],
        &["pending", "carol"],
        &["log", "verify"],
        &["--help"],
    ] {
        assert_eq!(unread(&world, words), (Some(0), String::new()), "{words:?}");
    }
}

#[test]
fn a_command_whose_output_nobody_reads_is_still_run() {
    let world = World::new();
    world.play(BEGIN);
    let words = ["--at", "2026-11-21T09:00:00Z", "send", "alice", "bob"];
    assert_eq!(unread(&world, &words), (Some(0), String::new()));
    assert!(world.program().say("pending alice").out.contains("bob"));
    assert_eq!(world.program().say("replay").exit, Exit::Ok);
}
