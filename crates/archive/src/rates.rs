//! A member's send rate, compared with the limits of a policy. It is an estimate, because an export does not contain every
//! request.

use std::collections::{BTreeMap, VecDeque};

use acquaint_domain::{Code, Span, Tier, Timestamp};
use acquaint_policy::{LimitBasis, Policy, Window};

const DAY_MS: i64 = 86_400_000;
/// Days from Monday to the first day of the epoch, a Thursday.
const DAYS_FROM_MONDAY: i64 = 3;

/// A member's own send rate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// The number of requests sent in each week, by its Monday in days since the epoch.
    pub weeks: BTreeMap<i64, u32>,
    /// The day with the most requests (the earliest of several), and their number.
    pub busiest_day: Option<(Timestamp, u32)>,
    /// The Monday of the week with the most requests (the earliest of several), and their number.
    pub busiest_week: Option<(Timestamp, u32)>,
    /// The comparison with each limit of the policy that counts requests.
    pub limits: Vec<AgainstLimit>,
}

/// A send rate compared with one limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgainstLimit {
    /// The limit's id in the policy.
    pub id: String,
    /// The code with which it refuses.
    pub code: Code,
    /// The most requests in a window, for the member's tier.
    pub limit: u32,
    /// The limit's window.
    pub window: Window,
    /// The most requests that were in one window.
    pub most: u32,
    /// The number of requests that the limit would have refused; those do not count towards it.
    pub refused: u32,
}

/// The send rate of a member who sent requests at these times.
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
        for limit in policy.limits.iter().filter(|limit| limit.counts() == LimitBasis::Requests) {
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

/// The day or week with the highest count, the earliest of several.
fn most(counts: &BTreeMap<i64, u32>) -> Option<(Timestamp, u32)> {
    let (day, count) = counts.iter().max_by_key(|(day, count)| (**count, std::cmp::Reverse(**day)))?;
    Some((Timestamp::from_millis(day * DAY_MS), *count))
}

/// The most requests in one window, and the number that the limit would have refused.
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

/// Removes the times that are no longer in the window at `at`.
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
    fn refused_requests_do_not_count_towards_the_limit() {
        let minute = |n: i64| Timestamp::from_millis(n * 60_000);
        let sent: Vec<Timestamp> = [0, 1, 2, 61, 62].map(minute).to_vec();
        // Two an hour: the third is refused; at 61 the first two have left the window.
        let rolling = Window::Rolling(Span::hours(1));
        assert_eq!(against(&sent, 2, &rolling), (3, 1));
        assert_eq!(against(&sent, 0, &rolling), (3, 5));
        assert_eq!(against(&[], 2, &rolling), (0, 0));
    }

    #[test]
    fn a_fixed_window_is_cleared_in_one_step() {
        let minute = |n: i64| Timestamp::from_millis(n * 60_000);
        let sent: Vec<Timestamp> = [0, 50, 59, 61, 62].map(minute).to_vec();
        // A window from the first request begins at 0 and ends before 61. In a rolling window, 50 and 59 still count at 61.
        assert_eq!(against(&sent, 2, &Window::FromFirst(Span::hours(1))), (3, 1));
        assert_eq!(against(&sent, 2, &Window::Rolling(Span::hours(1))), (4, 2));
        let utc = acquaint_policy::Zone::parse("UTC").expect("a zone");
        let days = [day(4), Timestamp::from_millis(5 * DAY_MS - 1), day(5)];
        assert_eq!(against(&days, 1, &Window::Day(utc)), (2, 1));
    }
}
