//! Values that contradict each other, or that can never take effect.

use std::collections::BTreeSet;
use std::ops::Range;

use acquaint_domain::{Code, Span};
use toml::de::DeTable;

use super::bounds::NOTE_BITS_MAX;
use super::diagnostic::Diagnostic;
use super::shape::ON_TRIAL;
use super::{LimitBasis, Policy};
use crate::spam::ODDS_PARAMETER_MAX;
use crate::tally::FeedbackThreshold;

/// The longest cool-down: withdrawals are remembered for this long.
const COOLDOWN_MAX: Span = Span::days(366);

/// One part of a path: a key, or the index of a table in a list.
#[derive(Clone, Copy)]
enum PathPart {
    Key(&'static str),
    Nth(usize),
}
use PathPart::{Key, Nth};

/// Finds values that have the right shape but contradict each other.
///
/// Nothing is reported about `broken` tables or what depends on them.
pub(super) fn contradictions(
    policy: &Policy,
    table: &DeTable<'_>,
    broken: &BTreeSet<&str>,
) -> Vec<Diagnostic> {
    let mut found = Contradictions { table, unsure: unsure(broken), diagnostics: Vec::new() };
    found.of_numbers(policy);
    found.of_limits(policy);
    found.of_oversight(policy);
    found.of_names(policy);
    found.diagnostics
}

/// Finds a feedback over so few answers that its noise alone can have consequences. It is reported for new documents only:
/// earlier versions allowed it.
pub(super) fn too_few_answers(
    policy: &Policy,
    table: &DeTable<'_>,
    broken: &BTreeSet<&str>,
) -> Vec<Diagnostic> {
    let mut found = Contradictions { table, unsure: unsure(broken), diagnostics: Vec::new() };
    found.of_feedback(policy);
    found.diagnostics
}

struct Contradictions<'t> {
    table: &'t DeTable<'t>,
    /// The tables about which nothing is reported.
    unsure: BTreeSet<&'t str>,
    diagnostics: Vec<Diagnostic>,
}

/// The broken tables, and those whose meaning depends on them.
fn unsure<'t>(broken: &BTreeSet<&'t str>) -> BTreeSet<&'t str> {
    const FEEDBACK: [&str; 3] = ["feedback", "restriction", "email_required"];
    let mut unsure = broken.clone();
    if FEEDBACK.iter().any(|name| broken.contains(name)) {
        unsure.extend(FEEDBACK);
    }
    if broken.contains("limit") {
        unsure.insert("shadow");
    }
    unsure
}

