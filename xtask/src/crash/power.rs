//! Power is lost: the file system drops everything that was not synced.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::image::Image;
use super::writer::{self, Writer};
use super::{Plan, Random};

const IMAGE_BYTES: u64 = 96 << 20;
/// About fifteen batches, so that power is often lost while a segment is being created.
const SEGMENT_BYTES: u64 = 64 << 10;
/// Power is lost after at most this many batches of a round,
const BATCHES_MAX: u64 = 40;
/// and then at most this many microseconds, more than a batch takes.
const DELAY_MAX_US: u64 = 4000;

/// Waits for a line, then shuts down the file system of a folder as a power loss would: `EXT4_IOC_SHUTDOWN` with
/// `EXT4_GOING_FLAGS_NOLOGFLUSH` flushes neither data nor journal.
const SHUTDOWN: &str = "\
import fcntl, os, struct, sys
folder = os.open(sys.argv[1], os.O_RDONLY)
sys.stdout.write('ready\\n')
sys.stdout.flush()
sys.stdin.readline()
fcntl.ioctl(folder, 0x8004587D, struct.pack('I', 2))
";

pub(super) fn check(program: &Path, folder: &Path, plan: Plan) -> Result<String, String> {
    let image = Image::make(folder, "power", IMAGE_BYTES)?;
    let log = image.folder.join("log");
    let mut random = Random(plan.seed);
    let started = Instant::now();
    let (mut first, mut rounds, mut acknowledged, mut lost) = (1, 0, 0, 0);
    while rounds < plan.rounds && started.elapsed() < plan.time_max {
        let round = rounds + 1;
        let here = |problem| format!("power lost, round {round}: {problem}");
        let mut shutdown = Shutdown::prepare(&image.folder).map_err(here)?;
        let seed = plan.seed << 32 | round;
        let mut writer =
            Writer::start(&mut writer::append(program, &log, SEGMENT_BYTES, seed)).map_err(here)?;
        writer.listen(1 + random.below(BATCHES_MAX)).map_err(here)?;
        thread::sleep(Duration::from_micros(random.below(DELAY_MAX_US)));
        shutdown.now().map_err(here)?;
        let heard = writer.until_stopped().map_err(here)?;
        drop(shutdown);
        image.unmount().map_err(here)?;
        image.mount().map_err(here)?;
        let tail = writer::check(program, &log, &heard, first).map_err(here)?;
        lost += u64::from(heard.submitted > Some(tail));
        acknowledged += heard.acknowledgements;
        // The check has appended three records.
        first = tail + 3;
        rounds = round;
    }
    Ok(format!(
        "power lost {rounds} times: all {acknowledged} acknowledged batches survived, {lost} unacknowledged ones were lost"
    ))
}

/// A process that is ready to shut down a file system.
struct Shutdown(Child);

impl Shutdown {
    fn prepare(folder: &Path) -> Result<Shutdown, String> {
        let mut command = Command::new("python3");
        command.args(["-c", SHUTDOWN]).arg(folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().map_err(|error| format!("python3 could not be started: {error}"))?;
        let mut shutdown = Shutdown(child);
        let mut ready = [0; 6];
        let read = shutdown.0.stdout.as_mut().map(|pipe| std::io::Read::read_exact(pipe, &mut ready));
        match read {
            Some(Ok(())) => Ok(shutdown),
            _ => Err(String::from("python3 cannot open the folder")),
        }
    }

    fn now(&mut self) -> Result<(), String> {
        let signalled = self.0.stdin.take().map(|mut pipe| pipe.write_all(b"now\n"));
        let status = self.0.wait().map_err(|error| format!("waiting for python3 failed: {error}"))?;
        let mut stderr = String::new();
        if let Some(pipe) = self.0.stderr.as_mut() {
            let _best_effort = std::io::Read::read_to_string(pipe, &mut stderr);
        }
        match (signalled, status.success()) {
            (Some(Ok(())), true) => Ok(()),
            _ => Err(format!("the file system was not shut down: {}", stderr.trim())),
        }
    }
}

impl Drop for Shutdown {
    fn drop(&mut self) {
        let _it_may_have_ended = self.0.kill();
        let _best_effort = self.0.wait();
    }
}
