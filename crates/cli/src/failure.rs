//! Why a command failed, and the exit code.

use std::io::{self, Write};

use acquaint_clock::Doubt;
use acquaint_domain::{Address, Code, RequestId, Timestamp, shown_within};
use acquaint_engine::SubmitError;
use acquaint_log::Position;
use serde_json::{Value, json};

use crate::grammar::{Exit, Format, GrammarError};
use crate::render::object;
use crate::values::{human_span, rfc3339};

/// The failure of a command.
#[derive(Debug)]
pub(crate) struct CliError {
    pub(crate) exit: Exit,
    /// The message for stderr: what is wrong and then, after `; `, what to do. `None` if everything was said already, or
    /// nobody is left to read it.
    pub(crate) sentence: Option<String>,
    /// The error's name for programs, if it says more than the exit code.
    kind: Option<&'static str>,
    /// Code of the rule that stopped the command, if any.
    reason: Option<Code>,
    layout: Layout,
}

/// The layout of a failure's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// One line: a line break in it is part of user input and is made visible.
    Line,
    /// Several lines, in which user input was made visible before.
    Page,
}

/// The longest sentence, in characters: far more than any has, unless it contains a path of the greatest length.
const SENTENCE_CHARS_MAX: usize = 4_000;

impl CliError {
    pub(crate) fn new(exit: Exit, sentence: impl Into<String>) -> Self {
        Self { exit, sentence: Some(sentence.into()), kind: None, reason: None, layout: Layout::Line }
    }

    /// A failure with a message of several lines, in which user input was made visible before.
    pub(crate) fn page(exit: Exit, page: impl Into<String>) -> Self {
        Self { layout: Layout::Page, ..Self::new(exit, page) }
    }

    /// A failure about which everything was said already.
    pub(crate) fn silent(exit: Exit) -> Self {
        Self { sentence: None, ..Self::new(exit, "") }
    }

    /// The same failure with a changed message.
    pub(crate) fn map(self, change: impl FnOnce(String) -> String) -> Self {
        Self { sentence: self.sentence.map(change), ..self }
    }

    /// The same failure with another exit code.
    pub(crate) fn ending(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// The same failure with a name for programs.
    fn of_kind(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// Writes the message to stderr, as a sentence or, in the formats for programs, as one object on one line. Returns the
    /// exit code.
    pub(crate) fn report(self, format: Format, stderr: &mut dyn Write) -> Exit {
        if let Some(sentence) = &self.sentence {
            let sentence = match self.layout {
                Layout::Line => shown_within(sentence, SENTENCE_CHARS_MAX),
                Layout::Page => sentence.into(),
            };
            // If stderr is closed, the caller still has the exit code.
            let _unread = match format {
                Format::Human => writeln!(stderr, "acquaint: {sentence}"),
                Format::Json | Format::Ndjson => object(&self.as_json(&sentence), Format::Ndjson, stderr),
            };
        }
        self.exit
    }

    fn as_json(&self, sentence: &str) -> Value {
        let (message, hints) = match self.layout {
            Layout::Line => message_and_hints(sentence),
            Layout::Page => (sentence, Vec::new()),
        };
        json!({
            "schema": "acquaint.error.v1",
            "code": self.kind.unwrap_or(self.exit.name()),
            "exit": self.exit.number(),
            "message": message,
            "hints": hints,
            "reason": self.reason.map(|reason| reason.to_string()),
        })
    }
}

/// Splits a sentence at each `; ` into what is wrong and what to do about it. A `; ` between backticks is user input.
fn message_and_hints(sentence: &str) -> (&str, Vec<&str>) {
    let is_quoted = |at: usize| sentence[..at].matches('`').count() % 2 == 1;
    let mut parts = Vec::new();
    let mut begins = 0;
    for (at, _) in sentence.match_indices("; ").filter(|(at, _)| !is_quoted(*at)) {
        parts.push(&sentence[begins..at]);
        begins = at + 2;
    }
    parts.push(&sentence[begins..]);
    let hints = parts.split_off(1);
    (parts[0], hints)
}

/// In the formats for programs, writes each line of a message to stderr as an object, so that a program can parse all of
/// stderr.
pub(crate) struct SideNotes<'a> {
    stderr: &'a mut dyn Write,
    /// The bytes of a line that is not complete yet.
    begun: Vec<u8>,
}

impl<'a> SideNotes<'a> {
    /// Writes to `stderr`.
    pub(crate) fn new(stderr: &'a mut dyn Write) -> Self {
        Self { stderr, begun: Vec::new() }
    }
}

impl Write for SideNotes<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.begun);
                let line = String::from_utf8_lossy(&line);
                let message = line.trim_end().trim_start_matches("acquaint: ");
                let note = json!({ "schema": "acquaint.note.v1", "message": message });
                object(&note, Format::Ndjson, self.stderr)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stderr.flush()
    }
}

