//! A request's letter arrives at the incoming desk. The verdict of the recipient's rules decides what becomes of it, unless
//! the two are connected, their requests cross, or the desk has an earlier request or answer.

use super::{Incoming, Kind, RequestGroup};
use crate::connection::{Connection, ConnectionName};
use crate::event::Event;
use crate::ids::{LetterNumber, RequestId};
use crate::letter::{Lane, LetterId};
use crate::member::Standing;
use crate::request::RequestRef;
use crate::time::Timestamp;
use crate::verdict::{Outcome, Verdict};
use crate::{incoming, letter, network};

/// What the recipient's desk knows of the sender when a letter arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The recipient's standing at that moment.
    pub standing: Standing,
    /// When the recipient blocked the sender; `None` while there is no block.
    pub blocked_since: Option<Timestamp>,
    /// The recipient's end of a connection with the sender.
    pub connection: Option<Connection>,
    /// The recipient's own request to the sender, if it has left the recipient's desk and is open, with the number of the
    /// next letter from the recipient to the sender.
    pub outstanding: Option<(RequestId, LetterNumber)>,
    /// The sender's earlier requests to the recipient.
    pub group: Option<RequestGroup>,
    /// The recipient's answer to this same request before a ban, later reversed, withdrew it: declined, dismissed or
    /// reported. The answer still applies.
    pub answered: Option<Incoming>,
}

/// A request's letter arrives at a member's desk, whose rules gave `verdict`. The first event, which is the sender's, is
/// always the same.
pub fn arrive(request_ref: RequestRef, letter: LetterId, arrival: &Arrival, verdict: Verdict) -> Vec<Event> {
    let RequestRef { request, sender, .. } = request_ref;
    let arrived = letter::Event { letter_id: letter, kind: letter::Kind::RequestArrived { request, sender } };
    let received =
        incoming::Event { request_ref, kind: received(request_ref, letter.lane, arrival, verdict) };
    vec![arrived.into(), received.into()]
}

/// A request's letter arrives at an e-mail address that nobody has.
pub fn arrive_unclaimed(request: RequestId, letter: LetterId) -> Vec<Event> {
    let sender = letter.lane.writer();
    let arrived = letter::Event { letter_id: letter, kind: letter::Kind::RequestArrived { request, sender } };
    vec![arrived.into(), network::Event::RequestUnclaimed { request, sender }.into()]
}

fn received(request_ref: RequestRef, lane: Lane, arrival: &Arrival, verdict: Verdict) -> Kind {
    if arrival.connection.is_some() {
        return Kind::Merged { into: None };
    }
    if let Some(crossed) = crossed(request_ref, lane, arrival) {
        return crossed;
    }
    if let Some(RequestGroup { requests, state, .. }) = &arrival.group
        && !matches!(state, Incoming::Filed(_) | Incoming::Accepted | Incoming::Gone(_))
        && let Some(earlier) = requests.first()
    {
        return Kind::Merged { into: Some(*earlier) };
    }
    match arrival.answered {
        Some(Incoming::Declined) => return Kind::Declined,
        Some(Incoming::Dismissed) => return Kind::Dismissed,
        Some(Incoming::Reported) => return Kind::Reported,
        Some(
            Incoming::Delivered
            | Incoming::AwaitingConfirmation
            | Incoming::Filed(_)
            | Incoming::Accepted
            | Incoming::Gone(_),
        )
        | None => {}
    }
    match verdict.outcome {
        Outcome::Pass => Kind::Delivered { verdict },
        Outcome::Hold(_) => Kind::Held { verdict },
        Outcome::Refuse(_) => Kind::Filed { verdict },
    }
}

/// Two requests that cross connect the two members. INVARIANT (two desks): this depends only on what the sender learns
/// anyway. A restriction and the recipient's settings play no part, since the sender would learn of them; a request by
/// e-mail address never crosses, since that would reveal whose the address is.
fn crossed(request_ref: RequestRef, lane: Lane, arrival: &Arrival) -> Option<Kind> {
    let has_withdrawn = match arrival.standing {
        // A ban, a closure and a block each withdraw the recipient's own open requests.
        Standing::Banned { .. } | Standing::Closed { .. } => true,
        Standing::Good | Standing::Restricted { .. } => arrival.blocked_since.is_some(),
    };
    let (own, letter) = match lane {
        Lane::Member { .. } if !has_withdrawn => arrival.outstanding?,
        Lane::Member { .. } | Lane::Email { .. } => return None,
    };
    let earlier = arrival.group.iter().flat_map(|group| group.requests.iter().copied());
    let name = ConnectionName::of([request_ref.request, own].into_iter().chain(earlier));
    Some(Kind::Crossed { name, letter })
}
