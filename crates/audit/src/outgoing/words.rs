//! The sender's half in words: its state in one sentence, with the reason.

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Code, Evidence, Finding, Gate, Rule};

use super::half::{Appeal, OutgoingHalf};
use crate::answer::Viewer;
use crate::catalogue::entry;
use crate::half::events::HowConnected;
use crate::half::verdicts::stopping_code;
use crate::half::words::{BEFORE_THIS_LOG, HalfText, admitted, withdrawn_by};
use crate::half::{limit_words, spam_words};
use crate::wording::{self, Speech, counted, days, moment};

/// The state on the sender's side.
pub(crate) fn half_text(half: &OutgoingHalf, speech: &Speech, viewer: Viewer) -> HalfText {
    let since = moment(half.since);
    match half.state {
        Outgoing::Submitted => {
            HalfText::plain(format!("submitted on {}, and not judged yet", moment(half.asked_at())))
        }
        Outgoing::Refused(code) => {
            let refused = if half.facts.is_rejected { "refused after a review on" } else { "refused on" };
            let reason = reason(half, code, speech, viewer);
            HalfText::because(format!("{refused} {since}"), format!("{reason}{}", appealed(half)))
        }
        Outgoing::AwaitingOwnConfirmation => awaiting_own(half, speech, viewer),
        Outgoing::HeldForReview => HalfText::because(
            format!("held for review since {since}"),
            format!("{}{}", reason(half, Code::SpamHeld, speech, viewer), appealed(half)),
        ),
        Outgoing::InTransit { failures: 0, .. } => {
            HalfText::plain(format!("{}, and not delivered yet", sent(half, speech)))
        }
        Outgoing::InTransit { failures, fault, next_attempt } => {
            let last = fault.map_or("a fault", wording::fault);
            let next = match next_attempt {
                Some(next) => format!("; the next attempt is due on {}", moment(next)),
                None => String::new(),
            };
            HalfText::because(
                format!("{}, and not delivered yet", sent(half, speech)),
                format!("{}, the last by {last}{next}", counted(failures, "failed attempt")),
            )
        }
        Outgoing::Sent => match viewer {
            Viewer::Sender | Viewer::Recipient => sent_on(half, speech),
            Viewer::Agent | Viewer::Engineer => HalfText::plain(match half.arrived_at() {
                Some(arrived) if moment(arrived) == moment(half.sent_at().unwrap_or(arrived)) => {
                    format!("{} and delivered", sent(half, speech))
                }
                Some(arrived) => format!("{}, delivered on {}", sent(half, speech), moment(arrived)),
                None => sent(half, speech),
            }),
        },
        Outgoing::Failed(fault) => {
            let fault = wording::fault(fault);
            HalfText::because(
                format!("{}; delivery was given up on {since}", sent(half, speech)),
                format!("{}, the last by {fault}", attempts(half)),
            )
        }
        Outgoing::Withdrawn(by) => {
            HalfText::plain(format!("withdrawn on {since} {}", withdrawn_by(by, speech)))
        }
        Outgoing::Expired => {
            HalfText::plain(format!("ended on {since}: it was not accepted in {}", expiry(half)))
        }
        Outgoing::Connected => HalfText::plain(connected(half, speech)),
        Outgoing::Disconnected => HalfText::plain(disconnected(half, speech)),
    }
}

/// The state of an appeal against what stopped the request, to append to the reason.
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
        Some(until) if until <= half.dossier.case.as_of => {
            format!("; it has been free to be released since {}", moment(until))
        }
        Some(until) => format!("; it stays held until {} ({code} {})", moment(until), code.name()),
        None => format!("; it stays held ({code} {})", code.name()),
    }
}

