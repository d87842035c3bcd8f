//! Orders that only read: one place for the command line and for scripts.

use std::io::Write;

use acquaint_domain::Code;

use crate::failure::Failure;
use crate::grammar::{Document, Format, Order};
use crate::session::Scene;
use crate::{answers, find, lists, logs, render};

/// Answers an order that reads the views and the log; gives the codes that a `why` answered with.
pub(crate) fn ask(
    scene: Scene<'_>,
    order: &Order,
    format: Format,
    out: &mut dyn Write,
) -> Result<Vec<Code>, Failure> {
    if let Order::Why { subject, viewer, document } = order {
        let write = match document {
            Document::Answer => render::answer,
            Document::Markdown => render::markdown,
            Document::Statement => render::statement,
            Document::StatementJson => render::statement_json,
        };
        return answers::why(scene, subject, *viewer, write, (format, out));
    }
    if let Order::Trace { subject, viewer } = order {
        answers::why(scene, subject, *viewer, render::trace, (format, out))?;
    } else if let Order::WhyAll { member, viewer } = order {
        answers::why_all(scene, member, *viewer, format, out)?;
    } else if let Order::List { what, member, viewer, only } = order {
        lists::list(scene, *what, member, (*viewer, *only), format, out)?;
    } else if let Order::Find(text) = order {
        find::find(scene, text, format, out)?;
    } else if let Order::MemberShow(member) = order {
        lists::member(scene, member, format, out)?;
    } else if let Order::Incidents = order {
        answers::incidents(scene, format, out)?;
    } else if let Order::LogShow { from } = order {
        logs::show(scene, *from, format, out)?;
    }
    Ok(Vec::new())
}
