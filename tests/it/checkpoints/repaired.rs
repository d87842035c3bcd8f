//! Checkpoints of logs that were repaired or restored from a copy: never trusted beyond what the log holds.

use std::fs;

use acquaint_cli::grammar::Exit;
use acquaint_tests::Ran;

use crate::world::{World, copy_folder, log_files};

/// More than the last events by which a checkpoint of an earlier format identified its history.
const MEMBERS_AFTER: usize = 70;

fn write(world: &World, line: &str) {
    let ran = world.program().say(line);
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{line}");
}

fn play(world: &World, script: &str) {
    let ran = world.program().run(&["run", &world.file("script", script)]);
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{}", ran.out);
}

fn save(world: &World, part: &str, name: &str) {
    copy_folder(&world.data().join(part), &world.data().with_file_name(name));
}

fn restore(world: &World, part: &str, name: &str) {
    copy_folder(&world.data().with_file_name(name), &world.data().join(part));
}

/// Plays two members and a request. Returns the script of the rest: a member who is damaged later, the answer to the
/// request, and 70 members.
fn history(world: &World, answer: &str) -> String {
    let begin = "at 2026-11-21T08:00:00Z\nmember add alice\nmember add bob\nsend alice bob\n";
    play(world, begin);
    continued(answer)
}

/// The rest of the history; it has the same number of events for both answers.
fn continued(answer: &str) -> String {
    let members: String = (0..MEMBERS_AFTER).map(|member| format!("member add m{member}\n")).collect();
    format!(
        "at 2026-11-21T09:00:00Z\nmember add wrecked --company Wrecked\n{answer}at 2026-11-21T10:00:00Z\n{members}"
    )
}

const ACCEPT: &str = "accept bob alice\n";
/// Two events, as many as an acceptance and its arrival at the sender's desk.
const DECLINE: &str = "decline bob alice\nsettings bob --confirm on\n";

/// A log in which bob accepts, with a checkpoint from before that and one of the whole log.
fn accepted() -> World {
    let world = World::of_small_segments();
    let rest = history(&world, ACCEPT);
    write(&world, "checkpoint");
    save(&world, "log", "early-log");
    save(&world, "checkpoints", "early-checkpoints");
    play(&world, &rest);
    write(&world, "checkpoint");
    save(&world, "checkpoints", "late-checkpoints");
    world
}

fn wreck(world: &World, text: &str) {
    for (path, mut bytes) in log_files(&world.data()) {
        let found = bytes.windows(text.len()).position(|part| part == text.as_bytes());
        if let Some(at) = found.filter(|_| path.extension().is_some_and(|extension| extension == "segment")) {
            bytes[at] ^= 1;
            fs::write(path, bytes).expect("it is damaged");
            return;
        }
    }
    panic!("`{text}` is nowhere in the log");
}

fn repair(world: &World) {
    let ran = world.program().say("log repair --accept-loss");
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{}", ran.out);
}

fn checkpoint_count(world: &World) -> usize {
    fs::read_dir(world.data().join("checkpoints")).expect("it lists").count()
}

/// The answers of everything that reads the views.
fn answers(world: &World) -> Vec<Ran> {
    let lines = [
        "connected alice",
        "connected bob",
        "pending alice",
        "member show bob",
        "why alice bob --viewer engineer",
        "check alice bob",
        "standing alice",
        "quota alice",
        "find alice",
        "replay",
    ];
    let read = |line| world.program().say(&format!("--at 2026-11-30T08:00:00Z {line}"));
    lines.into_iter().map(read).collect()
}

/// Checks that the answers, and a send that a connection refuses with CR0202, are the same with the checkpoints and without.
fn check_same(world: &World, what: &str) {
    let with = answers(world);
    assert!(with.iter().all(|ran| ran.exit == Exit::Ok), "{what}");
    let sent = |world: &World| world.program().say("--at 2026-11-30T09:00:00Z send alice bob");
    save(world, "log", "before");
    let send_with = sent(world);
    restore(world, "log", "before");
    // Both sends begin with the same log.
    fs::remove_dir_all(world.data().join("checkpoints")).expect("checkpoints");
    fs::remove_file(world.data().join("views")).expect("a summary");
    let without = answers(world);
    let proofs = |ran: &Ran| ran.out.starts_with("rebuilt every view");
    for (with, without) in with.iter().zip(&without).filter(|(with, _)| !proofs(with)) {
        assert_eq!(with, without, "{what}");
    }
    assert_eq!(send_with, sent(world), "{what}");
}

#[test]
fn a_repair_removes_the_checkpoints_and_the_summary_of_lost_events() {
    let world = accepted();
    wreck(&world, "Wrecked");
    let before = checkpoint_count(&world);
    repair(&world);
    assert_eq!((before, checkpoint_count(&world)), (2, 1));
    assert!(!world.data().join("views").exists());
    write(&world, "--at 2026-11-21T09:00:00Z member add other");
    check_same(&world, "repaired");
}

#[test]
fn a_repair_keeps_the_checkpoints_of_kept_events() {
    let world = accepted();
    write(&world, "--at 2026-11-21T11:00:00Z member add last --company Lastly");
    write(&world, "--at 2026-11-21T11:00:00Z member add later");
    wreck(&world, "Lastly");
    repair(&world);
    assert_eq!(checkpoint_count(&world), 2);
    write(&world, "--at 2026-11-21T11:00:00Z member add other");
    check_same(&world, "repaired after the checkpoint");
}

#[test]
fn a_checkpoint_of_another_history_is_not_trusted_even_after_many_identical_events() {
    let world = accepted();
    let length = world.program().say("log verify").out;
    wreck(&world, "Wrecked");
    repair(&world);
    play(&world, &continued(DECLINE));
    let events = |verified: &str| verified.split(' ').nth(1).expect("a number").to_owned();
    assert_eq!(events(&world.program().say("log verify").out), events(&length), "as many events as before");
    // Somebody restores the whole folder of checkpoints.
    restore(&world, "checkpoints", "late-checkpoints");
    let refused = world.program().say("--at 2026-11-30T09:00:00Z send alice bob");
    assert_eq!((refused.exit, refused.out.as_str()), (Exit::Failed, ""), "{}", refused.stderr);
    assert!(refused.stderr.contains("once had other events"), "{}", refused.stderr);
    let connected = world.program().say("--at 2026-11-30T09:00:00Z connected alice");
    assert!(!connected.out.contains("bob"), "{}", connected.out);
    assert_eq!(connected.exit, Exit::Damaged, "{}", connected.stderr);
    write(&world, "log accept-truncation");
    assert_eq!(checkpoint_count(&world), 1, "the one of the events that both histories share");
    check_same(&world, "another history");
}

#[test]
fn a_restored_older_log_answers_the_same_with_and_without_checkpoints() {
    for has_early_checkpoints in [false, true] {
        let world = accepted();
        restore(&world, "log", "early-log");
        if has_early_checkpoints {
            restore(&world, "checkpoints", "early-checkpoints");
        }
        assert_eq!(world.program().say("--at 2026-11-30T09:00:00Z member add x").exit, Exit::Failed);
        write(&world, "log accept-truncation");
        write(&world, "--at 2026-11-21T09:00:00Z member add other");
        check_same(&world, "restored");
    }
}
