//! What was counted, in each kind of window.

use acquaint_checkpoint::image;
use acquaint_domain::{BucketKind, MemberId, Span, Tier, Timestamp};

use super::Ledger;
use crate::document::{Counted, Limit, Policy};
use crate::facts::Usage;
use crate::window::Window;

/// A window that began with the first that it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Opened {
    begins: Timestamp,
    used: u32,
}

image!(struct Opened { begins, used });

impl Ledger {
    /// What `sender` has used of each of the policy's limits, as of `now`, in their order.
    ///
    /// Exact: in a window that moves along a charge at `t` counts until `t + window`, and a limit of N is free again when
    /// the Nth charge from the end leaves the window.
    pub fn usage(&self, policy: &Policy, sender: MemberId, tier: Tier, now: Timestamp) -> Vec<Usage> {
        policy.limits.iter().map(|limit| self.usage_of(limit, sender, tier, now)).collect()
    }

    fn usage_of(&self, limit: &Limit, sender: MemberId, tier: Tier, now: Timestamp) -> Usage {
        let counter = limit.counter();
        if self.unfilled.contains(&counter) {
            return Usage::Uncounted;
        }
        let counts = limit.counts();
        match &limit.window {
            Window::Rolling(length) => self.sliding(counts, *length, sender, limit.at_most.of(tier), now),
            Window::FromFirst(length) => {
                let opened = self.from_first.get(&counter).and_then(|members| members.get(&sender));
                let opened = opened.filter(|opened| now < opened.begins.plus(*length)).copied();
                let Opened { begins, used } = opened.unwrap_or(Opened { begins: now, used: 0 });
                Usage::Standing { kind: BucketKind::FromFirst, used, begins, ends: begins.plus(*length) }
            }
            Window::Day(_) => self.in_calendar(BucketKind::Day, counts, &limit.window, sender, now),
            Window::Week(_) => self.in_calendar(BucketKind::Week, counts, &limit.window, sender, now),
        }
    }

    fn sliding(&self, counts: Counted, length: Span, sender: MemberId, limit: u32, now: Timestamp) -> Usage {
        let in_window = self.times_in(counts, sender, |at| at.plus(length) > now && at <= now);
        let used = in_window.clone().count() as u32;
        let frees_at = match limit {
            0 => Some(Timestamp::from_millis(i64::MAX)),
            _ if used >= limit => in_window.clone().nth((used - limit) as usize).map(|at| at.plus(length)),
            _ => None,
        };
        Usage::Sliding { used, frees_at }
    }

    fn in_calendar(
        &self,
        kind: BucketKind,
        counts: Counted,
        window: &Window,
        sender: MemberId,
        now: Timestamp,
    ) -> Usage {
        let Some((begins, ends)) = window.calendar(now) else { return Usage::Uncounted };
        let used = self.times_in(counts, sender, |at| begins <= at && at <= now).count() as u32;
        Usage::Standing { kind, used, begins, ends }
    }

    /// The times of what `counts` counts of `sender`, oldest first, that `is_in` lets in.
    fn times_in(
        &self,
        counts: Counted,
        sender: MemberId,
        is_in: impl Fn(Timestamp) -> bool + Clone,
    ) -> impl Iterator<Item = Timestamp> + Clone {
        let charges = (counts != Counted::Attempts).then(|| self.charges.get(&sender)).flatten();
        let attempts = (counts == Counted::Attempts).then(|| self.attempts.get(&sender)).flatten();
        let charges = charges.into_iter().flatten();
        let charges = charges.filter(move |charge| counts != Counted::Notes || charge.has_note);
        let all = charges.map(|charge| charge.at).chain(attempts.into_iter().flatten().copied());
        all.filter(move |at| is_in(*at))
    }

    pub(super) fn count_from_first(&mut self, counts: Counted, sender: MemberId, at: Timestamp) {
        for (counter, members) in self.from_first.iter_mut().filter(|(counter, _)| counter.counts == counts) {
            let length = counter.window.longest();
            let opened = members.entry(sender).or_insert(Opened { begins: at, used: 0 });
            if opened.begins.plus(length) <= at {
                *opened = Opened { begins: at, used: 0 };
            }
            opened.used += 1;
        }
    }
}
