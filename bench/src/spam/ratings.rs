//! Ratings that members of a market gave each other (Bitcoin OTC; Kumar and others 2016): predicts who is reported later from
//! what was known before.
//!
//! A rating from -10 to 10 is read as an answer to the rated member: above 0 as a yes, below 0 as a report. For the filter,
//! which does not use reports, the first rating between two members is a request, and a good one in return is an acceptance.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_audit::{Answered, Response, Suspect, suspects};
use acquaint_domain::{MemberId, Outcome, RequestId, Timestamp};
use acquaint_policy::Policy;

use super::curve::area;
use super::network::{Ask, Network};

/// A line of the file.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Rating {
    by: u32,
    about: u32,
    value: i32,
    at: Timestamp,
}

/// How well members who were reported later are separated from the others, by what was known at the cut.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcomes {
    /// The number of members rated both before and after the cut, and of those reported after it.
    pub(crate) members: (usize, usize),
    /// The number of later ratings of members rated before the cut, and of those that are reports.
    pub(crate) ratings: (usize, usize),
    /// For each score, the area over members and over ratings.
    pub(crate) areas: Vec<(&'static str, f64, f64)>,
}

/// Cuts the file in the middle. `None` if it has another format.
pub(crate) fn play(policy: &Policy, text: &str) -> Option<Outcomes> {
    let mut ratings = text.lines().skip(1).map(rating).collect::<Option<Vec<Rating>>>()?;
    ratings.sort_by_key(|rating| rating.at);
    let (before, after) = ratings.split_at(ratings.len() / 2);
    let ranked = suspects(&before.iter().map(response).collect::<Vec<_>>());
    let known: BTreeMap<u32, &Suspect> = ranked.iter().map(|suspect| (suspect.member.0, suspect)).collect();
    let later: Vec<&Rating> = after.iter().filter(|rating| known.contains_key(&rating.about)).collect();
    let members: BTreeSet<u32> = later.iter().map(|rating| rating.about).collect();
    let reports = || later.iter().filter(|rating| rating.value < 0);
    let reported: BTreeSet<u32> = reports().map(|rating| rating.about).collect();
    let scores = filter_scores(policy, before, &members);
    let area_by = |score: &dyn Fn(&Suspect) -> f64| {
        let score = |member: &u32| known.get(member).map_or(0.0, |suspect| score(suspect));
        let of_members = |is: bool| -> Vec<f64> {
            members.iter().filter(|member| reported.contains(member) == is).map(score).collect()
        };
        let of_ratings = |is: bool| -> Vec<f64> {
            later
                .iter()
                .filter(|rating| (rating.value < 0) == is)
                .map(|rating| score(&rating.about))
                .collect()
        };
        (area(&of_members(true), &of_members(false)), area(&of_ratings(true), &of_ratings(false)))
    };
    let by = |name, score: &dyn Fn(&Suspect) -> f64| {
        let (of_members, of_ratings) = area_by(score);
        (name, of_members, of_ratings)
    };
    Some(Outcomes {
        members: (members.len(), reported.len()),
        ratings: (later.len(), reports().count()),
        areas: vec![
            by("plain share of bad ratings", &|suspect| {
                f64::from(suspect.refusals) / f64::from(suspect.answers)
            }),
            by("the agents' ranking", &|suspect| suspect.suspicion),
            by("the filter's score", &|suspect| scores.get(&suspect.member.0).copied().unwrap_or_default()),
            by("how often rated, for comparison", &|suspect| f64::from(suspect.answers)),
        ],
    })
}

fn rating(line: &str) -> Option<Rating> {
    let mut fields = line.split(',');
    let (by, about) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let value = fields.next()?.parse().ok()?;
    let seconds: f64 = fields.next()?.parse().ok()?;
    Some(Rating { by, about, value, at: Timestamp::from_millis((seconds * 1_000.0) as i64) })
}

fn response(rating: &Rating) -> Response {
    let answered = if rating.value < 0 { Answered::No } else { Answered::Yes };
    Response { sender: MemberId(rating.about), recipient: MemberId(rating.by), answered }
}

/// The filter's score for each member's next request to a stranger.
fn filter_scores(policy: &Policy, before: &[Rating], members: &BTreeSet<u32>) -> BTreeMap<u32, f64> {
    let mut network = Network::new(policy);
    let mut joined: BTreeMap<u32, MemberId> = BTreeMap::new();
    let mut open: BTreeMap<(u32, u32), Option<RequestId>> = BTreeMap::new();
    let mut connected: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    let end = before.last().map_or(Timestamp::from_millis(0), |rating| rating.at);
    for rating in before {
        for member in [rating.by, rating.about] {
            joined.entry(member).or_insert_with(|| network.join(rating.at, false));
        }
        let (by, about) = (joined[&rating.by], joined[&rating.about]);
        if let Some(request) = open.get(&(rating.about, rating.by)) {
            if let Some(request) = request.filter(|_| rating.value > 0) {
                network.accepted(about, by, request, rating.at);
                connected.entry(rating.by).or_default().insert(rating.about);
                connected.entry(rating.about).or_default().insert(rating.by);
            }
        } else if rating.value > 0 {
            let nobody = BTreeSet::new();
            let near = |member| connected.get(&member).unwrap_or(&nobody);
            let mutuals = near(rating.by).intersection(near(rating.about)).count() as u32;
            let judged = network
                .send(Ask { sender: by, to: about, mutuals, same_company: false, note: None }, rating.at);
            let is_out = judged.outcome == Outcome::Pass;
            open.insert((rating.by, rating.about), is_out.then_some(judged.request));
        }
    }
    let nobody = MemberId(0);
    let mut score = |member: &u32| {
        let sender = *joined.get(member)?;
        let judged =
            network.send(Ask { sender, to: nobody, mutuals: 0, same_company: false, note: None }, end);
        Some((*member, f64::from(judged.score_milli)))
    };
    members.iter().filter_map(&mut score).collect()
}
