//! What stands before every body, in fixed little-endian fields that need no codec.
//!
//! The first 27 bytes are in every record; what follows them is there when a flag (or the kind of actor) says so, always
//! in this order: personal length, acting member, command tag, cause, request.

use acquaint_domain::{Actor, CommandKey, CommandTag, EventNumber, MemberId, RequestId, Timestamp};

use crate::error::DecodeError;
use crate::section::{Personal, Written};

/// The most bytes that an envelope takes.
pub const ENVELOPE_LEN_MAX: usize = HEAD_LEN + 4 + 4 + COMMAND_LEN + 8 + 8;

/// bincode 2, standard configuration: little endian, variable-length integers.
pub(crate) const CODEC_BINCODE: u8 = 1;

const HEAD_LEN: usize = 27;
const COMMAND_LEN: usize = 16 + 8;

const HAS_PERSONAL: u8 = 1 << 0;
const IS_ERASED: u8 = 1 << 1;
const HAS_COMMAND: u8 = 1 << 2;
const HAS_CAUSE: u8 = 1 << 3;
const HAS_REQUEST: u8 = 1 << 4;
const KNOWN: u8 = HAS_PERSONAL | IS_ERASED | HAS_COMMAND | HAS_CAUSE | HAS_REQUEST;

const BY_MEMBER: u8 = 1;
const BY_OPERATOR: u8 = 2;
const BY_COURIER: u8 = 3;
const BY_TIMER: u8 = 4;
const BY_ARCHIVE: u8 = 5;

/// What a record says before its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The number of the event's type; see [`event_types`](crate::event_types).
    pub type_id: u16,
    /// The version of that type's stored form, from 1.
    pub version: u16,
    /// What the sections are written in: 1 is bincode 2 in its standard configuration.
    pub codec: u8,
    /// How long the sections are.
    pub contents: Contents,
    /// The event's place in the log.
    pub number: EventNumber,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who made it happen.
    pub actor: Actor,
    /// The command that it answers, where that had an id.
    pub command: Option<CommandTag>,
    /// The earlier event that led to it.
    pub cause: Option<EventNumber>,
    /// The first of the requests that it is about.
    pub request: Option<RequestId>,
}

/// The sections behind an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The body's bytes.
    pub body_len: u32,
    /// The personal section's bytes, its owner and key included; `None` without one.
    pub personal_len: Option<u32>,
    /// Whether there was a personal section once, and it was erased before these bytes were written.
    pub erased: bool,
}

impl Contents {
    pub(crate) fn of(written: &Written) -> Self {
        let len = |bytes: usize| u32::try_from(bytes).expect("a log takes no record of 4 GiB");
        let personal_len = match &written.personal {
            Personal::Held(personal) => Some(len(personal.len())),
            Personal::None | Personal::Erased => None,
        };
        let erased = matches!(written.personal, Personal::Erased);
        Self { body_len: len(written.body.len()), personal_len, erased }
    }
}

impl Envelope {
    /// How many bytes the envelope itself takes.
    pub fn own_len(&self) -> usize {
        let optional = [
            (self.contents.personal_len.is_some(), 4),
            (matches!(self.actor, Actor::Member(_)), 4),
            (self.command.is_some(), COMMAND_LEN),
            (self.cause.is_some(), 8),
            (self.request.is_some(), 8),
        ];
        HEAD_LEN + optional.iter().filter(|(there, _)| *there).map(|(_, len)| len).sum::<usize>()
    }

