//! The sender's half in words: one sentence for where it stands, and what would let it pass.

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{
    AcceptFrom, Code, CommandKind, Distance, Event, Evidence, Finding, Gate, RefusedCommand, Rule, Timestamp,
    WithdrawnBy, connection, letter, network, outgoing,
};

use crate::answer::Viewer;
use crate::catalogue::entry;
use crate::limit_words;
use crate::outgoing_half::{Appeal, Joined, OutgoingHalf, stopping_gate};
use crate::spam_words;
use crate::wording::{self, Speech, counted, days, moment, score};

/// Where it stands on the sender's side, in one sentence without its full stop.
pub(crate) fn sentence(half: &OutgoingHalf, speech: &Speech, viewer: Viewer) -> String {
    let since = moment(half.since);
    match half.state {
        Outgoing::Submitted => format!("asked for on {}, and not judged yet", moment(half.asked_at())),
        Outgoing::Refused(code) => {
            format!("refused: {}{}", reason(half, code, speech, viewer), appealed(half))
        }
        Outgoing::AwaitingOwnConfirmation => {
            let whose = speech.sender.whose();
            let stopped = refused_confirmation(half).map(|(at, gate)| {
                let code = code_of(gate).unwrap_or(Code::AwaitingOwnConfirmation);
                let reason = gate_reason(half, gate, code, speech, viewer);
                format!("; confirmed on {}, and kept back then: {reason}", moment(at))
            });
            let stopped = stopped.unwrap_or_default();
            format!(
                "held since {since}: {whose} own settings asked for a confirmation before it goes out{stopped}"
            )
        }
        Outgoing::HeldForReview => {
            let reason = reason(half, Code::SpamHeld, speech, viewer);
            format!("held for review since {since}: {reason}{}", appealed(half))
        }
        Outgoing::InTransit { failures: 0, .. } => format!("{}; on its way, and not arrived yet", sent(half)),
        Outgoing::InTransit { failures, fault, next_attempt } => {
            let last = fault.map_or("a fault", wording::fault);
            let next = match next_attempt {
                Some(next) => format!("; the next attempt is due on {}", moment(next)),
                None => String::new(),
            };
            format!("{}; delivery has failed {}, last by {last}{next}", sent(half), times(failures))
        }
        Outgoing::Sent => match viewer {
            Viewer::Sender => format!("{}; what happens on the other side is private", sent(half)),
            Viewer::Recipient | Viewer::Agent | Viewer::Engineer => match half.arrived_at() {
                Some(arrived) => format!("{}, arrived on {}", sent(half), moment(arrived)),
                None => sent(half),
            },
        },
        Outgoing::Failed(fault) => {
            let fault = wording::fault(fault);
            format!(
                "{}; delivery was given up on {since} after {}, the last by {fault}",
                sent(half),
                attempts(half)
            )
        }
        Outgoing::Withdrawn(by) => format!("withdrawn on {since} {}", withdrawn_by(by, speech)),
        Outgoing::Expired => format!("expired on {since}, having been open for {}", expiry(half)),
        Outgoing::Connected => connected(half, speech),
        Outgoing::Disconnected => disconnected(half, speech),
    }
}

/// What has become of an appeal against what stopped it.
fn appealed(half: &OutgoingHalf) -> String {
    match half.appeal() {
        Some(Appeal::Open { since }) => format!("; an appeal of {} waits to be decided", moment(since)),
        Some(Appeal::Upheld { at, .. }) => {
            format!("; the appeal was upheld on {}{}", moment(at), stays_held(half))
        }
        Some(Appeal::Dismissed { at }) => format!("; an appeal was dismissed on {}", moment(at)),
        None => String::new(),
    }
}

/// Why it is still held after an upheld appeal.
fn stays_held(half: &OutgoingHalf) -> String {
    let Some((code, until)) = half.stays_held().filter(|_| half.state == Outgoing::HeldForReview) else {
        return String::new();
    };
    match until {
        Some(until) if until <= half.as_of => format!("; it can be released since {}", moment(until)),
        Some(until) => format!("; it stays held until {} ({code} {})", moment(until), code.name()),
        None => format!("; it stays held ({code} {})", code.name()),
    }
}

