//! From a command line to an exit code.

use std::ffi::OsString;
use std::io::Write;

use crate::acts;
use crate::answers;
use crate::archive;
use crate::failure::Failure;
use crate::grammar::{self, ArchiveOrder, Exit, Global, Invocation, Order};
use crate::lists;
use crate::logs;
use crate::messages;
use crate::play;
use crate::render;
use crate::session::{Writing, now, reading, rehearsing, when};
use crate::whereabouts;

/// Runs one command line; the first of `args` is the program's name. Data goes to `out`, talk to `talk`.
pub fn run(args: impl Iterator<Item = OsString>, out: &mut dyn Write, talk: &mut dyn Write) -> Exit {
    let invocation = match grammar::parse_args(args) {
        Ok(invocation) => invocation,
        Err(error) => {
            let page: &mut dyn Write = if error.is_output() { out } else { talk };
            let name = if error.exit() == Exit::BadInput { "acquaint: " } else { "" };
            // A page that cannot be written has nobody to read it.
            let _unread = writeln!(page, "{name}{}", error.to_string().trim_end());
            return error.exit();
        }
    };
    let ended = carry_out(&invocation, out, talk);
    let flushed = out.flush().map_err(Failure::from);
    match ended.and_then(|exit| flushed.map(|()| exit)) {
        Ok(exit) => exit,
        Err(Failure { exit, sentence }) => {
            if let Some(sentence) = sentence {
                let _unread = writeln!(talk, "acquaint: {sentence}");
            }
            exit
        }
    }
}

fn carry_out(invocation: &Invocation, out: &mut dyn Write, talk: &mut dyn Write) -> Result<Exit, Failure> {
    let Invocation { global, order } = invocation;
    let format = global.format;
    let when = when(global.at);
    if acts::writes(order) {
        let writing = Writing::open(global, global.at.unwrap_or_else(now), talk)?;
        let acted = acts::act(&writing, order, when, format, out);
        writing.close()?;
        return acted.map(|_| Exit::Ok);
    }
    match order {
        Order::Write { .. } | Order::Restrict { .. } | Order::Send { .. } => {}
        Order::Check(send) => {
            rehearsing(global, |desk, log, when| answers::check(desk, log, send, when, format, out))?;
        }
        Order::Why { subject, viewer } => {
            reading(global, |scene| answers::why(scene, subject, *viewer, render::answer, (format, out)))?;
        }
        Order::Trace { subject, viewer } => {
            reading(global, |scene| answers::why(scene, subject, *viewer, render::trace, (format, out)))?;
        }
        Order::Explain(code) => answers::explain_code(*code, format, out)?,
        Order::List { what, member, viewer } => {
            reading(global, |scene| lists::list(scene, *what, member, *viewer, format, out))?;
        }
        Order::MemberShow(member) => reading(global, |scene| lists::member(scene, member, format, out))?,
        Order::LogVerify => return logs::verify(global, out),
        Order::LogShow { from } => reading(global, |scene| logs::show(scene, *from, format, out))?,
        Order::Replay => return logs::replay_left(global, out),
        Order::Archive(ArchiveOrder::Import(order)) => {
            archive::import(global, order, out, talk)?;
        }
        Order::Archive(ArchiveOrder::Whereabouts(order)) => {
            reading(global, |scene| whereabouts::whereabouts(scene, order, format, out))?;
        }
        Order::ImportMessages(file) => import(global, file, out, talk)?,
        Order::Run(file) => return play::play(global, file, out, talk),
    }
    Ok(Exit::Ok)
}

fn import(
    global: &Global,
    file: &std::path::Path,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<(), Failure> {
    let read = messages::read(file)?;
    let first = read.observations.rows.first().map(|row| row.at);
    let writing = Writing::open(global, first.unwrap_or_else(now).min(global.at.unwrap_or_else(now)), talk)?;
    messages::import(&writing, read, global.format, out)?;
    writing.close()
}
