//! Causes that are decided on the recipient's side, after the sender's answer. All of them are private to the
//! recipient: the sender gets the open answer for each.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::{Act, act, say};

const RESTRICTIVE: Option<&str> = Some("the recipient's account has restrictions");
const IGNORED_REQUEST: Option<&str> = Some("the recipient ignored the request");
const JUDGED_THE_SAME: &str = "Do not send it again: the recipient's settings give the same result.";
const NO_ANSWER: &str = "Do not send it again: it says nothing new, and may be reported.";

const RECIPIENT_SIDE: CatalogueEntry = CatalogueEntry {
    wont_help: &[JUDGED_THE_SAME],
    ..CatalogueEntry::of_group(
        "the incoming desk, when the request arrives, by the recipient's newest settings",
        Disclosure::Open,
        Disclosure::Full,
    )
};

const ANSWERS: CatalogueEntry =
    CatalogueEntry { decided_by: "the recipient", wont_help: &[NO_ANSWER], ..RECIPIENT_SIDE };

pub(super) const RECIPIENT_CLOSED: CatalogueEntry = CatalogueEntry {
    code: Code::RecipientClosed,
    title: "the recipient's account is closed",
    meaning: "The recipient deleted the account; there is nobody to receive the request.",
    article: Some("the recipient deleted the account"),
    evidence: "when it was closed",
    remedy: &[say("Reach the person another way: this account will not answer.")],
    wont_help: &[
        "Do not rely on a profile page that still exists: addresses keep resolving after an account is closed.",
    ],
    script: "CR0701-recipient-closed.acq",
    ..RECIPIENT_SIDE
};

pub(super) const RECIPIENT_RESTRICTED: CatalogueEntry = CatalogueEntry {
    code: Code::RecipientRestricted,
    title: "the recipient's account is restricted",
    meaning: "A restricted or banned account receives no requests. The request is kept back, where the \
              recipient can open it; it does not move to the inbox when the restriction ends.",
    article: Some("the recipient's account is restricted"),
    evidence: "from when until when, and the class of the cause",
    remedy: &[
        say(
            "Reach the person another way and ask them to look at the requests that were kept back: this one stays there.",
        ),
        act("Or withdraw it, and send a new one once the restriction or ban is over.", Act::Withdraw),
    ],
    wont_help: &["Do not send again before that: the new request would be kept back too."],
    recipient_remedy: &[act(
        "When the restriction is over, answer it from the list of requests that were kept back; it does not move to the inbox by itself.",
        Act::ListBlocked,
    )],
    redress: Some("The network's trust and safety team reviews the restriction on the recipient's appeal."),
    script: "CR0702-recipient-restricted.acq",
    ..RECIPIENT_SIDE
};

pub(super) const RECIPIENT_NETWORK_FULL: CatalogueEntry = CatalogueEntry {
    code: Code::RecipientNetworkFull,
    title: "the recipient's network is full",
    meaning: "The recipient has as many connections as the policy allows. The request is kept back, where \
              the recipient can open it; it cannot be accepted until there is room.",
    evidence: "how many connections there are, and the limit",
    remedy: &[say(
        "Reach the person another way, and ask them to answer it from the list of requests that were kept back, once there is room.",
    )],
    recipient_remedy: &[
        say("Disconnect from one of your connections first."),
        act("Then answer it from the list of requests that were kept back.", Act::ListBlocked),
    ],
    wont_help: &["Do not send it again: while the network is full, a new request is kept back too."],
    script: "CR0708-recipient-network-full.acq",
    ..RECIPIENT_SIDE
};

pub(super) const BLOCKED_BY_RECIPIENT: CatalogueEntry = CatalogueEntry {
    code: Code::BlockedByRecipient,
    title: "the recipient blocks the sender",
    meaning: "The recipient blocks the sender; the request is kept back and not shown in the inbox.",
    evidence: "since when the recipient had blocked the sender",
    remedy: &[say("Respect it: only the recipient can lift the block.")],
    recipient_remedy: &[
        act("If you want to hear from them, unblock them first.", Act::Unblock),
        act("Then answer it from the list of requests that were kept back.", Act::ListBlocked),
    ],
    wont_help: &["Do not send it again, or from another account."],
    script: "CR0703-blocked-by-recipient.acq",
    ..RECIPIENT_SIDE
};

pub(super) const RECIPIENT_SETTING_CONTACTS: CatalogueEntry = CatalogueEntry {
    code: Code::RecipientSettingContacts,
    title: "the recipient's setting: contacts only",
    meaning: "The recipient lets in only imported contacts, or imported contacts and people who use the recipient's e-mail \
              address.",
    article: RESTRICTIVE,
    evidence: "the setting and its version; whether the sender is an imported contact; whether the recipient's \
               e-mail address was used",
    remedy: &[say(
        "Reach the person another way and ask them to accept the request or to change their settings.",
    )],
    recipient_remedy: &[
        act("To connect, accept it: it is among the requests that were kept back.", Act::Accept),
        act("To let such requests in from now on, let everybody send to you.", Act::AcceptFromEveryone),
    ],
    script: "CR0704-recipient-setting-contacts.acq",
    ..RECIPIENT_SIDE
};

