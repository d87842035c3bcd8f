//! One request that was read whole: what a route's function gets, and what it gives back.

use std::sync::Arc;

use acquaint::serving::{ActorCommandId, Command, Receipt};
use acquaint_audit::Viewer;
use acquaint_domain::{Handle, RequestId};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::auth::Caller;
use crate::keys::KeyRole;
use crate::problem::Problem;
use crate::state::State;
use crate::table::Route;

/// The header with the id that a command's caller chose.
const KEY_HEADER: &str = "idempotency-key";
/// The longest id of a command, in bytes.
const KEY_LEN_MAX: usize = 200;
/// Whether the answer is that of an earlier request with the same id.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Why staff looks at a member's request.
const REASON_HEADER: &str = "acquaint-reason";

/// A request that was read whole, and who sent it.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a Arc<State>,
    pub(crate) route: &'a Route,
    pub(crate) caller: Caller,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What a route's function answers with.
#[derive(Debug)]
pub(crate) struct RouteReply {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
    pub(crate) replayed: bool,
    /// What is sent in place of `body`, where it is not JSON.
    raw: Option<(&'static str, Body)>,
}

impl RouteReply {
    /// A value with the status of its route.
    pub(crate) fn with(call: &Call<'_>, body: impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_value(body);
        let body = body.map_err(|error| {
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string())
        })?;
        Ok(Self { status: call.route.status, body, replayed: false, raw: None })
    }

    /// A body of the type that its route has.
    pub(crate) fn raw(call: &Call<'_>, body: Body) -> Self {
        let raw = Some((call.route.media, body));
        Self { status: call.route.status, body: Value::Null, replayed: false, raw }
    }

    /// The same, of a command that may have been answered before.
    pub(crate) fn of_command(
        call: &Call<'_>,
        receipt: &Receipt,
        body: impl Serialize,
    ) -> Result<Self, Problem> {
        Ok(Self { replayed: receipt.repeated, ..Self::with(call, body)? })
    }
}

impl IntoResponse for RouteReply {
    fn into_response(self) -> Response {
        let (media, body) =
            self.raw.unwrap_or_else(|| ("application/json", Body::from(self.body.to_string())));
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        if self.replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        response
    }
}

impl Call<'_> {
    /// The body, read as JSON of exactly this shape.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let kind =
            self.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            let detail = "the body has to be `Content-Type: application/json`";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type", detail));
        }
        let text = std::str::from_utf8(&self.body).map_err(|error| {
            Problem::bad_request("malformed-json", format!("the body is not UTF-8: {error}"))
        })?;
        serde_json::from_str(text).map_err(|error| {
            let code = if error.is_data() { "bad-field" } else { "malformed-json" };
            Problem::bad_request(code, error.to_string())
        })
    }

    /// The parameters of the query, read as exactly this shape.
    pub(crate) fn query<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_urlencoded::from_str(self.query.as_deref().unwrap_or_default())
            .map_err(|error| Problem::bad_request("bad-query", error.to_string()))
    }

    /// The id of a request in the path.
    pub(crate) fn request(&self) -> Result<RequestId, Problem> {
        let text = self.param("id");
        text.parse().map_err(|_| Problem::unknown("request"))
    }

    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The member that the caller is, or acts for.
    pub(crate) fn member(&self) -> Result<&Handle, Problem> {
        let none = || {
            Problem::bad_request("no-member", "name the member in the header `Acquaint-Member`, by its id")
        };
        self.caller.member.as_ref().ok_or_else(none)
    }

    /// The id that the caller chose for this command.
    pub(crate) fn command_id(&self) -> Result<Option<String>, Problem> {
        let mut given = self.headers.get_all(KEY_HEADER).iter();
        let Some(first) = given.next() else { return Ok(None) };
        let text = first.to_str().ok().filter(|text| !text.is_empty() && text.len() <= KEY_LEN_MAX);
        let text = text.filter(|_| given.next().is_none());
        let bad = || {
            Problem::bad_request(
                "bad-idempotency-key",
                format!("`Idempotency-Key` is given once, as 1 to {KEY_LEN_MAX} visible ASCII characters"),
            )
        };
        text.map(|text| Some(text.to_owned())).ok_or_else(bad)
    }

    /// Carries out a command and waits until it is durable.
    pub(crate) fn submit(&self, command: Command) -> Result<Receipt, Problem> {
        let id = self.command_id()?;
        let actor = match command.acting_member() {
            Some(member) => member.to_string(),
            None => format!("key:{}", self.caller.key),
        };
        let id = id.as_deref().map(|id| ActorCommandId { actor: &actor, id });
        Ok(self.state.engine.submit(command, id)?)
    }

    /// Whether this member's command with the given id was answered before.
    pub(crate) fn was_answered(&self, member: &Handle) -> Result<bool, Problem> {
        let Some(id) = self.command_id()? else { return Ok(false) };
        let id = ActorCommandId { actor: &member.to_string(), id: &id };
        Ok(self.state.engine.answered(id)?.is_some())
    }

    /// Whose answer this caller gets about both sides: for staff only.
    pub(crate) fn staff_viewer(&self) -> Viewer {
        if self.caller.role == KeyRole::Admin { Viewer::Engineer } else { Viewer::Agent }
    }

    /// Records that staff looks at a request, before the answer is given.
    pub(crate) fn record_look(&self, request: RequestId) -> Result<(), Problem> {
        let reason = self.headers.get(REASON_HEADER).map(|reason| reason.to_str());
        let reason = match reason {
            Some(Ok(reason)) => reason,
            Some(Err(_)) => {
                return Err(Problem::bad_request(
                    "bad-reason",
                    "`Acquaint-Reason` holds visible ASCII characters",
                ));
            }
            None => "not given",
        };
        let agent = format!("{} {}", self.caller.role.name(), self.caller.key);
        self.state.engine.record_lookup(request, agent, reason)?;
        Ok(())
    }
}
