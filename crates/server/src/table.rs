//! The table of routes: method, path, who may, as which viewer, recorded or not. Everything else is made from it.

use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use crate::auth::Caller;
use crate::call::{Call, RouteReply};
use crate::keys::KeyRole;
use crate::problem::Problem;
use crate::routes;

/// Every route, in the order of docs/api.md. A new resource is one line here.
pub(crate) fn routes() -> Vec<Route> {
    let mut all = Vec::new();
    all.extend(routes::health::routes());
    all.extend(routes::members::routes());
    all.extend(routes::requests::routes());
    all.extend(routes::answers::routes());
    all.extend(routes::lists::routes());
    all.extend(routes::search::routes());
    all.extend(routes::find::routes());
    all.extend(routes::follow_ups::routes());
    all.extend(routes::reasons::routes());
    all.extend(routes::incidents::routes());
    all.extend(routes::reviews::routes());
    all.extend(routes::appeals::routes());
    all.extend(routes::restrictions::routes());
    all.extend(routes::policies::routes());
    all.extend(routes::log::routes());
    all.extend(routes::events::routes());
    all.extend(routes::operating::routes());
    all
}

/// Whose view a route answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RouteView {
    /// Nothing of the network: no key is asked for.
    Public,
    /// Nothing of any member's, beyond what the caller gave.
    Nothing,
    /// The side of the member that the caller is, or acts for.
    Own,
    /// The same where the caller is or acts for a member, and else both sides.
    OwnOrBoth,
    /// Both sides, for staff.
    Both,
}

/// Roles that are, or act for, a member.
pub(crate) const MEMBERS: &[KeyRole] = &[KeyRole::Service, KeyRole::Member, KeyRole::Admin];
/// Those, and the staff that sees both sides.
pub(crate) const ALL_VIEWERS: &[KeyRole] =
    &[KeyRole::Service, KeyRole::Member, KeyRole::Support, KeyRole::ReadOnly, KeyRole::Admin];
/// The staff that sees both sides.
pub(crate) const STAFF: &[KeyRole] = &[KeyRole::Support, KeyRole::ReadOnly, KeyRole::Admin];
/// Who may add to the network: the host's back end and the operator.
pub(crate) const HOSTS: &[KeyRole] = &[KeyRole::Service, KeyRole::Admin];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
    Patch,
}

impl Verb {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
        }
    }
}

type SchemaOf = fn(&mut SchemaGenerator) -> Schema;
type RouteFn = fn(&Call<'_>) -> Result<RouteReply, Problem>;

/// One route. `Route::get` or `Route::post` begins it, [`runs`](Self::runs) ends it.
#[derive(Clone)]
pub(crate) struct Route {
    pub(crate) verb: Verb,
    pub(crate) path: &'static str,
    /// The operation's id in the OpenAPI document.
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) roles: &'static [KeyRole],
    pub(crate) sees: RouteView,
    /// Whether a look at both sides is recorded.
    pub(crate) is_recorded: bool,
    /// Whether it takes an `Idempotency-Key`.
    pub(crate) is_idempotent: bool,
    pub(crate) body: Option<SchemaOf>,
    pub(crate) query: Option<SchemaOf>,
    pub(crate) reply: SchemaOf,
    pub(crate) status: StatusCode,
    /// The type of the answer's text.
    pub(crate) media: &'static str,
    pub(crate) run: RouteFn,
}

impl Route {
    fn new(verb: Verb, path: &'static str, name: &'static str, summary: &'static str) -> Self {
        Self {
            verb,
            path,
            name,
            summary,
            roles: &[],
            sees: RouteView::Nothing,
            is_recorded: false,
            is_idempotent: false,
            body: None,
            query: None,
            reply: |generator| generator.subschema_for::<serde_json::Value>(),
            status: StatusCode::OK,
            media: "application/json",
            run: |_| Err(Problem::unknown("route")),
        }
    }

    pub(crate) fn get(path: &'static str, name: &'static str, summary: &'static str) -> Self {
        Self::new(Verb::Get, path, name, summary)
    }

    /// A command: it takes an `Idempotency-Key`.
    pub(crate) fn post(path: &'static str, name: &'static str, summary: &'static str) -> Self {
        Self { is_idempotent: true, ..Self::new(Verb::Post, path, name, summary) }
    }

    /// A command that changes a part of something.
    pub(crate) fn patch(path: &'static str, name: &'static str, summary: &'static str) -> Self {
        Self { is_idempotent: true, ..Self::new(Verb::Patch, path, name, summary) }
    }

    /// A question whose words travel in the body: not a command.
    pub(crate) fn question(path: &'static str, name: &'static str, summary: &'static str) -> Self {
        Self::new(Verb::Post, path, name, summary)
    }

    /// Who may, and whose view the answer is.
    pub(crate) fn by(self, roles: &'static [KeyRole], sees: RouteView) -> Self {
        Self { roles, sees, ..self }
    }

    /// A look of staff at both sides is recorded.
    pub(crate) fn recorded(self) -> Self {
        Self { is_recorded: true, ..self }
    }

    /// The body that it takes.
    pub(crate) fn takes<T: JsonSchema>(self) -> Self {
        Self { body: Some(|generator| generator.subschema_for::<T>()), ..self }
    }

    /// The parameters in its query.
    pub(crate) fn asks<T: JsonSchema>(self) -> Self {
        Self { query: Some(|generator| T::json_schema(generator)), ..self }
    }

    /// What it answers with.
    pub(crate) fn gives<T: JsonSchema>(self, status: StatusCode) -> Self {
        Self { reply: |generator| generator.subschema_for::<T>(), status, ..self }
    }

    /// The function that answers. It may block, and holds no rule of the domain.
    pub(crate) fn runs(self, run: RouteFn) -> Self {
        Self { run, ..self }
    }

    /// The type of the answer's text, where it is not JSON.
    pub(crate) fn media(self, media: &'static str) -> Self {
        Self { media, ..self }
    }

    /// Whether this caller may.
    pub(crate) fn admit(&self, caller: &Caller) -> Result<(), Problem> {
        if !self.roles.contains(&caller.role) {
            let detail = format!("a key with the role `{}` may not do this", caller.role.name());
            return Err(Problem::forbidden("role", detail));
        }
        if self.sees == RouteView::Own && caller.member.is_none()
            || self.sees == RouteView::OwnOrBoth && caller.role == KeyRole::Service && caller.member.is_none()
        {
            let detail = "name the member in the header `Acquaint-Member`, by its id";
            return Err(Problem::bad_request("no-member", detail));
        }
        Ok(())
    }

    /// What the table in docs/api.md says about a role.
    pub(crate) fn viewer(&self, role: KeyRole) -> &'static str {
        if self.sees == RouteView::Public {
            return "public";
        }
        if !self.roles.contains(&role) {
            return "-";
        }
        match (self.sees, role) {
            (RouteView::Public | RouteView::Nothing, _) => "yes",
            (RouteView::Own, _) | (RouteView::OwnOrBoth, KeyRole::Service | KeyRole::Member) => "member",
            (RouteView::OwnOrBoth, KeyRole::Admin) => "engineer or member",
            (RouteView::Both, KeyRole::Admin) => "engineer",
            (RouteView::OwnOrBoth | RouteView::Both, _) => "agent",
        }
    }
}
