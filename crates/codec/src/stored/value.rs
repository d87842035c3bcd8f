//! Values that many stored forms hold.
//!
//! The name of a struct of one number says what the number is, and codec 2 ([`compact`]), whose constants are those names,
//! writes it accordingly. Codec 1 writes request ids and moments as fixed little-endian bytes, which these structs hold.
//! Reading a value that the domain does not allow is an error.

use acquaint_domain as domain;
use domain::{EmailAddress, EventNumber, MemberId, RequestId, Span, Timestamp};
use serde::{Deserialize, Serialize, Serializer};

use crate::compact;
use crate::stored::text::{List, Text};

/// A request's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Request([u8; 8]);

/// A member, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Member(u32);

/// A place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Number(u64);

/// Thousandths of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Milli(i32);

/// A moment, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Moment([u8; 8]);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Length(i64);

/// A reason code, by its public number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u16")]
pub(crate) struct Code(pub(crate) domain::Code);

/// A handle, as its canonical text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
pub(crate) struct Handle(pub(crate) domain::Handle);

/// A handle as entered, as the text to display.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
pub(crate) struct EnteredHandle(pub(crate) domain::EnteredHandle);

/// An e-mail address, as its canonical text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
pub(crate) struct Email(pub(crate) EmailAddress);

/// A profile's URL, as its canonical text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
pub(crate) struct ProfileUrl(pub(crate) domain::ProfileUrl);

/// An address of any kind. The order of variants is frozen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Address {
    Handle(Handle),
    Email(Email),
    Profile(ProfileUrl),
}

/// A connection's name: its requests, ascending.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "List<Request>", into = "List<Request>")]
pub(crate) struct Name(pub(crate) domain::ConnectionName);

/// A set of texts, ascending by their bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "List<Text>", into = "List<Text>")]
pub(crate) struct Texts(pub(crate) std::collections::BTreeSet<String>);

// People and their programs see ids, moments and codes in the usual form; stored, they are bytes.

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(&RequestId::from(*self))
        } else {
            serializer.serialize_newtype_struct(compact::REQUEST, &self.0)
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_i64(i64::from_le_bytes(self.0))
        } else {
            serializer.serialize_newtype_struct(compact::MOMENT, &self.0)
        }
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(&self.0)
        } else {
            serializer.serialize_u16(u16::from(*self))
        }
    }
}

impl From<RequestId> for Request {
    fn from(request: RequestId) -> Self {
        Self(request.0.to_le_bytes())
    }
}

impl From<Request> for RequestId {
    fn from(request: Request) -> Self {
        Self(u64::from_le_bytes(request.0))
    }
}

impl From<MemberId> for Member {
    fn from(member: MemberId) -> Self {
        Self(member.0)
    }
}

impl From<&MemberId> for Member {
    fn from(member: &MemberId) -> Self {
        Self(member.0)
    }
}

impl From<Member> for MemberId {
    fn from(member: Member) -> Self {
        Self(member.0)
    }
}

impl From<EventNumber> for Number {
    fn from(number: EventNumber) -> Self {
        Self(number.0)
    }
}

impl From<Number> for EventNumber {
    fn from(number: Number) -> Self {
        Self(number.0)
    }
}

impl From<i32> for Milli {
    fn from(milli: i32) -> Self {
        Self(milli)
    }
}

impl From<Milli> for i32 {
    fn from(milli: Milli) -> Self {
        milli.0
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self(at.as_millis().to_le_bytes())
    }
}

impl From<Moment> for Timestamp {
    fn from(at: Moment) -> Self {
        Self::from_millis(i64::from_le_bytes(at.0))
    }
}

impl From<Span> for Length {
    fn from(span: Span) -> Self {
        Self(span.as_millis())
    }
}

impl From<Length> for Span {
    fn from(length: Length) -> Self {
        Self::millis(length.0)
    }
}

impl From<Code> for u16 {
    fn from(code: Code) -> Self {
        code.0.number()
    }
}

impl TryFrom<u16> for Code {
    type Error = String;

    fn try_from(number: u16) -> Result<Self, String> {
        let code = domain::Code::from_number(number);
        code.map(Self).ok_or_else(|| format!("no reason code has the number {number}"))
    }
}

impl From<Handle> for Text {
    fn from(handle: Handle) -> Self {
        Self::from(handle.0.as_str())
    }
}

impl TryFrom<Text> for Handle {
    type Error = &'static str;

    fn try_from(Text(text): Text) -> Result<Self, Self::Error> {
        domain::Handle::from_canonical(&text).map(Self).ok_or("the handle is not a canonical text")
    }
}

impl From<EnteredHandle> for Text {
    fn from(entered: EnteredHandle) -> Self {
        Self::from(entered.0.as_str())
    }
}

impl TryFrom<Text> for EnteredHandle {
    type Error = &'static str;

    fn try_from(Text(text): Text) -> Result<Self, Self::Error> {
        domain::EnteredHandle::from_stored(&text).map(Self).ok_or("the entered handle is empty or too long")
    }
}

