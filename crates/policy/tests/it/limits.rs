//! Limits, which are exact, against a model.

use acquaint_domain::outgoing::Charge;
use acquaint_domain::{
    Actor, Addressee, Channel, Code, Entered, Event, EventNumber, Lane, Letter, LetterId, LetterNumber,
    MemberId, Outcome, Personal, PolicyVersion, PostedLetter, Recorded, RequestId, Rule, Span, Tier,
    Timestamp, Verdict, account, network, outgoing, oversight,
};
use acquaint_policy::{ARTICLE, Facts, Ledger, Policy, Usage, judge};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;
use proptest::{prop_assert, prop_assert_eq};

use crate::given::{article, at, facts, finding};

const ALICE: MemberId = MemberId(1);
const BOB: MemberId = MemberId(2);
const DAY: Span = Span::days(1);

/// The outcome of a send, as far as it matters to a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    Sent,
    /// Held for its sender's confirmation.
    Held,
    /// Held for a review.
    Reviewed,
    Refused,
}

/// A ledger of sends, and the model: a plain list of the same sends.
#[derive(Default)]
struct Books {
    ledger: Ledger,
    sent: Vec<(MemberId, Timestamp)>,
    number: u64,
}

impl Books {
    fn adopting(text: &str) -> Self {
        let mut books = Self::default();
        let (version, name) = (PolicyVersion(1), "tested".to_owned());
        let adopted = Event::Network(network::Event::PolicyAdopted {
            version,
            name,
            text: text.to_owned(),
            hash: [0; 32],
            tzdata: None,
        });
        books.record(adopted, at(0));
        books
    }

    fn record(&mut self, event: Event, at: Timestamp) {
        self.number += 1;
        let (number, actor) = (EventNumber(self.number), Actor::Operator);
        self.ledger.apply(&Recorded { number, at, actor, command: None, cause: None, event });
    }

    fn send(&mut self, sender: MemberId, at: Timestamp, came: Came) {
        let request = RequestId(self.number);
        let entered = Entered {
            address: "bob".to_owned(),
            normalised: None,
            with_email: None,
            note: None,
            note_fingerprint: None,
        };
        let (addressee, channel, entered) = (Addressee::Member(BOB), Channel::Web, Personal::Held(entered));
        self.record(
            Event::Outgoing(outgoing::Event {
                request,
                sender,
                kind: outgoing::Kind::Submitted { addressee, entered, channel, distance: None },
            }),
            at,
        );
        let verdict = |outcome| Verdict {
            policy: PolicyVersion(1),
            facts_at: EventNumber(1),
            outcome,
            gates: Vec::new(),
        };
        let letter_id = LetterId { lane: Lane::Member { from: sender, to: BOB }, number: LetterNumber(1) };
        let posted = PostedLetter { letter_id, letter: Letter::Request { request, distance: None } };
        let decided = match came {
            Came::Sent => Event::Outgoing(outgoing::Event {
                request,
                sender,
                kind: outgoing::Kind::Sent { verdict: verdict(Outcome::Pass), posted },
            }),
            Came::Held => {
                let verdict = verdict(Outcome::Hold(Code::AwaitingOwnConfirmation));
                Event::Outgoing(outgoing::Event {
                    request,
                    sender,
                    kind: outgoing::Kind::Held { verdict, charge: Charge::Nothing },
                })
            }
            Came::Reviewed => {
                let (verdict, charge) = (verdict(Outcome::Hold(Code::SpamHeld)), Charge::Request);
                Event::Outgoing(outgoing::Event {
                    request,
                    sender,
                    kind: outgoing::Kind::Held { verdict, charge },
                })
            }
            Came::Refused => {
                let verdict = verdict(Outcome::Refuse(Code::SenderRestricted));
                Event::Outgoing(outgoing::Event {
                    request,
                    sender,
                    kind: outgoing::Kind::Refused { verdict },
                })
            }
        };
        self.record(decided, at);
        if matches!(came, Came::Sent | Came::Reviewed) {
            self.sent.push((sender, at));
        }
    }

