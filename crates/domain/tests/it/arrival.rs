//! A request's letter arrives at its recipient's desk.

use acquaint_domain::arrival::{self, Arrival};
use acquaint_domain::incoming::Incoming;
use acquaint_domain::{
    AcceptFrom, Audience, Code, Confirmation, ConnectionName, Distance, Event, Evidence, Finding, Leg,
    LetterNumber, MaxDegree, NetworkSize, Outcome, Personal, RequestId, RestrictionCause, Route, Rule,
    Standing, Whether, WithdrawalCause, incoming, letter, network,
};

use crate::given::{
    ALICE, ASK, LEG, NEAR, OTHER_WAY, REQUEST, SECOND, THIRD, arrival, at, connection, matter, name,
};

fn closed(arrival: &mut Arrival) {
    arrival.standing = Standing::Closed { since: at(1) };
}

fn restricted(arrival: &mut Arrival) {
    arrival.standing = Standing::Restricted { since: at(1), until: at(100), cause: RestrictionCause::Policy };
}

fn banned(arrival: &mut Arrival) {
    arrival.standing = Standing::Banned { since: at(1) };
}

fn blocks(arrival: &mut Arrival) {
    arrival.blocked_since = Some(at(2));
}

fn contacts_only(arrival: &mut Arrival) {
    arrival.settings.accept_from = AcceptFrom::Contacts;
}

fn contacts_or_email(arrival: &mut Arrival) {
    arrival.settings.accept_from = AcceptFrom::ContactsOrEmail;
}

fn within(arrival: &mut Arrival, steps: u8, degree: Option<u8>) {
    arrival.settings.max_degree = MaxDegree::Within(steps);
    arrival.distance = Some(Distance { degree, mutuals: 0 });
}

fn audience(arrival: &mut Arrival) {
    let names = |text: &str| [text.to_owned()].into();
    let audience = Audience { companies: names("Acme"), titles: names("Engineer") };
    arrival.settings.audience = Personal::Held(audience);
}

fn roomy(arrival: &mut Arrival) {
    arrival.network = Some(NetworkSize { connections: 1, at_most: 2 });
}

fn full(arrival: &mut Arrival) {
    arrival.network = Some(NetworkSize { connections: 2, at_most: 2 });
}

fn confirms_first(arrival: &mut Arrival) {
    arrival.settings.confirmation = Confirmation::First;
}

fn given(changes: &[fn(&mut Arrival)]) -> Arrival {
    changes.iter().fold(arrival(), |mut given, change| {
        change(&mut given);
        given
    })
}

type Turn = fn(&mut Arrival);

/// A rule's code where it stops, and what stops it.
const STOPS: [(Rule, Code, Turn); 8] = [
    (Rule::RecipientOpen, Code::RecipientClosed, closed),
    (Rule::RecipientUnrestricted, Code::RecipientRestricted, restricted),
    (Rule::NotBlockedByRecipient, Code::BlockedByRecipient, blocks),
    (Rule::RecipientNetwork, Code::RecipientNetworkFull, full),
    (Rule::RecipientContacts, Code::RecipientSettingContacts, contacts_only),
    (Rule::RecipientDegree, Code::RecipientSettingDegree, |arrival| within(arrival, 1, Some(2))),
    (Rule::RecipientAudience, Code::RecipientSettingAudience, audience),
    (Rule::RecipientConfirmation, Code::AwaitingRecipientConfirmation, confirms_first),
];

fn stopped(code: Code) -> Outcome {
    if code == Code::AwaitingRecipientConfirmation { Outcome::Hold(code) } else { Outcome::Refuse(code) }
}

#[test]
fn a_recipient_who_lets_in_everybody_gets_the_request() {
    let verdict = arrival::judge(&arrival());
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert_eq!(verdict.gates.iter().map(|gate| gate.rule).collect::<Vec<_>>(), arrival::LADDER);
    assert!(verdict.gates.iter().all(|gate| gate.finding == Finding::Passed));
    assert_eq!((verdict.policy, verdict.facts_at), (arrival().policy, arrival().facts_at));
}

