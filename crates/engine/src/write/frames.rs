//! From events that were recorded together to what the log takes at once.
//!
//! INVARIANT (one frame): what was recorded together is appended together. So after a crash a command has happened whole or
//! not at all, and so has a slice of what follows from one.

use std::hash::{Hash, Hasher};

use acquaint_codec::encode;
use acquaint_domain::{Command, Event, EventNumber, Recorded};
use acquaint_log::{AppendError, EventLog, Position, RECORD_PREFIX_BYTES};

use crate::error::{StartError, SubmitError};
use crate::write::kernel::{Kernel, Provenance};

/// One append has no more bytes of events than this, or than the log takes: half of a segment of usual size.
pub(crate) const APPEND_BYTES_MAX: usize = 2 << 20;
/// A command with so few bytes that names so few requests is not measured exactly: its events are far smaller than a frame.
const SMALL_BYTES: usize = 16 << 10;
/// What is reckoned for a request that an event names, and for an event itself, bytes.
const REQUEST_BYTES: usize = 16;
const EVENT_BYTES: usize = 2 << 10;

/// Events, and where they may be parted.
#[derive(Debug, Default)]
pub(crate) struct Atoms {
    pub(crate) events: Vec<Recorded>,
    /// The last event of each of what was recorded together, in order.
    pub(crate) ends: Vec<EventNumber>,
}

/// What is appended at once.
struct PendingFrame {
    first: Position,
    records: Vec<Vec<u8>>,
    last: EventNumber,
}

/// Appends all of it, in as few frames as it fits into; `durable` is told the last event of each that is durable.
///
/// # Errors
/// The first of the log's. What `durable` was told of has happened all the same.
pub(crate) fn append(
    log: &dyn EventLog,
    atoms: &Atoms,
    mut durable: impl FnMut(EventNumber),
) -> Result<(), AppendError> {
    let most = usize::try_from(log.batch_bytes_max()).unwrap_or(usize::MAX).min(APPEND_BYTES_MAX);
    let (mut events, mut frame, mut bytes) = (atoms.events.iter(), None::<PendingFrame>, 0);
    for end in &atoms.ends {
        let count = events.as_slice().partition_point(|recorded| recorded.number <= *end);
        let records: Vec<Vec<u8>> = events.by_ref().take(count).map(encode).collect();
        let Some(first) = Position::new(end.0 + 1 - count as u64).filter(|_| count > 0) else { continue };
        let more = records.iter().map(|record| record.len() + RECORD_PREFIX_BYTES).sum::<usize>();
        match &mut frame {
            Some(frame) if bytes + more <= most => {
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

/// Whether what was typed, which `count` counts, is so little that what is recorded of it need not be measured.
pub(crate) fn is_small_typed(bytes_max: usize, count: impl FnOnce(&mut ByteCounter)) -> bool {
    let mut typed = ByteCounter(0);
    count(&mut typed);
    2 * typed.0 + EVENT_BYTES <= SMALL_BYTES.min(bytes_max)
}

/// Whether the events of a command are so small that they need not be measured.
fn is_small(command: &Command, events: &[Event], bytes_max: usize) -> bool {
    let mut typed = ByteCounter(0);
    command.hash(&mut typed);
    let of = |event: &Event| EVENT_BYTES + event.requests().len() * REQUEST_BYTES;
    let state: usize = events.iter().map(of).sum();
    let bytes = 2 * typed.0 + state;
    bytes <= SMALL_BYTES && bytes <= bytes_max
}

/// The space that an event occupies in a frame, bytes.
fn stored_bytes(event: &Event, because: Provenance) -> usize {
    let Provenance { at, actor, tag: command, cause } = because;
    let number = EventNumber(u64::MAX);
    let recorded = Recorded { number, at, actor, command, cause, event: event.clone() };
    encode(&recorded).len() + RECORD_PREFIX_BYTES
}

impl Kernel {
    /// Checks that the log takes what it begins with.
    ///
    /// # Errors
    /// The policy is larger than that.
    pub(crate) fn check_founding(&self) -> Result<(), StartError> {
        let because = |recorded: &Recorded| Provenance {
            at: recorded.at,
            actor: recorded.actor,
            tag: recorded.command,
            cause: recorded.cause,
        };
        let bytes: usize =
            self.staged().iter().map(|recorded| stored_bytes(&recorded.event, because(recorded))).sum();
        let most = self.atom_bytes_max();
        if bytes <= most {
            return Ok(());
        }
        let reason = format!("it takes {bytes} bytes, and the log takes at most {most} at once");
        Err(StartError::Policy { position: 2, reason })
    }

    /// Refuses what the log could not take at once.
    pub(crate) fn check_size(
        &self,
        command: &Command,
        events: &[Event],
        because: Provenance,
    ) -> Result<(), SubmitError> {
        let most = self.atom_bytes_max();
        if is_small(command, events, most) {
            return Ok(());
        }
        let bytes: usize = events.iter().map(|event| stored_bytes(event, because)).sum();
        if bytes <= most {
            return Ok(());
        }
        Err(SubmitError::BadInput(format!(
            "this command would take {bytes} bytes in the log, which takes at most {most} for one command; give less at once"
        )))
    }

    /// The events, or why the log could not take them at once.
    pub(crate) fn of_fitting_size(
        &self,
        events: Vec<Event>,
        because: Provenance,
    ) -> Result<Vec<Event>, String> {
        let most = self.atom_bytes_max();
        let bytes: usize = events.iter().map(|event| stored_bytes(event, because)).sum();
        if bytes <= most {
            return Ok(events);
        }
        Err(format!("it would take {bytes} bytes in the log, which takes at most {most} at once; shorten it"))
    }
}
