//! What is decided on the sender's side, before the request leaves.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::{Act, act, say};

const APPEAL: Option<&str> = Some("The network's trust and safety team reviews it on appeal.");
const OWN_SETTINGS: Option<&str> = Some("your own account settings restrict requests");
const SPAM: Option<&str> = Some("spam filters stop requests that look like bulk sending");

/// A cause that the sender is told in full and that the recipient never hears of; what differs is filled in by each.
const SENDERS: CatalogueEntry = CatalogueEntry::of_group(
    "the outgoing desk, before the request leaves",
    Disclosure::Full,
    Disclosure::None,
);

pub(super) const ADDRESS_UNKNOWN: CatalogueEntry = CatalogueEntry {
    code: Code::AddressUnknown,
    title: "no member has this address",
    meaning: "The handle or profile URL that was typed belongs to no member. Handles and profile URLs are public, so \
              this is answered at once. Which e-mail addresses exist is a secret: a request to one that nobody has \
              gets the open answer (CR0903) and waits like one that is never answered.",
    article: Some("the profile URL or e-mail address was wrong"),
    evidence: "the address as typed, and how it was normalised",
    remedy: &[act(
        "Copy the address from the person's profile instead of typing it, then send again.",
        Act::Send,
    )],
    wont_help: &["Do not send to the same text again: it is looked up in the same way."],
    script: "CR0101-address-unknown.acq",
    ..SENDERS
};

pub(super) const ADDRESS_MALFORMED: CatalogueEntry = CatalogueEntry {
    code: Code::AddressMalformed,
    title: "not the form of an address",
    meaning: "What was typed is neither a handle nor a profile URL nor an e-mail address.",
    article: Some("a small typo in the profile URL or e-mail address"),
    evidence: "the place of the error and its kind",
    remedy: &[act("Check the address letter by letter, or copy it; then send again.", Act::Send)],
    wont_help: &["Do not send the same text again: it is read in the same way."],
    script: "CR0102-address-malformed.acq",
    ..SENDERS
};

pub(super) const SELF_REQUEST: CatalogueEntry = CatalogueEntry {
    code: Code::SelfRequest,
    title: "a request to oneself",
    meaning: "The address is the sender's own.",
    evidence: "that the address is the sender's own",
    remedy: &[say("Use the other person's address.")],
    script: "CR0103-self-request.acq",
    ..SENDERS
};

pub(super) const ALREADY_PENDING: CatalogueEntry = CatalogueEntry {
    code: Code::AlreadyPending,
    title: "an earlier request is still open",
    meaning: "An earlier request to the same address is neither accepted nor withdrawn nor expired; at most one is \
              open at a time.",
    article: Some("you already have a pending request"),
    evidence: "the earlier request and its age",
    recipient: Disclosure::Full,
    remedy: &[
        act("Ask about the earlier request, and follow up on that one.", Act::Why),
        act("To start over, withdraw the earlier request first; then send again.", Act::Withdraw),
    ],
    wont_help: &["Do not send again while the earlier request is open, by whatever channel: it is refused."],
    script: "CR0201-already-pending.acq",
    ..SENDERS
};

pub(super) const ALREADY_CONNECTED: CatalogueEntry = CatalogueEntry {
    code: Code::AlreadyConnected,
    title: "the two are connected",
    meaning: "The two are connected already, so there is nothing to ask for.",
    article: Some("you are connected already"),
    evidence: "since when, and by which request where one led to it",
    recipient: Disclosure::Full,
    remedy: &[
        say("Nothing needs to be done."),
        act("To start over, disconnect first; then send again.", Act::Disconnect),
    ],
    wont_help: &["Do not send again while the two are connected: it is refused."],
    script: "CR0202-already-connected.acq",
    ..SENDERS
};

pub(super) const YOU_BLOCKED_THEM: CatalogueEntry = CatalogueEntry {
    code: Code::YouBlockedThem,
    title: "the sender blocks the recipient",
    meaning: "A member cannot send a request to a person they block.",
    evidence: "since when the block stands",
    remedy: &[act("Unblock the person first; then send again.", Act::Unblock)],
    wont_help: &["Do not try another address of the same person: the block is of the person."],
    script: "CR0204-you-blocked-them.acq",
    ..SENDERS
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
    wont_help: &["Do not try another channel or another recipient: the restriction is the account's."],
    redress: APPEAL,
    script: "CR0301-sender-restricted.acq",
    ..SENDERS
};

pub(super) const SENDER_BANNED: CatalogueEntry = CatalogueEntry {
    code: Code::SenderBanned,
    title: "the sender's account is banned",
    meaning: "Until the ban is lifted, a banned account can send, accept, confirm and remind nothing, and what it had \
              open is withdrawn. It can still decline, set aside, report, withdraw, block and disconnect, change its own \
              settings and data, appeal, and close.",
    article: Some("your account is banned"),
    evidence: "since when",
    remedy: &[act("Appeal; a ban does not end by itself.", Act::AppealAccount)],
    wont_help: &[
        "Do not wait: a ban has no end of its own.",
        "Do not try another channel or another recipient: the ban is the account's.",
    ],
    redress: APPEAL,
    script: "CR0302-sender-banned.acq",
    ..SENDERS
};

