//! The codes that do not work yet, all in this one place.

use acquaint_domain::Code;

use super::{Disclosure, Entry, Status};

const NETWORK_CAPS: Status = Status::Coming { what: "caps on the size of a member's network" };
const EXPORTS: Status = Status::Coming { what: "readers of members' own data exports" };

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

pub(super) const AGED_OUT_OF_EXPORT: Entry = Entry {
    code: Code::AgedOutOfExport,
    title: "left the export because it is old",
    meaning: "A later export no longer holds the request, and no connection came of it that the export shows.",
    decided_by: "the archive, from two exports",
    evidence: "the exports that do and do not hold it",
    remedy: &["Nothing needs to be done: exports leave out old requests."],
    status: EXPORTS,
    ..COMING
};

pub(super) const NOT_IN_EXPORT: Entry = Entry {
    code: Code::NotInExport,
    title: "not in the export",
    meaning: "The export does not hold such a request.",
    decided_by: "the archive",
    evidence: "the export, and the time that it covers",
    remedy: &["Check the name and the time that the export covers."],
    status: EXPORTS,
    ..COMING
};
