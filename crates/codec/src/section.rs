//! The sections after an envelope: the body and the personal section.

use acquaint_domain::{Event, MemberId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::binary;
use crate::compact::{self, EnvelopeContext, acting};
use crate::envelope::{CODEC_BINCODE, CODEC_COMPACT, Envelope, PersonalSection};
use crate::error::{DecodeError, DecodeProblem, StoredPart};

/// The most bytes of one section that are read: the size of a log's largest segment, so whatever a log accepts can be read
/// again.
pub const SECTION_LEN_MAX: usize = 64 << 20;

/// The key of a personal section that is not encrypted.
const NO_KEY: u32 = 0;

/// The stored form of one type of event without personal fields.
pub(crate) trait StoredForm: Serialize + DeserializeOwned {
    /// The stored form of `event`; `None` for an event of another type.
    fn of(event: &Event) -> Option<Self>;
    /// The event that this form stores.
    fn event(self) -> Event;
}

/// The stored form of one type of event with personal fields.
pub(crate) trait PersonalStoredForm: Serialize + DeserializeOwned {
    /// The stored form of the personal fields.
    type Personal: Serialize + DeserializeOwned;
    /// The stored form of `event` and of its personal fields, which are `None` when erased; `None` for an event of another
    /// type.
    fn of(event: &Event) -> Option<(Self, Option<Self::Personal>)>;
    /// The member whose the personal fields are.
    fn owner(&self) -> MemberId;
    /// The event; `personal` is `None` when it was erased.
    fn event(self, personal: Option<Self::Personal>) -> Event;
}

/// How the sections of a type are written.
pub(crate) trait Codec {
    /// Its number in envelopes.
    const NUMBER: u8;
    /// Appends `value` to `bytes`.
    fn write(value: &impl Serialize, context: &EnvelopeContext, bytes: &mut Vec<u8>);
}

/// Codec 1, for events that are rare.
pub(crate) struct BincodeCodec;

/// Codec 2, for the events of requests and connections, which are most of a log.
pub(crate) struct CompactCodec;

impl Codec for BincodeCodec {
    const NUMBER: u8 = CODEC_BINCODE;

    fn write(value: &impl Serialize, _context: &EnvelopeContext, bytes: &mut Vec<u8>) {
        binary::write(value, bytes);
    }
}

impl Codec for CompactCodec {
    const NUMBER: u8 = CODEC_COMPACT;

    fn write(value: &impl Serialize, context: &EnvelopeContext, bytes: &mut Vec<u8>) {
        compact::write(value, context, bytes);
    }
}

/// The sections of a record that is being read.
pub(crate) struct Sections<'a> {
    event: &'static str,
    codec: u8,
    context: EnvelopeContext,
    body: &'a [u8],
    personal: PersonalSection,
    personal_bytes: &'a [u8],
}

impl<'a> Sections<'a> {
    /// Splits a record whose envelope has been read; `event` is its type's name.
    pub(crate) fn read(
        event: &'static str,
        envelope: &Envelope,
        bytes: &'a [u8],
    ) -> Result<Self, DecodeError> {
        if ![CODEC_BINCODE, CODEC_COMPACT].contains(&envelope.codec) {
            return Err(DecodeError::UnknownCodec { codec: envelope.codec });
        }
        let body_len = envelope.body_len(bytes.len())?;
        let (body, personal_bytes) = bytes[envelope.own_len()..].split_at(body_len);
        for (part, section) in [(StoredPart::Body, body), (StoredPart::Personal, personal_bytes)] {
            if section.len() > SECTION_LEN_MAX {
                let (len, len_max) = (section.len(), SECTION_LEN_MAX);
                return Err(DecodeError::SectionTooLong { event, part, len, len_max });
            }
        }
        let (codec, context, personal) = (envelope.codec, envelope.context(), envelope.contents.personal);
        Ok(Self { event, codec, context, body, personal, personal_bytes })
    }

