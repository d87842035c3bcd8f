//! Rule findings: every rule that was evaluated, in order, with its finding and its evidence.

use acquaint_domain::{
    AcceptFrom, Distance, Evidence, Finding, Gate, Outcome, RequestId, Rule, Timestamp, Verdict,
};

use crate::answer::{Measurement, RuleFinding, Viewer};
use crate::dossier::Case;
use crate::half::limit_words;
use crate::half::spam_words::{own_numbers, scores};
use crate::half::words::next_frees;
use crate::incoming::half::IncomingHalf;
use crate::outgoing::half::OutgoingHalf;
use crate::wording::{self, counted, moment, score, window};

/// The rules of the halves' judgements, in order, with the evidence that `viewer` may see.
pub(crate) fn rule_findings(
    case: &Case,
    viewer: Viewer,
    outgoing: Option<&OutgoingHalf>,
    incoming: Option<&IncomingHalf>,
) -> Vec<RuleFinding> {
    let outgoing = outgoing.map_or(Vec::new(), |half| half.verdicts());
    let incoming = incoming.map_or(Vec::new(), |half| half.verdicts());
    let verdicts = outgoing.into_iter().chain(incoming);
    verdicts
        .flat_map(|verdict| verdict.gates.iter().map(move |gate| rule_finding(case, viewer, verdict, gate)))
        .collect()
}

/// The rules of one judgement, as an engineer sees them, but without the sources that the policy names.
pub fn findings(verdict: &Verdict) -> Vec<RuleFinding> {
    verdict.gates.iter().map(|gate| with_text(gate, Viewer::Engineer, text(gate, Viewer::Engineer))).collect()
}

fn rule_finding(case: &Case, viewer: Viewer, verdict: &Verdict, gate: &Gate) -> RuleFinding {
    let mut text = text(gate, viewer);
    if viewer == Viewer::Engineer
        && gate.finding != Finding::NotReached
        && let Some(source) = source(case, verdict, gate)
    {
        text.push_str(&format!("; policy source: {}", source.trim_end_matches('.')));
    }
    with_text(gate, viewer, text)
}

fn text(gate: &Gate, viewer: Viewer) -> String {
    match gate.finding {
        Finding::NotReached => "an earlier rule had decided".to_owned(),
        Finding::Unevaluated => format!("{}; the rule passes in that case", unevaluated(gate)),
        Finding::FailedUnseen(_) => format!("{}; the policy refuses in that case", unevaluated(gate)),
        Finding::Shadow(outcome) => format!("{}; {}", on_trial(outcome), evidence(gate, viewer)),
        Finding::Passed | Finding::Failed(_) | Finding::Held(_) => evidence(gate, viewer),
    }
}

fn with_text(gate: &Gate, viewer: Viewer, text: String) -> RuleFinding {
    RuleFinding {
        rule: gate.rule.name(),
        finding: finding_name(gate.finding),
        code: match gate.finding {
            Finding::Failed(code) | Finding::Held(code) | Finding::FailedUnseen(code) => Some(code),
            Finding::Shadow(Outcome::Refuse(code) | Outcome::Hold(code)) => Some(code),
            Finding::Passed | Finding::Unevaluated | Finding::NotReached | Finding::Shadow(Outcome::Pass) => {
                None
            }
        },
        text,
        setting: setting(gate),
        measure: match gate.finding {
            Finding::Passed | Finding::Failed(_) | Finding::Held(_) | Finding::Shadow(_) => {
                measure(gate, viewer)
            }
            Finding::Unevaluated | Finding::FailedUnseen(_) | Finding::NotReached => None,
        },
    }
}

/// Input, threshold and margin of a rule that compares two numbers. INVARIANT (class only): members are shown neither
/// scores nor thresholds of the spam filter.
fn measure(gate: &Gate, viewer: Viewer) -> Option<Measurement> {
    if let Evidence::Count { used, limit, window: length, .. } = &gate.evidence {
        Some(Measurement {
            input: counted(*used, "request"),
            threshold: format!("{limit} in {}", window(*length)),
            margin: left(*used, *limit),
        })
    } else if let Evidence::Bucket { used, limit, .. } | Evidence::Size { found: used, limit } =
        &gate.evidence
    {
        Some(Measurement {
            input: used.to_string(),
            threshold: limit.to_string(),
            margin: left(*used, *limit),
        })
    } else if let Evidence::Degree { allowed: Some(allowed), distance: Some(distance), .. } = &gate.evidence {
        let margin = distance.degree.map(|degree| i64::from(*allowed) - i64::from(degree));
        Some(Measurement {
            input: distance.degree.map_or("beyond the 3rd degree".to_owned(), wording::ordinal_degree),
            threshold: wording::ordinal_degree(*allowed),
            margin: margin.map_or("beyond it".to_owned(), degrees_left),
        })
    } else if let (Evidence::Symbols { score_milli, hold_at_milli, .. }, Viewer::Agent | Viewer::Engineer) =
        (&gate.evidence, viewer)
    {
        Some(Measurement {
            input: score(*score_milli),
            threshold: score(*hold_at_milli),
            margin: if score_milli < hold_at_milli {
                format!("{} left", score(hold_at_milli - score_milli))
            } else {
                format!("{} beyond", score(score_milli - hold_at_milli))
            },
        })
    } else {
        None
    }
}

