//! Rehearsals: what today's rules say of a request, beside what was recorded. They never replace the recorded reason.

use acquaint_domain::{Code, MemberId, Timestamp, Verdict};

/// What the rules of one side would find if the request were made anew at the moment that the answer is about. Nothing was
/// sent, written or counted to find it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// What they find.
    pub verdict: Verdict,
    /// When the recorded cause ended; `None` where it still stands, and where no event dates its end.
    pub ended: Option<Timestamp>,
}

/// An answer that was posted and has not reached the other desk: an acceptance, or the end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Underway {
    /// Who wrote it.
    pub from: MemberId,
    /// At how many attempts its delivery failed.
    pub failures: u32,
    /// When it is tried next.
    pub next_attempt: Timestamp,
}

/// The member who has the e-mail address today that a request was sent to, where nobody had it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Who has it.
    pub member: MemberId,
    /// Since when.
    pub since: Option<Timestamp>,
}

/// What a recipient's setting for companies and titles compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The companies that the setting named when the request arrived.
    pub companies: Vec<String>,
    /// The titles that it named.
    pub titles: Vec<String>,
    /// The sender's company then.
    pub company: Option<String>,
    /// The sender's title then.
    pub title: Option<String>,
}

/// Another request between the same two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sibling {
    /// Which one.
    pub request: acquaint_domain::RequestId,
    /// When it was made.
    pub at: Timestamp,
    /// Where it stands for the viewer.
    pub code: Code,
    /// To whom it was addressed, as the viewer may know.
    pub to: String,
}
