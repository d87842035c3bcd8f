//! The spam filter's memory of senders: built from events of the sender's own desk, in windows, and bounded.

use acquaint_domain::connection::ConnectionName;
use acquaint_domain::outgoing::Charge;
use acquaint_domain::{
    Actor, Addressee, Channel, Code, Distance, Entered, Event, EventNumber, Evidence, Feedback,
    FeedbackBasis, Finding, Gate, Handle, Lane, Letter, LetterId, LetterNumber, MemberId, Outcome, Personal,
    PolicyVersion, PostedLetter, Profile, Recorded, RequestId, RestrictionCause, Rule, Span, Symbol,
    SymbolKind, Tier, Timestamp, Verdict, account, connection, letter, outgoing, oversight,
};
use acquaint_policy::{Ledger, Policy, REMEMBERED_MAX, Sending, Share, SpamFacts};
use proptest::collection::vec;
use proptest::prelude::{any, proptest};
use proptest::prop_assert_eq;
use proptest::test_runner::Config;

use crate::given::{article, article_with, at};

const ALICE: MemberId = MemberId(1);
const ANA: MemberId = MemberId(2);
const HOUR: Span = Span::hours(1);
const DAY: Span = Span::days(1);

/// A ledger that remembers sends.
#[derive(Default)]
struct Memory {
    ledger: Ledger,
    number: u64,
}

/// The parameters of a send.
#[derive(Clone, Copy, Debug)]
struct Sent<'a> {
    sender: MemberId,
    note: Option<&'a str>,
    to: Option<MemberId>,
    mutuals: u32,
    company: bool,
    contact: bool,
    goes: Goes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Goes {
    Out,
    OutUndelivered,
    Held,
    Refused,
}

const TO_A_STRANGER: Sent<'static> = Sent {
    sender: ALICE,
    note: None,
    to: Some(MemberId(50)),
    mutuals: 0,
    company: false,
    contact: false,
    goes: Goes::Out,
};

impl Memory {
    fn record(&mut self, event: Event, at: Timestamp) {
        self.number += 1;
        let (number, actor) = (EventNumber(self.number), Actor::Operator);
        self.ledger.apply(&Recorded { number, at, actor, command: None, cause: None, event });
    }

    fn join(&mut self, member: MemberId, at: Timestamp) {
        let handle = Handle::parse("alice").expect("a handle");
        let profile = Personal::Held(Profile::default());
        self.record(
            Event::Account(account::Event {
                member,
                kind: account::Kind::Added { handle, tier: Tier::Free, profile },
            }),
            at,
        );
    }

    fn send(&mut self, sent: Sent<'_>, at: Timestamp) -> RequestId {
        let (request, sender) = (RequestId(self.number), sent.sender);
        let entered = Entered {
            address: "bob".to_owned(),
            normalised: None,
            with_email: None,
            note: sent.note.map(str::to_owned),
            note_fingerprint: None,
        };
        let addressee = sent.to.map_or(Addressee::Email, Addressee::Member);
        let distance = sent.to.map(|_| Distance { degree: None, mutuals: sent.mutuals });
        let (entered, channel) = (Personal::Held(entered), Channel::Web);
        self.record(
            Event::Outgoing(outgoing::Event {
                request,
                sender,
                kind: outgoing::Kind::Submitted { addressee, entered, channel, distance },
            }),
            at,
        );
        let lane = Lane::Member { from: sender, to: MemberId(50) };
        let letter_id = LetterId { lane, number: LetterNumber(1) };
        let posted = PostedLetter { letter_id, letter: Letter::Request { request, distance: None } };
        let verdict = |outcome| verdict(sent, outcome);
        match sent.goes {
            Goes::Out | Goes::OutUndelivered => {
                self.record(
                    Event::Outgoing(outgoing::Event {
                        request,
                        sender,
                        kind: outgoing::Kind::Sent { verdict: verdict(Outcome::Pass), posted },
                    }),
                    at,
                );
            }
            Goes::Held => {
                let verdict = verdict(Outcome::Hold(Code::SpamHeld));
                self.record(
                    Event::Outgoing(outgoing::Event {
                        request,
                        sender,
                        kind: outgoing::Kind::Held { verdict, charge: Charge::Request },
                    }),
                    at,
                );
            }
            Goes::Refused => {
                let verdict = verdict(Outcome::Refuse(Code::SpamRefused));
                self.record(
                    Event::Outgoing(outgoing::Event {
                        request,
                        sender,
                        kind: outgoing::Kind::Refused { verdict },
                    }),
                    at,
                );
            }
        }
        if sent.goes == Goes::Out {
            self.record(
                Event::Letter(letter::Event {
                    letter_id,
                    kind: letter::Kind::RequestArrived { request, sender },
                }),
                at,
            );
        }
        request
    }

