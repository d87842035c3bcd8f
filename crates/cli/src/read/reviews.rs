//! What waits for somebody to look at it: requests that are held, and appeals.

use std::io::Write;

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Addressee, Code, Timestamp};
use serde_json::json;

use crate::failure::Failure;
use crate::grammar::Format;
use crate::render::{Listing, Row, listing};
use crate::session::Scene;
use crate::values::{human_span, human_time, rfc3339};

/// `review list`, oldest first.
pub(crate) fn list(scene: Scene<'_>, format: Format, out: &mut dyn Write) -> Result<(), Failure> {
    let views = scene.views;
    let within = views.policy().and_then(|(_, policy)| policy.review.as_ref()).map(|r| r.answer_within);
    let mut rows: Vec<(Timestamp, Row)> = Vec::new();
    let mut push = |what: &str,
                    member: String,
                    about: String,
                    since: Timestamp,
                    code: Option<Code>,
                    upheld: Option<Timestamp>| {
        let age = scene.as_of.since(since);
        let is_late = within.is_some_and(|within| age > within);
        let state = if is_late { "late" } else { "waits" };
        let value = json!({
            "what": what, "member": member, "about": about, "since": rfc3339(since),
            "code": code.map(|code| code.to_string()), "late": is_late,
            "release_from": upheld.map(rfc3339),
        });
        let waits = match upheld {
            Some(from) => format!("upheld, to release from {}", human_time(from)),
            None => format!("{state}, {}", human_span(age)),
        };
        let cells = vec![what.to_owned(), member, about, human_time(since), waits];
        rows.push((since, Row { cells, value }));
    };
    for held in views.pending.sent().filter(|sent| sent.open.state == Outgoing::HeldForReview) {
        let to = match held.open.addressee {
            Addressee::Member(to) => views.members.handle(to),
            Addressee::Email | Addressee::Nobody => {
                held.typed().map_or("erased", |typed| typed.address.trim()).to_owned()
            }
        };
        let about = format!("{} to {to}", held.open.request);
        let (sender, code) = (views.members.handle(held.open.sender), Some(Code::SpamHeld));
        push("request", sender, about, held.since, code, held.to_release_from);
    }
    for member in views.members.iter() {
        for (against, since) in &member.appeals {
            let request = against.request.map_or_else(String::new, |request| format!(", {request}"));
            push(
                "appeal",
                member.handle.to_string(),
                format!("{}{request}", against.rule),
                *since,
                None,
                None,
            );
        }
    }
    rows.sort_by_key(|(since, _)| *since);
    let page = Listing {
        schema: "acquaint.review.v1",
        title: "what waits for a review".to_owned(),
        context: vec![("as_of", json!(rfc3339(scene.as_of)))],
        columns: vec!["what", "of", "about", "since", "state"],
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    };
    Ok(listing(&page, format, out)?)
}
