//! The counters that the rules read, rebuilt from events.

use std::collections::{BTreeMap, VecDeque};

use acquaint_domain::{
    Channel, Event, MemberId, Outcome, Personal, Recorded, RequestId, Span, Timestamp, Whether,
};

use crate::document::Policy;
use crate::facts::{SpamFacts, Usage};

/// What each member has sent lately: the exact times, oldest first, with the note's fingerprint.
///
/// A send is charged when it leaves or is held, never when it is refused; nothing gives a charge back. What is older
/// than the longest window of any adopted policy (and than a week, so that a policy with a weekly limit finds its
/// numbers) is forgotten at the member's next send.
#[derive(Clone, Debug, Hash)]
pub struct Ledger {
    charges: BTreeMap<MemberId, VecDeque<Charge>>,
    /// Submitted and not judged yet: the two events stand next to each other in the log.
    submitted: Option<(RequestId, Option<u64>)>,
    keep: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Charge {
    at: Timestamp,
    note_fingerprint: Option<u64>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { charges: BTreeMap::new(), submitted: None, keep: Span::days(7) }
    }
}

impl Ledger {
    /// Takes in the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        if let Event::PolicyAdopted { text, .. } = &recorded.event {
            if let Ok(policy) = Policy::parse(text) {
                self.keep = self.keep.max(policy.longest_window());
            }
        } else if let Event::RequestSubmitted { request, typed, .. } = &recorded.event {
            let fingerprint = match typed {
                Personal::Held(typed) => typed.note_fingerprint,
                Personal::Erased => None,
            };
            self.submitted = Some((*request, fingerprint));
        } else if let Event::RequestSent { request, sender, .. } = &recorded.event {
            self.charge(*request, *sender, recorded.at);
        } else if let Event::RequestHeld { request, sender, verdict } = &recorded.event
            && matches!(verdict.outcome, Outcome::Hold(_))
        {
            self.charge(*request, *sender, recorded.at);
        }
    }

    fn charge(&mut self, request: RequestId, sender: MemberId, at: Timestamp) {
        let note_fingerprint = match self.submitted.take() {
            Some((submitted, fingerprint)) if submitted == request => fingerprint,
            _ => None,
        };
        let charges = self.charges.entry(sender).or_default();
        while charges.front().is_some_and(|oldest| oldest.at.plus(self.keep) <= at) {
            charges.pop_front();
        }
        charges.push_back(Charge { at, note_fingerprint });
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
                _ if used >= limit => Some(in_window[(used - limit) as usize].at.plus(window)),
                _ => None,
            };
            Usage { used, frees_at }
        };
        policy.limits.iter().map(|limit| usage_of(limit.window, limit.requests.of(tier))).collect()
    }

    /// What the spam filter looks at, for a send of `sender`'s at `now`. The send itself is not in it.
    pub fn spam_facts(
        &self,
        policy: &Policy,
        sender: MemberId,
        note_fingerprint: Option<u64>,
        channel: &Channel,
        now: Timestamp,
    ) -> SpamFacts {
        let spam = &policy.spam;
        let in_window = self.since(sender, spam.repeated_note.window.unwrap_or(spam.window), now);
        let same = in_window
            .iter()
            .filter(|charge| note_fingerprint.is_some() && charge.note_fingerprint == note_fingerprint);
        let is_third_party = match channel {
            Channel::Api(client) => !spam.clients_allowed.contains(client),
            Channel::Web | Channel::Mobile | Channel::Desktop => false,
        };
        SpamFacts {
            repeated_notes: same.count() as u32,
            third_party_client: Whether::from(is_third_party),
            earlier: self.since(sender, spam.velocity.window.unwrap_or(spam.window), now).len() as u32,
        }
    }

    fn since(&self, sender: MemberId, window: Span, now: Timestamp) -> Vec<Charge> {
        let charges = self.charges.get(&sender).into_iter().flatten();
        charges.filter(|charge| charge.at.plus(window) > now && charge.at <= now).copied().collect()
    }
}