    fn accept(&mut self, member: MemberId, request: RequestId, at: Timestamp) {
        let (name, also) = (ConnectionName::of([request]), Vec::new());
        let (other, letter) = (MemberId(50), LetterNumber(1));
        self.record(
            Event::Connection(connection::Event {
                member,
                other,
                kind: connection::Kind::AcceptanceTaken { name, also, crossed: None, letter },
            }),
            at,
        );
    }

    fn take_feedback(&mut self, until: Timestamp, reported_percent: u8) {
        let basis = FeedbackBasis::PrivateAnswers;
        let feedback =
            Feedback { since: at(0), until, answered: 300, declined_percent: 0, reported_percent, basis };
        self.record(Event::Oversight(oversight::Event::FeedbackTaken { member: ALICE, feedback }), until);
    }

    fn facts(&self, policy: &Policy, sender: MemberId, note: Option<&str>, now: Timestamp) -> SpamFacts {
        let sending = Sending {
            sender,
            to: None,
            channel: &Channel::Web,
            note,
            has_connections: true,
            mutuals: 0,
            same_company: false,
        };
        self.ledger.spam_facts(policy, &sending, now)
    }

    fn sees(&self, kind: SymbolKind, now: Timestamp) -> (u32, u32) {
        let Share { value, of } = self.facts(&article(), ALICE, None, now).of(kind);
        (value, of)
    }
}

/// A verdict whose evidence says how the sender's desk knew the recipient.
fn verdict(sent: Sent<'_>, outcome: Outcome) -> Verdict {
    let company = Symbol { kind: SymbolKind::Company, value: 1, of: 0, score_milli: -500 };
    let evidence = Evidence::Symbols {
        symbols: if sent.company { vec![company] } else { Vec::new() },
        score_milli: 0,
        hold_at_milli: 6_000,
        refuse_at_milli: 10_000,
        in_contacts: sent.contact,
    };
    let gates = vec![Gate { rule: Rule::Spam, finding: Finding::Passed, evidence }];
    Verdict { policy: PolicyVersion(1), facts_at: EventNumber(1), outcome, gates }
}

#[test]
fn notes_are_compared_over_a_day_and_velocity_is_measured_over_an_hour() {
    let mut memory = Memory::default();
    for note in [Some("Hello  there"), Some("something else"), None] {
        memory.send(Sent { note, ..TO_A_STRANGER }, at(0));
    }
    let policy = article();
    let sees = |note, now| {
        let facts = memory.facts(&policy, ALICE, note, now);
        (facts.of(SymbolKind::RepeatedNote).value, facts.of(SymbolKind::Velocity).value)
    };
    let after = |span: Span| at(0).plus(span).plus(Span::millis(1));
    // Earlier requests of the same millisecond count, and a window includes its first millisecond.
    assert_eq!(sees(Some("hello there!"), at(0)), (1, 3));
    assert_eq!(sees(Some("good morning"), at(0)), (0, 3));
    assert_eq!(sees(None, at(0)), (0, 3));
    assert_eq!(sees(Some("hello there"), at(0).plus(HOUR)), (1, 3));
    assert_eq!(sees(Some("hello there"), after(HOUR)), (1, 0));
    assert_eq!(sees(Some("hello there"), at(0).plus(DAY)), (1, 0));
    assert_eq!(sees(Some("hello there"), after(DAY)), (0, 0));
}

