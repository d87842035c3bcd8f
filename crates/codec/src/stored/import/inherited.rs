//! Events of what a network had before its log: numbers 70 to 79.

use acquaint_domain as domain;
use domain::{Event, ImportedRecord, MemberId, Personal, RequestId, import};
use serde::{Deserialize, Serialize};

use crate::section::{PersonalStoredForm, StoredForm};
use crate::stored::account::{Audience, Profile, ProfileV1};
use crate::stored::choice;
use crate::stored::outgoing::Entered;
use crate::stored::post::{Addressee, RequestRef};
use crate::stored::text::List;
use crate::stored::value::{self, Code, Email, Handle, Member, Moment, Name, Request};

#[derive(Serialize, Deserialize)]
pub(crate) struct StretchTaken {
    bytes: u64,
    lines: u64,
    records: u64,
    source: [u8; 32],
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberInherited {
    member: Member,
    handle: Handle,
    #[serde(with = "choice::Tier")]
    tier: domain::Tier,
    joined: Moment,
    standing: Standing,
    #[serde(with = "choice::AcceptFrom")]
    accept_from: domain::AcceptFrom,
    #[serde(with = "choice::MaxDegree")]
    max_degree: domain::MaxDegree,
    #[serde(with = "choice::Confirmation")]
    confirmation: domain::Confirmation,
}

/// The order of variants is frozen.
#[derive(Serialize, Deserialize)]
enum Standing {
    Good,
    Restricted {
        since: Moment,
        until: Moment,
        #[serde(with = "choice::RestrictionCause")]
        cause: domain::RestrictionCause,
    },
    Banned {
        since: Moment,
    },
    Closed {
        since: Moment,
    },
}

/// Personal fields of `MemberInherited`.
#[derive(Serialize, Deserialize)]
pub(crate) struct PersonalFields {
    profile: Profile,
    audience: Audience,
    contacts: List<Email>,
}

/// [`PersonalFields`] of version 1, whose profile did not keep the handle as entered.
#[derive(Serialize, Deserialize)]
pub(crate) struct PersonalFieldsV1 {
    profile: ProfileV1,
    audience: Audience,
    contacts: List<Email>,
}

impl From<PersonalFieldsV1> for PersonalFields {
    fn from(PersonalFieldsV1 { profile, audience, contacts }: PersonalFieldsV1) -> Self {
        Self { profile: profile.into(), audience, contacts }
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ConnectionInherited {
    name: Name,
    member: Member,
    other: Member,
    since: Moment,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestInherited {
    request: Request,
    sender: Member,
    addressee: Addressee,
    asked_at: Moment,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ArrivalInherited {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    #[serde(rename = "stands")]
    place: ImportedPlace,
    since: Moment,
}

/// The order of variants is frozen.
#[derive(Serialize, Deserialize)]
enum ImportedPlace {
    Inbox,
    Unconfirmed,
    Filed(Code),
    Ignored,
    Declined,
    Reported,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct BlockInherited {
    member: Member,
    other: Member,
    since: Moment,
}

impl From<domain::Standing> for Standing {
    fn from(standing: domain::Standing) -> Self {
        match standing {
            domain::Standing::Good => Self::Good,
            domain::Standing::Restricted { since, until, cause } => {
                Self::Restricted { since: since.into(), until: until.into(), cause }
            }
            domain::Standing::Banned { since } => Self::Banned { since: since.into() },
            domain::Standing::Closed { since } => Self::Closed { since: since.into() },
        }
    }
}

impl From<Standing> for domain::Standing {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Good => Self::Good,
            Standing::Restricted { since, until, cause } => {
                Self::Restricted { since: since.into(), until: until.into(), cause }
            }
            Standing::Banned { since } => Self::Banned { since: since.into() },
            Standing::Closed { since } => Self::Closed { since: since.into() },
        }
    }
}

impl From<domain::ImportedPlace> for ImportedPlace {
    fn from(place: domain::ImportedPlace) -> Self {
        match place {
            domain::ImportedPlace::Inbox => Self::Inbox,
            domain::ImportedPlace::Unconfirmed => Self::Unconfirmed,
            domain::ImportedPlace::Filed(code) => Self::Filed(Code(code)),
            domain::ImportedPlace::Ignored => Self::Ignored,
            domain::ImportedPlace::Declined => Self::Declined,
            domain::ImportedPlace::Reported => Self::Reported,
        }
    }
}

impl From<ImportedPlace> for domain::ImportedPlace {
    fn from(place: ImportedPlace) -> Self {
        match place {
            ImportedPlace::Inbox => Self::Inbox,
            ImportedPlace::Unconfirmed => Self::Unconfirmed,
            ImportedPlace::Filed(Code(code)) => Self::Filed(code),
            ImportedPlace::Ignored => Self::Ignored,
            ImportedPlace::Declined => Self::Declined,
            ImportedPlace::Reported => Self::Reported,
        }
    }
}

impl StoredForm for StretchTaken {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Inherited(ImportedRecord::StretchTaken(prefix))) = event else {
            return None;
        };
        let domain::FilePrefix { bytes, lines, records, source } = *prefix;
        Some(Self { bytes, lines, records, source })
    }

    fn event(self) -> Event {
        let Self { bytes, lines, records, source } = self;
        Event::Import(import::Event::Inherited(ImportedRecord::StretchTaken(domain::FilePrefix {
            bytes,
            lines,
            records,
            source,
        })))
    }
}

impl PersonalStoredForm for MemberInherited {
    type Personal = PersonalFields;

