//! The incoming desk's first half: a request's letter arrives, and the verdict of the recipient's rules decides what becomes
//! of it, unless the two are connected or their requests meet.

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

/// What the recipient's desk has with the sender when a letter arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The recipient's standing at that moment.
    pub standing: Standing,
    /// Since when the recipient blocks the sender.
    pub blocked_since: Option<Timestamp>,
    /// The recipient's end of a connection with the sender.
    pub connection: Option<Connection>,
    /// The recipient's own request to the sender, when it has left the recipient's desk and is open; and the number of the
    /// next letter from the recipient to the sender.
    pub outstanding: Option<(RequestId, LetterNumber)>,
    /// What the sender has with the recipient already.
    pub matter: Option<RequestGroup>,
    /// What the recipient had answered to this very request before a ban, later reversed, withdrew it: declined, archived
    /// or reported. The answer is unchanged.
    pub answered: Option<Incoming>,
}

/// A request's letter arrives at a member's desk, whose rules gave `verdict`. The sender's half, the first event, is always
/// the same.
pub fn arrive(ask: RequestRef, leg: LetterId, arrival: &Arrival, verdict: Verdict) -> Vec<Event> {
    let RequestRef { request, sender, .. } = ask;
    let arrived = letter::Event { leg, kind: letter::Kind::RequestArrived { request, sender } };
    let received = incoming::Event { ask, kind: received(ask, leg.route, arrival, verdict) };
    vec![arrived.into(), received.into()]
}

/// A request's letter arrives where nobody is.
pub fn arrive_unclaimed(request: RequestId, leg: LetterId) -> Vec<Event> {
    let sender = leg.route.writer();
    let arrived = letter::Event { leg, kind: letter::Kind::RequestArrived { request, sender } };
    vec![arrived.into(), network::Event::RequestUnclaimed { request, sender }.into()]
}

fn received(ask: RequestRef, route: Lane, arrival: &Arrival, verdict: Verdict) -> Kind {
    if arrival.connection.is_some() {
        return Kind::Merged { into: None };
    }
    if let Some(crossed) = crossed(ask, route, arrival) {
        return crossed;
    }
    if let Some(RequestGroup { requests, state, .. }) = &arrival.matter
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

/// Two requests that met on the way connect the two members. INVARIANT (two desks): only what the sender is told anyway
/// decides it. Neither a restriction nor the recipient's settings are asked, since the sender would learn what they find;
/// and what came by e-mail address does not cross, since that would tell whose the address is.
fn crossed(ask: RequestRef, route: Lane, arrival: &Arrival) -> Option<Kind> {
    let has_taken_back = match arrival.standing {
        // A ban and a closing take the account's open requests back, and so does a block.
        Standing::Banned { .. } | Standing::Closed { .. } => true,
        Standing::Good | Standing::Restricted { .. } => arrival.blocked_since.is_some(),
    };
    let (own, letter) = match route {
        Lane::Member { .. } if !has_taken_back => arrival.outstanding?,
        Lane::Member { .. } | Lane::Email { .. } => return None,
    };
    let earlier = arrival.matter.iter().flat_map(|matter| matter.requests.iter().copied());
    let name = ConnectionName::of([ask.request, own].into_iter().chain(earlier));
    Some(Kind::Crossed { name, letter })
}
