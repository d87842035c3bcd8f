//! A request's letter arrives at its recipient's desk.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::incoming::{Arrival, arrive, arrive_unclaimed};
use acquaint_domain::{
    Code, ConnectionName, Event, Lane, LetterId, LetterNumber, Outcome, RequestId, RestrictionCause,
    Standing, WithdrawalCause, incoming, letter, network,
};

use crate::given::{
    ALICE, LETTER, OTHER_WAY, REQUEST, REQUEST_REF, SECOND, THIRD, arrival, at, connection, group, name,
    verdict,
};

const HOLD: Outcome = Outcome::Hold(Code::AwaitingRecipientConfirmation);
const CLOSED: Outcome = Outcome::Refuse(Code::RecipientClosed);
const RESTRICTED: Outcome = Outcome::Refuse(Code::RecipientRestricted);
const BLOCKED: Outcome = Outcome::Refuse(Code::BlockedByRecipient);
const SETTING: Outcome = Outcome::Refuse(Code::RecipientSettingContacts);
const FULL: Outcome = Outcome::Refuse(Code::RecipientNetworkFull);

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

fn given(changes: &[fn(&mut Arrival)]) -> Arrival {
    changes.iter().fold(arrival(), |mut given, change| {
        change(&mut given);
        given
    })
}

/// The second event of an arrival, which is the recipient's half.
enum Then {
    Delivered,
    Held,
    Filed,
    MergedIntoConnection,
    MergedInto(RequestId),
    Crossed(ConnectionName),
}

fn check(case: &str, given: &Arrival, outcome: Outcome, then: &Then) {
    let verdict = verdict(outcome);
    let events = arrive(REQUEST_REF, LETTER, given, verdict.clone());
    assert_eq!(events.len(), 2, "{case}");
    // The sender's half does not depend on the verdict of the recipient's rules.
    assert_eq!(
        events[0],
        Event::Letter(letter::Event {
            letter_id: LETTER,
            kind: letter::Kind::RequestArrived { request: REQUEST, sender: ALICE }
        }),
        "{case}"
    );
    let kind = match then {
        Then::Delivered => incoming::Kind::Delivered { verdict },
        Then::Held => incoming::Kind::Held { verdict },
        Then::Filed => incoming::Kind::Filed { verdict },
        Then::MergedIntoConnection => incoming::Kind::Merged { into: None },
        Then::MergedInto(earlier) => incoming::Kind::Merged { into: Some(*earlier) },
        Then::Crossed(name) => incoming::Kind::Crossed { name: name.clone(), letter: THIRD },
    };
    assert_eq!(events[1], Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind }), "{case}");
}

fn outstanding(arrival: &mut Arrival) {
    arrival.outstanding = Some((OTHER_WAY, THIRD));
}

fn connected(arrival: &mut Arrival) {
    arrival.connection = Some(connection(&[SECOND]));
}

fn has(state: Incoming) -> Arrival {
    Arrival { group: Some(group(&[SECOND], state)), ..arrival() }
}

#[test]
fn an_arriving_request_is_delivered_held_filed_merged_or_crosses() {
    use Outcome::Pass;
    use Then::*;
    let both = || name(&[REQUEST, OTHER_WAY]);
    let table: Vec<(&str, Arrival, Outcome, Then)> = vec![
        ("nothing in the way", arrival(), Pass, Delivered),
        ("confirm first", arrival(), HOLD, Held),
        ("closed", given(&[closed]), CLOSED, Filed),
        ("restricted", given(&[restricted]), RESTRICTED, Filed),
        ("banned", given(&[banned]), RESTRICTED, Filed),
        ("blocked", given(&[blocks]), BLOCKED, Filed),
        ("the settings", arrival(), SETTING, Filed),
        ("connected already", given(&[connected]), Pass, MergedIntoConnection),
        ("connected and blocked", given(&[connected, blocks]), BLOCKED, MergedIntoConnection),
        ("connected and outstanding", given(&[connected, outstanding]), Pass, MergedIntoConnection),
        ("outstanding", given(&[outstanding]), Pass, Crossed(both())),
        ("outstanding, confirm first", given(&[outstanding]), HOLD, Crossed(both())),
        ("outstanding, the settings", given(&[outstanding]), SETTING, Crossed(both())),
        ("outstanding, blocked", given(&[outstanding, blocks]), BLOCKED, Filed),
        ("outstanding, banned", given(&[outstanding, banned]), RESTRICTED, Filed),
        ("outstanding, restricted", given(&[outstanding, restricted]), RESTRICTED, Crossed(both())),
        ("outstanding, full network", given(&[outstanding]), FULL, Crossed(both())),
        ("outstanding, closed", given(&[outstanding, closed]), CLOSED, Filed),
    ];
    for (case, given, outcome, then) in table {
        check(case, &given, outcome, &then);
    }
}

