//! A policy as statements in plain words, and the differences between two policies.

use acquaint_domain::{Span, SymbolKind, Tier};

use crate::document::{DisclosureLevel, FailMode, Limit, LimitBasis, PerTier, Policy};
use crate::spam::{SymbolWeight, key};
use crate::tally::FeedbackThreshold;
use crate::window::Window;

/// One statement of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyStatement {
    /// The same in every policy with this statement, such as `limit requests-per-day.free accounts`.
    pub key: String,
    /// Part of the document, such as `limit requests-per-day`.
    pub part: String,
    /// What it is about, such as `free accounts`.
    pub label: String,
    /// The value, such as `300`.
    pub value: String,
    /// What follows the value, such as ` a day`.
    pub unit: String,
    /// Where the value comes from.
    pub source: String,
}

/// All statements of a policy, roughly in the order of its document.
pub fn in_words(policy: &Policy) -> Vec<PolicyStatement> {
    let mut statements = Statements(Vec::new());
    for limit in &policy.limits {
        let (part, unit) = (format!("limit {}", limit.id), unit(limit));
        statements.per_tier(&part, limit.at_most, &unit, &limit.source);
    }
    let caps = [
        ("open_requests", &policy.open_requests, " open requests"),
        ("network", &policy.network, " connections"),
    ];
    for (part, cap, unit) in caps {
        if let Some(cap) = cap {
            statements.per_tier(part, cap.at_most, unit, &cap.source);
        }
    }
    if let Some(notes) = &policy.notes {
        statements.per_tier("notes", notes.length, " characters a note", &notes.source);
    }
    if let Some(cooldown) = &policy.cooldown {
        let label = "an address is barred after a withdrawal for";
        statements.length("cooldown", label, cooldown.after_withdrawal, &cooldown.source);
    }
    let both_ways = if policy.own_settings.reciprocal { "yes" } else { "no" };
    statements.push(
        "own_settings",
        "own settings stop what is sent",
        both_ways,
        "",
        &policy.own_settings.source,
    );
    let answers = &policy.answers;
    statements.length("answers", "ignored after", answers.ignored_after, &answers.source);
    statements.length("answers", "worth following up after", answers.follow_up_after, &answers.source);
    statements.length("expiry", "open requests end after", policy.expiry.after, &policy.expiry.source);
    let delivery = &policy.delivery;
    statements.length("delivery", "first retry after", delivery.first_retry, &delivery.source);
    statements.length("delivery", "longest wait between retries", delivery.longest_retry, &delivery.source);
    statements.length("delivery", "given up after", delivery.give_up_after, &delivery.source);
    let incidents = &policy.incidents;
    let together =
        format!("{} attempts of {} senders in {}", incidents.attempts, incidents.senders, incidents.window);
    statements.push("incidents", "an incident from", &together, "", &incidents.source);
    if let Some(late) = &policy.follow_up {
        for chance in &late.chances {
            let label = format!("still answered after {}", chance.after);
            statements.push("follow_up", &label, &chance.percent.to_string(), " %", &late.source);
        }
        let worth = late.worth_percent.to_string();
        statements.push("follow_up", "worth a second look from", &worth, " %", &late.source);
        statements.push("follow_up", "reminders of a request", &late.reminders.to_string(), "", &late.source);
    }
    spam(&mut statements, policy);
    oversight(&mut statements, policy);
    trials(&mut statements, policy);
    statements.0
}

