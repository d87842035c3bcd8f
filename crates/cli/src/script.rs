//! Scripts: one command a line, with times and expectations between them. A script is parsed whole before it runs.

mod paths;
pub(crate) mod play;
pub(crate) mod sandbox;

use acquaint_domain::{Code, Command, Span, Timestamp, shown, shown_within, visible};

use crate::grammar::{self, CliCommand, Format, ReadCommand, ScriptCommand, WriteCommand};
use crate::values::{self, Bare};

/// The longest line of a script, in bytes; no command needs more.
const LINE_BYTES_MAX: usize = 1 << 20;
/// The most problems reported at once: the next ones show when these are fixed.
const PROBLEMS_MAX: usize = 100;
/// The longest line that is shown with a mark under the mistake, in characters.
const SHOWN_LINE_CHARS_MAX: usize = 200;
/// The first words that only a script has.
const SCRIPT_WORDS: [&str; 3] = ["at", "advance", "expect"];

/// A line of a script, other than a blank line or a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptStep {
    /// 1-based line number.
    pub line: usize,
    /// The line as written, trimmed.
    pub text: String,
    /// What it does.
    pub action: ScriptAction,
}

/// What a line of a script does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScriptAction {
    /// Sets the time.
    At(Timestamp),
    /// Advances the time.
    Advance(Span),
    /// Compares the last answer with this one.
    Expect(Expectation),
    /// Runs a command.
    Order {
        /// The command to run.
        command: CliCommand,
        /// Format of its answer; `None` for the format of the script.
        format: Option<Format>,
    },
}

/// What the last answer should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// The last send is in transit.
    Ok,
    /// The last `send`, `check` or `why` answered with this code.
    Code(Code),
}

/// A script that cannot be run, with everything that is wrong in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.report())]
pub struct ScriptError {
    /// Name of the script, as given.
    pub name: String,
    /// The problems, ordered by line; never empty.
    pub problems: Vec<ScriptProblem>,
    /// Whether the script was read to its end; reading stops after 100 problems.
    pub is_whole: bool,
}

/// One problem in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptProblem {
    /// 1-based line number.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
    /// The line as written.
    pub text: String,
    /// What is wrong and how to fix it.
    pub sentence: String,
}

/// Parses a script; `name` stands for it in an error.
pub fn parse(text: &str, name: &str) -> Result<Vec<ScriptStep>, ScriptError> {
    let mut reader = ScriptReader::default();
    let mut steps = Vec::new();
    let mut problems = Vec::new();
    for (index, raw) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = index + 1;
        if problems.len() == PROBLEMS_MAX {
            return Err(ScriptError { name: name.to_owned(), problems, is_whole: false });
        }
        match reader.action(raw) {
            Ok(Some(action)) => steps.push(ScriptStep { line, text: raw.trim().to_owned(), action }),
            Ok(None) => {}
            Err(Wrong { column, sentence }) => {
                problems.push(ScriptProblem { line, column, text: raw.to_owned(), sentence });
            }
        }
    }
    if problems.is_empty() {
        Ok(steps)
    } else {
        Err(ScriptError { name: name.to_owned(), problems, is_whole: true })
    }
}

/// The parser's state between lines.
#[derive(Default)]
struct ScriptReader {
    /// The earliest time that the next line may set; `None` before the first `at`.
    time: Option<Timestamp>,
    /// Whether an earlier line has an answer that `expect` can refer to.
    answered: bool,
}

/// What is wrong with a line, and at which 1-based column.
struct Wrong {
    column: usize,
    sentence: String,
}

impl ScriptReader {
    fn action(&mut self, raw: &str) -> Result<Option<ScriptAction>, Wrong> {
        if raw.len() > LINE_BYTES_MAX {
            let sentence = format!(
                "the line has {} bytes, more than {LINE_BYTES_MAX}; split it into several",
                raw.len()
            );
            return Err(Wrong { column: 1, sentence });
        }
        let mut split = shlex::Shlex::new(raw);
        let words: Vec<String> = split.by_ref().collect();
        if split.had_error {
            let sentence =
                "a quote is not closed, or nothing follows a `\\`; close it, or write `\\'` for `'` itself";
            return Err(Wrong { column: open_quote(raw), sentence: sentence.to_owned() });
        }
        let Some((first, rest)) = words.split_first() else {
            return Ok(None);
        };
        match (first.as_str(), rest) {
            ("at", [time]) => self.at(raw, time).map(Some),
            ("advance", [length]) => self.advance(raw, length).map(Some),
            ("expect", [code]) => self.expect(raw, code).map(Some),
            ("at", _) => Err(wrong(raw, first, "write `at` and one time, such as `at 2026-11-21T08:12:05Z`")),
            ("advance", _) => {
                Err(wrong(raw, first, "write `advance` and one length of time, such as `advance 47h59m`"))
            }
            ("expect", _) => Err(wrong(raw, first, "write `expect` and one code, or `expect ok`")),
            ("acquaint", _) => {
                Err(wrong(raw, first, "leave out `acquaint`: a line is a command without the program's name"))
            }
            (_, _) => self.command(raw, first, &words).map(Some),
        }
    }

