//! `quota`: how many requests an account may still send, and when its limits free.

use std::io::Write;

use acquaint_domain::{Code, Span, Standing, Timestamp};
use acquaint_policy::{LimitBasis, Window};
use acquaint_projection_members::Member;
use serde_json::json;

use super::account::{account, window};
use super::{WhichSides, page};
use crate::failure::CliError;
use crate::grammar::{Format, Parts};
use crate::render::{Listing, ListingRow, Screen, about, counted, listing, within};
use crate::session::ReadView;
use crate::values::{human_minute, human_time, rfc3339};

/// What to drop, in this order, if the screen is too long.
const DROPPED: [(&str, usize); 1] = [("Used", 1)];

/// One limit, and how much of it is used. INVARIANT (shadow rules are without effect): a limit on trial is shown to staff
/// only.
struct Used {
    id: String,
    code: Code,
    counted: LimitBasis,
    used: Option<u32>,
    most: u32,
    window: Window,
    counter: String,
    /// When the limit frees next; `None` if that is unknown or never.
    frees_at: Option<Timestamp>,
    is_on_trial: bool,
}

/// Writes the limits of a member and their use.
pub(super) fn quota(
    view: ReadView<'_>,
    member: &Member,
    sides: WhichSides,
    (parts, format): (Parts, Format),
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let used = used(view, member, sides);
    let table = table(view, member, &used);
    if format != Format::Human {
        return Ok(listing(&table, format, out)?);
    }
    let (head, code) = headline(view, member, &used);
    let lines = used.iter().map(|used| {
        let Used { id, used: count, most, window, .. } = used;
        let window = words(window);
        let count = count.map_or_else(|| "not counted yet".to_owned(), |count| format!("{count} of {most}"));
        format!("{id}: {count} {window}; {}", frees(used, member.standing_at(view.as_of)))
    });
    Screen::new(head, code).part("Used", lines).write(&DROPPED, out)?;
    if parts.full {
        writeln!(out)?;
        listing(&table, format, out)?;
    }
    Ok(())
}

/// How much may still be sent, according to the limit with the least left.
fn headline(view: ReadView<'_>, member: &Member, used: &[Used]) -> (String, Option<Code>) {
    let handle = member.shown_handle();
    let (account, stopped_by) = account(member.standing_at(view.as_of));
    if member.standing_at(view.as_of) != Standing::Good {
        return (format!("{handle} can send nothing: the account is {account}."), stopped_by);
    }
    let left = |used: &Used| Some(used.most.saturating_sub(used.used?));
    let requests = used.iter().filter(|used| used.counted == LimitBasis::Requests && !used.is_on_trial);
    let Some((tightest, left)) =
        requests.filter_map(|used| Some((used, left(used)?))).min_by_key(|(_, left)| *left)
    else {
        return (format!("{handle} can send requests: no limit counts them."), None);
    };
    match (left, tightest.frees_at) {
        (0, Some(at)) => {
            let from = format!("{} UTC{}", human_minute(at), within(at.since(view.as_of)));
            (format!("{handle} can send again from {from}: a limit is used up."), Some(tightest.code))
        }
        (0, None) => (format!("{handle} can send nothing: the policy allows none."), Some(tightest.code)),
        (left, _) => {
            let left = counted(left, "more request");
            (format!("{handle} can send {left} now."), None)
        }
    }
}

fn used(view: ReadView<'_>, member: &Member, sides: WhichSides) -> Vec<Used> {
    let Some((_, policy)) = view.views.policy() else { return Vec::new() };
    let usage = view.views.ledger.usage(policy, member.id, member.tier, view.as_of);
    let limits = policy.limits.iter().zip(usage);
    let limits = limits.filter(|(limit, _)| sides == WhichSides::Both || !policy.is_on_trial(&limit.id));
    let used = limits.map(|(limit, usage)| {
        let most = limit.at_most.of(member.tier);
        let frees_at = match (usage.frees_at(most), member.standing_at(view.as_of)) {
            (at, Standing::Good) => at,
            (at, Standing::Restricted { until, .. }) => Some(at.map_or(until, |at| at.max(until))),
            (_, Standing::Banned { .. } | Standing::Closed { .. }) => None,
        };
        Used {
            id: limit.id.clone(),
            code: limit.code,
            counted: limit.counts(),
            used: usage.used(),
            most,
            window: limit.window.clone(),
            counter: limit.counter().to_string(),
            frees_at: frees_at.filter(|_| most > 0),
            is_on_trial: policy.is_on_trial(&limit.id),
        }
    });
    used.collect()
}

/// A window, for the end of a phrase: "3 of 5 in the last 24 hours".
fn words(window: &Window) -> String {
    let long = |length: Span| about(length).unwrap_or_else(|| length.to_string());
    match window {
        Window::Rolling(length) => format!("in the last {}", long(*length)),
        Window::FromFirst(length) => format!("within {} of the first", long(*length)),
        Window::Day(zone) => format!("on this day ({})", zone.name()),
        Window::Week(zone) => format!("in this week ({})", zone.name()),
    }
}

/// When more may be sent under a limit.
fn frees(used: &Used, standing: Standing) -> String {
    let text = match (used.frees_at, standing) {
        (_, Standing::Closed { .. }) => "never".to_owned(),
        (_, Standing::Banned { .. }) => "not while banned".to_owned(),
        (None, _) if used.most == 0 => "never".to_owned(),
        (Some(at), _) => format!("more from {}", human_time(at)),
        (None, _) if used.used.is_some() => "there is room".to_owned(),
        (None, _) => "not counted yet".to_owned(),
    };
    if used.is_on_trial { format!("{text} (on trial: stops nothing)") } else { text }
}

fn table(view: ReadView<'_>, member: &Member, used: &[Used]) -> Listing {
    let standing = member.standing_at(view.as_of);
    let title = format!("what {} may still send", member.shown_handle());
    let columns = vec!["limit", "used", "of", "window", "more"];
    let mut page = page(view, "acquaint.quota.v1", title, member, columns);
    page.context.push(("may_send", json!(standing == Standing::Good)));
    page.context.push(("code", json!(account(standing).1.map(|code| code.to_string()))));
    let Some((_, policy)) = view.views.policy() else { return page };
    let row = |used: &Used| {
        let value = json!({
            "limit": used.id, "code": used.code.to_string(), "used": used.used, "of": used.most,
            "window": window(&used.window), "counter": used.counter, "frees_at": used.frees_at.map(rfc3339),
            "policy": policy.name, "on_trial": used.is_on_trial,
        });
        let count = used.used.map_or_else(|| "-".to_owned(), |used| used.to_string());
        let most = used.most.to_string();
        ListingRow {
            cells: vec![used.id.clone(), count, most, window(&used.window), frees(used, standing)],
            value,
        }
    };
    page.rows = used.iter().map(row).collect();
    page
}
