//! References to requests, and what their senders entered.

use crate::address::{Address, EmailAddress};
use crate::ids::{MemberId, RequestId};

/// What the sender of a request entered; all of it is personal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entered {
    /// The recipient's address, exactly as entered.
    pub address: String,
    /// Its canonical form; `None` when it is malformed.
    pub normalised: Option<Address>,
    /// The recipient's e-mail address, if the sender gave it as well.
    pub with_email: Option<EmailAddress>,
    /// Text of the note; `None` without one.
    pub note: Option<String>,
    /// The note's [`fingerprint`](crate::fingerprint).
    pub note_fingerprint: Option<u64>,
}

/// A request with its sender and its recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestRef {
    /// Id of the request.
    pub request: RequestId,
    /// Member who sent the request.
    pub sender: MemberId,
    /// Member to whom the request was sent.
    pub recipient: MemberId,
}
