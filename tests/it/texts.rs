//! Extreme texts in every command, followed by every query: no panic, exit codes as documented, nothing that controls a
//! terminal, and no forged line.

mod embedded;
mod extreme;
mod hostile;
mod older;

use std::fmt::Write as _;

use acquaint_cli::grammar::Exit;
use acquaint_domain::is_unseen_after;
use acquaint_tests::{Program, Ran};

/// A text that would begin a line of its own if it could.
pub(crate) const FORGED: &str = "FORGED";
/// The width of a page, near which a paragraph may break.
const COLUMNS: usize = 80;

/// Every command that writes, with `{}` in place of a text. Each is run once for every place.
pub(crate) const COMMANDS: [&[&str]; 32] = [
    &["member", "add", "{}"],
    &["member", "add", "dora", "--email", "{}", "--profile", "{}"],
    &["member", "add", "erik", "--company", "{}", "--title", "{}", "--tier", "{}"],
    &["member", "set", "bob", "--company", "{}", "--title", "{}"],
    &["member", "restrict", "{}", "--for", "{}", "--cause", "{}"],
    &["member", "ban", "{}"],
    &["member", "lift", "{}"],
    &["member", "close", "{}"],
    &["contacts", "import", "{}", "{}"],
    &["settings", "bob", "--companies", "{}", "--titles", "{}"],
    &["settings", "{}", "--accept-from", "{}", "--max-degree", "{}", "--confirm", "{}"],
    &["block", "{}", "{}"],
    &["unblock", "{}", "{}"],
    &["connect", "{}", "{}"],
    &["disconnect", "{}", "{}"],
    &["send", "{}", "bob"],
    &["send", "alice", "{}", "--note", "{}", "--via", "api:{}"],
    &["send", "alice", "carol", "--note", "{}", "--with-email", "{}", "--command-id", "{}"],
    &["check", "alice", "{}", "--note", "{}", "--via", "{}"],
    &["confirm", "{}", "{}"],
    &["accept", "{}", "{}"],
    &["decline", "{}", "{}"],
    &["ignore", "{}", "{}"],
    &["report", "{}", "{}"],
    &["withdraw", "{}", "{}"],
    &["remind", "{}", "{}"],
    &["fault", "start", "--channel", "{}", "--kind", "{}"],
    &["fault", "stop", "--channel", "{}"],
    &["policy", "adopt", "{}"],
    &["review", "release", "{}"],
    &["appeal", "open", "{}", "{}"],
    &["{}", "--{}", "{}"],
];

/// Every query, with `{}` in place of a text.
pub(crate) const QUESTIONS: [&[&str]; 38] = [
    &["member", "show", "{}"],
    &["why", "alice", "{}"],
    &["why", "alice", "{}", "--viewer", "agent", "--as", "{}", "--because", "{}"],
    &["why", "{}"],
    &["why", "--all", "{}"],
    &["why", "alice", "bob", "--under", "{}"],
    &["why", "alice", "bob", "--format", "{}"],
    &["trace", "alice", "{}", "--viewer", "{}"],
    &["explain", "{}"],
    &["incidents"],
    &["pending", "{}"],
    &["connected", "{}"],
    &["blocked", "alice", "--by", "{}", "--since", "{}"],
    &["quota", "{}"],
    &["standing", "{}"],
    &["follow-up", "{}"],
    &["find", "{}"],
    &["find", "alice", ">", "{}"],
    &["log", "show", "--type", "{}", "--member", "{}", "--request", "{}"],
    &["log", "show", "--from", "{}", "--to", "{}"],
    &["log", "export"],
    &["log", "export", "--as", "{}"],
    &["log", "verify"],
    &["log", "stats"],
    &["log", "check-proof", "{}", "--root", "{}"],
    &["policy", "show", "{}"],
    &["policy", "check", "{}"],
    &["policy", "diff", "article", "{}"],
    &["policy", "test", "{}", "{}"],
    &["policy", "explain", "{}"],
    &["policy", "backtest", "{}"],
    &["policy", "rules"],
    &["import", "{}"],
    &["import", "messages", "{}"],
    &["import", "ndjson", "{}"],
    &["run", "{}"],
    &["help", "{}"],
    &["whereabouts", "--member", "{}"],
];

