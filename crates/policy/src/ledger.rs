//! The counters that the rules read, rebuilt from events.

use std::collections::{BTreeMap, VecDeque};

use acquaint_domain::{Event, MemberId, Outcome, Recorded, Span, Timestamp};

use crate::document::Policy;
use crate::facts::Usage;
use crate::spam::{self, Feedback, Histories, Sending, SpamFacts};

/// What each member has sent lately: the exact times, oldest first; and what the spam filter remembers.
///
/// A send is charged when it leaves or is held, never when it is refused; nothing gives a charge back. What is older
/// than the longest window of any adopted policy (and than a week, so that a policy with a weekly limit finds its
/// numbers) is forgotten at the member's next send.
#[derive(Clone, Debug, Hash)]
pub struct Ledger {
    charges: BTreeMap<MemberId, VecDeque<Timestamp>>,
    histories: Histories,
    keep: Span,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { charges: BTreeMap::new(), histories: Histories::default(), keep: Span::days(7) }
    }
}

impl Ledger {
    /// Takes in the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.histories.apply(recorded);
        if let Event::PolicyAdopted { text, .. } = &recorded.event {
            if let Ok(policy) = Policy::parse(text) {
                self.keep = self.keep.max(policy.longest_window());
                self.histories.adopt(&policy.spam);
            }
        } else if let Event::RequestSent { sender, .. } = &recorded.event {
            self.charge(*sender, recorded.at);
        } else if let Event::RequestHeld { sender, verdict, .. } = &recorded.event
            && matches!(verdict.outcome, Outcome::Hold(_))
        {
            self.charge(*sender, recorded.at);
        }
    }

    /// Takes in what the weekly feedback told `member`'s desk.
    pub fn take_feedback(&mut self, member: MemberId, feedback: Feedback) {
        self.histories.take_feedback(member, feedback);
    }

    fn charge(&mut self, sender: MemberId, at: Timestamp) {
        let charges = self.charges.entry(sender).or_default();
        while charges.front().is_some_and(|oldest| oldest.plus(self.keep) <= at) {
            charges.pop_front();
        }
        charges.push_back(at);
    }

    /// What `sender` has used of each of the policy's limits, as of `now`, with `limit` requests for the sender's tier.
    ///
    /// Exact: a charge at `t` counts until `t + window`, and a limit of N is free again when the Nth charge from the
    /// end leaves the window.
    pub fn usage(
        &self,
        policy: &Policy,
        sender: MemberId,
        tier: acquaint_domain::Tier,
        now: Timestamp,
    ) -> Vec<Usage> {
        let usage_of = |window: Span, limit: u32| {
            let in_window = self.since(sender, window, now);
            let used = in_window.len() as u32;
            let frees_at = match limit {
                0 => Some(Timestamp::from_millis(i64::MAX)),
                _ if used >= limit => Some(in_window[(used - limit) as usize].plus(window)),
                _ => None,
            };
            Usage { used, frees_at }
        };
        policy.limits.iter().map(|limit| usage_of(limit.window, limit.requests.of(tier))).collect()
    }

    /// What the spam filter looks at, for a send at `now`. The send itself is not in it.
    pub fn spam_facts(&self, policy: &Policy, sending: &Sending<'_>, now: Timestamp) -> SpamFacts {
        spam::look(&policy.spam, &self.histories, sending, now)
    }

    fn since(&self, sender: MemberId, window: Span, now: Timestamp) -> Vec<Timestamp> {
        let charges = self.charges.get(&sender).into_iter().flatten();
        charges.filter(|at| at.plus(window) > now && **at <= now).copied().collect()
    }
}
