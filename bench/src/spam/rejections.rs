//! The rejection graph, after Rejecto (Cao, Sirivianos, Yang and Munagala 2015): 10,000 honest members and 10,000 fakes, 20
//! requests each; fakes' requests are refused with probability 0.7, honest ones with 0.2. Each fake then sends additional
//! requests that accomplices, which are other fakes, accept.

use acquaint_audit::{Answered, Response, Suspect, suspects};
use acquaint_domain::MemberId;

use super::chance::Chance;
use super::curve::area;

const HONEST: usize = 10_000;
const FAKES: usize = 10_000;
const REQUESTS: usize = 20;
/// The number of members that a new one connects with, chosen by preferential attachment.
const ATTACHMENTS: usize = 4;

/// How well fakes are separated from honest members.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Areas {
    /// By the plain share of refusals.
    pub(crate) plain: f64,
    /// By the agents' ranking.
    pub(crate) ranking: f64,
}

/// Builds a graph and ranks its members.
pub(crate) fn play(seed: u64, accomplices: usize) -> Areas {
    let responses = graph(&mut Chance::new(seed, "rejections"), accomplices);
    let ranked = suspects(&responses);
    let is_fake = |member: MemberId| member.0 as usize > HONEST;
    let split = |score: &dyn Fn(&Suspect) -> f64| {
        let of = |fake: bool| -> Vec<f64> {
            ranked.iter().filter(|suspect| is_fake(suspect.member) == fake).map(score).collect()
        };
        area(&of(true), &of(false))
    };
    Areas {
        plain: split(&|suspect| f64::from(suspect.refusals) / f64::from(suspect.answers)),
        ranking: split(&|suspect| suspect.suspicion),
    }
}

/// Builds the graph. Members 1 to `HONEST` are honest, the others are fakes.
fn graph(chance: &mut Chance, accomplices: usize) -> Vec<Response> {
    let ends = ends(chance);
    let mut responses = Vec::new();
    let member = |place: usize| MemberId(place as u32 + 1);
    for sender in 0..HONEST + FAKES {
        let refused = if sender < HONEST { 0.2 } else { 0.7 };
        for _ in 0..REQUESTS {
            let recipient = loop {
                let recipient = ends[chance.below(ends.len())];
                if recipient != sender {
                    break recipient;
                }
            };
            let answered = if chance.happens(refused) { Answered::No } else { Answered::Yes };
            responses.push(Response { sender: member(sender), recipient: member(recipient), answered });
        }
        if sender >= HONEST {
            for _ in 0..accomplices {
                let other = HONEST + (sender - HONEST + 1 + chance.below(FAKES - 1)) % FAKES;
                let (sender, recipient) = (member(sender), member(other));
                responses.push(Response { sender, recipient, answered: Answered::Yes });
            }
        }
    }
    responses
}

/// Every honest member once for each connection, so that a random draw prefers members with more connections.
fn ends(chance: &mut Chance) -> Vec<usize> {
    let mut ends: Vec<usize> = (0..=ATTACHMENTS).collect();
    for newcomer in ATTACHMENTS + 1..HONEST {
        for _ in 0..ATTACHMENTS {
            let other = ends[chance.below(ends.len())];
            ends.extend([newcomer, other]);
        }
    }
    ends
}
