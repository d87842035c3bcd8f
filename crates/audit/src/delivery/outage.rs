//! Outages: periods in which the letters of a channel failed, read from the log.

use acquaint_domain::{Channel, Event, FaultChannel, LetterId, Recorded, Timestamp, network};

/// A period in which the letters of a channel failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The channel whose letters failed.
    pub channel: FaultChannel,
    /// Time at which the failures began.
    pub since: Timestamp,
    /// First moment at which the channel worked again; `None` while it does not.
    pub until: Option<Timestamp>,
}

/// The outages until `as_of`, in the order of their beginnings. `faults` are the starts and stops of faults, in log
/// order.
pub fn outages(faults: &[Recorded], as_of: Timestamp) -> Vec<Outage> {
    let mut outages: Vec<Outage> = Vec::new();
    for recorded in faults.iter().filter(|recorded| recorded.at <= as_of) {
        let Event::Network(event) = &recorded.event else { continue };
        match event {
            network::Event::FaultStarted { channel, .. } => {
                let is_open = |outage: &Outage| outage.channel == *channel && outage.until.is_none();
                // Another kind of fault on the same channel belongs to the same outage.
                if !outages.iter().any(is_open) {
                    outages.push(Outage { channel: *channel, since: recorded.at, until: None });
                }
            }
            network::Event::FaultStopped(channel) => {
                let ends = |outage: &&mut Outage| {
                    outage.until.is_none() && (*channel == FaultChannel::All || outage.channel == *channel)
                };
                outages.iter_mut().filter(ends).for_each(|outage| outage.until = Some(recorded.at));
            }
            network::Event::Founded { .. }
            | network::Event::PolicyAdopted { .. }
            | network::Event::CommandRefused(_)
            | network::Event::RequestUnclaimed { .. }
            | network::Event::LookupRecorded(_) => {}
        }
    }
    outages
}

impl Outage {
    /// Whether the outage makes an attempt at `at` fail, for a letter whose send used `channel`.
    pub fn strikes(&self, channel: Option<&Channel>, at: Timestamp) -> bool {
        self.channel.strikes(channel) && self.since <= at && self.until.is_none_or(|until| at <= until)
    }
}

/// When a letter that last failed at `failed_at` is tried again: at `next`, as was planned then, or soon after its
/// channel works again, whichever is earlier.
pub(crate) fn next_attempt(
    outages: &[Outage],
    letter: LetterId,
    channel: Option<&Channel>,
    (failed_at, next): (Timestamp, Timestamp),
) -> Timestamp {
    let ends = outages.iter().filter_map(|outage| outage.until).filter(|end| *end >= failed_at);
    let is_struck = |at: Timestamp| {
        let is_ongoing = |outage: &&Outage| outage.until.is_none_or(|until| at < until);
        outages.iter().filter(is_ongoing).any(|outage| outage.strikes(channel, at))
    };
    let works_since = ends.filter(|end| !is_struck(*end)).min();
    works_since.map_or(next, |works_since| next.min(letter.resumes_at(works_since)))
}
