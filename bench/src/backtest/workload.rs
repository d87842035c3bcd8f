//! Workload W: members send, answer, block and disconnect; the same on every machine.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use acquaint_codec::encode;
use acquaint_domain::incoming::Incoming;
use acquaint_domain::{
    Address, Channel, Command, Handle, Pair, Profile, RestrictionCause, Send, Span, Tier, Timestamp,
};
use acquaint_engine::{CommandOutcome, Genesis, Input, Kernel, When};
use acquaint_log::EventLog;
use acquaint_policy::ARTICLE;

use crate::Problem;
use crate::random::Random;

/// The size of a workload.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub(super) members: u32,
    pub(super) requests: u64,
    /// The time between two requests, in milliseconds.
    every_ms: i64,
}

impl Size {
    /// The first quarter of W; recording all of it takes minutes.
    pub(super) const QUARTER: Self =
        Self { members: 100_000, requests: 250_000, every_ms: DAYS_MS / 1_000_000 };
    pub(super) const SMALL: Self = Self { members: 2_000, requests: 20_000, every_ms: DAYS_MS / 20_000 };
}

const BEGIN_MS: i64 = 1_767_600_000_000;
const DAYS_MS: i64 = 30 * 86_400_000;
const NEIGHBOURHOOD: u64 = 2_000;
const BATCH: usize = 1024;
const SEED: u64 = 1;

/// An act planned for later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Later {
    Accept,
    Decline,
    Withdraw,
    Block,
    Unblock,
    Disconnect,
}

/// Time, sequence number of planning, act, member, other member.
type Due = (i64, u64, Later, u32, u32);

/// Draws ranks from 0; the `k`th rank, from 1, has a probability proportional to `1 / k^exponent`.
struct Zipf(Vec<f64>);

impl Zipf {
    fn new(count: u32, exponent: f64) -> Self {
        let mut sum = 0.0;
        let shares = (1..=count).map(|k| {
            sum += f64::from(k).powf(-exponent);
            sum
        });
        Self(shares.collect())
    }

    fn draw(&self, random: &mut Random) -> u32 {
        let whole = self.0.last().copied().unwrap_or(1.0);
        let at = unit(random) * whole;
        self.0.partition_point(|sum| *sum < at).min(self.0.len() - 1) as u32
    }
}

fn unit(random: &mut Random) -> f64 {
    (random.next() >> 11) as f64 / (1_u64 << 53) as f64
}

fn below(random: &mut Random, count: u64) -> u64 {
    random.next() % count.max(1)
}

/// Spreads ranks over members, so that the busiest are not neighbours.
fn spread(rank: u32, members: u32) -> u32 {
    ((u64::from(rank) * 7_919 + 13) % u64::from(members)) as u32
}

struct World<'a> {
    log: &'a dyn EventLog,
    kernel: Kernel,
    random: Random,
    handles: Vec<Handle>,
    later: BinaryHeap<Reverse<Due>>,
    order: u64,
}

/// Records W into an empty log.
pub(super) fn record(log: &dyn EventLog, size: Size) -> Result<(), Problem> {
    let mut kernel = Kernel::default();
    kernel.init(&Genesis { id_key: 1, policy: ARTICLE.to_owned(), at: Timestamp::from_millis(BEGIN_MS) })?;
    let handles: Result<Vec<_>, _> =
        (0..size.members).map(|number| Handle::parse(&format!("m{number}"))).collect();
    let handles = handles.map_err(|_| "W has an invalid handle")?;
    let (random, later) = (Random::new(SEED), BinaryHeap::new());
    let mut world = World { log, kernel, random, handles, later, order: 0 };
    for number in 0..size.members as usize {
        let handle = world.handles[number].clone();
        let profile = Profile::default();
        world.act(BEGIN_MS, Command::AddMember { handle, tier: Tier::Free, profile })?;
    }
    world.play(size)?;
    world.put(0)
}

