//! What has changed since a request arrived: when the cause that kept it back ended, what today's rules would say, and
//! what prevents the recipient from answering.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::{Code, Evidence, Finding, Gate, Outcome, Rule};

use super::half::IncomingHalf;
use crate::answer::rehearsal::Rehearsal;
use crate::answer::{Companion, Today, Viewer};
use crate::catalogue::entry;
use crate::half::over::over;
use crate::half::verdicts::{stopped_with, stopping_gate};
use crate::wording::{Speech, counted, moment};

/// What the recipient's rules would say today about a request that they kept back.
pub(crate) fn today(half: &IncomingHalf, now: Option<&Rehearsal>, speech: &Speech) -> Option<Today> {
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

/// Says that the cause which kept the request back is over, and since when; `None` while it exists.
pub(crate) fn over_text(half: &IncomingHalf, now: Option<&Rehearsal>, speech: &Speech) -> Option<String> {
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

/// What hinders the recipient, since the delivery, in answering a request that was let in.
pub(crate) fn answer_obstacle(
    half: &IncomingHalf,
    now: Option<&Rehearsal>,
    speech: &Speech,
) -> Option<Companion> {
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
                "{} {} of at most {limit}: the request cannot be accepted until there is room",
                recipient.does("have", "has"),
                counted(*found, "connection")
            ),
        }),
        _ => None,
    }
}

/// Whether the recipient is banned and cannot answer at all.
pub(crate) fn is_barred(now: Option<&Rehearsal>) -> bool {
    let gate = now.and_then(|now| stopping_gate(&now.verdict));
    gate.is_some_and(|gate| {
        gate.rule == Rule::RecipientUnrestricted && matches!(gate.evidence, Evidence::Stands { .. })
    })
}
