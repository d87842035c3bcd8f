//! Errors of the command line, and the exit codes.

use std::process::ExitCode;

use acquaint_domain::shown_within;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::pages;
use crate::values::BadValue;

/// The most characters that a sentence quotes of an unknown word.
const TYPED_CHARS_MAX: usize = 200;

/// The exit code of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Answered; a refused request is an answer.
    Ok = 0,
    /// Something failed, or an expectation of a script was not met.
    Failed = 1,
    /// The command or option does not exist, or is incomplete.
    Usage = 2,
    /// No such member or request.
    NotFound = 3,
    /// Not possible now, but perhaps later.
    Refused = 4,
    /// A value, a file or a script is invalid.
    BadInput = 5,
    /// Answered, and a condition of `--fail-on` is met.
    Exceeded = 6,
    /// Another process writes to the data folder.
    OtherWriter = 7,
    /// Answered, from the intact part of a damaged or truncated log.
    Damaged = 8,
    /// Ctrl-C during a long command: 128 plus the signal's number, as in shells.
    Interrupted = 130,
}

impl Exit {
    /// The number that a shell sees.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The name of an error with this exit code, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::NotFound => "not-found",
            Self::Refused => "refused",
            Self::BadInput => "bad-input",
            Self::Exceeded => "exceeded",
            Self::OtherWriter => "other-writer",
            Self::Damaged => "damaged",
            Self::Interrupted => "interrupted",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

/// Why a command line or a script's line cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrammarError {
    /// The help or version that was asked for, to be written to stdout.
    #[error("{0}")]
    Output(String),
    /// The command or option does not exist, or is incomplete.
    #[error("{text}")]
    Usage {
        /// The full message, of several lines.
        text: String,
        /// The message in one sentence.
        sentence: String,
        /// The offending word, as entered.
        word: Option<String>,
    },
    /// A value is invalid.
    #[error("{place}: {}", bad.sentence)]
    Value {
        /// The argument or option, as in the help.
        place: String,
        /// The value and what is wrong with it.
        bad: BadValue,
    },
}

impl GrammarError {
    /// The exit code.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Output(_) => Exit::Ok,
            Self::Usage { .. } => Exit::Usage,
            Self::Value { .. } => Exit::BadInput,
        }
    }

    /// Whether this is a page that was asked for, which belongs on stdout.
    pub const fn is_output(&self) -> bool {
        matches!(self, Self::Output(_))
    }

    /// The error in one sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Output(_) => "help and version are not available in a script".to_owned(),
            Self::Usage { sentence, .. } => sentence.clone(),
            Self::Value { .. } => self.to_string(),
        }
    }

    /// The offending word, as entered.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Output(_) => None,
            Self::Usage { word, .. } => word.as_deref(),
            Self::Value { bad, .. } => Some(&bad.entered),
        }
    }

    /// The same error for a script's line, where options of the whole run get their own sentence.
    pub(super) fn within_script(self) -> Self {
        match self {
            Self::Output(_) => {
                let sentence = self.sentence();
                Self::Usage { text: sentence.clone(), sentence, word: None }
            }
            Self::Usage { word: Some(word), sentence, text } => {
                let sentence = whole_run_option(&word).unwrap_or(sentence);
                let text = if text == sentence { text } else { sentence.clone() };
                Self::Usage { text, sentence, word: Some(word) }
            }
            Self::Usage { word: None, .. } | Self::Value { .. } => self,
        }
    }
}

impl From<clap::Error> for GrammarError {
    fn from(error: clap::Error) -> Self {
        let error = as_shown(error);
        let text = error.render().to_string();
        let kind = error.kind();
        if matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            return Self::Output(text);
        }
        let (word, sentence) = one_sentence(kind, &error, &text);
        let is_incomplete = kind == ErrorKind::MissingSubcommand;
        let text = if is_incomplete { pages::incomplete(&error).unwrap_or(text) } else { text };
        Self::Usage { text, sentence, word }
    }
}

/// The error, with user input made safe to show: on one line and not too long.
fn as_shown(mut error: clap::Error) -> clap::Error {
    let kinds = [
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidArg,
        ContextKind::InvalidValue,
        ContextKind::PriorArg,
        ContextKind::TrailingArg,
    ];
    for kind in kinds {
        let shown = |text: &String| shown_within(text, TYPED_CHARS_MAX).into_owned();
        let (value, is_changed) = match error.get(kind) {
            Some(ContextValue::String(text)) => (ContextValue::String(shown(text)), shown(text) != *text),
            Some(ContextValue::Strings(texts)) => {
                let all: Vec<String> = texts.iter().map(shown).collect();
                let is_changed = all != *texts;
                (ContextValue::Strings(all), is_changed)
            }
            Some(_) | None => continue,
        };
        error.insert(kind, value);
        if is_changed {
            // clap's suggestion quotes the word in full again.
            error.remove(ContextKind::Suggested);
        }
    }
    error
}

fn whole_run_option(word: &str) -> Option<String> {
    let name = word.split('=').next().unwrap_or(word);
    match name {
        "--at" => Some("`--at` is not allowed in a script; write `at T` on a line before it".to_owned()),
        "--data" | "--seed" => {
            Some(format!("`{name}` is not allowed in a script; give it to `acquaint run`, for all lines"))
        }
        _ => None,
    }
}

fn one_sentence(kind: ErrorKind, error: &clap::Error, text: &str) -> (Option<String>, String) {
    let text_of = |context| error.get(context).and_then(first_text);
    if kind == ErrorKind::InvalidSubcommand {
        let word = text_of(ContextKind::InvalidSubcommand);
        let meant = text_of(ContextKind::SuggestedSubcommand);
        return (word.clone(), unknown("command", word.as_deref().unwrap_or_default(), meant.as_deref()));
    }
    if kind == ErrorKind::UnknownArgument {
        let word = text_of(ContextKind::InvalidArg);
        let meant = text_of(ContextKind::SuggestedArg);
        let entered = word.as_deref().unwrap_or_default();
        let what = if entered.starts_with('-') { "option" } else { "argument" };
        return (word.clone(), unknown(what, entered, meant.as_deref()));
    }
    if kind == ErrorKind::MissingRequiredArgument {
        let missing = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
        return (None, format!("{missing} is missing"));
    }
    if kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand || kind == ErrorKind::MissingSubcommand {
        return (None, "the command is incomplete; `acquaint --help` lists all commands".to_owned());
    }
    let first = text.lines().next().unwrap_or_default();
    (text_of(ContextKind::InvalidArg), first.trim_start_matches("error: ").replace('\'', "`"))
}

/// ``unknown command `ad`; did you mean `add`?``
pub(crate) fn unknown(what: &str, entered: &str, meant: Option<&str>) -> String {
    let entered = shown_within(entered, TYPED_CHARS_MAX);
    match meant {
        Some(meant) => format!("unknown {what} `{entered}`; did you mean `{meant}`?"),
        None => format!("unknown {what} `{entered}`; `acquaint --help` lists all of them"),
    }
}

fn first_text(value: &ContextValue) -> Option<String> {
    if let ContextValue::Strings(texts) = value {
        return texts.first().cloned();
    }
    Some(value.to_string())
}
