//! The messages of errors.

use std::collections::BTreeSet;

use acquaint_codec::{DecodeError, decode, decode_at, encode};
use acquaint_domain::{
    Actor, Audience, ConnectionName, Event, EventNumber, Handle, LetterNumber, MemberId, Personal, Profile,
    Recorded, RequestId, Settings, Tier, Timestamp, account, connection, network,
};

fn bytes_of(event: Event) -> Vec<u8> {
    encode(&Recorded {
        number: EventNumber(9),
        at: Timestamp::from_millis(0),
        actor: Actor::Operator,
        command: None,
        cause: None,
        event,
    })
}

fn member_added() -> Vec<u8> {
    let handle = Handle::parse("alice").expect("a handle");
    let profile = Personal::Held(Profile { company: Some("Acme".to_owned()), ..Profile::default() });
    bytes_of(Event::Account(account::Event {
        member: MemberId(7),
        kind: account::Kind::Added { handle, tier: Tier::Free, profile },
    }))
}

/// `bytes` with `new` at `place`.
fn changed(mut bytes: Vec<u8>, place: usize, new: &[u8]) -> Vec<u8> {
    bytes[place..place + new.len()].copy_from_slice(new);
    bytes
}

#[track_caller]
fn check(bytes: &[u8], message: &str) {
    assert_eq!(decode(bytes).map_err(|error| error.to_string()), Err(message.to_owned()));
}

/// Flags, type and version, codec, the personal section's length, position, time.
const BODY: usize = 2 + 2 + 1 + 1 + 2 + 8;

#[test]
fn each_error_in_an_envelope_has_its_message() {
    let bytes = member_added();
    check(&bytes[..3], "the record has 3 bytes and its envelope alone takes 4 or more; it is cut off");
    check(
        &changed(bytes.clone(), 2, &[99, 0x80 | 1 << 2]),
        "this program does not know events of type 99; read it with a newer program",
    );
    check(
        &changed(bytes.clone(), 3, &[0x80 | 3 << 2]),
        "`member-added` is stored in version 3 and this program reads 1 to 2; read it with a newer program",
    );
    let [low, high] = [bytes[0], bytes[1]];
    check(
        &changed(bytes.clone(), 4, &[3]),
        "the sections are written by codec 3, which this program does not know; read it with a newer program",
    );
    // The width of an acting member, although none acted; a wider position than this one needs.
    for (low, high) in [(low | 0x02, high), (low, high | 0x10)] {
        let flags = u16::from_le_bytes([low, high]);
        let message = format!(
            "the envelope has the flags {flags:#06x}, which this program does not know; read it with a newer program"
        );
        check(&changed(bytes.clone(), 0, &[low, high]), &message);
    }
    check(
        &changed(bytes.clone(), 0, &[low | 0xe0, high]),
        "the envelope names the kind of actor 7, which this program does not know; read it with a newer program",
    );
    let needed = BODY + usize::from(bytes[5]);
    check(
        &bytes[..needed - 1],
        &format!(
            "the envelope announces a record of {needed} bytes and there are {}; it is cut off or has bytes after it",
            needed - 1
        ),
    );
}

#[test]
fn each_error_in_a_section_has_its_message() {
    let bytes = member_added();
    let personal = BODY + 1 + 6 + 1;
    check(
        &changed(bytes.clone(), BODY + 2, b"\n"),
        "the body of `member-added` cannot be read: the handle is not a canonical text",
    );
    check(
        &changed(bytes.clone(), BODY + 2, &[0xff]),
        "the body of `member-added` cannot be read: a text in it is not UTF-8",
    );
    check(
        &changed(bytes.clone(), BODY + 1, &[99]),
        "the body of `member-added` cannot be read: it ends in the middle of a value",
    );
    check(
        &changed(bytes.clone(), BODY + 1, b"\x03ali\x07e"),
        "the body of `member-added` cannot be read: invalid value: integer `7`, expected variant index 0 <= i < 3",
    );
    check(
        &changed(bytes.clone(), personal, &[8]),
        "the personal section of `member-added` belongs to member 8, and the event to member 7",
    );
    check(
        &changed(bytes.clone(), personal + 4, &[5]),
        "the personal section of `member-added` is under key 5, and this program has no keys; read it with a newer program",
    );
    check(
        &changed(bytes, personal + 8, &[0xfe]),
        "the personal section of `member-added` cannot be read: a number in it is not valid",
    );
}

