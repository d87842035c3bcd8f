//! Every event that can be recorded is read back unchanged.

use std::collections::BTreeSet;

use acquaint_codec::{decode, decode_at, encode, event_types, peek};
use acquaint_domain::{Event, Recorded};
use proptest::strategy::{BoxedStrategy, Strategy};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::generators;

const CASES_PER_TYPE: u32 = 200;

fn runner() -> TestRunner {
    let config = Config { cases: CASES_PER_TYPE, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
}

fn check(recorded: &Recorded) -> Result<(), TestCaseError> {
    let bytes = encode(recorded);
    let fail = |what: String| Err(TestCaseError::fail(what));
    if decode(&bytes).as_ref() != Ok(recorded) {
        return fail(format!("read back as {:?}", decode(&bytes)));
    }
    if decode_at(recorded.number, &bytes).as_ref() != Ok(recorded) {
        return fail("not read at its place".to_owned());
    }
    let Ok(envelope) = peek(&bytes) else {
        return fail("no envelope".to_owned());
    };
    if envelope.own_len() + envelope.body_len(bytes.len()).unwrap_or(usize::MAX / 2) > bytes.len() {
        return fail(format!("{} bytes, fewer than the envelope announces", bytes.len()));
    }
    if envelope.request != recorded.event.requests().first().copied() {
        return fail(format!("of request {:?}", envelope.request));
    }
    Ok(())
}

fn type_of(strategy: &BoxedStrategy<Event>) -> u16 {
    let seen = std::cell::Cell::new(0);
    let result = runner().run(&generators::recorded(strategy.clone()), |recorded| {
        seen.set(peek(&encode(&recorded)).map(|envelope| envelope.type_id).unwrap_or_default());
        check(&recorded)
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    seen.get()
}

#[test]
fn arbitrary_events_of_every_type_are_read_back() {
    let read: BTreeSet<u16> = generators::events().iter().map(type_of).collect();
    let known: BTreeSet<u16> = event_types().map(|kind| kind.id).collect();
    assert_eq!(read, known);
}

#[test]
fn the_same_event_has_the_same_bytes() {
    let all = proptest::strategy::Union::new(generators::events()).boxed();
    let result = runner().run(&generators::recorded(all), |recorded| {
        proptest::prop_assert_eq!(encode(&recorded), encode(&recorded.clone()));
        Ok(())
    });
    assert_eq!(result, Ok(()));
}
