//! Events read from members' own exports of other networks: numbers 980 to 999.

use acquaint_domain as domain;
use domain::export::{self, ExportEvent};
use domain::{Event, MemberId, Personal, import};
use serde::{Deserialize, Serialize};

use crate::section::{PersonalStoredForm, StoredForm};
use crate::stored::choice;
use crate::stored::post::RequestRef;
use crate::stored::text::{List, Text};
use crate::stored::value::{Member, Moment, Name, ProfileUrl, Request, domain_requests, stored_requests};

mod begun;

pub(crate) use begun::{ExportBegun, read_begun_v1};

/// Where a fact is recorded.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct SourceRef {
    export: u32,
    #[serde(with = "choice::AttestedBy")]
    witness: export::AttestedBy,
    #[serde(with = "choice::SourceFile")]
    file: export::SourceFile,
    line: u32,
    #[serde(with = "choice::Precision")]
    precision: export::Precision,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ExportEnded {
    export: u32,
    owner: Member,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct PeopleObserved {
    #[serde(with = "choice::Network")]
    network: export::Network,
    owner: Member,
    first: Member,
    count: u32,
}

/// Personal fields of `PeopleObserved`: as many people as it counts.
#[derive(Serialize, Deserialize)]
pub(crate) struct People {
    people: List<Person>,
}

/// Personal fields of `PersonChanged`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Person {
    name: Text,
    url: Option<ProfileUrl>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct PersonChanged {
    export: u32,
    owner: Member,
    member: Member,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ConnectionObserved {
    name: Name,
    member: Member,
    other: Member,
    observed_at: Moment,
    seen: SourceRef,
    before: List<Request>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct NamesakesObserved {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    owner: Member,
    connections: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct DeclineObserved {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    observed_at: Moment,
    seen: SourceRef,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct EndObserved {
    member: Member,
    other: Member,
    name: Name,
    observed_at: Moment,
    seen: SourceRef,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestVanished {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    #[serde(with = "choice::AttestedBy")]
    witness: export::AttestedBy,
    export: u32,
    as_of: Moment,
    #[serde(with = "choice::Afterwards")]
    afterwards: export::Afterwards,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ConnectionVanished {
    member: Member,
    other: Member,
    name: Name,
    export: u32,
    as_of: Moment,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct BlockObserved {
    member: Member,
    other: Member,
    seen: SourceRef,
}

impl From<export::SourceRef> for SourceRef {
    fn from(seen: export::SourceRef) -> Self {
        let export::SourceRef { export, witness, file, line, precision } = seen;
        Self { export, witness, file, line, precision }
    }
}

impl From<SourceRef> for export::SourceRef {
    fn from(seen: SourceRef) -> Self {
        let SourceRef { export, witness, file, line, precision } = seen;
        Self { export, witness, file, line, precision }
    }
}

impl From<&export::Person> for Person {
    fn from(person: &export::Person) -> Self {
        Self { name: Text::from(person.name.as_str()), url: person.url.clone().map(ProfileUrl) }
    }
}

impl From<Person> for export::Person {
    fn from(person: Person) -> Self {
        Self { name: person.name.0, url: person.url.map(|url| url.0) }
    }
}

impl StoredForm for ExportEnded {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Export(ExportEvent::ExportEnded { export, owner })) = event else {
            return None;
        };
        Some(Self { export: *export, owner: owner.into() })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Export(ExportEvent::ExportEnded {
            export: self.export,
            owner: self.owner.into(),
        }))
    }
}

impl StoredForm for ConnectionObserved {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Export(ExportEvent::ConnectionObserved {
            name,
            member,
            other,
            observed_at,
            seen,
            before,
        })) = event
        else {
            return None;
        };
        Some(Self {
            name: Name(name.clone()),
            member: member.into(),
            other: other.into(),
            observed_at: (*observed_at).into(),
            seen: (*seen).into(),
            before: stored_requests(before),
        })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Export(ExportEvent::ConnectionObserved {
            name: self.name.0,
            member: self.member.into(),
            other: self.other.into(),
            observed_at: self.observed_at.into(),
            seen: self.seen.into(),
            before: domain_requests(self.before),
        }))
    }
}

impl StoredForm for NamesakesObserved {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Export(ExportEvent::NamesakesObserved {
            request_ref,
            owner,
            connections,
        })) = event
        else {
            return None;
        };
        Some(Self { request_ref: (*request_ref).into(), owner: owner.into(), connections: *connections })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Export(ExportEvent::NamesakesObserved {
            request_ref: self.request_ref.into(),
            owner: self.owner.into(),
            connections: self.connections,
        }))
    }
}

