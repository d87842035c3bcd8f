//! An address that was parsed is read back from a log, whatever its canonical form looks like.

use acquaint_codec::{decode, encode};
use acquaint_domain::{
    Actor, Address, Addressee, Channel, Entered, Event, EventNumber, MemberId, Personal, Recorded, RequestId,
    Timestamp, outgoing,
};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::generators;

const CASES: u32 = 2000;

/// The address of a submitted request after it was written and read.
fn read_back(entered: &str, address: &Address) -> Result<Option<Address>, String> {
    let entered = Entered {
        address: entered.to_owned(),
        normalised: Some(address.clone()),
        with_email: None,
        note: None,
        note_fingerprint: None,
    };
    let bytes = encode(&Recorded {
        number: EventNumber(1),
        at: Timestamp::from_millis(0),
        actor: Actor::Operator,
        command: None,
        cause: None,
        event: Event::Outgoing(outgoing::Event {
            request: RequestId(1),
            sender: MemberId(1),
            kind: outgoing::Kind::Submitted {
                addressee: Addressee::Nobody,
                entered: Personal::Held(entered),
                channel: Channel::Web,
                distance: None,
            },
        }),
    });
    let recorded = decode(&bytes).map_err(|error| error.to_string())?;
    let Event::Outgoing(outgoing::Event {
        kind: outgoing::Kind::Submitted { entered: Personal::Held(entered), .. },
        ..
    }) = recorded.event
    else {
        return Err(format!("{recorded:?}"));
    };
    Ok(entered.normalised)
}

#[track_caller]
fn check(entered: &str, canonical: &str) {
    let address = Address::parse(entered).expect("an address");
    assert_eq!(address.as_str(), canonical, "{entered}");
    assert_eq!(read_back(entered, &address), Ok(Some(address)), "{entered}");
}

#[test]
fn a_canonical_form_that_would_parse_as_another_is_read_back() {
    check("%25@e.m", "%@e.m");
    check("a%2541@b.cd", "a%41@b.cd");
    check("https://www.www.example.org/in/a", "www.example.org/in/a");
    check("ß.av/%25#", "ß.av/%");
    check("example.org/%252541", "example.org/%2541");
    check("F.3/@b%2F", "f.3/@b/");
    check("5.F.5/%23.?.", "5.f.5/#.");
    check("https://example.org/in/http://x", "example.org/in/http://x");
    check("İ.nj/i", "i\u{307}.nj/i");
}

#[test]
fn the_longest_address_is_read_back() {
    // Four labels, as long as the ASCII form of a host allows.
    let label = "İ".repeat(26);
    let host = [&label[..]; 4].join(".");
    let path = "İ".repeat(500);
    check(&format!("{host}/{path}"), &format!("{host}/{path}").to_lowercase());
    check(&"a".repeat(100), &"a".repeat(100));
    let email = format!("{}@b.cd", "a".repeat(249));
    check(&email, &email);
}

#[test]
fn every_address_that_can_be_entered_is_read_back() {
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let kinds = std::cell::Cell::new([0; 4]);
    let result = TestRunner::new(config).run(&generators::entered_address(), |entered| {
        let address = Address::parse(&entered);
        let kind = match &address {
            Ok(Address::Handle(_)) => 0,
            Ok(Address::Email(_)) => 1,
            Ok(Address::Profile(_)) => 2,
            Err(_) => 3,
        };
        let mut counts = kinds.get();
        counts[kind] += 1;
        kinds.set(counts);
        let Ok(address) = address else { return Ok(()) };
        let back = read_back(&entered, &address);
        if back.as_ref() == Ok(&Some(address)) {
            Ok(())
        } else {
            Err(TestCaseError::fail(format!("{back:?}")))
        }
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let counts = kinds.get();
    assert!(counts.iter().all(|count| *count > CASES / 20), "handles, e-mails, URLs, none: {counts:?}");
}
