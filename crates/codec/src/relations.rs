//! Events of what lies between two members: numbers 200 to 299.

use acquaint_domain::{Event, LetterNumber, MemberId};
use serde::{Deserialize, Serialize};

use crate::section::Twin;
use crate::text::List;
use crate::value::{self, Name, Request};

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberBlocked {
    member: u32,
    other: u32,
    files: List<Request>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberUnblocked {
    member: u32,
    other: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ConnectionRecorded {
    name: Name,
    member: u32,
    other: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct MemberDisconnected {
    member: u32,
    other: u32,
    name: Name,
    letter: u32,
}

impl Twin for MemberBlocked {
    fn of(event: &Event) -> Option<Self> {
        let Event::MemberBlocked { member, other, files } = event else {
            return None;
        };
        Some(Self { member: member.0, other: other.0, files: value::stored_requests(files) })
    }

    fn event(self) -> Event {
        Event::MemberBlocked {
            member: MemberId(self.member),
            other: MemberId(self.other),
            files: value::domain_requests(self.files),
        }
    }
}

impl Twin for MemberUnblocked {
    fn of(event: &Event) -> Option<Self> {
        let Event::MemberUnblocked { member, other } = event else {
            return None;
        };
        Some(Self { member: member.0, other: other.0 })
    }

    fn event(self) -> Event {
        Event::MemberUnblocked { member: MemberId(self.member), other: MemberId(self.other) }
    }
}

impl Twin for ConnectionRecorded {
    fn of(event: &Event) -> Option<Self> {
        let Event::ConnectionRecorded { name, member, other } = event else {
            return None;
        };
        Some(Self { name: Name(name.clone()), member: member.0, other: other.0 })
    }

    fn event(self) -> Event {
        Event::ConnectionRecorded {
            name: self.name.0,
            member: MemberId(self.member),
            other: MemberId(self.other),
        }
    }
}

impl Twin for MemberDisconnected {
    fn of(event: &Event) -> Option<Self> {
        let Event::MemberDisconnected { member, other, name, letter } = event else {
            return None;
        };
        Some(Self { member: member.0, other: other.0, name: Name(name.clone()), letter: letter.0 })
    }

    fn event(self) -> Event {
        Event::MemberDisconnected {
            member: MemberId(self.member),
            other: MemberId(self.other),
            name: self.name.0,
            letter: LetterNumber(self.letter),
        }
    }
}
