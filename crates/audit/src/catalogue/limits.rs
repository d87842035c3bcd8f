//! Limits, caps and cool-down periods, which the sender is told in full and the recipient never hears about.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::{Act, act, say};

const LIMITS: CatalogueEntry = CatalogueEntry::of_group(
    "the outgoing desk, before the request leaves",
    Disclosure::Full,
    Disclosure::None,
);

pub(super) const RESEND_COOLDOWN: CatalogueEntry = CatalogueEntry {
    code: Code::ResendCooldown,
    title: "asked again too soon after a withdrawal",
    meaning: "After a request is withdrawn, the same person cannot be asked again for some time.",
    evidence: "when the request was withdrawn, and from when it can be sent again",
    remedy: &[act("Wait until you can ask again, then send.", Act::Send)],
    wont_help: &["Do not try another address of the same person: the wait applies to the person."],
    script: "CR0203-resend-cooldown.acq",
    ..LIMITS
};

pub(super) const PENDING_PILE_FULL: CatalogueEntry = CatalogueEntry {
    code: Code::PendingPileFull,
    title: "too many open requests",
    meaning: "The sender has as many open requests as the policy allows at a time.",
    evidence: "how many are open, and the limit",
    remedy: &[act("Withdraw old requests that nobody answers; then send again.", Act::ListPending)],
    wont_help: &["Do not just wait: open requests stay open for a long time."],
    script: "CR0306-pending-pile-full.acq",
    ..LIMITS
};

pub(super) const OWN_NETWORK_FULL: CatalogueEntry = CatalogueEntry {
    code: Code::OwnNetworkFull,
    title: "the sender's network is full",
    meaning: "The sender has as many connections as the policy allows. The limit is checked for the member who acts, when \
              sending and when accepting: recipients can still accept requests sent earlier, and the sender then has \
              more connections than the limit.",
    evidence: "how many connections there are, and the limit",
    remedy: &[say("End a connection you no longer need; then send again.")],
    wont_help: &["Do not wait: it does not change by itself."],
    script: "CR0307-own-network-full.acq",
    ..LIMITS
};

pub(super) const EMAIL_REQUIRED: CatalogueEntry = CatalogueEntry {
    code: Code::EmailRequired,
    title: "the recipient's e-mail address is needed",
    meaning: "After many reports, a sender must show that they know the person by giving the person's e-mail address.",
    evidence: "about how many answers and what share of reports the weekly feedback counted, with noise",
    remedy: &[say("Give the recipient's e-mail address along with the request.")],
    wont_help: &["Do not send again without it: the result is the same."],
    redress: Some("The network's trust and safety team reviews it on appeal."),
    script: "CR0308-email-required.acq",
    ..LIMITS
};

pub(super) const WEEKLY_LIMIT: CatalogueEntry = CatalogueEntry {
    code: Code::WeeklyLimit,
    title: "the week's requests are used up",
    meaning: "Like CR0401, with a window of a week: a rolling one, or a calendar week.",
    evidence: "how many were sent in the window, the limit, when the next one can be sent",
    remedy: &[act("Wait until the next request may be sent, then send again.", Act::Send)],
    wont_help: &["Do not withdraw earlier requests to make room: sent requests stay counted."],
    script: "CR0402-weekly-limit.acq",
    ..LIMITS
};

pub(super) const NOTE_LIMIT: CatalogueEntry = CatalogueEntry {
    code: Code::NoteLimit,
    title: "the note is too long, or notes are used up",
    meaning: "The policy limits the length of notes, or how many requests may carry one.",
    evidence: "the length or the count, and the limit",
    remedy: &[
        act("Shorten the note, or send without one.", Act::Send),
        say("Where notes are used up, wait until the next one may be sent."),
    ],
    wont_help: &["Do not withdraw earlier requests to make room: sent requests stay counted."],
    script: "CR0403-note-limit.acq",
    ..LIMITS
};

pub(super) const ATTEMPTS_LIMIT: CatalogueEntry = CatalogueEntry {
    code: Code::AttemptsLimit,
    title: "too many attempts",
    meaning: "Refused sends (including those to unknown addresses), checks, and sends that wait for their sender's \
              confirmation are counted, so that nobody can probe for addresses. Beyond the limit, one recorded refusal \
              stands for all that follow in the window.",
    evidence: "how many attempts there were in the window, and when it ends",
    remedy: &[say("Wait until the window ends.")],
    wont_help: &["Do not try more addresses: each one is another attempt."],
    script: "CR0404-attempts-limit.acq",
    ..LIMITS
};

pub(super) const REMINDER_LIMIT: CatalogueEntry = CatalogueEntry {
    code: Code::ReminderLimit,
    title: "no more reminders are allowed",
    meaning: "The sender has reminded the recipient of the request as often as the policy allows. The reminder is refused; \
              the request stays as it is.",
    article: Some("connect with the recipient through other channels like email or social media"),
    decided_by: "the outgoing desk, before the reminder leaves",
    evidence: "how many reminders were sent, and the limit",
    remedy: &[say("Write to the recipient another way, or ask a mutual connection to introduce you.")],
    wont_help: &["Do not wait for another: the limit is per request, however long it is open."],
    script: "CR0405-reminder-limit.acq",
    ..LIMITS
};

pub(super) const REMINDER_TOO_EARLY: CatalogueEntry = CatalogueEntry {
    code: Code::ReminderTooEarly,
    title: "too early for a reminder",
    meaning: "A reminder is allowed once the request has been open for as long as the policy says. This reminder came \
              earlier and is refused; the request stays as it is.",
    article: Some("check back after a week to see if the requests are still pending"),
    decided_by: "the outgoing desk, before the reminder leaves",
    evidence: "when the request was submitted, and from when a reminder is allowed",
    remedy: &[act("Wait until a reminder is allowed, then remind once.", Act::Remind)],
    wont_help: &["Do not withdraw the request and send it again: the waiting time would start again."],
    script: "CR0406-reminder-too-early.acq",
    ..LIMITS
};
