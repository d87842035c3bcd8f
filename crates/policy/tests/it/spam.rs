//! The spam filter: its scores and their consequences.

use acquaint_domain::{Code, Evidence, Finding, Outcome, Rule, Span, SymbolKind};
use acquaint_policy::{ARTICLE, Facts, Policy, Share, SpamFacts, judge, judge_again};
use proptest::collection::vec;
use proptest::prelude::{any, proptest};
use proptest::prop_assert_eq;
use proptest::sample::select;
use proptest::test_runner::Config;

use crate::given::{article, article_with, by_email, facts, seen};

use SymbolKind::{
    Acceptance, Client, Company, Contacts, Mutuals, Regularity, RepeatedNote, Reports, Sequential, Standing,
    Strangers, Velocity, YoungAccount,
};

fn sees(spam: SpamFacts) -> Facts {
    Facts { spam, ..facts() }
}

fn shares<const N: usize>(shares: [(SymbolKind, u32, u32); N]) -> SpamFacts {
    SpamFacts::new(shares.map(|(kind, value, of)| (kind, Share { value, of })))
}

#[test]
fn the_score_decides_between_passing_holding_and_refusing() {
    let (held, refused) = (Outcome::Hold(Code::SpamHeld), Outcome::Refuse(Code::SpamRefused));
    let automation = Outcome::Refuse(Code::Automation);
    let table: [(&str, SpamFacts, Outcome); 21] = [
        ("nothing", SpamFacts::default(), Outcome::Pass),
        ("a note for the second time", seen([(RepeatedNote, 1), (Velocity, 1)]), Outcome::Pass),
        ("a minute's burst: 4.8", seen([(RepeatedNote, 24), (Velocity, 24)]), Outcome::Pass),
        ("for the thirty-first time: 6.0", seen([(RepeatedNote, 30)]), held),
        ("to a friend's friends: 5.5", seen([(RepeatedNote, 30), (Mutuals, 1)]), Outcome::Pass),
        ("a hundred times: 9.0 at most", seen([(RepeatedNote, 100)]), refused),
        ("down the list: 6.1", seen([(RepeatedNote, 28), (Sequential, 100)]), held),
        ("at speed, too: 7.4", seen([(RepeatedNote, 32), (Velocity, 100), (Sequential, 100)]), refused),
        // 2 of 2: 1.05 * -2.4 in favour, so the note counts nothing.
        ("to people who accept", shares([(RepeatedNote, 100, 0), (Acceptance, 2, 2)]), Outcome::Pass),
        ("a program", seen([(Client, 1)]), automation),
        ("a program that repeats itself", seen([(Client, 1), (RepeatedNote, 100)]), automation),
        ("very many", seen([(Velocity, 100_000)]), Outcome::Pass),
        ("strangers only", shares([(Strangers, 25, 25)]), Outcome::Pass),
        ("and hardly anybody wants them", shares([(Strangers, 25, 25), (Acceptance, 2, 25)]), Outcome::Pass),
        // 1.05 * ln of the odds: 5.71, 6.06, 7.03.
        ("0 of 100", shares([(Acceptance, 0, 100)]), Outcome::Pass),
        ("0 of 135", shares([(Acceptance, 0, 135)]), held),
        ("0 of 325", shares([(Acceptance, 0, 325)]), refused),
        (
            "19 of 100, as honest people have",
            shares([(Strangers, 99, 100), (Acceptance, 19, 100)]),
            Outcome::Pass,
        ),
        ("few requests tell next to nothing", shares([(Strangers, 9, 9), (Acceptance, 0, 9)]), Outcome::Pass),
        ("reported: 0.15 * 40", shares([(Reports, 40, 100)]), held),
        ("reported a little", shares([(Reports, 30, 100)]), Outcome::Pass),
    ];
    for (case, spam, then) in table {
        let verdict = judge(&article(), &sees(spam));
        assert_eq!(verdict.outcome, then, "{case}");
    }
}

/// The largest sum of scores that these kinds can reach together.
fn most(kinds: &[SymbolKind]) -> i32 {
    let spam = article().spam;
    kinds.iter().map(|kind| spam.weight(*kind).expect("it is looked at").most_milli).sum()
}

#[test]
fn pace_youth_and_strangers_together_stay_far_below_a_hold() {
    let hold_at = article().spam.hold_at_milli;
    let pace_and_youth = [Velocity, Regularity, Sequential, YoungAccount];
    assert!(most(&pace_and_youth) + most(&[Strangers]) < hold_at / 2);
}

#[test]
fn no_symbol_in_favour_outweighs_a_program() {
    let spam = article().spam;
    let in_favour = SymbolKind::ALL.map(|kind| spam.weight(kind).map_or(0, |weight| weight.least_milli));
    assert!(most(&[Client]) + in_favour.iter().sum::<i32>() >= spam.refuse_at_milli);
}

