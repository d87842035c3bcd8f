//! Refused reminders in words. A reminder is judged by the sender's own half, and only who sees that half is told.

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{RefusedCommand, Verdict};

use super::half::OutgoingHalf;
use crate::answer::Companion;
use crate::half::limit_words;
use crate::half::verdicts::stopping_gate;
use crate::wording::{Speech, moment};

/// That the last reminder was refused, and why; `None` where it was sent, there was none, or the request is no longer open.
pub(crate) fn companion(half: &OutgoingHalf, speech: &Speech) -> Option<Companion> {
    if half.state != Outgoing::Sent {
        return None;
    }
    let (at, RefusedCommand { code, verdict, .. }) = half.facts.refused_reminder?;
    let reason = verdict.as_ref().and_then(|verdict| reason(verdict, speech));
    let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    Some(Companion { code: *code, text: format!("a reminder on {} was refused{reason}", moment(at)) })
}

/// Why a reminder was refused, with the numbers that decided.
pub(crate) fn reason(verdict: &Verdict, speech: &Speech) -> Option<String> {
    limit_words::reason(stopping_gate(verdict)?, speech)
}
