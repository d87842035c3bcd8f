//! Members: joining, the profile, settings, limits, and short keys of members.

use acquaint::serving::Command;
use acquaint_domain::{
    AcceptFrom, Confirmation, EmailAddress, EnteredHandle, Handle, MaxDegree, MemberDraft, Profile,
    ProfileUrl, SettingsChange, Span, Standing, Tier,
};
use acquaint_report::moments::rfc3339;
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::names::{AcceptFromName, TierName};
use super::requests::CommandAnswer;
use crate::auth::{MemberToken, TOKEN_PREFIX, member_id, parse_member_id};
use crate::call::{Call, RouteReply};
use crate::problem::Problem;
use crate::table::{HOSTS, MEMBERS, Route, RouteView, STAFF};
use crate::tokens::Purpose;

/// The longest that a member's token is good, in seconds.
const TOKEN_SECONDS_MAX: u32 = 3_600;
/// The farthest degree that a setting can name.
const DEGREE_MAX: u8 = 3;

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::post("/v1/members", "addMember", "A member joins.")
            .by(HOSTS, RouteView::Nothing)
            .takes::<MemberToAdd>()
            .gives::<MemberAdded>(StatusCode::CREATED)
            .runs(add),
        Route::question("/v1/members/lookup", "lookUpMember", "The id of the member with this handle.")
            .by(HOSTS, RouteView::Nothing)
            .takes::<HandleLookup>()
            .gives::<MemberName>(StatusCode::OK)
            .runs(look_up),
        Route::get("/v1/members/{id}", "memberAccount", "The account of the member with this id, for staff.")
            .by(STAFF, RouteView::Both)
            .gives::<AccountBody>(StatusCode::OK)
            .runs(|call| account_of(call, &named_in_path(call)?)),
        Route::question(
            "/v1/member-tokens",
            "issueMemberToken",
            "A key of the member's own, for at most an hour.",
        )
        .by(HOSTS, RouteView::Own)
        .takes::<TokenWish>()
        .gives::<Token>(StatusCode::CREATED)
        .runs(issue_token),
        Route::get("/v1/account", "account", "The member's account.")
            .by(MEMBERS, RouteView::Own)
            .gives::<AccountBody>(StatusCode::OK)
            .runs(|call| account_of(call, call.member()?)),
        Route::patch(
            "/v1/account",
            "changeAccount",
            "The profile or the subscription changes in what is given.",
        )
        .by(HOSTS, RouteView::Own)
        .takes::<ProfileChange>()
        .gives::<CommandAnswer>(StatusCode::OK)
        .runs(change),
        Route::patch("/v1/settings", "changeSettings", "The settings change in what is given.")
            .by(MEMBERS, RouteView::Own)
            .takes::<SettingsWish>()
            .gives::<CommandAnswer>(StatusCode::OK)
            .runs(change_settings),
        Route::post(
            "/v1/contacts",
            "importContacts",
            "E-mail addresses are added to the member's address book.",
        )
        .by(MEMBERS, RouteView::Own)
        .takes::<Contacts>()
        .gives::<CommandAnswer>(StatusCode::OK)
        .runs(import_contacts),
        Route::post("/v1/account/close", "closeAccount", "The member deletes the account, for good.")
            .by(MEMBERS, RouteView::Own)
            .gives::<CommandAnswer>(StatusCode::OK)
            .runs(close),
        Route::get("/v1/quota", "quota", "How much of each limit the member has used.")
            .by(MEMBERS, RouteView::Own)
            .gives::<Vec<LimitUse>>(StatusCode::OK)
            .runs(quota),
    ]
}

/// A member who joins.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MemberToAdd {
    /// Letters of any script, digits, `-`, `_` and `.`; 1 to 100 characters.
    handle: String,
    /// By default `free`.
    tier: Option<TierName>,
    /// All e-mail addresses; each belongs to at most one member.
    emails: Option<Vec<String>>,
    profile_url: Option<String>,
    company: Option<String>,
    title: Option<String>,
}

/// A member who has joined.
#[derive(Serialize, JsonSchema)]
struct MemberAdded {
    /// The member's id, for `Acquaint-Member`.
    id: String,
    handle: String,
    /// When the member joined (RFC 3339).
    at: String,
}

