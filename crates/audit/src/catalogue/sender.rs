//! What is decided on the sender's side, before the request leaves.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::{Act, act, say};

const APPEAL: Option<&str> = Some("The network's trust and safety team reviews it on appeal.");
const OWN_SETTINGS: Option<&str> = Some("your own account settings restrict requests");
const SPAM: Option<&str> = Some("spam filters stop requests that look like bulk sending");

/// Causes that the sender is told in full and that the recipient never hears about.
const SENDER_SIDE: CatalogueEntry = CatalogueEntry::of_group(
    "the outgoing desk, before the request leaves",
    Disclosure::Full,
    Disclosure::None,
);

pub(super) const ADDRESS_UNKNOWN: CatalogueEntry = CatalogueEntry {
    code: Code::AddressUnknown,
    title: "no member has this address",
    meaning: "The handle or profile URL that was entered belongs to no member. Handles and profile URLs are public, so \
              this is answered at once. Which e-mail addresses exist is private: a request to an e-mail address that \
              nobody has gets the open answer (CR0903) and waits like a request that is never answered.",
    article: Some("the profile URL or e-mail address was wrong"),
    evidence: "the address as entered, and how it was normalised",
    remedy: &[act(
        "Copy the address from the person's profile instead of typing it, then send again.",
        Act::Send,
    )],
    wont_help: &["Do not send to the same text again: it gives the same result."],
    script: "CR0101-address-unknown.acq",
    ..SENDER_SIDE
};

pub(super) const ADDRESS_MALFORMED: CatalogueEntry = CatalogueEntry {
    code: Code::AddressMalformed,
    title: "not a well-formed address",
    meaning: "The text that was entered is not a handle, a profile URL or an e-mail address.",
    article: Some("a small typo in the profile URL or e-mail address"),
    evidence: "the position and the kind of the error",
    remedy: &[act("Check the address letter by letter, or copy it; then send again.", Act::Send)],
    wont_help: &["Do not send to the same text again: it gives the same result."],
    script: "CR0102-address-malformed.acq",
    ..SENDER_SIDE
};

pub(super) const SELF_REQUEST: CatalogueEntry = CatalogueEntry {
    code: Code::SelfRequest,
    title: "a request to oneself",
    meaning: "The address is the sender's own.",
    evidence: "that the address is the sender's own",
    remedy: &[say("Use the other person's address.")],
    script: "CR0103-self-request.acq",
    ..SENDER_SIDE
};

pub(super) const ALREADY_PENDING: CatalogueEntry = CatalogueEntry {
    code: Code::AlreadyPending,
    title: "an earlier request is still open",
    meaning: "An earlier request to the same address has been neither accepted nor withdrawn and has not expired; at most \
              one can be open at a time.",
    article: Some("you already have a pending request"),
    evidence: "the earlier request and its age",
    recipient: Disclosure::Full,
    remedy: &[
        act("Ask about the earlier request, and follow up on it.", Act::Why),
        act("To start over, withdraw the earlier request first; then send again.", Act::Withdraw),
    ],
    wont_help: &["Do not send again while the earlier request is open, on any channel: it is refused."],
    script: "CR0201-already-pending.acq",
    ..SENDER_SIDE
};

pub(super) const ALREADY_CONNECTED: CatalogueEntry = CatalogueEntry {
    code: Code::AlreadyConnected,
    title: "the two are connected",
    meaning: "The two are already connected, so there is nothing to ask for.",
    article: Some("you are connected already"),
    evidence: "since when, and which request led to the connection, if one did",
    recipient: Disclosure::Full,
    remedy: &[
        say("Nothing needs to be done."),
        act("To start over, disconnect first; then send again.", Act::Disconnect),
    ],
    wont_help: &["Do not send again while the two are connected: it is refused."],
    script: "CR0202-already-connected.acq",
    ..SENDER_SIDE
};

