//! Events of letters on the road and at its end: numbers 400 to 499.

use acquaint_domain as domain;
use domain::{Event, LetterNumber, connection, letter};
use serde::{Deserialize, Serialize};

use crate::choice;
use crate::post::{Channel, Leg};
use crate::section::Twin;
use crate::text::List;
use crate::value::{self, Member, Moment, Name, Request};

#[derive(Serialize, Deserialize)]
pub(crate) struct DeliveryFailed {
    leg: Leg,
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
    leg: Leg,
    attempts: u32,
    #[serde(with = "choice::Fault")]
    fault: domain::Fault,
    first_attempt: Moment,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestArrived {
    request: Request,
    sender: Member,
    leg: Leg,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct WithdrawalTaken {
    request: Request,
    sender: Member,
    recipient: Option<Member>,
    #[serde(with = "choice::WithdrawalCause")]
    cause: domain::WithdrawalCause,
    ends: Option<Name>,
    leg: Leg,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AcceptanceTaken {
    member: Member,
    other: Member,
    name: Name,
    also: List<Request>,
    crossed: Option<Request>,
    letter: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AcceptanceLapsed {
    member: Member,
    other: Member,
    name: Name,
    letter: u32,
    answer: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct DisconnectionTaken {
    member: Member,
    other: Member,
    name: Name,
    letter: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ClosureTaken {
    member: Member,
    other: Member,
    name: Option<Name>,
    letter: u32,
}

impl Twin for DeliveryFailed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Letter(letter::Event {
            leg,
            kind: letter::Kind::DeliveryFailed { request, attempt, channel, fault, next_attempt },
        }) = event
        else {
            return None;
        };
        Some(Self {
            leg: (*leg).into(),
            request: request.map(Into::into),
            attempt: *attempt,
            channel: channel.as_ref().map(Into::into),
            fault: *fault,
            next_attempt: next_attempt.map(Into::into),
        })
    }

    fn event(self) -> Event {
        Event::Letter(letter::Event {
            leg: self.leg.into(),
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

impl Twin for DeliveryAbandoned {
    fn of(event: &Event) -> Option<Self> {
        let Event::Letter(letter::Event {
            leg,
            kind: letter::Kind::DeliveryAbandoned { request, sender, attempts, fault, first_attempt },
        }) = event
        else {
            return None;
        };
        Some(Self {
            request: (*request).into(),
            sender: sender.into(),
            leg: (*leg).into(),
            attempts: *attempts,
            fault: *fault,
            first_attempt: (*first_attempt).into(),
        })
    }

    fn event(self) -> Event {
        Event::Letter(letter::Event {
            leg: self.leg.into(),
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

impl Twin for RequestArrived {
    fn of(event: &Event) -> Option<Self> {
        let Event::Letter(letter::Event { leg, kind: letter::Kind::RequestArrived { request, sender } }) =
            event
        else {
            return None;
        };
        Some(Self { request: (*request).into(), sender: sender.into(), leg: (*leg).into() })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        Event::Letter(letter::Event {
            leg: self.leg.into(),
            kind: letter::Kind::RequestArrived { request, sender },
        })
    }
}

impl Twin for WithdrawalTaken {
    fn of(event: &Event) -> Option<Self> {
        let Event::Letter(letter::Event {
            leg,
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
            leg: (*leg).into(),
        })
    }

    fn event(self) -> Event {
        Event::Letter(letter::Event {
            leg: self.leg.into(),
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

impl Twin for AcceptanceTaken {
    fn of(event: &Event) -> Option<Self> {
        let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::AcceptanceTaken { name, also, crossed, letter },
        }) = event
        else {
            return None;
        };
        Some(Self {
            member: member.into(),
            other: other.into(),
            name: Name(name.clone()),
            also: value::stored_requests(also),
            crossed: crossed.map(Into::into),
            letter: letter.0,
        })
    }

    fn event(self) -> Event {
        Event::Connection(connection::Event {
            member: self.member.into(),
            other: self.other.into(),
            kind: connection::Kind::AcceptanceTaken {
                name: self.name.0,
                also: value::domain_requests(self.also),
                crossed: self.crossed.map(Into::into),
                letter: LetterNumber(self.letter),
            },
        })
    }
}

impl Twin for AcceptanceLapsed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::AcceptanceLapsed { name, letter, answer },
        }) = event
        else {
            return None;
        };
        let name = Name(name.clone());
        Some(Self { member: member.into(), other: other.into(), name, letter: letter.0, answer: answer.0 })
    }

    fn event(self) -> Event {
        Event::Connection(connection::Event {
            member: self.member.into(),
            other: self.other.into(),
            kind: connection::Kind::AcceptanceLapsed {
                name: self.name.0,
                letter: LetterNumber(self.letter),
                answer: LetterNumber(self.answer),
            },
        })
    }
}

impl Twin for DisconnectionTaken {
    fn of(event: &Event) -> Option<Self> {
        let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::DisconnectionTaken { name, letter },
        }) = event
        else {
            return None;
        };
        Some(Self { member: member.into(), other: other.into(), name: Name(name.clone()), letter: letter.0 })
    }

    fn event(self) -> Event {
        Event::Connection(connection::Event {
            member: self.member.into(),
            other: self.other.into(),
            kind: connection::Kind::DisconnectionTaken {
                name: self.name.0,
                letter: LetterNumber(self.letter),
            },
        })
    }
}

impl Twin for ClosureTaken {
    fn of(event: &Event) -> Option<Self> {
        let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::ClosureTaken { name, letter },
        }) = event
        else {
            return None;
        };
        let name = name.clone().map(Name);
        Some(Self { member: member.into(), other: other.into(), name, letter: letter.0 })
    }

    fn event(self) -> Event {
        Event::Connection(connection::Event {
            member: self.member.into(),
            other: self.other.into(),
            kind: connection::Kind::ClosureTaken {
                name: self.name.map(|name| name.0),
                letter: LetterNumber(self.letter),
            },
        })
    }
}
