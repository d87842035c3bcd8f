//! Events of the incoming desk.

use acquaint_domain::{Event, LetterNumber, incoming, outgoing};
use serde::{Deserialize, Serialize};

use crate::section::StoredForm;
use crate::stored::post::RequestRef;
use crate::stored::value::{Name, Request};
use crate::stored::verdict::{Packed, Verdict};

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestDelivered<V = Packed> {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    verdict: V,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestHeldByRecipient<V = Packed> {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    verdict: V,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestFiled<V = Packed> {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    verdict: V,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestMerged {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    into: Option<Request>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestsCrossed {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    name: Name,
    letter: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestShown(RequestRef);

/// Version 1: acceptances only by a command of their own, never by a send.
#[derive(Serialize, Deserialize)]
pub(crate) struct PlainAcceptance {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    name: Name,
    letter: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestAccepted {
    #[serde(rename = "ask")]
    request_ref: RequestRef,
    name: Name,
    letter: u32,
    crossing: Option<Crossing>,
}

/// The recipient's own send, which accepts the request.
#[derive(Serialize, Deserialize)]
struct Crossing {
    request: Request,
    verdict: Packed,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestDeclined(RequestRef);

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestDismissed(RequestRef);

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestReported(RequestRef);

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestFiledByClosure(RequestRef);

impl<V: Verdict> StoredForm for RequestDelivered<V> {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Delivered { verdict } }) =
            event
        else {
            return None;
        };
        Some(Self { request_ref: (*request_ref).into(), verdict: verdict.into() })
    }

    fn event(self) -> Event {
        Event::Incoming(incoming::Event {
            request_ref: self.request_ref.into(),
            kind: incoming::Kind::Delivered { verdict: self.verdict.into() },
        })
    }
}

impl<V: Verdict> StoredForm for RequestHeldByRecipient<V> {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Held { verdict } }) = event
        else {
            return None;
        };
        Some(Self { request_ref: (*request_ref).into(), verdict: verdict.into() })
    }

    fn event(self) -> Event {
        Event::Incoming(incoming::Event {
            request_ref: self.request_ref.into(),
            kind: incoming::Kind::Held { verdict: self.verdict.into() },
        })
    }
}

impl<V: Verdict> StoredForm for RequestFiled<V> {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Filed { verdict } }) = event
        else {
            return None;
        };
        Some(Self { request_ref: (*request_ref).into(), verdict: verdict.into() })
    }

    fn event(self) -> Event {
        Event::Incoming(incoming::Event {
            request_ref: self.request_ref.into(),
            kind: incoming::Kind::Filed { verdict: self.verdict.into() },
        })
    }
}

impl StoredForm for RequestMerged {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Merged { into } }) = event
        else {
            return None;
        };
        Some(Self { request_ref: (*request_ref).into(), into: into.map(Into::into) })
    }

    fn event(self) -> Event {
        Event::Incoming(incoming::Event {
            request_ref: self.request_ref.into(),
            kind: incoming::Kind::Merged { into: self.into.map(Into::into) },
        })
    }
}

impl StoredForm for RequestsCrossed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Crossed { name, letter } }) =
            event
        else {
            return None;
        };
        Some(Self { request_ref: (*request_ref).into(), name: Name(name.clone()), letter: letter.0 })
    }

    fn event(self) -> Event {
        let letter = LetterNumber(self.letter);
        Event::Incoming(incoming::Event {
            request_ref: self.request_ref.into(),
            kind: incoming::Kind::Crossed { name: self.name.0, letter },
        })
    }
}

impl StoredForm for RequestShown {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Shown }) = event else {
            return None;
        };
        Some(Self((*request_ref).into()))
    }

    fn event(self) -> Event {
        Event::Incoming(incoming::Event { request_ref: self.0.into(), kind: incoming::Kind::Shown })
    }
}

impl StoredForm for PlainAcceptance {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event {
            request_ref,
            kind: incoming::Kind::Accepted { name, letter, crossing: None },
        }) = event
        else {
            return None;
        };
        Some(Self { request_ref: (*request_ref).into(), name: Name(name.clone()), letter: letter.0 })
    }

    fn event(self) -> Event {
        let (request_ref, letter) = (self.request_ref.into(), LetterNumber(self.letter));
        Event::Incoming(incoming::Event {
            request_ref,
            kind: incoming::Kind::Accepted { name: self.name.0, letter, crossing: None },
        })
    }
}

impl StoredForm for RequestAccepted {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event {
            request_ref,
            kind: incoming::Kind::Accepted { name, letter, crossing },
        }) = event
        else {
            return None;
        };
        let crossing = crossing.as_ref().map(|crossing| Crossing {
            request: crossing.request.into(),
            verdict: (&crossing.verdict).into(),
        });
        Some(Self {
            request_ref: (*request_ref).into(),
            name: Name(name.clone()),
            letter: letter.0,
            crossing,
        })
    }

    fn event(self) -> Event {
        let (request_ref, letter) = (self.request_ref.into(), LetterNumber(self.letter));
        let crossing = self.crossing.map(|crossing| outgoing::Crossing {
            request: crossing.request.into(),
            verdict: crossing.verdict.into(),
        });
        Event::Incoming(incoming::Event {
            request_ref,
            kind: incoming::Kind::Accepted { name: self.name.0, letter, crossing },
        })
    }
}

impl StoredForm for RequestDeclined {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Declined }) = event else {
            return None;
        };
        Some(Self((*request_ref).into()))
    }

    fn event(self) -> Event {
        Event::Incoming(incoming::Event { request_ref: self.0.into(), kind: incoming::Kind::Declined })
    }
}

impl StoredForm for RequestDismissed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Dismissed }) = event else {
            return None;
        };
        Some(Self((*request_ref).into()))
    }

    fn event(self) -> Event {
        Event::Incoming(incoming::Event { request_ref: self.0.into(), kind: incoming::Kind::Dismissed })
    }
}

impl StoredForm for RequestReported {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Reported }) = event else {
            return None;
        };
        Some(Self((*request_ref).into()))
    }

    fn event(self) -> Event {
        Event::Incoming(incoming::Event { request_ref: self.0.into(), kind: incoming::Kind::Reported })
    }
}

impl StoredForm for RequestFiledByClosure {
    fn of(event: &Event) -> Option<Self> {
        let Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::FiledByClosure }) = event
        else {
            return None;
        };
        Some(Self((*request_ref).into()))
    }

    fn event(self) -> Event {
        Event::Incoming(incoming::Event { request_ref: self.0.into(), kind: incoming::Kind::FiledByClosure })
    }
}
