//! What has changed since: when the recorded cause ended, what today's rules would say, and what stands in the way of an
//! answer that nothing stood in the way of when the request was delivered.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Code, Evidence, Finding, Gate, Outcome, Rule, Timestamp, Verdict};

use crate::answer::rehearsal::{Ending, Rehearsal};
use crate::answer::{Companion, Today, Viewer};
use crate::catalogue::entry;
use crate::incoming::half::IncomingHalf;
use crate::outgoing::half::{OutgoingHalf, stopping_gate};
use crate::wording::{Party, Speech, counted, moment};

/// The code that a verdict stops a request with.
pub(crate) const fn stopped_with(verdict: &Verdict) -> Option<Code> {
    match verdict.outcome {
        Outcome::Pass => None,
        Outcome::Hold(code) | Outcome::Refuse(code) => Some(code),
    }
}

/// What the sender's rules would say today.
pub(crate) fn today_here(half: &OutgoingHalf, speech: &Speech) -> Option<Today> {
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
            format!("a new request would accept {} own, which waits for an answer", speech.recipient.whose())
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

/// What the recipient's rules would say today of a request that they kept back.
pub(crate) fn today_there(half: &IncomingHalf, now: Option<&Rehearsal>, speech: &Speech) -> Option<Today> {
    let verdict = &now.filter(|_| matches!(half.state, Incoming::Filed(_)))?.verdict;
    let whose = speech.recipient.whose();
    let text = match verdict.outcome {
        Outcome::Pass => format!("{whose} rules would let a new request in"),
        Outcome::Hold(_) => {
            format!("a new request would wait until {} it", speech.recipient.does("confirm", "confirms"))
        }
        Outcome::Refuse(code) => format!("a new request would be kept back: {}", entry(code).title),
    };
    Some(Today { side: Viewer::Recipient, code: stopped_with(verdict), text })
}

/// That the cause which stopped a request on the sender's side is over, and since when.
pub(crate) fn over_here(half: &OutgoingHalf, speech: &Speech) -> Option<String> {
    let Outgoing::Refused(code) = half.state else { return None };
    over(code, half.stopping_gate()?, half.dossier.now.as_ref()?, &speech.sender)
}

/// The same on the recipient's side.
pub(crate) fn over_there(half: &IncomingHalf, now: Option<&Rehearsal>, speech: &Speech) -> Option<String> {
    let (Incoming::Filed(code), Some(now)) = (half.state, now) else { return None };
    let blocked = Gate {
        rule: Rule::NotBlockedByRecipient,
        finding: Finding::Failed(code),
        evidence: Evidence::Nothing,
    };
    let gate = half.verdicts().last().copied().and_then(stopping_gate);
    let gate = gate.or((code == Code::BlockedByRecipient).then_some(&blocked))?;
    over(code, gate, now, &speech.recipient)
}

fn over(code: Code, gate: &Gate, now: &Rehearsal, whose: &Party) -> Option<String> {
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

/// What keeps the recipient from answering a request that was let in: what came after its delivery.
pub(crate) fn standing(half: &IncomingHalf, now: Option<&Rehearsal>, speech: &Speech) -> Option<Companion> {
    let waits = match half.state {
        Incoming::Delivered | Incoming::AwaitingConfirmation | Incoming::Dismissed => true,
        Incoming::Filed(_)
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => false,
    };
    let gate = stopping_gate(&now.filter(|_| waits)?.verdict)?;
    let Speech { recipient, .. } = speech;
    let whose = recipient.whose();
    match (gate.rule, &gate.evidence) {
        (Rule::RecipientUnrestricted, Evidence::Stands { since, .. }) => Some(Companion {
            code: Code::RecipientRestricted,
            text: format!(
                "{whose} account has been banned since {}: {} cannot answer until the ban is lifted",
                moment(*since),
                recipient.name()
            ),
        }),
        (Rule::RecipientUnrestricted, Evidence::Restriction { since, until, .. }) => Some(Companion {
            code: Code::RecipientRestricted,
            text: format!(
                "{whose} account is restricted from {} until {}; {} can still answer",
                moment(*since),
                moment(*until),
                recipient.name()
            ),
        }),
        (Rule::RecipientNetwork, Evidence::Size { found, limit }) => Some(Companion {
            code: Code::RecipientNetworkFull,
            text: format!(
                "{} {} of at most {limit}: it cannot be accepted until there is room",
                recipient.does("have", "has"),
                counted(*found, "connection")
            ),
        }),
        _ => None,
    }
}

/// Whether the recipient can do nothing at all.
pub(crate) fn is_barred(now: Option<&Rehearsal>) -> bool {
    let gate = now.and_then(|now| stopping_gate(&now.verdict));
    gate.is_some_and(|gate| {
        gate.rule == Rule::RecipientUnrestricted && matches!(gate.evidence, Evidence::Stands { .. })
    })
}