/// The same of what was stopped, where the policy says that its sender is told no more than the kind of cause.
pub(crate) fn class_only(half: &OutgoingHalf, code: Code) -> String {
    let title = entry(code).title;
    if half.state == Outgoing::HeldForReview {
        format!("held for review since {}: {title}{}", moment(half.since), appealed(half))
    } else {
        format!("refused: {title}{}", appealed(half))
    }
}

/// What is said of what was taken over.
pub(crate) const BEFORE_THIS_LOG: &str = "taken over with the network; no policy of this log judged it";

/// "sent on", with what is known of it.
fn sent(half: &OutgoingHalf) -> String {
    let at = half.sent_at().unwrap_or(half.asked_at());
    match half.observed_line() {
        Some(line) => {
            format!("sent on {} (imported records, line {line}; no policy judged it)", moment(at))
        }
        None if half.is_inherited() => format!("sent on {} ({BEFORE_THIS_LOG})", moment(at)),
        None => format!("sent on {}", moment(at)),
    }
}

fn times(number: u32) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        number => format!("{number} times"),
    }
}

fn attempts(half: &OutgoingHalf) -> String {
    let given_up = half.events.iter().rev().find_map(|recorded| {
        if let Event::Letter(letter::Event {
            kind: letter::Kind::DeliveryAbandoned { attempts, .. }, ..
        }) = &recorded.event
        {
            Some(*attempts)
        } else {
            None
        }
    });
    given_up.map_or("every attempt failed".to_owned(), |attempts| counted(attempts, "failed attempt"))
}

pub(crate) fn withdrawn_by(by: WithdrawnBy, speech: &Speech) -> String {
    let Speech { sender, recipient } = speech;
    match by {
        WithdrawnBy::Member => format!("by {}", sender.name()),
        WithdrawnBy::Block => format!("because {} {}", sender.does("blocked", "blocked"), recipient.name()),
        WithdrawnBy::Enforcement => format!("by the network, when {} account was banned", sender.whose()),
        WithdrawnBy::Closure => format!("because {} the account", sender.does("closed", "closed")),
    }
}

/// For how long the request was open when it expired: longer than the policy says where a policy with a shorter expiry was
/// adopted, or an old request imported.
fn expiry(half: &OutgoingHalf) -> String {
    let expired = half.events.iter().rev().find(|recorded| {
        matches!(
            recorded.event,
            Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Expired { .. }, .. })
        )
    });
    let age = expired.map(|expired| expired.at.since(half.asked_at()));
    age.or(half.overdue).map_or("too long".to_owned(), days)
}

/// What became of the note of a send that was itself the acceptance.
fn undelivered_note(half: &OutgoingHalf) -> &'static str {
    let typed = half.submitted().and_then(|(_, _, typed)| typed.held());
    let has_note = typed.is_some_and(|typed| typed.note.is_some());
    if has_note && half.crossing().is_some() { "; the note is kept and was not delivered" } else { "" }
}

fn connected(half: &OutgoingHalf, speech: &Speech) -> String {
    let since = moment(half.since);
    let Speech { sender, recipient } = speech;
    match half.joined() {
        Some(Joined::Crossed) => format!(
            "both asked: {} had asked {} as well, and the two are connected since {since}{}",
            recipient.name(),
            sender.name(),
            undelivered_note(half)
        ),
        Some(Joined::Recorded) => {
            format!("connected since {since}: the connection existed already and was written down")
        }
        Some(Joined::SaidYes) => format!(
            "accepted: {} {} own request, and the two are connected since {since}",
            sender.does("accepted", "accepted"),
            recipient.whose()
        ),
        Some(Joined::GotYes) | None => format!(
            "accepted: {} and {} are connected since {since}{}",
            sender.name(),
            recipient.name(),
            if half.is_observed() { " (imported records; no policy judged it)" } else { "" }
        ),
    }
}

fn disconnected(half: &OutgoingHalf, speech: &Speech) -> String {
    let since = moment(half.since);
    let ended_it = half.events.iter().any(|recorded| {
        matches!(
            recorded.event,
            Event::Connection(connection::Event { kind: connection::Kind::Disconnected { .. }, .. })
        )
    });
    if ended_it {
        format!("no longer connected: {} the connection on {since}", speech.sender.does("ended", "ended"))
    } else {
        format!("no longer connected, since {since}")
    }
}

