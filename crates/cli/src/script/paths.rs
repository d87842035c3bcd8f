//! Resolves the paths that a script's commands name, relative to the script's folder.

use std::path::{Path, PathBuf};

use crate::grammar::{
    Backtest, CliCommand, HeadFile, ImportExport, LogCommand, MaintainCommand, PolicyCommand, ReadCommand,
    WriteCommand,
};
use crate::policies;

/// The command, with policies, exports and networks that it names by path resolved relative to `folder`. Names of built-in
/// policies and versions stay as they are.
pub(super) fn resolve_paths(command: &CliCommand, folder: &Path) -> CliCommand {
    let policy = |name: &String| {
        if policies::is_name(name) { name.clone() } else { folder.join(name).display().to_string() }
    };
    match command {
        CliCommand::Write(WriteCommand::Adopt { policy: named, command_id }) => {
            WriteCommand::Adopt { policy: policy(named), command_id: command_id.clone() }.into()
        }
        CliCommand::Read(ReadCommand::WhyUnder { subject, policy: named, parts }) => {
            ReadCommand::WhyUnder { subject: subject.clone(), policy: policy(named), parts: *parts }.into()
        }
        CliCommand::Read(ReadCommand::Policy(command)) => {
            ReadCommand::Policy(of_policy(command, folder, &policy)).into()
        }
        CliCommand::Read(ReadCommand::ExportNetwork(Some(file))) => {
            ReadCommand::ExportNetwork(Some(folder.join(file))).into()
        }
        CliCommand::Maintain(MaintainCommand::ImportExport(command)) => {
            let path = folder.join(&command.path);
            MaintainCommand::ImportExport(ImportExport { path, ..command.clone() }).into()
        }
        CliCommand::Maintain(MaintainCommand::ImportNetwork(file)) => {
            MaintainCommand::ImportNetwork(folder.join(file)).into()
        }
        CliCommand::Maintain(MaintainCommand::Log(command)) => {
            MaintainCommand::Log(of_log(command, &|path| folder.join(path))).into()
        }
        CliCommand::Write(_) | CliCommand::Read(_) | CliCommand::Maintain(_) => command.clone(),
    }
}

fn of_log(command: &LogCommand, within: &dyn Fn(&PathBuf) -> PathBuf) -> LogCommand {
    match command {
        LogCommand::Verify { depth, against: Some(HeadFile { file, key }) } => {
            let against = HeadFile { file: within(file), key: key.clone() };
            LogCommand::Verify { depth: *depth, against: Some(against) }
        }
        LogCommand::Head { sign: Some(file) } => LogCommand::Head { sign: Some(within(file)) },
        LogCommand::NewHeadKey { file, name } => {
            LogCommand::NewHeadKey { file: within(file), name: name.clone() }
        }
        LogCommand::Consistency { old, new } => {
            LogCommand::Consistency { old: within(old), new: within(new) }
        }
        LogCommand::CheckConsistency { old, new, proof, key } => LogCommand::CheckConsistency {
            old: within(old),
            new: within(new),
            proof: within(proof),
            key: key.clone(),
        },
        LogCommand::CheckProof { file, roots } => {
            LogCommand::CheckProof { file: within(file), roots: roots.clone() }
        }
        LogCommand::Backup { to } => LogCommand::Backup { to: within(to) },
        LogCommand::Verify { against: None, .. }
        | LogCommand::Head { sign: None }
        | LogCommand::Stats
        | LogCommand::Repair(_)
        | LogCommand::AcceptTruncation
        | LogCommand::Seal
        | LogCommand::Prove { .. }
        | LogCommand::Convert => command.clone(),
    }
}

fn of_policy(command: &PolicyCommand, folder: &Path, policy: &dyn Fn(&String) -> String) -> PolicyCommand {
    match command {
        PolicyCommand::Check(file, warnings) => PolicyCommand::Check(folder.join(file), *warnings),
        PolicyCommand::Show(named) => PolicyCommand::Show(named.as_ref().map(policy)),
        PolicyCommand::Diff(a, b) => PolicyCommand::Diff(policy(a), policy(b)),
        PolicyCommand::Backtest(asked) => PolicyCommand::Backtest(Box::new(Backtest {
            policy: policy(&asked.policy),
            against: asked.against.as_ref().map(policy),
            ..*asked.clone()
        })),
        PolicyCommand::Bisect { policy: named, request, against } => PolicyCommand::Bisect {
            policy: policy(named),
            request: *request,
            against: against.as_ref().map(policy),
        },
        PolicyCommand::New
        | PolicyCommand::List
        | PolicyCommand::Explain(_)
        | PolicyCommand::Rules
        | PolicyCommand::Schema => command.clone(),
    }
}
