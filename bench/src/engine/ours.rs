//! W in our engine: in memory, durable, replayed.

use std::collections::VecDeque;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use acquaint_codec::encode;
use acquaint_domain::{
    Address, Channel, Code, Command, Event, Handle, Pair, Profile, RestrictionCause, Send, Tier, Timestamp,
    incoming,
};
use acquaint_engine::{
    Checkpoints, CommandOutcome, Digest, Engine, Genesis, Input, Kernel, Rebuild, Receipt, SubmitError, When,
};
use acquaint_log::{EventLog, Position};
use acquaint_log_file::{FileLog, Options};
use parking_lot::Mutex;
use rustix::time::ClockId;

use super::model::{Outcome, Outcomes};
use super::workload::{Act, BEGIN, Step, Workload};
use crate::Problem;
use crate::machine::processor_seconds;

/// The policy that judges W.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judge {
    /// W's own rules, as implemented for the peers.
    Own,
    /// The article's policy, which has the same daily limit. Its spam filter is evaluated and recorded, but stops nothing.
    Article,
}

impl Judge {
    fn document(self) -> String {
        let trial = "\n[shadow]\nrules = [\"spam\"]\nsource = \"choice: W has no spam filter.\"\n";
        match self {
            Judge::Own => include_str!("w.toml").to_owned(),
            Judge::Article => format!("{}{trial}", acquaint_policy::ARTICLE),
        }
    }
}

/// Commands that are decided before the staged events are taken.
const CHUNK: usize = 1024;
/// The number of groups into which outstanding commands are divided.
const GROUPS: usize = 8;

/// W as commands of the engine.
pub(super) struct Commands {
    members: Vec<Input>,
    steps: Vec<Input>,
}

/// The result of deciding in memory.
pub(super) struct Decided {
    /// Commands a second of this thread's processor time.
    pub(super) rate: f64,
    pub(super) outcomes: Outcomes,
    pub(super) digests: Vec<Digest>,
}

/// The number of callers, and of outstanding commands of each.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callers {
    /// One caller with this many outstanding commands.
    Window(usize),
    /// This many callers with one command each.
    Each(usize),
}

/// The result of a durable run.
#[derive(Debug, Default)]
pub(super) struct Durable {
    pub(super) rate: f64,
    /// The median latency, in seconds.
    pub(super) p50: f64,
    /// The 99th percentile, in seconds.
    pub(super) p99: f64,
    /// The 99.9th percentile, in seconds.
    pub(super) p999: f64,
    pub(super) bytes_each: f64,
}

/// The result of rebuilding the views.
pub(super) struct Replayed {
    /// Events a second of wall-clock time.
    pub(super) rate: f64,
    /// Events a second of processor time of all threads.
    pub(super) cpu_rate: f64,
    pub(super) events: u64,
}

fn handle(number: u32) -> Result<Handle, Problem> {
    Handle::parse(&format!("m{number}")).map_err(|problem| format!("{problem:?}").into())
}

impl Commands {
    pub(super) fn of(workload: &Workload) -> Result<Commands, Problem> {
        let handles: Vec<Handle> = (1..=workload.members).map(handle).collect::<Result<_, _>>()?;
        let before = When::NotBefore(Timestamp::from_millis(BEGIN - 1000));
        let add = |handle: &Handle| {
            let (handle, tier, profile) = (handle.clone(), Tier::Free, Profile::default());
            Input { command: Command::AddMember { handle, tier, profile }, when: before, key: None }
        };
        let named = |number: u32| handles[number as usize - 1].clone();
        let input = |step: &Step| {
            let pair =
                |step: &Step| Pair { member: named(step.member), other: Address::Handle(named(step.other)) };
            let command = match step.act {
                Act::Send => Command::SendRequest(Send {
                    sender: named(step.member),
                    to: named(step.other).as_str().to_owned(),
                    note: workload.note(step).map(ToOwned::to_owned),
                    channel: Channel::Web,
                    with_email: None,
                }),
                Act::Accept => Command::Accept(pair(step)),
                Act::Decline => Command::Decline(pair(step)),
                Act::Withdraw => Command::Withdraw(pair(step)),
                Act::Block => Command::Block(pair(step)),
                Act::Unblock => Command::Unblock(pair(step)),
                Act::Disconnect => Command::Disconnect(pair(step)),
                Act::Restrict(until) => Command::RestrictMember {
                    member: named(step.member),
                    until: Timestamp::from_millis(until),
                    cause: RestrictionCause::Policy,
                },
            };
            Input { command, when: When::NotBefore(Timestamp::from_millis(step.at)), key: None }
        };
        let steps = workload.steps.iter().map(input).collect();
        Ok(Commands { members: handles.iter().map(add).collect(), steps })
    }
}

