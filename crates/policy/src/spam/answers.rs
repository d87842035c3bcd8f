//! Symbols of the outcomes of earlier requests, as far as the sender's desk learns of them: acceptances, silence, and the
//! weekly feedback.

use acquaint_domain::{Span, Timestamp};

use super::Share;
use super::history::MemberHistory;
use super::remembered::AnswerCounts;

/// The accepted ones out of the earlier requests in the window that could have been accepted by now. In that total, an accepted
/// request counts as one, and one without an answer as the fraction of `patience` that has passed since it arrived; the sum
/// is rounded down. A request that is held or has not arrived is not counted. A withdrawal changes nothing.
pub(crate) fn acceptance(history: &MemberHistory, patience: Span, window: Span, now: Timestamp) -> Share {
    let patience_ms = patience.as_millis().max(1);
    let outcome = history.within(window, now).answers(Span::millis(patience_ms), now);
    let AnswerCounts { accepted, waited_ms } = outcome;
    let unanswered = u32::try_from(waited_ms / patience_ms).unwrap_or(u32::MAX);
    Share { value: accepted, of: unanswered.saturating_add(accepted) }
}

/// The percentage of answers that were reports, out of 100; nothing without a recent feedback that states one above 0.
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
    use super::super::history::KnownOutcome;
    use super::super::history::given::{at, changed, feedback, times};
    use super::*;

    #[test]
    fn silence_counts_by_the_fraction_of_patience_that_has_passed() {
        let outcome = [
            KnownOutcome::Accepted,
            KnownOutcome::Arrived(at(10)),
            KnownOutcome::Arrived(at(20)),
            KnownOutcome::Waits,
            KnownOutcome::Accepted,
        ];
        let history = changed(&outcome, |sent, outcome| sent.outcome = *outcome);
        let at_moment = |now| acceptance(&history, Span::millis(100), Span::days(1), at(now));
        assert_eq!(at_moment(20), Share { value: 2, of: 2 });
        // 54 and 44 hundredths, then 55 and 45; then 100 and 90, then both whole.
        assert_eq!(at_moment(64), Share { value: 2, of: 2 });
        assert_eq!(at_moment(65), Share { value: 2, of: 3 });
        assert_eq!(at_moment(110), Share { value: 2, of: 3 });
        assert_eq!(at_moment(120), Share { value: 2, of: 4 });
        // A request that never arrives is never counted.
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
