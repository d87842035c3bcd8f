//! Which of the open requests is the oldest.

use std::collections::{BTreeSet, VecDeque};

use acquaint_checkpoint::snapshot;
use acquaint_domain::{RequestId, Timestamp};

/// Requests by age: the earliest first, of the same moment the one with the least id.
///
/// Requests are submitted in the order of time, so that nearly all of them are in one sequence, which grows at its end only. One
/// that is removed stays in the row until it has come to the front, or until more than half of the row are such. When that
/// is follows from what was added and removed alone.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Ages {
    /// Those of before the newest moment. The first of them has not been removed.
    row: VecDeque<(Timestamp, RequestId)>,
    /// How many in the row have been.
    removed: usize,
    /// The latest moment that there ever was.
    newest: Option<Timestamp>,
    of_newest: BTreeSet<RequestId>,
    /// Those that came later than one of a later moment: requests that were there before this log.
    late: BTreeSet<(Timestamp, RequestId)>,
}

snapshot!(struct Ages { row, removed, newest, of_newest, late });

/// So short a row is not gone through.
const ROW_LEN_MIN: usize = 64;

impl Ages {
    pub(crate) fn insert(&mut self, at: Timestamp, request: RequestId) {
        if let Some(newest) = self.newest
            && newest < at
        {
            while let Some(first) = self.of_newest.pop_first() {
                self.row.push_back((newest, first));
            }
        }
        if self.newest <= Some(at) {
            self.newest = Some(at);
            self.of_newest.insert(request);
        } else {
            self.late.insert((at, request));
        }
    }

    /// Removes one; `is_there` says of any other that was added whether it has not been removed.
    pub(crate) fn remove(
        &mut self,
        at: Timestamp,
        request: RequestId,
        is_there: impl Fn(&RequestId) -> bool,
    ) {
        let was_new = self.newest == Some(at) && self.of_newest.remove(&request);
        if was_new || self.row.is_empty() {
            self.late.remove(&(at, request));
            return;
        }
        // One that was removed and came again later may still be in the row, where it was counted the first time.
        if !self.late.remove(&(at, request)) {
            self.removed += 1;
        }
        while self.row.front().is_some_and(|(_, first)| !is_there(first)) {
            self.row.pop_front();
            self.removed = self.removed.saturating_sub(1);
        }
        if self.row.len() >= ROW_LEN_MIN && self.removed > self.row.len() / 2 {
            self.row.retain(|(_, request)| is_there(request));
            self.removed = 0;
        }
    }

    pub(crate) fn oldest(&self) -> Option<(Timestamp, RequestId)> {
        let of_newest = self.newest.zip(self.of_newest.first().copied());
        let others = self.row.front().into_iter().chain(self.late.first());
        others.copied().chain(of_newest).min()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn the_oldest_is_the_first_that_was_not_removed_however_they_came() {
        let (mut ages, mut all) = (Ages::default(), BTreeSet::new());
        let there = RefCell::new(BTreeSet::new());
        let (mut word, mut now) = (7_u64, 0);
        for id in 0..20_000_u64 {
            word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            now += (word >> 60) as i64 / 9;
            let at = Timestamp::from_millis(if word >> 40 & 15 == 0 { (word >> 50) as i64 } else { now });
            // In another order than that of their coming.
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
            assert!(ages.row.len() < ROW_LEN_MIN.max(2 * all.len() + 2));
        }
    }
}
