//! `whereabouts`: what became of every invitation in a member's exports.

use std::io::Write;

use acquaint_archive::report;
use acquaint_report::whereabouts::{Invitations, csv, json, page, text};

use crate::failure::CliError;
use crate::grammar::{Exit, Format, PageFormat, WhereaboutsCommand};
use crate::session::ReadView;

/// Writes the report as text, JSON, CSV or a page.
pub(crate) fn whereabouts(
    view: ReadView<'_>,
    command: &WhereaboutsCommand,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let Some(owner) = view.views.members.by_handle(&command.member) else {
        return Err(nothing_imported(command));
    };
    let report = report(view.views, owner.id, &command.filter);
    if report.exports.is_empty() {
        return Err(nothing_imported(command));
    }
    if let Some(part) = report.exports.iter().find(|export| !export.is_whole) {
        let what = format!(
            "the import of export {} of {} was interrupted; import it again, and it continues where it stopped",
            part.number,
            part.network.name()
        );
        return Err(CliError::new(Exit::Failed, what));
    }
    let name = owner.name.clone().unwrap_or_else(|| owner.handle.to_string());
    let found = Invitations::new(name, report, command.rows, command.sharing);
    match command.page.unwrap_or(PageFormat::As(format)) {
        PageFormat::As(Format::Human) => text(&found, out)?,
        PageFormat::As(format @ (Format::Json | Format::Ndjson)) => json(&found, format, out)?,
        PageFormat::Csv => csv(&found, out)?,
        PageFormat::Html => page(&found, out)?,
    }
    Ok(())
}

fn nothing_imported(command: &WhereaboutsCommand) -> CliError {
    let what = format!(
        "no export of the member `{}` is imported; start with `acquaint import PATH`, with the file as it was downloaded",
        command.member
    );
    CliError::new(Exit::NotFound, what)
}
