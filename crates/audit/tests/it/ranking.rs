//! The ranking of suspects by everybody's answers.

use acquaint_audit::{Answered, Response, Suspect, responses, suspects};
use acquaint_domain::{
    Actor, Event, EventNumber, MemberId, Recorded, RequestId, RequestRef, Timestamp, connection, incoming,
};

fn answer(sender: u32, recipient: u32, answered: Answered) -> Response {
    Response { sender: MemberId(sender), recipient: MemberId(recipient), answered }
}

/// `sender` asks each of `recipients`; the first `no` of them refuse.
fn asks(sender: u32, recipients: impl Iterator<Item = u32>, no: usize) -> Vec<Response> {
    let answered = |index| if index < no { Answered::No } else { Answered::Yes };
    recipients.enumerate().map(|(index, recipient)| answer(sender, recipient, answered(index))).collect()
}

#[test]
fn a_single_sender_gets_a_trust_of_one_half() {
    // Half a refusal, out of two half answers and the acceptance that is added to everybody's answers.
    let found = suspects(&[answer(7, 8, Answered::No), answer(7, 9, Answered::Yes)]);
    assert_eq!(found, [Suspect { member: MemberId(7), answers: 2, refusals: 1, suspicion: 0.25 }]);
    assert_eq!(suspects(&[]), []);
}

#[test]
fn one_refusal_weighs_less_than_many_and_none_raises_no_suspicion() {
    let mut given = asks(1, 10..14, 0);
    given.extend(asks(2, 10..11, 1));
    given.extend(asks(3, 10..20, 9));
    let order: Vec<(u32, bool)> =
        suspects(&given).iter().map(|suspect| (suspect.member.0, suspect.suspicion > 0.0)).collect();
    assert_eq!(order, [(3, true), (2, true), (1, false)]);
}

#[test]
fn acceptances_by_accomplices_weigh_little() {
    let (honest, fakes) = (1..=10_u32, 11..=20_u32);
    let mut given = Vec::new();
    for sender in honest.clone() {
        // Two other honest members refuse each of them.
        let others = (0..9).map(|step| (sender + step) % 10 + 1);
        given.extend(asks(sender, others, 2));
    }
    for sender in fakes.clone() {
        given.extend(asks(sender, honest.clone(), 7));
        for _ in 0..2 {
            given.extend(asks(sender, fakes.clone().filter(|fake| *fake != sender), 0));
        }
    }
    let found = suspects(&given);
    let plain = |suspect: &Suspect| f64::from(suspect.refusals) / f64::from(suspect.answers);
    let (first, last) = found.split_at(10);
    assert!(first.iter().all(|suspect| suspect.member.0 > 10 && plain(suspect) == 0.25), "{found:?}");
    assert!(last.iter().all(|suspect| plain(suspect) == 2.0 / 9.0), "{found:?}");
    assert!(first[9].suspicion > 2.0 * last[0].suspicion, "{found:?}");
}

#[test]
fn acceptances_declines_reports_and_blocks_are_answers() {
    let request_ref = |request: u64| RequestRef {
        request: RequestId(request),
        sender: MemberId(1),
        recipient: MemberId(request as u32),
    };
    // A block that keeps no request back is no answer.
    let blocks = |member: u32, files: &[u64]| {
        let (member, other) = (MemberId(member), MemberId(1));
        let files = files.iter().copied().map(RequestId).collect();
        Event::Connection(connection::Event { member, other, kind: connection::Kind::Blocked { files } })
    };
    let events = [
        Event::Incoming(incoming::Event { request_ref: request_ref(2), kind: incoming::Kind::Declined }),
        Event::Incoming(incoming::Event { request_ref: request_ref(2), kind: incoming::Kind::Shown }),
        Event::Incoming(incoming::Event { request_ref: request_ref(3), kind: incoming::Kind::Reported }),
        Event::Incoming(incoming::Event { request_ref: request_ref(4), kind: incoming::Kind::Dismissed }),
        blocks(5, &[]),
        blocks(6, &[6]),
    ];
    let recorded: Vec<Recorded> = events
        .into_iter()
        .map(|event| Recorded {
            number: EventNumber(1),
            at: Timestamp::from_millis(0),
            actor: Actor::Operator,
            command: None,
            cause: None,
            event,
        })
        .collect();
    assert_eq!(responses(&recorded), [2, 3, 6].map(|recipient| answer(1, recipient, Answered::No)));
}
