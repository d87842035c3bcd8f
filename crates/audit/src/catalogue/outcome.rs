//! How a request ends, and the answer that several causes share.

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
    meaning: "The request was taken back: by the sender, by the sender's blocking the recipient or closing the \
              account, or by the network when it banned the sender. The recipient is told only that it is no longer \
              open.",
    article: Some("withdraw the old request before sending a new one"),
    decided_by: "the sender, or the network",
    evidence: "when, and by whom",
    recipient: Disclosure::OtherSide,
    remedy: &[act("To ask again, send a new request.", Act::Send)],
    wont_help: &["Do not wait: a request that was withdrawn is not answered any more."],
    script: "CR0806-withdrawn.acq",
    ..OUTCOME
};

pub(super) const EXPIRED: CatalogueEntry = CatalogueEntry {
    code: Code::Expired,
    title: "ended by its age",
    meaning: "The request was open for as long as the policy lets requests be open, and ended by itself.",
    decided_by: "the clock",
    evidence: "its age, and the policy's",
    recipient: Disclosure::OtherSide,
    remedy: &[act("Send the request again, and tell the person about it another way this time.", Act::Send)],
    wont_help: &["Do not wait: an expired request is not answered any more."],
    script: "CR0807-expired.acq",
    ..OUTCOME
};

pub(super) const ACCEPTED: CatalogueEntry = CatalogueEntry {
    code: Code::Accepted,
    title: "accepted",
    meaning: "The recipient said yes, or the sender said yes to the recipient's own request, and the two were connected.",
    script: "CR0808-accepted.acq",
    ..OUTCOME
};

pub(super) const DISCONNECTED_SINCE: CatalogueEntry = CatalogueEntry {
    code: Code::DisconnectedSince,
    title: "no longer connected",
    meaning: "The request led to a connection, and the connection has ended. The member who ended it knows; the other is \
              told that it is so, not who did it or why.",
    article: Some("disconnect before sending a new request"),
    decided_by: "either member",
    evidence: "when, and by whom",
    sender: Disclosure::OtherSide,
    recipient: Disclosure::OtherSide,
    remedy: &[act("To be connected again, send a new request.", Act::Send)],
    recipient_remedy: &[act("To be connected again, send a request.", Act::Send)],
    script: "CR0809-disconnected-since.acq",
    ..OUTCOME
};

pub(super) const CROSSED: CatalogueEntry = CatalogueEntry {
    code: Code::Crossed,
    title: "both asked",
    meaning: "Each of the two asked the other. A send by handle or profile URL to a member whose own request waits for the sender's answer accepts that request: it is not charged and not filtered, and its note is not delivered. Two requests by handle or profile URL that meet on the way connect the two as well, whatever the recipient's settings. By e-mail address nothing crosses.",
    decided_by: "the sender's desk at the send; or the desk at which the second request arrived",
    evidence: "the requests of both; of a send, the rules of an acceptance",
    script: "CR0810-crossed.acq",
    ..OUTCOME
};

pub(super) const SENDER_CLOSED: CatalogueEntry = CatalogueEntry {
    code: Code::SenderClosed,
    title: "the sender closed the account",
    meaning: "The sender deleted the account, and the request was taken back with it. Where the recipient's own request had \
              connected the two before, the recipient has it as accepted (CR0808): it was settled there already.",
    decided_by: "the sender",
    sender: Disclosure::None,
    script: "CR0811-sender-closed.acq",
    ..OUTCOME
};

pub(super) const CANNOT_BE_TOLD_APART: CatalogueEntry = CatalogueEntry {
    code: Code::Undisclosed,
    title: "sent; what happens on the other side is private",
    meaning: "The request has left the sender's side. It may be waiting, kept back, archived, declined or reported, \
              or the account may be closed; the sender gets the same answer for all of these, to the byte, so that \
              nobody learns what another member did in private. Only an acceptance would show.",
    article: Some("the request went into a black hole"),
    decided_by: "the audit, which does not look at the other side for the sender",
    evidence: "that the request was sent and has arrived",
    remedy: &[
        say("Check back after a week."),
        say("Write to the person another way."),
        say("Ask a person who is connected with you both to introduce you."),
    ],
    wont_help: &[
        "Do not send it again: a second request to the same address is refused while this one is open (CR0201).",
        "Do not look whether the profile still exists: a page that is there proves nothing about the request.",
    ],
    script: "CR0903-undisclosed.acq",
    ..OUTCOME
};
