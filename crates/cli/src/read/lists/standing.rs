//! `standing`: whether an account may act, and what restricts it.

use std::io::Write;

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Appealed, Code, Confirmation, Feedback, FeedbackBasis, Personal, Standing};
use acquaint_projection_members::Member;
use serde_json::json;

use super::account::{accept_from, account, max_degree, tier};
use super::{WhichSides, has_expired, page};
use crate::failure::CliError;
use crate::grammar::{Format, Parts};
use crate::render::{Item, Listing, ListingRow, Screen, counted, listing, within};
use crate::session::ReadView;
use crate::values::{human_minute, human_time};
use crate::write::refusals::appeal_bar;

/// What to drop, in this order, if the screen is too long.
const DROPPED: [(&str, usize); 4] = [("Exempt", 1), ("Takes", 1), ("Exempt", 0), ("Also", 0)];

/// Writes the state of a member's account.
pub(super) fn standing(
    view: ReadView<'_>,
    member: &Member,
    sides: WhichSides,
    (parts, format): (Parts, Format),
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let table = table(view, member, sides);
    if format != Format::Human {
        return Ok(listing(&table, format, out)?);
    }
    let now = member.standing_at(view.as_of);
    let (head, code) = headline(view, member, now);
    let (appeal, advice) = appeal(view, member);
    let exempt = member.exempt.iter().filter(|(_, until)| view.as_of < **until);
    let exempt =
        exempt.map(|(rule, until)| format!("from the policy's `{rule}` until {} UTC", human_minute(*until)));
    let next = match now {
        Standing::Restricted { until, .. } => {
            Some(format!("{}{}: the restriction ends.", human_minute(until), within(until.since(view.as_of))))
        }
        Standing::Good | Standing::Banned { .. } | Standing::Closed { .. } => None,
    };
    Screen::new(head, code)
        .part("Why", restricted_by(view, member))
        .part("Also", feedback(view, member))
        .part("Now", advice)
        .part("Appeal", appeal)
        .part("Next", next)
        .part("Open", open(view, member))
        .part("Takes", takes(view, member, sides))
        .part("Tier", [tier(member.tier)])
        .part("Exempt", exempt)
        .write(&DROPPED, out)?;
    if parts.full {
        writeln!(out)?;
        listing(&table, format, out)?;
    }
    Ok(())
}

fn headline(view: ReadView<'_>, member: &Member, standing: Standing) -> (String, Option<Code>) {
    let handle = member.shown_handle();
    match standing {
        Standing::Good => (format!("{handle}'s account is in good standing: it may send requests."), None),
        Standing::Restricted { until, .. } => {
            let until = format!("{} UTC{}", human_minute(until), within(until.since(view.as_of)));
            let text = format!("{handle}'s account is restricted until {until}: it can send nothing.");
            (text, Some(Code::SenderRestricted))
        }
        Standing::Banned { since } => {
            let text = format!(
                "{handle}'s account has been banned since {} UTC: it can reach nobody.",
                human_minute(since)
            );
            (text, Some(Code::SenderBanned))
        }
        Standing::Closed { since } => {
            (format!("{handle}'s account has been closed since {} UTC.", human_minute(since)), None)
        }
    }
}

/// What restricts or bans the account.
fn restricted_by(view: ReadView<'_>, member: &Member) -> Option<String> {
    match (member.imposed_at(view.as_of), member.standing_at(view.as_of)) {
        (Some((rule, imposed)), _) => Some(format!(
            "The policy's rule `{rule}` restricted it on {} UTC, for the {} time.",
            human_minute(imposed.since),
            ordinal(imposed.step)
        )),
        (None, Standing::Restricted { since, .. } | Standing::Banned { since }) => {
            Some(format!("The network's staff decided it on {} UTC.", human_minute(since)))
        }
        (None, Standing::Good | Standing::Closed { .. }) => None,
    }
}

/// The newest feedback about the answers to the member's requests.
fn feedback(view: ReadView<'_>, member: &Member) -> Option<String> {
    let Feedback { answered, declined_percent, reported_percent, basis, .. } =
        view.views.ledger.feedback(member.id)?;
    let (answers, noise) = match basis {
        FeedbackBasis::AllAnswers => ("answers", ""),
        FeedbackBasis::PrivateAnswers => ("private answers", " (with random noise)"),
    };
    let (declined, reported) = (share(declined_percent), share(reported_percent));
    let declined = if declined == reported {
        format!("{declined} were declined, and as many reported")
    } else {
        format!("{declined} were declined, {reported} reported")
    };
    Some(format!("Feedback: of about {answered} {answers}, {declined}{noise}."))
}

/// A share, in words.
fn share(percent: u8) -> String {
    match percent {
        0 => "none".to_owned(),
        1..=5 => "a few".to_owned(),
        23..=27 => "about a quarter".to_owned(),
        31..=35 => "about a third".to_owned(),
        46..=54 => "about half".to_owned(),
        65..=69 => "about two thirds".to_owned(),
        73..=77 => "about three quarters".to_owned(),
        95..=99 => "nearly all".to_owned(),
        100.. => "all".to_owned(),
        percent => format!("about {percent}%"),
    }
}

