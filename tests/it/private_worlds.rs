//! The recipient's private acts do not show: worlds that differ only in them give the sender the same bytes.

mod lives;
mod over_http;
mod pair;

use std::collections::BTreeSet;

use acquaint_cli::grammar::{Exit, Format};
use acquaint_tests::Program;
use pair::{Act, Dice, Reader, Script, Step};

/// The number of worlds that are compared with each one.
const FAMILY: u64 = 4;
/// The number of pairs in each part. The parts run in parallel.
const PART: u64 = 1_300;
/// The environment variable for a larger number of pairs in each part than in an ordinary run.
const PAIRS_VARIABLE: &str = "ACQUAINT_TEST_PAIRS";

/// Plays the pairs of one part. A failure prints the seed, which is enough to play the pair again.
fn check_part(part: u64) {
    let asked = std::env::var(PAIRS_VARIABLE).ok().and_then(|text| text.parse().ok());
    let pairs = asked.map_or(PART, |asked: u64| asked.max(PART));
    let mut reader = Reader::default();
    for family in 0..pairs.div_ceil(FAMILY) {
        let seed = (part << 32) + family;
        let mut dice = Dice::new(seed);
        let script = pair::script(&mut dice);
        let plain = pair::secrets(&mut dice, &script);
        let told = reader.told(&script, &plain);
        for member in 0..FAMILY {
            let secrets = match member {
                0 => pair::at_other_moments(&mut dice, &plain),
                _ => pair::secrets(&mut dice, &script),
            };
            if reader.told(&script, &secrets) == told {
                continue;
            }
            let difference = reader.difference(&script, &plain, &secrets);
            panic!("seed {seed}: {}", difference.unwrap_or_default());
        }
    }
}

#[test]
fn no_private_act_shows_part_1() {
    check_part(1);
}

#[test]
fn no_private_act_shows_part_2() {
    check_part(2);
}

#[test]
fn no_private_act_shows_part_3() {
    check_part(3);
}

#[test]
fn no_private_act_shows_part_4() {
    check_part(4);
}

/// So many families of worlds are compared over HTTP.
const FAMILIES_OVER_HTTP: u64 = 8;

#[test]
fn no_private_act_shows_over_http() {
    let keys = over_http::keys();
    for family in 0..FAMILIES_OVER_HTTP {
        let seed = (9 << 32) + family;
        let mut dice = Dice::new(seed);
        let script = pair::script(&mut dice);
        let plain = pair::secrets(&mut dice, &script);
        let told = over_http::told(keys.path(), &script, &plain);
        for member in 0..FAMILY {
            let secrets = match member {
                0 => pair::at_other_moments(&mut dice, &plain),
                _ => pair::secrets(&mut dice, &script),
            };
            let other = over_http::told(keys.path(), &script, &secrets);
            let difference = pair::first_difference(&told, &other);
            assert!(difference.is_none(), "seed {seed}, {secrets:?}: {}", difference.unwrap_or_default());
            assert_eq!(told.len(), other.len(), "seed {seed}");
        }
    }
}

#[test]
fn an_acceptance_does_show_over_http() {
    let keys = over_http::keys();
    let script = told_script(&["send alice bob", "PRIVATE", "why alice bob"]);
    let accepted = vec![vec![], vec![Act::at_once(&["accept bob alice"])]];
    let plain = over_http::told(keys.path(), &script, &vec![vec![], vec![]]);
    let other = over_http::told(keys.path(), &script, &accepted);
    assert!(pair::first_difference(&plain, &other).is_some(), "the comparison tells no worlds apart");
    assert!(other.iter().any(|told| told.text.contains("CR0808")), "{other:?}");
}

/// A script of these lines, with a place for secrets where the line is `PRIVATE`. It is the second place; the first stays
/// empty.
fn told_script(lines: &[&str]) -> Script {
    let step = |line: &&str| match *line {
        "PRIVATE" => Step::Private(1),
        line => Step::Open(line.to_owned(), Format::Human),
    };
    Script::of(lines.iter().map(step).collect())
}

#[test]
fn an_acceptance_does_show_once_its_letter_has_arrived() {
    let script = told_script(&["send alice bob", "PRIVATE", "why alice bob"]);
    let mut reader = Reader::default();
    let accepted = vec![vec![], vec![Act::at_once(&["accept bob alice"])]];
    let difference = reader.difference(&script, &vec![vec![], vec![]], &accepted);
    let said = difference.expect("the comparison distinguishes the worlds");
    assert!(said.starts_with("`why alice bob` says\n  Sent to bob") && said.contains("CR0808"), "{said}");
}

