//! The grammar of questions about requests: `from:alice code:CR0401 since:2026-11-01`.
//!
//! **What it is.** A [`Query`] says which requests are meant. It is read from one text ([`Query::parse`]) or key by key
//! ([`Query::set`]): the options of a command line, the fields of a form and the parameters of an address are the same keys.
//!
//! **Where to start reading.** [`Key`], then [`Query`].
//!
//! **This crate never** looks anything up, reads a clock, or answers a question.

mod moment;
mod word;

use std::fmt;

use acquaint_domain::bounds::{self, TextBound};
use acquaint_domain::{Address, Code, Malformed, Timestamp};
use acquaint_projection_requests::Status;

pub use moment::{Moment, NearDay};
pub use word::{code, nearest, quoted};

/// Which requests are meant: those to which all that is given applies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Who asked.
    pub from: Option<Address>,
    /// Who was asked, as typed: an address, or any text that somebody typed in the place of one.
    pub to: Option<String>,
    /// The code that the viewer is told.
    pub code: Option<Code>,
    /// The status that the viewer is told.
    pub status: Option<Status>,
    /// Asked no earlier.
    pub since: Option<Moment>,
    /// Asked no later.
    pub until: Option<Moment>,
}

/// What a query can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Who asked.
    From,
    /// Who was asked.
    To,
    /// Which code.
    Code,
    /// Which status.
    Status,
    /// From which day or moment on.
    Since,
    /// Until which day or moment, which is included.
    Until,
}

/// What is wrong with a query, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{sentence}", place(*key))]
pub struct QueryError {
    /// At which key; `None` where a part of the text has none.
    pub key: Option<Key>,
    /// The part that is wrong, as typed.
    pub typed: String,
    /// What is wrong and what to do, without the place.
    pub sentence: String,
}

fn place(key: Option<Key>) -> String {
    key.map_or_else(String::new, |key| format!("`{key}:`: "))
}

impl Key {
    /// Every key, in the order in which they are told.
    pub const ALL: [Self; 6] = [Self::From, Self::To, Self::Code, Self::Status, Self::Since, Self::Until];

    /// The key as it is typed, without the colon.
    pub const fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
            Self::Code => "code",
            Self::Status => "status",
            Self::Since => "since",
            Self::Until => "until",
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Query {
    /// As it can be parsed again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = self.parts().into_iter().map(|(key, value)| {
            if value.contains(char::is_whitespace) {
                format!("{key}:\"{value}\"")
            } else {
                format!("{key}:{value}")
            }
        });
        f.pad(&parts.collect::<Vec<_>>().join(" "))
    }
}

impl Query {
    /// Whether a text is meant as a query: one of its words begins with a key and a colon, or nearly so.
    pub fn is_meant_by(text: &str) -> bool {
        words(text).iter().filter_map(|word| parted(word)).any(|(key, _)| {
            let names = Key::ALL.into_iter().map(Key::name);
            names.clone().any(|name| name == key) || (key.len() > 2 && nearest(&key, names).is_some())
        })
    }

