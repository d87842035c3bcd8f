//! The fields before every body: little-endian fields that need no codec, each as wide as its value needs.
//!
//! Two bytes of flags say which fields there are and how wide they are; two more hold type and version. Then follow, always
//! in this order: codec, personal length, position, time, acting member, command tag, cause, request. The length of the
//! body follows from that of the record. Two older forms are read as well (`first.rs`, `second.rs`). The two highest bits
//! of the first two bytes distinguish the forms: 00 is the first, whose type is there, 1x the second, and 01 today's.

mod first;
mod second;

use acquaint_domain::{Actor, CommandKey, CommandTag, EventNumber, MemberId, RequestId, Timestamp};

use crate::compact::{self, EnvelopeContext};
use crate::error::DecodeError;

/// The most bytes that an envelope takes.
pub const ENVELOPE_LEN_MAX: usize = 75;

/// bincode 2, standard configuration: little endian, variable-length integers.
pub(crate) const CODEC_BINCODE: u8 = 1;
/// The codec of this crate: [`compact`].
pub(crate) const CODEC_COMPACT: u8 = 2;

/// The personal section: two bits. None; held, and begins with owner and key; erased; held, of the acting member and under
/// no key, so that neither is written.
const PERSONAL: u16 = 3;
const HELD: u16 = 1;
const ERASED: u16 = 2;
const OWN: u16 = 3;
const HAS_COMMAND: u16 = 1 << 2;
const HAS_REQUEST: u16 = 1 << 3;
/// The time has 8 bytes, since 1970, instead of 5, since [`TIME_FROM`].
const IS_FAR: u16 = 1 << 4;
/// The kind of actor: three bits.
const ACTOR_AT: u32 = 5;
const ACTOR_KINDS: u16 = 7;
/// How wide the acting member's number is: two bits, an index into [`MEMBER_WIDTHS`].
const MEMBER_AT: u32 = 8;
/// How wide the cause is: two bits, an index into [`CAUSE_WIDTHS`].
const CAUSE_AT: u32 = 10;
/// How wide the position is: two bits, an index into [`NUMBER_WIDTHS`].
const NUMBER_AT: u32 = 12;
/// Not the first form: no type has a number this great.
const IS_THIRD: u16 = 1 << 14;
/// The second form.
const IS_SECOND: u16 = 1 << 15;

/// In the second field: the type's number in the low bits, its version above, and whether the codec is not compact.
const TYPE: u16 = (1 << 10) - 1;
const VERSION_AT: u32 = 10;
const VERSION: u16 = (1 << 5) - 1;
const HAS_CODEC: u16 = 1 << 15;

const MEMBER_WIDTHS: [usize; 4] = [1, 2, 3, 4];
/// Below 8 bytes the field is the distance back to the cause, else the cause's position.
const CAUSE_WIDTHS: [usize; 4] = [0, 1, 2, 8];
const NUMBER_WIDTHS: [usize; 4] = [2, 3, 4, 8];
/// 1 January 2020, UTC, in milliseconds since 1970: 5 bytes reach from there into 2054.
const TIME_FROM: i64 = 1_577_836_800_000;
const NEAR_WIDTH: usize = 5;

const BY_MEMBER: u8 = 1;
const BY_OPERATOR: u8 = 2;
const BY_COURIER: u8 = 3;
const BY_TIMER: u8 = 4;
const BY_ARCHIVE: u8 = 5;

/// The fields of a record before its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The number of the event's type; see [`event_types`](crate::event_types).
    pub type_id: u16,
    /// The version of that type's stored form, from 1.
    pub version: u16,
    /// The codec of the sections: 1 is bincode 2 in its standard configuration, 2 the codec of this crate.
    pub codec: u8,
    /// The sections that follow.
    pub contents: Contents,
    /// The event's place in the log.
    pub number: EventNumber,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// The command that caused it, if that had an id.
    pub command: Option<CommandTag>,
    /// The earlier event that led to it.
    pub cause: Option<EventNumber>,
    /// The first of the requests that it is about.
    pub request: Option<RequestId>,
    own_len: usize,
}

/// The sections after an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Length of the body in bytes, where the envelope has it; else the body is what the personal section leaves of the
    /// record.
    pub body_len: Option<u32>,
    /// The personal section.
    pub personal: PersonalSection,
}

/// What an envelope says of the personal section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonalSection {
    /// The event has no personal fields.
    None,
    /// There was a section, and it was erased before these bytes were written.
    Erased,
    /// There is a section, which begins with its owner and key.
    Held {
        /// Its length in bytes.
        len: u32,
    },
    /// There is a section of the acting member's, under no key.
    Own {
        /// Its length in bytes.
        len: u32,
    },
}

