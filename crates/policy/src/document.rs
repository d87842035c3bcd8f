//! A policy's document.

mod bounds;
mod checking;
mod claims;
mod contradiction;
mod diagnostic;
mod fields;
mod form;
mod limits;
mod oversight;
mod read;
mod schema;
mod shape;
mod warning;

use std::collections::BTreeMap;

use acquaint_domain::Span;
use serde::Deserialize;

use crate::spam::Spam;

pub use diagnostic::{Diagnostic, PolicyError};
pub use limits::{Cap, CounterId, Limit, LimitBasis, PerTier};
pub use oversight::{
    AppealBar, DisclosureLevel, DisclosureRule, EmailRule, FailMode, FeedbackRule, RestrictionRule, Review,
    Shadow, Unevaluated,
};
use read::span;
pub(crate) use read::{span as span_of_text, thousandths};
pub use schema::schema;
pub(crate) use shape::{Field, Shape, optional, required};

/// The document of the built-in policy `article`.
pub const ARTICLE: &str = include_str!("article.toml");
/// The document of the policy `linkedin-observed`.
pub const LINKEDIN_OBSERVED: &str = include_str!("linkedin-observed.toml");
/// The policies that come with the program: name and document.
pub const SHIPPED: [(&str, &str); 2] = [("article", ARTICLE), ("linkedin-observed", LINKEDIN_OBSERVED)];

/// A document to start from: the built-in policy's numbers, every key with its meaning, and optional keys after `#`.
pub const TEMPLATE: &str = include_str!("template.toml");

/// A policy, read from its document.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The name it gives itself.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
    /// Limits on counts in windows.
    #[serde(default, rename = "limit")]
    pub limits: Vec<Limit>,
    /// How many requests a member may have open at a time.
    pub open_requests: Option<Cap>,
    /// How many connections a member may have and still send requests.
    pub network: Option<Cap>,
    /// Notes that go with requests.
    pub notes: Option<NoteRules>,
    /// How long a withdrawal bars another request.
    pub cooldown: Option<Cooldown>,
    /// Members' own settings.
    pub own_settings: OwnSettings,
    /// How long answers may take.
    pub answers: AnswerTimes,
    /// Late answers and reminders; without it, no chance is stated and no reminder is allowed.
    #[serde(default)]
    pub follow_up: Option<LateAnswers>,
    /// When open requests end by themselves.
    pub expiry: Expiry,
    /// How letters are delivered and retried.
    pub delivery: DeliveryRules,
    /// When failures are an incident of the whole site.
    pub incidents: Incidents,
    /// The spam filter.
    pub spam: Spam,
    /// What a sender's desk learns of the private answers to the sender's requests.
    pub feedback: Option<FeedbackRule>,
    /// When the policy restricts an account by itself.
    #[serde(default, rename = "restriction")]
    pub restrictions: Vec<RestrictionRule>,
    /// When a sender must give the recipient's e-mail address.
    pub email_required: Option<EmailRule>,
    /// Deadlines and bounds of reviews and appeals.
    pub review: Option<Review>,
    /// What rules do when they cannot be evaluated.
    pub unevaluated: Option<Unevaluated>,
    /// Rules on trial.
    pub shadow: Option<Shadow>,
    /// How much a sender learns of each cause.
    pub disclosure: Option<DisclosureRule>,
}

/// Notes that go with requests.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteRules {
    /// The longest note, in characters.
    pub length: PerTier,
    /// Where the numbers come from.
    pub source: String,
}

/// How long a withdrawal bars another request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cooldown {
    /// How long after a withdrawal no request can be sent to the same address; at most 366 days.
    #[serde(deserialize_with = "span")]
    pub after_withdrawal: Span,
    /// Where the number comes from.
    pub source: String,
}

/// How members' own settings affect what they may send.
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
pub struct AnswerTimes {
    /// After this long without any action, a delivered request counts as ignored.
    #[serde(deserialize_with = "span")]
    pub ignored_after: Span,
    /// An open request of this age is worth following up.
    #[serde(deserialize_with = "span")]
    pub follow_up_after: Span,
    /// Where the numbers come from.
    pub source: String,
}

/// Late answers: their chances, and reminders.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateAnswers {
    /// The chance that an answer still comes, in order of the request's age.
    pub chances: Vec<CurvePoint>,
    /// A request with this chance or more, in percent, is worth a second look.
    pub worth_percent: u8,
    /// How many reminders a sender may send of one request.
    pub reminders: u32,
    /// Where the numbers come from.
    pub source: String,
}

