//! Packs events that were recorded together into frames that each fit one append.
//!
//! INVARIANT (one frame): events that were recorded together are appended together. So after a crash a command has happened
//! completely or not at all, and so has each slice of its consequences.

use std::hash::{Hash, Hasher};

use acquaint_codec::encode;
use acquaint_domain::{Command, Event, EventNumber, Recorded};
use acquaint_log::{AppendError, EventLog, Position, RECORD_PREFIX_BYTES};

use crate::error::{StartError, SubmitError};
use crate::write::kernel::{Kernel, Provenance};

/// Largest number of bytes of events in one append, if the log does not take less: half of a segment of default size.
pub(crate) const APPEND_BYTES_MAX: usize = 2 << 20;
/// A command whose estimate is at most this many bytes is not measured exactly: its events are far smaller than a frame.
const SMALL_BYTES: usize = 16 << 10;
/// The estimates, in bytes, for each request that an event names and for the event itself.
const REQUEST_BYTES: usize = 16;
const EVENT_BYTES: usize = 2 << 10;

/// Events, with the boundaries of their atoms.
#[derive(Debug, Default)]
pub(crate) struct Atoms {
    pub(crate) events: Vec<Recorded>,
    /// The last event of each atom, in order.
    pub(crate) ends: Vec<EventNumber>,
}

/// The records of one append.
struct PendingFrame {
    first: Position,
    records: Vec<Vec<u8>>,
    last: EventNumber,
}

/// How many bytes of events one append to `log` may have.
pub(crate) fn append_bytes_max(log: &dyn EventLog) -> usize {
    usize::try_from(log.batch_bytes_max()).unwrap_or(usize::MAX).min(APPEND_BYTES_MAX)
}

/// Appends all atoms, in as few frames as they fit into. Calls `durable` with the last event of each frame that is durable.
///
/// # Errors
/// The first error of the log. The frames that `durable` was called for remain appended.
pub(crate) fn append(
    log: &dyn EventLog,
    atoms: &Atoms,
    mut durable: impl FnMut(EventNumber),
) -> Result<(), AppendError> {
    let bytes_max = append_bytes_max(log);
    let (mut events, mut frame, mut bytes) = (atoms.events.iter(), None::<PendingFrame>, 0);
    for end in &atoms.ends {
        let count = events.as_slice().partition_point(|recorded| recorded.number <= *end);
        let records: Vec<Vec<u8>> = events.by_ref().take(count).map(encode).collect();
        let Some(first) = Position::new(end.0 + 1 - count as u64).filter(|_| count > 0) else { continue };
        let more = records.iter().map(|record| record.len() + RECORD_PREFIX_BYTES).sum::<usize>();
        match &mut frame {
            Some(frame) if bytes + more <= bytes_max => {
                frame.records.extend(records);
                frame.last = *end;
                bytes += more;
            }
            full => {
                if let Some(full) = full.replace(PendingFrame { first, records, last: *end }) {
                    log.append(full.first, &full.records)?;
                    durable(full.last);
                }
                bytes = more;
            }
        }
    }
    if let Some(last) = frame {
        log.append(last.first, &last.records)?;
        durable(last.last);
    }
    Ok(())
}

/// Counts the bytes that are hashed into it.
pub(crate) struct ByteCounter(usize);

impl Hasher for ByteCounter {
    fn write(&mut self, bytes: &[u8]) {
        self.0 += bytes.len();
    }

    fn finish(&self) -> u64 {
        self.0 as u64
    }
}

/// Whether the input, whose bytes `count` counts, is so small that its events need not be measured.
pub(crate) fn is_small_input(bytes_max: usize, count: impl FnOnce(&mut ByteCounter)) -> bool {
    let mut input = ByteCounter(0);
    count(&mut input);
    2 * input.0 + EVENT_BYTES <= SMALL_BYTES.min(bytes_max)
}

/// Whether the events of a command are so small that they need not be measured.
fn is_small(command: &Command, events: &[Event], bytes_max: usize) -> bool {
    let mut input = ByteCounter(0);
    command.hash(&mut input);
    let of = |event: &Event| EVENT_BYTES + event.requests().len() * REQUEST_BYTES;
    let state: usize = events.iter().map(of).sum();
    let bytes = 2 * input.0 + state;
    bytes <= SMALL_BYTES && bytes <= bytes_max
}

/// The size of an event in a frame, bytes.
fn stored_bytes(event: &Event, provenance: Provenance) -> usize {
    let Provenance { at, actor, tag: command, cause } = provenance;
    let number = EventNumber(u64::MAX);
    let recorded = Recorded { number, at, actor, command, cause, event: event.clone() };
    encode(&recorded).len() + RECORD_PREFIX_BYTES
}

impl Kernel {
    /// Checks that the log can take the events of the genesis in one append.
    ///
    /// # Errors
    /// The policy is too large.
    pub(crate) fn check_genesis(&self) -> Result<(), StartError> {
        let provenance = |recorded: &Recorded| Provenance {
            at: recorded.at,
            actor: recorded.actor,
            tag: recorded.command,
            cause: recorded.cause,
        };
        let bytes: usize =
            self.staged().iter().map(|recorded| stored_bytes(&recorded.event, provenance(recorded))).sum();
        let bytes_max = self.atom_bytes_max();
        if bytes <= bytes_max {
            return Ok(());
        }
        let reason = format!("it takes {bytes} bytes, and the log takes at most {bytes_max} at once");
        Err(StartError::Policy { position: 2, reason })
    }

    /// Rejects a command whose events the log could not take in one append.
    pub(crate) fn check_size(
        &self,
        command: &Command,
        events: &[Event],
        provenance: Provenance,
    ) -> Result<(), SubmitError> {
        let bytes_max = self.atom_bytes_max();
        if is_small(command, events, bytes_max) {
            return Ok(());
        }
        let bytes: usize = events.iter().map(|event| stored_bytes(event, provenance)).sum();
        if bytes <= bytes_max {
            return Ok(());
        }
        Err(SubmitError::BadInput(format!(
            "this command would take {bytes} bytes in the log, which takes at most {bytes_max} for one command; split it into smaller commands"
        )))
    }

    /// The events, or why the log could not take them in one append.
    pub(crate) fn if_they_fit(
        &self,
        events: Vec<Event>,
        provenance: Provenance,
    ) -> Result<Vec<Event>, String> {
        let bytes_max = self.atom_bytes_max();
        let bytes: usize = events.iter().map(|event| stored_bytes(event, provenance)).sum();
        if bytes <= bytes_max {
            return Ok(events);
        }
        Err(format!(
            "it would take {bytes} bytes in the log, which takes at most {bytes_max} at once; shorten it"
        ))
    }
}
