//! What the built-in filter does to whole populations, played through the engine: it stops a sender who asks everybody, and
//! leaves honest members alone. docs/spam.md has the same populations over many seeds; the bounds here are what it promises.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::{Address, Channel, Code, Command, Pair, Profile, Send, Span, Tier, Timestamp};
use acquaint_engine::{CommandOutcome, Genesis, Input, Kernel, Views, When};
use acquaint_policy::ARTICLE;

use crate::kernels::named;
use crate::random_worlds::START;
use crate::real_input::messages;

const HOUR: Span = Span::hours(1);

/// A network under the built-in policy, of which only the views are kept.
struct Network {
    kernel: Kernel,
}

impl Network {
    fn new() -> Self {
        let mut kernel = Kernel::new(Views::default());
        let genesis = Genesis { id_key: 7, policy: ARTICLE.to_owned(), at: START };
        kernel.init(&genesis).expect("the built-in policy reads");
        Self { kernel }
    }

    fn handle(&mut self, command: Command, at: Timestamp) -> CommandOutcome {
        let input = Input { command, when: When::NotBefore(at), key: None };
        let receipt = self.kernel.handle(input).expect("the command can be answered");
        let _recorded = self.kernel.take_staged();
        receipt.verdict
    }

    fn join(&mut self, name: &str, company: Option<&str>, at: Timestamp) {
        let profile = Profile { company: company.map(str::to_owned), ..Profile::default() };
        self.handle(Command::AddMember { handle: named(name), tier: Tier::Free, profile }, at);
    }

    fn send(&mut self, sender: &str, to: &str, note: Option<&str>, at: Timestamp) -> CommandOutcome {
        let (sender, to, note) = (named(sender), to.to_owned(), note.map(str::to_owned));
        let send = Send { sender, to, note, channel: Channel::Web, with_email: None };
        self.handle(Command::SendRequest(send), at)
    }

    fn accept(&mut self, member: &str, sender: &str, at: Timestamp) {
        let pair = Pair { member: named(member), other: Address::Handle(named(sender)) };
        self.handle(Command::Accept(pair), at);
    }
}

/// Whether the spam filter stopped it, and not a limit.
fn is_spam(verdict: CommandOutcome) -> bool {
    matches!(
        verdict,
        CommandOutcome::Held(Code::SpamHeld) | CommandOutcome::Refused(Code::SpamRefused | Code::Automation)
    )
}

/// A permutation of 0 to 99 without an obvious pattern, repeated every hundred numbers.
const fn mixed(number: usize) -> usize {
    (number * 61 + 17) % 100
}

/// The sender's note for the nth request.
type Note = fn(usize) -> Option<String>;

/// The article's own case: an account that is `age` days old sends 300 requests on each of eight days, within `hours` of
/// each. Nobody accepts, and it has no connections. Returns how long after the first request one was first stopped, and first
/// refused.
fn indiscriminate(age: i64, hours: i64, note: Note) -> (Option<Span>, Option<Span>) {
    let mut network = Network::new();
    network.join("bulk", None, START);
    let first = START.plus(Span::days(age));
    let (mut held, mut refused) = (None, None);
    for number in 0..2_400_i64 {
        let at = first.plus(Span::days(number / 300)).plus(Span::seconds(12 * hours * (number % 300)));
        let to = format!("p{number}");
        network.join(&to, None, at);
        let verdict = network.send("bulk", &to, note(number as usize).as_deref(), at);
        if is_spam(verdict) {
            held = held.or(Some(at.since(first)));
        }
        if verdict == CommandOutcome::Refused(Code::SpamRefused) {
            refused = refused.or(Some(at.since(first)));
        }
    }
    (held, refused)
}

#[test]
fn a_sender_whom_nobody_accepts_is_held_within_three_days_and_refused_within_five() {
    let same: Note = |_| Some("Join my webinar on growth, it is free for all of you!".to_owned());
    for (age, hours) in [(0, 24), (60, 24), (60, 1), (400, 24), (400, 8), (400, 1)] {
        for note in [|_| None, same] {
            let (held, refused) = indiscriminate(age, hours, note);
            let account = format!("{age} days old, {hours} hours a day");
            assert!(held.is_some_and(|after| after <= Span::days(3)), "{account}: first held after {held:?}");
            assert!(
                refused.is_some_and(|after| after <= Span::days(5)),
                "{account}: refused after {refused:?}"
            );
        }
    }
}

