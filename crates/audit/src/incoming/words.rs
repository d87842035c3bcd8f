//! The recipient's half in words.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::{
    AcceptFrom, Code, Event, Evidence, Finding, Gate, RequestId, Rule, Timestamp, WithdrawalCause,
    connection, incoming,
};

use super::half::IncomingHalf;
use crate::answer::rehearsal::Rehearsal;
use crate::catalogue::entry;
use crate::half::events::{HowConnected, is_imported, observed_line};
use crate::half::verdicts::stopping_gate;
use crate::half::words::{BEFORE_THIS_LOG, HalfText, admitted};
use crate::wording::{self, Party, Speech, counted, days, from_moment, moment};

/// The state on the recipient's side.
pub(crate) fn half_text(half: &IncomingHalf, speech: &Speech) -> HalfText {
    let since = moment(half.since);
    let Speech { sender, recipient } = speech;
    let plain = |happened: String| HalfText { happened, reason: None };
    match half.state {
        Incoming::Delivered => plain(delivered(half, speech)),
        Incoming::AwaitingConfirmation => HalfText::because(
            format!("waiting since {since} until {} it", recipient.does("confirm", "confirms")),
            format!("{} settings require that before it is shown", recipient.whose()),
        ),
        Incoming::Filed(code) => kept_back(half, code, speech),
        Incoming::Dismissed => {
            plain(format!("archived by {} on {since}, without an answer", recipient.name()))
        }
        Incoming::Declined => plain(format!("declined by {} on {since}", recipient.name())),
        Incoming::Reported => plain(format!("reported by {} on {since}", recipient.name())),
        Incoming::Accepted => plain(accepted(half, speech)),
        Incoming::Gone(cause) => HalfText::because(
            format!("no longer open since {since}"),
            match cause {
                WithdrawalCause::Withdrawn => "it was withdrawn".to_owned(),
                WithdrawalCause::Expired => "it expired".to_owned(),
                WithdrawalCause::SenderClosed => {
                    format!("{} the account", sender.does("closed", "closed"))
                }
            },
        ),
    }
}

fn delivered(half: &IncomingHalf, speech: &Speech) -> String {
    let inbox = format!("in {} inbox since {}", speech.recipient.whose(), moment(half.since_before_idle()));
    let observed = observed(half);
    match half.idle {
        Some(idle) => format!("{inbox}{observed}, no answer for {}", days(idle)),
        None => format!("{inbox}{observed}, no answer yet"),
    }
}

fn observed(half: &IncomingHalf) -> String {
    match observed_line(&half.events) {
        Some(_) => " (imported records; no policy judged it)".to_owned(),
        None if is_imported(&half.events) => format!(" ({BEFORE_THIS_LOG})"),
        None => String::new(),
    }
}

fn accepted(half: &IncomingHalf, speech: &Speech) -> String {
    let since = moment(half.since);
    let Speech { sender, recipient } = speech;
    if let Some(ended) = half.ended {
        return if matches!(
            ended.event,
            Event::Connection(connection::Event { kind: connection::Kind::Disconnected { .. }, .. })
        ) {
            format!("no longer connected: {} the connection on {since}", recipient.does("ended", "ended"))
        } else {
            format!("no longer connected, since {since}")
        };
    }
    match half.how_connected() {
        Some(HowConnected::Crossed) => {
            format!("connected since {since}: {} had asked {} too", recipient.name(), sender.name())
        }
        Some(HowConnected::Recorded) => {
            format!("connected since {since}: an existing connection was recorded")
        }
        // The end of that connection is not an event of this request, so nothing is said about its present state.
        Some(HowConnected::AcceptedByOther) => format!(
            "resolved on {since}: {} {} own request, which connected the two",
            sender.does("accepted", "accepted"),
            recipient.whose()
        ),
        Some(HowConnected::AcceptedHere) | None => {
            format!("accepted by {} on {since}{}", recipient.name(), observed(half))
        }
    }
}