pub(super) const YOU_BLOCKED_THEM: CatalogueEntry = CatalogueEntry {
    code: Code::YouBlockedThem,
    title: "the sender blocks the recipient",
    meaning: "A member cannot send a request to a person they block.",
    evidence: "since when the sender has blocked the recipient",
    remedy: &[act("Unblock the person first; then send again.", Act::Unblock)],
    wont_help: &["Do not try another address of the same person: the block applies to the person."],
    script: "CR0204-you-blocked-them.acq",
    ..SENDER_SIDE
};

pub(super) const SENDER_RESTRICTED: CatalogueEntry = CatalogueEntry {
    code: Code::SenderRestricted,
    title: "the sender's account is restricted",
    meaning: "A restricted account can neither send nor receive requests until the restriction is over.",
    article: Some("your account is restricted"),
    evidence: "from when until when, and the class of the cause",
    remedy: &[
        say("Wait until the restriction is over, then send again."),
        act("Appeal if the restriction is wrong.", Act::AppealAccount),
    ],
    wont_help: &["Do not try another channel or another recipient: the restriction applies to the account."],
    redress: APPEAL,
    script: "CR0301-sender-restricted.acq",
    ..SENDER_SIDE
};

pub(super) const SENDER_BANNED: CatalogueEntry = CatalogueEntry {
    code: Code::SenderBanned,
    title: "the sender's account is banned",
    meaning: "Until the ban is lifted, a banned account cannot send, accept, confirm or remind, and its open requests are \
              withdrawn. It can still decline, ignore, report, withdraw, block and disconnect, change its own settings \
              and data, appeal, and close.",
    article: Some("your account is banned"),
    evidence: "since when",
    remedy: &[act("Appeal if the ban is wrong.", Act::AppealAccount)],
    wont_help: &[
        "Do not wait: a ban does not end by itself.",
        "Do not try another channel or another recipient: the ban applies to the account.",
    ],
    redress: APPEAL,
    script: "CR0302-sender-banned.acq",
    ..SENDER_SIDE
};

pub(super) const OWN_SETTING_CONTACTS: CatalogueEntry = CatalogueEntry {
    code: Code::OwnSettingContacts,
    title: "own setting: contacts only",
    meaning: "The sender's settings let in only imported contacts, or imported contacts and people who use the sender's \
              e-mail address. Where the policy applies settings in both directions, members cannot send what they would \
              not accept.",
    article: OWN_SETTINGS,
    evidence: "the setting and its version; whether the address belongs to an imported contact; whether it is an e-mail \
               address",
    remedy: &[
        act("Let everybody send to you, then send again.", Act::AcceptFromEveryone),
        say("Or import the person's e-mail address into your contacts and send to that address."),
    ],
    wont_help: &["Do not wait or send again while the setting is unchanged: the result is the same."],
    script: "CR0303-own-setting-contacts.acq",
    ..SENDER_SIDE
};

pub(super) const OWN_SETTING_DEGREE: CatalogueEntry = CatalogueEntry {
    code: Code::OwnSettingDegree,
    title: "own setting: nearby people only",
    meaning: "The sender's settings let in only people within a number of connection steps, and the recipient is further \
              away. Where the policy applies settings in both directions, this also limits what the member can send.",
    article: OWN_SETTINGS,
    evidence: "the setting and its version; the degree found, or that there is no path of three steps",
    remedy: &[
        act("Let people from any distance send to you, then send again.", Act::AcceptAnyDegree),
        say("Or first connect with a person who is connected with them."),
    ],
    wont_help: &[
        "Do not wait or send again while the setting and the distance are unchanged: the result is the same.",
    ],
    script: "CR0304-own-setting-degree.acq",
    ..SENDER_SIDE
};

