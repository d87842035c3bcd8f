//! Requests: sending, and what their two members do with them.

use acquaint::serving::{Command, CommandOutcome, Receipt};
use acquaint::{Error, SendOutcome, entry};
use acquaint_audit::Viewer;
use acquaint_domain::{Address, Channel, Code, Pair, Send};
use acquaint_report::moments::rfc3339;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::members::{malformed, read_email};
use crate::call::{Call, RouteReply};
use crate::problem::Problem;
use crate::table::{MEMBERS, Route, RouteView};

pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::post("/v1/requests", "sendRequest", "The member asks another to connect.")
            .by(MEMBERS, RouteView::Own)
            .takes::<NewRequest>()
            .gives::<RequestSent>(StatusCode::CREATED)
            .runs(send),
        Route::question(
            "/v1/requests/check",
            "checkRequest",
            "What a send would be answered now; nothing is sent.",
        )
        .by(MEMBERS, RouteView::Own)
        .takes::<NewRequest>()
        .gives::<SendChecked>(StatusCode::OK)
        .runs(check),
    ];
    let act = |path, name, summary| {
        Route::post(path, name, summary).by(MEMBERS, RouteView::Own).gives::<CommandAnswer>(StatusCode::OK)
    };
    routes.extend([
        act(
            "/v1/requests/{id}/confirm",
            "confirmRequest",
            "The member confirms a request that waits for it.",
        )
        .runs(|call| of_request(call, &[Viewer::Sender, Viewer::Recipient], Command::Confirm)),
        act("/v1/requests/{id}/withdraw", "withdrawRequest", "The sender takes the request back.")
            .runs(|call| of_request(call, &[Viewer::Sender], Command::Withdraw)),
        act("/v1/requests/{id}/remind", "remindOfRequest", "The sender reminds the other member.")
            .runs(|call| of_request(call, &[Viewer::Sender], Command::Remind)),
        act("/v1/requests/{id}/accept", "acceptRequest", "The recipient accepts: the two are connected.")
            .runs(|call| of_request(call, &[Viewer::Recipient], Command::Accept)),
        act("/v1/requests/{id}/decline", "declineRequest", "The recipient declines; the sender is not told.")
            .runs(|call| of_request(call, &[Viewer::Recipient], Command::Decline)),
        act("/v1/requests/{id}/dismiss", "dismissRequest", "The recipient sets the request aside.")
            .runs(|call| of_request(call, &[Viewer::Recipient], Command::Ignore)),
        act("/v1/requests/{id}/report", "reportRequest", "The recipient reports the request as unwanted.")
            .runs(|call| of_request(call, &[Viewer::Recipient], Command::Report)),
    ]);
    routes
}

/// A request to connect.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NewRequest {
    /// The recipient's handle, profile URL or e-mail address, as the member typed it.
    to: String,
    /// A note to the recipient; the policy says how long it may be.
    note: Option<String>,
    /// `web` (the default), `mobile`, `desktop`, or `api:` and the name of a program.
    channel: Option<String>,
    /// One of the recipient's e-mail addresses, as proof that the sender knows the recipient.
    with_email: Option<String>,
}

/// What the sender's side decided. It never depends on what the recipient did or does.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum OutcomeName {
    /// It is on its way.
    InTransit,
    /// The other member had asked already: the two are connected.
    Connected,
    /// It waits for the sender's confirmation or for a review.
    Held,
    /// It was refused; `code` says why.
    Refused,
}

impl From<SendOutcome> for OutcomeName {
    fn from(outcome: SendOutcome) -> Self {
        match outcome {
            SendOutcome::Connected => Self::Connected,
            SendOutcome::Held(_) => Self::Held,
            SendOutcome::Refused(_) => Self::Refused,
            SendOutcome::InTransit | _ => Self::InTransit,
        }
    }
}

/// What a send would be answered.
#[derive(Serialize, JsonSchema)]
struct SendChecked {
    outcome: OutcomeName,
    /// The reason code, such as `CR0401`.
    code: String,
    /// The code's name, such as `daily-limit`.
    name: &'static str,
    /// What the code means, in a sentence.
    text: &'static str,
}

impl SendChecked {
    fn of(outcome: SendOutcome) -> Self {
        let code = outcome.code();
        Self { outcome: outcome.into(), code: code.to_string(), name: code.name(), text: entry(code).meaning }
    }
}

/// A request that was sent. A refused one exists too, and can be explained.
#[derive(Serialize, JsonSchema)]
struct RequestSent {
    /// The request's id; null where an earlier refusal answers this send, too, and nothing was recorded.
    request: Option<String>,
    outcome: OutcomeName,
    code: String,
    name: &'static str,
    text: &'static str,
    /// When it was recorded (RFC 3339).
    at: String,
}

