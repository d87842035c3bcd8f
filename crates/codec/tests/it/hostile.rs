//! Bytes that no encoder wrote.

use acquaint_codec::{DecodeError, DecodeProblem, ENVELOPE_LEN_MAX, StoredPart, decode, encode, peek};
use acquaint_domain::{Event, Recorded, outgoing};

use crate::samples;

#[test]
fn every_truncation_is_refused() {
    for sample in samples::all_recorded() {
        let bytes = encode(&sample);
        for len in 0..bytes.len() {
            assert!(decode(&bytes[..len]).is_err(), "{len} bytes of {sample:?}");
        }
    }
}

#[test]
fn bytes_after_the_record_are_refused() {
    for sample in samples::all_recorded() {
        let mut bytes = encode(&sample);
        bytes.push(0);
        assert!(decode(&bytes).is_err(), "{sample:?}");
    }
}

#[test]
fn a_changed_byte_is_refused_or_reads_as_another_storable_event() {
    let samples = samples::all_recorded();
    let accepted: usize = std::thread::scope(|scope| {
        let each: Vec<_> = samples.iter().map(|sample| scope.spawn(|| accepted(sample))).collect();
        each.into_iter().map(|one| one.join().expect("every change refused or stored")).sum()
    });
    assert!(accepted > 10_000, "{accepted}: numbers and texts can change into others");
}

/// The number of changes of one byte that turn this event into another.
fn accepted(sample: &Recorded) -> usize {
    let mut bytes = encode(sample);
    let mut accepted = 0;
    for place in 0..bytes.len() {
        let byte = bytes[place];
        for change in 1..=u8::MAX {
            bytes[place] = byte ^ change;
            let Ok(other) = decode(&bytes) else { continue };
            accepted += 1;
            let stored = encode(&other);
            // Equal bytes need no second reading.
            if stored != bytes {
                assert_eq!(
                    decode(&stored).as_ref(),
                    Ok(&other),
                    "byte {place} ^ {change:#04x} of {sample:?}"
                );
            }
        }
        bytes[place] = byte;
    }
    accepted
}

#[test]
fn zeros_are_not_an_event() {
    for len in [0, 27, 64, 4096] {
        assert!(decode(&vec![0; len]).is_err(), "{len} zeros");
    }
}

#[test]
fn an_envelope_is_read_from_its_first_bytes() {
    for sample in samples::all_recorded() {
        let bytes = encode(&sample);
        let envelope = peek(&bytes).expect("an envelope");
        let head = &bytes[..bytes.len().min(ENVELOPE_LEN_MAX)];
        assert_eq!(peek(head), Ok(envelope));
        assert_eq!(peek(&bytes[..envelope.own_len()]), Ok(envelope));
        assert!(peek(&bytes[..envelope.own_len() - 1]).is_err());
    }
}

/// A record of the first form, in codec 1, with the timer as its actor and this body and personal section.
fn record(type_id: u16, body: &[u8], personal: Option<&[u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&type_id.to_le_bytes());
    bytes.extend_from_slice(&[1, 0, 1, u8::from(personal.is_some())]);
    bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&[1; 16]);
    bytes.push(4);
    if let Some(personal) = personal {
        bytes.extend_from_slice(&(personal.len() as u32).to_le_bytes());
    }
    bytes.extend_from_slice(body);
    bytes.extend_from_slice(personal.unwrap_or_default());
    bytes
}

/// A record of today's form, in codec 2.
fn compact(type_id: u16, version: u16, body: &[u8], personal: Option<&[u8]>) -> Vec<u8> {
    let flags = 0x4000 | 4 << 5 | u16::from(personal.is_some());
    let personal = personal.unwrap_or_default();
    let len = (!personal.is_empty()).then_some(personal.len() as u8);
    let mut bytes = [flags.to_le_bytes(), (type_id | version << 10).to_le_bytes()].concat();
    bytes.extend(len);
    bytes.extend([1, 0, 0, 0, 0, 0, 0]);
    bytes.extend_from_slice(body);
    bytes.extend_from_slice(personal);
    bytes
}

fn check(bytes: &[u8], event: &'static str, part: StoredPart, problem: DecodeProblem) {
    assert_eq!(decode(bytes), Err(DecodeError::Unreadable { event, part, problem }));
}

/// A length of `u64::MAX`, as written: a reader that trusted these nine bytes would allocate all memory.
const ENDLESS: [u8; 9] = [253, 255, 255, 255, 255, 255, 255, 255, 255];
/// A length of 1,000,000,000, as written.
const LONG: [u8; 5] = [252, 0, 202, 154, 59];