    fn usage(&self, policy: &Policy, sender: MemberId, now: Timestamp) -> Usage {
        self.ledger.usage(policy, sender, Tier::Free, now)[0]
    }

    /// The model's answer, by counting the sends in the window that ends now.
    fn is_full(&self, sender: MemberId, (limit, window): (u32, Span), now: Timestamp) -> bool {
        self.used(sender, window, now) >= limit
    }

    fn used(&self, sender: MemberId, window: Span, now: Timestamp) -> u32 {
        let counts = |(other, at): &&(MemberId, Timestamp)| *other == sender && now.since(*at) < window;
        self.sent.iter().filter(counts).count() as u32
    }
}

fn outcome(policy: &Policy, tier: Tier, usage: Usage) -> Outcome {
    judge(policy, &Facts { tier, usage: vec![usage], ..facts() }).outcome
}

#[test]
fn the_three_hundred_and_first_waits_until_the_first_is_a_day_old() {
    let policy = article();
    let mut books = Books::adopting(ARTICLE);
    for index in 0..300 {
        assert_eq!(books.usage(&policy, ALICE, at(1_000 * index)).frees_at(300), None, "{index}");
        books.send(ALICE, at(1_000 * index), Came::Sent);
    }
    let last = at(299_000);
    let usage = books.usage(&policy, ALICE, last);
    assert_eq!(usage, Usage::Sliding { used: 300, frees_at: Some(at(0).plus(DAY)) });
    assert_eq!(outcome(&policy, Tier::Free, usage), Outcome::Refuse(Code::DailyLimit));
    let frees_at = at(0).plus(DAY);
    let before = books.usage(&policy, ALICE, frees_at.minus(Span::millis(1)));
    assert_eq!(outcome(&policy, Tier::Free, before), Outcome::Refuse(Code::DailyLimit));
    let then = books.usage(&policy, ALICE, frees_at);
    assert_eq!(then, Usage::Sliding { used: 299, frees_at: None });
    assert_eq!(outcome(&policy, Tier::Free, then), Outcome::Pass);
    // Another member's requests are not counted.
    assert_eq!(books.usage(&policy, BOB, last), Usage::Sliding { used: 0, frees_at: None });
}

#[test]
fn each_tier_has_its_own_number() {
    let policy = article();
    let mut books = Books::adopting(ARTICLE);
    for index in 0..999 {
        books.send(ALICE, at(index), Came::Sent);
    }
    let usage = |tier| books.ledger.usage(&policy, ALICE, tier, at(1_000))[0];
    let frees = |tier| usage(tier).frees_at(1);
    assert_eq!(frees(Tier::Free), Some(at(699).plus(DAY)));
    assert_eq!(frees(Tier::Premium), Some(at(399).plus(DAY)));
    assert_eq!(frees(Tier::SalesNavigator), None);
    books.send(ALICE, at(999), Came::Sent);
    let full = books.ledger.usage(&policy, ALICE, Tier::SalesNavigator, at(1_000))[0];
    assert_eq!(full.frees_at(1_000), Some(at(0).plus(DAY)));
}

#[test]
fn requests_that_leave_or_wait_for_a_review_are_charged_and_others_are_not() {
    let mut books = Books::adopting(ARTICLE);
    let table =
        [(Came::Refused, 0), (Came::Held, 0), (Came::Reviewed, 1), (Came::Refused, 1), (Came::Sent, 2)];
    for (came, used) in table {
        books.send(ALICE, at(5), came);
        assert_eq!(books.usage(&article(), ALICE, at(5)).used(), Some(used), "{came:?}");
    }
}

