//! Symbols of what came of earlier requests, as far as the sender's desk is ever told: acceptances, silence, and the
//! weekly feedback.

use acquaint_domain::{Span, Timestamp};

use super::Share;
use super::history::{Came, History};

/// Earlier requests in the window that were accepted, of those that were, or arrived at least `patience` ago. What is
/// held or has not arrived could not be accepted, and is not counted; a withdrawal changes nothing.
pub(crate) fn acceptance(history: &History, patience: Span, window: Span, now: Timestamp) -> Share {
    let mut share = Share::default();
    for sent in history.within(window, now) {
        match sent.came {
            Came::Accepted => {
                share.value += 1;
                share.of += 1;
            }
            Came::Arrived(at) => share.of += u32::from(now.since(at) >= patience),
            Came::Waits => {}
        }
    }
    share
}

/// Hundredths that were reported, of 100; nothing without a fresh feedback that tells of reports.
pub(crate) fn reports(history: &History, now: Timestamp) -> Share {
    match history.fresh_feedback(now) {
        Some(feedback) if feedback.reported_percent > 0 => Share { value: feedback.reported_percent, of: 100 },
        Some(_) | None => Share::default(),
    }
}