/// A point of the curve of late answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurvePoint {
    /// Age of an unanswered request.
    #[serde(deserialize_with = "span")]
    pub after: Span,
    /// Percentage of requests of this age that are still answered.
    pub percent: u8,
}

impl LateAnswers {
    /// The chance in percent that a request of this age is still answered; `None` if it is younger than the first point.
    pub fn percent(&self, age: Span) -> Option<u8> {
        self.chances.iter().rev().find(|chance| chance.after <= age).map(|chance| chance.percent)
    }
}

/// When open requests end by themselves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expiry {
    /// Age at which a request ends, from its submission.
    #[serde(deserialize_with = "span")]
    pub after: Span,
    /// Where the number comes from.
    pub source: String,
}

/// When delivery is retried.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryRules {
    /// Wait after the first failure; each later wait is twice as long,
    #[serde(deserialize_with = "span")]
    pub first_retry: Span,
    /// but no longer than this.
    #[serde(deserialize_with = "span")]
    pub longest_retry: Span,
    /// A request's letter is given up this long after its first attempt; the last attempt is made exactly then. Other letters
    /// are never given up.
    #[serde(deserialize_with = "span")]
    pub give_up_after: Span,
    /// Where the numbers come from.
    pub source: String,
}

/// When failures are an incident of the whole site.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incidents {
    /// An incident is, within this time,
    #[serde(deserialize_with = "span")]
    pub window: Span,
    /// at least this many failed attempts
    pub attempts: u32,
    /// from at least this many senders.
    pub senders: u32,
    /// Where the numbers come from.
    pub source: String,
}

impl Policy {
    /// Reads a document that is to be adopted.
    ///
    /// # Errors
    /// The first error in it, with line and column.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Self::check(text).map_err(|wrong| first_of(&wrong, text))
    }

    /// Reads a document that is to be adopted, and finds all errors in it.
    ///
    /// # Errors
    /// The errors in the order of their places, at most the first thousand; never empty.
    pub fn check(text: &str) -> Result<Self, Vec<Diagnostic>> {
        checking::read(text, BoundsCheck::Enforced)
    }

    /// What is valid in a document but probably a mistake, in the order of its places; empty for a document with errors.
    pub fn warnings(text: &str) -> Vec<Diagnostic> {
        if Self::check(text).is_ok() { warning::warnings(text) } else { Vec::new() }
    }

    /// Reads a document that a log has adopted. In an older log it may exceed today's bounds, or ask for fewer answers.
    ///
    /// # Errors
    /// The first error in it, with line and column.
    pub fn recorded(text: &str) -> Result<Self, PolicyError> {
        checking::read(text, BoundsCheck::Skipped).map_err(|wrong| first_of(&wrong, text))
    }

    /// The counters that the policy's limits read.
    pub fn counters(&self) -> impl Iterator<Item = CounterId> {
        self.limits.iter().map(Limit::counter)
    }

    /// How long sends must be kept for the policy's limits.
    pub fn longest_window(&self) -> Span {
        let sent = self.limits.iter().filter(|limit| limit.counts() != LimitBasis::Attempts);
        sent.map(|limit| limit.window.longest()).max().unwrap_or(Span::ZERO)
    }

    /// How long attempts must be kept.
    pub fn attempts_window(&self) -> Span {
        let attempts = self.limits.iter().filter(|limit| limit.counts() == LimitBasis::Attempts);
        attempts.map(|limit| limit.window.longest()).max().unwrap_or(Span::ZERO)
    }

    /// Whether it has a limit on attempts.
    pub fn bounds_attempts(&self) -> bool {
        self.limits.iter().any(|limit| limit.counts() == LimitBasis::Attempts)
    }

    /// Whether a rule or a limit with this name is on trial.
    pub fn is_on_trial(&self, name: &str) -> bool {
        self.shadow.as_ref().is_some_and(|shadow| shadow.rules.contains(name))
    }

    /// How much a sender learns of each cause, for the codes that the policy names.
    pub fn told(&self) -> impl Iterator<Item = (acquaint_domain::Code, DisclosureLevel)> {
        let codes: BTreeMap<_, _> = self.disclosure.iter().flat_map(|d| d.codes.clone()).collect();
        codes.into_iter()
    }
}

/// Whether the [`bounds`] are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BoundsCheck {
    Enforced,
    Skipped,
}

fn first_of(wrong: &[Diagnostic], text: &str) -> PolicyError {
    match wrong.iter().min_by_key(|diagnostic| diagnostic.span.start) {
        Some(first) => first.located(text),
        None => PolicyError { line: 1, column: 1, message: "not a policy".to_owned() },
    }
}
