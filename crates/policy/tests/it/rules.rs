//! The sender's rules: which code each one gives, and which of two decides.

use acquaint_domain::{
    AcceptFrom, AddressProblem, Code, Confirmation, Distance, Evidence, Finding, MalformedAddress, MaxDegree,
    Outcome, RequestId, RestrictionCause, Rule, Standing, SymbolKind, Verdict,
};
use acquaint_policy::{
    AddressLookup, Facts, Policy, Usage, judge, judge_again, judge_confirmation, judge_release,
    judge_waived_release, passes_from,
};

use crate::given::{article, article_with, at, by_email, facts, finding, seen};

const RULES: [Rule; 13] = [
    Rule::AddressForm,
    Rule::AddressKnown,
    Rule::NotSelf,
    Rule::NotBlockedByOneself,
    Rule::NotConnected,
    Rule::NotPending,
    Rule::SenderNotBanned,
    Rule::SenderNotRestricted,
    Rule::OwnContacts,
    Rule::OwnDegree,
    Rule::DailyLimit,
    Rule::Spam,
    Rule::OwnConfirmation,
];

type Change = fn(&mut Facts);

fn malformed(facts: &mut Facts) {
    facts.address =
        AddressLookup::Malformed(MalformedAddress { offset: 2, problem: AddressProblem::Character });
}

fn unknown(facts: &mut Facts) {
    facts.address = AddressLookup::Unknown;
}

fn oneself(facts: &mut Facts) {
    facts.address = AddressLookup::Oneself;
}

fn blocks(facts: &mut Facts) {
    facts.blocked_since = Some(at(1));
}

fn connected(facts: &mut Facts) {
    facts.connected = Some((at(1), Some(RequestId(4))));
}

fn pending(facts: &mut Facts) {
    facts.pending = Some((at(1), RequestId(4)));
}

fn banned(facts: &mut Facts) {
    facts.standing = Standing::Banned { since: at(1) };
}

fn restricted(facts: &mut Facts) {
    facts.standing = Standing::Restricted { since: at(1), until: at(9), cause: RestrictionCause::Spam };
}

fn contacts_only(facts: &mut Facts) {
    facts.accept_from = AcceptFrom::Contacts;
}

fn contacts_or_email(facts: &mut Facts) {
    facts.accept_from = AcceptFrom::ContactsOrEmail;
}

fn within_one(facts: &mut Facts) {
    facts.max_degree = MaxDegree::Within(1);
}

fn used_up(facts: &mut Facts) {
    facts.usage = vec![Usage::Sliding { used: 300, frees_at: Some(at(99)) }];
}

fn automated(facts: &mut Facts) {
    facts.spam = seen([(SymbolKind::Client, 1)]);
}

fn repeats(facts: &mut Facts) {
    facts.spam = seen([(SymbolKind::RepeatedNote, 30)]);
}

fn repeats_fast(facts: &mut Facts) {
    facts.spam =
        seen([(SymbolKind::RepeatedNote, 35), (SymbolKind::Velocity, 10), (SymbolKind::Sequential, 9)]);
}

fn confirms_first(facts: &mut Facts) {
    facts.confirmation = Confirmation::First;
}

const fn refuse(code: Code) -> Outcome {
    Outcome::Refuse(code)
}

/// One row for each code that a rule can give, in the order of the rules' evaluation.
const STOPS: [(Rule, Outcome, Change); 15] = [
    (Rule::AddressForm, refuse(Code::AddressMalformed), malformed),
    (Rule::AddressKnown, refuse(Code::AddressUnknown), unknown),
    (Rule::NotSelf, refuse(Code::SelfRequest), oneself),
    (Rule::NotBlockedByOneself, refuse(Code::YouBlockedThem), blocks),
    (Rule::NotConnected, refuse(Code::AlreadyConnected), connected),
    (Rule::NotPending, refuse(Code::AlreadyPending), pending),
    (Rule::SenderNotBanned, refuse(Code::SenderBanned), banned),
    (Rule::SenderNotRestricted, refuse(Code::SenderRestricted), restricted),
    (Rule::OwnContacts, refuse(Code::OwnSettingContacts), contacts_only),
    (Rule::OwnDegree, refuse(Code::OwnSettingDegree), within_one),
    (Rule::DailyLimit, refuse(Code::DailyLimit), used_up),
    (Rule::Spam, refuse(Code::Automation), automated),
    (Rule::Spam, refuse(Code::SpamRefused), repeats_fast),
    (Rule::Spam, Outcome::Hold(Code::SpamHeld), repeats),
    (Rule::OwnConfirmation, Outcome::Hold(Code::AwaitingOwnConfirmation), confirms_first),
];