#[test]
fn a_second_request_is_merged_into_an_earlier_one_that_was_not_filed() {
    let filed = Incoming::Filed(Code::RecipientSettingContacts);
    let table: Vec<(&str, Incoming, Then)> = vec![
        ("in the inbox", Incoming::Delivered, Then::MergedInto(SECOND)),
        ("awaiting confirmation", Incoming::AwaitingConfirmation, Then::MergedInto(SECOND)),
        ("set aside", Incoming::Dismissed, Then::MergedInto(SECOND)),
        ("declined", Incoming::Declined, Then::MergedInto(SECOND)),
        ("reported", Incoming::Reported, Then::MergedInto(SECOND)),
        ("filed: judged again", filed, Then::Delivered),
        ("accepted once: judged again", Incoming::Accepted, Then::Delivered),
        ("gone: judged again", Incoming::Gone(WithdrawalCause::Withdrawn), Then::Delivered),
    ];
    for (case, state, then) in table {
        check(case, &has(state), Outcome::Pass, &then);
    }
}

#[test]
fn a_crossing_includes_an_earlier_request_that_was_filed() {
    let filed = has(Incoming::Filed(Code::RecipientSettingDegree));
    let given = Arrival { outstanding: Some((OTHER_WAY, THIRD)), ..filed };
    check("filed and crossing", &given, SETTING, &Then::Crossed(name(&[REQUEST, OTHER_WAY, SECOND])));
}

/// The sender must not learn whether an earlier request by a guessed e-mail address has arrived, or how it was answered.
#[test]
fn a_crossing_takes_precedence_over_a_merge() {
    for state in
        [Incoming::Delivered, Incoming::AwaitingConfirmation, Incoming::Dismissed, Incoming::Declined]
    {
        let given = Arrival { outstanding: Some((OTHER_WAY, THIRD)), ..has(state) };
        check(
            "an earlier request of the sender's has arrived",
            &given,
            Outcome::Pass,
            &Then::Crossed(name(&[REQUEST, OTHER_WAY, SECOND])),
        );
    }
}

#[test]
fn a_request_by_email_address_does_not_cross() {
    let letter = LetterId { lane: Lane::Email { from: ALICE, request: REQUEST }, number: LetterNumber(1) };
    for (given, outcome) in
        [(given(&[outstanding]), Outcome::Pass), (given(&[outstanding, restricted]), RESTRICTED)]
    {
        let verdict = verdict(outcome);
        let kind = match outcome {
            Outcome::Pass => incoming::Kind::Delivered { verdict: verdict.clone() },
            Outcome::Hold(_) | Outcome::Refuse(_) => incoming::Kind::Filed { verdict: verdict.clone() },
        };
        let expected = Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind });
        assert_eq!(arrive(REQUEST_REF, letter, &given, verdict)[1], expected);
    }
}

#[test]
fn a_request_to_an_unclaimed_address_has_arrived_for_its_sender() {
    let letter = LetterId { lane: Lane::Email { from: ALICE, request: REQUEST }, number: LetterNumber(1) };
    let arrived = Event::Letter(letter::Event {
        letter_id: letter,
        kind: letter::Kind::RequestArrived { request: REQUEST, sender: ALICE },
    });
    let unclaimed = Event::Network(network::Event::RequestUnclaimed { request: REQUEST, sender: ALICE });
    assert_eq!(arrive_unclaimed(REQUEST, letter), [arrived, unclaimed]);
}
