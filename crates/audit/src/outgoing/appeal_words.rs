//! Refused appeals in words. Only the member who appealed and staff are told about an appeal.

use acquaint_domain::{Code, CommandKind, Event, RefusedCommand, network, oversight};

use crate::answer::Companion;
use crate::catalogue::entry;
use crate::outgoing::half::OutgoingHalf;
use crate::wording::{counted, days, moment};

/// Says that the last appeal about the request was refused, and why; `None` where it was opened or there was none.
pub(crate) fn companion(half: &OutgoingHalf) -> Option<Companion> {
    let is_appeal = |event: &Event| {
        matches!(
            event,
            Event::Oversight(oversight::Event::AppealOpened { .. })
                | Event::Network(network::Event::CommandRefused(RefusedCommand {
                    command: CommandKind::Appeal,
                    ..
                }))
        )
    };
    let last = half.events.iter().rev().find(|recorded| is_appeal(&recorded.event))?;
    let Event::Network(network::Event::CommandRefused(RefusedCommand { code, .. })) = &last.event else {
        return None;
    };
    Some(Companion {
        code: *code,
        text: format!("an appeal on {} was refused: {}", moment(last.at), reason(half, *code)),
    })
}

/// Why an appeal was refused, with the deciding numbers where there are any.
fn reason(half: &OutgoingHalf, code: Code) -> String {
    let is_dismissal =
        |event: &Event| matches!(event, Event::Oversight(oversight::Event::AppealDismissed { .. }));
    let dismissed = half.events.iter().filter(|recorded| is_dismissal(&recorded.event)).count();
    let review = half.dossier.case.in_force().and_then(|policy| policy.review.as_ref());
    let within = review.and_then(|review| review.appeal_within);
    match (code, within) {
        (Code::AppealLimit, _) => {
            let dismissed = counted(u32::try_from(dismissed).unwrap_or(u32::MAX), "appeal");
            format!("{dismissed} against it had been dismissed, as many as the policy allows")
        }
        (Code::AppealTooLate, Some(within)) => {
            format!("a decision can be appealed for {}", days(within))
        }
        _ => entry(code).title.to_owned(),
    }
}
