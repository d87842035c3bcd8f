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

/// Lists or counts requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestsCommand {
    /// Whose requests to list or count.
    pub of: RequestsOf,
    /// Filter of the requests; an empty query matches all.
    pub query: Query,
    /// The key to count by, with its name; `None` to list the requests.
    pub count_by: Option<(CountBy, &'static str)>,
    /// As in [`ReadCommand::Why`], for every request that is listed.
    pub lookup: Option<Lookup>,
    /// The part of the list to show.
    pub part: ListSlice,
}

/// Whose requests to list or count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestsOf {
    /// Everybody's, for staff.
    Network,
    /// A member's, as that member may see them.
    Own(Handle),
    /// A member's, sent and received, as staff may see them.
    Both(Handle),
}

impl RequestsOf {
    /// The member; `None` for the whole network.
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

pub(super) fn requests(args: RequestsArgs) -> Resolved<CliCommand> {
    let RequestsArgs { member, from, to, code, status, since, until, count_by, viewer, looks, part } = args;
    let viewer =
        viewer.map(|viewer| values::choice(&viewer, &VIEWERS)).transpose().map_err(at("--viewer"))?;
    let member = member.map(|member| handle("MEMBER", &member)).transpose()?;
    let of = match (member, viewer) {
        (Some(member), None | Some(Viewer::Sender | Viewer::Recipient)) => RequestsOf::Own(member),
        (Some(member), Some(Viewer::Agent | Viewer::Engineer)) => RequestsOf::Both(member),
        (None, None | Some(Viewer::Agent | Viewer::Engineer)) => RequestsOf::Network,
        (None, Some(viewer @ (Viewer::Sender | Viewer::Recipient))) => {
            let sentence = "everybody's requests are for staff; name a member to list that member's own requests, as in \
                            `requests alice`";
            return Err(at("--viewer")(BadValue::new(viewer.name(), sentence.to_owned())));
        }
    };
    let looker = match of {
        RequestsOf::Own(_) => Viewer::Sender,
        RequestsOf::Network | RequestsOf::Both(_) => Viewer::Engineer,
    };
    let filters = [
        (Key::From, from),
        (Key::To, to),
        (Key::Code, code),
        (Key::Status, status),
        (Key::Since, since),
        (Key::Until, until),
    ];
    let mut query = Query::default();
    for (key, value) in filters.into_iter().filter_map(|(key, value)| Some((key, value?))) {
        query.set(key, &value).map_err(|error| GrammarError::Value {
            place: format!("--{key}"),
            bad: BadValue::new(&error.entered, error.sentence),
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
