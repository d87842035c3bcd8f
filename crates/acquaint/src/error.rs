//! What can go wrong, as values.

use std::fmt;
use std::path::PathBuf;

use acquaint_domain::{Address, Code, Malformed, RequestId, Timestamp};
use acquaint_engine::{OpenError, SubmitError};
use acquaint_log_file as file;

/// Why an operation gave no reply. A refused send is not an error: see [`SendOutcome`](crate::SendOutcome).
///
/// The variant says what happened and holds the data. [`kind`](Self::kind) groups the variants by what a caller does next, as a
/// web server needs for its status codes. [`hints`](Self::hints) say what helps; `Display` leaves them out, so that each
/// program puts them in its own words. Nothing was recorded of an operation that gave an error, except where
/// [`Stopped`](Self::Stopped) says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// No member has this handle.
    UnknownMember {
        /// The handle asked for, in canonical form.
        handle: String,
        /// The known handle most like it; `None` where none is near. Handles are public.
        nearest: Option<String>,
    },
    /// The member has closed the account, which can do nothing any more.
    ClosedMember {
        /// The member's handle.
        handle: String,
    },
    /// No member has this handle or profile URL.
    UnknownAddress {
        /// The address in canonical form.
        address: String,
        /// The known public address most like it; `None` where none is near.
        nearest: Option<String>,
    },
    /// None of the acting member's connections has this e-mail address. Whether anybody else has it is never told.
    UnknownEmail {
        /// The address in canonical form.
        address: String,
    },
    /// There is no such request, or none that this viewer may know of: the two are not distinguished.
    UnknownRequest {
        /// The request asked about: its id, or `from -> to`.
        request: String,
    },
    /// A text is not an address, or not one of the kind needed.
    MalformedAddress {
        /// The text as given.
        text: String,
        /// What is wrong with it and at which character.
        problem: Malformed,
    },
    /// Another member has this handle, or had it and has closed the account: it is not given again.
    HandleTaken {
        /// The handle.
        handle: String,
    },
    /// The text is not a policy.
    InvalidPolicy {
        /// What is wrong with it and where.
        problem: String,
    },
    /// Another argument is not acceptable: a text that is too long, an address that another member has, an end that has passed.
    InvalidInput {
        /// What is wrong with it.
        problem: String,
    },
    /// There is nothing that the command could apply to: no request to answer, no restriction to lift.
    NothingToDo {
        /// What is missing.
        what: String,
        /// What became of the request that there was; `None` where there was none.
        code: Option<Code>,
    },
    /// A review cannot let this held request go on now.
    StaysHeld {
        /// The request.
        request: RequestId,
        /// The rule that stands against it.
        code: Code,
        /// The first moment at which it no longer does; `None` where the rules do not say.
        until: Option<Timestamp>,
    },
    /// The command id was used in the last seven days for another command of the same member.
    CommandIdReused,
    /// The command id was used more than seven days ago, and its outcome is no longer kept (docs/decisions/0020).
    CommandIdExpired,
    /// The machine's clock is more than a minute behind the last recorded moment.
    ClockBehind {
        /// The machine's time.
        machine: Timestamp,
        /// The last recorded moment, or the highest reading kept.
        last: Timestamp,
    },
    /// The machine's clock has jumped forward by more than a day against the time that has passed. If it is right,
    /// [`Engine::confirm_clock`](crate::Engine::confirm_clock) says so. If it was wrong, set it and open the folder again.
    ClockJumped {
        /// The reading before.
        last: Timestamp,
        /// The reading that was refused.
        now: Timestamp,
    },
    /// Another engine, in this process or another, is writing to the data folder.
    InUse {
        /// The file that it has locked.
        lock: PathBuf,
    },
    /// An older version wrote the log; this one would have to convert it first.
    OlderFormat {
        /// The segment that says so.
        file: PathBuf,
    },
    /// A newer version wrote the log.
    NewerFormat {
        /// The segment that says so.
        file: PathBuf,
    },
    /// The log has lost acknowledged events, as another file in the data folder shows.
    LostEvents {
        /// The file that shows it.
        file: PathBuf,
        /// The last event that was once there.
        position: u64,
    },
    /// The log or another file in the data folder cannot be read or written.
    Storage {
        /// What failed and why.
        what: String,
    },
    /// The log takes no more events in this process. Of what was submitted and not acknowledged, some may be in it.
    Stopped {
        /// Why.
        reason: String,
    },
    /// Too many commands wait already; nothing was taken.
    Busy,
}