#[test]
fn all_symbols_are_recorded_with_their_shares_and_scores() {
    let spam = shares([
        (Standing, 10, 0),
        (RepeatedNote, 25, 0),
        (Velocity, 7, 0),
        (Contacts, 2, 20),
        (Mutuals, 2, 0),
        (Strangers, 12, 20),
        (Company, 0, 0),
        (Acceptance, 2, 20),
    ]);
    let verdict = judge(&article(), &sees(spam));
    let gate = verdict.gates.iter().find(|gate| gate.rule == Rule::Spam).expect("it is evaluated");
    let Evidence::Symbols { symbols, score_milli, hold_at_milli, refuse_at_milli, in_contacts } =
        &gate.evidence
    else {
        panic!("{:?}", gate.evidence);
    };
    let found: Vec<(SymbolKind, u32, u32, i32)> =
        symbols.iter().map(|symbol| (symbol.kind, symbol.value, symbol.of, symbol.score_milli)).collect();
    let expected = [
        (RepeatedNote, 25, 0, 5_000),
        (Velocity, 7, 0, 350),
        (Strangers, 12, 20, 500),
        (Acceptance, 2, 20, 2_238),
        (Contacts, 2, 20, -400),
        (Mutuals, 2, 0, -1_000),
        (Standing, 10, 0, -200),
    ];
    assert_eq!(found, expected);
    assert_eq!((*score_milli, *hold_at_milli, *refuse_at_milli), (6_488, 6_000, 6_500));
    assert!(!*in_contacts);
    assert_eq!(gate.finding, Finding::Held(Code::SpamHeld));
}

#[test]
fn a_symbol_that_the_document_does_not_name_counts_nothing() {
    let from = ARTICLE.find("[spam.repeated_note]").expect("it is named");
    let until = ARTICLE.find("[spam.client]").expect("what comes after it");
    let policy = Policy::parse(&format!("{}{}", &ARTICLE[..from], &ARTICLE[until..])).expect("it reads");
    assert_eq!(policy.spam.weight(RepeatedNote), None);
    assert_eq!(judge(&policy, &sees(seen([(RepeatedNote, 100)]))).outcome, Outcome::Pass);
}

#[test]
fn a_contradictory_filter_is_rejected() {
    let wrong = |from: &str, to: &str, part: &str| {
        let error = Policy::parse(&ARTICLE.replacen(from, to, 1)).expect_err(to);
        assert!(error.message.contains(part), "{to}: {error}");
    };
    wrong("note_bits = 12", "note_bits = 65", "more than the 64");
    wrong("most = 9.0", "most = -9.0", "`most` at least 0");
    wrong("least = -1.0", "least = 1.0", "`least` is at most 0");
    wrong("[spam.velocity]\nwindow = \"1h\"", "[spam.velocity]\nwindow = \"0s\"", "longer than 0");
    wrong("[spam.velocity]", "[spam.volume]", "unknown key `volume`");
    assert_eq!(article_with("patience = \"60h\"\n", "").spam.patience, Span::days(1));
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn volume_alone_neither_holds_nor_refuses(earlier in any::<u32>()) {
        prop_assert_eq!(judge(&article(), &sees(seen([(Velocity, earlier)]))).outcome, Outcome::Pass);
    }

    #[test]
    fn a_request_to_an_imported_contact_passes_and_its_symbols_are_recorded(
        notes in 1..u32::MAX, earlier in 1..u32::MAX, email in any::<bool>(),
    ) {
        let spam = seen([(RepeatedNote, notes), (Client, 1), (Velocity, earlier)]);
        let contact = Facts { in_contacts: true, ..sees(spam) };
        let contact = if email { by_email(contact) } else { contact };
        let verdict = judge(&article(), &contact);
        prop_assert_eq!(verdict.outcome, Outcome::Pass);
        let gate = verdict.gates.iter().find(|gate| gate.rule == Rule::Spam).expect("it is evaluated");
        let Evidence::Symbols { symbols, .. } = &gate.evidence else { panic!("{:?}", gate.evidence) };
        let values: Vec<u32> = symbols.iter().map(|symbol| symbol.value).collect();
        prop_assert_eq!(values, [notes, 1, earlier]);
    }

    #[test]
    fn a_verdict_of_the_filter_is_reproduced_from_its_evidence_in_any_order(
        given in vec((select(&SymbolKind::ALL[..]), 0..40_u32, 0..40_u32), 0..8),
        contact in any::<bool>(),
    ) {
        let mut given: Vec<(SymbolKind, Share)> =
            given.into_iter().map(|(kind, value, of)| (kind, Share { value, of })).collect();
        given.sort_unstable_by_key(|(kind, _)| *kind);
        given.dedup_by_key(|(kind, _)| *kind);
        let in_contacts = contact;
        let judged = |spam| judge(&article(), &Facts { in_contacts, ..sees(spam) });
        let verdict = judged(SpamFacts::new(given.clone()));
        prop_assert_eq!(judge_again(&article(), &verdict), verdict.clone());
        prop_assert_eq!(judged(SpamFacts::new(given.into_iter().rev())), verdict);
    }
}
