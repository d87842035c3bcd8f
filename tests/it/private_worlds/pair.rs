//! Pairs of worlds that differ only in what the recipient does in private.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use acquaint_cli::grammar::{Format, ScriptCommand, parse_words};
use acquaint_cli::{Sandbox, SandboxOutput};
use acquaint_codec::encode;
use acquaint_domain::{
    Actor, Event, EventNumber, Feedback, FeedbackBasis, MemberId, PolicyVersion, Recorded, RestrictionCause,
    Span, Timestamp, oversight,
};
use acquaint_log::{EventLog, MemoryLog, Position};
use acquaint_seeded::Random;

use super::lives::{
    ADDRESSES, CLOSING, ENDS, LATE, PRIVATE, PUBLIC, QUESTIONS, SENDERS, TAKES_BACK, WHILE_LETTERS_FAIL,
};

/// 5 Jan 2026 09:00:00 UTC
pub(super) const START: Timestamp = Timestamp::from_millis(1_767_603_600_000);
/// The members of every world, the sender first.
pub(super) const MEMBERS: [&str; 6] = [
    "member add alice --email alice@example.org --company Initech --title Engineer",
    "member add bob --profile https://example.org/in/bob --email bob@example.org",
    "member add carol",
    "member add dora",
    "member add erin",
    "member add frank",
];
/// The reported percentages of worlds that begin with feedback to the sender. Both worlds of a pair have the same feedback;
/// the noise itself is tested where it is drawn.
const REPORTED: [u8; 4] = [0, 30, 40, 60];
const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Ndjson];

/// The choices of one seed.
pub(super) struct Dice(Random);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(Random::new(seed))
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0.index(end)
    }

    fn one_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// A step of both worlds of a pair.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Wait(Span),
    /// A line of the sender's, or a public one. What it prints is compared.
    Open(String, Format),
    /// The place with this index, where the private acts of a world are run.
    Private(usize),
}

/// The private acts of a world: for each place, the acts that are run there, in order.
pub(super) type Secrets = Vec<Vec<Act>>;

/// Lines that are run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Act {
    pub(super) lines: &'static [&'static str],
    /// How much of the wait after its place has passed by then, in thousandths.
    pub(super) moment: u16,
}

impl Act {
    pub(super) fn at_once(lines: &'static [&'static str]) -> Self {
        Self { lines, moment: 0 }
    }
}

/// What both worlds of a pair have in common.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub(super) steps: Vec<Step>,
    places: usize,
    /// Whether the recipient has sent the sender a request at the beginning.
    had_asked: bool,
    /// Whether that request stays open, so that the sender's may cross it. Nothing is compared once the two are connected.
    pub(super) keeps_request: bool,
    /// From this place on every letter fails, and so an acceptance does not arrive.
    failing_from: usize,
    /// The reported percentage in the feedback with which the sender begins; `None` without feedback.
    reported_percent: Option<u8>,
}

impl Script {
    /// A script of these steps, with two places.
    pub(super) fn of(steps: Vec<Step>) -> Self {
        Self {
            steps,
            places: 2,
            had_asked: false,
            keeps_request: false,
            failing_from: usize::MAX,
            reported_percent: None,
        }
    }
}

/// A line and what it printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) line: String,
    pub(super) text: String,
}