/// What was typed as the address, in words.
pub(crate) fn typed_words(half: &OutgoingHalf) -> String {
    match half.submitted() {
        Some((_, _, typed)) => match typed.held() {
            Some(typed) => format!("`{}`", typed.address),
            None => "an erased address".to_owned(),
        },
        None => "the address".to_owned(),
    }
}

/// When the last confirmation was refused that left it held, and by which rule.
pub(crate) fn refused_confirmation<'a>(half: &OutgoingHalf<'a>) -> Option<(Timestamp, &'a Gate)> {
    half.events.iter().rev().find_map(|recorded| {
        if let Event::Network(network::Event::CommandRefused(RefusedCommand {
            command: CommandKind::Confirm,
            verdict: Some(verdict),
            ..
        })) = &recorded.event
        {
            stopping_gate(verdict).map(|gate| (recorded.at, gate))
        } else {
            None
        }
    })
}

/// The code that a rule stopped it with.
fn code_of(gate: &Gate) -> Option<Code> {
    if let Finding::Failed(code) | Finding::Held(code) | Finding::FailedUnseen(code) = gate.finding {
        Some(code)
    } else {
        None
    }
}

/// Why it was refused or held, with the numbers that decided.
fn reason(half: &OutgoingHalf, code: Code, speech: &Speech, viewer: Viewer) -> String {
    match half.stopping_gate() {
        Some(gate) => gate_reason(half, gate, code, speech, viewer),
        None => entry(code).title.to_owned(),
    }
}

fn gate_reason(half: &OutgoingHalf, gate: &Gate, code: Code, speech: &Speech, viewer: Viewer) -> String {
    let Speech { sender, recipient } = speech;
    let (you, whose, to) = (sender.name(), sender.whose(), recipient.name());
    match (gate.rule, &gate.evidence) {
        (Rule::AddressForm, Evidence::Form(Some(malformed))) => format!(
            "{} is not the form of an address: there is {} at character {}",
            typed_words(half),
            malformed.problem.words(),
            malformed.offset.saturating_add(1)
        ),
        (Rule::AddressKnown, _) => {
            format!("no member has the address {}{}", typed_words(half), normalised(half))
        }
        (Rule::NotSelf, _) => format!("{} is {whose} own address", typed_words(half)),
        (Rule::NotBlockedByOneself, Evidence::Stands { since, .. }) => {
            format!("{} {to} since {}", sender.does("have blocked", "has blocked"), moment(*since))
        }
        (Rule::NotConnected, Evidence::Stands { since, request }) => {
            let by = request.map_or(String::new(), |request| format!(", by request {request}"));
            format!("{you} and {to} are connected since {}{by}", moment(*since))
        }
        (Rule::NotPending, Evidence::Stands { since, request }) => {
            let which =
                request.map_or("an earlier request".to_owned(), |request| format!("request {request}"));
            let age = days(half.since.since(*since));
            format!("{which} to {to} is still open, since {} ({age} before this one)", moment(*since))
        }
        (Rule::SenderNotBanned, Evidence::Stands { since, .. }) => {
            format!("{whose} account is banned since {}", moment(*since))
        }
        (Rule::SenderNotRestricted, Evidence::Restriction { since, until, cause }) => format!(
            "{whose} account is restricted {}, from {} until {}",
            wording::restriction(*cause),
            moment(*since),
            moment(*until)
        ),
        (Rule::OwnContacts, Evidence::Contact { setting, .. }) => format!(
            "{whose} own settings let in {}, and what {} not let in cannot be sent, either; {to} is not among them",
            admitted(*setting),
            sender.does("do", "does"),
        ),
        (Rule::OwnDegree, Evidence::Degree { allowed: Some(allowed), distance, .. }) => format!(
            "{whose} own settings let in people within {} only, and what {} not let in cannot be sent, either; {to} is {}",
            counted(*allowed, "step"),
            sender.does("do", "does"),
            wording::distance(*distance)
        ),
        (Rule::Spam, evidence) => spam_words::reason(evidence, code, viewer),
        _ if matches!(gate.finding, Finding::FailedUnseen(_)) => {
            let title = entry(code).title;
            format!(
                "whether `{title}` holds cannot be seen on this side, and the policy refuses what it cannot see"
            )
        }
        _ => limit_words::reason(gate, speech).unwrap_or_else(|| entry(code).title.to_owned()),
    }
}

