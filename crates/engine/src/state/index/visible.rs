//! The events that one member may see.

use acquaint_domain::EventNumber;

/// The events that a member may see, by which the member counts.
pub(crate) struct Visible(pub(super) Vec<u64>);

impl Visible {
    /// The place of an event among them, from 1.
    pub(crate) fn place(&self, number: EventNumber) -> u64 {
        self.0.partition_point(|other| *other <= number.0) as u64
    }

    /// From the newest to the oldest.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = EventNumber> + '_ {
        self.0.iter().rev().copied().map(EventNumber)
    }

    /// Their numbers, in order.
    pub(crate) fn numbers(&self) -> Vec<EventNumber> {
        self.0.iter().map(|number| EventNumber(*number)).collect()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.0.len() as u64
    }
}
