//! The times of a member's charges, indexed so that a window can be counted without scanning it.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};

use acquaint_domain::{Span, Timestamp};

/// Times, oldest first, each with or without a note.
#[derive(Clone, Default)]
pub(super) struct Charges {
    charges: VecDeque<ChargedSend>,
    /// How many of the forgotten charges had a note, wrapping around.
    notes_before: u32,
    /// Whether a charge came with a time earlier than that of the one before it. A window is then no contiguous range, and
    /// every charge is examined.
    is_mixed: bool,
}

#[derive(Clone, Copy, Debug)]
struct ChargedSend {
    at: Timestamp,
    /// How many charges up to and including this one had a note, wrapping around.
    notes: u32,
}

/// Which charges count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChargeFilter {
    All,
    WithNote,
}

/// A span of time: its first and its last moment, both included.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChargeSpan {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

impl Charges {
    pub(super) fn len(&self) -> usize {
        self.charges.len()
    }

    /// Adds a charge at `at`, and forgets those that are `keep` or more older.
    pub(super) fn push(&mut self, at: Timestamp, has_note: bool, keep: Span) {
        while let Some(oldest) = self.charges.front().copied()
            && oldest.at.plus(keep) <= at
        {
            self.charges.pop_front();
            self.notes_before = oldest.notes;
        }
        let newest = self.charges.back();
        self.is_mixed |= newest.is_some_and(|newest| at < newest.at);
        let notes = newest.map_or(self.notes_before, |newest| newest.notes);
        self.charges.push_back(ChargedSend { at, notes: notes.wrapping_add(has_note.into()) });
    }

    /// How many charges of this kind fall into the span.
    pub(super) fn count(&self, which: ChargeFilter, span: ChargeSpan) -> u32 {
        if self.is_mixed {
            return self.each(which, span).count() as u32;
        }
        let (first, end) = self.places(span);
        match which {
            ChargeFilter::All => end.saturating_sub(first) as u32,
            // A span that ends before it begins holds none; the subtraction below would wrap around.
            ChargeFilter::WithNote if end <= first => 0,
            ChargeFilter::WithNote => self.notes_to(end).wrapping_sub(self.notes_to(first)),
        }
    }

    /// The time of the charge of this kind that comes after the first `skipped` ones in the span.
    pub(super) fn nth(&self, which: ChargeFilter, span: ChargeSpan, skipped: u32) -> Option<Timestamp> {
        if self.is_mixed {
            return self.each(which, span).nth(skipped as usize);
        }
        let (first, end) = self.places(span);
        let place = match which {
            ChargeFilter::All => first + skipped as usize,
            ChargeFilter::WithNote => {
                let before = self.notes_to(first);
                self.charges.partition_point(|charge| {
                    charge.at < span.first || charge.notes.wrapping_sub(before) <= skipped
                })
            }
        };
        self.charges.get(place).filter(|_| place < end).map(|charge| charge.at)
    }

    /// The first index in the span, and the first index after it.
    fn places(&self, ChargeSpan { first, last }: ChargeSpan) -> (usize, usize) {
        let is_all = self.charges.front().is_none_or(|oldest| oldest.at >= first);
        let begin = if is_all { 0 } else { self.charges.partition_point(|charge| charge.at < first) };
        let is_all = self.charges.back().is_none_or(|newest| newest.at <= last);
        let end = if is_all { self.len() } else { self.charges.partition_point(|charge| charge.at <= last) };
        (begin, end)
    }

    /// How many charges before this index had a note, wrapping around.
    fn notes_to(&self, place: usize) -> u32 {
        place
            .checked_sub(1)
            .and_then(|last| self.charges.get(last))
            .map_or(self.notes_before, |last| last.notes)
    }

    /// The times in the span, in the order in which they were charged.
    fn each(&self, which: ChargeFilter, span: ChargeSpan) -> impl Iterator<Item = Timestamp> {
        let all = self.with_notes().filter(move |(_, has_note)| which == ChargeFilter::All || *has_note);
        all.map(|(at, _)| at).filter(move |at| span.first <= *at && *at <= span.last)
    }

    pub(super) fn with_notes(&self) -> impl Iterator<Item = (Timestamp, bool)> {
        let mut before = self.notes_before;
        self.charges.iter().map(move |charge| {
            let has_note = charge.notes != std::mem::replace(&mut before, charge.notes);
            (charge.at, has_note)
        })
    }
}

/// Shows the charges with their notes, not the running counts.
impl fmt::Debug for Charges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.with_notes()).finish()
    }
}

impl FromIterator<(Timestamp, bool)> for Charges {
    fn from_iter<I: IntoIterator<Item = (Timestamp, bool)>>(charges: I) -> Self {
        let mut all = Self::default();
        charges.into_iter().for_each(|(at, has_note)| all.push(at, has_note, Span::millis(i64::MAX)));
        all
    }
}

/// Hashes the charges only: the running counts follow from them.
impl Hash for Charges {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        self.with_notes().for_each(|charge| charge.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};
    use proptest::prop_assert_eq;
    use proptest::test_runner::Config;

    use super::*;

    #[test]
    fn a_span_that_ends_before_it_begins_holds_no_charges() {
        let at = Timestamp::from_millis;
        let charges: Charges = [(at(10), false), (at(20), true), (at(30), false)].into_iter().collect();
        let span = ChargeSpan { first: at(21), last: at(19) };
        for which in [ChargeFilter::All, ChargeFilter::WithNote] {
            assert_eq!((charges.count(which, span), charges.nth(which, span, 0)), (0, None), "{which:?}");
        }
    }

    proptest! {
        #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

        #[test]
        fn windows_agree_with_a_scan_of_all_charges(
            steps in vec((-2..20_i64, any::<bool>()), 0..80), keep in 1..300_i64, is_mixed in any::<bool>(),
            first in 0..800_i64, length in -2..800_i64, skipped in 0..90_u32,
        ) {
            let at = Timestamp::from_millis;
            let (mut charges, mut plain, mut now) = (Charges::default(), VecDeque::new(), 0);
            for (wait, has_note) in steps {
                now += if is_mixed { wait } else { wait.max(0) };
                while plain.front().is_some_and(|(oldest, _)| oldest + keep <= now) {
                    plain.pop_front();
                }
                plain.push_back((now, has_note));
                charges.push(at(now), has_note, Span::millis(keep));
            }
            let again: Charges = charges.with_notes().collect();
            let last = first + length;
            let span = ChargeSpan { first: at(first), last: at(last) };
            for charges in [charges, again] {
                for which in [ChargeFilter::All, ChargeFilter::WithNote] {
                    let counts = |has_note: bool| which == ChargeFilter::All || has_note;
                    let inside = |(at, has_note): &(i64, bool)| counts(*has_note) && first <= *at && *at <= last;
                    let within: Vec<i64> = plain.iter().copied().filter(inside).map(|(at, _)| at).collect();
                    prop_assert_eq!(charges.count(which, span), within.len() as u32);
                    let nth = within.get(skipped as usize).map(|millis| at(*millis));
                    prop_assert_eq!(charges.nth(which, span, skipped), nth);
                }
            }
        }
    }
}
