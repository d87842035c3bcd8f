//! Arbitrary and damaged bytes: no reader panics, and each refuses quickly. `PROPTEST_CASES` makes the run longer.

use std::io::Cursor;

use acquaint_archive::{Container, ContainerLimits, read_container};
use acquaint_domain::export::Network;
use proptest::prelude::*;

use crate::invented::{ASKED, ERAS, LINKED, asked, connections, invitations, zipped};

const NETWORKS: [Network; 3] = [Network::LinkedIn, Network::Facebook, Network::Mastodon];
const NAMES: [&str; 5] = [
    "Invitations.csv",
    "Connections.csv",
    "Profile.csv",
    "friends/sent_friend_requests.json",
    "following_accounts.csv",
];

fn read_all(bytes: Vec<u8>) {
    for network in NETWORKS {
        let limits =
            ContainerLimits { file_bytes: 1 << 20, total_bytes: 4 << 20, ..ContainerLimits::default() };
        let Ok(mut container) = Container::of_zip("export.zip", Cursor::new(bytes.clone()), limits) else {
            return;
        };
        if let Err(problem) = read_container(&mut container, &asked(Some(network))) {
            assert!(!problem.to_string().is_empty());
        }
    }
}

/// A file from an export of some era.
fn real() -> impl Strategy<Value = Vec<u8>> {
    let facebook = "{\"sent_requests_v2\": [{\"name\": \"Ada Umber\", \"timestamp\": 1700000000}]}";
    let mastodon = "Account address,Show boosts\nada@umber.example,true\n";
    let tables = ERAS.iter().flat_map(|era| [invitations(*era, &ASKED), connections(*era, &LINKED)]);
    let texts: Vec<String> = tables.chain([facebook.to_owned(), mastodon.to_owned()]).collect();
    proptest::sample::select(texts).prop_map(String::into_bytes)
}

/// Changes, cuts, inserts or repeats a few bytes.
fn damaged(bytes: Vec<u8>, faults: Vec<(prop::sample::Index, u8, u8)>) -> Vec<u8> {
    let mut damaged = bytes;
    for (place, what, byte) in faults {
        if damaged.is_empty() {
            break;
        }
        let at = place.index(damaged.len());
        match what % 4 {
            0 => damaged[at] = byte,
            1 => damaged.truncate(at),
            2 => damaged.insert(at, byte),
            _ => {
                let tail = damaged[at..].to_vec();
                damaged.extend(tail);
            }
        }
        damaged.truncate(1 << 16);
    }
    damaged
}

fn faults() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<u8>()), 1..6)
}

proptest! {
    #[test]
    fn arbitrary_bytes_as_tables_and_lists(
        name in proptest::sample::select(NAMES.to_vec()),
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        read_all(zipped(&[(name, &bytes)]));
    }

    #[test]
    fn tables_and_lists_that_were_damaged(
        name in proptest::sample::select(NAMES.to_vec()),
        bytes in real(),
        faults in faults(),
    ) {
        read_all(zipped(&[(name, &damaged(bytes, faults))]));
    }

    #[test]
    fn zip_files_that_were_damaged(bytes in real(), faults in faults()) {
        read_all(damaged(zipped(&[("Invitations.csv", &bytes), ("friends/x.json", b"{}")]), faults));
    }

    #[test]
    fn csv_of_odd_characters(text in "[\",\n\r;a-z0-9/ :]{0,400}") {
        read_all(zipped(&[("Invitations.csv", text.as_bytes()), ("Connections.csv", text.as_bytes())]));
    }
}
