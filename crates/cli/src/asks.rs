//! Orders that only read: one place for the command line and for scripts.

use std::io::Write;

use acquaint_audit::Answer;
use acquaint_domain::{Code, Command, RequestId, Timestamp};
use acquaint_engine::{Input, When};

use crate::failure::Failure;
use crate::grammar::{Document, Format, Order};
use crate::session::{Scene, Writing};
use crate::{answers, find, hits, lists, render, requests, reviews, what_if};

/// Writes down that staff looks, where the order says so; gives the moment to look at.
pub(crate) fn looked(
    writing: &Writing,
    order: &Order,
    when: When,
    format: Format,
) -> Result<Timestamp, Failure> {
    let at = match when {
        When::Exactly(at) | When::NotBefore(at) => at,
    };
    let Some(lookup) = order.lookup() else { return Ok(at) };
    let requests = writing.read(at, |scene| looked_at(scene, order, format))?;
    let mut looked = at;
    for request in requests {
        let command = Command::RecordLookup { request, lookup: lookup.clone() };
        looked = writing.engine.submit(Input { command, when, key: None })?.at;
    }
    Ok(looked)
}

/// The requests that an order looks at.
fn looked_at(scene: Scene<'_>, order: &Order, format: Format) -> Result<Vec<RequestId>, Failure> {
    if let Order::Why { subject, viewer, .. } | Order::Trace { subject, viewer, .. } = order {
        Ok(vec![scene.inquiry().find(&answers::subject(subject), *viewer)?])
    } else if let Order::Find { text, .. } = order {
        find::requests(scene, text)
    } else if let Order::Requests(order) = order {
        requests::listed(scene, order, format)
    } else {
        Ok(Vec::new())
    }
}

/// Writes down that staff looks, and answers as of `at`; gives the codes that a `why` answered with.
pub(crate) fn asked(
    writing: &Writing,
    order: &Order,
    (when, at): (When, Timestamp),
    format: Format,
    out: &mut dyn Write,
) -> Result<Vec<Code>, Failure> {
    looked(writing, order, when, format)?;
    writing.read(at, |scene| ask(scene, order, format, out))
}

/// Answers an order that reads the views and the log; gives the codes that a `why` answered with.
pub(crate) fn ask(
    scene: Scene<'_>,
    order: &Order,
    format: Format,
    out: &mut dyn Write,
) -> Result<Vec<Code>, Failure> {
    if let Order::Why { subject, viewer, document, parts, .. } = order {
        let brief =
            |answer: &Answer, format, out: &mut dyn Write| render::answer(answer, *parts, format, out);
        let write: &answers::AnswerWriter<'_> = match document {
            Document::Answer => &brief,
            Document::Markdown => &render::markdown,
            Document::Statement => {
                return answers::statement(scene, subject, *viewer, render::statement, out);
            }
            Document::StatementJson => {
                return answers::statement(scene, subject, *viewer, render::statement_json, out);
            }
            // Only `policy backtest` has a page.
            Document::Html => &brief,
        };
        return answers::why(scene, subject, *viewer, write, (format, out));
    }
    if let Order::Trace { subject, viewer, .. } = order {
        answers::why(scene, subject, *viewer, &render::trace, (format, out))?;
    } else if let Order::WhyAll { member, viewer, part } = order {
        answers::why_all(scene, member, (*viewer, *part), format, out)?;
    } else if let Order::List { what, member, viewer, only } = order {
        lists::list(scene, *what, member, (*viewer, *only), format, out)?;
    } else if let Order::Find { text, parts, .. } = order {
        find::find(scene, text, (*parts, format), out)?;
    } else if let Order::Requests(order) = order {
        requests::requests(scene, order, format, out)?;
    } else if let Order::MemberShow(member) = order {
        lists::member(scene, member, format, out)?;
    } else if let Order::WhyUnder { subject, policy, parts } = order {
        what_if::why_under(scene, subject, policy, (*parts, format), out)?;
    } else if let Order::ReviewList(parts) = order {
        reviews::list(scene, *parts, format, out)?;
    } else if let Order::ReviewShow(request, parts) = order {
        reviews::show(scene, *request, (*parts, format), out)?;
    } else if let Order::Incidents { hit: None } = order {
        answers::incidents(scene, format, out)?;
    } else if let Order::Incidents { hit: Some(number) } = order {
        hits::list(scene, *number, format, out)?;
    }
    Ok(Vec::new())
}
