//! Replies to commands.

use acquaint_domain::{Code, RequestId, Timestamp};
use acquaint_engine::{CommandOutcome, Receipt};

use crate::error::Error;

/// The reply to [`Engine::send`](crate::Engine::send).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// The new request. If nothing was recorded, the earlier request whose refusal also answers this one.
    pub request: RequestId,
    /// What the sender's side decided. It never depends on the recipient's settings or answers.
    pub outcome: SendOutcome,
    /// When the command was recorded.
    pub at: Timestamp,
    /// Whether this is a retry: the command id was known, and this is the first reply again.
    pub repeated: bool,
    /// Whether the send was recorded. A send beyond the policy's limit on attempts is refused with [`Code::AttemptsLimit`]
    /// and leaves no event.
    pub recorded: bool,
}

/// What the sender's side decided about a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SendOutcome {
    /// It is on its way to the recipient.
    InTransit,
    /// The recipient had already sent a request to the sender, so the two are now connected.
    Connected,
    /// It waits for the sender's confirmation or for a review.
    Held(Code),
    /// It was refused. The request still exists and can be explained.
    Refused(Code),
}

impl SendOutcome {
    /// The reason code of this outcome.
    pub fn code(self) -> Code {
        match self {
            Self::InTransit => Code::InTransit,
            Self::Connected => Code::Crossed,
            Self::Held(code) | Self::Refused(code) => code,
        }
    }

    pub(crate) fn of(verdict: CommandOutcome) -> Self {
        match verdict {
            CommandOutcome::Done | CommandOutcome::OnItsWay => Self::InTransit,
            CommandOutcome::Crossed => Self::Connected,
            CommandOutcome::Held(code) => Self::Held(code),
            CommandOutcome::Refused(code) => Self::Refused(code),
        }
    }
}

impl Sent {
    pub(crate) fn of(receipt: Receipt) -> Result<Self, Error> {
        let Receipt { at, verdict, request, repeated, recording, .. } = receipt;
        // Every send creates a request, or is answered by an earlier, refused one.
        let request =
            request.ok_or_else(|| Error::Storage { what: "a send created no request".to_owned() })?;
        let (outcome, recorded) = (SendOutcome::of(verdict), recording.is_written());
        Ok(Self { request, outcome, at, repeated, recorded })
    }
}

/// The reply to every command except a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Done {
    /// Why the command was refused; `None` if it was carried out. A refusal is recorded; it is not an error.
    pub refused: Option<Code>,
    /// The request that the command was about, if any.
    pub request: Option<RequestId>,
    /// When the command was recorded.
    pub at: Timestamp,
    /// Whether this is a retry: the command id was known, and this is the first reply again.
    pub repeated: bool,
}

impl Done {
    /// Whether the command was carried out.
    pub fn happened(&self) -> bool {
        self.refused.is_none()
    }

    pub(crate) fn of(receipt: Receipt) -> Self {
        let refused = match receipt.verdict {
            CommandOutcome::Refused(code) | CommandOutcome::Held(code) => Some(code),
            CommandOutcome::Done | CommandOutcome::OnItsWay | CommandOutcome::Crossed => None,
        };
        Self { refused, request: receipt.request, at: receipt.at, repeated: receipt.repeated }
    }
}
