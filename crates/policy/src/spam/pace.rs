//! Symbols of pace: how many requests were sent recently, and how regularly.

use acquaint_domain::{Span, Timestamp};

use super::Share;
use super::history::MemberHistory;

/// How many of the latest intervals regularity examines.
const INTERVALS_MAX: usize = 32;

/// Intervals are alike if they differ from the median by at most this fraction of it: a twentieth.
const ALIKE_PART: i64 = 20;

/// The number of earlier requests in the window.
pub(crate) fn velocity(history: &MemberHistory, window: Span, now: Timestamp) -> u32 {
    history.within(window, now).len()
}

/// The number of intervals that are alike, out of the latest ones between earlier requests in the window.
pub(crate) fn regularity(history: &MemberHistory, window: Span, now: Timestamp) -> Share {
    let mut latest = [0; INTERVALS_MAX];
    let mut count = 0;
    for (place, interval) in latest.iter_mut().zip(history.within(window, now).intervals()) {
        *place = interval.as_millis();
        count += 1;
    }
    // The median is always like itself, so one or two intervals say nothing.
    if count < 3 {
        return Share::default();
    }
    let intervals = &mut latest[..count];
    let (_, middle, _) = intervals.select_nth_unstable(count / 2);
    let middle = *middle;
    let alike =
        intervals.iter().filter(|interval| (**interval - middle).abs() <= middle / ALIKE_PART).count();
    Share { value: alike as u32, of: count as u32 }
}

#[cfg(test)]
mod tests {
    use super::super::history::given::{at, times};
    use super::*;

    const DAY: Span = Span::days(1);

    fn alike(seconds: &[i64]) -> (u32, u32) {
        let mut moment = 0;
        let mut moments = vec![0];
        for interval in seconds {
            moment += interval * 1_000;
            moments.push(moment);
        }
        let share = regularity(&times(moments), DAY, at(moment + 5));
        (share.value, share.of)
    }

    #[test]
    fn velocity_is_the_number_of_requests_in_the_window() {
        let history = times([0, 1_000, 2_000]);
        assert_eq!(velocity(&history, Span::seconds(2), at(2_000)), 3);
        assert_eq!(velocity(&history, Span::seconds(1), at(2_000)), 2);
        assert_eq!(velocity(&history, Span::seconds(1), at(3_001)), 0);
    }

    #[test]
    fn intervals_within_a_twentieth_of_the_median_are_alike() {
        assert_eq!(alike(&[60, 60, 60, 60]), (4, 4));
        // 57 to 63 are like 60.
        assert_eq!(alike(&[57, 60, 60, 63]), (4, 4));
        assert_eq!(alike(&[56, 60, 60, 64]), (2, 4));
        assert_eq!(alike(&[5, 60, 300, 3_600, 20]), (1, 5));
    }

    #[test]
    fn two_intervals_and_bursts_say_nothing() {
        assert_eq!(alike(&[]), (0, 0));
        assert_eq!(alike(&[60, 60]), (0, 0));
        assert_eq!(alike(&[0, 0, 0, 0, 0, 0]), (0, 0));
        assert_eq!(alike(&[60, 0, 60, 0, 60]), (3, 3));
    }

    #[test]
    fn only_the_latest_intervals_are_examined() {
        let slow_then_fast: Vec<i64> = [600; 10].into_iter().chain([60; 40]).collect();
        assert_eq!(alike(&slow_then_fast), (32, 32));
    }
}
