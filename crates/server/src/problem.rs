//! Errors as problem documents (RFC 9457), with our code and hints as fields.

use acquaint::{Error, ErrorKind, Hint};
use acquaint_engine::SubmitError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer that is an error of the request or of the server. A refused send is none: it is an outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    /// What programs branch on.
    code: &'static str,
    detail: String,
    /// A reason code (CR…), where one explains the error.
    reason: Option<String>,
    hints: Vec<Value>,
    /// After how many seconds it may succeed; `None` where asking again does not help.
    retry_after: Option<u32>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), reason: None, hints: Vec::new(), retry_after: None }
    }

    pub(crate) fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// The same sentence whether it does not exist or is not for this caller to know.
    pub(crate) fn unknown(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("there is no such {what}"))
    }

    pub(crate) fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    pub(crate) fn busy(detail: &str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry_after(1)
    }

    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = match error.kind() {
            ErrorKind::NotFound => StatusCode::NOT_FOUND,
            ErrorKind::InvalidInput => StatusCode::BAD_REQUEST,
            ErrorKind::Conflict => StatusCode::CONFLICT,
            ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ErrorKind::Operator | _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let (status, code) = match &error {
            Error::UnknownMember { .. } => (status, "unknown-member"),
            Error::ClosedMember { .. } => (status, "closed-member"),
            Error::UnknownAddress { .. } | Error::UnknownEmail { .. } => (status, "unknown-address"),
            Error::UnknownRequest { .. } => (status, "not-found"),
            Error::MalformedAddress { .. } => (status, "malformed-address"),
            Error::HandleTaken { .. } => (status, "handle-taken"),
            Error::InvalidPolicy { .. } => (status, "invalid-policy"),
            Error::InvalidInput { .. } => (status, "invalid-input"),
            Error::NothingToDo { .. } => (status, "nothing-to-do"),
            Error::StaysHeld { .. } => (status, "stays-held"),
            Error::CommandIdReused => (StatusCode::UNPROCESSABLE_ENTITY, "command-id-reused"),
            Error::CommandIdExpired => (StatusCode::UNPROCESSABLE_ENTITY, "command-id-expired"),
            Error::Busy => (status, "busy"),
            Error::Stopped { .. } => (StatusCode::SERVICE_UNAVAILABLE, "stopped"),
            Error::ClockJumped { .. } | Error::ClockBehind { .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, "clock-jumped")
            }
            Error::InUse { .. }
            | Error::OlderFormat { .. }
            | Error::NewerFormat { .. }
            | Error::LostEvents { .. }
            | Error::Storage { .. }
            | _ => (status, "internal"),
        };
        // What the operator has to repair names files of the machine: that is for the server's own log.
        let detail = match code {
            "internal" | "stopped" => {
                "the network cannot be used now; its operator has been told why".to_owned()
            }
            _ => error.to_string(),
        };
        let reason = if let Error::NothingToDo { code, .. } = &error {
            code.map(|code| code.to_string())
        } else if let Error::StaysHeld { code, .. } = &error {
            Some(code.to_string())
        } else {
            None
        };
        let mut problem = Self::new(status, code, detail);
        if code != "internal" && code != "stopped" {
            problem.hints = error.hints().iter().map(hint).collect();
        }
        problem.reason = reason;
        problem.retry_after = match status {
            StatusCode::SERVICE_UNAVAILABLE if code == "busy" => Some(1),
            StatusCode::SERVICE_UNAVAILABLE => Some(30),
            _ => None,
        };
        problem
    }
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        if let SubmitError::NotFound(what) = error {
            // Somebody in a question of staff's who is not there; nothing was to be done.
            return Self::new(StatusCode::NOT_FOUND, "not-found", what);
        }
        Error::from(error).into()
    }
}

fn hint(hint: &Hint) -> Value {
    let (name, value) = match hint {
        Hint::DidYouMean(meant) => ("did-you-mean", Some(meant.clone())),
        Hint::RetryAt(at) => ("retry-at", Some(acquaint_report::moments::rfc3339(*at))),
        Hint::CheckSpelling => ("check-spelling", None),
        Hint::UseHandle => ("use-handle", None),
        Hint::NewCommandId => ("new-command-id", None),
        Hint::RetrySoon => ("retry-soon", None),
        Hint::CheckClock => ("check-clock", None),
        Hint::EndOtherWriter
        | Hint::RestoreBackup
        | Hint::CheckDisk
        | Hint::UpgradeProgram
        | Hint::ConvertLog
        | _ => ("ask-the-operator", None),
    };
    json!({ "hint": name, "value": value, "text": hint.to_string() })
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Self { status, code, detail, reason, hints, retry_after } = self;
        let body = json!({
            "type": format!("https://acquaint.dev/problems/{code}"),
            "title": code.replace('-', " "),
            "status": status.as_u16(),
            "detail": detail,
            "code": code,
            "reason": reason,
            "hints": hints,
        });
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
