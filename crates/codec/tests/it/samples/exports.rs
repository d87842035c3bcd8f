//! One event of every type of members' exports.

use acquaint_domain::export::*;
use acquaint_domain::{Personal, ProfileUrl};

use super::{ALICE, BOB, OTHER_REQUEST, REQUEST_REF, at, name};

pub(super) const SEEN: SourceRef = SourceRef {
    export: 3,
    witness: AttestedBy::Sender,
    file: SourceFile::Invitations,
    line: 17,
    precision: Precision::Minute,
};

pub(super) fn first() -> ExportEvent {
    ExportEvent::ExportBegun {
        export: 3,
        source: [0xab; 32],
        network: Network::LinkedIn,
        owner: ALICE,
        as_of: at(-30_000_000_000),
        dated_by: DatedBy::FileName,
        holds: Holds { invitations: Some(1_200), has_sent: true, has_received: true, connections: None },
    }
}

/// The sample after the one of `event`'s type.
pub(super) fn after(event: &ExportEvent) -> Option<ExportEvent> {
    let person = |name: &str| Person { name: name.to_owned(), url: None };
    let (owner, member, other, export, as_of) = (ALICE, ALICE, BOB, 3, at(-30_000_000_000));
    let observed_at = at(-31_000_000_000);
    Some(match event {
        ExportEvent::ExportBegun { .. } => {
            let url = ProfileUrl::parse("example.org/in/quilla-vex").expect("a profile's URL");
            let people = vec![Person { url: Some(url), ..person("Quilla Vex") }, person("Quilla Marsh")];
            let people = Personal::Held(people);
            ExportEvent::PeopleObserved { network: Network::LinkedIn, owner, first: BOB, count: 2, people }
        }
        ExportEvent::PeopleObserved { .. } => ExportEvent::PersonChanged {
            export,
            owner,
            member: BOB,
            person: Personal::Held(person("Quilla Marsh")),
        },
        ExportEvent::PersonChanged { .. } => {
            let before = vec![OTHER_REQUEST];
            ExportEvent::ConnectionObserved { name: name(), member, other, observed_at, seen: SEEN, before }
        }
        ExportEvent::ConnectionObserved { .. } => {
            ExportEvent::NamesakesObserved { request_ref: REQUEST_REF, owner, connections: 2 }
        }
        ExportEvent::NamesakesObserved { .. } => {
            let seen =
                SourceRef { witness: AttestedBy::Recipient, file: SourceFile::RejectedRequests, ..SEEN };
            ExportEvent::DeclineObserved { request_ref: REQUEST_REF, observed_at, seen }
        }
        ExportEvent::DeclineObserved { .. } => {
            let seen = SourceRef { file: SourceFile::RemovedFriends, precision: Precision::Second, ..SEEN };
            ExportEvent::EndObserved { member, other, name: name(), observed_at, seen }
        }
        ExportEvent::EndObserved { .. } => {
            let (witness, afterwards) = (AttestedBy::Sender, Afterwards::Gone);
            ExportEvent::RequestVanished { request_ref: REQUEST_REF, witness, export, as_of, afterwards }
        }
        ExportEvent::RequestVanished { .. } => {
            ExportEvent::ConnectionVanished { member, other, name: name(), export, as_of }
        }
        ExportEvent::ConnectionVanished { .. } => {
            let seen = SourceRef { file: SourceFile::Blocks, precision: Precision::Undated, ..SEEN };
            ExportEvent::BlockObserved { member, other, seen }
        }
        ExportEvent::BlockObserved { .. } => ExportEvent::ExportEnded { export, owner },
        ExportEvent::ExportEnded { .. } => return None,
    })
}
