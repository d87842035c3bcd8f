//! The stream of events, as server-sent events that hold CloudEvents.

use acquaint::serving::Inquiry;
use acquaint_audit::event_name;
use acquaint_domain::{EventNumber, MemberId, Recorded, RequestId, Timestamp};
use acquaint_engine::StartError;
use acquaint_report::moments::rfc3339;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;

use crate::auth::{self, Caller, MEMBER_HEADER};
use crate::call::{Call, RouteReply};
use crate::problem::Problem;
use crate::state::State;
use crate::streams::{StreamOf, StreamSource, begin};
use crate::table::{ALL_VIEWERS, Route, RouteView};
use crate::tokens::Purpose;

/// The header in which a client says what it has last seen.
const LAST_HEADER: &str = "last-event-id";
/// How many events of a member's own a stream may go back over.
const MEMBER_GAP_MAX: u64 = 10_000;
/// How many positions of the log staff's stream may go back over.
const STAFF_GAP_MAX: u64 = 1_000_000;
/// How many events are read at a time.
const READ_AT_ONCE: usize = 64;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/v1/events",
            "events",
            "What happens from now on, or after `Last-Event-ID`, as server-sent events.",
        )
        .by(ALL_VIEWERS, RouteView::OwnOrBoth)
        .gives::<CloudEvent>(StatusCode::OK)
        .media("text/event-stream")
        .runs(events),
    ]
}

/// A CloudEvent (1.0), the data of each server-sent event.
#[derive(Debug, Serialize, JsonSchema)]
struct CloudEvent {
    specversion: &'static str,
    /// For `Last-Event-ID`: to a member an opaque token of constant length, to staff the position in the log.
    id: String,
    source: &'static str,
    /// `dev.acquaint.` and the name that `trace` has for it.
    #[serde(rename = "type")]
    kind: String,
    /// When it was recorded (RFC 3339).
    time: String,
    /// The request that it is about, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    datacontenttype: &'static str,
    data: EventData,
}

#[derive(Debug, Serialize, JsonSchema)]
struct EventData {
    /// To a member the number among the events that the member may see, to staff the position in the log.
    number: u64,
    /// The requests that it is about.
    requests: Vec<String>,
}

/// A stream's caller and place.
struct EventStream {
    of: StreamOf,
    caller: Caller,
    /// What the caller proved itself with: it is checked again as long as the stream lasts.
    headers: HeaderMap,
    route: Route,
    /// The number of the last event that was sent.
    after: u64,
    _room: OwnedSemaphorePermit,
}

fn events(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let state = call.state;
    let room = std::sync::Arc::clone(&state.streams).try_acquire_owned();
    let room = room.map_err(|_| Problem::busy("there are too many event streams"))?;
    let of = of(call)?;
    // Before the count is read: what happens in between is told.
    let news = state.hub.subscribe(of);
    let last = state.engine.inquire(None, |inquiry, _| last(&inquiry, of))?;
    let after = match given(call)? {
        None => last,
        Some(after) if after > last => return Err(unknown_id()),
        Some(after) => after,
    };
    let (gap, most) = (last - after, if of == StreamOf::Staff { STAFF_GAP_MAX } else { MEMBER_GAP_MAX });
    if gap > most {
        let detail = format!(
            "more than {most} events have happened since; read the lists again, then begin without `Last-Event-ID`"
        );
        return Err(Problem::new(StatusCode::GONE, "gap-too-old", detail));
    }
    let mut headers = HeaderMap::new();
    for name in [header::AUTHORIZATION.as_str(), MEMBER_HEADER] {
        if let (Some(value), Ok(name)) = (call.headers.get(name), header::HeaderName::try_from(name)) {
            headers.insert(name, value.clone());
        }
    }
    let (caller, route) = (call.caller.clone(), call.route.clone());
    let stream = EventStream { of, caller, headers, route, after, _room: room };
    let id = stream.id(state, after).ok_or_else(|| Problem::busy("the place has no token"))?;
    let first = Bytes::from(format!("retry: 2000\nid: {id}\n\n"));
    Ok(RouteReply::raw(call, begin(state, stream, news, first)))
}

fn of(call: &Call<'_>) -> Result<StreamOf, Problem> {
    let Some(member) = &call.caller.member else { return Ok(StreamOf::Staff) };
    let known = call
        .state
        .engine
        .inquire(None, |inquiry, _| inquiry.views().members.by_handle(member).map(|known| known.id))?;
    known.map(StreamOf::Member).ok_or_else(|| Problem::unknown("member"))
}

