//! A member's lists: open requests, connections, blocks.

use acquaint::serving::Command;
use acquaint::{Engine, Error, OpenEntry};
use acquaint_domain::Handle;
use acquaint_report::moments::rfc3339;
use axum::http::StatusCode;
use serde_json::json;

use super::requests::{CommandAnswer, Other, of_pair};
use crate::auth::member_id;
use crate::call::{Call, RouteReply};
use crate::pages::{Order, Page, PageQuery, Place, Rows, page};
use crate::problem::Problem;
use crate::table::{MEMBERS, Route, RouteView};

pub(crate) fn routes() -> Vec<Route> {
    let list = |path, name, summary| {
        Route::get(path, name, summary)
            .by(MEMBERS, RouteView::Own)
            .asks::<PageQuery>()
            .gives::<Page>(StatusCode::OK)
    };
    let act = |path, name, summary| {
        Route::post(path, name, summary)
            .by(MEMBERS, RouteView::Own)
            .takes::<Other>()
            .gives::<CommandAnswer>(StatusCode::OK)
    };
    vec![
        list("/v1/pending/sent", "pendingSent", "The open requests that the member sent, oldest first.")
            .runs(|call| open(call, Engine::pending_sent)),
        list(
            "/v1/pending/received",
            "pendingReceived",
            "The requests that wait for the member, oldest first.",
        )
        .runs(|call| open(call, Engine::pending_received)),
        list(
            "/v1/pending/kept-back",
            "keptBack",
            "What the member's settings keep out of the inbox, or the member dismissed.",
        )
        .runs(|call| open(call, Engine::kept_back)),
        list("/v1/connections", "connections", "The member's connections, oldest first.").runs(connections),
        act("/v1/connections/remove", "disconnect", "The member ends a connection.")
            .runs(|call| of_pair(call, Command::Disconnect)),
        list("/v1/blocks", "blocks", "The members whom this member blocks, oldest first.").runs(blocks),
        act("/v1/blocks", "block", "The member blocks another, who is not told.")
            .runs(|call| of_pair(call, Command::Block)),
        act("/v1/blocks/remove", "unblock", "The member unblocks another.")
            .runs(|call| of_pair(call, Command::Unblock)),
    ]
}

fn open(
    call: &Call<'_>,
    list: fn(&Engine, &str) -> Result<Vec<OpenEntry>, Error>,
) -> Result<RouteReply, Problem> {
    let (query, engine) = (call.query::<PageQuery>()?, &call.state.engine);
    let rows = list(engine, call.member()?.as_str())?;
    let rows = rows.into_iter().map(|row| (Place::from((row.since, row.request)), row)).collect();
    let page = page(call, &query, oldest_first(rows), engine.now(), |row| {
        Ok(json!({
            "request": row.request.to_string(), "with": row.with, "since": rfc3339(row.since),
            "code": row.code.to_string(), "name": row.code.name(),
        }))
    })?;
    RouteReply::with(call, page)
}

fn connections(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let (query, engine) = (call.query::<PageQuery>()?, &call.state.engine);
    let rows = engine.connections(call.member()?.as_str())?;
    let rows: Result<Vec<_>, Problem> = rows
        .into_iter()
        .map(|row| Ok((Place { at: row.since, id: id_of(engine, &row.with)? }, row)))
        .collect();
    let page = page(call, &query, oldest_first(rows?), engine.now(), |row| {
        Ok(json!({
            "with": row.with, "member": member_id(id_of(engine, &row.with)?), "since": rfc3339(row.since),
            "request": row.request.map(|request| request.to_string()),
        }))
    })?;
    RouteReply::with(call, page)
}

fn blocks(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let (query, engine) = (call.query::<PageQuery>()?, &call.state.engine);
    let rows = engine.blocked(call.member()?.as_str())?;
    let rows: Result<Vec<_>, Problem> = rows
        .into_iter()
        .map(|row| Ok((Place { at: row.since, id: id_of(engine, &row.handle)? }, row)))
        .collect();
    let page = page(call, &query, oldest_first(rows?), engine.now(), |row| {
        let member = member_id(id_of(engine, &row.handle)?);
        Ok(json!({ "with": row.handle, "member": member, "since": rfc3339(row.since) }))
    })?;
    RouteReply::with(call, page)
}

fn oldest_first<T>(rows: Vec<(Place, T)>) -> Rows<T> {
    Rows { rows, order: Order::OldestFirst, question: String::new() }
}

/// The public id of a member in a list; 0 for one that another network names.
fn id_of(engine: &Engine, handle: &str) -> Result<u64, Problem> {
    let Ok(handle) = Handle::parse(handle) else { return Ok(0) };
    Ok(engine.public_id_of(&handle)?.unwrap_or_default())
}
