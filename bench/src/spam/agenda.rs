//! A queue in order of time; of two items due at the same time, the one put in first comes first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use acquaint_domain::Timestamp;

/// Acts in the order of their times.
#[derive(Clone, Debug)]
pub(crate) struct Agenda<T> {
    due: BinaryHeap<Reverse<(Timestamp, usize)>>,
    things: Vec<T>,
}

impl<T: Copy> Agenda<T> {
    pub(crate) fn new() -> Self {
        Self { due: BinaryHeap::new(), things: Vec::new() }
    }

    pub(crate) fn put(&mut self, at: Timestamp, thing: T) {
        self.due.push(Reverse((at, self.things.len())));
        self.things.push(thing);
    }

    pub(crate) fn next(&mut self) -> Option<(Timestamp, T)> {
        let Reverse((at, place)) = self.due.pop()?;
        Some((at, self.things[place]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_in_order_of_time_then_of_insertion() {
        let mut agenda = Agenda::new();
        for (at, thing) in [(5, 'c'), (1, 'a'), (5, 'd'), (2, 'b')] {
            agenda.put(Timestamp::from_millis(at), thing);
        }
        let order: String = std::iter::from_fn(|| agenda.next()).map(|(_, thing)| thing).collect();
        assert_eq!(order, "abcd");
    }
}
