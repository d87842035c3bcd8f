//! Senders that a filter has to distinguish by the answers to their requests: an account that asks everybody, a recruiter,
//! and colleagues.

use acquaint_domain::{Code, MemberId, Outcome, RequestId, Span, Timestamp};
use acquaint_policy::Policy;

use super::agenda::Agenda;
use super::chance::Chance;
use super::network::{Ask, Network};

/// The notes of an account that asks everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Text {
    None,
    /// The same text to everybody.
    One,
}

/// When an account that asks everybody was first held and first refused, in whole hours since its first request; `None` for
/// never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stopped {
    pub(crate) held_after_hours: Option<i64>,
    pub(crate) refused_after_hours: Option<i64>,
    /// The number of requests that passed.
    pub(crate) out: usize,
}

#[derive(Clone, Copy, Debug)]
enum Due {
    Send,
    Accept { to: MemberId, request: RequestId },
}

/// The article's own case: 300 requests a day for eight days, nobody accepts, no connections. `hours` is the number of hours
/// a day in which the account is active: 24 is an even pace, 1 a burst.
pub(crate) fn indiscriminate(policy: &Policy, seed: u64, text: Text, hours: f64) -> Stopped {
    let mut network = Network::new(policy);
    let mut chance = Chance::new(seed, "indiscriminate");
    // The account is old and in good standing, which counts in its favour.
    let joined = Timestamp::from_millis(0);
    let sender = network.join(joined, false);
    let start = joined.plus(Span::days(400));
    let mut moments: Vec<Timestamp> = Vec::new();
    for day in 0..8 {
        let morning = start.plus(Span::days(day));
        moments.extend((0..300).map(|_| morning.plus(chance.within_days(hours / 24.0))));
    }
    moments.sort_unstable();
    let first = moments.first().copied().unwrap_or(start);
    let mut stopped = Stopped { held_after_hours: None, refused_after_hours: None, out: 0 };
    for at in moments {
        let to = MemberId(2 + chance.below(1_000_000) as u32);
        let note = (text == Text::One).then_some("Join my webinar on growth, it is free for all of you!");
        let judged = network.send(Ask { sender, to, mutuals: 0, same_company: false, note }, at);
        let hours = at.since(first).as_millis() / 3_600_000;
        match judged.outcome {
            Outcome::Pass => stopped.out += 1,
            Outcome::Hold(_) => _ = stopped.held_after_hours.get_or_insert(hours),
            Outcome::Refuse(Code::DailyLimit) => {}
            Outcome::Refuse(_) => {
                stopped.held_after_hours.get_or_insert(hours);
                stopped.refused_after_hours.get_or_insert(hours);
            }
        }
    }
    stopped
}

/// A recruiter: 20 to 25 requests each working day for eight weeks, to strangers, with individual notes, of which the share
/// `accepted` is accepted. Returns the number of requests, and of those refused or held.
pub(crate) fn recruiter(policy: &Policy, seed: u64, accepted: f64) -> (usize, usize) {
    let mut network = Network::new(policy);
    let mut chance = Chance::new(seed, "recruiter");
    let start = Timestamp::from_millis(0);
    let sender = network.join(start, false);
    let mut agenda = Agenda::new();
    for day in (0..56).filter(|day| day % 7 < 5) {
        let morning = start.plus(Span::days(day));
        for _ in 0..20 + chance.below(6) {
            agenda.put(morning.plus(chance.within_days(0.4)), Due::Send);
        }
    }
    let (mut requests, mut stopped) = (0, 0);
    while let Some((at, due)) = agenda.next() {
        match due {
            Due::Send => {
                requests += 1;
                let to = MemberId(2 + chance.below(1_000_000) as u32);
                let note = super::heavy::own_words(&mut chance);
                let ask = Ask { sender, to, mutuals: 0, same_company: false, note: Some(&note) };
                let judged = network.send(ask, at);
                if judged.outcome != Outcome::Pass {
                    stopped += 1;
                } else if chance.happens(accepted) {
                    let delay = chance.answer_delay();
                    agenda.put(at.plus(delay), Due::Accept { to, request: judged.request });
                }
            }
            Due::Accept { to, request } => network.accepted(sender, to, request, at),
        }
    }
    (requests, stopped)
}

/// Colleagues: 5 to 30 requests within one company in an afternoon, one sentence with the recipient's name in each, from an
/// account of 74 weeks. Nobody has answered yet. Returns the number of requests that were refused or held.
pub(crate) fn colleagues(policy: &Policy, seed: u64) -> usize {
    let mut network = Network::new(policy);
    let mut chance = Chance::new(seed, "colleagues");
    let joined = Timestamp::from_millis(0);
    let sender = network.join(joined, chance.happens(0.5));
    let mut at = joined.plus(Span::days(74 * 7));
    let mut stopped = 0;
    for _ in 0..5 + chance.below(26) {
        let name = super::heavy::name(&mut chance);
        let to = network.join_as(&name, at, true);
        let note =
            format!("Hello {name}, I am new in the office on the third floor and would like to connect.");
        let ask = Ask { sender, to, mutuals: 0, same_company: true, note: Some(&note) };
        stopped += usize::from(network.send(ask, at).outcome != Outcome::Pass);
        at = at.plus(chance.within_days(0.01));
    }
    stopped
}
