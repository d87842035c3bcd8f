//! A month in which forty members send, answer, remind, block and disconnect, as in the benchmark's workload W, while
//! accounts, settings and policies change.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use acquaint_codec::decode_at;
use acquaint_domain::{
    AcceptFrom, Address, AppealDecision, Channel, Command, Confirmation, EmailAddress, EventNumber, Fault,
    FaultChannel, Handle, MaxDegree, MemberDraft, Pair, Profile, ProfileUrl, Recorded, RequestId,
    RestrictionCause, Send, SettingsChange, Span, Tier, Timestamp,
};
use acquaint_engine::{Check, CommandOutcome, Genesis, Input, Rebuild, Solo, SubmitError, When};
use acquaint_log::{MemoryLog, Position};

use super::{POLICY, counts, table};
use crate::random_worlds::START;

const MEMBERS: u64 = 40;
const SENDS: i64 = 700;
/// The time between two sends, which makes a month for all of them.
const GAP: Span = Span::minutes(60);

/// Pseudo-random numbers that are the same on every machine: the output of BLAKE3 for a fixed input.
struct Dice(blake3::OutputReader);

impl Dice {
    fn new() -> Self {
        Self(blake3::Hasher::new().update(b"a pinned month").finalize_xof())
    }

    /// From 0 up to, but not including, `end`.
    fn below(&mut self, end: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        ((u128::from(u64::from_le_bytes(bytes)) * u128::from(end)) >> 64) as u64
    }

    fn member(&mut self) -> u64 {
        // Members with lower numbers are busier.
        self.below(MEMBERS).min(self.below(MEMBERS)) + 1
    }
}

/// A moment, a number that orders plans for the same moment, and the plan.
type Planned = Reverse<(Timestamp, u64, Plan)>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Plan {
    /// The numbered command between two members.
    Between(u64, u64, u64),
    /// The numbered review of a request.
    Review(u64, RequestId),
    /// The appeal of a member is decided.
    Decide(u64, bool),
}

struct Month {
    dice: Dice,
    solo: Solo,
    planned: BinaryHeap<Planned>,
    count: u64,
    /// Commands that could not be answered.
    errors: u64,
}

fn handle(member: u64) -> Handle {
    Handle::parse(&format!("m{member}")).expect("a handle")
}

fn email(member: u64) -> EmailAddress {
    EmailAddress::parse(&format!("m{member}@example.org")).expect("an address")
}

fn url(member: u64) -> ProfileUrl {
    ProfileUrl::parse(&format!("https://example.org/in/m{member}")).expect("a URL")
}

fn tier(member: u64) -> Tier {
    match member % 4 {
        0 => Tier::Premium,
        1 => Tier::SalesNavigator,
        _ => Tier::Free,
    }
}

