//! The document that a policy is.

use acquaint_domain::{Code, Span, Tier};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::spam::Spam;

/// The document of the built-in policy `article`.
pub const ARTICLE: &str = include_str!("article.toml");

/// A policy, read from its document.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The name it gives itself.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
    /// Limits on how many requests a member may send; asked in this order.
    #[serde(default, rename = "limit")]
    pub limits: Vec<Limit>,
    /// Members' own settings.
    pub own_settings: OwnSettings,
    /// Waiting for answers.
    pub answers: Answers,
    /// Requests that grow too old.
    pub expiry: Expiry,
    /// Carrying letters.
    pub delivery: Delivery,
    /// Failures that are everybody's.
    pub incidents: Incidents,
    /// The spam filter.
    pub spam: Spam,
}

/// At most so many requests in a window.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Its name in this document.
    pub id: String,
    /// The code that it refuses with.
    #[serde(deserialize_with = "limit_code")]
    pub code: Code,
    /// How its window moves.
    pub kind: WindowKind,
    /// The window's length.
    #[serde(deserialize_with = "span")]
    pub window: Span,
    /// How many, for each tier.
    pub requests: RequestsPerTier,
    /// Where the numbers come from.
    pub source: String,
}

/// How a limit's window moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WindowKind {
    /// The last so many hours before each request, over the exact list of times.
    Rolling,
}

/// A number of requests for each tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RequestsPerTier {
    /// For those who pay nothing.
    pub free: u32,
    /// For Premium subscribers.
    pub premium: u32,
    /// For Sales Navigator subscribers.
    pub sales_navigator: u32,
}

/// How members' own settings bear on what they send.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnSettings {
    /// Whether a member who would not accept a request cannot send one like it.
    pub reciprocal: bool,
    /// Where this comes from.
    pub source: String,
}

/// How long answers may take.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Without any action for so long, a delivered request counts as ignored.
    #[serde(deserialize_with = "span")]
    pub ignored_after: Span,
    /// An open request so old is worth following up.
    #[serde(deserialize_with = "span")]
    pub follow_up_after: Span,
    /// Where the numbers come from.
    pub source: String,
}

/// When open requests end by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expiry {
    /// At this age, counted from when the request was submitted.
    #[serde(deserialize_with = "span")]
    pub after: Span,
    /// Where the number comes from.
    pub source: String,
}

/// How often a letter is tried.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// After the first failure; each later wait is twice as long.
    #[serde(deserialize_with = "span")]
    pub first_retry: Span,
    /// But no longer than this.
    #[serde(deserialize_with = "span")]
    pub longest_retry: Span,
    /// A request's letter is given up so long after its first attempt; other letters never are.
    #[serde(deserialize_with = "span")]
    pub give_up_after: Span,
    /// Where the numbers come from.
    pub source: String,
}

/// When failures are an incident of the whole site.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incidents {
    /// Looking at failures this close together,
    #[serde(deserialize_with = "span")]
    pub window: Span,
    /// at least so many attempts,
    pub attempts: u32,
    /// of at least so many senders.
    pub senders: u32,
    /// Where the numbers come from.
    pub source: String,
}

/// A document that is no policy: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct PolicyError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
}

impl Policy {
    /// Reads a document.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with line and column.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            located(text, offset, error.message().trim().replace('\n', "; "))
        })?;
        match policy.contradiction() {
            Some((key, message)) => Err(located(text, text.find(key).unwrap_or_default(), message)),
            None => Ok(policy),
        }
    }

    /// The longest time that a limit of this policy looks back.
    pub fn longest_window(&self) -> Span {
        self.limits.iter().map(|limit| limit.window).max().unwrap_or(Span::ZERO)
    }

    /// The first pair of numbers that cannot both be meant, with the key to look at.
    fn contradiction(&self) -> Option<(&'static str, String)> {
        if let Some(found) = self.spam.contradiction() {
            return Some(found);
        }
        if self.delivery.first_retry <= Span::ZERO {
            return Some(("first_retry", "`first_retry` must be longer than nothing".to_owned()));
        }
        if self.delivery.longest_retry < self.delivery.first_retry {
            return Some(("longest_retry", "`longest_retry` is shorter than `first_retry`".to_owned()));
        }
        if self.limits.iter().any(|limit| limit.window <= Span::ZERO) {
            return Some(("window", "a limit's `window` must be longer than nothing".to_owned()));
        }
        None
    }
}

impl RequestsPerTier {
    /// How many for members of this tier.
    pub fn of(self, tier: Tier) -> u32 {
        match tier {
            Tier::Free => self.free,
            Tier::Premium => self.premium,
            Tier::SalesNavigator => self.sales_navigator,
        }
    }
}

fn located(text: &str, offset: usize, message: String) -> PolicyError {
    let before = &text[..offset.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
    PolicyError { line, column, message }
}

pub(crate) fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

pub(crate) fn thousandths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    let score = f64::deserialize(deserializer)?;
    let milli = (score * 1_000.0).round();
    if milli.is_finite() && milli.abs() <= 1_000_000.0 {
        Ok(milli as i32)
    } else {
        Err(D::Error::custom(format!("the score {score} is not between -1000 and 1000")))
    }
}

fn limit_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
    let text = String::deserialize(deserializer)?;
    let code = text.strip_prefix("CR").and_then(|digits| digits.parse().ok()).and_then(Code::from_number);
    match code {
        Some(code @ Code::DailyLimit) => Ok(code),
        _ => Err(D::Error::custom(format!("`{text}` is not the code of a limit; write `CR0401`"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_wrong(from: &str, to: &str, line: usize, column: usize, part: &str) {
        let text = ARTICLE.replacen(from, to, 1);
        assert_ne!(text, ARTICLE, "{from} is not in the document");
        let error = Policy::parse(&text).expect_err(to);
        assert_eq!((error.line, error.column), (line, column), "{to}: {error}");
        assert!(error.message.contains(part), "{to}: {error}");
    }

    #[test]
    fn the_built_in_policy_has_the_articles_numbers() {
        let policy = Policy::parse(ARTICLE).expect("the built-in policy reads");
        assert_eq!(policy.name, "article");
        assert_eq!(policy.limits.len(), 1);
        assert_eq!(policy.limits[0].requests.of(Tier::Free), 300);
        assert!(policy.limits[0].requests.of(Tier::Premium) > 300);
        assert!(policy.limits[0].requests.of(Tier::SalesNavigator) > 300);
        assert_eq!(policy.limits[0].window, Span::days(1));
        assert_eq!(policy.answers.ignored_after, Span::days(7));
        assert_eq!(policy.expiry.after, Span::days(180));
        assert_eq!(policy.delivery.give_up_after, Span::days(3));
        assert_eq!(policy.longest_window(), Span::days(1));
    }

    #[test]
    fn what_is_wrong_is_named_with_line_and_column() {
        check_wrong("window = \"24h\"", "window = \"24x\"", 12, 10, "is not a length of time");
        check_wrong("free = 300", "free = -300", 13, 21, "invalid value");
        check_wrong("[expiry]", "[expiri]", 25, 2, "unknown field `expiri`");
        check_wrong("CR0401", "CR9999", 10, 8, "not the code of a limit");
        check_wrong("hold_at = 6.0", "hold_at = 60.0", 43, 1, "above `refuse_at`");
        check_wrong("name = \"article\"", "name = ", 5, 8, "");
        check_wrong("first_retry = \"1m\"", "first_retry = \"0s\"", 30, 1, "longer than nothing");
    }
}
