//! Events of connections and blocks.

use acquaint_domain::{Event, LetterNumber, connection};
use serde::{Deserialize, Serialize};

use crate::section::StoredForm;
use crate::stored::text::List;
use crate::stored::value::{self, Member, Name, Request};

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberBlocked {
    member: Member,
    other: Member,
    files: List<Request>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberUnblocked {
    member: Member,
    other: Member,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ConnectionRecorded {
    name: Name,
    member: Member,
    other: Member,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberDisconnected {
    member: Member,
    other: Member,
    name: Name,
    letter: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ConnectionClosed {
    member: Member,
    other: Member,
    name: Name,
    letter: u32,
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

impl StoredForm for MemberBlocked {
    fn of(event: &Event) -> Option<Self> {
        let Event::Connection(connection::Event { member, other, kind: connection::Kind::Blocked { files } }) =
            event
        else {
            return None;
        };
        Some(Self { member: member.into(), other: other.into(), files: value::stored_requests(files) })
    }

    fn event(self) -> Event {
        Event::Connection(connection::Event {
            member: self.member.into(),
            other: self.other.into(),
            kind: connection::Kind::Blocked { files: value::domain_requests(self.files) },
        })
    }
}

impl StoredForm for MemberUnblocked {
    fn of(event: &Event) -> Option<Self> {
        let Event::Connection(connection::Event { member, other, kind: connection::Kind::Unblocked }) = event
        else {
            return None;
        };
        Some(Self { member: member.into(), other: other.into() })
    }

    fn event(self) -> Event {
        Event::Connection(connection::Event {
            member: self.member.into(),
            other: self.other.into(),
            kind: connection::Kind::Unblocked,
        })
    }
}

impl StoredForm for ConnectionRecorded {
    fn of(event: &Event) -> Option<Self> {
        let Event::Connection(connection::Event { member, other, kind: connection::Kind::Recorded { name } }) =
            event
        else {
            return None;
        };
        Some(Self { name: Name(name.clone()), member: member.into(), other: other.into() })
    }

    fn event(self) -> Event {
        Event::Connection(connection::Event {
            member: self.member.into(),
            other: self.other.into(),
            kind: connection::Kind::Recorded { name: self.name.0 },
        })
    }
}

impl StoredForm for MemberDisconnected {
    fn of(event: &Event) -> Option<Self> {
        let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Disconnected { name, letter },
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
            kind: connection::Kind::Disconnected { name: self.name.0, letter: LetterNumber(self.letter) },
        })
    }
}

impl StoredForm for ConnectionClosed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Closed { name, letter },
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
            kind: connection::Kind::Closed { name: self.name.0, letter: LetterNumber(self.letter) },
        })
    }
}

impl StoredForm for AcceptanceTaken {
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

impl StoredForm for AcceptanceLapsed {
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

impl StoredForm for DisconnectionTaken {
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

impl StoredForm for ClosureTaken {
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
