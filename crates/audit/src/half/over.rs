//! That a recorded cause is over.

use acquaint_domain::{Code, Finding, Gate, Timestamp};

use crate::answer::rehearsal::{Ending, Rehearsal};
use crate::wording::{Party, moment};

/// That the cause `code`, which `gate` found, is over, and since when; `None` while it stands.
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
    match Ending::of(code) {
        Ending::Unblock => format!("{} the block on {at}", whose.does("lifted", "lifted")),
        Ending::Lift if code == Code::SenderBanned => format!("the ban was lifted on {at}"),
        Ending::Lift => format!("that ended on {at}"),
        Ending::Change => format!("{} settings or contacts were changed on {at}", whose.whose()),
        Ending::Disconnection => format!("the connection ended on {at}"),
        Ending::Time if code == Code::ResendCooldown => format!("that time ended on {at}"),
        Ending::Time => format!("there has been room again since {at}"),
        Ending::Unrecorded => format!("that ended on {at}"),
    }
}
