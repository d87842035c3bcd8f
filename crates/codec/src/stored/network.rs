//! Events of the network itself.

use acquaint_domain as domain;
use domain::{Event, MemberId, PolicyVersion, RefusedCommand, network};
use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::section::{PersonalStoredForm, Sections, StoredForm};
use crate::stored::choice;
use crate::stored::text::Text;
use crate::stored::value::{self, Code, Member, Request};
use crate::stored::verdict::Packed;

#[derive(Serialize, Deserialize)]
pub(crate) struct Founded {
    id_key: [u8; 16],
}

/// Version 1, without the program's version of the time zone database.
#[derive(Serialize, Deserialize)]
struct PolicyAdoptedV1 {
    version: u32,
    name: Text,
    text: Text,
    hash: [u8; 32],
}

#[derive(Serialize, Deserialize)]
pub(crate) struct PolicyAdopted {
    version: u32,
    name: Text,
    text: Text,
    hash: [u8; 32],
    tzdata: Option<Text>,
}

/// Reads version 1 of an adoption.
pub(crate) fn read_policy_v1(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    let PolicyAdoptedV1 { version, name, text, hash } = sections.body()?;
    Ok(PolicyAdopted { version, name, text, hash, tzdata: None }.event())
}

/// Version 1, without a verdict.
#[derive(Serialize, Deserialize)]
pub(crate) struct RefusedUnjudged {
    #[serde(with = "choice::CommandKind")]
    command: domain::CommandKind,
    member: Member,
    other: Option<Member>,
    request: Option<Request>,
    code: Code,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct CommandRefused {
    #[serde(with = "choice::CommandKind")]
    command: domain::CommandKind,
    member: Member,
    other: Option<Member>,
    request: Option<Request>,
    code: Code,
    verdict: Option<Packed>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct FaultStarted {
    #[serde(with = "choice::FaultChannel")]
    channel: domain::FaultChannel,
    #[serde(with = "choice::Fault")]
    fault: domain::Fault,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct FaultStopped {
    #[serde(with = "choice::FaultChannel")]
    channel: domain::FaultChannel,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct LookupRecorded {
    request: Request,
    sender: Member,
}

/// Personal fields of `LookupRecorded`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Lookup {
    agent: Text,
    because: Text,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestUnclaimed {
    request: Request,
    sender: Member,
}

impl StoredForm for Founded {
    fn of(event: &Event) -> Option<Self> {
        let Event::Network(network::Event::Founded { id_key }) = event else {
            return None;
        };
        Some(Self { id_key: id_key.to_le_bytes() })
    }

    fn event(self) -> Event {
        Event::Network(network::Event::Founded { id_key: u128::from_le_bytes(self.id_key) })
    }
}

impl StoredForm for PolicyAdopted {
    fn of(event: &Event) -> Option<Self> {
        let Event::Network(network::Event::PolicyAdopted { version, name, text, hash, tzdata }) = event
        else {
            return None;
        };
        let (name, text) = (Text::from(name.as_str()), Text::from(text.as_str()));
        let tzdata = tzdata.as_deref().map(Text::from);
        Some(Self { version: version.0, name, text, hash: *hash, tzdata })
    }

    fn event(self) -> Event {
        Event::Network(network::Event::PolicyAdopted {
            version: PolicyVersion(self.version),
            name: self.name.0,
            text: self.text.0,
            hash: self.hash,
            tzdata: self.tzdata.map(|tzdata| tzdata.0),
        })
    }
}

impl StoredForm for RefusedUnjudged {
    fn of(event: &Event) -> Option<Self> {
        let Event::Network(network::Event::CommandRefused(RefusedCommand {
            command,
            member,
            other,
            request,
            code,
            verdict: None,
        })) = event
        else {
            return None;
        };
        Some(Self {
            command: *command,
            member: member.into(),
            other: other.map(Into::into),
            request: request.map(Request::from),
            code: Code(*code),
        })
    }

    fn event(self) -> Event {
        Event::Network(network::Event::CommandRefused(RefusedCommand {
            command: self.command,
            member: self.member.into(),
            other: self.other.map(Into::into),
            request: self.request.map(Into::into),
            code: self.code.0,
            verdict: None,
        }))
    }
}

impl StoredForm for CommandRefused {
    fn of(event: &Event) -> Option<Self> {
        let Event::Network(network::Event::CommandRefused(RefusedCommand {
            command,
            member,
            other,
            request,
            code,
            verdict,
        })) = event
        else {
            return None;
        };
        Some(Self {
            command: *command,
            member: member.into(),
            other: other.map(Into::into),
            request: request.map(Request::from),
            code: Code(*code),
            verdict: verdict.as_ref().map(Into::into),
        })
    }

    fn event(self) -> Event {
        Event::Network(network::Event::CommandRefused(RefusedCommand {
            command: self.command,
            member: self.member.into(),
            other: self.other.map(Into::into),
            request: self.request.map(Into::into),
            code: self.code.0,
            verdict: self.verdict.map(Into::into),
        }))
    }
}

impl StoredForm for FaultStarted {
    fn of(event: &Event) -> Option<Self> {
        let Event::Network(network::Event::FaultStarted { channel, fault }) = event else {
            return None;
        };
        Some(Self { channel: *channel, fault: *fault })
    }

    fn event(self) -> Event {
        Event::Network(network::Event::FaultStarted { channel: self.channel, fault: self.fault })
    }
}

impl StoredForm for FaultStopped {
    fn of(event: &Event) -> Option<Self> {
        let Event::Network(network::Event::FaultStopped(channel)) = event else {
            return None;
        };
        Some(Self { channel: *channel })
    }

    fn event(self) -> Event {
        Event::Network(network::Event::FaultStopped(self.channel))
    }
}

impl From<Lookup> for domain::Lookup {
    fn from(lookup: Lookup) -> Self {
        Self { agent: lookup.agent.0, because: lookup.because.0 }
    }
}

impl PersonalStoredForm for LookupRecorded {
    type Personal = Lookup;

    fn of(event: &Event) -> Option<(Self, Option<Lookup>)> {
        let Event::Network(network::Event::LookupRecorded(domain::StaffLookup { request, sender, lookup })) =
            event
        else {
            return None;
        };
        let personal = lookup.held().map(|lookup| Lookup {
            agent: Text::from(lookup.agent.as_str()),
            because: Text::from(lookup.because.as_str()),
        });
        Some((Self { request: (*request).into(), sender: sender.into() }, personal))
    }

    fn owner(&self) -> MemberId {
        self.sender.into()
    }

    fn event(self, lookup: Option<Lookup>) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        Event::Network(network::Event::LookupRecorded(domain::StaffLookup {
            request,
            sender,
            lookup: value::personal(lookup),
        }))
    }
}

impl StoredForm for RequestUnclaimed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Network(network::Event::RequestUnclaimed { request, sender }) = event else {
            return None;
        };
        Some(Self { request: (*request).into(), sender: sender.into() })
    }

    fn event(self) -> Event {
        Event::Network(network::Event::RequestUnclaimed {
            request: self.request.into(),
            sender: self.sender.into(),
        })
    }
}
