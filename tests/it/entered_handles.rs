//! A member's handle is shown as the member entered it, and found however it is entered.

use std::sync::Arc;

use acquaint_cli::grammar::Exit;
use acquaint_domain::{Command, EnteredHandle, Handle, Profile, Tier, Timestamp};
use acquaint_engine::{Engine, Genesis, Input, SubmitError, When};
use acquaint_log::MemoryLog;
use serde_json::Value;

use crate::world::World;

/// Zoë joins with a capital and a decomposed letter; her handle is asked for in other ways.
const STORY: &str = "at 2026-11-21T08:00:00Z
member add Zoe\u{308} --company Acme
member add ann
member add bob
settings ann --confirm on
send ZOË ann
send ann zoe\u{308}
send bob zoë
member set zoë --title Engineer
";

const QUESTIONS: &[&str] = &[
    "member show ZOË",
    "pending bob",
    "quota ZOË",
    "standing ZOË",
    "follow-up ZOË",
    "find ZOË",
    "requests --from ZOË",
    "why ZOË ann --viewer agent",
    "why ZOË ann --viewer recipient",
    "connected ann",
];

fn shows_it_as_entered(world: &World) {
    for question in QUESTIONS {
        let ran = world.program().say(&format!("--at 2026-11-21T09:00:00Z {question}"));
        assert_eq!(ran.exit, Exit::Ok, "{question}: {}", ran.stderr);
        assert!(ran.out.contains("Zoë"), "{question}: {}", ran.out);
        // A title repeats the question's terms, which are canonical.
        assert!(!ran.out.replace("from:zoë", "").contains("zoë"), "{question}: {}", ran.out);
    }
}

#[test]
fn every_list_and_answer_shows_a_handle_as_its_member_entered_it() {
    let world = World::new();
    let transcript = world.play(STORY);
    assert!(transcript.contains("Zoë is a member"), "{transcript}");
    shows_it_as_entered(&world);
    assert_eq!(world.program().say("checkpoint").exit, Exit::Ok);
    shows_it_as_entered(&world);
}

#[test]
fn a_network_file_keeps_it() {
    let world = World::new();
    world.play(STORY);
    let exported = world.program().say("export ndjson");
    assert_eq!(exported.exit, Exit::Ok, "{}", exported.stderr);
    let member = exported.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let handles: Vec<String> = member.filter_map(|line| Some(line["handle"].as_str()?.to_owned())).collect();
    assert_eq!(handles, ["ann", "bob", "Zoë"]);
    let other = World::new();
    let file = other.file("network.ndjson", &exported.out);
    assert_eq!(other.program().run(&["import", "ndjson", &file]).exit, Exit::Ok);
    let shown = other.program().say("member show zoë");
    assert!(shown.out.contains("Zoë"), "{}", shown.out);
}

#[test]
fn a_handle_is_not_shown_as_another_one() {
    let at = Timestamp::from_millis(1_767_603_600_000);
    let genesis = Genesis { id_key: 1, policy: acquaint_policy::ARTICLE.to_owned(), at };
    let engine = Engine::open(Arc::new(MemoryLog::default()), &genesis).expect("an empty log opens");
    let profile = Profile { entered_handle: EnteredHandle::of("Bob"), ..Profile::default() };
    let handle = Handle::parse("alice").expect("a handle");
    let command = Command::AddMember { handle, tier: Tier::Free, profile };
    let refused = engine.submit(Input { command, when: When::NotBefore(at), key: None });
    assert!(matches!(refused, Err(SubmitError::BadInput(sentence)) if sentence.contains("`Bob`")));
}
