//! The bytes of every type and version, in `snapshots`. A file there never changes: bytes like these are in logs. Those in
//! `snapshots/first-form` and `snapshots/second-form` have older forms of envelopes and sections in codec 1; such records
//! are read and no longer written.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use acquaint_codec::{EventType, check_registry, decode, encode, event_types, peek};
use acquaint_domain::{
    EnteredHandle, Event, Evidence, Profile, Rule, Symbol, SymbolKind, account, network, outgoing,
};

use crate::samples;

#[test]
fn every_type_of_event_has_its_own_number_and_a_sample() {
    assert_eq!(check_registry(), Ok(()));
    let samples = samples::all_recorded();
    let sampled: BTreeSet<u16> = samples.iter().map(|sample| id(&encode(sample))).collect();
    let known: BTreeSet<u16> = event_types().map(|kind| kind.id).collect();
    assert_eq!(sampled, known);
    assert_eq!(sampled.len(), samples.len());
    let names: BTreeSet<&str> = event_types().map(|kind| kind.name).collect();
    assert_eq!(names.len(), samples.len());
}

#[test]
fn the_newest_version_of_every_type_is_written_as_it_was() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    for sample in samples::all_recorded() {
        let bytes = encode(&sample);
        insta::assert_snapshot!(file_stem(&kind(&bytes)), dump(&bytes));
    }
}

/// Versions with less in them than the newest, which therefore do not read as the whole sample.
const LESS_THAN_NEWEST: [&str; 12] = [
    "002-policy-adopted-v1",
    "060-feedback-taken-v1",
    "071-member-inherited-v1",
    "100-member-added-v1",
    "101-member-changed-v1",
    "301-request-refused-v1",
    "302-request-held-v1",
    "303-request-sent-v1",
    "304-request-confirmed-v1",
    "507-request-accepted-v1",
    "901-request-observed-v1",
    "902-acceptance-observed-v1",
];

#[test]
fn every_version_that_was_ever_written_is_read() {
    let samples = samples::all_recorded();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let folders = [folder.clone(), folder.join("first-form"), folder.join("second-form")];
    let mut read = 0;
    for sample in &samples {
        let kind = kind(&encode(sample));
        for version in 1..=kind.version {
            let stem = file_stem(&EventType { version, ..kind });
            let texts = folders.iter().map(|folder| folder.join(format!("{stem}.snap")));
            let texts: Vec<String> = texts.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
            assert!(!texts.is_empty(), "no golden file {stem}");
            for text in &texts {
                let decoded = decode(&undump(text)).expect("a version that was written once");
                if !LESS_THAN_NEWEST.contains(&stem.as_str()) {
                    assert_eq!(&decoded, sample, "{stem}");
                }
            }
            read += texts.len();
        }
    }
    let others = ["forms.snap", "numbers.snap"];
    let files =
        folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder of golden files"));
    let files = files.map(|file| file.expect("an entry").file_name().into_string().expect("a name"));
    let goldens = files.filter(|file| file.ends_with(".snap") && !others.contains(&file.as_str()));
    assert_eq!(goldens.count(), read, "a golden file belongs to no type or version; none may be removed");
}

#[test]
fn symbols_of_the_first_version_are_plain_numbers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let text =
        std::fs::read_to_string(folder.join("first-form/303-request-sent-v1.snap")).expect("a golden file");
    let sent = decode(&undump(&text)).expect("a version that was written once");
    let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Sent { verdict, .. }, .. }) = sent.event
    else {
        panic!("{sent:?}")
    };
    let spam = verdict.gates.iter().find(|gate| gate.rule == Rule::Spam).expect("a spam gate");
    let symbol = |kind, value, score_milli| Symbol { kind, value, of: 0, score_milli };
    let expected = Evidence::Symbols {
        symbols: vec![
            symbol(SymbolKind::RepeatedNote, 0, 0),
            symbol(SymbolKind::Client, 0, 0),
            symbol(SymbolKind::Velocity, 4, 400),
        ],
        score_milli: 400,
        hold_at_milli: 5_000,
        refuse_at_milli: 10_000,
        in_contacts: false,
    };
    assert_eq!(spam.evidence, expected);
}

#[test]
fn a_first_version_of_a_member_says_all_but_how_the_handle_was_entered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let profile = |version: u16| {
        let text = std::fs::read_to_string(folder.join(format!("100-member-added-v{version}.snap")));
        let added = decode(&undump(&text.expect("a golden file"))).expect("a version that was written");
        let Event::Account(account::Event { kind: account::Kind::Added { profile, .. }, .. }) = added.event
        else {
            panic!("{added:?}")
        };
        profile.held().cloned().expect("a profile that is held")
    };
    let newest = profile(2);
    assert_eq!(newest.entered_handle.as_ref().map(EnteredHandle::as_str), Some("Alice"));
    assert_eq!(profile(1), Profile { entered_handle: None, ..newest });
}

