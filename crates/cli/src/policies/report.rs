//! What is wrong with a policy's document, in the form in which compilers say it.

use std::io::Write;
use std::path::Path;

use acquaint_policy::{Diagnostic, Policy};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;

use crate::failure::Failure;
use crate::grammar::{Exit, Format};
use crate::render::object;
use crate::text_file;

/// `policy check`.
pub(super) fn check(file: &Path, format: Format, out: &mut dyn Write) -> Result<(), Failure> {
    let text = text_file::read(file, "give a policy, a TOML document")?;
    let name = file.display().to_string();
    let wrong = match Policy::check(&text) {
        Ok(policy) => {
            if format == Format::Human {
                return Ok(writeln!(out, "{name}: a policy, `{}`; nothing is wrong with it", policy.name)?);
            }
            let value = json!({ "schema": "acquaint.policy-check.v1", "file": name, "policy": policy.name, "wrong": [] });
            return Ok(object(&value, format, out)?);
        }
        Err(wrong) => wrong,
    };
    if format != Format::Human {
        let each = wrong.iter().map(|diagnostic| {
            let at = diagnostic.located(&text);
            json!({
                "code": diagnostic.code, "line": at.line, "column": at.column,
                "message": diagnostic.message, "help": diagnostic.help,
            })
        });
        let value = json!({
            "schema": "acquaint.policy-check.v1", "file": name, "policy": null,
            "wrong": each.collect::<Vec<_>>(),
        });
        object(&value, format, out)?;
        return Err(Failure { exit: Exit::BadInput, sentence: None });
    }
    Err(Failure::new(Exit::BadInput, told(&name, &text, &wrong)))
}

/// Everything that is wrong, each with file, line, caret and help, and a last line that counts them.
pub(super) fn told(name: &str, text: &str, wrong: &[Diagnostic]) -> String {
    let renderer = Renderer::plain();
    let each = wrong.iter().map(|diagnostic| {
        let end = diagnostic.span.end.min(text.len());
        let span = diagnostic.span.start.min(end)..end;
        let place = Snippet::source(text)
            .path(name)
            .annotation(AnnotationKind::Primary.span(span).label(diagnostic.label.as_str()));
        let group =
            Level::ERROR.primary_title(diagnostic.message.as_str()).id(diagnostic.code).element(place);
        let group = match &diagnostic.help {
            Some(help) => group.element(Level::HELP.message(help.as_str())),
            None => group,
        };
        renderer.render(&[group]).to_string()
    });
    let said: Vec<String> = each.collect();
    let count =
        if wrong.len() == 1 { "1 thing is".to_owned() } else { format!("{} things are", wrong.len()) };
    format!("`{name}` is not a policy\n{}\n\n{count} wrong in `{name}`", said.join("\n\n"))
}
