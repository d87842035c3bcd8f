//! The formats in which a command's answer can be written.

use acquaint_audit::Viewer;

use super::OutputKind;
use super::resolve::{Resolved, VIEWERS, at};
use super::words::{PolicyArgs, SubcommandArgs, WhyArgs};
use crate::values::{self, BadValue};

/// The formats of every command.
const EVERY: [&str; 3] = ["human", "json", "ndjson"];
/// Additional formats of some commands.
const OWN: [(&str, &[&str]); 3] = [
    ("why", &["markdown", "statement", "statement-json"]),
    ("policy backtest", &["html"]),
    ("whereabouts", &["csv", "html"]),
];

const DOCUMENTS: [(&str, OutputKind); 4] = [
    ("html", OutputKind::Html),
    ("markdown", OutputKind::Markdown),
    ("statement", OutputKind::Statement),
    ("statement-json", OutputKind::StatementJson),
];

/// The formats of a command, by its full name.
pub(super) fn of(command: &str) -> Vec<&'static str> {
    EVERY.iter().chain(own(command)).copied().collect()
}

/// The additional formats of a command.
pub(super) fn own(command: &str) -> &'static [&'static str] {
    OWN.iter().find(|(of, _)| *of == command).map_or(&[], |(_, own)| *own)
}

/// The formats of a parsed command. `why --all` and `why --under` have no additional formats.
fn of_args(args: &SubcommandArgs) -> Vec<&'static str> {
    of(if let SubcommandArgs::Why(WhyArgs { under: None, all: None, .. }) = args {
        "why"
    } else if let SubcommandArgs::Policy(PolicyArgs::Backtest(_)) = args {
        "policy backtest"
    } else if let SubcommandArgs::Whereabouts(_) = args {
        "whereabouts"
    } else {
        ""
    })
}

/// The kind of document that `format` stands for. If it is an additional format, `format` becomes `human`.
pub(super) fn document(args: &SubcommandArgs, format: &mut String) -> Resolved<OutputKind> {
    let known = of_args(args);
    let entered = format.trim().to_lowercase();
    if !known.contains(&entered.as_str()) {
        return Err(at("--format")(no_format(args, format, &known)));
    }
    if let SubcommandArgs::Whereabouts(_) = args {
        return Ok(OutputKind::Answer);
    }
    let Ok(document) = values::choice(format, &DOCUMENTS) else { return Ok(OutputKind::Answer) };
    if let (
        SubcommandArgs::Why(WhyArgs { viewer: Some(viewer), .. }),
        OutputKind::Statement | OutputKind::StatementJson,
    ) = (args, document)
        && values::choice(viewer, &VIEWERS) == Ok(Viewer::Recipient)
    {
        let sentence = "a statement of reasons is addressed to the sender of a request; leave --viewer out, or give \
                        --viewer agent to read the sender's statement";
        return Err(at("--viewer")(BadValue::new(viewer, sentence.to_owned())));
    }
    "human".clone_into(format);
    Ok(document)
}

fn no_format(args: &SubcommandArgs, entered: &str, known: &[&str]) -> BadValue {
    let is_of_why =
        matches!(values::choice(entered, &DOCUMENTS), Ok(document) if document != OutputKind::Html);
    if !is_of_why {
        return values::no_choice(entered, known);
    }
    let sentence = if let SubcommandArgs::Why(WhyArgs { under: Some(_), .. }) = args {
        "is a format for what happened, but `--under` is hypothetical"
    } else if let SubcommandArgs::Why(_) = args {
        "is a format for one request"
    } else {
        "is a format of `why` only"
    };
    let quoted = values::quoted(entered);
    BadValue::new(entered, format!("{quoted} {sentence}; write `human`, `json` or `ndjson`"))
}