#[test]
fn values_that_the_domain_does_not_allow_are_refused() {
    let (member, other, letter) = (MemberId(7), MemberId(8), LetterNumber(1));
    let name = ConnectionName::of([RequestId(1), RequestId(2)]);
    let bytes = bytes_of(Event::Connection(connection::Event {
        member,
        other,
        kind: connection::Kind::Disconnected { name, letter },
    }));
    // After the envelope: a member, bits, the other, the number of requests beyond two, the second request.
    let second = 2 + 2 + 2 + 8 + 8 + 4;
    check(
        &changed(bytes, second, &[0]),
        "the body of `member-disconnected` cannot be read: the requests of a connection's name do not ascend",
    );
    let titles = BTreeSet::from(["a".to_owned(), "b".to_owned()]);
    let audience = Personal::Held(Audience { companies: BTreeSet::new(), titles });
    let settings = Settings { audience, ..Settings::default() };
    let bytes = bytes_of(Event::Account(account::Event {
        member,
        kind: account::Kind::SettingsChanged { version: 1, settings },
    }));
    let last = bytes.len() - 1;
    check(
        &changed(bytes, last, b"a"),
        "the personal section of `settings-changed` cannot be read: the texts of a set do not ascend",
    );
}

#[test]
fn a_body_that_ends_before_its_section_is_refused() {
    let mut bytes =
        bytes_of(Event::Account(account::Event { member: MemberId(7), kind: account::Kind::Banned }));
    bytes.push(0);
    check(&bytes, "the body of `member-banned` cannot be read: 1 bytes are left over");
}

#[test]
fn a_missing_or_unexpected_personal_section_is_refused() {
    let banned =
        bytes_of(Event::Account(account::Event { member: MemberId(7), kind: account::Kind::Banned }));
    check(
        &changed(banned.clone(), 0, &[banned[0] | 0x02]),
        "`member-banned` has a personal section, and its type has no personal fields",
    );
    let profile = Personal::Erased;
    let erased = bytes_of(Event::Account(account::Event {
        member: MemberId(7),
        kind: account::Kind::Changed { tier: Tier::Free, profile },
    }));
    assert_eq!(erased[0] & 0x03, 0x02);
    check(
        &changed(erased.clone(), 0, &[erased[0] ^ 0x02]),
        "`member-changed` has neither a personal section nor the mark of an erased one",
    );
}

#[test]
fn a_record_at_another_place_or_of_another_request_is_refused() {
    let bytes = bytes_of(Event::Network(network::Event::RequestUnclaimed {
        request: RequestId(5),
        sender: MemberId(7),
    }));
    assert!(decode_at(EventNumber(9), &bytes).is_ok());
    let misplaced = DecodeError::Misplaced { expected: EventNumber(8), found: EventNumber(9) };
    assert_eq!(decode_at(EventNumber(8), &bytes), Err(misplaced.clone()));
    assert_eq!(misplaced.to_string(), "the record at position 8 says that it belongs at 9; verify the log");
    // Codec 1 also had the request in the body: flags, type, version, length, position, time, request, then the body.
    let second_form = [
        &[0x88, 0x80, 0xf7, 1, 1, 9, 9, 0][..],
        &[0; 6],
        &[5, 0, 0, 0, 0, 0, 0, 0],
        &[5, 0, 0, 0, 0, 0, 0, 0, 7],
    ]
    .concat();
    assert_eq!(decode(&second_form), decode(&bytes));
    check(
        &changed(second_form, 14, &[6]),
        "the envelope of `request-unclaimed` names a request that the event is not about",
    );
}
