//! All spellings of an address give the same outcome in every command.

use acquaint_cli::grammar::Exit;
use serde_json::Value;

use crate::world::World;

/// The spellings of each address that a history names; the first one is canonical.
const ZOE: &[&str] =
    &["zoë", "Zoë", "Zoe\u{308}", " ZOË ", "@zoë", "zo%C3%AB", "%40ZO%c3%8b", "\u{200e}zoë\u{feff}"];
const MITA: &[&str] = &["स्मिता", "@स्मिता", "\u{a0}स्मिता"];
const MITAS_MAIL: &[&str] = &[
    "mita@bücher.example",
    "Mita@xn--bcher-kva.example",
    "mita%40bu\u{308}cher.example",
    "mailto:MITA@BÜCHER.EXAMPLE",
    " mita@bücher.example.",
    "mita@bücher。example",
];
const FRIENDS_MAIL: &[&str] = &["a/b@example.org", "A%2Fb%40Example.org", "mailto:a/b@example.org."];
const ZOES_URL: &[&str] = &[
    "linkedin.com/in/zoë",
    "https://www.linkedin.com/in/zoe%CC%88/",
    "https://uk.linkedin.com/in/ZOË/en?trk=nav",
    "http://m.linkedin.com/mwlite/in/zoe\u{308}",
    "https%3A%2F%2Fwww.linkedin.com%2Fin%2Fzo%C3%AB",
];
const ADDRESSES: [(&str, &[&str]); 5] = [
    ("ZOE", ZOE),
    ("MITA", MITA),
    ("MITAS-MAIL", MITAS_MAIL),
    ("FRIENDS-MAIL", FRIENDS_MAIL),
    ("ZOES-URL", ZOES_URL),
];

/// A history with every command and query that names somebody.
const HISTORY: &[&str] = &[
    "member add ZOE --profile ZOES-URL",
    "member add MITA --email MITAS-MAIL",
    "member add ann --email ann@example.org",
    "member add ZOE",
    "member add copy --email MITAS-MAIL",
    "member add copy --profile ZOES-URL",
    "member set MITA --email MITAS-MAIL --company Acme",
    "contacts import MITA FRIENDS-MAIL",
    "contacts import ann MITAS-MAIL FRIENDS-MAIL",
    "import ndjson FILE",
    "settings MITA --accept-from contacts-or-email",
    "check ann MITAS-MAIL",
    "send ann MITAS-MAIL",
    "check ann MITAS-MAIL",
    "send ann MITAS-MAIL",
    "send ann MITA",
    "check ann ZOES-URL",
    "send ann ZOES-URL",
    "send ann ZOE",
    "send ZOE MITA --with-email MITAS-MAIL",
    "send MITA MITAS-MAIL",
    "send ann FRIENDS-MAIL",
    "remind ann ZOE",
    "why ann MITAS-MAIL",
    "why ann ZOES-URL --viewer agent",
    "trace ann ZOE",
    "find MITAS-MAIL",
    "find ZOES-URL",
    "find ZOE",
    "find FRIENDS-MAIL",
    "accept ZOE ann",
    "accept MITA ZOE",
    "withdraw ann FRIENDS-MAIL",
    "connected ann",
    "disconnect ann ZOES-URL",
    "disconnect ZOE MITAS-MAIL",
    "block MITA ZOES-URL",
    "blocked MITA",
    "check ZOE MITA",
    "unblock MITA ZOE",
    "pending ZOE",
    "quota MITA",
    "standing ZOE",
    "follow-up ann",
    "member show ZOE",
    "member restrict MITA --for 2d --cause spam",
    "member ban ZOE",
    "member close MITA",
];

/// A network's file that names them.
const FILE: &str = r#"{"acquaint":"network","version":1,"as_of":"2026-11-01T00:00:00Z"}
{"type":"member","handle":"olga","emails":["olga@example.org"],"contacts":["FRIENDS-MAIL"]}
{"type":"request","at":"2026-01-02T09:00:00Z","from":"olga","to":"ZOE"}
{"type":"request","at":"2026-01-02T09:00:00Z","from":"olga","to":"FRIENDS-MAIL","stands":"nobody"}
"#;

