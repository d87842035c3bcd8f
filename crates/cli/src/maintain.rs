//! Orders about the data folder itself, its log, its checkpoints, and what is taken over from files; and those that run
//! scripts.

pub(crate) mod archive;
pub(crate) mod checkpoints;
pub(crate) mod evidence;
pub(crate) mod logs;
pub(crate) mod messages;
pub(crate) mod network_file;

use std::io::Write;

use crate::failure::Failure;
use crate::grammar::{Exit, LogOrder, MaintainOrder};
use crate::policies;
use crate::script::play;
use crate::session::{Done, Session};

/// Carries out an order of this kind.
pub(crate) fn carry_out(
    session: &Session<'_>,
    order: &MaintainOrder,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<Done, Failure> {
    let exit = match order {
        MaintainOrder::Log(order) => log(session, order, out, talk)?,
        MaintainOrder::Replay => logs::replay(session, out, talk)?,
        MaintainOrder::Checkpoint => {
            checkpoints::checkpoint(session, out, talk)?;
            Exit::Ok
        }
        MaintainOrder::ImportExport(order) => {
            archive::import(session, order, out, talk)?;
            Exit::Ok
        }
        MaintainOrder::ImportNetwork(file) => {
            network_file::import(session, file, out, talk)?;
            Exit::Ok
        }
        MaintainOrder::ImportMessages(file) => {
            messages::import(session, file, out, talk)?;
            Exit::Ok
        }
        MaintainOrder::TestPolicy { policy, scripts } => {
            policies::test(&session.global, policy, scripts, out)?
        }
        MaintainOrder::Run(file) => play::play(&session.global, file, out, talk)?,
    };
    Ok(Done::with(exit))
}

/// In memory there is no folder to look at; a script's own folder is looked at beside its writer.
fn log(
    session: &Session<'_>,
    order: &LogOrder,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<Exit, Failure> {
    if session.is_in_memory() { Ok(Exit::Ok) } else { logs::carry_out(&session.global, order, out, talk) }
}