pub(super) const RECIPIENT_SETTING_DEGREE: CatalogueEntry = CatalogueEntry {
    code: Code::RecipientSettingDegree,
    title: "the recipient's setting: nearby people only",
    meaning: "The recipient lets in only people within a number of connection steps. The distance is the one at the time \
              of sending, or at arrival where it was not computed before.",
    article: Some("the recipient accepts only people of the 3rd degree or closer"),
    evidence: "the setting and its version; the degree found, or that there is no path of three steps",
    remedy: &[
        act(
            "First connect with a person who is connected with them; then withdraw the request and send it again.",
            Act::Withdraw,
        ),
        say(
            "Or reach the person another way and ask them to accept the request or to change their settings.",
        ),
    ],
    recipient_remedy: &[
        act("To connect, accept it: it is among the requests that were kept back.", Act::Accept),
        act(
            "To let such requests in from now on, widen the distance from which people may send.",
            Act::AcceptAnyDegree,
        ),
    ],
    script: "CR0705-recipient-setting-degree.acq",
    ..RECIPIENT_SIDE
};

pub(super) const RECIPIENT_SETTING_AUDIENCE: CatalogueEntry = CatalogueEntry {
    code: Code::RecipientSettingAudience,
    title: "the recipient's setting: certain companies or titles only",
    meaning: "The recipient lets in only people of certain companies or with certain titles; one match is enough.",
    article: Some("the recipient accepts only people of specific companies or titles"),
    evidence: "how many companies and titles the setting names, whether the sender's company or title is one of \
               them, the setting's version",
    remedy: &[say(
        "Reach the person another way and ask them to accept the request or to change their settings.",
    )],
    recipient_remedy: &[
        act("To connect, accept it: it is among the requests that were kept back.", Act::Accept),
        act("To let such requests in from now on, name no companies or titles.", Act::AcceptAnyAudience),
    ],
    script: "CR0706-recipient-setting-audience.acq",
    ..RECIPIENT_SIDE
};

pub(super) const AWAITING_RECIPIENT_CONFIRMATION: CatalogueEntry = CatalogueEntry {
    code: Code::AwaitingRecipientConfirmation,
    title: "waits for the recipient's confirmation",
    meaning: "The recipient's settings hold a request until the recipient confirms it.",
    article: Some("the request is stuck until the recipient logs in and confirms it"),
    evidence: "since when it has been held",
    remedy: &[say("Write to the person another way and ask them to confirm the request.")],
    recipient_remedy: &[
        act("Confirm it to see it in your inbox, or answer it at once.", Act::Confirm),
        act("Look through your settings and pending requests now and then.", Act::ListPending),
    ],
    wont_help: &["Do not just wait: nothing happens until the recipient confirms it."],
    script: "CR0707-awaiting-recipient-confirmation.acq",
    ..RECIPIENT_SIDE
};

pub(super) const AWAITING_RESPONSE: CatalogueEntry = CatalogueEntry {
    code: Code::AwaitingResponse,
    title: "delivered, no answer yet",
    meaning: "The request is in the recipient's inbox and the recipient has not acted on it.",
    article: Some("the request is not confirmed yet"),
    evidence: "when it was delivered",
    remedy: &[say("Wait, and check back after a week."), say("Then write to the person another way.")],
    recipient_remedy: &[act(
        "Accept, decline, ignore or report it as you like; it stays until then.",
        Act::Accept,
    )],
    script: "CR0801-awaiting-response.acq",
    ..ANSWERS
};

pub(super) const IGNORED: CatalogueEntry = CatalogueEntry {
    code: Code::Ignored,
    title: "no action for a long time",
    meaning: "The request was delivered, and the recipient took no action for at least as long as the policy says. \
              No event records this: it follows from the time that has passed.",
    article: IGNORED_REQUEST,
    decided_by: "the audit, from the time without any action that the policy names",
    evidence: "when it was delivered, and for how many days there was no action",
    remedy: &[
        say("Write to the person another way, and politely ask them to look at the request."),
        say("Ask a person who is connected with you both to introduce you."),
        say("Do not take it personally; ask others."),
    ],
    recipient_remedy: &[act(
        "Accept, decline, ignore or report it as you like; it stays until then.",
        Act::Accept,
    )],
    script: "CR0802-ignored.acq",
    ..ANSWERS
};

pub(super) const DISMISSED: CatalogueEntry = CatalogueEntry {
    code: Code::Dismissed,
    title: "the recipient archived it",
    meaning: "The recipient archived the request without an answer; it can still be answered.",
    article: IGNORED_REQUEST,
    evidence: "when",
    remedy: &[say("Do not take it personally; ask others, or write to the person another way.")],
    recipient_remedy: &[act("You can still accept it, decline it or report it.", Act::Accept)],
    script: "CR0803-dismissed.acq",
    ..ANSWERS
};

pub(super) const DECLINED: CatalogueEntry = CatalogueEntry {
    code: Code::Declined,
    title: "the recipient declined",
    meaning: "The recipient declined the request.",
    evidence: "when",
    remedy: &[say("Respect it; ask others.")],
    recipient_remedy: &[
        say("Nothing needs to be done."),
        act("To connect after all, send them a request.", Act::Send),
    ],
    script: "CR0804-declined.acq",
    ..ANSWERS
};

pub(super) const REPORTED: CatalogueEntry = CatalogueEntry {
    code: Code::Reported,
    title: "the recipient reported it",
    meaning: "The recipient declined the request and reported that it should not have been sent.",
    evidence: "when",
    remedy: &[say("Respect it; ask only people you know or have something in common with.")],
    recipient_remedy: &[
        say("Nothing needs to be done."),
        act("To hear no more from them, block them.", Act::Block),
    ],
    redress: Some("The network's trust and safety team looks at reports."),
    script: "CR0805-reported.acq",
    ..ANSWERS
};
