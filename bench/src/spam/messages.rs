//! Messages of students (CollegeMsg; Panzarasa, Opsahl and Carley 2009), played live: the first message between two is a
//! request, the first one back its acceptance, and the filter judges each as it comes.
//!
//! As far as is known, none of them was a bulk sender, so every held request is a cost. A held request is not delivered and
//! so not accepted here; the file shows whether it would have been.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::{MemberId, Outcome, RequestId, Timestamp};
use acquaint_policy::Policy;

use super::network::{Ask, Network};

/// A part of the file, by days from its first message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The first 97 days, which are used for choosing weights.
    Chosen,
    /// The later days, which are reported.
    Reported,
}

/// The counts of both parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Both {
    pub(crate) chosen: Outcomes,
    pub(crate) reported: Outcomes,
}

/// The counts of one part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcomes {
    pub(crate) requests: usize,
    /// Held or refused.
    pub(crate) stopped: usize,
    /// Of these, the requests that were answered in the file.
    pub(crate) answered: usize,
}

/// The number of days that are used for choosing weights.
const CHOSEN_DAYS: i64 = 97;
const DAY_MS: i64 = 86_400_000;

/// A line of the file: who wrote to whom, and when.
#[derive(Clone, Copy, Debug)]
struct Message {
    from: u32,
    to: u32,
    at: Timestamp,
}

struct World<'a> {
    network: Network<'a>,
    members: BTreeMap<u32, MemberId>,
    connected: BTreeMap<u32, BTreeSet<u32>>,
    /// By sender and recipient: the request, if it passed, and the part in which it was sent.
    open: BTreeMap<(u32, u32), (Option<RequestId>, Part)>,
    outcomes: [Outcomes; 2],
}

/// Plays the whole file. `None` if it has another format.
pub(crate) fn play(policy: &Policy, text: &str) -> Option<Both> {
    let mut messages = text.lines().map(message).collect::<Option<Vec<Message>>>()?;
    messages.sort_by_key(|message| message.at);
    let start = messages.first()?.at;
    let mut world = World {
        network: Network::new(policy),
        members: BTreeMap::new(),
        connected: BTreeMap::new(),
        open: BTreeMap::new(),
        outcomes: <[Outcomes; 2]>::default(),
    };
    for message in messages.into_iter().filter(|message| message.from != message.to) {
        let is_chosen = message.at.since(start).as_millis() < CHOSEN_DAYS * DAY_MS;
        world.take(message, if is_chosen { Part::Chosen } else { Part::Reported });
    }
    let [chosen, reported] = world.outcomes;
    Some(Both { chosen, reported })
}

fn message(line: &str) -> Option<Message> {
    let mut fields = line.split(' ');
    let (from, to) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let seconds: i64 = fields.next()?.parse().ok()?;
    Some(Message { from, to, at: Timestamp::from_millis(seconds * 1_000) })
}

impl World<'_> {
    fn take(&mut self, Message { from, to, at }: Message, part: Part) {
        for member in [from, to] {
            let network = &mut self.network;
            self.members.entry(member).or_insert_with(|| network.join(at, false));
        }
        let (sender, recipient) = (self.members[&from], self.members[&to]);
        if let Some((request, sent_in)) = self.open.remove(&(to, from)) {
            self.answer((to, from), (recipient, sender), request, sent_in, at);
        } else if !self.open.contains_key(&(from, to)) && !self.near(from).contains(&to) {
            let mutuals = self.near(from).intersection(self.near(to)).count() as u32;
            let ask = Ask { sender, to: recipient, mutuals, same_company: false, note: None };
            let judged = self.network.send(ask, at);
            let is_out = judged.outcome == Outcome::Pass;
            let outcomes = &mut self.outcomes[part as usize];
            outcomes.requests += 1;
            outcomes.stopped += usize::from(!is_out);
            self.open.insert((from, to), (is_out.then_some(judged.request), part));
        }
    }

    /// Processes the first message back, which accepts a request; for a held request it shows that it would have been
    /// answered.
    fn answer(
        &mut self,
        (asked, answering): (u32, u32),
        (sender, recipient): (MemberId, MemberId),
        request: Option<RequestId>,
        sent_in: Part,
        at: Timestamp,
    ) {
        match request {
            Some(request) => self.network.accepted(sender, recipient, request, at),
            None => self.outcomes[sent_in as usize].answered += 1,
        }
        self.connected.entry(asked).or_default().insert(answering);
        self.connected.entry(answering).or_default().insert(asked);
    }

    fn near(&self, member: u32) -> &BTreeSet<u32> {
        static NOBODY: BTreeSet<u32> = BTreeSet::new();
        self.connected.get(&member).unwrap_or(&NOBODY)
    }
}
