//! Errors as values.

use std::fmt;
use std::path::PathBuf;

use acquaint_domain::{Address, Code, MalformedAddress, RequestId, Timestamp};
use acquaint_engine::{StartError, SubmitError};
use acquaint_log_file as file;

/// Why an operation could not be done. A refused send is not an error: see [`SendOutcome`](crate::SendOutcome).
///
/// The variant says what happened and holds the data. [`kind`](Self::kind) groups the variants by what the caller can do
/// next, as a web server needs for its status codes. [`hints`](Self::hints) say what helps; `Display` leaves them out, so
/// that each program can word them itself. An operation that returns an error recorded nothing, except where
/// [`Stopped`](Self::Stopped) says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// No member has this handle.
    UnknownMember {
        /// The unknown handle, in canonical form.
        handle: String,
        /// The most similar known handle; `None` if none is similar. Handles are public.
        nearest: Option<String>,
    },
    /// The member has closed the account; a closed account can do nothing.
    ClosedMember {
        /// The member's handle.
        handle: String,
    },
    /// No member has this handle or profile URL.
    UnknownAddress {
        /// The address in canonical form.
        address: String,
        /// The most similar known public address; `None` if none is similar.
        nearest: Option<String>,
    },
    /// None of the acting member's connections has this e-mail address. Whether anybody else has it is never disclosed.
    UnknownEmail {
        /// The address in canonical form.
        address: String,
    },
    /// There is no such request, or this viewer may not know of it; the error does not say which.
    UnknownRequest {
        /// The request as the caller named it: its id, or `from -> to`.
        request: String,
    },
    /// A text is not an address, or not of the required kind.
    MalformedAddress {
        /// The text as given.
        text: String,
        /// What is wrong with it and at which character.
        problem: MalformedAddress,
    },
    /// Another member has this handle, or had it before closing the account; handles are not reused.
    HandleTaken {
        /// The handle, in canonical form.
        handle: String,
    },
    /// The text is not a valid policy.
    InvalidPolicy {
        /// What is wrong with it and where.
        problem: String,
    },
    /// Another argument is invalid: a text that is too long, an address that belongs to another member, an end in the past.
    InvalidInput {
        /// Which argument is invalid, and why.
        problem: String,
    },
    /// There is nothing to apply the command to: no request to answer, no restriction to lift.
    NothingToDo {
        /// What is missing, as a sentence.
        what: String,
        /// How the last matching request ended; `None` if there was none.
        code: Option<Code>,
    },
    /// A review cannot release this held request now.
    StaysHeld {
        /// The request that stays held.
        request: RequestId,
        /// The rule that prevents it.
        code: Code,
        /// The earliest time at which the rule no longer prevents it; `None` if the rules do not say.
        until: Option<Timestamp>,
    },
    /// The same member used the command id in the last seven days for another command.
    CommandIdReused,
    /// The command id was used more than seven days ago, and its outcome is no longer kept (docs/decisions/0020).
    CommandIdExpired,
    /// The machine's clock is more than a minute behind the last recorded time.
    ClockBehind {
        /// The reading of the machine's clock.
        machine: Timestamp,
        /// The last recorded time, or the highest clock reading kept.
        last: Timestamp,
    },
    /// The machine's clock has jumped forward by more than a day compared with the time that has passed. If the clock is
    /// right, call [`Engine::confirm_clock`](crate::Engine::confirm_clock). If it is wrong, set it and open the folder again.
    ClockJumped {
        /// The previous reading.
        last: Timestamp,
        /// The reading that the engine refused.
        now: Timestamp,
    },
    /// Another engine, in this process or another, is writing to the data folder.
    InUse {
        /// The file that the other engine has locked.
        lock: PathBuf,
    },
    /// An older version wrote the log, which has to be converted first.
    OlderFormat {
        /// The segment in that format.
        file: PathBuf,
    },
    /// A newer version wrote the log.
    NewerFormat {
        /// The segment in that format.
        file: PathBuf,
    },
    /// The log has lost acknowledged events, as another file in the data folder proves.
    LostEvents {
        /// The file that proves it.
        file: PathBuf,
        /// The number of the last event that the file proves.
        position: u64,
    },
    /// The log or another file in the data folder cannot be read or written.
    Storage {
        /// What failed, and why.
        what: String,
    },
    /// The log accepts no more events in this process. Commands that were submitted and not acknowledged may or may not be
    /// recorded.
    Stopped {
        /// Why the log stopped.
        reason: String,
    },
    /// The command queue is full; the command was not queued.
    Busy,
}