fn add(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let MemberToAdd { handle, tier, emails, profile_url, company, title } = call.body()?;
    let (handle, entered_handle) = (read_handle(&handle)?, EnteredHandle::of(&handle));
    let emails = read_emails(&emails.unwrap_or_default())?;
    let profile = Profile { emails, url: read_url(profile_url.as_deref())?, company, title, entered_handle };
    let tier = tier.map_or(Tier::Free, Tier::from);
    let receipt = call.submit(Command::AddMember { handle: handle.clone(), tier, profile })?;
    let added =
        MemberAdded { id: id_of(call, &handle)?, handle: handle.to_string(), at: rfc3339(receipt.at) };
    RouteReply::of_command(call, &receipt, added)
}

/// Whose id is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct HandleLookup {
    handle: String,
}

/// A member's id and handle.
#[derive(Serialize, JsonSchema)]
struct MemberName {
    id: String,
    handle: String,
}

fn look_up(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let HandleLookup { handle } = call.body()?;
    let handle = read_handle(&handle)?;
    RouteReply::with(call, MemberName { id: id_of(call, &handle)?, handle: handle.to_string() })
}

/// How long a member's token is to be good.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TokenWish {
    /// Seconds, 1 to 3600.
    #[schemars(range(min = 1, max = 3600))]
    seconds: u32,
}

/// A member's token.
#[derive(Serialize, JsonSchema)]
struct Token {
    /// Given as `Authorization: Bearer`; kept nowhere.
    token: String,
    /// The first moment at which it is no longer good (RFC 3339).
    until: String,
}

fn issue_token(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let TokenWish { seconds } = call.body()?;
    if seconds == 0 || seconds > TOKEN_SECONDS_MAX {
        return Err(Problem::bad_request("bad-field", format!("`seconds` is 1 to {TOKEN_SECONDS_MAX}")));
    }
    let engine = &call.state.engine;
    let member = call.member()?;
    let id = engine.public_id_of(member)?.ok_or_else(|| Problem::unknown("member"))?;
    let until = engine.now().plus(Span::seconds(i64::from(seconds)));
    let token = MemberToken { member: id, until, issuer: call.caller.key.clone() };
    let sealed = call.state.sealer.seal(Purpose::MemberToken, b"", &token.bytes());
    let sealed = sealed.ok_or_else(|| Problem::busy("the system gives no random bytes"))?;
    RouteReply::with(call, Token { token: format!("{TOKEN_PREFIX}{sealed}"), until: rfc3339(until) })
}

/// A member's account, as the member sees it.
#[derive(Serialize, JsonSchema)]
struct AccountBody {
    id: String,
    handle: String,
    joined: String,
    tier: TierName,
    /// `good`, `restricted`, `banned` or `closed`.
    standing: &'static str,
    /// When a restriction ends (RFC 3339); null where there is none.
    restricted_until: Option<String>,
    emails: Vec<String>,
    profile_url: Option<String>,
    company: Option<String>,
    title: Option<String>,
    accept_from: AcceptFromName,
    /// 1 to 3 connections; null for any.
    max_degree: Option<u8>,
    /// Whether requests wait for the member's confirmation.
    confirm_first: bool,
    /// How many contacts were imported.
    contacts: usize,
    /// How many connections there are.
    connections: usize,
}

fn account_of(call: &Call<'_>, member: &Handle) -> Result<RouteReply, Problem> {
    let known = call.state.engine.account(member.as_str())?;
    let (standing, restricted_until) = match known.standing {
        Standing::Good => ("good", None),
        Standing::Restricted { until, .. } => ("restricted", Some(rfc3339(until))),
        Standing::Banned { .. } => ("banned", None),
        Standing::Closed { .. } => ("closed", None),
    };
    RouteReply::with(
        call,
        AccountBody {
            id: id_of(call, member)?,
            handle: known.handle,
            joined: rfc3339(known.joined),
            tier: known.tier.into(),
            standing,
            restricted_until,
            emails: known.emails,
            profile_url: known.profile_url,
            company: known.company,
            title: known.title,
            accept_from: known.accept_from.into(),
            max_degree: match known.max_degree {
                MaxDegree::Any => None,
                MaxDegree::Within(steps) => Some(steps),
            },
            confirm_first: known.confirmation == Confirmation::First,
            contacts: known.contacts,
            connections: known.connections,
        },
    )
}

/// What of a profile or subscription changes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProfileChange {
    tier: Option<TierName>,
    /// All e-mail addresses; they replace those before.
    emails: Option<Vec<String>>,
    profile_url: Option<String>,
    company: Option<String>,
    title: Option<String>,
}