/// An honest sender: `a_week` requests to strangers a week, in bursts of `burst` within a minute. `accepted` percent are
/// accepted, after an hour to four days. Returns how many the filter stopped.
fn honest(weeks: usize, a_week: usize, burst: usize, accepted: usize, note: Note) -> usize {
    let mut network = Network::new();
    network.join("ann", None, START);
    let mut answers: BTreeSet<(Timestamp, usize)> = BTreeSet::new();
    let mut stopped = 0;
    for number in 0..weeks * a_week {
        let (round, place) = (number / burst, number % burst);
        let gap = Span::millis(Span::days(7).as_millis() * burst as i64 / a_week as i64);
        let at =
            START.plus(Span::millis(gap.as_millis() * round as i64)).plus(Span::seconds(2 * place as i64));
        while let Some((when, asked)) = answers.pop_first() {
            if when > at {
                answers.insert((when, asked));
                break;
            }
            network.accept(&format!("p{asked}"), "ann", when);
        }
        let to = format!("p{number}");
        network.join(&to, None, at);
        if is_spam(network.send("ann", &to, note(number).as_deref(), at)) {
            stopped += 1;
        } else if mixed(number) < accepted {
            // From an hour to four days, distributed like the cube of a uniform number.
            let part = mixed(number + 7) as i64;
            answers.insert((
                at.plus(Span::millis(HOUR.as_millis() * (1 + part * part * part / 10_500))),
                number,
            ));
        }
    }
    stopped
}

#[test]
fn the_honest_heavy_sender_is_left_alone_whatever_the_notes_say() {
    let own: Note = |number| Some(format!("Your {number}th talk, on {}, helped me", mixed(number)));
    let template: Note = |number| Some(format!("Hello p{number}, I am looking for engineers for our team."));
    for note in [|_| None, own, template] {
        let stopped = honest(8, 200, 25, 75, note);
        assert!(
            stopped * 200 < 1_600,
            "{stopped} of 1,600 requests were stopped, more than one in two hundred"
        );
    }
}

#[test]
fn a_recruiter_whom_two_of_five_accept_is_left_alone() {
    let own: Note =
        |number| Some(format!("Your {number}th paper, on {}, is close to our work", mixed(number)));
    let stopped = honest(8, 110, 22, 40, own);
    assert!(stopped * 200 < 880, "{stopped} of 880 requests were stopped, more than one in two hundred");
}

#[test]
fn colleagues_greeted_by_name_with_one_sentence_are_never_held() {
    let mut network = Network::new();
    network.join("ann", Some("Acme"), START);
    let afternoon = START.plus(Span::days(74 * 7));
    for number in 0..30 {
        let at = afternoon.plus(Span::seconds(480 * number));
        let to = format!("colleague{number}");
        network.join(&to, Some("acme"), at);
        let note = format!("Hello {to}, I am new on the third floor and would like to connect.");
        let verdict = network.send("ann", &to, Some(&note), at);
        assert_eq!(verdict, CommandOutcome::OnItsWay, "to {to}");
    }
}

/// Messages of students, played live: the first from one to another is a request, and the first one back accepts it. Returns
/// the number of requests, of those that were stopped, and of those that were stopped and have an answer in the file.
fn played_live(text: &str) -> [usize; 3] {
    let mut network = Network::new();
    let mut messages: Vec<(i64, u32, u32)> = text
        .lines()
        .map(|line| {
            let numbers: Vec<i64> = line.split(' ').map(|word| word.parse().expect("a number")).collect();
            let [from, to, at] = numbers[..] else { panic!("`{line}` has three numbers") };
            (at, from as u32, to as u32)
        })
        .collect();
    messages.sort_by_key(|(at, ..)| *at);
    let begin = messages.first().map_or(0, |(at, ..)| *at);
    let mut members = BTreeSet::new();
    let mut connected: BTreeSet<(u32, u32)> = BTreeSet::new();
    // By sender and recipient: whether the request was sent.
    let mut open: BTreeMap<(u32, u32), bool> = BTreeMap::new();
    let [mut requests, mut stopped, mut answered] = [0; 3];
    for (at, from, to) in messages.into_iter().filter(|(_, from, to)| from != to) {
        let at = START.plus(Span::seconds(at - begin));
        for member in [from, to] {
            if members.insert(member) {
                network.join(&format!("m{member}"), None, at);
            }
        }
        if let Some(is_out) = open.remove(&(to, from)) {
            if is_out {
                network.accept(&format!("m{from}"), &format!("m{to}"), at);
            } else {
                answered += 1;
            }
            connected.extend([(from, to), (to, from)]);
        } else if !open.contains_key(&(from, to)) && !connected.contains(&(from, to)) {
            let is_stopped = is_spam(network.send(&format!("m{from}"), &format!("m{to}"), None, at));
            requests += 1;
            stopped += usize::from(is_stopped);
            open.insert((from, to), !is_stopped);
        }
    }
    [requests, stopped, answered]
}

#[test]
fn students_who_write_to_one_another_are_left_alone() {
    let Some((_, text)) = messages() else { return };
    let [requests, stopped, answered] = played_live(&text);
    assert_eq!(requests, 13_838);
    assert!(stopped * 100 <= requests, "{stopped} of {requests} were stopped, more than one in a hundred");
    let few = answered * 5 < stopped || stopped == 0;
    assert!(few, "{answered} of the {stopped} that were stopped were answered, one in five or more");
}
