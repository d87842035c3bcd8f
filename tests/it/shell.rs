//! What a person at a terminal meets: the width of lists, the page without a command, what a change of settings says, guesses
//! for an unknown name, and files of the data folder that are damaged or no files.

use acquaint_cli::grammar::{Exit, commands};
use acquaint_tests::{Program, Ran};
use serde_json::Value;

use crate::world::World;

/// The width of a page.
const COLUMNS: usize = 80;

/// Members with names as long as real ones, requests in every state that a list shows, and a site-wide incident.
fn busy() -> World {
    let world = World::of_small_segments();
    let mut script = "at 2026-01-05T09:00:00Z
member add alexandra.montgomery-fitzgerald --email alexandra.montgomery-fitzgerald@department.example.org
member add bob --email bob@example.org
member add maximilian_von_hohenstein --company \"Example and Daughters Limited\" --title Engineer
member add carol
settings bob --accept-from contacts
settings maximilian_von_hohenstein --max-degree 2 --companies Acme,Example --titles Nurse
block carol alexandra.montgomery-fitzgerald
at 2026-01-05T10:00:00Z
send alexandra.montgomery-fitzgerald bob
send alexandra.montgomery-fitzgerald maximilian_von_hohenstein --note \"We met in Porto\"
send alexandra.montgomery-fitzgerald carol
send alexandra.montgomery-fitzgerald somebody.with.a.rather.long.name@department.example.org
send alexandra.montgomery-fitzgerald nobody-of-that-name
send alexandra.montgomery-fitzgerald alexandra.montgomery-fitzgerald
send bob alexandra.montgomery-fitzgerald
settings carol --confirm on
send carol maximilian_von_hohenstein
member ban bob
appeal open bob
"
    .to_owned();
    for number in 0..24 {
        script.push_str(&format!("member add witness{number:02}\n"));
    }
    script.push_str("at 2026-01-06T09:00:00Z\nfault start --channel all\n");
    for number in 0..24 {
        script.push_str(&format!("send witness{number:02} carol --via mobile\n"));
    }
    script.push_str("advance 2h\nfault stop --channel all\n");
    world.play(&script);
    world.program().say("log seal");
    world
}

fn say(program: &Program, line: &str) -> Ran {
    program.say(&format!("--at 2026-01-20T09:00:00Z {line}"))
}

/// Every command that answers in rows, with arguments.
fn lists() -> Vec<String> {
    let alexandra = "alexandra.montgomery-fitzgerald";
    let mut lines = Vec::new();
    for command in commands() {
        match command.as_str() {
            "pending" | "connected" | "blocked" | "quota" | "standing" | "follow-up" => {
                for member in [alexandra, "carol", "maximilian_von_hohenstein"] {
                    lines.push(format!("{command} {member}"));
                    lines.push(format!("{command} {member} --viewer agent"));
                }
            }
            "member show" => lines.push(format!("{command} {alexandra}")),
            "trace" => lines.push(format!("{command} {alexandra} bob --viewer engineer")),
            "log show" => lines.extend([command.clone(), format!("{command} --member {alexandra}")]),
            "why" => lines.push(format!("why --all {alexandra}")),
            "find" => lines.extend(["carol", "2026-01-06", alexandra].map(|text| format!("find {text}"))),
            "policy diff" => lines.push("policy diff article linkedin-observed".to_owned()),
            // They need a file, or print no rows of the data folder.
            "policy test" | "whereabouts" | "run" | "log export" | "export ndjson" => {}
            _ => lines.push(command),
        }
    }
    lines
}

#[test]
fn every_list_fits_a_page_and_may_be_wider_with_wide() {
    let world = busy();
    let program = world.program();
    let mut rows_seen = 0;
    for line in lists() {
        let json = say(&program, &format!("{line} --format json"));
        let Ok(answer) = serde_json::from_str::<Value>(&json.out) else { continue };
        let Some(rows) = answer["rows"].as_array() else { continue };
        rows_seen += rows.len();
        let narrow = say(&program, &line);
        for text in narrow.out.lines() {
            assert!(text.chars().count() <= COLUMNS, "{line}: {text}\n{}", narrow.out);
        }
        let wide = say(&program, &format!("{line} --wide"));
        assert_eq!((narrow.exit, wide.exit), (Exit::Ok, Exit::Ok), "{line}");
        assert!(
            wide.out.lines().count() <= narrow.out.lines().count(),
            "{line}\n{}\n{}",
            wide.out,
            narrow.out
        );
    }
    assert!(rows_seen > 200, "{rows_seen}");
    for line in ["log stats", "policy rules"] {
        let ran = say(&program, line);
        assert!(ran.out.lines().all(|text| text.chars().count() <= COLUMNS), "{}", ran.out);
    }
    let whole = say(&program, "pending alexandra.montgomery-fitzgerald --viewer agent --wide").out;
    assert!(whole.contains("5 Jan 2026 10:00:00 UTC"), "{whole}");
    assert!(whole.lines().any(|text| text.chars().count() > COLUMNS), "{whole}");
}

