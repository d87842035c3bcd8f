//! One of every event of what a network had before its log.

use acquaint_domain::*;

use super::{ALICE, ASK, BOB, REQUEST, at, email, name, profile, settings, typed};

pub(super) fn first() -> Inherited {
    Inherited::StretchTaken(Stretch { bytes: 524_301, lines: 4_097, records: 4_096, source: [0xcd; 32] })
}

/// The sample after that of `event`'s type.
pub(super) fn after(event: &Inherited) -> Option<Inherited> {
    let (member, other, since) = (BOB, ALICE, at(-40_000_000_000));
    Some(match event {
        Inherited::StretchTaken(_) => Inherited::MemberInherited {
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
        Inherited::MemberInherited { .. } => {
            Inherited::ConnectionInherited { name: name(), member, other, since }
        }
        Inherited::ConnectionInherited { .. } => Inherited::RequestInherited {
            request: REQUEST,
            sender: ALICE,
            addressee: Addressee::Email,
            typed: Personal::Held(typed()),
            asked_at: since,
        },
        Inherited::RequestInherited { .. } => {
            let stands = Stands::Filed(Code::RecipientSettingContacts);
            Inherited::ArrivalInherited { ask: ASK, stands, since }
        }
        Inherited::ArrivalInherited { .. } => Inherited::BlockInherited { member, other, since },
        Inherited::BlockInherited { .. } => return None,
    })
}
