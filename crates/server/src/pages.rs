//! Pages of lists, and the opaque cursors between them.

use acquaint_domain::{RequestId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::call::Call;
use crate::problem::Problem;
use crate::tokens::Purpose;

/// The most rows of a page.
const ROWS_MAX: usize = 200;
/// Rows of a page, where nothing else is asked for.
const ROWS: usize = 50;

/// Which page of a list.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    /// The most rows, 1 to 200; by default 50.
    #[schemars(range(min = 1, max = 200))]
    pub(crate) limit: Option<usize>,
    /// `next` of the page before.
    pub(crate) cursor: Option<String>,
}

/// What a page is cut out of.
pub(crate) struct Rows<T> {
    /// Every row with its place; they need not be sorted.
    pub(crate) rows: Vec<(Place, T)>,
    pub(crate) order: Order,
    /// What was asked for: a cursor is good for the same question only.
    pub(crate) question: String,
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Page {
    /// The rows, in the order of the list.
    pub(crate) rows: Vec<Value>,
    /// The cursor of the next page; null where this is the last.
    pub(crate) next: Option<String>,
    /// The moment as of which the page is true (RFC 3339).
    pub(crate) as_of: String,
}

/// A row's place in its list. A page begins after a place, so rows that come or go in the meantime move no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) at: Timestamp,
    pub(crate) id: u64,
}

impl From<(Timestamp, RequestId)> for Place {
    fn from((at, request): (Timestamp, RequestId)) -> Self {
        Self { at, id: request.0 }
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    OldestFirst,
    NewestFirst,
}

/// Cuts a page out of a list. `show` is asked for the rows of the page only.
pub(crate) fn page<T>(
    call: &Call<'_>,
    query: &PageQuery,
    Rows { mut rows, order, question }: Rows<T>,
    as_of: Timestamp,
    show: impl Fn(T) -> Result<Value, Problem>,
) -> Result<Page, Problem> {
    let limit = query.limit.unwrap_or(ROWS);
    if limit == 0 || limit > ROWS_MAX {
        return Err(Problem::bad_request("bad-query", format!("`limit` is 1 to {ROWS_MAX}")));
    }
    let after = query.cursor.as_deref().map(|cursor| opened(call, &question, cursor)).transpose()?;
    rows.retain(|(place, _)| match (after, order) {
        (None, _) => true,
        (Some(after), Order::OldestFirst) => *place > after,
        (Some(after), Order::NewestFirst) => *place < after,
    });
    rows.sort_by_key(|(place, _)| *place);
    if order == Order::NewestFirst {
        rows.reverse();
    }
    let is_last = rows.len() <= limit;
    rows.truncate(limit);
    let last = rows.last().map(|(place, _)| *place).filter(|_| !is_last);
    let next = last.map(|place| sealed(call, &question, place)).transpose()?;
    let rows: Result<Vec<Value>, Problem> = rows.into_iter().map(|(_, row)| show(row)).collect();
    Ok(Page { rows: rows?, next, as_of: acquaint_report::moments::rfc3339(as_of) })
}

/// A cursor is good for one question and one caller's view of the answer.
fn owner(call: &Call<'_>, question: &str) -> Vec<u8> {
    let member = call.caller.member.as_ref().map_or_else(|| "staff:".to_owned(), ToString::to_string);
    format!("{}\0{member}\0{question}", call.route.name).into_bytes()
}

fn sealed(call: &Call<'_>, question: &str, place: Place) -> Result<String, Problem> {
    let mut content = place.at.as_millis().to_le_bytes().to_vec();
    content.extend(place.id.to_le_bytes());
    let token = call.state.sealer.seal(Purpose::Cursor, &owner(call, question), &content);
    token.ok_or_else(|| Problem::busy("the system gives no random bytes"))
}

fn opened(call: &Call<'_>, question: &str, cursor: &str) -> Result<Place, Problem> {
    let content = call.state.sealer.open_token(Purpose::Cursor, &owner(call, question), cursor);
    let read = content.and_then(|content| {
        let (at, id) = content.split_first_chunk::<8>()?;
        let at = Timestamp::from_millis(i64::from_le_bytes(*at));
        Some(Place { at, id: u64::from_le_bytes(id.try_into().ok()?) })
    });
    read.ok_or_else(|| {
        Problem::bad_request("bad-cursor", "the cursor is not one of this list, for this caller")
    })
}