    /// The body as a stored form of any version.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        self.form(StoredPart::Body, self.body)
    }

    /// The personal section as a stored form of any version; `None` when it was erased.
    pub(crate) fn personal<T: DeserializeOwned>(&self, owner: MemberId) -> Result<Option<T>, DecodeError> {
        let event = self.event;
        let (found, key, bytes) = match self.personal {
            PersonalSection::None => return Err(DecodeError::PersonalMissing { event }),
            PersonalSection::Erased => return Ok(None),
            PersonalSection::Held { .. } => {
                owner_and_key(self.personal_bytes).ok_or(DecodeError::Unreadable {
                    event,
                    part: StoredPart::Personal,
                    problem: DecodeProblem::CutOff,
                })?
            }
            PersonalSection::Own { .. } => {
                (acting(self.context.actor).unwrap_or(owner), NO_KEY, self.personal_bytes)
            }
        };
        if found != owner {
            return Err(DecodeError::ForeignOwner { event, expected: owner.0, found: found.0 });
        }
        if key != NO_KEY {
            return Err(DecodeError::Encrypted { event, key });
        }
        self.form(StoredPart::Personal, bytes).map(Some)
    }

    fn form<T: DeserializeOwned>(&self, part: StoredPart, bytes: &[u8]) -> Result<T, DecodeError> {
        let form = match self.codec {
            CODEC_BINCODE => binary::read(bytes),
            _ => compact::read(bytes, &self.context),
        };
        form.map_err(|problem| DecodeError::Unreadable { event: self.event, part, problem })
    }
}

/// The owner and key that begin a personal section which does not belong to the acting member, and the rest of it.
fn owner_and_key(bytes: &[u8]) -> Option<(MemberId, u32, &[u8])> {
    let (owner, rest) = bytes.split_first_chunk()?;
    let (key, bytes) = rest.split_first_chunk()?;
    Some((MemberId(u32::from_le_bytes(*owner)), u32::from_le_bytes(*key), bytes))
}

/// Appends the body of an event of the type that `T` stores to `bytes`.
pub(crate) fn write<T: StoredForm, C: Codec>(
    event: &Event,
    context: &EnvelopeContext,
    bytes: &mut Vec<u8>,
) -> Option<PersonalSection> {
    C::write(&T::of(event)?, context, bytes);
    Some(PersonalSection::None)
}

/// As [`write()`], with the personal section after the body.
pub(crate) fn write_personal<T: PersonalStoredForm, C: Codec>(
    event: &Event,
    context: &EnvelopeContext,
    bytes: &mut Vec<u8>,
) -> Option<PersonalSection> {
    let (body, personal) = T::of(event)?;
    C::write(&body, context, bytes);
    let Some(personal) = personal else { return Some(PersonalSection::Erased) };
    let (from, owner) = (bytes.len(), body.owner());
    let is_own = acting(context.actor) == Some(owner);
    if !is_own {
        bytes.extend_from_slice(&owner.0.to_le_bytes());
        bytes.extend_from_slice(&NO_KEY.to_le_bytes());
    }
    C::write(&personal, context, bytes);
    let len = u32::try_from(bytes.len() - from).expect("a log takes no record of 4 GiB");
    Some(if is_own { PersonalSection::Own { len } } else { PersonalSection::Held { len } })
}

/// Reads an event of the type that `T` stores.
pub(crate) fn read<T: StoredForm>(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    match sections.personal {
        PersonalSection::None => Ok(sections.body::<T>()?.event()),
        PersonalSection::Erased | PersonalSection::Held { .. } | PersonalSection::Own { .. } => {
            Err(DecodeError::PersonalUnexpected { event: sections.event })
        }
    }
}

/// As [`read`], with a personal section.
pub(crate) fn read_personal<T: PersonalStoredForm>(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    let body: T = sections.body()?;
    let personal = sections.personal(body.owner())?;
    Ok(body.event(personal))
}

/// As [`read_personal`], of an older version whose personal part was stored as `P`.
pub(crate) fn read_personal_from<T: PersonalStoredForm, P: DeserializeOwned + Into<T::Personal>>(
    sections: &Sections<'_>,
) -> Result<Event, DecodeError> {
    let stored: T = sections.body()?;
    let personal = sections.personal::<P>(stored.owner())?;
    Ok(stored.event(personal.map(Into::into)))
}

/// The stored form of an event as people and their programs see it: its fields by name. Ids, codes and texts are as
/// everywhere else, members are numbers, moments and lengths of time are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownFields {
    /// The fields that are not personal.
    pub body: serde_json::Value,
    /// The personal fields; `None` where there are none, or they were erased.
    pub personal: Option<serde_json::Value>,
}

/// Shows an event of the type that `T` stores.
pub(crate) fn show<T: StoredForm>(event: &Event) -> Option<ShownFields> {
    Some(ShownFields { body: json(&T::of(event)?), personal: None })
}

/// As [`show`], with a personal section.
pub(crate) fn show_personal<T: PersonalStoredForm>(event: &Event) -> Option<ShownFields> {
    let (body, personal) = T::of(event)?;
    Some(ShownFields { body: json(&body), personal: personal.as_ref().map(json) })
}

fn json<T: Serialize>(stored: &T) -> serde_json::Value {
    serde_json::to_value(stored).expect("a stored form has text keys and only numbers that JSON has")
}