impl StoredForm for DeclineObserved {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Export(ExportEvent::DeclineObserved {
            request_ref,
            observed_at,
            seen,
        })) = event
        else {
            return None;
        };
        Some(Self {
            request_ref: (*request_ref).into(),
            observed_at: (*observed_at).into(),
            seen: (*seen).into(),
        })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Export(ExportEvent::DeclineObserved {
            request_ref: self.request_ref.into(),
            observed_at: self.observed_at.into(),
            seen: self.seen.into(),
        }))
    }
}

impl StoredForm for EndObserved {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Export(ExportEvent::EndObserved {
            member,
            other,
            name,
            observed_at,
            seen,
        })) = event
        else {
            return None;
        };
        Some(Self {
            member: member.into(),
            other: other.into(),
            name: Name(name.clone()),
            observed_at: (*observed_at).into(),
            seen: (*seen).into(),
        })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Export(ExportEvent::EndObserved {
            member: self.member.into(),
            other: self.other.into(),
            name: self.name.0,
            observed_at: self.observed_at.into(),
            seen: self.seen.into(),
        }))
    }
}

impl StoredForm for RequestVanished {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Export(ExportEvent::RequestVanished {
            request_ref,
            witness,
            export,
            as_of,
            afterwards,
        })) = event
        else {
            return None;
        };
        Some(Self {
            request_ref: (*request_ref).into(),
            witness: *witness,
            export: *export,
            as_of: (*as_of).into(),
            afterwards: *afterwards,
        })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Export(ExportEvent::RequestVanished {
            request_ref: self.request_ref.into(),
            witness: self.witness,
            export: self.export,
            as_of: self.as_of.into(),
            afterwards: self.afterwards,
        }))
    }
}

impl StoredForm for ConnectionVanished {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Export(ExportEvent::ConnectionVanished {
            member,
            other,
            name,
            export,
            as_of,
        })) = event
        else {
            return None;
        };
        Some(Self {
            member: member.into(),
            other: other.into(),
            name: Name(name.clone()),
            export: *export,
            as_of: (*as_of).into(),
        })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Export(ExportEvent::ConnectionVanished {
            member: self.member.into(),
            other: self.other.into(),
            name: self.name.0,
            export: self.export,
            as_of: self.as_of.into(),
        }))
    }
}

impl StoredForm for BlockObserved {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Export(ExportEvent::BlockObserved { member, other, seen })) = event
        else {
            return None;
        };
        Some(Self { member: member.into(), other: other.into(), seen: (*seen).into() })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Export(ExportEvent::BlockObserved {
            member: self.member.into(),
            other: self.other.into(),
            seen: self.seen.into(),
        }))
    }
}

impl PersonalStoredForm for PeopleObserved {
    type Personal = People;

    fn of(event: &Event) -> Option<(Self, Option<People>)> {
        let Event::Import(import::Event::Export(ExportEvent::PeopleObserved {
            network,
            owner,
            first,
            count,
            people,
        })) = event
        else {
            return None;
        };
        let stored = Self { network: *network, owner: owner.into(), first: first.into(), count: *count };
        let people = people.held().map(|people| People { people: people.iter().map(Person::from).collect() });
        Some((stored, people))
    }

    fn owner(&self) -> MemberId {
        self.owner.into()
    }

    fn event(self, personal: Option<People>) -> Event {
        let people = match personal {
            Some(People { people }) => Personal::Held(people.0.into_iter().map(Into::into).collect()),
            None => Personal::Erased,
        };
        Event::Import(import::Event::Export(ExportEvent::PeopleObserved {
            network: self.network,
            owner: self.owner.into(),
            first: self.first.into(),
            count: self.count,
            people,
        }))
    }
}

impl PersonalStoredForm for PersonChanged {
    type Personal = Person;

    fn of(event: &Event) -> Option<(Self, Option<Person>)> {
        let Event::Import(import::Event::Export(ExportEvent::PersonChanged {
            export,
            owner,
            member,
            person,
        })) = event
        else {
            return None;
        };
        let stored = Self { export: *export, owner: owner.into(), member: member.into() };
        Some((stored, person.held().map(Person::from)))
    }

    fn owner(&self) -> MemberId {
        self.owner.into()
    }

    fn event(self, personal: Option<Person>) -> Event {
        Event::Import(import::Event::Export(ExportEvent::PersonChanged {
            export: self.export,
            owner: self.owner.into(),
            member: self.member.into(),
            person: crate::stored::value::personal(personal),
        }))
    }
}
