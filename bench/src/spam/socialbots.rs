//! Socialbots among honest members, after Boshmaf, Muslukhov, Beznosov and Ripeanu (2011): 102 bots, at most 25 requests
//! a day each, eight weeks; about 50 requests each to strangers, 19.3 % accepted, then about 34 each to friends of those
//! who accepted, 59.1 % accepted.
//!
//! What the study does not say is chosen to the filter's disadvantage: a bot's account is as old as an honest member's, its
//! requests come at random times and without notes, and it sends its requests to strangers at a pace of 4 to 25 a day, so the
//! fastest bots have sent all of them by their second day.

use acquaint_domain::{MemberId, Outcome, RequestId, Span, Timestamp};
use acquaint_policy::Policy;

use super::agenda::Agenda;
use super::chance::Chance;
use super::network::{Ask, Network};

pub(crate) const BOTS: usize = 102;
pub(crate) const HONEST: usize = 10_000;
const DAYS: i64 = 56;
const STRANGERS: usize = 5_053;
const FRIENDS_OF_FRIENDS: usize = 3_517;
/// The start of the simulation, when accounts are up to three years old.
const START: Timestamp = Timestamp::from_millis(3 * 365 * 86_400_000);

/// How honest members differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Honesty {
    /// A geometric number of requests with mean 6; all members have the same probabilities.
    Geometric,
    /// A number of requests whose geometric mean is 6 (log-normal, deviation 1): some send a hundred.
    LogNormal,
    /// Like `LogNormal`, but members differ in the share of strangers that they ask (beta, mean 30 %) and in the share that
    /// accepts (beta, mean 70 %).
    Various,
}

/// The results of a simulation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcomes {
    /// Bots whose requests stopped passing at some time in their first two weeks, until the end of these weeks.
    pub(crate) stopped: usize,
    /// The number of requests of each bot that passed in its first two weeks, in ascending order.
    pub(crate) out_early: Vec<usize>,
    /// The number of requests of all bots that passed in eight weeks.
    pub(crate) out: usize,
    /// The number of requests that all bots tried to send.
    pub(crate) tried: usize,
    /// Honest members with any refused or held request.
    pub(crate) harmed: usize,
    /// The number of requests that honest members sent.
    pub(crate) honest_sent: usize,
}

#[derive(Clone, Copy, Debug)]
enum Due {
    /// A member sends a request; `answer` is the delay of its acceptance, if it would be accepted.
    Send {
        member: usize,
        is_stranger: bool,
        answer: Option<Span>,
    },
    Accept {
        member: usize,
        to: MemberId,
        request: RequestId,
    },
}

#[derive(Clone, Debug, Default)]
struct Tally {
    early: usize,
    blocked_last: Option<Timestamp>,
    out_last: Option<Timestamp>,
    was_stopped: bool,
    acceptors: usize,
}

struct World<'a> {
    network: Network<'a>,
    agenda: Agenda<Due>,
    members: Vec<MemberId>,
    tallies: Vec<Tally>,
    chance: Chance,
    outcomes: Outcomes,
}

/// Plays eight weeks.
pub(crate) fn play(policy: &Policy, seed: u64, honesty: Honesty) -> Outcomes {
    let mut world = World {
        network: Network::new(policy),
        agenda: Agenda::new(),
        members: Vec::new(),
        tallies: vec![Tally::default(); BOTS + HONEST],
        chance: Chance::new(seed, "socialbots"),
        outcomes: Outcomes::default(),
    };
    world.join();
    for bot in 0..BOTS {
        world.plan_bot(bot);
    }
    for member in BOTS..BOTS + HONEST {
        world.plan_honest(member, honesty);
    }
    while let Some((at, due)) = world.agenda.next() {
        match due {
            Due::Send { member, is_stranger, answer } => world.send(member, is_stranger, answer, at),
            Due::Accept { member, to, request } => {
                world.network.accepted(world.members[member], to, request, at);
                world.tallies[member].acceptors += 1;
            }
        }
    }
    world.sum()
}

