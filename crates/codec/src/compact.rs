//! Codec 2: the fields of a stored form in order, each in as few bits as it usually needs.
//!
//! A choice (a variant, whether a field is present, which of the members named before) is written as bits; a number or a
//! text is written as bytes. Both share one stream: the first bit takes a whole byte at its position, the next seven bits
//! fill that byte, and the ninth takes another. Values of four kinds refer to the record's envelope: a request or member
//! that was named before is a reference, a moment or a place in the log is a distance. serde gives the fields, and the
//! names of their structs ([`REQUEST`] to [`MILLI`]) tell which values those are.
//!
//! Only a length decides how long a value is, a text is borrowed before it is copied, and a list grows as its elements are
//! read, so reading allocates in proportion to the bytes that are there.

mod reader;
mod writer;

use std::fmt;

use acquaint_domain::{Actor, EventNumber, MemberId, RequestId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::DecodeProblem;
use reader::CompactReader;
use writer::CompactWriter;

/// Milliseconds of an hour: most lengths of time are multiples of it.
const HOUR: i64 = 3_600_000;
/// Thousandths of a point: most scores are multiples of it.
const POINT: i32 = 1_000;
/// The variants of a choice that have a code of bits alone, each one bit longer than the one before; the others are numbers
/// counted from there.
const PLACES: u64 = 3;
/// The lengths of a list that have such a code.
const LENGTHS: u64 = 2;
/// The most values of a kind that can be referred to: the envelope's, and those named first.
const NAMED_MAX: usize = 2;

/// The fields of a record's envelope that its sections refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EnvelopeContext {
    pub(crate) number: EventNumber,
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) request: Option<RequestId>,
}

/// Appends `value` to `bytes`.
pub(crate) fn write(value: &impl Serialize, context: &EnvelopeContext, bytes: &mut Vec<u8>) {
    let mut writer = CompactWriter::new(context, bytes);
    value.serialize(&mut writer).expect("every kind of value that a stored form has can be written");
}

/// Reads `bytes` to their end.
pub(crate) fn read<'a, T: Deserialize<'a>>(
    bytes: &'a [u8],
    context: &EnvelopeContext,
) -> Result<T, DecodeProblem> {
    let mut reader = CompactReader::new(context, bytes);
    let value = T::deserialize(&mut reader).map_err(|fault| fault.0)?;
    reader.end().map_err(|fault| fault.0)?;
    Ok(value)
}

// The names of the structs in `stored::value` with one number that is not written as a plain number. serde passes the name
// of a struct on, so these names decide stored bytes: a renamed struct would be written differently. A test compares them
// with the names that serde derives.
pub(crate) const REQUEST: &str = "Request";
pub(crate) const MEMBER: &str = "Member";
pub(crate) const MOMENT: &str = "Moment";
pub(crate) const NUMBER: &str = "Number";
pub(crate) const LENGTH: &str = "Length";
pub(crate) const MILLI: &str = "Milli";

/// How a number is written, by the name of the struct around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Special {
    None,
    Request,
    Member,
    Moment,
    Number,
    Length,
    Milli,
}

impl Special {
    #[inline]
    fn of(name: &str) -> Self {
        match name {
            REQUEST => Self::Request,
            MEMBER => Self::Member,
            MOMENT => Self::Moment,
            NUMBER => Self::Number,
            LENGTH => Self::Length,
            MILLI => Self::Milli,
            _ => Self::None,
        }
    }
}

/// The values of one kind that can be referred to, in the order in which they were named.
struct NamedFields<T> {
    values: [T; NAMED_MAX],
    count: usize,
}

impl<T: Copy + Default + PartialEq> NamedFields<T> {
    fn new(first: Option<T>) -> Self {
        let values = [first.unwrap_or_default(); NAMED_MAX];
        Self { values, count: usize::from(first.is_some()) }
    }

    fn values(&self) -> &[T] {
        &self.values[..self.count]
    }

    fn add(&mut self, value: T) {
        if let Some(place) = self.values.get_mut(self.count) {
            *place = value;
            self.count += 1;
        }
    }
}

fn named_requests(context: &EnvelopeContext) -> NamedFields<u64> {
    NamedFields::new(context.request.map(|request| request.0))
}

fn named_members(context: &EnvelopeContext) -> NamedFields<u32> {
    NamedFields::new(acting(context.actor).map(|member| member.0))
}

/// The member who acted, if the actor was a member.
pub(crate) const fn acting(actor: Actor) -> Option<MemberId> {
    match actor {
        Actor::Member(member) => Some(member),
        Actor::Operator | Actor::Courier | Actor::Timer | Actor::Archive => None,
    }
}

/// Writes a number, seven bits a byte, the lowest first; a byte's highest bit says that more follow.
#[inline]
pub(crate) fn put_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Reads a number from the beginning of `bytes`, and how many bytes it took.
///
/// # Errors
/// [`DecodeProblem`] for a number that is cut off, wider than 64 bits, or longer than necessary (a byte of it is 0).
#[inline]
pub(crate) fn get_number(bytes: &[u8]) -> Result<(u64, usize), DecodeProblem> {
    match bytes.first() {
        Some(byte @ 0..0x80) => Ok(((*byte).into(), 1)),
        Some(0x80..) => get_long_number(bytes),
        None => Err(DecodeProblem::CutOff),
    }
}

