//! What stands before every body: little-endian fields that need no codec, as wide as what is in them needs.
//!
//! Two bytes of flags say which fields there are and how wide they are; then come, always in this order: type, version,
//! codec, body's length, personal length, position, time, acting member, command tag, cause, request. The first form, of
//! fixed widths, is read too (`first.rs`): the highest bit of the flags, where that has the highest of a type, tells them apart.

mod first;

use acquaint_domain::{Actor, CommandKey, CommandTag, EventNumber, MemberId, RequestId, Timestamp};

use crate::error::DecodeError;
use crate::section::{Personal, Written};

/// The most bytes that an envelope takes.
pub const ENVELOPE_LEN_MAX: usize = 75;

/// bincode 2, standard configuration: little endian, variable-length integers.
pub(crate) const CODEC_BINCODE: u8 = 1;

const COMMAND_LEN: usize = 16 + 8;

const HAS_PERSONAL: u16 = 1 << 0;
const IS_ERASED: u16 = 1 << 1;
const HAS_COMMAND: u16 = 1 << 2;
const HAS_REQUEST: u16 = 1 << 3;
/// Lengths are of 4 bytes and the time of 8, instead of 1 and 6.
const IS_WIDE: u16 = 1 << 4;
/// The codec is another than bincode, and named.
const HAS_CODEC: u16 = 1 << 5;
/// The kind of actor: three bits.
const ACTOR_AT: u32 = 6;
/// How wide the acting member's number is: two bits, an index into [`MEMBER_WIDTHS`].
const MEMBER_AT: u32 = 9;
/// How wide the cause is: two bits, an index into [`CAUSE_WIDTHS`].
const CAUSE_AT: u32 = 11;
/// How wide the position is: two bits, an index into [`NUMBER_WIDTHS`].
const NUMBER_AT: u32 = 13;
/// Not the first form: no type's number is so great.
const IS_PACKED: u16 = 1 << 15;

const MEMBER_WIDTHS: [usize; 4] = [1, 2, 3, 4];
/// Below 8 it is how far the cause lies back, else its position.
const CAUSE_WIDTHS: [usize; 4] = [0, 1, 2, 8];
const NUMBER_WIDTHS: [usize; 4] = [2, 3, 4, 8];
const TIME_WIDTHS: [usize; 2] = [6, 8];
const LENGTH_WIDTHS: [usize; 2] = [1, 4];

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
    /// How all this is written.
    pub(crate) form: Form,
}

