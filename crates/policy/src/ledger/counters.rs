//! Usage of limits, in each kind of window.

use acquaint_checkpoint::snapshot;
use acquaint_domain::{BucketKind, MemberId, Span, Tier, Timestamp};

use super::Ledger;
use super::charges::{ChargeFilter, ChargeSpan, Charges};
use crate::document::{Limit, LimitBasis, Policy};
use crate::sender::Usage;
use crate::window::Window;

/// A window that began with the first send that it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct OpenWindow {
    begins: Timestamp,
    used: u32,
}

snapshot!(struct OpenWindow { begins, used });

impl Ledger {
    /// `sender`'s usage of each of the policy's limits as of `now`, in the order of the limits.
    ///
    /// It is exact: in a rolling window a charge at `t` counts until `t + window`, and a limit of N frees when the Nth newest
    /// charge leaves the window.
    pub fn usage(&self, policy: &Policy, sender: MemberId, tier: Tier, now: Timestamp) -> Vec<Usage> {
        policy.limits.iter().map(|limit| self.usage_of(limit, sender, tier, now)).collect()
    }

    fn usage_of(&self, limit: &Limit, sender: MemberId, tier: Tier, now: Timestamp) -> Usage {
        if !self.unfilled.is_empty() && self.unfilled.contains(&limit.counter()) {
            return Usage::Uncounted;
        }
        let counts = limit.counts();
        match &limit.window {
            Window::Rolling(length) => self.sliding(counts, *length, sender, limit.at_most.of(tier), now),
            Window::FromFirst(length) => {
                let members = self.from_first.get(&limit.counter());
                let opened = members.and_then(|members| members.get(&sender));
                let opened = opened.filter(|opened| now < opened.begins.plus(*length)).copied();
                let OpenWindow { begins, used } = opened.unwrap_or(OpenWindow { begins: now, used: 0 });
                Usage::Fixed { kind: BucketKind::FromFirst, used, begins, ends: begins.plus(*length) }
            }
            Window::Day(_) => self.in_calendar(BucketKind::Day, counts, &limit.window, sender, now),
            Window::Week(_) => self.in_calendar(BucketKind::Week, counts, &limit.window, sender, now),
        }
    }

    fn sliding(
        &self,
        counts: LimitBasis,
        length: Span,
        sender: MemberId,
        limit: u32,
        now: Timestamp,
    ) -> Usage {
        // A charge that is exactly `length` old is no longer in the window.
        let span = ChargeSpan { first: now.minus(length).plus(Span::millis(1)), last: now };
        let (charges, which) = self.counted(counts, sender);
        let used = charges.map_or(0, |charges| charges.count(which, span));
        let frees_at = match limit {
            0 => Some(Timestamp::from_millis(i64::MAX)),
            _ if used >= limit => {
                let first = charges.and_then(|charges| charges.nth(which, span, used - limit));
                first.map(|at| at.plus(length))
            }
            _ => None,
        };
        Usage::Sliding { used, frees_at }
    }

    fn in_calendar(
        &self,
        kind: BucketKind,
        counts: LimitBasis,
        window: &Window,
        sender: MemberId,
        now: Timestamp,
    ) -> Usage {
        let Some((begins, ends)) = window.calendar(now) else { return Usage::Uncounted };
        let (charges, which) = self.counted(counts, sender);
        let span = ChargeSpan { first: begins, last: now };
        let used = charges.map_or(0, |charges| charges.count(which, span));
        Usage::Fixed { kind, used, begins, ends }
    }

    /// The charges of `sender` that `counts` is about, and which of them it counts.
    fn counted(&self, counts: LimitBasis, sender: MemberId) -> (Option<&Charges>, ChargeFilter) {
        match counts {
            LimitBasis::Requests => (self.charges.get(sender), ChargeFilter::All),
            LimitBasis::Notes => (self.charges.get(sender), ChargeFilter::WithNote),
            LimitBasis::Attempts => (self.attempts.get(sender), ChargeFilter::All),
        }
    }

    pub(super) fn count_from_first(&mut self, counts: LimitBasis, sender: MemberId, at: Timestamp) {
        for (counter, members) in self.from_first.iter_mut().filter(|(counter, _)| counter.counts == counts) {
            let length = counter.window.longest();
            let opened = members.entry(sender).or_insert(OpenWindow { begins: at, used: 0 });
            if opened.begins.plus(length) <= at {
                *opened = OpenWindow { begins: at, used: 0 };
            }
            opened.used += 1;
        }
    }
}
