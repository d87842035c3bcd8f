//! Symbols of whom requests go to: strangers, contacts, one member number after another.

use acquaint_domain::{Span, Timestamp, Whether};

use super::Share;
use super::history::{Acquaintance, History, Sent};

/// How far apart the numbers of two members may be who are asked one after another.
const STEP_MAX: i64 = 2;

/// Earlier requests in the window to strangers, of those whose recipients the desk can place.
///
/// It says nothing of a member without any connection, to whom everybody is a stranger: so every account begins.
pub(crate) fn strangers(history: &History, has_connections: Whether, window: Span, now: Timestamp) -> Share {
    if !has_connections.is_so() {
        return Share::default();
    }
    let mut share = Share::default();
    for sent in history.within(window, now) {
        share.of += u32::from(sent.acquaintance != Acquaintance::Unknown);
        share.value += u32::from(sent.acquaintance == Acquaintance::Stranger);
    }
    share
}

/// Earlier requests in the window to imported contacts, of all.
pub(crate) fn contacts(history: &History, window: Span, now: Timestamp) -> Share {
    let mut share = Share::default();
    for sent in history.within(window, now) {
        share.of += 1;
        share.value += u32::from(sent.acquaintance == Acquaintance::Contact);
    }
    // Without any there is nothing to say in favour.
    if share.value == 0 { Share::default() } else { share }
}

/// How many of the latest earlier requests in the window went to one member number after another, in one direction.
pub(crate) fn sequential(history: &History, window: Span, now: Timestamp) -> u32 {
    let latest: Vec<&Sent> = history.within(window, now).rev().collect();
    let mut steps = latest.windows(2).map(|pair| step(pair[0], pair[1]));
    let Some(Some(direction)) = steps.next() else { return 0 };
    let more = steps.take_while(|step| *step == Some(direction)).count();
    more as u32 + 2
}

/// The direction of a small step between two targets' numbers: 1 upward, -1 downward; `None` when it is not small.
fn step(later: &Sent, earlier: &Sent) -> Option<i64> {
    let (later, earlier) = (later.to?, earlier.to?);
    let step = i64::from(later.0) - i64::from(earlier.0);
    (step != 0 && step.abs() <= STEP_MAX).then_some(step.signum())
}
