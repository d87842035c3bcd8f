//! Which private answers count: each recipient's once in 365 days for each sender.

use std::collections::VecDeque;

use acquaint_checkpoint::snapshot;
use acquaint_domain::MemberId;
use acquaint_table::Table;

use super::counts::PrivateAnswer;

/// An answer counts if the recipient's previous private answer to the same sender is at least this many weeks older. Any 365
/// days fall into at most 54 calendar weeks.
pub(super) const COUNTS_AGAIN_AFTER_WEEKS: i64 = 54;

/// The newest private answer of each recipient to each sender, kept for as long as it prevents another one from counting.
///
/// INVARIANT (three counts): take two histories that differ only in what one recipient did in private towards one sender
/// within a period of 365 days. Then the sender's weekly counts differ by at most 3 in total.
/// The period falls into 54 weeks, and two counted answers are at least 54 weeks apart, so each history counts at most one
/// answer in those weeks: a difference of at most 2. Whether a later answer counts depends only on the answers, counted or
/// not, of the 53 weeks before it. So only an answer in the next 54 weeks can count in one history and not in the other, and
/// only the first of these can count: a difference of at most 1. If an uncounted answer did not postpone the next one, a
/// difference could propagate for ever.
#[derive(Clone, Debug, Default, Hash)]
pub(super) struct Contributions {
    newest: Table<(MemberId, MemberId), Contribution>,
    /// The same, oldest first. A pair with several answers has several entries, of which the last is valid.
    in_order: VecDeque<(i64, (MemberId, MemberId))>,
}

#[derive(Clone, Copy, Debug, Hash)]
struct Contribution {
    week: i64,
    /// The answer that it counts as; `None` if it does not count.
    counted: Option<PrivateAnswer>,
}

/// What an answer changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AnswerChange {
    /// The milder answer of the same week and pair that it replaces.
    pub(super) instead_of: Option<PrivateAnswer>,
}

snapshot!(struct Contributions { newest, in_order });
snapshot!(struct Contribution { week, counted });

impl Contributions {
    /// Records an answer in `week`, which must not be before the week of an earlier call. Returns how the counts change; `None`
    /// if they do not.
    pub(super) fn add(
        &mut self,
        week: i64,
        sender: MemberId,
        recipient: MemberId,
        answer: PrivateAnswer,
    ) -> Option<AnswerChange> {
        self.forget_before(week.saturating_sub(COUNTS_AGAIN_AFTER_WEEKS - 1));
        let pair = (sender, recipient);
        let (counted, change) = match self.newest.get(&pair).copied() {
            Some(Contribution { week: same, counted: Some(milder) }) if same == week => {
                if milder >= answer {
                    return None;
                }
                (Some(answer), Some(AnswerChange { instead_of: Some(milder) }))
            }
            Some(Contribution { week: same, counted: None }) if same == week => return None,
            Some(earlier) if week.saturating_sub(earlier.week) < COUNTS_AGAIN_AFTER_WEEKS => (None, None),
            Some(_) | None => (Some(answer), Some(AnswerChange { instead_of: None })),
        };
        if self.newest.insert(pair, Contribution { week, counted }).is_none_or(|earlier| earlier.week < week)
        {
            self.in_order.push_back((week, pair));
        }
        change
    }

    /// How many pairs are remembered.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.newest.len()
    }

    /// Forgets up to two answers before `week`. Each call of [`Contributions::add`] records at most one, so memory stays bounded
    /// and no call takes long.
    fn forget_before(&mut self, week: i64) {
        for _ in 0..2 {
            let Some((oldest, pair)) = self.in_order.front().copied().filter(|(oldest, _)| *oldest < week)
            else {
                return;
            };
            self.in_order.pop_front();
            if self.newest.get(&pair).is_some_and(|newest| newest.week == oldest) {
                self.newest.remove(&pair);
            }
        }
    }
}