/// The number after which the caller wants to go on.
fn given(call: &Call<'_>) -> Result<Option<u64>, Problem> {
    let mut ids = call.headers.get_all(LAST_HEADER).iter();
    let Some(id) = ids.next() else { return Ok(None) };
    let id = id.to_str().ok().filter(|_| ids.next().is_none()).ok_or_else(unknown_id)?;
    let number = match &call.caller.member {
        None => id.parse().ok(),
        Some(member) => {
            let content = call.state.sealer.open_token(Purpose::EventPlace, member.as_str().as_bytes(), id);
            content.and_then(|content| Some(u64::from_le_bytes(content.try_into().ok()?)))
        }
    };
    number.map(Some).ok_or_else(unknown_id)
}

fn unknown_id() -> Problem {
    Problem::bad_request("bad-event-id", "`Last-Event-ID` is not one of this stream, for this caller")
}

fn last(inquiry: &Inquiry<'_>, of: StreamOf) -> u64 {
    match of {
        StreamOf::Staff => inquiry.views().last().0,
        StreamOf::Member(member) => inquiry.own_count(member),
    }
}

impl EventStream {
    fn id(&self, state: &State, number: u64) -> Option<String> {
        match &self.caller.member {
            None => Some(number.to_string()),
            Some(member) => {
                let content = number.to_le_bytes();
                state.sealer.seal_same(Purpose::EventPlace, member.as_str().as_bytes(), &content)
            }
        }
    }

    /// Whether the key is still good, and the caller still the same.
    fn may(&self, state: &State) -> bool {
        let caller = auth::caller(state, &self.headers);
        caller.is_ok_and(|caller| self.route.admit(&caller).is_ok() && caller == self.caller)
    }

    fn piece(
        &self,
        state: &State,
        number: u64,
        recorded: &Recorded,
        requests: &[RequestId],
    ) -> Option<Bytes> {
        let id = self.id(state, number)?;
        let requests: Vec<String> = requests.iter().map(ToString::to_string).collect();
        let event = CloudEvent {
            specversion: "1.0",
            id: id.clone(),
            source: "/v1/events",
            kind: format!("dev.acquaint.{}", event_name(&recorded.event, self.of != StreamOf::Staff)),
            time: rfc3339(recorded.at),
            subject: requests.first().cloned(),
            datacontenttype: "application/json",
            data: EventData { number, requests },
        };
        let json: Value = serde_json::to_value(event).ok()?;
        Some(Bytes::from(format!("id: {id}\ndata: {json}\n\n")))
    }
}

impl StreamSource for EventStream {
    fn next(&mut self, state: &State) -> Option<Vec<Bytes>> {
        if !self.may(state) {
            return None;
        }
        let (of, after) = (self.of, self.after);
        let read = state.engine.inquire(None, |inquiry, now| match of {
            StreamOf::Staff => of_log(&inquiry, after),
            StreamOf::Member(member) => of_desk(&inquiry, member, after, now),
        });
        let mut pieces = Vec::new();
        for (number, recorded, requests) in read.ok()?.ok()? {
            pieces.push(self.piece(state, number, &recorded, &requests)?);
            self.after = number;
        }
        Some(pieces)
    }

    fn is_behind(&self, last: u64) -> bool {
        self.after < last
    }
}

type StreamedEvent = (u64, Recorded, Vec<RequestId>);

/// What staff is told: that something happened to a request, and not what either side did or wrote there.
fn of_log(inquiry: &Inquiry<'_>, after: u64) -> Result<Vec<StreamedEvent>, StartError> {
    let last = inquiry.views().last().0;
    let numbers = (after + 1..=last).take(READ_AT_ONCE);
    let told = numbers.map(|number| {
        let recorded = inquiry.event(EventNumber(number))?;
        let requests = recorded.event.requests().into_owned();
        Ok((number, recorded, requests))
    });
    told.collect()
}

/// What a member is told: the events of the member's own desk, and of their requests those that the member may know of.
fn of_desk(
    inquiry: &Inquiry<'_>,
    member: MemberId,
    after: u64,
    now: Timestamp,
) -> Result<Vec<StreamedEvent>, StartError> {
    let own = inquiry.own_events(member, after, READ_AT_ONCE)?;
    let told = own.into_iter().map(|(number, recorded)| {
        let mut known = Vec::new();
        for request in recorded.event.requests().iter() {
            if inquiry.own_end(*request, member, now)?.is_some() {
                known.push(*request);
            }
        }
        Ok((number, recorded, known))
    });
    told.collect()
}
