//! Reads notes back from the events that hold them.

use acquaint_domain::{EventNumber, Recorded};

use crate::error::StartError;
use crate::read::inquiry::Inquiry;
use crate::read::parties::Submitted;

/// How many events are held in memory at once.
const EVENTS_HELD_MAX: usize = 4096;

impl Inquiry<'_> {
    /// The notes of the requests that these events submitted, in the order of the events. The numbers must ascend, because the
    /// log is read forward. `None` for a request without a note, or whose note was erased.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn notes(&self, submitted_by: &[EventNumber]) -> Result<Vec<Option<String>>, StartError> {
        let mut notes = Vec::with_capacity(submitted_by.len());
        for numbers in submitted_by.chunks(EVENTS_HELD_MAX) {
            notes.extend(self.events(numbers)?.iter().map(note));
        }
        Ok(notes)
    }
}

fn note(recorded: &Recorded) -> Option<String> {
    Submitted::of(&recorded.event)?.entered.held()?.note.clone()
}
