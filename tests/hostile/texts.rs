//! Arbitrary bytes as texts in commands, followed by every query. Also compiled into the fuzz target of the same name.

use acquaint_cli::grammar::{CliCommand, Exit, Format, parse_words};
use acquaint_cli::{Sandbox, SandboxOutput};
use acquaint_domain::{Timestamp, is_unseen_after};

/// Commands that run before the hostile ones.
const BEGIN: [&str; 4] =
    ["member add alice --email alice@example.org", "member add bob", "member add carol", "send alice bob"];

/// Commands and queries, with `{}` in place of a text. None of them names a file.
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

/// Queries at the end, about every member and for every viewer.
const QUESTIONS: [&str; 8] =
    ["pending", "connected", "blocked", "quota", "standing", "follow-up", "why --all", "member show"];
const VIEWERS: [&str; 4] = ["sender", "recipient", "agent", "engineer"];

/// Wide, combining and invisible characters, and those that separate, quote, escape, or change direction.
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
/// Lengths at, over and far over the bounds, and one above 65,535, the largest width of a format.
const LENGTHS: [usize; 12] = [0, 1, 2, 100, 200, 201, 254, 2_000, 2_001, 10_000, 10_001, 66_001];
/// More commands would make an input slow without reaching anything new.
const COMMANDS_MAX: usize = 12;

/// Runs the commands that `input` describes, in four bytes each, and then every query.
///
/// # Panics
/// If an invisible character is printed, or an exit code says that the program failed.
pub(crate) fn check(input: &[u8]) {
    let Some(mut sandbox) = Sandbox::new(1, Timestamp::from_millis(1_800_000_000_000)) else { return };
    for line in BEGIN {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        run(&mut sandbox, &words);
    }
    for command in input.chunks_exact(4).take(COMMANDS_MAX) {
        let pattern = PATTERNS[usize::from(command[0]) % PATTERNS.len()];
        let unit = CHARS[usize::from(command[1]) % CHARS.len()];
        let end = CHARS[usize::from(command[2]) % CHARS.len()];
        let length = LENGTHS[usize::from(command[3]) % LENGTHS.len()];
        let mut text = unit.to_string().repeat(length);
        text.push(end);
        let words: Vec<String> = pattern.split(' ').map(|word| word.replace("{}", &text)).collect();
        run(&mut sandbox, &words);
    }
    for question in QUESTIONS {
        for member in ["alice", "bob", "carol"] {
            for viewer in VIEWERS {
                let line = format!("{question} {member}");
                let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
                if question != "member show" {
                    words.extend(["--viewer".to_owned(), viewer.to_owned()]);
                }
                run(&mut sandbox, &words);
            }
        }
    }
}

fn run(sandbox: &mut Sandbox, words: &[String]) {
    let command: CliCommand = match parse_words(words) {
        Ok(line) => line.command,
        Err(error) => {
            let sentence = error.sentence();
            assert!(sentence.len() < 10_000, "a sentence of {} bytes", sentence.len());
            return;
        }
    };
    for format in [Format::Human, Format::Json, Format::Ndjson] {
        let SandboxOutput { exit, out, stderr } = sandbox.run(&command, format);
        let is_allowed = matches!(exit, Exit::Ok | Exit::NotFound | Exit::BadInput);
        assert!(is_allowed, "{exit:?}: {stderr}");
        for text in [&out, &stderr] {
            let mut before = '\n';
            for c in text.chars() {
                assert!(matches!(c, '\n' | '\t') || !is_unseen_after(before, c), "{c:?} is printed: {text}");
                before = c;
            }
        }
    }
}
