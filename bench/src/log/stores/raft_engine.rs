//! raft-engine: one region for each caller, one entry for each record.

use std::ops::Range;
use std::path::Path;

use protobuf::well_known_types::BytesValue;
use raft_engine::{Config, Engine, LogBatch, MessageExt, ReadableSize};

use super::{Plan, ReadBack, Store};
use crate::Problem;
use crate::log::records::{RECORD_BYTES, number_of};

/// The number of entries in one read.
const READ_ENTRIES: u64 = 4096;

/// Entries that are records, which begin with their index.
struct Entries;

impl MessageExt for Entries {
    type Entry = BytesValue;

    fn index(entry: &BytesValue) -> u64 {
        number_of(&entry.value)
    }
}

pub(super) struct RaftEngine {
    engine: Engine,
    entries: Vec<BytesValue>,
}

impl RaftEngine {
    pub(super) fn open(folder: &Path, plan: Plan<'_>) -> Result<RaftEngine, Problem> {
        // The most favourable settings: no compression of incompressible data, and files filled with zeros before the
        // measurement starts, as for `raw`.
        let engine = Engine::open(Config {
            dir: folder.to_string_lossy().into_owned(),
            batch_compression_threshold: ReadableSize(0),
            enable_log_recycle: true,
            prefill_for_recycle: true,
            prefill_limit: Some(ReadableSize(prefilled_bytes(plan))),
            target_file_size: ReadableSize::mb(32),
            ..Config::default()
        })?;
        let entry = |record: &Vec<u8>| BytesValue { value: record.clone(), ..BytesValue::default() };
        Ok(RaftEngine { engine, entries: plan.records.iter().map(entry).collect() })
    }
}

/// Enough for every record with the same size again as overhead.
fn prefilled_bytes(plan: Plan<'_>) -> u64 {
    let records = plan.callers * plan.records.len();
    (records * 2 * RECORD_BYTES) as u64 + ReadableSize::mb(32).0
}

impl Store for RaftEngine {
    fn append(&self, caller: u64, batch: Range<usize>) -> Result<(), Problem> {
        let mut write = LogBatch::with_capacity(1);
        write.add_entries::<Entries>(caller, &self.entries[batch])?;
        self.engine.write(&mut write, true)?;
        Ok(())
    }

    fn read_back(&self) -> Result<ReadBack, Problem> {
        let last = self.engine.last_index(0).unwrap_or_default();
        let mut read = ReadBack::default();
        let mut entries = Vec::new();
        for begin in (1..=last).step_by(READ_ENTRIES as usize) {
            let end = (begin + READ_ENTRIES).min(last + 1);
            self.engine.fetch_entries_to::<Entries>(0, begin, end, None, &mut entries)?;
            for entry in entries.drain(..) {
                read.count(&entry.value);
            }
        }
        Ok(read)
    }
}
