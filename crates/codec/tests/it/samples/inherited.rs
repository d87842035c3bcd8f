//! One event of every type of what a network had before its log.

use acquaint_domain::*;

use super::{ALICE, BOB, REQUEST, REQUEST_REF, at, email, entered, name, profile, settings};

pub(super) fn first() -> ImportedRecord {
    ImportedRecord::StretchTaken(FilePrefix {
        bytes: 524_301,
        lines: 4_097,
        records: 4_096,
        source: [0xcd; 32],
    })
}

/// The sample after the one of `event`'s type.
pub(super) fn after(event: &ImportedRecord) -> Option<ImportedRecord> {
    let (member, other, since) = (BOB, ALICE, at(-40_000_000_000));
    Some(match event {
        ImportedRecord::StretchTaken(_) => ImportedRecord::MemberInherited {
            member: ALICE,
            handle: Handle::parse("alice").expect("a handle"),
            tier: Tier::Premium,
            joined: at(-90_000_000_000),
            standing: Standing::Restricted {
                since: at(-86_400_000),
                until: at(86_400_000),
                cause: RestrictionCause::Policy,
            },
            settings: settings(),
            profile: Personal::Held(profile()),
            contacts: Personal::Held(vec![email("carol@contacts.example"), email("dave@contacts.example")]),
        },
        ImportedRecord::MemberInherited { .. } => {
            ImportedRecord::ConnectionInherited { name: name(), member, other, since }
        }
        ImportedRecord::ConnectionInherited { .. } => ImportedRecord::RequestInherited {
            request: REQUEST,
            sender: ALICE,
            addressee: Addressee::Email,
            entered: Personal::Held(entered()),
            asked_at: since,
        },
        ImportedRecord::RequestInherited { .. } => {
            let place = ImportedPlace::Filed(Code::RecipientSettingContacts);
            ImportedRecord::ArrivalInherited { request_ref: REQUEST_REF, place, since }
        }
        ImportedRecord::ArrivalInherited { .. } => ImportedRecord::BlockInherited { member, other, since },
        ImportedRecord::BlockInherited { .. } => return None,
    })
}