fn send(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let receipt = call.submit(Command::SendRequest(order(call)?))?;
    let outcome = match receipt.verdict {
        CommandOutcome::Done | CommandOutcome::OnItsWay => SendOutcome::InTransit,
        CommandOutcome::Crossed => SendOutcome::Connected,
        CommandOutcome::Held(code) => SendOutcome::Held(code),
        CommandOutcome::Refused(code) => SendOutcome::Refused(code),
    };
    let SendChecked { outcome, code, name, text } = SendChecked::of(outcome);
    let request =
        receipt.request.filter(|_| receipt.recording.is_written()).map(|request| request.to_string());
    RouteReply::of_command(
        call,
        &receipt,
        RequestSent { request, outcome, code, name, text, at: rfc3339(receipt.at) },
    )
}

fn check(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let Send { sender, to, note, channel, with_email } = order(call)?;
    let mut connect = acquaint::Connect::from(sender.to_string()).to(to).channel(channel);
    if let Some(note) = note {
        connect = connect.note(note);
    }
    if let Some(email) = with_email {
        connect = connect.with_email(email.to_string());
    }
    RouteReply::with(call, SendChecked::of(call.state.engine.check(&connect)?))
}

fn order(call: &Call<'_>) -> Result<Send, Problem> {
    let NewRequest { to, note, channel, with_email } = call.body()?;
    let with_email = with_email.as_deref().map(read_email).transpose()?;
    let channel = match channel.as_deref() {
        None | Some("web") => Channel::Web,
        Some("mobile") => Channel::Mobile,
        Some("desktop") => Channel::Desktop,
        Some(other) => match other.strip_prefix("api:") {
            Some(program) if !program.is_empty() => Channel::Api(program.to_owned()),
            _ => {
                let detail = "`channel` is `web`, `mobile`, `desktop`, or `api:` and the name of a program";
                return Err(Problem::bad_request("bad-field", detail));
            }
        },
    };
    Ok(Send { sender: call.member()?.clone(), to, note, channel, with_email })
}

/// A command that was carried out, or refused with a code.
#[derive(Serialize, JsonSchema)]
pub(crate) struct CommandAnswer {
    /// `done` or `refused`.
    outcome: &'static str,
    /// Why it was refused; null where it was not.
    code: Option<String>,
    name: Option<&'static str>,
    text: Option<&'static str>,
    /// The request that it was about, if any.
    request: Option<String>,
    /// When it was recorded (RFC 3339).
    at: String,
}

impl CommandAnswer {
    pub(crate) fn of(receipt: &Receipt) -> Self {
        let refused: Option<Code> = match receipt.verdict {
            CommandOutcome::Refused(code) | CommandOutcome::Held(code) => Some(code),
            CommandOutcome::Done | CommandOutcome::OnItsWay | CommandOutcome::Crossed => None,
        };
        Self {
            outcome: if refused.is_some() { "refused" } else { "done" },
            code: refused.map(|code| code.to_string()),
            name: refused.map(Code::name),
            text: refused.map(|code| entry(code).meaning),
            request: receipt.request.map(|request| request.to_string()),
            at: rfc3339(receipt.at),
        }
    }
}

/// A command by one of the request's two members, who is at one of these ends of it.
fn of_request(call: &Call<'_>, ends: &[Viewer], command: fn(Pair) -> Command) -> Result<RouteReply, Problem> {
    let (member, request) = (call.member()?.clone(), call.request()?);
    let unknown = || Error::UnknownRequest { request: request.to_string() };
    let own = call.state.engine.own_end(request, &member)?.ok_or_else(unknown)?;
    let nothing = |what: &str| Error::NothingToDo { what: what.to_owned(), code: None };
    if !ends.contains(&own.end) {
        return Err(nothing("this is for the other member of the request to do").into());
    }
    // A command is about two members. With a later request of theirs open, it would be about that one.
    if !own.is_open && !call.was_answered(&member)? {
        return Err(nothing("the request is not open").into());
    }
    let other = Address::parse(&own.other).map_err(|problem| malformed(&own.other, problem))?;
    let receipt = call.submit(command(Pair { member, other }))?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

/// A command by the member about another, who is named in the body.
pub(crate) fn of_pair(call: &Call<'_>, command: fn(Pair) -> Command) -> Result<RouteReply, Problem> {
    let Other { other } = call.body()?;
    let other = Address::parse(&other).map_err(|problem| malformed(&other, problem))?;
    let receipt = call.submit(command(Pair { member: call.member()?.clone(), other }))?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

/// Whom a member's command is about.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Other {
    /// The other member's handle, profile URL, or an e-mail address that this member may use.
    other: String,
}