/// The room left below a limit, or the excess beyond it.
fn left(used: u32, limit: u32) -> String {
    if used > limit { format!("{} beyond", used - limit) } else { format!("{} left", limit - used) }
}

fn degrees_left(margin: i64) -> String {
    match margin {
        ..0 => format!("{} beyond", counted(-margin, "degree")),
        0.. => format!("{} left", counted(margin, "degree")),
    }
}

/// The source that the policy names for a rule's numbers.
fn source(case: &Case, verdict: &Verdict, gate: &Gate) -> Option<String> {
    let policy = case.policies.get(&verdict.policy)?;
    if let Some(limit) = limit_words::limit_of(policy, gate) {
        return Some(format!("limit `{}`, {}", limit.id, limit.source));
    }
    let sources = [
        (Rule::OwnContacts, Some(&policy.own_settings.source)),
        (Rule::OwnDegree, Some(&policy.own_settings.source)),
        (Rule::Spam, Some(&policy.spam.source)),
        (Rule::ResendCooldown, policy.cooldown.as_ref().map(|table| &table.source)),
        (Rule::PendingPile, policy.open_requests.as_ref().map(|table| &table.source)),
        (Rule::OwnNetwork, policy.network.as_ref().map(|table| &table.source)),
        (Rule::NoteLength, policy.notes.as_ref().map(|table| &table.source)),
        (Rule::EmailRequired, policy.email_required.as_ref().map(|table| &table.source)),
        (Rule::ReminderLimit, policy.follow_up.as_ref().map(|table| &table.source)),
        (Rule::ReminderAge, Some(&policy.answers.source)),
    ];
    sources.into_iter().find(|(rule, _)| *rule == gate.rule).and_then(|(_, source)| source.cloned())
}

fn on_trial(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "on trial: it would have passed",
        Outcome::Hold(_) => "on trial: it would have held it",
        Outcome::Refuse(_) => "on trial: it would have refused it",
    }
}

fn unevaluated(gate: &Gate) -> String {
    let what = if gate.evidence == Evidence::Uncounted {
        "the counter has not been rebuilt from the log yet"
    } else if gate.rule == Rule::OwnDegree {
        "the distance to the owner of an e-mail address is not known on this side"
    } else {
        "the owner of the e-mail address is not known on this side"
    };
    what.to_owned()
}

/// The setting that a rule applied, as its text names it.
fn setting(gate: &Gate) -> Option<String> {
    match gate.finding {
        Finding::Passed | Finding::Failed(_) | Finding::Held(_) | Finding::Shadow(_) => {}
        Finding::Unevaluated | Finding::FailedUnseen(_) | Finding::NotReached => return None,
    }
    match (gate.rule, &gate.evidence) {
        (_, Evidence::Contact { setting, .. }) => Some(format!("accept-from {}", setting_name(*setting))),
        (_, Evidence::Degree { allowed, .. }) => Some(match allowed {
            Some(allowed) => format!("max-degree {allowed}"),
            None => "max-degree any".to_owned(),
        }),
        (Rule::OwnConfirmation | Rule::RecipientConfirmation, Evidence::Holds(is_on)) => {
            Some(format!("confirm {}", if *is_on { "on" } else { "off" }))
        }
        _ => None,
    }
}

/// The largest degree allowed and the distance found. The distance may be unknown where any distance is allowed.
fn degree(allowed: Option<u8>, distance: Option<Distance>) -> String {
    match (allowed, distance) {
        (None, None) => "`max-degree any`".to_owned(),
        (None, Some(_)) => format!("`max-degree any`; {}", wording::distance(distance)),
        (Some(allowed), _) => format!("`max-degree {allowed}`; {}", wording::distance(distance)),
    }
}

/// Since when a cause has existed, and which request led to it.
fn cause_since(rule: Rule, since: Timestamp, request: Option<RequestId>) -> String {
    let since = moment(since);
    match (rule, request) {
        (Rule::Crossing, Some(request)) => {
            format!("the recipient's request {request} has waited for the sender's answer since {since}")
        }
        (_, Some(request)) => format!("since {since}, by request {request}"),
        (_, None) => format!("since {since}"),
    }
}