/// Whether an appeal against the restriction is open or possible, and what to do.
fn appeal(view: ReadView<'_>, member: &Member) -> (Vec<Item>, Option<String>) {
    match view.views.appealable(member, None, view.as_of) {
        Ok(_) => (Vec::new(), Some(format!("Appeal: acquaint appeal open {}", member.shown_handle()))),
        Err(Code::AppealWaits) => {
            let waits = member.appeals.iter().filter(|(against, _)| against.request.is_none());
            let waits = waits.map(|(_, since)| *since).max();
            let since = waits.map_or(String::new(), |since| format!(" since {} UTC", human_minute(since)));
            let text = format!("an appeal has been waiting for a decision{since}");
            (vec![text.into()], Some("Wait for the decision on the appeal.".to_owned()))
        }
        Err(code @ (Code::AppealLimit | Code::AppealTooLate)) => {
            let text = format!("no further appeal: {}", appeal_bar(view, code));
            (vec![Item::coded(text, code)], None)
        }
        Err(_) => (Vec::new(), None),
    }
}

/// How many requests are open, and how many of them wait for a review.
fn open(view: ReadView<'_>, member: &Member) -> Vec<Item> {
    let open = view.views.pending.sent_by(member.id);
    let open: Vec<_> = open.into_iter().filter(|sent| !has_expired(view, sent)).collect();
    let held = open.iter().filter(|sent| sent.open.state == Outgoing::HeldForReview).count();
    let count = counted(open.len(), "request");
    match held {
        0 => vec![count.into()],
        held => vec![Item::coded(format!("{count}, {held} of them held for review"), Code::SpamHeld)],
    }
}

/// From whom the member accepts requests; staff also see how many members block the account.
fn takes(view: ReadView<'_>, member: &Member, sides: WhichSides) -> Vec<String> {
    let settings = &member.settings;
    let from = match accept_from(settings.accept_from) {
        "contacts-or-email" => "contacts, and people who know the e-mail address",
        from => from,
    };
    let far = max_degree(settings.max_degree);
    let mut takes = vec![format!(
        "requests from {from}, {}",
        if far == "any distance" { "at any distance" } else { &far }
    )];
    if let Personal::Held(audience) = &settings.audience {
        let names: Vec<&str> =
            audience.companies.iter().chain(&audience.titles).map(String::as_str).collect();
        if !names.is_empty() {
            takes.push(format!("companies and titles: {}", names.join(", ")));
        }
    }
    if settings.confirmation == Confirmation::First {
        takes.push("confirms requests first, in both directions".to_owned());
    }
    if sides == WhichSides::Both {
        takes.push(format!("blocked by {}", counted(view.views.blocked.of(member.id).count(), "member")));
    }
    takes
}

/// Everything as a table, as programs read it.
fn table(view: ReadView<'_>, member: &Member, sides: WhichSides) -> Listing {
    let title = format!("the standing of {}", member.shown_handle());
    let mut page = page(view, "acquaint.standing.v1", title, member, vec!["what", "state"]);
    let mut push = |what: &str, state: String, code: Option<Code>| {
        let value = json!({ "what": what, "state": state, "code": code.map(|code| code.to_string()) });
        page.rows.push(ListingRow { cells: vec![what.to_owned(), state], value });
    };
    let (account, code) = account(member.standing_at(view.as_of));
    push("account", account, code);
    if let Some((rule, imposed)) = member.imposed_at(view.as_of) {
        push("restricted by", format!("the policy's `{rule}`, for the {} time", ordinal(imposed.step)), None);
    }
    for (Appealed { rule, request }, since) in &member.appeals {
        let about = request.map_or_else(String::new, |request| format!(" about {request}"));
        push("appeal", format!("against `{rule}`{about}, waits since {}", human_time(*since)), None);
    }
    if let Err(code @ (Code::AppealLimit | Code::AppealTooLate)) =
        view.views.appealable(member, None, view.as_of)
    {
        push("appeal", format!("no further appeal: {}", appeal_bar(view, code)), Some(code));
    }
    for (rule, until) in member.exempt.iter().filter(|(_, until)| view.as_of < **until) {
        push("exempt from", format!("`{rule}` until {}", human_time(*until)), None);
    }
    if let Some(feedback) = view.views.ledger.feedback(member.id) {
        push("feedback", exact(feedback), None);
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
    let open = view.views.pending.sent_by(member.id);
    let open: Vec<_> = open.into_iter().filter(|sent| !has_expired(view, sent)).collect();
    push("open requests", open.len().to_string(), None);
    let held = open.iter().filter(|sent| sent.open.state == Outgoing::HeldForReview).count();
    if held > 0 {
        push("held for review", held.to_string(), Some(Code::SpamHeld));
    }
    if sides == WhichSides::Both {
        push("blocked by members", view.views.blocked.of(member.id).count().to_string(), None);
    }
    page
}

/// Feedback with exact numbers.
fn exact(feedback: Feedback) -> String {
    let Feedback { answered, declined_percent, reported_percent, basis, .. } = feedback;
    let (answers, noise) = match basis {
        FeedbackBasis::AllAnswers => ("answers", ""),
        FeedbackBasis::PrivateAnswers => ("private answers", ", with random noise"),
    };
    format!("of about {answered} {answers} {declined_percent}% declined, {reported_percent}% reported{noise}")
}

fn ordinal(step: u32) -> String {
    match step {
        1 => "first".to_owned(),
        2 => "second".to_owned(),
        3 => "third".to_owned(),
        step => format!("{step}th"),
    }
}
