//! Random histories of a few members: every kind of command, failing letters, and time that passes.

use std::fmt;

use acquaint_codec::encode;
use acquaint_domain::{
    AcceptFrom, Address, AppealDecision, Channel, Command, Confirmation, EmailAddress, Fault, FaultChannel,
    Handle, MaxDegree, MemberDraft, Pair, Profile, ProfileUrl, Recorded, RequestId, RestrictionCause, Send,
    SettingsChange, Span, Tier, Timestamp,
};
use acquaint_engine::{Genesis, Input, Kernel, Receipt, SubmitError, When};
use acquaint_log::{EventLog, MemoryLog, Position};
use acquaint_policy::ARTICLE;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, TestCaseError, TestRng, TestRunner};

/// 21 Nov 2026 08:00:00 UTC
pub(crate) const START: Timestamp = Timestamp::from_millis(1_795_248_000_000);
/// The most steps of a history; on average it has half as many. Shrinking removes steps.
const STEPS_MAX: usize = 120;
/// The environment variable for a larger number of cases than in an ordinary run.
const CASES_VARIABLE: &str = "ACQUAINT_TEST_CASES";

/// The kind of address that a member uses for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Handle,
    Url,
    Email,
    /// An e-mail address that no member has.
    NobodysEmail,
    /// A handle that no member has.
    NobodysHandle,
    /// No address at all.
    Malformed,
}

/// A step of a history.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Do(Command),
    Wait(Span),
}

/// A history: the number of its members, and its steps.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) members: u8,
    pub(crate) steps: Vec<Step>,
}

impl fmt::Debug for World {
    /// Writes one step a line, so that people can read a failure.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} members", self.members)?;
        self.steps.iter().try_for_each(|step| match step {
            Step::Do(command) => writeln!(f, "  {command:?}"),
            Step::Wait(span) => writeln!(f, "  wait {span}"),
        })
    }
}

/// Runs a property on random values; a failure names the smallest it found.
pub(crate) fn check<S: Strategy>(
    cases: u32,
    strategy: &S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let asked = std::env::var(CASES_VARIABLE).ok().and_then(|text| text.parse().ok());
    let cases = asked.map_or(cases, |asked: u32| asked.max(cases));
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    // The values are the same in every run, so that only a change of the code makes a test fail.
    let random = TestRng::deterministic_rng(config.rng_algorithm);
    if let Err(trouble) = TestRunner::new_with_rng(config, random).run(strategy, property) {
        panic!("{trouble}");
    }
}

pub(crate) fn handle(member: u8) -> Handle {
    Handle::parse(&format!("m{member}")).expect("a handle")
}

pub(crate) fn email(member: u8) -> EmailAddress {
    EmailAddress::parse(&format!("m{member}@example.org")).expect("an e-mail address")
}

pub(crate) fn entered(member: u8, by: By) -> String {
    match by {
        By::Handle => format!("M{member}"),
        By::Url => format!("https://www.example.org/in/m{member}/"),
        By::Email => format!(" m{member}@Example.org"),
        By::NobodysEmail => "nobody@example.net".to_owned(),
        By::NobodysHandle => "nobody".to_owned(),
        By::Malformed => "m 1".to_owned(),
    }
}

fn address(member: u8, by: By) -> Address {
    match Address::parse(&entered(member, by)) {
        Ok(address) => address,
        Err(_) => Address::Handle(handle(member)),
    }
}

fn joining(member: u8) -> Command {
    let (company, title) = if member.is_multiple_of(2) { ("Acme", "Engineer") } else { ("Globex", "Buyer") };
    let profile = Profile {
        emails: vec![email(member)],
        url: Some(ProfileUrl::parse(&entered(member, By::Url)).expect("a URL")),
        company: Some(company.to_owned()),
        title: Some(title.to_owned()),
        entered_handle: None,
    };
    Command::AddMember { handle: handle(member), tier: Tier::Free, profile }
}

/// A send from one member to another.
pub(crate) fn requesting(from: u8, to: u8, by: By) -> Send {
    let (sender, to) = (handle(from), entered(to, by));
    Send { sender, to, note: None, channel: Channel::Web, with_email: None }
}

/// A kernel with this many members, before the first step.
pub(crate) fn kernel_of(members: u8) -> Kernel {
    let mut kernel = Kernel::default();
    kernel.init(&genesis()).expect("the built-in policy reads");
    for member in 1..=members {
        perform(&mut kernel, joining(member), START);
    }
    kernel
}

