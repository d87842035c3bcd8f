//! W taken by many callers, none of whom is ahead of what a command depends on.

use parking_lot::{Condvar, Mutex};

use crate::engine::workload::Step;

pub(super) struct Order<'a> {
    steps: &'a [Step],
    next: Mutex<usize>,
    done: Mutex<Done>,
    changed: Condvar,
}

struct Done {
    each: Vec<bool>,
    /// So many from the first on are done.
    upto: usize,
}

impl<'a> Order<'a> {
    pub(super) fn new(steps: &'a [Step]) -> Order<'a> {
        let done = Done { each: vec![false; steps.len()], upto: 0 };
        Order { steps, next: Mutex::new(0), done: Mutex::new(done), changed: Condvar::new() }
    }

    /// The next command, once everything that it depends on is done; `None` when there is none.
    pub(super) fn take(&self) -> Option<(usize, &'a Step)> {
        let index = {
            let mut next = self.next.lock();
            *next += 1;
            *next - 1
        };
        let step = self.steps.get(index)?;
        let mut done = self.done.lock();
        while done.upto < step.after as usize {
            self.changed.wait(&mut done);
        }
        Some((index, step))
    }

    pub(super) fn finish(&self, index: usize) {
        let mut done = self.done.lock();
        done.each[index] = true;
        let before = done.upto;
        while done.each.get(done.upto) == Some(&true) {
            done.upto += 1;
        }
        if done.upto > before {
            self.changed.notify_all();
        }
    }

    /// Nobody waits any more: a caller has failed.
    pub(super) fn give_up(&self) {
        self.done.lock().upto = self.steps.len();
        self.changed.notify_all();
    }
}