#[test]
fn a_program_is_third_party_until_the_policy_allows_it() {
    let memory = Memory::default();
    let allowing = article_with("clients_allowed = []", "clients_allowed = [\"calendar\"]");
    let api = |client: &str| Channel::Api(client.to_owned());
    let table: [(&str, Policy, Channel, u32); 6] = [
        ("web", article(), Channel::Web, 0),
        ("mobile", article(), Channel::Mobile, 0),
        ("desktop", article(), Channel::Desktop, 0),
        ("a program", article(), api("calendar"), 1),
        ("an allowed one", allowing.clone(), api("calendar"), 0),
        ("another", allowing, api("bulk"), 1),
    ];
    for (case, policy, channel, then) in table {
        let sending = Sending {
            sender: ALICE,
            to: None,
            channel: &channel,
            note: None,
            has_connections: false,
            mutuals: 0,
            same_company: false,
        };
        let facts = memory.ledger.spam_facts(&policy, &sending, at(0));
        assert_eq!(facts.of(SymbolKind::Client).value, then, "{case}");
    }
}

#[test]
fn strangers_are_those_unknown_to_the_desk_when_it_judged() {
    let mut memory = Memory::default();
    let strange = TO_A_STRANGER;
    type Seen = (u32, u32);
    let table: [(Sent<'_>, Seen, Seen); 6] = [
        (strange, (1, 1), (0, 0)),
        (Sent { mutuals: 2, ..strange }, (1, 2), (0, 0)),
        (Sent { company: true, ..strange }, (1, 3), (0, 0)),
        (Sent { contact: true, ..strange }, (1, 4), (1, 4)),
        // The desk does not know whose e-mail address it is.
        (Sent { to: None, ..strange }, (1, 4), (1, 5)),
        (Sent { to: None, contact: true, ..strange }, (1, 5), (2, 6)),
    ];
    for (sent, strangers, contacts) in table {
        memory.send(sent, at(0));
        assert_eq!(memory.sees(SymbolKind::Strangers, at(0)), strangers, "{sent:?}");
        assert_eq!(memory.sees(SymbolKind::Contacts, at(0)), contacts, "{sent:?}");
    }
}

#[test]
fn requests_that_arrived_have_time_to_be_accepted_and_held_ones_do_not_count() {
    let mut memory = Memory::default();
    let patience = article().spam.patience;
    let first = memory.send(TO_A_STRANGER, at(0));
    memory.send(TO_A_STRANGER, at(10));
    memory.send(Sent { goes: Goes::Held, ..TO_A_STRANGER }, at(10));
    memory.send(Sent { goes: Goes::OutUndelivered, ..TO_A_STRANGER }, at(10));
    memory.send(Sent { goes: Goes::Refused, ..TO_A_STRANGER }, at(10));
    let sees = |memory: &Memory, now| memory.sees(SymbolKind::Acceptance, now);
    let half = Span::millis(patience.as_millis() / 2);
    assert_eq!(sees(&memory, at(0).plus(half)), (0, 0));
    assert_eq!(sees(&memory, at(5).plus(half)), (0, 1));
    assert_eq!(sees(&memory, at(10).plus(patience)), (0, 2));
    memory.accept(ALICE, first, at(10).plus(patience));
    assert_eq!(sees(&memory, at(10).plus(patience)), (1, 2));
    // An acceptance counts for its own sender only.
    memory.accept(ANA, RequestId(5), at(10).plus(patience));
    assert_eq!(sees(&memory, at(10).plus(patience)), (1, 2));
    // Refused requests were never sent: four are remembered.
    assert_eq!(memory.sees(SymbolKind::Velocity, at(10)).0, 4);
}

#[test]
fn reports_are_known_from_the_weekly_feedback_alone() {
    let mut memory = Memory::default();
    memory.send(TO_A_STRANGER, at(0));
    assert_eq!(memory.sees(SymbolKind::Reports, at(5)), (0, 0));
    memory.take_feedback(at(5), 30);
    assert_eq!(memory.sees(SymbolKind::Reports, at(5)), (30, 100));
    memory.take_feedback(at(9), 10);
    assert_eq!(memory.sees(SymbolKind::Reports, at(9)), (10, 100));
    assert_eq!(memory.sees(SymbolKind::Reports, at(9).plus(Span::days(28))), (0, 0));
}

#[test]
fn a_restriction_restarts_good_standing() {
    let mut memory = Memory::default();
    memory.join(ALICE, at(0));
    let weeks = |count: i64| at(0).plus(Span::days(7 * count));
    assert_eq!(memory.sees(SymbolKind::YoungAccount, weeks(1)), (7, 14));
    assert_eq!(memory.sees(SymbolKind::YoungAccount, weeks(2)), (0, 0));
    assert_eq!(memory.sees(SymbolKind::Standing, weeks(10)), (10, 0));
    let cause = RestrictionCause::Spam;
    memory.record(
        Event::Account(account::Event {
            member: ALICE,
            kind: account::Kind::Restricted { until: weeks(12), cause },
        }),
        weeks(10),
    );
    assert_eq!(memory.sees(SymbolKind::Standing, weeks(11)), (0, 0));
    assert_eq!(memory.sees(SymbolKind::Standing, weeks(15)), (3, 0));
    memory.record(
        Event::Account(account::Event { member: ALICE, kind: account::Kind::RestrictionLifted }),
        weeks(11),
    );
    assert_eq!(memory.sees(SymbolKind::Standing, weeks(15)), (4, 0));
}

#[test]
fn the_memory_of_a_member_is_bounded() {
    let mut memory = Memory::default();
    for _ in 0..2 * REMEMBERED_MAX {
        memory.send(TO_A_STRANGER, at(0));
    }
    assert_eq!(memory.sees(SymbolKind::Velocity, at(0)).0, REMEMBERED_MAX as u32);
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn what_others_do_in_between_changes_nothing(
        steps in vec((any::<bool>(), 0..40_000_000_i64, any::<bool>(), 0..3_u32, any::<bool>()), 1..60),
    ) {
        let (mut alone, mut among) = (Memory::default(), Memory::default());
        let (mut requests_alone, mut requests_among) = (Vec::new(), Vec::new());
        let mut now = at(0);
        for (is_alice, wait, accepts, mutuals, has_note) in steps {
            now = now.plus(Span::millis(wait));
            let sender = if is_alice { ALICE } else { ANA };
            let sent = Sent { sender, mutuals, note: has_note.then_some("hello there"), ..TO_A_STRANGER };
            requests_among.push((sender, among.send(sent, now)));
            if is_alice {
                requests_alone.push(alone.send(sent, now));
            }
            if accepts {
                if is_alice {
                    alone.accept(ALICE, requests_alone[0], now);
                }
                let of_sender = requests_among.iter().find(|(of, _)| *of == sender);
                among.accept(sender, of_sender.expect("it has just been sent").1, now);
            }
            let facts = |memory: &Memory| memory.facts(&article(), ALICE, Some("hello there"), now);
            prop_assert_eq!(facts(&alone), facts(&among));
        }
    }

    #[test]
    fn a_window_agrees_with_counting(
        waits in vec(0..3_i64, 1..60), window in 1..20_i64, later in 0..30_i64,
    ) {
        let policy = article_with(
            "[spam.velocity]\nwindow = \"1h\"",
            &format!("[spam.velocity]\nwindow = \"{window}ms\""),
        );
        let (mut memory, mut now, mut times) = (Memory::default(), at(0), Vec::new());
        for wait in waits {
            now = now.plus(Span::millis(wait));
            memory.send(TO_A_STRANGER, now);
            times.push(now);
        }
        let now = now.plus(Span::millis(later));
        let counted = times.iter().filter(|time| now.since(**time) <= Span::millis(window)).count();
        let seen = memory.facts(&policy, ALICE, None, now).of(SymbolKind::Velocity);
        prop_assert_eq!(seen, Share::from(counted as u32));
    }
}
