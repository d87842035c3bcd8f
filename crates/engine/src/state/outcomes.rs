//! The outcome of commands that had an id, for as long as the id answers for them
//! ([decision 0020](../../../docs/decisions/0020-how-long-a-command-id-lasts.md)).

use std::collections::VecDeque;

use acquaint_checkpoint::snapshot;
use acquaint_domain::{CommandKey, Span, Timestamp};
use acquaint_table::Table;

use crate::state::receipt::Receipt;

/// How long an id is answered with the outcome of its command.
pub(crate) const KEPT: Span = Span::days(7);

/// The ids that were used. Plain data: a part of the index.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Outcomes {
    /// The content of the command, and its outcome.
    kept: Table<CommandKey, (u64, Receipt)>,
    /// The keys of those, oldest first.
    by_age: VecDeque<(Timestamp, CommandKey)>,
    /// Half of the key of every older one: enough to know it again.
    older: Table<u64, ()>,
}

snapshot!(struct Outcomes { kept, by_age, older });

/// What is known of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandIdState {
    /// It is new.
    New,
    /// A command of this content came under it, with this outcome.
    Known(u64, Receipt),
    /// It was used too long ago: the outcome is no longer known.
    Expired,
}

impl Outcomes {
    /// What is known at `now` of the command id with this `key`.
    pub(crate) fn seen(&self, key: CommandKey, now: Timestamp) -> CommandIdState {
        match self.kept.get(&key) {
            Some((content, receipt)) if now < receipt.at.plus(KEPT) => {
                CommandIdState::Known(*content, *receipt)
            }
            // Forgotten with the next event, if there is none since.
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

    /// The outcome of a command whose next event says more.
    pub(crate) fn get_mut(&mut self, key: CommandKey) -> Option<&mut Receipt> {
        self.kept.get_mut(&key).map(|(_, receipt)| receipt)
    }

    /// Forgets the outcomes that are too old at `now`, and nothing else.
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

/// A key is a hash: a new one has the half of one of a thousand million older ones with a chance of one in eighteen
/// thousand million, and is refused then.
const fn half(CommandKey(key): CommandKey) -> u64 {
    key as u64
}

#[cfg(test)]
mod tests {
    use acquaint_domain::{EventNumber, Whether};

    use super::*;
    use crate::state::identity::command_key;
    use crate::state::receipt::CommandOutcome;

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
            is_recorded: Whether::Yes,
        }
    }

    #[test]
    fn an_id_answers_for_seven_days_and_is_known_ever_after() {
        let week = KEPT.as_millis();
        let (key, other) = (command_key("alice", "monday"), command_key("bob", "monday"));
        let mut outcomes = Outcomes::default();
        outcomes.insert(key, 42, receipt(0));
        let answered = CommandIdState::Known(42, receipt(0));
        // Whether an event made it forget, or none came: the answer is that of the moment.
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
    fn no_more_outcomes_are_kept_than_seven_days_bring() {
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
