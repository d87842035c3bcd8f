//! Arbitrary bytes taken for a stored event. Also compiled into the fuzz target of the same name.

use acquaint_codec::{decode, encode, peek};

/// Decodes `input`; what is taken for an event can be stored, and is the same event again. Returns whether it was taken.
///
/// # Panics
/// When it is another event after it was stored, or its envelope cannot be read alone.
pub(crate) fn check(input: &[u8]) -> bool {
    let envelope = peek(input);
    let Ok(recorded) = decode(input) else { return false };
    assert!(envelope.is_ok(), "an event whose envelope cannot be read: {envelope:?}");
    assert_eq!(decode(&encode(&recorded)).as_ref(), Ok(&recorded), "another event after it was stored");
    true
}
