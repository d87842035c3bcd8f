//! What is decided on the sender's side, before the request leaves.

use acquaint_domain::Code;

use super::{Disclosure, Entry};

const APPEAL: Option<&str> = Some("The network's trust and safety team reviews it on appeal.");
const OWN_SETTINGS: Option<&str> = Some("your own account settings restrict requests");
const SPAM: Option<&str> = Some("spam filters stop requests that look like bulk sending");

/// A cause that the sender is told in full and that the recipient never hears of; what differs is filled in by each.
const SENDERS: Entry = Entry {
    code: Code::AddressUnknown,
    title: "",
    meaning: "",
    article: None,
    decided_by: "the outgoing desk, before the request leaves",
    evidence: "",
    sender: Disclosure::Full,
    recipient: Disclosure::None,
    remedy: &[],
    recipient_remedy: &[],
    wont_help: &[],
    redress: None,
    script: "",
};

pub(super) const ADDRESS_UNKNOWN: Entry = Entry {
    code: Code::AddressUnknown,
    title: "no member has this address",
    meaning: "The handle or profile URL that was typed belongs to no member. Handles and profile URLs are public, so \
              this is answered at once. Which e-mail addresses exist is a secret: a request to one that nobody has \
              gets the open answer (CR0903) and waits like one that is never answered.",
    article: Some("the profile URL or e-mail address was wrong"),
    evidence: "the address as typed, and how it was normalised",
    remedy: &[
        "Open the person's profile and copy its URL instead of typing it; one wrong letter is enough.",
        "Send again with the checked address.",
    ],
    wont_help: &["Sending to the same text again does not help: it is looked up in the same way."],
    script: "CR0101-address-unknown.acq",
    ..SENDERS
};

pub(super) const ADDRESS_MALFORMED: Entry = Entry {
    code: Code::AddressMalformed,
    title: "not the form of an address",
    meaning: "What was typed is neither a handle nor a profile URL nor an e-mail address.",
    article: Some("a small typo in the profile URL or e-mail address"),
    evidence: "the place of the error and its kind",
    remedy: &["Check the address letter by letter, or copy it, and send again."],
    wont_help: &["Sending the same text again does not help."],
    script: "CR0102-address-malformed.acq",
    ..SENDERS
};

pub(super) const SELF_REQUEST: Entry = Entry {
    code: Code::SelfRequest,
    title: "a request to oneself",
    meaning: "The address is the sender's own.",
    evidence: "that the address is the sender's own",
    remedy: &["Use the other person's address."],
    script: "CR0103-self-request.acq",
    ..SENDERS
};

pub(super) const ALREADY_PENDING: Entry = Entry {
    code: Code::AlreadyPending,
    title: "an earlier request is still open",
    meaning: "An earlier request to the same address is neither accepted nor withdrawn nor expired; at most one is \
              open at a time.",
    article: Some("you already have a pending request"),
    evidence: "the earlier request and its age",
    recipient: Disclosure::Full,
    remedy: &[
        "Ask `why` about the earlier request, and follow up on that one.",
        "To start over, withdraw the earlier request first; then send again.",
    ],
    wont_help: &["Sending again while the earlier request is open does not help, by whatever channel."],
    script: "CR0201-already-pending.acq",
    ..SENDERS
};

pub(super) const ALREADY_CONNECTED: Entry = Entry {
    code: Code::AlreadyConnected,
    title: "the two are connected",
    meaning: "The two are connected already, so there is nothing to ask for.",
    article: Some("you are connected already"),
    evidence: "since when, and by which request where one led to it",
    recipient: Disclosure::Full,
    remedy: &["Nothing needs to be done. To start over, disconnect first; then send again."],
    wont_help: &["Sending again does not help while the two are connected."],
    script: "CR0202-already-connected.acq",
    ..SENDERS
};

pub(super) const YOU_BLOCKED_THEM: Entry = Entry {
    code: Code::YouBlockedThem,
    title: "the sender blocks the recipient",
    meaning: "A member cannot ask somebody to connect whom they block.",
    evidence: "since when the block stands",
    remedy: &["Unblock the person first; then send again."],
    wont_help: &["Using another address of the same person does not lift the block."],
    script: "CR0204-you-blocked-them.acq",
    ..SENDERS
};

pub(super) const SENDER_RESTRICTED: Entry = Entry {
    code: Code::SenderRestricted,
    title: "the sender's account is restricted",
    meaning: "A restricted account can neither send nor receive requests until the restriction is over.",
    article: Some("your account is restricted"),
    evidence: "from when until when, and the class of the cause",
    remedy: &["Wait until the restriction is over, or appeal; then send again."],
    wont_help: &["Another channel or another recipient does not help: the restriction is the account's."],
    redress: APPEAL,
    script: "CR0301-sender-restricted.acq",
    ..SENDERS
};

pub(super) const SENDER_BANNED: Entry = Entry {
    code: Code::SenderBanned,
    title: "the sender's account is banned",
    meaning: "Until the ban is lifted, a banned account can send, accept, confirm and remind nothing, and what it had \
              open is withdrawn. It can still decline, set aside, report, withdraw, block and disconnect, change its own \
              settings and data, appeal, and close.",
    article: Some("your account is banned"),
    evidence: "since when",
    remedy: &["Appeal; a ban does not end by itself."],
    wont_help: &["Waiting does not help.", "Another channel or another recipient does not help."],
    redress: APPEAL,
    script: "CR0302-sender-banned.acq",
    ..SENDERS
};

