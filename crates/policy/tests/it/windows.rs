//! Several limits of every kind at a time, against a model that counts.

use acquaint_domain::outgoing::Charge;
use acquaint_domain::{
    Actor, Addressee, Channel, Code, Entered, Event, EventNumber, Evidence, Finding, Lane, Letter, LetterId,
    LetterNumber, MemberId, Outcome, Personal, PolicyVersion, PostedLetter, Recorded, RequestId, Rule, Span,
    Standing, Tier, Timestamp, Verdict, network, outgoing,
};
use acquaint_policy::{ARTICLE, Facts, Ledger, Policy, Usage, judge, judge_again};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;
use proptest::{prop_assert, prop_assert_eq, prop_assert_ne};

use crate::given::{at, facts};

const ALICE: MemberId = MemberId(1);
const DAY: i64 = 86_400_000;
/// 5 Jan 2026 00:00:00 UTC, a Monday.
const MONDAY: i64 = 1_767_571_200_000;

/// A limit of the model.
#[derive(Clone, Copy, Debug)]
struct Bound {
    kind: usize,
    hours: i64,
    most: u32,
    notes: bool,
}

const KINDS: [&str; 4] = ["rolling", "window-from-first", "calendar-day", "calendar-week"];

impl Bound {
    fn written(self, place: usize) -> String {
        let Self { kind, hours, most, notes } = self;
        let window = if kind < 2 { format!("window = \"{hours}h\"") } else { "zone = \"UTC\"".to_owned() };
        let code = if notes { "CR0403" } else { ["CR0401", "CR0402"][place % 2] };
        format!(
            "[[limit]]\nid = \"l{place}\"\ncode = \"{code}\"\nkind = \"{}\"\n{window}\nat_most = {{ free = \
             {most}, premium = {most}, sales-navigator = {most} }}\nsource = \"choice: a test\"\n\n",
            KINDS[kind]
        )
    }

    /// How many of `sent` are in the window of `now`, by a scan.
    fn used(self, sent: &[(i64, bool)], now: i64) -> u32 {
        let counted: Vec<i64> =
            sent.iter().filter(|(_, note)| !self.notes || *note).map(|(at, _)| *at).collect();
        let length = self.hours * 3_600_000;
        let is_in: Box<dyn Fn(i64) -> bool> = match self.kind {
            0 => Box::new(move |at| now - at < length),
            1 => {
                let mut begins = None;
                for at in &counted {
                    if begins.is_none_or(|begins: i64| at - begins >= length) {
                        begins = Some(*at);
                    }
                }
                Box::new(move |at| begins.is_some_and(|begins| at >= begins && now - begins < length))
            }
            2 => Box::new(move |at| at.div_euclid(DAY) == now.div_euclid(DAY)),
            _ => Box::new(move |at| (at - MONDAY).div_euclid(7 * DAY) == (now - MONDAY).div_euclid(7 * DAY)),
        };
        counted.iter().filter(|at| is_in(**at)).count() as u32
    }

    fn is_full(self, sent: &[(i64, bool)], now: i64, note: bool) -> bool {
        (note || !self.notes) && self.used(sent, now) >= self.most
    }
}

struct Desk {
    ledger: Ledger,
    policy: Policy,
    history: Vec<Recorded>,
}

impl Desk {
    fn new(text: &str) -> Self {
        let policy = Policy::parse(text).expect("it reads");
        let mut desk = Self { ledger: Ledger::default(), policy, history: Vec::new() };
        desk.adopt(text, at(0));
        desk
    }

    fn adopt(&mut self, text: &str, at: Timestamp) {
        self.policy = Policy::parse(text).expect("it reads");
        let name = "tested".to_owned();
        let version = PolicyVersion(self.history.len() as u32 + 1);
        self.record(
            Event::Network(network::Event::PolicyAdopted {
                version,
                name,
                text: text.to_owned(),
                hash: [0; 32],
                tzdata: None,
            }),
            at,
        );
    }

