//! Steps that the states before them do not allow, as a check of the log tells them. They are no damage: the bytes are what was
//! written.

use std::io::Write;

use acquaint_engine::IllegalTransitions;
use serde_json::{Value, json};

use crate::failure::CliError;
use crate::render::paragraph;

/// How many there are, and the first of them; nothing where there are none.
pub(super) fn tell(illegal: &IllegalTransitions, out: &mut dyn Write) -> Result<(), CliError> {
    if illegal.count() == 0 {
        return Ok(());
    }
    let counted =
        format!("illegal transitions: {}; the program that wrote these events had an error", illegal.count());
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
