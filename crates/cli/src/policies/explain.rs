//! `policy explain` and `policy rules`: what a rule demands, and how often each rule was evaluated and hit.

use std::io::Write;

use acquaint_audit::{RuleRecord, RuleReport, entry};
use acquaint_domain::{Code, Rule};
use acquaint_policy::{Policy, in_words};
use serde_json::json;

use super::NamedPolicy;
use crate::failure::CliError;
use crate::grammar::{Exit, Format};
use crate::render::{Listing, ListingRow, listing, object, paragraph};
use crate::session::ReadView;
use crate::values;

/// `policy explain NAME`: a rule or a part of the policy, with its record.
pub(super) fn explain(
    view: Option<ReadView<'_>>,
    named: &NamedPolicy,
    name: &str,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let policy = &named.policy;
    let wanted = name.trim().to_lowercase();
    let rule = Rule::ALL.into_iter().find(|rule| rule.name() == wanted);
    let parts = parts_of(policy, rule, &wanted);
    let statements = in_words(policy).into_iter().filter(|said| {
        let own = said.part.rsplit(' ').next().unwrap_or_default();
        parts.iter().any(|part| *part == said.part || *part == own)
    });
    let statements: Vec<_> = statements.collect();
    if rule.is_none() && statements.is_empty() {
        return Err(unknown(policy, name));
    }
    let codes = rule.map_or(&[][..], codes_of);
    let record = view.map(|view| report(view)).transpose()?;
    let record = record
        .and_then(|report| report.records().find(|(other, _)| *other == wanted).map(|(_, record)| record));
    let on_trial = policy.is_on_trial(&wanted);
    if format != Format::Human {
        let value = json!({
            "schema": "acquaint.policy-explain.v1",
            "policy": named.name, "name": wanted, "on_trial": on_trial,
            "codes": codes.iter().map(Code::to_string).collect::<Vec<_>>(),
            "says": statements.iter().map(|said| json!({
                "about": said.label, "value": format!("{}{}", said.value, said.unit), "source": said.source,
            })).collect::<Vec<_>>(),
            "record": record.map(|record| record_json(&wanted, record)),
        });
        return Ok(object(&value, format, out)?);
    }
    paragraph("", &format!("{wanted}, in {}", named.name), out)?;
    for code in codes {
        paragraph(&format!("  {code} {}: ", code.name()), entry(*code).meaning, out)?;
    }
    for said in &statements {
        paragraph("  ", &format!("{}: {}{}", said.label, said.value, said.unit), out)?;
    }
    if let Some(said) = statements.first() {
        paragraph("  source: ", &said.source, out)?;
    }
    if rule.is_some() && statements.is_empty() {
        paragraph("  ", "the policy has no numbers for it", out)?;
    }
    if on_trial {
        paragraph("  ", "on trial: it is evaluated and recorded, but stops nothing", out)?;
    }
    if let Some(RuleRecord { asked, hits, alone, unevaluated, .. }) = record {
        let lead = format!("asked {asked} times, hit {hits} times, {alone} of them alone");
        paragraph("  ", &format!("{lead}, could not be evaluated {unevaluated} times"), out)?;
    }
    Ok(())
}

fn unknown(policy: &Policy, name: &str) -> CliError {
    let statements = in_words(policy);
    let parts = statements.iter().map(|said| said.part.rsplit(' ').next().unwrap_or_default());
    let names = Rule::ALL.iter().map(|rule| rule.name()).chain(parts);
    let advice = match values::nearest(&name.to_lowercase(), names) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "give one such as `daily-limit` or `expiry`; `policy show` lists all parts".to_owned(),
    };
    CliError::new(
        Exit::NotFound,
        format!("the policy has no rule, limit or part {}; {advice}", values::quoted(name)),
    )
}

/// The parts of the document that belong to a rule, or the part with this name.
fn parts_of(policy: &Policy, rule: Option<Rule>, wanted: &str) -> Vec<String> {
    let limits = policy.limits.iter().filter(|limit| Some(limit.rule()) == rule || limit.id == wanted);
    let mut parts: Vec<String> = limits.map(|limit| format!("limit {}", limit.id)).collect();
    let tables = [
        (Rule::OwnContacts, "own_settings"),
        (Rule::OwnDegree, "own_settings"),
        (Rule::Spam, "spam"),
        (Rule::ResendCooldown, "cooldown"),
        (Rule::PendingPile, "open_requests"),
        (Rule::OwnNetwork, "network"),
        (Rule::EmailRequired, "email_required"),
        (Rule::NoteLength, "notes"),
        (Rule::ReminderLimit, "follow_up"),
        (Rule::ReminderAge, "answers"),
    ];
    let of_rule = tables.iter().find(|(other, _)| Some(*other) == rule).map(|(_, table)| *table);
    parts.extend(of_rule.map(str::to_owned));
    if rule.is_none() {
        parts.push(wanted.to_owned());
    }
    parts
}

