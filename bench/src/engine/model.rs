//! The rules of W on plain maps: the expected outcome of every command, decided without any of the measured systems.

use std::collections::{HashMap, HashSet, VecDeque};

use super::workload::Act;

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Outcome {
    /// A send that reached the recipient's inbox.
    Delivered,
    /// A send that the recipient's side kept back.
    Filed,
    /// A send to somebody whose request waits for the sender's answer, or is still open on their side: the two are connected.
    Crossed,
    /// A send to a member whom the sender blocks.
    Blocking,
    /// A send to a connection.
    Connected,
    /// A send to a member to whom a request is already open.
    Pending,
    /// A send by a restricted member.
    Restricted,
    /// A send beyond the daily limit.
    OverLimit,
    Accepted,
    Declined,
    Withdrawn,
    Blocked,
    Unblocked,
    Disconnected,
    /// A member was restricted.
    Imposed,
    /// A refused answer or block.
    Refused,
    /// There is nothing to answer or end.
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

    /// The outcome with this number, which is its index in [`Outcome::ALL`]. Peers answer with it.
    pub(super) fn of_number(number: usize) -> Option<Outcome> {
        Outcome::ALL.get(number).copied()
    }
}

/// The count of each outcome, in the order of [`Outcome::ALL`].
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

/// The most sends in 24 hours.
pub(super) const LIMIT: usize = 300;
const DAY: i64 = 24 * 60 * 60 * 1000;

/// The state of a request on its recipient's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InboxState {
    Answerable,
    Declined,
}

#[derive(Debug, Default)]
pub(super) struct Model {
    /// Requests that are open on the sender's side, by sender and recipient.
    open: HashSet<(u32, u32)>,
    /// By recipient and sender.
    inbox: HashMap<(u32, u32), InboxState>,
    /// Pairs with the lower number first.
    connected: HashSet<(u32, u32)>,
    /// The blocking member and the blocked one.
    blocks: HashSet<(u32, u32)>,
    /// By member: the end of the restriction.
    restricted: Vec<i64>,
    /// By member: the times of the sends in the last day.
    sent: Vec<VecDeque<i64>>,
}

impl Model {
    pub(super) fn new(members: usize) -> Model {
        let (restricted, sent) = (vec![0; members + 1], vec![VecDeque::new(); members + 1]);
        Model { restricted, sent, ..Model::default() }
    }

    /// The number of sends of a member in the last day, as of the member's last send.
    pub(super) fn sent_lately(&self, member: u32) -> usize {
        self.sent[member as usize].len()
    }

    pub(super) fn decide(&mut self, at: i64, act: Act, member: u32, other: u32) -> Outcome {
        let pair = (member.min(other), member.max(other));
        match act {
            Act::Send => self.send(at, member, other),
            Act::Accept => match self.inbox.get(&(member, other)) {
                None | Some(InboxState::Declined) => Outcome::NotThere,
                Some(InboxState::Answerable) if self.blocks.contains(&(member, other)) => Outcome::Refused,
                Some(InboxState::Answerable) => {
                    self.connect(member, other);
                    Outcome::Accepted
                }
            },
            Act::Decline => match self.inbox.get_mut(&(member, other)) {
                Some(state) if *state == InboxState::Answerable => {
                    *state = InboxState::Declined;
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
        } else if self.inbox.get(&(sender, recipient)) == Some(&InboxState::Answerable) {
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
        self.inbox.insert((recipient, sender), InboxState::Answerable);
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
            self.inbox.remove(&pair);
        }
        self.connected.insert((one.min(other), one.max(other)));
    }

    /// Withdraws an open request; returns whether there was one.
    fn withdraw(&mut self, sender: u32, recipient: u32) -> bool {
        self.inbox.remove(&(recipient, sender));
        self.open.remove(&(sender, recipient))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcomes_number_is_its_index() {
        for (number, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, number);
        }
    }

    #[test]
    fn two_members_who_ask_each_other_are_connected_and_can_disconnect() {
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
    fn a_crossing_is_checked_before_restriction_and_limit_and_is_not_charged() {
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
    fn a_send_after_declining_is_an_ordinary_send_and_can_cross_the_other_request() {
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
