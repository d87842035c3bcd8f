//! What the log itself says to a program that serves the engine: how large it is, and proofs that events are in it.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use acquaint_audit::Viewer;
use acquaint_codec::{event_types, peek};
use acquaint_domain::{RequestId, Timestamp};
use acquaint_log::Position;
use acquaint_log_file::{Proof, SegmentFacts};

use crate::engine::Engine;
use crate::error::Error;

/// How large a log is, and what is in it.
#[derive(Clone, Debug)]
pub struct LogStats {
    /// The log's id; `None` for a log in memory.
    pub log: Option<String>,
    /// The segments, oldest first; none for a log in memory.
    pub segments: Vec<SegmentFacts>,
    /// The number of events of each type and the bytes of their records, by the type's name.
    pub types: BTreeMap<&'static str, TypeCount>,
    /// When the first and the last event were recorded; `None` for an empty log.
    pub span: Option<(Timestamp, Timestamp)>,
}

/// The events of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TypeCount {
    /// How many there are.
    pub events: u64,
    /// The size of their records, bytes.
    pub bytes: u64,
}

/// The proof of a request's events.
#[derive(Clone, Debug)]
pub struct ProvenRequest {
    /// The events of sealed segments, each with its path to the root of its segment.
    pub proof: Proof,
    /// The events that are not in it yet, because the segment that is being written has no root.
    pub unsealed: Vec<Position>,
}

/// Why a request's events are not proven.
#[derive(Debug)]
pub enum UnprovenRequest {
    /// There is no such request, or no event of it that this viewer may see is in the log.
    Unknown,
    /// The log is in memory, which has no roots.
    InMemory,
    /// All its events are in the segment that is being written, which has no root yet.
    Unsealed,
    /// The log cannot be read, or the engine has stopped.
    Failed(Error),
}

impl Engine {
    /// Counts the events of the log by type, up to its end at the time of the call. It reads the whole log, and no command
    /// waits for it.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn log_stats(&self) -> Result<LogStats, Error> {
        let storage = |what: String| Error::Storage { what };
        let mut types: BTreeMap<&'static str, TypeCount> = BTreeMap::new();
        let mut span: Option<(Timestamp, Timestamp)> = None;
        let names: BTreeMap<u16, &'static str> = event_types().map(|known| (known.id, known.name)).collect();
        let read = self.running().engine.log().visit(Position::FIRST, &mut |_, bytes| {
            if let Ok(envelope) = peek(bytes) {
                let name = names.get(&envelope.type_id).copied().unwrap_or("unknown");
                let count = types.entry(name).or_default();
                count.events += 1;
                count.bytes += bytes.len() as u64;
                span = Some((span.map_or(envelope.at, |(first, _)| first), envelope.at));
            }
            ControlFlow::Continue(())
        });
        read.map_err(|error| storage(error.to_string()))?;
        let Some(folder) = &self.running().folder else {
            return Ok(LogStats { log: None, segments: Vec::new(), types, span });
        };
        // A proof of nothing reads the headers and the tail only, and names the log.
        let named =
            acquaint_log_file::prove(&folder.log(), &[]).map_err(|error| storage(error.to_string()))?;
        let segments = acquaint_log_file::segments(&folder.log());
        let segments = segments.map_err(|error| storage(error.to_string()))?;
        Ok(LogStats { log: Some(named.log_id.to_string()), segments, types, span })
    }

    /// Proves that the events of a request that a viewer may see are in the log, each with its path to the root of its
    /// segment. Those of the segment that is being written are left for later.
    ///
    /// # Errors
    /// [`UnprovenRequest`]; no event is proven then.
    pub fn prove(&self, request: RequestId, viewer: Viewer) -> Result<ProvenRequest, UnprovenRequest> {
        let seen = self.inquire(None, |inquiry, _| inquiry.seen(request, viewer));
        let seen = seen.map_err(UnprovenRequest::Failed)?;
        let seen = seen.map_err(|error| {
            UnprovenRequest::Failed(acquaint_engine::SubmitError::Unreadable(error).into())
        })?;
        let recorded = self.running().engine.log().next_position();
        let positions = seen.iter().filter_map(|number| Position::new(number.0));
        let positions: Vec<Position> = positions.filter(|&position| position < recorded).collect();
        if positions.is_empty() {
            return Err(UnprovenRequest::Unknown);
        }
        let folder = self.running().folder.as_ref().ok_or(UnprovenRequest::InMemory)?.log();
        let failed = |what: String| UnprovenRequest::Failed(Error::Storage { what });
        let segments = acquaint_log_file::segments(&folder).map_err(|error| failed(error.to_string()))?;
        // The last segment is being written, and has no root yet.
        let begins = segments.last().map(|last| last.first);
        let is_sealed = |position: &Position| begins.is_some_and(|begins| *position < begins);
        let (sealed, unsealed): (Vec<_>, Vec<_>) = positions.into_iter().partition(is_sealed);
        if sealed.is_empty() {
            return Err(UnprovenRequest::Unsealed);
        }
        let proof = acquaint_log_file::prove(&folder, &sealed).map_err(|error| failed(error.to_string()))?;
        Ok(ProvenRequest { proof, unsealed })
    }
}