/// A rule's evidence, as far as this viewer may see it.
fn evidence(gate: &Gate, viewer: Viewer) -> String {
    match &gate.evidence {
        Evidence::Nothing => no_obstacle(gate.rule).to_owned(),
        Evidence::Hidden | Evidence::Uncounted => unevaluated(gate),
        Evidence::Form(None) => "it has the form of an address".to_owned(),
        Evidence::Form(Some(malformed)) => {
            format!(
                "there is {} at character {}",
                malformed.problem.words(),
                malformed.offset.saturating_add(1)
            )
        }
        Evidence::Holds(whether) => holds(gate.rule, *whether).to_owned(),
        Evidence::Stands { since, request } => cause_since(gate.rule, *since, *request),
        Evidence::Restriction { since, until, cause } => {
            format!(
                "restricted {}, from {} until {}",
                wording::restriction(*cause),
                moment(*since),
                moment(*until)
            )
        }
        Evidence::Contact { setting, in_contacts, by_email, settings_version } => format!(
            "`accept-from {}`; imported contact: {}; by e-mail address: {} (settings version {settings_version})",
            setting_name(*setting),
            yes(*in_contacts),
            yes(*by_email)
        ),
        Evidence::Degree { allowed, distance, settings_version } => {
            format!("{} (settings version {settings_version})", degree(*allowed, *distance))
        }
        Evidence::Count { used, limit, window: length, frees_at } => {
            format!("{used} of {limit} in the last {}; {}", window(*length), next_frees(*frees_at, *limit))
        }
        Evidence::Bucket { .. }
        | Evidence::Size { .. }
        | Evidence::Cooldown { .. }
        | Evidence::Reported { .. } => limit_words::evidence(gate),
        Evidence::Symbols { symbols, score_milli, hold_at_milli, refuse_at_milli, in_contacts } => {
            match viewer {
                Viewer::Sender | Viewer::Recipient => own_numbers(symbols),
                Viewer::Agent | Viewer::Engineer => format!(
                    "score {}, held from {}, refused from {}; {}; imported contact: {}",
                    score(*score_milli),
                    score(*hold_at_milli),
                    score(*refuse_at_milli),
                    scores(symbols),
                    yes(*in_contacts)
                ),
            }
        }
        Evidence::Audience { criteria, company, title, settings_version } => format!(
            "{}; the company matches: {}; the title matches: {} (settings version {settings_version})",
            match criteria {
                0 => "everybody is let in".to_owned(),
                1 => "1 company or title is named".to_owned(),
                criteria => format!("{criteria} companies and titles are named"),
            },
            yes(*company),
            yes(*title)
        ),
    }
}

const fn yes(whether: bool) -> &'static str {
    match whether {
        true => "yes",
        false => "no",
    }
}

const fn setting_name(setting: AcceptFrom) -> &'static str {
    match setting {
        AcceptFrom::Everyone => "everyone",
        AcceptFrom::Contacts => "contacts",
        AcceptFrom::ContactsOrEmail => "contacts-or-email",
    }
}

const fn finding_name(finding: Finding) -> &'static str {
    match finding {
        Finding::Passed => "passed",
        Finding::Failed(_) => "failed",
        Finding::Held(_) => "held",
        Finding::Unevaluated => "could not be evaluated",
        Finding::NotReached => "not reached",
        Finding::Shadow(_) => "shadow",
        Finding::FailedUnseen(_) => "could not be evaluated, refused",
    }
}

const fn holds(rule: Rule, whether: bool) -> &'static str {
    match (rule, whether) {
        (Rule::AddressKnown, true) => "a member has the address",
        (Rule::AddressKnown, false) => "no member has the address",
        (Rule::NotSelf, true) => "it is another person's address",
        (Rule::NotSelf, false) => "it is the sender's own address",
        (Rule::OwnConfirmation | Rule::RecipientConfirmation, true) => "`confirm on`",
        (Rule::OwnConfirmation | Rule::RecipientConfirmation, false) => "`confirm off`",
        (_, true) => "yes",
        (_, false) => "no",
    }
}

/// What it means that a rule found no obstacle and recorded no evidence.
const fn no_obstacle(rule: Rule) -> &'static str {
    match rule {
        Rule::NotBlockedByOneself => "the sender does not block the recipient",
        Rule::NotConnected => "the two are not connected",
        Rule::NotPending => "no other request to this address is open",
        Rule::SenderNotBanned => "the sender is not banned",
        Rule::SenderNotRestricted => "the sender is not restricted",
        Rule::ResendCooldown => "no request to this address was withdrawn shortly before",
        Rule::EmailRequired => "no feedback makes the recipient's e-mail address necessary",
        Rule::NoteLength | Rule::NoteQuota => "it carries no note",
        Rule::ReminderAge => "the request is old enough for a reminder",
        Rule::RecipientOpen => "the recipient's account is open",
        Rule::RecipientUnrestricted => "the recipient is neither restricted nor banned",
        Rule::NotBlockedByRecipient => "the recipient does not block the sender",
        Rule::AddressForm
        | Rule::AddressKnown
        | Rule::NotSelf
        | Rule::OwnContacts
        | Rule::OwnDegree
        | Rule::DailyLimit
        | Rule::WeeklyLimit
        | Rule::AttemptsLimit
        | Rule::PendingPile
        | Rule::OwnNetwork
        | Rule::Spam
        | Rule::OwnConfirmation
        | Rule::RecipientContacts
        | Rule::RecipientDegree
        | Rule::RecipientAudience
        | Rule::RecipientNetwork
        | Rule::Crossing
        | Rule::ReminderLimit
        | Rule::RecipientConfirmation => "nothing was recorded",
    }
}