/// A form of envelopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Fixed widths; that many bytes.
    First {
        /// How many bytes it takes.
        own_len: usize,
    },
    /// Each field as wide as it has to be.
    Packed,
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
        match self.form {
            Form::First { own_len } => own_len,
            Form::Packed => Widths::of(self).own_len(self),
        }
    }

    /// How many bytes the whole record takes.
    pub fn record_len(&self) -> usize {
        let Contents { body_len, personal_len, .. } = self.contents;
        (self.own_len()).saturating_add(body_len as usize).saturating_add(personal_len.unwrap_or(0) as usize)
    }

    /// Writes it in the packed form, whatever form it was read in.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let widths = Widths::of(self);
        bytes.extend_from_slice(&widths.flags(self).to_le_bytes());
        bytes.extend_from_slice(&self.type_id.to_le_bytes());
        bytes.push(u8::try_from(self.version).expect("INVARIANT (versions): fewer than 256 of a type"));
        if self.codec != CODEC_BINCODE {
            bytes.push(self.codec);
        }
        let mut put = |value: u64, width: usize| bytes.extend_from_slice(&value.to_le_bytes()[..width]);
        put(self.contents.body_len.into(), widths.length());
        if let Some(len) = self.contents.personal_len {
            put(len.into(), widths.length());
        }
        put(self.number.0, NUMBER_WIDTHS[widths.number]);
        put(self.at.as_millis().cast_unsigned(), widths.time());
        if let Actor::Member(member) = self.actor {
            put(member.0.into(), MEMBER_WIDTHS[widths.member]);
        }
        if let Some(command) = self.command {
            put(command.key.0 as u64, 8);
            put((command.key.0 >> 64) as u64, 8);
            put(command.content, 8);
        }
        if let Some(cause) = self.cause {
            let width = CAUSE_WIDTHS[widths.cause];
            put(if width < 8 { self.number.0 - cause.0 } else { cause.0 }, width);
        }
        if let Some(request) = self.request {
            put(request.0, 8);
        }
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Fields { bytes, at: 0 };
        let flags = u16::from_le_bytes(fields.take()?);
        if flags & IS_PACKED == 0 {
            return first::read(Fields { bytes, at: 0 });
        }
        let has = |flag| flags & flag != 0;
        let index = |at: u32| usize::from(flags >> at & 3);
        check_flags(flags, !(has(HAS_PERSONAL) && has(IS_ERASED)))?;
        let is_wide = usize::from(has(IS_WIDE));
        let type_id = u16::from_le_bytes(fields.take()?);
        let [version] = fields.take()?;
        let codec = fields.take_if(has(HAS_CODEC))?.map_or(CODEC_BINCODE, |[codec]| codec);
        let body_len = fields.number(LENGTH_WIDTHS[is_wide])? as u32;
        let personal_len = match has(HAS_PERSONAL) {
            true => Some(fields.number(LENGTH_WIDTHS[is_wide])? as u32),
            false => None,
        };
        let contents = Contents { body_len, personal_len, erased: has(IS_ERASED) };
        let number = EventNumber(fields.number(NUMBER_WIDTHS[index(NUMBER_AT)])?);
        let at = Timestamp::from_millis(fields.signed(TIME_WIDTHS[is_wide])?);
        let member = || Ok(MemberId(fields.number(MEMBER_WIDTHS[index(MEMBER_AT)])? as u32));
        let actor = actor_of((flags >> ACTOR_AT & 7) as u8, member)?;
        let command = if has(HAS_COMMAND) { Some(command_of(&mut fields)?) } else { None };
        let cause = match CAUSE_WIDTHS[index(CAUSE_AT)] {
            0 => None,
            8 => Some(EventNumber(fields.number(8)?)),
            width => Some(EventNumber(number.0.wrapping_sub(fields.number(width)?))),
        };
        let request = fields.take_if(has(HAS_REQUEST))?.map(u64::from_le_bytes).map(RequestId);
        let (version, form) = (version.into(), Form::Packed);
        let envelope =
            Self { type_id, version, codec, contents, number, at, actor, command, cause, request, form };
        // One value is written in one way only, so that a record's bytes follow from what it says.
        check_flags(flags, Widths::of(&envelope).flags(&envelope) == flags)?;
        Ok(envelope)
    }
}

/// How wide the fields of one envelope are: indexes into the tables of widths.
struct Widths {
    is_wide: bool,
    number: usize,
    member: usize,
    cause: usize,
}

/// The first of the widths that `value` fits into.
fn narrowest(widths: &[usize], value: u64) -> usize {
    let fits = |width: &usize| *width == 8 || value < 1 << (8 * width);
    widths.iter().position(fits).unwrap_or(widths.len() - 1)
}

impl Widths {
    fn of(envelope: &Envelope) -> Self {
        let Contents { body_len, personal_len, .. } = envelope.contents;
        let millis = envelope.at.as_millis();
        let is_near = (-(1 << 47)..1 << 47).contains(&millis);
        let is_short = body_len.max(personal_len.unwrap_or(0)) < 1 << 8;
        let back =
            envelope.cause.map(|cause| envelope.number.0.checked_sub(cause.0).filter(|back| *back > 0));
        Self {
            is_wide: !(is_near && is_short),
            number: narrowest(&NUMBER_WIDTHS, envelope.number.0),
            member: match envelope.actor {
                Actor::Member(member) => narrowest(&MEMBER_WIDTHS, member.0.into()),
                Actor::Operator | Actor::Courier | Actor::Timer | Actor::Archive => 0,
            },
            cause: match back {
                None => 0,
                Some(None) => CAUSE_WIDTHS.len() - 1,
                Some(Some(back)) => 1 + narrowest(&CAUSE_WIDTHS[1..], back),
            },
        }
    }

