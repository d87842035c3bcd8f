//! Reports illegal transitions: events that the state before them does not allow. They are not damage: the bytes are as
//! they were written.

use std::io::Write;

use acquaint_engine::IllegalTransitions;
use serde_json::{Value, json};

use crate::failure::CliError;
use crate::render::paragraph;

/// Writes how many there are, and the first of them; writes nothing if there are none.
pub(super) fn human(illegal: &IllegalTransitions, out: &mut dyn Write) -> Result<(), CliError> {
    if illegal.count() == 0 {
        return Ok(());
    }
    let counted =
        format!("illegal transitions: {}; the program that wrote these events had a fault", illegal.count());
    paragraph("", &counted, out)?;
    for step in illegal.first() {
        paragraph("  ", &step.to_string(), out)?;
    }
    Ok(())
}

pub(super) fn json(illegal: &IllegalTransitions) -> Value {
    let step =
        |step: &acquaint_engine::IllegalStep| json!({ "event": step.number.0, "said": step.to_string() });
    json!({ "count": illegal.count(), "first": illegal.first().iter().map(step).collect::<Vec<_>>() })
}