    fn record(&mut self, event: Event, at: Timestamp) {
        let number = EventNumber(self.history.len() as u64 + 1);
        let recorded = Recorded { number, at, actor: Actor::Operator, command: None, cause: None, event };
        self.ledger.apply(&recorded);
        self.history.push(recorded);
    }

    fn fill(&mut self) {
        let mut filled = self.ledger.cleared();
        for recorded in &self.history {
            if !matches!(recorded.event, Event::Network(network::Event::PolicyAdopted { .. })) {
                filled.count(recorded);
            }
        }
        self.ledger = filled;
    }

    fn usage(&self, now: Timestamp) -> Vec<Usage> {
        self.ledger.usage(&self.policy, ALICE, Tier::Free, now)
    }

    fn judge(&self, now: i64, note: bool, standing: Standing) -> Verdict {
        let now = at(now);
        let note_chars = note.then_some(5);
        let facts = Facts { now, usage: self.usage(now), note_chars, standing, ..facts() };
        let verdict = judge(&self.policy, &facts);
        assert_eq!(judge_again(&self.policy, &verdict), verdict);
        verdict
    }

    fn send(&mut self, now: i64, note: bool, verdict: Verdict) {
        let request = RequestId(self.history.len() as u64);
        let entered = Entered {
            address: "bob".to_owned(),
            normalised: None,
            with_email: None,
            note: note.then(|| "hello".to_owned()),
            note_fingerprint: note.then_some(7),
        };
        let (addressee, channel, entered) = (Addressee::Email, Channel::Web, Personal::Held(entered));
        let submitted = Event::Outgoing(outgoing::Event {
            request,
            sender: ALICE,
            kind: outgoing::Kind::Submitted { addressee, entered, channel, distance: None },
        });
        self.record(submitted, at(now));
        let letter_id = LetterId { lane: Lane::Email { from: ALICE, request }, number: LetterNumber(1) };
        let posted = PostedLetter { letter_id, letter: Letter::Request { request, distance: None } };
        let sender = ALICE;
        self.record(
            match verdict.outcome {
                Outcome::Pass => Event::Outgoing(outgoing::Event {
                    request,
                    sender,
                    kind: outgoing::Kind::Sent { verdict, posted },
                }),
                Outcome::Hold(_) => Event::Outgoing(outgoing::Event {
                    request,
                    sender,
                    kind: outgoing::Kind::Held { verdict, charge: Charge::Request },
                }),
                Outcome::Refuse(_) => Event::Outgoing(outgoing::Event {
                    request,
                    sender,
                    kind: outgoing::Kind::Refused { verdict },
                }),
            },
            at(now),
        );
    }
}

fn document(limits: &str) -> String {
    let from = ARTICLE.find("[[limit]]").expect("there is a limit");
    let until = ARTICLE.find("[own_settings]").expect("what comes after it");
    format!("{}{limits}{}", &ARTICLE[..from], &ARTICLE[until..])
}

/// When the limit that refused frees.
fn frees_at(verdict: &Verdict) -> Option<i64> {
    let gate = verdict.gates.iter().find(|gate| matches!(gate.finding, Finding::Failed(_)))?;
    if let Evidence::Count { frees_at, .. } = gate.evidence {
        Some(frees_at?.as_millis())
    } else if let Evidence::Bucket { ends, .. } = gate.evidence {
        Some(ends.as_millis())
    } else {
        None
    }
}

fn bounds() -> impl Strategy<Value = Vec<Bound>> {
    let bound = (0..4_usize, 1..80_i64, 1..5_u32, proptest::bool::weighted(0.25));
    vec(bound.prop_map(|(kind, hours, most, notes)| Bound { kind, hours, most, notes }), 1..5)
}