pub(super) fn script(dice: &mut Dice) -> Script {
    let to = dice.pick(&ADDRESSES);
    let open = |line: &str, format| Step::Open(line.replace("TO", to), format);
    let keeps_request = dice.one_in(4);
    let is_public = |dice: &mut Dice, line: &str| match line {
        "send bob alice" if keeps_request => true,
        "connect alice bob" if keeps_request => false,
        _ => dice.one_in(2),
    };
    let public = PUBLIC.iter().filter(|line| is_public(dice, line));
    let mut steps: Vec<Step> = public.map(|line| open(line, Format::Human)).collect();
    let had_asked = steps.iter().any(|step| matches!(step, Step::Open(line, _) if line == "send bob alice"));
    // At the first place, a connection between the two, or his request, ends.
    let mut places = 0;
    let mut private = |steps: &mut Vec<Step>| {
        steps.push(Step::Private(places));
        places += 1;
    };
    private(&mut steps);
    steps.push(Step::Wait(Span::hours(1)));
    private(&mut steps);
    steps.push(Step::Wait(Span::hours(1)));
    steps.push(open(dice.pick(&SENDERS[..6]), Format::Human));
    let rounds = 2 + dice.below(3);
    let mut failing_from = usize::MAX;
    for round in 0..rounds {
        if round + 1 == rounds && dice.one_in(2) {
            steps.push(open("fault start --channel all", Format::Human));
            failing_from = round + 2;
            // The attempts to deliver it fall between the recipient's acts.
            if dice.one_in(2) {
                steps.push(open(dice.pick(&SENDERS[..6]), Format::Human));
            }
        }
        private(&mut steps);
        steps.push(Step::Wait(wait(dice)));
        for _ in 0..dice.below(3) {
            let format = dice.pick(&FORMATS);
            steps.push(open(dice.pick(&SENDERS), format));
        }
        for _ in 0..8 {
            let format = dice.pick(&FORMATS);
            steps.push(open(dice.pick(&QUESTIONS), format));
        }
    }
    if failing_from == usize::MAX && dice.one_in(3) {
        // Requests expire between the recipient's acts.
        private(&mut steps);
        steps.push(Step::Wait(Span::days(190)));
        for _ in 0..4 {
            let format = dice.pick(&FORMATS);
            steps.push(open(dice.pick(&LATE), format));
        }
    }
    let reported_percent = dice.one_in(2).then(|| dice.pick(&REPORTED));
    Script { steps, places, had_asked, keeps_request, failing_from, reported_percent }
}

/// Sometimes long enough for reminders, for the end of a restriction, and for a late answer. All rounds together are shorter
/// than the time after which a closed account leaves the paths between others, which is public.
fn wait(dice: &mut Dice) -> Span {
    match dice.below(6) {
        0 => Span::ZERO,
        1 => Span::minutes(1 + dice.below(90) as i64),
        2 => Span::hours(1 + dice.below(60) as i64),
        3 => Span::days(1 + dice.below(3) as i64),
        4 => Span::days(7 + dice.below(3) as i64),
        _ => Span::days(20 + dice.below(15) as i64),
    }
}

pub(super) fn secrets(dice: &mut Dice, script: &Script) -> Secrets {
    let takes_back = |act: &[&str]| act.iter().any(|line| TAKES_BACK.contains(line));
    let place = |place: usize| {
        if place == 0 && script.keeps_request {
            return Vec::new();
        }
        if place == 0 {
            let may_close = !script.had_asked && dice.one_in(4);
            // The sender is told of this end and of its moment, so it is the same in both worlds.
            return vec![Act::at_once(if may_close { CLOSING } else { dice.pick(&ENDS) })];
        }
        let acts = (0..dice.below(4)).map(|_| {
            if place >= script.failing_from && dice.one_in(3) {
                dice.pick(&WHILE_LETTERS_FAIL)
            } else {
                dice.pick(&PRIVATE)
            }
        });
        let acts = acts.collect::<Vec<_>>().into_iter();
        let acts = acts.filter(|act| !script.keeps_request || !takes_back(act));
        let acts: Vec<Act> = acts.map(Act::at_once).collect();
        at_moments(dice, acts)
    };
    (0..script.places).map(place).collect()
}

/// The same acts in the same order, at random moments.
fn at_moments(dice: &mut Dice, mut acts: Vec<Act>) -> Vec<Act> {
    let at_once = dice.one_in(3);
    let mut moments: Vec<u16> =
        acts.iter().map(|_| if at_once { 0 } else { dice.below(1_000) as u16 }).collect();
    moments.sort_unstable();
    for (act, moment) in acts.iter_mut().zip(moments) {
        act.moment = moment;
    }
    acts
}

