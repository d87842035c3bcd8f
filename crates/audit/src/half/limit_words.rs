//! Limits, caps and cool-down periods in words.

use acquaint_domain::{BucketKind, Evidence, Gate, Rule, Tier, Timestamp};
use acquaint_policy::{Limit, Policy, Window};

use super::words::next_frees;
use crate::wording::{Speech, counted, from_moment, moment, window};

/// Why a limit, a cap or a cool-down period stopped a request, with its numbers; `None` for any other rule.
pub(crate) fn reason(gate: &Gate, speech: &Speech) -> Option<String> {
    let Speech { sender, recipient } = speech;
    Some(match (gate.rule, &gate.evidence) {
        (_, Evidence::Count { used, limit, window: length, frees_at }) => {
            let next = next_frees(*frees_at, *limit);
            format!(
                "{used} of {limit} {} in the last {}; {next}",
                counted_words(gate.rule, *limit),
                window(*length)
            )
        }
        (_, Evidence::Bucket { .. }) => bucket(gate)?,
        (Rule::PendingPile, Evidence::Size { found, limit }) => {
            format!(
                "{found} of {} requests were open, and at most {limit} may be open at a time",
                sender.whose()
            )
        }
        (Rule::OwnNetwork, Evidence::Size { found, limit }) => format!(
            "{} {}, and at most {limit} are allowed",
            sender.does("had", "had"),
            counted(*found, "connection")
        ),
        (Rule::NoteLength, Evidence::Size { found, limit }) => {
            format!("the note had {}, and at most {limit} are allowed", counted(*found, "character"))
        }
        (Rule::ResendCooldown, Evidence::Cooldown { since, until }) => format!(
            "{} earlier request to {} was withdrawn on {}; it could be sent again from {}",
            sender.whose(),
            recipient.name(),
            moment(*since),
            from_moment(*until)
        ),
        (Rule::EmailRequired, Evidence::Reported { answered, reported_percent, .. }) => format!(
            "about {reported_percent}% of about {answered} answers in {} weekly feedback were reports, so the \
             recipient's e-mail address has to be given",
            sender.whose()
        ),
        (Rule::ReminderLimit, Evidence::Size { limit: 0, .. }) => "the policy allows no reminders".to_owned(),
        (Rule::ReminderLimit, Evidence::Size { found, limit }) => {
            let were = if *found == 1 { "was" } else { "were" };
            format!("{} {were} sent before, and the policy allows {limit}", counted(*found, "reminder"))
        }
        (Rule::ReminderAge, Evidence::Cooldown { since, until }) => format!(
            "the request was sent on {}, and a reminder is allowed from {} on",
            moment(*since),
            moment(*until)
        ),
        _ => return None,
    })
}

/// The evidence of such a rule.
pub(crate) fn evidence(gate: &Gate) -> String {
    if let Evidence::Size { found, limit } = &gate.evidence {
        format!("{found}, at most {limit}")
    } else if let (Rule::ReminderAge, Evidence::Cooldown { since, until }) = (gate.rule, &gate.evidence) {
        format!("sent on {}, a reminder is allowed from {} on", moment(*since), moment(*until))
    } else if let Evidence::Cooldown { since, until } = &gate.evidence {
        format!("withdrawn on {}; can be sent again from {}", moment(*since), from_moment(*until))
    } else if let Evidence::Reported { answered, reported_percent, limit_percent, by_email } = &gate.evidence
    {
        format!(
            "about {reported_percent}% of about {answered} answers in the weekly feedback were reports; required from \
             {limit_percent}% on; an e-mail address was given: {}",
            if *by_email { "yes" } else { "no" }
        )
    } else {
        bucket(gate).unwrap_or_default()
    }
}

