//! A send to somebody whose own request waits for the sender: it answers that request.

use super::{Event, Kind, Submission, send};
use crate::connection::ConnectionName;
use crate::ids::{LetterNumber, RequestId};
use crate::incoming;
use crate::personal::Personal;
use crate::request::RequestRef;
use crate::time::Timestamp;
use crate::verdict::{Outcome, Verdict};

/// A request from the addressee that lies at the sender's own desk and can be answered: a send to them answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theirs {
    /// The addressee's request; where there are several, the first.
    pub ask: RequestRef,
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
    /// Why it may: judged by the rules of an acceptance.
    pub verdict: Verdict,
}

/// A send to somebody whose request waits for the sender's answer, judged by the rules of an acceptance: it is written down
/// like any other, and where it passes it accepts. Nothing of it is delivered, its note neither. `letter` is the next from
/// the sender to the addressee.
pub fn cross(
    submission: Submission,
    verdict: Verdict,
    theirs: Theirs,
    letter: LetterNumber,
) -> Vec<crate::Event> {
    if verdict.outcome != Outcome::Pass {
        return send(submission, verdict, letter).into_iter().map(Into::into).collect();
    }
    let Submission { request, sender, addressee, typed, channel, distance } = submission;
    let Theirs { ask, requests, own_request, .. } = theirs;
    let name = ConnectionName::of(requests.into_iter().chain(own_request).chain([request]));
    let (typed, crossing) = (Personal::Held(typed), Some(Crossing { request, verdict }));
    vec![
        Event { request, sender, kind: Kind::Submitted { addressee, typed, channel, distance } }.into(),
        incoming::Event { ask, kind: incoming::Kind::Accepted { name, letter, crossing } }.into(),
    ]
}
