//! The sections behind an envelope: the body, and what is personal.

use acquaint_domain::{Event, MemberId};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::binary;
use crate::envelope::Envelope;
use crate::error::{DecodeError, Part};

/// The most bytes of one section that are read: as many as the largest segment of a log has, so that whatever a log
/// takes can be read again.
pub const SECTION_LEN_MAX: usize = 64 << 20;

/// The key of a personal section that is not encrypted.
const NO_KEY: u32 = 0;

/// The stored form of one type of event, in its newest version, with nothing personal in it.
pub(crate) trait Twin: Serialize + DeserializeOwned {
    /// The stored form of `event`; `None` when that is of another type.
    fn of(event: &Event) -> Option<Self>;
    /// The event.
    fn event(self) -> Event;
}

/// The stored form of one type of event of which a part is personal.
pub(crate) trait PersonalTwin: Serialize + DeserializeOwned {
    /// The stored form of the personal part.
    type Personal: Serialize + DeserializeOwned;
    /// The stored form of `event`, the personal part apart, which is `None` when it was erased; `None` when the event
    /// is of another type.
    fn of(event: &Event) -> Option<(Self, Option<Self::Personal>)>;
    /// Whose the personal part is.
    fn owner(&self) -> MemberId;
    /// The event; without a personal part when that was erased.
    fn event(self, personal: Option<Self::Personal>) -> Event;
}

/// An event's sections, to be written.
pub(crate) struct Written {
    pub(crate) body: Vec<u8>,
    pub(crate) personal: Personal<Vec<u8>>,
}

/// The place of a personal section; `Bytes` is what it is written in.
pub(crate) enum Personal<Bytes> {
    /// Nothing in events of this type is personal.
    None,
    /// It was erased.
    Erased,
    /// It is here.
    Held(PersonalSection<Bytes>),
}

/// A personal section.
pub(crate) struct PersonalSection<Bytes> {
    owner: u32,
    key: u32,
    bytes: Bytes,
}

impl PersonalSection<Vec<u8>> {
    /// How many bytes it takes.
    pub(crate) fn len(&self) -> usize {
        4 + 4 + self.bytes.len()
    }

    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.owner.to_le_bytes());
        bytes.extend_from_slice(&self.key.to_le_bytes());
        bytes.extend_from_slice(&self.bytes);
    }
}

/// The sections of a record that is being read.
pub(crate) struct Sections<'a> {
    event: &'static str,
    body: &'a [u8],
    personal: Personal<&'a [u8]>,
}

impl<'a> Sections<'a> {
    /// Cuts a record whose envelope has been read; `event` is its type's name.
    pub(crate) fn read(
        event: &'static str,
        envelope: &Envelope,
        bytes: &'a [u8],
    ) -> Result<Self, DecodeError> {
        let announced = envelope.record_len();
        if announced != bytes.len() {
            return Err(DecodeError::Length { announced, len: bytes.len() });
        }
        let (body, personal) = bytes[envelope.own_len()..].split_at(envelope.contents.body_len as usize);
        for (part, section) in [(Part::Body, body), (Part::Personal, personal)] {
            if section.len() > SECTION_LEN_MAX {
                let (len, len_max) = (section.len(), SECTION_LEN_MAX);
                return Err(DecodeError::SectionTooLong { event, part, len, len_max });
            }
        }
        let personal = match (envelope.contents.personal_len, envelope.contents.erased) {
            (Some(_), _) => Personal::Held(personal_section(event, personal)?),
            (None, true) => Personal::Erased,
            (None, false) => Personal::None,
        };
        Ok(Self { event, body, personal })
    }

    /// The body as a stored form of any version.
    pub(crate) fn body<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
        binary::from_bytes(self.body).map_err(|problem| DecodeError::Unreadable {
            event: self.event,
            part: Part::Body,
            problem,
        })
    }

    /// The personal section as a stored form of any version; `None` when it was erased.
    pub(crate) fn personal<T: DeserializeOwned>(&self, owner: MemberId) -> Result<Option<T>, DecodeError> {
        let event = self.event;
        let section = match &self.personal {
            Personal::None => return Err(DecodeError::PersonalMissing { event }),
            Personal::Erased => return Ok(None),
            Personal::Held(section) => section,
        };
        if section.owner != owner.0 {
            return Err(DecodeError::ForeignOwner { event, expected: owner.0, found: section.owner });
        }
        if section.key != NO_KEY {
            return Err(DecodeError::Encrypted { event, key: section.key });
        }
        binary::from_bytes(section.bytes).map(Some).map_err(|problem| DecodeError::Unreadable {
            event,
            part: Part::Personal,
            problem,
        })
    }
}

fn personal_section<'a>(
    event: &'static str,
    bytes: &'a [u8],
) -> Result<PersonalSection<&'a [u8]>, DecodeError> {
    let Some((owner, rest)) = bytes.split_first_chunk() else {
        return Err(cut_off(event));
    };
    let Some((key, bytes)) = rest.split_first_chunk() else {
        return Err(cut_off(event));
    };
    Ok(PersonalSection { owner: u32::from_le_bytes(*owner), key: u32::from_le_bytes(*key), bytes })
}

fn cut_off(event: &'static str) -> DecodeError {
    DecodeError::Unreadable { event, part: Part::Personal, problem: crate::error::Problem::CutOff }
}

/// Writes an event of the type that `T` stores.
pub(crate) fn write<T: Twin>(event: &Event) -> Option<Written> {
    let body = binary::to_bytes(&T::of(event)?);
    Some(Written { body, personal: Personal::None })
}

/// Reads an event of the type that `T` stores.
pub(crate) fn read<T: Twin>(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    match sections.personal {
        Personal::None => Ok(sections.body::<T>()?.event()),
        Personal::Erased | Personal::Held(_) => {
            Err(DecodeError::PersonalUnexpected { event: sections.event })
        }
    }
}

/// As [`write`], with a personal part.
pub(crate) fn write_personal<T: PersonalTwin>(event: &Event) -> Option<Written> {
    let (twin, personal) = T::of(event)?;
    let held = |part| PersonalSection { owner: twin.owner().0, key: NO_KEY, bytes: binary::to_bytes(&part) };
    let personal = personal.map_or(Personal::Erased, |part| Personal::Held(held(part)));
    Some(Written { body: binary::to_bytes(&twin), personal })
}

/// As [`read`], with a personal part.
pub(crate) fn read_personal<T: PersonalTwin>(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    let twin: T = sections.body()?;
    let personal = sections.personal(twin.owner())?;
    Ok(twin.event(personal))
}

/// What is stored of an event, for people and their programs: the fields of its stored form by name. Ids, codes and texts
/// are as everywhere else, members are their numbers, moments and lengths of time are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What is not personal.
    pub body: serde_json::Value,
    /// What is; `None` where nothing is, or it was erased.
    pub personal: Option<serde_json::Value>,
}

/// Shows an event of the type that `T` stores.
pub(crate) fn show<T: Twin>(event: &Event) -> Option<Shown> {
    Some(Shown { body: json(&T::of(event)?), personal: None })
}

/// As [`show`], with a personal part.
pub(crate) fn show_personal<T: PersonalTwin>(event: &Event) -> Option<Shown> {
    let (body, personal) = T::of(event)?;
    Some(Shown { body: json(&body), personal: personal.as_ref().map(json) })
}

fn json<T: Serialize>(stored: &T) -> serde_json::Value {
    serde_json::to_value(stored).expect("a stored form has names for keys and no number that JSON lacks")
}
