//! What identifies a request, and what was typed to make it.

use crate::address::{Address, EmailAddress};
use crate::ids::{MemberId, RequestId};

/// What the sender typed; all of it personal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entered {
    /// The recipient's address, to the letter.
    pub address: String,
    /// How it was normalised; `None` when it is malformed.
    pub normalised: Option<Address>,
    /// The e-mail address that was given with it.
    pub with_email: Option<EmailAddress>,
    /// Text of the note; `None` without one.
    pub note: Option<String>,
    /// The note's [`fingerprint`](crate::fingerprint).
    pub note_fingerprint: Option<u64>,
}

/// A request as its recipient's desk knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RequestRef {
    /// Id of the request.
    pub request: RequestId,
    /// Member who sent the request.
    pub sender: MemberId,
    /// Member to whom the request was sent.
    pub recipient: MemberId,
}
