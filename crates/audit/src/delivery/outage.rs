//! When letters of a channel failed, as the log says.

use acquaint_domain::{Channel, Event, FaultChannel, LetterId, Recorded, Timestamp, network};

/// A time in which letters of a channel failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The channel whose letters failed.
    pub channel: FaultChannel,
    /// Time at which the failures began.
    pub since: Timestamp,
    /// The first moment at which the channel works again; `None` while it does not.
    pub until: Option<Timestamp>,
}

/// The outages until `as_of`, by when they began. `faults` are the beginnings and ends of faults, in log order.
pub fn outages(faults: &[Recorded], as_of: Timestamp) -> Vec<Outage> {
    let mut outages: Vec<Outage> = Vec::new();
    for recorded in faults.iter().filter(|recorded| recorded.at <= as_of) {
        let Event::Network(event) = &recorded.event else { continue };
        match event {
            network::Event::FaultStarted { channel, .. } => {
                let is_open = |outage: &Outage| outage.channel == *channel && outage.until.is_none();
                // Another kind of fault of the same channel is the same outage.
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
    /// Whether it makes an attempt at `at` fail, of a letter that came in by `channel`.
    pub fn strikes(&self, channel: Option<&Channel>, at: Timestamp) -> bool {
        self.channel.strikes(channel) && self.since <= at && self.until.is_none_or(|until| at <= until)
    }
}

/// When a letter that failed last at `failed_at` is tried again: at `next`, as was planned then, or soon after its channel
/// works again, if that is earlier.
pub(crate) fn next_attempt(
    outages: &[Outage],
    leg: LetterId,
    channel: Option<&Channel>,
    (failed_at, next): (Timestamp, Timestamp),
) -> Timestamp {
    let ends = outages.iter().filter_map(|outage| outage.until).filter(|end| *end >= failed_at);
    let is_struck = |at: Timestamp| {
        let goes_on = |outage: &&Outage| outage.until.is_none_or(|until| at < until);
        outages.iter().filter(goes_on).any(|outage| outage.strikes(channel, at))
    };
    let works_since = ends.filter(|end| !is_struck(*end)).min();
    works_since.map_or(next, |works_since| next.min(leg.resumes_at(works_since)))
}