#[test]
fn every_rule_of_the_recipients_has_its_code_and_those_behind_it_are_not_reached() {
    for (rule, code, change) in STOPS {
        let verdict = arrival::judge(&given(&[roomy, change]));
        assert_eq!(verdict.outcome, stopped(code), "{rule:?}");
        let place =
            arrival::LADDER_UNDER_A_CAP.iter().position(|other| *other == rule).expect("it is on the ladder");
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
fn of_two_rules_that_stop_a_request_the_first_in_the_order_decides() {
    // An account has one standing: closed and restricted cannot be given together.
    for (index, (_, code, first)) in STOPS.into_iter().enumerate() {
        for (_, later_code, later) in &STOPS[index + 1..] {
            if (code, *later_code) != (Code::RecipientClosed, Code::RecipientRestricted) {
                assert_eq!(arrival::judge(&given(&[first, *later])).outcome, stopped(code), "{later_code}");
            }
        }
    }
}

#[test]
fn a_ban_stops_what_a_restriction_stops() {
    assert_eq!(arrival::judge(&given(&[banned])).outcome, Outcome::Refuse(Code::RecipientRestricted));
}

#[test]
fn settings_let_in_whom_they_name() {
    let by_email = |arrival: &mut Arrival| arrival.by_email = Whether::Yes;
    let in_contacts = |arrival: &mut Arrival| arrival.in_contacts = Whether::Yes;
    let company = |arrival: &mut Arrival| arrival.company = Whether::Yes;
    let title = |arrival: &mut Arrival| arrival.title = Whether::Yes;
    let (contacts, degree) = (Some(Code::RecipientSettingContacts), Some(Code::RecipientSettingDegree));
    let table: [(&str, Vec<Turn>, Option<Code>); 17] = [
        ("contacts: a contact", vec![contacts_only, in_contacts], None),
        ("contacts: knows the e-mail", vec![contacts_only, by_email], contacts),
        ("contacts or e-mail: a contact", vec![contacts_or_email, in_contacts], None),
        ("contacts or e-mail: knows the e-mail", vec![contacts_or_email, by_email], None),
        ("contacts or e-mail: neither", vec![contacts_or_email], contacts),
        ("1 step: 1", vec![|arrival| within(arrival, 1, Some(1))], None),
        ("1 step: 2", vec![|arrival| within(arrival, 1, Some(2))], degree),
        ("2 steps: 2", vec![|arrival| within(arrival, 2, Some(2))], None),
        ("2 steps: 3", vec![|arrival| within(arrival, 2, Some(3))], degree),
        ("3 steps: 3", vec![|arrival| within(arrival, 3, Some(3))], None),
        ("3 steps: no path", vec![|arrival| within(arrival, 3, None)], degree),
        (
            "any distance: no path",
            vec![|arrival| arrival.distance = Some(Distance { degree: None, mutuals: 0 })],
            None,
        ),
        ("audience: the company", vec![audience, company], None),
        ("audience: the title", vec![audience, title], None),
        ("audience: both", vec![audience, company, title], None),
        ("audience: neither", vec![audience], Some(Code::RecipientSettingAudience)),
        ("audience erased", vec![|arrival| arrival.settings.audience = Personal::Erased], None),
    ];
    for (case, changes, code) in table {
        let expected = code.map_or(Outcome::Pass, Outcome::Refuse);
        assert_eq!(arrival::judge(&given(&changes)).outcome, expected, "{case}");
    }
}

#[test]
fn evidence_is_found_the_same_again() {
    let mut all: Vec<Arrival> = STOPS.iter().map(|(_, _, change)| given(&[*change])).collect();
    all.extend([arrival(), given(&[banned]), given(&[contacts_or_email])]);
    for given in all {
        for gate in arrival::judge(&given).gates {
            if gate.finding != Finding::NotReached {
                assert_eq!(arrival::find(gate.rule, &gate.evidence), gate.finding, "{gate:?}");
            }
        }
    }
}

#[test]
fn a_rule_of_the_senders_finds_nothing_at_the_recipients() {
    let evidence = Evidence::Stands { since: at(1), request: None };
    assert_eq!(arrival::find(Rule::NotConnected, &evidence), Finding::Passed);
    assert_eq!(arrival::find(Rule::OwnConfirmation, &Evidence::Holds(Whether::Yes)), Finding::Passed);
}

/// What the recipient's half of an arrival is: the second event.
enum Then {
    Delivered,
    Held,
    Filed(Code),
    MergedIntoConnection,
    MergedInto(RequestId),
    Crossed(ConnectionName),
}

fn check(case: &str, given: &Arrival, then: &Then) {
    let events = arrival::receive(ASK, LEG, given);
    assert_eq!(events.len(), 2, "{case}");
    // The sender's half is the same whatever the recipient's rules say.
    assert_eq!(
        events[0],
        Event::Letter(letter::Event {
            leg: LEG,
            kind: letter::Kind::RequestArrived { request: REQUEST, sender: ALICE }
        }),
        "{case}"
    );
    let verdict = || arrival::judge(given);
    let expected = match then {
        Then::Delivered => Event::Incoming(incoming::Event {
            ask: ASK,
            kind: incoming::Kind::Delivered { verdict: verdict() },
        }),
        Then::Held => {
            Event::Incoming(incoming::Event { ask: ASK, kind: incoming::Kind::Held { verdict: verdict() } })
        }
        Then::Filed(code) => {
            assert_eq!(verdict().outcome, Outcome::Refuse(*code), "{case}");
            Event::Incoming(incoming::Event { ask: ASK, kind: incoming::Kind::Filed { verdict: verdict() } })
        }
        Then::MergedIntoConnection => {
            Event::Incoming(incoming::Event { ask: ASK, kind: incoming::Kind::Merged { into: None } })
        }
        Then::MergedInto(earlier) => Event::Incoming(incoming::Event {
            ask: ASK,
            kind: incoming::Kind::Merged { into: Some(*earlier) },
        }),
        Then::Crossed(name) => Event::Incoming(incoming::Event {
            ask: ASK,
            kind: incoming::Kind::Crossed { name: name.clone(), letter: THIRD },
        }),
    };
    assert_eq!(events[1], expected, "{case}");
}

fn outstanding(arrival: &mut Arrival) {
    arrival.outstanding = Some((OTHER_WAY, THIRD));
}

fn connected(arrival: &mut Arrival) {
    arrival.connection = Some(connection(&[SECOND]));
}

fn has(state: Incoming) -> Arrival {
    Arrival { matter: Some(matter(&[SECOND], state)), ..arrival() }
}

#[test]
fn what_arrives_is_delivered_held_filed_merged_or_crosses() {
    use Then::*;
    let both = || name(&[REQUEST, OTHER_WAY]);
    let table: Vec<(&str, Arrival, Then)> = vec![
        ("nothing in the way", arrival(), Delivered),
        ("confirm first", given(&[confirms_first]), Held),
        ("closed", given(&[closed]), Filed(Code::RecipientClosed)),
        ("restricted", given(&[restricted]), Filed(Code::RecipientRestricted)),
        ("banned", given(&[banned]), Filed(Code::RecipientRestricted)),
        ("blocked", given(&[blocks]), Filed(Code::BlockedByRecipient)),
        ("contacts only", given(&[contacts_only]), Filed(Code::RecipientSettingContacts)),
        ("audience", given(&[audience]), Filed(Code::RecipientSettingAudience)),
        ("connected already", given(&[connected]), MergedIntoConnection),
        ("connected and blocked", given(&[connected, blocks]), MergedIntoConnection),
        ("connected and outstanding", given(&[connected, outstanding]), MergedIntoConnection),
        ("outstanding", given(&[outstanding]), Crossed(both())),
        ("outstanding, confirm first", given(&[outstanding, confirms_first]), Crossed(both())),
        ("outstanding, contacts only", given(&[outstanding, contacts_only]), Crossed(both())),
        ("outstanding, too far", given(&[outstanding, |arrival| within(arrival, 1, None)]), Crossed(both())),
        ("outstanding, audience", given(&[outstanding, audience]), Crossed(both())),
        ("outstanding, blocked", given(&[outstanding, blocks]), Filed(Code::BlockedByRecipient)),
        ("outstanding, banned", given(&[outstanding, banned]), Filed(Code::RecipientRestricted)),
        ("outstanding, restricted", given(&[outstanding, restricted]), Crossed(both())),
        ("outstanding, full network", given(&[outstanding, full]), Crossed(both())),
        ("outstanding, closed", given(&[outstanding, closed]), Filed(Code::RecipientClosed)),
    ];
    for (case, given, then) in table {
        check(case, &given, &then);
    }
}

#[test]
fn a_second_request_is_merged_into_what_the_recipient_has_not_filed() {
    let filed = Incoming::Filed(Code::RecipientSettingContacts);
    let table: Vec<(&str, Incoming, Then)> = vec![
        ("in the inbox", Incoming::Delivered, Then::MergedInto(SECOND)),
        ("waiting for the word", Incoming::AwaitingConfirmation, Then::MergedInto(SECOND)),
        ("set aside", Incoming::Dismissed, Then::MergedInto(SECOND)),
        ("declined", Incoming::Declined, Then::MergedInto(SECOND)),
        ("reported", Incoming::Reported, Then::MergedInto(SECOND)),
        ("filed: judged anew", filed, Then::Delivered),
        ("accepted once: judged anew", Incoming::Accepted, Then::Delivered),
        ("gone: judged anew", Incoming::Gone(WithdrawalCause::Withdrawn), Then::Delivered),
    ];
    for (case, state, then) in table {
        check(case, &has(state), &then);
    }
}

#[test]
fn a_crossing_takes_in_what_was_filed_before() {
    let filed = has(Incoming::Filed(Code::RecipientSettingDegree));
    let given = Arrival { outstanding: Some((OTHER_WAY, THIRD)), ..filed };
    check("filed and crossing", &given, &Then::Crossed(name(&[REQUEST, OTHER_WAY, SECOND])));
}

/// The sender must not learn whether an earlier request by a guessed e-mail address lies there, or what was said to it.
#[test]
fn a_crossing_comes_before_what_lies_there_from_the_sender() {
    for state in
        [Incoming::Delivered, Incoming::AwaitingConfirmation, Incoming::Dismissed, Incoming::Declined]
    {
        let given = Arrival { outstanding: Some((OTHER_WAY, THIRD)), ..has(state) };
        check(
            "another of the sender's is there",
            &given,
            &Then::Crossed(name(&[REQUEST, OTHER_WAY, SECOND])),
        );
    }
}

#[test]
fn what_comes_by_email_address_does_not_cross() {
    let leg = Leg { route: Route::Email { from: ALICE, request: REQUEST }, number: LetterNumber(1) };
    for (given, then) in
        [(given(&[outstanding]), None), (given(&[outstanding, restricted]), Some(Code::RecipientRestricted))]
    {
        let events = arrival::receive(ASK, leg, &given);
        let verdict = arrival::judge(&given);
        let expected = match then {
            None => {
                Event::Incoming(incoming::Event { ask: ASK, kind: incoming::Kind::Delivered { verdict } })
            }
            Some(_) => Event::Incoming(incoming::Event { ask: ASK, kind: incoming::Kind::Filed { verdict } }),
        };
        assert_eq!(events[1], expected);
    }
}

#[test]
fn what_arrives_where_nobody_is_has_arrived_for_its_sender_all_the_same() {
    let leg = Leg { route: Route::Email { from: ALICE, request: REQUEST }, number: LetterNumber(1) };
    let arrived = Event::Letter(letter::Event {
        leg,
        kind: letter::Kind::RequestArrived { request: REQUEST, sender: ALICE },
    });
    let unclaimed = Event::Network(network::Event::RequestUnclaimed { request: REQUEST, sender: ALICE });
    assert_eq!(arrival::receive_unclaimed(REQUEST, leg), [arrived, unclaimed]);
}

#[test]
fn the_evidence_holds_the_numbers_that_were_looked_at() {
    let given = given(&[contacts_or_email, audience]);
    let verdict = arrival::judge(&Arrival { in_contacts: Whether::Yes, title: Whether::Yes, ..given });
    let evidence = |rule| {
        let gate = verdict.gates.iter().find(|gate| gate.rule == rule);
        gate.map(|gate| gate.evidence.clone()).expect("every rule has a gate")
    };
    let settings_version = 4;
    let contact = Evidence::Contact {
        setting: AcceptFrom::ContactsOrEmail,
        in_contacts: Whether::Yes,
        by_email: Whether::No,
        settings_version,
    };
    let degree = Evidence::Degree { allowed: None, distance: Some(NEAR), settings_version };
    let audience =
        Evidence::Audience { criteria: 2, company: Whether::No, title: Whether::Yes, settings_version };
    assert_eq!(evidence(Rule::RecipientContacts), contact);
    assert_eq!(evidence(Rule::RecipientDegree), degree);
    assert_eq!(evidence(Rule::RecipientAudience), audience);
}
