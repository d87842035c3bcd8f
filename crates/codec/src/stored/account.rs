//! Events of members' accounts.

use acquaint_domain as domain;
use domain::{Event, LetterNumber, MemberId, account};
use serde::{Deserialize, Serialize};

use crate::section::{PersonalStoredForm, StoredForm};
use crate::stored::choice;
use crate::stored::text::{List, Text};
use crate::stored::value::{self, Email, EnteredHandle, Handle, Member, Moment, ProfileUrl, Request, Texts};

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberAdded {
    member: Member,
    handle: Handle,
    #[serde(with = "choice::Tier")]
    tier: domain::Tier,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberChanged {
    member: Member,
    #[serde(with = "choice::Tier")]
    tier: domain::Tier,
}

/// Personal fields of `MemberAdded` and `MemberChanged`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Profile {
    emails: List<Email>,
    url: Option<ProfileUrl>,
    company: Option<Text>,
    title: Option<Text>,
    entered_handle: Option<EnteredHandle>,
}

/// A profile of version 1, which did not keep the handle as entered.
#[derive(Serialize, Deserialize)]
pub(crate) struct ProfileV1 {
    emails: List<Email>,
    url: Option<ProfileUrl>,
    company: Option<Text>,
    title: Option<Text>,
}

impl From<ProfileV1> for Profile {
    fn from(ProfileV1 { emails, url, company, title }: ProfileV1) -> Self {
        Self { emails, url, company, title, entered_handle: None }
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberRestricted {
    member: Member,
    until: Moment,
    #[serde(with = "choice::RestrictionCause")]
    cause: domain::RestrictionCause,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberBanned {
    member: Member,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RestrictionLifted {
    member: Member,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberClosed {
    member: Member,
    lingers_until: Moment,
    letters: List<(Member, u32)>,
    files: List<Request>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ContactsImported {
    member: Member,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SettingsChanged {
    member: Member,
    version: u32,
    #[serde(with = "choice::AcceptFrom")]
    accept_from: domain::AcceptFrom,
    #[serde(with = "choice::MaxDegree")]
    max_degree: domain::MaxDegree,
    #[serde(with = "choice::Confirmation")]
    confirmation: domain::Confirmation,
}

/// Personal fields of `SettingsChanged`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Audience {
    companies: Texts,
    titles: Texts,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestChecked(Member);

impl From<&domain::Profile> for Profile {
    fn from(profile: &domain::Profile) -> Self {
        Self {
            emails: profile.emails.iter().cloned().map(Email).collect(),
            url: profile.url.clone().map(ProfileUrl),
            company: value::text(profile.company.as_ref()),
            title: value::text(profile.title.as_ref()),
            entered_handle: profile.entered_handle.clone().map(EnteredHandle),
        }
    }
}

impl From<Profile> for domain::Profile {
    fn from(profile: Profile) -> Self {
        Self {
            emails: profile.emails.0.into_iter().map(|email| email.0).collect(),
            url: profile.url.map(|url| url.0),
            company: profile.company.map(|text| text.0),
            title: profile.title.map(|text| text.0),
            entered_handle: profile.entered_handle.map(|entered| entered.0),
        }
    }
}

impl From<&domain::Audience> for Audience {
    fn from(audience: &domain::Audience) -> Self {
        Self { companies: Texts(audience.companies.clone()), titles: Texts(audience.titles.clone()) }
    }
}

impl From<Audience> for domain::Audience {
    fn from(audience: Audience) -> Self {
        Self { companies: audience.companies.0, titles: audience.titles.0 }
    }
}

impl PersonalStoredForm for MemberAdded {
    type Personal = Profile;

    fn of(event: &Event) -> Option<(Self, Option<Profile>)> {
        let Event::Account(account::Event { member, kind: account::Kind::Added { handle, tier, profile } }) =
            event
        else {
            return None;
        };
        let stored = Self { member: member.into(), handle: Handle(handle.clone()), tier: *tier };
        Some((stored, profile.held().map(Profile::from)))
    }

    fn owner(&self) -> MemberId {
        self.member.into()
    }

    fn event(self, profile: Option<Profile>) -> Event {
        Event::Account(account::Event {
            member: self.member.into(),
            kind: account::Kind::Added {
                handle: self.handle.0,
                tier: self.tier,
                profile: value::personal(profile),
            },
        })
    }
}

impl PersonalStoredForm for MemberChanged {
    type Personal = Profile;

    fn of(event: &Event) -> Option<(Self, Option<Profile>)> {
        let Event::Account(account::Event { member, kind: account::Kind::Changed { tier, profile } }) = event
        else {
            return None;
        };
        Some((Self { member: member.into(), tier: *tier }, profile.held().map(Profile::from)))
    }

    fn owner(&self) -> MemberId {
        self.member.into()
    }

    fn event(self, profile: Option<Profile>) -> Event {
        let member = self.member.into();
        Event::Account(account::Event {
            member,
            kind: account::Kind::Changed { tier: self.tier, profile: value::personal(profile) },
        })
    }
}

impl StoredForm for MemberRestricted {
    fn of(event: &Event) -> Option<Self> {
        let Event::Account(account::Event { member, kind: account::Kind::Restricted { until, cause } }) =
            event
        else {
            return None;
        };
        Some(Self { member: member.into(), until: (*until).into(), cause: *cause })
    }

    fn event(self) -> Event {
        let member = self.member.into();
        Event::Account(account::Event {
            member,
            kind: account::Kind::Restricted { until: self.until.into(), cause: self.cause },
        })
    }
}

impl StoredForm for MemberBanned {
    fn of(event: &Event) -> Option<Self> {
        let Event::Account(account::Event { member, kind: account::Kind::Banned }) = event else {
            return None;
        };
        Some(Self { member: member.into() })
    }

    fn event(self) -> Event {
        Event::Account(account::Event { member: self.member.into(), kind: account::Kind::Banned })
    }
}

impl StoredForm for RestrictionLifted {
    fn of(event: &Event) -> Option<Self> {
        let Event::Account(account::Event { member, kind: account::Kind::RestrictionLifted }) = event else {
            return None;
        };
        Some(Self { member: member.into() })
    }

    fn event(self) -> Event {
        Event::Account(account::Event { member: self.member.into(), kind: account::Kind::RestrictionLifted })
    }
}

impl StoredForm for MemberClosed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Account(account::Event {
            member,
            kind: account::Kind::Closed { lingers_until, letters, files },
        }) = event
        else {
            return None;
        };
        Some(Self {
            member: member.into(),
            lingers_until: (*lingers_until).into(),
            letters: letters.iter().map(|(to, number)| (to.into(), number.0)).collect(),
            files: value::stored_requests(files),
        })
    }

    fn event(self) -> Event {
        let letters = self.letters.0.into_iter();
        Event::Account(account::Event {
            member: self.member.into(),
            kind: account::Kind::Closed {
                lingers_until: self.lingers_until.into(),
                letters: letters.map(|(to, number)| (to.into(), LetterNumber(number))).collect(),
                files: value::domain_requests(self.files),
            },
        })
    }
}

impl PersonalStoredForm for ContactsImported {
    type Personal = List<Email>;

    fn of(event: &Event) -> Option<(Self, Option<List<Email>>)> {
        let Event::Account(account::Event { member, kind: account::Kind::ContactsImported { contacts } }) =
            event
        else {
            return None;
        };
        let contacts = contacts.held().map(|contacts| contacts.iter().cloned().map(Email).collect());
        Some((Self { member: member.into() }, contacts))
    }

    fn owner(&self) -> MemberId {
        self.member.into()
    }

    fn event(self, contacts: Option<List<Email>>) -> Event {
        let contacts =
            contacts.map(|contacts| contacts.0.into_iter().map(|email| email.0).collect::<Vec<_>>());
        Event::Account(account::Event {
            member: self.member.into(),
            kind: account::Kind::ContactsImported { contacts: value::personal(contacts) },
        })
    }
}

impl PersonalStoredForm for SettingsChanged {
    type Personal = Audience;

    fn of(event: &Event) -> Option<(Self, Option<Audience>)> {
        let Event::Account(account::Event {
            member,
            kind: account::Kind::SettingsChanged { version, settings },
        }) = event
        else {
            return None;
        };
        let domain::Settings { accept_from, max_degree, audience, confirmation } = settings;
        let stored = Self {
            member: member.into(),
            version: *version,
            accept_from: *accept_from,
            max_degree: *max_degree,
            confirmation: *confirmation,
        };
        Some((stored, audience.held().map(Audience::from)))
    }

    fn owner(&self) -> MemberId {
        self.member.into()
    }

    fn event(self, audience: Option<Audience>) -> Event {
        let settings = domain::Settings {
            accept_from: self.accept_from,
            max_degree: self.max_degree,
            audience: value::personal(audience),
            confirmation: self.confirmation,
        };
        Event::Account(account::Event {
            member: self.member.into(),
            kind: account::Kind::SettingsChanged { version: self.version, settings },
        })
    }
}

impl StoredForm for RequestChecked {
    fn of(event: &Event) -> Option<Self> {
        let Event::Account(account::Event { member, kind: account::Kind::SendChecked }) = event else {
            return None;
        };
        Some(Self(member.into()))
    }

    fn event(self) -> Event {
        Event::Account(account::Event { member: self.0.into(), kind: account::Kind::SendChecked })
    }
}
