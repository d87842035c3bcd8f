//! A network in memory, whose time the test sets.

use acquaint_cli::grammar::{Exit, Format, parse_words};
use acquaint_cli::{Sandbox, SandboxOutput};
use acquaint_domain::{Span, Timestamp};
use serde_json::Value;

pub(crate) struct InMemory {
    sandbox: Sandbox,
    now: Timestamp,
}

impl InMemory {
    /// An empty network, at this moment.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { sandbox: Sandbox::new(1, now).expect("a log in memory opens"), now }
    }

    pub(crate) fn say(&mut self, line: &str) -> SandboxOutput {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let read = parse_words(&words).unwrap_or_else(|error| panic!("{line}: {error}"));
        self.sandbox.run(&read.command, read.format.unwrap_or(Format::Human))
    }

    /// What a line that must succeed prints.
    pub(crate) fn ok(&mut self, line: &str) -> String {
        let said = self.say(line);
        assert_eq!((said.exit, said.stderr.as_str()), (Exit::Ok, ""), "{line}");
        said.out
    }

    /// The same on one line, with one space between words.
    pub(crate) fn done(&mut self, line: &str) -> String {
        squeezed(&self.ok(line))
    }

    /// The document that a line prints in JSON.
    pub(crate) fn json(&mut self, line: &str) -> Value {
        let out = self.ok(&format!("{line} --format json"));
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{line}: {error}: {out}"))
    }

    /// Why a line is refused, with one space between words.
    pub(crate) fn refused(&mut self, line: &str) -> String {
        let said = self.say(line);
        assert_ne!(said.exit, Exit::Ok, "{line}: {}", said.out);
        squeezed(&said.stderr)
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, span: Span) {
        self.go_to(self.now.plus(span));
    }

    /// Lets time pass until this moment.
    pub(crate) fn go_to(&mut self, moment: Timestamp) {
        self.now = moment;
        assert_eq!(self.sandbox.go_to(moment).exit, Exit::Ok);
    }
}

/// The text on one line, with one space between words.
pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
pub(crate) fn check(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

#[track_caller]
pub(crate) fn check_without(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(!said.contains(part), "`{part}` is in: {said}");
    }
}
