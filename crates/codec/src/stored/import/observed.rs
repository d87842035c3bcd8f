//! Events read from another network's records: numbers 900 to 979.

use acquaint_domain::export as domain_export;
use acquaint_domain::{Event, MemberId, Personal, import};
use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::section::{PersonalStoredForm, Sections, StoredForm};
use crate::stored::choice;
use crate::stored::import::export::SourceRef;
use crate::stored::post::RequestRef;
use crate::stored::text::Text;
use crate::stored::value::{self, Moment};

#[derive(Serialize, Deserialize)]
pub(crate) struct ImportBegun {
    source: [u8; 32],
    requests: u32,
    accepted: u32,
}

/// Version 1 of both: a line of a file of messages.
#[derive(Serialize, Deserialize)]
struct LineV1 {
    ask: RequestRef,
    observed_at: Moment,
    line: u32,
}

/// Version 2, which refers to a file and a line of any export.
#[derive(Serialize, Deserialize)]
pub(crate) struct RequestObserved {
    ask: RequestRef,
    observed_at: Moment,
    seen: SourceRef,
}

/// Personal fields of `RequestObserved`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Note {
    note: Option<Text>,
}

/// Version 3. Version 2 had one variant of `join` fewer and is the same otherwise, so this form reads both.
#[derive(Serialize, Deserialize)]
pub(crate) struct AcceptanceObserved {
    ask: RequestRef,
    observed_at: Moment,
    seen: SourceRef,
    #[serde(with = "choice::Join")]
    join: domain_export::Join,
}

/// Reads version 1 of a request, which had no note.
pub(crate) fn read_request_v1(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    let LineV1 { ask, observed_at, line } = sections.body()?;
    let (ask, observed_at, seen) =
        (ask.into(), observed_at.into(), domain_export::SourceRef::in_messages(line));
    Ok(Event::Import(import::Event::RequestObserved { ask, observed_at, seen, note: Personal::Held(None) }))
}

/// Reads version 1 of an acceptance, which the messages themselves stated.
pub(crate) fn read_acceptance_v1(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    let LineV1 { ask, observed_at, line } = sections.body()?;
    let (ask, observed_at, seen) =
        (ask.into(), observed_at.into(), domain_export::SourceRef::in_messages(line));
    Ok(Event::Import(import::Event::AcceptanceObserved {
        ask,
        observed_at,
        seen,
        join: domain_export::Join::Stated,
    }))
}

impl StoredForm for ImportBegun {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Begun { source, requests, accepted }) = event else {
            return None;
        };
        Some(Self { source: *source, requests: *requests, accepted: *accepted })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Begun {
            source: self.source,
            requests: self.requests,
            accepted: self.accepted,
        })
    }
}

impl PersonalStoredForm for RequestObserved {
    type Personal = Note;

    fn of(event: &Event) -> Option<(Self, Option<Note>)> {
        let Event::Import(import::Event::RequestObserved { ask, observed_at, seen, note }) = event else {
            return None;
        };
        let stored = Self { ask: (*ask).into(), observed_at: (*observed_at).into(), seen: (*seen).into() };
        Some((stored, note.held().map(|note| Note { note: value::text(note.as_ref()) })))
    }

    fn owner(&self) -> MemberId {
        let (ask, seen) =
            (acquaint_domain::RequestRef::from(self.ask), domain_export::SourceRef::from(self.seen));
        match seen.witness {
            domain_export::AttestedBy::Network | domain_export::AttestedBy::Sender => ask.sender,
            domain_export::AttestedBy::Recipient => ask.recipient,
        }
    }

    fn event(self, personal: Option<Note>) -> Event {
        let note = match personal {
            Some(Note { note }) => Personal::Held(note.map(|Text(note)| note)),
            None => Personal::Erased,
        };
        let (ask, observed_at, seen) = (self.ask.into(), self.observed_at.into(), self.seen.into());
        Event::Import(import::Event::RequestObserved { ask, observed_at, seen, note })
    }
}

impl StoredForm for AcceptanceObserved {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::AcceptanceObserved { ask, observed_at, seen, join }) = event else {
            return None;
        };
        let (ask, observed_at, seen) = ((*ask).into(), (*observed_at).into(), (*seen).into());
        Some(Self { ask, observed_at, seen, join: *join })
    }

    fn event(self) -> Event {
        let (ask, observed_at, seen) = (self.ask.into(), self.observed_at.into(), self.seen.into());
        Event::Import(import::Event::AcceptanceObserved { ask, observed_at, seen, join: self.join })
    }
}
