//! Events of letters in transit and on arrival.

use acquaint_domain as domain;
use domain::{Event, letter};
use serde::{Deserialize, Serialize};

use crate::section::StoredForm;
use crate::stored::choice;
use crate::stored::post::{Channel, LetterId};
use crate::stored::value::{Member, Moment, Name, Request};

#[derive(Serialize, Deserialize)]
pub(crate) struct DeliveryFailed {
    #[serde(rename = "leg")]
    letter_id: LetterId,
    request: Option<Request>,
    attempt: u32,
    channel: Option<Channel>,
    #[serde(with = "choice::Fault")]
    fault: domain::Fault,
    next_attempt: Option<Moment>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct DeliveryAbandoned {
    request: Request,
    sender: Member,
    #[serde(rename = "leg")]
    letter_id: LetterId,
    attempts: u32,
    #[serde(with = "choice::Fault")]
    fault: domain::Fault,
    first_attempt: Moment,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestArrived {
    request: Request,
    sender: Member,
    #[serde(rename = "leg")]
    letter_id: LetterId,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct WithdrawalTaken {
    request: Request,
    sender: Member,
    recipient: Option<Member>,
    #[serde(with = "choice::WithdrawalCause")]
    cause: domain::WithdrawalCause,
    ends: Option<Name>,
    #[serde(rename = "leg")]
    letter_id: LetterId,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ReminderTaken {
    request: Request,
    sender: Member,
    recipient: Option<Member>,
    #[serde(rename = "leg")]
    letter_id: LetterId,
}

impl StoredForm for DeliveryFailed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Letter(letter::Event {
            letter_id,
            kind: letter::Kind::DeliveryFailed { request, attempt, channel, fault, next_attempt },
        }) = event
        else {
            return None;
        };
        Some(Self {
            letter_id: (*letter_id).into(),
            request: request.map(Into::into),
            attempt: *attempt,
            channel: channel.as_ref().map(Into::into),
            fault: *fault,
            next_attempt: next_attempt.map(Into::into),
        })
    }

    fn event(self) -> Event {
        Event::Letter(letter::Event {
            letter_id: self.letter_id.into(),
            kind: letter::Kind::DeliveryFailed {
                request: self.request.map(Into::into),
                attempt: self.attempt,
                channel: self.channel.map(Into::into),
                fault: self.fault,
                next_attempt: self.next_attempt.map(Into::into),
            },
        })
    }
}

impl StoredForm for DeliveryAbandoned {
    fn of(event: &Event) -> Option<Self> {
        let Event::Letter(letter::Event {
            letter_id,
            kind: letter::Kind::DeliveryAbandoned { request, sender, attempts, fault, first_attempt },
        }) = event
        else {
            return None;
        };
        Some(Self {
            request: (*request).into(),
            sender: sender.into(),
            letter_id: (*letter_id).into(),
            attempts: *attempts,
            fault: *fault,
            first_attempt: (*first_attempt).into(),
        })
    }

    fn event(self) -> Event {
        Event::Letter(letter::Event {
            letter_id: self.letter_id.into(),
            kind: letter::Kind::DeliveryAbandoned {
                request: self.request.into(),
                sender: self.sender.into(),
                attempts: self.attempts,
                fault: self.fault,
                first_attempt: self.first_attempt.into(),
            },
        })
    }
}

impl StoredForm for RequestArrived {
    fn of(event: &Event) -> Option<Self> {
        let Event::Letter(letter::Event {
            letter_id,
            kind: letter::Kind::RequestArrived { request, sender },
        }) = event
        else {
            return None;
        };
        Some(Self { request: (*request).into(), sender: sender.into(), letter_id: (*letter_id).into() })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        Event::Letter(letter::Event {
            letter_id: self.letter_id.into(),
            kind: letter::Kind::RequestArrived { request, sender },
        })
    }
}

impl StoredForm for WithdrawalTaken {
    fn of(event: &Event) -> Option<Self> {
        let Event::Letter(letter::Event {
            letter_id,
            kind: letter::Kind::WithdrawalTaken { request, sender, recipient, cause, ends },
        }) = event
        else {
            return None;
        };
        Some(Self {
            request: (*request).into(),
            sender: sender.into(),
            recipient: recipient.map(Into::into),
            cause: *cause,
            ends: ends.clone().map(Name),
            letter_id: (*letter_id).into(),
        })
    }

    fn event(self) -> Event {
        Event::Letter(letter::Event {
            letter_id: self.letter_id.into(),
            kind: letter::Kind::WithdrawalTaken {
                request: self.request.into(),
                sender: self.sender.into(),
                recipient: self.recipient.map(Into::into),
                cause: self.cause,
                ends: self.ends.map(|name| name.0),
            },
        })
    }
}

impl StoredForm for ReminderTaken {
    fn of(event: &Event) -> Option<Self> {
        let Event::Letter(letter::Event {
            letter_id,
            kind: letter::Kind::ReminderTaken { request, sender, recipient },
        }) = event
        else {
            return None;
        };
        let recipient = recipient.map(Into::into);
        Some(Self {
            request: (*request).into(),
            sender: sender.into(),
            recipient,
            letter_id: (*letter_id).into(),
        })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        let recipient = self.recipient.map(Into::into);
        Event::Letter(letter::Event {
            letter_id: self.letter_id.into(),
            kind: letter::Kind::ReminderTaken { request, sender, recipient },
        })
    }
}