impl PersonalSection {
    /// Length of the section in bytes; `None` without one.
    pub const fn section_len(self) -> Option<u32> {
        match self {
            Self::None | Self::Erased => None,
            Self::Held { len } | Self::Own { len } => Some(len),
        }
    }
}

/// What is written before an event: the fields that the sections refer to are in `context`.
pub(crate) struct Heading {
    pub(crate) type_id: u16,
    pub(crate) version: u16,
    pub(crate) codec: u8,
    pub(crate) context: EnvelopeContext,
    pub(crate) command: Option<CommandTag>,
    pub(crate) cause: Option<EventNumber>,
    pub(crate) personal: PersonalSection,
}

/// Whether a type with this number and version can be written: the second field of the envelope holds both.
pub(crate) const fn fits(type_id: u16, version: u16) -> bool {
    type_id <= TYPE && version <= VERSION
}

impl Heading {
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let EnvelopeContext { number, at, actor, request } = self.context;
        let widths = Widths::of(number, actor, self.cause);
        let near = near(at);
        let personal = match self.personal {
            PersonalSection::None => 0,
            PersonalSection::Held { .. } => HELD,
            PersonalSection::Erased => ERASED,
            PersonalSection::Own { .. } => OWN,
        };
        let flag = |there: bool, flag| if there { flag } else { 0 };
        let flags = IS_THIRD
            | personal
            | flag(self.command.is_some(), HAS_COMMAND)
            | flag(request.is_some(), HAS_REQUEST)
            | flag(near.is_none(), IS_FAR)
            | kind_of(actor) << ACTOR_AT
            | widths.flags();
        bytes.extend_from_slice(&flags.to_le_bytes());
        let named = (self.codec != CODEC_COMPACT).then_some(self.codec);
        let kind = self.type_id | self.version << VERSION_AT | flag(named.is_some(), HAS_CODEC);
        bytes.extend_from_slice(&kind.to_le_bytes());
        bytes.extend(named);
        if let Some(len) = self.personal.section_len() {
            compact::put_number(bytes, len.into());
        }
        let mut put = |value: u64, width: usize| bytes.extend_from_slice(&value.to_le_bytes()[..width]);
        put(number.0, NUMBER_WIDTHS[widths.number]);
        match near {
            Some(near) => put(near, NEAR_WIDTH),
            None => put(at.as_millis().cast_unsigned(), 8),
        }
        if let Actor::Member(member) = actor {
            put(member.0.into(), MEMBER_WIDTHS[widths.member]);
        }
        if let Some(command) = self.command {
            put(command.key.0 as u64, 8);
            put((command.key.0 >> 64) as u64, 8);
            put(command.content, 8);
        }
        if let Some(cause) = self.cause {
            let width = CAUSE_WIDTHS[widths.cause];
            put(if width < 8 { number.0 - cause.0 } else { cause.0 }, width);
        }
        if let Some(request) = request {
            put(request.0, 8);
        }
    }
}

impl Envelope {
    /// How many bytes the envelope itself takes.
    pub const fn own_len(&self) -> usize {
        self.own_len
    }

    /// Length in bytes of the body in a record of `record_len` bytes.
    ///
    /// # Errors
    /// [`DecodeError::Length`] when the record is shorter or longer than its envelope and sections.
    pub fn body_len(&self, record_len: usize) -> Result<usize, DecodeError> {
        let personal_len = self.contents.personal.section_len().unwrap_or(0) as usize;
        let least = self.own_len.saturating_add(personal_len);
        let announced = least.saturating_add(self.contents.body_len.unwrap_or(0) as usize);
        let is_right = match self.contents.body_len {
            Some(_) => record_len == announced,
            None => record_len >= announced,
        };
        if is_right {
            Ok(record_len - least)
        } else {
            Err(DecodeError::Length { announced, len: record_len })
        }
    }

    pub(crate) const fn context(&self) -> EnvelopeContext {
        let Self { number, at, actor, request, .. } = *self;
        EnvelopeContext { number, at, actor, request }
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = EnvelopeFields { bytes, at: 0 };
        let flags = u16::from_le_bytes(fields.take()?);
        let start = EnvelopeFields { bytes, at: 0 };
        if flags & IS_SECOND != 0 {
            second::read(start)
        } else if flags & IS_THIRD != 0 {
            read_third(start)
        } else {
            first::read(start)
        }
    }
}

