//! Events of the outgoing desk.

use acquaint_domain as domain;
use domain::outgoing::Charge;
use domain::{Event, MemberId, outgoing};
use serde::{Deserialize, Serialize};

use crate::section::{PersonalStoredForm, StoredForm};
use crate::stored::choice;
use crate::stored::post::{Addressee, Channel, Distance, PostedLetter};
use crate::stored::text::Text;
use crate::stored::value::{self, Address, Email, Length, Member, Request};
use crate::stored::verdict::{Packed, Verdict};

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestSubmitted {
    request: Request,
    sender: Member,
    addressee: Addressee,
    channel: Channel,
    distance: Option<Distance>,
}

/// Personal fields of `RequestSubmitted`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Entered {
    address: Text,
    normalised: Option<Address>,
    with_email: Option<Email>,
    note: Option<Text>,
    note_fingerprint: Option<[u8; 8]>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestRefused<V = Packed> {
    request: Request,
    sender: Member,
    verdict: V,
}

/// Versions 1 to 3: the request always counted when it was held.
#[derive(Serialize, Deserialize)]
pub(crate) struct HeldAndCounted<V = Packed> {
    request: Request,
    sender: Member,
    verdict: V,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestHeld {
    request: Request,
    sender: Member,
    verdict: Packed,
    #[serde(with = "choice::Charge")]
    charge: Charge,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestSent<V = Packed> {
    request: Request,
    sender: Member,
    verdict: V,
    posted: PostedLetter,
}

/// Versions 1 to 3: the request had counted when it was held.
#[derive(Serialize, Deserialize)]
pub(crate) struct ConfirmedUncounted<V = Packed> {
    request: Request,
    sender: Member,
    verdict: V,
    posted: PostedLetter,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestConfirmed {
    request: Request,
    sender: Member,
    verdict: Packed,
    posted: PostedLetter,
    #[serde(with = "choice::Charge")]
    charge: Charge,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestWithdrawn {
    request: Request,
    sender: Member,
    #[serde(with = "choice::WithdrawnBy")]
    by: domain::WithdrawnBy,
    posted: Option<PostedLetter>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestExpired {
    request: Request,
    sender: Member,
    expiry: Length,
    posted: Option<PostedLetter>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestReminded {
    request: Request,
    sender: Member,
    posted: PostedLetter,
}

impl From<&domain::Entered> for Entered {
    fn from(entered: &domain::Entered) -> Self {
        Self {
            address: Text::from(entered.address.as_str()),
            normalised: entered.normalised.as_ref().map(Address::from),
            with_email: entered.with_email.clone().map(Email),
            note: value::text(entered.note.as_ref()),
            note_fingerprint: entered.note_fingerprint.map(u64::to_le_bytes),
        }
    }
}

impl From<Entered> for domain::Entered {
    fn from(entered: Entered) -> Self {
        Self {
            address: entered.address.0,
            normalised: entered.normalised.map(Into::into),
            with_email: entered.with_email.map(|email| email.0),
            note: entered.note.map(|text| text.0),
            note_fingerprint: entered.note_fingerprint.map(u64::from_le_bytes),
        }
    }
}

impl PersonalStoredForm for RequestSubmitted {
    type Personal = Entered;

    fn of(event: &Event) -> Option<(Self, Option<Entered>)> {
        let Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Submitted { addressee, entered, channel, distance },
        }) = event
        else {
            return None;
        };
        let stored = Self {
            request: (*request).into(),
            sender: sender.into(),
            addressee: (*addressee).into(),
            channel: channel.into(),
            distance: distance.map(Into::into),
        };
        Some((stored, entered.held().map(Entered::from)))
    }

    fn owner(&self) -> MemberId {
        self.sender.into()
    }

    fn event(self, entered: Option<Entered>) -> Event {
        Event::Outgoing(outgoing::Event {
            request: self.request.into(),
            sender: self.sender.into(),
            kind: outgoing::Kind::Submitted {
                addressee: self.addressee.into(),
                entered: value::personal(entered),
                channel: self.channel.into(),
                distance: self.distance.map(Into::into),
            },
        })
    }
}

impl<V: Verdict> StoredForm for RequestRefused<V> {
    fn of(event: &Event) -> Option<Self> {
        let Event::Outgoing(outgoing::Event { request, sender, kind: outgoing::Kind::Refused { verdict } }) =
            event
        else {
            return None;
        };
        Some(Self { request: (*request).into(), sender: sender.into(), verdict: verdict.into() })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Refused { verdict: self.verdict.into() },
        })
    }
}

impl<V: Verdict> StoredForm for HeldAndCounted<V> {
    fn of(event: &Event) -> Option<Self> {
        let Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Held { verdict, charge: Charge::Request },
        }) = event
        else {
            return None;
        };
        Some(Self { request: (*request).into(), sender: sender.into(), verdict: verdict.into() })
    }

