//! What is recorded by an import.

use std::borrow::Cow;

use super::ImportedRecord;
use super::export::{ExportEvent, Join, SourceRef};
use crate::event::Owner;
use crate::ids::RequestId;
use crate::personal::Personal;
use crate::request::RequestRef;
use crate::time::Timestamp;

/// What was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An import of another network's records begins.
    Begun {
        /// BLAKE3 of the file.
        source: [u8; 32],
        /// How many requests it holds.
        requests: u32,
        /// How many of them were accepted.
        accepted: u32,
    },
    /// A request that another network carried: it was sent and arrived; how it was judged is unknown.
    RequestObserved {
        /// The request, its sender and its recipient.
        request_ref: RequestRef,
        /// Its time by those records.
        observed_at: Timestamp,
        /// Where those records say so.
        seen: SourceRef,
        /// The note that was sent with it.
        note: Personal<Option<String>>,
    },
    /// An acceptance that another network carried: the two are connected.
    AcceptanceObserved {
        /// The request accepted, its sender and its recipient.
        request_ref: RequestRef,
        /// Its time by those records.
        observed_at: Timestamp,
        /// Where those records say so.
        seen: SourceRef,
        /// How the acceptance was matched with the request.
        join: Join,
    },
    /// What a member's own export of another network says.
    Export(ExportEvent),
    /// What the network had before this log.
    Inherited(ImportedRecord),
}

impl Event {
    /// The owner of the event.
    pub fn owner(&self) -> Owner {
        match self {
            Self::Begun { .. } => Owner::Network,
            Self::RequestObserved { request_ref, seen, .. }
            | Self::AcceptanceObserved { request_ref, seen, .. } => seen.owner(*request_ref),
            Self::Export(event) => event.owner(),
            Self::Inherited(record) => record.owner(),
        }
    }

    /// The requests that it is about.
    pub fn requests(&self) -> Cow<'_, [RequestId]> {
        match self {
            Self::Begun { .. } => Cow::Borrowed(&[]),
            Self::RequestObserved { request_ref, .. } | Self::AcceptanceObserved { request_ref, .. } => {
                Cow::Borrowed(std::slice::from_ref(&request_ref.request))
            }
            Self::Export(event) => Cow::Owned(event.requests()),
            Self::Inherited(record) => record.requests(),
        }
    }
}