/// Minutes, hours and days between sends, and moments around midnight.
fn waits() -> impl Strategy<Value = i64> {
    prop_oneof![2 => 0..3_i64, 3 => 0..7_200_000_i64, 2 => 0..(2 * DAY), 1 => (0..9_i64).prop_map(|n| n * DAY)]
}

proptest! {
    #![proptest_config(Config { cases: 512, failure_persistence: None, ..Config::default() })]

    #[test]
    fn limits_of_every_kind_agree_with_counting_and_free_at_the_very_millisecond(
        bounds in bounds(),
        begins in 0..(7 * DAY),
        sends in vec((waits(), any::<bool>(), 0..5_u8), 1..60),
    ) {
        let limits: String = bounds.iter().enumerate().map(|(place, bound)| bound.written(place)).collect();
        let mut desk = Desk::new(&document(&limits));
        let mut sent: Vec<(i64, bool)> = Vec::new();
        let mut now = MONDAY + begins;
        for (wait, note, kind) in sends {
            now += wait;
            // Some are refused for another reason, and never charged.
            let standing = if kind == 0 { Standing::Banned { since: at(0) } } else { Standing::Good };
            let full: Vec<bool> = bounds.iter().map(|bound| bound.is_full(&sent, now, note)).collect();
            for (bound, usage) in bounds.iter().zip(desk.usage(at(now))) {
                prop_assert_eq!(usage.used(), Some(bound.used(&sent, now)));
            }
            let verdict = desk.judge(now, note, standing);
            let is_limit = matches!(
                verdict.outcome,
                Outcome::Refuse(Code::DailyLimit | Code::WeeklyLimit | Code::NoteLimit)
            );
            prop_assert_eq!(is_limit, full.contains(&true) && kind != 0, "{:?}", verdict.outcome);
            if is_limit {
                let frees_at = frees_at(&verdict).expect("it says when");
                prop_assert!(frees_at > now);
                prop_assert!(bounds.iter().any(|bound| bound.is_full(&sent, frees_at - 1, note)));
                prop_assert!(!bounds.iter().any(|bound| bound.is_full(&sent, frees_at, note)));
                prop_assert_ne!(desk.judge(frees_at - 1, note, Standing::Good).outcome, Outcome::Pass);
                prop_assert_eq!(desk.judge(frees_at, note, Standing::Good).outcome, Outcome::Pass);
            }
            if verdict.outcome == Outcome::Pass {
                sent.push((now, note));
            }
            desk.send(now, note, verdict);
            let kept = desk.policy.longest_window().as_millis();
            // Older charges are forgotten at the next send.
            let last = sent.last().map_or(now, |(at, _)| *at);
            let in_window = sent.iter().filter(|(at, _)| last - at < kept).count();
            prop_assert_eq!(desk.ledger.remembered(ALICE), in_window);
        }
    }

    #[test]
    fn counters_of_a_policy_that_is_adopted_later_are_filled_from_the_log(
        before in bounds(),
        after in bounds(),
        sends in vec((waits(), any::<bool>()), 1..60),
        turn in 0..60_usize,
    ) {
        let written = |bounds: &[Bound]| -> String {
            let loose = bounds.iter().map(|bound| Bound { most: bound.most + 1_000, ..*bound });
            document(&loose.enumerate().map(|(place, bound)| bound.written(place)).collect::<String>())
        };
        let mut desk = Desk::new(&written(&before));
        let (mut sent, mut now) = (Vec::new(), MONDAY);
        for (place, (wait, note)) in sends.into_iter().enumerate() {
            now += wait;
            if place == turn {
                desk.adopt(&written(&after), at(now));
                if desk.ledger.needs_backfill() {
                    // Until then, unknown counts are not invented.
                    for (bound, usage) in after.iter().zip(desk.usage(at(now))) {
                        prop_assert!(usage.used().is_none_or(|used| used == bound.used(&sent, now)));
                    }
                    desk.fill();
                }
                prop_assert!(!desk.ledger.needs_backfill());
            }
            let bounds = if place >= turn { &after } else { &before };
            for (bound, usage) in bounds.iter().zip(desk.usage(at(now))) {
                prop_assert_eq!(usage.used(), Some(bound.used(&sent, now)));
            }
            let verdict = desk.judge(now, note, Standing::Good);
            sent.push((now, note));
            desk.send(now, note, verdict);
        }
    }
}