    /// How many bytes the whole record takes.
    pub fn record_len(&self) -> usize {
        let Contents { body_len, personal_len, .. } = self.contents;
        (self.own_len()).saturating_add(body_len as usize).saturating_add(personal_len.unwrap_or(0) as usize)
    }

    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.type_id.to_le_bytes());
        bytes.extend_from_slice(&self.version.to_le_bytes());
        bytes.push(self.codec);
        bytes.push(self.flags());
        bytes.extend_from_slice(&self.contents.body_len.to_le_bytes());
        bytes.extend_from_slice(&self.number.0.to_le_bytes());
        bytes.extend_from_slice(&self.at.as_millis().to_le_bytes());
        let (kind, member) = match self.actor {
            Actor::Member(member) => (BY_MEMBER, Some(member)),
            Actor::Operator => (BY_OPERATOR, None),
            Actor::Courier => (BY_COURIER, None),
            Actor::Timer => (BY_TIMER, None),
            Actor::Archive => (BY_ARCHIVE, None),
        };
        bytes.push(kind);
        if let Some(len) = self.contents.personal_len {
            bytes.extend_from_slice(&len.to_le_bytes());
        }
        if let Some(member) = member {
            bytes.extend_from_slice(&member.0.to_le_bytes());
        }
        if let Some(command) = self.command {
            bytes.extend_from_slice(&command.key.0.to_le_bytes());
            bytes.extend_from_slice(&command.content.to_le_bytes());
        }
        if let Some(cause) = self.cause {
            bytes.extend_from_slice(&cause.0.to_le_bytes());
        }
        if let Some(request) = self.request {
            bytes.extend_from_slice(&request.0.to_le_bytes());
        }
    }

    fn flags(&self) -> u8 {
        let flags = [
            (self.contents.personal_len.is_some(), HAS_PERSONAL),
            (self.contents.erased, IS_ERASED),
            (self.command.is_some(), HAS_COMMAND),
            (self.cause.is_some(), HAS_CAUSE),
            (self.request.is_some(), HAS_REQUEST),
        ];
        flags.iter().filter(|(there, _)| *there).fold(0, |all, (_, flag)| all | flag)
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Fields { bytes, at: 0 };
        let type_id = u16::from_le_bytes(fields.take()?);
        let version = u16::from_le_bytes(fields.take()?);
        let [codec, flags] = fields.take()?;
        let body_len = u32::from_le_bytes(fields.take()?);
        let number = EventNumber(u64::from_le_bytes(fields.take()?));
        let at = Timestamp::from_millis(i64::from_le_bytes(fields.take()?));
        let [actor] = fields.take()?;
        let both = HAS_PERSONAL | IS_ERASED;
        if flags & !KNOWN != 0 || flags & both == both {
            return Err(DecodeError::UnknownFlags { flags });
        }
        let personal_len = fields.take_if(flags & HAS_PERSONAL != 0)?.map(u32::from_le_bytes);
        let contents = Contents { body_len, personal_len, erased: flags & IS_ERASED != 0 };
        let actor = match actor {
            BY_MEMBER => Actor::Member(MemberId(u32::from_le_bytes(fields.take()?))),
            BY_OPERATOR => Actor::Operator,
            BY_COURIER => Actor::Courier,
            BY_TIMER => Actor::Timer,
            BY_ARCHIVE => Actor::Archive,
            kind => return Err(DecodeError::UnknownActor { kind }),
        };
        let key = fields.take_if(flags & HAS_COMMAND != 0)?.map(u128::from_le_bytes).map(CommandKey);
        let content = fields.take_if(flags & HAS_COMMAND != 0)?.map(u64::from_le_bytes);
        let command = key.zip(content).map(|(key, content)| CommandTag { key, content });
        let cause = fields.take_if(flags & HAS_CAUSE != 0)?.map(u64::from_le_bytes).map(EventNumber);
        let request = fields.take_if(flags & HAS_REQUEST != 0)?.map(u64::from_le_bytes).map(RequestId);
        Ok(Self { type_id, version, codec, contents, number, at, actor, command, cause, request })
    }
}

/// The fields not read yet.
struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Fields<'_> {
    fn take<const LEN: usize>(&mut self) -> Result<[u8; LEN], DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(field) = rest.first_chunk::<LEN>() else {
            return Err(DecodeError::EnvelopeCutOff { len: self.bytes.len(), needed: self.at + LEN });
        };
        self.at += LEN;
        Ok(*field)
    }

    fn take_if<const LEN: usize>(&mut self, there: bool) -> Result<Option<[u8; LEN]>, DecodeError> {
        if there { self.take().map(Some) } else { Ok(None) }
    }
}