fn genesis(judge: Judge) -> Genesis {
    Genesis { id_key: 7, policy: judge.document(), at: Timestamp::from_millis(BEGIN - 1000) }
}

/// Checks that the answer is the expected one. It does not include what the recipient's side did.
fn checked(step: &Step, answer: &Result<Receipt, SubmitError>) -> Result<(), Problem> {
    let is_so = match (step.outcome, answer) {
        (Outcome::NotThere, Err(SubmitError::NotThere { .. })) => true,
        (_, Err(_)) => false,
        (outcome, Ok(receipt)) => {
            let refused = |code| receipt.verdict == CommandOutcome::Refused(code);
            match outcome {
                Outcome::Delivered | Outcome::Filed => receipt.verdict == CommandOutcome::OnItsWay,
                // If the sender had declined the other's request, the new one crosses only on arrival, which the answer does
                // not show.
                Outcome::Crossed => {
                    matches!(receipt.verdict, CommandOutcome::Crossed | CommandOutcome::OnItsWay)
                }
                Outcome::Blocking | Outcome::Refused => refused(Code::YouBlockedThem),
                Outcome::Connected => refused(Code::AlreadyConnected),
                Outcome::Pending => refused(Code::AlreadyPending),
                Outcome::Restricted => refused(Code::SenderRestricted),
                Outcome::OverLimit => refused(Code::DailyLimit),
                Outcome::Accepted
                | Outcome::Declined
                | Outcome::Withdrawn
                | Outcome::Blocked
                | Outcome::Unblocked
                | Outcome::Disconnected
                | Outcome::Imposed => receipt.verdict == CommandOutcome::Done,
                Outcome::NotThere => false,
            }
        }
    };
    if is_so { Ok(()) } else { Err(format!("{step:?} got {answer:?}").into()) }
}

/// The outcome of a send on the recipient's side, if the event shows one.
fn outcome_of(event: &Event) -> Option<Outcome> {
    if let Event::Incoming(incoming::Event { kind: incoming::Kind::Delivered { .. }, .. }) = event {
        Some(Outcome::Delivered)
    } else if let Event::Incoming(incoming::Event { kind: incoming::Kind::Filed { .. }, .. }) = event {
        Some(Outcome::Filed)
    } else if let Event::Incoming(incoming::Event { kind: incoming::Kind::Crossed { .. }, .. })
    | Event::Incoming(incoming::Event {
        kind: incoming::Kind::Accepted { crossing: Some(_), .. },
        ..
    }) = event
    {
        Some(Outcome::Crossed)
    } else {
        None
    }
}

/// Decides the first `count` commands of W on this thread. The time does not include building the commands, but does include
/// dropping them.
pub(super) fn decide(
    workload: &Workload,
    count: usize,
    judge: Judge,
    encodes: bool,
) -> Result<Decided, Problem> {
    let Commands { members, steps } = Commands::of(workload)?;
    let mut kernel = Kernel::default();
    kernel.init(&genesis(judge))?;
    for input in members {
        kernel.handle(input)?;
    }
    kernel.take_staged();
    let mut outcomes = Outcomes::default();
    let mut answers = Vec::with_capacity(steps.len());
    let mut bytes = 0;
    let mut steps = steps.into_iter().take(count);
    let started = processor_seconds(ClockId::ThreadCPUTime);
    loop {
        let before = answers.len();
        answers.extend(steps.by_ref().take(CHUNK).map(|input| kernel.handle(input)));
        if answers.len() == before {
            break;
        }
        for recorded in kernel.take_staged() {
            if let Some(outcome) = outcome_of(&recorded.event) {
                outcomes.count(outcome);
            }
            if encodes {
                bytes += encode(&recorded).len();
            }
        }
    }
    let took = processor_seconds(ClockId::ThreadCPUTime) - started;
    std::hint::black_box(bytes);
    for (step, answer) in workload.steps.iter().zip(&answers) {
        checked(step, answer)?;
        if !matches!(step.outcome, Outcome::Delivered | Outcome::Filed | Outcome::Crossed) {
            outcomes.count(step.outcome);
        }
    }
    let rate = answers.len() as f64 / took;
    Ok(Decided { rate, outcomes, digests: kernel.views().digests() })
}

/// Submits W to an engine on a new log in the empty folder `place`, until all is done or the time is up.
pub(super) fn durable(
    workload: &Workload,
    place: &Path,
    callers: Callers,
    time_max: Duration,
) -> Result<Durable, Problem> {
    durable_with(workload, place, callers, time_max, None)
}

