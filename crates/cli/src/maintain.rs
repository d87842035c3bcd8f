//! Orders about the data folder itself, its log, its checkpoints, and what is imported from files; and those that run
//! scripts.

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

/// Carries out an order of this kind.
pub(crate) fn carry_out(
    session: &Session<'_>,
    order: &MaintainCommand,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<CommandDone, CliError> {
    let exit = match order {
        MaintainCommand::Log(order) => log(session, order, out, talk)?,
        MaintainCommand::Replay => logs::replay(session, out, talk)?,
        MaintainCommand::Checkpoint => {
            checkpoints::checkpoint(session, out, talk)?;
            Exit::Ok
        }
        MaintainCommand::ImportExport(order) => {
            archive::import(session, order, out, talk)?;
            Exit::Ok
        }
        MaintainCommand::ImportNetwork(file) => {
            network_file::import(session, file, out, talk)?;
            Exit::Ok
        }
        MaintainCommand::ImportMessages(file) => {
            messages::import(session, file, out, talk)?;
            Exit::Ok
        }
        MaintainCommand::TestPolicy { policy, scripts } => {
            policies::test(&session.global, policy, scripts, out)?
        }
        #[cfg(feature = "serve")]
        MaintainCommand::Serve(order) => serve::serve(session, order, out)?,
        #[cfg(feature = "serve")]
        MaintainCommand::Keys(order) => serve::keys(session, order, out)?,
        #[cfg(not(feature = "serve"))]
        MaintainCommand::Serve(_) | MaintainCommand::Keys(_) => {
            let sentence = "this program was built without the server; build it with the feature `serve`";
            return Err(CliError::new(Exit::BadInput, sentence.to_owned()));
        }
        MaintainCommand::Run(file) => play::play(&session.global, file, out, talk)?,
    };
    Ok(CommandDone::with(exit))
}

/// In memory there is no folder to look at; a script's own folder is read while its writer is open.
fn log(
    session: &Session<'_>,
    order: &LogCommand,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<Exit, CliError> {
    if session.is_in_memory() { Ok(Exit::Ok) } else { logs::carry_out(&session.global, order, out, talk) }
}
