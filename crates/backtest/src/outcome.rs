//! The answers to requests, as history shows them.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::slice;

use acquaint_domain::{Event, RequestId, import, incoming, outgoing, oversight};

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestOutcome {
    /// Accepted, or crossed with a request in the other direction.
    Accepted,
    /// The recipient declined the request.
    Declined,
    /// The recipient reported the request.
    Reported,
    /// Withdrawn or expired.
    Ended,
}

/// The number of requests with each ending; history shows no answer to the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RequestOutcomes {
    /// Number of requests that were accepted.
    pub accepted: u64,
    /// Number of requests that were declined.
    pub declined: u64,
    /// Number of requests that were reported.
    pub reported: u64,
    /// Requests withdrawn or expired.
    pub ended: u64,
}

impl RequestOutcomes {
    pub(crate) fn count(&mut self, outcome: RequestOutcome) {
        *match outcome {
            RequestOutcome::Accepted => &mut self.accepted,
            RequestOutcome::Declined => &mut self.declined,
            RequestOutcome::Reported => &mut self.reported,
            RequestOutcome::Ended => &mut self.ended,
        } += 1;
    }

    /// Adds other counts to these.
    pub fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.declined += other.declined;
        self.reported += other.reported;
        self.ended += other.ended;
    }
}

/// Where the report counts a request that has no answer yet. Small, because there is one for each waiting request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReportSlot {
    pub(crate) cell: u16,
    pub(crate) tier: u8,
    pub(crate) week: u32,
    /// Whether history has not let it through yet, so that its answer is unknown.
    pub(crate) waits: bool,
    /// Whether the candidate lets it through, or decides as history did.
    pub(crate) passes: bool,
    /// The rules on trial that would have stopped a request that the candidate lets through: one bit each, in the order of
    /// [`Rule::ALL`](acquaint_domain::Rule::ALL).
    pub(crate) on_trial: u32,
}

/// What happens to an answer of history in the candidate's counterfactual state, in closed mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CounterfactualAnswer {
    /// The answer happens there, too.
    Happens,
    /// The request had already expired there.
    Expired,
    /// What happens there is unknown: the request is still open there when it expires in history, or the request that it
    /// crossed is missing.
    Unknown,
    /// The request was stopped there.
    Stopped,
}

/// Requests that are counted and have no answer yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnansweredRequests(RequestMap<ReportSlot>);

/// A keyed permutation spreads request ids over all 64 bits, so an id is its own hash.
pub(crate) type RequestMap<V> = HashMap<RequestId, V, BuildHasherDefault<IdHasher>>;

#[derive(Default)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }
}

impl UnansweredRequests {
    pub(crate) fn open(&mut self, request: RequestId, place: ReportSlot) {
        self.0.insert(request, place);
    }

    /// The place of a request that this event lets through, after history had held it.
    pub(crate) fn released(&mut self, event: &Event) -> Option<ReportSlot> {
        let request = match event {
            Event::Outgoing(event) => match event.kind {
                outgoing::Kind::Confirmed { .. } => event.request,
                outgoing::Kind::Submitted { .. }
                | outgoing::Kind::Refused { .. }
                | outgoing::Kind::Held { .. }
                | outgoing::Kind::Sent { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Expired { .. }
                | outgoing::Kind::Reminded { .. } => return None,
            },
            Event::Oversight(event) => match event {
                oversight::Event::RequestReleased { request, posted: Some(_), .. } => *request,
                oversight::Event::RequestReleased { posted: None, .. }
                | oversight::Event::FeedbackTaken { .. }
                | oversight::Event::RestrictionImposed { .. }
                | oversight::Event::AppealOpened { .. }
                | oversight::Event::AppealUpheld { .. }
                | oversight::Event::AppealDismissed { .. }
                | oversight::Event::RequestRejected { .. }
                | oversight::Event::RequestStaysHeld { .. }
                | oversight::Event::BanReversed { .. }
                | oversight::Event::RequestRestored { .. } => return None,
            },
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Import(_) => return None,
        };
        let place = self.0.get_mut(&request).filter(|place| place.waits)?;
        place.waits = false;
        Some(*place)
    }

    /// Calls `each` for every counted request that the event answers, and removes it.
    pub(crate) fn answered(
        &mut self,
        event: &Event,
        mut each: impl FnMut(RequestId, ReportSlot, RequestOutcome),
    ) {
        let Some((requests, outcome)) = answer(event) else { return };
        for request in requests {
            if let Some(place) = self.0.remove(request) {
                each(*request, place, outcome);
            }
        }
    }
}

/// The answer that an event gives, and the requests that it answers; `None` if it gives none.
fn answer(event: &Event) -> Option<(&[RequestId], RequestOutcome)> {
    match event {
        Event::Outgoing(event) => match event.kind {
            outgoing::Kind::Withdrawn { .. } | outgoing::Kind::Expired { .. } => {
                Some((slice::from_ref(&event.request), RequestOutcome::Ended))
            }
            outgoing::Kind::Submitted { .. }
            | outgoing::Kind::Refused { .. }
            | outgoing::Kind::Held { .. }
            | outgoing::Kind::Sent { .. }
            | outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Reminded { .. } => None,
        },
        Event::Incoming(event) => {
            let own = slice::from_ref(&event.request_ref.request);
            match &event.kind {
                incoming::Kind::Accepted { name, .. } | incoming::Kind::Crossed { name, .. } => {
                    Some((name.requests(), RequestOutcome::Accepted))
                }
                incoming::Kind::Declined => Some((own, RequestOutcome::Declined)),
                incoming::Kind::Reported => Some((own, RequestOutcome::Reported)),
                incoming::Kind::Delivered { .. }
                | incoming::Kind::Held { .. }
                | incoming::Kind::Filed { .. }
                | incoming::Kind::FiledByClosure
                | incoming::Kind::Merged { .. }
                | incoming::Kind::Shown
                | incoming::Kind::Dismissed => None,
            }
        }
        Event::Import(event) => match event {
            import::Event::AcceptanceObserved { request_ref, .. } => {
                Some((slice::from_ref(&request_ref.request), RequestOutcome::Accepted))
            }
            import::Event::Begun { .. }
            | import::Event::RequestObserved { .. }
            | import::Event::Export(_)
            | import::Event::Inherited(_) => None,
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Connection(_)
        | Event::Letter(_)
        | Event::Oversight(_) => None,
    }
}
