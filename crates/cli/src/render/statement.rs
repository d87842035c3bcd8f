//! Writes a statement of reasons, as text or as JSON (docs/statement.schema.json).

use std::io::{self, Write};

use acquaint_audit::{By, Explanation, StatedDecision, Statement};
use serde_json::{Value, json};

use super::object;
use super::wrap::paragraph;
use crate::grammar::Format;
use crate::values::{human_time, rfc3339};

/// Writes the statement that goes with an answer, as text.
pub fn statement(answer: &Explanation, statement: &Statement, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "Statement of reasons (Regulation (EU) 2022/2065, Article 17)\n")?;
    let request = format!("request {}, by {}", answer.request, answer.from);
    paragraph("  about      ", &request, out)?;
    paragraph("  decision   ", &format!("{} ({})", statement.decided, statement.decision.name()), out)?;
    if statement.decision == StatedDecision::None {
        return paragraph("  answer     ", &format!("{}, see `why`", named(statement)), out);
    }
    paragraph("  scope      ", &format!("{}; wherever the network is offered", statement.scope), out)?;
    paragraph("  since      ", &human_time(statement.since), out)?;
    let until = statement.until.map_or_else(|| "no fixed end".to_owned(), human_time);
    paragraph("  until      ", &until, out)?;
    for fact in &statement.facts {
        paragraph("  facts      ", fact, out)?;
    }
    paragraph("  led by     ", statement.led_by, out)?;
    paragraph("  detected   ", by(statement.detected_by), out)?;
    paragraph("  decided    ", by(statement.decided_by), out)?;
    if let Some(ground) = &statement.ground {
        let rule = format!(
            "the network's policy `{}`, version {}, rule {}: {}",
            ground.policy, ground.version.0, ground.rule, ground.explanation
        );
        paragraph("  ground     ", &rule, out)?;
    }
    paragraph("  illegal    ", "no; the content is not considered illegal", out)?;
    paragraph("  code       ", &named(statement), out)?;
    writeln!(out, "\nHow to contest it")?;
    statement.redress.iter().try_for_each(|line| paragraph("  - ", line, out))
}

/// Writes the statement that goes with an answer, as JSON.
pub fn statement_json(answer: &Explanation, statement: &Statement, out: &mut dyn Write) -> io::Result<()> {
    object(&json(answer, statement), Format::Json, out)
}

fn json(answer: &Explanation, statement: &Statement) -> Value {
    let ground = statement.ground.as_ref().map(|ground| {
        json!({
            "kind": "terms",
            "policy": ground.policy,
            "version": ground.version.0,
            "rule": ground.rule,
            "explanation": ground.explanation,
        })
    });
    json!({
        "schema": "acquaint.statement.v1",
        "request": answer.request.to_string(),
        "member": answer.from,
        "as_of": rfc3339(answer.as_of),
        "code": statement.code.to_string(),
        "decision": statement.decision.name(),
        "decided": statement.decided,
        "scope": { "what": statement.scope, "territory": "wherever the network is offered" },
        "since": rfc3339(statement.since),
        "until": statement.until.map(rfc3339),
        "facts": statement.facts,
        "led_by": statement.led_by,
        "automated": {
            "detection": statement.detected_by.map(is_program),
            "decision": statement.decided_by.map(is_program),
        },
        "illegal_content": Value::Null,
        "ground": ground,
        "redress": statement.redress,
    })
}

fn named(statement: &Statement) -> String {
    format!("{} {}", statement.code, statement.code.name())
}

const fn by(by: Option<By>) -> &'static str {
    match by {
        Some(By::Program) => "by a program",
        Some(By::People) => "by people",
        None => "not recorded",
    }
}

const fn is_program(by: By) -> bool {
    match by {
        By::Program => true,
        By::People => false,
    }
}
