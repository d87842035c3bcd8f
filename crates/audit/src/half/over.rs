//! Whether a recorded cause is over.

use acquaint_domain::{Code, Finding, Gate, Timestamp};

use crate::answer::rehearsal::{CauseEnd, Rehearsal};
use crate::wording::{Party, moment};

/// Says that the cause `code`, which `gate` found, is over, and since when; `None` while it exists. `owner` is the member
/// whose rules found it.
pub(crate) fn over(code: Code, gate: &Gate, now: &Rehearsal, owner: &Party) -> Option<String> {
    let same_rule = now.verdict.gates.iter().filter(|other| other.rule == gate.rule);
    let is_over = {
        let mut same_rule = same_rule.peekable();
        // A rule that was not evaluated, because the policy lacks it or an earlier rule decided, proves nothing.
        same_rule.peek().is_some()
            && same_rule.all(|other| {
                matches!(other.finding, Finding::Passed | Finding::Unevaluated | Finding::Shadow(_))
            })
    };
    is_over.then(|| match now.ended {
        Some(at) => over_on(code, at, owner),
        None => "that is no longer the case".to_owned(),
    })
}

fn over_on(code: Code, at: Timestamp, owner: &Party) -> String {
    let at = moment(at);
    match CauseEnd::of(code) {
        CauseEnd::Unblock => format!("{} the block on {at}", owner.does("lifted", "lifted")),
        CauseEnd::Lift if code == Code::SenderBanned => format!("the ban was lifted on {at}"),
        CauseEnd::Lift => format!("that ended on {at}"),
        CauseEnd::Change => format!("{} settings or contacts were changed on {at}", owner.whose()),
        CauseEnd::Disconnection => format!("the connection ended on {at}"),
        CauseEnd::Time if code == Code::ResendCooldown => format!("that time ended on {at}"),
        CauseEnd::Time => format!("there has been room again since {at}"),
        CauseEnd::Unrecorded => format!("that ended on {at}"),
    }
}