fn awaiting_own(half: &OutgoingHalf, speech: &Speech, viewer: Viewer) -> HalfText {
    let (sender, since) = (&speech.sender, moment(half.since));
    let happened = format!("held since {since} until {} it", sender.does("confirm", "confirms"));
    let required = format!("{} own settings required that before sending", sender.whose());
    let reason = match half.refused_confirmation() {
        Some((at, gate)) => {
            let code = stopping_code(gate).unwrap_or(Code::AwaitingOwnConfirmation);
            let reason = gate_reason(half, gate, code, speech, viewer);
            format!("{required}; a confirmation on {} was refused: {reason}", moment(at))
        }
        None => required,
    };
    HalfText::because(happened, reason)
}

/// The request was sent, and the sender knows no more. The sender may not learn whether anybody has an e-mail address,
/// so nothing is said about delivery to one.
fn sent_on(half: &OutgoingHalf, speech: &Speech) -> HalfText {
    let is_delivered = half.arrived_at().is_some() && !half.is_to_hidden_owner();
    let delivered = if is_delivered { " and delivered" } else { "" };
    let age = half.horizon().since(half.sent_at().unwrap_or(half.asked_at()));
    let age = if age.whole_days() > 0 { format!(" ({})", days(age)) } else { String::new() };
    HalfText::plain(format!("{}{delivered}; not accepted so far{age}", sent(half, speech)))
}

/// The state of a stopped request, where the policy lets its sender know only the kind of cause.
pub(crate) fn class_only(half: &OutgoingHalf, code: Code) -> HalfText {
    let since = moment(half.since);
    let happened = if half.state == Outgoing::HeldForReview {
        format!("held for review since {since}")
    } else {
        format!("refused on {since}")
    };
    HalfText::because(happened, format!("{}{}", entry(code).title, appealed(half)))
}

/// "sent to ... on ...", with the hold that came first, or the origin of an imported request.
fn sent(half: &OutgoingHalf, speech: &Speech) -> String {
    let (asked, to) = (half.asked_at(), speech.recipient.name());
    let at = half.sent_at().unwrap_or(asked);
    let sent = format!("sent to {to} on {}", moment(at));
    match half.observed_line() {
        Some(line) => format!("{sent} (imported records, line {line}; no policy judged it)"),
        None if half.is_imported() => format!("{sent} ({BEFORE_THIS_LOG})"),
        None if at > asked => format!("submitted on {}, {}, {sent}", moment(asked), held_words(half)),
        None => sent,
    }
}

/// Why a request was held before it was sent.
fn held_words(half: &OutgoingHalf) -> &'static str {
    if half.facts.is_confirmed { "held until it was confirmed" } else { "held for review" }
}

fn attempts(half: &OutgoingHalf) -> String {
    half.facts
        .attempts
        .map_or("every attempt failed".to_owned(), |attempts| counted(attempts, "failed attempt"))
}

/// How long the request was open when it expired. That is longer than the policy says where a policy with a shorter
/// expiry was adopted, or an old request was imported.
fn expiry(half: &OutgoingHalf) -> String {
    let age = half.facts.expired_at.map(|expired| expired.since(half.asked_at()));
    age.or(half.overdue).map_or("all that time".to_owned(), days)
}

/// What became of the note of a send that was itself an acceptance.
fn undelivered_note(half: &OutgoingHalf) -> &'static str {
    let entered = half.submitted().and_then(|(_, _, entered)| entered.held());
    let has_note = entered.is_some_and(|entered| entered.note.is_some());
    if has_note && half.crossing().is_some() { "; the note is kept and was not delivered" } else { "" }
}

fn connected(half: &OutgoingHalf, speech: &Speech) -> String {
    let since = moment(half.since);
    let Speech { sender, recipient } = speech;
    match half.how_connected() {
        Some(HowConnected::Crossed) => format!(
            "connected since {since}: {} had asked {} too{}",
            recipient.name(),
            sender.name(),
            undelivered_note(half)
        ),
        Some(HowConnected::Recorded) => {
            format!("connected since {since}: an existing connection was recorded")
        }
        Some(HowConnected::AcceptedHere) => format!(
            "connected since {since}: {} {} own request",
            sender.does("accepted", "accepted"),
            recipient.whose()
        ),
        Some(HowConnected::AcceptedByOther) | None => format!(
            "accepted on {since}: {} and {} are connected{}",
            sender.name(),
            recipient.name(),
            if half.is_observed() { " (imported records; no policy judged it)" } else { "" }
        ),
    }
}

