//! The spam filter: what counts, what it comes to, and what it never does.

use acquaint_domain::{Actor, Addressee, Evidence, Finding, PolicyVersion, Timestamp, Typed};
use acquaint_domain::{
    Channel, Code, Event, EventNumber, MemberId, Outcome, Personal, Recorded, RequestId, Rule, Span,
    SymbolKind, Verdict, Whether, fingerprint,
};
use acquaint_policy::{Facts, Ledger, Policy, SpamFacts, judge, judge_again};
use proptest::prelude::{any, proptest};
use proptest::prop_assert_eq;
use proptest::test_runner::Config;

use crate::given::{article, article_with, at, by_email, facts};

const ALICE: MemberId = MemberId(1);

fn seen(repeated_notes: u32, client: Whether, earlier: u32) -> Facts {
    Facts { spam: SpamFacts { repeated_notes, third_party_client: client, earlier }, ..facts() }
}

#[test]
fn what_the_filter_comes_to() {
    let (yes, no) = (Whether::Yes, Whether::No);
    let (held, refused) = (Outcome::Hold(Code::SpamHeld), Outcome::Refuse(Code::SpamRefused));
    let automation = Outcome::Refuse(Code::Automation);
    let table: [(&str, (u32, Whether, u32), Outcome); 12] = [
        ("nothing", (0, no, 0), Outcome::Pass),
        ("a note for the second time", (1, no, 1), Outcome::Pass),
        ("for the fourth time: 4.5", (3, no, 3), Outcome::Pass),
        ("for the fifth time: 6.0", (4, no, 0), held),
        ("a hundred times: 9.0 at most", (100, no, 0), held),
        ("a hundred times, ten an hour: 10.0", (100, no, 10), refused),
        ("9.9", (100, no, 9), held),
        ("4.5 and 1.4: 5.9", (3, no, 14), Outcome::Pass),
        ("4.5 and 1.5: 6.0", (3, no, 15), held),
        ("a program", (0, yes, 0), automation),
        ("a program that repeats itself", (100, yes, 100), automation),
        ("very many", (0, no, 100_000), Outcome::Pass),
    ];
    for (case, (notes, client, earlier), then) in table {
        let verdict = judge(&article(), &seen(notes, client, earlier));
        assert_eq!(verdict.outcome, then, "{case}");
    }
}

#[test]
fn symbols_are_recorded_with_their_values_and_scores() {
    let verdict = judge(&article(), &seen(4, Whether::No, 7));
    let gate = verdict.gates.iter().find(|gate| gate.rule == Rule::Spam).expect("it is asked");
    let Evidence::Symbols { symbols, score_milli, hold_at_milli, refuse_at_milli, in_contacts } =
        &gate.evidence
    else {
        panic!("{:?}", gate.evidence);
    };
    let found: Vec<(SymbolKind, u32, i32)> =
        symbols.iter().map(|symbol| (symbol.kind, symbol.value, symbol.score_milli)).collect();
    let expected =
        [(SymbolKind::RepeatedNote, 4, 6_000), (SymbolKind::Client, 0, 0), (SymbolKind::Velocity, 7, 700)];
    assert_eq!(found, expected);
    assert_eq!((*score_milli, *hold_at_milli, *refuse_at_milli), (6_700, 6_000, 10_000));
    assert_eq!(*in_contacts, Whether::No);
    assert_eq!(gate.finding, Finding::Held(Code::SpamHeld));
}

/// A ledger that remembers sends with their notes.
struct Notes {
    ledger: Ledger,
    number: u64,
}

impl Notes {
    fn send(&mut self, note: Option<&str>, at: Timestamp) {
        let request = RequestId(self.number);
        let typed = Typed {
            address: "bob".to_owned(),
            normalised: None,
            with_email: None,
            note: note.map(str::to_owned),
            note_fingerprint: note.map(fingerprint),
        };
        let (addressee, typed) = (Addressee::Email, Personal::Held(typed));
        let verdict = Verdict {
            policy: PolicyVersion(1),
            facts_at: EventNumber(1),
            outcome: Outcome::Hold(Code::SpamHeld),
            gates: Vec::new(),
        };
        let (sender, channel) = (ALICE, Channel::Web);
        let events = [
            Event::RequestSubmitted { request, sender, addressee, typed, channel, distance: None },
            Event::RequestHeld { request, sender, verdict },
        ];
        for event in events {
            self.number += 1;
            let (number, actor) = (EventNumber(self.number), Actor::Member(ALICE));
            self.ledger.apply(&Recorded { number, at, actor, command: None, cause: None, event });
        }
    }