#[test]
fn lengths_beyond_the_bytes_are_not_trusted() {
    for length in [&ENDLESS[..], &LONG[..]] {
        let with = |before: &[u8]| [before, length].concat();
        let owned = |rest: &[u8]| [&[7, 0, 0, 0, 0, 0, 0, 0], rest].concat();
        // The name of a policy, a list of requests, a connection's name, a verdict's gates.
        check(&record(2, &with(&[1]), None), "policy-adopted", StoredPart::Body, DecodeProblem::CutOff);
        check(&record(200, &with(&[7, 8]), None), "member-blocked", StoredPart::Body, DecodeProblem::CutOff);
        check(
            &record(203, &with(&[7, 8]), None),
            "member-disconnected",
            StoredPart::Body,
            DecodeProblem::CutOff,
        );
        let to_gates = [&[0; 8][..], &[7, 1, 0, 0]].concat();
        check(
            &record(301, &with(&to_gates), None),
            "request-refused",
            StoredPart::Body,
            DecodeProblem::CutOff,
        );
        // A list of contacts, the first text in it, a set of companies.
        let contacts = |rest: &[u8]| record(106, &[7], Some(&owned(rest)));
        check(&contacts(length), "contacts-imported", StoredPart::Personal, DecodeProblem::CutOff);
        check(&contacts(&with(&[1])), "contacts-imported", StoredPart::Personal, DecodeProblem::CutOff);
        let settings = record(107, &[7, 1, 0, 0, 0], Some(&owned(length)));
        check(&settings, "settings-changed", StoredPart::Personal, DecodeProblem::CutOff);
    }
}

#[test]
fn lengths_beyond_the_bytes_are_not_trusted_in_codec_2() {
    let endless: &[u8] = &[0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
    let long: &[u8] = &[0x80, 0x94, 0xeb, 0xdc, 3];
    for length in [endless, long] {
        let with = |before: &[u8]| [before, length].concat();
        let owned = |rest: &[u8]| [&[7, 0, 0, 0, 0, 0, 0, 0], rest].concat();
        let check = |bytes: &[u8], event, part| check(bytes, event, part, DecodeProblem::CutOff);
        // The name of a policy; after bits, a list of requests, a connection's name, a verdict's gates.
        check(&compact(2, 1, &with(&[1]), None), "policy-adopted", StoredPart::Body);
        check(&compact(200, 1, &with(&[7, 0b111, 8]), None), "member-blocked", StoredPart::Body);
        check(&compact(203, 1, &with(&[7, 0b111, 8]), None), "member-disconnected", StoredPart::Body);
        let to_gates = [&[0; 8][..], &[7, 1, 0, 0b1100]].concat();
        check(&compact(301, 3, &with(&to_gates), None), "request-refused", StoredPart::Body);
        // A list of contacts, the first text in it, a set of companies.
        let contacts = |rest: &[u8]| compact(106, 1, &[7], Some(&owned(rest)));
        check(&contacts(&with(&[0b11])), "contacts-imported", StoredPart::Personal);
        check(&contacts(&with(&[0b01])), "contacts-imported", StoredPart::Personal);
        let settings = compact(107, 1, &[7, 1, 0], Some(&owned(&with(&[0b11]))));
        check(&settings, "settings-changed", StoredPart::Personal);
    }
}

#[test]
fn a_gate_of_one_bit_has_a_rule_or_is_refused() {
    let gates = |count: u8| {
        let to_gates = [&[0; 8][..], &[7, 1, 0, 0b1100, count - 2]].concat();
        decode(&compact(301, 3, &[&to_gates[..], &[0; 2]].concat(), None))
    };
    let Ok(recorded) = gates(13) else { panic!("{:?}", gates(13)) };
    let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Refused { verdict }, .. }) = &recorded.event
    else {
        panic!("{recorded:?}")
    };
    assert_eq!(verdict.gates.len(), 13);
    let Err(DecodeError::Unreadable { problem, .. }) = gates(14) else { panic!("{:?}", gates(14)) };
    assert_eq!(problem.to_string(), "a gate belongs to the next rule, and there is none");
}

#[test]
fn a_text_that_is_no_canonical_form_is_refused() {
    let value = |kind: &str| DecodeProblem::Value(format!("the {kind} is not a canonical text"));
    let owned = |rest: &[u8]| [&[7, 0, 0, 0, 0, 0, 0, 0], rest].concat();
    let too_long = [&[251, 0xe8, 5][..], &[b'a'; 1512]].concat();
    for text in [&[0][..], b"\x01\n", &too_long] {
        let handle = record(100, &[&[7], text, &[0]].concat(), Some(&owned(&[0; 4])));
        check(&handle, "member-added", StoredPart::Body, value("handle"));
        let contact = record(106, &[7], Some(&owned(&[&[1], text].concat())));
        check(&contact, "contacts-imported", StoredPart::Personal, value("e-mail address"));
        let profile = record(101, &[7, 0], Some(&owned(&[&[0, 1], text, &[0, 0]].concat())));
        check(&profile, "member-changed", StoredPart::Personal, value("profile's URL"));
    }
}

#[test]
fn section_lengths_beyond_the_bytes_are_not_trusted() {
    let mut bytes = record(1, &[0; 16], None);
    bytes[6..10].copy_from_slice(&u32::MAX.to_le_bytes());
    let announced = 27 + u32::MAX as usize;
    assert_eq!(decode(&bytes), Err(DecodeError::Length { announced, len: 43 }));
}