/// The outcome of every line of the history, and every event, with every spelling replaced by its canonical form.
fn played(choices: &[usize]) -> (Vec<(Exit, String)>, Vec<Value>) {
    let world = World::new();
    let mut choices = choices.iter().copied().cycle();
    let mut spelled = |text: &str| {
        let (_, spellings) = ADDRESSES.into_iter().find(|(name, _)| *name == text)?;
        Some(spellings[choices.next()? % spellings.len()])
    };
    let mut file = FILE.to_owned();
    for (name, _) in ADDRESSES {
        if let Some(spelling) = spelled(name) {
            file = file.replace(&format!("\"{name}\""), &Value::from(spelling).to_string());
        }
    }
    let file = world.file("network.ndjson", file);
    let mut outcomes = Vec::new();
    for (minute, line) in HISTORY.iter().enumerate() {
        let at = format!("2026-11-21T08:{minute:02}:00Z");
        let mut words = vec!["--wide".to_owned(), "--at".to_owned(), at];
        for word in line.split(' ') {
            let word = if word == "FILE" { &file } else { spelled(word).unwrap_or(word) };
            words.push(word.to_owned());
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ran = world.program().run(&words);
        outcomes.push((ran.exit, canonical(&world.named(&format!("{}{}", ran.out, ran.stderr)))));
    }
    (outcomes, events(&world))
}

/// The page with every address in its canonical form and without line breaks, whose places depend on the length of the
/// spelling. Codes come first: they stand at the ends of lines, which move with the breaks.
fn canonical(page: &str) -> String {
    let is_code = |word: &&str| word.len() == 6 && word.starts_with("CR");
    let (codes, words): (Vec<&str>, Vec<&str>) = page.split_whitespace().partition(is_code);
    let mut page = [codes, words].concat().join(" ");
    let pairs = ADDRESSES
        .iter()
        .flat_map(|(_, spellings)| spellings.iter().map(|spelling| (spelling.trim(), spellings[0])));
    let mut pairs: Vec<(&str, &str)> = pairs.collect();
    pairs.sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
    for (spelling, canonical) in pairs {
        // A headline truncates a long spelling. A command quotes some spellings for the shell.
        let cut = format!("{}…", spelling.chars().take(40).collect::<String>());
        page = page.replace(&cut, canonical).replace(spelling, canonical);
        page = page.replace(&format!("'{canonical}'"), canonical);
    }
    // Spaces around an address are quoted as they were entered.
    page = page.replace("` ", "`").replace(" `", "`");
    // Invisible marks, some of which are printed escaped.
    ["\\u{200e}", "\\u{feff}", "\u{200e}", "\u{feff}"].iter().fold(page, |page, mark| page.replace(mark, ""))
}

fn events(world: &World) -> Vec<Value> {
    let exported = world.program().say("log export");
    let event = |line: &str| {
        // Members are named as Zoë entered her handle; here every spelling counts as the canonical one.
        let line = line.replace("Zoë", ZOE[0]).replace("ZOË", ZOE[0]);
        let mut event: Value = serde_json::from_str(&line).expect("JSON");
        // The event keeps the spelling that was entered.
        if let Some(personal) = event["personal"].as_object_mut() {
            personal.remove("address");
            personal.remove("entered_handle");
        }
        // The bytes of the file differ.
        if event["type"] == "stretch-taken" {
            event["stored"] = Value::Null;
        }
        event["bytes"] = Value::Null;
        event
    };
    exported.out.lines().map(event).collect()
}

#[test]
fn the_lines_of_the_history_have_their_intended_outcomes() {
    let (outcomes, events) = played(&[0]);
    let check = |line: &str, exit: Exit, part: &str| {
        let place = HISTORY.iter().position(|known| *known == line).expect("a line of the history");
        let (found, page) = &outcomes[place];
        assert!(*found == exit && page.contains(part), "{line}: {page}");
    };
    check("member add copy --email MITAS-MAIL", Exit::BadInput, "belongs to another member");
    check("member add copy --profile ZOES-URL", Exit::BadInput, "belongs to another member");
    check("send ann MITAS-MAIL", Exit::Ok, "CR0604");
    check("send ann ZOES-URL", Exit::Ok, "CR0604");
    check("send ann ZOE", Exit::Ok, "CR0201");
    check("send MITA MITAS-MAIL", Exit::Ok, "CR0103");
    check("accept ZOE ann", Exit::Ok, "");
    check("block MITA ZOES-URL", Exit::Ok, "");
    check("check ZOE MITA", Exit::Ok, "");
    check("import ndjson FILE", Exit::Ok, "3 records imported");
    for (line, (exit, page)) in HISTORY.iter().zip(&outcomes) {
        assert!(!matches!(exit, Exit::Usage | Exit::Failed), "{line}: {page}");
    }
    assert!(events.len() > 40, "{}", events.len());
}

#[test]
fn every_spelling_gives_the_same_outcome_in_every_command() {
    let canonical = played(&[0]);
    // One spelling of each address throughout, or all of them in turn.
    for choices in [&[1][..], &[2], &[3], &[4], &[5], &[6], &[0, 1, 2, 3, 4, 5, 6], &[5, 3, 1, 6, 4, 2, 0, 7]]
    {
        let (outcomes, events) = played(choices);
        for ((line, one), other) in HISTORY.iter().zip(&canonical.0).zip(&outcomes) {
            assert_eq!(one, other, "{line}, spelled {choices:?}");
        }
        for (one, other) in canonical.1.iter().zip(&events) {
            assert_eq!(one, other, "spelled {choices:?}");
        }
        assert_eq!(canonical.1.len(), events.len(), "spelled {choices:?}");
    }
}

#[test]
fn check_notices_an_address_that_looks_like_a_known_one_and_does_not_refuse_it() {
    let world = World::new();
    world.play(
        "at 2026-11-21T08:00:00Z\nmember add ann\nmember add bob\nmember add b\u{43e}b\nmember add olga\n\
         send ann bob\naccept bob ann\n",
    );
    let found = |sender: &str| {
        let at = ["--at", "2026-11-21T08:05:00Z", "--format", "json"];
        let ran = world.program().run(&[&at[..], &["check", sender, "b\u{43e}b"]].concat());
        let value: Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!(value["outcome"], "on its way");
        let practices = value["practices"].as_array().expect("findings").clone();
        practices.into_iter().find(|practice| practice["practice"] == "lookalike").expect("a finding")["found"].clone()
    };
    let of_ann = found("ann");
    assert!(
        of_ann.as_str().is_some_and(|text| text.contains("looks like `bob`, whom the sender knows")),
        "{of_ann}"
    );
    // A sender is not told about members whom she does not know.
    let of_olga = found("olga");
    assert!(
        of_olga.as_str().is_some_and(|text| text.ends_with("mixes letters of several scripts")),
        "{of_olga}"
    );
}