impl World<'_> {
    /// Bots and honest members join in random order in the three years before; bots have no connections yet.
    fn join(&mut self) {
        let mut joins: Vec<(Span, usize)> =
            (0..BOTS + HONEST).map(|member| (self.chance.within_days(1_095.0), member)).collect();
        joins.sort_unstable();
        self.members = vec![MemberId(0); BOTS + HONEST];
        for (when, member) in joins {
            let connections = member >= BOTS;
            self.members[member] = self.network.join(Timestamp::from_millis(0).plus(when), connections);
        }
    }

    fn plan_bot(&mut self, bot: usize) {
        let share = |of: usize| of / BOTS + usize::from(bot < of % BOTS);
        let pace = 4.0 + self.chance.part() * 21.0;
        let strangers = share(STRANGERS);
        for _ in 0..strangers {
            let at = START.plus(self.chance.within_days(strangers as f64 / pace));
            let answer = self.answer(0.193);
            self.agenda.put(at, Due::Send { member: bot, is_stranger: true, answer });
        }
        let two_weeks = START.plus(Span::days(14));
        for _ in 0..share(FRIENDS_OF_FRIENDS) {
            let at = two_weeks.plus(self.chance.within_days((DAYS - 14) as f64));
            let answer = self.answer(0.591);
            self.agenda.put(at, Due::Send { member: bot, is_stranger: false, answer });
        }
    }

    /// Requests come in sessions of three, minutes apart.
    fn plan_honest(&mut self, member: usize, honesty: Honesty) {
        let chance = &mut self.chance;
        let requests = match honesty {
            Honesty::Geometric => chance.geometric(6.0),
            Honesty::LogNormal | Honesty::Various => (6.0 * chance.normal().exp()).round() as usize,
        };
        let (strangers, accepted) = match honesty {
            Honesty::Geometric | Honesty::LogNormal => (0.3, 0.71),
            Honesty::Various => (ranked(chance, 7), ranked(chance, 3)),
        };
        let mut at = START;
        for number in 0..requests {
            at = if number % 3 == 0 {
                START.plus(chance.within_days(DAYS as f64))
            } else {
                at.plus(chance.within_days(0.01))
            };
            let is_stranger = chance.happens(strangers);
            let answer = chance.happens(accepted).then(|| chance.answer_delay());
            self.agenda.put(at, Due::Send { member, is_stranger, answer });
        }
    }

    fn answer(&mut self, probability: f64) -> Option<Span> {
        self.chance.happens(probability).then(|| self.chance.answer_delay())
    }

    fn send(&mut self, member: usize, is_stranger: bool, answer: Option<Span>, at: Timestamp) {
        let is_bot = member < BOTS;
        // A bot can ask friends of friends only after somebody has accepted.
        if is_bot && !is_stranger && self.tallies[member].acceptors == 0 {
            return;
        }
        let to = self.members[BOTS + self.chance.below(HONEST)];
        let mutuals = if is_stranger { 0 } else { self.chance.geometric(2.0) as u32 };
        let judged = self
            .network
            .send(Ask { sender: self.members[member], to, mutuals, same_company: false, note: None }, at);
        let has_passed = judged.outcome == Outcome::Pass;
        let tally = &mut self.tallies[member];
        if has_passed {
            tally.out_last = Some(at);
            if let Some(delay) = answer {
                self.agenda.put(at.plus(delay), Due::Accept { member, to, request: judged.request });
            }
        } else {
            tally.was_stopped = true;
        }
        let is_early = at.since(START) < Span::days(14);
        if is_bot {
            self.outcomes.tried += 1;
            self.outcomes.out += usize::from(has_passed);
            tally.early += usize::from(has_passed && is_early);
            if is_early {
                tally.blocked_last = if has_passed { None } else { tally.blocked_last.or(Some(at)) };
            }
        } else {
            self.outcomes.honest_sent += 1;
        }
    }

    fn sum(mut self) -> Outcomes {
        let (bots, honest) = self.tallies.split_at(BOTS);
        self.outcomes.stopped = bots.iter().filter(|tally| tally.blocked_last.is_some()).count();
        self.outcomes.out_early = bots.iter().map(|tally| tally.early).collect();
        self.outcomes.out_early.sort_unstable();
        self.outcomes.harmed = honest.iter().filter(|tally| tally.was_stopped).count();
        self.outcomes
    }
}

/// The `rank`th largest of nine random numbers: a beta distribution with mean 1 - rank / 10.
fn ranked(chance: &mut Chance, rank: usize) -> f64 {
    let mut parts: [f64; 9] = std::array::from_fn(|_| chance.part());
    parts.sort_unstable_by(|one, other| other.total_cmp(one));
    parts[rank - 1]
}