/// What a caller can do about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The named member, address or request does not exist for this caller (HTTP 404).
    NotFound,
    /// An argument has to change (HTTP 400).
    InvalidInput,
    /// The current state does not allow the command, or it has happened already (HTTP 409).
    Conflict,
    /// The same call may succeed later (HTTP 503).
    Unavailable,
    /// An operator has to repair the disk, the folder or the clock (HTTP 500).
    Operator,
}

/// Something that helps with an [`Error`]; its text mentions no program's commands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// The caller probably meant this spelling.
    DidYouMean(String),
    /// Check the spelling.
    CheckSpelling,
    /// Use the handle or the profile URL instead of an e-mail address.
    UseHandle,
    /// Use another command id.
    NewCommandId,
    /// Try again at this time.
    RetryAt(Timestamp),
    /// Try again in a moment.
    RetrySoon,
    /// Set the machine's clock, or confirm that it is right ([`Engine::confirm_clock`](crate::Engine::confirm_clock),
    /// [`EngineBuilder::confirm_clock`](crate::EngineBuilder::confirm_clock)).
    CheckClock,
    /// Stop the other writer first.
    EndOtherWriter,
    /// Restore the folder from a backup.
    RestoreBackup,
    /// Check the disk, then open the folder again.
    CheckDisk,
    /// Upgrade the program.
    UpgradeProgram,
    /// Convert the log to the current format.
    ConvertLog,
}

