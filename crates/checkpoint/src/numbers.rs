//! Snapshots of numbers and texts.

use std::num::NonZeroU64;

use crate::reader::put_varint;
use crate::{Image, Reader, Torn};

macro_rules! varint {
    ($($number:ty),*) => {$(
        impl Image for $number {
            fn save(&self, out: &mut Vec<u8>) {
                put_varint(u64::from(*self), out);
            }

            fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
                Self::try_from(bytes.varint()?).map_err(|_| Torn)
            }
        }
    )*};
}

varint!(u16, u32, u64);

impl Image for u8 {
    fn save(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        bytes.byte()
    }
}

impl Image for NonZeroU64 {
    fn save(&self, out: &mut Vec<u8>) {
        self.get().save(out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        Self::new(u64::load(bytes)?).ok_or(Torn)
    }
}

impl Image for usize {
    fn save(&self, out: &mut Vec<u8>) {
        put_varint(*self as u64, out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        Self::try_from(bytes.varint()?).map_err(|_| Torn)
    }
}

impl Image for i64 {
    /// The sign is the lowest bit, so that small numbers of either sign are short.
    fn save(&self, out: &mut Vec<u8>) {
        put_varint((*self << 1 ^ *self >> 63) as u64, out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        let number = bytes.varint()?;
        Ok((number >> 1) as Self ^ -((number & 1) as Self))
    }
}

impl Image for u128 {
    /// Sixteen bytes, little-endian: these numbers are random, so a varint would be longer.
    fn save(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        bytes.array().map(Self::from_le_bytes)
    }
}

impl Image for [u8; 32] {
    fn save(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        bytes.array()
    }
}

impl Image for bool {
    fn save(&self, out: &mut Vec<u8>) {
        out.push((*self).into());
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        match bytes.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Torn),
        }
    }
}

impl Image for String {
    fn save(&self, out: &mut Vec<u8>) {
        save_text(self, out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        load_text(bytes).map(str::to_owned)
    }
}

pub(crate) fn save_text(text: &str, out: &mut Vec<u8>) {
    put_varint(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn load_text<'b>(bytes: &mut Reader<'b>) -> Result<&'b str, Torn> {
    let length = bytes.count()?;
    str::from_utf8(bytes.take(length)?).map_err(|_| Torn)
}
