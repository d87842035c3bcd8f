//! The honest heavy sender: 200 requests every week from Monday to Sunday, up to 25 in one minute, 75 % accepted.

use acquaint_domain::{MemberId, Outcome, RequestId, Span, Timestamp};
use acquaint_policy::Policy;

use super::agenda::Agenda;
use super::chance::Chance;
use super::network::{Ask, Network};

const WEEKS: i64 = 8;
const A_WEEK: usize = 200;
const A_MINUTE: usize = 25;
const ACCEPTED: f64 = 0.75;
/// The number of requests of a sender.
pub(crate) const REQUESTS: usize = WEEKS as usize * A_WEEK;

/// Properties of a heavy sender that the workload leaves open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Habits {
    /// The share of recipients without mutual connections.
    pub(crate) strangers: f64,
    pub(crate) notes: Notes,
}

/// The sender's notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notes {
    None,
    /// A different text for each person, of random words.
    Own,
    /// One text with the person's name.
    Template,
}

#[derive(Clone, Copy, Debug)]
enum Due {
    Send,
    Accept { to: MemberId, request: RequestId },
}

/// Plays eight weeks of a new member; returns the number of requests that were refused or held.
pub(crate) fn play(policy: &Policy, seed: u64, habits: Habits) -> usize {
    let mut network = Network::new(policy);
    let mut chance = Chance::new(seed, "heavy");
    let mut agenda = Agenda::new();
    let start = Timestamp::from_millis(0);
    let sender = network.join(start, false);
    for week in 0..WEEKS {
        let monday = start.plus(Span::days(7 * week));
        let mut left = A_WEEK;
        while left > 0 {
            let burst = left.min(1 + chance.below(A_MINUTE));
            let minute = monday.plus(chance.within_days(7.0 - 1.0 / 1_440.0));
            for _ in 0..burst {
                agenda.put(minute.plus(chance.within_days(1.0 / 1_440.0)), Due::Send);
            }
            left -= burst;
        }
    }
    let mut stopped = 0;
    while let Some((at, due)) = agenda.next() {
        match due {
            Due::Send => {
                let to = MemberId(2 + chance.below(1_000_000) as u32);
                let is_stranger = chance.happens(habits.strangers);
                let mutuals = if is_stranger { 0 } else { chance.geometric(3.0) as u32 };
                let note = note(&mut chance, habits.notes);
                let judged =
                    network.send(Ask { sender, to, mutuals, same_company: false, note: note.as_deref() }, at);
                if judged.outcome != Outcome::Pass {
                    stopped += 1;
                } else if chance.happens(ACCEPTED) {
                    let delay = chance.answer_delay();
                    agenda.put(at.plus(delay), Due::Accept { to, request: judged.request });
                }
            }
            Due::Accept { to, request } => network.accepted(sender, to, request, at),
        }
    }
    stopped
}

/// Eight random words.
pub(crate) fn own_words(chance: &mut Chance) -> String {
    (0..8).map(|_| WORDS[chance.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
}

/// A random first name.
pub(crate) fn name(chance: &mut Chance) -> String {
    NAMES[chance.below(NAMES.len())].to_owned()
}

fn note(chance: &mut Chance, notes: Notes) -> Option<String> {
    match notes {
        Notes::None => None,
        Notes::Own => Some(own_words(chance)),
        Notes::Template => {
            let name = name(chance);
            Some(format!(
                "Hello {name}, I am looking for engineers for our team and would like to talk to you."
            ))
        }
    }
}

const NAMES: &[&str] =
    &["Ada", "Bertram", "Chidi", "Dolores", "Emre", "Fatima", "Giulia", "Hannes", "Ioana", "Jens"];

const WORDS: &[&str] = &[
    "thanks",
    "your",
    "talk",
    "about",
    "tides",
    "helped",
    "met",
    "in",
    "Lisbon",
    "we",
    "worked",
    "with",
    "team",
    "paper",
    "reading",
    "question",
    "bridge",
    "harbour",
    "course",
    "student",
    "neighbour",
    "old",
    "colleague",
    "garden",
    "project",
    "sailing",
    "choir",
    "museum",
    "letters",
    "engine",
    "summer",
    "winter",
    "market",
    "library",
    "conference",
    "fair",
    "together",
    "again",
    "soon",
    "greetings",
];
