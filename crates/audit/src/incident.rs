//! Site-wide incidents: failures that are many members' at the same time (CR0603).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::{Channel, Event, EventNumber, MemberId, Recorded, Timestamp, letter};
use acquaint_policy::Policy;

/// Many deliveries that failed at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The first of its failures.
    pub since: Timestamp,
    /// When there were enough of them.
    pub opened: Timestamp,
    /// The last of its failures until now.
    pub last: Timestamp,
    /// The last of its failures, once a whole window has passed without enough of them; `None` while it goes on.
    pub until: Option<Timestamp>,
    /// How many attempts failed.
    pub attempts: u32,
    /// Of how many senders.
    pub senders: u32,
    /// What share of all attempts from its first failure to its last failed, in percent, rounded down.
    pub share_percent: u32,
    /// The channels that the failed requests came in by.
    pub channels: Vec<Channel>,
}

impl Incident {
    /// Whether it touches this time span, both ends included.
    pub fn touches(&self, (first, last): (Timestamp, Timestamp)) -> bool {
        self.since <= last && self.last >= first
    }

    /// The incident as members are told of it.
    pub fn rounded(&self) -> RoundedIncident {
        let program = |channel: &Channel| match channel {
            Channel::Api(_) => Channel::Api(String::new()),
            Channel::Web | Channel::Mobile | Channel::Desktop => channel.clone(),
        };
        let mut channels: Vec<Channel> = self.channels.iter().map(program).collect();
        channels.dedup();
        RoundedIncident(Self {
            attempts: self.attempts / 10 * 10,
            senders: self.senders / 5 * 5,
            share_percent: (self.share_percent + 5) / 10 * 10,
            channels,
            ..self.clone()
        })
    }
}

/// An incident as members are told of it: its size in steps, without the names of programs.
///
/// INVARIANT (own desk): made by [`Incident::rounded`] alone, so that nobody reads from it what one other member did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundedIncident(Incident);

impl RoundedIncident {
    pub(crate) fn channels(&self) -> &[Channel] {
        &self.0.channels
    }

    /// The figures, all of them lower bounds but the share, which is rounded to the nearest step.
    pub(crate) fn figures(&self) -> &Incident {
        &self.0
    }
}

#[derive(Clone)]
struct Failure {
    number: EventNumber,
    at: Timestamp,
    sender: MemberId,
    channel: Option<Channel>,
}

/// The incident that touches the time span `about` (first and last failure of the request asked about, both
/// included), among [`incidents`].
pub fn incident(
    failures: &[&Recorded],
    arrivals_before: &dyn Fn(EventNumber) -> u64,
    policy: &Policy,
    about: (Timestamp, Timestamp),
    as_of: Timestamp,
) -> Option<Incident> {
    incidents(failures, arrivals_before, policy, as_of).into_iter().find(|incident| incident.touches(about))
}

/// Every incident until `as_of`, oldest first: at least as many failed attempts of at least as many senders, within the
/// window, as `policy` says. `failures` are the failed attempts at delivering requests, in log order; others are passed
/// over. `arrivals_before` says how
/// many attempts before an event did not fail. The same events give the same incidents.
pub fn incidents(
    failures: &[&Recorded],
    arrivals_before: &dyn Fn(EventNumber) -> u64,
    policy: &Policy,
    as_of: Timestamp,
) -> Vec<Incident> {
    let failures: Vec<Failure> = failures.iter().filter_map(|recorded| failure(recorded, as_of)).collect();
    let runs = runs(&failures, policy);
    runs.into_iter().map(|run| one(&failures, run, arrivals_before, policy, as_of)).collect()
}

fn one(
    failures: &[Failure],
    Run { from, enough, to }: Run,
    arrivals_before: &dyn Fn(EventNumber) -> u64,
    policy: &Policy,
    as_of: Timestamp,
) -> Incident {
    let run = &failures[from..=to];
    let last = failures[to].at;
    let is_over = last.plus(policy.incidents.window) <= as_of;
    let channels: BTreeSet<Channel> = run.iter().filter_map(|failure| failure.channel.clone()).collect();
    Incident {
        since: failures[from].at,
        opened: failures[enough].at,
        last,
        until: is_over.then_some(last),
        attempts: run.len() as u32,
        senders: senders(run),
        share_percent: share_percent(run, arrivals_before),
        channels: channels.into_iter().collect(),
    }
}

fn failure(recorded: &Recorded, as_of: Timestamp) -> Option<Failure> {
    if recorded.at > as_of {
        return None;
    }
    match &recorded.event {
        Event::Letter(event) => match &event.kind {
            letter::Kind::DeliveryFailed { request: Some(_), channel, .. } => {
                let (sender, channel) = (event.leg.route.writer(), channel.clone());
                Some(Failure { number: recorded.number, at: recorded.at, sender, channel })
            }
            letter::Kind::DeliveryFailed { request: None, .. }
            | letter::Kind::DeliveryAbandoned { .. }
            | letter::Kind::RequestArrived { .. }
            | letter::Kind::WithdrawalTaken { .. }
            | letter::Kind::ReminderTaken { .. } => None,
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Connection(_)
        | Event::Outgoing(_)
        | Event::Incoming(_)
        | Event::Oversight(_)
        | Event::Import(_) => None,
    }
}

/// The share of `run` in all attempts between its first and its last.
fn share_percent(run: &[Failure], arrivals_before: &dyn Fn(EventNumber) -> u64) -> u32 {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return 0 };
    let failed = run.len() as u64;
    let all = failed + arrivals_before(last.number) - arrivals_before(first.number);
    (failed * 100 / all) as u32
}

/// A stretch of failures, by its first, the one at which there were enough, and its last.
struct Run {
    from: usize,
    enough: usize,
    to: usize,
}

/// The stretches in which every window's worth of failures is enough; stretches that overlap are one.
fn runs(failures: &[Failure], policy: &Policy) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut first = 0;
    // How often each sender failed in the window.
    let mut senders: BTreeMap<MemberId, u32> = BTreeMap::new();
    for last in 0..failures.len() {
        *senders.entry(failures[last].sender).or_default() += 1;
        while first < last && failures[first].at.plus(policy.incidents.window) <= failures[last].at {
            if let Entry::Occupied(mut count) = senders.entry(failures[first].sender) {
                *count.get_mut() -= 1;
                if *count.get() == 0 {
                    count.remove();
                }
            }
            first += 1;
        }
        let attempts = (last + 1 - first) as u32;
        if attempts < policy.incidents.attempts || (senders.len() as u32) < policy.incidents.senders {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.to >= first => run.to = last,
            Some(_) | None => runs.push(Run { from: first, enough: last, to: last }),
        }
    }
    runs
}

fn senders(failures: &[Failure]) -> u32 {
    failures.iter().map(|failure| failure.sender).collect::<BTreeSet<_>>().len() as u32
}
