//! fjall: one keyspace, keyed by caller and record number.

use std::ops::Range;
use std::path::Path;

use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};

use super::{Plan, ReadBack, Store};
use crate::Problem;

pub(super) struct Fjall<'r> {
    database: Database,
    keyspace: Keyspace,
    records: &'r [Vec<u8>],
}

impl<'r> Fjall<'r> {
    pub(super) fn open(folder: &Path, plan: Plan<'r>) -> Result<Fjall<'r>, Problem> {
        let database = Database::builder(folder.join("fjall")).open()?;
        let keyspace = database.keyspace("log", KeyspaceCreateOptions::default)?;
        Ok(Fjall { database, keyspace, records: plan.records })
    }
}

/// Keys sort by caller, then by record number.
fn key(caller: u64, index: usize) -> [u8; 8] {
    (caller << 40 | index as u64).to_be_bytes()
}

impl Store for Fjall<'_> {
    fn append(&self, caller: u64, batch: Range<usize>) -> Result<(), Problem> {
        let mut write = self.database.batch().durability(Some(PersistMode::SyncAll));
        for index in batch {
            write.insert(&self.keyspace, key(caller, index), self.records[index].as_slice());
        }
        Ok(write.commit()?)
    }

    fn read_back(&self) -> Result<ReadBack, Problem> {
        let mut read = ReadBack::default();
        for item in self.keyspace.range(key(0, 0)..key(1, 0)) {
            let (_, record) = item.into_inner()?;
            read.count(&record);
        }
        Ok(read)
    }
}
