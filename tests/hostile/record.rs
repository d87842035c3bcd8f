//! Arbitrary bytes as a stored event. Also compiled into the fuzz target of the same name.

use acquaint_codec::{decode, encode, peek};

/// Decodes `input`, encodes the event and decodes it again. Returns whether `input` was accepted.
///
/// # Panics
/// If the event changes on the way, or if its envelope cannot be read alone.
pub(crate) fn check(input: &[u8]) -> bool {
    let envelope = peek(input);
    let Ok(recorded) = decode(input) else { return false };
    assert!(envelope.is_ok(), "an event whose envelope cannot be read: {envelope:?}");
    assert_eq!(decode(&encode(&recorded)).as_ref(), Ok(&recorded), "the event changed when it was stored");
    true
}