/// In the older forms of these events, a request was charged when it was held, and not when it left.
#[test]
fn a_held_request_counts_when_its_event_says_so() {
    let letter_id = LetterId { lane: Lane::Member { from: ALICE, to: BOB }, number: LetterNumber(1) };
    let (request, sender) = (RequestId(1), ALICE);
    let posted = PostedLetter { letter_id, letter: Letter::Request { request, distance: None } };
    let verdict =
        |outcome| Verdict { policy: PolicyVersion(1), facts_at: EventNumber(1), outcome, gates: Vec::new() };
    for (held, leaves, used) in [
        (Charge::Nothing, Charge::Request, [0, 1]),
        (Charge::Request, Charge::Nothing, [1, 1]),
        (Charge::Request, Charge::RequestWithNote, [1, 2]),
    ] {
        let verdict_held = verdict(Outcome::Hold(Code::AwaitingOwnConfirmation));
        let confirmed = Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Confirmed {
                verdict: verdict(Outcome::Pass),
                posted: posted.clone(),
                charge: leaves,
            },
        });
        let released = Event::Oversight(oversight::Event::RequestReleased {
            request,
            sender,
            verdict: verdict(Outcome::Pass),
            posted: Some(posted.clone()),
            charge: leaves,
        });
        for leaving in [confirmed, released] {
            let mut books = Books::adopting(ARTICLE);
            let held = Event::Outgoing(outgoing::Event {
                request,
                sender,
                kind: outgoing::Kind::Held { verdict: verdict_held.clone(), charge: held },
            });
            books.record(held, at(5));
            assert_eq!(books.usage(&article(), ALICE, at(6)).used(), Some(used[0]));
            books.record(leaving, at(7));
            assert_eq!(books.usage(&article(), ALICE, at(8)).used(), Some(used[1]));
        }
    }
}

#[test]
fn checks_and_requests_that_wait_for_their_sender_count_as_attempts() {
    let limit = r#"[[limit]]
id = "attempts"
code = "CR0404"
kind = "rolling"
window = "24h"
at_most = { free = 5, premium = 5, sales-navigator = 5 }
source = "choice: a test."

[own_settings]"#;
    let text = ARTICLE.replacen("[own_settings]", limit, 1);
    let policy = Policy::parse(&text).expect("it reads");
    assert!(policy.bounds_attempts() && !article().bounds_attempts());
    let mut books = Books::adopting(&text);
    books.record(Event::Account(account::Event { member: ALICE, kind: account::Kind::SendChecked }), at(1));
    books.send(ALICE, at(2), Came::Held);
    books.send(ALICE, at(3), Came::Refused);
    books.send(ALICE, at(3), Came::Sent);
    let attempts = books.ledger.usage(&policy, ALICE, Tier::Free, at(4))[1];
    assert_eq!(attempts.used(), Some(3));
}

#[test]
fn a_limit_of_zero_never_frees() {
    let text = ARTICLE.replacen("free = 300", "free = 0", 1);
    let policy = Policy::parse(&text).expect("it reads");
    let usage = Books::adopting(&text).usage(&policy, ALICE, at(5));
    assert_eq!(outcome(&policy, Tier::Free, usage), Outcome::Refuse(Code::DailyLimit));
    assert_eq!(usage.frees_at(0), Some(at(i64::MAX)));
}

#[test]
fn a_policy_without_limits_evaluates_none() {
    let from = ARTICLE.find("[[limit]]").expect("there is a limit");
    let until = ARTICLE.find("[own_settings]").expect("what comes after it");
    let policy = Policy::parse(&format!("{}{}", &ARTICLE[..from], &ARTICLE[until..])).expect("it reads");
    let verdict = judge(&policy, &Facts { usage: Vec::new(), ..facts() });
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert!(verdict.gates.iter().all(|gate| gate.rule != Rule::DailyLimit));
}

