//! Resolves commands about the log.

use acquaint_audit::Viewer;
use acquaint_codec::event_types;
use acquaint_log_file::{Depth, Loss};
use acquaint_tree_head::VerifyingKey;

use super::super::log::{EventFilter, ExportForm, HeadFile, LogCommand};
use super::super::words::SubjectArgs;
use super::super::words::log::{EventFilterArgs, LogArgs};
use super::{CliCommand, MaintainCommand, ReadCommand, Resolved, at, handle, subject};
use crate::values::{self, BadValue};

const FORMS: [(&str, ExportForm); 2] =
    [("cloudevents", ExportForm::CloudEvents), ("ndjson", ExportForm::Ndjson)];

pub(super) fn log(args: LogArgs) -> Resolved<CliCommand> {
    let command = match args {
        LogArgs::Show(entered) => return Ok(ReadCommand::LogShow(filter(entered)?).into()),
        LogArgs::Export { filter: entered, form } => {
            let (filter, form) = (filter(entered)?, values::choice(&form, &FORMS).map_err(at("--as"))?);
            return Ok(ReadCommand::LogExport { filter, form }.into());
        }
        LogArgs::Verify { deep, against, key } => {
            let depth = if deep { Depth::Roots } else { Depth::Frames };
            let key = public_key(key)?;
            LogCommand::Verify { depth, against: against.map(|file| HeadFile { file, key }) }
        }
        LogArgs::Head { sign, new_key: None, .. } => LogCommand::Head { sign },
        LogArgs::Head { new_key: Some(file), name, .. } => LogCommand::NewHeadKey { file, name },
        LogArgs::Consistency { old, new } => LogCommand::Consistency { old, new },
        LogArgs::CheckConsistency { old, new, proof, key } => {
            LogCommand::CheckConsistency { old, new, proof, key: public_key(key)? }
        }
        LogArgs::Stats => LogCommand::Stats,
        LogArgs::Repair { accept_loss } => {
            LogCommand::Repair(if accept_loss { Loss::Accepted } else { Loss::Shown })
        }
        LogArgs::AcceptTruncation => LogCommand::AcceptTruncation,
        LogArgs::Seal => LogCommand::Seal,
        LogArgs::Prove { from_or_request, to, viewer } => prove(from_or_request, to, viewer)?,
        LogArgs::CheckProof { file, roots } => {
            let roots = roots.iter().map(|entered| root(entered)).collect::<Result<_, _>>();
            LogCommand::CheckProof { file, roots: roots.map_err(at("--root"))? }
        }
        LogArgs::Backup { to } => LogCommand::Backup { to },
        LogArgs::Convert => LogCommand::Convert,
    };
    Ok(MaintainCommand::Log(command).into())
}

fn prove(from_or_request: String, to: Option<String>, viewer: String) -> Resolved<LogCommand> {
    let (subject, viewer) = subject(SubjectArgs { from_or_request, to, viewer })?;
    if matches!(viewer, Viewer::Sender | Viewer::Recipient) {
        let sentence = "a proof is for staff: the bytes of an event contain its position in the log, which a member may not \
                        learn; give --viewer agent or --viewer engineer, and show a member the answer of `why`";
        return Err(at("--viewer")(BadValue::new(viewer.name(), sentence.to_owned())));
    }
    Ok(LogCommand::Prove { subject, viewer })
}

fn filter(entered: EventFilterArgs) -> Resolved<EventFilter> {
    let number = |entered: Option<String>| entered.map(|n| values::number(&n)).transpose();
    Ok(EventFilter {
        from: number(entered.from).map_err(at("--from"))?,
        to: number(entered.to).map_err(at("--to"))?,
        kind: entered.kind.map(|name| kind(&name)).transpose().map_err(at("--type"))?,
        member: entered.member.map(|name| handle("--member", &name)).transpose()?,
        request: entered.request.map(|id| values::request(&id)).transpose().map_err(at("--request"))?,
    })
}

fn kind(entered: &str) -> Result<&'static str, BadValue> {
    let names = || event_types().map(|kind| kind.name);
    let wanted = entered.trim().to_lowercase();
    names().find(|name| *name == wanted).ok_or_else(|| {
        let meant = values::nearest(&wanted, names());
        let advice = meant.map_or_else(
            || "`acquaint log stats` lists the types in the log".to_owned(),
            |meant| format!("did you mean `{meant}`?"),
        );
        BadValue::new(entered, format!("there is no type of event {}; {advice}", values::quoted(entered)))
    })
}

fn public_key(entered: Option<String>) -> Resolved<Option<Box<VerifyingKey>>> {
    let read = |entered: String| {
        // A mistaken secret key is not repeated on the screen.
        VerifyingKey::parse(&entered)
            .map(Box::new)
            .map_err(|error| BadValue::new("", format!("`--key`: {error}")))
    };
    entered.map(read).transpose().map_err(at("--key"))
}

fn root(entered: &str) -> Result<[u8; 32], BadValue> {
    values::hash(entered)
}