impl From<GrammarError> for CliError {
    fn from(error: GrammarError) -> Self {
        Self::new(error.exit(), error.sentence())
    }
}

/// The failure for a moment before the last recorded event.
pub(crate) fn too_early(given: Timestamp, last: Timestamp) -> CliError {
    let (given, last) = (rfc3339(given), rfc3339(last));
    let what =
        format!("{given} is before the last recorded event, at {last}; a log only grows: give a later time");
    CliError::new(Exit::BadInput, what).of_kind("too-early")
}

impl From<SubmitError> for CliError {
    fn from(error: SubmitError) -> Self {
        let (exit, kind) = match &error {
            SubmitError::TooEarly { given, last } => return too_early(*given, *last),
            SubmitError::StaysHeld { request, code, until } => return stays_held(*request, *code, *until),
            SubmitError::NotFound(_)
            | SubmitError::UnknownMember { .. }
            | SubmitError::ClosedMember(_)
            | SubmitError::UnknownAddress { .. }
            | SubmitError::UnknownRequest(_)
            | SubmitError::NotOpen(_)
            | SubmitError::NoFault => (Exit::NotFound, "not-found"),
            SubmitError::NotThere { .. } | SubmitError::NoAppeal(_) => (Exit::NotFound, "nothing-there"),
            SubmitError::BadInput(_)
            | SubmitError::HandleTaken(_)
            | SubmitError::HandleOfClosed(_)
            | SubmitError::BadPolicy(_)
            | SubmitError::WrongOwner(_) => (Exit::BadInput, "bad-input"),
            SubmitError::CommandIdReused => (Exit::BadInput, "command-id-reused"),
            SubmitError::CommandIdExpired => (Exit::BadInput, "command-id-expired"),
            SubmitError::Stopped { .. } => (Exit::Failed, "log-stopped"),
            SubmitError::Unavailable => (Exit::Failed, "unavailable"),
            SubmitError::Unreadable(_) => (Exit::Failed, "log-unreadable"),
            SubmitError::ClockJumped { .. } => (Exit::Failed, "clock-in-doubt"),
        };
        let failure = Self::new(exit, with_help(&error)).of_kind(kind);
        let reason = if let SubmitError::NotThere { code, .. } = error { code } else { None };
        Self { reason, ..failure }
    }
}

