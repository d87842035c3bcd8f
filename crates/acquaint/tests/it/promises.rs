//! The promises of the guide's page on guarantees.

use std::fs;
use std::path::Path;

use acquaint::{
    Code, Connect, Engine, EngineBuilder, Error, Folder, ManualClock, NewMember, PairCommand, SendOutcome,
    Span,
};

use crate::{join, network};

fn on(folder: &Path) -> EngineBuilder<Folder> {
    Engine::builder(folder).clock(ManualClock::default())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("it lists") {
        let entry = entry.expect("it lists");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("it copies");
        }
    }
}

#[test]
fn acknowledged_events_survive_a_crash_and_an_orderly_shutdown() {
    let folder = tempfile::tempdir().expect("a folder");
    let (orderly, crashed) = (folder.path().join("orderly"), folder.path().join("crashed"));
    let engine = on(&orderly).open().expect("it opens");
    join(&engine, &["alice", "bob"]);
    let sent = engine.send(Connect::from("alice").to("bob")).expect("a reply");
    // The files as they are while the engine runs: what a killed process leaves.
    copy(&orderly, &crashed);
    drop(engine);
    for folder in [orderly, crashed] {
        let engine = on(&folder).open().expect("it opens");
        assert_eq!(engine.requests_by("alice"), Ok(vec![sent.request]));
        assert_eq!(engine.pending_received("bob").expect("a member").len(), 1);
    }
}

#[test]
fn one_engine_writes_to_a_folder_and_the_last_handle_frees_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Engine::builder(folder.path()).open().expect("it opens");
    let other = engine.clone();
    drop(engine);
    assert!(matches!(Engine::builder(folder.path()).open(), Err(Error::InUse { .. })));
    join(&other, &["alice"]);
    drop(other);
    let engine = Engine::builder(folder.path()).open().expect("it opens");
    assert_eq!(engine.members(), Ok(vec!["alice".to_owned()]));
}

#[test]
fn a_folder_that_has_lost_its_log_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = on(folder.path()).open().expect("it opens");
    join(&engine, &["alice", "bob"]);
    drop(engine);
    fs::remove_dir_all(folder.path().join("log")).expect("it is removed");
    let refused = on(folder.path()).open().expect_err("events are lost");
    assert!(matches!(refused, Error::LostEvents { position: 4, .. }), "{refused:?}");
}

#[test]
fn a_handle_is_shared_between_threads() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let (engine, _) = network(&["hub"]);
    shared(&engine);
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let engine = engine.clone();
            std::thread::spawn(move || {
                let name = format!("m{thread}");
                engine.add_member(name.as_str())?;
                engine.send(Connect::from(name).to("hub"))
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().expect("it ends").expect("a reply").outcome, SendOutcome::InTransit);
    }
    assert_eq!(engine.pending_received("hub").expect("a member").len(), 4);
}

#[test]
fn a_command_id_belongs_to_its_member_and_survives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = on(folder.path()).open().expect("it opens");
    join(&engine, &["alice", "bob", "carol"]);
    let by = |sender: &str| Connect::from(sender).to("carol").command_id("1");
    let first = engine.send(by("alice")).expect("a reply");
    assert!(!engine.send(by("bob")).expect("another member's").repeated);
    drop(engine);
    let engine = on(folder.path()).open().expect("it opens");
    let again = engine.send(by("alice")).expect("a reply");
    assert_eq!((again.request, again.at, again.repeated), (first.request, first.at, true));
    // A member's command ids are shared by all kinds of commands.
    let act = PairCommand::by("alice").on("carol").command_id("1");
    assert_eq!(engine.withdraw(act.clone()), Err(Error::CommandIdReused));
    assert!(engine.withdraw(act.command_id("2")).expect("a reply").happened());
}

#[test]
fn a_command_is_never_executed_twice_however_late_the_retry() {
    let (engine, clock) = network(&["alice", "bob"]);
    let connect = Connect::from("alice").to("bob").command_id("1");
    engine.send(connect.clone()).expect("a reply");
    let week = Span::days(7).as_millis();
    clock.advance(Span::millis(week - 1));
    assert!(engine.send(connect.clone()).expect("within seven days").repeated);
    clock.advance(Span::millis(1));
    assert_eq!(engine.send(connect), Err(Error::CommandIdExpired));
    assert_eq!(engine.requests_by("alice").expect("a member").len(), 1);
}

