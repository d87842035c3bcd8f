//! Reminders and lookups: numbers 90 to 99.

use acquaint_domain as domain;
use domain::{Event, MemberId, letter, network, outgoing};
use serde::{Deserialize, Serialize};

use crate::post::{Leg, Posted};
use crate::section::{PersonalTwin, Twin};
use crate::text::Text;
use crate::value::{self, Member, Request};

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestReminded {
    request: Request,
    sender: Member,
    posted: Posted,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ReminderTaken {
    request: Request,
    sender: Member,
    recipient: Option<Member>,
    leg: Leg,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct LookupRecorded {
    request: Request,
    sender: Member,
}

/// Personal: of `LookupRecorded`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Lookup {
    agent: Text,
    because: Text,
}

impl From<Lookup> for domain::Lookup {
    fn from(lookup: Lookup) -> Self {
        Self { agent: lookup.agent.0, because: lookup.because.0 }
    }
}

impl Twin for RequestReminded {
    fn of(event: &Event) -> Option<Self> {
        let Event::Outgoing(outgoing::Event { request, sender, kind: outgoing::Kind::Reminded { posted } }) =
            event
        else {
            return None;
        };
        Some(Self { request: (*request).into(), sender: sender.into(), posted: posted.into() })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Reminded { posted: self.posted.into() },
        })
    }
}

impl Twin for ReminderTaken {
    fn of(event: &Event) -> Option<Self> {
        let Event::Letter(letter::Event {
            leg,
            kind: letter::Kind::ReminderTaken { request, sender, recipient },
        }) = event
        else {
            return None;
        };
        let recipient = recipient.map(Into::into);
        Some(Self { request: (*request).into(), sender: sender.into(), recipient, leg: (*leg).into() })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        let recipient = self.recipient.map(Into::into);
        Event::Letter(letter::Event {
            leg: self.leg.into(),
            kind: letter::Kind::ReminderTaken { request, sender, recipient },
        })
    }
}

impl PersonalTwin for LookupRecorded {
    type Personal = Lookup;

    fn of(event: &Event) -> Option<(Self, Option<Lookup>)> {
        let Event::Network(network::Event::LookupRecorded(domain::Looked { request, sender, lookup })) =
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
        Event::Network(network::Event::LookupRecorded(domain::Looked {
            request,
            sender,
            lookup: value::personal(lookup),
        }))
    }
}
