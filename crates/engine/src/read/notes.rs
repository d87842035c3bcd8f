//! What was typed, read again from the events that hold it.

use acquaint_domain::{EventNumber, Recorded};

use crate::error::StartError;
use crate::read::inquiry::Inquiry;
use crate::read::parties::Submitted;

/// So many events are held at once.
const HELD_LEN_MAX: usize = 4096;

impl Inquiry<'_> {
    /// The notes that were typed for requests which these events submitted, in the order of the events, whose numbers ascend:
    /// the log is read forward. `None` for one that was erased.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn notes(&self, submitted_by: &[EventNumber]) -> Result<Vec<Option<String>>, StartError> {
        let mut notes = Vec::with_capacity(submitted_by.len());
        for some in submitted_by.chunks(HELD_LEN_MAX) {
            notes.extend(self.events(some)?.iter().map(note));
        }
        Ok(notes)
    }
}

fn note(recorded: &Recorded) -> Option<String> {
    Submitted::of(&recorded.event)?.typed.held()?.note.clone()
}
