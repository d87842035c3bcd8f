//! `policy list`: the built-in policies, and the adopted ones with their dates.

use std::io::Write;

use acquaint_domain::{Event, PolicyVersion, Recorded, Timestamp, network};
use acquaint_policy::{SHIPPED, tzdata_version};
use serde_json::{Value, json};

use super::parsed;
use crate::failure::CliError;
use crate::grammar::Format;
use crate::render::{Listing, ListingRow, listing, paragraph};
use crate::session::ReadView;
use crate::values::{human_time, rfc3339};

/// The adoption of a policy.
pub(super) struct Adoption {
    version: PolicyVersion,
    name: String,
    about: String,
    at: Timestamp,
    /// The version of the time zone database in the program that adopted it; `None` if it was not recorded.
    tzdata: Option<String>,
}

impl Adoption {
    /// The adoption in a sentence.
    pub(super) fn words(&self) -> String {
        let tzdata = self.tzdata.as_deref();
        let mut words = format!("adopted {}, with {}", human_time(self.at), database(tzdata));
        if tzdata.is_some() && tzdata != tzdata_version() {
            let own = database(tzdata_version());
            words +=
                &format!("; this program has {own}, with which a zone's day may begin at another moment");
        }
        words
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "version": self.version.0, "at": rfc3339(self.at),
            "tzdata": self.tzdata, "tzdata_of_this_program": tzdata_version(),
        })
    }
}

fn database(version: Option<&str>) -> String {
    let version = version.unwrap_or("of an unknown version");
    format!("the time zone database {version}")
}

/// The adoption of this version, if there is one.
pub(super) fn of(
    view: Option<ReadView<'_>>,
    version: Option<PolicyVersion>,
) -> Result<Option<Adoption>, CliError> {
    let (Some(view), Some(version)) = (view, version) else { return Ok(None) };
    let mut adoptions = all(view);
    adoptions
        .find(|adoption| adoption.as_ref().map_or(true, |adoption| adoption.version == version))
        .transpose()
}

fn all(view: ReadView<'_>) -> impl Iterator<Item = Result<Adoption, CliError>> {
    view.inquiry()
        .all_events()
        .filter_map(|recorded| recorded.map_err(CliError::from).and_then(read).transpose())
}

fn read(recorded: Recorded) -> Result<Option<Adoption>, CliError> {
    let Event::Network(network::Event::PolicyAdopted { version, name, text, tzdata, .. }) = recorded.event
    else {
        return Ok(None);
    };
    let about = parsed(&name, &text)?.about;
    Ok(Some(Adoption { version, name, about, at: recorded.at, tzdata }))
}

/// Writes all policies.
pub(super) fn list(view: Option<ReadView<'_>>, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let adoptions = view.into_iter().flat_map(all).collect::<Result<Vec<_>, _>>()?;
    if format == Format::Human {
        writeln!(out, "policies")?;
        for (name, text) in SHIPPED {
            paragraph("  ", &format!("{name}: built in"), out)?;
            paragraph("      ", &parsed(name, text)?.about, out)?;
        }
        for adoption in &adoptions {
            let Adoption { version, name, about, .. } = adoption;
            paragraph("  ", &format!("v{} {name}: {}", version.0, adoption.words()), out)?;
            paragraph("      ", about, out)?;
        }
        return Ok(());
    }
    let mut rows = Vec::new();
    for (name, text) in SHIPPED {
        let about = parsed(name, text)?.about;
        rows.push(json!({ "policy": name, "name": name, "about": about, "adopted": null }));
    }
    rows.extend(adoptions.iter().map(|adoption| {
        let Adoption { version, name, about, .. } = adoption;
        json!({ "policy": format!("v{}", version.0), "name": name, "about": about, "adopted": adoption.json() })
    }));
    let page = Listing {
        schema: "acquaint.policies.v2",
        title: String::new(),
        context: Vec::new(),
        columns: Vec::new(),
        rows: rows.into_iter().map(|value| ListingRow { cells: Vec::new(), value }).collect(),
    };
    Ok(listing(&page, format, out)?)
}
