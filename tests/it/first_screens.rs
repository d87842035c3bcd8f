//! The first screen of `check`, `follow-up`, `standing`, `quota`, `review` and `find`: short, narrow, and with its code at
//! the end of a line.

use std::fs;
use std::path::Path;

use acquaint_cli::grammar::Exit;
use acquaint_tests::Program;

use crate::answer_form::{COLUMNS, LINES_MAX, requests};
use crate::scripts;

/// The most members of a script who are asked about.
const MEMBERS_MAX: usize = 3;

fn check_screen(command: &str, screen: &str) {
    let lines: Vec<&str> = screen.lines().collect();
    assert!((1..=LINES_MAX).contains(&lines.len()), "{command}: {} lines\n{screen}", lines.len());
    for line in &lines {
        assert!(line.chars().count() <= COLUMNS, "{command}: {line}");
        assert_eq!(*line, line.trim_end(), "{command}: {line}");
    }
    let first = lines[0];
    assert!(!first.starts_with("CR"), "{command}: the code comes first\n{screen}");
    if command.starts_with("check ") {
        let code = first.rsplit(' ').next().unwrap_or_default();
        assert!(code.len() == 6 && code.starts_with("CR"), "{command}: {first}");
    }
}

/// The members whom a script adds, without those whose accounts it closes.
fn members(script: &str) -> Vec<&str> {
    let added = script.lines().filter_map(|line| line.strip_prefix("member add ")?.split(' ').next());
    let is_closed = |member: &&str| script.contains(&format!("member close {member}"));
    added.filter(|member| !is_closed(member)).take(MEMBERS_MAX).collect()
}

/// The queries of one moment, a line each.
fn questions(members: &[&str]) -> String {
    let mut asked = String::from("review list\n");
    for member in members {
        for viewer in ["", " --viewer agent", " --viewer engineer"] {
            for what in ["follow-up", "standing", "quota"] {
                asked.push_str(&format!("{what} {member}{viewer}\n"));
            }
        }
        for other in members {
            asked.push_str(&format!("check {member} {other}\n"));
        }
        asked.push_str(&format!("check {member} nobody@example.net --note 'We met in Porto'\n"));
    }
    asked
}

/// Plays a script with queries at its end and forty days later. Returns the number of screens that were checked.
fn check_script(script: &Path) -> usize {
    let (folder, scripts) = scripts::linked();
    let text = fs::read_to_string(script).expect("a script");
    let members = members(&text);
    let asked = questions(&members);
    let file = scripts.join("asked.acq");
    fs::write(&file, format!("{text}\n{asked}advance 40d\n{asked}")).expect("a script");
    let program = Program::on(&folder.path().join("data"));
    let played = program.run(&["run", file.to_str().expect("UTF-8")]);
    assert_eq!(played.exit, Exit::Ok, "{}\n{}", script.display(), played.stderr);
    let mut count = 0;
    for answered in played.out.split("\n> ") {
        let Some((command, screen)) = answered.split_once('\n') else { continue };
        if asked.lines().any(|line| line == command) {
            check_screen(command, screen);
            count += 1;
        }
    }
    count + check_found(&program, &members)
}

/// Checks what `find` prints for a member and a pair, and the page of a held request.
fn check_found(program: &Program, members: &[&str]) -> usize {
    let mut commands = Vec::new();
    if let [first, ..] = members {
        commands.push(vec!["find".to_owned(), (*first).to_owned()]);
    }
    if let [first, second, ..] = members {
        commands.push(vec!["find".to_owned(), format!("{first} > {second}")]);
    }
    let held = requests(&program.say("review list --full").out);
    commands.extend(
        held.into_iter().take(1).map(|request| vec!["review".to_owned(), "show".to_owned(), request]),
    );
    for command in &commands {
        let words: Vec<&str> = command.iter().map(String::as_str).collect();
        let told = program.run(&words);
        let said = if told.exit == Exit::Ok { &told.out } else { &told.stderr };
        assert!([Exit::Ok, Exit::NotFound].contains(&told.exit), "{command:?}: {said}");
        check_screen(&command.join(" "), said);
    }
    commands.len()
}