/// One line for each statement that differs, such as `free accounts: 300 -> 100 a day`.
pub fn differences(one: &Policy, other: &Policy) -> Vec<String> {
    let (one, other) = (in_words(one), in_words(other));
    let is_ambiguous = |statement: &PolicyStatement| {
        let same =
            |all: &[PolicyStatement]| all.iter().filter(|also| also.label == statement.label).count() > 1;
        same(&one) || same(&other)
    };
    let named = |statement: &PolicyStatement| {
        if is_ambiguous(statement) {
            format!("{}, {}", statement.part, statement.label)
        } else {
            statement.label.clone()
        }
    };
    let whole = |statement: &PolicyStatement| format!("{}{}", statement.value, statement.unit);
    let find =
        |all: &[PolicyStatement], key: &str| all.iter().find(|statement| statement.key == key).cloned();
    let mut lines = Vec::new();
    for before in &one {
        match find(&other, &before.key) {
            None => lines.push(format!("{}: {} -> nothing", named(before), whole(before))),
            Some(after) if whole(&after) == whole(before) => {}
            Some(after) if after.unit == before.unit => {
                lines.push(format!("{}: {} -> {}", named(before), before.value, whole(&after)));
            }
            Some(after) => lines.push(format!("{}: {} -> {}", named(before), whole(before), whole(&after))),
        }
    }
    for after in &other {
        if find(&one, &after.key).is_none() {
            lines.push(format!("{}: nothing -> {}", named(after), whole(after)));
        }
    }
    lines
}

/// The unit of a limit's number, such as ` a day`.
pub fn unit(limit: &Limit) -> String {
    let what = match limit.counts() {
        LimitBasis::Requests => "",
        LimitBasis::Notes => " requests with a note",
        LimitBasis::Attempts => " refused sends and checks",
    };
    let period = match &limit.window {
        Window::Rolling(length) if *length == Span::days(1) => " a day".to_owned(),
        Window::Rolling(length) if *length == Span::days(7) => " a week".to_owned(),
        Window::Rolling(length) => format!(" in {length}"),
        Window::FromFirst(length) => format!(" in {length} from the first"),
        Window::Day(zone) => format!(" a calendar day ({})", zone.name()),
        Window::Week(zone) => format!(" a calendar week ({})", zone.name()),
    };
    format!("{what}{period}")
}

struct Statements(Vec<PolicyStatement>);

impl Statements {
    fn push(&mut self, part: &str, label: &str, value: &str, unit: &str, source: &str) {
        self.0.push(PolicyStatement {
            key: format!("{part}.{label}"),
            part: part.to_owned(),
            label: label.to_owned(),
            value: value.to_owned(),
            unit: unit.to_owned(),
            source: source.to_owned(),
        });
    }

    fn per_tier(&mut self, part: &str, numbers: PerTier, unit: &str, source: &str) {
        let tiers = [
            ("free accounts", Tier::Free),
            ("premium accounts", Tier::Premium),
            ("sales-navigator accounts", Tier::SalesNavigator),
        ];
        for (label, tier) in tiers {
            self.push(part, label, &numbers.of(tier).to_string(), unit, source);
        }
    }

    fn length(&mut self, part: &str, label: &str, length: Span, source: &str) {
        self.push(part, label, &length.to_string(), "", source);
    }
}

fn spam(statements: &mut Statements, policy: &Policy) {
    let spam = &policy.spam;
    statements.length("spam", "symbols look back", spam.window, &spam.source);
    statements.push("spam", "held from a score of", &milli(spam.hold_at_milli), "", &spam.source);
    statements.push("spam", "refused from a score of", &milli(spam.refuse_at_milli), "", &spam.source);
    let clients: Vec<&str> = spam.clients_allowed.iter().map(String::as_str).collect();
    let clients = if clients.is_empty() { "none".to_owned() } else { clients.join(", ") };
    statements.push("spam", "programs that may send", &clients, "", &spam.source);
    statements.length("spam", "silence counts fully after", spam.patience, &spam.source);
    statements.length("spam", "accounts are young for", spam.young_for, &spam.source);
    statements.push(
        "spam",
        "similar notes differ in at most",
        &spam.note_bits.to_string(),
        " of 64 bits",
        &spam.source,
    );
    for (kind, weight) in SymbolKind::ALL.into_iter().filter_map(|kind| Some((kind, spam.weight(kind)?))) {
        statements.push("spam", &key(kind).replace('_', " "), &counts(weight), "", &weight.source);
    }
}

