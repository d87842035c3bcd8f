//! The second form of an envelope, which is read and no longer written: as today's, with the type, the version and the
//! body's length in bytes of their own, and lengths and times in two widths.

use acquaint_domain::{EventNumber, RequestId, Timestamp};

use super::{
    ACTOR_KINDS, CAUSE_WIDTHS, Contents, Envelope, EnvelopeFields, MEMBER_WIDTHS, NUMBER_WIDTHS,
    PersonalSection, Widths, actor_of, check_flags, command_of, member_of,
};
use crate::error::DecodeError;

const HAS_PERSONAL: u16 = 1 << 0;
const IS_ERASED: u16 = 1 << 1;
const HAS_COMMAND: u16 = 1 << 2;
const HAS_REQUEST: u16 = 1 << 3;
/// Lengths have 4 bytes and the time has 8, instead of 1 and 6.
const IS_WIDE: u16 = 1 << 4;
/// The codec is not bincode, and is named.
const HAS_CODEC: u16 = 1 << 5;
/// The kind of actor: three bits.
const ACTOR_AT: u32 = 6;
/// The widths of the acting member's number, the cause and the position: two bits each.
const MEMBER_AT: u32 = 9;
const CAUSE_AT: u32 = 11;
const NUMBER_AT: u32 = 13;

const TIME_WIDTHS: [usize; 2] = [6, 8];
const LENGTH_WIDTHS: [usize; 2] = [1, 4];

pub(super) fn read(mut fields: EnvelopeFields<'_>) -> Result<Envelope, DecodeError> {
    let flags = u16::from_le_bytes(fields.take()?);
    let has = |flag| flags & flag != 0;
    let index = |at: u32| usize::from(flags >> at & 3);
    check_flags(flags, !(has(HAS_PERSONAL) && has(IS_ERASED)))?;
    let is_wide = usize::from(has(IS_WIDE));
    let type_id = u16::from_le_bytes(fields.take()?);
    let [version] = fields.take()?;
    let codec = fields.take_if(has(HAS_CODEC))?.map_or(super::CODEC_BINCODE, |[codec]| codec);
    let body_len = fields.number(LENGTH_WIDTHS[is_wide])? as u32;
    let personal = match (has(HAS_PERSONAL), has(IS_ERASED)) {
        (true, _) => PersonalSection::Held { len: fields.number(LENGTH_WIDTHS[is_wide])? as u32 },
        (false, true) => PersonalSection::Erased,
        (false, false) => PersonalSection::None,
    };
    let number = EventNumber(fields.number(NUMBER_WIDTHS[index(NUMBER_AT)])?);
    let at = Timestamp::from_millis(fields.signed(TIME_WIDTHS[is_wide])?);
    let kind = (flags >> ACTOR_AT) & ACTOR_KINDS;
    let actor = actor_of(kind as u8, || member_of(&mut fields, MEMBER_WIDTHS[index(MEMBER_AT)]))?;
    let command = if has(HAS_COMMAND) { Some(command_of(&mut fields)?) } else { None };
    let cause = fields.cause(number, CAUSE_WIDTHS[index(CAUSE_AT)])?;
    let request = fields.take_if(has(HAS_REQUEST))?.map(u64::from_le_bytes).map(RequestId);
    let is_near = (-(1 << 47)..1 << 47).contains(&at.as_millis());
    let is_short = body_len.max(personal.section_len().unwrap_or(0)) < 1 << 8;
    let widths = Widths { number: index(NUMBER_AT), member: index(MEMBER_AT), cause: index(CAUSE_AT) };
    let are_least = widths == Widths::of(number, actor, cause) && has(IS_WIDE) != (is_near && is_short);
    let has_codec = has(HAS_CODEC) == (codec != super::CODEC_BINCODE);
    check_flags(flags, are_least && has_codec)?;
    let contents = Contents { body_len: Some(body_len), personal };
    let (version, own_len) = (version.into(), fields.at);
    Ok(Envelope { type_id, version, codec, contents, number, at, actor, command, cause, request, own_len })
}
