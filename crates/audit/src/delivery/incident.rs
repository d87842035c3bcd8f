//! Site-wide incidents: failures that are many members' at the same time (CR0603).
//!
//! Retries come less and less often, so an incident is not over when failures become rare: it is over when the channels
//! whose letters failed work again ([`Outage`]).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::{Channel, Event, EventNumber, LetterId, MemberId, Recorded, Timestamp, letter};
use acquaint_policy::Policy;

use crate::delivery::outage::Outage;

/// Many deliveries that failed at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The first of its failures.
    pub since: Timestamp,
    /// When there were enough of them.
    pub opened: Timestamp,
    /// The last of its failures until now.
    pub last: Timestamp,
    /// When the channels whose letters failed worked again; `None` while one of them still fails. Where no outage is known, the
    /// last failure, once a whole window has passed without enough of them.
    pub until: Option<Timestamp>,
    /// How many attempts at delivering letters failed, until `last`: an incident is about channels, whatever they carried.
    pub attempts: u32,
    /// Of how many writers of letters.
    pub senders: u32,
    /// What share of all attempts at delivering requests, from its first failure to its last, failed: in percent, rounded
    /// down. `None` where none of its failures was a request's.
    pub share_percent: Option<u32>,
    /// The channels that the failed requests came in by. Answers have none.
    pub channels: Vec<Channel>,
}

impl Incident {
    /// Whether it touches this time span, both ends included.
    pub fn touches(&self, (first, last): (Timestamp, Timestamp)) -> bool {
        self.since <= last && self.last >= first
    }

    /// It with its exact size in words.
    pub(crate) fn sized(&self) -> (&Self, String) {
        let share = share_words(self.share_percent, "");
        let size = format!("{} attempts of {} senders failed{share}", self.attempts, self.senders);
        (self, size)
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
            share_percent: self.share_percent.map(|percent| (percent + 5) / 10 * 10),
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

    /// It with its size in words: lower bounds, and a share that is rounded to the nearest step.
    pub(crate) fn sized(&self) -> (&Incident, String) {
        let Self(incident) = self;
        let share = share_words(incident.share_percent, "about ");
        let size = format!(
            "at least {} attempts of at least {} senders failed{share}",
            incident.attempts, incident.senders
        );
        (incident, size)
    }
}

fn share_words(percent: Option<u32>, about: &str) -> String {
    percent.map_or_else(String::new, |percent| format!(" ({about}{percent}% of requests in that time)"))
}

/// A letter that an incident delayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The letter, with its writer.
    pub leg: LetterId,
    /// The event that posted it, as the failed attempts name it.
    pub posted_by: Option<EventNumber>,
    /// How many attempts failed during the incident.
    pub attempts: u32,
    /// The first of them.
    pub first: Timestamp,
    /// The last of them.
    pub last: Timestamp,
}

/// The letters that an incident delayed, in the order in which they first failed. `failures` are all failed attempts, in
/// log order.
pub fn hits(failures: &[&Recorded], incident: &Incident) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    let mut places: BTreeMap<LetterId, usize> = BTreeMap::new();
    for recorded in failures {
        let at = recorded.at;
        let Event::Letter(letter::Event { leg, kind: letter::Kind::DeliveryFailed { .. } }) = &recorded.event
        else {
            continue;
        };
        if !incident.touches((at, at)) {
            continue;
        }
        let place = *places.entry(*leg).or_insert(hits.len());
        match hits.get_mut(place) {
            Some(hit) => (hit.attempts, hit.last) = (hit.attempts + 1, at),
            None => {
                let posted_by = recorded.cause;
                hits.push(Hit { leg: *leg, posted_by, attempts: 1, first: at, last: at });
            }
        }
    }
    hits
}

#[derive(Clone)]
struct FailedAttempt {
    number: EventNumber,
    at: Timestamp,
    sender: MemberId,
    channel: Option<Channel>,
    is_of_request: bool,
}