    fn of(event: &Event) -> Option<(Self, Option<PersonalFields>)> {
        let Event::Import(import::Event::Inherited(ImportedRecord::MemberInherited {
            member,
            handle,
            tier,
            joined,
            standing,
            settings,
            profile,
            contacts,
        })) = event
        else {
            return None;
        };
        let stored = Self {
            member: member.into(),
            handle: Handle(handle.clone()),
            tier: *tier,
            joined: (*joined).into(),
            standing: (*standing).into(),
            accept_from: settings.accept_from,
            max_degree: settings.max_degree,
            confirmation: settings.confirmation,
        };
        let held = (profile.held(), settings.audience.held(), contacts.held());
        let (Some(profile), Some(audience), Some(contacts)) = held else { return Some((stored, None)) };
        let contacts = contacts.iter().cloned().map(Email).collect();
        let personal = PersonalFields { profile: profile.into(), audience: audience.into(), contacts };
        Some((stored, Some(personal)))
    }

    fn owner(&self) -> MemberId {
        self.member.into()
    }

    fn event(self, personal: Option<PersonalFields>) -> Event {
        let (profile, audience, contacts) = match personal {
            Some(PersonalFields { profile, audience, contacts }) => (
                Personal::Held(profile.into()),
                Personal::Held(audience.into()),
                Personal::Held(contacts.0.into_iter().map(|email| email.0).collect()),
            ),
            None => (Personal::Erased, Personal::Erased, Personal::Erased),
        };
        let Self { accept_from, max_degree, confirmation, .. } = self;
        Event::Import(import::Event::Inherited(ImportedRecord::MemberInherited {
            member: self.member.into(),
            handle: self.handle.0,
            tier: self.tier,
            joined: self.joined.into(),
            standing: self.standing.into(),
            settings: domain::Settings { accept_from, max_degree, audience, confirmation },
            profile,
            contacts,
        }))
    }
}

impl StoredForm for ConnectionInherited {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Inherited(ImportedRecord::ConnectionInherited {
            name,
            member,
            other,
            since,
        })) = event
        else {
            return None;
        };
        Some(Self {
            name: Name(name.clone()),
            member: member.into(),
            other: other.into(),
            since: (*since).into(),
        })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Inherited(ImportedRecord::ConnectionInherited {
            name: self.name.0,
            member: self.member.into(),
            other: self.other.into(),
            since: self.since.into(),
        }))
    }
}

impl PersonalStoredForm for RequestInherited {
    type Personal = Entered;

    fn of(event: &Event) -> Option<(Self, Option<Entered>)> {
        let Event::Import(import::Event::Inherited(ImportedRecord::RequestInherited {
            request,
            sender,
            addressee,
            entered,
            asked_at,
        })) = event
        else {
            return None;
        };
        let stored = Self {
            request: (*request).into(),
            sender: sender.into(),
            addressee: (*addressee).into(),
            asked_at: (*asked_at).into(),
        };
        Some((stored, entered.held().map(Entered::from)))
    }

    fn owner(&self) -> MemberId {
        self.sender.into()
    }

    fn event(self, entered: Option<Entered>) -> Event {
        Event::Import(import::Event::Inherited(ImportedRecord::RequestInherited {
            request: RequestId::from(self.request),
            sender: self.sender.into(),
            addressee: self.addressee.into(),
            entered: value::personal(entered),
            asked_at: self.asked_at.into(),
        }))
    }
}

impl StoredForm for ArrivalInherited {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Inherited(ImportedRecord::ArrivalInherited {
            request_ref,
            place,
            since,
        })) = event
        else {
            return None;
        };
        Some(Self { request_ref: (*request_ref).into(), place: (*place).into(), since: (*since).into() })
    }

    fn event(self) -> Event {
        let (request_ref, place, since) = (self.request_ref.into(), self.place.into(), self.since.into());
        Event::Import(import::Event::Inherited(ImportedRecord::ArrivalInherited {
            request_ref,
            place,
            since,
        }))
    }
}

impl StoredForm for BlockInherited {
    fn of(event: &Event) -> Option<Self> {
        let Event::Import(import::Event::Inherited(ImportedRecord::BlockInherited { member, other, since })) =
            event
        else {
            return None;
        };
        Some(Self { member: member.into(), other: other.into(), since: (*since).into() })
    }

    fn event(self) -> Event {
        Event::Import(import::Event::Inherited(ImportedRecord::BlockInherited {
            member: self.member.into(),
            other: self.other.into(),
            since: self.since.into(),
        }))
    }
}