#[test]
fn of_two_limits_the_one_that_frees_last_decides() {
    let hourly = "[[limit]]\nid = \"hour\"\ncode = \"CR0401\"\nkind = \"rolling\"\nwindow = \"1h\"\n\
                  at_most = { free = 2, premium = 2, sales-navigator = 2 }\nsource = \"choice: a test\"\n\n";
    let text = ARTICLE.replacen("[own_settings]", &format!("{hourly}[own_settings]"), 1);
    let text = text.replacen("free = 300", "free = 3", 1);
    let policy = Policy::parse(&text).expect("it reads");
    let mut books = Books::adopting(&text);
    let judged = |books: &Books, now| {
        let usage = books.ledger.usage(&policy, ALICE, Tier::Free, now);
        finding(&judge(&policy, &Facts { usage, ..facts() }), Rule::DailyLimit)
    };
    let (failed, passed) =
        (acquaint_domain::Finding::Failed(Code::DailyLimit), acquaint_domain::Finding::Passed);
    let hours = |count| at(0).plus(Span::hours(count));
    books.send(ALICE, hours(0), Came::Sent);
    books.send(ALICE, hours(0), Came::Sent);
    assert_eq!(judged(&books, hours(1).minus(Span::millis(1))), failed);
    assert_eq!(judged(&books, hours(1)), passed);
    books.send(ALICE, hours(1), Came::Sent);
    assert_eq!(judged(&books, hours(24).minus(Span::millis(1))), failed);
    assert_eq!(judged(&books, hours(24)), passed);
}

/// Windows and waits of similar length, so that edges are hit often.
fn histories() -> impl Strategy<Value = (u32, i64, Vec<(u8, i64, Came)>)> {
    let came = prop_oneof![4 => Just(Came::Sent), 1 => Just(Came::Held), 1 => Just(Came::Refused)];
    let wait = prop_oneof![
        3 => Just(0_i64),
        3 => 1..4_i64,
        1 => 0..1_300_i64,
        // Past a week, after which charges may be forgotten.
        1 => (0..3_i64).prop_map(|more| 604_799_999 + more),
    ];
    (1..6_u32, 1..1_200_i64, vec((1..3_u8, wait, came), 1..80))
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_limit_agrees_with_counting_and_frees_at_the_very_millisecond(
        (limit, window, history) in histories(),
        regardless in any::<bool>(),
    ) {
        let text = ARTICLE
            .replacen("free = 300", &format!("free = {limit}"), 1)
            .replacen("window = \"24h\"", &format!("window = \"{window}ms\""), 1);
        let policy = Policy::parse(&text).expect("it reads");
        let (mut books, window) = (Books::adopting(&text), Span::millis(window));
        let mut now = at(0);
        for (sender, wait, came) in history {
            now = now.plus(Span::millis(wait));
            let sender = MemberId(u32::from(sender));
            let usage = books.usage(&policy, sender, now);
            let full = books.is_full(sender, (limit, window), now);
            prop_assert_eq!(usage.used(), Some(books.used(sender, window, now)));
            prop_assert_eq!(usage.frees_at(limit).is_some(), full);
            prop_assert_eq!(outcome(&policy, Tier::Free, usage) == Outcome::Refuse(Code::DailyLimit), full);
            if let Some(frees_at) = usage.frees_at(limit) {
                let before = frees_at.minus(Span::millis(1));
                prop_assert!(frees_at > now);
                prop_assert!(books.is_full(sender, (limit, window), before));
                prop_assert!(!books.is_full(sender, (limit, window), frees_at));
                let refused = outcome(&policy, Tier::Free, books.usage(&policy, sender, before));
                prop_assert_eq!(refused, Outcome::Refuse(Code::DailyLimit));
                let passes = outcome(&policy, Tier::Free, books.usage(&policy, sender, frees_at));
                prop_assert_eq!(passes, Outcome::Pass);
            }
            // A limit may have been loosened meanwhile: more may be charged than it allows.
            if !full || regardless {
                books.send(sender, now, came);
            }
        }
    }
}
