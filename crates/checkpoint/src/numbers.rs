//! Snapshots of numbers and texts.

use std::num::NonZeroU64;

use crate::reader::put_varint;
use crate::{MalformedSnapshot, Snapshot, SnapshotReader};

macro_rules! varint {
    ($($number:ty),*) => {$(
        impl Snapshot for $number {
            fn save(&self, out: &mut Vec<u8>) {
                put_varint(u64::from(*self), out);
            }

            fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
                Self::try_from(bytes.varint()?).map_err(|_| MalformedSnapshot)
            }
        }
    )*};
}

varint!(u16, u32, u64);

impl Snapshot for u8 {
    fn save(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        bytes.byte()
    }
}

impl Snapshot for NonZeroU64 {
    fn save(&self, out: &mut Vec<u8>) {
        self.get().save(out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        Self::new(u64::load(bytes)?).ok_or(MalformedSnapshot)
    }
}

impl Snapshot for usize {
    fn save(&self, out: &mut Vec<u8>) {
        put_varint(*self as u64, out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        Self::try_from(bytes.varint()?).map_err(|_| MalformedSnapshot)
    }
}

impl Snapshot for i64 {
    /// The sign is the lowest bit, so that small numbers of either sign are short.
    fn save(&self, out: &mut Vec<u8>) {
        put_varint((*self << 1 ^ *self >> 63) as u64, out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let number = bytes.varint()?;
        Ok((number >> 1) as Self ^ -((number & 1) as Self))
    }
}

impl Snapshot for u128 {
    /// Sixteen bytes, little-endian: these numbers are random, so a varint would be longer.
    fn save(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        bytes.array().map(Self::from_le_bytes)
    }
}

impl Snapshot for [u8; 32] {
    fn save(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        bytes.array()
    }
}

impl Snapshot for bool {
    fn save(&self, out: &mut Vec<u8>) {
        out.push((*self).into());
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        match bytes.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(MalformedSnapshot),
        }
    }
}

impl Snapshot for String {
    fn save(&self, out: &mut Vec<u8>) {
        save_text(self, out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        load_text(bytes).map(str::to_owned)
    }
}

pub(crate) fn save_text(text: &str, out: &mut Vec<u8>) {
    put_varint(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn load_text<'b>(bytes: &mut SnapshotReader<'b>) -> Result<&'b str, MalformedSnapshot> {
    let length = bytes.count()?;
    str::from_utf8(bytes.take(length)?).map_err(|_| MalformedSnapshot)
}
