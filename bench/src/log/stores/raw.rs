//! The limit: writes only the bytes of our frames, into an existing file.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;

use super::{Plan, ReadBack, Store};
use crate::Problem;
use crate::log::group::Group;
use crate::random::Random;

type Write1 = Box<dyn Fn(&[Vec<u8>]) -> Result<(), Problem> + Send + Sync>;

pub(super) struct Raw {
    tail: Arc<Tail>,
    callers: usize,
    group: Group<Write1>,
}

/// Where the next write goes.
struct Tail {
    file: File,
    offset: Mutex<u64>,
    /// Bytes for the largest write.
    bytes: Vec<u8>,
    frame: super::FrameSize,
}

impl Tail {
    fn write(&self, records: usize) -> Result<(), Problem> {
        let bytes = &self.bytes[..self.frame.of(records)];
        let mut offset = self.offset.lock();
        self.file.write_all_at(bytes, *offset)?;
        self.file.sync_data()?;
        *offset += bytes.len() as u64;
        Ok(())
    }
}

impl Raw {
    pub(super) fn open(folder: &Path, plan: Plan<'_>) -> Result<Raw, Problem> {
        let path = folder.join("raw");
        let mut file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
        // Enough even if no two callers share a batch.
        let writes = plan.callers * plan.records.len().div_ceil(plan.batch);
        zero_fill(&mut file, writes * plan.frame.of(plan.batch))?;
        let mut bytes = vec![0; plan.frame.of(plan.batch.max(plan.callers))];
        Random::new(7).fill(&mut bytes);
        let tail = Arc::new(Tail { file, offset: Mutex::new(0), bytes, frame: plan.frame });
        let shared = Arc::clone(&tail);
        let group = Group::new(Box::new(move |records: &[Vec<u8>]| shared.write(records.len())) as Write1);
        Ok(Raw { tail, callers: plan.callers, group })
    }
}

fn zero_fill(file: &mut File, bytes: usize) -> Result<(), Problem> {
    let zeros = vec![0; 1 << 20];
    for start in (0..bytes).step_by(zeros.len()) {
        file.write_all(&zeros[..zeros.len().min(bytes - start)])?;
    }
    Ok(file.sync_all()?)
}

impl Store for Raw {
    fn append(&self, _caller: u64, batch: Range<usize>) -> Result<(), Problem> {
        if self.callers == 1 {
            return self.tail.write(batch.len());
        }
        self.group.append(Vec::new())
    }

    /// Reads back the bytes, in blocks; there are no records.
    fn read_back(&self) -> Result<ReadBack, Problem> {
        let mut file = &self.tail.file;
        file.seek(SeekFrom::Start(0))?;
        let mut read = ReadBack::default();
        let mut left = *self.tail.offset.lock();
        let mut block = vec![0; 1 << 20];
        while left > 0 {
            let length = block.len().min(left as usize);
            file.read_exact(&mut block[..length])?;
            read.count(&block[..length]);
            left -= length as u64;
        }
        Ok(read)
    }
}
