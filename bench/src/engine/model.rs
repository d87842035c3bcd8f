//! The rules of W on plain maps: what has to come of every command, decided without any of the systems measured.

use std::collections::{HashMap, HashSet, VecDeque};

use super::workload::Act;

/// What came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Outcome {
    /// A send that stands in the recipient's inbox.
    Delivered,
    /// A send that the recipient's side filed.
    Filed,
    /// A send to somebody whose request waits for the sender's answer, or is still open on their side: connected.
    Crossed,
    /// A send to somebody whom the sender blocks.
    Blocking,
    /// A send to a connection.
    Connected,
    /// A send to somebody to whom a request is open.
    Pending,
    /// A send while restricted.
    Restricted,
    /// A send beyond the day's limit.
    OverLimit,
    Accepted,
    Declined,
    Withdrawn,
    Blocked,
    Unblocked,
    Disconnected,
    /// A member was restricted.
    Imposed,
    /// An answer or a block that is refused.
    Refused,
    /// There is nothing of the kind.
    NotThere,
}

impl Outcome {
    pub(super) const ALL: [Outcome; 17] = [
        Outcome::Delivered,
        Outcome::Filed,
        Outcome::Crossed,
        Outcome::Blocking,
        Outcome::Connected,
        Outcome::Pending,
        Outcome::Restricted,
        Outcome::OverLimit,
        Outcome::Accepted,
        Outcome::Declined,
        Outcome::Withdrawn,
        Outcome::Blocked,
        Outcome::Unblocked,
        Outcome::Disconnected,
        Outcome::Imposed,
        Outcome::Refused,
        Outcome::NotThere,
    ];

    /// In the order of [`Outcome::ALL`]; what peers answer with.
    pub(super) fn of_number(number: usize) -> Option<Outcome> {
        Outcome::ALL.get(number).copied()
    }
}

/// How often each outcome came, in the order of [`Outcome::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcomes([u64; 17]);

impl Outcomes {
    pub(super) fn count(&mut self, outcome: Outcome) {
        self.0[outcome as usize] += 1;
    }

    pub(super) fn of(&self, outcome: Outcome) -> u64 {
        self.0[outcome as usize]
    }
}

impl FromIterator<Outcome> for Outcomes {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Self {
        let mut counts = Outcomes::default();
        outcomes.into_iter().for_each(|outcome| counts.count(outcome));
        counts
    }
}

/// Sends in 24 hours.
pub(super) const LIMIT: usize = 300;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Where a request stands on its recipient's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Matter {
    Answerable,
    Declined,
}

#[derive(Debug, Default)]
pub(super) struct Model {
    /// Sender, recipient: open on the sender's side.
    open: HashSet<(u32, u32)>,
    /// Recipient, sender.
    matters: HashMap<(u32, u32), Matter>,
    /// The lower number first.
    connected: HashSet<(u32, u32)>,
    /// Who, whom.
    blocks: HashSet<(u32, u32)>,
    /// By member: until then.
    restricted: Vec<i64>,
    /// By member: the sends of the last day.
    sent: Vec<VecDeque<i64>>,
}

impl Model {
    pub(super) fn new(members: usize) -> Model {
        let (restricted, sent) = (vec![0; members + 1], vec![VecDeque::new(); members + 1]);
        Model { restricted, sent, ..Model::default() }
    }

    /// How many sends of a member's are remembered.
    pub(super) fn sent_lately(&self, member: u32) -> usize {
        self.sent[member as usize].len()
    }

    pub(super) fn decide(&mut self, at: i64, act: Act, member: u32, other: u32) -> Outcome {
        let pair = (member.min(other), member.max(other));
        match act {
            Act::Send => self.send(at, member, other),
            Act::Accept => match self.matters.get(&(member, other)) {
                None | Some(Matter::Declined) => Outcome::NotThere,
                Some(Matter::Answerable) if self.blocks.contains(&(member, other)) => Outcome::Refused,
                Some(Matter::Answerable) => {
                    self.connect(member, other);
                    Outcome::Accepted
                }
            },
            Act::Decline => match self.matters.get_mut(&(member, other)) {
                Some(matter) if *matter == Matter::Answerable => {
                    *matter = Matter::Declined;
                    Outcome::Declined
                }
                Some(_) | None => Outcome::NotThere,
            },
            Act::Withdraw if self.withdraw(member, other) => Outcome::Withdrawn,
            Act::Block if self.blocks.insert((member, other)) => {
                self.withdraw(member, other);
                self.connected.remove(&pair);
                Outcome::Blocked
            }
            Act::Block => Outcome::Refused,
            Act::Unblock if self.blocks.remove(&(member, other)) => Outcome::Unblocked,
            Act::Disconnect if self.connected.remove(&pair) => Outcome::Disconnected,
            Act::Withdraw | Act::Unblock | Act::Disconnect => Outcome::NotThere,
            Act::Restrict(until) => {
                self.restricted[member as usize] = until;
                Outcome::Imposed
            }
        }
    }

