//! Work that becomes due by itself: letters, restorations, departures, expiry, feedback.
//!
//! Each piece of work is recorded at its own due moment, no matter what triggers the run or how late it comes. The same history
//! therefore gives the same events in an engine that ticks every second, in one that ticks once a month, and with single
//! commands that reopen the log.

use acquaint_domain::{LetterId, MemberId, RequestId, Span, Timestamp};

use crate::write::kernel::Kernel;

/// A piece of due work.
pub(crate) enum Due {
    /// An attempt to deliver a letter.
    Letter(LetterId),
    /// A slice of the requests that a reversed ban restores.
    Restoration,
    /// A slice of the consequences of a ban or a closed account.
    Departure,
    /// An open request reaches the age at which it expires.
    Expiry(RequestId, Span),
    /// Feedback for a member about the answers to the member's requests.
    Feedback(MemberId),
}

impl Kernel {
    /// When the next piece of work is due; `None` when there is none.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.next_work().map(|(due, _)| due)
    }

    /// Does everything that is due at `now`, each piece of work at its own moment.
    pub fn advance(&mut self, now: Timestamp) {
        self.run_followups();
        self.run_due(now);
    }

    /// A copy of this kernel that has done everything due by `as_of`; `None` if nothing is due, and the kernel itself can be
    /// read. The copy's events are exactly those that the next writer will record.
    pub(crate) fn ahead(&self, as_of: Timestamp) -> Option<Self> {
        let is_due = self.next_due().is_some_and(|due| due <= as_of);
        is_due.then(|| {
            let mut ahead = self.clone().at_once();
            ahead.advance(as_of);
            ahead
        })
    }

    /// Does all work that is due by `until`, or by the last recorded moment if that is later. Work is ordered by due moment,
    /// and within one moment as in [`next_work`](Self::next_work).
    ///
    /// A piece of work is recorded at its due moment, or at the last recorded moment if that is later: recorded time never
    /// goes back, and work that an event makes due in the past (a shorter expiry, an import) is done at the event's moment.
    pub(crate) fn run_due(&mut self, until: Timestamp) {
        let _all_of_it = self.run_some_due(until, usize::MAX);
    }

    /// Does all work that is due by the last recorded moment.
    pub(crate) fn run_due_now(&mut self) {
        if let Some(last) = self.views().last_at() {
            self.run_due(last);
        }
    }

    /// The same, until at least `events_max` events are staged. Returns whether all of it is done.
    pub(crate) fn run_some_due(&mut self, until: Timestamp, events_max: usize) -> bool {
        let until = self.views().last_at().map_or(until, |last| last.max(until));
        while let Some((due, work)) = self.next_work().filter(|(due, _)| *due <= until) {
            if self.staged().len() >= events_max {
                return false;
            }
            let at = self.views().last_at().map_or(due, |last| last.max(due));
            let before = self.views().last();
            match work {
                Due::Letter(id) => self.carry(id, at),
                Due::Restoration => self.restore_some(at),
                Due::Departure => self.carry_out_next_part(),
                Due::Expiry(request, expiry) => self.expire(request, expiry, at),
                Due::Feedback(member) => self.give_feedback(member, at),
            }
            // INVARIANT (due work ends): every piece of work records an event after which it is no longer due.
            debug_assert!(before < self.views().last(), "a piece of due work records something");
            if before == self.views().last() {
                return true;
            }
        }
        true
    }

    /// The next piece of work, and when it is due.
    ///
    /// INVARIANT (order of due work): if several sources have work at the same moment, the first in this list goes first, and
    /// within a source the order follows from the events alone.
    fn next_work(&self) -> Option<(Timestamp, Due)> {
        // Restorations come before the letters of that moment, so that they find the state that their decision saw.
        let sources = [
            self.views().pending.restoring().map(|(due, _)| (due, Due::Restoration)),
            self.next_letter_due().map(|(due, id)| (due, Due::Letter(id))),
            self.next_departure_due().map(|due| (due, Due::Departure)),
            self.next_expiry().map(|(due, request, expiry)| (due, Due::Expiry(request, expiry))),
            self.next_feedback().map(|(due, member)| (due, Due::Feedback(member))),
        ];
        // Of equal moments the first is kept.
        sources.into_iter().flatten().min_by_key(|(due, _)| *due)
    }
}