/// What a symbol counts for, such as `1.5 each, 9 at most`.
fn counts(weight: &SymbolWeight) -> String {
    let mut parts = vec![format!("{} each", milli(weight.each_milli))];
    if let Some(odds) = weight.odds {
        parts[0] = format!(
            "{} for each unit of the logarithm of the odds of beta({}, {}) against beta({}, {})",
            milli(weight.each_milli),
            odds.bulk_accepted,
            odds.bulk_unanswered,
            odds.honest_accepted,
            odds.honest_unanswered
        );
    }
    if weight.unless_accepted {
        parts.push("nothing if acceptances count in favour".to_owned());
    }
    if weight.free > 0 {
        parts[0] += &format!(" beyond {}", weight.free);
    }
    if weight.of_each_milli != 0 {
        parts.push(format!("{} for each unit of its total", milli(weight.of_each_milli)));
    }
    if weight.of_least > 0 {
        parts.push(format!("nothing with a total below {}", weight.of_least));
    }
    if weight.least_milli < 0 {
        parts.push(format!("{} at least", milli(weight.least_milli)));
    }
    if weight.most_milli > 0 {
        parts.push(format!("{} at most", milli(weight.most_milli)));
    }
    if let Some(window) = weight.window {
        parts.push(format!("over {window}"));
    }
    parts.join(", ")
}

fn oversight(statements: &mut Statements, policy: &Policy) {
    if let Some(feedback) = &policy.feedback {
        let least = FeedbackThreshold::of(policy).map_or(0, |enough| enough.answered_min());
        let (zone, answered) = (feedback.zone.name(), feedback.answered);
        let mut when = format!("weekly ({zone}), with noise, from {} private answers", answered.max(least));
        if answered < least {
            when += &format!(" (the document says {answered}, which is too few)");
        }
        statements.push("feedback", "feedback", &when, "", &feedback.source);
    }
    for rule in &policy.restrictions {
        let limits = [("reported", rule.reported_percent), ("declined", rule.declined_percent)];
        let when: Vec<String> = limits
            .iter()
            .filter_map(|(what, percent)| percent.map(|percent| format!("{percent} % {what}")))
            .collect();
        let part = format!("restriction {}", rule.id);
        statements.push(&part, "restricted from", &when.join(" or "), "", &rule.source);
        let lasts: Vec<String> = rule.lasts.iter().map(Span::to_string).collect();
        statements.push(&part, "restricted for", &lasts.join(", then "), "", &rule.source);
        statements.length(&part, "starts over after", rule.forgotten_after, &rule.source);
    }
    if let Some(rule) = &policy.email_required {
        let when = format!("{} % reported, for {}", rule.reported_percent, rule.lasts);
        statements.push("email_required", "e-mail address required from", &when, "", &rule.source);
    }
    if let Some(review) = &policy.review {
        statements.length("review", "reviewed within", review.answer_within, &review.source);
        statements.length("review", "exempt after an upheld appeal for", review.exempt_for, &review.source);
        if let Some(appeals) = review.appeals {
            statements.push(
                "review",
                "appeals against one decision",
                &appeals.to_string(),
                "",
                &review.source,
            );
        }
        if let Some(within) = review.appeal_within {
            statements.length("review", "appeal within", within, &review.source);
        }
    }
}

fn trials(statements: &mut Statements, policy: &Policy) {
    if let Some(modes) = &policy.unevaluated {
        let each = [
            ("address-known", modes.address_known),
            ("not-blocked-by-oneself", modes.not_blocked_by_oneself),
            ("not-connected", modes.not_connected),
            ("own-degree", modes.own_degree),
            ("limits", modes.limits),
        ];
        for (name, _) in each.into_iter().filter(|(_, mode)| *mode == FailMode::Refuse) {
            let label = format!("{name}, when it cannot be evaluated");
            statements.push("unevaluated", &label, "refuses", "", &modes.source);
        }
    }
    if let Some(shadow) = &policy.shadow {
        for rule in &shadow.rules {
            statements.push("shadow", rule, "on trial", "", &shadow.source);
        }
    }
    for (code, level) in policy.told() {
        let level = match level {
            DisclosureLevel::Full => "in full",
            DisclosureLevel::ClassOnly => "by class only",
        };
        let source = policy.disclosure.as_ref().map(|table| table.source.as_str()).unwrap_or_default();
        statements.push("disclosure", &format!("senders learn {code}"), level, "", source);
    }
}

fn milli(score: i32) -> String {
    format!("{}", f64::from(score) / 1_000.0)
}