/// Checks that none of these secrets shows in a world with a request from the recipient to the sender. Returns what the
/// sender is told.
fn check_crossing(lines: &[&str], secrets: &[&'static [&'static str]]) -> Vec<String> {
    let script = told_script(lines);
    let mut reader = Reader::default();
    let told = |reader: &mut Reader, act: &'static [&'static str]| {
        reader.told(&script, &vec![vec![], vec![Act::at_once(act)]])
    };
    let plain = told(&mut reader, &[]);
    for act in secrets {
        assert_eq!(told(&mut reader, act), plain, "{lines:?}, {act:?}");
    }
    plain.into_iter().map(|told| told.text).collect()
}

const STANDINGS: [&[&str]; 6] = [
    &["member restrict bob --for 30d --cause spam"],
    &["settings bob --accept-from contacts"],
    &["settings bob --max-degree 1"],
    &["settings bob --companies Acme"],
    &["settings bob --confirm on"],
    &["member restrict bob --for 2d", "settings bob --accept-from contacts"],
];

#[test]
fn a_send_that_answers_a_request_shows_nothing_of_who_made_it() {
    let lines =
        ["send bob alice", "PRIVATE", "check alice bob", "send alice bob --note hello", "why alice bob"];
    let told = check_crossing(&lines, &STANDINGS);
    assert!(told[2].contains("CR0810") && told[2].contains("not delivered"), "{told:?}");
    assert!(told[3].contains("CR0810"), "{told:?}");
}

#[test]
fn a_request_that_arrives_crosses_whatever_the_recipients_standing_and_settings() {
    let lines = [
        "send bob alice",
        "decline alice bob",
        "PRIVATE",
        "send alice bob",
        "why alice bob",
        "connected alice",
    ];
    let told = check_crossing(&lines, &STANDINGS);
    assert!(told[3].contains("CR0810"), "{told:?}");
}

#[test]
fn a_guess_by_email_address_crosses_nowhere() {
    const ADDRESSES: [&[&str]; 4] = [
        &["member set bob --email guess@example.org"],
        &["member set carol --email guess@example.org"],
        &["member set bob --email guess@example.org", "member restrict bob --for 2d"],
        &["member set bob --email guess@example.org", "settings bob --confirm on"],
    ];
    let asked = ["why alice guess@example.org", "pending alice", "connected alice", "quota alice"];
    let guess = "send alice guess@example.org";
    for before in [
        &["send bob alice", "PRIVATE", guess][..],
        &["send bob alice", "decline alice bob", "PRIVATE", guess],
    ] {
        let told = check_crossing(&[before, &asked].concat(), &ADDRESSES);
        assert!(told[before.len() - 1].contains("CR0903"), "{told:?}");
    }
    // The guess does not keep a later request by handle from crossing, either.
    let later = ["send bob alice", "decline alice bob", "PRIVATE", guess, "send alice bob", "why alice bob"];
    const ANSWERED: [&[&str]; 3] = [ADDRESSES[0], ADDRESSES[2], ADDRESSES[3]];
    let told = check_crossing(&later, &ANSWERED);
    assert!(told[4].contains("CR0810"), "{told:?}");
}

#[test]
fn a_send_does_not_answer_a_request_by_email_address_and_so_reveals_nobodys_address() {
    const ADDRESSES: [&[&str]; 2] =
        [&["member set bob --email guess@example.org"], &["member set carol --email guess@example.org"]];
    let asked = ["why alice guess@example.org", "pending alice", "connected alice"];
    let lines = ["PRIVATE", "send alice guess@example.org", "send bob alice"];
    let told = check_crossing(&[&lines, &asked[..]].concat(), &ADDRESSES);
    assert!(told[0].contains("CR0604") && told[1].contains("CR0604"), "{told:?}");
    // The send does not reveal whether the request was declined before, either.
    const DECLINED: [&[&str]; 2] = [&["decline bob alice"], &["report bob alice"]];
    let lines = [
        "member set bob --email guess@example.org",
        "send alice guess@example.org",
        "PRIVATE",
        "send bob alice",
    ];
    check_crossing(&[&lines, &asked[..]].concat(), &DECLINED);
}