impl Month {
    fn act(&mut self, command: Command, at: Timestamp) -> Option<(CommandOutcome, Option<RequestId>)> {
        let answer = self.solo.submit(Input { command, when: When::NotBefore(at), key: None });
        match answer {
            Ok(receipt) => Some((receipt.verdict, receipt.request)),
            Err(
                SubmitError::NotFound(_)
                | SubmitError::UnknownMember { .. }
                | SubmitError::ClosedMember(_)
                | SubmitError::UnknownAddress { .. }
                | SubmitError::UnknownRequest(_)
                | SubmitError::NotOpen(_)
                | SubmitError::NoAppeal(_)
                | SubmitError::NoFault
                | SubmitError::HandleTaken(_)
                | SubmitError::HandleOfClosed(_)
                | SubmitError::BadPolicy(_)
                | SubmitError::NotThere { .. }
                | SubmitError::StaysHeld { .. }
                | SubmitError::BadInput(_),
            ) => {
                self.errors += 1;
                None
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Plans something for an hour to five days later, mostly soon. A reminder after an hour is not too early.
    fn plan(&mut self, at: Timestamp, plan: Plan) {
        let part = self.dice.below(1_000);
        let minutes = 61 + (5 * 24 * 60 * part.pow(3) / 1_000_000_000) as i64;
        self.count += 1;
        self.planned.push(Reverse((at.plus(Span::minutes(minutes)), self.count, plan)));
    }

    fn do_planned(&mut self, until: Timestamp) {
        while let Some(Reverse((at, _, plan))) = self.planned.peek().copied().filter(|next| next.0.0 <= until)
        {
            self.planned.pop();
            match plan {
                Plan::Between(number, member, other) => self.between(number, member, other, at),
                Plan::Review(number, request) => {
                    let command = match number {
                        0 => Command::ReleaseRequest(request),
                        1 => Command::RefuseRequest(request),
                        2 => Command::ReleaseWaivingLimits(request),
                        _ => return,
                    };
                    self.act(command, at);
                }
                Plan::Decide(member, upheld) => {
                    let member = handle(member);
                    let decision = if upheld { AppealDecision::Upheld } else { AppealDecision::Dismissed };
                    self.act(Command::DecideAppeal { member, request: None, decision }, at);
                }
            }
        }
    }

    /// `member` answers `other`, confirms, blocks or disconnects; or `other`, the sender, withdraws the request or sends a
    /// reminder.
    fn between(&mut self, number: u64, member: u64, other: u64, at: Timestamp) {
        let by_sender = || Pair { member: handle(other), other: Address::Handle(handle(member)) };
        let other_address = match self.dice.below(5) {
            0 => Address::Email(email(other)),
            1 => Address::Profile(url(other)),
            _ => Address::Handle(handle(other)),
        };
        let pair = Pair { member: handle(member), other: other_address };
        let command = match number {
            0..35 => Command::Accept(pair),
            35..40 => Command::Decline(pair),
            40..44 => Command::Ignore(pair),
            44..48 => Command::Report(pair),
            48..52 => Command::Block(pair),
            52..55 => Command::Confirm(pair),
            100..110 => Command::Withdraw(by_sender()),
            110..130 => Command::Remind(by_sender()),
            200 => Command::Unblock(pair),
            201 => Command::Disconnect(pair),
            _ => return,
        };
        let done = self.act(command, at).is_some();
        if done && number < 35 && self.dice.below(10) < 3 {
            self.plan(at, Plan::Between(201, member, other));
        } else if done && (48..52).contains(&number) && self.dice.below(10) < 4 {
            self.plan(at, Plan::Between(200, member, other));
        }
    }

    fn send(&mut self, at: Timestamp) {
        let (sender, to) = (self.dice.member(), self.dice.below(MEMBERS) + 1);
        let entered = match self.dice.below(24) {
            0 => "nobody".to_owned(),
            1 => "nobody@example.net".to_owned(),
            2 => "no body".to_owned(),
            3..7 => email(to).as_str().to_owned(),
            7..10 => format!("https://www.example.org/in/M{to}/"),
            _ => format!("M{to}"),
        };
        let note = match self.dice.below(5) {
            0 => Some("Let us connect".to_owned()),
            1 => Some(format!("We met in the {to}th row of the theatre, I believe, {sender}")),
            _ => None,
        };
        let channel = match self.dice.below(12) {
            0 | 1 => Channel::Mobile,
            2 => Channel::Desktop,
            3 => Channel::Api("a program".to_owned()),
            4 => Channel::Api("bulk".to_owned()),
            _ => Channel::Web,
        };
        let with_email = (self.dice.below(8) == 0).then(|| email(to));
        let send = Send { sender: handle(sender), to: entered, note, channel, with_email };
        if self.dice.below(20) == 0 {
            let _checked = self.solo.run(Check { send: send.clone(), when: When::NotBefore(at) });
        }
        let Some((verdict, request)) = self.act(Command::SendRequest(send), at) else { return };
        match verdict {
            CommandOutcome::OnItsWay => {
                let number = self.dice.below(70);
                self.plan(at, Plan::Between(number, to, sender));
                let number = 100 + self.dice.below(60);
                self.plan(at, Plan::Between(number, to, sender));
            }
            CommandOutcome::Held(_) => {
                if let Some(request) = request {
                    let number = self.dice.below(4);
                    self.plan(at, Plan::Review(number, request));
                }
                self.plan(at, Plan::Between(52, sender, to));
            }
            CommandOutcome::Done | CommandOutcome::Crossed | CommandOutcome::Refused(_) => {}
        }
    }

    /// Sometimes changes an account, or the faults.
    fn change(&mut self, at: Timestamp) {
        let (member, other) = (self.dice.member(), self.dice.below(MEMBERS) + 1);
        let name = handle(member);
        let command = match self.dice.below(60) {
            0 => Command::RestrictMember {
                member: name,
                until: at.plus(Span::hours(self.dice.below(48) as i64 + 1)),
                cause: RestrictionCause::Policy,
            },
            1 => Command::BanMember(name),
            2 => Command::LiftRestriction(name),
            3 => Command::ImportContacts { member: name, contacts: vec![email(other)] },
            4..8 => self.settings(name),
            8 => Command::ChangeMember {
                member: name,
                draft: MemberDraft { company: Some("Globex".to_owned()), ..MemberDraft::default() },
            },
            9 => Command::RecordConnection(Pair { member: name, other: Address::Handle(handle(other)) }),
            10 => Command::StartFault { channel: FaultChannel::Web, fault: Fault::ServerError },
            11 => Command::StartFault { channel: FaultChannel::All, fault: Fault::Timeout },
            12 | 13 => Command::StopFault(FaultChannel::Web),
            14..18 => Command::StopFault(FaultChannel::All),
            18..20 => {
                let upheld = self.dice.below(2) == 0;
                self.plan(at, Plan::Decide(member, upheld));
                Command::OpenAppeal { member: name, request: None }
            }
            _ => return,
        };
        self.act(command, at);
    }

    fn settings(&mut self, member: Handle) -> Command {
        let change = match self.dice.below(7) {
            0 => SettingsChange { accept_from: Some(AcceptFrom::Contacts), ..SettingsChange::default() },
            1 => {
                SettingsChange { accept_from: Some(AcceptFrom::ContactsOrEmail), ..SettingsChange::default() }
            }
            2 => SettingsChange { max_degree: Some(MaxDegree::Within(2)), ..SettingsChange::default() },
            3 => SettingsChange { companies: Some(vec!["Acme".to_owned()]), ..SettingsChange::default() },
            4 => SettingsChange { titles: Some(vec!["Buyer".to_owned()]), ..SettingsChange::default() },
            5 => SettingsChange { confirmation: Some(Confirmation::First), ..SettingsChange::default() },
            _ => SettingsChange {
                accept_from: Some(AcceptFrom::Everyone),
                max_degree: Some(MaxDegree::Any),
                companies: Some(vec![]),
                titles: Some(vec![]),
                confirmation: Some(Confirmation::Off),
            },
        };
        Command::ChangeSettings { member, change }
    }
}

fn begun() -> Month {
    let genesis = Genesis { id_key: 1, policy: POLICY.to_owned(), at: START };
    let solo = Solo::open(Arc::new(MemoryLog::new()), &genesis).expect("the policy reads");
    let mut month = Month { dice: Dice::new(), solo, planned: BinaryHeap::new(), count: 0, errors: 0 };
    for member in 1..=MEMBERS {
        let (company, title) =
            if member.is_multiple_of(2) { ("Acme", "Engineer") } else { ("Globex", "Buyer") };
        let profile = Profile {
            emails: vec![email(member)],
            url: Some(url(member)),
            company: Some(company.to_owned()),
            title: Some(title.to_owned()),
            entered_handle: None,
        };
        month.act(Command::AddMember { handle: handle(member), tier: tier(member), profile }, START);
    }
    month
}

#[test]
fn a_months_events_and_views_are_the_same() {
    let mut month = begun();
    let mut now = START;
    for send in 0..SENDS {
        now = now.plus(GAP);
        month.do_planned(now);
        month.solo.advance(now).expect("a log in memory accepts it");
        month.change(now);
        month.send(now);
        if send == SENDS / 2 {
            let text =
                POLICY.replacen("premium = 9,", "premium = 5,", 1).replacen("free = 9,", "free = 12,", 1);
            month.act(Command::AdoptPolicy { text }, now);
        }
    }
    month.act(Command::CloseMember(handle(3)), now);
    month.solo.advance(now.plus(Span::days(25))).expect("a log in memory accepts it");
    let log = month.solo.log();
    let events: Vec<Recorded> = log
        .read(Position::FIRST)
        .map(|record| record.expect("a record"))
        .map(|record| decode_at(EventNumber(record.position.get()), &record.bytes).expect("an event"))
        .collect();
    let live = month.solo.read(|views| table(&events, views));
    assert_eq!(
        table(&events, &Rebuild::of(log).run().expect("it replays").views),
        live,
        "the rebuilt views differ"
    );
    let pinned = format!("{live}\n{:>5} commands without an answer\n{}", month.errors, counts(&events));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("workload", pinned);
    });
}
