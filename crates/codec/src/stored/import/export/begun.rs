//! The beginning of an export: number 980.

use acquaint_domain::export::{self, ExportEvent};
use acquaint_domain::{Event, import};
use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::section::{Sections, StoredForm};
use crate::stored::choice;
use crate::stored::value::{Member, Moment};

/// Version 1, which did not say whether the export had invitations in both directions.
#[derive(Serialize, Deserialize)]
struct ExportBegunV1 {
    export: u32,
    source: [u8; 32],
    #[serde(with = "choice::Network")]
    network: export::Network,
    owner: Member,
    as_of: Moment,
    #[serde(with = "choice::DatedBy")]
    dated_by: export::DatedBy,
    invitations: Option<u32>,
    connections: Option<u32>,
}

/// Version 2, which says which lists of invitations the export has.
#[derive(Serialize, Deserialize)]
pub(crate) struct ExportBegun {
    export: u32,
    source: [u8; 32],
    #[serde(with = "choice::Network")]
    network: export::Network,
    owner: Member,
    as_of: Moment,
    #[serde(with = "choice::DatedBy")]
    dated_by: export::DatedBy,
    invitations: Option<u32>,
    has_sent: bool,
    has_received: bool,
    connections: Option<u32>,
}

/// Reads version 1. If the export had any invitations, it counts as having both lists.
pub(crate) fn read_begun_v1(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    let old: ExportBegunV1 = sections.body()?;
    let ExportBegunV1 { export, source, network, owner, as_of, dated_by, invitations, connections } = old;
    let (has_sent, has_received) = (invitations.is_some(), invitations.is_some());
    let holds = export::Holds { invitations, has_sent, has_received, connections };
    let (owner, as_of) = (owner.into(), as_of.into());
    Ok(Event::Import(import::Event::Export(ExportEvent::ExportBegun {
        export,
        source,
        network,
        owner,
        as_of,
        dated_by,
        holds,
    })))
}

impl StoredForm for ExportBegun {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Export(ExportEvent::ExportBegun {
            export,
            source,
            network,
            owner,
            as_of,
            dated_by,
            holds,
        })) = event
        else {
            return None;
        };
        let export::Holds { invitations, has_sent, has_received, connections } = *holds;
        Some(Self {
            export: *export,
            source: *source,
            network: *network,
            owner: owner.into(),
            as_of: (*as_of).into(),
            dated_by: *dated_by,
            invitations,
            has_sent,
            has_received,
            connections,
        })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Export(ExportEvent::ExportBegun {
            export: self.export,
            source: self.source,
            network: self.network,
            owner: self.owner.into(),
            as_of: self.as_of.into(),
            dated_by: self.dated_by,
            holds: export::Holds {
                invitations: self.invitations,
                has_sent: self.has_sent,
                has_received: self.has_received,
                connections: self.connections,
            },
        }))
    }
}
