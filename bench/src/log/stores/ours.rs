//! Our log.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acquaint_log::{EventLog, Position};
use acquaint_log_file::{FileLog, Options, VerifyReport};

use super::{Plan, ReadBack, Store};
use crate::Problem;
use crate::log::group::Group;
use crate::log::records::records;

type Append = Box<dyn Fn(&[Vec<u8>]) -> Result<(), Problem> + Send + Sync>;

pub(super) struct Ours<'r> {
    log: Arc<FileLog>,
    records: &'r [Vec<u8>],
    callers: usize,
    group: Group<Append>,
}

impl<'r> Ours<'r> {
    pub(super) fn open(folder: &Path, plan: Plan<'r>) -> Result<Ours<'r>, Problem> {
        let log = Arc::new(FileLog::open(folder, &Options::default())?);
        let shared = Arc::clone(&log);
        let group = Group::new(Box::new(move |batch: &[Vec<u8>]| append(&shared, batch)) as Append);
        Ok(Ours { log, records: plan.records, callers: plan.callers, group })
    }
}

fn append(log: &FileLog, batch: &[Vec<u8>]) -> Result<(), Problem> {
    log.append(log.next_position(), batch)?;
    Ok(())
}

impl Store for Ours<'_> {
    fn append(&self, _caller: u64, batch: Range<usize>) -> Result<(), Problem> {
        if self.callers == 1 {
            return append(&self.log, &self.records[batch]);
        }
        self.group.append(self.records[batch.start].clone())
    }

    fn read_back(&self) -> Result<ReadBack, Problem> {
        let mut read = ReadBack::default();
        for record in self.log.read(Position::FIRST) {
            read.count(&record?.bytes);
        }
        Ok(read)
    }
}

/// Verifies the whole log in `folder`; how long that took.
pub(in crate::log) fn verify(folder: &Path) -> Result<(VerifyReport, Duration), Problem> {
    let started = Instant::now();
    let report = FileLog::verify(folder)?;
    let took = started.elapsed();
    match &report.damage {
        Some(damage) => Err(damage.to_string().into()),
        None => Ok((report, took)),
    }
}

/// How many bytes our log makes of a batch, by the number of its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::log) struct FrameSize {
    /// Whatever the number of records.
    fixed: usize,
    /// For each record.
    each: usize,
}

impl FrameSize {
    /// Measures it on a small log in the empty folder `folder`.
    pub(in crate::log) fn measure(folder: &Path) -> Result<FrameSize, Problem> {
        // Multiples of 8 have no padding, whatever it is that is padded.
        let (one, other) = (frame_bytes(&folder.join("8"), 8)?, frame_bytes(&folder.join("64"), 64)?);
        let each = (other - one) / 56;
        Ok(FrameSize { fixed: one - 8 * each, each })
    }

    /// The bytes of a frame of `count` records.
    pub(in crate::log) fn of(self, count: usize) -> usize {
        (self.fixed + count * self.each).next_multiple_of(8)
    }
}

/// What a second and a third batch of `count` records add to a log, bytes each.
fn frame_bytes(folder: &Path, count: usize) -> Result<usize, Problem> {
    let log = FileLog::open(folder, &Options::default())?;
    let batch = records(count);
    append(&log, &batch)?;
    let before = FileLog::verify(folder)?.bytes;
    append(&log, &batch)?;
    append(&log, &batch)?;
    let after = FileLog::verify(folder)?.bytes;
    Ok(usize::try_from(after - before)? / 2)
}