    fn event(self) -> Event {
        let (request, sender, verdict) = (self.request.into(), self.sender.into(), self.verdict.into());
        Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Held { verdict, charge: Charge::Request },
        })
    }
}

impl StoredForm for RequestHeld {
    fn of(event: &Event) -> Option<Self> {
        let Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Held { verdict, charge },
        }) = event
        else {
            return None;
        };
        let (request, sender, charge) = ((*request).into(), sender.into(), *charge);
        Some(Self { request, sender, verdict: verdict.into(), charge })
    }

    fn event(self) -> Event {
        let (request, sender, verdict) = (self.request.into(), self.sender.into(), self.verdict.into());
        Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Held { verdict, charge: self.charge },
        })
    }
}

impl<V: Verdict> StoredForm for RequestSent<V> {
    fn of(event: &Event) -> Option<Self> {
        let Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Sent { verdict, posted },
        }) = event
        else {
            return None;
        };
        let (request, sender) = ((*request).into(), sender.into());
        Some(Self { request, sender, verdict: verdict.into(), posted: posted.into() })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Sent { verdict: self.verdict.into(), posted: self.posted.into() },
        })
    }
}

impl<V: Verdict> StoredForm for ConfirmedUncounted<V> {
    fn of(event: &Event) -> Option<Self> {
        let Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Confirmed { verdict, posted, charge: Charge::Nothing },
        }) = event
        else {
            return None;
        };
        let (request, sender) = ((*request).into(), sender.into());
        Some(Self { request, sender, verdict: verdict.into(), posted: posted.into() })
    }

    fn event(self) -> Event {
        let (request, sender, verdict) = (self.request.into(), self.sender.into(), self.verdict.into());
        let (posted, charge) = (self.posted.into(), Charge::Nothing);
        Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Confirmed { verdict, posted, charge },
        })
    }
}

impl StoredForm for RequestConfirmed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Confirmed { verdict, posted, charge },
        }) = event
        else {
            return None;
        };
        let (request, sender, charge) = ((*request).into(), sender.into(), *charge);
        Some(Self { request, sender, verdict: verdict.into(), posted: posted.into(), charge })
    }

    fn event(self) -> Event {
        let (request, sender, verdict) = (self.request.into(), self.sender.into(), self.verdict.into());
        let (posted, charge) = (self.posted.into(), self.charge);
        Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Confirmed { verdict, posted, charge },
        })
    }
}

impl StoredForm for RequestWithdrawn {
    fn of(event: &Event) -> Option<Self> {
        let Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Withdrawn { by, posted },
        }) = event
        else {
            return None;
        };
        let posted = posted.as_ref().map(PostedLetter::from);
        Some(Self { request: (*request).into(), sender: sender.into(), by: *by, posted })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Withdrawn { by: self.by, posted: self.posted.map(Into::into) },
        })
    }
}

impl StoredForm for RequestExpired {
    fn of(event: &Event) -> Option<Self> {
        let Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Expired { expiry, posted },
        }) = event
        else {
            return None;
        };
        let posted = posted.as_ref().map(PostedLetter::from);
        Some(Self { request: (*request).into(), sender: sender.into(), expiry: (*expiry).into(), posted })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        let posted = self.posted.map(Into::into);
        Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Expired { expiry: self.expiry.into(), posted },
        })
    }
}

impl StoredForm for RequestReminded {
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