/// The state of a request that is not in the inbox, with what kept it out at the time.
fn kept_back(half: &IncomingHalf, code: Code, speech: &Speech) -> HalfText {
    let (since, whose) = (moment(half.since), speech.recipient.whose());
    let gate = gate(half, code);
    let version = gate.and_then(settings_version);
    let kept_back = match version {
        Some(_) => format!("kept back by {whose} settings since {since}"),
        None => format!("kept back since {since}"),
    };
    match (code, gate) {
        (_, Some(gate)) => {
            let version = version.map_or(String::new(), |version| format!(" (settings version {version})"));
            HalfText::because(kept_back, format!("{}{version}", gate_reason(gate, code, speech)))
        }
        (Code::BlockedByRecipient, None) => {
            let Speech { sender, recipient } = speech;
            let blocked = recipient.does("blocked", "blocked");
            HalfText::because(kept_back, format!("{blocked} {} after it had arrived", sender.name()))
        }
        (Code::RecipientClosed, None) => {
            let closed = speech.recipient.does("closed", "closed");
            HalfText::because(kept_back, format!("{closed} the account after it had arrived"))
        }
        (Code::AlreadyConnected, None) => HalfText::because(
            format!("arrived on {since} and needed no answer"),
            "the two were connected already".to_owned(),
        ),
        (Code::AlreadyPending, None) => HalfText::because(
            format!("arrived on {since} and was merged with an earlier one"),
            match merged_into(half) {
                Some(earlier) => format!("the same person had already sent request {earlier}"),
                None => "the same person had already sent one".to_owned(),
            },
        ),
        (Code::AddressUnknown, None) => {
            HalfText { happened: format!("nobody had this e-mail address on {since}"), reason: None }
        }
        _ => HalfText::because(kept_back, entry(code).title.to_owned()),
    }
}

/// The gate at which the last judgement stopped the request with `code`.
fn gate<'a>(half: &IncomingHalf<'a>, code: Code) -> Option<&'a Gate> {
    half.verdicts()
        .last()
        .copied()
        .and_then(stopping_gate)
        .filter(|gate| matches!(gate.finding, Finding::Failed(found) | Finding::Held(found) if found == code))
}

/// The version of the settings that a gate applied.
fn settings_version(gate: &Gate) -> Option<u32> {
    match gate.evidence {
        Evidence::Contact { settings_version, .. }
        | Evidence::Degree { settings_version, .. }
        | Evidence::Audience { settings_version, .. } => Some(settings_version),
        Evidence::Nothing
        | Evidence::Hidden
        | Evidence::Form(_)
        | Evidence::Holds(_)
        | Evidence::Stands { .. }
        | Evidence::Restriction { .. }
        | Evidence::Count { .. }
        | Evidence::Bucket { .. }
        | Evidence::Size { .. }
        | Evidence::Cooldown { .. }
        | Evidence::Reported { .. }
        | Evidence::Uncounted
        | Evidence::Symbols { .. } => None,
    }
}

fn merged_into(half: &IncomingHalf) -> Option<RequestId> {
    half.events.iter().find_map(|recorded| {
        if let Event::Incoming(incoming::Event { kind: incoming::Kind::Merged { into }, .. }) =
            &recorded.event
        {
            *into
        } else {
            None
        }
    })
}

