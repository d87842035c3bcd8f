//! Site-wide incidents: deliveries of many members that fail at the same time (CR0603).
//!
//! Retries become less frequent, so rare failures do not mean that an incident is over: it is over when the channels
//! whose letters failed work again ([`Outage`]).

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::{Channel, Event, EventNumber, LetterId, MemberId, Recorded, Timestamp, letter};
use acquaint_policy::Policy;

use crate::delivery::outage::Outage;

/// Many deliveries that failed at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// Time of its first failure.
    pub since: Timestamp,
    /// Time at which there were enough failures to make it an incident.
    pub opened: Timestamp,
    /// Time of its last failure so far.
    pub last: Timestamp,
    /// Time at which the channels whose letters failed worked again; `None` while one of them still fails. Where no
    /// outage is known, the last failure, once a whole window has passed since.
    pub until: Option<Timestamp>,
    /// Number of failed delivery attempts until `last`, for letters of all kinds: an incident concerns channels,
    /// whatever they carry.
    pub attempts: u32,
    /// Number of members whose letters failed.
    pub senders: u32,
    /// Share of the attempts to deliver requests that failed, from its first failure to its last: in percent, rounded
    /// down. `None` where no request failed.
    pub share_percent: Option<u32>,
    /// The channels of the failed requests. Answers have no channel.
    pub channels: Vec<Channel>,
}

impl Incident {
    /// Whether the incident overlaps this period, both ends included.
    pub fn touches(&self, (first, last): (Timestamp, Timestamp)) -> bool {
        self.since <= last && self.last >= first
    }

    /// The incident with its exact size in words.
    pub(crate) fn sized(&self) -> (&Self, String) {
        let share = share_words(self.share_percent, "");
        let size = format!("{} attempts from {} senders failed{share}", self.attempts, self.senders);
        (self, size)
    }

    /// The incident as members may see it.
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

/// An incident as members may see it: its size rounded to steps, without the names of programs.
///
/// INVARIANT (own desk): only [`Incident::rounded`] makes one, so that it reveals nothing about what another member
/// did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundedIncident(Incident);

impl RoundedIncident {
    pub(crate) fn channels(&self) -> &[Channel] {
        &self.0.channels
    }

