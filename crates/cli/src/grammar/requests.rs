//! The grammar of `requests`.

use acquaint_audit::Viewer;
use acquaint_domain::{Handle, Lookup};
use acquaint_engine::CountBy;
use acquaint_query::{Key, Query};

use super::error::GrammarError;
use super::resolve::{Resolved, VIEWERS, at, handle, lookup, part_of};
use super::words::RequestsArgs;
use super::{CliCommand, ListSlice, ReadCommand};
use crate::values::{self, BadValue};

/// Which requests are asked for, or how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestsCommand {
    /// Whose requests are listed.
    pub of: RequestsOf,
    /// Which of them.
    pub query: Query,
    /// By what to count them, and its name; `None` to list them.
    pub count_by: Option<(CountBy, &'static str)>,
    /// As in [`ReadCommand::Why`], of every request that is listed.
    pub lookup: Option<Lookup>,
    /// Which part of the list.
    pub part: ListSlice,
}

/// Whose requests are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestsOf {
    /// Everybody's, for staff.
    Network,
    /// A member's own, for that member.
    Own(Handle),
    /// Those at either end of a member, for staff.
    Both(Handle),
}

impl RequestsOf {
    /// The member, where there is one.
    pub fn member(&self) -> Option<&Handle> {
        match self {
            Self::Network => None,
            Self::Own(member) | Self::Both(member) => Some(member),
        }
    }
}

const COUNT_BY: [(&str, CountBy); 5] = [
    ("code", CountBy::Code),
    ("day", CountBy::Day),
    ("sender", CountBy::Sender),
    ("channel", CountBy::Channel),
    ("outcome", CountBy::Outcome),
];

pub(super) fn requests(word: RequestsArgs) -> Resolved<CliCommand> {
    let RequestsArgs { member, from, to, code, status, since, until, count_by, viewer, looks, part } = word;
    let viewer =
        viewer.map(|viewer| values::choice(&viewer, &VIEWERS)).transpose().map_err(at("--viewer"))?;
    let member = member.map(|member| handle("MEMBER", &member)).transpose()?;
    let of = match (member, viewer) {
        (Some(member), None | Some(Viewer::Sender | Viewer::Recipient)) => RequestsOf::Own(member),
        (Some(member), Some(Viewer::Agent | Viewer::Engineer)) => RequestsOf::Both(member),
        (None, None | Some(Viewer::Agent | Viewer::Engineer)) => RequestsOf::Network,
        (None, Some(viewer @ (Viewer::Sender | Viewer::Recipient))) => {
            let sentence = "everybody's requests are for staff; name the member whose own requests are meant, as in \
                            `requests alice`";
            return Err(at("--viewer")(BadValue::new(viewer.name(), sentence.to_owned())));
        }
    };
    let looker = match of {
        RequestsOf::Own(_) => Viewer::Sender,
        RequestsOf::Network | RequestsOf::Both(_) => Viewer::Engineer,
    };
    let typed = [
        (Key::From, from),
        (Key::To, to),
        (Key::Code, code),
        (Key::Status, status),
        (Key::Since, since),
        (Key::Until, until),
    ];
    let mut query = Query::default();
    for (key, value) in typed.into_iter().filter_map(|(key, value)| Some((key, value?))) {
        query.set(key, &value).map_err(|error| GrammarError::Value {
            place: format!("--{key}"),
            bad: BadValue::new(&error.typed, error.sentence),
        })?;
    }
    let count_by = count_by.map(|by| {
        let by = values::choice(&by, &COUNT_BY)?;
        Ok(COUNT_BY.iter().find(|(_, other)| *other == by).map(|(name, by)| (*by, *name)))
    });
    Ok(ReadCommand::Requests(Box::new(RequestsCommand {
        of,
        query,
        count_by: count_by.transpose().map_err(at("--count-by"))?.flatten(),
        lookup: lookup(looks, looker)?,
        part: part_of(part),
    }))
    .into())
}
