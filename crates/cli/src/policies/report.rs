//! `policy check`: reports what is wrong with a policy document, in the form of a compiler's messages.

use std::io::Write;
use std::path::Path;

use acquaint_domain::{shown, shown_within, visible};
use acquaint_policy::{Diagnostic, Policy};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, Warnings};
use crate::render::object;
use crate::values::text_file::called;

/// Checks a document, and writes its errors or warnings.
pub(super) fn check(
    file: &Path,
    strictness: Warnings,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let (text, name) = (super::text_of(file)?, called(file));
    let (policy, wrong) = match Policy::check(&text) {
        Ok(policy) => (Some(policy.name), Vec::new()),
        Err(wrong) => (None, wrong),
    };
    let warnings = Policy::warnings(&text);
    let is_refused = policy.is_none() || (strictness == Warnings::Refused && !warnings.is_empty());
    if format != Format::Human {
        let each =
            |all: &[Diagnostic]| all.iter().map(|diagnostic| as_json(diagnostic, &text)).collect::<Vec<_>>();
        let value = json!({
            "schema": "acquaint.policy-check.v1", "file": name, "policy": policy,
            "wrong": each(&wrong), "warnings": each(&warnings),
        });
        object(&value, format, out)?;
        return if is_refused { Err(CliError::silent(Exit::BadInput)) } else { Ok(()) };
    }
    let Some(policy) = policy else {
        return Err(CliError::page(Exit::BadInput, errors(&name, &text, &wrong)));
    };
    let policy = format!("{name}: a policy, `{}`", shown(&policy));
    if warnings.is_empty() {
        return Ok(writeln!(out, "{policy}; no errors, no warnings")?);
    }
    let count =
        if warnings.len() == 1 { "1 warning".to_owned() } else { format!("{} warnings", warnings.len()) };
    let page = format!("{}\n\n{policy}; {count}", snippets(&name, &text, &warnings));
    if is_refused { Err(CliError::page(Exit::BadInput, page)) } else { Ok(writeln!(out, "{page}")?) }
}

fn as_json(diagnostic: &Diagnostic, text: &str) -> serde_json::Value {
    let at = diagnostic.located(text);
    json!({
        "code": diagnostic.code, "line": at.line, "column": at.column,
        "message": diagnostic.message, "help": diagnostic.help,
    })
}

/// The most diagnostics reported for one document: the next ones show when these are fixed.
const DIAGNOSTICS_MAX: usize = 50;
/// The longest line of a document that is shown with a mark, in characters; the renderer cuts what is far from the mark.
const LINE_CHARS_MAX: usize = 4_000;
/// The longest message or label, in characters: either may quote a key or a value.
const MESSAGE_CHARS_MAX: usize = 300;

/// Every error with file, line, mark and help, and a last line with their number.
pub(super) fn errors(name: &str, text: &str, wrong: &[Diagnostic]) -> String {
    let name = shown(name);
    let snippets = snippets(&name, text, wrong);
    let count = if wrong.len() == 1 { "1 error".to_owned() } else { format!("{} errors", wrong.len()) };
    format!("`{name}` is not a policy\n{snippets}\n\n{count} in `{name}`")
}

fn snippets(name: &str, text: &str, all: &[Diagnostic]) -> String {
    let shown: Vec<String> =
        all.iter().take(DIAGNOSTICS_MAX).map(|diagnostic| snippet(name, text, diagnostic)).collect();
    let more = match all.len().saturating_sub(DIAGNOSTICS_MAX) {
        0 => String::new(),
        more => format!("\n\n.. and {more} more"),
    };
    shown.join("\n\n") + &more
}

/// One diagnostic as a compiler shows it: the first line of its span, with a mark under it. A line that is too long, or that
/// a person could not read, is left out.
fn snippet(name: &str, text: &str, wrong: &Diagnostic) -> String {
    let floor = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (floor(wrong.span.start), floor(wrong.span.end.max(wrong.span.start)));
    let begins = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[begins..].lines().next().unwrap_or_default();
    let (message, label) =
        (shown_within(&wrong.message, MESSAGE_CHARS_MAX), shown_within(&wrong.label, MESSAGE_CHARS_MAX));
    let help = wrong.help.as_ref().map(|help| shown_within(help, MESSAGE_CHARS_MAX));
    let is_readable = visible(&line.replace('\t', " ")) == line.replace('\t', " ");
    if !is_readable || line.chars().nth(LINE_CHARS_MAX).is_some() {
        let at = wrong.located(text);
        let help = help.map_or_else(String::new, |help| format!("\n  = help: {help}"));
        let code = wrong.code;
        let severity = if is_warning(wrong) { "warning" } else { "error" };
        return format!(
            "{severity}[{code}]: {message}\n --> {name}:{}:{}: {label}{help}",
            at.line, at.column
        );
    }
    let line_number = text[..begins].matches('\n').count() + 1;
    // A span over several lines is marked in the first one.
    let span = start - begins..(end - begins).min(line.len()).max(start - begins);
    let place = Snippet::source(line)
        .line_start(line_number)
        .path(name)
        .annotation(AnnotationKind::Primary.span(span).label(&*label));
    let level = if is_warning(wrong) { Level::WARNING } else { Level::ERROR };
    let group = level.primary_title(&*message).id(wrong.code).element(place);
    let group = match &help {
        Some(help) => group.element(Level::HELP.message(&**help)),
        None => group,
    };
    Renderer::plain().render(&[group]).to_string()
}

fn is_warning(diagnostic: &Diagnostic) -> bool {
    diagnostic.code.starts_with("PW")
}
