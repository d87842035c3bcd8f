//! What the recipient does in private does not show: worlds that differ in that alone give the sender the same bytes.

use std::fs;

use acquaint::grammar::Exit;
use acquaint_tests::Program;
use proptest::prelude::*;
use tempfile::TempDir;

/// How the sender names the recipient.
const ADDRESSES: [&str; 3] = ["bob", "https://www.example.org/in/Bob/", "Bob@example.org"];

/// What the recipient, or the network about the recipient, can do before the request arrives.
const BEFORE: [&str; 13] = [
    "settings bob --accept-from contacts",
    "settings bob --accept-from contacts-or-email",
    "settings bob --max-degree 1",
    "settings bob --companies Acme",
    "settings bob --titles Painter",
    "settings bob --confirm on",
    "contacts import bob alice@example.org",
    "block bob alice",
    "member restrict bob --for 30d --cause spam",
    "member ban bob",
    "member close bob",
    "block bob carol",
    "send bob dora",
];

/// What can happen to it afterwards, short of an acceptance.
const AFTER: [&str; 11] = [
    "decline bob alice",
    "ignore bob alice",
    "report bob alice",
    "block bob alice",
    "member close bob",
    "settings bob --accept-from contacts",
    "settings bob --confirm on",
    "member restrict bob --for 2d",
    "member ban bob",
    "member set bob --company Acme --title Painter",
    "contacts import bob alice@example.org",
];

/// Everything that a sender can ask, and do again.
const QUESTIONS: [&str; 12] = [
    "why alice TO",
    "trace alice TO",
    "pending alice",
    "blocked alice",
    "connected alice",
    "quota alice",
    "standing alice",
    "follow-up alice",
    "member show alice",
    "check alice TO",
    "check alice TO --note hello --via mobile",
    "check alice dora",
];

struct World {
    folder: TempDir,
}

impl World {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Plays lines as a script, up to the first that fails; gives what was printed, and the exit code.
    fn play(&self, lines: &[String]) -> String {
        let script = self.folder.path().join("script.acq");
        fs::write(&script, lines.join("\n")).expect("the script is written");
        let ran = self.program().run(&["run", script.to_str().expect("a path in UTF-8")]);
        let folder = self.folder.path().to_string_lossy().into_owned();
        format!("{}\n{}\nexit {}", ran.out, ran.talk.replace(&folder, ""), ran.exit.number())
    }

    fn try_private(&self, at: &str, act: &str) {
        let ran = self.program().say(&format!("--at {at} {act}"));
        assert!(matches!(ran.exit, Exit::Ok | Exit::NotFound), "{act}: {}", ran.talk);
    }

    fn program(&self) -> Program {
        Program::on(&self.folder.path().join("data"))
    }
}

fn lines(text: &[&str]) -> Vec<String> {
    text.iter().map(|line| (*line).to_owned()).collect()
}

/// All that the sender of a request to `to` sees, in a world where these private acts happen.
fn seen_by_the_sender(to: &str, before: &[&str], after: &[&str], bobs_email: &str) -> String {
    let world = World::new();
    let bob = format!("member add bob --profile https://example.org/in/bob {bobs_email}");
    world.play(&lines(&[
        "at 2026-01-05T09:00:00Z",
        "member add alice --email alice@example.org --company Initech --title Engineer",
        &bob,
        "member add carol",
        "member add dora",
        "connect alice carol",
    ]));
    for act in before {
        world.try_private("2026-01-05T10:00:00Z", act);
    }
    let sent = world.play(&lines(&["at 2026-01-05T11:00:00Z", &format!("send alice {to} --note hello")]));
    for act in after {
        world.try_private("2026-01-05T12:00:00Z", act);
    }
    let mut asked = Vec::new();
    for at in ["2026-01-06T09:00:00Z", "2026-01-14T09:00:00Z"] {
        asked.push(format!("at {at}"));
        for question in QUESTIONS {
            asked.push(question.replace("TO", to));
            asked.push(format!("{} --format json", question.replace("TO", to)));
        }
        asked.push(format!("send alice {to}"));
    }
    asked.push(format!("withdraw alice {to}"));
    asked.push(format!("why alice {to}"));
    asked.push(format!("send alice {to}"));
    asked.push(format!("why alice {to}"));
    asked.push("at 2026-07-20T09:00:00Z".to_owned());
    asked.push(format!("why alice {to}"));
    asked.push("pending alice".to_owned());
    asked.push(format!("withdraw alice {to}"));
    sent + &world.play(&asked)
}

fn check_same(to: &str, before: &[&str], after: &[&str]) {
    let plain = seen_by_the_sender(to, &[], &[], "--email bob@example.org");
    let private = seen_by_the_sender(to, before, after, "--email bob@example.org");
    assert_eq!(private, plain, "to {to}, before {before:?}, after {after:?}");
}

#[test]
fn what_the_recipient_did_before_the_request_does_not_show() {
    for to in ADDRESSES {
        let plain = seen_by_the_sender(to, &[], &[], "--email bob@example.org");
        for act in BEFORE {
            let private = seen_by_the_sender(to, &[act], &[], "--email bob@example.org");
            assert_eq!(private, plain, "to {to}, {act}");
        }
    }
}

#[test]
fn what_the_recipient_does_with_the_request_does_not_show() {
    for to in ADDRESSES {
        let plain = seen_by_the_sender(to, &[], &[], "--email bob@example.org");
        for act in AFTER {
            let private = seen_by_the_sender(to, &[], &[act], "--email bob@example.org");
            assert_eq!(private, plain, "to {to}, {act}");
        }
    }
}

#[test]
fn whether_an_email_address_is_anybodys_does_not_show() {
    let somebodys = seen_by_the_sender("Bob@example.org", &[], &[], "--email bob@example.org");
    let nobodys = seen_by_the_sender("Bob@example.org", &[], &[], "");
    assert_eq!(nobodys, somebodys);
}

#[test]
fn an_acceptance_does_show() {
    let plain = seen_by_the_sender("bob", &[], &[], "--email bob@example.org");
    let accepted = seen_by_the_sender("bob", &[], &["accept bob alice"], "--email bob@example.org");
    assert_ne!(accepted, plain, "the comparison tells worlds apart");
    let asked = plain.matches("> why alice bob").count();
    assert!(asked >= 6 && plain.contains("CR0807"), "the sender's questions are played to their end: {plain}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_private_acts_shows(
        to in proptest::sample::select(ADDRESSES.to_vec()),
        before in proptest::collection::vec(proptest::sample::select(BEFORE.to_vec()), 0..4),
        after in proptest::collection::vec(proptest::sample::select(AFTER.to_vec()), 0..5),
    ) {
        // What comes after a closing is refused, which is as private.
        check_same(to, &before, &after);
    }
}
