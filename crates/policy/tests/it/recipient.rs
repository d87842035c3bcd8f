//! The recipient's rules.

use acquaint_domain::{
    AcceptFrom, Code, Confirmation, Distance, EventNumber, Evidence, Finding, MaxDegree, NetworkSize,
    Outcome, PolicyVersion, RestrictionCause, Rule, Standing, Timestamp,
};
use acquaint_policy::recipient::{Facts, judge, rules};
use acquaint_policy::{ARTICLE, LINKEDIN_OBSERVED, Policy, judge_again};

const NEAR: Distance = Distance { degree: Some(2), mutuals: 1 };

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

/// The arrival of a request at a recipient who accepts requests from everybody.
fn facts() -> Facts {
    Facts {
        policy: PolicyVersion(1),
        facts_at: EventNumber(5),
        standing: Standing::Good,
        blocked_since: None,
        accept_from: AcceptFrom::Everyone,
        max_degree: MaxDegree::Any,
        criteria: 0,
        confirmation: Confirmation::Off,
        settings_version: 4,
        in_contacts: false,
        by_email: false,
        distance: Some(NEAR),
        company: false,
        title: false,
        network: None,
    }
}

fn closed(facts: &mut Facts) {
    facts.standing = Standing::Closed { since: at(1) };
}

fn restricted(facts: &mut Facts) {
    facts.standing = Standing::Restricted { since: at(1), until: at(100), cause: RestrictionCause::Policy };
}

fn banned(facts: &mut Facts) {
    facts.standing = Standing::Banned { since: at(1) };
}

fn blocks(facts: &mut Facts) {
    facts.blocked_since = Some(at(2));
}

fn contacts_only(facts: &mut Facts) {
    facts.accept_from = AcceptFrom::Contacts;
}

fn contacts_or_email(facts: &mut Facts) {
    facts.accept_from = AcceptFrom::ContactsOrEmail;
}

fn within(facts: &mut Facts, steps: u8, degree: Option<u8>) {
    facts.max_degree = MaxDegree::Within(steps);
    facts.distance = Some(Distance { degree, mutuals: 0 });
}

fn audience(facts: &mut Facts) {
    facts.criteria = 2;
}

fn roomy(facts: &mut Facts) {
    facts.network = Some(NetworkSize { connections: 1, at_most: 2 });
}

fn full(facts: &mut Facts) {
    facts.network = Some(NetworkSize { connections: 2, at_most: 2 });
}

fn confirms_first(facts: &mut Facts) {
    facts.confirmation = Confirmation::First;
}

fn given(changes: &[fn(&mut Facts)]) -> Facts {
    changes.iter().fold(facts(), |mut given, change| {
        change(&mut given);
        given
    })
}

type Turn = fn(&mut Facts);

/// A rule, the code with which it stops a request, and a change of the facts that makes it do so.
const STOPS: [(Rule, Code, Turn); 8] = [
    (Rule::RecipientOpen, Code::RecipientClosed, closed),
    (Rule::RecipientUnrestricted, Code::RecipientRestricted, restricted),
    (Rule::NotBlockedByRecipient, Code::BlockedByRecipient, blocks),
    (Rule::RecipientNetwork, Code::RecipientNetworkFull, full),
    (Rule::RecipientContacts, Code::RecipientSettingContacts, contacts_only),
    (Rule::RecipientDegree, Code::RecipientSettingDegree, |facts| within(facts, 1, Some(2))),
    (Rule::RecipientAudience, Code::RecipientSettingAudience, audience),
    (Rule::RecipientConfirmation, Code::AwaitingRecipientConfirmation, confirms_first),
];

fn stopped(code: Code) -> Outcome {
    if code == Code::AwaitingRecipientConfirmation { Outcome::Hold(code) } else { Outcome::Refuse(code) }
}

#[test]
fn a_recipient_who_accepts_from_everybody_gets_the_request() {
    let verdict = judge(&facts());
    assert_eq!(verdict.outcome, Outcome::Pass);
    let asked: Vec<Rule> = verdict.gates.iter().map(|gate| gate.rule).collect();
    let without_a_cap = rules().filter(|rule| *rule != Rule::RecipientNetwork);
    assert_eq!(asked, without_a_cap.collect::<Vec<_>>());
    assert!(verdict.gates.iter().all(|gate| gate.finding == Finding::Passed));
    assert_eq!((verdict.policy, verdict.facts_at), (facts().policy, facts().facts_at));
}

#[test]
fn every_rule_gives_its_code_and_later_rules_are_not_reached() {
    for (rule, code, change) in STOPS {
        let verdict = judge(&given(&[roomy, change]));
        assert_eq!(verdict.outcome, stopped(code), "{rule:?}");
        let place = rules().position(|other| other == rule).expect("it is asked");
        for (index, gate) in verdict.gates.iter().enumerate() {
            match index.cmp(&place) {
                std::cmp::Ordering::Less => assert_eq!(gate.finding, Finding::Passed, "{rule:?}"),
                std::cmp::Ordering::Equal => assert!(
                    matches!(gate.finding, Finding::Failed(found) | Finding::Held(found) if found == code)
                ),
                std::cmp::Ordering::Greater => {
                    assert_eq!(gate.finding, Finding::NotReached, "{rule:?}");
                    assert_eq!(gate.evidence, Evidence::Nothing, "{rule:?}");
                }
            }
        }
    }
}