pub(super) const AWAITING_OWN_CONFIRMATION: CatalogueEntry = CatalogueEntry {
    code: Code::AwaitingOwnConfirmation,
    title: "waits for the sender's own confirmation",
    meaning: "The sender's settings hold a request until the sender confirms it. Until then nobody else sees \
              the request.",
    article: Some("the request is stuck until you confirm it, because your own settings require that"),
    evidence: "since when it has been held",
    remedy: &[
        act("Confirm the request; it is sent at once.", Act::Confirm),
        act("Look through your pending requests now and then.", Act::ListPending),
    ],
    wont_help: &["Do not wait: nothing happens until it is confirmed."],
    script: "CR0305-awaiting-own-confirmation.acq",
    ..SENDER_SIDE
};

pub(super) const DAILY_LIMIT: CatalogueEntry = CatalogueEntry {
    code: Code::DailyLimit,
    title: "the day's requests are used up",
    meaning: "The policy lets a number of requests through in a rolling window: each request counts until exactly one \
              window after it was sent. The article's wording about the rest of a 24-hour window can be read in other \
              ways; this reading is the most lenient one, and its end is known to the second.",
    article: Some("you have hit the daily request limit"),
    evidence: "how many were sent in the window, the limit of the account's tier, when the next one can be sent",
    remedy: &[
        act("Wait until the next request may be sent, then send again.", Act::Send),
        say("Spread requests over several days."),
    ],
    wont_help: &[
        "Do not withdraw earlier requests to make room: sent requests stay counted.",
        "Do not try another channel: all channels share the limit.",
    ],
    script: "CR0401-daily-limit.acq",
    ..SENDER_SIDE
};

pub(super) const SPAM_REFUSED: CatalogueEntry = CatalogueEntry {
    code: Code::SpamRefused,
    title: "looks like bulk sending",
    meaning: "The spam filter refused the request. It considers repeated notes, the program that sent the request, how \
              many requests were sent and how regularly, how many recipients are strangers and how many accept. Volume \
              alone is never a reason, and no request to an imported contact's address is refused.",
    article: SPAM,
    evidence: "what was measured, the scores, the thresholds, the policy's version",
    sender: Disclosure::ClassOnly,
    remedy: &[
        say("Be selective: ask people you know, have worked with, or share connections or interests with."),
        say("Write each person an individual note."),
        act("Appeal if this was not bulk sending.", Act::AppealRequest),
    ],
    wont_help: &["Do not send the same note again, or faster: that looks even more like bulk sending."],
    redress: APPEAL,
    script: "CR0501-spam-refused.acq",
    ..SENDER_SIDE
};

pub(super) const SPAM_HELD: CatalogueEntry = CatalogueEntry {
    code: Code::SpamHeld,
    title: "held as possible bulk sending",
    meaning: "The spam filter held the request for review; until then the recipient does not see it.",
    article: SPAM,
    evidence: "what was measured, the scores, the thresholds, the policy's version",
    sender: Disclosure::ClassOnly,
    remedy: &[
        act("Wait for the review, or appeal.", Act::AppealRequest),
        act("Or withdraw the request and send it with an individual note.", Act::Withdraw),
    ],
    wont_help: &["Do not send the same note again, or faster: that looks even more like bulk sending."],
    redress: APPEAL,
    script: "CR0502-spam-held.acq",
    ..SENDER_SIDE
};

pub(super) const AUTOMATION: CatalogueEntry = CatalogueEntry {
    code: Code::Automation,
    title: "looks automated",
    meaning: "The spam filter refused the request because it was sent by a third-party program that the policy does not \
              allow.",
    article: Some("third-party tools were used to automate requests"),
    evidence: "the kind of client, what was measured, the policy's version",
    sender: Disclosure::ClassOnly,
    remedy: &[
        say("Stop the tool and send by hand, on the web site or in an app."),
        act("Appeal if no tool was used.", Act::AppealRequest),
    ],
    wont_help: &["Do not send with the same tool again, however slowly."],
    redress: APPEAL,
    script: "CR0503-automation.acq",
    ..SENDER_SIDE
};
