//! Hands out W to many callers, and holds back a command until everything that it depends on is done.

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
    /// The number of steps from the first on that are all done.
    prefix_len: usize,
}

impl<'a> Order<'a> {
    pub(super) fn new(steps: &'a [Step]) -> Order<'a> {
        let done = Done { each: vec![false; steps.len()], prefix_len: 0 };
        Order { steps, next: Mutex::new(0), done: Mutex::new(done), changed: Condvar::new() }
    }

    /// Waits until everything that the next command depends on is done, and returns it; `None` at the end.
    pub(super) fn take(&self) -> Option<(usize, &'a Step)> {
        let index = {
            let mut next = self.next.lock();
            *next += 1;
            *next - 1
        };
        let step = self.steps.get(index)?;
        let mut done = self.done.lock();
        while done.prefix_len < step.after as usize {
            self.changed.wait(&mut done);
        }
        Some((index, step))
    }

    pub(super) fn finish(&self, index: usize) {
        let mut done = self.done.lock();
        done.each[index] = true;
        let before = done.prefix_len;
        while done.each.get(done.prefix_len) == Some(&true) {
            done.prefix_len += 1;
        }
        if done.prefix_len > before {
            self.changed.notify_all();
        }
    }

    /// Wakes all waiting callers, because one has failed.
    pub(super) fn give_up(&self) {
        self.done.lock().prefix_len = self.steps.len();
        self.changed.notify_all();
    }
}
