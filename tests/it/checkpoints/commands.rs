//! Checkpoints on the command line.

use std::fs;

use acquaint_checkpoint::FORMAT;
use acquaint_cli::grammar::Exit;
use serde_json::Value;

use crate::world::World;

/// A folder with a few members and requests.
fn world() -> World {
    let world = World::of_small_segments();
    for line in [
        "member add alice --email alice@example.org",
        "member add bob",
        "member add carol",
        "send alice bob",
        "accept bob alice",
        "send alice carol",
    ] {
        let ran = world.program().say(&format!("--at 2026-11-21T09:00:00Z {line}"));
        assert_eq!(ran.exit, Exit::Ok, "{line}: {}", ran.stderr);
    }
    world
}

/// A line with what it prints and its exit code; paths of this test are replaced.
fn said(world: &World, line: &str) -> String {
    let ran = world.program().say(line);
    let all = world.named(&format!("{}{}", ran.out, ran.stderr));
    format!("> {line}\n{all}exit {:?}\n", ran.exit)
}

fn files(world: &World) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(world.data().join("checkpoints")).expect("the folder lists");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("it lists").path()).collect();
    files.sort();
    files
}

#[test]
fn a_checkpoint_is_written_used_and_proven() {
    let world = world();
    let before = world.program().say("--at 2026-11-22T09:00:00Z why alice carol --viewer engineer").out;
    let ran = world.program().say("checkpoint --format json");
    let written: Value = serde_json::from_str(&ran.out).expect("JSON");
    let file = written["file"].as_str().expect("a path");
    assert_eq!(written["schema"], "acquaint.checkpoint.v1");
    assert_eq!(written["bytes"], fs::metadata(file).expect("it is there").len());
    let mut page = said(&world, "checkpoint");
    assert_eq!(
        world.program().say("--at 2026-11-22T09:00:00Z why alice carol --viewer engineer").out,
        before
    );
    let ran = world.program().say("--at 2026-11-21T10:00:00Z withdraw alice carol");
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""));
    page.push_str(&said(&world, "replay"));
    insta::assert_snapshot!(page, @"
    > checkpoint
    there is already a checkpoint of event 15, the last event
    exit Ok
    > replay
    rebuilt every view from 17 events: equal to the live ones
    the checkpoint of event 15 and the 2 events after it: equal to the rebuilt views
    exit Ok
    ");
}

#[test]
fn a_checkpoint_that_cannot_be_used_is_a_warning_and_the_answer_is_the_same() {
    let world = world();
    let asked = "--at 2026-11-21T12:00:00Z pending alice";
    let before = world.program().say(asked);
    assert_eq!(world.program().say("checkpoint").exit, Exit::Ok);
    let file = files(&world).pop().expect("it was written");
    let mut bytes = fs::read(&file).expect("it is there");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&file, bytes).expect("it is written");
    let after = world.program().say(asked);
    assert_eq!((after.exit, &after.out), (before.exit, &before.out));
    let named =
        |stderr: &str| world.named(stderr).replace(&format!(".{FORMAT}.checkpoint"), ".FORMAT.checkpoint");
    let mut page = named(&after.stderr);
    for line in
        ["--at 2026-11-21T12:00:00Z withdraw alice carol", "replay", "checkpoint --format ndjson", "replay"]
    {
        let ran = world.program().say(line);
        assert_eq!(ran.exit, Exit::Ok, "{line}");
        page.push_str(&format!("> {line}\n{}", named(&ran.stderr)));
    }
    insta::assert_snapshot!(page, @r#"
    acquaint: checkpoint `FOLDER/data/checkpoints/00000000000000000015.FORMAT.checkpoint` cannot be used: its checksum does not match; the log is replayed from event 1
    > --at 2026-11-21T12:00:00Z withdraw alice carol
    acquaint: checkpoint `FOLDER/data/checkpoints/00000000000000000015.FORMAT.checkpoint` cannot be used: its checksum does not match; the log is replayed from event 1
    > replay
    acquaint: checkpoint `FOLDER/data/checkpoints/00000000000000000015.FORMAT.checkpoint` cannot be used: its checksum does not match
    > checkpoint --format ndjson
    {"schema":"acquaint.note.v1","message":"checkpoint `FOLDER/data/checkpoints/00000000000000000015.FORMAT.checkpoint` cannot be used: its checksum does not match; the log is replayed from event 1"}
    > replay
    acquaint: checkpoint `FOLDER/data/checkpoints/00000000000000000015.FORMAT.checkpoint` cannot be used: its checksum does not match
    "#);
}

#[test]
fn a_moment_before_the_checkpoint_is_answered_as_of_then() {
    let world = world();
    let asked = "--at 2026-11-20T09:00:00Z pending alice --viewer agent";
    let before = world.program().say(asked);
    assert_eq!(world.program().say("checkpoint").exit, Exit::Ok);
    let after = world.program().say(asked);
    assert_eq!((before.exit, before.out, before.stderr), (after.exit, after.out, after.stderr));
}