pub(crate) fn genesis() -> Genesis {
    // So few requests a day that histories reach the limit.
    let policy = ARTICLE.replacen("free = 300", "free = 9", 1);
    Genesis { id_key: 1, policy, at: START }
}

/// Every command of a world with its moment, beginning with those that add its members.
pub(crate) fn inputs(world: &World) -> Vec<Input> {
    let mut now = START;
    let mut inputs: Vec<Input> = (1..=world.members).map(|member| input(joining(member), START)).collect();
    for step in &world.steps {
        match step {
            Step::Do(command) => inputs.push(input(command.clone(), now)),
            Step::Wait(span) => now = now.plus(*span),
        }
    }
    inputs
}

fn input(command: Command, at: Timestamp) -> Input {
    Input { command, when: When::Exactly(at), key: None }
}

/// Runs a command and ignores its answer: a history may have commands that fail.
pub(crate) fn perform(kernel: &mut Kernel, command: Command, at: Timestamp) {
    let _cannot_be_answered = handle_whole(kernel, input(command, at));
}

/// Runs a command, and fills the counters of a policy that it adopts. All earlier events must be staged.
pub(crate) fn handle_whole(kernel: &mut Kernel, input: Input) -> Result<Receipt, SubmitError> {
    let answer = kernel.handle(input);
    if kernel.views().ledger.needs_backfill() {
        let filled = kernel.backfill_counters(std::iter::empty::<Result<Recorded, ()>>());
        assert_eq!(filled, Ok(()));
    }
    answer
}

/// Adoptions of other policies. With one of them, requests expire so early that many are already too old.
fn policies() -> BoxedStrategy<Command> {
    let each = |number: u32| {
        format!(
            "{{ free = {number}, premium = {number}, sales-navigator = {number} }}\nsource = \"choice: a test\"\n"
        )
    };
    let limit = |id: &str, code: &str, window: &str, most: u32| {
        format!("[[limit]]\nid = \"{id}\"\ncode = \"{code}\"\n{window}\nat_most = {}\n", each(most))
    };
    let with = |tables: String| {
        let text = ARTICLE.replacen("free = 300", "free = 2", 1);
        text.replacen("[own_settings]", &format!("{tables}[own_settings]"), 1)
    };
    let long = with(
        limit("month", "CR0402", "kind = \"rolling\"\nwindow = \"30d\"", 4)
            + &limit("tries", "CR0404", "kind = \"window-from-first\"\nwindow = \"2d\"", 2)
            + &limit("notes", "CR0403", "kind = \"window-from-first\"\nwindow = \"20d\"", 1),
    );
    let capped = with(
        limit("week", "CR0402", "kind = \"calendar-week\"\nzone = \"Europe/Berlin\"", 2)
            + &limit("tried", "CR0401", "kind = \"calendar-day\"\nzone = \"UTC\"", 1)
            + &format!("[open_requests]\nat_most = {}\n[network]\nat_most = {}\n", each(3), each(1))
            + "[cooldown]\nafter_withdrawal = \"9d\"\nsource = \"choice: a test\"\n"
            + "[shadow]\nrules = [\"tried\", \"spam\"]\nsource = \"choice: a test\"\n"
            + "[unevaluated]\nown-degree = \"refuse\"\nlimits = \"refuse\"\nsource = \"choice: a test\"\n",
    );
    let daily = ARTICLE.replacen("free = 300", "free = 1", 1);
    let brisk = ARTICLE.replacen("after = \"180d\"", "after = \"20d\"", 1);
    assert_ne!(brisk, ARTICLE, "the article's policy has an expiry");
    let policies = [daily, long, capped, brisk];
    proptest::sample::select(policies.to_vec()).prop_map(|text| Command::AdoptPolicy { text }).boxed()
}

/// Appeals against restrictions, and decisions about them.
fn appeals(members: u8) -> BoxedStrategy<Command> {
    let opened =
        (1..=members).prop_map(|member| Command::OpenAppeal { member: handle(member), request: None });
    let decided = (1..=members, any::<bool>()).prop_map(|(member, upheld)| Command::DecideAppeal {
        member: handle(member),
        request: None,
        decision: if upheld { AppealDecision::Upheld } else { AppealDecision::Dismissed },
    });
    prop_oneof![opened, decided].boxed()
}

