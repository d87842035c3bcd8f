//! Advice about causes on the recipient's side.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::{AcceptFrom, Code, Evidence};

use super::half::IncomingHalf;
use crate::answer::action::{Act, Advice, Whom};
use crate::answer::rehearsal::Rehearsal;
use crate::catalogue::entry;
use crate::half::verdicts::{stopped_with, stopping_gate};
use crate::wording::{Speech, from_moment};

/// What the sender and the recipient can do about a cause on the recipient's side, for staff, who see both halves.
pub(crate) fn for_the_other_side(
    half: &IncomingHalf,
    now: Option<&Rehearsal>,
    whom: &Whom,
    speech: &Speech,
) -> Vec<Advice> {
    let code = half.code();
    let theirs = Whom { member: whom.other.clone(), other: whom.member.clone(), ..whom.clone() };
    let gate = half.verdicts().last().copied().and_then(stopping_gate);
    if lets_in(half, now) {
        let to = speech.recipient.name();
        return vec![
            whom.advice("A new request would be let in; withdraw this one and send again.", Act::Withdraw),
            theirs.advice(
                format!("Or {to} can accept it: it is among the requests that were kept back."),
                Act::Accept,
            ),
        ];
    }
    let mut remedy: Vec<Advice> = entry(code).remedy.iter().map(|help| whom.help(help)).collect();
    match (code, gate.map(|gate| &gate.evidence)) {
        (Code::RecipientRestricted, Some(Evidence::Restriction { until, .. })) => {
            // A computed time replaces the catalogue's last line.
            remedy.pop();
            let text = format!(
                "Or withdraw it, and send a new one from {} on, when the restriction is over.",
                from_moment(*until)
            );
            remedy.push(whom.advice(text, Act::Withdraw));
        }
        (Code::RecipientSettingContacts, Some(Evidence::Contact { setting, by_email, .. }))
            if *setting == AcceptFrom::ContactsOrEmail && !by_email =>
        {
            let text = "If their e-mail address is known, withdraw the request and send it to that address.";
            remedy.push(whom.advice(text, Act::Withdraw));
        }
        _ => {}
    }
    remedy
}

/// Whether the cause that kept a request back is over, so that a new request would be let in.
pub(crate) fn lets_in(half: &IncomingHalf, now: Option<&Rehearsal>) -> bool {
    let is_kept_back = matches!(half.state, Incoming::Filed(_));
    is_kept_back && now.is_some_and(|now| stopped_with(&now.verdict).is_none())
}

/// What the recipient can do about `code`.
pub(crate) fn for_recipient(code: Code, whom: &Whom) -> Vec<Advice> {
    match entry(code).recipient_remedy {
        [] => vec![Advice::say("Nothing needs to be done.")],
        remedy => remedy.iter().map(|help| whom.help(help)).collect(),
    }
}
