//! Arbitrary bytes taken for a view in a checkpoint.

use acquaint_checkpoint::{Snapshot, loaded, saved};
use acquaint_engine::Outbox;
use acquaint_policy::{Ledger, Tally};
use acquaint_projection_requests::Requests;

/// Loads `input` as the view that its first byte names, and saves it again. Returns whether it was accepted.
///
/// # Panics
/// If the saved view has another length than `input`.
pub(crate) fn check(input: &[u8]) -> bool {
    fn taken<T: Snapshot>(bytes: &[u8]) -> bool {
        let view = loaded::<T>(bytes);
        view.is_ok_and(|view| {
            // Arbitrary bytes may hold the entries of a table in any order, so only the lengths are compared.
            assert_eq!(saved(&view).len(), bytes.len(), "saved in another length than it was loaded from");
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
