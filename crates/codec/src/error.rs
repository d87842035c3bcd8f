//! What can be wrong with bytes that should be an event.

use acquaint_domain::EventNumber;

/// Why bytes are not an event that this program can read. No error quotes what a section holds, because a personal section
/// may hold anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The envelope is cut off.
    #[error("the record has {len} bytes and its envelope alone takes {needed} or more; it is cut off")]
    EnvelopeCutOff {
        /// How many bytes there are.
        len: usize,
        /// The fewest bytes that are needed.
        needed: usize,
    },
    /// Flags that this version of the program does not know, or that contradict one another or the fields.
    #[error(
        "the envelope has the flags {flags:#06x}, which this program does not know; read it with a newer program"
    )]
    UnknownFlags {
        /// The flags that were found.
        flags: u16,
    },
    /// An unknown kind of actor.
    #[error(
        "the envelope names the kind of actor {kind}, which this program does not know; read it with a newer program"
    )]
    UnknownActor {
        /// The number that was found.
        kind: u8,
    },
    /// The envelope and the bytes disagree on the record's length.
    #[error(
        "the envelope announces a record of {announced} bytes and there are {len}; it is cut off or has bytes after it"
    )]
    Length {
        /// The length that the envelope gives.
        announced: usize,
        /// How many bytes there are.
        len: usize,
    },
    /// A section longer than any that a log accepts.
    #[error(
        "the {part} of `{event}` has {len} bytes and at most {len_max} are read; it is not a record of this format"
    )]
    SectionTooLong {
        /// The type of event.
        event: &'static str,
        /// The section with the problem.
        part: StoredPart,
        /// Its length in bytes.
        len: usize,
        /// The most bytes that are read.
        len_max: usize,
    },
    /// No type of event has this number.
    #[error("this program does not know events of type {id}; read it with a newer program")]
    UnknownType {
        /// Type id that was found.
        id: u16,
    },
    /// The type has no such version in this program.
    #[error(
        "`{event}` is stored in version {version} and this program reads 1 to {newest}; read it with a newer program"
    )]
    UnknownVersion {
        /// The type of event.
        event: &'static str,
        /// The version in the envelope.
        version: u16,
        /// The newest version that this program knows.
        newest: u16,
    },
    /// The sections are written by an unknown codec.
    #[error(
        "the sections are written by codec {codec}, which this program does not know; read it with a newer program"
    )]
    UnknownCodec {
        /// The number that was found.
        codec: u8,
    },
    /// A section does not read as what it should be.
    #[error("the {part} of `{event}` cannot be read: {problem}")]
    Unreadable {
        /// The type of event.
        event: &'static str,
        /// The section with the problem.
        part: StoredPart,
        /// What is wrong with it.
        problem: DecodeProblem,
    },
    /// There is a personal section, or one was erased, in a type without personal fields.
    #[error("`{event}` has a personal section, and its type has no personal fields")]
    PersonalUnexpected {
        /// The type of event.
        event: &'static str,
    },
    /// There is neither a personal section nor the mark of an erased one.
    #[error("`{event}` has neither a personal section nor the mark of an erased one")]
    PersonalMissing {
        /// The type of event.
        event: &'static str,
    },
    /// The personal section belongs to another member than the event.
    #[error(
        "the personal section of `{event}` belongs to member {found}, and the event to member {expected}"
    )]
    ForeignOwner {
        /// The type of event.
        event: &'static str,
        /// Number of the member to whom it must belong.
        expected: u32,
        /// Number of the member to whom it says it belongs.
        found: u32,
    },
    /// The personal section is encrypted.
    #[error(
        "the personal section of `{event}` is under key {key}, and this program has no keys; read it with a newer program"
    )]
    Encrypted {
        /// The type of event.
        event: &'static str,
        /// The key's number.
        key: u32,
    },
    /// The envelope names a request that the event is not about.
    #[error("the envelope of `{event}` names a request that the event is not about")]
    ForeignRequest {
        /// The type of event.
        event: &'static str,
    },
    /// The record belongs in another place of the log.
    #[error("the record at position {expected} says that it belongs at {found}; verify the log")]
    Misplaced {
        /// The position where it was found.
        expected: EventNumber,
        /// The position in its envelope.
        found: EventNumber,
    },
}

/// A section of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredPart {
    /// The fields that are not personal.
    Body,
    /// The personal fields.
    Personal,
}

/// What is wrong with a section.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeProblem {
    /// A value in it is cut off.
    #[error("it ends in the middle of a value")]
    CutOff,
    /// The event ends before the section does.
    #[error("{len} bytes are left over")]
    LeftOver {
        /// Number of bytes left over.
        len: usize,
    },
    /// A text is not UTF-8.
    #[error("a text in it is not UTF-8")]
    NotText,
    /// A value that the field cannot have.
    #[error("{0}")]
    Value(String),
    /// A number that is too large for its field, or written in another way than the one that is written.
    #[error("a number in it is not valid")]
    Number,
}

/// What is wrong with the table of stored forms: a programming error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// A number is given twice, or is out of order.
    #[error(
        "`{event}` has number {id}, which is not above the one before it; numbers ascend and are given once"
    )]
    OutOfOrder {
        /// The row's type of event.
        event: &'static str,
        /// Type id that is not above the one before it.
        id: u16,
    },
    /// A number or a version that is too great for an envelope.
    #[error(
        "`{event}` has number {id} and version {version}, and an envelope holds numbers up to 1023 and versions up to 31"
    )]
    TooGreat {
        /// The row's type of event.
        event: &'static str,
        /// Type id that is too great.
        id: u16,
        /// Its newest version.
        version: u16,
    },
    /// A row without a reader.
    #[error("`{event}` has no reader; give it one for every version from 1 on")]
    NoReader {
        /// The row's type of event.
        event: &'static str,
    },
}

impl std::fmt::Display for StoredPart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Body => "body",
            Self::Personal => "personal section",
        })
    }
}
