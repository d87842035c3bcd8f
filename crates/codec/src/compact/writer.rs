//! Writing: a serializer that writes choices as bits.

use std::ops::Range;

use serde::ser::{Impossible, Serialize, Serializer};

use super::{
    CodecFault, EnvelopeContext, HOUR, LENGTHS, NamedFields, PLACES, POINT, Special, folded, named_members,
    named_requests, put_number,
};

pub(super) struct CompactWriter<'a> {
    bytes: &'a mut Vec<u8>,
    /// Position of the byte that takes the next bit, if it is not full.
    bits_at: usize,
    /// Number of bits in that byte.
    bits: u32,
    requests: NamedFields<u64>,
    members: NamedFields<u32>,
    number: u64,
    at: i64,
    /// Where the last text is, if it was not referred to yet.
    text: Option<Range<usize>>,
    /// How the next number is written.
    special: Special,
    /// The bytes so far of a value that stored forms hold as fixed bytes, and how many they are.
    fixed: ([u8; 8], usize),
}

impl<'a> CompactWriter<'a> {
    pub(super) fn new(context: &EnvelopeContext, bytes: &'a mut Vec<u8>) -> Self {
        Self {
            bits_at: 0,
            bits: u8::BITS,
            requests: named_requests(context),
            members: named_members(context),
            number: context.number.0,
            at: context.at.as_millis(),
            text: None,
            special: Special::None,
            fixed: ([0; 8], 0),
            bytes,
        }
    }

    #[inline]
    fn bit(&mut self, bit: bool) {
        if self.bits == u8::BITS {
            self.bits_at = self.bytes.len();
            self.bits = 0;
            self.bytes.push(0);
        }
        self.bytes[self.bits_at] |= u8::from(bit) << self.bits;
        self.bits += 1;
    }

    fn number(&mut self, value: u64) {
        put_number(self.bytes, value);
    }

    fn signed(&mut self, value: i64) {
        self.number(folded(value));
    }

    /// A place in a list whose first `few` places are the usual ones: as many ones as the place and a zero, or `few` ones and
    /// a number.
    #[inline]
    fn place(&mut self, place: u64, few: u64) {
        for _ in 0..place.min(few) {
            self.bit(true);
        }
        match place.checked_sub(few) {
            None => self.bit(false),
            Some(rest) => self.number(rest),
        }
    }

    /// Refers to one of `count` values, or to none of them.
    #[inline]
    fn point(&mut self, place: Option<usize>, count: usize) {
        for _ in 0..place.unwrap_or(count) {
            self.bit(true);
        }
        if place.is_some() {
            self.bit(false);
        }
    }

    fn request(&mut self, request: u64) {
        let values = self.requests.values();
        let (place, count) = (values.iter().position(|value| *value == request), values.len());
        self.point(place, count);
        if place.is_none() {
            self.bytes.extend_from_slice(&request.to_le_bytes());
            self.requests.add(request);
        }
    }

    fn member(&mut self, member: u32) {
        let values = self.members.values();
        let (place, count) = (values.iter().position(|value| *value == member), values.len());
        self.point(place, count);
        if place.is_none() {
            self.number(member.into());
            self.members.add(member);
        }
    }

    /// A bit, and the value in units of `whole` if it is a multiple of that.
    fn in_wholes(&mut self, value: i64, whole: i64) {
        let is_whole = value % whole == 0;
        self.bit(!is_whole);
        self.signed(if is_whole { value / whole } else { value });
    }

    /// Takes the next byte of a value that stored forms hold as fixed bytes, and writes the value after the last.
    fn fixed(&mut self, byte: u8) {
        let (bytes, count) = &mut self.fixed;
        bytes[*count] = byte;
        *count += 1;
        if *count < bytes.len() {
            return;
        }
        let value = u64::from_le_bytes(*bytes);
        *count = 0;
        match self.take_special() {
            Special::Moment => self.signed(value.cast_signed().wrapping_sub(self.at)),
            Special::Request
            | Special::None
            | Special::Member
            | Special::Number
            | Special::Length
            | Special::Milli => self.request(value),
        }
    }

    fn take_special(&mut self) -> Special {
        std::mem::replace(&mut self.special, Special::None)
    }
}