/// The error's sentence, with what to do about it on a command line.
pub(crate) fn with_help(error: &SubmitError) -> String {
    let help = match error {
        SubmitError::UnknownMember { nearest: Some(near), .. } => format!("; did you mean `{near}`?"),
        SubmitError::UnknownMember { handle, nearest: None } => {
            format!("; check the spelling, or add it with `member add {handle}`")
        }
        SubmitError::UnknownAddress { address: Address::Email(_), .. } => "; use the handle".to_owned(),
        SubmitError::UnknownAddress { nearest: Some(near), .. } => format!("; did you mean `{near}`?"),
        SubmitError::UnknownAddress { address: Address::Handle(_) | Address::Profile(_), nearest: None } => {
            "; check the spelling, or copy the URL of the profile".to_owned()
        }
        SubmitError::HandleOfClosed(_) => "; choose another".to_owned(),
        SubmitError::UnknownRequest(_) => "; check the id".to_owned(),
        SubmitError::NotOpen(_) => "; `review list` shows the held requests".to_owned(),
        SubmitError::NoFault => "; `fault start` starts one".to_owned(),
        SubmitError::NoAppeal(_) => "; `appeal open` opens one".to_owned(),
        SubmitError::HandleTaken(handle) => {
            format!("; choose another, or change that member with `member set {handle}`")
        }
        SubmitError::BadPolicy(_) => "; `policy check` says more".to_owned(),
        SubmitError::WrongOwner(_) => " with --member".to_owned(),
        SubmitError::ClosedMember(_)
        | SubmitError::NotFound(_)
        | SubmitError::NotThere { .. }
        | SubmitError::StaysHeld { .. }
        | SubmitError::BadInput(_)
        | SubmitError::CommandIdReused
        | SubmitError::CommandIdExpired
        | SubmitError::TooEarly { .. }
        | SubmitError::ClockJumped { .. }
        | SubmitError::Stopped { .. }
        | SubmitError::Unreadable(_)
        | SubmitError::Unavailable => String::new(),
    };
    format!("{error}{help}")
}

fn stays_held(request: RequestId, code: Code, until: Option<Timestamp>) -> CliError {
    let name = code.name();
    let until = until.map_or_else(String::new, |until| format!(" until {}", rfc3339(until)));
    // A restriction of the account is not a limit, so `--waive-limits` does not lift it.
    let or_now = if code == Code::SenderRestricted { "" } else { ", or now with `--waive-limits`" };
    let what = format!(
        "request {request} stays held: {code} {name} stands in its way{until}; release it then{or_now}"
    );
    CliError { reason: Some(code), ..CliError::new(Exit::Refused, what).of_kind("stays-held") }
}

impl From<acquaint_engine::StartError> for CliError {
    fn from(error: acquaint_engine::StartError) -> Self {
        Self::new(Exit::Failed, error.to_string())
    }
}

impl From<Doubt> for CliError {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::Behind { machine, last } => Self::new(
                Exit::Failed,
                format!(
                    "the machine's clock says {}, which is {} before the last moment of the log or of the file `clock` next to it; nothing was done: correct the clock, remove that file if its moment is wrong, give a later time with --at, or use --confirm-time to record this at {}",
                    rfc3339(machine),
                    human_span(last.since(machine)),
                    rfc3339(last)
                ),
            )
            .of_kind("clock-in-doubt"),
            Doubt::Ahead { clock, given } => Self::new(
                Exit::BadInput,
                format!(
                    "{} is {} ahead of the clock, and no later command could be recorded at an earlier time; nothing was done: give another time, or --confirm-time if this one is right",
                    rfc3339(given),
                    human_span(given.since(clock))
                ),
            )
            .of_kind("clock-in-doubt"),
        }
    }
}

