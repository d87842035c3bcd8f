//! What can go wrong, in sentences for people.

use std::path::PathBuf;

use acquaint_domain::bounds::OutOfBounds;
use acquaint_domain::{Address, Code, Handle, RequestId, Timestamp};
use acquaint_log::ReadError;

/// A command that could not be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmitError {
    /// No member has this handle.
    #[error("no member has the handle `{handle}`")]
    UnknownMember {
        /// The handle asked for.
        handle: Handle,
        /// The handle most like it; `None` where none is near. Handles are public.
        nearest: Option<String>,
    },
    /// The member has closed the account.
    #[error("the member `{0}` has closed the account, and a closed account can do nothing")]
    ClosedMember(Handle),
    /// No member has this public address, or none of the acting member's connections has this e-mail address.
    #[error("{}", unknown_address(address))]
    UnknownAddress {
        /// The address asked for.
        address: Address,
        /// The public address most like it; `None` where none is near, and for an e-mail address.
        nearest: Option<String>,
    },
    /// There is no such request, or none that the viewer may know of: the two are not distinguished.
    #[error("there is no request {0} here")]
    UnknownRequest(RequestId),
    /// No open request has this id.
    #[error("no open request has the id {0}")]
    NotOpen(RequestId),
    /// No fault of this channel is running.
    #[error("there is no such fault to stop")]
    NoFault,
    /// The member has no open appeal against this.
    #[error("`{0}` has no open appeal against this")]
    NoAppeal(Handle),
    /// Another member has this handle.
    #[error("the handle `{0}` is taken")]
    HandleTaken(Handle),
    /// A member had this handle who has closed the account.
    #[error("the handle `{0}` was that of a member who has closed the account, and is not given again")]
    HandleOfClosed(Handle),
    /// The text is not a policy: where and why.
    #[error("the policy does not read: {0}")]
    BadPolicy(String),
    /// The member cannot be the owner of this export.
    #[error("{0}")]
    WrongOwner(String),
    /// Something else that it names is not there.
    #[error("{0}")]
    NotFound(String),
    /// There is nothing that it could be done to; what there was has come to this.
    #[error("{what}")]
    NotThere {
        /// What became of it, as a sentence.
        what: String,
        /// What became of the request that there was.
        code: Option<Code>,
    },
    /// A review cannot let a held request go on now: it stays held.
    #[error(
        "request {request} stays held: {code} {} stands in its way; release it later, or now with its sender's limits waived", code.name()
    )]
    StaysHeld {
        /// Id of the request.
        request: RequestId,
        /// Reason code of the rule that stops it.
        code: Code,
        /// First moment at which that no longer does, where the rules tell.
        until: Option<Timestamp>,
    },
    /// It cannot be meant as it is.
    #[error("{0}")]
    BadInput(String),
    /// Its id was used in the last seven days for another command.
    #[error("this command id was used before for another command; give every command an id of its own")]
    CommandIdReused,
    /// Its id was used longer ago than outcomes are kept: it is not carried out again, and its outcome is not known here.
    #[error(
        "this command id was used more than seven days ago, and its outcome is no longer kept; nothing was done: look at the request, and give a new command an id of its own"
    )]
    CommandIdExpired,
    /// It asks for a moment that the log has gone past.
    #[error("the time given is before the last recorded event; a log only grows: give a later time")]
    TooEarly {
        /// The moment asked for.
        given: Timestamp,
        /// The moment of the last event.
        last: Timestamp,
    },
    /// It comes with a reading of the clock that is more than a day ahead of what has passed since the one before. Nothing
    /// was done.
    #[error(
        "the clock has jumped forward by {}; nothing was done: set it right, or confirm that it can be trusted", now.since(*last)
    )]
    ClockJumped {
        /// The reading before.
        last: Timestamp,
        /// The reading that came with the command.
        now: Timestamp,
    },
    /// The log has stopped taking events, for good; nothing was acknowledged.
    #[error(
        "log stopped: {reason}; nothing of this was acknowledged; look at the disk, then open the folder again"
    )]
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

/// A log that no engine can be made of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// It could not be read.
    #[error("the log cannot be read at event {position}: {reason}")]
    Unreadable {
        /// Number of the event that cannot be read.
        position: u64,
        /// What is wrong, as the end of a sentence.
        reason: String,
    },
    /// From here on it is damaged; what is before is intact.
    #[error("{reason}")]
    Damaged {
        /// The first event that cannot be read.
        position: u64,
        /// What is wrong, as a sentence that says where.
        reason: String,
    },
    /// A checkpoint shows events that the log does not have, or not any more.
    #[error(
        "checkpoint `{}` shows that the log once had other events, up to event {position}; put the log back from a backup, or accept the loss", file.display()
    )]
    LostEvents {
        /// Path of the checkpoint's file.
        file: PathBuf,
        /// The event that it is of.
        position: u64,
    },
    /// It adopts a policy that this version cannot read.
    #[error(
        "event {position} adopts a policy that this version cannot read: {reason}; use the version that wrote it, or a newer one"
    )]
    Policy {
        /// Number of the event that adopts it.
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

/// An attached view that has stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ViewError {
    /// The log cannot be read there.
    #[error("the view has stopped: {0}")]
    Unread(StartError),
    /// Applying an event has panicked.
    #[error("the view has failed at event {position}; repair it, and replace it")]
    Panicked {
        /// Number of the event that the view failed on.
        position: u64,
    },
}