impl Error {
    /// What a caller can do about this error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownMember { .. }
            | Self::ClosedMember { .. }
            | Self::UnknownAddress { .. }
            | Self::UnknownEmail { .. }
            | Self::UnknownRequest { .. } => ErrorKind::NotFound,
            Self::MalformedAddress { .. } | Self::InvalidPolicy { .. } | Self::InvalidInput { .. } => {
                ErrorKind::InvalidInput
            }
            Self::HandleTaken { .. }
            | Self::NothingToDo { .. }
            | Self::StaysHeld { .. }
            | Self::CommandIdReused
            | Self::CommandIdExpired => ErrorKind::Conflict,
            Self::Busy => ErrorKind::Unavailable,
            Self::ClockBehind { .. }
            | Self::ClockJumped { .. }
            | Self::InUse { .. }
            | Self::OlderFormat { .. }
            | Self::NewerFormat { .. }
            | Self::LostEvents { .. }
            | Self::Storage { .. }
            | Self::Stopped { .. } => ErrorKind::Operator,
        }
    }

    /// What helps, most likely first; empty if nothing does.
    pub fn hints(&self) -> Vec<Hint> {
        let hint = match self {
            Self::UnknownMember { nearest: Some(nearest), .. }
            | Self::UnknownAddress { nearest: Some(nearest), .. } => Hint::DidYouMean(nearest.clone()),
            Self::UnknownMember { nearest: None, .. }
            | Self::UnknownAddress { nearest: None, .. }
            | Self::UnknownRequest { .. } => Hint::CheckSpelling,
            Self::UnknownEmail { .. } => Hint::UseHandle,
            Self::MalformedAddress { text, .. } => match acquaint_domain::correction(text) {
                Some(meant) => Hint::DidYouMean(meant),
                None => Hint::CheckSpelling,
            },
            Self::StaysHeld { until: Some(until), .. } => Hint::RetryAt(*until),
            Self::CommandIdReused | Self::CommandIdExpired => Hint::NewCommandId,
            Self::ClockBehind { .. } | Self::ClockJumped { .. } => Hint::CheckClock,
            Self::InUse { .. } => Hint::EndOtherWriter,
            Self::OlderFormat { .. } => Hint::ConvertLog,
            Self::NewerFormat { .. } => Hint::UpgradeProgram,
            Self::LostEvents { .. } => Hint::RestoreBackup,
            Self::Storage { .. } | Self::Stopped { .. } => Hint::CheckDisk,
            Self::Busy => Hint::RetrySoon,
            Self::ClosedMember { .. }
            | Self::HandleTaken { .. }
            | Self::InvalidPolicy { .. }
            | Self::InvalidInput { .. }
            | Self::NothingToDo { .. }
            | Self::StaysHeld { until: None, .. } => return Vec::new(),
        };
        vec![hint]
    }

    pub(crate) fn malformed(text: &str, problem: MalformedAddress) -> Self {
        Self::MalformedAddress { text: text.to_owned(), problem }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownMember { handle, .. } => write!(f, "no member has the handle `{handle}`"),
            Self::ClosedMember { handle } => write!(f, "the member `{handle}` has closed the account"),
            Self::UnknownEmail { address } => {
                write!(f, "no connection of this member has the address `{address}`")
            }
            Self::UnknownAddress { address, .. } => write!(f, "no member has the address `{address}`"),
            Self::UnknownRequest { request } => write!(f, "there is no request `{request}`"),
            Self::MalformedAddress { text, problem } => {
                write!(f, "`{}` is {problem}", acquaint_domain::shown_within(text, TEXT_CHARS_MAX))
            }
            Self::HandleTaken { handle } => write!(f, "the handle `{handle}` is taken"),
            Self::InvalidPolicy { problem } => write!(f, "the text is not a valid policy: {problem}"),
            Self::InvalidInput { problem } => f.write_str(problem),
            Self::NothingToDo { what, .. } => f.write_str(what),
            Self::StaysHeld { request, code, .. } => {
                write!(f, "request {request} stays held because of {code} {}", code.name())
            }
            Self::CommandIdReused => f.write_str("the command id was already used for another command"),
            Self::CommandIdExpired => {
                f.write_str("the command id was used more than seven days ago; nothing was done")
            }
            Self::ClockBehind { machine, last } => {
                let behind = last.since(*machine);
                write!(f, "the machine's clock is {behind} behind the last recorded time")
            }
            Self::ClockJumped { last, now } => {
                write!(f, "the machine's clock has jumped forward by {}; nothing was done", now.since(*last))
            }
            Self::InUse { lock } => write!(f, "another writer holds `{}`", lock.display()),
            Self::OlderFormat { file } => write!(f, "an older version wrote `{}`", file.display()),
            Self::NewerFormat { file } => write!(f, "a newer version wrote `{}`", file.display()),
            Self::LostEvents { file, position } => {
                write!(f, "the log has lost events: `{}` proves that it had event {position}", file.display())
            }
            Self::Storage { what } => f.write_str(what),
            Self::Stopped { reason } => write!(f, "the log has stopped: {reason}"),
            Self::Busy => f.write_str("the command queue is full; nothing was done"),
        }
    }
}

/// The most characters of the caller's text that an error shows.
const TEXT_CHARS_MAX: usize = 260;

impl std::error::Error for Error {}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DidYouMean(meant) => write!(f, "did you mean `{meant}`?"),
            Self::CheckSpelling => f.write_str("check the spelling"),
            Self::UseHandle => f.write_str("use the handle or the profile URL"),
            Self::NewCommandId => f.write_str("use a new id for every command"),
            Self::RetryAt(at) => write!(f, "try again at {at}"),
            Self::RetrySoon => f.write_str("try again in a moment"),
            Self::CheckClock => f.write_str("set the machine's clock, or confirm that it is right"),
            Self::EndOtherWriter => f.write_str("stop the other writer first"),
            Self::RestoreBackup => f.write_str("restore the folder from a backup"),
            Self::CheckDisk => f.write_str("check the disk, then open the folder again"),
            Self::UpgradeProgram => f.write_str("use a newer version of this program"),
            Self::ConvertLog => f.write_str("convert the log to the current format"),
        }
    }
}

