//! A member's account: what is used of the limits, how it stands, and the card.

use std::collections::BTreeSet;
use std::io::Write;

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{
    AcceptFrom, Code, Confirmation, Feedback, FeedbackBasis, Handle, MaxDegree, MemberId, Personal, Settings,
    Standing, Tier,
};
use acquaint_projection_members::Member;
use acquaint_report::moments::window;
use serde_json::{Value, json};

use super::{Sides, has_expired, known, page};
use crate::failure::Failure;
use crate::grammar::Format;
use crate::render::{Listing, Row, listing};
use crate::session::Scene;
use crate::values::{human_time, rfc3339};

/// INVARIANT (shadow rules are without effect): what is on trial is for staff only.
pub(super) fn quota(scene: Scene<'_>, member: &Member, sides: Sides) -> Listing {
    let standing = member.standing_at(scene.as_of);
    let (account, stopped_by) = account(standing);
    let may_send = standing == Standing::Good;
    let why_not = if may_send { String::new() } else { format!(": nothing, the account is {account}") };
    let title = format!("what {} may still send{why_not}", member.handle);
    let columns = vec!["limit", "used", "of", "window", "next one frees"];
    let mut page = page(scene, "acquaint.quota.v1", title, member, columns);
    page.context.push(("may_send", json!(may_send)));
    page.context.push(("code", json!(stopped_by.map(|code| code.to_string()))));
    let Some((_, policy)) = scene.views.policy() else { return page };
    let usage = scene.views.ledger.usage(policy, member.id, member.tier, scene.as_of);
    for (limit, usage) in policy.limits.iter().zip(usage) {
        let is_on_trial = policy.is_on_trial(&limit.id);
        if is_on_trial && sides == Sides::Own {
            continue;
        }
        let most = limit.at_most.of(member.tier);
        let frees_at = match (usage.frees_at(most), standing) {
            (at, Standing::Good) => at,
            (at, Standing::Restricted { until, .. }) => Some(at.map_or(until, |at| at.max(until))),
            (_, Standing::Banned { .. } | Standing::Closed { .. }) => None,
        };
        let frees = match (frees_at, standing) {
            (_, Standing::Closed { .. }) => "never".to_owned(),
            (_, Standing::Banned { .. }) => "not while banned".to_owned(),
            (Some(_), _) if most == 0 => "never".to_owned(),
            (Some(at), _) => human_time(at),
            (None, _) if usage.used().is_some() => "there is room".to_owned(),
            (None, _) => "not counted yet".to_owned(),
        };
        let value = json!({
            "limit": limit.id, "code": limit.code.to_string(), "used": usage.used(), "of": most,
            "window": window(&limit.window), "counter": limit.counter().to_string(),
            "frees_at": frees_at.filter(|_| most > 0).map(rfc3339), "policy": policy.name,
            "on_trial": is_on_trial,
        });
        let frees = if is_on_trial { format!("{frees} (on trial: stops nothing)") } else { frees };
        let used = usage.used().map_or_else(|| "-".to_owned(), |used| used.to_string());
        let cells = vec![limit.id.clone(), used, most.to_string(), window(&limit.window), frees];
        page.rows.push(Row { cells, value });
    }
    page
}

pub(super) fn standing(scene: Scene<'_>, member: &Member, sides: Sides) -> Listing {
    let title = format!("the standing of {}", member.handle);
    let mut page = page(scene, "acquaint.standing.v1", title, member, vec!["what", "state"]);
    let mut push = |what: &str, state: String, code: Option<Code>| {
        let value = json!({ "what": what, "state": state, "code": code.map(|code| code.to_string()) });
        page.rows.push(Row { cells: vec![what.to_owned(), state], value });
    };
    let (account, code) = account(member.standing_at(scene.as_of));
    push("account", account, code);
    if let Some((rule, imposed)) = member.imposed_at(scene.as_of) {
        push("restricted by", format!("the policy's `{rule}`, for the {} time", ordinal(imposed.step)), None);
    }
    for (rule, until) in member.exempt.iter().filter(|(_, until)| scene.as_of < **until) {
        push("exempt from", format!("`{rule}` until {}", human_time(*until)), None);
    }
    if let Some(feedback) = scene.views.ledger.feedback(member.id) {
        let Feedback { answered, declined_percent, reported_percent, basis, .. } = feedback;
        let said = match basis {
            FeedbackBasis::AllAnswers => format!(
                "of about {answered} answers {declined_percent} of a hundred declined, {reported_percent} reported"
            ),
            FeedbackBasis::PrivateAnswers => format!(
                "of about {answered} private answers {declined_percent} of a hundred declined, {reported_percent} \
                 reported, give or take random noise"
            ),
        };
        push("feedback", said, None);
    }
    push("tier", tier(member.tier).to_owned(), None);
    let settings = &member.settings;
    push("accepts requests from", accept_from(settings.accept_from).to_owned(), None);
    push("from how far", max_degree(settings.max_degree), None);
    if let Personal::Held(audience) = &settings.audience {
        let names = audience.companies.iter().chain(&audience.titles).cloned().collect::<Vec<_>>().join(", ");
        push("companies and titles", if names.is_empty() { "all".to_owned() } else { names }, None);
    }
    let confirmation = match settings.confirmation {
        Confirmation::Off => "off",
        Confirmation::First => "on, in both directions",
    };
    push("confirm first", confirmation.to_owned(), None);
    let open = scene.views.pending.sent_by(member.id);
    let open: Vec<_> = open.into_iter().filter(|sent| !has_expired(scene, sent)).collect();
    push("open requests", open.len().to_string(), None);
    let held = open.iter().filter(|sent| sent.open.state == Outgoing::HeldForReview).count();
    if held > 0 {
        push("held for review", held.to_string(), Some(Code::SpamHeld));
    }
    if sides == Sides::Both {
        push("blocked by members", scene.views.blocked.of(member.id).count().to_string(), None);
    }
    page
}