/// What a caller does about an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// What the call names does not exist for this caller (HTTP 404).
    NotFound,
    /// An argument has to be changed (HTTP 400).
    InvalidInput,
    /// The state does not allow it, or it has happened already (HTTP 409).
    Conflict,
    /// The same call may succeed later, unchanged (HTTP 503).
    Unavailable,
    /// An operator has to act: the disk, the folder or the clock (HTTP 500).
    Operator,
}

/// Something that helps against an [`Error`]; its text names no program's commands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// Another spelling was probably meant.
    DidYouMean(String),
    /// The spelling has to be checked.
    CheckSpelling,
    /// The handle or the profile's URL has to be used in place of an e-mail address.
    UseHandle,
    /// Another command id has to be used.
    NewCommandId,
    /// It can be tried again at this moment.
    RetryAt(Timestamp),
    /// It can be tried again in a moment.
    RetrySoon,
    /// The machine's clock has to be set, or confirmed to be right ([`Engine::confirm_clock`](crate::Engine::confirm_clock),
    /// [`Builder::confirm_clock`](crate::Builder::confirm_clock)).
    CheckClock,
    /// The other writer has to be ended first.
    EndOtherWriter,
    /// The folder has to be put back from a backup.
    RestoreBackup,
    /// The disk has to be looked at, and the folder opened again.
    CheckDisk,
    /// The program has to be upgraded.
    UpgradeProgram,
    /// The log has to be converted.
    ConvertLog,
}

impl Error {
    /// What a caller does about it.
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

    /// What helps, the likeliest first; empty where nothing does.
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

    pub(crate) fn malformed(text: &str, problem: Malformed) -> Self {
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
            Self::InvalidPolicy { problem } => write!(f, "the text is not a policy: {problem}"),
            Self::InvalidInput { problem } => f.write_str(problem),
            Self::NothingToDo { what, .. } => f.write_str(what),
            Self::StaysHeld { request, code, .. } => {
                write!(f, "request {request} stays held: {code} {} stands against it", code.name())
            }
            Self::CommandIdReused => f.write_str("the command id was used before for another command"),
            Self::CommandIdExpired => {
                f.write_str("the command id was used more than seven days ago; nothing was done")
            }
            Self::ClockBehind { machine, last } => {
                let behind = last.since(*machine);
                write!(f, "the machine's clock is {behind} behind the last recorded moment")
            }
            Self::ClockJumped { last, now } => {
                write!(f, "the machine's clock has jumped forward by {}; nothing was done", now.since(*last))
            }
            Self::InUse { lock } => write!(f, "another writer holds `{}`", lock.display()),
            Self::OlderFormat { file } => write!(f, "an older version wrote `{}`", file.display()),
            Self::NewerFormat { file } => write!(f, "a newer version wrote `{}`", file.display()),
            Self::LostEvents { file, position } => {
                write!(f, "the log has lost events: `{}` shows that it had event {position}", file.display())
            }
            Self::Storage { what } => f.write_str(what),
            Self::Stopped { reason } => write!(f, "the log has stopped: {reason}"),
            Self::Busy => f.write_str("too many commands wait; nothing was taken"),
        }
    }
}

/// The most characters that an error shows of a text that was given.
const TEXT_CHARS_MAX: usize = 260;

impl std::error::Error for Error {}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DidYouMean(meant) => write!(f, "did you mean `{meant}`?"),
            Self::CheckSpelling => f.write_str("check the spelling"),
            Self::UseHandle => f.write_str("use the handle or the URL of the profile"),
            Self::NewCommandId => f.write_str("give every command an id of its own"),
            Self::RetryAt(at) => write!(f, "try again at {at}"),
            Self::RetrySoon => f.write_str("try again in a moment"),
            Self::CheckClock => f.write_str("set the machine's clock, or confirm that it is right"),
            Self::EndOtherWriter => f.write_str("end the other writer first"),
            Self::RestoreBackup => f.write_str("put the folder back from a backup"),
            Self::CheckDisk => f.write_str("look at the disk, then open the folder again"),
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
            SubmitError::OtherContent => Self::CommandIdReused,
            SubmitError::TooOld => Self::CommandIdExpired,
            SubmitError::ClockLeapt { last, now } => Self::ClockJumped { last, now },
            SubmitError::Stopped { reason } => Self::Stopped { reason },
            SubmitError::Unreadable(error) => error.into(),
            SubmitError::Unavailable => Self::Busy,
        }
    }
}

impl From<OpenError> for Error {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::LostEvents { file, position } => Self::LostEvents { file, position },
            OpenError::Unreadable { .. } | OpenError::Damaged { .. } | OpenError::Policy { .. } => {
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
