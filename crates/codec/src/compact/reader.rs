//! Reading: a deserializer that reads choices from bits.

use serde::de::value::SeqDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, SeqAccess, VariantAccess, Visitor,
};

use super::{
    CodecFault, EnvelopeContext, HOUR, LENGTHS, NamedFields, PLACES, POINT, Special, get_number,
    named_members, named_requests, unfolded,
};
use crate::error::DecodeProblem;

pub(super) struct CompactReader<'de> {
    rest: &'de [u8],
    /// The bits not read yet, the next one lowest.
    bits: u8,
    /// Number of bits not read yet.
    bits_left: u32,
    requests: NamedFields<u64>,
    members: NamedFields<u32>,
    number: u64,
    at: i64,
    /// The last text, if it was not referred to yet: a bit stands for one copy of it, not for many.
    text: Option<&'de str>,
}

type Read<T> = Result<T, CodecFault>;

impl<'de> CompactReader<'de> {
    pub(super) fn new(context: &EnvelopeContext, bytes: &'de [u8]) -> Self {
        Self {
            rest: bytes,
            bits: 0,
            bits_left: 0,
            requests: named_requests(context),
            members: named_members(context),
            number: context.number.0,
            at: context.at.as_millis(),
            text: None,
        }
    }

    /// Checks that nothing is left but zero bits.
    pub(super) fn end(self) -> Read<()> {
        match self.rest.len() {
            0 if self.bits == 0 => Ok(()),
            0 => Err(wrong_number()),
            len => Err(CodecFault(DecodeProblem::LeftOver { len })),
        }
    }

    #[inline]
    fn take(&mut self, len: u64) -> Read<&'de [u8]> {
        let taken = usize::try_from(len).ok().and_then(|len| self.rest.split_at_checked(len));
        let (taken, rest) = taken.ok_or(CodecFault(DecodeProblem::CutOff))?;
        self.rest = rest;
        Ok(taken)
    }

    #[inline]
    fn byte(&mut self) -> Read<u8> {
        let (byte, rest) = self.rest.split_first().ok_or(CodecFault(DecodeProblem::CutOff))?;
        self.rest = rest;
        Ok(*byte)
    }

    #[inline]
    fn bit(&mut self) -> Read<bool> {
        if self.bits_left == 0 {
            self.bits = self.byte()?;
            self.bits_left = u8::BITS;
        }
        let bit = self.bits & 1 != 0;
        self.bits >>= 1;
        self.bits_left -= 1;
        Ok(bit)
    }

    #[inline]
    fn number(&mut self) -> Read<u64> {
        let (value, len) = get_number(self.rest).map_err(CodecFault)?;
        self.rest = &self.rest[len..];
        Ok(value)
    }

    fn narrow<T: TryFrom<u64>>(&mut self) -> Read<T> {
        T::try_from(self.number()?).map_err(|_| wrong_number())
    }

    fn signed(&mut self) -> Read<i64> {
        Ok(unfolded(self.number()?))
    }

    #[inline]
    fn place(&mut self, few: u64) -> Read<u64> {
        for place in 0..few {
            if !self.bit()? {
                return Ok(place);
            }
        }
        self.number()?.checked_add(few).ok_or_else(wrong_number)
    }

    /// Which of `count` values is referred to, if any.
    #[inline]
    fn point(&mut self, count: usize) -> Read<Option<usize>> {
        for place in 0..count {
            if !self.bit()? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    fn request(&mut self) -> Read<u64> {
        if let Some(place) = self.point(self.requests.count)? {
            return Ok(self.requests.values[place]);
        }
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(CodecFault(DecodeProblem::CutOff))?;
        self.rest = rest;
        let request = u64::from_le_bytes(*bytes);
        self.requests.add(request);
        Ok(request)
    }

    fn member(&mut self) -> Read<u32> {
        if let Some(place) = self.point(self.members.count)? {
            return Ok(self.members.values[place]);
        }
        let member = self.narrow()?;
        self.members.add(member);
        Ok(member)
    }

    fn in_wholes(&mut self, whole: i64) -> Read<i64> {
        let whole = if self.bit()? { 1 } else { whole };
        self.signed()?.checked_mul(whole).ok_or_else(wrong_number)
    }

    fn text(&mut self) -> Read<&'de str> {
        if let Some(last) = self.text.take()
            && self.bit()?
        {
            return Ok(last);
        }
        let len = self.number()?;
        let text = std::str::from_utf8(self.take(len)?).map_err(|_| CodecFault(DecodeProblem::NotText))?;
        self.text = Some(text);
        Ok(text)
    }
}

fn wrong_number() -> CodecFault {
    CodecFault(DecodeProblem::Number)
}

/// The error for a kind of value that no stored form has.
fn never<T>() -> Read<T> {
    Err(serde::de::Error::custom("stored forms have integers, texts, choices and lists of them"))
}

impl<'de> Deserializer<'de> for &mut CompactReader<'de> {
    type Error = CodecFault;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Read<V::Value> {
        never()
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_bool(self.bit()?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_u8(self.byte()?)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_u16(self.narrow()?)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_u32(self.narrow()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_i64(self.signed()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.bit()? { visitor.visit_some(self) } else { visitor.visit_none() }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        match Special::of(name) {
            Special::None => visitor.visit_newtype_struct(self),
            Special::Request => visitor.visit_newtype_struct(bytes(self.request()?)),
            Special::Moment => {
                let at = self.at.wrapping_add(self.signed()?);
                visitor.visit_newtype_struct(bytes(at.cast_unsigned()))
            }
            Special::Member => visitor.visit_newtype_struct(self.member()?.into_deserializer()),
            Special::Number => {
                let number = self.number.wrapping_sub(self.signed()?.cast_unsigned());
                visitor.visit_newtype_struct(number.into_deserializer())
            }
            Special::Length => visitor.visit_newtype_struct(self.in_wholes(HOUR)?.into_deserializer()),
            Special::Milli => {
                let milli = i32::try_from(self.in_wholes(POINT.into())?).map_err(|_| wrong_number())?;
                visitor.visit_newtype_struct(milli.into_deserializer())
            }
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let len = self.place(LENGTHS)?;
        visitor.visit_seq(Elements { left: len, reader: self })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Read<V::Value> {
        visitor.visit_seq(Elements { left: len as u64, reader: self })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i128 u128 f32 f64 char string bytes byte_buf unit_struct map identifier ignored_any
    }
}

/// A value that stored forms hold as fixed bytes.
fn bytes(value: u64) -> SeqDeserializer<std::array::IntoIter<u8, 8>, CodecFault> {
    SeqDeserializer::new(value.to_le_bytes().into_iter())
}

struct Elements<'a, 'de> {
    reader: &'a mut CompactReader<'de>,
    left: u64,
}

impl<'de> SeqAccess<'de> for Elements<'_, 'de> {
    type Error = CodecFault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Read<Option<S::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        usize::try_from(self.left).ok()
    }
}

impl<'de> EnumAccess<'de> for &mut CompactReader<'de> {
    type Error = CodecFault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Read<(S::Value, Self)> {
        let place = u32::try_from(self.place(PLACES)?).map_err(|_| wrong_number())?;
        let variant = seed.deserialize(IntoDeserializer::<CodecFault>::into_deserializer(place))?;
        Ok((variant, self))
    }
}

impl<'de> VariantAccess<'de> for &mut CompactReader<'de> {
    type Error = CodecFault;

    fn unit_variant(self) -> Read<()> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Read<S::Value> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.deserialize_tuple(fields.len(), visitor)
    }
}
