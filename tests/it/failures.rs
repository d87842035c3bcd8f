//! What a caller of the engine is told when the disk is full, another program writes, or the account is closed.
//! (`outstanding.rs` tests a full queue.)

use std::sync::Arc;

use acquaint_cli::grammar::Exit;
use acquaint_engine::{Engine, SubmitError};
use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{FileLog, OpenError, Options};

use crate::kernels::joins;
use crate::random_worlds::genesis;
use crate::world::{World, log_files};

fn options() -> Options {
    Options { segment_bytes: 64 << 10, ..Options::default() }
}

#[test]
fn a_full_disk_stops_the_engine_and_every_acknowledged_command_is_there_afterwards() {
    let disk = HostileDisk::new(7);
    let log = FileLog::open_on(Arc::new(disk.clone()), &options()).expect("a log is made");
    let engine = Engine::open(Arc::new(log), &genesis()).expect("it opens");
    engine.submit(joins(0)).expect("there is room");
    // Three segments fit, and nothing more.
    disk.limit(3 * options().segment_bytes);
    let mut acknowledged = 1;
    let refused = loop {
        match engine.submit(joins(acknowledged)) {
            Ok(_) => acknowledged += 1,
            Err(error) => break error,
        }
        assert!(acknowledged < 100_000, "the disk never becomes full");
    };
    assert!(matches!(&refused, SubmitError::Stopped { .. }), "{refused:?}");
    let said = refused.to_string();
    assert!(said.starts_with("log stopped: ") && said.contains("check the disk"), "{said}");
    assert_eq!(engine.submit(joins(acknowledged)), Err(refused.clone()), "for good");
    assert!(engine.read(|views| views.last()).is_err(), "nothing is read that is not durable");
    drop(engine);
    disk.limit(u64::MAX);
    let log = FileLog::open_on(Arc::new(disk), &options()).expect("it opens again");
    let engine = Engine::open(Arc::new(log), &genesis()).expect("and reads");
    let members = engine.read(|views| views.members.iter().count()).expect("it continues");
    assert!(members == acknowledged || members == acknowledged + 1, "{members} of {acknowledged}");
    engine.submit(joins(members)).expect("there is room again");
}

#[test]
fn a_second_engine_on_a_folder_is_refused_while_the_first_is_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log");
    let log = FileLog::open(&path, &options()).expect("a log is made");
    let first = Engine::open(Arc::new(log), &genesis()).expect("it opens");
    first.submit(joins(0)).expect("it writes");
    let second = FileLog::open(&path, &options()).map(drop);
    let Err(refused @ OpenError::Locked { .. }) = second else { panic!("{second:?}") };
    assert!(refused.to_string().contains("another process is writing to the log"), "{refused}");
    first.submit(joins(1)).expect("the first is not disturbed");
    drop(first);
    let log = FileLog::open(&path, &options()).expect("it is free");
    let second = Engine::open(Arc::new(log), &genesis()).expect("it opens");
    assert_eq!(second.read(|views| views.members.iter().count()), Ok(2));
}

#[test]
fn a_command_about_a_closed_account_is_refused_with_its_name_and_nothing_is_written() {
    let world = World::new();
    world.play("at 2026-11-21T08:00:00Z\nmember add alice\nmember add bob\nmember close alice\n");
    let before = log_files(&world.data());
    for line in [
        "send alice bob",
        "check alice bob",
        "block alice bob",
        "settings alice --confirm on",
        "contacts import alice bob@example.org",
        "member set alice --title Engineer",
        "member ban alice",
        "member close alice",
        "accept alice bob",
        "withdraw alice bob",
        "connect bob alice",
    ] {
        let ran = world.program().say(&format!("--at 2026-11-21T09:00:00Z {line}"));
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::NotFound, ""), "{line}");
        let expected =
            "acquaint: the member `alice` has closed the account; a closed account can do nothing\n";
        assert_eq!(ran.stderr, expected, "{line}");
    }
    assert!(log_files(&world.data()) == before, "nothing was written");
}
