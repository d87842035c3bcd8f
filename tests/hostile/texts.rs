//! Arbitrary bytes taken for texts in commands, and then every question. Also compiled into the fuzz target of the same name.

use acquaint_cli::grammar::{CliCommand, Exit, Format, parse_words};
use acquaint_cli::{Sandbox, SandboxOutput};
use acquaint_domain::{Timestamp, is_unseen_after};

/// Who is there before anything hostile is.
const BEGIN: [&str; 4] =
    ["member add alice --email alice@example.org", "member add bob", "member add carol", "send alice bob"];

/// Commands and questions, with `{}` where a text goes. None of them names a file.
const PATTERNS: [&str; 32] = [
    "send alice {}",
    "send alice bob --note {}",
    "send bob carol --note {} --via api:{}",
    "send carol bob --command-id {}",
    "send bob alice@example.org --with-email {}",
    "check alice {} --note {}",
    "member add {}",
    "member add dora --company {} --title {}",
    "member add erik --email {} --profile {}",
    "member set bob --company {} --title {}",
    "member restrict {} --for {} --cause {}",
    "settings bob --companies {}",
    "settings carol --titles {}",
    "contacts import bob {}",
    "block carol {}",
    "accept bob {}",
    "decline {} alice",
    "withdraw alice {}",
    "appeal open {}",
    "review release {}",
    "fault start --channel {} --kind {}",
    "why alice {}",
    "why {}",
    "why alice bob --viewer agent --as {} --because {}",
    "trace alice {} --viewer {}",
    "find {}",
    "blocked alice --by {} --since {}",
    "explain {}",
    "policy explain {}",
    "log show --type {} --member {}",
    "{} {}",
    "--{} {}",
];

/// What is asked at the end, about everybody and for every viewer.
const QUESTIONS: [&str; 8] =
    ["pending", "connected", "blocked", "quota", "standing", "follow-up", "why --all", "member show"];
const VIEWERS: [&str; 4] = ["sender", "recipient", "agent", "engineer"];

/// Characters that are wide, turn, join, combine, end or begin something, or are not there at all.
const CHARS: [char; 24] = [
    'a',
    'é',
    '漢',
    '🙂',
    ' ',
    ',',
    '/',
    '@',
    '%',
    '.',
    '"',
    '\\',
    '\0',
    '\n',
    '\r',
    '\t',
    '\u{1b}',
    '\u{7f}',
    '\u{9b}',
    '\u{202e}',
    '\u{200d}',
    '\u{301}',
    '\u{feff}',
    '\u{e0041}',
];
/// Lengths at, over and far over bounds, and around what a formatter takes.
const LENGTHS: [usize; 12] = [0, 1, 2, 100, 200, 201, 254, 2_000, 2_001, 10_000, 10_001, 66_001];
/// More commands than this make an input slow, and nothing new.
const COMMANDS_MAX: usize = 12;

/// Carries out what `input` says, four bytes a command, and asks every question.
///
/// # Panics
/// When something that cannot be seen is written, or an order ends as if the program had failed.
pub(crate) fn check(input: &[u8]) {
    let Some(mut sandbox) = Sandbox::new(1, Timestamp::from_millis(1_800_000_000_000)) else { return };
    for line in BEGIN {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        carry_out(&mut sandbox, &words);
    }
    for command in input.chunks_exact(4).take(COMMANDS_MAX) {
        let pattern = PATTERNS[usize::from(command[0]) % PATTERNS.len()];
        let unit = CHARS[usize::from(command[1]) % CHARS.len()];
        let end = CHARS[usize::from(command[2]) % CHARS.len()];
        let length = LENGTHS[usize::from(command[3]) % LENGTHS.len()];
        let mut text = unit.to_string().repeat(length);
        text.push(end);
        let words: Vec<String> = pattern.split(' ').map(|word| word.replace("{}", &text)).collect();
        carry_out(&mut sandbox, &words);
    }
    for question in QUESTIONS {
        for member in ["alice", "bob", "carol"] {
            for viewer in VIEWERS {
                let line = format!("{question} {member}");
                let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
                if question != "member show" {
                    words.extend(["--viewer".to_owned(), viewer.to_owned()]);
                }
                carry_out(&mut sandbox, &words);
            }
        }
    }
}

fn carry_out(sandbox: &mut Sandbox, words: &[String]) {
    let order: CliCommand = match parse_words(words) {
        Ok(line) => line.order,
        Err(error) => {
            let sentence = error.sentence();
            assert!(sentence.len() < 10_000, "a sentence of {} bytes", sentence.len());
            return;
        }
    };
    for format in [Format::Human, Format::Json, Format::Ndjson] {
        let SandboxOutput { exit, out, talk } = sandbox.order(&order, format);
        let may = matches!(exit, Exit::Ok | Exit::NotFound | Exit::BadInput);
        assert!(may, "{exit:?}: {talk}");
        for text in [&out, &talk] {
            let mut before = '\n';
            for c in text.chars() {
                assert!(matches!(c, '\n' | '\t') || !is_unseen_after(before, c), "{c:?} is written: {text}");
                before = c;
            }
        }
    }
}
