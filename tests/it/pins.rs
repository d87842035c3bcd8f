//! Values from an earlier build: the bytes of events, the digests of views, the fingerprints of commands and the outcomes of
//! their ids. A refactoring changes none of them.
//!
//! A view's digest changes when the state of the view does. Everything else may change only with a change of behaviour or of
//! a stored form, and the commit that changes a value says which.

use std::collections::BTreeMap;
use std::fmt::Write;

use acquaint_codec::{encode, event_types, peek};
use acquaint_domain::{Event, Recorded, network};
use acquaint_engine::Views;

mod commands;
mod retries;
mod scripts;
mod story;
mod workload;

/// The policy of the pinned histories: a separate file, so that it does not change with a shipped policy.
const POLICY: &str = include_str!("pins/policy.toml");

/// The first eight bytes, in hexadecimal.
fn short(bytes: &[u8]) -> String {
    bytes.iter().take(8).fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes it");
        text
    })
}

/// The hash of the bytes of all events, in order. It leaves out the text of an adopted policy and the version of the time
/// zone database, because both may change without a change of the code.
fn events_hash(events: &[Recorded]) -> String {
    let mut hasher = blake3::Hasher::new();
    for recorded in events {
        let mut recorded = recorded.clone();
        if let Event::Network(network::Event::PolicyAdopted { text, hash, tzdata, .. }) = &mut recorded.event
        {
            text.clear();
            *hash = [0; 32];
            *tzdata = None;
        }
        let bytes = encode(&recorded);
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    short(hasher.finalize().as_bytes())
}

/// One line for the log, and one for each view.
fn table(events: &[Recorded], views: &Views) -> String {
    assert_eq!(crate::transitions::illegal(events).first(), [], "no decision makes an illegal step");
    let mut text = format!("events     {} {}\n", events_hash(events), events.len());
    for digest in views.digests() {
        writeln!(text, "{:<10} {}", digest.view, short(&digest.hash)).expect("a string takes it");
    }
    text
}

/// The number of events of each type that occurs.
fn counts(events: &[Recorded]) -> String {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    for recorded in events {
        *counts.entry(peek(&encode(recorded)).expect("an envelope").type_id).or_default() += 1;
    }
    let mut text = String::new();
    for kind in event_types() {
        if let Some(count) = counts.get(&kind.id) {
            writeln!(text, "{count:>5} {}", kind.name).expect("a string takes it");
        }
    }
    text
}
