//! Events of what lies between two members: numbers 200 to 299.

use acquaint_domain::{ClosedEnd, Event, LetterNumber};
use serde::{Deserialize, Serialize};

use crate::section::Twin;
use crate::text::List;
use crate::value::{self, Member, Name, Request};

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

impl Twin for MemberBlocked {
    fn of(event: &Event) -> Option<Self> {
        let Event::MemberBlocked { member, other, files } = event else {
            return None;
        };
        Some(Self { member: member.into(), other: other.into(), files: value::stored_requests(files) })
    }

    fn event(self) -> Event {
        Event::MemberBlocked {
            member: self.member.into(),
            other: self.other.into(),
            files: value::domain_requests(self.files),
        }
    }
}

impl Twin for MemberUnblocked {
    fn of(event: &Event) -> Option<Self> {
        let Event::MemberUnblocked { member, other } = event else {
            return None;
        };
        Some(Self { member: member.into(), other: other.into() })
    }

    fn event(self) -> Event {
        Event::MemberUnblocked { member: self.member.into(), other: self.other.into() }
    }
}

impl Twin for ConnectionRecorded {
    fn of(event: &Event) -> Option<Self> {
        let Event::ConnectionRecorded { name, member, other } = event else {
            return None;
        };
        Some(Self { name: Name(name.clone()), member: member.into(), other: other.into() })
    }

    fn event(self) -> Event {
        Event::ConnectionRecorded { name: self.name.0, member: self.member.into(), other: self.other.into() }
    }
}

impl Twin for MemberDisconnected {
    fn of(event: &Event) -> Option<Self> {
        let Event::MemberDisconnected { member, other, name, letter } = event else {
            return None;
        };
        Some(Self { member: member.into(), other: other.into(), name: Name(name.clone()), letter: letter.0 })
    }

    fn event(self) -> Event {
        Event::MemberDisconnected {
            member: self.member.into(),
            other: self.other.into(),
            name: self.name.0,
            letter: LetterNumber(self.letter),
        }
    }
}

impl Twin for ConnectionClosed {
    fn of(event: &Event) -> Option<Self> {
        let Event::ConnectionClosed(ClosedEnd { member, other, name, letter }) = event else {
            return None;
        };
        Some(Self { member: member.into(), other: other.into(), name: Name(name.clone()), letter: letter.0 })
    }

    fn event(self) -> Event {
        Event::ConnectionClosed(ClosedEnd {
            member: self.member.into(),
            other: self.other.into(),
            name: self.name.0,
            letter: LetterNumber(self.letter),
        })
    }
}
