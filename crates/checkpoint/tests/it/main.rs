//! Saved values load as they were, and other bytes are refused.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Debug;

use acquaint_checkpoint::{MalformedSnapshot, Snapshot, loaded, saved};
use acquaint_domain::export::Invitation;
use acquaint_domain::{
    Code, ConnectionName, EmailAddress, Entered, Handle, Letter, MemberId, Personal, ProfileUrl, RequestId,
    Settings, Span, Standing, Timestamp,
};
use acquaint_table::Table;
use proptest::collection::vec;
use proptest::prelude::{any, proptest};

#[track_caller]
fn check<T: Snapshot + PartialEq + Debug>(state: T, bytes: &[u8]) {
    assert_eq!(saved(&state), bytes);
    assert_eq!(loaded(bytes), Ok(state));
}

#[test]
fn the_bytes_are_the_ones_that_the_format_page_lists() {
    check(300_u32, &[0xac, 2]);
    check(-1_i64, &[1]);
    check(Timestamp::from_millis(i64::MIN), &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1]);
    check(Span::seconds(1), &[0xd0, 0x0f]);
    check(RequestId(0x0102), &[2, 1, 0, 0, 0, 0, 0, 0]);
    check("é".to_owned(), &[2, 0xc3, 0xa9]);
    check(Some(MemberId(7)), &[1, 7]);
    check(vec![true, false], &[2, 1, 0]);
    check(BTreeSet::from([3_u16, 2]), &[2, 2, 3]);
    check(BTreeMap::from([(2_u8, None::<u8>), (1, Some(9))]), &[2, 1, 1, 9, 2, 0]);
    check(VecDeque::from([MemberId(1)]), &[1, 1]);
    let mut table = Table::<MemberId, u8>::default();
    for member in [300, 2, 1] {
        table.insert(MemberId(member), 0);
    }
    check(table, &[3, 1, 0, 2, 0, 0xac, 2, 0]);
    check(Personal::<u8>::Erased, &[0]);
}

#[test]
fn every_code_loads_as_it_was_saved() {
    for code in Code::ALL {
        assert_eq!(loaded(&saved(&code)), Ok(code));
    }
}

#[track_caller]
fn refused<T: Snapshot + Debug + PartialEq>(bytes: &[u8]) {
    assert_eq!(loaded::<T>(bytes), Err(MalformedSnapshot), "{bytes:?}");
}

#[test]
fn bytes_that_save_never_writes_are_refused() {
    refused::<u16>(&[0xff, 0xff, 4]);
    refused::<bool>(&[2]);
    refused::<Option<u8>>(&[2, 0]);
    refused::<Code>(&[0]);
    refused::<String>(&[1, 0xff]);
    refused::<String>(&[2, b'a']);
    refused::<Vec<u8>>(&[1]);
    refused::<Vec<u8>>(&[1, 2, 3]);
    // Keys that are not in order, and keys that appear twice.
    refused::<BTreeSet<u8>>(&[2, 2, 1]);
    refused::<BTreeMap<u8, u8>>(&[2, 1, 0, 1, 0]);
    refused::<Table<u8, u8>>(&[2, 1, 0, 1, 0]);
    refused::<ConnectionName>(&[2, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    // An address is never empty.
    refused::<Handle>(&[0]);
    refused::<EmailAddress>(&[0]);
    refused::<ProfileUrl>(&[1, 7]);
    refused::<Standing>(&[4]);
}

proptest! {
    #[test]
    fn numbers_and_texts_load_as_they_were_saved(
        numbers in vec((any::<u64>(), any::<i64>(), any::<u32>()), 0..9),
        text: String,
        key: u128,
    ) {
        assert_eq!(loaded(&saved(&numbers)), Ok(numbers));
        assert_eq!(loaded(&saved(&text)), Ok(text));
        assert_eq!(loaded(&saved(&key)), Ok(key));
    }

    #[test]
    fn bytes_that_load_are_the_ones_that_save_writes(bytes in vec(any::<u8>(), 0..300)) {
        fn same<T: Snapshot>(bytes: &[u8]) {
            if let Ok(state) = loaded::<T>(bytes) {
                assert_eq!(saved(&state), bytes);
            }
        }
        same::<Vec<Letter>>(&bytes);
        same::<BTreeMap<MemberId, Settings>>(&bytes);
        same::<Vec<Personal<Entered>>>(&bytes);
        same::<VecDeque<Invitation>>(&bytes);
    }
}
