//! Restrictions and bans of members, by staff.

use acquaint::serving::Command;
use acquaint_domain::{Handle, RestrictionCause, Timestamp};
use acquaint_query::Moment;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Deserialize;

use super::members::named_in_path;
use super::requests::CommandAnswer;
use super::reviews::DECIDERS;
use crate::call::{Call, RouteReply};
use crate::problem::Problem;
use crate::table::{Route, RouteView};

pub(crate) fn routes() -> Vec<Route> {
    let act = |path, name, summary| {
        Route::post(path, name, summary).by(DECIDERS, RouteView::Both).gives::<CommandAnswer>(StatusCode::OK)
    };
    vec![
        act(
            "/v1/members/{id}/restrict",
            "restrictMember",
            "The member may neither send nor receive until a moment.",
        )
        .takes::<MemberRestriction>()
        .runs(restrict),
        act("/v1/members/{id}/ban", "banMember", "The member is banned; the open requests are withdrawn.")
            .runs(|call| about(call, Command::BanMember)),
        act("/v1/members/{id}/lift", "liftRestriction", "The member's restriction or ban ends now.")
            .runs(|call| about(call, Command::LiftRestriction)),
    ]
}

/// Until when a member is restricted, and why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MemberRestriction {
    /// The first moment at which it is over (RFC 3339).
    until: String,
    /// What the member is told; by default `policy`.
    cause: Option<RestrictionCauseName>,
}

/// Why a member is restricted.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum RestrictionCauseName {
    /// Caught sending spam.
    Spam,
    /// Broke another rule.
    Policy,
    /// For the member's own safety.
    Security,
}

impl From<RestrictionCauseName> for RestrictionCause {
    fn from(name: RestrictionCauseName) -> Self {
        match name {
            RestrictionCauseName::Spam => Self::Spam,
            RestrictionCauseName::Policy => Self::Policy,
            RestrictionCauseName::Security => Self::Security,
        }
    }
}

fn restrict(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let MemberRestriction { until, cause } = call.body()?;
    let until = moment("until", &until)?;
    let cause = cause.map_or(RestrictionCause::Policy, RestrictionCause::from);
    about(call, |member| Command::RestrictMember { member, until, cause })
}

fn about(call: &Call<'_>, command: impl FnOnce(Handle) -> Command) -> Result<RouteReply, Problem> {
    let receipt = call.submit(command(named_in_path(call)?))?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

/// A moment in RFC 3339; words that are counted from now would mean another moment in a retry.
fn moment(field: &str, text: &str) -> Result<Timestamp, Problem> {
    match Moment::parse(text) {
        Ok(Moment::At(at)) => Ok(at),
        Ok(_) | Err(_) => {
            let detail = format!("`{field}` is a moment in RFC 3339, such as `2026-12-24T18:00:00Z`");
            Err(Problem::bad_request("bad-field", detail))
        }
    }
}
