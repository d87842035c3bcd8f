//! The events that one member may see.

use acquaint_domain::EventNumber;

/// The numbers of the events that a member may see, ascending. Members number events by their rank in it.
pub(crate) struct Visible(pub(super) Vec<u64>);

impl Visible {
    /// The 1-based rank of an event among them.
    pub(crate) fn rank(&self, number: EventNumber) -> u64 {
        self.0.partition_point(|other| *other <= number.0) as u64
    }

    /// The numbers from newest to oldest.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = EventNumber> + '_ {
        self.0.iter().rev().copied().map(EventNumber)
    }

    /// The numbers in order.
    pub(crate) fn numbers(&self) -> Vec<EventNumber> {
        self.0.iter().map(|number| EventNumber(*number)).collect()
    }

    /// How many events there are.
    pub(crate) fn count(&self) -> u64 {
        self.0.len() as u64
    }
}
