//! An answer as a JSON document, the same for the command line and the server.

use acquaint_audit::{Companion, EventLine, Explanation, Measurement, RuleFinding, Sibling, Timer, Today};
use acquaint_domain::Code;
use serde_json::{Value, json};

use crate::action::advice_json;
use crate::moments::rfc3339;
use crate::rule_text::finding_text;

/// An answer as JSON, `acquaint.answer.v2`.
pub fn answer_json(answer: &Explanation) -> Value {
    let codes: Vec<Value> = answer.causes.iter().map(|code| code_json(*code)).collect();
    let rules: Vec<Value> = answer.rules.iter().map(rung_json).collect();
    let companions: Vec<Value> = answer.accompanied_by.iter().map(companion_json).collect();
    json!({
        "schema": "acquaint.answer.v2",
        "request": answer.request.to_string(),
        "viewer": answer.viewer.name(),
        "from": answer.from,
        "to": answer.to,
        "code": answer.code.to_string(),
        "name": answer.code.name(),
        "headline": answer.headline,
        "reasons": answer.reasons,
        "sides": answer.sides.iter().map(|side| json!({ "of": side.of, "text": side.text })).collect::<Vec<_>>(),
        "verdict": answer.verdict,
        "since": rfc3339(answer.since),
        "as_of": rfc3339(answer.as_of),
        "policy": { "name": answer.policy.name, "version": answer.policy.version.0 },
        "position": answer.position,
        "events": answer.events.iter().map(event_json).collect::<Vec<_>>(),
        "timers": answer.timers.iter().map(timer_json).collect::<Vec<_>>(),
        "ladder": rules,
        "causes": codes,
        "certain": answer.candidates.certain,
        "tells_apart": answer.candidates.distinguished_by,
        "never_told": answer.candidates.never,
        "accompanied_by": companions,
        "today": answer.today.iter().map(today_json).collect::<Vec<_>>(),
        "would_pass": answer.would_pass,
        "would_pass_at": answer.would_pass_at.map(rfc3339),
        "kept_back_by": kept_back_by(answer.code),
        "compared": answer.compared.as_ref().map(|compared| json!({
            "companies": compared.companies, "titles": compared.titles,
            "company": compared.company, "title": compared.title,
        })),
        "others": answer.others.iter().map(sibling_json).collect::<Vec<_>>(),
        "remedy": answer.remedy.iter().map(advice_json).collect::<Vec<_>>(),
        "wont_help": answer.wont_help,
        "redress": answer.redress,
        "pass_on": answer.pass_on,
        "pass_on_request": answer.pass_on_request.map(|request| request.to_string()),
    })
}

/// The events of an answer as JSON, `acquaint.trace.v1`.
pub fn trace_json(answer: &Explanation) -> Value {
    json!({
        "schema": "acquaint.trace.v1",
        "request": answer.request.to_string(),
        "viewer": answer.viewer.name(),
        "from": answer.from,
        "to": answer.to,
        "code": answer.code.to_string(),
        "name": answer.code.name(),
        "as_of": rfc3339(answer.as_of),
        "position": answer.position,
        "events": answer.events.iter().map(event_json).collect::<Vec<_>>(),
    })
}

/// The setting of the recipient that keeps a request back, by its name; null where none does.
fn kept_back_by(code: Code) -> Option<&'static str> {
    if code == Code::RecipientSettingContacts {
        Some("accept-from")
    } else if code == Code::RecipientSettingDegree {
        Some("max-degree")
    } else if code == Code::RecipientSettingAudience {
        Some("audience")
    } else {
        None
    }
}

fn code_json(code: Code) -> Value {
    json!({ "code": code.to_string(), "name": code.name() })
}

/// An event of an answer as JSON; its hash only where the answer shows it.
pub fn event_json(event: &EventLine) -> Value {
    let mut value =
        json!({ "number": event.number, "at": rfc3339(event.at), "name": event.name, "text": event.text });
    if let Some(hash) = &event.hash {
        value["blake3"] = json!(hash);
    }
    value
}

fn timer_json(timer: &Timer) -> Value {
    json!({ "at": rfc3339(timer.at), "name": timer.name, "text": timer.text })
}

fn rung_json(rule: &RuleFinding) -> Value {
    let code = rule.code.map(|code| code.to_string());
    let measure = rule.measure.as_ref().map(|Measurement { input, threshold, margin }| {
        json!({ "input": input, "threshold": threshold, "margin": margin })
    });
    json!({
        "rule": rule.rule, "finding": rule.finding, "code": code, "text": finding_text(rule), "measure": measure,
    })
}

/// Marked as what it is, so that nobody takes it for the reason.
fn today_json(today: &Today) -> Value {
    json!({
        "text": today.text, "rehearsed": true, "side": today.side.name(), "would_pass": today.code.is_none(),
        "code": today.code.map(|code| code.to_string()),
    })
}

fn sibling_json(sibling: &Sibling) -> Value {
    json!({
        "request": sibling.request.to_string(), "at": rfc3339(sibling.at), "to": sibling.to,
        "code": sibling.code.to_string(), "name": sibling.code.name(),
    })
}

fn companion_json(companion: &Companion) -> Value {
    json!({ "code": companion.code.to_string(), "name": companion.code.name(), "text": companion.text })
}
