//! The ways in which a request ends, and the open answer that several causes share.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::{Act, act, say};

const NOTHING: &str = "Nothing needs to be done.";

const OUTCOME: CatalogueEntry = CatalogueEntry {
    evidence: "when",
    remedy: &[say(NOTHING)],
    recipient_remedy: &[say(NOTHING)],
    ..CatalogueEntry::of_group("the recipient", Disclosure::Full, Disclosure::Full)
};

pub(super) const WITHDRAWN: CatalogueEntry = CatalogueEntry {
    code: Code::Withdrawn,
    title: "withdrawn",
    meaning: "The request was withdrawn: by the sender, because the sender blocked the recipient or closed the account, or \
              by the network when it banned the sender. The recipient is told only that it is no longer open.",
    article: Some("withdraw the old request before sending a new one"),
    decided_by: "the sender, or the network",
    evidence: "when, and by whom",
    recipient: Disclosure::OtherSide,
    remedy: &[act("To ask again, send a new request.", Act::Send)],
    wont_help: &["Do not wait: a withdrawn request can no longer be answered."],
    script: "CR0806-withdrawn.acq",
    ..OUTCOME
};

pub(super) const EXPIRED: CatalogueEntry = CatalogueEntry {
    code: Code::Expired,
    title: "expired",
    meaning: "The request was open for as long as the policy allows, and expired.",
    decided_by: "the clock",
    evidence: "its age, and the age that the policy allows",
    recipient: Disclosure::OtherSide,
    remedy: &[act("Send the request again, and tell the person about it another way this time.", Act::Send)],
    wont_help: &["Do not wait: an expired request can no longer be answered."],
    script: "CR0807-expired.acq",
    ..OUTCOME
};

pub(super) const ACCEPTED: CatalogueEntry = CatalogueEntry {
    code: Code::Accepted,
    title: "accepted",
    meaning: "The recipient accepted the request, or the sender accepted the recipient's own request, and the two were \
              connected.",
    script: "CR0808-accepted.acq",
    ..OUTCOME
};

pub(super) const DISCONNECTED_SINCE: CatalogueEntry = CatalogueEntry {
    code: Code::DisconnectedSince,
    title: "no longer connected",
    meaning: "The request led to a connection, and the connection has ended. The member who ended it knows that; the other \
              is told that it ended, but not who ended it or why.",
    article: Some("disconnect before sending a new request"),
    decided_by: "either member",
    evidence: "when, and by whom",
    sender: Disclosure::OtherSide,
    recipient: Disclosure::OtherSide,
    remedy: &[act("To connect again, send a new request.", Act::Send)],
    recipient_remedy: &[act("To connect again, send a request.", Act::Send)],
    script: "CR0809-disconnected-since.acq",
    ..OUTCOME
};

pub(super) const CROSSED: CatalogueEntry = CatalogueEntry {
    code: Code::Crossed,
    title: "both asked",
    meaning: "Each of the two asked the other. A send by handle or profile URL to a member whose own request waits for the \
              sender's answer accepts that request: it does not count towards limits and is not filtered, and its note \
              is not delivered. Two requests by handle or profile URL that cross in transit connect the two as well, \
              whatever the recipient's settings. A request to an e-mail address never crosses another.",
    decided_by: "the sender's desk at the send, or the desk at which the second request arrived",
    evidence: "both requests; for a send, the rules of an acceptance",
    script: "CR0810-crossed.acq",
    ..OUTCOME
};

pub(super) const SENDER_CLOSED: CatalogueEntry = CatalogueEntry {
    code: Code::SenderClosed,
    title: "the sender closed the account",
    meaning: "The sender deleted the account, which withdrew the request. Where the recipient's own request had already \
              connected the two, the recipient still sees it as accepted (CR0808).",
    decided_by: "the sender",
    sender: Disclosure::None,
    script: "CR0811-sender-closed.acq",
    ..OUTCOME
};

pub(super) const UNDISCLOSED: CatalogueEntry = CatalogueEntry {
    code: Code::Undisclosed,
    title: "sent; what happens on the other side is private",
    meaning: "The request has left the sender's side. It may be waiting, kept back, archived, declined or reported, \
              or the account may be closed. The sender gets the same answer, byte for byte, for all of these, so that \
              nobody learns what another member did in private. Only an acceptance would show.",
    article: Some("the request went into a black hole"),
    decided_by: "the audit, which does not read the other side for an answer to the sender",
    evidence: "that the request was sent and has arrived",
    remedy: &[
        say("Check back after a week."),
        say("Write to the person another way."),
        say("Ask a person who is connected with you both to introduce you."),
    ],
    wont_help: &[
        "Do not send it again: a second request to the same address is refused while this one is open (CR0201).",
        "Do not check whether the profile still exists: a page that exists proves nothing about the request.",
    ],
    script: "CR0903-undisclosed.acq",
    ..OUTCOME
};