    fn at(&mut self, raw: &str, entered: &str) -> Result<ScriptAction, Wrong> {
        let time = values::moment(entered, self.time, Bare::Unclear)
            .map_err(|bad| wrong(raw, entered, &bad.sentence))?;
        if let Some(earlier) = self.time.filter(|earlier| time < *earlier) {
            let sentence = format!(
                "{} is earlier than the line before it, which is at {}; time only moves forward",
                values::quoted(entered),
                values::rfc3339(earlier)
            );
            return Err(wrong(raw, entered, &sentence));
        }
        self.time = Some(time);
        Ok(ScriptAction::At(time))
    }

    fn advance(&mut self, raw: &str, entered: &str) -> Result<ScriptAction, Wrong> {
        let span = values::span(entered).map_err(|bad| wrong(raw, entered, &bad.sentence))?;
        self.time = self.time.map(|time| time.plus(span));
        Ok(ScriptAction::Advance(span))
    }

    fn expect(&self, raw: &str, entered: &str) -> Result<ScriptAction, Wrong> {
        let expectation = if entered.eq_ignore_ascii_case("ok") {
            Expectation::Ok
        } else {
            let code = values::code(entered).map_err(|bad| wrong(raw, entered, &bad.sentence))?;
            Expectation::Code(code)
        };
        if !self.answered {
            return Err(wrong(raw, "expect", "there is no `send`, `check` or `why` before it"));
        }
        Ok(ScriptAction::Expect(expectation))
    }

    fn command(&mut self, raw: &str, first: &str, words: &[String]) -> Result<ScriptAction, Wrong> {
        let known = grammar::first_words();
        let is_known = known.iter().any(|word| word == first);
        if !first.starts_with('-')
            && !is_known
            && !grammar::former_first_words().iter().any(|word| word == first)
        {
            let all = known.iter().map(String::as_str).chain(SCRIPT_WORDS);
            let sentence = grammar::unknown("command", first, values::nearest(&first.to_lowercase(), all));
            return Err(wrong(raw, first, &sentence));
        }
        let ScriptCommand { command, format } = grammar::parse_words_at(words, self.time)
            .map_err(|error| wrong(raw, error.word().unwrap_or(first), &error.sentence()))?;
        if let Some(sentence) = command.refused_in_script() {
            return Err(wrong(raw, first, sentence));
        }
        let is_appeal = matches!(
            command,
            CliCommand::Write(WriteCommand::Command { command: Command::OpenAppeal { .. }, .. })
        );
        self.answered |= is_appeal
            || matches!(
                command,
                CliCommand::Write(WriteCommand::Send { .. })
                    | CliCommand::Read(ReadCommand::Check(..) | ReadCommand::Why { .. })
            );
        Ok(ScriptAction::Order { command, format })
    }
}

impl ScriptError {
    fn report(&self) -> String {
        let mut report = String::new();
        for ScriptProblem { line, column, text, sentence } in &self.problems {
            report.push_str(&format!("{}:{line}:{column}: {sentence}\n", shown(&self.name)));
            // A mark helps only under a short line that is shown exactly as it is.
            let spaced = text.replace('\t', " ");
            if text.chars().count() <= SHOWN_LINE_CHARS_MAX && visible(&spaced) == spaced {
                let pad: String =
                    text.chars().take(column - 1).map(|c| if c == '\t' { c } else { ' ' }).collect();
                let gutter = line.to_string();
                let blank = " ".repeat(gutter.len());
                report.push_str(&format!("  {gutter} | {text}\n  {blank} | {pad}^\n"));
            } else {
                let text = shown_within(text, SHOWN_LINE_CHARS_MAX);
                report.push_str(&format!("  {line} | {text}\n"));
            }
        }
        if !self.is_whole {
            report.push_str(&format!("{PROBLEMS_MAX} lines are wrong; the lines after them were not read\n"));
        }
        report.push_str("a script is read whole before it runs: no line of it was run");
        report
    }
}

fn wrong(raw: &str, word: &str, sentence: &str) -> Wrong {
    Wrong { column: column_of(raw, word), sentence: sentence.to_owned() }
}

/// The 1-based column where `word` is a whole word; otherwise the first column that is not blank.
fn column_of(raw: &str, word: &str) -> usize {
    let ends = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || "'\"=\\#".contains(c));
    let alone = |start: &usize| {
        ends(raw[..*start].chars().next_back()) && ends(raw[*start + word.len()..].chars().next())
    };
    let mut places = raw.match_indices(word).map(|(start, _)| start).filter(|_| !word.is_empty());
    let first = raw.len() - raw.trim_start().len();
    let start = places.find(alone).unwrap_or(first);
    raw[..start].chars().count() + 1
}

/// The 1-based column of the quote that is not closed; otherwise the last column.
fn open_quote(raw: &str) -> usize {
    let mut open: Option<(usize, char)> = None;
    let mut chars = raw.chars().enumerate();
    while let Some((index, c)) = chars.next() {
        match (open, c) {
            (None | Some((_, '"')), '\\') => drop(chars.next()),
            (None, '\'' | '"') => open = Some((index, c)),
            (Some((_, quote)), c) if c == quote => open = None,
            (None | Some(_), _) => {}
        }
    }
    open.map_or(raw.chars().count().max(1), |(index, _)| index + 1)
}

#[cfg(test)]
mod tests;
