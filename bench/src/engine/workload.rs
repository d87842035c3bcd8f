//! Workload W: members send, answer, withdraw, block and disconnect over 30 days. The same seed gives the same workload.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::model::{Model, Outcome};
use crate::random::Random;

/// The size of a workload.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) members: u32,
    pub(crate) requests: u32,
}

/// The kind of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Act {
    Send,
    Accept,
    Decline,
    Withdraw,
    Block,
    Unblock,
    Disconnect,
    /// Restricts `member` until this time, in milliseconds since 1970; there is no `other`.
    Restrict(i64),
}

/// A command and its expected outcome.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Milliseconds since 1970.
    pub(super) at: i64,
    pub(super) act: Act,
    /// The member who acts or is restricted; numbers start at 1.
    pub(super) member: u32,
    /// The other member.
    pub(super) other: u32,
    /// The place of the note in `notes`: offset and length.
    note: (u32, u8),
    pub(super) outcome: Outcome,
    /// The number of steps, from the first on, that have to be done before this one so that the outcome is certain.
    pub(super) after: u32,
}

/// An act in a real input.
#[derive(Clone, Copy, Debug)]
pub(super) struct ObservedAct {
    /// Seconds since some fixed time.
    pub(super) at: f64,
    pub(super) act: Act,
    /// Consecutive numbers from 1.
    pub(super) member: u32,
    pub(super) other: u32,
}

/// Commands in order of time.
#[derive(Debug)]
pub(super) struct Workload {
    pub(super) members: u32,
    pub(super) steps: Vec<Step>,
    notes: String,
}

/// 1 January 2026.
pub(super) const BEGIN: i64 = 1_767_225_600_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const DAYS: i64 = 30 * DAY;
/// The number of members around a sender who get half of the requests.
const NEIGHBOURS: u64 = 2_000;
/// A crossing answers one of this many latest delivered requests.
const RECENT: usize = 256;
/// Spreads ranks over member numbers; coprime to every number of members used here.
const SPREAD: u64 = 7_919;
/// From this many sends in a day, the order of a sender's commands may matter.
const NEAR_LIMIT: usize = 200;

impl Workload {
    pub(super) fn generate(scale: Scale, seed: u64) -> Workload {
        let mut maker = Maker::new(scale, seed);
        let gap = DAYS / i64::from(scale.requests);
        for index in 0..i64::from(scale.requests) {
            let at = BEGIN + index * gap;
            maker.follow_up(at);
            if maker.random.unit() < 0.002 {
                let until = at + HOUR + (maker.random.unit() * (12 * HOUR) as f64) as i64;
                let member = maker.sender();
                maker.step(at, Act::Restrict(until), member, 0);
            }
            maker.send(at);
        }
        maker.follow_up(BEGIN + DAYS);
        Workload { members: scale.members, steps: maker.steps, notes: maker.notes }
    }

    /// Builds a workload from the acts of a real input, in order of time; its years are scaled to W's 30 days.
    pub(super) fn of(acts: &[ObservedAct]) -> Workload {
        let members = acts.iter().map(|act| act.member.max(act.other)).max().unwrap_or(0);
        let mut maker = Maker::new(Scale { members, requests: 0 }, 0);
        let (first, last) = (acts.first().map_or(0.0, |act| act.at), acts.last().map_or(0.0, |act| act.at));
        let length = (last - first).max(1.0);
        for ObservedAct { at, act, member, other } in acts {
            let at = BEGIN + ((at - first) / length * DAYS as f64) as i64;
            maker.step(at, *act, *member, *other);
        }
        Workload { members, steps: maker.steps, notes: maker.notes }
    }

    /// The note of a send.
    pub(super) fn note(&self, step: &Step) -> Option<&str> {
        let (from, length) = (step.note.0 as usize, usize::from(step.note.1));
        (length > 0).then(|| &self.notes[from..from + length])
    }
}

/// Time, sequence number of planning, act, member, other member.
type Planned = (i64, u64, Act, u32, u32);

struct Maker {
    random: Random,
    model: Model,
    members: u64,
    senders: Zipf,
    recipients: Zipf,
    steps: Vec<Step>,
    notes: String,
    /// Planned acts, by time.
    ahead: BinaryHeap<Reverse<Planned>>,
    planned: u64,
    recent: Vec<(u32, u32)>,
    /// By pair of members, the lower first: the number of the last step about the two.
    last_between: HashMap<(u32, u32), u32>,
    /// By member: the number of the last step of any kind, the last restriction, the last send.
    last: Vec<[u32; 3]>,
}

impl Maker {
    fn new(scale: Scale, seed: u64) -> Maker {
        let members = scale.members as usize;
        Maker {
            random: Random::new(seed),
            model: Model::new(members),
            members: u64::from(scale.members),
            senders: Zipf::new(members, 0.8),
            recipients: Zipf::new(members, 0.6),
            steps: Vec::new(),
            notes: String::new(),
            ahead: BinaryHeap::new(),
            planned: 0,
            recent: Vec::new(),
            last_between: HashMap::new(),
            last: vec![[0; 3]; members + 1],
        }
    }