/// Every incident until `as_of`, oldest first. One begins with at least as many failed attempts of at least as many senders,
/// within the window, as `policy` says, and ends when the channels that failed work again, as `outages` tell. `failures` are
/// the failed attempts, in log order, of letters of all kinds. `arrivals_before` says how many attempts at requests before an
/// event did not fail. The same events give the same incidents.
pub fn incidents(
    failures: &[&Recorded],
    arrivals_before: &dyn Fn(EventNumber) -> u64,
    outages: &[Outage],
    policy: &Policy,
    as_of: Timestamp,
) -> Vec<Incident> {
    let failures: Vec<FailedAttempt> =
        failures.iter().filter_map(|recorded| failure(recorded, as_of)).collect();
    let mut found: Vec<(FailureRun, Option<Ends>)> = Vec::new();
    for mut run in runs(&failures, policy) {
        // The failures of the earlier one's outages reach into this one: it is the same.
        if let Some((earlier, _)) = found.pop_if(|(earlier, _)| run.from <= earlier.to) {
            run = FailureRun { to: run.to.max(earlier.to), ..earlier };
        }
        let ends = extend(&mut run, &failures, outages);
        found.push((run, ends));
    }
    let incident = |(run, ends)| one(&failures, &run, ends, (arrivals_before, policy, as_of));
    found.into_iter().map(incident).collect()
}

/// Later than every moment that is recorded.
const FOREVER: Timestamp = Timestamp::from_millis(i64::MAX);

/// When the outages of an incident are over.
#[derive(Clone, Copy)]
enum Ends {
    At(Timestamp),
    NotYet,
}

/// Takes the later failures of the same outages into the run. `None` where none of them is known.
fn extend(run: &mut FailureRun, failures: &[FailedAttempt], outages: &[Outage]) -> Option<Ends> {
    let strikes =
        |outage: &Outage, failure: &FailedAttempt| outage.strikes(failure.channel.as_ref(), failure.at);
    let is_part =
        |outage: &&Outage| failures[run.from..=run.to].iter().any(|failure| strikes(outage, failure));
    let parts: Vec<&Outage> = outages.iter().filter(is_part).collect();
    let later =
        failures[run.to..].iter().rposition(|failure| parts.iter().any(|part| strikes(part, failure)));
    run.to += later.unwrap_or(0);
    let last = parts.iter().map(|part| part.until).max_by_key(|until| until.map_or(FOREVER, |at| at))?;
    Some(last.map_or(Ends::NotYet, Ends::At))
}

fn one(
    failures: &[FailedAttempt],
    FailureRun { from, enough, to }: &FailureRun,
    ends: Option<Ends>,
    (arrivals_before, policy, as_of): (&dyn Fn(EventNumber) -> u64, &Policy, Timestamp),
) -> Incident {
    let run = &failures[*from..=*to];
    let last = failures[*to].at;
    let channels: BTreeSet<Channel> = run.iter().filter_map(|failure| failure.channel.clone()).collect();
    Incident {
        since: failures[*from].at,
        opened: failures[*enough].at,
        last,
        until: match ends {
            Some(Ends::At(end)) => Some(end),
            Some(Ends::NotYet) => None,
            None => Some(last).filter(|last| last.plus(policy.incidents.window) <= as_of),
        },
        attempts: run.len() as u32,
        senders: senders(run),
        share_percent: share_percent(run, arrivals_before),
        channels: channels.into_iter().collect(),
    }
}

fn failure(recorded: &Recorded, as_of: Timestamp) -> Option<FailedAttempt> {
    if recorded.at > as_of {
        return None;
    }
    match &recorded.event {
        Event::Letter(event) => match &event.kind {
            letter::Kind::DeliveryFailed { request, channel, .. } => Some(FailedAttempt {
                number: recorded.number,
                at: recorded.at,
                sender: event.leg.route.writer(),
                channel: channel.clone(),
                is_of_request: request.is_some(),
            }),
            letter::Kind::DeliveryAbandoned { .. }
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

/// The share of the requests' failures of `run` in all attempts at requests between its first failure and its last.
fn share_percent(run: &[FailedAttempt], arrivals_before: &dyn Fn(EventNumber) -> u64) -> Option<u32> {
    let (first, last) = (run.first()?, run.last()?);
    let failed = run.iter().filter(|failure| failure.is_of_request).count() as u64;
    let all = failed + arrivals_before(last.number) - arrivals_before(first.number);
    (failed > 0).then(|| (failed * 100 / all) as u32)
}

/// A stretch of failures, by its first, the one at which there were enough, and its last.
struct FailureRun {
    from: usize,
    enough: usize,
    to: usize,
}

/// The stretches in which every window's worth of failures is enough; stretches that overlap are one.
fn runs(failures: &[FailedAttempt], policy: &Policy) -> Vec<FailureRun> {
    let mut runs: Vec<FailureRun> = Vec::new();
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
            Some(_) | None => runs.push(FailureRun { from: first, enough: last, to: last }),
        }
    }
    runs
}

fn senders(failures: &[FailedAttempt]) -> u32 {
    failures.iter().map(|failure| failure.sender).collect::<BTreeSet<_>>().len() as u32
}
