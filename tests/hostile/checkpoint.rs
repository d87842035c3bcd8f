//! Arbitrary bytes taken for a view in a checkpoint.

use acquaint_checkpoint::{Snapshot, loaded, saved};
use acquaint_engine::Outbox;
use acquaint_policy::{Ledger, Tally};
use acquaint_projection_requests::Requests;

/// Loads `input` as the view that its first byte names; what is taken for one has exactly these bytes. Returns whether it
/// was taken.
///
/// # Panics
/// When it has others.
pub(crate) fn check(input: &[u8]) -> bool {
    fn taken<T: Snapshot>(bytes: &[u8]) -> bool {
        let view = loaded::<T>(bytes);
        view.is_ok_and(|view| {
            // A table's entries may lie in any order in bytes that nobody saved: as many bytes they are.
            assert_eq!(saved(&view).len(), bytes.len(), "other bytes than it was loaded from");
            true
        })
    }
    match input.split_first() {
        None => false,
        Some((0, bytes)) => taken::<Requests>(bytes),
        Some((1, bytes)) => taken::<Ledger>(bytes),
        Some((2, bytes)) => taken::<Tally>(bytes),
        Some((_, bytes)) => taken::<Outbox>(bytes),
    }
}
