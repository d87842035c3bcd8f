//! The note that goes with a request.

use crate::member::folded;

/// A fingerprint of a note that ignores letter case and white space (64-bit FNV-1a with its published constants). It
/// identifies a text, so it is as personal as the note.
pub fn fingerprint(note: &str) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    folded(note).bytes().fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn notes_that_differ_in_case_and_spaces_have_one_fingerprint() {
        assert_eq!(
            fingerprint("Hello  there,\nlet us CONNECT"),
            fingerprint(" hello there, let us connect ")
        );
        assert_ne!(fingerprint("hello"), fingerprint("hello!"));
    }
}
