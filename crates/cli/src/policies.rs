//! Commands about policies.

mod adoptions;
mod explain;
mod report;
mod trial;

use std::io::Write;
use std::path::Path;

use acquaint_domain::PolicyVersion;
use acquaint_domain::bounds::POLICY_DOCUMENT;
use acquaint_policy::{Policy, SHIPPED, TEMPLATE, differences, in_words, schema};
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format, PolicyCommand};
use crate::render::{json_text, object, paragraph};
use crate::session::{ReadView, Session};
use crate::values::quoted;
use crate::values::text_file;
use crate::what_if;
use adoptions::Adoption;

pub(crate) use trial::play as test;

/// Runs a command about policies. The data folder is opened only if the command needs it.
pub(crate) fn execute(
    session: &Session<'_>,
    command: &PolicyCommand,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let format = session.format();
    let needs_none = matches!(command, PolicyCommand::New | PolicyCommand::Check(..) | PolicyCommand::Schema);
    match (command, session.line) {
        (PolicyCommand::Backtest(command), None) => what_if::of_folder(&session.global, command, out, stderr),
        _ if needs_none || !session.has_data() => answer(None, command, format, out).map(|()| Exit::Ok),
        _ => Ok(session.read_log(stderr, |view| answer(Some(view), command, format, out))?.1),
    }
}

/// Answers a command, from the log if there is one.
fn answer(
    view: Option<ReadView<'_>>,
    command: &PolicyCommand,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    match command {
        PolicyCommand::New => template(format, out),
        PolicyCommand::Check(file, warnings) => report::check(file, *warnings, format, out),
        PolicyCommand::Show(policy) => show(view, &find(view, policy.as_deref())?, format, out),
        PolicyCommand::List => adoptions::list(view, format, out),
        PolicyCommand::Diff(a, b) => diff(&find(view, Some(a))?, &find(view, Some(b))?, format, out),
        PolicyCommand::Explain(name) => explain::explain(view, &find(view, None)?, name, format, out),
        PolicyCommand::Rules => match view {
            Some(view) => explain::rules(view, format, out),
            None => Err(no_data()),
        },
        PolicyCommand::Schema => Ok(json_text(&schema().to_string(), format, out)?),
        PolicyCommand::Backtest(command) => match view {
            Some(view) => what_if::in_script(view, command, format, out),
            None => Err(no_data()),
        },
        PolicyCommand::Bisect { policy, request, against } => match view {
            Some(view) => what_if::bisect(view, policy, *request, against.as_deref(), (format, out)),
            None => Err(no_data()),
        },
    }
}

/// The document of a policy that is named by a file or by the name of a built-in policy.
///
/// # Errors
/// There is no such file, or it is not a policy; then the error shows everything that is wrong.
pub(crate) fn document(name: &str) -> Result<String, CliError> {
    if let Some((_, text)) = SHIPPED.iter().find(|(shipped, _)| *shipped == name) {
        return Ok((*text).to_owned());
    }
    let names: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    let file = Path::new(name);
    if !file.exists() {
        return Err(CliError::new(
            Exit::BadInput,
            format!(
                "there is no file {}, and no policy of that name; give a file, or one of {}",
                quoted(name),
                names.join(", ")
            ),
        ));
    }
    let text = text_of(file)?;
    match Policy::check(&text) {
        Ok(_) => Ok(text),
        Err(wrong) => Err(CliError::page(Exit::BadInput, report::errors(name, &text, &wrong))),
    }
}

fn text_of(file: &Path) -> Result<String, CliError> {
    text_file::read_within(file, "give a policy, a TOML document", POLICY_DOCUMENT.most as u64)
}

/// Whether `name` is the name of a built-in policy or an adopted version, rather than a file.
pub(crate) fn is_name(name: &str) -> bool {
    SHIPPED.iter().any(|(shipped, _)| *shipped == name) || version(name).is_some()
}

/// A policy, and the name to show for it.
struct NamedPolicy {
    name: String,
    policy: Policy,
    /// The version, if it was adopted.
    version: Option<PolicyVersion>,
}