fn read_third(mut fields: EnvelopeFields<'_>) -> Result<Envelope, DecodeError> {
    let flags = u16::from_le_bytes(fields.take()?);
    let has = |flag| flags & flag != 0;
    let index = |at: u32| usize::from(flags >> at & 3);
    let kind = u16::from_le_bytes(fields.take()?);
    let (type_id, version) = (kind & TYPE, kind >> VERSION_AT & VERSION);
    let named = fields.take_if(kind & HAS_CODEC != 0)?.map(|[codec]| codec);
    let personal = match flags & PERSONAL {
        HELD => PersonalSection::Held { len: fields.varint()? },
        OWN => PersonalSection::Own { len: fields.varint()? },
        ERASED => PersonalSection::Erased,
        _ => PersonalSection::None,
    };
    let number = EventNumber(fields.number(NUMBER_WIDTHS[index(NUMBER_AT)])?);
    let at = match has(IS_FAR) {
        true => fields.signed(8)?,
        false => TIME_FROM + fields.number(NEAR_WIDTH)?.cast_signed(),
    };
    let at = Timestamp::from_millis(at);
    let actor_kind = (flags >> ACTOR_AT & ACTOR_KINDS) as u8;
    let actor = actor_of(actor_kind, || member_of(&mut fields, MEMBER_WIDTHS[index(MEMBER_AT)]))?;
    let command = if has(HAS_COMMAND) { Some(command_of(&mut fields)?) } else { None };
    let cause = fields.cause(number, CAUSE_WIDTHS[index(CAUSE_AT)])?;
    let request = fields.take_if(has(HAS_REQUEST))?.map(u64::from_le_bytes).map(RequestId);
    // Each value is written in only one way, so that a record's bytes follow from its fields.
    let widths = Widths { number: index(NUMBER_AT), member: index(MEMBER_AT), cause: index(CAUSE_AT) };
    let are_least = widths == Widths::of(number, actor, cause) && has(IS_FAR) == near(at).is_none();
    let is_own = !matches!(personal, PersonalSection::Own { .. }) || matches!(actor, Actor::Member(_));
    check_flags(flags, are_least && is_own && named != Some(CODEC_COMPACT))?;
    let codec = named.unwrap_or(CODEC_COMPACT);
    let (contents, own_len) = (Contents { body_len: None, personal }, fields.at);
    Ok(Envelope { type_id, version, codec, contents, number, at, actor, command, cause, request, own_len })
}

/// The moment in milliseconds since [`TIME_FROM`], where 5 bytes hold it.
fn near(at: Timestamp) -> Option<u64> {
    let since = at.as_millis().checked_sub(TIME_FROM)?;
    u64::try_from(since).ok().filter(|since| *since < 1 << (8 * NEAR_WIDTH))
}

/// The widths of the fields of one envelope, as indexes into the tables of widths.
#[derive(PartialEq, Eq)]
struct Widths {
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
    fn of(number: EventNumber, actor: Actor, cause: Option<EventNumber>) -> Self {
        let back = cause.map(|cause| number.0.checked_sub(cause.0).filter(|back| *back > 0));
        Self {
            number: narrowest(&NUMBER_WIDTHS, number.0),
            member: match actor {
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

    const fn flags(&self) -> u16 {
        (self.member << MEMBER_AT | self.cause << CAUSE_AT | self.number << NUMBER_AT) as u16
    }
}

const fn kind_of(actor: Actor) -> u16 {
    let kind = match actor {
        Actor::Member(_) => BY_MEMBER,
        Actor::Operator => BY_OPERATOR,
        Actor::Courier => BY_COURIER,
        Actor::Timer => BY_TIMER,
        Actor::Archive => BY_ARCHIVE,
    };
    kind as u16
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

fn member_of(fields: &mut EnvelopeFields<'_>, width: usize) -> Result<MemberId, DecodeError> {
    Ok(MemberId(fields.number(width)? as u32))
}

fn command_of(fields: &mut EnvelopeFields<'_>) -> Result<CommandTag, DecodeError> {
    let key = CommandKey(u128::from_le_bytes(fields.take()?));
    Ok(CommandTag { key, content: u64::from_le_bytes(fields.take()?) })
}

/// The fields not read yet.
struct EnvelopeFields<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl EnvelopeFields<'_> {
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

    /// An unsigned number of seven bits a byte, in as few bytes as it needs.
    fn varint(&mut self) -> Result<u32, DecodeError> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let cut_off = DecodeError::EnvelopeCutOff { len: self.bytes.len(), needed: self.at + rest.len() + 1 };
        let (value, len) = compact::get_number(rest).map_err(|_| cut_off)?;
        self.at += len;
        let len = self.bytes.len();
        u32::try_from(value).map_err(|_| DecodeError::Length { announced: usize::MAX, len })
    }

    /// The cause of event `number`, in `width` bytes.
    fn cause(&mut self, number: EventNumber, width: usize) -> Result<Option<EventNumber>, DecodeError> {
        Ok(match width {
            0 => None,
            8 => Some(EventNumber(self.number(8)?)),
            width => Some(EventNumber(number.0.wrapping_sub(self.number(width)?))),
        })
    }
}