fn ordinal(step: u32) -> String {
    match step {
        1 => "first".to_owned(),
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        step => format!("{step}th"),
    }
}

fn account(standing: Standing) -> (String, Option<Code>) {
    match standing {
        Standing::Good => ("in good standing".to_owned(), None),
        Standing::Restricted { until, .. } => {
            (format!("restricted until {}", human_time(until)), Some(Code::SenderRestricted))
        }
        Standing::Banned { since } => {
            (format!("banned since {}", human_time(since)), Some(Code::SenderBanned))
        }
        Standing::Closed { since } => (format!("closed since {}", human_time(since)), None),
    }
}

/// `member show`: a member, as recorded.
pub(crate) fn member(
    scene: Scene<'_>,
    handle: &Handle,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let member = known(scene, handle)?;
    let mut page =
        page(scene, "acquaint.member.v1", format!("the member {handle}"), member, vec!["what", "is"]);
    let mut push = |what: &str, is: String| {
        let value: Value = json!({ "what": what, "is": is });
        page.rows.push(Row { cells: vec![what.to_owned(), is], value });
    };
    push("joined", human_time(member.joined));
    push("tier", tier(member.tier).to_owned());
    push("account", account(member.standing_at(scene.as_of)).0);
    match &member.profile {
        Personal::Held(profile) => {
            let emails: Vec<&str> = profile.emails.iter().map(|email| email.as_str()).collect();
            let texts = [
                ("e-mail", Some(emails.join(", "))),
                ("profile", profile.url.as_ref().map(ToString::to_string)),
                ("company", profile.company.clone()),
                ("title", profile.title.clone()),
            ];
            for (what, text) in texts {
                push(what, text.filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned()));
            }
        }
        Personal::Erased => push("profile", "erased".to_owned()),
    }
    push("imported contacts", member.contacts.len().to_string());
    for (what, is) in settings_lines(&member.settings) {
        push(what, is);
    }
    push("connections", connections(scene, member.id).to_string());
    Ok(listing(&page, format, out)?)
}

/// Each setting, and what it is.
pub(crate) fn settings_lines(settings: &Settings) -> Vec<(&'static str, String)> {
    let names = |names: &BTreeSet<String>| {
        if names.is_empty() { "any".to_owned() } else { names.iter().cloned().collect::<Vec<_>>().join(", ") }
    };
    let confirmation = match settings.confirmation {
        Confirmation::Off => "off",
        Confirmation::First => "on, in both directions",
    };
    let audience = match &settings.audience {
        Personal::Held(audience) => {
            vec![("from companies", names(&audience.companies)), ("with titles", names(&audience.titles))]
        }
        Personal::Erased => vec![("from companies", "erased".to_owned())],
    };
    let first = [
        ("accepts requests from", accept_from(settings.accept_from).to_owned()),
        ("from how far", max_degree(settings.max_degree)),
    ];
    first.into_iter().chain(audience).chain([("confirm first", confirmation.to_owned())]).collect()
}

fn connections(scene: Scene<'_>, member: MemberId) -> usize {
    scene.views.connected.ends_of(member).count()
}

fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Free => "free",
        Tier::Premium => "premium",
        Tier::SalesNavigator => "sales-navigator",
    }
}

fn accept_from(setting: AcceptFrom) -> &'static str {
    match setting {
        AcceptFrom::Everyone => "everyone",
        AcceptFrom::Contacts => "contacts",
        AcceptFrom::ContactsOrEmail => "contacts-or-email",
    }
}

fn max_degree(setting: MaxDegree) -> String {
    match setting {
        MaxDegree::Any => "any distance".to_owned(),
        MaxDegree::Within(1) => "1st degree".to_owned(),
        MaxDegree::Within(2) => "2nd degree or closer".to_owned(),
        MaxDegree::Within(3) => "3rd degree or closer".to_owned(),
        MaxDegree::Within(steps) => format!("{steps}th degree or closer"),
    }
}
