//! Why an order was not carried out, and how the program ends for it.

use std::io;

use acquaint_clock::Doubt;
use acquaint_domain::{Address, Code, RequestId, Timestamp, shown_within};
use acquaint_engine::SubmitError;

use crate::grammar::Exit;
use crate::values::{human_span, rfc3339};

/// An order that was not carried out.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// For stderr; `None` when there is nobody left to read it.
    pub(crate) sentence: Option<String>,
    /// How it is laid out.
    layout: Layout,
}

/// How a failure is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// On one line: a line break in it is part of something that was typed.
    Line,
    /// Over several lines, each of which was made of texts on one line.
    Page,
}

/// The most characters of a sentence: far more than any has, unless a path in it is as long as paths can be.
const SENTENCE_CHARS_MAX: usize = 4_000;

impl Failure {
    pub(crate) fn new(exit: Exit, sentence: impl Into<String>) -> Self {
        Self { exit, sentence: Some(sentence.into()), layout: Layout::Line }
    }

    /// A failure that takes several lines to say, each of which is made of texts on one line.
    pub(crate) fn page(exit: Exit, page: impl Into<String>) -> Self {
        Self { exit, sentence: Some(page.into()), layout: Layout::Page }
    }

    /// A failure of which everything was said already.
    pub(crate) fn silent(exit: Exit) -> Self {
        Self { exit, sentence: None, layout: Layout::Line }
    }

    /// The same failure, said as `say` makes it of the sentence.
    pub(crate) fn map(self, say: impl FnOnce(String) -> String) -> Self {
        Self { sentence: self.sentence.map(say), ..self }
    }

    /// The same failure, which ends the program in another way.
    pub(crate) fn ending(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// Says it, and gives the way to end.
    pub(crate) fn tell(self, talk: &mut dyn io::Write) -> Exit {
        if let Some(sentence) = self.sentence {
            let sentence = match self.layout {
                Layout::Line => shown_within(&sentence, SENTENCE_CHARS_MAX),
                Layout::Page => sentence.into(),
            };
            // Whoever does not read this has the exit code.
            let _unread = writeln!(talk, "acquaint: {sentence}");
        }
        self.exit
    }
}

/// A moment that the log has gone past.
pub(crate) fn too_early(given: Timestamp, last: Timestamp) -> Failure {
    let (given, last) = (rfc3339(given), rfc3339(last));
    let what =
        format!("{given} is before the last recorded event, of {last}; a log only grows: give a later time");
    Failure::new(Exit::BadInput, what)
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        let exit = match &error {
            SubmitError::TooEarly { given, last } => return too_early(*given, *last),
            SubmitError::StaysHeld { request, code, until } => return stays_held(*request, *code, *until),
            SubmitError::NotFound(_)
            | SubmitError::NotThere { .. }
            | SubmitError::UnknownMember { .. }
            | SubmitError::ClosedMember(_)
            | SubmitError::UnknownAddress(_)
            | SubmitError::UnknownRequest(_)
            | SubmitError::NotOpen(_)
            | SubmitError::NoFault
            | SubmitError::NoAppeal(_) => Exit::NotFound,
            SubmitError::BadInput(_)
            | SubmitError::HandleTaken(_)
            | SubmitError::BadPolicy(_)
            | SubmitError::WrongOwner(_)
            | SubmitError::OtherContent
            | SubmitError::TooOld => Exit::BadInput,
            SubmitError::Stopped { .. }
            | SubmitError::Unavailable
            | SubmitError::Unreadable(_)
            | SubmitError::ClockLeapt { .. } => Exit::Failed,
        };
        Self::new(exit, said_with_help(&error))
    }
}

/// What went wrong and what to do about it on a command line.
pub(crate) fn said_with_help(error: &SubmitError) -> String {
    let help = match error {
        SubmitError::UnknownMember { nearest: Some(near), .. } => format!("; did you mean `{near}`?"),
        SubmitError::UnknownMember { handle, nearest: None } => {
            format!("; check the spelling, or add it with `member add {handle}`")
        }
        SubmitError::UnknownAddress(Address::Email(_)) => "; use the handle".to_owned(),
        SubmitError::UnknownAddress(Address::Handle(_) | Address::Profile(_)) => {
            "; check the spelling, or copy the URL of the profile".to_owned()
        }
        SubmitError::UnknownRequest(_) => "; check the id".to_owned(),
        SubmitError::NotOpen(_) => "; `review list` shows those held".to_owned(),
        SubmitError::NoFault => "; `fault start` begins one".to_owned(),
        SubmitError::NoAppeal(_) => "; `appeal open` begins one".to_owned(),
        SubmitError::HandleTaken(handle) => {
            format!("; choose another, or change that member with `member set {handle}`")
        }
        SubmitError::BadPolicy(_) => "; `policy check` says more".to_owned(),
        SubmitError::WrongOwner(_) => " with --member".to_owned(),
        SubmitError::ClosedMember(_)
        | SubmitError::NotFound(_)
        | SubmitError::NotThere { .. }
        | SubmitError::StaysHeld { .. }
        | SubmitError::BadInput(_)
        | SubmitError::OtherContent
        | SubmitError::TooOld
        | SubmitError::TooEarly { .. }
        | SubmitError::ClockLeapt { .. }
        | SubmitError::Stopped { .. }
        | SubmitError::Unreadable(_)
        | SubmitError::Unavailable => String::new(),
    };
    format!("{error}{help}")
}