pub(super) const OWN_SETTING_CONTACTS: CatalogueEntry = CatalogueEntry {
    code: Code::OwnSettingContacts,
    title: "own setting: contacts only",
    meaning: "The sender's settings let only imported contacts in, or those and people who use an e-mail address. \
              Where the policy reads settings in both directions, what a member would not accept they cannot send.",
    article: OWN_SETTINGS,
    evidence: "the setting and its version; whether the address is an imported contact's; whether it is an e-mail \
               address",
    remedy: &[
        act("Let everybody send to you, then send again.", Act::AcceptFromEveryone),
        say("Or import the person's e-mail address into your contacts and send to that address."),
    ],
    wont_help: &["Do not wait or send again while the setting stands: it is refused in the same way."],
    script: "CR0303-own-setting-contacts.acq",
    ..SENDERS
};

pub(super) const OWN_SETTING_DEGREE: CatalogueEntry = CatalogueEntry {
    code: Code::OwnSettingDegree,
    title: "own setting: people near by only",
    meaning: "The sender's settings let in only people within a number of steps over connections, and the recipient is \
              further away. Where the policy reads settings in both directions, this holds for what is sent, too.",
    article: OWN_SETTINGS,
    evidence: "the setting and its version; the degree found, or that there is no path of three steps",
    remedy: &[
        act("Let people from any distance send to you, then send again.", Act::AcceptAnyDegree),
        say("Or connect first with a person who is connected with them."),
    ],
    wont_help: &[
        "Do not wait or send again while the setting and the distance stand: it is refused in the same way.",
    ],
    script: "CR0304-own-setting-degree.acq",
    ..SENDERS
};

pub(super) const AWAITING_OWN_CONFIRMATION: CatalogueEntry = CatalogueEntry {
    code: Code::AwaitingOwnConfirmation,
    title: "waits for the sender's own confirmation",
    meaning: "The sender's settings hold a request until the sender confirms it. Until then nobody else sees \
              the request.",
    article: Some("the request is stuck until you confirm it, because your own settings ask for that"),
    evidence: "since when it is held",
    remedy: &[
        act("Confirm the request; it is sent at once.", Act::Confirm),
        act("Look through your pending requests now and then.", Act::ListPending),
    ],
    wont_help: &["Do not wait: nothing happens until it is confirmed."],
    script: "CR0305-awaiting-own-confirmation.acq",
    ..SENDERS
};

pub(super) const DAILY_LIMIT: CatalogueEntry = CatalogueEntry {
    code: Code::DailyLimit,
    title: "the day's requests are used up",
    meaning: "The policy lets a number of requests through in a window that moves along with the clock: each request \
              counts until exactly one window after it was sent. The article's remainder of a 24 hour window can be \
              read otherwise; this reading is the kinder one and can be told to the second.",
    article: Some("you have hit the daily request limit"),
    evidence: "how many were sent in the window, the limit of the account's tier, when the next one frees",
    remedy: &[
        act("Wait until the next request may be sent, then send again.", Act::Send),
        say("Spread requests over several days."),
    ],
    wont_help: &[
        "Do not withdraw earlier requests for it: what was sent stays counted.",
        "Do not try another channel: all channels share the limit.",
    ],
    script: "CR0401-daily-limit.acq",
    ..SENDERS
};

pub(super) const SPAM_REFUSED: CatalogueEntry = CatalogueEntry {
    code: Code::SpamRefused,
    title: "looks like bulk sending",
    meaning: "The spam filter refused the request. It looks at repeated notes, at the program that sent it, at how much \
              was sent and how regularly, at how many recipients are strangers and how many accept; volume alone never \
              refuses, and nothing is refused to an imported contact's address.",
    article: SPAM,
    evidence: "what was measured, what each counts for, the thresholds, the policy's version",
    sender: Disclosure::ClassOnly,
    remedy: &[
        say("Be selective: ask people you know, have worked with, or share connections or interests with."),
        say("Write each person a note of their own."),
        act("Appeal if this was no bulk sending.", Act::AppealRequest),
    ],
    wont_help: &["Do not send the same note again, or faster: it looks more like bulk sending then."],
    redress: APPEAL,
    script: "CR0501-spam-refused.acq",
    ..SENDERS
};

pub(super) const SPAM_HELD: CatalogueEntry = CatalogueEntry {
    code: Code::SpamHeld,
    title: "held as possible bulk sending",
    meaning: "The spam filter held the request for review; until then the recipient does not see it.",
    article: SPAM,
    evidence: "what was measured, what each counts for, the thresholds, the policy's version",
    sender: Disclosure::ClassOnly,
    remedy: &[
        act("Wait for the review, or appeal.", Act::AppealRequest),
        act("Or withdraw the request and send it with a note of its own.", Act::Withdraw),
    ],
    wont_help: &["Do not send the same note again, or faster: it looks more like bulk sending then."],
    redress: APPEAL,
    script: "CR0502-spam-held.acq",
    ..SENDERS
};

pub(super) const AUTOMATION: CatalogueEntry = CatalogueEntry {
    code: Code::Automation,
    title: "looks automated",
    meaning: "The spam filter refused the request because a third-party program sent it that the policy does not \
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
    ..SENDERS
};