fn disconnected(half: &OutgoingHalf, speech: &Speech) -> String {
    let since = moment(half.since);
    if half.facts.is_ended_by_sender {
        format!("no longer connected: {} the connection on {since}", speech.sender.does("ended", "ended"))
    } else {
        format!("no longer connected, since {since}")
    }
}

/// The address as entered, in words.
fn entered_address(half: &OutgoingHalf) -> String {
    match half.submitted() {
        Some((_, _, entered)) => match entered.held() {
            Some(entered) => format!("`{}`", wording::short_name(&entered.address)),
            None => "an erased address".to_owned(),
        },
        None => "the address".to_owned(),
    }
}

/// Why it was refused or held, with the deciding numbers.
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
            "{} does not have the form of an address: there is {} at character {}",
            entered_address(half),
            malformed.problem.words(),
            malformed.offset.saturating_add(1)
        ),
        (Rule::AddressKnown, _) => {
            format!("no member had the address {}{}", entered_address(half), normalised(half))
        }
        (Rule::NotSelf, _) => format!("{} was {whose} own address", entered_address(half)),
        (Rule::NotBlockedByOneself, Evidence::Stands { since, .. }) => {
            format!("{} {to} on {}", sender.does("had blocked", "had blocked"), moment(*since))
        }
        (Rule::NotConnected, Evidence::Stands { since, request }) => {
            let by = request.map_or(String::new(), |request| format!(", by request {request}"));
            format!("{you} and {to} had been connected since {}{by}", moment(*since))
        }
        (Rule::NotPending, Evidence::Stands { since, request }) => {
            let which =
                request.map_or("an earlier request".to_owned(), |request| format!("request {request}"));
            let age = half.since.since(*since);
            let age = if age.whole_days() > 0 { format!(" ({} earlier)", days(age)) } else { String::new() };
            format!("{which} to {to}, made on {}{age}, was still open", moment(*since))
        }
        (Rule::SenderNotBanned, Evidence::Stands { since, .. }) => {
            format!("{whose} account had been banned since {}", moment(*since))
        }
        (Rule::SenderNotRestricted, Evidence::Restriction { since, until, cause }) => format!(
            "{whose} account was restricted {}, from {} until {}",
            wording::restriction(*cause),
            moment(*since),
            moment(*until)
        ),
        (Rule::OwnContacts, Evidence::Contact { setting, .. }) => format!(
            "{whose} own settings let in {}, and a member can only ask people whom they would let in; {to} was not \
             among them",
            admitted(*setting),
        ),
        (Rule::OwnDegree, Evidence::Degree { allowed: Some(allowed), distance, .. }) => format!(
            "{whose} own settings let in people of the {} or closer, and a member can only ask people whom they would \
             let in; {to} was {}",
            wording::ordinal_degree(*allowed),
            wording::distance(*distance)
        ),
        (Rule::Spam, evidence) => spam_words::reason(evidence, code, viewer),
        _ if matches!(gate.finding, Finding::FailedUnseen(_)) => {
            let title = entry(code).title;
            format!(
                "whether `{title}` applies could not be determined on this side, and the policy refuses in that case"
            )
        }
        _ => limit_words::reason(gate, speech).unwrap_or_else(|| entry(code).title.to_owned()),
    }
}

/// How the address was normalised, where that differs from what was entered.
fn normalised(half: &OutgoingHalf) -> String {
    let entered = half.submitted().and_then(|(_, _, entered)| entered.held());
    match entered
        .and_then(|entered| entered.normalised.as_ref().map(|read| (entered.address.trim(), read.as_str())))
    {
        Some((entered, read)) if entered != read => format!(" (read as `{}`)", wording::short_name(read)),
        Some(_) | None => String::new(),
    }
}
