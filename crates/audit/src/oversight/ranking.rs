//! Who sends requests that are not wanted, by everybody's answers: for agents to look at first.
//!
//! INVARIANT (agents only): this reads what recipients did in private, over the whole log. Nothing that a member is
//! shown, and nothing that judges a request, may depend on it; `policy` cannot import this crate.

use std::collections::BTreeMap;

use acquaint_domain::{Event, MemberId, Recorded, RequestRef, connection, incoming};

/// How often trust is weighed again; it settles long before.
const ROUNDS: u32 = 30;

/// How sharply trust falls: at one deviation above the mean suspicion it is 1 in 8.4, one below it 7.4 in 8.4.
const SHARPNESS: f64 = 2.0;

/// So many answers of yes are added to everybody's, so that one refusal proves little.
const YES_BEFOREHAND: f64 = 1.0;

/// What somebody answered to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answered {
    /// The request was accepted.
    Yes,
    /// No: declined, reported, or kept back by a block.
    No,
}

/// An answer to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Response {
    /// Member who sent the request.
    pub sender: MemberId,
    /// Member who answered the request.
    pub recipient: MemberId,
    /// The answer that was given.
    pub answered: Answered,
}

/// Somebody whose requests were answered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suspect {
    /// The member who sent those requests.
    pub member: MemberId,
    /// How many answers there were.
    pub answers: u32,
    /// How many of them were no.
    pub refusals: u32,
    /// The refused part, each answer weighed by how far the one who gave it can be trusted; from 0 to 1.
    pub suspicion: f64,
}

/// The answers that these events report, of both desks.
pub fn responses<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Vec<Response> {
    events.into_iter().flat_map(|recorded| answers(&recorded.event)).collect()
}

/// The answers that one event gives: a block answers every request that it keeps back.
fn answers(event: &Event) -> Vec<Response> {
    match event {
        Event::Incoming(event) => {
            let RequestRef { sender, recipient, .. } = event.ask;
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
        // Two requests that crossed are no answer, and neither is silence.
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

/// Everybody whose requests were answered, the most suspected first; of two alike the lower number.
///
/// A plain share of refusals is beaten by accomplices who say yes. Here an answer counts as much as the one who gave it
/// is trusted, and trusted is whose own requests are welcome: in a ring that is refused everywhere else, the yes of one
/// for another weighs little. (That accepted requests may be bought and refused ones may not is the idea of
/// Rejecto, Cao and others 2015, which looks for the cut between the two groups; this weighs it out, round by round.)
pub fn suspects(responses: &[Response]) -> Vec<Suspect> {
    let mut numbers: BTreeMap<MemberId, usize> = BTreeMap::new();
    for member in responses.iter().flat_map(|response| [response.sender, response.recipient]) {
        let next = numbers.len();
        numbers.entry(member).or_insert(next);
    }
    let place = |member: MemberId| numbers.get(&member).copied().unwrap_or_default();
    let answers: Vec<(usize, usize, bool)> = responses
        .iter()
        .map(|response| {
            (place(response.sender), place(response.recipient), response.answered == Answered::No)
        })
        .collect();
    let mut trust = vec![1.0; numbers.len()];
    let mut suspicion = Vec::new();
    for _ in 0..ROUNDS {
        suspicion = weighed(&answers, &trust);
        trust = trusted(&answers, &suspicion);
    }
    let mut counts = vec![(0, 0); numbers.len()];
    for (sender, _, is_no) in &answers {
        counts[*sender].0 += 1;
        counts[*sender].1 += u32::from(*is_no);
    }
    let with_answers = numbers.iter().filter(|(_, place)| counts[**place].0 > 0);
    let mut suspects: Vec<Suspect> = with_answers
        .map(|(member, place)| {
            let ((answers, refusals), suspicion) = (counts[*place], suspicion[*place]);
            Suspect { member: *member, answers, refusals, suspicion }
        })
        .collect();
    suspects
        .sort_by(|one, other| other.suspicion.total_cmp(&one.suspicion).then(one.member.cmp(&other.member)));
    suspects
}

/// The refused part of everybody's answers, each weighed by the trust in who gave it.
fn weighed(answers: &[(usize, usize, bool)], trust: &[f64]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); trust.len()];
    for (sender, recipient, is_no) in answers {
        let weight = trust[*recipient];
        sums[*sender].0 += if *is_no { weight } else { 0.0 };
        sums[*sender].1 += weight;
    }
    sums.into_iter().map(|(refused, all)| refused / (all + YES_BEFOREHAND)).collect()
}

/// How far everybody can be trusted: less than half for who is suspected more than the average of those who asked.
fn trusted(answers: &[(usize, usize, bool)], suspicion: &[f64]) -> Vec<f64> {
    let mut asked = vec![false; suspicion.len()];
    for (sender, _, _) in answers {
        asked[*sender] = true;
    }
    let known = || suspicion.iter().zip(&asked).filter(|(_, asked)| **asked).map(|(value, _)| *value);
    let count = known().count().max(1) as f64;
    let mean = known().sum::<f64>() / count;
    let deviation = (known().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
    let trust = |(value, asked): (&f64, &bool)| {
        // Nothing is known of who never asked: neither trusted nor suspected.
        let above = if *asked && deviation > 0.0 { (value - mean) / deviation } else { 0.0 };
        1.0 / (1.0 + (SHARPNESS * above).exp())
    };
    suspicion.iter().zip(&asked).map(trust).collect()
}
