//! Who asks: from a key or a member's token to a caller, and the member whose side is asked about.

use acquaint_domain::{Handle, Timestamp};
use axum::http::{HeaderMap, StatusCode, header};

use crate::keys::{KeyRole, matching};
use crate::problem::Problem;
use crate::state::State;
use crate::tokens::Purpose;

/// The header in which a service names the member that it acts for.
pub(crate) const MEMBER_HEADER: &str = "acquaint-member";
/// What a member's token begins with.
pub(crate) const TOKEN_PREFIX: &str = "acqm_";

/// Who sent a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) role: KeyRole,
    /// The id of the key, for records of looks and for command ids; `loopback` for the operator without keys.
    pub(crate) key: String,
    /// The member whose side is asked about: of a member's key its member, of a service the one that it names.
    pub(crate) member: Option<Handle>,
}

/// A member's public id: `M` and thirteen letters and digits.
pub(crate) fn member_id(id: u64) -> String {
    acquaint::RequestId(id).to_string().replacen('R', "M", 1)
}

/// Reads a member's public id.
pub(crate) fn parse_member_id(text: &str) -> Option<u64> {
    let digits = text.strip_prefix(['M', 'm'])?;
    format!("R{digits}").parse::<acquaint::RequestId>().ok().map(|id| id.0)
}

/// Finds out who asks.
pub(crate) fn caller(state: &State, headers: &HeaderMap) -> Result<Caller, Problem> {
    let caller = match bearer(headers)? {
        Some(token) if token.starts_with(TOKEN_PREFIX) => by_token(state, token)?,
        Some(secret) => by_key(state, secret)?,
        None if state.is_open() => Caller { role: KeyRole::Admin, key: "loopback".to_owned(), member: None },
        None => return Err(unauthorized("give a key: `Authorization: Bearer acq_...`")),
    };
    acting(state, headers, caller)
}

/// The text after `Bearer`; `None` where there is no such header.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let Some(first) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(Problem::bad_request("bad-authorization", "give one `Authorization` header"));
    }
    let text = first.to_str().ok().and_then(|text| {
        let (scheme, rest) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| rest.trim())
    });
    text.map(Some).ok_or_else(|| unauthorized("the header is not `Authorization: Bearer KEY`"))
}

fn by_key(state: &State, secret: &str) -> Result<Caller, Problem> {
    let keys = state.keys.current().ok_or_else(|| Problem::busy("the keys cannot be read now"))?;
    let key = matching(&keys, secret).ok_or_else(|| unauthorized("the key is not known, or was revoked"))?;
    state.keys.note_use(&key.id, state.engine.now());
    let member = key.member.as_deref().map(Handle::parse).transpose();
    let member = member.map_err(|_| unauthorized("the key's member has no valid handle"))?;
    Ok(Caller { role: key.role, key: key.id.clone(), member })
}

fn by_token(state: &State, token: &str) -> Result<Caller, Problem> {
    let refused = || unauthorized("the token is not known, or has expired");
    let sealed = token.strip_prefix(TOKEN_PREFIX).unwrap_or_default();
    let content = state.sealer.open_token(Purpose::MemberToken, b"", sealed).ok_or_else(refused)?;
    let MemberToken { member, until, issuer } = MemberToken::read(&content).ok_or_else(refused)?;
    let keys = state.keys.current().ok_or_else(|| Problem::busy("the keys cannot be read now"))?;
    // A token is worth no more than the key that it was issued with.
    let is_issuer_good = keys.iter().any(|key| key.id == issuer && key.revoked.is_none())
        || (issuer == "loopback" && state.is_open());
    if state.engine.now() >= until || !is_issuer_good {
        return Err(refused());
    }
    let member = state.engine.handle_of(member)?.ok_or_else(refused)?;
    Ok(Caller { role: KeyRole::Member, key: format!("{issuer}/{member}"), member: Some(member) })
}

/// The member named in the request, where this caller may name one.
fn acting(state: &State, headers: &HeaderMap, caller: Caller) -> Result<Caller, Problem> {
    let mut named = headers.get_all(MEMBER_HEADER).iter();
    let Some(first) = named.next() else { return Ok(caller) };
    let id = first.to_str().ok().and_then(parse_member_id).filter(|_| named.next().is_none());
    let Some(id) = id else {
        return Err(Problem::bad_request(
            "bad-member",
            "`Acquaint-Member` holds one member's id: `M` and thirteen letters and digits",
        ));
    };
    match caller.role {
        KeyRole::Service | KeyRole::Admin => {
            let handle = state.engine.handle_of(id)?.ok_or_else(|| Problem::unknown("member"))?;
            Ok(Caller { member: Some(handle), ..caller })
        }
        // The same answer whether there is such a member or not.
        KeyRole::Member if state.engine.handle_of(id)? != caller.member => {
            Err(Problem::forbidden("not-your-member", "this key is another member's"))
        }
        KeyRole::Member => Ok(caller),
        KeyRole::Support | KeyRole::ReadOnly | KeyRole::Policy => {
            Err(Problem::forbidden("not-your-member", "this key acts for no member"))
        }
    }
}

/// What a member's token holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MemberToken {
    /// The member's public id.
    pub(crate) member: u64,
    /// The first moment at which it is no longer good.
    pub(crate) until: Timestamp,
    /// The id of the key that it was issued with.
    pub(crate) issuer: String,
}

impl MemberToken {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.member.to_le_bytes().to_vec();
        bytes.extend(self.until.as_millis().to_le_bytes());
        bytes.extend(self.issuer.as_bytes());
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (member, rest) = bytes.split_first_chunk::<8>()?;
        let (until, issuer) = rest.split_first_chunk::<8>()?;
        Some(Self {
            member: u64::from_le_bytes(*member),
            until: Timestamp::from_millis(i64::from_le_bytes(*until)),
            issuer: String::from_utf8(issuer.to_vec()).ok()?,
        })
    }
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
}

/// The caller of a public route.
pub(crate) fn nobody() -> Caller {
    Caller { role: KeyRole::Member, key: String::new(), member: None }
}