/// Like [`durable`], but may write checkpoints meanwhile.
pub(super) fn durable_with(
    workload: &Workload,
    place: &Path,
    callers: Callers,
    time_max: Duration,
    checkpoints: Option<&Checkpoints>,
) -> Result<Durable, Problem> {
    let Commands { members, steps } = Commands::of(workload)?;
    let log: Arc<dyn EventLog> = Arc::new(FileLog::open(place, &Options::default())?);
    let engine = Engine::open_from(log, &genesis(Judge::Own), checkpoints)?;
    for group in members.chunks(CHUNK) {
        for answer in engine.submit_many(group.to_vec()) {
            answer?;
        }
    }
    let before = folder_bytes(place)?;
    let started = Instant::now();
    let run = Run { engine: &engine, workload, started, time_max };
    let (done, mut latencies) = match callers {
        Callers::Window(window) => run.windowed(steps, window)?,
        Callers::Each(count) => run.each(steps, count)?,
    };
    let took = started.elapsed().as_secs_f64();
    if let Some(trouble) = engine.checkpoint_trouble() {
        return Err(trouble.into());
    }
    drop(engine);
    let bytes = folder_bytes(place)? - before;
    latencies.sort_unstable();
    let within = |thousandths: usize| {
        latencies.get(latencies.len() * thousandths / 1_000).map_or(f64::NAN, Duration::as_secs_f64)
    };
    let (p50, p99, p999) = (within(500), within(990), within(999));
    Ok(Durable { rate: done as f64 / took, p50, p99, p999, bytes_each: bytes as f64 / done as f64 })
}

struct Run<'a> {
    engine: &'a Engine,
    workload: &'a Workload,
    started: Instant,
    time_max: Duration,
}

impl Run<'_> {
    fn is_over(&self) -> bool {
        self.started.elapsed() > self.time_max
    }

    /// Runs one caller that has up to `window` commands outstanding, and submits them in groups.
    fn windowed(&self, steps: Vec<Input>, window: usize) -> Result<(usize, Vec<Duration>), Problem> {
        let group = window / GROUPS;
        let (mut done, mut latencies) = (0, Vec::new());
        let mut outstanding = VecDeque::new();
        let mut steps = steps.into_iter();
        loop {
            let next: Vec<Input> =
                if self.is_over() { Vec::new() } else { steps.by_ref().take(group).collect() };
            if next.is_empty() && outstanding.is_empty() {
                return Ok((done, latencies));
            }
            if !next.is_empty() {
                outstanding.push_back((Instant::now(), self.engine.start(next)?));
                if outstanding.len() < GROUPS {
                    continue;
                }
            }
            let Some((begun, answers)) = outstanding.pop_front() else { continue };
            for answer in answers.wait() {
                checked(&self.workload.steps[done], &answer)?;
                done += 1;
            }
            latencies.push(begun.elapsed());
        }
    }

    /// Runs many callers with one command each, which take the commands in order.
    fn each(&self, steps: Vec<Input>, count: usize) -> Result<(usize, Vec<Duration>), Problem> {
        let queue = Mutex::new(steps.into_iter().enumerate());
        let call = || -> Result<Vec<Duration>, Problem> {
            let mut latencies = Vec::new();
            while !self.is_over() {
                // Take and submit under one lock, so that the engine receives the commands in W's order.
                let mut queue = queue.lock();
                let Some((index, input)) = queue.next() else { break };
                let begun = Instant::now();
                let answers = self.engine.start(vec![input])?;
                drop(queue);
                for answer in answers.wait() {
                    latencies.push(begun.elapsed());
                    checked(&self.workload.steps[index], &answer)?;
                }
            }
            Ok(latencies)
        };
        let latencies = thread::scope(|scope| {
            let threads: Vec<_> = (0..count).map(|_| scope.spawn(call)).collect();
            let joined = threads.into_iter().map(|thread| thread.join().map_err(|_| "a caller panicked")?);
            joined.collect::<Result<Vec<_>, Problem>>()
        })?;
        let latencies = latencies.concat();
        Ok((latencies.len(), latencies))
    }
}

/// The size of all files in a folder, in bytes.
pub(crate) fn folder_bytes(folder: &Path) -> Result<u64, Problem> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { folder_bytes(&entry.path())? } else { about.len() };
    }
    Ok(bytes)
}

/// Rebuilds every view from the log in `place`, and compares the digests.
pub(super) fn rebuilt(place: &Path, expected: &[Digest]) -> Result<Replayed, Problem> {
    let log = FileLog::open(place, &Options::default())?;
    log.visit(Position::FIRST, &mut |_, _| ControlFlow::Continue(()))?;
    let (started, before) = (Instant::now(), processor_seconds(ClockId::ProcessCPUTime));
    let replayed = Rebuild::of(&log).run()?;
    let (took, cpu) = (started.elapsed().as_secs_f64(), processor_seconds(ClockId::ProcessCPUTime) - before);
    if replayed.views.digests() != expected {
        return Err("the log leads to other views than deciding in memory".into());
    }
    let events = replayed.events;
    Ok(Replayed { rate: events as f64 / took, cpu_rate: events as f64 / cpu, events })
}
