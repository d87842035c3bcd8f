//! The recipient's half in words.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::{
    Code, Event, Evidence, Finding, Gate, RequestId, Rule, WithdrawalCause, connection, incoming,
};

use crate::catalogue::entry;
use crate::incoming_half::IncomingHalf;
use crate::outgoing_half::{Joined, is_inherited, observed_line, stopping_gate};
use crate::outgoing_words::BEFORE_THIS_LOG;
use crate::outgoing_words::admitted;
use crate::wording::{self, Speech, counted, days, moment};

/// Where it stands on the recipient's side, in one sentence without its full stop.
pub(crate) fn sentence(half: &IncomingHalf, speech: &Speech) -> String {
    let since = moment(half.since);
    let Speech { sender, recipient } = speech;
    let whose = recipient.whose();
    match half.state {
        Incoming::Delivered => delivered(half, speech),
        Incoming::AwaitingConfirmation => {
            format!(
                "held by {whose} settings since {since}: it is displayed once {} it",
                recipient.does("confirm", "confirms")
            )
        }
        Incoming::Filed(code) => {
            let version = match gate(half, code).and_then(settings_version) {
                Some(version) => format!(", by settings version {version}"),
                None => String::new(),
            };
            format!("{} ({}since {since}{version})", filed(half, code, speech), place(code))
        }
        Incoming::Dismissed => format!("set aside by {} on {since}", recipient.name()),
        Incoming::Declined => format!("declined by {} on {since}", recipient.name()),
        Incoming::Reported => format!("reported by {} on {since}", recipient.name()),
        Incoming::Accepted => accepted(half, speech),
        Incoming::Gone(cause) => match cause {
            WithdrawalCause::Withdrawn => format!("no longer open since {since}: it was withdrawn"),
            WithdrawalCause::Expired => format!("no longer open since {since}: it grew too old"),
            WithdrawalCause::SenderClosed => {
                format!("no longer open since {since}: {} the account", sender.does("closed", "closed"))
            }
        },
    }
}

fn delivered(half: &IncomingHalf, speech: &Speech) -> String {
    let inbox = format!("in {} inbox since {}", speech.recipient.whose(), moment(half.since_before_idle()));
    let observed = observed(half);
    match half.idle {
        Some(idle) => format!("{inbox}{observed}, without any action for {}", days(idle)),
        None => format!("{inbox}{observed}, no answer yet"),
    }
}

fn observed(half: &IncomingHalf) -> String {
    match observed_line(&half.events) {
        Some(_) => " (imported records; no policy judged it)".to_owned(),
        None if is_inherited(&half.events) => format!(" ({BEFORE_THIS_LOG})"),
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
    match half.joined() {
        Some(Joined::Crossed) => format!(
            "both asked: {} had asked {} as well, and the two are connected since {since}",
            recipient.name(),
            sender.name()
        ),
        Some(Joined::Recorded) => {
            format!("connected since {since}: the connection existed already and was written down")
        }
        Some(Joined::GotYes) => format!(
            "connected since {since}: {} {} own request",
            sender.does("accepted", "accepted"),
            recipient.whose()
        ),
        Some(Joined::SaidYes) | None => {
            format!("accepted by {} on {since}{}", recipient.name(), observed(half))
        }
    }
}

/// Where a filed request is: what found nobody, or was one with another, is nowhere that anybody could look.
fn place(code: Code) -> &'static str {
    let is_nowhere = matches!(code, Code::AddressUnknown | Code::AlreadyPending | Code::AlreadyConnected);
    if is_nowhere { "" } else { "filed " }
}

/// Why it is not in the inbox.
fn filed(half: &IncomingHalf, code: Code, speech: &Speech) -> String {
    let Speech { sender, recipient } = speech;
    match (code, gate(half, code)) {
        (_, Some(gate)) => gate_reason(gate, code, speech),
        (Code::BlockedByRecipient, None) => {
            format!("{} {} afterwards", recipient.does("blocked", "blocked"), sender.name())
        }
        (Code::RecipientClosed, None) => {
            format!("{} the account afterwards", recipient.does("closed", "closed"))
        }
        (Code::AlreadyConnected, None) => "the two were connected already when it arrived".to_owned(),
        (Code::AlreadyPending, None) => match merged_into(half) {
            Some(earlier) => format!("one with request {earlier}, which the same person had sent before"),
            None => entry(code).title.to_owned(),
        },
        (Code::AddressUnknown, None) => "nobody has this e-mail address".to_owned(),
        _ => entry(code).title.to_owned(),
    }
}

