//! Texts as long as their bound, one character longer, and far longer.

use std::fs;

use acquaint_cli::grammar::Exit;
use acquaint_domain::bounds::{self, TextBound};

use super::{COMMANDS, QUESTIONS, ask, check_clean, check_exit, every_question, filled};
use crate::world::{World, log_files};

const BEGIN: &str = "at 2026-11-21T08:00:00Z
member add alice --email alice@example.org
member add bob --email bob@example.org
member add carol
send alice bob
";

/// A command with a text, and the bound of that text.
fn places() -> Vec<(Vec<&'static str>, TextBound)> {
    vec![
        (vec!["send", "alice", "{}"], bounds::ADDRESS),
        (vec!["check", "alice", "{}"], bounds::ADDRESS),
        (vec!["why", "alice", "{}"], bounds::ADDRESS),
        (vec!["find", "{}"], bounds::SEARCH),
        (vec!["send", "alice", "carol", "--note", "{}"], bounds::NOTE),
        (vec!["send", "carol", "alice", "--via", "api:{}"], bounds::CLIENT),
        (vec!["send", "carol", "bob", "--command-id", "{}"], bounds::COMMAND_ID),
        (vec!["member", "set", "alice", "--company", "{}"], bounds::COMPANY),
        (vec!["member", "set", "alice", "--title", "{}"], bounds::TITLE),
        (vec!["settings", "alice", "--companies", "Acme,{}"], bounds::COMPANY),
        (vec!["settings", "alice", "--titles", "Tester,{}"], bounds::TITLE),
        (vec!["why", "alice", "bob", "--viewer", "agent", "--as", "{}", "--because", "x"], bounds::AGENT),
        (vec!["why", "alice", "bob", "--viewer", "agent", "--as", "x", "--because", "{}"], bounds::REASON),
    ]
}

#[test]
fn every_text_has_a_bound_and_a_longer_one_is_refused_with_it() {
    let world = World::new();
    world.play(BEGIN);
    let program = world.program();
    for (pattern, bound) in places() {
        for (c, most) in [("a", bound.most), ("🙂", bound.most)] {
            let words = filled(&pattern, 0, &c.repeat(most)).expect("a gap");
            let ran = &ask(&program, &words)[0];
            assert!(
                matches!(ran.exit, Exit::Ok | Exit::NotFound),
                "{pattern:?}: {:?} {}",
                ran.exit,
                ran.stderr
            );
            let before = log_files(&world.data());
            for more in [most + 1, most + 70_000] {
                let words = filled(&pattern, 0, &c.repeat(more)).expect("a gap");
                let ran = &ask(&program, &words)[0];
                assert_eq!(ran.exit, Exit::BadInput, "{pattern:?}: {}", ran.stderr);
                let told =
                    format!("{} may have at most {most} characters, and this one has {more}", bound.what);
                assert!(ran.stderr.contains(&told), "{pattern:?}: {}", ran.stderr);
                assert!(log_files(&world.data()) == before, "{pattern:?} wrote something");
            }
        }
    }
    for words in every_question() {
        for ran in ask(&program, &words) {
            check_exit(&words, &ran);
            check_clean(&words, &ran);
        }
    }
}

#[test]
fn every_list_has_a_bound_and_a_longer_one_is_refused_with_it() {
    let world = World::new();
    world.play(BEGIN);
    let program = world.program();
    let list = |count: usize| (0..count).map(|number| format!("name {number}")).collect::<Vec<_>>().join(",");
    for option in ["--companies", "--titles"] {
        let settings =
            |count| program.run(&["--at", "2026-11-21T09:00:00Z", "settings", "bob", option, &list(count)]);
        assert_eq!(settings(bounds::AUDIENCE.most).exit, Exit::Ok);
        let ran = settings(bounds::AUDIENCE.most + 1);
        assert_eq!(ran.exit, Exit::BadInput);
        assert!(
            ran.stderr.contains("at most 200 companies or titles in a setting, and there are 201"),
            "{}",
            ran.stderr
        );
    }
    let contacts = |count: usize| {
        let emails: Vec<String> = (0..count).map(|number| format!("c{number}@example.org")).collect();
        let words = ["--at", "2026-11-21T09:00:00Z", "contacts", "import", "bob"];
        let words: Vec<&str> = words.into_iter().chain(emails.iter().map(String::as_str)).collect();
        program.run(&words)
    };
    assert_eq!(contacts(bounds::CONTACTS.most).exit, Exit::Ok);
    let ran = contacts(bounds::CONTACTS.most + 1);
    assert_eq!(ran.exit, Exit::BadInput);
    assert!(ran.stderr.contains("at most 5000 contacts in one import, and there are 5001"), "{}", ran.stderr);
}

