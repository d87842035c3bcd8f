//! The form of an answer: it fits a screen, its parts come in a fixed order, and what staff may say aloud holds no secret.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, iter};

use acquaint_cli::grammar::Exit;
use acquaint_tests::Program;
use serde_json::Value;

use crate::scripts;

pub(crate) const LINES_MAX: usize = 15;
const LINES_EVER_MAX: usize = 24;
pub(crate) const COLUMNS: usize = 80;
const LABELS: [&str; 9] = ["SAY", "Why", "Side", "Also", "Now", "Don't", "Next", "Today", "Proof"];

/// The request ids in a text, sorted.
pub(crate) fn requests(text: &str) -> BTreeSet<String> {
    let is_id = |word: &&str| {
        word.len() == 14 && word.starts_with('R') && word.bytes().skip(1).all(|b| b.is_ascii_alphanumeric())
    };
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(is_id).map(str::to_owned).collect()
}

/// The answers in a transcript to `why` commands that begin with `begins`, each with its command.
fn answers<'a>(transcript: &'a str, begins: &str) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    let mut rest = transcript;
    while let Some(at) = rest.find("> why ") {
        let command_end = rest[at..].find('\n').map_or(rest.len(), |end| at + end);
        let command = &rest[at + 2..command_end];
        let answer = &rest[(command_end + 1).min(rest.len())..];
        let end = answer.find("\n> ").map_or(answer.len(), |end| end + 1);
        if command.starts_with(begins) {
            found.push((command, &answer[..end]));
        }
        rest = &answer[end..];
    }
    found
}

fn check_form(command: &str, answer: &str, lines_max: usize) {
    let lines: Vec<&str> = answer.lines().collect();
    assert!((1..=lines_max).contains(&lines.len()), "{command}: {} lines\n{answer}", lines.len());
    for line in &lines {
        assert!(line.chars().count() <= COLUMNS, "{command}: {line}");
    }
    let is_code = |word: &str| {
        word.len() == 6 && word.starts_with("CR") && word[2..].bytes().all(|b| b.is_ascii_digit())
    };
    assert!(lines[0].split(' ').next_back().is_some_and(is_code), "{command}: {}", lines[0]);
    let labels: Vec<&str> =
        lines.iter().filter_map(|line| LABELS.into_iter().find(|label| line.starts_with(label))).collect();
    let in_order: Vec<&str> = LABELS.into_iter().filter(|label| labels.contains(label)).collect();
    assert_eq!(labels, in_order, "{command}\n{answer}");
    assert!(lines.iter().all(|line| !LABELS.contains(&line.trim())), "{command}: an empty part\n{answer}");
    let is_staff = command.contains("agent") || command.contains("engineer");
    assert_eq!(labels.first() == Some(&"SAY"), is_staff, "{command}\n{answer}");
}

fn check_json(sender: &Value, staff: &Value) {
    for answer in [sender, staff] {
        let as_of = answer["as_of"].as_str().expect("a moment");
        for timer in answer["timers"].as_array().expect("timers") {
            assert!(timer["at"].as_str().expect("a moment") > as_of, "{answer}");
        }
        for advice in answer["remedy"].as_array().expect("advice") {
            assert!(advice["text"].is_string(), "{advice}");
            assert_eq!(advice["action"].is_null(), advice["command"].is_null(), "{advice}");
        }
    }
    // An agent may say only the beginning of what the sender is told.
    let reason = sender["reasons"][0].as_str().map_or(String::new(), |reason| format!(" {reason}"));
    let told = format!("{}{reason}", sender["headline"].as_str().expect("a sentence"));
    assert_eq!(staff["pass_on"].as_str(), Some(told.as_str()), "{}", staff["request"]);
}

