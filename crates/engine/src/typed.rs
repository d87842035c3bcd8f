//! What was typed, read again from the events that hold it.

use acquaint_domain::{Event, EventNumber, Inherited, Personal, Recorded, Typed, import, outgoing};

use crate::error::OpenError;
use crate::inquiry::Inquiry;

/// So many events are held at once.
const HELD_LEN_MAX: usize = 4096;

impl Inquiry<'_> {
    /// The notes that were typed for requests which these events submitted, in the order of the events, whose numbers ascend:
    /// the log is read forward. `None` for one that was erased.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn notes(&self, submitted_by: &[EventNumber]) -> Result<Vec<Option<String>>, OpenError> {
        let mut notes = Vec::with_capacity(submitted_by.len());
        for some in submitted_by.chunks(HELD_LEN_MAX) {
            notes.extend(self.events(some)?.into_iter().map(note));
        }
        Ok(notes)
    }
}

fn note(recorded: Recorded) -> Option<String> {
    if let Event::Outgoing(outgoing::Event {
        kind: outgoing::Kind::Submitted { typed: Personal::Held(Typed { note, .. }), .. },
        ..
    })
    | Event::Import(import::Event::Inherited(Inherited::RequestInherited {
        typed: Personal::Held(Typed { note, .. }),
        ..
    })) = recorded.event
    {
        note
    } else {
        None
    }
}
