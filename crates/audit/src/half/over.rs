//! That a recorded cause is over.

use acquaint_domain::{Code, Finding, Gate, Timestamp};

use crate::answer::rehearsal::{CauseEnd, Rehearsal};
use crate::wording::{Party, moment};

/// That the cause `code`, which `gate` found, is over, and since when; `None` while it exists.
pub(crate) fn over(code: Code, gate: &Gate, now: &Rehearsal, whose: &Party) -> Option<String> {
    let same_rule = now.verdict.gates.iter().filter(|other| other.rule == gate.rule);
    let is_over = {
        let mut asked = same_rule.peekable();
        // A rule that is not asked any more, because an earlier one decides, or the policy has none, tells nothing.
        asked.peek().is_some()
            && asked.all(|other| {
                matches!(other.finding, Finding::Passed | Finding::Unevaluated | Finding::Shadow(_))
            })
    };
    is_over.then(|| match now.ended {
        Some(at) => over_on(code, at, whose),
        None => "that is no longer so".to_owned(),
    })
}

fn over_on(code: Code, at: Timestamp, whose: &Party) -> String {
    let at = moment(at);
    match CauseEnd::of(code) {
        CauseEnd::Unblock => format!("{} the block on {at}", whose.does("lifted", "lifted")),
        CauseEnd::Lift if code == Code::SenderBanned => format!("the ban was lifted on {at}"),
        CauseEnd::Lift => format!("that ended on {at}"),
        CauseEnd::Change => format!("{} settings or contacts were changed on {at}", whose.whose()),
        CauseEnd::Disconnection => format!("the connection ended on {at}"),
        CauseEnd::Time if code == Code::ResendCooldown => format!("that time ended on {at}"),
        CauseEnd::Time => format!("there has been room again since {at}"),
        CauseEnd::Unrecorded => format!("that ended on {at}"),
    }
}
