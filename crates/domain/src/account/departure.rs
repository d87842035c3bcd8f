//! Bans and closures: one small event decides them, and their consequences are recorded in slices.

use crate::account;
use crate::event::Event;
use crate::ids::{EventNumber, MemberId};
use crate::recorded::{Recorded, WithdrawnBy};
use crate::time::Timestamp;

/// A ban or a closure, whose consequences may not all be recorded yet: the member's open requests are withdrawn, and after a
/// closure the member's connections end and requests to the member are filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Departure {
    /// The event that decided it. Only what existed before that event is affected.
    pub decided_by: EventNumber,
    /// When it was decided.
    pub at: Timestamp,
    /// What withdraws the member's open requests.
    pub by: WithdrawnBy,
}

impl Departure {
    /// The member whom this event bans or whose account it closes, and the departure; `None` for every other event.
    pub fn decided(recorded: &Recorded) -> Option<(MemberId, Self)> {
        let Event::Account(account::Event { member, kind }) = &recorded.event else { return None };
        let by = match kind {
            account::Kind::Banned => WithdrawnBy::Enforcement,
            account::Kind::Closed { .. } => WithdrawnBy::Closure,
            account::Kind::Added { .. }
            | account::Kind::Changed { .. }
            | account::Kind::Restricted { .. }
            | account::Kind::RestrictionLifted
            | account::Kind::ContactsImported { .. }
            | account::Kind::SettingsChanged { .. }
            | account::Kind::SendChecked => return None,
        };
        Some((*member, Self { decided_by: recorded.number, at: recorded.at, by }))
    }
}
