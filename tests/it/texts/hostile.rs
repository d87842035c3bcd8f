//! Texts that would control a terminal, reverse the direction of what follows, or forge a line.

use super::{COMMANDS, FORGED, QUESTIONS, ask, check_clean, check_exit, every_question, filled};
use crate::world::World;

/// Put into every place of every command and query, and into files and their names.
const TEXTS: [&str; 6] = [
    "x\u{1b}[31m\u{1b}]0;title\u{7}\nFORGED line",
    "\r\nFORGED\u{202e}\u{2066}\u{200b}x",
    "\u{9b}2J\u{90}\u{7f}\u{2028}FORGED\u{feff}\u{ad}x",
    "🙂\u{200d}👩\u{200d}👧 e\u{301}\u{301}\u{301} שלום مرحبا \u{e0041}\u{200d}",
    "\0\u{1}\t\u{b}\u{c}x",
    "`'\"\\ =HYPERLINK(1) <b>&amp;|*_[x](y)~~",
];

const BEGIN: &str = "at 2026-11-21T08:00:00Z
member add alice --email alice@example.org --profile https://example.org/in/alice
member add bob --email bob@example.org
member add carol
at 2026-11-21T08:30:00Z
send alice bob --note hello
send carol bob
accept bob carol
block bob carol
";

#[test]
fn no_argument_controls_a_terminal_or_forges_a_line() {
    let world = World::new();
    world.play(BEGIN);
    let program = world.program();
    for text in TEXTS {
        for pattern in COMMANDS.iter().chain(&QUESTIONS) {
            for words in (0..4).map_while(|place| filled(pattern, place, text)) {
                let formats = if COMMANDS.contains(pattern) { 1 } else { 3 };
                for ran in ask(&program, &words).iter().take(formats) {
                    check_exit(&words, ran);
                    check_clean(&words, ran);
                }
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
fn nothing_in_a_file_or_its_name_controls_a_terminal_or_forges_a_line() {
    let world = World::new();
    world.play(BEGIN);
    let program = world.program();
    for (number, text) in TEXTS.into_iter().enumerate() {
        let one_line = text.replace(['\n', '\r'], " ");
        let article = acquaint_policy::ARTICLE;
        let quoted: String = text.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect();
        let record = serde_json::json!({ "type": text, "handle": text, text: 1 });
        let files = [
            ("script.acq", format!("{one_line}\nsend alice {one_line}\nat {one_line}\nexpect {one_line}\n")),
            ("policy.toml", format!("{one_line} = 1\n{article}")),
            ("key.toml", format!("\"{quoted}\" = 1\n{article}")),
            ("messages.txt", format!("{one_line}\n")),
            ("network.ndjson", format!("{record}\n")),
            (
                "records.ndjson",
                format!(
                    "{{\"acquaint\":\"network\",\"version\":1,\"as_of\":\"2026-01-01T00:00:00Z\"}}\n{record}\n"
                ),
            ),
            ("Connections.csv", format!("{text}\n{text}\n")),
            ("proof.json", format!("{{\"schema\":{}}}", serde_json::json!(text))),
        ];
        for (name, content) in files {
            let paths = [world.file(name, &content), world.file(&hostile_name(number, name), &content)];
            for path in paths {
                for words in [
                    vec!["run", &path],
                    vec!["policy", "check", &path],
                    vec!["policy", "adopt", &path],
                    vec!["policy", "test", "article", &path],
                    vec!["import", &path],
                    vec!["import", "linkedin", &path],
                    vec!["import", "messages", &path],
                    vec!["import", "ndjson", &path],
                    vec!["log", "check-proof", &path, "--root", &"0".repeat(64)],
                ] {
                    let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
                    for ran in ask(&program, &words) {
                        check_exit(&words, &ran);
                        check_clean(&words, &ran);
                    }
                }
            }
        }
    }
}

fn hostile_name(number: usize, name: &str) -> String {
    format!("{number}\u{1b}[31m\n{FORGED}\u{202e}-{name}")
}

#[test]
fn a_policy_with_a_hostile_name_is_adopted_and_controls_nothing() {
    let world = World::new();
    world.play(BEGIN);
    let program = world.program();
    let name = "\\u001b[31m\\n FORGED\\nFORGED\\u202e\\u200b";
    let text = acquaint_policy::ARTICLE
        .replacen("name = \"article\"", &format!("name = \"{name}\""), 1)
        .replacen("id = \"requests-per-day\"", &format!("id = \"{name}\""), 1)
        .replacen("id = \"often-reported\"", &format!("id = \"{name}2\""), 1);
    let file = world.file("ours.toml", text);
    for words in
        [vec!["policy", "check", &file], vec!["policy", "adopt", &file], vec!["policy", "show", &file]]
    {
        let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        let ran = &ask(&program, &words)[0];
        assert_eq!(ran.exit, acquaint_cli::grammar::Exit::Ok, "{}", ran.stderr);
        check_clean(&words, ran);
    }
    for words in every_question() {
        for ran in ask(&program, &words) {
            check_exit(&words, &ran);
            check_clean(&words, &ran);
        }
    }
}