/// Every list and answer that shows texts of others, for every viewer.
pub(crate) fn every_question() -> Vec<Vec<String>> {
    let mut all: Vec<String> =
        ["incidents", "policy list", "policy show", "policy rules", "policy explain daily-limit"]
            .into_iter()
            .chain(["policy diff article v1", "log show", "log export", "log stats", "review list", "replay"])
            .map(str::to_owned)
            .collect();
    for member in ["alice", "bob", "carol"] {
        all.push(format!("member show {member}"));
        for viewer in ["sender", "recipient", "agent", "engineer"] {
            for list in ["pending", "connected", "blocked", "quota", "standing", "follow-up"] {
                all.push(format!("{list} {member} --viewer {viewer}"));
            }
            all.push(format!("why --all {member} --viewer {viewer}"));
        }
    }
    for viewer in ["sender", "recipient", "agent", "engineer"] {
        all.push(format!("why alice bob --viewer {viewer}"));
        all.push(format!("trace alice bob --viewer {viewer}"));
        for document in ["markdown", "statement", "statement-json"] {
            all.push(format!("why alice bob --viewer {viewer} --format {document}"));
        }
    }
    all.iter().map(|line| line.split(' ').map(str::to_owned).collect()).collect()
}

/// Runs the words after everything else, in every format that all commands have.
pub(crate) fn ask(program: &Program, words: &[String]) -> Vec<Ran> {
    let has_format = words.iter().any(|word| word == "--format");
    let formats: &[&str] = if has_format { &[""] } else { &["human", "json", "ndjson"] };
    let ran = formats.iter().map(|format| {
        let at = ["--at", "2026-11-21T12:00:00Z"];
        let format = if format.is_empty() { vec![] } else { vec!["--format", *format] };
        let words = at.into_iter().chain(format).chain(words.iter().map(String::as_str));
        program.run(&words.collect::<Vec<_>>())
    });
    ran.collect()
}

/// The words of a pattern with `text` in the gap number `place`, from 0, and a harmless word in the others; `None` after the
/// last gap.
pub(crate) fn filled(pattern: &[&str], place: usize, text: &str) -> Option<Vec<String>> {
    let mut gap = 0;
    let mut is_filled = false;
    let words = pattern.iter().map(|word| {
        if !word.contains("{}") {
            return (*word).to_owned();
        }
        let fill = if gap == place { text } else { "alice" };
        is_filled |= gap == place;
        gap += 1;
        word.replace("{}", fill)
    });
    let words: Vec<String> = words.collect();
    // A pattern without a gap is run as it is, once.
    (is_filled || (gap == 0 && place == 0)).then_some(words)
}

/// Checks that nothing printed controls a terminal, and that no line is forged.
#[track_caller]
pub(crate) fn check_clean(words: &[String], ran: &Ran) {
    let line: String = words.iter().fold(String::new(), |mut line, word| {
        let _written = write!(line, "{:?} ", word.chars().take(40).collect::<String>());
        line
    });
    for text in [&ran.out, &ran.stderr] {
        let mut before = '\n';
        for c in text.chars() {
            assert!(matches!(c, '\n' | '\t') || !is_unseen_after(before, c), "{line}: {c:?} in {text}");
            before = c;
        }
        let lines: Vec<&str> = text.lines().collect();
        for pair in lines.windows(2) {
            let is_wrapped = pair[0].chars().count() + 1 + FORGED.len() > COLUMNS;
            assert!(!pair[1].starts_with(FORGED) || is_wrapped, "{line}: a forged line in {text}");
        }
        assert!(!text.starts_with(FORGED), "{line}: {text}");
    }
}

/// Checks that the exit code is one for a bad or unknown text, and does not say that the program failed.
#[track_caller]
pub(crate) fn check_exit(words: &[String], ran: &Ran) {
    let is_allowed = matches!(ran.exit, Exit::Ok | Exit::Usage | Exit::NotFound | Exit::BadInput);
    assert!(is_allowed, "{:?}: {:?} {}", &words[..words.len().min(3)], ran.exit, ran.stderr);
}