fn given(changes: &[Change]) -> Facts {
    changes.iter().fold(facts(), |mut given, change| {
        change(&mut given);
        given
    })
}

/// Judges, and checks that judging again from the evidence gives the same verdict.
fn judged(policy: &Policy, facts: &Facts) -> Verdict {
    let verdict = judge(policy, facts);
    assert_eq!(judge_again(policy, &verdict), verdict);
    verdict
}

#[test]
fn a_send_without_obstacles_passes_every_rule() {
    let verdict = judged(&article(), &facts());
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert_eq!(verdict.gates.iter().map(|gate| gate.rule).collect::<Vec<_>>(), RULES);
    assert!(verdict.gates.iter().all(|gate| gate.finding == Finding::Passed));
    assert_eq!((verdict.policy, verdict.facts_at), (facts().policy, facts().facts_at));
}

#[test]
fn every_rule_gives_its_code_and_later_rules_are_not_reached() {
    for (rule, outcome, change) in STOPS {
        let verdict = judged(&article(), &given(&[change]));
        assert_eq!(verdict.outcome, outcome, "{rule:?}");
        let place = RULES.iter().position(|other| *other == rule).expect("it is one of the rules");
        let (before, rest) = verdict.gates.split_at(place);
        assert!(before.iter().all(|gate| gate.finding == Finding::Passed), "{rule:?}");
        let found = match outcome {
            Outcome::Refuse(code) => Finding::Failed(code),
            Outcome::Hold(code) => Finding::Held(code),
            Outcome::Pass => Finding::Passed,
        };
        assert_eq!((rest[0].rule, rest[0].finding), (rule, found));
        for gate in &rest[1..] {
            assert_eq!((gate.finding, &gate.evidence), (Finding::NotReached, &Evidence::Nothing), "{rule:?}");
        }
    }
}

#[test]
fn of_two_rules_that_stop_a_send_the_first_decides() {
    // One field of the facts cannot have two values at once.
    let same_field = |one: Rule, other: Rule| {
        let address = |rule| matches!(rule, Rule::AddressForm | Rule::AddressKnown | Rule::NotSelf);
        let account = |rule| matches!(rule, Rule::SenderNotBanned | Rule::SenderNotRestricted);
        one == other || (address(one) && address(other)) || (account(one) && account(other))
    };
    let mut pairs = 0;
    for (index, (rule, outcome, first)) in STOPS.into_iter().enumerate() {
        for (later_rule, _, later) in &STOPS[index + 1..] {
            if !same_field(rule, *later_rule) {
                pairs += 1;
                let either_order = [given(&[first, *later]), given(&[*later, first])];
                for facts in either_order {
                    assert_eq!(judged(&article(), &facts).outcome, outcome, "{rule:?} {later_rule:?}");
                }
            }
        }
    }
    assert_eq!(pairs, 15 * 14 / 2 - 3 - 1 - 3);
}

#[test]
fn own_settings_allow_sends_to_members_from_whom_they_accept_requests() {
    let in_contacts = |facts: &mut Facts| facts.in_contacts = true;
    let gives_email = |facts: &mut Facts| facts.by_email = true;
    fn degree(facts: &mut Facts, allowed: u8, found: Option<u8>) {
        facts.max_degree = MaxDegree::Within(allowed);
        facts.distance = Some(Distance { degree: found, mutuals: 0 });
    }
    let contacts = refuse(Code::OwnSettingContacts);
    let far = refuse(Code::OwnSettingDegree);
    let table: [(&str, Vec<Change>, Outcome); 12] = [
        ("contacts: a contact", vec![contacts_only, in_contacts], Outcome::Pass),
        ("contacts: gives the e-mail", vec![contacts_only, gives_email], contacts),
        ("contacts or e-mail: a contact", vec![contacts_or_email, in_contacts], Outcome::Pass),
        ("contacts or e-mail: gives it", vec![contacts_or_email, gives_email], Outcome::Pass),
        ("contacts or e-mail: neither", vec![contacts_or_email], contacts),
        ("1 step: 1", vec![|facts| degree(facts, 1, Some(1))], Outcome::Pass),
        ("1 step: 2", vec![|facts| degree(facts, 1, Some(2))], far),
        ("2 steps: 2", vec![|facts| degree(facts, 2, Some(2))], Outcome::Pass),
        ("2 steps: 3", vec![|facts| degree(facts, 2, Some(3))], far),
        ("3 steps: 3", vec![|facts| degree(facts, 3, Some(3))], Outcome::Pass),
        ("3 steps: no path", vec![|facts| degree(facts, 3, None)], far),
        ("any distance: no path", vec![|facts| facts.distance = None], Outcome::Pass),
    ];
    for (case, changes, then) in table {
        assert_eq!(judged(&article(), &given(&changes)).outcome, then, "{case}");
    }
}

