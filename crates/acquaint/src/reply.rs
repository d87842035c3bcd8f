//! What a command's caller gets.

use acquaint_domain::{Code, RequestId, Timestamp};
use acquaint_engine::{Receipt, Verdicted};

use crate::error::Error;

/// The reply to [`Engine::send`](crate::Engine::send).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// The request. Where nothing was recorded it is the earlier request whose refusal stands for this one.
    pub request: RequestId,
    /// What the sender's side decided. It never depends on the recipient's settings or answers.
    pub outcome: SendOutcome,
    /// When it was recorded.
    pub at: Timestamp,
    /// Whether the command id was known, and this is the reply of the first time.
    pub repeated: bool,
    /// Whether it was recorded. A send beyond the policy's limit of attempts is refused with
    /// [`Code::AttemptsLimit`] and leaves no event.
    pub recorded: bool,
}

/// What the sender's side decided about a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendOutcome {
    /// It is on its way to the recipient.
    InTransit,
    /// The recipient had asked the sender before: the two are connected.
    Connected,
    /// It waits for the sender's confirmation or for a review.
    Held(Code),
    /// It was refused. The request exists all the same and can be asked about.
    Refused(Code),
}

impl SendOutcome {
    /// The reason code that stands for it.
    pub fn code(self) -> Code {
        match self {
            Self::InTransit => Code::InTransit,
            Self::Connected => Code::Crossed,
            Self::Held(code) | Self::Refused(code) => code,
        }
    }

    pub(crate) fn of(verdict: Verdicted) -> Self {
        match verdict {
            Verdicted::Done | Verdicted::OnItsWay => Self::InTransit,
            Verdicted::Crossed => Self::Connected,
            Verdicted::Held(code) => Self::Held(code),
            Verdicted::Refused(code) => Self::Refused(code),
        }
    }
}

impl Sent {
    pub(crate) fn of(receipt: Receipt) -> Result<Self, Error> {
        let Receipt { at, verdict, request, repeated, is_recorded, .. } = receipt;
        // Every send makes a request or is answered by that of an earlier refusal.
        let request = request.ok_or_else(|| Error::Storage { what: "a send made no request".to_owned() })?;
        let (outcome, recorded) = (SendOutcome::of(verdict), is_recorded.is_so());
        Ok(Self { request, outcome, at, repeated, recorded })
    }
}

/// The reply to every command but a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// Why it was refused; `None` where it happened. A refusal is recorded, and is no error.
    pub refused: Option<Code>,
    /// The request that it was about, where it was about one.
    pub request: Option<RequestId>,
    /// When it was recorded.
    pub at: Timestamp,
    /// Whether the command id was known, and this is the reply of the first time.
    pub repeated: bool,
}

impl Done {
    /// Whether it happened.
    pub fn happened(&self) -> bool {
        self.refused.is_none()
    }

    pub(crate) fn of(receipt: Receipt) -> Self {
        let refused = match receipt.verdict {
            Verdicted::Refused(code) | Verdicted::Held(code) => Some(code),
            Verdicted::Done | Verdicted::OnItsWay | Verdicted::Crossed => None,
        };
        Self { refused, request: receipt.request, at: receipt.at, repeated: receipt.repeated }
    }
}
