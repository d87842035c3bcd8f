//! What is wrong with what was typed.

use std::process::ExitCode;

use acquaint_domain::shown_within;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::pages;
use crate::values::BadValue;

/// The most characters that a sentence quotes of a word that is not in the grammar.
const TYPED_CHARS_MAX: usize = 200;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Exit {
    /// Answered; a refused request is an answer.
    Ok = 0,
    /// Something did not work, or an expectation of a script was not met.
    Failed = 1,
    /// The words are not in the grammar.
    Usage = 2,
    /// No such member or request.
    NotFound = 3,
    /// What is asked for is not possible at present, and may be later.
    Refused = 4,
    /// A value, a file or a script cannot be read.
    BadInput = 5,
    /// Answered, and a condition of `--fail-on` is so.
    Exceeded = 6,
    /// Another process writes to the data folder.
    OtherWriter = 7,
    /// Answered, from what is intact of a damaged log.
    Damaged = 8,
    /// Ctrl-C, while something long went on: 128 and the signal's number, as shells have it.
    Interrupted = 130,
}

impl Exit {
    /// The number that a shell sees.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// What programs know an error by that ends in this way.
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

/// Why a command line or a script's line is no order.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GrammarError {
    /// Help or the version was asked for: this is it, for stdout.
    #[error("{0}")]
    Output(String),
    /// The words are not in the grammar.
    #[error("{text}")]
    Usage {
        /// All there is to say, over several lines.
        text: String,
        /// The same in one sentence.
        sentence: String,
        /// The word that is to blame, as typed.
        word: Option<String>,
    },
    /// A value is not what it should be.
    #[error("{place}: {}", bad.sentence)]
    Value {
        /// The argument or option, as in the help.
        place: String,
        /// What is wrong with it.
        bad: BadValue,
    },
}

impl GrammarError {
    /// How the program ends.
    pub const fn exit(&self) -> Exit {
        match self {
            Self::Output(_) => Exit::Ok,
            Self::Usage { .. } => Exit::Usage,
            Self::Value { .. } => Exit::BadInput,
        }
    }

    /// Whether this is what was asked for, and belongs on stdout.
    pub const fn is_output(&self) -> bool {
        matches!(self, Self::Output(_))
    }

    /// It in one sentence, for a place where one line is all there is.
    pub fn sentence(&self) -> String {
        match self {
            Self::Output(_) => "help and version are for the command line, not for a script".to_owned(),
            Self::Usage { sentence, .. } => sentence.clone(),
            Self::Value { .. } => self.to_string(),
        }
    }

    /// The word that is to blame, as typed.
    pub fn word(&self) -> Option<&str> {
        match self {
            Self::Output(_) => None,
            Self::Usage { word, .. } => word.as_deref(),
            Self::Value { bad, .. } => Some(&bad.typed),
        }
    }

    /// The same, where it came from a script's line: options of the whole run have a sentence of their own there.
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
        let is_begun = kind == ErrorKind::MissingSubcommand;
        let text = if is_begun { pages::begun(&error).unwrap_or(text) } else { text };
        Self::Usage { text, sentence, word }
    }
}

/// The error, with what was typed as other texts are shown: on one line, and not too long.
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
            // What clap suggests quotes the word as well, and helps nobody with one like this.
            error.remove(ContextKind::Suggested);
        }
    }
    error
}

fn whole_run_option(word: &str) -> Option<String> {
    let name = word.split('=').next().unwrap_or(word);
    match name {
        "--at" => Some("`--at` is not for a line of a script; write `at T` on a line before it".to_owned()),
        "--data" | "--seed" => Some(format!(
            "`{name}` is not for a line of a script; give it to `acquaint run`, for all of its lines"
        )),
        _ => None,
    }
}

fn one_sentence(kind: ErrorKind, error: &clap::Error, text: &str) -> (Option<String>, String) {
    let said = |context| error.get(context).and_then(said_once);
    if kind == ErrorKind::InvalidSubcommand {
        let word = said(ContextKind::InvalidSubcommand);
        let meant = said(ContextKind::SuggestedSubcommand);
        return (word.clone(), unknown("word", word.as_deref().unwrap_or_default(), meant.as_deref()));
    }
    if kind == ErrorKind::UnknownArgument {
        let word = said(ContextKind::InvalidArg);
        let meant = said(ContextKind::SuggestedArg);
        let typed = word.as_deref().unwrap_or_default();
        let what = if typed.starts_with('-') { "option" } else { "argument" };
        return (word.clone(), unknown(what, typed, meant.as_deref()));
    }
    if kind == ErrorKind::MissingRequiredArgument {
        let missing = error.get(ContextKind::InvalidArg).map(ToString::to_string).unwrap_or_default();
        return (None, format!("{missing} is missing"));
    }
    if kind == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand || kind == ErrorKind::MissingSubcommand {
        return (None, "a word is missing; `acquaint --help` lists them".to_owned());
    }
    let first = text.lines().next().unwrap_or_default();
    (said(ContextKind::InvalidArg), first.trim_start_matches("error: ").replace('\'', "`"))
}

/// ``unknown word `ad`; did you mean `add`?``
pub(crate) fn unknown(what: &str, typed: &str, meant: Option<&str>) -> String {
    let typed = shown_within(typed, TYPED_CHARS_MAX);
    match meant {
        Some(meant) => format!("unknown {what} `{typed}`; did you mean `{meant}`?"),
        None => format!("unknown {what} `{typed}`; `acquaint --help` lists what there is"),
    }
}

fn said_once(value: &ContextValue) -> Option<String> {
    if let ContextValue::Strings(texts) = value {
        return texts.first().cloned();
    }
    Some(value.to_string())
}
