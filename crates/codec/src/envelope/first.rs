//! The first form of an envelope, which is read and no longer written: fixed widths.
//!
//! The first 27 bytes are in every record. A field after them is present if a flag (or the kind of actor) says so, always in
//! this order: personal length, acting member, command tag, cause, request.

use acquaint_domain::{EventNumber, RequestId, Timestamp};

use super::{
    Contents, Envelope, EnvelopeFields, PersonalSection, actor_of, check_flags, command_of, member_of,
};
use crate::error::DecodeError;

const HAS_PERSONAL: u8 = 1 << 0;
const IS_ERASED: u8 = 1 << 1;
const HAS_COMMAND: u8 = 1 << 2;
const HAS_CAUSE: u8 = 1 << 3;
const HAS_REQUEST: u8 = 1 << 4;
const KNOWN: u8 = HAS_PERSONAL | IS_ERASED | HAS_COMMAND | HAS_CAUSE | HAS_REQUEST;

pub(super) fn read(mut fields: EnvelopeFields<'_>) -> Result<Envelope, DecodeError> {
    let type_id = u16::from_le_bytes(fields.take()?);
    let version = u16::from_le_bytes(fields.take()?);
    let [codec, flags] = fields.take()?;
    let body_len = u32::from_le_bytes(fields.take()?);
    let number = EventNumber(u64::from_le_bytes(fields.take()?));
    let at = Timestamp::from_millis(i64::from_le_bytes(fields.take()?));
    let [actor] = fields.take()?;
    let has = |flag| flags & flag != 0;
    check_flags(u16::from(flags), flags & !KNOWN == 0 && !(has(HAS_PERSONAL) && has(IS_ERASED)))?;
    let personal_len = fields.take_if(has(HAS_PERSONAL))?.map(u32::from_le_bytes);
    let personal = match (personal_len, has(IS_ERASED)) {
        (Some(len), _) => PersonalSection::Held { len },
        (None, true) => PersonalSection::Erased,
        (None, false) => PersonalSection::None,
    };
    let contents = Contents { body_len: Some(body_len), personal };
    let actor = actor_of(actor, || member_of(&mut fields, 4))?;
    let command = if has(HAS_COMMAND) { Some(command_of(&mut fields)?) } else { None };
    let cause = fields.take_if(has(HAS_CAUSE))?.map(u64::from_le_bytes).map(EventNumber);
    let request = fields.take_if(has(HAS_REQUEST))?.map(u64::from_le_bytes).map(RequestId);
    let own_len = fields.at;
    Ok(Envelope { type_id, version, codec, contents, number, at, actor, command, cause, request, own_len })
}