/// How the address was read, where that is not how it was typed.
fn normalised(half: &OutgoingHalf) -> String {
    let typed = half.submitted().and_then(|(_, _, typed)| typed.held());
    match typed.and_then(|typed| typed.normalised.as_ref().map(|read| (typed.address.trim(), read.as_str())))
    {
        Some((typed, read)) if typed != read => format!(" (read as `{read}`)"),
        Some(_) | None => String::new(),
    }
}

/// Whom an accept-from setting lets in.
pub(crate) const fn admitted(setting: AcceptFrom) -> &'static str {
    match setting {
        AcceptFrom::Everyone => "everybody",
        AcceptFrom::Contacts => "imported contacts only",
        AcceptFrom::ContactsOrEmail => "imported contacts and people whose e-mail address is used only",
    }
}

/// When a limit lets the next one through.
pub(crate) fn next_frees(frees_at: Option<Timestamp>, limit: u32) -> String {
    match frees_at {
        Some(_) if limit == 0 => "the policy lets none through".to_owned(),
        Some(frees_at) => format!("the next one frees on {}", moment(frees_at)),
        None => "there is room".to_owned(),
    }
}

/// What would let it pass, where the recorded evidence tells.
pub(crate) fn would_pass(half: &OutgoingHalf, speech: &Speech, viewer: Viewer) -> Option<String> {
    match half.state {
        Outgoing::Refused(_) | Outgoing::HeldForReview => {
            gate_would_pass(half, half.stopping_gate()?, speech, viewer)
        }
        Outgoing::AwaitingOwnConfirmation if refused_confirmation(half).is_some() => {
            let (_, gate) = refused_confirmation(half)?;
            gate_would_pass(half, gate, speech, viewer)
        }
        Outgoing::AwaitingOwnConfirmation => {
            Some(format!("would go out once {} it", speech.sender.does("confirm", "confirms")))
        }
        Outgoing::InTransit { next_attempt: Some(next), .. } => {
            Some(format!("would arrive with the next attempt, due on {}", moment(next)))
        }
        Outgoing::InTransit { next_attempt: None, .. }
        | Outgoing::Submitted
        | Outgoing::Sent
        | Outgoing::Failed(_)
        | Outgoing::Withdrawn(_)
        | Outgoing::Expired
        | Outgoing::Connected
        | Outgoing::Disconnected => None,
    }
}

fn gate_would_pass(half: &OutgoingHalf, gate: &Gate, speech: &Speech, viewer: Viewer) -> Option<String> {
    let Speech { sender, recipient } = speech;
    let to = recipient.name();
    match (gate.rule, &gate.evidence) {
        (Rule::AddressForm, _) => {
            let typed = half.submitted().and_then(|(_, _, typed)| typed.held())?;
            acquaint_domain::correction(&typed.address)
                .map(|meant| format!("`{meant}` would have the form of an address"))
        }
        (Rule::NotBlockedByOneself, _) => {
            Some(format!("would pass once {} {to}", sender.does("unblock", "unblocks")))
        }
        (Rule::NotConnected, _) => Some("would pass once the two are disconnected".to_owned()),
        (Rule::NotPending, Evidence::Stands { request: Some(request), .. }) => {
            Some(format!("would pass once request {request} is no longer open"))
        }
        (Rule::SenderNotBanned, _) => Some("would pass once the ban is lifted".to_owned()),
        (Rule::SenderNotRestricted, Evidence::Restriction { until, .. }) => {
            Some(format!("would pass from {} on", moment(*until)))
        }
        (Rule::OwnContacts, _) => Some(
            "would pass with `--accept-from everyone`, or to the e-mail address of an imported contact"
                .to_owned(),
        ),
        (Rule::OwnDegree, Evidence::Degree { distance: Some(Distance { degree: Some(degree), .. }), .. }) => {
            Some(format!("would pass with `--max-degree {degree}` or `--max-degree any`"))
        }
        (Rule::OwnDegree, _) => Some("would pass with `--max-degree any`".to_owned()),
        (Rule::Spam, Evidence::Symbols { hold_at_milli, score_milli, .. }) => match viewer {
            Viewer::Sender | Viewer::Recipient => None,
            Viewer::Agent | Viewer::Engineer => Some(format!(
                "would pass with a score below {}; it was {}",
                score(*hold_at_milli),
                score(*score_milli)
            )),
        },
        _ => limit_words::would_pass(gate),
    }
}
