//! Refused reminders in words. The sender's half judges a reminder, and only viewers of that half are told about it.

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{RefusedCommand, Verdict};

use super::half::OutgoingHalf;
use crate::answer::Companion;
use crate::half::limit_words;
use crate::half::verdicts::stopping_gate;
use crate::wording::{Speech, moment};

/// Says that the last reminder was refused, and why; `None` where it was sent, there was none, or the request is no
/// longer open.
pub(crate) fn companion(half: &OutgoingHalf, speech: &Speech) -> Option<Companion> {
    if half.state != Outgoing::Sent {
        return None;
    }
    let (at, RefusedCommand { code, verdict, .. }) = half.facts.refused_reminder?;
    let reason = verdict.as_ref().and_then(|verdict| reason(verdict, speech));
    let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
    Some(Companion { code: *code, text: format!("a reminder on {} was refused{reason}", moment(at)) })
}

/// Why a reminder was refused, with the deciding numbers.
pub(crate) fn reason(verdict: &Verdict, speech: &Speech) -> Option<String> {
    limit_words::reason(stopping_gate(verdict)?, speech)
}