#[test]
fn own_settings_are_not_evaluated_without_reciprocity() {
    let policy = article_with("reciprocal = true", "reciprocal = false");
    let verdict = judged(&policy, &given(&[contacts_only, within_one]));
    assert_eq!(verdict.outcome, Outcome::Pass);
    let asked = |rule| verdict.gates.iter().any(|gate| gate.rule == rule);
    assert!(!asked(Rule::OwnContacts) && !asked(Rule::OwnDegree) && asked(Rule::OwnConfirmation));
}

#[test]
fn rules_on_the_owner_of_an_email_address_cannot_be_evaluated() {
    // They ignore even facts that should not have been gathered.
    let verdict = judged(&article(), &by_email(given(&[blocks, connected, within_one])));
    assert_eq!(verdict.outcome, Outcome::Pass);
    let hidden = [Rule::AddressKnown, Rule::NotBlockedByOneself, Rule::NotConnected, Rule::OwnDegree];
    for rule in RULES {
        let expected = if hidden.contains(&rule) { Finding::Unevaluated } else { Finding::Passed };
        assert_eq!(finding(&verdict, rule), expected, "{rule:?}");
    }
}

#[test]
fn rules_on_the_senders_own_facts_decide_about_an_email_address_too() {
    let table: [(&str, Change, Outcome); 8] = [
        ("an open request to the same text", pending, refuse(Code::AlreadyPending)),
        ("banned", banned, refuse(Code::SenderBanned)),
        ("restricted", restricted, refuse(Code::SenderRestricted)),
        ("contacts only", contacts_only, refuse(Code::OwnSettingContacts)),
        ("contacts or e-mail", contacts_or_email, Outcome::Pass),
        ("limit", used_up, refuse(Code::DailyLimit)),
        ("spam", repeats, Outcome::Hold(Code::SpamHeld)),
        ("confirm first", confirms_first, Outcome::Hold(Code::AwaitingOwnConfirmation)),
    ];
    for (case, change, then) in table {
        assert_eq!(judged(&article(), &by_email(given(&[change]))).outcome, then, "{case}");
    }
}

fn crossing(facts: &mut Facts) {
    facts.crossing = Some((at(1), RequestId(5)));
}

#[test]
fn a_crossing_is_judged_by_the_rules_of_an_acceptance_alone() {
    let changes: [Change; 10] = [
        |_| (),
        pending,
        restricted,
        contacts_only,
        within_one,
        used_up,
        automated,
        repeats_fast,
        repeats,
        confirms_first,
    ];
    for change in changes {
        let verdict = judged(&article(), &given(&[crossing, change]));
        assert_eq!(verdict.outcome, Outcome::Pass);
        let rules: Vec<Rule> = verdict.gates.iter().map(|gate| gate.rule).collect();
        assert_eq!(
            rules,
            [
                Rule::AddressForm,
                Rule::AddressKnown,
                Rule::NotSelf,
                Rule::NotBlockedByOneself,
                Rule::NotConnected,
                Rule::Crossing,
                Rule::SenderNotBanned,
            ]
        );
        let stands = Evidence::Stands { since: at(1), request: Some(RequestId(5)) };
        assert_eq!(verdict.gates[5].evidence, stands);
        assert!(verdict.is_of_a_crossing());
    }
    assert_eq!(judged(&article(), &given(&[crossing, banned])).outcome, refuse(Code::SenderBanned));
    assert!(!judged(&article(), &facts()).is_of_a_crossing());
}

