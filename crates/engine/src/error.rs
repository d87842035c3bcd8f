//! This crate's errors, worded for people.

use std::path::PathBuf;

use acquaint_domain::bounds::OutOfBounds;
use acquaint_domain::{Address, Code, Handle, RequestId, Timestamp};
use acquaint_log::ReadError;

/// Why a command could not be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// No member has this handle.
    #[error("no member has the handle `{handle}`")]
    UnknownMember {
        /// The handle that was given.
        handle: Handle,
        /// The most similar handle; `None` if none is similar. Handles are public.
        nearest: Option<String>,
    },
    /// The member has closed the account.
    #[error("the member `{0}` has closed the account; a closed account can do nothing")]
    ClosedMember(Handle),
    /// No member has this public address, or none of the acting member's connections has this e-mail address.
    #[error("{}", unknown_address(address))]
    UnknownAddress {
        /// The address that was given.
        address: Address,
        /// The most similar public address; `None` if none is similar, and always for an e-mail address.
        nearest: Option<String>,
    },
    /// The request does not exist, or the viewer may not know of it: the two cases are not distinguished.
    #[error("there is no request {0} here")]
    UnknownRequest(RequestId),
    /// No open request has this id.
    #[error("no open request has the id {0}")]
    NotOpen(RequestId),
    /// No fault is active on this channel.
    #[error("there is no such fault to stop")]
    NoFault,
    /// The member has no open appeal against this.
    #[error("`{0}` has no open appeal against this")]
    NoAppeal(Handle),
    /// Another member has this handle.
    #[error("the handle `{0}` is taken")]
    HandleTaken(Handle),
    /// The handle belonged to a member who has closed the account.
    #[error("the handle `{0}` belonged to a member who has closed the account, and is not reused")]
    HandleOfClosed(Handle),
    /// The text does not parse as a policy: where, and why.
    #[error("the policy cannot be read: {0}")]
    BadPolicy(String),
    /// The member cannot be the owner of this export.
    #[error("{0}")]
    WrongOwner(String),
    /// Something else that the command names does not exist.
    #[error("{0}")]
    NotFound(String),
    /// There is nothing for the command to act on.
    #[error("{what}")]
    NotThere {
        /// Why there is nothing, as a sentence.
        what: String,
        /// Current code of the request that the command is about; `None` if there is no such request.
        code: Option<Code>,
    },
    /// A review cannot release the held request now.
    #[error(
        "request {request} stays held: {code} {} still applies; release it later, or now with its sender's limits waived", code.name()
    )]
    StaysHeld {
        /// Id of the request.
        request: RequestId,
        /// Reason code of the rule that stops it.
        code: Code,
        /// First moment at which the rule no longer stops it; `None` if the rules do not determine it.
        until: Option<Timestamp>,
    },
    /// The input is invalid: why, and what to do.
    #[error("{0}")]
    BadInput(String),
    /// The command's id was used for another command in the last seven days.
    #[error("this command id was already used for another command; give each command its own id")]
    CommandIdReused,
    /// The command's id was used longer ago than outcomes are kept: the command is not repeated, and its outcome is unknown.
    #[error(
        "this command id was used more than seven days ago, and its outcome is no longer kept; nothing was done: look at the request, and give a new command a new id"
    )]
    CommandIdExpired,
    /// The moment of the command is before the log's last event.
    #[error("the time given is before the last recorded event; a log only grows: give a later time")]
    TooEarly {
        /// The moment that was given.
        given: Timestamp,
        /// The moment of the last event.
        last: Timestamp,
    },
    /// The clock reading is more than a day ahead of the time that has passed since the previous reading. Nothing was done.
    #[error(
        "the clock has jumped forward by {}; nothing was done: set it right, or confirm that it can be trusted", now.since(*last)
    )]
    ClockJumped {
        /// The previous reading.
        last: Timestamp,
        /// The reading that came with the command.
        now: Timestamp,
    },
    /// The log has permanently stopped accepting events. The command was not acknowledged.
    #[error("log stopped: {reason}; this was not acknowledged; check the disk, then open the folder again")]
    Stopped {
        /// What is wrong, as the end of a sentence.
        reason: String,
    },
    /// The log cannot be read.
    #[error("{0}")]
    Unreadable(StartError),
    /// The queue is full.
    #[error("unavailable: the queue is full; retry")]
    Unavailable,
}

fn unknown_address(address: &Address) -> String {
    match address {
        Address::Email(_) => {
            format!("nobody with the address `{address}` is among this member's connections")
        }
        Address::Handle(_) | Address::Profile(_) => format!("no member has the address `{address}`"),
    }
}

impl From<OutOfBounds> for SubmitError {
    fn from(over: OutOfBounds) -> Self {
        Self::BadInput(over.to_string())
    }
}

/// Why an engine cannot start from a log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// The log could not be read.
    #[error("the log cannot be read at event {position}: {reason}")]
    Unreadable {
        /// Number of the event that cannot be read.
        position: u64,
        /// What is wrong, as the end of a sentence.
        reason: String,
    },
    /// The log is damaged from this event on; everything before it is intact.
    #[error("{reason}")]
    Damaged {
        /// The first event that cannot be read.
        position: u64,
        /// What is wrong, as a sentence that says where.
        reason: String,
    },
    /// A checkpoint covers events that the log does not have, or no longer has.
    #[error(
        "checkpoint `{}` shows that the log once had other events, up to event {position}; restore the log from a backup, or accept the loss", file.display()
    )]
    LostEvents {
        /// Path of the checkpoint's file.
        file: PathBuf,
        /// Number of the last event that the checkpoint covers.
        position: u64,
    },
    /// The log adopts a policy that this version cannot read.
    #[error(
        "event {position} adopts a policy that this version cannot read: {reason}; use the version that wrote it, or a newer one"
    )]
    Policy {
        /// Number of the event that adopts the policy.
        position: u64,
        /// What is wrong, as the end of a sentence.
        reason: String,
    },
}

impl From<ReadError> for StartError {
    fn from(error: ReadError) -> Self {
        let reason = error.to_string();
        match error {
            ReadError::Damaged { position, .. } => Self::Damaged { position: position.get(), reason },
            ReadError::Io { position, .. } => Self::Unreadable { position: position.get(), reason },
        }
    }
}

/// Why an attached view has stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// The log cannot be read where the view continues.
    #[error("the view has stopped: {0}")]
    Unread(StartError),
    /// The view panicked while applying an event.
    #[error("the view has failed at event {position}; fix it, and replace it")]
    Panicked {
        /// Number of the event that the view failed on.
        position: u64,
    },
}
