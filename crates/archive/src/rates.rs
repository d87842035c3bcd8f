//! How fast a member sent, against the limits of a policy: an estimate, because an export does not hold every request.

use std::collections::{BTreeMap, VecDeque};

use acquaint_domain::{Code, Span, Tier, Timestamp};
use acquaint_policy::{Counted, Policy, Window};

const DAY_MS: i64 = 86_400_000;
/// The first day of the epoch was a Thursday: so many days before it a week began.
const DAYS_FROM_MONDAY: i64 = 3;

/// A member's own send rate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// How many were sent in each week from Monday to Sunday, by its Monday, in order.
    pub weeks: BTreeMap<i64, u32>,
    /// The most on one day, and that day.
    pub busiest_day: Option<(Timestamp, u32)>,
    /// The most in one week, and its Monday.
    pub busiest_week: Option<(Timestamp, u32)>,
    /// Against each limit of the policy.
    pub limits: Vec<AgainstLimit>,
}

/// A send rate against one limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgainstLimit {
    /// The limit's name in the policy.
    pub id: String,
    /// The code that it refuses with.
    pub code: Code,
    /// So many.
    pub limit: u32,
    /// In this window.
    pub window: Window,
    /// The most that there were.
    pub most: u32,
    /// How many would have been refused; refused ones do not count against the limit.
    pub refused: u32,
}

/// The rate at which a member sent at these times.
pub(crate) fn rates(mut sent: Vec<Timestamp>, policy: Option<(&Policy, Tier)>) -> Rates {
    sent.sort_unstable();
    let mut days: BTreeMap<i64, u32> = BTreeMap::new();
    let mut weeks: BTreeMap<i64, u32> = BTreeMap::new();
    for at in &sent {
        let day = at.as_millis().div_euclid(DAY_MS);
        *days.entry(day).or_default() += 1;
        *weeks.entry(monday(day)).or_default() += 1;
    }
    let mut limits = Vec::new();
    if let Some((policy, tier)) = policy {
        for limit in policy.limits.iter().filter(|limit| limit.counts() == Counted::Requests) {
            let (limit, id, code, window) =
                (limit.at_most.of(tier), limit.id.clone(), limit.code, limit.window.clone());
            let (most, refused) = against(&sent, limit, &window);
            limits.push(AgainstLimit { id, code, limit, window, most, refused });
        }
    }
    Rates { busiest_day: most(&days), busiest_week: most(&weeks), limits, weeks }
}

/// The Monday of a day's week, as days since the epoch.
fn monday(day: i64) -> i64 {
    (day + DAYS_FROM_MONDAY).div_euclid(7) * 7 - DAYS_FROM_MONDAY
}

/// The fullest, the earliest of several.
fn most(counts: &BTreeMap<i64, u32>) -> Option<(Timestamp, u32)> {
    let (day, count) = counts.iter().max_by_key(|(day, count)| (**count, std::cmp::Reverse(**day)))?;
    Some((Timestamp::from_millis(day * DAY_MS), *count))
}

/// The most in the window, and how many would have been refused.
fn against(sent: &[Timestamp], limit: u32, window: &Window) -> (u32, u32) {
    let (mut all, mut passed) = (VecDeque::new(), VecDeque::new());
    let (mut most, mut refused) = (0, 0);
    for at in sent {
        for times in [&mut all, &mut passed] {
            forget(times, window, *at);
        }
        all.push_back(*at);
        most = most.max(all.len() as u32);
        if passed.len() as u32 >= limit {
            refused += 1;
        } else {
            passed.push_back(*at);
        }
    }
    (most, refused)
}

/// Takes out what the window at `at` no longer holds.
fn forget(times: &mut VecDeque<Timestamp>, window: &Window, at: Timestamp) {
    let begins = match window {
        Window::Rolling(length) => at.minus(*length).plus(Span::millis(1)),
        Window::FromFirst(length) => match times.front() {
            Some(first) if first.plus(*length) <= at => at,
            Some(first) => *first,
            None => at,
        },
        Window::Day(_) | Window::Week(_) => window.calendar(at).map_or(at, |(begins, _)| begins),
    };
    while times.front().is_some_and(|time| *time < begins) {
        times.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_millis(day * DAY_MS)
    }

    #[test]
    fn a_week_begins_on_monday() {
        // 5 January 1970 was a Monday.
        assert_eq!([3, 4, 10, 11].map(monday), [-3, 4, 4, 11]);
        let rates = rates(vec![day(10), day(4), day(11)], None);
        assert_eq!(rates.weeks, BTreeMap::from([(4, 2), (11, 1)]));
        assert_eq!(rates.busiest_week, Some((day(4), 2)));
        assert_eq!(rates.busiest_day, Some((day(4), 1)));
    }

    #[test]
    fn what_would_have_been_refused_makes_no_room_scarcer() {
        let minute = |n: i64| Timestamp::from_millis(n * 60_000);
        let sent: Vec<Timestamp> = [0, 1, 2, 61, 62].map(minute).to_vec();
        // Two an hour: the third is refused; at 61 the first two are out of the window.
        let rolling = Window::Rolling(Span::hours(1));
        assert_eq!(against(&sent, 2, &rolling), (3, 1));
        assert_eq!(against(&sent, 0, &rolling), (3, 5));
        assert_eq!(against(&[], 2, &rolling), (0, 0));
    }

    #[test]
    fn a_window_that_stands_still_is_emptied_at_once() {
        let minute = |n: i64| Timestamp::from_millis(n * 60_000);
        let sent: Vec<Timestamp> = [0, 50, 59, 61, 62].map(minute).to_vec();
        // From the first on: the hour begins at 0 and ends before 61. Rolling, 50 and 59 are still there at 61.
        assert_eq!(against(&sent, 2, &Window::FromFirst(Span::hours(1))), (3, 1));
        assert_eq!(against(&sent, 2, &Window::Rolling(Span::hours(1))), (4, 2));
        let utc = acquaint_policy::Zone::parse("UTC").expect("a zone");
        let days = [day(4), Timestamp::from_millis(5 * DAY_MS - 1), day(5)];
        assert_eq!(against(&days, 1, &Window::Day(utc)), (2, 1));
    }
}