#[test]
fn of_two_rules_that_stop_a_request_the_first_decides() {
    // An account has one standing: it cannot be closed and restricted at once.
    for (index, (_, code, first)) in STOPS.into_iter().enumerate() {
        for (_, later_code, later) in &STOPS[index + 1..] {
            if (code, *later_code) != (Code::RecipientClosed, Code::RecipientRestricted) {
                assert_eq!(judge(&given(&[first, *later])).outcome, stopped(code), "{later_code}");
            }
        }
    }
}

#[test]
fn a_ban_stops_requests_as_a_restriction_does() {
    assert_eq!(judge(&given(&[banned])).outcome, Outcome::Refuse(Code::RecipientRestricted));
}

#[test]
fn settings_admit_the_senders_that_they_name() {
    let by_email = |facts: &mut Facts| facts.by_email = true;
    let in_contacts = |facts: &mut Facts| facts.in_contacts = true;
    let company = |facts: &mut Facts| facts.company = true;
    let title = |facts: &mut Facts| facts.title = true;
    let (contacts, degree) = (Some(Code::RecipientSettingContacts), Some(Code::RecipientSettingDegree));
    let table: [(&str, Vec<Turn>, Option<Code>); 16] = [
        ("contacts: a contact", vec![contacts_only, in_contacts], None),
        ("contacts: knows the e-mail", vec![contacts_only, by_email], contacts),
        ("contacts or e-mail: a contact", vec![contacts_or_email, in_contacts], None),
        ("contacts or e-mail: knows the e-mail", vec![contacts_or_email, by_email], None),
        ("contacts or e-mail: neither", vec![contacts_or_email], contacts),
        ("1 step: 1", vec![|facts| within(facts, 1, Some(1))], None),
        ("1 step: 2", vec![|facts| within(facts, 1, Some(2))], degree),
        ("2 steps: 2", vec![|facts| within(facts, 2, Some(2))], None),
        ("2 steps: 3", vec![|facts| within(facts, 2, Some(3))], degree),
        ("3 steps: 3", vec![|facts| within(facts, 3, Some(3))], None),
        ("3 steps: no path", vec![|facts| within(facts, 3, None)], degree),
        (
            "any distance: no path",
            vec![|facts| facts.distance = Some(Distance { degree: None, mutuals: 0 })],
            None,
        ),
        ("audience: the company", vec![audience, company], None),
        ("audience: the title", vec![audience, title], None),
        ("audience: both", vec![audience, company, title], None),
        ("audience: neither", vec![audience], Some(Code::RecipientSettingAudience)),
    ];
    for (case, changes, code) in table {
        let expected = code.map_or(Outcome::Pass, Outcome::Refuse);
        assert_eq!(judge(&given(&changes)).outcome, expected, "{case}");
    }
}

#[test]
fn a_verdict_is_reproduced_from_its_evidence_under_any_policy() {
    let mut all: Vec<Facts> = STOPS.iter().map(|(_, _, change)| given(&[*change])).collect();
    all.extend([facts(), given(&[banned]), given(&[contacts_or_email]), given(&[roomy])]);
    for text in [ARTICLE, LINKEDIN_OBSERVED] {
        let policy = Policy::parse(text).expect("a policy that is shipped reads");
        for given in &all {
            let verdict = judge(given);
            assert_eq!(judge_again(&policy, &verdict), verdict);
        }
    }
}

#[test]
fn a_verdict_with_altered_evidence_or_findings_is_not_reproduced() {
    let policy = Policy::parse(ARTICLE).expect("a policy that is shipped reads");
    for (rule, code, change) in STOPS {
        let mut forged = judge(&given(&[change]));
        let gate = forged.gates.iter_mut().find(|gate| gate.rule == rule).expect("it is asked");
        gate.finding = Finding::Passed;
        forged.outcome = Outcome::Pass;
        assert_eq!(judge_again(&policy, &forged).outcome, stopped(code), "{rule:?}");
        let mut forged = judge(&given(&[roomy]));
        forged.outcome = stopped(code);
        assert_eq!(judge_again(&policy, &forged).outcome, Outcome::Pass, "{rule:?}");
    }
}

/// Hidden evidence, which triggers the fail mode of a sender's rule, has no effect on a recipient's rule.
#[test]
fn a_recipients_rule_has_no_fail_mode() {
    let refuses = ARTICLE.replacen(
        "[own_settings]",
        "[unevaluated]\nown-degree = \"refuse\"\nlimits = \"refuse\"\nsource = \"choice: a test\"\n[own_settings]",
        1,
    );
    let policy = Policy::parse(&refuses).expect("it reads");
    let mut verdict = judge(&given(&[roomy]));
    for gate in &mut verdict.gates {
        gate.evidence = Evidence::Hidden;
    }
    assert_eq!(judge_again(&policy, &verdict), verdict);
}

#[test]
fn the_evidence_holds_the_numbers_that_were_compared() {
    let given = given(&[contacts_or_email, audience]);
    let verdict = judge(&Facts { in_contacts: true, title: true, ..given });
    let evidence = |rule| {
        let gate = verdict.gates.iter().find(|gate| gate.rule == rule);
        gate.map(|gate| gate.evidence.clone()).expect("every rule has a gate")
    };
    let settings_version = 4;
    let contact = Evidence::Contact {
        setting: AcceptFrom::ContactsOrEmail,
        in_contacts: true,
        by_email: false,
        settings_version,
    };
    let degree = Evidence::Degree { allowed: None, distance: Some(NEAR), settings_version };
    let audience = Evidence::Audience { criteria: 2, company: false, title: true, settings_version };
    assert_eq!(evidence(Rule::RecipientContacts), contact);
    assert_eq!(evidence(Rule::RecipientDegree), degree);
    assert_eq!(evidence(Rule::RecipientAudience), audience);
}
