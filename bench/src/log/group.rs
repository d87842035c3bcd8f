//! Group commit for many callers: one write and one sync for all records that wait.

use std::mem;

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::Problem;

/// Groups single records into batches: a caller that finds no write in progress writes for all waiting callers.
pub(super) struct Group<W> {
    gathering: Mutex<Gathering>,
    written: Condvar,
    write: W,
}

#[derive(Default)]
struct Gathering {
    records: Vec<Vec<u8>>,
    /// The number of the batch that `records` will be.
    batch: u64,
    /// Every batch before this one is durable or has failed.
    first_unwritten: u64,
    has_leader: bool,
    failure: Option<String>,
}

impl<W: Fn(&[Vec<u8>]) -> Result<(), Problem>> Group<W> {
    /// A group whose batches `write` makes durable, one at a time.
    pub(super) fn new(write: W) -> Group<W> {
        Group { gathering: Mutex::default(), written: Condvar::new(), write }
    }

    /// Appends one record; returns when it is durable.
    pub(super) fn append(&self, record: Vec<u8>) -> Result<(), Problem> {
        let mut gathering = self.gathering.lock();
        let own = gathering.batch;
        gathering.records.push(record);
        while gathering.first_unwritten <= own {
            if gathering.has_leader {
                self.written.wait(&mut gathering);
                continue;
            }
            let records = mem::take(&mut gathering.records);
            gathering.batch += 1;
            gathering.has_leader = true;
            let outcome = MutexGuard::unlocked(&mut gathering, || (self.write)(&records));
            gathering.has_leader = false;
            gathering.first_unwritten += 1;
            if let Err(problem) = outcome {
                gathering.failure.get_or_insert(problem.to_string());
            }
            self.written.notify_all();
        }
        gathering.failure.as_ref().map_or(Ok(()), |failure| Err(failure.clone().into()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::thread;

    use super::*;

    #[test]
    fn every_record_is_written_once_before_its_caller_is_answered() {
        let written = Mutex::new(Vec::new());
        let group = Group::new(|batch: &[Vec<u8>]| {
            written.lock().extend_from_slice(batch);
            Ok(())
        });
        thread::scope(|scope| {
            for caller in 0..8_u8 {
                let (group, written) = (&group, &written);
                scope.spawn(move || {
                    for number in 0..50 {
                        let record = vec![caller, number];
                        group.append(record.clone()).expect("nothing fails");
                        assert!(written.lock().contains(&record), "answered too early");
                    }
                });
            }
        });
        let written = written.into_inner();
        assert_eq!(written.len(), 400);
        assert_eq!(written.into_iter().collect::<BTreeSet<_>>().len(), 400);
    }

    #[test]
    fn after_a_failure_every_append_fails() {
        let group = Group::new(|_: &[Vec<u8>]| Err("the disk is gone".into()));
        for _ in 0..3 {
            let problem = group.append(vec![1]).expect_err("the disk is gone");
            assert_eq!(problem.to_string(), "the disk is gone");
        }
    }
}
