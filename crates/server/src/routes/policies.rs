//! Policies: those that come with the program and those that were adopted; checking, comparing and adopting one.

use acquaint::serving::{Command, Inquiry};
use acquaint_domain::{PolicyVersion, bounds};
use acquaint_policy::{Diagnostic, Policy, SHIPPED, differences, in_words};
use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::requests::CommandAnswer;
use crate::call::{Call, RouteReply};
use crate::keys::KeyRole;
use crate::problem::Problem;
use crate::table::{Route, RouteView};

/// Who changes the rules.
const RULERS: &[KeyRole] = &[KeyRole::Policy, KeyRole::Admin];
/// Who may read them: they hold thresholds that members are not told.
const RULE_READERS: &[KeyRole] = &[KeyRole::Support, KeyRole::ReadOnly, KeyRole::Policy, KeyRole::Admin];
/// What the policy that judges now is called in a path or a body.
const IN_FORCE: &str = "in-force";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "/v1/policies",
            "policies",
            "Those that come with the program, then those adopted, oldest first.",
        )
        .by(RULE_READERS, RouteView::Nothing)
        .gives::<Vec<PolicyRow>>(StatusCode::OK)
        .runs(list),
        Route::get(
            "/v1/policies/{policy}",
            "policy",
            "What a policy says, in words: `in-force`, a version such as `v2`, or a name such as `article`.",
        )
        .by(RULE_READERS, RouteView::Nothing)
        .gives::<PolicyInWords>(StatusCode::OK)
        .runs(show),
        Route::question(
            "/v1/policies/check",
            "checkPolicy",
            "Everything that is wrong with a document, and what is hardly meant.",
        )
        .by(RULERS, RouteView::Nothing)
        .takes::<PolicyDocument>()
        .gives::<PolicyChecked>(StatusCode::OK)
        .runs(check),
        Route::question("/v1/policies/diff", "comparePolicies", "How two policies differ, in words.")
            .by(RULERS, RouteView::Nothing)
            .takes::<PolicyPair>()
            .gives::<PolicyDifferences>(StatusCode::OK)
            .runs(diff),
        Route::post("/v1/policies/adopt", "adoptPolicy", "A policy judges from now on.")
            .by(RULERS, RouteView::Nothing)
            .takes::<PolicyChoice>()
            .gives::<CommandAnswer>(StatusCode::CREATED)
            .runs(adopt),
    ]
}

/// A policy, in a list.
#[derive(Debug, Serialize, JsonSchema)]
struct PolicyRow {
    /// What it is called in a path: `v2` for an adopted one, or the name of one that comes with the program.
    policy: String,
    name: String,
    about: String,
    /// Null for one that comes with the program.
    version: Option<u32>,
    /// Whether it judges now.
    in_force: bool,
}

impl PolicyRow {
    fn adopted((version, policy): (PolicyVersion, &Policy), in_force: Option<PolicyVersion>) -> Self {
        Self {
            policy: format!("v{}", version.0),
            name: policy.name.clone(),
            about: policy.about.clone(),
            version: Some(version.0),
            in_force: in_force == Some(version),
        }
    }
}

fn list(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let mut rows = Vec::new();
    for (name, text) in SHIPPED {
        let Policy { name: own, about, .. } = parsed(text)?;
        rows.push(PolicyRow { policy: name.to_owned(), name: own, about, version: None, in_force: false });
    }
    rows.extend(call.state.engine.inquire(None, |inquiry, _| {
        let in_force = inquiry.views().policy().map(|(version, _)| version);
        let adopted = inquiry.views().policies();
        adopted.map(|adopted| PolicyRow::adopted(adopted, in_force)).collect::<Vec<_>>()
    })?);
    RouteReply::with(call, rows)
}

/// What a policy says, in words.
#[derive(Debug, Serialize, JsonSchema)]
struct PolicyInWords {
    name: String,
    about: String,
    /// Null for one that comes with the program.
    version: Option<u32>,
    /// Whether it judges now.
    in_force: bool,
    says: Vec<PolicySentence>,
}

/// One thing that a policy says.
#[derive(Debug, Serialize, JsonSchema)]
struct PolicySentence {
    /// The same in every policy that says something of it, such as `limit.requests-per-day.free`.
    key: String,
    /// The part of the document.
    part: String,
    /// What it is about, such as `free accounts`.
    about: String,
    /// Such as `300 a day`.
    value: String,
    /// Where the number comes from.
    source: String,
}

fn show(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let KnownPolicy { policy, version, in_force } = named(call, call.param("policy"))?;
    let says = in_words(&policy).into_iter().map(|said| PolicySentence {
        key: said.key,
        part: said.part,
        about: said.label,
        value: format!("{}{}", said.value, said.unit),
        source: said.source,
    });
    let says = says.collect();
    let version = version.map(|version| version.0);
    RouteReply::with(call, PolicyInWords { name: policy.name, about: policy.about, version, in_force, says })
}

/// A document that may be a policy.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PolicyDocument {
    /// The text of the document, in TOML.
    document: String,
}

/// What a document is.
#[derive(Debug, Serialize, JsonSchema)]
struct PolicyChecked {
    /// The policy's name; null where the document is none.
    policy: Option<String>,
    /// Why it is no policy.
    wrong: Vec<PolicyRemark>,
    /// What can be read and is hardly meant.
    warnings: Vec<PolicyRemark>,
}