/// Plays a script with queries at its end about some of its requests, at its last moment and forty days later. Returns the
/// number of answers that were checked.
fn check_script(script: &Path) -> usize {
    const ASKED_MAX: usize = 8;
    let (folder, scripts) = scripts::linked();
    let play = |name: &str, text: &str| {
        let file = scripts.join(format!("{name}.acq"));
        fs::write(&file, text).expect("a script");
        let program = Program::on(&folder.path().join(name));
        let played = program.run(&["run", file.to_str().expect("UTF-8")]);
        assert_eq!(played.exit, Exit::Ok, "{}\n{}", script.display(), played.stderr);
        (played.out, program)
    };
    let text = fs::read_to_string(script).expect("a script");
    let (played, program) = play("asked", &text);
    let asked: Vec<String> = requests(&played).into_iter().take(ASKED_MAX).collect();
    let viewers = ["sender", "agent", "engineer"];
    let questions = |format: &str| {
        let ask = |request: &String| {
            viewers.map(|viewer| format!("why {request} --viewer {viewer}{format}\n")).concat()
        };
        asked.iter().map(ask).collect::<String>()
    };
    let human = questions("");
    let json = questions(" --format ndjson");
    let (told, _) = play("form", &format!("{text}\n{human}{json}advance 40d\n{human}{json}"));
    let mut count = 0;
    for (command, answer) in answers(&told, "why ") {
        if !command.contains("--format") && !command.contains("--all") && !command.contains("--full") {
            check_form(command, answer, LINES_MAX);
            count += 1;
        }
    }
    let read = |viewer: &str| -> Vec<Value> {
        let all = answers(&told, "why R").into_iter();
        let all = all.filter(|(command, _)| command.ends_with(&format!("{viewer} --format ndjson")));
        all.map(|(_, answer)| serde_json::from_str(answer).expect("JSON")).collect()
    };
    for (sender, staff) in iter::zip(read("sender"), read("agent")) {
        check_json(&sender, &staff);
    }
    for request in &asked {
        let command = format!("why {request} --viewer recipient");
        let told = program.say(&command);
        if told.exit == Exit::Ok {
            check_form(&command, &told.out, LINES_MAX);
        } else {
            assert_eq!(told.exit, Exit::NotFound, "{command}: {}", told.stderr);
        }
    }
    count
}

#[test]
fn every_answer_of_every_script_fits_a_screen_for_every_viewer() {
    let scripts = scripts::all();
    assert!(scripts.len() >= 48);
    let count: usize = scripts.iter().map(|script| check_script(script)).sum();
    assert!(count > 600, "{count}");
}

#[test]
fn the_longest_names_make_no_line_too_wide_and_no_answer_too_long() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("data"));
    let (long, local) = ("a".repeat(60), "b".repeat(60));
    let email = format!("{local}@{}.example.org", "c".repeat(60));
    let companies: Vec<String> = (0..40).map(|n| format!("company-{n}-{}", "d".repeat(100))).collect();
    let at = "--at 2026-01-05T09:00:00Z";
    for line in [
        format!("member add {long} --email {email}"),
        "member add bob".to_owned(),
        format!("settings bob --companies {} --titles {}", companies.join(","), companies.join(",")),
        format!("send {long} bob"),
        format!("send {long} nobody{email}"),
        format!("send bob {email}"),
        format!("send {long} {}", "é".repeat(90)),
    ] {
        assert_eq!(program.say(&format!("{at} {line}")).exit, Exit::Ok, "{line}");
    }
    let all = program.say("log show --format ndjson").out;
    for request in requests(&all) {
        for viewer in ["sender", "recipient", "agent", "engineer"] {
            let command = format!("{at} why {request} --viewer {viewer}");
            let told = program.say(&command);
            if told.exit == Exit::Ok {
                check_form(&command, &told.out, LINES_EVER_MAX);
            }
        }
    }
    assert!(requests(&all).len() >= 4);
}

#[test]
fn each_option_adds_its_part_to_the_brief_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("data"));
    for line in ["member add alice", "member add bob", "send alice bob"] {
        assert_eq!(program.say(&format!("--at 2026-01-05T09:00:00Z {line}")).exit, Exit::Ok, "{line}");
    }
    let why = |more: &str| program.say(&format!("--at 2026-01-06T09:00:00Z why alice bob {more}")).out;
    let brief = why("");
    for (more, parts) in [
        ("--rules", &["Every rule, in order"][..]),
        ("--events", &["\nEvents\n", "request-arrived", "\nNot yet\n"]),
        (
            "--full",
            &["Every rule, in order", "\nEvents\n", "It can be any of these", "What is never disclosed"],
        ),
    ] {
        let told = why(more);
        assert!(told.starts_with(&brief), "{more}\n{told}");
        for part in parts {
            assert!(told.contains(part) && !brief.contains(part), "{more}: {part}\n{told}");
        }
    }
    let markdown = why("--viewer agent --format markdown");
    assert!(markdown.starts_with("> **May be said to the member:** Sent to bob on"), "{markdown}");
}
