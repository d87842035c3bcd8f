//! How far the log is durable, as those who wait are told.

use acquaint_domain::EventNumber;

pub(super) struct Durable {
    /// The last event that is in the log.
    pub(super) upto: EventNumber,
    /// Why nothing more will be; `None` while the log works.
    pub(super) stopped: Option<String>,
}

impl Durable {
    /// Everything up to this event is in the log.
    ///
    /// INVARIANT (durable never goes back): two threads append. One says that its batch is durable, and before it says so for
    /// the last time the other may have appended the next batch: a reader of that one would wait for ever.
    pub(super) fn reach(&mut self, upto: EventNumber) {
        self.upto = self.upto.max(upto);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_durable_stays_so_when_the_thread_of_an_earlier_batch_speaks_last() {
        let mut durable = Durable { upto: EventNumber(2), stopped: None };
        for (reached, upto) in [(5, 5), (7, 7), (5, 7)] {
            durable.reach(EventNumber(reached));
            assert_eq!(durable.upto, EventNumber(upto));
        }
    }
}
