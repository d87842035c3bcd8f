//! What the recipient does in private does not show: worlds that differ in that alone give the sender the same bytes.

use std::fs;

use acquaint::grammar::Exit;
use acquaint_tests::Program;
use proptest::prelude::*;
use tempfile::TempDir;

/// How the sender names the recipient.
const ADDRESSES: [&str; 3] = ["bob", "https://www.example.org/in/Bob/", "Bob@example.org"];

/// What the recipient, or the network about the recipient, can do before the request arrives.
const BEFORE: [&str; 16] = [
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
    // Not one of his connections: those are public.
    "block bob dora",
    "send bob dora",
    "send bob nobody@example.com",
    "member set bob --company Acme --title Painter --tier premium",
    // The address that the sender may have used is no longer his.
    "member set bob --email elsewhere@example.org",
];

/// What can happen to it afterwards, short of an acceptance.
const AFTER: [&str; 17] = [
    "decline bob alice",
    "ignore bob alice",
    "report bob alice",
    "confirm bob alice",
    "block bob alice",
    "unblock bob alice",
    "member close bob",
    "settings bob --accept-from contacts",
    "settings bob --accept-from everyone",
    "settings bob --confirm on",
    "settings bob --confirm off",
    "member restrict bob --for 2d",
    "member ban bob",
    "member lift bob",
    "member set bob --company Acme --title Painter",
    "member set bob --email elsewhere@example.org",
    "contacts import bob alice@example.org",
];