impl Contradictions<'_> {
    fn push(&mut self, path: &[PathPart], message: impl Into<String>, label: &str, help: &str) {
        if let Some(Key(first)) = path.first()
            && self.unsure.contains(first)
        {
            return;
        }
        let span = span_of(self.table, path);
        self.diagnostics.push(Diagnostic::new("PD07", span, message, label).with_help(help));
    }

    fn of_numbers(&mut self, policy: &Policy) {
        if policy.spam.hold_at_milli > policy.spam.refuse_at_milli {
            self.push(
                &[Key("spam"), Key("hold_at")],
                "`hold_at` is above `refuse_at`",
                "nothing could be held",
                "give `hold_at` a lower number, or the same one to hold nothing",
            );
        }
        if policy.spam.note_bits > NOTE_BITS_MAX {
            self.push(
                &[Key("spam"), Key("note_bits")],
                "`note_bits` is more than the 64 bits of a sketch",
                "all notes would be alike",
                "write a number such as 12",
            );
        }
        for symbol in policy.spam.upside_down() {
            self.push(
                &[Key("spam"), Key(symbol)],
                "a symbol's `least` is at most 0 and its `most` at least 0",
                "what it counts in favour is below 0",
                "leave out `least` or `most` where it counts in one direction only",
            );
        }
        for symbol in policy.spam.impossible_odds() {
            self.push(
                &[Key("spam"), Key(symbol), Key("odds")],
                format!("each number of `odds` is 1 to {ODDS_PARAMETER_MAX}"),
                "they are the parameters of two beta distributions",
                "write the accepted and the unanswered requests of a typical sender of each kind, such as 2 and 12",
            );
        }
        if policy.delivery.first_retry <= Span::ZERO {
            self.push(
                &[Key("delivery"), Key("first_retry")],
                "`first_retry` must be longer than 0",
                "a failed letter would be retried at once, for ever",
                "write one like `1m`",
            );
        }
        if policy.delivery.longest_retry < policy.delivery.first_retry {
            self.push(
                &[Key("delivery"), Key("longest_retry")],
                "`longest_retry` is shorter than `first_retry`",
                "no wait could be as long as the first",
                "give it at least the length of `first_retry`",
            );
        }
        let late = policy.follow_up.iter().flat_map(|late| late.chances.windows(2));
        if late.into_iter().any(|two| two[0].after >= two[1].after || two[0].percent < two[1].percent) {
            self.push(
                &[Key("follow_up"), Key("chances")],
                "`chances` must be in order of age, and none above the one before it",
                "a chance that rises, or an age out of order",
                "put the youngest age first; an answer becomes less likely with age",
            );
        }
        if policy.cooldown.as_ref().is_some_and(|cooldown| cooldown.after_withdrawal > COOLDOWN_MAX) {
            self.push(
                &[Key("cooldown"), Key("after_withdrawal")],
                "`after_withdrawal` is longer than a year",
                "withdrawals are remembered for 366 days",
                "write `366d` or less",
            );
        }
    }

    fn of_limits(&mut self, policy: &Policy) {
        let mut ids = BTreeSet::new();
        for (place, limit) in policy.limits.iter().enumerate() {
            if limit.window.longest() <= Span::ZERO {
                self.push(
                    &[Key("limit"), Nth(place), Key("window")],
                    "a limit's `window` must be longer than 0",
                    "nothing is ever in it",
                    "write one like `24h`",
                );
            }
            if !ids.insert(&limit.id) {
                self.push(
                    &[Key("limit"), Nth(place), Key("id")],
                    format!("a second limit has the id `{}`", limit.id),
                    "ids distinguish limits",
                    "give each limit an id of its own",
                );
            }
        }
        let attempts = policy.limits.iter().filter(|limit| limit.counts() == LimitBasis::Attempts);
        if attempts.count() > 1 {
            self.push(
                &[Key("limit")],
                "there are several limits of CR0404",
                "refused sends have one limit",
                "keep one of them",
            );
        }
    }

    fn of_feedback(&mut self, policy: &Policy) {
        for path in shares_of_zero(policy) {
            self.push(
                &path,
                "a share of 0 % has consequences",
                "everybody with a feedback has this share",
                "write `10` or more",
            );
        }
        let enough = FeedbackThreshold::of(policy).filter(|_| self.diagnostics.is_empty());
        let Some(enough) = enough.filter(|enough| enough.answered() < enough.answered_min()) else { return };
        let least = enough.answered_min();
        self.push(
            &[Key("feedback"), Key("answered")],
            format!("`answered` is below {least}"),
            "the noise in so few answers can restrict a sender whom nobody reported",
            &format!("write `{least}` or more, or act on a greater share of reports or declines"),
        );
    }

    fn of_oversight(&mut self, policy: &Policy) {
        if policy.feedback.is_none() && (!policy.restrictions.is_empty() || policy.email_required.is_some()) {
            let key = if policy.restrictions.is_empty() { "email_required" } else { "restriction" };
            self.push(
                &[Key(key)],
                "there is no `[feedback]` to read it from",
                "it could never take effect",
                "add `[feedback]` with `zone`, `answered` and `source`",
            );
        }
        for (place, rule) in policy.restrictions.iter().enumerate() {
            if rule.reported_percent.is_none() && rule.declined_percent.is_none() {
                self.push(
                    &[Key("restriction"), Nth(place), Key("id")],
                    format!("restriction `{}` does not say when it applies", rule.id),
                    "it could never take effect",
                    "add `reported_percent` or `declined_percent`",
                );
            }
            if rule.lasts.is_empty() || rule.lasts.iter().any(|length| *length <= Span::ZERO) {
                self.push(
                    &[Key("restriction"), Nth(place), Key("lasts")],
                    format!("restriction `{}` would be over before it begins", rule.id),
                    "no length, or a length of 0",
                    "write lengths such as `[\"1d\", \"7d\"]`",
                );
            }
        }
    }

    fn of_names(&mut self, policy: &Policy) {
        let ids = policy.limits.iter().map(|limit| limit.id.as_str());
        let known: Vec<&str> = ids.chain(ON_TRIAL.iter().map(|rule| rule.name())).collect();
        for name in policy.shadow.iter().flat_map(|shadow| &shadow.rules) {
            if !known.contains(&name.as_str()) {
                let help = match super::diagnostic::nearest(name, known.iter().copied()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("write some of {}", known.join(", ")),
                };
                let message = format!("`{name}` is not a rule that can be on trial");
                self.push(&[Key("shadow"), Key("rules")], message, "named in here", &help);
            }
        }
        for code in policy.disclosure.iter().flat_map(|disclosure| disclosure.codes.keys()) {
            if !may_be_told(*code) {
                self.push(
                    &[Key("disclosure"), Key("codes")],
                    format!("a policy cannot say how much a sender learns of {code}"),
                    "named in here",
                    "a policy may name codes from CR0203 to CR0503; the others keep what the recipient did private",
                );
            }
        }
    }
}

/// The paths of shares of 0 percent on which the policy would act.
fn shares_of_zero(policy: &Policy) -> Vec<Vec<PathPart>> {
    let restrictions = policy.restrictions.iter().enumerate().flat_map(|(place, rule)| {
        [("reported_percent", rule.reported_percent), ("declined_percent", rule.declined_percent)]
            .map(|(key, share)| (vec![Key("restriction"), Nth(place), Key(key)], share))
    });
    let email = policy.email_required.as_ref().map(|rule| rule.reported_percent);
    let email = (vec![Key("email_required"), Key("reported_percent")], email);
    restrictions.chain([email]).filter(|(_, share)| *share == Some(0)).map(|(path, _)| path).collect()
}

/// INVARIANT (own desk): a policy may set the disclosure only of causes that the sender's own side decides.
pub(super) fn may_be_told(code: Code) -> bool {
    (203..600).contains(&code.number())
}

/// The place of the value at this path, or of the longest part of the path that exists.
fn span_of(table: &DeTable<'_>, path: &[PathPart]) -> Range<usize> {
    let mut span = 0..0;
    let mut tables = vec![table];
    for (depth, part) in path.iter().enumerate() {
        match part {
            Nth(place) => tables = tables.get(*place).copied().into_iter().collect(),
            Key(name) => {
                let is_last = depth + 1 == path.len();
                let entry = tables.first().and_then(|table| table.get_key_value(*name));
                let Some((key, value)) = entry else { return span };
                span = if is_last { value.span() } else { key.span() };
                let several = value.get_ref().as_array().into_iter().flat_map(|values| values.iter());
                let several = several.filter_map(|value| value.get_ref().as_table());
                tables = value.get_ref().as_table().into_iter().chain(several).collect();
            }
        }
    }
    span
}