/// Secrets that differ from these only in the moments of the acts.
pub(super) fn at_other_moments(dice: &mut Dice, secrets: &Secrets) -> Secrets {
    let mut places = secrets.iter().cloned();
    let end = places.next().into_iter();
    end.chain(places.map(|acts| at_moments(dice, acts))).collect()
}

/// Plays worlds. It parses each line only once, because thousands of worlds have the same lines.
#[derive(Default)]
pub(super) struct Reader {
    lines: BTreeMap<String, ScriptCommand>,
    /// The records in the log when a script begins, by the reported percentage of the sender's feedback.
    begun: BTreeMap<Option<u8>, Vec<Vec<u8>>>,
}

impl Reader {
    fn read(&mut self, text: &str) -> &ScriptCommand {
        self.lines.entry(text.to_owned()).or_insert_with(|| {
            let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            parse_words(&words).unwrap_or_else(|error| panic!("{text}: {error}"))
        })
    }

    /// A world with its members and the sender's feedback, before the first step.
    fn begin(&mut self, reported_percent: Option<u8>) -> Sandbox {
        if !self.begun.contains_key(&reported_percent) {
            let log = Arc::new(MemoryLog::new());
            let mut world = Sandbox::over(Arc::clone(&log), 1, START).expect("a log in memory opens");
            for line in MEMBERS {
                world.run(&self.read(line).command, Format::Human);
            }
            drop(world);
            let events = reported_percent.map_or_else(Vec::new, given_feedback);
            for event in events {
                let number = log.next_position();
                let recorded = Recorded {
                    number: EventNumber(number.get()),
                    at: START,
                    actor: Actor::Timer,
                    command: None,
                    cause: None,
                    event,
                };
                log.append(number, &[encode(&recorded)]).expect("a log in memory takes it");
            }
            let records = log.read(Position::FIRST).map(|record| record.expect("it reads").bytes);
            self.begun.insert(reported_percent, records.collect());
        }
        let log = MemoryLog::new();
        log.append(Position::FIRST, &self.begun[&reported_percent]).expect("a log in memory takes it");
        Sandbox::over(Arc::new(log), 1, START).expect("a log in memory opens")
    }

    /// Everything that open lines print in the world with these secrets.
    pub(super) fn told(&mut self, script: &Script, secrets: &Secrets) -> Vec<Told> {
        let mut now = START;
        let mut world = self.begin(script.reported_percent);
        let mut told = Vec::new();
        for (index, step) in script.steps.iter().enumerate() {
            match step {
                // Nothing runs the work that falls due in between; the next act or query finds it.
                Step::Wait(span) => {
                    now = now.plus(*span);
                    world.wait_until(now);
                }
                Step::Open(line, format) => {
                    let Some(line) = with_request(line, &told) else { continue };
                    let is_agents = line.ends_with("agent");
                    let format = if is_agents { Format::Ndjson } else { *format };
                    let SandboxOutput { exit, out, stderr } = world.run(&self.read(&line).command, format);
                    let text = if is_agents {
                        passed_on(&out, &stderr)
                    } else {
                        format!("{out}{stderr}exit {exit:?}")
                    };
                    told.push(Told { line, text });
                    if script.keeps_request && self.are_connected(&mut world) {
                        return told;
                    }
                }
                Step::Private(place) => {
                    let wait = match script.steps.get(index + 1) {
                        Some(Step::Wait(span)) => span.as_millis(),
                        Some(Step::Open(..) | Step::Private(_)) | None => 0,
                    };
                    for act in secrets.get(*place).into_iter().flatten() {
                        world.wait_until(now.plus(Span::millis(wait * i64::from(act.moment) / 1_000)));
                        for line in act.lines {
                            world.run(&self.read(line).command, Format::Human);
                        }
                    }
                }
            }
        }
        told
    }

    fn are_connected(&mut self, world: &mut Sandbox) -> bool {
        world.run(&self.read("connected alice").command, Format::Json).out.contains("\"bob\"")
    }

