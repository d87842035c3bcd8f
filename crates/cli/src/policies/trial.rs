//! `policy test`: plays scripts in memory under a policy.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::document;
use crate::failure::CliError;
use crate::grammar::{Exit, Format, Global};
use crate::render::{Listing, ListingRow, listing};
use crate::script::play::{Played, play_under};

/// Plays each script on a log of its own that begins with this policy instead of the built-in one.
pub(crate) fn play(
    global: &Global,
    policy: &str,
    scripts: &[PathBuf],
    out: &mut dyn Write,
) -> Result<Exit, CliError> {
    let text = document(policy)?;
    let mut rows = Vec::new();
    let mut unmet = 0;
    for script in scripts {
        let Played { met, missed } = play_under(global, &text, script)?;
        unmet += missed.len();
        let name = script.display().to_string();
        let state = match missed.first() {
            None => format!("{met} expectations, all met"),
            Some(first) => {
                format!("{} of {} expectations not met: {first}", missed.len(), met + missed.len())
            }
        };
        let value = json!({ "script": name, "met": met, "missed": missed });
        let short = script.file_name().map_or(name, |name| name.to_string_lossy().into_owned());
        rows.push(ListingRow { cells: vec![short, state], value });
    }
    let page = Listing {
        schema: "acquaint.policy-test.v1",
        title: format!("scripts under {policy}"),
        context: vec![("policy", json!(policy))],
        columns: vec!["script", "result"],
        rows,
    };
    listing(&page, global.format, out)?;
    if global.format == Format::Human && unmet > 0 {
        writeln!(out, "some expectations were not met")?;
    }
    Ok(if unmet == 0 { Exit::Ok } else { Exit::Failed })
}