#[test]
fn a_limit_whose_counter_is_not_filled_follows_its_fail_mode() {
    let day = Bound { kind: 0, hours: 24, most: 3, notes: false };
    let month = Bound { hours: 24 * 30, ..day };
    for (mode, outcome) in [
        ("", Outcome::Pass),
        (
            "[unevaluated]\nlimits = \"refuse\"\nsource = \"choice: a test\"\n\n",
            Outcome::Refuse(Code::DailyLimit),
        ),
    ] {
        let mut desk = Desk::new(&document(&day.written(0)));
        let verdict = desk.judge(MONDAY, false, Standing::Good);
        desk.send(MONDAY, false, verdict);
        desk.adopt(&document(&format!("{}{mode}", month.written(0))), at(MONDAY + 1));
        assert!(desk.ledger.needs_backfill());
        let verdict = desk.judge(MONDAY + 2, false, Standing::Good);
        assert_eq!(verdict.outcome, outcome);
        let gate = verdict.gates.iter().find(|gate| gate.rule == Rule::DailyLimit).expect("it is asked");
        assert_eq!(gate.evidence, Evidence::Uncounted);
        desk.fill();
        assert_eq!(desk.judge(MONDAY + 2, false, Standing::Good).outcome, Outcome::Pass);
    }
}

#[test]
fn beyond_the_attempts_limit_one_refusal_stands_for_all_until_the_window_ends() {
    let limit = Bound { kind: 1, hours: 24, most: 2, notes: false }.written(0).replace("CR0401", "CR0404");
    let mut desk = Desk::new(&document(&limit));
    let banned = Standing::Banned { since: at(0) };
    for second in [0, 1] {
        let verdict = desk.judge(MONDAY + second, false, banned);
        assert_eq!(verdict.outcome, Outcome::Refuse(Code::SenderBanned));
        desk.send(MONDAY + second, false, verdict);
        assert_eq!(desk.ledger.flood(ALICE, at(MONDAY + second)), None);
    }
    let verdict = desk.judge(MONDAY + 2, false, Standing::Good);
    assert_eq!(verdict.outcome, Outcome::Refuse(Code::AttemptsLimit));
    desk.send(MONDAY + 2, false, verdict);
    let flood = desk.ledger.flood(ALICE, at(MONDAY + 3)).expect("there were too many");
    assert_eq!(flood.until, at(MONDAY + DAY));
    assert_eq!(flood.event, EventNumber(desk.history.len() as u64));
    assert_eq!(desk.ledger.flood(ALICE, at(MONDAY + DAY - 1)), Some(flood));
    assert_eq!(desk.ledger.flood(ALICE, at(MONDAY + DAY)), None);
    assert_eq!(
        desk.judge(MONDAY + DAY - 1, false, Standing::Good).outcome,
        Outcome::Refuse(Code::AttemptsLimit)
    );
    assert_eq!(desk.judge(MONDAY + DAY, false, Standing::Good).outcome, Outcome::Pass);
}

#[test]
fn only_the_sends_in_the_window_are_remembered() {
    let mut desk = Desk::new(&document(&Bound { kind: 0, hours: 24, most: 1_000, notes: false }.written(0)));
    for hour in 0..500 {
        let now = MONDAY + hour * 3_600_000;
        let verdict = desk.judge(now, false, Standing::Good);
        desk.send(now, false, verdict);
        assert_eq!(desk.ledger.remembered(ALICE), (hour + 1).min(24) as usize);
    }
    assert_eq!(desk.policy.longest_window(), Span::days(1));
}