/// Several acts, one on the other: what came before the request, and what after it.
const STORIES: [(&[&str], &[&str]); 7] = [
    (&["settings bob --confirm on"], &["confirm bob alice"]),
    (&["settings bob --confirm on"], &["confirm bob alice", "decline bob alice"]),
    (&["settings bob --confirm on"], &["report bob alice", "block bob alice"]),
    (&["settings bob --accept-from contacts"], &["settings bob --accept-from everyone", "ignore bob alice"]),
    (&["block bob alice"], &["unblock bob alice", "decline bob alice"]),
    (&["member ban bob"], &["member lift bob", "member close bob"]),
    (&[], &["ignore bob alice", "report bob alice", "block bob alice", "member close bob"]),
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

/// What a sender cannot do about a request that was not answered: it fails in the same way in every world.
const IN_VAIN: [&str; 6] = [
    "accept alice TO",
    "decline alice TO",
    "disconnect alice TO",
    "unblock alice TO",
    "confirm alice TO",
    "appeal open alice",
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

    /// What one line prints, which may fail, and the exit code.
    fn say(&self, line: &str) -> String {
        let ran = self.program().say(line);
        format!("{line}\n{}\n{}\nexit {}\n", ran.out, ran.talk, ran.exit.number())
    }

    fn program(&self) -> Program {
        Program::on(&self.folder.path().join("data"))
    }
}

fn lines(text: &[&str]) -> Vec<String> {
    text.iter().map(|line| (*line).to_owned()).collect()
}

/// Questions at a moment, each for people and for programs.
fn questions(at: &str, to: &str) -> Vec<String> {
    let both = |question: &&str| {
        let question = question.replace("TO", to);
        [format!("{question} --format json"), question]
    };
    std::iter::once(format!("at {at}")).chain(QUESTIONS.iter().flat_map(both)).collect()
}

/// All that the sender of a request to `to` sees, in a world where these private acts happen. What comes after the
/// request happens once more when it was withdrawn and sent anew.
fn seen_by_the_sender(to: &str, before: &[&str], after: &[&str], bobs_email: &str) -> String {
    seen_under("article", to, (before, after), bobs_email)
}

/// The same under a policy of this name.
fn seen_under(policy: &str, to: &str, (before, after): (&[&str], &[&str]), bobs_email: &str) -> String {
    let world = World::new();
    let bob = format!("member add bob --profile https://example.org/in/bob {bobs_email}");
    let script = |text: &[&str]| lines(text).iter().map(|line| line.replace("TO", to)).collect::<Vec<_>>();
    world.play(&lines(&[
        "at 2026-01-05T09:00:00Z",
        "member add alice --email alice@example.org --company Initech --title Engineer",
        &bob,
        "member add carol",
        "member add dora",
        "member add erin",
        "connect alice carol",
        "connect alice erin",
        // Two who are connected with both, and are named in the order of how well they may know them.
        "connect bob carol",
        "connect bob erin",
        "connect erin dora",
        &format!("policy adopt {policy}"),
    ]));
    for act in before {
        world.try_private("2026-01-05T10:00:00Z", act);
    }
    let mut seen = world.play(&script(&["at 2026-01-05T11:00:00Z", "send alice TO --note hello"]));
    for act in after {
        world.try_private("2026-01-05T12:00:00Z", act);
    }
    for at in ["2026-01-06T09:00:00Z", "2026-01-14T09:00:00Z"] {
        seen += &world.play(&questions(at, to));
        seen += &world.play(&script(&[&format!("at {at}"), "send alice TO", "send alice TO --format json"]));
    }
    for (index, line) in IN_VAIN.iter().enumerate() {
        let format = ["human", "json"][index % 2];
        seen +=
            &world.say(&format!("--at 2026-01-14T10:00:00Z --format {format} {}", line.replace("TO", to)));
    }
    seen += &world.play(&script(&[
        "at 2026-01-15T09:00:00Z",
        "withdraw alice TO --format json",
        "why alice TO",
        "send alice TO --command-id anew",
        "send alice TO --command-id anew --format json",
        "why alice TO",
    ]));
    for act in after {
        world.try_private("2026-01-15T12:00:00Z", act);
    }
    seen += &world.play(&questions("2026-01-25T09:00:00Z", to));
    // A closing is half a year old, and the second request is a few days younger.
    seen += &world.play(&questions("2026-07-10T09:00:00Z", to));
    seen += &world.play(&script(&[
        "at 2026-07-20T09:00:00Z",
        "why alice TO",
        "pending alice",
        "follow-up alice",
    ]));
    // It has expired.
    seen += &world.say(&format!("--at 2026-07-20T09:00:00Z withdraw alice {to}"));
    seen + &world.play(&script(&["at 2026-07-21T09:00:00Z", "send alice TO", "pending alice", "quota alice"]))
}

/// Fails with the first line that differs, and what stood before it.
#[track_caller]
fn assert_same(private: &str, plain: &str, case: &str) {
    let differs = private.lines().zip(plain.lines()).position(|(one, other)| one != other);
    if let Some(place) = differs {
        let about = |text: &str| {
            text.lines().take(place + 1).skip(place.saturating_sub(6)).collect::<Vec<_>>().join("\n")
        };
        panic!("{case}\n--- in private\n{}\n--- plain\n{}", about(private), about(plain));
    }
    assert_eq!(private, plain, "{case}");
}

fn check_same(to: &str, before: &[&str], after: &[&str]) {
    let plain = seen_by_the_sender(to, &[], &[], "--email bob@example.org");
    let private = seen_by_the_sender(to, before, after, "--email bob@example.org");
    assert_same(&private, &plain, &format!("to {to}, before {before:?}, after {after:?}"));
}

#[test]
fn what_the_recipient_did_before_the_request_does_not_show() {
    for to in ADDRESSES {
        let plain = seen_by_the_sender(to, &[], &[], "--email bob@example.org");
        for act in BEFORE {
            let private = seen_by_the_sender(to, &[act], &[], "--email bob@example.org");
            assert_same(&private, &plain, &format!("to {to}, {act}"));
        }
    }
}

#[test]
fn what_the_recipient_does_with_the_request_does_not_show() {
    for to in ADDRESSES {
        let plain = seen_by_the_sender(to, &[], &[], "--email bob@example.org");
        for act in AFTER {
            let private = seen_by_the_sender(to, &[], &[act], "--email bob@example.org");
            assert_same(&private, &plain, &format!("to {to}, {act}"));
        }
    }
}

#[test]
fn one_act_on_the_other_does_not_show() {
    for to in ADDRESSES {
        let plain = seen_by_the_sender(to, &[], &[], "--email bob@example.org");
        for (before, after) in STORIES {
            let private = seen_by_the_sender(to, before, after, "--email bob@example.org");
            assert_same(&private, &plain, &format!("to {to}, {before:?}, {after:?}"));
        }
    }
}

#[test]
fn whether_an_email_address_is_anybodys_does_not_show() {
    let somebodys = seen_by_the_sender("Bob@example.org", &[], &[], "--email bob@example.org");
    let nobodys = seen_by_the_sender("Bob@example.org", &[], &[], "");
    assert_same(&nobodys, &somebodys, "nobody's address");
}

#[test]
fn limits_caps_and_cool_downs_do_not_tell_what_the_recipient_did() {
    let email = "--email bob@example.org";
    for to in [ADDRESSES[0], ADDRESSES[2]] {
        let plain = seen_under("linkedin-observed", to, (&[], &[]), email);
        assert!(plain.contains("CR0203") && plain.contains("attempts-limit"), "{plain}");
        for act in AFTER.iter().step_by(6) {
            let private = seen_under("linkedin-observed", to, (&[], &[act]), email);
            assert_same(&private, &plain, &format!("to {to}, {act}"));
        }
        for (before, after) in STORIES {
            let private = seen_under("linkedin-observed", to, (before, after), email);
            assert_same(&private, &plain, &format!("to {to}, {before:?}, {after:?}"));
        }
    }
}

#[test]
fn an_acceptance_does_show() {
    let plain = seen_by_the_sender("bob", &[], &[], "--email bob@example.org");
    let accepted = seen_by_the_sender("bob", &[], &["accept bob alice"], "--email bob@example.org");
    assert_ne!(accepted, plain, "the comparison tells worlds apart");
    let asked = plain.matches("> why alice bob").count();
    assert!(
        asked >= 6 && plain.contains("CR0807"),
        "the sender's questions are played to their end: {plain}"
    );
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
