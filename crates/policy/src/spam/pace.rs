//! Symbols of pace: how much was sent shortly before, and how regularly.

use acquaint_domain::{Span, Timestamp};

use super::Share;
use super::history::History;

/// Regularity looks at so many intervals, the latest.
const INTERVALS_MAX: usize = 32;

/// Intervals shorter than this are a burst, which speed sees and which proves no machine.
const INTERVAL_LEAST: Span = Span::seconds(1);

/// Intervals are alike that are within a twentieth of the one in the middle.
const ALIKE_PART: i64 = 20;

/// Earlier requests in the window.
pub(crate) fn velocity(history: &History, window: Span, now: Timestamp) -> u32 {
    history.within(window, now).count() as u32
}

/// Of the latest intervals between earlier requests in the window, those that are alike.
pub(crate) fn regularity(history: &History, window: Span, now: Timestamp) -> Share {
    let latest: Vec<Timestamp> = history.within(window, now).rev().map(|sent| sent.at).collect();
    let mut intervals: Vec<Span> = latest.windows(2).map(|pair| pair[0].since(pair[1])).collect();
    intervals.retain(|interval| *interval >= INTERVAL_LEAST);
    intervals.truncate(INTERVALS_MAX);
    intervals.sort_unstable();
    let Some(middle) = intervals.get(intervals.len() / 2).map(|middle| middle.as_millis()) else {
        return Share::default();
    };
    let alike = |interval: &&Span| (interval.as_millis() - middle).abs() <= middle / ALIKE_PART;
    let alike = intervals.iter().filter(alike).count() as u32;
    // The one in the middle is always like itself: one interval, or two, tell nothing.
    let of = intervals.len() as u32;
    if of < 3 { Share::default() } else { Share { value: alike, of } }
}
