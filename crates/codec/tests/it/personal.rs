//! Personal fields are in their own section and nowhere else.

use acquaint_codec::{PersonalSection as Section, decode, encode, peek};
use acquaint_domain::export::ExportEvent;
use acquaint_domain::{
    Actor, Event, ImportedRecord, MemberId, Personal, StaffLookup, account, fingerprint, import, network,
    outgoing,
};

use crate::samples;

fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

/// A record up to its personal section, and that section.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let envelope = peek(bytes).expect("an envelope");
    bytes.split_at(envelope.own_len() + envelope.body_len(bytes.len()).expect("a whole record"))
}

#[test]
fn no_personal_text_is_outside_the_personal_section() {
    let records: Vec<Vec<u8>> = samples::all_recorded().iter().map(encode).collect();
    let note = fingerprint("We met at the conference.").to_le_bytes();
    let personal = samples::PERSONAL.iter().map(|text| text.as_bytes()).chain([&note[..]]);
    for text in personal {
        let shown = String::from_utf8_lossy(text);
        assert!(records.iter().any(|record| holds(split(record).1, text)), "`{shown}` is in no sample");
        for record in &records {
            let public = String::from_utf8_lossy(split(record).0).to_lowercase();
            assert!(!public.contains(&shown.trim().to_lowercase()), "`{shown}` in {public}");
            assert!(!holds(split(record).0, text), "`{shown}` in {public}");
        }
    }
}

#[test]
fn a_personal_section_belongs_to_the_member_at_whose_desk_the_event_is() {
    let mut sections = 0;
    for sample in samples::all_recorded() {
        let bytes = encode(&sample);
        let section = split(&bytes).1;
        let owner = match peek(&bytes).expect("an envelope").contents.personal {
            Section::None | Section::Erased => None,
            Section::Own { .. } => {
                let Actor::Member(member) = sample.actor else { panic!("a section of {sample:?}") };
                Some(member)
            }
            Section::Held { .. } => {
                let (owner, rest) = section.split_first_chunk().expect("an owner");
                assert_eq!(rest[..4], [0; 4], "there is no cipher yet");
                Some(MemberId(u32::from_le_bytes(*owner)))
            }
        };
        if let Some(owner) = owner {
            // A lookup belongs to no desk, and is erased together with the member it is about.
            let is_about = matches!(&sample.event, Event::Network(network::Event::LookupRecorded(StaffLookup { sender, .. })) if *sender == owner);
            assert!(sample.event.owner().is(owner) || is_about, "{sample:?}");
            sections += 1;
        }
    }
    assert_eq!(sections, 11);
}

/// The record with the mark of an erased section instead of its personal section and that section's length.
fn without_section(bytes: &[u8]) -> Vec<u8> {
    let public = split(bytes).0;
    // Flags, type and version, and the codec where it is named, are before the section's length.
    assert!([1, 3].contains(&(public[0] & 3)));
    let from = 4 + usize::from(public[3] >> 7);
    let len = public[from..].iter().take_while(|byte| **byte > 127).count() + 1;
    let mut left = [&public[..from], &public[from + len..]].concat();
    left[0] = left[0] & !3 | 2;
    left
}

#[test]
fn an_erased_section_stays_erased_and_takes_no_bytes() {
    let mut erased = 0;
    for mut sample in samples::all_recorded() {
        let whole = encode(&sample);
        if let Event::Account(account::Event { kind: account::Kind::Added { profile, .. }, .. })
        | Event::Account(account::Event { kind: account::Kind::Changed { profile, .. }, .. }) =
            &mut sample.event
        {
            *profile = Personal::Erased;
        } else if let Event::Account(account::Event {
            kind: account::Kind::ContactsImported { contacts },
            ..
        }) = &mut sample.event
        {
            *contacts = Personal::Erased;
        } else if let Event::Outgoing(outgoing::Event {
            kind: outgoing::Kind::Submitted { entered, .. },
            ..
        }) = &mut sample.event
        {
            *entered = Personal::Erased;
        } else if let Event::Account(account::Event {
            kind: account::Kind::SettingsChanged { settings, .. },
            ..
        }) = &mut sample.event
        {
            settings.audience = Personal::Erased;
        } else if let Event::Import(import::Event::RequestObserved { note, .. }) = &mut sample.event {
            *note = Personal::Erased;
        } else if let Event::Import(import::Event::Export(ExportEvent::PeopleObserved { people, .. })) =
            &mut sample.event
        {
            *people = Personal::Erased;
        } else if let Event::Import(import::Event::Export(ExportEvent::PersonChanged { person, .. })) =
            &mut sample.event
        {
            *person = Personal::Erased;
        } else if let Event::Import(import::Event::Inherited(ImportedRecord::MemberInherited {
            settings,
            profile,
            contacts,
            ..
        })) = &mut sample.event
        {
            (*profile, *contacts) = (Personal::Erased, Personal::Erased);
            settings.audience = Personal::Erased;
        } else if let Event::Import(import::Event::Inherited(ImportedRecord::RequestInherited {
            entered,
            ..
        })) = &mut sample.event
        {
            *entered = Personal::Erased;
        } else {
            continue;
        }
        let bytes = encode(&sample);
        assert_eq!(peek(&bytes).expect("an envelope").contents.personal, Section::Erased);
        assert_eq!(bytes, without_section(&whole));
        assert_eq!(decode(&bytes), Ok(sample));
        erased += 1;
    }
    assert_eq!(erased, 10);
}