fn change(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let ProfileChange { tier, emails, profile_url, company, title } = call.body()?;
    let draft = MemberDraft {
        tier: tier.map(Tier::from),
        emails: emails.as_deref().map(read_emails).transpose()?,
        url: read_url(profile_url.as_deref())?,
        company,
        title,
    };
    let receipt = call.submit(Command::ChangeMember { member: call.member()?.clone(), draft })?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

/// The settings that change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SettingsWish {
    accept_from: Option<AcceptFromName>,
    /// 1 to 3 connections, or `any`.
    max_degree: Option<DegreeWish>,
    /// Only people of these companies may send; empty for all.
    companies: Option<Vec<String>>,
    /// Only people with these titles may send; empty for all.
    titles: Option<Vec<String>>,
    /// Whether requests wait for the member's confirmation.
    confirm_first: Option<bool>,
}

/// A degree: `1`, `2`, `3` or `any`.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
enum DegreeWish {
    #[serde(rename = "1")]
    One,
    #[serde(rename = "2")]
    Two,
    #[serde(rename = "3")]
    Three,
    #[serde(rename = "any")]
    Any,
}

fn change_settings(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let SettingsWish { accept_from, max_degree, companies, titles, confirm_first } = call.body()?;
    let degree = |wish| match wish {
        DegreeWish::One => MaxDegree::Within(1),
        DegreeWish::Two => MaxDegree::Within(2),
        DegreeWish::Three => MaxDegree::Within(DEGREE_MAX),
        DegreeWish::Any => MaxDegree::Any,
    };
    let change = SettingsChange {
        accept_from: accept_from.map(AcceptFrom::from),
        max_degree: max_degree.map(degree),
        companies,
        titles,
        confirmation: confirm_first.map(|first| if first { Confirmation::First } else { Confirmation::Off }),
    };
    let receipt = call.submit(Command::ChangeSettings { member: call.member()?.clone(), change })?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

/// Addresses of an address book.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Contacts {
    emails: Vec<String>,
}

fn import_contacts(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let Contacts { emails } = call.body()?;
    let (member, contacts) = (call.member()?.clone(), read_emails(&emails)?);
    let receipt = call.submit(Command::ImportContacts { member, contacts })?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

fn close(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let receipt = call.submit(Command::CloseMember(call.member()?.clone()))?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

/// A limit of the policy's, and how much of it is used.
#[derive(Serialize, JsonSchema)]
struct LimitUse {
    /// The limit's id in the policy.
    limit: String,
    /// The code of a send that it refuses.
    code: String,
    /// Null while the counters of a new policy are being filled.
    used: Option<u32>,
    at_most: u32,
    /// When there is room again (RFC 3339); null where there is room, or never will be.
    frees_at: Option<String>,
}

fn quota(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let limits = call.state.engine.quota(call.member()?.as_str())?;
    let row = |quota: acquaint::Quota| LimitUse {
        limit: quota.limit,
        code: quota.code.to_string(),
        used: quota.used,
        at_most: quota.at_most,
        frees_at: quota.frees_at.map(rfc3339),
    };
    RouteReply::with(call, limits.into_iter().map(row).collect::<Vec<_>>())
}

fn named_in_path(call: &Call<'_>) -> Result<Handle, Problem> {
    let id = parse_member_id(call.param("id"));
    let handle = id.map(|id| call.state.engine.handle_of(id)).transpose()?.flatten();
    handle.ok_or_else(|| Problem::unknown("member"))
}

fn id_of(call: &Call<'_>, handle: &Handle) -> Result<String, Problem> {
    let id = call.state.engine.public_id_of(handle)?;
    id.map(member_id).ok_or_else(|| Problem::unknown("member"))
}

fn read_handle(text: &str) -> Result<Handle, Problem> {
    Handle::parse(text).map_err(|problem| malformed(text, problem))
}

fn read_emails(texts: &[String]) -> Result<Vec<EmailAddress>, Problem> {
    texts.iter().map(|text| read_email(text)).collect()
}

pub(super) fn read_email(text: &str) -> Result<EmailAddress, Problem> {
    EmailAddress::parse(text).map_err(|problem| malformed(text, problem))
}

fn read_url(text: Option<&str>) -> Result<Option<ProfileUrl>, Problem> {
    text.map(|text| ProfileUrl::parse(text).map_err(|problem| malformed(text, problem))).transpose()
}

/// A text that is no address of the kind that is needed.
pub(super) fn malformed(text: &str, problem: acquaint::MalformedAddress) -> Problem {
    acquaint::Error::MalformedAddress { text: text.to_owned(), problem }.into()
}
