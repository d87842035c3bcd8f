//! The bytes that a send takes, so that a growing form is noticed.

use acquaint_codec::{decode, encode, peek};
use acquaint_domain::*;
use acquaint_domain::{incoming, letter, outgoing};

use crate::golden::hexadecimal;
use crate::samples;

const REQUEST: RequestId = RequestId(0x0123_4567_89ab_cdef);
const SENDER: MemberId = MemberId(300_000);
const RECIPIENT: MemberId = MemberId(40_000);

/// The event of a command with an id.
fn commanded(event: Event) -> Recorded {
    let command = Some(CommandTag { key: CommandKey(u128::MAX), content: u64::MAX });
    let (number, at) = (EventNumber(1_000_000), Timestamp::from_millis(1_790_000_000_000));
    Recorded { number, at, actor: Actor::Member(SENDER), command, cause: None, event }
}

/// The event of a letter's arrival.
fn arrival(event: Event) -> Recorded {
    let cause = Some(EventNumber(1_000_001));
    let (number, at) = (EventNumber(1_000_002), Timestamp::from_millis(1_790_000_000_400));
    Recorded { number, at, actor: Actor::Courier, command: None, cause, event }
}

/// The lengths of envelope, body and personal section, in bytes.
fn parts(recorded: &Recorded) -> (usize, usize, u32) {
    let bytes = encode(recorded);
    let envelope = peek(&bytes).expect("an envelope");
    let body_len = envelope.body_len(bytes.len()).expect("a whole record");
    (envelope.own_len(), body_len, envelope.contents.personal.section_len().unwrap_or(0))
}

#[test]
fn a_delivered_send_takes_this_many_bytes() {
    let distance = Some(Distance { degree: Some(2), mutuals: 12 });
    let letter = LetterId { lane: Lane::Member { from: SENDER, to: RECIPIENT }, number: LetterNumber(1) };
    let entered = Entered {
        address: "bob".to_owned(),
        normalised: Address::parse("bob").ok(),
        with_email: None,
        note: None,
        note_fingerprint: None,
    };
    let submitted = commanded(Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: SENDER,
        kind: outgoing::Kind::Submitted {
            addressee: Addressee::Member(RECIPIENT),
            entered: Personal::Held(entered),
            channel: Channel::Web,
            distance,
        },
    }));
    let sent = commanded(Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: SENDER,
        kind: outgoing::Kind::Sent {
            verdict: samples::own_verdict(),
            posted: PostedLetter {
                letter_id: letter,
                letter: Letter::Request { request: REQUEST, distance },
            },
        },
    }));
    let arrived = arrival(Event::Letter(letter::Event {
        letter_id: letter,
        kind: letter::Kind::RequestArrived { request: REQUEST, sender: SENDER },
    }));
    let request_ref = RequestRef { request: REQUEST, sender: SENDER, recipient: RECIPIENT };
    let delivered = arrival(Event::Incoming(incoming::Event {
        request_ref,
        kind: incoming::Kind::Delivered { verdict: samples::their_verdict() },
    }));
    let all = [&submitted, &sent, &arrived, &delivered].map(parts);
    assert_eq!(all, [(48, 6, 5), (47, 58, 0), (21, 8, 0), (21, 26, 0)]);
}

/// The body of a refusal with these gates, without settings, which is also read back.
fn body_of(gates: Vec<Gate>) -> String {
    // The evidence of these two rules is always stored in full.
    let is_full = |gate: &Gate| [Rule::DailyLimit, Rule::Spam].contains(&gate.rule);
    let usual = |gate: Gate| if is_full(&gate) { Gate { evidence: Evidence::Nothing, ..gate } } else { gate };
    let gates = gates.into_iter().map(samples::unset).map(usual);
    let (policy, facts_at) = (PolicyVersion(1), EventNumber(999_999));
    let verdict = Verdict { policy, facts_at, outcome: Outcome::Pass, gates: gates.collect() };
    let recorded = commanded(Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: SENDER,
        kind: outgoing::Kind::Refused { verdict },
    }));
    let bytes = encode(&recorded);
    assert_eq!(decode(&bytes).as_ref(), Ok(&recorded));
    hexadecimal(&bytes[peek(&bytes).expect("an envelope").own_len()..])
}

/// The chains and the usual evidence define the meaning of stored bits: these bytes never change.
#[test]
fn a_usual_gate_takes_one_bit() {
    // Bits; policy, place; the number of gates beyond two; the rest of the bits.
    assert_eq!(body_of(samples::own_verdict().gates), "30 01 02 0b 00 00");
    assert_eq!(body_of(samples::their_verdict().gates), "68 01 02 05 00");
}