#[test]
fn without_a_command_a_newcomer_sees_how_to_begin() {
    let program = Program::on(std::path::Path::new("nowhere"));
    for line in ["", "--format human"] {
        let ran = program.say(line);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
        insta::allow_duplicates! {
            insta::assert_snapshot!(ran.stderr, @"
            acquaint shows where a connection request went, and why.

            To begin:
              acquaint member add alice       add two members
              acquaint member add bob
              acquaint send alice bob         alice asks bob to connect
              acquaint why alice bob          where that request is, and what to do

            To look around:
              acquaint pending alice          her open requests
              acquaint check alice bob        what would happen to another request
              acquaint explain daily-limit    what a code means

            Usage: acquaint [OPTIONS] <COMMAND>
            `acquaint --help` lists all commands; `acquaint help send` explains one.
            The data is kept in ./acquaint-data; name another folder with --data.
            ");
        }
    }
}

#[test]
fn only_the_first_page_of_help_lists_the_options_of_every_command() {
    let program = Program::on(std::path::Path::new("nowhere"));
    for command in commands() {
        let page = program.say(&format!("help {command}")).out;
        for option in ["--data", "--confirm-time", "--at-position", "--color", "--seed", "--wide"] {
            assert!(!page.contains(&format!("      {option}")), "{command}: {option}\n{page}");
        }
        assert_eq!(page.matches("Options of every command").count(), 1, "{command}\n{page}");
        let short = program.say(&format!("{command} --help"));
        assert_eq!((short.exit, short.out.trim_end()), (Exit::Ok, page.trim_end()), "{command}");
    }
    let all = program.say("--help").out;
    for option in ["--data", "--format", "--at", "--wait", "--wide", "--confirm-time", "--seed"] {
        assert!(all.contains(option), "{option}");
    }
}

fn three() -> World {
    let world = World::of_small_segments();
    world.play(
        "at 2026-01-05T09:00:00Z\nmember add anna --profile https://www.linkedin.com/in/anna-lindqvist\n\
         member add tom\nmember add uwe\nmember add hans\nsend uwe hans\nsend anna tom@example.org\n",
    );
    world
}

#[test]
fn a_change_of_settings_says_what_is_in_force_and_what_it_stops() {
    let world = three();
    let program = world.program();
    let ran = say(&program, "settings anna --companies Acme,Example --max-degree 2");
    insta::assert_snapshot!(ran.out, @"
    done: anna's settings are changed
      accepts requests from: everyone
      from how far: 2nd degree or closer
      from companies: Acme, Example
      with titles: any
      confirm first: off
      note: anna can now send to people within 2 steps only (CR0304): `--max-degree`
            applies to own requests too
    ");
    let ran = say(&program, "settings anna --max-degree any --format json");
    let value: Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(
        (value["settings"].as_array().map(Vec::len), &value["warnings"]),
        (Some(5), &Value::from(Vec::<Value>::new()))
    );
    let card = say(&program, "member show anna").out;
    for line in
        ["from companies         Acme, Example", "with titles            any", "confirm first          off"]
    {
        assert!(card.contains(line), "{line}\n{card}");
    }
}

#[test]
fn a_command_that_changes_nothing_is_refused_and_its_advice_can_be_followed() {
    let world = three();
    let program = world.program();
    let events = || say(&program, "log show --format ndjson").out.lines().count();
    let before = events();
    let set = say(&program, "member set anna");
    assert_eq!(set.exit, Exit::Usage, "{}", set.out);
    let both = say(&program, "settings anna --companies none,Acme");
    assert_eq!(both.exit, Exit::BadInput, "{}", both.out);
    assert_eq!(events(), before);
    assert_eq!(say(&program, "member close tom").exit, Exit::Ok);
    let again = say(&program, "member add tom");
    assert_eq!(again.exit, Exit::BadInput);
    assert!(
        again.stderr.contains("closed the account") && !again.stderr.contains("member set"),
        "{}",
        again.stderr
    );
    let unknown = say(&program, "log show --request R0000000000001");
    assert_eq!((unknown.exit, unknown.out.as_str()), (Exit::NotFound, ""), "{}", unknown.stderr);
}

#[test]
fn an_unknown_name_is_compared_with_the_known_ones() {
    let world = three();
    let program = world.program();
    let check = |line: &str, said: Option<&str>| {
        let ran = say(&program, line);
        let text = format!("{}{}", ran.out, ran.stderr);
        match said {
            Some(said) => assert!(text.contains(said), "{line}: {text}"),
            None => {
                assert!(!text.contains("did you mean") && !text.contains("the other way"), "{line}: {text}")
            }
        }
    };
    let two = [
        "block",
        "unblock",
        "connect",
        "disconnect",
        "confirm",
        "accept",
        "decline",
        "ignore",
        "report",
        "withdraw",
    ];
    for word in two {
        check(&format!("{word} tom annna"), Some("did you mean `anna`?"));
        check(&format!("{word} annna tom"), Some("did you mean `anna`?"));
    }
    for word in
        ["pending", "connected", "blocked", "quota", "standing", "follow-up", "why --all", "member show"]
    {
        check(&format!("{word} annna"), Some("did you mean `anna`?"));
    }
    check("why tom annna", Some("did you mean `anna`?"));
    check("trace tom annna --viewer agent", Some("did you mean `anna`?"));
    check("block tom linkedin.com/in/ana-lindqvist", Some("did you mean `linkedin.com/in/anna-lindqvist`?"));
    check("block tom linkedin.com/in/xqzwv", None);
    check("why tom linkedin.com/in/xqzwv", None);
    check("block tom q", None);
    check("why hans uwe", Some("there is one the other way, from `uwe` to `hans`"));
    check("why hans uwe --viewer agent", Some("there is one the other way"));
    check("why tom anna", None);
    // Who has an e-mail address is a secret.
    check("why tom tomm@example.org", None);
}

#[test]
fn a_profile_url_is_compared_by_the_part_that_names_the_profile() {
    let world = World::of_small_segments();
    world.play(
        "at 2026-01-05T09:00:00Z\nmember add ann\nmember add carl --profile linkedin.com/in/carl\nconnect ann carl\n",
    );
    let program = world.program();
    let far = say(&program, "send ann https://www.linkedin.com/in/xqzwv");
    assert!(far.out.contains("CR0101") && !far.out.contains("carl"), "{}", far.out);
    let near = say(&program, "send ann https://www.linkedin.com/in/carll");
    assert!(near.out.contains("linkedin.com/in/carl`"), "{}", near.out);
    let nobody = say(&program, "member add dora --profile https://www.linkedin.com/in/");
    assert_eq!(nobody.exit, Exit::BadInput, "{}", nobody.out);
    for url in [
        "linkedin.com/in/lx/../ly",
        "linkedin.com/in/./carl",
        "example.org/a/%2e%2e/b",
        "linkedin.com/in",
        "xing.com/profile/",
    ] {
        let sent = say(&program, &format!("send ann {url}"));
        assert!(sent.out.contains("CR0102"), "{url}: {}", sent.out);
    }
}

#[test]
fn a_changed_summary_is_reported_and_replaced() {
    let world = three();
    let views = world.data().join("views");
    let text = std::fs::read_to_string(&views).expect("a summary");
    std::fs::write(&views, text.replacen("position ", "position 9", 1)).expect("it is written");
    let read = say(&world.program(), "pending anna");
    assert_eq!(read.exit, Exit::Ok, "{}", read.stderr);
    assert!(read.stderr.contains("is damaged and shows nothing"), "{}", read.stderr);
    let written = say(&world.program(), "member add dora");
    assert!(written.exit == Exit::Ok && written.stderr.contains("is damaged"), "{}", written.stderr);
    let replayed = world.program().say("replay");
    assert!(
        replayed.stderr.is_empty() && replayed.out.contains("equal to the live ones"),
        "{}",
        replayed.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_in_place_of_a_file_of_the_data_folder_keeps_nobody_waiting() {
    use std::fs;
    use std::process::Command;
    let checkpoint = |world: &World| {
        let made = say(&world.program(), "checkpoint --format json").out;
        let made: Value = serde_json::from_str(&made).expect("JSON");
        made["file"].as_str().expect("a file").to_owned()
    };
    for file in [
        "views",
        "views.new",
        "clock",
        "clock.new",
        "log/LOCK",
        "log/00000000000000000001.segment",
        "CHECKPOINT",
    ] {
        let world = three();
        let newest = checkpoint(&world);
        let path = if file == "CHECKPOINT" { newest.into() } else { world.data().join(file) };
        if path.exists() {
            fs::remove_file(&path).expect("the file is there");
        }
        let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo runs");
        assert!(made.success());
        for words in [
            &["pending", "anna"][..],
            &["replay"],
            &["log", "verify"],
            &["member", "add", "dora"],
            &["checkpoint"],
        ] {
            let mut command = Command::new("timeout");
            let command = command.arg("60").arg(env!("CARGO_BIN_EXE_acquaint-under-test"));
            let command =
                command.arg("--data").arg(world.data()).args(words).stdin(std::process::Stdio::null());
            let ended = command.output().expect("the binary runs");
            assert_ne!(ended.status.code(), Some(124), "{file}: {words:?} waits for ever");
            assert!(ended.status.code().is_some_and(|code| code < 100), "{file}: {words:?}");
        }
    }
}
