//! What is wrong with a policy's document, in the form in which compilers say it.

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

/// Carries out `policy check`.
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
        let each = |all: &[Diagnostic]| all.iter().map(|one| as_json(one, &text)).collect::<Vec<_>>();
        let value = json!({
            "schema": "acquaint.policy-check.v1", "file": name, "policy": policy,
            "wrong": each(&wrong), "warnings": each(&warnings),
        });
        object(&value, format, out)?;
        return if is_refused { Err(CliError::silent(Exit::BadInput)) } else { Ok(()) };
    }
    let Some(policy) = policy else {
        return Err(CliError::page(Exit::BadInput, told(&name, &text, &wrong)));
    };
    let policy = format!("{name}: a policy, `{}`", shown(&policy));
    if warnings.is_empty() {
        return Ok(writeln!(out, "{policy}; nothing is wrong with it")?);
    }
    let count =
        if warnings.len() == 1 { "1 warning".to_owned() } else { format!("{} warnings", warnings.len()) };
    let page = format!("{}\n\n{policy}; {count}", each_told(&name, &text, &warnings));
    if is_refused { Err(CliError::page(Exit::BadInput, page)) } else { Ok(writeln!(out, "{page}")?) }
}

fn as_json(one: &Diagnostic, text: &str) -> serde_json::Value {
    let at = one.located(text);
    json!({
        "code": one.code, "line": at.line, "column": at.column, "message": one.message, "help": one.help,
    })
}

/// The most things that are told of one document: who mends those sees the next.
const TOLD_MAX: usize = 50;
/// The longest line of a document that is shown with its mark; what is far from the mark is left out.
const LINE_CHARS_MAX: usize = 4_000;
/// The longest message or label: both may hold a key or a value to the letter.
const MESSAGE_CHARS_MAX: usize = 300;

/// What is wrong, each with file, line, caret and help, and a last line that counts everything.
pub(super) fn told(name: &str, text: &str, wrong: &[Diagnostic]) -> String {
    let name = shown(name);
    let said = each_told(&name, text, wrong);
    let count =
        if wrong.len() == 1 { "1 thing is".to_owned() } else { format!("{} things are", wrong.len()) };
    format!("`{name}` is not a policy\n{said}\n\n{count} wrong in `{name}`")
}

fn each_told(name: &str, text: &str, all: &[Diagnostic]) -> String {
    let said: Vec<String> = all.iter().take(TOLD_MAX).map(|one| told_of(name, text, one)).collect();
    let more = match all.len().saturating_sub(TOLD_MAX) {
        0 => String::new(),
        more => format!("\n\n.. and {more} more"),
    };
    said.join("\n\n") + &more
}

/// One thing that is wrong, with its line and a mark under it, as compilers say it. Only the lines of the place are shown,
/// and not if a person could not read them: then the message is alone.
fn told_of(name: &str, text: &str, wrong: &Diagnostic) -> String {
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
    // What reaches over several lines is marked in the first.
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

fn is_warning(one: &Diagnostic) -> bool {
    one.code.starts_with("PW")
}