/// Something about a place in a document.
#[derive(Debug, Serialize, JsonSchema)]
struct PolicyRemark {
    /// Errors begin with `PD`, warnings with `PW`.
    code: &'static str,
    /// The line of the document, counted from 1.
    line: usize,
    /// The place in that line, counted from 1 in characters.
    column: usize,
    message: String,
    /// What to do; null where the message says it.
    help: Option<String>,
}

impl PolicyRemark {
    fn of(one: &Diagnostic, text: &str) -> Self {
        let at = one.located(text);
        let (message, help) = (one.message.clone(), one.help.clone());
        Self { code: one.code, line: at.line, column: at.column, message, help }
    }
}

fn check(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let PolicyDocument { document } = call.body()?;
    within_bounds(&document)?;
    let remarks = |all: &[Diagnostic]| all.iter().map(|one| PolicyRemark::of(one, &document)).collect();
    let (policy, wrong) = match Policy::check(&document) {
        Ok(policy) => (Some(policy.name), Vec::new()),
        Err(wrong) => (None, remarks(&wrong)),
    };
    RouteReply::with(call, PolicyChecked { policy, wrong, warnings: remarks(&Policy::warnings(&document)) })
}

/// A policy: exactly one of the two.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PolicyChoice {
    /// `in-force`, a version such as `v2`, or the name of one that comes with the program.
    policy: Option<String>,
    /// The text of the document, in TOML.
    document: Option<String>,
}

/// Two policies, each named or given whole.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PolicyPair {
    a: PolicyChoice,
    b: PolicyChoice,
}

/// How two policies differ.
#[derive(Debug, Serialize, JsonSchema)]
struct PolicyDifferences {
    /// The first policy's name.
    a: String,
    /// The second policy's name.
    b: String,
    /// A sentence each; none where they say the same.
    differences: Vec<String>,
}

fn diff(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let PolicyPair { a, b } = call.body()?;
    let (a, b) = (chosen(call, a)?, chosen(call, b)?);
    let differences = differences(&a, &b);
    RouteReply::with(call, PolicyDifferences { a: a.name, b: b.name, differences })
}

fn chosen(call: &Call<'_>, choice: PolicyChoice) -> Result<Policy, Problem> {
    match choice {
        PolicyChoice { policy: Some(name), document: None } => Ok(named(call, &name)?.policy),
        PolicyChoice { policy: None, document: Some(text) } => {
            within_bounds(&text)?;
            Policy::parse(&text)
                .map_err(|error| acquaint::Error::InvalidPolicy { problem: error.to_string() }.into())
        }
        PolicyChoice { .. } => Err(one_of_two()),
    }
}

fn adopt(call: &Call<'_>) -> Result<RouteReply, Problem> {
    let text = match call.body()? {
        PolicyChoice { policy: None, document: Some(text) } => text,
        PolicyChoice { policy: Some(name), document: None } => {
            let shipped = SHIPPED.iter().find(|(shipped, _)| *shipped == name);
            let (_, text) = shipped.ok_or_else(|| {
                let detail = "`policy` names one that comes with the program; give any other as `document`";
                Problem::bad_request("bad-field", detail)
            })?;
            (*text).to_owned()
        }
        PolicyChoice { .. } => return Err(one_of_two()),
    };
    let receipt = call.submit(Command::AdoptPolicy { text })?;
    RouteReply::of_command(call, &receipt, CommandAnswer::of(&receipt))
}

fn one_of_two() -> Problem {
    Problem::bad_request("bad-field", "give either `policy` or `document`")
}

fn within_bounds(document: &str) -> Result<(), Problem> {
    let checked = bounds::POLICY_DOCUMENT.check(document);
    checked.map_err(|over| Problem::bad_request("bad-field", format!("`document`: {over}")))
}

/// A policy that is named.
struct KnownPolicy {
    policy: Policy,
    version: Option<PolicyVersion>,
    in_force: bool,
}

fn named(call: &Call<'_>, name: &str) -> Result<KnownPolicy, Problem> {
    if let Some((_, text)) = SHIPPED.iter().find(|(shipped, _)| *shipped == name) {
        return Ok(KnownPolicy { policy: parsed(text)?, version: None, in_force: false });
    }
    let version = name.strip_prefix('v').and_then(|number| number.parse().ok()).map(PolicyVersion);
    let known = call.state.engine.inquire(None, |inquiry, _| adopted(&inquiry, name, version))?;
    known.ok_or_else(|| Problem::unknown("policy"))
}

fn adopted(inquiry: &Inquiry<'_>, name: &str, version: Option<PolicyVersion>) -> Option<KnownPolicy> {
    let (judging, _) = inquiry.views().policy()?;
    let wanted = if name == IN_FORCE { judging } else { version? };
    let (_, policy) = inquiry.views().policies().find(|(known, _)| *known == wanted)?;
    Some(KnownPolicy { policy: policy.clone(), version: Some(wanted), in_force: wanted == judging })
}

/// Reads a document that comes with the program.
fn parsed(text: &str) -> Result<Policy, Problem> {
    Policy::recorded(text)
        .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string()))
}