    /// Runs the acts planned up to `until`.
    fn follow_up(&mut self, until: i64) {
        while let Some(Reverse((at, _, act, member, other))) =
            self.ahead.peek().copied().filter(|Reverse(next)| next.0 <= until)
        {
            self.ahead.pop();
            let outcome = self.step(at, act, member, other);
            if outcome == Outcome::Accepted && self.random.unit() < 0.3 {
                let (one, two) = if self.random.below(2) == 0 { (member, other) } else { (other, member) };
                self.plan(at, Act::Disconnect, one, two);
            } else if outcome == Outcome::Blocked && self.random.unit() < 0.3 {
                self.plan(at, Act::Unblock, member, other);
            }
        }
    }

    fn send(&mut self, at: i64) {
        let crosses = self.random.unit() < 0.03 && !self.recent.is_empty();
        let (sender, recipient) = if crosses {
            let (sender, recipient) = self.recent[self.random.below(self.recent.len() as u64) as usize];
            (recipient, sender)
        } else {
            let sender = self.sender();
            (sender, self.recipient(sender))
        };
        if self.step(at, Act::Send, sender, recipient) != Outcome::Delivered {
            return;
        }
        if self.recent.len() < RECENT {
            self.recent.push((sender, recipient));
        } else {
            let place = self.random.below(RECENT as u64) as usize;
            self.recent[place] = (sender, recipient);
        }
        let outcome = self.random.unit();
        if outcome < 0.35 {
            self.plan(at, Act::Accept, recipient, sender);
        } else if outcome < 0.40 {
            self.plan(at, Act::Decline, recipient, sender);
        } else if outcome < 0.45 {
            self.plan(at, Act::Withdraw, sender, recipient);
        } else if outcome < 0.49 {
            self.plan(at, Act::Block, recipient, sender);
        }
    }

    /// Plans an act for up to 5 days later, mostly soon.
    fn plan(&mut self, at: i64, act: Act, member: u32, other: u32) {
        let delay = MINUTE + ((5 * DAY - MINUTE) as f64 * self.random.unit().powi(4)) as i64;
        self.planned += 1;
        self.ahead.push(Reverse((at + delay, self.planned, act, member, other)));
    }

    fn step(&mut self, at: i64, act: Act, member: u32, other: u32) -> Outcome {
        let number = self.steps.len() as u32 + 1;
        let pair = (member.min(other), member.max(other));
        let between = self.last_between.insert(pair, number).unwrap_or(0);
        let (own, others) = (self.last[member as usize], self.last[other as usize]);
        let mut after = between.max(own[1]).max(others[1]);
        if let Act::Restrict(_) = act {
            after = after.max(own[0]);
            self.last[member as usize][1] = number;
        } else if act == Act::Send {
            if self.model.sent_lately(member) >= NEAR_LIMIT {
                after = after.max(own[2]);
            }
            self.last[member as usize][2] = number;
        }
        self.last[member as usize][0] = number;
        self.last[other as usize][0] = number;
        let note = if act == Act::Send { self.note() } else { (0, 0) };
        let outcome = self.model.decide(at, act, member, other);
        self.steps.push(Step { at, act, member, other, note, outcome, after });
        outcome
    }

    /// Makes a note of up to 80 random letters.
    fn note(&mut self) -> (u32, u8) {
        let (from, length) = (self.notes.len() as u32, self.random.below(81) as u8);
        for _ in 0..length {
            let letter = b'a' + self.random.below(26) as u8;
            self.notes.push(char::from(letter));
        }
        (from, length)
    }

    fn sender(&mut self) -> u32 {
        let rank = self.senders.rank(&mut self.random);
        (rank * SPREAD % self.members) as u32 + 1
    }

    fn recipient(&mut self, sender: u32) -> u32 {
        loop {
            let near = self.random.below(2) == 0;
            let number = if near {
                let shift = self.random.below(NEIGHBOURS) + self.members - NEIGHBOURS / 2;
                (u64::from(sender) - 1 + shift) % self.members
            } else {
                self.recipients.rank(&mut self.random) * SPREAD % self.members
            };
            if number as u32 + 1 != sender {
                return number as u32 + 1;
            }
        }
    }
}

/// Draws ranks from 0; the `k`th rank, from 1, has a probability proportional to `1 / k^exponent`.
struct Zipf(Vec<f64>);

impl Zipf {
    fn new(count: usize, exponent: f64) -> Zipf {
        let mut sum = 0.0;
        let sums = (1..=count).map(|rank| {
            sum += (rank as f64).powf(-exponent);
            sum
        });
        Zipf(sums.collect())
    }

    fn rank(&self, random: &mut Random) -> u64 {
        let Some(whole) = self.0.last() else { return 0 };
        let drawn = random.unit() * whole;
        self.0.partition_point(|sum| *sum <= drawn).min(self.0.len() - 1) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Scale = Scale { members: 10_000, requests: 20_000 };

    #[test]
    fn the_same_seed_gives_the_same_commands_in_order_of_time() {
        let (one, two) = (Workload::generate(SMALL, 1), Workload::generate(SMALL, 1));
        let steps = |workload: &Workload| format!("{:?}", workload.steps);
        assert_eq!(steps(&one), steps(&two));
        assert_ne!(steps(&one), steps(&Workload::generate(SMALL, 2)));
        assert!(one.steps.is_sorted_by_key(|step| step.at));
    }

    #[test]
    fn a_step_waits_only_for_earlier_ones() {
        let steps = Workload::generate(SMALL, 1).steps;
        assert!(steps.iter().enumerate().all(|(index, step)| step.after as usize <= index));
        assert!(steps.iter().any(|step| step.after > 0));
    }
}