/// What would let a request pass that such a rule stopped.
pub(crate) fn would_pass(gate: &Gate) -> Option<String> {
    let from = |at: Timestamp| format!("would pass from {} on", from_moment(at));
    match (gate.rule, &gate.evidence) {
        (Rule::NoteQuota, _) => Some(match frees_at(gate) {
            Some(at) => format!("would pass without a note, or from {} on", from_moment(at)),
            None => "would pass without a note".to_owned(),
        }),
        (_, Evidence::Count { .. } | Evidence::Bucket { .. } | Evidence::Cooldown { .. }) => {
            frees_at(gate).map(from)
        }
        (Rule::PendingPile, Evidence::Size { found, limit }) => {
            let fewer = found.saturating_sub(*limit) + 1;
            Some(format!("would pass with {} fewer", counted(fewer, "open request")))
        }
        (Rule::OwnNetwork, Evidence::Size { found, limit }) => {
            let fewer = found.saturating_sub(*limit) + 1;
            Some(format!("would pass with {} fewer", counted(fewer, "connection")))
        }
        (Rule::NoteLength, Evidence::Size { found, limit }) => {
            let shorter = counted(found.saturating_sub(*limit), "character");
            Some(format!("would pass with a note that is shorter by {shorter}"))
        }
        (Rule::EmailRequired, Evidence::Reported { .. }) => {
            Some("would pass with the recipient's e-mail address".to_owned())
        }
        _ => None,
    }
}

/// The moment from which such a rule lets the next request through; `None` where waiting does not help.
pub(crate) fn frees_at(gate: &Gate) -> Option<Timestamp> {
    if let Evidence::Count { limit, frees_at, .. } = &gate.evidence {
        frees_at.filter(|_| *limit > 0)
    } else if let Evidence::Bucket { used, limit, ends, .. } = &gate.evidence {
        (*limit > 0 && used >= limit).then_some(*ends)
    } else if let Evidence::Cooldown { until, .. } = &gate.evidence {
        Some(*until)
    } else {
        None
    }
}

/// The policy's limit that a gate is about: the one of the same rule, window and number, or else the first of the rule.
pub(crate) fn limit_of<'a>(policy: &'a Policy, gate: &Gate) -> Option<&'a Limit> {
    let matches_gate = |limit: &&Limit| {
        let (most, same_window) = match (&gate.evidence, &limit.window) {
            (Evidence::Count { limit, window, .. }, Window::Rolling(length)) => (*limit, window == length),
            (Evidence::Bucket { limit, kind, .. }, window) => (*limit, window.bucket() == Some(*kind)),
            _ => return false,
        };
        let tiers = [Tier::Free, Tier::Premium, Tier::SalesNavigator];
        same_window && tiers.into_iter().any(|tier| limit.at_most.of(tier) == most)
    };
    let same_rule = policy.limits.iter().filter(|limit| limit.rule() == gate.rule);
    same_rule.clone().find(matches_gate).or_else(|| same_rule.clone().next())
}

fn bucket(gate: &Gate) -> Option<String> {
    let Evidence::Bucket { kind, used, limit, begins, ends } = &gate.evidence else { return None };
    let began = moment(*begins);
    let in_window = match kind {
        BucketKind::FromFirst if *used == 0 => "in a window that would begin now".to_owned(),
        BucketKind::FromFirst => format!("in the window that began with the first of them on {began}"),
        BucketKind::Day => format!("in the day that began on {began}"),
        BucketKind::Week => format!("in the week that began on {began}"),
    };
    let next = next_frees((used >= limit).then_some(*ends), *limit);
    Some(format!("{used} of {limit} {} {in_window}; {next}", counted_words(gate.rule, *limit)))
}

/// What a rule counts, as the words after "1 of `limit`".
fn counted_words(rule: Rule, limit: u32) -> &'static str {
    match (rule, limit) {
        (Rule::NoteQuota, 1) => "request with a note was sent",
        (Rule::NoteQuota, _) => "requests with a note were sent",
        (Rule::AttemptsLimit, 1) => "attempt, a refused send or check, was counted",
        (Rule::AttemptsLimit, _) => "attempts, refused sends and checks, were counted",
        (_, 1) => "request was sent",
        (..) => "requests were sent",
    }
}