#[test]
fn request_ids_of_two_folders_differ_and_an_engine_in_memory_can_repeat_its_own() {
    let id = |engine: Engine| {
        join(&engine, &["alice"]);
        engine.send(Connect::from("alice").to("bob")).expect("a reply").request
    };
    let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
    let [one, other] = folders.each_ref().map(|folder| id(on(folder.path()).open().expect("it opens")));
    assert_ne!(one, other);
    let memory = |key| Engine::in_memory().request_ids_from(key).open().expect("it opens");
    assert_eq!(id(memory(7)), id(memory(7)));
    assert_ne!(id(memory(7)), id(memory(8)));
    assert_ne!(
        id(Engine::in_memory().open().expect("it opens")),
        id(Engine::in_memory().open().expect("it opens"))
    );
}

#[test]
fn many_sends_are_answered_in_order_and_an_error_does_not_stop_the_others() {
    let (engine, _) = network(&["alice", "bob"]);
    let by = |sender: &str, to: &str| Connect::from(sender).to(to);
    let replies =
        engine.send_many([by("alice", "bob"), by("a b", "bob"), by("zoe", "bob"), by("bob", "bob")]);
    let outcomes: Vec<_> = replies.into_iter().map(|reply| reply.map(|sent| sent.outcome)).collect();
    assert_eq!(outcomes[0], Ok(SendOutcome::InTransit));
    assert!(matches!(outcomes[1], Err(Error::MalformedAddress { .. })), "{outcomes:?}");
    assert!(matches!(outcomes[2], Err(Error::UnknownMember { .. })), "{outcomes:?}");
    assert_eq!(outcomes[3], Ok(SendOutcome::Refused(Code::SelfRequest)));
}

#[test]
fn more_sends_than_the_queue_holds_are_all_answered() {
    let (engine, _) = network(&["alice"]);
    let replies = engine.send_many((0..5_000).map(|number| Connect::from("alice").to(format!("x{number}"))));
    assert_eq!((replies.len(), replies.iter().filter(|reply| reply.is_err()).count()), (5_000, 0));
}

#[test]
fn a_file_in_place_of_the_folder_and_foreign_files_in_the_folder_are_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "text").expect("it is written");
    let refused = on(&file).open().expect_err("a file");
    assert!(matches!(refused, Error::Storage { .. }), "{refused:?}");
    fs::create_dir_all(folder.path().join("log")).expect("a folder");
    fs::write(folder.path().join("log/letters.txt"), "text").expect("it is written");
    let refused = on(folder.path()).open().expect_err("no log");
    assert!(matches!(refused, Error::Storage { .. }), "{refused:?}");
    fs::write(folder.path().join("clock"), "soon").expect("it is written");
    let refused = Engine::builder(folder.path()).open().expect_err("no reading");
    assert!(matches!(refused, Error::Storage { .. }), "{refused:?}");
}

#[test]
fn a_check_sends_nothing_and_only_a_valid_policy_is_adopted() {
    let (engine, _) = network(&["alice", "bob"]);
    let connect = Connect::from("alice").to("bob");
    assert_eq!(engine.check(&connect), Ok(SendOutcome::InTransit));
    assert_eq!(engine.requests_by("alice"), Ok(Vec::new()));
    let refused = engine.adopt_policy("no policy").expect_err("it does not read");
    assert!(matches!(refused, Error::InvalidPolicy { .. }), "{refused:?}");
    assert!(engine.adopt_policy(acquaint::policies::ARTICLE).expect("it reads").happened());
    let bad = Engine::in_memory().policy("no policy").open().expect_err("it does not read");
    assert!(matches!(bad, Error::InvalidPolicy { .. }), "{bad:?}");
}

#[test]
fn changing_a_member_keeps_the_fields_that_are_omitted() {
    let (engine, _) = network(&[]);
    engine
        .add_member(NewMember::named("alice").emails(["Alice@Example.org"]).company("Acme"))
        .expect("it is free");
    engine.change_member(NewMember::named("alice").title("Engineer")).expect("a member");
    let account = engine.account("alice").expect("a member");
    assert_eq!(account.emails, ["alice@example.org"]);
    assert_eq!((account.company.as_deref(), account.title.as_deref()), (Some("Acme"), Some("Engineer")));
    let taken = engine.add_member(NewMember::named("alicia").emails(["alice@example.org"]));
    assert!(matches!(taken, Err(Error::InvalidInput { .. })), "{taken:?}");
}
