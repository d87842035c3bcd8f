//! Symbols of the account: how old it is, and how long it has been in good standing.

use acquaint_domain::{Span, Timestamp};

use super::Share;
use super::history::MemberHistory;

const WEEK_MS: i64 = Span::days(7).as_millis();

/// The account's age in whole days out of the days for which an account is young; nothing afterwards.
pub(crate) fn young(history: &MemberHistory, young_for: Span, now: Timestamp) -> Share {
    let age = history.joined.map(|joined| now.since(joined)).filter(|age| *age < young_for);
    age.map_or(Share::default(), |age| Share { value: days(age), of: days(young_for) })
}

/// Whole weeks in good standing.
pub(crate) fn standing(history: &MemberHistory, now: Timestamp) -> u32 {
    let since = history.good_since.map_or(Span::ZERO, |since| now.since(since));
    u32::try_from(since.as_millis() / WEEK_MS).unwrap_or(0)
}

fn days(span: Span) -> u32 {
    u32::try_from(span.whole_days()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::history::given::at;
    use super::*;

    fn history(joined: i64, good_since: i64) -> MemberHistory {
        let mut history = MemberHistory::default();
        (history.joined, history.good_since) = (Some(at(joined)), Some(at(good_since)));
        history
    }

    #[test]
    fn an_account_is_young_for_exactly_the_policys_length() {
        let (history, fortnight) = (history(5, 5), Span::days(14));
        let young = |now: Timestamp| young(&history, fortnight, now);
        assert_eq!(young(at(5)), Share { value: 0, of: 14 });
        assert_eq!(young(at(5).plus(Span::days(3))), Share { value: 3, of: 14 });
        assert_eq!(young(at(5).plus(fortnight).minus(Span::millis(1))), Share { value: 13, of: 14 });
        assert_eq!(young(at(5).plus(fortnight)), Share::default());
        assert_eq!(super::young(&MemberHistory::default(), fortnight, at(5)), Share::default());
    }

    #[test]
    fn standing_counts_whole_weeks_since_the_last_restriction_ended() {
        let week = Span::days(7);
        assert_eq!(standing(&history(0, 0), at(0).plus(week).minus(Span::millis(1))), 0);
        assert_eq!(standing(&history(0, 0), at(0).plus(week)), 1);
        assert_eq!(standing(&history(0, WEEK_MS), at(0).plus(Span::days(21))), 2);
        // Still restricted.
        assert_eq!(standing(&history(0, WEEK_MS), at(5)), 0);
        assert_eq!(standing(&MemberHistory::default(), at(0).plus(week)), 0);
    }
}
