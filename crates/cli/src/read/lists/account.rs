//! `member show`: a member's account as recorded.

use std::collections::BTreeSet;
use std::io::Write;

use acquaint_domain::{
    AcceptFrom, Code, Confirmation, Handle, MaxDegree, MemberId, Personal, Settings, Standing, Tier,
};
use acquaint_policy::Window;
use serde_json::{Value, json};

use super::{known, page};
use crate::failure::CliError;
use crate::grammar::Format;
use crate::render::{ListingRow, listing};
use crate::session::ReadView;
use crate::values::human_time;

/// A window, for a list.
pub(crate) fn window(window: &Window) -> String {
    match window {
        Window::Rolling(length) => length.to_string(),
        Window::FromFirst(length) => format!("{length} from the first"),
        Window::Day(zone) => format!("calendar day, {}", zone.name()),
        Window::Week(zone) => format!("calendar week, {}", zone.name()),
    }
}

pub(super) fn account(standing: Standing) -> (String, Option<Code>) {
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

/// Writes a member as recorded.
pub(crate) fn member(
    view: ReadView<'_>,
    handle: &Handle,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let member = known(view, handle)?;
    let title = format!("the member {}", member.shown_handle());
    let mut page = page(view, "acquaint.member.v1", title, member, vec!["what", "is"]);
    let mut push = |what: &str, is: String| {
        let value: Value = json!({ "what": what, "is": is });
        page.rows.push(ListingRow { cells: vec![what.to_owned(), is], value });
    };
    push("joined", human_time(member.joined));
    push("tier", tier(member.tier).to_owned());
    push("account", account(member.standing_at(view.as_of)).0);
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
    push("connections", connections(view, member.id).to_string());
    Ok(listing(&page, format, out)?)
}

/// Each setting with its value.
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

fn connections(view: ReadView<'_>, member: MemberId) -> usize {
    view.views.connected.ends_of(member).count()
}

pub(super) fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Free => "free",
        Tier::Premium => "premium",
        Tier::SalesNavigator => "sales-navigator",
    }
}

pub(super) fn accept_from(setting: AcceptFrom) -> &'static str {
    match setting {
        AcceptFrom::Everyone => "everyone",
        AcceptFrom::Contacts => "contacts",
        AcceptFrom::ContactsOrEmail => "contacts-or-email",
    }
}

pub(super) fn max_degree(setting: MaxDegree) -> String {
    match setting {
        MaxDegree::Any => "any distance".to_owned(),
        MaxDegree::Within(1) => "1st degree".to_owned(),
        MaxDegree::Within(2) => "2nd degree or closer".to_owned(),
        MaxDegree::Within(3) => "3rd degree or closer".to_owned(),
        MaxDegree::Within(steps) => format!("{steps}th degree or closer"),
    }
}
