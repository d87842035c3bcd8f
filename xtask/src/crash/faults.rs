//! A sync or a write fails once and would then succeed again: the log must still stop for good.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use super::writer::{self, Heard, Writer};
use super::{Plan, Random};

/// The system calls that fail, and their errors.
const FAULTS: [(&str, &str); 4] =
    [("fdatasync", "EIO"), ("fdatasync", "ENOSPC"), ("write,pwrite64", "ENOSPC"), ("write,pwrite64", "EIO")];
/// The failing call is one of the first this many. The earliest ones happen while the log is opened.
const CALLS_MAX: u64 = 60;
/// Large enough for everything to be in the first segment, whose files are the only ones that fail.
const SEGMENT_BYTES: u64 = 4 << 20;
/// The first segment, and its name while it is being created.
const FILES: [&str; 2] = ["00000000000000000001.segment", "00000000000000000001.segment.new"];

pub(super) fn check(program: &Path, folder: &Path, plan: Plan) -> Result<String, String> {
    let mut random = Random(plan.seed ^ 0xfa);
    let (mut stopped, mut never_opened, mut acknowledged) = (0, 0, 0);
    let started = Instant::now();
    for round in 0..plan.faults {
        if started.elapsed() > plan.time_max {
            break;
        }
        for (calls, error) in FAULTS {
            let call = 1 + random.below(CALLS_MAX);
            let here = |problem| format!("{error} of the {call}th {calls}: {problem}");
            let log = folder.join(format!("{}-{error}-{round}", calls.split(',').next().unwrap_or_default()));
            let heard = run_writer(
                program,
                &log,
                calls,
                &format!("error={error}:when={call}"),
                random.below(1 << 40),
            );
            let heard = heard.map_err(here)?;
            stopped += u64::from(heard.stopped.is_some());
            never_opened += u64::from(heard.at.is_none());
            acknowledged += heard.acknowledgements;
            writer::check(program, &log, &heard, 1).map_err(here)?;
        }
    }
    if stopped == 0 {
        return Err(String::from("no fault occurred after the log was open"));
    }
    Ok(format!(
        "a sync or a write failed {} times: the log stopped for good {stopped} times and did not open {never_opened} times; all {acknowledged} acknowledged batches survived",
        stopped + never_opened
    ))
}

/// Runs the writer until the fault has stopped it.
fn run_writer(program: &Path, log: &Path, calls: &str, fault: &str, seed: u64) -> Result<Heard, String> {
    let writer = writer::append(program, log, SEGMENT_BYTES, seed);
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    for file in FILES {
        command.arg("-P").arg(log.join(file));
    }
    command.args(["-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:{fault}")]);
    command.arg(writer.get_program()).args(writer.get_args());
    Writer::start(&mut command)?.until_stopped()
}
