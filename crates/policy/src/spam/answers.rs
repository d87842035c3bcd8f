//! Symbols of the outcomes of earlier requests, as far as the sender's desk is ever told: acceptances, silence, and the
//! weekly feedback.

use acquaint_domain::{Span, Timestamp};

use super::Share;
use super::history::MemberHistory;
use super::remembered::AnswerCounts;

/// Earlier requests in the window that were accepted, of those that have had time to be: an accepted one counts whole,
/// one without an answer by the part of `patience` that has passed since it arrived, and the sum is rounded down. What is
/// held or has not arrived could not be accepted, and is not counted; a withdrawal changes nothing.
pub(crate) fn acceptance(history: &MemberHistory, patience: Span, window: Span, now: Timestamp) -> Share {
    let patience_ms = patience.as_millis().max(1);
    let came = history.within(window, now).answers(Span::millis(patience_ms), now);
    let AnswerCounts { accepted, waited_ms } = came;
    let unanswered = u32::try_from(waited_ms / patience_ms).unwrap_or(u32::MAX);
    Share { value: accepted, of: unanswered.saturating_add(accepted) }
}

/// Hundredths that were reported, of 100; nothing without a fresh feedback that reports them.
pub(crate) fn reports(history: &MemberHistory, now: Timestamp) -> Share {
    match history.fresh_feedback(now) {
        Some(feedback) if feedback.reported_percent > 0 => {
            Share { value: feedback.reported_percent.into(), of: 100 }
        }
        Some(_) | None => Share::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::history::Came;
    use super::super::history::given::{at, changed, feedback, times};
    use super::*;

    #[test]
    fn silence_counts_by_the_part_of_patience_that_has_passed() {
        let came =
            [Came::Accepted, Came::Arrived(at(10)), Came::Arrived(at(20)), Came::Waits, Came::Accepted];
        let history = changed(&came, |sent, came| sent.came = *came);
        let at_moment = |now| acceptance(&history, Span::millis(100), Span::days(1), at(now));
        assert_eq!(at_moment(20), Share { value: 2, of: 2 });
        // 54 and 44 hundredths, then 55 and 45; then 100 and 90, then both whole.
        assert_eq!(at_moment(64), Share { value: 2, of: 2 });
        assert_eq!(at_moment(65), Share { value: 2, of: 3 });
        assert_eq!(at_moment(110), Share { value: 2, of: 3 });
        assert_eq!(at_moment(120), Share { value: 2, of: 4 });
        // What never arrived is never counted.
        assert_eq!(at_moment(1_000_000), Share { value: 2, of: 4 });
    }

    #[test]
    fn reports_are_what_the_feedback_says() {
        let told = |reported_percent| {
            let mut history = times([]);
            history.feedback = Some(feedback(at(0), reported_percent));
            reports(&history, at(5))
        };
        assert_eq!(told(30), Share { value: 30, of: 100 });
        assert_eq!(told(0), Share::default());
        assert_eq!(reports(&times([]), at(5)), Share::default());
    }
}