/// Lets time pass until `until`; due work is done at its own moment.
pub(crate) fn pass(kernel: &mut Kernel, until: Timestamp) {
    while let Some(due) = kernel.next_due().filter(|due| *due <= until) {
        kernel.advance(due);
    }
}

/// Plays a whole history, and calls `look` after each step. All of its events stay staged.
pub(crate) fn play(
    world: &World,
    mut look: impl FnMut(&mut Kernel, Timestamp) -> Result<(), TestCaseError>,
) -> Result<(Kernel, Timestamp), TestCaseError> {
    let (mut kernel, mut now) = (kernel_of(world.members), START);
    for step in &world.steps {
        match step {
            Step::Do(command) => perform(&mut kernel, command.clone(), now),
            Step::Wait(span) => {
                now = now.plus(*span);
                pass(&mut kernel, now);
            }
        }
        look(&mut kernel, now)?;
    }
    Ok((kernel, now))
}

/// Ends all faults and waits six hours, the longest time between two attempts: then every letter has arrived, and hardly any
/// request is old enough to expire. Returns the time.
pub(crate) fn settle(kernel: &mut Kernel, now: Timestamp) -> Timestamp {
    perform(kernel, Command::StopFault(FaultChannel::All), now);
    let then = now.plus(Span::hours(6));
    pass(kernel, then);
    then
}

/// A log of these events.
pub(crate) fn log_of(events: &[Recorded]) -> MemoryLog {
    let log = MemoryLog::new();
    let bytes: Vec<Vec<u8>> = events.iter().map(encode).collect();
    log.append(Position::FIRST, &bytes).expect("an empty log takes its first batch");
    log
}

/// Every request that these events are about, sorted.
pub(crate) fn requests(events: &[Recorded]) -> Vec<RequestId> {
    let mut requests: Vec<RequestId> =
        events.iter().flat_map(|recorded| recorded.event.requests().into_owned()).collect();
    requests.sort_unstable();
    requests.dedup();
    requests
}

/// Histories of three to five members, with or without faults.
pub(crate) fn worlds() -> BoxedStrategy<World> {
    (3..=5_u8, any::<bool>())
        .prop_flat_map(|(members, faults)| {
            (Just(members), vec(steps(members, faults), 1..=STEPS_MAX))
                .prop_map(|(members, steps)| World { members, steps })
        })
        .boxed()
}

fn steps(members: u8, faults: bool) -> BoxedStrategy<Step> {
    let faults = if faults { 3 } else { 0 };
    prop_oneof![
        14 => sends_between(members),
        14 => answers(members),
        6 => relations(members),
        5 => accounts(members),
        faults => fault_commands(),
        10 => waits(),
    ]
    .boxed()
}

fn waits() -> BoxedStrategy<Step> {
    let wait = prop_oneof![
        Just(Span::millis(1)),
        (1..120_i64).prop_map(Span::seconds),
        (1..48_i64).prop_map(Span::hours),
        (1..40_i64).prop_map(Span::days),
    ];
    wait.prop_map(Step::Wait).boxed()
}

/// Two different members.
fn pairs(members: u8) -> BoxedStrategy<(u8, u8)> {
    (1..=members, 1..=members)
        .prop_map(move |(one, other)| if one == other { (one, one % members + 1) } else { (one, other) })
        .boxed()
}

pub(crate) fn ways() -> BoxedStrategy<By> {
    prop_oneof![6 => Just(By::Handle), 2 => Just(By::Url), 3 => Just(By::Email)].boxed()
}

fn sends_between(members: u8) -> BoxedStrategy<Step> {
    let by = prop_oneof![
        20 => ways(),
        1 => Just(By::NobodysEmail),
        1 => Just(By::NobodysHandle),
        1 => Just(By::Malformed),
    ];
    let channel = prop_oneof![
        3 => Just(Channel::Web),
        1 => Just(Channel::Mobile),
        1 => Just(Channel::Desktop),
        1 => Just(Channel::Api("bulk".to_owned())),
    ];
    let people = prop_oneof![30 => pairs(members), 1 => (1..=members).prop_map(|member| (member, member))];
    let note = option::weighted(0.3, Just("Let us connect".to_owned()));
    (people, by, channel, note, option::weighted(0.2, 1..=members))
        .prop_map(|((from, to), by, channel, note, with)| {
            Command::SendRequest(Send {
                sender: handle(from),
                to: entered(to, by),
                note,
                channel,
                with_email: with.map(email),
            })
        })
        .prop_map(Step::Do)
        .boxed()
}

