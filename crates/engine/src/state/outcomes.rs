//! The outcomes of commands with an id, for as long as a repeated id gets them
//! ([decision 0020](../../../docs/decisions/0020-how-long-a-command-id-lasts.md)).

use std::collections::VecDeque;

use acquaint_checkpoint::snapshot;
use acquaint_domain::{CommandKey, Span, Timestamp};
use acquaint_table::Table;

use crate::state::receipt::Receipt;

/// How long a repeated id gets the outcome of its command.
pub(crate) const KEPT: Span = Span::days(7);

/// The ids that were used. Part of the index.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Outcomes {
    /// The fingerprint of each command's content, and its outcome.
    kept: Table<CommandKey, (u64, Receipt)>,
    /// The keys of `kept`, oldest first.
    by_age: VecDeque<(Timestamp, CommandKey)>,
    /// Half of the key of every older id: enough to recognise it.
    older: Table<u64, ()>,
}

snapshot!(struct Outcomes { kept, by_age, older });

/// What is known about a command id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandIdState {
    /// The id is new.
    New,
    /// A command with this content used the id, with this outcome.
    Known(u64, Receipt),
    /// The id was used too long ago: the outcome is no longer kept.
    Expired,
}

impl Outcomes {
    /// What is known at `now` about the command id with this `key`.
    pub(crate) fn seen(&self, key: CommandKey, now: Timestamp) -> CommandIdState {
        match self.kept.get(&key) {
            Some((content, receipt)) if now < receipt.at.plus(KEPT) => {
                CommandIdState::Known(*content, *receipt)
            }
            // Too old, but no event has made `forget` drop it yet.
            Some(_) => CommandIdState::Expired,
            None if self.older.contains_key(&half(key)) => CommandIdState::Expired,
            None => CommandIdState::New,
        }
    }

    pub(crate) fn insert(&mut self, key: CommandKey, content: u64, receipt: Receipt) {
        if !self.kept.contains_key(&key) {
            self.kept.insert(key, (content, receipt));
            self.by_age.push_back((receipt.at, key));
        }
    }

    /// The outcome of a command, for its second event to complete.
    pub(crate) fn get_mut(&mut self, key: CommandKey) -> Option<&mut Receipt> {
        self.kept.get_mut(&key).map(|(_, receipt)| receipt)
    }

    /// Forgets the outcomes that are too old at `now`, but not that their ids were used.
    pub(crate) fn forget(&mut self, now: Timestamp) {
        while let Some((at, key)) = self.by_age.front()
            && at.plus(KEPT) <= now
        {
            self.kept.remove(key);
            self.older.insert(half(*key), ());
            self.by_age.pop_front();
        }
    }
}

/// Half of a key. A key is a hash: among a thousand million older keys, a new key's half occurs with a chance of one in
/// eighteen thousand million, and its command is then refused.
const fn half(CommandKey(key): CommandKey) -> u64 {
    key as u64
}

#[cfg(test)]
mod tests {
    use acquaint_domain::EventNumber;

    use super::*;
    use crate::state::identity::command_key;
    use crate::state::receipt::{CommandOutcome, Recording};

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn receipt(millis: i64) -> Receipt {
        Receipt {
            event: EventNumber(3),
            at: at(millis),
            verdict: CommandOutcome::Done,
            request: None,
            repeated: false,
            recording: Recording::Written,
        }
    }

    #[test]
    fn an_id_gets_its_outcome_for_seven_days_and_is_recognised_ever_after() {
        let week = KEPT.as_millis();
        let (key, other) = (command_key("alice", "monday"), command_key("bob", "monday"));
        let mut outcomes = Outcomes::default();
        outcomes.insert(key, 42, receipt(0));
        let answered = CommandIdState::Known(42, receipt(0));
        // The answer depends on the moment only, not on whether an event has made it forget.
        for forgets in [None, Some(week - 1), Some(week), Some(9 * week)] {
            forgets.map(at).into_iter().for_each(|now| outcomes.forget(now));
            for (now, expected) in [(0, answered), (week - 1, answered), (week, CommandIdState::Expired)] {
                if forgets.is_none_or(|forgets| forgets <= now) {
                    assert_eq!(outcomes.seen(key, at(now)), expected, "at {now}, after {forgets:?}");
                }
            }
            assert_eq!(outcomes.seen(other, at(week)), CommandIdState::New);
        }
        assert_eq!(outcomes.seen(key, at(10 * week)), CommandIdState::Expired);
    }

    #[test]
    fn outcomes_are_kept_for_seven_days_only() {
        let hour = Span::hours(1).as_millis();
        let mut outcomes = Outcomes::default();
        for number in 0..20_000_i64 {
            outcomes.insert(command_key("", &number.to_string()), 1, receipt(number * hour));
            outcomes.forget(at(number * hour));
            assert!(outcomes.kept.len() <= 7 * 24, "{} are kept", outcomes.kept.len());
            assert_eq!(outcomes.kept.len(), outcomes.by_age.len());
        }
        assert_eq!(outcomes.older.len(), 20_000 - 7 * 24, "eight bytes of each are left");
    }
}
