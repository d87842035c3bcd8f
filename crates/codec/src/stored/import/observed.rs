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
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    observed_at: Moment,
    line: u32,
}

/// Version 2, which refers to a file and a line of any export.
#[derive(Serialize, Deserialize)]
pub(crate) struct RequestObserved {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
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
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    observed_at: Moment,
    seen: SourceRef,
    #[serde(with = "choice::Join")]
    join: domain_export::Join,
}

/// Reads version 1 of a request, which had no note.
pub(crate) fn read_request_v1(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    let LineV1 { request_ref, observed_at, line } = sections.body()?;
    let (request_ref, observed_at, seen) =
        (request_ref.into(), observed_at.into(), domain_export::SourceRef::in_messages(line));
    Ok(Event::Import(import::Event::RequestObserved {
        request_ref,
        observed_at,
        seen,
        note: Personal::Held(None),
    }))
}

/// Reads version 1 of an acceptance, which the messages themselves stated.
pub(crate) fn read_acceptance_v1(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    let LineV1 { request_ref, observed_at, line } = sections.body()?;
    let (request_ref, observed_at, seen) =
        (request_ref.into(), observed_at.into(), domain_export::SourceRef::in_messages(line));
    Ok(Event::Import(import::Event::AcceptanceObserved {
        request_ref,
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
        let Event::Import(import::Event::RequestObserved { request_ref, observed_at, seen, note }) = event
        else {
            return None;
        };
        let stored = Self {
            request_ref: (*request_ref).into(),
            observed_at: (*observed_at).into(),
            seen: (*seen).into(),
        };
        Some((stored, note.held().map(|note| Note { note: value::text(note.as_ref()) })))
    }

    fn owner(&self) -> MemberId {
        let (request_ref, seen) =
            (acquaint_domain::RequestRef::from(self.request_ref), domain_export::SourceRef::from(self.seen));
        match seen.witness {
            domain_export::AttestedBy::Network | domain_export::AttestedBy::Sender => request_ref.sender,
            domain_export::AttestedBy::Recipient => request_ref.recipient,
        }
    }

    fn event(self, personal: Option<Note>) -> Event {
        let note = match personal {
            Some(Note { note }) => Personal::Held(note.map(|Text(note)| note)),
            None => Personal::Erased,
        };
        let (request_ref, observed_at, seen) =
            (self.request_ref.into(), self.observed_at.into(), self.seen.into());
        Event::Import(import::Event::RequestObserved { request_ref, observed_at, seen, note })
    }
}

impl StoredForm for AcceptanceObserved {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::AcceptanceObserved { request_ref, observed_at, seen, join }) = event
        else {
            return None;
        };
        let (request_ref, observed_at, seen) = ((*request_ref).into(), (*observed_at).into(), (*seen).into());
        Some(Self { request_ref, observed_at, seen, join: *join })
    }

    fn event(self) -> Event {
        let (request_ref, observed_at, seen) =
            (self.request_ref.into(), self.observed_at.into(), self.seen.into());
        Event::Import(import::Event::AcceptanceObserved { request_ref, observed_at, seen, join: self.join })
    }
}