#[test]
fn a_crossing_needs_room_in_the_own_network_and_no_limit() {
    let tables = r#"[[limit]]
id = "attempts"
code = "CR0404"
kind = "rolling"
window = "24h"
at_most = { free = 5, premium = 5, sales-navigator = 5 }
source = "choice: a test."

[network]
at_most = { free = 7, premium = 7, sales-navigator = 7 }
source = "choice: a test."

[own_settings]"#;
    let policy = article_with("[own_settings]", tables);
    let cap = 7;
    let usage = vec![Usage::Sliding { used: 9_999, frees_at: Some(at(99)) }; policy.limits.len()];
    let roomy = Facts { usage, open: 9_999, ..given(&[crossing]) };
    assert_eq!(judged(&policy, &roomy).outcome, Outcome::Pass);
    let full = Facts { connections: cap, ..given(&[crossing]) };
    assert_eq!(judged(&policy, &full).outcome, refuse(Code::OwnNetworkFull));
    // A crossing that is not allowed is a refused send like any other; beyond the attempts limit, one refusal stands for all.
    let over = Facts { connections: cap, ..roomy };
    assert_eq!(judged(&policy, &over).outcome, refuse(Code::AttemptsLimit));
}

#[test]
fn a_confirmation_is_judged_by_the_rules_whose_facts_may_have_changed() {
    let judged = |changes: &[Change]| {
        let verdict = judge_confirmation(&article(), &given(changes));
        assert_eq!(judge_again(&article(), &verdict), verdict);
        verdict.outcome
    };
    let table: [(&str, Change, Outcome); 11] = [
        ("blocks meanwhile", blocks, refuse(Code::YouBlockedThem)),
        ("connected meanwhile", connected, refuse(Code::AlreadyConnected)),
        ("banned meanwhile", banned, refuse(Code::SenderBanned)),
        ("restricted meanwhile", restricted, refuse(Code::SenderRestricted)),
        ("itself is open", pending, Outcome::Pass),
        ("the limit of this moment", used_up, refuse(Code::DailyLimit)),
        ("the filter of this moment", repeats_fast, refuse(Code::SpamRefused)),
        ("the filter would hold it", repeats, Outcome::Hold(Code::SpamHeld)),
        ("the setting it was held by", confirms_first, Outcome::Pass),
        ("contacts only", contacts_only, Outcome::Pass),
        ("nothing", |_| (), Outcome::Pass),
    ];
    for (case, change, then) in table {
        assert_eq!(judged(&[change]), then, "{case}");
    }
    assert_eq!(judged(&[blocks, banned]), refuse(Code::YouBlockedThem));
}

#[test]
fn a_release_is_judged_by_the_limits_of_its_moment_unless_they_are_waived() {
    type Judge = fn(&Policy, &Facts) -> Verdict;
    let judged = |judge: Judge, changes: &[Change]| {
        let verdict = judge(&article(), &given(changes));
        assert_eq!(judge_again(&article(), &verdict), verdict);
        (verdict.outcome, passes_from(&verdict))
    };
    let own = Outcome::Hold(Code::AwaitingOwnConfirmation);
    let table: [(Change, Outcome, Outcome); 6] = [
        (used_up, refuse(Code::DailyLimit), Outcome::Pass),
        (restricted, refuse(Code::SenderRestricted), refuse(Code::SenderRestricted)),
        (banned, refuse(Code::SenderBanned), refuse(Code::SenderBanned)),
        (repeats_fast, Outcome::Pass, Outcome::Pass),
        (confirms_first, own, own),
        (|_| (), Outcome::Pass, Outcome::Pass),
    ];
    for (change, by_limits, waived) in table {
        assert_eq!(judged(judge_release, &[change]).0, by_limits);
        assert_eq!(judged(judge_waived_release, &[change]).0, waived);
    }
    // A request that its sender has to confirm does not leave yet, so no limit is evaluated.
    assert_eq!(judged(judge_release, &[used_up, confirms_first]).0, own);
    assert!(judged(judge_release, &[used_up]).1.is_some());
    assert_eq!(judged(judge_release, &[restricted]).1, Some(at(9)));
    assert_eq!(judged(judge_release, &[banned]).1, None);
}

#[test]
fn another_policy_judges_the_same_evidence_differently() {
    let verdict = judge(&article(), &given(&[repeats]));
    let lenient = article_with("hold_at = 6.0", "hold_at = 6.4");
    assert_eq!(verdict.outcome, Outcome::Hold(Code::SpamHeld));
    assert_eq!(judge_again(&lenient, &verdict).outcome, Outcome::Pass);
}
