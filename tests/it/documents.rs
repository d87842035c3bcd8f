//! Every command in every format for programs: an answer is a document, and an error is an object. The commands and their
//! examples come from the grammar's own tables, so that a new command is tested from its first day.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use acquaint_cli::grammar::{Exit, commands, examples, formats};
use acquaint_tests::{Program, Ran};
use serde_json::Value;

use crate::json_schema::is_valid;
use crate::world::{World, copy_folder};

/// At this time, everything that the examples name exists.
const NOW: &str = "2024-03-20T08:00:00Z";

const BASE: &str = "at 2024-03-01T08:00:00Z
member add alice --email alice@example.org
member add bob --email bob@example.org --profile https://www.example.org/in/bob/
member add carol
";

/// What has to happen before the examples of some commands can succeed.
const BEFORE: [(&str, &str); 27] = [
    ("member lift", "member ban bob"),
    ("unblock", "block alice bob"),
    ("disconnect", "connect alice carol"),
    ("confirm", "settings bob --confirm on\nsend alice bob"),
    ("accept", "send alice bob"),
    ("decline", "send alice bob"),
    ("dismiss", "send alice bob"),
    ("report", "send alice bob"),
    ("withdraw", "send alice bob"),
    ("remind", "send alice bob"),
    ("fault stop", "fault start --channel web"),
    ("why", "send alice bob"),
    ("trace", "send alice bob"),
    ("find", "send alice bob"),
    ("pending", "send alice bob"),
    ("follow-up", "send alice bob"),
    ("policy bisect", "send alice bob"),
    ("policy backtest", "send alice bob"),
    ("review release", "HELD"),
    ("review refuse", "HELD"),
    ("review show", "HELD"),
    ("appeal open", "member ban alice"),
    ("appeal uphold", "HELD\nappeal open alice REQUEST"),
    ("appeal dismiss", "member ban alice\nappeal open alice"),
    ("log show", "send alice bob"),
    ("log prove", "send alice bob"),
    (
        "whereabouts",
        concat!(
            "import linkedin ",
            env!("CARGO_MANIFEST_DIR"),
            "/exports/Basic_LinkedInDataExport_03-10-2024"
        ),
    ),
];

/// No example of these can succeed in a folder of today: a server follows the clock, only what was made can be revoked, and
/// only what was published can be compared.
const NEVER: [&str; 6] =
    ["log convert", "log check-proof", "log consistency", "log check-consistency", "serve", "keys revoke"];

/// A sender whose next note is held by the spam filter.
fn held() -> String {
    let mut script = String::new();
    for guest in 0..21 {
        script.push_str(&format!("member add guest{guest:02}\n"));
    }
    for guest in 0..21 {
        script.push_str(&format!(
            "advance 1m\nsend alice guest{guest:02} --note \"Join my webinar on growth!\"\n"
        ));
    }
    script + "advance 1m\nsend alice bob --note \"Join my webinar on growth!\"\nexpect CR0502\n"
}