fn gate_reason(gate: &Gate, code: Code, speech: &Speech) -> String {
    let Speech { sender, recipient } = speech;
    let (from, whose) = (sender.name(), recipient.whose());
    match (gate.rule, &gate.evidence) {
        (Rule::RecipientOpen, Evidence::Stands { since, .. }) => {
            format!("{whose} account was closed on {}", moment(*since))
        }
        (Rule::RecipientUnrestricted, Evidence::Stands { since, .. }) => {
            format!("{whose} account had been banned since {}", moment(*since))
        }
        (Rule::RecipientUnrestricted, Evidence::Restriction { since, until, cause }) => format!(
            "{whose} account was restricted {}, from {} until {}",
            wording::restriction(*cause),
            moment(*since),
            moment(*until)
        ),
        (Rule::NotBlockedByRecipient, Evidence::Stands { since, .. }) => {
            format!("{} {from} on {}", recipient.does("had blocked", "had blocked"), moment(*since))
        }
        (Rule::RecipientContacts, Evidence::Contact { setting, .. }) => {
            format!("they let in {}, and {from} was not among them", admitted(*setting))
        }
        (Rule::RecipientDegree, Evidence::Degree { allowed: Some(allowed), distance, .. }) => format!(
            "they let in people of the {} or closer, and {from} was {}",
            wording::ordinal_degree(*allowed),
            wording::distance(*distance)
        ),
        (Rule::RecipientNetwork, Evidence::Size { found, limit }) => format!(
            "{} {}, and at most {limit} are allowed",
            recipient.does("had", "had"),
            counted(*found, "connection")
        ),
        (Rule::RecipientAudience, Evidence::Audience { criteria, .. }) => format!(
            "they let in only people of {}, and {} not among them",
            match criteria {
                1 => "1 company or title".to_owned(),
                criteria => format!("{criteria} companies and titles"),
            },
            match sender {
                Party::You => "yours are".to_owned(),
                Party::They(name) => format!("{name}'s are"),
            }
        ),
        _ => entry(code).title.to_owned(),
    }
}

/// What would let it pass: according to today's rules where they were rehearsed, otherwise to the recorded evidence.
pub(crate) fn would_pass(half: &IncomingHalf, now: Option<&Rehearsal>, speech: &Speech) -> Option<String> {
    let recipient = &speech.recipient;
    match half.state {
        Incoming::AwaitingConfirmation => {
            Some(format!("would be shown once {} it", recipient.does("confirm", "confirms")))
        }
        Incoming::Filed(_) => {
            let verdict = now.map(|now| &now.verdict).or(half.verdicts().last().copied())?;
            gate_would_pass(stopping_gate(verdict)?, speech)
        }
        Incoming::Delivered
        | Incoming::Dismissed
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => None,
    }
}

/// From when it would pass, where waiting is enough.
pub(crate) fn would_pass_at(half: &IncomingHalf, now: Option<&Rehearsal>) -> Option<Timestamp> {
    let Incoming::Filed(_) = half.state else { return None };
    let verdict = now.map(|now| &now.verdict).or(half.verdicts().last().copied())?;
    let gate = stopping_gate(verdict)?;
    match (gate.rule, &gate.evidence) {
        (Rule::RecipientUnrestricted, Evidence::Restriction { until, .. }) => Some(*until),
        _ => None,
    }
}

fn gate_would_pass(gate: &Gate, speech: &Speech) -> Option<String> {
    let Speech { sender, recipient } = speech;
    let whose = recipient.whose();
    Some(match (gate.rule, &gate.evidence) {
        (Rule::RecipientUnrestricted, Evidence::Restriction { until, .. }) => {
            format!("a new request would pass from {} on", from_moment(*until))
        }
        (Rule::NotBlockedByRecipient, Evidence::Stands { .. }) => format!(
            "a new request would pass once {} {}",
            recipient.does("unblock", "unblocks"),
            sender.name()
        ),
        (Rule::RecipientNetwork, Evidence::Size { found, limit }) => {
            let fewer = counted(found.saturating_sub(*limit) + 1, "connection");
            format!("a new request would pass if {} {fewer} fewer", recipient.does("had", "had"))
        }
        (Rule::RecipientContacts, Evidence::Contact { setting, .. }) => {
            let email = match setting {
                AcceptFrom::ContactsOrEmail => format!(", or if it were sent to {whose} e-mail address"),
                AcceptFrom::Everyone | AcceptFrom::Contacts => String::new(),
            };
            format!(
                "a new request would pass if {whose} settings let in everybody, or {} address were imported{email}",
                sender.whose()
            )
        }
        (Rule::RecipientDegree, Evidence::Degree { distance, .. }) => {
            let wider = match distance.and_then(|distance| distance.degree) {
                Some(degree) => format!("people of the {}", wording::ordinal_degree(degree)),
                None => "people from any distance".to_owned(),
            };
            format!("a new request would pass if {whose} settings let in {wider}")
        }
        (Rule::RecipientAudience, _) => {
            format!("a new request would pass if {whose} settings named no companies or titles")
        }
        _ => return None,
    })
}