    fn length(&self) -> usize {
        LENGTH_WIDTHS[usize::from(self.is_wide)]
    }

    fn time(&self) -> usize {
        TIME_WIDTHS[usize::from(self.is_wide)]
    }

    fn own_len(&self, envelope: &Envelope) -> usize {
        let optional = [
            (envelope.codec != CODEC_BINCODE, 1),
            (envelope.contents.personal_len.is_some(), self.length()),
            (matches!(envelope.actor, Actor::Member(_)), MEMBER_WIDTHS[self.member]),
            (envelope.command.is_some(), COMMAND_LEN),
            (envelope.request.is_some(), 8),
        ];
        let optional = optional.iter().filter(|(there, _)| *there).map(|(_, len)| len).sum::<usize>();
        5 + self.length() + NUMBER_WIDTHS[self.number] + self.time() + CAUSE_WIDTHS[self.cause] + optional
    }

    fn flags(&self, envelope: &Envelope) -> u16 {
        let actor: u8 = match envelope.actor {
            Actor::Member(_) => BY_MEMBER,
            Actor::Operator => BY_OPERATOR,
            Actor::Courier => BY_COURIER,
            Actor::Timer => BY_TIMER,
            Actor::Archive => BY_ARCHIVE,
        };
        let flags = [
            (envelope.contents.personal_len.is_some(), HAS_PERSONAL),
            (envelope.contents.erased, IS_ERASED),
            (envelope.command.is_some(), HAS_COMMAND),
            (envelope.request.is_some(), HAS_REQUEST),
            (self.is_wide, IS_WIDE),
            (envelope.codec != CODEC_BINCODE, HAS_CODEC),
        ];
        let flags = flags.iter().filter(|(there, _)| *there).fold(IS_PACKED, |all, (_, flag)| all | flag);
        let index = |index: usize, at: u32| (index as u16) << at;
        let indexes =
            index(self.member, MEMBER_AT) | index(self.cause, CAUSE_AT) | index(self.number, NUMBER_AT);
        flags | u16::from(actor) << ACTOR_AT | indexes
    }
}

fn check_flags(flags: u16, are_right: bool) -> Result<(), DecodeError> {
    if are_right { Ok(()) } else { Err(DecodeError::UnknownFlags { flags }) }
}

fn actor_of(kind: u8, member: impl FnOnce() -> Result<MemberId, DecodeError>) -> Result<Actor, DecodeError> {
    Ok(match kind {
        BY_MEMBER => Actor::Member(member()?),
        BY_OPERATOR => Actor::Operator,
        BY_COURIER => Actor::Courier,
        BY_TIMER => Actor::Timer,
        BY_ARCHIVE => Actor::Archive,
        kind => return Err(DecodeError::UnknownActor { kind }),
    })
}

fn command_of(fields: &mut Fields<'_>) -> Result<CommandTag, DecodeError> {
    let key = CommandKey(u128::from_le_bytes(fields.take()?));
    Ok(CommandTag { key, content: u64::from_le_bytes(fields.take()?) })
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

    /// An unsigned number of `width` bytes, up to 8.
    fn number(&mut self, width: usize) -> Result<u64, DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let Some(field) = rest.get(..width) else {
            return Err(DecodeError::EnvelopeCutOff { len: self.bytes.len(), needed: self.at + width });
        };
        self.at += width;
        let mut bytes = [0; 8];
        bytes[..width].copy_from_slice(field);
        Ok(u64::from_le_bytes(bytes))
    }

    /// A signed number of `width` bytes, up to 8.
    fn signed(&mut self, width: usize) -> Result<i64, DecodeError> {
        let unused = 64 - 8 * width as u32;
        Ok((self.number(width)? << unused).cast_signed() >> unused)
    }
}