impl From<acquaint_clock::ClockError> for CliError {
    fn from(error: acquaint_clock::ClockError) -> Self {
        let exit = match &error {
            acquaint_clock::ClockError::NotAMoment { .. } => Exit::BadInput,
            acquaint_clock::ClockError::Io { .. } => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<acquaint_log_file::OpenError> for CliError {
    fn from(error: acquaint_log_file::OpenError) -> Self {
        use acquaint_log_file::OpenError as Why;
        let advice = match &error {
            // Without its first segment, a log cannot be repaired.
            Why::MissingSegment { position, .. } if *position == Position::FIRST => "",
            Why::MissingSegment { .. } | Why::Corrupt(_) => {
                "; or see with `acquaint log repair` what a repair would lose"
            }
            Why::Locked { .. } => "; or wait for it, such as with `--wait=1m`",
            Why::OlderFormat { .. } => {
                "; convert the log with `acquaint log convert`, which keeps the old one"
            }
            Why::Truncated { .. } => ", or give it up with `acquaint log accept-truncation`",
            Why::OtherHistory { .. } => ", or give that history up with `acquaint log accept-truncation`",
            Why::NotALog { .. }
            | Why::NotAFile { .. }
            | Why::Absent { .. }
            | Why::NewerFormat { .. }
            | Why::OtherLog { .. }
            | Why::SegmentBytes { .. }
            | Why::NotPermitted { .. }
            | Why::Io { .. } => "",
        };
        let exit = match &error {
            Why::Locked { .. } => Exit::OtherWriter,
            Why::NotALog { .. }
            | Why::NotAFile { .. }
            | Why::Absent { .. }
            | Why::NewerFormat { .. }
            | Why::OlderFormat { .. }
            | Why::OtherLog { .. } => Exit::BadInput,
            Why::MissingSegment { .. }
            | Why::Truncated { .. }
            | Why::OtherHistory { .. }
            | Why::Corrupt(_)
            | Why::SegmentBytes { .. }
            | Why::NotPermitted { .. }
            | Why::Io { .. } => Exit::Failed,
        };
        Self::new(exit, format!("{error}{advice}"))
    }
}

impl From<acquaint_log_file::BackupError> for CliError {
    fn from(error: acquaint_log_file::BackupError) -> Self {
        use acquaint_log_file::BackupError as Why;
        match error {
            Why::Open(error) => Self::from(error),
            Why::NotEmpty { .. } => Self::new(Exit::BadInput, error.to_string()),
            Why::Damaged(_) => Self::new(Exit::Failed, error.to_string()),
        }
    }
}

impl From<acquaint_log_file::ConvertError> for CliError {
    fn from(error: acquaint_log_file::ConvertError) -> Self {
        use acquaint_log_file::ConvertError as Why;
        match error {
            Why::Open(error) => Self::from(error),
            Why::Version { .. } | Why::InTheWay(_) => Self::new(Exit::BadInput, error.to_string()),
            Why::Damaged { .. } | Why::Append(_) => Self::new(Exit::Failed, error.to_string()),
        }
    }
}

impl From<acquaint_log_file::ProveError> for CliError {
    fn from(error: acquaint_log_file::ProveError) -> Self {
        use acquaint_log_file::ProveError as Why;
        match error {
            Why::Open(error) => Self::from(error),
            Why::Absent { .. } => Self::new(Exit::NotFound, error.to_string()),
            Why::Unsealed { .. } => {
                Self::new(Exit::NotFound, format!("{error}, or now with `acquaint log seal`"))
            }
            Why::Damaged { .. } => {
                Self::new(Exit::Failed, format!("{error}; see `acquaint log verify --deep`"))
            }
        }
    }
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            // The reader has read enough.
            return Self::silent(Exit::Ok);
        }
        Self::new(Exit::Failed, format!("the answer cannot be written: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_split_into_what_is_wrong_and_what_to_do() {
        let check = |sentence: &str, message: &str, hints: &[&str]| {
            assert_eq!(message_and_hints(sentence), (message, hints.to_vec()));
        };
        check(
            "no member has the handle `bbo`; did you mean `bob`?",
            "no member has the handle `bbo`",
            &["did you mean `bob`?"],
        );
        check("`a; b` is not a handle; give one", "`a; b` is not a handle", &["give one"]);
        check("it failed", "it failed", &[]);
        check("one; two; three", "one", &["two", "three"]);
        check("`a; b", "`a; b", &[]);
    }

    #[test]
    fn every_line_of_a_message_is_an_object_however_the_writes_are_split() {
        let text = "acquaint: the log ends\n`a\"b` was kept\n";
        for cut in 0..text.len() {
            let mut stderr = Vec::new();
            let mut notes = SideNotes::new(&mut stderr);
            let (one, other) = text.as_bytes().split_at(cut);
            notes.write_all(one).and_then(|()| notes.write_all(other)).expect("memory takes everything");
            let lines = String::from_utf8(stderr).expect("text");
            let read =
                |line: &str| serde_json::from_str::<Value>(line).expect("an object")["message"].clone();
            let messages: Vec<Value> = lines.lines().map(read).collect();
            assert_eq!(messages, ["the log ends", "`a\"b` was kept"]);
        }
    }
}
