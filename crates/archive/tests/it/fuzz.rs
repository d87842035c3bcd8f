//! Bytes that nobody wrote: no reader panics, and each is quick to say no. Bounded in the ordinary run;
//! `PROPTEST_CASES` makes it longer.

use std::io::Cursor;

use acquaint_archive::{Container, Limits, read_container};
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
        let limits = Limits { file_bytes: 1 << 20, total_bytes: 4 << 20, ..Limits::default() };
        let Ok(mut container) = Container::of_zip("export.zip", Cursor::new(bytes.clone()), limits) else {
            return;
        };
        if let Err(problem) = read_container(&mut container, &asked(Some(network))) {
            assert!(!problem.to_string().is_empty());
        }
    }
}

/// Files of an export of some era.
fn real() -> impl Strategy<Value = Vec<u8>> {
    let facebook = "{\"sent_requests_v2\": [{\"name\": \"Ada Umber\", \"timestamp\": 1700000000}]}";
    let mastodon = "Account address,Show boosts\nada@umber.example,true\n";
    let tables = ERAS.iter().flat_map(|era| [invitations(*era, &ASKED), connections(*era, &LINKED)]);
    let texts: Vec<String> = tables.chain([facebook.to_owned(), mastodon.to_owned()]).collect();
    proptest::sample::select(texts).prop_map(String::into_bytes)
}

/// A few bytes of it are others, or gone, or there twice.
fn broken(bytes: Vec<u8>, wounds: Vec<(prop::sample::Index, u8, u8)>) -> Vec<u8> {
    let mut broken = bytes;
    for (place, what, byte) in wounds {
        if broken.is_empty() {
            break;
        }
        let at = place.index(broken.len());
        match what % 4 {
            0 => broken[at] = byte,
            1 => broken.truncate(at),
            2 => broken.insert(at, byte),
            _ => {
                let tail = broken[at..].to_vec();
                broken.extend(tail);
            }
        }
        broken.truncate(1 << 16);
    }
    broken
}

fn wounds() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<u8>()), 1..6)
}

proptest! {
    #[test]
    fn any_bytes_as_tables_and_lists(
        name in proptest::sample::select(NAMES.to_vec()),
        bytes in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        read_all(zipped(&[(name, &bytes)]));
    }

    #[test]
    fn tables_and_lists_that_were_broken(
        name in proptest::sample::select(NAMES.to_vec()),
        bytes in real(),
        wounds in wounds(),
    ) {
        read_all(zipped(&[(name, &broken(bytes, wounds))]));
    }

    #[test]
    fn zip_files_that_were_broken(bytes in real(), wounds in wounds()) {
        read_all(broken(zipped(&[("Invitations.csv", &bytes), ("friends/x.json", b"{}")]), wounds));
    }

    #[test]
    fn csv_of_odd_characters(text in "[\",\n\r;a-z0-9/ :]{0,400}") {
        read_all(zipped(&[("Invitations.csv", text.as_bytes()), ("Connections.csv", text.as_bytes())]));
    }
}
