//! What follows from a decision about a whole account: it is decided by one small event and carried out in slices.

use crate::account;
use crate::event::Event;
use crate::ids::{EventNumber, MemberId};
use crate::recorded::{Recorded, WithdrawnBy};
use crate::time::Timestamp;

/// A ban or a closure, whose consequences may not all be carried out yet: withdrawals of what the member has open, and for a
/// closure the ends of the member's connections and the filing of requests to the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Departure {
    /// The event that decided it. Only what was there before that event is affected.
    pub decided_by: EventNumber,
    /// When it was decided.
    pub at: Timestamp,
    /// On whose account the member's open requests are withdrawn.
    pub by: WithdrawnBy,
}

impl Departure {
    /// The member who leaves by this event, and how; `None` for every other event.
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
