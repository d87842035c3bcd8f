//! Real messages, imported as requests and acceptances, and queries about them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;

use acquaint_cli::grammar::Exit;
use serde_json::Value;

use crate::world::World;

/// The path and the text of a file of real messages, next to the repository; `None`, with a notice, if it is missing.
pub(crate) fn messages() -> Option<(String, String)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/collegemsg.txt");
    match std::fs::read_to_string(&path) {
        Ok(text) => Some((path.to_str()?.to_owned(), text)),
        Err(_) => {
            let notice = "skipped: ../shared/data/collegemsg.txt is missing";
            writeln!(std::io::stderr(), "{notice}").expect("stderr takes a notice");
            None
        }
    }
}

/// The same interpretation of the messages as the program's, implemented independently.
#[derive(Default)]
struct Reading {
    messages: usize,
    members: BTreeSet<u32>,
    /// By sender and recipient: whether the request was accepted.
    requests: BTreeMap<(u32, u32), bool>,
}

fn reading(text: &str) -> Reading {
    let mut reading = Reading::default();
    for line in text.lines() {
        let numbers: Vec<u32> = line.split(' ').map(|word| word.parse().expect("a number")).collect();
        let [from, to, _] = numbers[..] else { panic!("`{line}` has three numbers") };
        reading.messages += 1;
        reading.members.extend([from, to]);
        if let Some(accepted) = reading.requests.get_mut(&(to, from)) {
            *accepted = true;
        } else if from != to {
            reading.requests.entry((from, to)).or_insert(false);
        }
    }
    reading
}

/// What each of these lines prints, in one run of the program, because a replay of the whole log takes a second.
fn asked(world: &World, lines: &[String]) -> Vec<Value> {
    let script: String = lines.iter().map(|line| format!("{line} --format json\n")).collect();
    let transcript = format!("\n{}", world.play(&script));
    let answers = transcript.split("\n> ").skip(1).map(|answer| answer.split_once('\n').expect("a line").1);
    answers.map(|answer| serde_json::from_str(answer).expect("JSON")).collect()
}

fn others(list: &Value, direction: Option<&str>) -> BTreeSet<u32> {
    let rows = list["rows"].as_array().expect("rows");
    let rows = rows.iter().filter(|row| direction.is_none_or(|direction| row["direction"] == direction));
    rows.map(|row| row["with"].as_str().and_then(|with| with.parse().ok()).expect("a number")).collect()
}

#[test]
fn real_messages_are_imported_and_can_be_asked_about() {
    let Some((path, text)) = messages() else { return };
    let world = World::new();
    let program = world.program();
    let ran = program.run(&["import", "messages", &path]);
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""));
    assert_eq!(ran.out, "59835 messages of 1899 members read as 13838 requests: 6458 accepted, 7380 open\n");

    let expected = reading(&text);
    let accepted = expected.requests.values().filter(|accepted| **accepted).count();
    let counted = (expected.messages, expected.members.len(), expected.requests.len(), accepted);
    assert_eq!(counted, (59_835, 1_899, 13_838, 6_458));

    check_lists(&world, &expected);
    check_why(&world, &expected);

    let verified = program.say("log verify");
    assert_eq!((verified.exit, verified.stderr.as_str()), (Exit::Ok, ""));
    assert!(verified.out.starts_with("intact: "), "{}", verified.out);
    let replayed = program.say("replay");
    assert_eq!((replayed.exit, replayed.stderr.as_str()), (Exit::Ok, ""));
    assert!(replayed.out.ends_with("equal to the live ones\n"), "{}", replayed.out);
}

/// Checks the open requests and the connections of some members.
fn check_lists(world: &World, expected: &Reading) {
    let members = [1, 9, 100, 1_899];
    let lists =
        members.iter().flat_map(|member| [format!("pending {member}"), format!("connected {member}")]);
    let answers = asked(world, &lists.collect::<Vec<_>>());
    assert_eq!(answers.len(), 2 * members.len());
    for (member, lists) in members.into_iter().zip(answers.chunks(2)) {
        let of = |was_accepted: bool| {
            let those = expected.requests.iter().filter(move |(_, accepted)| **accepted == was_accepted);
            those.map(|(pair, _)| *pair)
        };
        let sent = of(false).filter(|(from, _)| *from == member).map(|(_, to)| to).collect();
        let received = of(false).filter(|(_, to)| *to == member).map(|(from, _)| from).collect();
        let both_ways = of(true).flat_map(|(from, to)| [(from, to), (to, from)]);
        let friends = both_ways.filter(|(own, _)| *own == member).map(|(_, other)| other).collect();
        assert_eq!(others(&lists[0], Some("sent")), sent, "{member}");
        assert_eq!(others(&lists[0], Some("received")), received, "{member}");
        assert_eq!(others(&lists[1], None), friends, "{member}");
    }
}

/// Checks `why` about a request that was accepted and one that was not, for the sender and for an agent.
fn check_why(world: &World, expected: &Reading) {
    let first = |wanted: bool| {
        let found = expected.requests.iter().find(|(_, accepted)| **accepted == wanted);
        *found.expect("there are both kinds").0
    };
    let pairs = [first(true), first(false)];
    let whys = pairs
        .map(|(from, to)| ["sender", "agent"].map(|viewer| format!("why {from} {to} --viewer {viewer}")));
    let answers = asked(world, &whys.concat());
    let codes: Vec<String> =
        answers.iter().map(|why| format!("{}: {} {}", why["viewer"], why["code"], why["name"])).collect();
    for (why, (from, to)) in answers.iter().zip(pairs.into_iter().flat_map(|pair| [pair; 2])) {
        assert_eq!((&why["from"], &why["to"]), (&from.to_string().into(), &to.to_string().into()));
    }
    let codes = codes.join("\n").replace('"', "");
    insta::assert_snapshot!(codes, @"
    sender: CR0808 accepted
    agent: CR0808 accepted
    sender: CR0903 undisclosed
    agent: CR0802 ignored
    ");
}
