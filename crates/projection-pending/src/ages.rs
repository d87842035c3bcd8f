//! The open requests by age.

use std::collections::{BTreeSet, VecDeque};

use acquaint_checkpoint::snapshot;
use acquaint_domain::{RequestId, Timestamp};

/// Requests ordered by time, and by id within the same moment.
///
/// Requests are submitted in order of time, so nearly all of them are in one queue that only grows at its end. A removed request
/// stays in the queue until it reaches the front, or until more than half of the queue is removed. The moment of either is a
/// function of the insertions and removals alone, so equal histories give equal states.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Ages {
    /// Requests from before the newest moment. The first of them has not been removed.
    queue: VecDeque<(Timestamp, RequestId)>,
    /// How many requests in the queue have been removed.
    removed: usize,
    /// The latest moment inserted so far.
    newest: Option<Timestamp>,
    of_newest: BTreeSet<RequestId>,
    /// Requests inserted after one of a later moment: imported and restored ones.
    late: BTreeSet<(Timestamp, RequestId)>,
}

snapshot!(struct Ages { queue, removed, newest, of_newest, late });

/// A shorter queue is never compacted.
const QUEUE_LEN_MIN: usize = 64;

impl Ages {
    pub(crate) fn insert(&mut self, at: Timestamp, request: RequestId) {
        if let Some(newest) = self.newest
            && newest < at
        {
            while let Some(first) = self.of_newest.pop_first() {
                self.queue.push_back((newest, first));
            }
        }
        if self.newest <= Some(at) {
            self.newest = Some(at);
            self.of_newest.insert(request);
        } else {
            self.late.insert((at, request));
        }
    }

    /// Removes a request. `is_open` tells whether another one that was inserted is still open.
    pub(crate) fn remove(&mut self, at: Timestamp, request: RequestId, is_open: impl Fn(&RequestId) -> bool) {
        let was_newest = self.newest == Some(at) && self.of_newest.remove(&request);
        if was_newest || self.queue.is_empty() {
            self.late.remove(&(at, request));
            return;
        }
        // A request that was removed and inserted again may still be in the queue, where its first removal was counted.
        if !self.late.remove(&(at, request)) {
            self.removed += 1;
        }
        while self.queue.front().is_some_and(|(_, first)| !is_open(first)) {
            self.queue.pop_front();
            self.removed = self.removed.saturating_sub(1);
        }
        if self.queue.len() >= QUEUE_LEN_MIN && self.removed > self.queue.len() / 2 {
            self.queue.retain(|(_, request)| is_open(request));
            self.removed = 0;
        }
    }

    pub(crate) fn oldest(&self) -> Option<(Timestamp, RequestId)> {
        let of_newest = self.newest.zip(self.of_newest.first().copied());
        let others = self.queue.front().into_iter().chain(self.late.first());
        others.copied().chain(of_newest).min()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn the_oldest_is_found_whatever_the_order_of_insertions_and_removals() {
        let (mut ages, mut all) = (Ages::default(), BTreeSet::new());
        let there = RefCell::new(BTreeSet::new());
        let (mut word, mut now) = (7_u64, 0);
        for id in 0..20_000_u64 {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            now += (word >> 60) as i64 / 9;
            let at = Timestamp::from_millis(if word >> 40 & 15 == 0 { (word >> 50) as i64 } else { now });
            // Ids in another order than that of the insertions.
            let request = RequestId(id.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            ages.insert(at, request);
            all.insert((at, request));
            there.borrow_mut().insert(request);
            let nth = (word >> 20) as usize % (all.len() * 2);
            let any = if word >> 30 & 1 == 0 { all.first() } else { all.iter().nth(nth.min(300)) };
            if let Some((at, request)) = any.copied() {
                all.remove(&(at, request));
                there.borrow_mut().remove(&request);
                ages.remove(at, request, |other| there.borrow().contains(other));
            }
            if word >> 25 & 3 == 0
                && let Some((at, request)) = all.last().copied()
            {
                all.remove(&(at, request));
                there.borrow_mut().remove(&request);
                ages.remove(at, request, |other| there.borrow().contains(other));
            }
            assert_eq!(ages.oldest(), all.first().copied());
            assert!(ages.queue.len() < QUEUE_LEN_MIN.max(2 * all.len() + 2));
        }
    }
}
