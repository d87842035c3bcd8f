//! What has changed since the sender's side stopped a request: when the cause ended, and what today's rules would say.

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Evidence, Finding, Outcome, Rule};

use super::half::OutgoingHalf;
use crate::answer::{Today, Viewer};
use crate::catalogue::entry;
use crate::half::over::over;
use crate::half::verdicts::stopped_with;
use crate::wording::Speech;

/// What the sender's rules would say today.
pub(crate) fn today(half: &OutgoingHalf, speech: &Speech) -> Option<Today> {
    let verdict = &half.dossier.now.as_ref()?.verdict;
    let whose = speech.sender.whose();
    let crosses = verdict.gates.iter().any(|gate| {
        gate.rule == Rule::Crossing
            && gate.finding == Finding::Passed
            && matches!(gate.evidence, Evidence::Stands { .. })
    });
    let text = match (verdict.outcome, half.state) {
        (Outcome::Pass, Outgoing::AwaitingOwnConfirmation) => {
            format!("{whose} rules would let it go out")
        }
        (Outcome::Pass, _) if crosses => {
            format!("a new request would accept {} own request, which waits", speech.recipient.whose())
        }
        (Outcome::Pass, _) => format!("{whose} rules would let a new request go out"),
        (Outcome::Hold(code), _) => {
            format!("a new request would be held: {}", entry(code).title)
        }
        (Outcome::Refuse(code), Outgoing::AwaitingOwnConfirmation) => {
            format!("a confirmation would be refused: {}", entry(code).title)
        }
        (Outcome::Refuse(code), _) => {
            format!("a new request would be refused: {}", entry(code).title)
        }
    };
    Some(Today { side: Viewer::Sender, code: stopped_with(verdict), text })
}

/// Says that the cause which stopped the request on the sender's side is over, and since when; `None` while it exists.
pub(crate) fn over_text(half: &OutgoingHalf, speech: &Speech) -> Option<String> {
    let Outgoing::Refused(code) = half.state else { return None };
    over(code, half.stopping_gate()?, half.dossier.now.as_ref()?, &speech.sender)
}
