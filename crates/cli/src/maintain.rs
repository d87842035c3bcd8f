//! Commands about the data folder itself (its log, its checkpoints, imports from files), and commands that run scripts.

pub(crate) mod archive;
pub(crate) mod checkpoints;
pub(crate) mod evidence;
pub(crate) mod logs;
pub(crate) mod messages;
pub(crate) mod network_file;
#[cfg(feature = "serve")]
mod serve;

use std::io::Write;

use crate::failure::CliError;
use crate::grammar::{Exit, LogCommand, MaintainCommand};
use crate::policies;
use crate::script::play;
use crate::session::{CommandDone, Session};

/// Runs a command that maintains the data folder or plays scripts.
pub(crate) fn execute(
    session: &Session<'_>,
    command: &MaintainCommand,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<CommandDone, CliError> {
    let exit = match command {
        MaintainCommand::Log(command) => log(session, command, out, stderr)?,
        MaintainCommand::Replay => logs::replay(session, out, stderr)?,
        MaintainCommand::Checkpoint => {
            checkpoints::checkpoint(session, out, stderr)?;
            Exit::Ok
        }
        MaintainCommand::ImportExport(command) => {
            archive::import(session, command, out, stderr)?;
            Exit::Ok
        }
        MaintainCommand::ImportNetwork(file) => {
            network_file::import(session, file, out, stderr)?;
            Exit::Ok
        }
        MaintainCommand::ImportMessages(file) => {
            messages::import(session, file, out, stderr)?;
            Exit::Ok
        }
        MaintainCommand::TestPolicy { policy, scripts } => {
            policies::test(&session.global, policy, scripts, out)?
        }
        #[cfg(feature = "serve")]
        MaintainCommand::Serve(command) => serve::serve(session, command, out)?,
        #[cfg(feature = "serve")]
        MaintainCommand::Keys(command) => serve::keys(session, command, out)?,
        #[cfg(not(feature = "serve"))]
        MaintainCommand::Serve(_) | MaintainCommand::Keys(_) => {
            let sentence = "this program was built without the server; build it with the feature `serve`";
            return Err(CliError::new(Exit::BadInput, sentence.to_owned()));
        }
        MaintainCommand::Run(file) => play::play(&session.global, file, out, stderr)?,
    };
    Ok(CommandDone::with(exit))
}

/// A script's folder is read while its writer is open. A script without a folder has a log in memory, which has no file.
fn log(
    session: &Session<'_>,
    command: &LogCommand,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    // A proof is checked without any log.
    let needs_folder =
        !matches!(command, LogCommand::CheckProof { .. } | LogCommand::CheckConsistency { .. });
    if session.is_in_memory() && needs_folder {
        return Err(in_memory());
    }
    logs::execute(&session.global, command, out, stderr)
}

/// The failure of a command about the files of a log that is in memory.
pub(crate) fn in_memory() -> CliError {
    let sentence = "this script's log is in memory, without a file that this command could be about; play the script on a \
                    data folder, with `acquaint run`";
    // Not `BadInput`, which a policy's test passes over.
    CliError::new(Exit::Failed, sentence.to_owned())
}
