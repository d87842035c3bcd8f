//! Evidence of how long a log was: later frames, the writers' summaries, checkpoints. All of it is used.

use std::fs;
use std::path::{Path, PathBuf};

use acquaint_cli::grammar::Exit;
use acquaint_tests::Program;

use crate::world::{World, copy_folder, log_files};

const MARK_BYTES: usize = 120;
const FRAME_MAGIC: &[u8] = b"acqframe";
const SESSIONS: usize = 20;

/// A log of twenty sessions of one command, each of which closed the log.
fn sessions() -> World {
    let world = World::of_small_segments();
    for number in 0..SESSIONS {
        let line =
            format!("--at 2026-11-21T08:{number:02}:00Z member add m{number} --command-id join-{number}");
        let ran = world.program().say(&line);
        assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{line}");
    }
    world
}

fn segment(world: &World) -> PathBuf {
    world.data().join("log/00000000000000000001.segment")
}

/// Where the marks, which are frames without records, begin.
fn marks(segment: &[u8]) -> Vec<usize> {
    let begins = (0..segment.len() - MARK_BYTES).step_by(8);
    begins
        .filter(|at| segment[*at..].starts_with(FRAME_MAGIC) && segment[at + 12..at + 16] == [0; 4])
        .collect()
}

#[test]
fn damage_in_a_mark_between_sessions_is_reported_and_repaired_without_loss() {
    for has_checkpoint in [false, true] {
        let world = sessions();
        let program = world.program();
        if has_checkpoint {
            assert_eq!(program.say("checkpoint").exit, Exit::Ok);
            let ran = program.say("--at 2026-11-21T09:00:00Z member add last");
            assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""));
        }
        let intact = fs::read(segment(&world)).expect("a segment");
        let asked = "--at 2026-11-22T09:00:00Z member show m7";
        let (answer, verified) = (program.say(asked), program.say("log verify --deep"));
        let marks = marks(&intact);
        assert_eq!(marks.len(), SESSIONS + usize::from(has_checkpoint));
        for (number, at) in marks[..marks.len() - 1].iter().enumerate() {
            let mut damaged = intact.clone();
            match number % 3 {
                0 => damaged[*at..at + MARK_BYTES].fill(0),
                part => damaged[at + part * 40] ^= 1,
            }
            fs::write(segment(&world), &damaged).expect("damaged");
            let before = log_files(&world.data());
            for line in [
                "log verify --deep".to_owned(),
                "--at 2026-11-21T10:00:00Z member add other".to_owned(),
                format!(
                    "--at 2026-11-21T10:00:00Z member add m{number} --company Other --command-id join-{number}"
                ),
            ] {
                let ran = program.say(&line);
                assert_eq!(ran.exit, Exit::Failed, "{line}: {}{}", ran.out, ran.stderr);
                assert!(ran.stderr.contains(&format!("is damaged at byte {at}")), "{line}: {}", ran.stderr);
                assert!(ran.stderr.contains("no event is affected"), "{line}: {}", ran.stderr);
            }
            assert_eq!(log_files(&world.data()), before, "nothing is written to a damaged log");
            let shown = program.say("log repair");
            assert!(shown.out.contains("every event is kept"), "{}", shown.out);
            let done = program.say("log repair --accept-loss");
            assert_eq!((done.exit, done.stderr.as_str()), (Exit::Ok, ""));
            assert_eq!(fs::read(segment(&world)).expect("a segment"), intact);
            assert_eq!(program.say("log verify --deep"), verified);
            assert_eq!(program.say(asked), answer);
        }
        let again = program.say("--at 2026-11-21T11:00:00Z member add m3 --command-id join-3");
        assert_eq!(
            (again.exit, again.stderr.as_str()),
            (Exit::Ok, ""),
            "an acknowledged command is answered as before"
        );
    }
}

/// The paths of everything in the data folder and its checkpoints, sorted.
fn paths_in(data: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in [data.to_owned(), data.join("checkpoints")] {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            files.push(entry.expect("it lists").path());
        }
    }
    files.sort();
    files
}

fn write(program: &Program, line: &str) {
    let ran = program.say(line);
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{line}");
}

/// Overwrites the first segment with zeros from this byte on.
fn cut_with_zeros(world: &World, from: usize) {
    let mut bytes = fs::read(segment(world)).expect("a segment");
    bytes[from..].fill(0);
    fs::write(segment(world), bytes).expect("it is written");
}

/// Makes a log shorter than it was.
type Accident = fn(&World);

/// What is left in the folder that shows how long the log was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Summary,
    Checkpoint,
    Both,
}