#[test]
fn the_first_screen_of_every_query_is_short_and_narrow_for_every_viewer_of_every_script() {
    let scripts = scripts::all();
    assert!(scripts.len() >= 52);
    let count: usize = scripts.iter().map(|script| check_script(script)).sum();
    assert!(count > 2_000, "{count}");
}

#[test]
fn full_and_json_show_what_the_first_screen_leaves_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("data"));
    let at = |day: &str, line: &str| program.say(&format!("--at 2026-{day}T09:00:00Z {line}"));
    assert_eq!(at("01-05", "member add ann").exit, Exit::Ok);
    for number in 0..12 {
        assert_eq!(at("01-05", &format!("member add friend{number}")).exit, Exit::Ok);
        assert_eq!(at("01-05", &format!("send ann friend{number}")).exit, Exit::Ok);
    }
    let brief = at("02-05", "follow-up ann").out;
    check_screen("follow-up ann", &brief);
    assert!(
        brief.starts_with("ann has 12 requests to follow up; the oldest has waited for 31 days.\n"),
        "{brief}"
    );
    assert!(brief.contains("\nMore   9 more to follow up: --full, or --skip 3\n"), "{brief}");
    let skipped = at("02-05", "follow-up ann --skip 3").out;
    assert!(skipped.contains("\n4      friend"), "{skipped}");
    let full = at("02-05", "follow-up ann --full").out;
    assert!(full.contains("\n12     friend") && full.contains("acquaint remind ann friend11"), "{full}");
    let json = at("02-05", "follow-up ann --format json").out;
    assert_eq!(json.matches("\"chance_percent\"").count(), 12, "{json}");
    let found = at("02-05", "find from:ann").out;
    check_screen("find from:ann", &found);
    assert!(found.starts_with("`from:ann`: 12 requests, 12 of them open.\n"), "{found}");
    for (line, part) in [
        ("standing ann --full", "accepts requests from  everyone"),
        ("quota ann --full", "requests-per-day  0     300"),
        ("check ann friend0 --full", "\nBest practices\n"),
        ("check ann friend0 --rules", "\nEvery rule, in order\n"),
    ] {
        let whole = at("02-05", line).out;
        let brief = at("02-05", line.rsplit_once(' ').expect("two words").0).out;
        assert!(whole.contains(part) && !brief.contains(part), "{line}\n{whole}");
    }
}

#[test]
fn an_open_request_is_found_before_those_that_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("data"));
    for line in ["member add ann", "member add bob", "send ann bob", "send ann bob", "send ann bob"] {
        assert_eq!(program.say(&format!("--at 2026-01-05T09:00:00Z {line}")).exit, Exit::Ok, "{line}");
    }
    let found = program.run(&["--at", "2026-01-06T09:00:00Z", "find", "ann > bob"]).out;
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines[0], "`ann > bob`: 3 requests, 1 of them open.");
    assert!(lines[1].starts_with("1      ann -> bob, since 5 Jan 2026 09:00 (24 hours), open"), "{found}");
    assert!(lines[1].ends_with("CR0801"), "{found}");
    assert!(lines[3].ends_with("CR0201") && lines[5].ends_with("CR0201"), "{found}");
    let json = program.run(&["--at", "2026-01-06T09:00:00Z", "find", "ann > bob", "--format", "json"]).out;
    assert!(
        json.find("\"open\": true").expect("an open one") < json.find("\"open\": false").expect("another"),
        "{json}"
    );
}

#[test]
fn a_text_that_finds_nothing_is_answered_with_how_it_was_read_and_what_may_be_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("data"));
    assert_eq!(program.say("--at 2026-01-05T09:00:00Z member add carl").exit, Exit::Ok);
    let told = program.say("find carol");
    assert_eq!(told.exit, Exit::NotFound);
    assert_eq!(
        told.stderr,
        "acquaint: nothing found for `carol`.\nTried  as a request, code, pair, member, typed address, day\n\
         Now    did you mean `carl`? acquaint find carl\n"
    );
}
