//! `policy bisect`: which changes of a policy change the verdict about a request.

use std::io::Write;

use acquaint_backtest::{Bisected, Flip};
use acquaint_domain::{RequestId, shown};
use serde_json::{Value, json};

use super::{WARNING, clearance, context_of, named, outcome};
use crate::failure::CliError;
use crate::grammar::Format;
use crate::render::{object, paragraph};
use crate::session::ReadView;

/// Finds the changes that, alone or together, change the verdict.
pub(crate) fn bisect(
    view: ReadView<'_>,
    policy: &str,
    request: RequestId,
    against: Option<&str>,
    (format, out): (Format, &mut dyn Write),
) -> Result<(), CliError> {
    let history = acquaint_backtest::History::of(view.log, Some(view.as_of), Some(view.views.last().0))?;
    let candidate = named(&history, policy)?;
    let context = context_of(view.log, view, request)?;
    let base = match against {
        Some(name) => named(&history, name)?,
        None => {
            let adopted = context.in_force().clone();
            let name = format!("{} (version {}, in force then)", adopted.policy.name, adopted.version.0);
            super::NamedCandidate { name, adopted }
        }
    };
    let bisected = acquaint_backtest::bisect(&context, &base.adopted, &candidate.adopted, clearance()?)?;
    if format != Format::Human {
        let value = json!({
            "schema": "acquaint.bisect.v1",
            "request": request.to_string(),
            "against": base.name,
            "policy": candidate.name,
            "old": outcome(bisected.old.outcome),
            "new": outcome(bisected.new.outcome),
            "differences": bisected.differences,
            "alone": bisected.alone.iter().map(flip_json).collect::<Vec<_>>(),
            "together": bisected.together.iter().map(flip_json).collect::<Vec<_>>(),
            "warning": WARNING,
        });
        return Ok(object(&value, format, out)?);
    }
    writeln!(out, "request {request}: {} -> {}", shown(&base.name), shown(&candidate.name))?;
    paragraph("  old  ", &outcome(bisected.old.outcome), out)?;
    paragraph("  new  ", &outcome(bisected.new.outcome), out)?;
    human(&bisected, out)?;
    writeln!(out)?;
    Ok(paragraph("", WARNING, out)?)
}

fn human(bisected: &Bisected, out: &mut dyn Write) -> Result<(), CliError> {
    let Bisected { old, new, differences, alone, together } = bisected;
    if old.outcome == new.outcome {
        let what = format!("both decide the same about it; they differ in {differences} places");
        return Ok(paragraph("  ", &what, out)?);
    }
    if !alone.is_empty() {
        writeln!(out, "\nOf {differences} differences, each of these changes the verdict by itself")?;
    } else if together.is_empty() {
        return Ok(paragraph("  ", "no change that leaves a valid policy changes the verdict", out)?);
    } else {
        writeln!(
            out,
            "\nOf {differences} differences, none changes the verdict by itself; together these do"
        )?;
    }
    for flip in alone.iter().chain(together) {
        let from = flip.from.as_deref().unwrap_or("nothing");
        let to = flip.to.as_deref().unwrap_or("nothing");
        paragraph("  - ", &format!("{}: {from} -> {to}: {}", flip.place, outcome(flip.outcome)), out)?;
        if let Some(nearest) = &flip.nearest {
            paragraph("    ", &format!("the smallest change that is enough: {from} -> {nearest}"), out)?;
        }
    }
    Ok(())
}

fn flip_json(flip: &Flip) -> Value {
    json!({
        "place": flip.place, "from": flip.from, "to": flip.to, "smallest": flip.nearest,
        "outcome": outcome(flip.outcome),
    })
}
