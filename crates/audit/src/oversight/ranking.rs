//! Ranks senders of unwanted requests by the answers of all recipients, so that agents know where to look first.
//!
//! INVARIANT (agents only): this reads what recipients did in private, over the whole log. Nothing that a member is
//! shown, and nothing that judges a request, may depend on it; `policy` cannot import this crate.

use std::collections::BTreeMap;

use acquaint_domain::{Event, MemberId, Recorded, RequestRef, connection, incoming};

/// Number of iterations; trust converges long before.
const ROUNDS: u32 = 30;

/// How sharply trust falls: one standard deviation above the mean suspicion it is 1 in 8.4, one below it 7.4 in 8.4.
const SHARPNESS: f64 = 2.0;

/// Number of acceptances added to every sender's answers, so that a single refusal proves little.
const PRIOR_ACCEPTANCES: f64 = 1.0;

/// A recipient's answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answered {
    /// The request was accepted.
    Yes,
    /// The request was declined, reported, or kept back by a block.
    No,
}

/// A recipient's answer to a request, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Response {
    /// Member who sent the request.
    pub sender: MemberId,
    /// Member who answered the request.
    pub recipient: MemberId,
    /// The answer that was given.
    pub answered: Answered,
}

/// A member whose requests were answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suspect {
    /// The member who sent those requests.
    pub member: MemberId,
    /// Number of answers.
    pub answers: u32,
    /// Number of refusals among them.
    pub refusals: u32,
    /// Share of refusals, with each answer weighted by the trust in the member who gave it; from 0 to 1.
    pub suspicion: f64,
}

/// The answers that these events record.
pub fn responses<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Vec<Response> {
    events.into_iter().flat_map(|recorded| answers(&recorded.event)).collect()
}

/// The answers that one event records: a block answers every request that it keeps back.
fn answers(event: &Event) -> Vec<Response> {
    match event {
        Event::Incoming(event) => {
            let RequestRef { sender, recipient, .. } = event.request_ref;
            let answered = answered(&event.kind);
            answered.map(|answered| Response { sender, recipient, answered }).into_iter().collect()
        }
        Event::Connection(event) => match &event.kind {
            connection::Kind::Blocked { files } => {
                let (sender, recipient, answered) = (event.other, event.member, Answered::No);
                files.iter().map(|_| Response { sender, recipient, answered }).collect()
            }
            connection::Kind::Unblocked
            | connection::Kind::Recorded { .. }
            | connection::Kind::Disconnected { .. }
            | connection::Kind::Closed { .. }
            | connection::Kind::AcceptanceTaken { .. }
            | connection::Kind::AcceptanceLapsed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => Vec::new(),
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Outgoing(_)
        | Event::Letter(_)
        | Event::Oversight(_)
        // What another network shows of an answer says nothing about how requests are received here.
        | Event::Import(_) => Vec::new(),
    }
}

const fn answered(kind: &incoming::Kind) -> Option<Answered> {
    match kind {
        incoming::Kind::Accepted { .. } => Some(Answered::Yes),
        incoming::Kind::Declined | incoming::Kind::Reported => Some(Answered::No),
        // Crossed requests are not answers, and neither is silence.
        incoming::Kind::Crossed { .. }
        | incoming::Kind::Dismissed
        | incoming::Kind::Delivered { .. }
        | incoming::Kind::Held { .. }
        | incoming::Kind::Filed { .. }
        | incoming::Kind::FiledByClosure
        | incoming::Kind::Merged { .. }
        | incoming::Kind::Shown => None,
    }
}

/// Every member whose requests were answered, the most suspect first; equals are ordered by member number.
///
/// Accomplices who accept each other's requests defeat a plain share of refusals. Here an answer counts as much as its
/// author is trusted, and members are trusted whose own requests are welcome: in a ring that everybody else refuses, an
/// acceptance by another member of the ring weighs little. (The idea that acceptances can be bought and refusals cannot
/// comes from Rejecto, Cao and others 2015, which looks for the cut between the two groups; this iterates weights.)
pub fn suspects(responses: &[Response]) -> Vec<Suspect> {
    let mut indexes: BTreeMap<MemberId, usize> = BTreeMap::new();
    for member in responses.iter().flat_map(|response| [response.sender, response.recipient]) {
        let next = indexes.len();
        indexes.entry(member).or_insert(next);
    }
    let index = |member: MemberId| indexes.get(&member).copied().unwrap_or_default();
    let answers: Vec<(usize, usize, bool)> = responses
        .iter()
        .map(|response| {
            (index(response.sender), index(response.recipient), response.answered == Answered::No)
        })
        .collect();
    let mut trust = vec![1.0; indexes.len()];
    let mut suspicion = Vec::new();
    for _ in 0..ROUNDS {
        suspicion = weighted_refusals(&answers, &trust);
        trust = trust_in(&answers, &suspicion);
    }
    let mut counts = vec![(0, 0); indexes.len()];
    for (sender, _, is_no) in &answers {
        counts[*sender].0 += 1;
        counts[*sender].1 += u32::from(*is_no);
    }
    let with_answers = indexes.iter().filter(|(_, index)| counts[**index].0 > 0);
    let mut suspects: Vec<Suspect> = with_answers
        .map(|(member, index)| {
            let ((answers, refusals), suspicion) = (counts[*index], suspicion[*index]);
            Suspect { member: *member, answers, refusals, suspicion }
        })
        .collect();
    suspects
        .sort_by(|one, other| other.suspicion.total_cmp(&one.suspicion).then(one.member.cmp(&other.member)));
    suspects
}

/// Every sender's share of refusals, with each answer weighted by the trust in its author.
fn weighted_refusals(answers: &[(usize, usize, bool)], trust: &[f64]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); trust.len()];
    for (sender, recipient, is_no) in answers {
        let weight = trust[*recipient];
        sums[*sender].0 += if *is_no { weight } else { 0.0 };
        sums[*sender].1 += weight;
    }
    sums.into_iter().map(|(refused, all)| refused / (all + PRIOR_ACCEPTANCES)).collect()
}

/// The trust in every member: below one half for a sender who is more suspect than the average sender.
fn trust_in(answers: &[(usize, usize, bool)], suspicion: &[f64]) -> Vec<f64> {
    let mut asked = vec![false; suspicion.len()];
    for (sender, _, _) in answers {
        asked[*sender] = true;
    }
    let known = || suspicion.iter().zip(&asked).filter(|(_, asked)| **asked).map(|(value, _)| *value);
    let count = known().count().max(1) as f64;
    let mean = known().sum::<f64>() / count;
    let deviation = (known().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    let trust = |(value, asked): (&f64, &bool)| {
        // Nothing is known about a member who never asked: trust of one half.
        let above = if *asked && deviation > 0.0 { (value - mean) / deviation } else { 0.0 };
        1.0 / (1.0 + (SHARPNESS * above).exp())
    };
    suspicion.iter().zip(&asked).map(trust).collect()
}
