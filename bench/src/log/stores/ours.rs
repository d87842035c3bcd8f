//! Our log.

use std::ops::{ControlFlow, Range};
use std::path::Path;
use std::slice;
use std::time::{Duration, Instant};

use acquaint_log::{EventLog, Position};
use acquaint_log_file::{Depth, FileLog, GroupCommit, Options, VerifyReport};

use super::{Plan, ReadBack, Store};
use crate::Problem;
use crate::log::records::records;

pub(super) struct Ours<'r> {
    log: GroupCommit<FileLog>,
    records: &'r [Vec<u8>],
    callers: usize,
}

impl<'r> Ours<'r> {
    pub(super) fn open(folder: &Path, plan: Plan<'r>) -> Result<Ours<'r>, Problem> {
        let log = GroupCommit::new(FileLog::open(folder, &Options::default())?);
        Ok(Ours { log, records: plan.records, callers: plan.callers })
    }
}

fn append(log: &FileLog, batch: &[Vec<u8>]) -> Result<(), Problem> {
    log.append(log.next_position(), batch)?;
    Ok(())
}

impl Store for Ours<'_> {
    fn append(&self, _caller: u64, batch: Range<usize>) -> Result<(), Problem> {
        if self.callers == 1 {
            return append(self.log.log(), &self.records[batch]);
        }
        self.log.append(slice::from_ref(&self.records[batch.start]).to_vec())?;
        Ok(())
    }

    fn read_back(&self) -> Result<ReadBack, Problem> {
        let mut read = ReadBack::default();
        self.log.log().visit(Position::FIRST, &mut |_, bytes| {
            read.count(bytes);
            ControlFlow::Continue(())
        })?;
        Ok(read)
    }
}

/// Verifies the whole log in `folder` to this depth; returns the report and the time it took.
pub(in crate::log) fn verify(folder: &Path, depth: Depth) -> Result<(VerifyReport, Duration), Problem> {
    let started = Instant::now();
    let report = FileLog::verify(folder, depth, &|_| {})?;
    let took = started.elapsed();
    match &report.damage {
        Some(damage) => Err(damage.to_string().into()),
        None => Ok((report, took)),
    }
}

/// The size of a frame in our log, by the number of its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::log) struct FrameSize {
    /// Bytes that do not depend on the number of records.
    fixed: usize,
    /// Bytes for each record.
    each: usize,
}

impl FrameSize {
    /// Measures the size on a small log in the empty folder `folder`.
    pub(in crate::log) fn measure(folder: &Path) -> Result<FrameSize, Problem> {
        // With a multiple of 8 records there is no padding.
        let (one, other) = (frame_bytes(&folder.join("8"), 8)?, frame_bytes(&folder.join("64"), 64)?);
        let each = (other - one) / 56;
        Ok(FrameSize { fixed: one - 8 * each, each })
    }

    /// The size of a frame with `count` records, in bytes.
    pub(in crate::log) fn of(self, count: usize) -> usize {
        (self.fixed + count * self.each).next_multiple_of(8)
    }
}

/// The size of a batch of `count` records in a log, in bytes, measured on the second and third batch.
fn frame_bytes(folder: &Path, count: usize) -> Result<usize, Problem> {
    let log = FileLog::open(folder, &Options::default())?;
    let batch = records(count);
    append(&log, &batch)?;
    let bytes = || FileLog::verify(folder, Depth::Frames, &|_| {}).map(|report| report.bytes);
    let before = bytes()?;
    append(&log, &batch)?;
    append(&log, &batch)?;
    let after = bytes()?;
    Ok(usize::try_from(after - before)? / 2)
}