/// Twenty sessions, with a copy of the log after eleven of them in `early`; at the end a checkpoint, unless only the summary
/// is left.
fn long_world(left: Left) -> World {
    let world = World::of_small_segments();
    let program = world.program();
    for number in 0..SESSIONS {
        write(
            &program,
            &format!("--at 2026-11-21T08:{number:02}:00Z member add m{number} --command-id join-{number}"),
        );
        if number == SESSIONS / 2 {
            copy_folder(&world.data().join("log"), &world.data().with_file_name("early"));
        }
    }
    if left != Left::Summary {
        assert_eq!(program.say("checkpoint").exit, Exit::Ok);
    }
    if left == Left::Checkpoint {
        fs::remove_file(world.data().join("views")).expect("a summary");
    }
    world
}

/// What happens, the accident, and the last event that the log has afterwards.
const ACCIDENTS: [(&str, Accident, u64); 4] = [
    ("zeros from inside the first batch", |world| cut_with_zeros(world, 300), 0),
    (
        "zeros after the fourth mark",
        |world| {
            let bytes = fs::read(segment(world)).expect("a segment");
            cut_with_zeros(world, marks(&bytes)[3] + MARK_BYTES);
        },
        6,
    ),
    (
        "an older copy of the log",
        |world| {
            copy_folder(&world.data().with_file_name("early"), &world.data().join("log"));
        },
        13,
    ),
    ("no segment", |world| fs::remove_file(segment(world)).expect("a segment"), 0),
];

#[test]
fn a_log_that_is_shorter_than_it_was_is_not_written_to_until_that_is_accepted() {
    for (what, accident, last) in ACCIDENTS {
        for left in [Left::Summary, Left::Checkpoint, Left::Both] {
            let world = long_world(left);
            let program = world.program();
            accident(&world);
            let (before, files) = (log_files(&world.data()), paths_in(&world.data()));
            for line in [
                "--at 2026-11-21T10:00:00Z member add other",
                "--at 2026-11-21T10:00:00Z member add m7 --command-id join-7",
                "log seal",
                "checkpoint",
                "check m1 m2",
                "log verify --deep",
            ] {
                let ran = program.say(line);
                assert_eq!(ran.exit, Exit::Failed, "{what}, {left:?}, {line}: {}{}", ran.out, ran.stderr);
                let said = format!("ends with event {last}, but `");
                assert!(ran.stderr.contains(&said), "{what}, {left:?}, {line}: {}", ran.stderr);
                assert!(
                    ran.stderr.contains("shows that it reached event 22"),
                    "{what}, {line}: {}",
                    ran.stderr
                );
            }
            let unchanged: Vec<_> =
                log_files(&world.data()).into_iter().filter(|(path, _)| !path.ends_with("LOCK")).collect();
            let was: Vec<_> = before.into_iter().filter(|(path, _)| !path.ends_with("LOCK")).collect();
            assert_eq!((unchanged, paths_in(&world.data())), (was, files), "{what}: nothing is changed");
            if what != "no segment" {
                for line in [
                    "member show m1",
                    "connected m1",
                    "log show",
                    "--at 2026-12-01T08:00:00Z member show m19",
                    "policy backtest article",
                ] {
                    let ran = program.say(line);
                    assert_eq!(
                        ran.exit,
                        Exit::Damaged,
                        "{what}, {left:?}, {line}: {}{}",
                        ran.out,
                        ran.stderr
                    );
                    assert!(ran.stderr.contains("shows that it reached event 22"), "{line}: {}", ran.stderr);
                }
                let repair = program.say("log repair");
                assert!(repair.out.contains("but events are missing"), "{what}: {}", repair.out);
            }
            let accepted = program.say("log accept-truncation");
            assert_eq!((accepted.exit, accepted.stderr.as_str()), (Exit::Ok, ""), "{what}, {left:?}");
            assert!(accepted.out.contains("removed: "), "{what}, {left:?}: {}", accepted.out);
            write(&program, "--at 2026-11-21T10:00:00Z member add other");
            write(&program, "replay");
            assert!(program.say("log verify --deep").out.starts_with("intact: "), "{what}");
            let again = program.say("log accept-truncation");
            if what != "no segment" {
                assert!(again.out.contains("nothing to accept"), "{what}: {}", again.out);
            }
        }
    }
}

#[test]
fn an_answer_as_of_before_the_missing_events_has_no_warning() {
    let world = long_world(Left::Both);
    let asked = "--at 2026-11-21T08:02:30Z member show m1";
    let before = world.program().say(asked);
    let (_, zeros, _) = ACCIDENTS[1];
    zeros(&world);
    let after = world.program().say(asked);
    assert_eq!((after.exit, &after.out), (Exit::Ok, &before.out));
}