#[test]
fn an_adoption_of_the_first_version_has_no_time_zone_database() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    for file in ["002-policy-adopted-v1.snap", "first-form/002-policy-adopted-v1.snap"] {
        let text = std::fs::read_to_string(folder.join(file)).expect("a golden file");
        let adopted = decode(&undump(&text)).expect("a version that was written once");
        let Event::Network(network::Event::PolicyAdopted { name, tzdata, .. }) = adopted.event else {
            panic!("{adopted:?}")
        };
        assert_eq!((name.as_str(), tzdata), ("standard", None), "{file}");
    }
}

#[test]
fn numbers_and_names_of_types_never_change() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    let mut table = String::new();
    for kind in event_types() {
        writeln!(table, "{:>3} {}", kind.id, kind.name).expect("a string takes it");
    }
    insta::assert_snapshot!("numbers", table);
}

fn id(bytes: &[u8]) -> u16 {
    peek(bytes).expect("an envelope").type_id
}

fn kind(bytes: &[u8]) -> EventType {
    let id = id(bytes);
    event_types().find(|kind| kind.id == id).expect("a type that is known")
}

fn file_stem(kind: &EventType) -> String {
    format!("{:03}-{}-v{}", kind.id, kind.name, kind.version)
}

/// The record in hexadecimal, with the name of every field of the envelope.
pub(crate) fn dump(bytes: &[u8]) -> String {
    let envelope = peek(bytes).expect("an envelope");
    let flags = u16::from_le_bytes([bytes[0], bytes[1]]);
    let has = |flag, len| if flags & flag != 0 { len } else { 0 };
    let index = |place: u16| usize::from(flags >> place & 3);
    let is_held = [1, 3].contains(&(flags & 3));
    let codec = usize::from(bytes[3] >> 7);
    let fields = [
        ("flags", 2),
        ("type, version", 2),
        ("codec", codec),
        (
            "personal length",
            if is_held { bytes[4 + codec..].iter().take_while(|byte| **byte > 127).count() + 1 } else { 0 },
        ),
        ("position", [2, 3, 4, 8][index(12)]),
        ("time", 5 + has(0x10, 3)),
        ("acting member", if flags >> 5 & 7 == 1 { index(8) + 1 } else { 0 }),
        ("command key", has(4, 16)),
        ("command content", has(4, 8)),
        ("cause", [0, 1, 2, 8][index(10)]),
        ("request", has(8, 8)),
    ];
    let mut text = format!("envelope, {} bytes\n", envelope.own_len());
    let mut rest = bytes;
    for (name, len) in fields.into_iter().filter(|(_, len)| *len > 0) {
        let (field, after) = rest.split_at(len);
        writeln!(text, "  {name:<16} {}", hexadecimal(field)).expect("a string takes it");
        rest = after;
    }
    let (body, personal) = rest.split_at(envelope.body_len(bytes.len()).expect("a whole record"));
    section(&mut text, "body", body);
    if is_held {
        writeln!(text, "personal section, {} bytes", personal.len()).expect("a string takes it");
        let head = if flags & 3 == 1 { 8 } else { 0 };
        if head > 0 {
            writeln!(text, "  {:<16} {}", "owner", hexadecimal(&personal[..4])).expect("a string takes it");
            writeln!(text, "  {:<16} {}", "key", hexadecimal(&personal[4..8])).expect("a string takes it");
        }
        lines(&mut text, &personal[head..]);
    }
    text
}

fn section(text: &mut String, name: &str, bytes: &[u8]) {
    writeln!(text, "{name}, {} bytes", bytes.len()).expect("a string takes it");
    lines(text, bytes);
}

fn lines(text: &mut String, bytes: &[u8]) {
    for line in bytes.chunks(16) {
        let shown: String =
            line.iter().map(|byte| if byte.is_ascii_graphic() { char::from(*byte) } else { '.' }).collect();
        writeln!(text, "  {:<16} {:<47}  {shown}", "", hexadecimal(line)).expect("a string takes it");
    }
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ")
}

/// The bytes that [`dump`] shows.
fn undump(text: &str) -> Vec<u8> {
    let dumped = text.lines().filter(|line| line.starts_with("  "));
    let digits = dumped.map(|line| line.get(19..66).or(line.get(19..)).unwrap_or_default());
    let pairs = digits.flat_map(|digits| digits.split_whitespace());
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("two digits")).collect()
}
