//! What the policy says about feedback, restrictions, reviews, appeals, rules on trial, and who is told what.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::{Code, RestrictionCause, Rule, Span, Timestamp};
use serde::Deserialize;

use super::read::{by_code, some_span, span, spans, zone};
use crate::window::Zone;

/// How a sender's desk learns, coarsely and with noise, of the answers that the sender is not told of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackRule {
    /// Weeks are those of this zone. A feedback comes when a week ends,
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
    /// When a feedback says that at least this percentage of answers were reports,
    pub reported_percent: Option<u8>,
    /// or at least this percentage were declines. A feedback gives tens: a percentage between two counts as the next one.
    pub declined_percent: Option<u8>,
    /// For how long: the first time, the second, and so on; the last of them from then on.
    #[serde(deserialize_with = "spans")]
    pub lasts: Vec<Span>,
    /// After this long without another one, it begins at the first step again.
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
    /// When the newest feedback says that at least this percentage was reported,
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
    /// A held request or an appeal that waits longer is late.
    #[serde(deserialize_with = "span")]
    pub answer_within: Span,
    /// How long the rule does not apply to a member whose appeal was upheld.
    #[serde(deserialize_with = "span")]
    pub exempt_for: Span,
    /// How often in all a member may appeal against one decision; `None` for no bound.
    pub appeals: Option<u32>,
    /// How long after a decision an appeal against it may be opened; `None` for no deadline.
    #[serde(default, deserialize_with = "some_span")]
    pub appeal_within: Option<Span>,
    /// Where the numbers come from.
    pub source: String,
}

/// Rules that are judged and recorded, and stop nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shadow {
    /// Their names: a rule's, or the id of a limit of this document.
    pub rules: BTreeSet<String>,
    /// Why these rules are on trial.
    pub source: String,
}

/// What follows when a rule cannot see what it asks about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailMode {
    /// The request passes.
    #[default]
    Pass,
    /// It is refused.
    Refuse,
}

/// What follows when rules cannot see what they ask about; a rule that is not named lets pass.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Unevaluated {
    /// Whether somebody has the e-mail address.
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
    /// How many were sent, while a counter is not filled yet.
    #[serde(default)]
    pub limits: FailMode,
    /// Why rules pass or refuse when they cannot be evaluated.
    pub source: String,
}

/// How much a sender is told of a cause of their own side, where that is not what the catalogue says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisclosureRule {
    /// Level of disclosure for each reason code.
    #[serde(deserialize_with = "by_code")]
    pub codes: BTreeMap<Code, DisclosureLevel>,
    /// Why senders are told more or less.
    pub source: String,
}

/// How much a sender is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DisclosureLevel {
    /// The code, the numbers and the remedy.
    Full,
    /// The kind of cause and the sender's own numbers.
    ClassOnly,
}

/// What keeps a member from appealing against a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppealBar {
    /// All appeals that the policy allows against it were dismissed; holds their number.
    UsedUp(u32),
    /// The deadline has passed: this long after the decision.
    TooLate(Span),
}

impl Review {
    /// What keeps a member from appealing at `now` against a decision of which `dismissed` appeals were dismissed already;
    /// `None` where nothing does.
    pub fn appeal_bar(&self, decided_at: Timestamp, dismissed: u32, now: Timestamp) -> Option<AppealBar> {
        let used_up = self.appeals.filter(|allowed| dismissed >= *allowed).map(AppealBar::UsedUp);
        used_up.or_else(|| {
            let within = self.appeal_within?;
            (decided_at.plus(within) <= now).then_some(AppealBar::TooLate(within))
        })
    }
}

impl RestrictionRule {
    /// How long the restriction lasts that is the `step`th in a row, from 1.
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
    /// The mode of a rule; one that can always be evaluated lets pass.
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
