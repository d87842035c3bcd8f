//! Work that falls due by itself: letters, expiry, feedback.
//!
//! Each piece of work is recorded at its own due moment, no matter what causes the run or how late it comes. The same history
//! therefore gives the same events under an engine that ticks every second, one that ticks once a month, and single
//! commands that reopen the log.

use acquaint_domain::{LetterId, MemberId, RequestId, Span, Timestamp};

use crate::write::kernel::Kernel;

/// A piece of due work.
pub(crate) enum Due {
    /// An attempt to deliver a letter.
    Letter(LetterId),
    /// A slice of the requests that a reversed ban restores.
    Restoration,
    /// A slice of what follows from a ban or a closed account.
    Departure,
    /// An open request reaches the age at which it ends.
    Expiry(RequestId, Span),
    /// A member is told what became of the member's requests.
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

    /// A copy of this desk on which everything that is due by `as_of` has happened; `None` where nothing is due, and the desk
    /// itself can be read. What has happened on the copy is what the next writer will record, event by event.
    pub(crate) fn ahead(&self, as_of: Timestamp) -> Option<Self> {
        let is_due = self.next_due().is_some_and(|due| due <= as_of);
        is_due.then(|| {
            let mut ahead = self.clone().at_once();
            ahead.advance(as_of);
            ahead
        })
    }

    /// Does all work that is due by `until`, or by the last recorded moment where that is later, in order: by due moment, and
    /// work of one moment in the order of [`next_work`](Self::next_work).
    ///
    /// A piece of work is recorded at its due moment, or at the last recorded moment where that is later: recorded time
    /// never goes back, and what an act made due in the past (a shorter expiry, an import) happens at the act's moment.
    pub(crate) fn run_due(&mut self, until: Timestamp) {
        let _all_of_it = self.run_some_due(until, usize::MAX);
    }

    /// The same at the last recorded moment.
    pub(crate) fn run_due_now(&mut self) {
        if let Some(last) = self.views().last_at() {
            self.run_due(last);
        }
    }

    /// The same until at least `events_max` events are staged. Whether all of it is done.
    pub(crate) fn run_some_due(&mut self, until: Timestamp, events_max: usize) -> bool {
        let until = self.views().last_at().map_or(until, |last| last.max(until));
        while let Some((due, work)) = self.next_work().filter(|(due, _)| *due <= until) {
            if self.staged().len() >= events_max {
                return false;
            }
            let at = self.views().last_at().map_or(due, |last| last.max(due));
            let before = self.views().last();
            match work {
                Due::Letter(leg) => self.carry(leg, at),
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

    /// The piece of work that comes next, and when it is due.
    ///
    /// INVARIANT (order of due work): where several sources have work at the same moment, the first in this list goes first,
    /// and within a source the order follows from the events alone.
    fn next_work(&self) -> Option<(Timestamp, Due)> {
        // What is restored comes before any letter of that moment, so that it is decided on what the decision saw.
        let sources = [
            self.views().pending.restoring().map(|(due, _)| (due, Due::Restoration)),
            self.next_letter_due().map(|(due, leg)| (due, Due::Letter(leg))),
            self.next_departure_due().map(|due| (due, Due::Departure)),
            self.next_expiry().map(|(due, request, expiry)| (due, Due::Expiry(request, expiry))),
            self.next_feedback().map(|(due, member)| (due, Due::Feedback(member))),
        ];
        // Of equal moments the first is kept.
        sources.into_iter().flatten().min_by_key(|(due, _)| *due)
    }
}