#[test]
fn a_backup_has_no_checkpoints() {
    let world = world();
    assert_eq!(world.program().say("checkpoint").exit, Exit::Ok);
    let copy = world.data().with_file_name("copy");
    let ran = world.program().run(&["log", "backup", copy.to_str().expect("UTF-8")]);
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.stderr);
    let names =
        fs::read_dir(&copy).expect("the copy lists").map(|entry| entry.expect("it lists").file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["log"]);
}

#[test]
fn damage_near_a_checkpoint_is_always_reported_and_damage_long_before_it_only_where_it_is_read() {
    let world = world();
    let segment = world.data().join("log/00000000000000000001.segment");
    let damage = |place: usize| {
        let good = fs::read(&segment).expect("it reads");
        let mut bad = good.clone();
        bad[place] ^= 1;
        fs::write(&segment, bad).expect("it is written");
        good
    };
    assert_eq!(world.program().say("checkpoint").exit, Exit::Ok);
    // Opening reads the last segment, and the segment of the checkpoint's last events, so damage there is always found.
    for sealed in [false, true] {
        if sealed {
            assert_eq!(world.program().say("log seal").exit, Exit::Ok);
        }
        let good = damage(1_000);
        for line in ["pending alice", "checkpoint", "replay", "member add dan", "log verify"] {
            let ran = world.program().say(line);
            assert_eq!(ran.exit, Exit::Failed, "sealed {sealed}, {line}: {}", ran.stderr);
            assert!(ran.stderr.contains("damaged"), "sealed {sealed}, {line}: {}", ran.stderr);
        }
        fs::write(&segment, good).expect("it is written");
    }
    let members: String = (0..70).map(|member| format!("member add m{member}\n")).collect();
    let script = world.file("members.acq", format!("at 2026-11-21T10:00:00Z\n{members}"));
    assert_eq!(world.program().run(&["run", &script]).exit, Exit::Ok);
    assert_eq!(world.program().say("checkpoint").exit, Exit::Ok);
    damage(1_000);
    let mut page = String::new();
    for line in ["--at 2026-11-22T09:00:00Z pending alice", "why alice bob", "replay"] {
        page.push_str(&said(&world, line));
    }
    insta::assert_snapshot!(page, @"
    > --at 2026-11-22T09:00:00Z pending alice
    open requests of alice
      direction  with   since                     state               request
      sent       carol  21 Nov 2026 09:00:00 UTC  CR0903 undisclosed  RBHQ53G9P1WED1
    exit Ok
    > why alice bob
    acquaint: the log is damaged from position 1 on: `FOLDER/data/log/00000000000000000001.segment` at byte 136: the frame is not whole, the checksum of its records is wrong; everything before it is intact
    exit Failed
    > replay
    acquaint: the log is damaged from position 1 on: `FOLDER/data/log/00000000000000000001.segment` at byte 136: the frame is not whole, the checksum of its records is wrong; everything before it is intact
    exit Failed
    ");
}

#[test]
fn a_script_can_write_checkpoints_while_it_is_the_writer() {
    let world = World::of_small_segments();
    let script = world.file(
        "two.acq",
        "at 2026-11-21T10:00:00Z\nmember add alice\ncheckpoint\nmember add bob\ncheckpoint\nmember add carol\n",
    );
    let ran = world.program().run(&["run", &script]);
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""));
    let positions: Vec<String> =
        files(&world).iter().map(|path| path.file_name().expect("a name").to_string_lossy().into()).collect();
    assert_eq!(positions, [3, 4].map(|position| format!("{position:020}.{FORMAT}.checkpoint")));
    let proven = world.program().say("replay");
    assert_eq!(proven.out.matches("equal to the rebuilt views").count(), 2, "{}", proven.out);
}

#[test]
fn a_run_that_adds_a_hundred_thousand_events_leaves_a_checkpoint_and_a_smaller_one_does_not() {
    let world = World::new();
    assert_eq!(world.program().say("--at 2026-11-21T09:00:00Z member add alice").exit, Exit::Ok);
    assert!(!world.data().join("checkpoints").exists());
    let rows: String = (0..100_000)
        .map(|row| format!("{} {} {}\n", 1 + row / 100, 5_000 + row % 100, 1_900_000_000 + row))
        .collect();
    let file = world.file("messages", rows);
    let ran = world.program().run(&["import", "messages", &file]);
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""));
    assert_eq!(files(&world).len(), 1);
    let ran = world.program().say("--at 2040-01-01T09:00:00Z member add dan");
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""));
    assert_eq!(files(&world).len(), 1);
    let proven = world.program().say("replay").out;
    assert!(proven.contains("and the 1 event after it: equal to the rebuilt views"), "{proven}");
}
