//! What one member may see of the log, as a sequence of its own.

use acquaint_domain::{MemberId, Recorded};

use super::Inquiry;
use crate::error::StartError;

impl Inquiry<'_> {
    /// How many events were written at a member's desk: the number of the last that the member may see.
    pub fn own_count(&self, member: MemberId) -> u64 {
        self.views().index.count_of_desk(member)
    }

    /// The events that a member may see after the one with the number `after` in the member's own count, oldest first and
    /// at most `most`, each with that number.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn own_events(
        &self,
        member: MemberId,
        after: u64,
        most: usize,
    ) -> Result<Vec<(u64, Recorded)>, StartError> {
        let numbers = self.views().index.visible_to(member).numbers();
        let skipped = usize::try_from(after).unwrap_or(usize::MAX);
        let counted = (after + 1..).zip(numbers.into_iter().skip(skipped).take(most));
        counted.map(|(own, number)| Ok((own, self.event(number)?))).collect()
    }
}
