//! The codes that do not work yet, all in this one place.

use acquaint_domain::Code;

use super::{Disclosure, Entry, Status};

const NETWORK_CAPS: Status = Status::Coming { what: "caps on the size of a member's network" };

/// What these have in common: told to the sender in full, never heard of by the recipient.
const COMING: Entry = Entry {
    code: Code::RecipientNetworkFull,
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
    status: NETWORK_CAPS,
};

pub(super) const RECIPIENT_NETWORK_FULL: Entry = Entry {
    code: Code::RecipientNetworkFull,
    title: "the recipient's network is full",
    meaning: "The recipient has as many connections as the policy allows.",
    decided_by: "the incoming desk, when the request arrives",
    evidence: "how many connections there are, and the limit",
    sender: Disclosure::Open,
    recipient: Disclosure::Full,
    remedy: &["Reach the person another way."],
    recipient_remedy: &["Disconnect from somebody; then open your filed requests and answer it there."],
    status: NETWORK_CAPS,
    ..COMING
};