fn pair_of((member, other): (u8, u8), by: By) -> Pair {
    Pair { member: handle(member), other: address(other, by) }
}

/// A command between two members, and its weight among the others.
type Weighted = (u32, fn(Pair) -> Command);

fn between(members: u8, commands: Vec<Weighted>) -> BoxedStrategy<Step> {
    let commands = commands.into_iter().map(|(weight, command)| (weight, Just(command)));
    let command = proptest::strategy::Union::new_weighted(commands.collect());
    (pairs(members), ways(), command)
        .prop_map(|(pair, by, command)| Step::Do(command(pair_of(pair, by))))
        .boxed()
}

fn answers(members: u8) -> BoxedStrategy<Step> {
    between(
        members,
        vec![
            (6, Command::Accept),
            (2, Command::Decline),
            (2, Command::Ignore),
            (1, Command::Report),
            (4, Command::Withdraw),
            (3, Command::Confirm),
        ],
    )
}

fn relations(members: u8) -> BoxedStrategy<Step> {
    between(
        members,
        vec![
            (2, Command::Block),
            (2, Command::Unblock),
            (3, Command::Disconnect),
            (1, Command::RecordConnection),
        ],
    )
}

fn accounts(members: u8) -> BoxedStrategy<Step> {
    let member = 1..=members;
    let of = move |command: fn(Handle) -> Command| member.clone().prop_map(move |m| command(handle(m)));
    let restrict = (1..=members, 0..200_i64).prop_map(|(member, hours)| Command::RestrictMember {
        member: handle(member),
        until: START.plus(Span::days(hours)),
        cause: RestrictionCause::Policy,
    });
    let contacts = (1..=members, 1..=members).prop_map(|(member, other)| Command::ImportContacts {
        member: handle(member),
        contacts: vec![email(other)],
    });
    // An e-mail address may be taken from a member and given to another.
    let change = (1..=members, vec(1..=members, 0..2)).prop_map(|(member, emails)| Command::ChangeMember {
        member: handle(member),
        draft: MemberDraft {
            emails: Some(emails.into_iter().map(email).collect()),
            ..MemberDraft::default()
        },
    });
    let command = prop_oneof![
        6 => settings(members),
        2 => restrict,
        1 => of(Command::BanMember),
        2 => of(Command::LiftRestriction),
        1 => of(Command::CloseMember),
        2 => contacts,
        1 => change,
        1 => policies(),
        2 => appeals(members),
    ];
    command.prop_map(Step::Do).boxed()
}

fn settings(members: u8) -> BoxedStrategy<Command> {
    let accept_from = prop_oneof![
        Just(AcceptFrom::Everyone),
        Just(AcceptFrom::Contacts),
        Just(AcceptFrom::ContactsOrEmail)
    ];
    let max_degree = prop_oneof![2 => Just(MaxDegree::Any), 1 => (1..=3_u8).prop_map(MaxDegree::Within)];
    let names = |name: &'static str| option::of(prop_oneof![Just(vec![]), Just(vec![name.to_owned()])]);
    let confirmation = prop_oneof![Just(Confirmation::Off), Just(Confirmation::First)];
    let change = (
        option::of(accept_from),
        option::of(max_degree),
        names("acme"),
        names("Buyer"),
        option::of(confirmation),
    );
    (1..=members, change)
        .prop_map(|(member, (accept_from, max_degree, companies, titles, confirmation))| {
            let change = SettingsChange { accept_from, max_degree, companies, titles, confirmation };
            Command::ChangeSettings { member: handle(member), change }
        })
        .boxed()
}

fn fault_commands() -> BoxedStrategy<Step> {
    let channel = prop_oneof![
        Just(FaultChannel::All),
        Just(FaultChannel::Web),
        Just(FaultChannel::Mobile),
        Just(FaultChannel::Desktop),
    ];
    let fault = prop_oneof![Just(Fault::ServerError), Just(Fault::Timeout), Just(Fault::AppBug)];
    let start = (channel.clone(), fault).prop_map(|(channel, fault)| Command::StartFault { channel, fault });
    let command = prop_oneof![start, channel.prop_map(Command::StopFault)];
    command.prop_map(Step::Do).boxed()
}
