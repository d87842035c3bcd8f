//! The part that builds a network in memory, and queries distances and mutual connections.

use std::time::Instant;

use acquaint_domain::{
    Actor, Address, Addressee, Channel, ConnectionName, Entered, Event, EventNumber, Handle, MemberId,
    Personal, Profile, Recorded, RequestId, Tier, Timestamp, account, connection, outgoing,
};
use acquaint_projection_connected::Connected;
use acquaint_projection_members::Members;
use acquaint_projection_pending::Pending;
use serde_json::{Value, json};

use super::{memory, percentiles};
use crate::Problem;
use crate::random::Random;

/// The number of members around a member who get half of the connections.
const NEIGHBOURHOOD: u64 = 2_000;
/// One in this many ends is at a hub; hubs are the first thousandth of the members.
const HUB_SHARE: u64 = 50;
/// The number of pairs queried without measuring, and again with measuring.
const QUESTIONS: usize = 4_000;
const AT: Timestamp = Timestamp::from_millis(1_767_225_600_000);

fn recorded(number: u64, event: Event) -> Recorded {
    Recorded {
        number: EventNumber(number),
        at: AT,
        actor: Actor::Operator,
        command: None,
        cause: None,
        event,
    }
}

struct Pairs {
    random: Random,
    members: u64,
}

impl Pairs {
    /// Draws a pair of different members.
    fn next(&mut self) -> (MemberId, MemberId) {
        let one = self.random.below(self.members);
        let other = match self.random.below(2 * HUB_SHARE) {
            0 => self.random.below((self.members / 1000).max(1)),
            of if of % 2 == 0 => (one + 1 + self.random.below(NEIGHBOURHOOD)) % self.members,
            _ => self.random.below(self.members),
        };
        let id = |number: u64| MemberId(number as u32 + 1);
        if one == other { (id(one), id((one + 1) % self.members)) } else { (id(one), id(other)) }
    }
}

/// The result of `build`, with the bytes and seconds that it took.
fn measured<T>(build: impl FnOnce() -> Result<T, Problem>) -> Result<(T, u64, f64), Problem> {
    let (before, started) = (memory()?, Instant::now());
    let built = build()?;
    Ok((built, memory()?.saturating_sub(before), started.elapsed().as_secs_f64()))
}

pub(super) fn build(members: u32, connections: u32, open: u32) -> Result<Value, Problem> {
    let mut pairs = Pairs { random: Random::new(11), members: members.into() };
    let (_members, members_bytes, _) = measured(|| add_members(members))?;
    let (connected, connected_bytes, seconds) = measured(|| Ok(connect(&mut pairs, connections)))?;
    let ends = connected.ends().count();
    let (_pending, open_bytes, _) = measured(|| ask(&mut pairs, open))?;
    let mut found = json!({
        "members_bytes": members_bytes,
        "connected_bytes": connected_bytes,
        "connected_seconds": seconds,
        "ends": ends,
        "open_bytes": open_bytes,
    });
    for (name, question) in [("distance", true), ("mutuals", false)] {
        let mut latencies = Vec::with_capacity(QUESTIONS);
        let mut degrees = [0_u32; 4];
        for index in 0..2 * QUESTIONS {
            let (one, other) = pairs.next();
            let begun = Instant::now();
            if question {
                let distance = connected.distance(one, other, AT);
                degrees[distance.degree.map_or(0, usize::from)] += 1;
            } else {
                std::hint::black_box(connected.mutuals(one, other, AT));
            }
            if index >= QUESTIONS {
                latencies.push(begun.elapsed());
            }
        }
        let [p50, p99] = percentiles(latencies);
        found[format!("{name}_p50")] = json!(p50);
        found[format!("{name}_p99")] = json!(p99);
        if question {
            found["degrees"] = json!(degrees);
        }
    }
    Ok(found)
}

fn add_members(count: u32) -> Result<Members, Problem> {
    let mut members = Members::default();
    for number in 1..=count {
        let handle = Handle::parse(&format!("member{number}")).map_err(|problem| format!("{problem:?}"))?;
        let profile = Personal::Held(Profile::default());
        let event = Event::Account(account::Event {
            member: MemberId(number),
            kind: account::Kind::Added { handle, tier: Tier::Free, profile },
        });
        members.apply(&recorded(number.into(), event));
    }
    Ok(members)
}

fn connect(pairs: &mut Pairs, count: u32) -> Connected {
    let mut connected = Connected::default();
    for number in 1..=u64::from(count) {
        let (member, other) = pairs.next();
        let name = ConnectionName::of([RequestId(number)]);
        connected.apply(&recorded(
            number,
            Event::Connection(connection::Event { member, other, kind: connection::Kind::Recorded { name } }),
        ));
    }
    connected
}

fn ask(pairs: &mut Pairs, count: u32) -> Result<Pending, Problem> {
    let mut pending = Pending::default();
    for number in 1..=u64::from(count) {
        let (sender, to) = pairs.next();
        let address = format!("member{}", to.0);
        let normalised = Address::parse(&address).ok();
        let entered = Entered { address, normalised, with_email: None, note: None, note_fingerprint: None };
        let event = Event::Outgoing(outgoing::Event {
            request: RequestId(number),
            sender,
            kind: outgoing::Kind::Submitted {
                addressee: Addressee::Member(to),
                entered: Personal::Held(entered),
                channel: Channel::Web,
                distance: None,
            },
        });
        pending.apply(&recorded(number, event));
    }
    Ok(pending)
}