    fn facts(&self, policy: &Policy, note: Option<&str>, channel: &Channel, now: Timestamp) -> SpamFacts {
        self.ledger.spam_facts(policy, ALICE, note.map(fingerprint), channel, now)
    }
}

#[test]
fn notes_are_compared_over_a_day_and_speed_over_an_hour() {
    let mut notes = Notes { ledger: Ledger::default(), number: 1 };
    let (hour, day) = (Span::hours(1), Span::days(1));
    notes.send(Some("Hello  there"), at(0));
    notes.send(Some("something else"), at(0));
    notes.send(None, at(0));
    let policy = article();
    let facts = |note, now| {
        let facts = notes.facts(&policy, note, &Channel::Web, now);
        (facts.repeated_notes, facts.earlier)
    };
    let before = |at: Timestamp| at.minus(Span::millis(1));
    assert_eq!(facts(Some("hello there"), at(0)), (1, 3));
    assert_eq!(facts(Some("hello"), at(0)), (0, 3));
    // Two requests without a note do not repeat one another.
    assert_eq!(facts(None, at(0)), (0, 3));
    assert_eq!(facts(Some("hello there"), before(at(0).plus(hour))), (1, 3));
    assert_eq!(facts(Some("hello there"), at(0).plus(hour)), (1, 0));
    assert_eq!(facts(Some("hello there"), before(at(0).plus(day))), (1, 0));
    assert_eq!(facts(Some("hello there"), at(0).plus(day)), (0, 0));
}

#[test]
fn a_program_is_third_party_until_the_policy_allows_it() {
    let notes = Notes { ledger: Ledger::default(), number: 1 };
    let allowing = article_with("clients_allowed = []", "clients_allowed = [\"calendar\"]");
    let api = |client: &str| Channel::Api(client.to_owned());
    let table: [(&str, Policy, Channel, Whether); 6] = [
        ("web", article(), Channel::Web, Whether::No),
        ("mobile", article(), Channel::Mobile, Whether::No),
        ("desktop", article(), Channel::Desktop, Whether::No),
        ("a program", article(), api("calendar"), Whether::Yes),
        ("an allowed one", allowing.clone(), api("calendar"), Whether::No),
        ("another", allowing, api("bulk"), Whether::Yes),
    ];
    for (case, policy, channel, then) in table {
        assert_eq!(notes.facts(&policy, None, &channel, at(0)).third_party_client, then, "{case}");
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn volume_alone_neither_holds_nor_refuses(earlier in any::<u32>()) {
        prop_assert_eq!(judge(&article(), &seen(0, Whether::No, earlier)).outcome, Outcome::Pass);
    }

    #[test]
    fn an_imported_contact_is_exempt_and_what_was_seen_is_recorded_all_the_same(
        notes in any::<u32>(), program in any::<bool>(), earlier in any::<u32>(), email in any::<bool>(),
    ) {
        let seen = Facts { in_contacts: Whether::Yes, ..seen(notes, Whether::from(program), earlier) };
        let seen = if email { by_email(seen) } else { seen };
        let verdict = judge(&article(), &seen);
        prop_assert_eq!(verdict.outcome, Outcome::Pass);
        let gate = verdict.gates.iter().find(|gate| gate.rule == Rule::Spam).expect("it is asked");
        let Evidence::Symbols { symbols, .. } = &gate.evidence else { panic!("{:?}", gate.evidence) };
        let values: Vec<u32> = symbols.iter().map(|symbol| symbol.value).collect();
        prop_assert_eq!(values, [notes, u32::from(program), earlier]);
    }

    #[test]
    fn a_verdict_of_the_filter_is_found_again_from_its_evidence(
        notes in 0..12_u32, program in any::<bool>(), earlier in 0..60_u32, contact in any::<bool>(),
    ) {
        let in_contacts = Whether::from(contact);
        let facts = Facts { in_contacts, ..seen(notes, Whether::from(program), earlier) };
        let verdict = judge(&article(), &facts);
        prop_assert_eq!(judge_again(&article(), &verdict), verdict);
    }
}