#[test]
fn a_log_that_diverged_after_it_was_restored_is_reported() {
    for left in [Left::Summary, Left::Checkpoint] {
        let world = long_world(left);
        let program = world.program();
        // As long as it was, with other events, by a writer that saw neither summary nor checkpoints.
        copy_folder(&world.data().with_file_name("early"), &world.data().join("log"));
        let alone = world.data().with_file_name("alone");
        copy_folder(&world.data().join("log"), &alone.join("log"));
        for number in 0..SESSIONS {
            write(&Program::on(&alone), &format!("--at 2026-11-21T09:{number:02}:00Z member add n{number}"));
        }
        copy_folder(&alone.join("log"), &world.data().join("log"));
        let refused = program.say("--at 2026-11-21T10:00:00Z member add other");
        assert_eq!((refused.exit, refused.out.as_str()), (Exit::Failed, ""), "{left:?}");
        assert!(refused.stderr.contains("other events"), "{left:?}: {}", refused.stderr);
        let read = program.say("--at 2026-11-21T10:00:00Z member show n1");
        assert_eq!(read.exit, Exit::Damaged, "{left:?}: {}", read.stderr);
        assert_eq!(program.say("log accept-truncation").exit, Exit::Ok);
        write(&program, "--at 2026-11-21T10:00:00Z member add other");
    }
}

#[test]
fn a_summary_that_cannot_be_written_gives_a_warning() {
    let world = World::of_small_segments();
    write(&world.program(), "--at 2026-11-21T08:00:00Z member add alice");
    // A folder in its place makes the write fail, as a full disk would.
    fs::remove_file(world.data().join("views")).expect("a summary");
    fs::create_dir_all(world.data().join("views/in-the-way")).expect("a folder");
    let ran = world.program().say("--at 2026-11-21T08:01:00Z member add bob");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, "done: bob is a member\n"));
    assert!(ran.stderr.contains("cannot be written"), "{}", ran.stderr);
    assert!(!world.data().join("views.new").exists(), "nothing partial is left");
    assert_eq!(world.program().say("member show bob").exit, Exit::Ok);
}

#[test]
fn a_replay_says_how_much_it_could_compare() {
    let world = sessions();
    let early = fs::read(world.data().join("views")).expect("a summary");
    write(&world.program(), "--at 2026-11-21T09:00:00Z member add one");
    write(&world.program(), "--at 2026-11-21T09:00:00Z member add two");
    fs::write(world.data().join("views"), early).expect("as after two sessions that were killed");
    let replayed = world.program().say("replay");
    assert_eq!(
        replayed.out,
        "rebuilt every view from 24 events: equal to the live ones after event 22, with no summary to compare for the 2 events after it\n"
    );
}

/// Runs the program with a limit of 512 bytes for every file, which acts like a full disk.
#[cfg(unix)]
fn on_a_full_disk(world: &World, words: &[&str]) -> std::process::Output {
    let limited = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", limited, "sh"]).arg(env!("CARGO_BIN_EXE_acquaint-under-test"));
    command.args(["--seed", "1", "--data"]).arg(world.data()).args(words);
    command.output().expect("the binary runs")
}

#[cfg(unix)]
#[test]
fn a_checkpoint_or_an_export_that_cannot_be_written_leaves_no_partial_file() {
    let world = sessions();
    let file = world.data().with_file_name("network.ndjson");
    let file = file.to_str().expect("UTF-8");
    for words in [&["checkpoint"][..], &["export", "ndjson", file]] {
        let ran = on_a_full_disk(&world, words);
        let stderr = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status.code(), Some(1), "{words:?}: {stderr}");
        assert!(stderr.contains("cannot be written"), "{words:?}: {stderr}");
    }
    let mut left = paths_in(&world.data().join(".."));
    left.extend(paths_in(&world.data()));
    let partial = |path: &&PathBuf| {
        let name = path.to_string_lossy();
        name.contains(".new") || name.contains(".part")
    };
    assert_eq!(left.iter().find(partial), None);
    assert_eq!(world.program().say("checkpoint").exit, Exit::Ok);
    assert_eq!(world.program().run(&["export", "ndjson", file]).exit, Exit::Ok);
}

#[cfg(unix)]
#[test]
fn an_endless_summary_is_not_read_to_its_end() {
    let world = sessions();
    let summary = world.data().join("views");
    fs::remove_file(&summary).expect("a summary was left");
    std::os::unix::fs::symlink("/dev/zero", &summary).expect("a link is made");
    for line in ["replay", "log verify", "--at 2027-01-01T00:00:00Z member add newcomer"] {
        assert_eq!(world.program().say(line).exit, Exit::Ok, "{line}");
    }
}