/// The codes with which a rule refuses or holds.
const fn codes_of(rule: Rule) -> &'static [Code] {
    match rule {
        Rule::AddressForm => &[Code::AddressMalformed],
        Rule::AddressKnown => &[Code::AddressUnknown],
        Rule::NotSelf => &[Code::SelfRequest],
        Rule::NotBlockedByOneself => &[Code::YouBlockedThem],
        Rule::NotConnected => &[Code::AlreadyConnected],
        Rule::NotPending => &[Code::AlreadyPending],
        Rule::ResendCooldown => &[Code::ResendCooldown],
        Rule::SenderNotBanned => &[Code::SenderBanned],
        Rule::SenderNotRestricted => &[Code::SenderRestricted],
        Rule::OwnContacts => &[Code::OwnSettingContacts],
        Rule::OwnDegree => &[Code::OwnSettingDegree],
        Rule::EmailRequired => &[Code::EmailRequired],
        Rule::PendingPile => &[Code::PendingPileFull],
        Rule::OwnNetwork => &[Code::OwnNetworkFull],
        Rule::AttemptsLimit => &[Code::AttemptsLimit],
        Rule::DailyLimit => &[Code::DailyLimit],
        Rule::WeeklyLimit => &[Code::WeeklyLimit],
        Rule::NoteLength | Rule::NoteQuota => &[Code::NoteLimit],
        Rule::Spam => &[Code::SpamRefused, Code::SpamHeld, Code::Automation],
        Rule::OwnConfirmation => &[Code::AwaitingOwnConfirmation],
        Rule::RecipientOpen => &[Code::RecipientClosed],
        Rule::RecipientUnrestricted => &[Code::RecipientRestricted],
        Rule::NotBlockedByRecipient => &[Code::BlockedByRecipient],
        Rule::RecipientContacts => &[Code::RecipientSettingContacts],
        Rule::RecipientDegree => &[Code::RecipientSettingDegree],
        Rule::RecipientAudience => &[Code::RecipientSettingAudience],
        Rule::RecipientNetwork => &[Code::RecipientNetworkFull],
        Rule::Crossing => &[Code::Crossed],
        Rule::ReminderLimit => &[Code::ReminderLimit],
        Rule::ReminderAge => &[Code::ReminderTooEarly],
        Rule::RecipientConfirmation => &[Code::AwaitingRecipientConfirmation],
    }
}

fn report(view: ReadView<'_>) -> Result<RuleReport, CliError> {
    let mut report = RuleReport::default();
    for recorded in view.inquiry().all_events() {
        report.apply(&recorded?);
    }
    Ok(report)
}

/// `policy rules`: the record of every rule.
pub(super) fn rules(view: ReadView<'_>, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let report = report(view)?;
    let rows = report.records().map(|(name, record)| {
        let RuleRecord { asked, hits, alone, unevaluated, shadow, .. } = record;
        let precision =
            record.precision_percent().map_or_else(|| "-".to_owned(), |percent| format!("{percent}%"));
        let numbers = [asked, hits, alone, unevaluated, shadow].map(|number| number.to_string());
        let reviewed = format!("{precision} of {}", record.confirmed + record.overturned);
        let cells = [name.to_owned()].into_iter().chain(numbers).chain([reviewed]).collect();
        ListingRow { cells, value: record_json(name, record) }
    });
    let page = Listing {
        schema: "acquaint.rules.v1",
        title: "the record of every rule".to_owned(),
        context: Vec::new(),
        columns: vec![
            "rule",
            "asked",
            "hits",
            "alone",
            "not evaluated",
            "on trial",
            "right, of those reviewed",
        ],
        rows: rows.collect(),
    };
    Ok(listing(&page, format, out)?)
}

fn record_json(name: &str, record: RuleRecord) -> serde_json::Value {
    let RuleRecord { asked, hits, alone, unevaluated, shadow, confirmed, overturned } = record;
    json!({
        "rule": name, "asked": asked, "hits": hits, "decided_alone": alone, "unevaluated": unevaluated,
        "shadow": shadow, "confirmed": confirmed, "overturned": overturned,
        "precision_percent": record.precision_percent(),
    })
}