impl From<SubmitError> for Error {
    fn from(error: SubmitError) -> Self {
        let what = error.to_string();
        match error {
            SubmitError::UnknownMember { handle, nearest } => {
                Self::UnknownMember { handle: handle.to_string(), nearest }
            }
            SubmitError::ClosedMember(handle) => Self::ClosedMember { handle: handle.to_string() },
            SubmitError::UnknownAddress { address: Address::Email(email), .. } => {
                Self::UnknownEmail { address: email.to_string() }
            }
            SubmitError::UnknownAddress {
                address: address @ (Address::Handle(_) | Address::Profile(_)),
                nearest,
            } => Self::UnknownAddress { address: address.to_string(), nearest },
            SubmitError::UnknownRequest(request) | SubmitError::NotOpen(request) => {
                Self::UnknownRequest { request: request.to_string() }
            }
            SubmitError::HandleTaken(handle) | SubmitError::HandleOfClosed(handle) => {
                Self::HandleTaken { handle: handle.to_string() }
            }
            SubmitError::BadPolicy(problem) => Self::InvalidPolicy { problem },
            SubmitError::NotThere { what, code } => Self::NothingToDo { what, code },
            SubmitError::NotFound(_) | SubmitError::NoFault | SubmitError::NoAppeal(_) => {
                Self::NothingToDo { what, code: None }
            }
            SubmitError::StaysHeld { request, code, until } => Self::StaysHeld { request, code, until },
            SubmitError::BadInput(_) | SubmitError::WrongOwner(_) | SubmitError::TooEarly { .. } => {
                Self::InvalidInput { problem: what }
            }
            SubmitError::CommandIdReused => Self::CommandIdReused,
            SubmitError::CommandIdExpired => Self::CommandIdExpired,
            SubmitError::ClockJumped { last, now } => Self::ClockJumped { last, now },
            SubmitError::Stopped { reason } => Self::Stopped { reason },
            SubmitError::Unreadable(error) => error.into(),
            SubmitError::Unavailable => Self::Busy,
        }
    }
}

impl From<StartError> for Error {
    fn from(error: StartError) -> Self {
        match error {
            StartError::LostEvents { file, position } => Self::LostEvents { file, position },
            StartError::Unreadable { .. } | StartError::Damaged { .. } | StartError::Policy { .. } => {
                Self::Storage { what: error.to_string() }
            }
        }
    }
}

impl From<file::OpenError> for Error {
    fn from(error: file::OpenError) -> Self {
        let what = error.to_string();
        match error {
            file::OpenError::Locked { lock } => Self::InUse { lock },
            file::OpenError::OlderFormat { segment, .. } => Self::OlderFormat { file: segment },
            file::OpenError::NewerFormat { segment, .. } => Self::NewerFormat { file: segment },
            file::OpenError::Truncated { reached, witness, .. } => {
                Self::LostEvents { file: witness, position: reached.get() }
            }
            file::OpenError::OtherHistory { position, witness, .. } => {
                Self::LostEvents { file: witness, position: position.get() }
            }
            file::OpenError::NotALog { .. }
            | file::OpenError::Absent { .. }
            | file::OpenError::OtherLog { .. }
            | file::OpenError::MissingSegment { .. }
            | file::OpenError::Corrupt(_)
            | file::OpenError::SegmentBytes { .. }
            | file::OpenError::NotAFile { .. } => Self::Storage { what },
            file::OpenError::NotPermitted { source, .. } | file::OpenError::Io { source, .. } => {
                Self::Storage { what: format!("{what}: {source}") }
            }
        }
    }
}