fn get_long_number(bytes: &[u8]) -> Result<(u64, usize), DecodeProblem> {
    let mut value = 0;
    for (place, byte) in bytes.iter().enumerate().take(10) {
        let (part, shift) = (u64::from(byte & 0x7f), 7 * place);
        if part << shift >> shift != part {
            return Err(DecodeProblem::Number);
        }
        value |= part << shift;
        match byte {
            0 => return Err(DecodeProblem::Number),
            1..0x80 => return Ok((value, place + 1)),
            0x80.. => {}
        }
    }
    Err(if bytes.len() < 10 { DecodeProblem::CutOff } else { DecodeProblem::Number })
}

/// A signed number as an unsigned one that is small for numbers near 0.
const fn folded(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

const fn unfolded(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

/// A [`DecodeProblem`] as an error of serde's.
#[derive(Debug)]
struct CodecFault(DecodeProblem);

impl fmt::Display for CodecFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for CodecFault {}

impl serde::ser::Error for CodecFault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(DecodeProblem::Value(message.to_string()))
    }
}

impl serde::de::Error for CodecFault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(DecodeProblem::Value(message.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stored::text::{List, Text};
    use crate::stored::value::{Length, Member, Milli, Moment, Number, Request};

    const CONTEXT: EnvelopeContext = EnvelopeContext {
        number: EventNumber(1_000),
        at: Timestamp::from_millis(5_000),
        actor: Actor::Member(MemberId(300)),
        request: Some(RequestId(9)),
    };

    #[track_caller]
    fn check<T>(value: T, bytes: &[u8])
    where
        T: Serialize + for<'de> Deserialize<'de> + PartialEq + fmt::Debug,
    {
        let mut written = Vec::new();
        write(&value, &CONTEXT, &mut written);
        assert_eq!(written, bytes, "{value:?}");
        assert_eq!(read(bytes, &CONTEXT), Ok(value));
    }

    #[test]
    fn numbers_take_seven_bits_a_byte() {
        check(0u64, &[0]);
        check(127u64, &[127]);
        check(128u64, &[0x80, 1]);
        check(u64::MAX, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]);
        check(-1i64, &[1]);
        check(i64::MIN, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]);
    }

    #[test]
    fn values_in_the_envelope_are_written_as_references() {
        let (own, other) = (Member::from(MemberId(300)), Member::from(MemberId(5)));
        check(own, &[0b0]);
        check((own, other, other, own), &[0b00110, 5]);
        check(Request::from(RequestId(9)), &[0b0]);
        check(Request::from(RequestId(8)), &[0b1, 8, 0, 0, 0, 0, 0, 0, 0]);
        check(Moment::from(Timestamp::from_millis(4_999)), &[1]);
        check(
            Moment::from(Timestamp::from_millis(i64::MIN)),
            &[0xf0, 0xb1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1],
        );
        check(Number::from(EventNumber(998)), &[4]);
        check(Number::from(EventNumber(1_001)), &[1]);
    }

    #[test]
    fn whole_hours_and_points_are_written_as_such() {
        check(Length::from(acquaint_domain::Span::days(1)), &[0b0, 48]);
        check(Length::from(acquaint_domain::Span::millis(1)), &[0b1, 2]);
        check(Milli::from(6_000), &[0b0, 12]);
        check(Milli::from(i32::MIN), &[0b1, 0xff, 0xff, 0xff, 0xff, 0x0f]);
    }

    #[test]
    fn a_text_is_referred_to_once() {
        let text = |text: &str| Text(text.to_owned());
        check(List(vec![text("a"), text("a"), text("a")]), &[0b111, 1, 1, b'a', 1, b'a']);
        check(List(vec![text("a"), text("b")]), &[0b011, 0, 1, b'a', 1, b'b']);
    }

    #[test]
    fn the_length_of_a_list_of_two_or_more_is_a_number() {
        check(List::<u8>(vec![]), &[0b0]);
        check(List(vec![7u8]), &[0b01, 7]);
        check(List(vec![7u8, 8]), &[0b11, 0, 7, 8]);
    }

    #[test]
    fn bytes_that_no_writer_produces_are_refused() {
        let number = |bytes: &[u8]| read::<u32>(bytes, &CONTEXT);
        assert_eq!(number(&[0x80, 0]), Err(DecodeProblem::Number), "longer than necessary");
        assert_eq!(number(&[0xff, 0xff, 0xff, 0xff, 0x1f]), Err(DecodeProblem::Number), "33 bits");
        assert_eq!(read::<u64>(&[0xff; 11], &CONTEXT), Err(DecodeProblem::Number), "more than 64 bits");
        assert_eq!(number(&[0x80]), Err(DecodeProblem::CutOff));
        assert_eq!(number(&[1, 1]), Err(DecodeProblem::LeftOver { len: 1 }));
        assert_eq!(read::<Option<u8>>(&[0b10], &CONTEXT), Err(DecodeProblem::Number), "a bit after the last");
        assert_eq!(read::<Text>(&[1, 0xff], &CONTEXT), Err(DecodeProblem::NotText));
        let hours = [&[0b0][..], &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]].concat();
        assert_eq!(
            read::<Length>(&hours, &CONTEXT),
            Err(DecodeProblem::Number),
            "more milliseconds than 64 bits hold"
        );
    }
}