fn find(view: Option<ReadView<'_>>, name: Option<&str>) -> Result<NamedPolicy, CliError> {
    let in_force = view.and_then(|view| view.views.policy());
    let adopted = |version: PolicyVersion| {
        let policies = view.into_iter().flat_map(|view| view.views.policies());
        policies.into_iter().find(|(other, _)| *other == version).map(|(_, policy)| policy.clone())
    };
    match (name, name.and_then(version)) {
        (None, _) => Ok(match in_force {
            Some((version, policy)) => NamedPolicy {
                name: format!("{} (version {}, in force)", policy.name, version.0),
                policy: policy.clone(),
                version: Some(version),
            },
            None => named("article", parsed("article", SHIPPED[0].1)?),
        }),
        (Some(name), Some(version)) => match adopted(version) {
            Some(policy) => Ok(NamedPolicy {
                name: format!("{} (version {})", policy.name, version.0),
                policy,
                version: Some(version),
            }),
            None => Err(CliError::new(
                Exit::NotFound,
                format!("no policy was adopted as {}; `policy list` shows those that were", quoted(name)),
            )),
        },
        (Some(name), None) => Ok(named(name, parsed(name, &document(name)?)?)),
    }
}

fn named(name: &str, policy: Policy) -> NamedPolicy {
    NamedPolicy { name: name.to_owned(), policy, version: None }
}

/// Parses a document that was checked before, or that the log contains.
fn parsed(name: &str, text: &str) -> Result<Policy, CliError> {
    Policy::recorded(text).map_err(|error| CliError::new(Exit::BadInput, format!("{name}: {error}")))
}

/// Parses an adopted version such as `v2`.
pub(crate) fn version(name: &str) -> Option<PolicyVersion> {
    name.strip_prefix('v')?.parse().ok().map(PolicyVersion)
}

fn no_data() -> CliError {
    CliError::new(Exit::BadInput, "there is no data to read; name the folder with --data")
}

/// `policy new`: prints a document to start from.
fn template(format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    if format != Format::Human {
        let value = json!({ "schema": "acquaint.policy-template.v1", "document": TEMPLATE });
        return Ok(object(&value, format, out)?);
    }
    Ok(write!(out, "{TEMPLATE}")?)
}

fn show(
    view: Option<ReadView<'_>>,
    named: &NamedPolicy,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let statements = in_words(&named.policy);
    let adoption = adoptions::of(view, named.version)?;
    if format != Format::Human {
        let said = statements.iter().map(|said| {
            json!({
                "key": said.key, "part": said.part, "about": said.label,
                "value": format!("{}{}", said.value, said.unit), "source": said.source,
            })
        });
        let value = json!({
            "schema": "acquaint.policy.v1", "policy": named.name, "name": named.policy.name,
            "about": named.policy.about, "adopted": adoption.as_ref().map(Adoption::json),
            "says": said.collect::<Vec<_>>(),
        });
        return Ok(object(&value, format, out)?);
    }
    paragraph("policy ", &named.name, out)?;
    paragraph("  ", &named.policy.about, out)?;
    if let Some(adoption) = adoption {
        paragraph("  ", &adoption.words(), out)?;
    }
    let mut part = "";
    for said in &statements {
        if said.part != part {
            writeln!(out)?;
            paragraph("", &said.part, out)?;
            paragraph("  source: ", &said.source, out)?;
            part = &said.part;
        }
        paragraph("  ", &format!("{}: {}{}", said.label, said.value, said.unit), out)?;
    }
    Ok(())
}

fn diff(one: &NamedPolicy, other: &NamedPolicy, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let lines = differences(&one.policy, &other.policy);
    if format != Format::Human {
        let value = json!({
            "schema": "acquaint.policy-diff.v1", "a": one.name, "b": other.name, "differences": lines,
        });
        return Ok(object(&value, format, out)?);
    }
    paragraph("", &format!("{} -> {}", one.name, other.name), out)?;
    if lines.is_empty() {
        writeln!(out, "  no difference")?;
    }
    for line in lines {
        paragraph("  ", &line, out)?;
    }
    Ok(())
}