impl Serializer for &mut CompactWriter<'_> {
    type Ok = ();
    type Error = CodecFault;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Impossible<(), CodecFault>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), CodecFault> {
        self.bit(value);
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), CodecFault> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), CodecFault> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), CodecFault> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), CodecFault> {
        match self.take_special() {
            Special::Length => self.in_wholes(value, HOUR),
            Special::Milli => self.in_wholes(value, POINT.into()),
            Special::None | Special::Request | Special::Moment | Special::Member | Special::Number => {
                self.signed(value);
            }
        }
        Ok(())
    }

    fn serialize_u8(self, value: u8) -> Result<(), CodecFault> {
        match self.special {
            Special::Request | Special::Moment => self.fixed(value),
            Special::None | Special::Member | Special::Number | Special::Length | Special::Milli => {
                self.bytes.push(value);
            }
        }
        Ok(())
    }

    fn serialize_u16(self, value: u16) -> Result<(), CodecFault> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), CodecFault> {
        match self.take_special() {
            Special::Member => self.member(value),
            Special::None
            | Special::Request
            | Special::Moment
            | Special::Number
            | Special::Length
            | Special::Milli => self.number(value.into()),
        }
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), CodecFault> {
        match self.take_special() {
            Special::Number => self.signed(self.number.wrapping_sub(value).cast_signed()),
            Special::None
            | Special::Request
            | Special::Member
            | Special::Moment
            | Special::Length
            | Special::Milli => self.number(value),
        }
        Ok(())
    }

    fn serialize_f32(self, _value: f32) -> Result<(), CodecFault> {
        Err(never())
    }

    fn serialize_f64(self, _value: f64) -> Result<(), CodecFault> {
        Err(never())
    }

    fn serialize_char(self, _value: char) -> Result<(), CodecFault> {
        Err(never())
    }

    /// A bit if it equals the text before, which is referred to only once; else its length and its bytes.
    fn serialize_str(self, text: &str) -> Result<(), CodecFault> {
        if let Some(last) = self.text.take() {
            let is_same = self.bytes[last] == *text.as_bytes();
            self.bit(is_same);
            if is_same {
                return Ok(());
            }
        }
        self.number(text.len() as u64);
        let from = self.bytes.len();
        self.bytes.extend_from_slice(text.as_bytes());
        self.text = Some(from..self.bytes.len());
        Ok(())
    }

    fn serialize_bytes(self, _bytes: &[u8]) -> Result<(), CodecFault> {
        Err(never())
    }

    fn serialize_none(self) -> Result<(), CodecFault> {
        self.bit(false);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), CodecFault> {
        self.bit(true);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), CodecFault> {
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), CodecFault> {
        Ok(())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        place: u32,
        _variant: &'static str,
    ) -> Result<(), CodecFault> {
        self.place(place.into(), PLACES);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), CodecFault> {
        self.special = Special::of(name);
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        place: u32,
        _variant: &'static str,
        value: &T,
    ) -> Result<(), CodecFault> {
        self.place(place.into(), PLACES);
        value.serialize(self)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self, CodecFault> {
        let len = len.ok_or_else(never)?;
        self.place(len as u64, LENGTHS);
        Ok(self)
    }

    fn serialize_tuple(self, _len: usize) -> Result<Self, CodecFault> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Self, CodecFault> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        place: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self, CodecFault> {
        self.place(place.into(), PLACES);
        Ok(self)
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Self::SerializeMap, CodecFault> {
        Err(never())
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Self, CodecFault> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        place: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self, CodecFault> {
        self.place(place.into(), PLACES);
        Ok(self)
    }
}

/// The error for a kind of value that no stored form has.
fn never() -> CodecFault {
    serde::ser::Error::custom("stored forms have integers, texts, choices and lists of them")
}

/// Elements and fields are written one after another, whatever they are part of.
macro_rules! one_after_another {
    ($($of:ident, $function:ident $(, $name:ident)?;)*) => {
        $(impl serde::ser::$of for &mut CompactWriter<'_> {
            type Ok = ();
            type Error = CodecFault;

            fn $function<T: Serialize + ?Sized>(
                &mut self,
                $($name: &'static str,)?
                value: &T,
            ) -> Result<(), CodecFault> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), CodecFault> {
                Ok(())
            }
        })*
    };
}

one_after_another! {
    SerializeSeq, serialize_element;
    SerializeTuple, serialize_element;
    SerializeTupleStruct, serialize_field;
    SerializeTupleVariant, serialize_field;
    SerializeStruct, serialize_field, _name;
    SerializeStructVariant, serialize_field, _name;
}
