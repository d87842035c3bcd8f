//! One record: an envelope, a body, and a personal section if the event has one.

use acquaint_domain::{Event, EventNumber, Recorded};

use crate::compact::EnvelopeContext;
use crate::envelope::{ENVELOPE_LEN_MAX, Envelope, Heading};
use crate::error::DecodeError;
use crate::kind::Kind;
use crate::registry;
use crate::section::{Sections, ShownFields};

/// The sections of most events fit into this many bytes.
const USUAL_LEN: usize = 128;

/// Encodes `recorded`: the same value has the same bytes on every machine, and in every version of this program that writes
/// the same version of its stored form.
///
/// The caller bounds what an event may hold. A section that a log accepts in one segment is never longer than
/// [`SECTION_LEN_MAX`](crate::SECTION_LEN_MAX), which is the most that is read.
pub fn encode(recorded: &Recorded) -> Vec<u8> {
    let Recorded { number, at, actor, command, cause, ref event } = *recorded;
    let kind = Kind::of(event);
    let row = registry::row(kind.id()).expect("INVARIANT (a row for every type)");
    let context = EnvelopeContext { number, at, actor, request: event.requests().first().copied() };
    let mut sections = Vec::with_capacity(USUAL_LEN);
    let written = (row.write)(event, &context, &mut sections);
    let personal = written.expect("INVARIANT (a row for every type): of the type that it is for");
    let (type_id, version, codec) = (kind.id(), row.newest(), row.codec);
    let heading = Heading { type_id, version, codec, context, command, cause, personal };
    let mut bytes = Vec::with_capacity(ENVELOPE_LEN_MAX + sections.len());
    heading.write(&mut bytes);
    bytes.extend_from_slice(&sections);
    bytes
}

/// Decodes one record. It allocates in proportion to `bytes`, whatever lengths they announce.
///
/// # Errors
/// [`DecodeError`] for anything but a whole record of a type, version and codec that this program knows.
pub fn decode(bytes: &[u8]) -> Result<Recorded, DecodeError> {
    decode_peeked(&peek(bytes)?, bytes)
}

/// As [`decode`], when [`peek`] has already read the envelope of the same bytes.
///
/// # Errors
/// As [`decode`].
pub fn decode_peeked(envelope: &Envelope, bytes: &[u8]) -> Result<Recorded, DecodeError> {
    let row = registry::row(envelope.type_id).ok_or(DecodeError::UnknownType { id: envelope.type_id })?;
    let reader = row.reader(envelope.version)?;
    let sections = Sections::read(row.kind.name(), envelope, bytes)?;
    let event = reader(&sections)?;
    if envelope.request.is_some_and(|request| !event.requests().contains(&request)) {
        return Err(DecodeError::ForeignRequest { event: row.kind.name() });
    }
    let Envelope { number, at, actor, command, cause, .. } = *envelope;
    Ok(Recorded { number, at, actor, command, cause, event })
}

/// As [`decode`], for a record that was found at the place `expected`.
///
/// # Errors
/// As [`decode`]; [`DecodeError::Misplaced`] when the record says that it belongs elsewhere.
pub fn decode_at(expected: EventNumber, bytes: &[u8]) -> Result<Recorded, DecodeError> {
    let envelope = peek(bytes)?;
    let found = envelope.number;
    if found != expected {
        return Err(DecodeError::Misplaced { expected, found });
    }
    decode_peeked(&envelope, bytes)
}

/// The fields that [`encode`] stores of an event, as JSON.
pub fn show(event: &Event) -> ShownFields {
    let row = registry::row(Kind::of(event).id()).expect("INVARIANT (a row for every type)");
    (row.show)(event).expect("INVARIANT (a row for every type): of the type that it is for")
}

/// Reads the envelope alone, also of a type, version or codec that this program does not know. The first
/// [`ENVELOPE_LEN_MAX`] bytes of a record suffice.
///
/// # Errors
/// [`DecodeError`] when the envelope is cut off, or has a flag or a kind of actor that this program does not know.
pub fn peek(bytes: &[u8]) -> Result<Envelope, DecodeError> {
    Envelope::read(bytes)
}
