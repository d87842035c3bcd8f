//! A send to a member whose own request waits for the sender's answer: it accepts that request.

use super::{Event, Kind, Submission, send};
use crate::connection::ConnectionName;
use crate::ids::{LetterNumber, RequestId};
use crate::incoming;
use crate::personal::Personal;
use crate::request::RequestRef;
use crate::time::Timestamp;
use crate::verdict::{Outcome, Verdict};

/// A request from the addressee that the sender's own desk can answer: a send to the addressee accepts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theirs {
    /// The addressee's request; where there are several, the first.
    pub request_ref: RequestRef,
    /// All of the addressee's requests that are open at this desk.
    pub requests: Vec<RequestId>,
    /// Time from which they have been in this state.
    pub since: Timestamp,
    /// The sender's own open request to the addressee, by a public address.
    pub own_request: Option<RequestId>,
}

/// A send that is the acceptance of the addressee's request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    /// The send's own request id.
    pub request: RequestId,
    /// Verdict of the rules for an acceptance.
    pub verdict: Verdict,
}

/// Sends to a member whose own request waits for the sender's answer. `verdict` is that of the rules for an acceptance. The
/// send is recorded like any other; if it passes, it accepts, and nothing of it is delivered, not even its note. `letter`
/// is the next from the sender to the addressee.
pub fn cross(
    submission: Submission,
    verdict: Verdict,
    theirs: Theirs,
    letter: LetterNumber,
) -> Vec<crate::Event> {
    if verdict.outcome != Outcome::Pass {
        return send(submission, verdict, letter).into_iter().map(Into::into).collect();
    }
    let Submission { request, sender, addressee, entered, channel, distance } = submission;
    let Theirs { request_ref, requests, own_request, .. } = theirs;
    let name = ConnectionName::of(requests.into_iter().chain(own_request).chain([request]));
    let (entered, crossing) = (Personal::Held(entered), Some(Crossing { request, verdict }));
    vec![
        Event { request, sender, kind: Kind::Submitted { addressee, entered, channel, distance } }.into(),
        incoming::Event { request_ref, kind: incoming::Kind::Accepted { name, letter, crossing } }.into(),
    ]
}
