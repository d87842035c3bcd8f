//! What follows from a decision about a whole account: it is decided by one small event and carried out in slices.

use crate::event::Event;
use crate::ids::{EventNumber, LetterNumber, MemberId};
use crate::recorded::{Recorded, WithdrawnBy};
use crate::relation::ConnectionName;
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

/// The end of a connection at the desk of a member who closed the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedEnd {
    /// Who closed the account.
    pub member: MemberId,
    /// The other end.
    pub other: MemberId,
    /// Which connection.
    pub name: ConnectionName,
    /// The letter that says so.
    pub letter: LetterNumber,
}

impl Departure {
    /// The member who leaves by this event, and how; `None` for every other event.
    pub fn decided(recorded: &Recorded) -> Option<(MemberId, Self)> {
        let (member, by) = if let Event::MemberBanned(member) = &recorded.event {
            (*member, WithdrawnBy::Enforcement)
        } else if let Event::MemberClosed { member, .. } = &recorded.event {
            (*member, WithdrawnBy::Closure)
        } else {
            return None;
        };
        Some((member, Self { decided_by: recorded.number, at: recorded.at, by }))
    }
}
