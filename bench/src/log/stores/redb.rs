//! redb: one table, keyed by caller and record number.

use std::ops::Range;
use std::path::Path;

use redb::{Database, Durability, ReadableDatabase, TableDefinition};

use super::{Plan, ReadBack, Store};
use crate::Problem;

const TABLE: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("log");

pub(super) struct Redb<'r> {
    database: Database,
    records: &'r [Vec<u8>],
}

impl<'r> Redb<'r> {
    pub(super) fn open(folder: &Path, plan: Plan<'r>) -> Result<Redb<'r>, Problem> {
        let database = Database::create(folder.join("redb"))?;
        let write = database.begin_write()?;
        write.open_table(TABLE)?;
        write.commit()?;
        Ok(Redb { database, records: plan.records })
    }
}

/// Keys sort by caller, then by record number.
fn key(caller: u64, index: usize) -> u64 {
    caller << 40 | index as u64
}

impl Store for Redb<'_> {
    fn append(&self, caller: u64, batch: Range<usize>) -> Result<(), Problem> {
        let mut write = self.database.begin_write()?;
        write.set_durability(Durability::Immediate)?;
        {
            let mut table = write.open_table(TABLE)?;
            for index in batch {
                table.insert(key(caller, index), self.records[index].as_slice())?;
            }
        }
        Ok(write.commit()?)
    }

    fn read_back(&self) -> Result<ReadBack, Problem> {
        let table = self.database.begin_read()?.open_table(TABLE)?;
        let mut read = ReadBack::default();
        for item in table.range(key(0, 0)..key(1, 0))? {
            let (_, record) = item?;
            read.count(record.value());
        }
        Ok(read)
    }
}