    fn send(&mut self, at: i64, sender: u32, recipient: u32) -> Outcome {
        let pair = (sender.min(recipient), sender.max(recipient));
        let sent = &mut self.sent[sender as usize];
        while sent.front().is_some_and(|first| first + DAY <= at) {
            sent.pop_front();
        }
        if self.blocks.contains(&(sender, recipient)) {
            return Outcome::Blocking;
        } else if self.connected.contains(&pair) {
            return Outcome::Connected;
        } else if self.matters.get(&(sender, recipient)) == Some(&Matter::Answerable) {
            self.connect(sender, recipient);
            return Outcome::Crossed;
        } else if self.open.contains(&(sender, recipient)) {
            return Outcome::Pending;
        } else if at < self.restricted[sender as usize] {
            return Outcome::Restricted;
        } else if sent.len() >= LIMIT {
            return Outcome::OverLimit;
        }
        sent.push_back(at);
        self.open.insert((sender, recipient));
        self.matters.insert((recipient, sender), Matter::Answerable);
        if self.open.contains(&(recipient, sender)) {
            self.connect(sender, recipient);
            Outcome::Crossed
        } else if at < self.restricted[recipient as usize] || self.blocks.contains(&(recipient, sender)) {
            Outcome::Filed
        } else {
            Outcome::Delivered
        }
    }

    fn connect(&mut self, one: u32, other: u32) {
        for pair in [(one, other), (other, one)] {
            self.open.remove(&pair);
            self.matters.remove(&pair);
        }
        self.connected.insert((one.min(other), one.max(other)));
    }

    /// Whether there was one.
    fn withdraw(&mut self, sender: u32, recipient: u32) -> bool {
        self.matters.remove(&(recipient, sender));
        self.open.remove(&(sender, recipient))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_have_the_numbers_of_their_places() {
        for (number, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, number);
        }
    }

    #[test]
    fn two_who_ask_each_other_are_connected_and_may_end_it() {
        let mut model = Model::new(3);
        let mut check = |act, member, other, expected| {
            assert_eq!(model.decide(0, act, member, other), expected, "{act:?} {member} {other}");
        };
        check(Act::Send, 1, 2, Outcome::Delivered);
        check(Act::Send, 1, 2, Outcome::Pending);
        check(Act::Send, 2, 1, Outcome::Crossed);
        check(Act::Send, 1, 2, Outcome::Connected);
        check(Act::Accept, 2, 1, Outcome::NotThere);
        check(Act::Disconnect, 2, 1, Outcome::Disconnected);
        check(Act::Send, 1, 2, Outcome::Delivered);
        check(Act::Block, 2, 1, Outcome::Blocked);
        check(Act::Accept, 2, 1, Outcome::Refused);
        check(Act::Withdraw, 1, 2, Outcome::Withdrawn);
        check(Act::Send, 1, 2, Outcome::Filed);
        check(Act::Send, 2, 1, Outcome::Blocking);
    }

    #[test]
    fn a_crossing_is_asked_before_restriction_and_limit_and_is_not_charged() {
        let mut model = Model::new(400);
        for other in 3..303 {
            assert_eq!(model.decide(0, Act::Send, 1, other), Outcome::Delivered);
        }
        assert_eq!(model.decide(1, Act::Send, 2, 1), Outcome::Delivered);
        assert_eq!(model.decide(1, Act::Restrict(100), 1, 0), Outcome::Imposed);
        assert_eq!(model.decide(1, Act::Restrict(100), 2, 0), Outcome::Imposed);
        assert_eq!(model.decide(2, Act::Send, 1, 2), Outcome::Crossed);
        assert_eq!(model.sent_lately(1), 300);
        assert_eq!(model.decide(200, Act::Send, 1, 303), Outcome::OverLimit);
    }

    #[test]
    fn a_send_after_declining_is_like_any_other_and_meets_what_is_open_on_the_other_side() {
        let mut model = Model::new(3);
        let mut check = |at, act, member, other, expected| {
            assert_eq!(model.decide(at, act, member, other), expected, "{act:?} {member} {other}");
        };
        check(0, Act::Send, 1, 2, Outcome::Delivered);
        check(1, Act::Decline, 2, 1, Outcome::Declined);
        check(1, Act::Restrict(10), 2, 0, Outcome::Imposed);
        check(2, Act::Send, 2, 1, Outcome::Restricted);
        check(2, Act::Restrict(20), 1, 0, Outcome::Imposed);
        check(10, Act::Send, 2, 1, Outcome::Crossed);
    }
}