    /// Reads words of the form `key:value`, with white space between them; a value with white space stands between `"`.
    ///
    /// # Errors
    /// A word has another form, a key is unknown or given twice, a value cannot be read, or no moment can lie between
    /// `since` and `until`.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut query = Self::default();
        for word in &words(text) {
            let keys = Key::ALL.map(|key| format!("`{key}:`")).join(", ");
            let no_key = |sentence: String| QueryError { key: None, typed: word.clone(), sentence };
            let (name, value) = parted(word)
                .ok_or_else(|| no_key(format!("{} has no key; put one of {keys} before it", quoted(word))))?;
            let key = Key::ALL.into_iter().find(|key| key.name() == name).ok_or_else(|| {
                let meant = match nearest(&name, Key::ALL.into_iter().map(Key::name)) {
                    Some(meant) => format!("did you mean `{meant}:`?"),
                    None => format!("the keys are {keys}"),
                };
                no_key(format!("there is no key {}; {meant}", quoted(&format!("{name}:"))))
            })?;
            query.set(key, value)?;
        }
        Ok(query)
    }

    /// Sets one key.
    ///
    /// # Errors
    /// It is set already, the value cannot be read, or no moment can lie between `since` and `until`.
    pub fn set(&mut self, key: Key, value: &str) -> Result<(), QueryError> {
        let wrong = |sentence: String| QueryError { key: Some(key), typed: value.to_owned(), sentence };
        if self.parts().iter().any(|(set, _)| *set == key) {
            return Err(wrong("it is given twice; give it once".to_owned()));
        }
        if value.trim().is_empty() {
            return Err(wrong(format!("it has no value; write one like `{key}:{}`", example(key))));
        }
        match key {
            Key::From => self.from = Some(address(value).map_err(wrong)?),
            Key::To => self.to = Some(within(value, bounds::ADDRESS).map_err(wrong)?),
            Key::Code => self.code = Some(code(value).map_err(wrong)?),
            Key::Status => self.status = Some(status(value).map_err(wrong)?),
            Key::Since => self.since = Some(Moment::parse(value).map_err(wrong)?),
            Key::Until => self.until = Some(Moment::parse(value).map_err(wrong)?),
        }
        Ok(())
    }

    /// The first and the last moment at which a request can have been asked, as of `now`.
    ///
    /// # Errors
    /// The first lies after the last.
    pub fn span(&self, now: Timestamp) -> Result<(Option<Timestamp>, Option<Timestamp>), QueryError> {
        let first = self.since.as_ref().map(|since| since.first(now));
        let last = self.until.as_ref().map(|until| until.last(now));
        match (first, last, &self.since) {
            (Some(first), Some(last), Some(since)) if last < first => Err(QueryError {
                key: Some(Key::Since),
                typed: since.to_string(),
                sentence:
                    "it is later than `until:`, and nothing lies between; give the earlier one to `since:`"
                        .to_owned(),
            }),
            _ => Ok((first, last)),
        }
    }

    /// Whether it says nothing, so that every request is meant.
    pub fn is_empty(&self) -> bool {
        self.parts().is_empty()
    }

    /// What it says, each value as it can be read again.
    pub fn parts(&self) -> Vec<(Key, String)> {
        let Self { from, to, code, status, since, until } = self;
        let parts = [
            (Key::From, from.as_ref().map(ToString::to_string)),
            (Key::To, to.clone()),
            (Key::Code, code.map(|code| code.to_string())),
            (Key::Status, status.map(|status| status.name().to_owned())),
            (Key::Since, since.as_ref().map(ToString::to_string)),
            (Key::Until, until.as_ref().map(ToString::to_string)),
        ];
        parts.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }
}

/// The words of a text. What stands between quotation marks belongs to one word, without the marks.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for letter in text.chars() {
        if letter == '"' {
            is_quoted = !is_quoted;
        } else if letter.is_whitespace() && !is_quoted {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A word's key in lower case, and its value. What has two slashes after the colon is a URL.
fn parted(word: &str) -> Option<(String, &str)> {
    let (key, value) = word.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphabetic());
    (is_key && !value.starts_with("//")).then(|| (key.to_ascii_lowercase(), value))
}

fn address(value: &str) -> Result<Address, String> {
    within(value, bounds::ADDRESS)?;
    Address::parse(value.trim()).map_err(|Malformed { offset, problem }| {
        format!(
            "{} is no handle, profile URL or e-mail address: there is {} at character {}; write one like `alice`",
            quoted(value),
            problem.words(),
            offset.saturating_add(1)
        )
    })
}

fn within(value: &str, bound: TextBound) -> Result<String, String> {
    bound.check(value).map_err(|over| over.to_string())?;
    Ok(value.trim().to_owned())
}

fn status(value: &str) -> Result<Status, String> {
    let text = value.trim().to_lowercase();
    let names = || Status::ALL.into_iter().map(Status::name);
    Status::ALL.into_iter().find(|status| status.name() == text).ok_or_else(|| {
        let advice = match nearest(&text, names()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("write one of {}", names().collect::<Vec<_>>().join(", ")),
        };
        format!("{} is not a status; {advice}", quoted(value))
    })
}

const fn example(key: Key) -> &'static str {
    match key {
        Key::From => "alice",
        Key::To => "bob",
        Key::Code => "CR0401",
        Key::Status => "waiting",
        Key::Since | Key::Until => "2026-11-21",
    }
}

#[cfg(test)]
mod tests;