#[test]
fn a_far_too_long_text_in_any_place_gives_a_short_error() {
    let world = World::new();
    world.play(BEGIN);
    let program = world.program();
    for text in ["x".repeat(70_001), "🙂".repeat(70_001), "a b,".repeat(20_000), "-".repeat(70_001)] {
        for pattern in COMMANDS.iter().chain(&QUESTIONS) {
            for words in (0..4).map_while(|place| filled(pattern, place, &text)) {
                let ran = &ask(&program, &words)[0];
                check_exit(&words, ran);
                if words.iter().any(|word| word.len() > 70_000) {
                    assert!(
                        ran.stderr.len() < 20_000,
                        "{:?}: {} bytes",
                        &words[..2.min(words.len())],
                        ran.stderr.len()
                    );
                }
            }
        }
    }
}

#[test]
fn of_a_million_bad_lines_in_a_script_a_hundred_are_reported() {
    let world = World::new();
    let file = world.file("bad.acq", "sned alice bob\n".repeat(1_000_000));
    let ran = world.program().run(&["run", &file]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""));
    assert_eq!(ran.stderr.matches("unknown command").count(), 100);
    assert!(ran.stderr.contains("100 lines are wrong; the lines after them were not read"), "{}", ran.stderr);
    let long = world.file("long.acq", format!("send alice bob --note '{}'\n", "x".repeat(2 << 20)));
    let ran = world.program().run(&["run", &long]);
    assert_eq!(ran.exit, Exit::BadInput);
    assert!(ran.stderr.contains("split it into several") && ran.stderr.len() < 2_000, "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn an_endless_file_is_refused_with_the_size_limit() {
    let world = World::new();
    world.play(BEGIN);
    let root = "0".repeat(64);
    for words in [
        &["run", "/dev/zero"][..],
        &["policy", "check", "/dev/zero"],
        &["policy", "adopt", "/dev/zero"],
        &["policy", "show", "/dev/zero"],
        &["policy", "test", "article", "/dev/zero"],
        &["policy", "test", "/dev/zero", "/dev/zero"],
        &["policy", "backtest", "/dev/zero"],
        &["why", "alice", "bob", "--under", "/dev/zero"],
        &["log", "check-proof", "/dev/zero", "--root", &root],
        &["import", "messages", "/dev/zero"],
    ] {
        let ran = world.program().run(words);
        assert_eq!(ran.exit, Exit::BadInput, "{words:?}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("is larger than") || ran.stderr.contains("has at most"),
            "{words:?}: {}",
            ran.stderr
        );
    }
    let ran = world.program().run(&["import", "ndjson", "/dev/zero"]);
    assert_eq!(ran.exit, Exit::BadInput, "{}", ran.stderr);
}

#[test]
fn an_overlong_line_of_records_is_refused_unread() {
    let world = World::new();
    world.play(BEGIN);
    let head = "{\"acquaint\":\"network\",\"version\":1,\"as_of\":\"2026-01-01T00:00:00Z\"}\n";
    let many_fields: Vec<String> = (0..100_000).map(|number| format!("\"f{number}\":1")).collect();
    for line in ["x".repeat(8 << 20), format!("{{{}}}", many_fields.join(","))] {
        let file = world.file("network.ndjson", format!("{head}{line}\n"));
        let ran = world.program().run(&["import", "ndjson", &file]);
        assert_eq!(ran.exit, Exit::BadInput, "{}", ran.stderr);
        assert!(ran.stderr.len() < 2_000, "{}", ran.stderr);
    }
    let company = "c".repeat(bounds::COMPANY.most + 1);
    let file = world.file(
        "long.ndjson",
        format!("{head}{{\"type\":\"member\",\"handle\":\"zoe\",\"company\":\"{company}\"}}\n"),
    );
    let ran = world.program().run(&["import", "ndjson", &file]);
    assert_eq!(ran.exit, Exit::BadInput, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("line 2: a company may have at most 200 characters, and this one has 201"),
        "{}",
        ran.stderr
    );
    fs::remove_file(file).expect("it was there");
}