impl From<Email> for Text {
    fn from(email: Email) -> Self {
        Self::from(email.0.as_str())
    }
}

impl TryFrom<Text> for Email {
    type Error = &'static str;

    fn try_from(Text(text): Text) -> Result<Self, Self::Error> {
        EmailAddress::from_canonical(&text).map(Self).ok_or("the e-mail address is not a canonical text")
    }
}

impl From<ProfileUrl> for Text {
    fn from(url: ProfileUrl) -> Self {
        Self::from(url.0.as_str())
    }
}

impl TryFrom<Text> for ProfileUrl {
    type Error = &'static str;

    fn try_from(Text(text): Text) -> Result<Self, Self::Error> {
        domain::ProfileUrl::from_canonical(&text).map(Self).ok_or("the profile's URL is not a canonical text")
    }
}

impl From<&domain::Address> for Address {
    fn from(address: &domain::Address) -> Self {
        match address {
            domain::Address::Handle(handle) => Self::Handle(Handle(handle.clone())),
            domain::Address::Email(email) => Self::Email(Email(email.clone())),
            domain::Address::Profile(url) => Self::Profile(ProfileUrl(url.clone())),
        }
    }
}

impl From<Address> for domain::Address {
    fn from(address: Address) -> Self {
        match address {
            Address::Handle(handle) => Self::Handle(handle.0),
            Address::Email(email) => Self::Email(email.0),
            Address::Profile(url) => Self::Profile(url.0),
        }
    }
}

impl From<Name> for List<Request> {
    fn from(name: Name) -> Self {
        stored_requests(name.0.requests())
    }
}

impl TryFrom<List<Request>> for Name {
    type Error = &'static str;

    fn try_from(requests: List<Request>) -> Result<Self, Self::Error> {
        let requests = domain_requests(requests);
        let name = domain::ConnectionName::of(requests.iter().copied());
        let canonical = name.requests() == requests;
        canonical.then_some(Self(name)).ok_or("the requests of a connection's name do not ascend")
    }
}

impl From<Texts> for List<Text> {
    fn from(texts: Texts) -> Self {
        texts.0.into_iter().map(Text).collect()
    }
}

impl TryFrom<List<Text>> for Texts {
    type Error = &'static str;

    fn try_from(texts: List<Text>) -> Result<Self, Self::Error> {
        if !texts.0.is_sorted_by(|a, b| a.0 < b.0) {
            return Err("the texts of a set do not ascend");
        }
        Ok(Self(texts.0.into_iter().map(|text| text.0).collect()))
    }
}

pub(crate) fn stored_requests(requests: &[RequestId]) -> List<Request> {
    requests.iter().copied().map(Request::from).collect()
}

pub(crate) fn domain_requests(requests: List<Request>) -> Vec<RequestId> {
    requests.0.into_iter().map(RequestId::from).collect()
}

/// A personal field from its stored form, which is `None` when it was erased.
pub(crate) fn personal<Stored: Into<T>, T>(part: Option<Stored>) -> domain::Personal<T> {
    part.map_or(domain::Personal::Erased, |part| domain::Personal::Held(part.into()))
}

pub(crate) fn text(text: Option<&String>) -> Option<Text> {
    text.map(|text| Text::from(text.as_str()))
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::de::{Deserializer, Error as _, Visitor};

    use super::*;

    /// The name that serde gives a struct of one field, returned as an error instead of the value.
    #[derive(Debug, PartialEq, Eq)]
    struct Called(String);

    impl std::fmt::Display for Called {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(&self.0)
        }
    }

    impl std::error::Error for Called {}

    impl serde::de::Error for Called {
        fn custom<T: std::fmt::Display>(name: T) -> Self {
            Self(name.to_string())
        }
    }

    /// A deserializer that returns the name of the struct that is read.
    struct NameOfRead;

    impl<'de> Deserializer<'de> for NameOfRead {
        type Error = Called;

        fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Called> {
            Err(Called::custom("not a struct of one field"))
        }

        fn deserialize_newtype_struct<V: Visitor<'de>>(
            self,
            name: &'static str,
            _visitor: V,
        ) -> Result<V::Value, Called> {
            Err(Called::custom(name))
        }

        serde::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
            unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
        }
    }

    #[track_caller]
    fn check<T: for<'de> Deserialize<'de> + Debug + PartialEq>(name: &'static str) {
        assert_eq!(T::deserialize(NameOfRead), Err(Called(name.to_owned())));
    }

    // Derived writing uses the same name; the two implementations by hand use the constant. `compact` tests the bytes.
    #[test]
    fn the_names_that_serde_derives_are_the_ones_that_decide_stored_bytes() {
        check::<Request>(compact::REQUEST);
        check::<Member>(compact::MEMBER);
        check::<Moment>(compact::MOMENT);
        check::<Number>(compact::NUMBER);
        check::<Length>(compact::LENGTH);
        check::<Milli>(compact::MILLI);
    }
}