    /// The first difference between the two worlds, reduced to as few secrets as still show one.
    pub(super) fn difference(&mut self, script: &Script, one: &Secrets, other: &Secrets) -> Option<String> {
        let (told, told_other) = (self.told(script, one), self.told(script, other));
        first_difference(&told, &told_other)?;
        let (mut one, mut other) = (one.clone(), other.clone());
        let mut said = String::new();
        while let Some((fewer, fewer_other)) = self.fewer(script, &one, &other) {
            (one, other) = (fewer, fewer_other);
        }
        let (told, told_other) = (self.told(script, &one), self.told(script, &other));
        let difference = first_difference(&told, &told_other)?;
        let _always = write!(said, "{difference}\nin private: {one:?}\nor:         {other:?}");
        Some(said)
    }

    /// Both worlds with one secret less, if they still differ.
    fn fewer(&mut self, script: &Script, one: &Secrets, other: &Secrets) -> Option<(Secrets, Secrets)> {
        for side in 0..2 {
            let long = if side == 0 { one } else { other };
            for (place, acts) in long.iter().enumerate().skip(1) {
                for act in 0..acts.len() {
                    let mut less = long.clone();
                    less[place].remove(act);
                    let pair = if side == 0 { (less, other.clone()) } else { (one.clone(), less) };
                    if first_difference(&self.told(script, &pair.0), &self.told(script, &pair.1)).is_some() {
                        return Some(pair);
                    }
                }
            }
        }
        None
    }
}

/// The events of a week's feedback to the sender. From 60 percent reported on, the policy restricts the account.
fn given_feedback(reported_percent: u8) -> Vec<Event> {
    let (member, basis) = (MemberId(1), FeedbackBasis::PrivateAnswers);
    let since = START.minus(Span::days(7));
    let feedback =
        Feedback { since, until: START, answered: 330, declined_percent: 10, reported_percent, basis };
    let mut events = vec![Event::Oversight(oversight::Event::FeedbackTaken { member, feedback })];
    if reported_percent >= 60 {
        events.push(Event::Oversight(oversight::Event::RestrictionImposed {
            member,
            until: START.plus(Span::days(2)),
            cause: RestrictionCause::Spam,
            policy: PolicyVersion(1),
            rule: "often-reported".to_owned(),
            step: 1,
        }));
    }
    events
}

/// The line with the id of the sender's last request in place of `REQUEST`; `None` if there is no request.
fn with_request(line: &str, told: &[Told]) -> Option<String> {
    if !line.contains("REQUEST") {
        return Some(line.to_owned());
    }
    let sent = told.iter().rev().filter(|told| told.line.starts_with("send alice"));
    let mut words = sent.flat_map(|told| told.text.split(|c: char| !c.is_ascii_alphanumeric()));
    let request = words.find(|word| word.len() == 14 && word.starts_with('R'))?;
    Some(line.replace("REQUEST", request))
}

/// What an agent may say to the sender: the sentence of the answer, or the message of the error. The hints of an error are
/// for the agent only, who may see what the sender may not. Of the sender's own lines everything is compared.
fn passed_on(answer: &str, stderr: &str) -> String {
    let answer: serde_json::Value = serde_json::from_str(answer).unwrap_or_default();

    let error: serde_json::Value = serde_json::from_str(stderr).unwrap_or_default();
    let said = answer["pass_on"].as_str().or(error["message"].as_str());
    said.unwrap_or(stderr.trim()).to_owned()
}

/// The first line that differs, from shortly before the difference, with the command that printed it.
pub(super) fn first_difference(one: &[Told], other: &[Told]) -> Option<String> {
    let (told, told_other) = one.iter().zip(other).find(|(one, other)| one != other)?;
    let differs = told.text.lines().zip(told_other.text.lines()).find(|(one, other)| one != other);
    let (line, line_other) = differs.unwrap_or((&told.text, &told_other.text));
    let same = line.chars().zip(line_other.chars()).take_while(|(one, other)| one == other).count();
    let part = |line: &str| line.chars().skip(same.saturating_sub(60)).take(200).collect::<String>();
    Some(format!("`{}` says\n  {}\nor\n  {}", told.line, part(line), part(line_other)))
}