pub(super) const OWN_SETTING_CONTACTS: Entry = Entry {
    code: Code::OwnSettingContacts,
    title: "own setting: contacts only",
    meaning: "The sender's settings let only imported contacts in, or those and people who use an e-mail address. \
              Where the policy reads settings in both directions, what a member would not accept they cannot send.",
    article: OWN_SETTINGS,
    evidence: "the setting and its version; whether the address is an imported contact's; whether it is an e-mail \
               address",
    remedy: &[
        "Change your setting `--accept-from` to `everyone`, then send again.",
        "Or import the person's e-mail address into your contacts and send to that address.",
    ],
    wont_help: &["Waiting or sending again does not help while the setting stands."],
    script: "CR0303-own-setting-contacts.acq",
    ..SENDERS
};

pub(super) const OWN_SETTING_DEGREE: Entry = Entry {
    code: Code::OwnSettingDegree,
    title: "own setting: people near by only",
    meaning: "The sender's settings let in only people within so many steps over connections, and the recipient is \
              further away. Where the policy reads settings in both directions, this holds for what is sent, too.",
    article: OWN_SETTINGS,
    evidence: "the setting and its version; the degree found, or that there is no path of three steps",
    remedy: &[
        "Widen your setting `--max-degree`, or set it to `any`; then send again.",
        "Or connect first with somebody who is connected with the person.",
    ],
    wont_help: &["Waiting or sending again does not help while the setting and the distance stand."],
    script: "CR0304-own-setting-degree.acq",
    ..SENDERS
};

pub(super) const AWAITING_OWN_CONFIRMATION: Entry = Entry {
    code: Code::AwaitingOwnConfirmation,
    title: "waits for the sender's own word",
    meaning: "The sender's settings ask for a word before a request goes out. Until it is given, nobody else sees \
              the request.",
    article: Some("the request is stuck until you confirm it, because your own settings ask for that"),
    evidence: "since when it is held",
    remedy: &[
        "Confirm the request; it goes out at once.",
        "Look through your pending requests now and then.",
    ],
    wont_help: &["Waiting does not help: nothing happens until you confirm it."],
    script: "CR0305-awaiting-own-confirmation.acq",
    ..SENDERS
};

pub(super) const DAILY_LIMIT: Entry = Entry {
    code: Code::DailyLimit,
    title: "the day's requests are used up",
    meaning: "The policy lets so many requests through in a window that moves along with the clock: each request \
              counts until exactly one window after it was sent. The article's remainder of a 24 hour window can be \
              read otherwise; this reading is the kinder one and can be told to the second.",
    article: Some("you have hit the daily request limit"),
    evidence: "how many were sent in the window, the limit of the account's tier, when the next one frees",
    remedy: &["Wait until the next one frees, then send again.", "Spread requests over several days."],
    wont_help: &[
        "Withdrawing earlier requests does not help: what was sent stays counted.",
        "Another channel does not help: all channels share the limit.",
    ],
    script: "CR0401-daily-limit.acq",
    ..SENDERS
};

pub(super) const SPAM_REFUSED: Entry = Entry {
    code: Code::SpamRefused,
    title: "looks like bulk sending",
    meaning: "The spam filter refused the request. It looks at repeated notes, at the program that sent it, at how much \
              was sent and how regularly, at how many recipients are strangers and how many accept; volume alone never \
              refuses, and nothing is refused to an imported contact's address.",
    article: SPAM,
    evidence: "what was measured, what each counts for, the thresholds, the policy's version",
    sender: Disclosure::ClassOnly,
    remedy: &[
        "Be selective: ask people you know, have worked with, or share connections or interests with.",
        "Write each person a note of their own.",
        "Appeal if this was no bulk sending.",
    ],
    wont_help: &["Sending the same note again, or faster, makes it look more like bulk sending."],
    redress: APPEAL,
    script: "CR0501-spam-refused.acq",
    ..SENDERS
};

pub(super) const SPAM_HELD: Entry = Entry {
    code: Code::SpamHeld,
    title: "held as possible bulk sending",
    meaning: "The spam filter held the request for review; until then the recipient does not see it.",
    article: SPAM,
    evidence: "what was measured, what each counts for, the thresholds, the policy's version",
    sender: Disclosure::ClassOnly,
    remedy: &[
        "Wait for the review, or appeal.",
        "Or withdraw the request and send it with a note of its own.",
    ],
    wont_help: &["Sending the same note again, or faster, makes it look more like bulk sending."],
    redress: APPEAL,
    script: "CR0502-spam-held.acq",
    ..SENDERS
};

pub(super) const AUTOMATION: Entry = Entry {
    code: Code::Automation,
    title: "looks automated",
    meaning: "The spam filter refused the request because a third-party program sent it that the policy does not \
              allow.",
    article: Some("third-party tools were used to automate requests"),
    evidence: "the kind of client, what was measured, the policy's version",
    sender: Disclosure::ClassOnly,
    remedy: &["Stop the tool and send by hand, on the web site or in an app.", "Appeal if no tool was used."],
    wont_help: &["Sending with the same tool again does not help, however slowly."],
    redress: APPEAL,
    script: "CR0503-automation.acq",
    ..SENDERS
};