/// The gate of the last judgement that found `code`.
fn gate<'a>(half: &IncomingHalf<'a>, code: Code) -> Option<&'a Gate> {
    half.verdicts()
        .last()
        .copied()
        .and_then(stopping_gate)
        .filter(|gate| matches!(gate.finding, Finding::Failed(found) | Finding::Held(found) if found == code))
}

/// The version of the settings that a gate went by.
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
            format!("{whose} account is closed since {}", moment(*since))
        }
        (Rule::RecipientUnrestricted, Evidence::Stands { since, .. }) => {
            format!("{whose} account is banned since {}", moment(*since))
        }
        (Rule::RecipientUnrestricted, Evidence::Restriction { since, until, cause }) => format!(
            "{whose} account is restricted {}, from {} until {}",
            wording::restriction(*cause),
            moment(*since),
            moment(*until)
        ),
        (Rule::NotBlockedByRecipient, Evidence::Stands { since, .. }) => {
            format!("{} {from} since {}", recipient.does("have blocked", "has blocked"), moment(*since))
        }
        (Rule::RecipientContacts, Evidence::Contact { setting, .. }) => format!(
            "held by {whose} settings: they let in {}, and {from} is not among them",
            admitted(*setting)
        ),
        (Rule::RecipientDegree, Evidence::Degree { allowed: Some(allowed), distance, .. }) => format!(
            "held by {whose} settings: they let in people within {} only, and {from} is {}",
            counted(*allowed, "step"),
            wording::distance(*distance)
        ),
        (Rule::RecipientNetwork, Evidence::Size { found, limit }) => format!(
            "{} {found} connections, and who has {limit} or more cannot have another",
            recipient.does("have", "has")
        ),
        (Rule::RecipientAudience, Evidence::Audience { criteria, .. }) => format!(
            "held by {whose} settings: they let in people of {} only, and {from}'s are not among them",
            match criteria {
                1 => "1 named company or title".to_owned(),
                criteria => format!("{criteria} named companies and titles"),
            }
        ),
        _ => entry(code).title.to_owned(),
    }
}

/// What would let it pass, where the recorded evidence tells.
pub(crate) fn would_pass(half: &IncomingHalf, speech: &Speech) -> Option<String> {
    let recipient = &speech.recipient;
    match half.state {
        Incoming::AwaitingConfirmation => {
            Some(format!("would be displayed once {} it", recipient.does("confirm", "confirms")))
        }
        Incoming::Filed(Code::BlockedByRecipient) => Some(format!(
            "a request sent after {} {} would not meet this rule",
            recipient.does("unblock", "unblocks"),
            speech.sender.name()
        )),
        Incoming::Filed(_) => {
            let gate = half.verdicts().last().copied().and_then(stopping_gate)?;
            gate_would_pass(gate)
        }
        Incoming::Delivered
        | Incoming::Dismissed
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => None,
    }
}

fn gate_would_pass(gate: &Gate) -> Option<String> {
    let setting = match (gate.rule, &gate.evidence) {
        (Rule::RecipientUnrestricted, Evidence::Restriction { until, .. }) => {
            return Some(format!(
                "a request that arrives from {} on would not meet this rule",
                moment(*until)
            ));
        }
        (Rule::RecipientNetwork, Evidence::Size { found, limit }) => {
            let fewer = counted(found.saturating_sub(*limit) + 1, "connection");
            return Some(format!("a request that arrives with {fewer} fewer would pass this rule"));
        }
        (Rule::RecipientContacts, _) => "`--accept-from everyone`".to_owned(),
        (Rule::RecipientDegree, Evidence::Degree { distance, .. }) => {
            match distance.and_then(|distance| distance.degree) {
                Some(degree) => format!("`--max-degree {degree}`"),
                None => "`--max-degree any`".to_owned(),
            }
        }
        (Rule::RecipientAudience, _) => "`--companies none --titles none`".to_owned(),
        _ => return None,
    };
    Some(format!("a request that arrives under {setting} would pass this rule"))
}
