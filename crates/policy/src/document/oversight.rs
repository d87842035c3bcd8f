//! The tables of feedback, restrictions, reviews, appeals, fail modes, rules on trial and disclosure.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::{Code, RestrictionCause, Rule, Span, Timestamp};
use serde::Deserialize;

use super::read::{by_code, some_span, span, spans, zone};
use crate::window::Zone;

/// How a sender's desk learns, coarsely and with noise, of private answers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackRule {
    /// A feedback comes at the end of a week in this zone,
    #[serde(deserialize_with = "zone")]
    pub zone: Zone,
    /// if, with noise, this many requests were declined, dismissed or reported in it. The last 2, 4 or 8 weeks together need
    /// somewhat more, since their noise adds up. How small the number may be depends on the shares that have consequences.
    pub answered: u32,
    /// Where the numbers come from.
    pub source: String,
}

/// When the policy restricts an account by itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestrictionRule {
    /// Its name in this document.
    pub id: String,
    /// Applies when a feedback states that at least this percentage of the answers were reports,
    pub reported_percent: Option<u8>,
    /// or at least this percentage were declines. A feedback states multiples of ten, so a percentage is in effect rounded up.
    pub declined_percent: Option<u8>,
    /// How long it lasts the first time, the second, and so on; the last length repeats.
    #[serde(deserialize_with = "spans")]
    pub lasts: Vec<Span>,
    /// After this long without another one, it starts again with the first length.
    #[serde(deserialize_with = "span")]
    pub forgotten_after: Span,
    /// The class of the cause that the member is told.
    pub cause: CauseName,
    /// Where the numbers come from.
    pub source: String,
}

/// The class of a restriction's cause, as a document writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CauseName {
    /// Sending spam to other members.
    Spam,
    /// Breaking another rule.
    Policy,
    /// The member's own safety.
    Security,
}

/// When a sender must give the recipient's e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailRule {
    /// When the newest feedback states that at least this percentage of the answers were reports,
    pub reported_percent: u8,
    /// for this long after it.
    #[serde(deserialize_with = "span")]
    pub lasts: Span,
    /// Where the numbers come from.
    pub source: String,
}

/// Deadlines and bounds of reviews and appeals.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// A held request or an appeal that waits longer is overdue.
    #[serde(deserialize_with = "span")]
    pub answer_within: Span,
    /// How long a member whose appeal was upheld is exempt from the rule.
    #[serde(deserialize_with = "span")]
    pub exempt_for: Span,
    /// How many times a member may appeal against one decision; `None` for no bound.
    pub appeals: Option<u32>,
    /// How long after a decision an appeal against it may be opened; `None` for no deadline.
    #[serde(default, deserialize_with = "some_span")]
    pub appeal_within: Option<Span>,
    /// Where the numbers come from.
    pub source: String,
}

/// Rules on trial: they are judged and recorded, but stop nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shadow {
    /// Names of rules, or ids of limits of this document.
    pub rules: BTreeSet<String>,
    /// Why these rules are on trial.
    pub source: String,
}

/// What a rule does when it cannot be evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailMode {
    /// The request passes.
    #[default]
    Pass,
    /// It is refused.
    Refuse,
}

/// The fail modes of rules; a rule that is not named passes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unevaluated {
    /// Whether a member has the e-mail address.
    #[serde(default)]
    pub address_known: FailMode,
    /// Whether the sender blocks the member who has it.
    #[serde(default)]
    pub not_blocked_by_oneself: FailMode,
    /// Whether the two are connected.
    #[serde(default)]
    pub not_connected: FailMode,
    /// How far away the member who has it is.
    #[serde(default)]
    pub own_degree: FailMode,
    /// How much of a limit is used, while its counter is not filled yet.
    #[serde(default)]
    pub limits: FailMode,
    /// Why rules pass or refuse when they cannot be evaluated.
    pub source: String,
}

/// How much a sender learns of causes on their own side, where it differs from the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisclosureRule {
    /// The level of disclosure of each code.
    #[serde(deserialize_with = "by_code")]
    pub codes: BTreeMap<Code, DisclosureLevel>,
    /// Why senders learn more or less.
    pub source: String,
}

/// How much a sender learns of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DisclosureLevel {
    /// The code, the numbers and the remedy.
    Full,
    /// The class of the cause and the sender's own numbers.
    ClassOnly,
}

/// What keeps a member from appealing against a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppealBar {
    /// All appeals that the policy allows were dismissed; this is their number.
    UsedUp(u32),
    /// The deadline has passed: this long after the decision.
    TooLate(Span),
}

impl Review {
    /// What keeps a member from appealing at `now` against a decision after `dismissed` dismissed appeals; `None` if nothing
    /// does.
    pub fn appeal_bar(&self, decided_at: Timestamp, dismissed: u32, now: Timestamp) -> Option<AppealBar> {
        let used_up = self.appeals.filter(|allowed| dismissed >= *allowed).map(AppealBar::UsedUp);
        used_up.or_else(|| {
            let within = self.appeal_within?;
            (decided_at.plus(within) <= now).then_some(AppealBar::TooLate(within))
        })
    }
}

impl RestrictionRule {
    /// How long the `step`th restriction in a row lasts; `step` is 1-based.
    pub fn length(&self, step: u32) -> Span {
        let place = (step.max(1) as usize - 1).min(self.lasts.len().saturating_sub(1));
        self.lasts.get(place).copied().unwrap_or(Span::ZERO)
    }

    /// The class of the cause.
    pub fn cause(&self) -> RestrictionCause {
        match self.cause {
            CauseName::Spam => RestrictionCause::Spam,
            CauseName::Policy => RestrictionCause::Policy,
            CauseName::Security => RestrictionCause::Security,
        }
    }
}

impl Unevaluated {
    /// The fail mode of a rule; `Pass` for one that can always be evaluated.
    pub fn of(&self, rule: Rule) -> FailMode {
        let modes = [
            (Rule::AddressKnown, self.address_known),
            (Rule::NotBlockedByOneself, self.not_blocked_by_oneself),
            (Rule::NotConnected, self.not_connected),
            (Rule::OwnDegree, self.own_degree),
            (Rule::AttemptsLimit, self.limits),
            (Rule::DailyLimit, self.limits),
            (Rule::WeeklyLimit, self.limits),
            (Rule::NoteQuota, self.limits),
        ];
        modes.into_iter().find(|(other, _)| *other == rule).map_or(FailMode::Pass, |(_, mode)| mode)
    }
}