fn stays_held(request: RequestId, code: Code, until: Option<Timestamp>) -> Failure {
    let name = code.name();
    let until = until.map_or_else(String::new, |until| format!(" until {}", rfc3339(until)));
    // A restriction of the account is no limit, and is not waived with them.
    let or_now = if code == Code::SenderRestricted { "" } else { ", or now with `--waive-limits`" };
    let what = format!(
        "request {request} stays held: {code} {name} stands in its way{until}; release it then{or_now}"
    );
    Failure::new(Exit::NotFound, what)
}

impl From<acquaint_engine::OpenError> for Failure {
    fn from(error: acquaint_engine::OpenError) -> Self {
        Self::new(Exit::Failed, error.to_string())
    }
}

impl From<Doubt> for Failure {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::Behind { machine, last } => Self::new(
                Exit::Failed,
                format!(
                    "the machine's clock says {}, which is {} before the last moment of the log or of the file `clock` beside it; nothing was done: set the clock right, remove that file if its moment is wrong, give a later time with --at, or --confirm-time to record this at {}",
                    rfc3339(machine),
                    human_span(last.since(machine)),
                    rfc3339(last)
                ),
            ),
            Doubt::Ahead { clock, given } => Self::new(
                Exit::BadInput,
                format!(
                    "{} is {} ahead of the clock, and nothing later could be recorded at an earlier time; nothing was done: give another time, or --confirm-time if this one is meant",
                    rfc3339(given),
                    human_span(given.since(clock))
                ),
            ),
        }
    }
}

impl From<acquaint_clock::ClockError> for Failure {
    fn from(error: acquaint_clock::ClockError) -> Self {
        let exit = match &error {
            acquaint_clock::ClockError::NotAMoment { .. } => Exit::BadInput,
            acquaint_clock::ClockError::Io { .. } => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<acquaint_log_file::OpenError> for Failure {
    fn from(error: acquaint_log_file::OpenError) -> Self {
        use acquaint_log_file::OpenError as Why;
        let exit = match &error {
            Why::Locked { .. } => Exit::OtherWriter,
            Why::NotALog { .. }
            | Why::NotAFile { .. }
            | Why::Absent { .. }
            | Why::NewerFormat { .. }
            | Why::OlderFormat { .. }
            | Why::OtherLog { .. } => Exit::BadInput,
            Why::MissingSegment { .. }
            | Why::Truncated { .. }
            | Why::OtherHistory { .. }
            | Why::Corrupt(_)
            | Why::SegmentBytes { .. }
            | Why::NotPermitted { .. }
            | Why::Io { .. } => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<acquaint_log_file::BackupError> for Failure {
    fn from(error: acquaint_log_file::BackupError) -> Self {
        use acquaint_log_file::BackupError as Why;
        match error {
            Why::Open(error) => Self::from(error),
            Why::NotEmpty { .. } => Self::new(Exit::BadInput, error.to_string()),
            Why::Damaged(_) => Self::new(Exit::Failed, error.to_string()),
        }
    }
}

impl From<acquaint_log_file::ConvertError> for Failure {
    fn from(error: acquaint_log_file::ConvertError) -> Self {
        use acquaint_log_file::ConvertError as Why;
        match error {
            Why::Open(error) => Self::from(error),
            Why::Version { .. } | Why::InTheWay(_) => Self::new(Exit::BadInput, error.to_string()),
            Why::Damaged { .. } | Why::Append(_) => Self::new(Exit::Failed, error.to_string()),
        }
    }
}

impl From<acquaint_log_file::ProveError> for Failure {
    fn from(error: acquaint_log_file::ProveError) -> Self {
        use acquaint_log_file::ProveError as Why;
        match error {
            Why::Open(error) => Self::from(error),
            Why::Absent { .. } | Why::Unsealed { .. } => Self::new(Exit::NotFound, error.to_string()),
            Why::Damaged { .. } => Self::new(Exit::Failed, error.to_string()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            // Whoever was reading has read enough.
            return Self::silent(Exit::Ok);
        }
        Self::new(Exit::Failed, format!("the answer cannot be written: {error}"))
    }
}