    /// The incident with its size in words: lower bounds, and a share rounded to the nearest ten percent.
    pub(crate) fn sized(&self) -> (&Incident, String) {
        let Self(incident) = self;
        let share = share_words(incident.share_percent, "about ");
        let size = format!(
            "at least {} attempts from at least {} senders failed{share}",
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
    /// The letter's id, which names its writer.
    pub letter_id: LetterId,
    /// The event that posted the letter, as the failed attempts give it.
    pub posted_by: Option<EventNumber>,
    /// Number of attempts that failed during the incident.
    pub attempts: u32,
    /// Time of the first of these attempts.
    pub first: Timestamp,
    /// Time of the last of these attempts.
    pub last: Timestamp,
}

/// The letters that an incident delayed, in the order of their first failures. `failures` are all failed attempts, in
/// log order.
pub fn hits(failures: &[&Recorded], incident: &Incident) -> Vec<Hit> {
    let mut hits: Vec<Hit> = Vec::new();
    let mut indexes: BTreeMap<LetterId, usize> = BTreeMap::new();
    for recorded in failures {
        let at = recorded.at;
        let Event::Letter(letter::Event { letter_id, kind: letter::Kind::DeliveryFailed { .. } }) =
            &recorded.event
        else {
            continue;
        };
        if !incident.touches((at, at)) {
            continue;
        }
        let index = *indexes.entry(*letter_id).or_insert(hits.len());
        match hits.get_mut(index) {
            Some(hit) => (hit.attempts, hit.last) = (hit.attempts + 1, at),
            None => {
                let posted_by = recorded.cause;
                hits.push(Hit { letter_id: *letter_id, posted_by, attempts: 1, first: at, last: at });
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

/// Every incident until `as_of`, oldest first. An incident begins when the failed attempts within the window, and their
/// senders, are as many as `policy` says; it ends when the failed channels work again, according to `outages`.
/// `failures` are the failed attempts for letters of all kinds, in log order. `arrivals_before` returns how many
/// attempts to deliver requests had succeeded before an event. The same events always give the same incidents.
pub fn incidents(
    failures: &[&Recorded],
    arrivals_before: &dyn Fn(EventNumber) -> u64,
    outages: &[Outage],
    policy: &Policy,
    as_of: Timestamp,
) -> Vec<Incident> {
    let failures: Vec<FailedAttempt> =
        failures.iter().filter_map(|recorded| failure(recorded, as_of)).collect();
    let mut found: Vec<(FailureRun, Option<OutageEnd>)> = Vec::new();
    for mut run in runs(&failures, policy) {
        // The failures of the earlier run's outages reach into this run, so both are one incident.
        if let Some((earlier, _)) = found.pop_if(|(earlier, _)| run.from <= earlier.to) {
            run = FailureRun { to: run.to.max(earlier.to), ..earlier };
        }
        let end = extend(&mut run, &failures, outages);
        found.push((run, end));
    }
    let incident = |(run, end)| incident(&failures, &run, end, (arrivals_before, policy, as_of));
    found.into_iter().map(incident).collect()
}

/// Later than every recorded moment.
const FOREVER: Timestamp = Timestamp::from_millis(i64::MAX);

/// When the outages of an incident ended.
#[derive(Clone, Copy)]
enum OutageEnd {
    At(Timestamp),
    NotYet,
}

/// Extends the run by the later failures of the same outages. `None` where no outage is known.
fn extend(run: &mut FailureRun, failures: &[FailedAttempt], outages: &[Outage]) -> Option<OutageEnd> {
    let strikes =
        |outage: &Outage, failure: &FailedAttempt| outage.strikes(failure.channel.as_ref(), failure.at);
    let is_part =
        |outage: &&Outage| failures[run.from..=run.to].iter().any(|failure| strikes(outage, failure));
    let parts: Vec<&Outage> = outages.iter().filter(is_part).collect();
    let later =
        failures[run.to..].iter().rposition(|failure| parts.iter().any(|part| strikes(part, failure)));
    run.to += later.unwrap_or(0);
    let last = parts.iter().map(|part| part.until).max_by_key(|until| until.map_or(FOREVER, |at| at))?;
    Some(last.map_or(OutageEnd::NotYet, OutageEnd::At))
}

fn incident(
    failures: &[FailedAttempt],
    FailureRun { from, enough, to }: &FailureRun,
    end: Option<OutageEnd>,
    (arrivals_before, policy, as_of): (&dyn Fn(EventNumber) -> u64, &Policy, Timestamp),
) -> Incident {
    let run = &failures[*from..=*to];
    let last = failures[*to].at;
    let channels: BTreeSet<Channel> = run.iter().filter_map(|failure| failure.channel.clone()).collect();
    Incident {
        since: failures[*from].at,
        opened: failures[*enough].at,
        last,
        until: match end {
            Some(OutageEnd::At(end)) => Some(end),
            Some(OutageEnd::NotYet) => None,
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
                sender: event.letter_id.lane.writer(),
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

/// The share of failures among all attempts to deliver requests, from the first failure of `run` to its last, in
/// percent.
fn share_percent(run: &[FailedAttempt], arrivals_before: &dyn Fn(EventNumber) -> u64) -> Option<u32> {
    let (first, last) = (run.first()?, run.last()?);
    let failed = run.iter().filter(|failure| failure.is_of_request).count() as u64;
    let all = failed + arrivals_before(last.number) - arrivals_before(first.number);
    (failed > 0).then(|| (failed * 100 / all) as u32)
}

/// Consecutive failures, by index: the first, the one at which there were enough for an incident, and the last.
struct FailureRun {
    from: usize,
    enough: usize,
    to: usize,
}

/// The runs of failures whose every window holds enough for an incident; overlapping runs are merged.
fn runs(failures: &[FailedAttempt], policy: &Policy) -> Vec<FailureRun> {
    let mut runs: Vec<FailureRun> = Vec::new();
    let mut first = 0;
    // Number of failures per sender within the window.
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
