//! Requests and letters as parts of events. The order of variants is frozen.

use acquaint_domain as domain;
use domain::LetterNumber;
use serde::{Deserialize, Serialize};

use crate::stored::choice;
use crate::stored::text::Text;
use crate::stored::value::{Member, Name, Request};

/// A request with its sender and its recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestRef {
    request: Request,
    sender: Member,
    recipient: Member,
}

/// The addressee of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Addressee {
    Member(Member),
    Email,
    Nobody,
}

/// The channel that a request came in by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Channel {
    Web,
    Mobile,
    Desktop,
    Api(Text),
}

/// How far apart two members are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Distance {
    degree: Option<u8>,
    mutuals: u32,
}

/// The lane of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Lane {
    Member { from: Member, to: Member },
    Email { from: Member, request: Request },
}

/// The lane and number of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LetterId {
    #[serde(rename = "route")]
    lane: Lane,
    number: u32,
}

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Letter {
    Request {
        request: Request,
        distance: Option<Distance>,
    },
    Accepted {
        name: Name,
    },
    Withdrawn {
        request: Request,
        #[serde(with = "choice::WithdrawalCause")]
        cause: domain::WithdrawalCause,
    },
    Disconnected {
        name: Name,
    },
    Closed,
    Reminder {
        request: Request,
    },
}

/// A letter on its lane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PostedLetter {
    #[serde(rename = "leg")]
    letter_id: LetterId,
    letter: Letter,
}

impl From<domain::RequestRef> for RequestRef {
    fn from(request: domain::RequestRef) -> Self {
        let domain::RequestRef { request, sender, recipient } = request;
        Self { request: request.into(), sender: sender.into(), recipient: recipient.into() }
    }
}

impl From<RequestRef> for domain::RequestRef {
    fn from(request: RequestRef) -> Self {
        let RequestRef { request, sender, recipient } = request;
        Self { request: request.into(), sender: sender.into(), recipient: recipient.into() }
    }
}

impl From<domain::Addressee> for Addressee {
    fn from(addressee: domain::Addressee) -> Self {
        match addressee {
            domain::Addressee::Member(member) => Self::Member(member.into()),
            domain::Addressee::Email => Self::Email,
            domain::Addressee::Nobody => Self::Nobody,
        }
    }
}

impl From<Addressee> for domain::Addressee {
    fn from(addressee: Addressee) -> Self {
        match addressee {
            Addressee::Member(member) => Self::Member(member.into()),
            Addressee::Email => Self::Email,
            Addressee::Nobody => Self::Nobody,
        }
    }
}

impl From<&domain::Channel> for Channel {
    fn from(channel: &domain::Channel) -> Self {
        match channel {
            domain::Channel::Web => Self::Web,
            domain::Channel::Mobile => Self::Mobile,
            domain::Channel::Desktop => Self::Desktop,
            domain::Channel::Api(program) => Self::Api(Text::from(program.as_str())),
        }
    }
}

impl From<Channel> for domain::Channel {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Web => Self::Web,
            Channel::Mobile => Self::Mobile,
            Channel::Desktop => Self::Desktop,
            Channel::Api(Text(program)) => Self::Api(program),
        }
    }
}

impl From<domain::Distance> for Distance {
    fn from(distance: domain::Distance) -> Self {
        let domain::Distance { degree, mutuals } = distance;
        Self { degree, mutuals }
    }
}

impl From<Distance> for domain::Distance {
    fn from(distance: Distance) -> Self {
        let Distance { degree, mutuals } = distance;
        Self { degree, mutuals }
    }
}

impl From<domain::LetterId> for LetterId {
    fn from(letter: domain::LetterId) -> Self {
        let lane = match letter.lane {
            domain::Lane::Member { from, to } => Lane::Member { from: from.into(), to: to.into() },
            domain::Lane::Email { from, request } => {
                Lane::Email { from: from.into(), request: request.into() }
            }
        };
        Self { lane, number: letter.number.0 }
    }
}

impl From<LetterId> for domain::LetterId {
    fn from(letter: LetterId) -> Self {
        let lane = match letter.lane {
            Lane::Member { from, to } => domain::Lane::Member { from: from.into(), to: to.into() },
            Lane::Email { from, request } => {
                domain::Lane::Email { from: from.into(), request: request.into() }
            }
        };
        Self { lane, number: LetterNumber(letter.number) }
    }
}

impl From<&domain::PostedLetter> for PostedLetter {
    fn from(posted: &domain::PostedLetter) -> Self {
        let letter = match &posted.letter {
            domain::Letter::Request { request, distance } => {
                Letter::Request { request: (*request).into(), distance: distance.map(Into::into) }
            }
            domain::Letter::Accepted { name } => Letter::Accepted { name: Name(name.clone()) },
            domain::Letter::Withdrawn { request, cause } => {
                Letter::Withdrawn { request: (*request).into(), cause: *cause }
            }
            domain::Letter::Disconnected { name } => Letter::Disconnected { name: Name(name.clone()) },
            domain::Letter::Closed => Letter::Closed,
            domain::Letter::Reminder { request } => Letter::Reminder { request: (*request).into() },
        };
        Self { letter_id: posted.letter_id.into(), letter }
    }
}

impl From<PostedLetter> for domain::PostedLetter {
    fn from(posted: PostedLetter) -> Self {
        let letter = match posted.letter {
            Letter::Request { request, distance } => {
                domain::Letter::Request { request: request.into(), distance: distance.map(Into::into) }
            }
            Letter::Accepted { name } => domain::Letter::Accepted { name: name.0 },
            Letter::Withdrawn { request, cause } => {
                domain::Letter::Withdrawn { request: request.into(), cause }
            }
            Letter::Disconnected { name } => domain::Letter::Disconnected { name: name.0 },
            Letter::Closed => domain::Letter::Closed,
            Letter::Reminder { request } => domain::Letter::Reminder { request: request.into() },
        };
        Self { letter_id: posted.letter_id.into(), letter }
    }
}
