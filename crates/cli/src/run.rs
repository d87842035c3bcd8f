//! From a command line to an exit code.

use std::ffi::OsString;
use std::io::{Write, sink};

use acquaint_clock::machine;
use acquaint_domain::Send;
use serde_json::json;

use crate::acts;
use crate::answers;
use crate::archive;
use crate::asks;
use crate::checkpoints;
use crate::failure::{Failure, Notes};
use crate::grammar::{
    self, ArchiveOrder, Exit, Format, Global, GrammarError, Invocation, Order, Parts, Talk,
};
use crate::logs;
use crate::messages;
use crate::network_file;
use crate::play;
use crate::policies;
use crate::render::{Painter, Seen, object, with_width};
use crate::session::{Writing, reading, rehearsing};
use crate::terminal::{Pager, Surface, is_painted};
use crate::whereabouts;

/// Runs one command line; the first of `args` is the program's name. Data goes to `out`, talk to `talk`. Nothing is
/// painted unless asked for, and no pager is started: for that there is [`run_in_terminal`](crate::run_in_terminal).
pub fn run(args: impl Iterator<Item = OsString>, out: &mut dyn Write, talk: &mut dyn Write) -> Exit {
    run_on(args, Surface::Plain, out, talk)
}

pub(crate) fn run_on(
    args: impl Iterator<Item = OsString>,
    surface: Surface,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Exit {
    let args: Vec<OsString> = args.collect();
    let talk: &mut dyn Write = &mut Seen::new(talk);
    let format = grammar::format_asked_for(&args);
    let invocation = match grammar::parse_args(args.into_iter()) {
        Ok(invocation) => invocation,
        Err(error) => return unparsed(error, format, out, talk),
    };
    let mut pager = Pager::start(&invocation.order, surface);
    let page: &mut dyn Write = match &mut pager {
        Some(pager) => pager,
        None => out,
    };
    // Paint is laid over what passed: its own escapes are the only ones that reach a terminal.
    let ended = if is_painted(&invocation.global, surface) {
        written(&invocation, &mut Seen::new(&mut Painter::new(page)), talk)
    } else if format == Format::Human {
        written(&invocation, &mut Seen::new(page), talk)
    } else {
        written(&invocation, &mut Seen::new(page), &mut Notes::new(talk))
    };
    match ended {
        Ok(exit) => exit,
        Err(failure) => failure.tell(format, talk),
    }
}

/// A command line that is no order: a page that was asked for, or what is wrong with it.
fn unparsed(error: GrammarError, format: Format, out: &mut dyn Write, talk: &mut dyn Write) -> Exit {
    let exit = error.exit();
    let text = error.to_string();
    // A page that cannot be written has nobody to read it.
    let _unread = match (error.is_output(), format) {
        (true, Format::Human) => writeln!(Seen::new(out), "{}", text.trim_end()),
        (true, Format::Json | Format::Ndjson) => {
            let page = json!({ "schema": "acquaint.page.v1", "text": text.trim_end() });
            object(&page, format, &mut Seen::new(out))
        }
        (false, Format::Human) => {
            let name = if exit == Exit::BadInput { "acquaint: " } else { "" };
            writeln!(talk, "{name}{}", text.trim_end())
        }
        (false, Format::Json | Format::Ndjson) => {
            Failure::from(error).tell(format, talk);
            Ok(())
        }
    };
    exit
}

fn written(invocation: &Invocation, out: &mut dyn Write, talk: &mut dyn Write) -> Result<Exit, Failure> {
    let carry_out = |out: &mut dyn Write, talk: &mut dyn Write| {
        with_width(invocation.global.width, || carry_out(invocation, out, talk))
    };
    let is_quiet = invocation.global.talk == Talk::Quiet && acts::writes(&invocation.order);
    let ended = if is_quiet { carry_out(&mut sink(), talk) } else { carry_out(out, talk) };
    let flushed = out.flush().map_err(Failure::from);
    ended.and_then(|exit| flushed.map(|()| exit))
}

/// Whether an order shows what the views are and nothing else, so that it can be asked as of any event.
fn looks(order: &Order) -> bool {
    let only_shows = matches!(
        order,
        Order::Why { .. }
            | Order::WhyAll { .. }
            | Order::Trace { .. }
            | Order::List { .. }
            | Order::MemberShow(_)
            | Order::ReviewList(_)
            | Order::ReviewShow(..)
            | Order::Incidents { .. }
            | Order::Find { .. }
            | Order::Requests(_)
            | Order::ExportNetwork(_)
            | Order::Archive(ArchiveOrder::Whereabouts(_))
    );
    only_shows && order.lookup().is_none()
}

/// `check`: rehearsed, and where the policy bounds attempts counted before it is answered.
fn check(
    global: &Global,
    (send, parts): (&Send, Parts),
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<(), Failure> {
    let mut answer = Vec::new();
    let is_counted = rehearsing(global, talk, |desk, log, when| {
        answers::check(desk, log, (send, parts), when, global.format, &mut answer)?;
        Ok(desk.views().policy().is_some_and(|(_, policy)| policy.bounds_attempts()))
    })?;
    if is_counted {
        let writing = Writing::open(global, global.at, talk)?;
        let counted = writing.when(global, global.at).and_then(|when| writing.count_check(send, when));
        writing.close(talk)?;
        counted?;
    }
    Ok(out.write_all(&answer)?)
}

fn carry_out(invocation: &Invocation, out: &mut dyn Write, talk: &mut dyn Write) -> Result<Exit, Failure> {
    let Invocation { global, order } = invocation;
    let format = global.format;
    if global.at_position.is_some() && !looks(order) {
        let what = "`--at-position` is for orders that only look, such as `why`, `trace` and the lists; give `--at`, or nothing";
        return Err(Failure::new(Exit::BadInput, what.to_owned()));
    }
    if acts::writes(order) {
        let writing = Writing::open(global, global.at, talk)?;
        let acted =
            writing.when(global, global.at).and_then(|when| acts::act(&writing, order, when, format, out));
        writing.close(talk)?;
        return acted.map(|_| Exit::Ok);
    }
    match order {
        Order::Write { .. } | Order::Restrict { .. } | Order::Send { .. } => {}
        Order::Check(send, parts) => check(global, (send, *parts), out, talk)?,
        order if order.lookup().is_some() => {
            let writing = Writing::open(global, global.at, talk)?;
            let looked = writing
                .when(global, global.at)
                .and_then(|when| asks::looked(&writing, order, when, format))
                .and_then(|at| writing.read(at, |scene| asks::ask(scene, order, format, out)));
            writing.close(talk)?;
            looked?;
        }
        Order::Why { .. }
        | Order::WhyAll { .. }
        | Order::Trace { .. }
        | Order::List { .. }
        | Order::MemberShow(_)
        | Order::WhyUnder { .. }
        | Order::ReviewList(_)
        | Order::ReviewShow(..)
        | Order::Incidents { .. }
        | Order::Requests(_)
        | Order::Find { .. } => {
            return reading(global, talk, |scene| asks::ask(scene, order, format, out).map(drop));
        }
        Order::Explain(code) => answers::explain_code(*code, format, out)?,
        Order::Policy(order) => return policies::carry_out(global, order, out, talk),
        Order::Log(order) => return logs::carry_out(global, order, out, talk),
        Order::Replay => return logs::replay_left(global, out, talk),
        Order::Checkpoint => checkpoints::checkpoint(global, out, talk)?,
        Order::Archive(ArchiveOrder::Import(order)) => {
            archive::import(global, order, out, talk)?;
        }
        Order::Archive(ArchiveOrder::Whereabouts(order)) => {
            return reading(global, talk, |scene| whereabouts::whereabouts(scene, order, format, out));
        }
        Order::ImportNetwork(file) => network_file::import(global, file, out, talk)?,
        Order::ExportNetwork(file) => {
            let file = file.as_deref();
            let mut said = Vec::new();
            let read =
                reading(global, talk, |scene| network_file::export(scene, file, format, out, &mut said));
            talk.write_all(&said)?;
            return read;
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
    let now = global.at.unwrap_or_else(machine);
    let writing = Writing::open(global, Some(first.map_or(now, |first| first.min(now))), talk)?;
    messages::import(&writing, read, global.format, out)?;
    writing.close(talk)
}