#[test]
fn the_worlds_contain_the_causes_that_must_not_show() {
    let mut reader = Reader::default();
    let mut codes = BTreeSet::new();
    for seed in 0..120 {
        let mut dice = Dice::new(seed);
        let script = pair::script(&mut dice);
        let secrets = pair::secrets(&mut dice, &script);
        for told in reader.told(&script, &secrets) {
            codes.extend(told.text.split(|c: char| !c.is_ascii_alphanumeric()).filter_map(|word| {
                let number = word.strip_prefix("CR").filter(|digits| digits.len() == 4)?;
                number.parse::<u16>().ok()
            }));
        }
    }
    let wanted = [201, 203, 204, 301, 303, 304, 305, 308, 502, 503, 601, 604, 806, 807, 810, 903];
    let missing: Vec<u16> = wanted.into_iter().filter(|code| !codes.contains(code)).collect();
    assert!(missing.is_empty(), "no world shows {missing:?}, only {codes:?}");
}

/// The same comparison with the program started for each command: data folders, a replay for every query, `--at`.
#[test]
fn answers_from_a_folder_do_not_distinguish_worlds() {
    const STORIES: [&[&str]; 5] = [
        &[],
        &["block bob alice"],
        &["decline bob alice", "member close bob"],
        &["settings bob --accept-from contacts", "member set bob --email elsewhere@example.org"],
        &["member ban bob"],
    ];
    for to in ["bob", "bob@example.org"] {
        let told: Vec<String> = STORIES.iter().map(|story| told_from_a_folder(to, story)).collect();
        for (story, told_there) in STORIES.iter().zip(&told) {
            let differs = told_there.lines().zip(told[0].lines()).find(|(one, other)| one != other);
            assert_eq!(differs, None, "to {to}, {story:?}");
            assert_eq!(told_there, &told[0], "to {to}, {story:?}");
        }
    }
}

/// The stories are no act, or an act half a year later, when the request has already expired; one act concerns neither
/// member.
#[test]
fn the_expiry_of_a_request_does_not_reveal_when_somebody_acted() {
    const STORIES: [&str; 4] = ["", "settings bob --confirm on", "member add carol", "block bob alice"];
    let told = STORIES.map(|act| {
        let folder = tempfile::tempdir().expect("a folder");
        let program = Program::on(&folder.path().join("data"));
        let say = |at: &str, line: &str| program.say(&format!("--at {at} {line}"));
        for line in ["member add alice", "member add bob", "send alice bob"] {
            assert_eq!(say("2026-01-05T09:00:00Z", line).exit, Exit::Ok, "{line}");
        }
        if !act.is_empty() {
            assert_eq!(say("2026-08-10T12:34:56Z", act).exit, Exit::Ok, "{act}");
        }
        // As of a moment before the act, of one after it, and of the first one again after another command.
        let mut told = String::new();
        for at in ["2026-08-01T00:00:00Z", "2026-11-02T00:00:00Z", "2026-08-01T00:00:00Z"] {
            for line in ["why alice bob", "trace alice bob", "pending alice", "blocked alice", "quota alice"]
            {
                let ran = say(at, line);
                told += &format!("{at} {line}\n{}{}{:?}\n", ran.out, ran.stderr, ran.exit);
            }
            if at.starts_with("2026-11") {
                assert_eq!(say("2026-11-03T00:00:00Z", "member add dora").exit, Exit::Ok);
            }
        }
        told
    });
    for (act, told_there) in STORIES.iter().zip(&told) {
        assert_eq!(told_there, &told[0], "{act}");
    }
    assert!(told[0].contains("Ended on 4 Jul 2026 09:00 UTC"), "{}", told[0]);
}

fn told_from_a_folder(to: &str, story: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(&folder.path().join("data"));
    let done = |line: &str| {
        let ran = program.say(&format!("--at 2026-01-05T09:00:00Z {line}"));
        assert_eq!(ran.exit, Exit::Ok, "{line}: {}", ran.stderr);
        ran.out
    };
    done("member add alice --email alice@example.org");
    done("member add bob --email bob@example.org");
    let mut told = done(&format!("send alice {to} --note hello"));
    // The recipient acts on another day, so that a moment before it can be asked about, too.
    for act in story {
        program.say(&format!("--at 2026-01-07T09:00:00Z {act}"));
    }
    for at in ["2026-01-06T09:00:00Z", "2026-01-16T09:00:00Z"] {
        for line in ["why alice TO", "trace alice TO", "pending alice", "follow-up alice", "check alice TO"] {
            for format in ["human", "json"] {
                let line = line.replace("TO", to);
                let ran = program.say(&format!("--at {at} --format {format} {line}"));
                told += &format!("{line}\n{}{}{:?}\n", ran.out, ran.stderr, ran.exit);
            }
        }
    }
    let ran = program.say(&format!("--at 2026-01-16T09:00:00Z send alice {to}"));
    told + &ran.out + &ran.stderr
}