/// The words of an example, without its redirection or pipe.
fn words(example: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut quoted = None;
    let mut word: Option<String> = None;
    for c in example.chars() {
        match (quoted, c) {
            (None, '"' | '\'') => {
                quoted = Some(c);
                word.get_or_insert_default();
            }
            (Some(quote), c) if c == quote => quoted = None,
            (None, '>' | '|') => break,
            (None, ' ') => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The files that examples name, and where they are in this test.
fn files(world: &World) -> Vec<(String, String)> {
    let policy = acquaint_policy::ARTICLE.replace("name = \"article\"", "name = \"ours\"");
    let sent = r#"{"sent_requests_v2": [{"name": "Ada Umber", "timestamp": 1700000000}]}"#;
    let folder = world.file("a", "");
    let folder = Path::new(&folder).parent().expect("the folder of the test").to_owned();
    let inner = |name: &str, file: &str, text: &str| {
        let path = folder.join(name).join(file);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder is made");
        fs::write(&path, text).expect("a file of the test is written");
        folder.join(name).display().to_string()
    };
    let exported =
        concat!(env!("CARGO_MANIFEST_DIR"), "/exports/Basic_LinkedInDataExport_03-10-2024").to_owned();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/CR0103-self-request.acq").to_owned();
    let other_network = "{\"acquaint\":\"network\",\"version\":1,\"as_of\":\"2024-03-01T00:00:00Z\"}\n\
                         {\"type\":\"member\",\"handle\":\"zoe\",\"joined\":\"2024-02-01T00:00:00Z\"}\n";
    [
        ("ours.toml", world.file("ours.toml", policy)),
        ("network.ndjson", world.file("network.ndjson", other_network)),
        ("messages.txt", world.file("messages.txt", "dora erik 1700000000\nerik dora 1700000100\n")),
        ("Basic_LinkedInDataExport_03-14-2024.zip", exported.clone()),
        ("my-export", exported),
        ("facebook-export.zip", inner("facebook", "friends_and_followers/sent_friend_requests.json", sent)),
        ("my-lists", inner("lists", "following_accounts.csv", "ada@umber.example\n")),
        ("tests/scripts/CR0401-daily-limit.acq", script.clone()),
        ("tests/scripts/*.acq", script),
        ("./copy", folder.join("copy").display().to_string()),
        ("proof.json", world.file("proof.json", "{}")),
        ("old.txt", world.file("old.txt", "")),
        ("head.txt", world.file("head.txt", "")),
        ("proof.txt", world.file("proof.txt", "")),
        ("head.key", folder.join("head.key").display().to_string()),
    ]
    .map(|(name, path)| (name.to_owned(), path))
    .into()
}

/// Plays `before` in a new folder. Returns a request of it, or the id of none.
fn begin(world: &World, before: &str) -> String {
    let (before, after) = before.split_once("\nappeal").map_or((before, None), |(one, two)| (one, Some(two)));
    let before = match before {
        "HELD" => held(),
        before => format!("at 2024-03-10T08:00:00Z\n{before}\n"),
    };
    world.play(&format!("{BASE}{before}"));
    let program = world.program();
    let held = program.say("--at 2024-03-12T08:00:00Z review list --format json");
    let of = |page: &str| {
        page.split(|c: char| !c.is_ascii_alphanumeric()).find(|word| is_request(word)).map(str::to_owned)
    };
    let submitted = program.say("log show --type request-submitted --format json");
    let request = of(&held.out).or_else(|| of(&submitted.out)).unwrap_or_else(|| "R0000000000001".to_owned());
    if let Some(after) = after {
        world.play(&format!("at 2024-03-12T08:00:00Z\nappeal{}\n", after.replace("REQUEST", &request)));
    }
    assert_eq!(program.say("log seal").exit, Exit::Ok, "{before}");
    request
}

fn is_request(word: &str) -> bool {
    word.len() == 14
        && word.starts_with('R')
        && word[1..].bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// The values in what a command printed in this format.
#[track_caller]
fn values(line: &str, format: &str, text: &str) -> Vec<Value> {
    let read =
        |text: &str| serde_json::from_str(text).unwrap_or_else(|error| panic!("{line}: {error}\n{text}"));
    match format {
        "ndjson" => text.lines().map(read).collect(),
        _ if text.is_empty() => Vec::new(),
        _ => vec![read(text)],
    }
}

/// The schema of an answer to `why`.
pub(crate) fn answer_schema() -> Value {
    serde_json::from_str(include_str!("../../docs/answer.schema.json")).expect("a document")
}

/// Checks that everything printed is JSON, and that an error has all of its fields.
#[track_caller]
fn check(line: &str, format: &str, ran: &Ran) {
    let answers = values(line, format, &ran.out);
    let notes = values(line, "ndjson", &ran.stderr);
    for answer in answers.iter().filter(|answer| answer["schema"] == "acquaint.answer.v2") {
        assert!(is_valid(&answer_schema(), answer), "{line}: {answer}");
    }
    for value in &notes {
        let schema = value["schema"].as_str().unwrap_or_default();
        assert!(value["message"].as_str().is_some_and(|message| !message.is_empty()), "{line}: {value}");
        match schema {
            "acquaint.note.v1" => {}
            "acquaint.error.v1" => {
                assert_eq!(value["exit"], ran.exit.number(), "{line}: {value}");
                assert!(value["code"].as_str().is_some_and(|code| !code.contains(' ')), "{line}: {value}");
                assert!(value["hints"].is_array(), "{line}: {value}");
            }
            _ => panic!("{line}: {value}"),
        }
    }
    let errors = notes.iter().filter(|value| value["schema"] == "acquaint.error.v1").count();
    assert!(errors <= 1, "{line}: {}", ran.stderr);
    if ran.exit == Exit::Ok {
        assert_eq!(errors, 0, "{line}: {}", ran.stderr);
        assert!(!answers.is_empty() || format == "ndjson", "{line} answers nothing");
    } else if answers.is_empty() {
        assert_eq!(errors, 1, "{line} ends with {:?} and says nothing", ran.exit);
    }
    let is_document =
        |value: &Value| value["schema"].is_string() || value.is_array() || value["$schema"].is_string();
    assert!(format != "json" || answers.iter().all(is_document), "{line}: {}", ran.out);
}

fn run(program: &Program, format: &str, words: &[String]) -> Ran {
    let options = ["--at", NOW, "--format", format].into_iter();
    program.run(&options.chain(words.iter().map(String::as_str)).collect::<Vec<_>>())
}

/// The examples of a command, without their `--format`.
fn lines(command: &str) -> impl Iterator<Item = Vec<String>> {
    examples(command).iter().map(|example| {
        let mut words = words(example);
        if let Some(at) = words.iter().position(|word| word == "--format") {
            words.drain(at..at + 2);
        }
        words
    })
}

/// The folders in which examples are tried, each made once and then copied.
#[derive(Default)]
struct Begun(BTreeMap<&'static str, (World, String)>);

impl Begun {
    /// A new folder with everything that the examples of a command name, and a request of it.
    fn copied(&mut self, command: &str) -> (World, String) {
        let before = BEFORE.iter().find(|(of, _)| *of == command).map_or("", |(_, before)| *before);
        let (begun, request) = self.0.entry(before).or_insert_with(|| {
            let world = World::of_small_segments();
            let request = begin(&world, before);
            (world, request)
        });
        let world = World::new();
        copy_folder(&begun.data(), &world.data());
        (world, request.clone())
    }
}

#[test]
fn every_command_answers_in_documents_and_fails_in_objects() {
    let (mut begun, mut succeeded) = (Begun::default(), BTreeSet::new());
    for command in commands() {
        assert!(lines(&command).next().is_some(), "`{command}` has no example to be tested with");
        for format in ["json", "ndjson"] {
            assert!(formats(&command).contains(&format), "{command}");
            for words in lines(&command) {
                // In a folder with everything that the example names, and in one that does not exist.
                let ((full, request), empty) = (begun.copied(&command), World::new());
                for world in [&full, &empty] {
                    let files = files(world);
                    let filled = |word: &String| {
                        let file = files.iter().find(|(name, _)| name == word).map(|(_, path)| path.clone());
                        file.unwrap_or_else(|| word.replace("R0000000000001", &request))
                    };
                    let words: Vec<String> = words.iter().map(filled).collect();
                    if command == "export ndjson" && words.len() > 2 {
                        fs::remove_file(&words[2]).expect("the file of the network is in the way");
                    }
                    let line = format!("{} --format {format}", words.join(" "));
                    let ran = run(&world.program(), format, &words);
                    check(&line, format, &ran);
                    if ran.exit == Exit::Ok {
                        succeeded.insert(command.clone());
                    }
                }
            }
        }
    }
    let failed: Vec<String> = commands()
        .into_iter()
        .filter(|command| !succeeded.contains(command) && !NEVER.contains(&command.as_str()))
        .collect();
    assert!(failed.is_empty(), "no example of these succeeds: {failed:?}");
}

#[test]
fn an_error_in_the_command_line_is_an_object_too() {
    let world = World::of_small_segments();
    begin(&world, "send alice bob");
    for command in commands() {
        for tail in ["--nonsense", "--at soon", "a b c d e f g", "--data"] {
            for format in ["json", "ndjson"] {
                let line = format!("{command} {tail} --format {format}");
                let before = format!("--format={format} {command} {tail}");
                // `--data` takes the next word as its folder.
                for line in [line, before].iter().filter(|line| !line.contains("--data --format")) {
                    let ran = world.program().say(line);
                    if ran.exit != Exit::Ok {
                        check(line, format, &ran);
                        assert!(!ran.stderr.is_empty(), "{line}");
                    }
                }
            }
        }
    }
    for line in ["--format json", "--format ndjson", "sned a b --format json", "member --format json"] {
        let ran = world.program().say(line);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""), "{line}");
        check(line, "json", &ran);
    }
}

#[test]
fn an_error_has_its_code_message_hints_and_reason() {
    let world = World::of_small_segments();
    begin(&world, "HELD");
    let error = |line: &str| {
        let ran = world.program().say(&format!("--at {NOW} {line} --format json"));
        assert_eq!(ran.out, "", "{line}");
        serde_json::from_str::<Value>(&ran.stderr).expect("one object")
    };
    let unknown = error("pending alcie");
    assert_eq!(
        (&unknown["code"], &unknown["exit"], &unknown["message"], &unknown["hints"][0]),
        (
            &"not-found".into(),
            &3.into(),
            &"no member has the handle `alcie`".into(),
            &"did you mean `alice`?".into()
        )
    );
    let early = error("--at 2024-03-01T07:00:00Z send alice bob");
    assert_eq!((&early["code"], &early["exit"]), (&"usage".into(), &2.into()), "given twice");
    let ran = world.program().say("--at 2024-03-01T07:00:00Z --format json send alice bob");
    let early: Value = serde_json::from_str(&ran.stderr).expect("one object");
    assert_eq!((&early["code"], &early["exit"]), (&"too-early".into(), &5.into()));
}

#[test]
fn a_script_is_one_document_even_if_it_fails() {
    let world = World::of_small_segments();
    let script = "at 2024-03-01T08:00:00Z\nmember add alice\nmember add bob\nsend alice bob\nexpect ok\nexpect CR0401\n\
                  pending alice --format ndjson\nwhy alice bob --format markdown\n";
    let file = world.file("story.acq", script);
    let ran = world.program().run(&["--format", "json", "run", &file]);
    assert_eq!(ran.exit, Exit::Failed, "{}", ran.stderr);
    let document: Value = serde_json::from_str(&ran.out).expect("one document");
    let rows = document["rows"].as_array().expect("the steps");
    assert_eq!((rows.len(), &document["complete"], &document["not_met"]), (8, &true.into(), &1.into()));
    assert_eq!(rows[3]["answer"]["schema"], "acquaint.send.v1");
    assert_eq!(
        (&rows[4]["met"], &rows[5]["met"], &rows[3]["met"]),
        (&true.into(), &false.into(), &Value::Null)
    );
    assert!(rows[6]["answer"]["direction"].is_string() && rows[7]["text"].is_string(), "{}", ran.out);

    let file = world
        .file("broken.acq", "at 2024-03-02T08:00:00Z\nmember add carol\nmember add carol\nmember add dora\n");
    let ran = world.program().run(&["--format", "json", "run", &file]);
    check("run broken.acq", "json", &ran);
    let document: Value = serde_json::from_str(&ran.out).expect("one document");
    assert_eq!((ran.exit, &document["complete"]), (Exit::BadInput, &false.into()));
    assert!(ran.stderr.contains("broken.acq:3:"), "{}", ran.stderr);
}