impl World<'_> {
    fn play(&mut self, size: Size) -> Result<(), Problem> {
        let senders = Zipf::new(size.members, 0.8);
        let recipients = Zipf::new(size.members, 0.6);
        let mut recent: Vec<(u32, u32)> = Vec::new();
        for number in 0..size.requests {
            let at = BEGIN_MS + 1_000 + (number as i64) * size.every_ms;
            self.catch_up(at)?;
            let crosses = unit(&mut self.random) < 0.03 && !recent.is_empty();
            let (from, to) = if crosses {
                let (from, to) = recent[below(&mut self.random, recent.len() as u64) as usize];
                (to, from)
            } else {
                let from = spread(senders.draw(&mut self.random), size.members);
                (from, self.recipient(from, &recipients, size))
            };
            if from == to {
                continue;
            }
            if recent.len() < 64 {
                recent.push((from, to));
            } else {
                recent[(number % 64) as usize] = (from, to);
            }
            if unit(&mut self.random) < 0.002 {
                let hours = 1 + below(&mut self.random, 13) as i64;
                let until = Timestamp::from_millis(at).plus(Span::hours(hours));
                let member = self.handles[below(&mut self.random, u64::from(size.members)) as usize].clone();
                let cause = RestrictionCause::Policy;
                self.act(at, Command::RestrictMember { member, until, cause })?;
            }
            self.send(at, from, to)?;
        }
        Ok(())
    }

    fn recipient(&mut self, from: u32, recipients: &Zipf, size: Size) -> u32 {
        if unit(&mut self.random) < 0.5 {
            let step = 1 + below(&mut self.random, NEIGHBOURHOOD.min(u64::from(size.members) - 1)) as u32;
            return (from + step) % size.members;
        }
        spread(recipients.draw(&mut self.random), size.members)
    }

    fn send(&mut self, at: i64, from: u32, to: u32) -> Result<(), Problem> {
        let letters = below(&mut self.random, 81);
        let note: String =
            (0..letters).map(|_| char::from(b'a' + below(&mut self.random, 26) as u8)).collect();
        let send = Send {
            sender: self.handles[from as usize].clone(),
            to: self.handles[to as usize].to_string(),
            note: (!note.is_empty()).then_some(note),
            channel: Channel::Web,
            with_email: None,
        };
        if !self.act(at, Command::SendRequest(send))? || !self.is_delivered(from, to) {
            return Ok(());
        }
        let chance = unit(&mut self.random);
        if chance < 0.35 {
            let at = self.plan(at, Later::Accept, to, from);
            if unit(&mut self.random) < 0.3 {
                self.plan(at, Later::Disconnect, to, from);
            }
        } else if chance < 0.40 {
            self.plan(at, Later::Decline, to, from);
        } else if chance < 0.45 {
            self.plan(at, Later::Withdraw, from, to);
        } else if chance < 0.49 {
            let at = self.plan(at, Later::Block, to, from);
            if unit(&mut self.random) < 0.3 {
                self.plan(at, Later::Unblock, to, from);
            }
        }
        Ok(())
    }

    fn is_delivered(&self, from: u32, to: u32) -> bool {
        let views = self.kernel.views();
        let id =
            |number: u32| views.members.by_handle(&self.handles[number as usize]).map(|member| member.id);
        let group = id(to).zip(id(from)).and_then(|(to, from)| views.pending.group(to, from));
        group.is_some_and(|group| group.state == Incoming::Delivered)
    }

    /// Plans an act for up to five days later, mostly soon; returns its time.
    fn plan(&mut self, at: i64, what: Later, member: u32, other: u32) -> i64 {
        let share = unit(&mut self.random).powi(3);
        let at = at + 1 + (share * 5.0 * 86_400_000.0) as i64;
        self.order += 1;
        self.later.push(Reverse((at, self.order, what, member, other)));
        at
    }

    fn catch_up(&mut self, until: i64) -> Result<(), Problem> {
        while let Some(Reverse((at, _, what, member, other))) = self.later.peek().copied()
            && at <= until
        {
            self.later.pop();
            let other = Address::Handle(self.handles[other as usize].clone());
            let pair = Pair { member: self.handles[member as usize].clone(), other };
            self.act(
                at,
                match what {
                    Later::Accept => Command::Accept(pair),
                    Later::Decline => Command::Decline(pair),
                    Later::Withdraw => Command::Withdraw(pair),
                    Later::Block => Command::Block(pair),
                    Later::Unblock => Command::Unblock(pair),
                    Later::Disconnect => Command::Disconnect(pair),
                },
            )?;
        }
        Ok(())
    }

    /// Submits a command; returns whether it put a request in transit. Commands that can no longer be done are part of the
    /// workload.
    fn act(&mut self, at: i64, command: Command) -> Result<bool, Problem> {
        let when = When::NotBefore(Timestamp::from_millis(at));
        let receipt = self.kernel.handle(Input { command, when, key: None });
        self.put(BATCH)?;
        Ok(receipt.is_ok_and(|receipt| receipt.verdict == CommandOutcome::OnItsWay))
    }

    /// Appends the staged events if there are at least `least` of them.
    fn put(&mut self, least: usize) -> Result<(), Problem> {
        if self.kernel.staged().is_empty() || self.kernel.staged().len() < least {
            return Ok(());
        }
        let staged = self.kernel.take_staged();
        let events: Vec<Vec<u8>> = staged.iter().map(encode).collect();
        self.log.append(self.log.next_position(), &events)?;
        Ok(())
    }
}
