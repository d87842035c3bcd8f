//! The query language for requests: `from:alice code:CR0401 since:2026-11-01`.
//!
//! **What it is.** A [`Query`] selects requests. It is parsed from one text ([`Query::parse`]) or set key by key
//! ([`Query::set`]): command line options, form fields and URL parameters use the same keys.
//!
//! **Where to start reading.** [`Key`], then [`Query`].
//!
//! **This crate never** looks anything up, reads a clock, or runs a query.

mod moment;
mod word;

use std::fmt;

use acquaint_domain::bounds::{self, TextBound};
use acquaint_domain::{Address, Code, MalformedAddress, Timestamp};
use acquaint_projection_requests::Status;

pub use moment::{Moment, NearDay};
pub use word::{code, nearest, quoted};

/// A selection of requests: those that match every field that is set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The sender of the request.
    pub from: Option<Address>,
    /// The recipient, as entered: an address, or any text that a sender entered in place of one.
    pub to: Option<String>,
    /// The code that the viewer sees.
    pub code: Option<Code>,
    /// The status that the viewer sees.
    pub status: Option<Status>,
    /// Sent at this time or later.
    pub since: Option<Moment>,
    /// Sent at this time or earlier.
    pub until: Option<Moment>,
}

/// A key of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The sender of the request.
    From,
    /// The recipient of the request.
    To,
    /// The reason code of a request.
    Code,
    /// What became of the request, coarser than its code.
    Status,
    /// The first day or time, included.
    Since,
    /// The last day or time, included.
    Until,
}

/// What is wrong with a query, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{sentence}", place(*key))]
pub struct QueryError {
    /// The key; `None` for a word without a known key.
    pub key: Option<Key>,
    /// The wrong word or value, as entered.
    pub entered: String,
    /// What is wrong and what to do, without the key.
    pub sentence: String,
}

fn place(key: Option<Key>) -> String {
    key.map_or_else(String::new, |key| format!("`{key}:`: "))
}

impl Key {
    /// Every key, in the order in which they are listed and written.
    pub const ALL: [Self; 6] = [Self::From, Self::To, Self::Code, Self::Status, Self::Since, Self::Until];

    /// The key as entered, without the colon.
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
    /// Writes the query in a form that [`Query::parse`] reads back.
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
    /// Whether a text is meant as a query: one of its words begins with a key, or a misspelt key, and a colon.
    pub fn is_meant_by(text: &str) -> bool {
        words(text).iter().filter_map(|word| split_key(word)).any(|(key, _)| {
            let names = Key::ALL.into_iter().map(Key::name);
            names.clone().any(|name| name == key) || (key.len() > 2 && nearest(&key, names).is_some())
        })
    }

    /// Parses words of the form `key:value`, separated by white space. A value that contains white space is put between `"`.
    ///
    /// # Errors
    /// A word has another form, a key is unknown or given twice, or a value cannot be read.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut query = Self::default();
        for word in &words(text) {
            let keys = Key::ALL.map(|key| format!("`{key}:`")).join(", ");
            let no_key = |sentence: String| QueryError { key: None, entered: word.clone(), sentence };
            let (name, value) = split_key(word)
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
    /// The key is already set, or the value cannot be read.
    pub fn set(&mut self, key: Key, value: &str) -> Result<(), QueryError> {
        let wrong = |sentence: String| QueryError { key: Some(key), entered: value.to_owned(), sentence };
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

    /// The earliest and the latest time at which a matching request was sent, as of `now`; `None` where the query sets no
    /// bound.
    ///
    /// # Errors
    /// The earliest time is after the latest.
    pub fn span(&self, now: Timestamp) -> Result<(Option<Timestamp>, Option<Timestamp>), QueryError> {
        let first = self.since.as_ref().map(|since| since.first(now));
        let last = self.until.as_ref().map(|until| until.last(now));
        match (first, last, &self.since) {
            (Some(first), Some(last), Some(since)) if last < first => Err(QueryError {
                key: Some(Key::Since),
                entered: since.to_string(),
                sentence:
                    "it is later than `until:`, and nothing lies between; give the earlier one to `since:`"
                        .to_owned(),
            }),
            _ => Ok((first, last)),
        }
    }

    /// Whether no key is set, so that every request matches.
    pub fn is_empty(&self) -> bool {
        self.parts().is_empty()
    }

    /// The keys that are set, each with its value in a form that [`Query::set`] reads back.
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

/// The words of a text. Text between quotation marks belongs to one word; the marks are removed.
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

/// A word's key in lower case, and its value; `None` for a URL, which has two slashes after the colon.
fn split_key(word: &str) -> Option<(String, &str)> {
    let (key, value) = word.split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphabetic());
    (is_key && !value.starts_with("//")).then(|| (key.to_ascii_lowercase(), value))
}

fn address(value: &str) -> Result<Address, String> {
    within(value, bounds::ADDRESS)?;
    Address::parse(value.trim()).map_err(|MalformedAddress { offset, problem }| {
        format!(
            "{} is not a handle, profile URL or e-mail address: there is {} at character {}; write one like `alice`",
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
