//! What can be wrong with bytes that should be an event.

use acquaint_domain::EventNumber;

/// Why these bytes are not an event that this program can read. None of it quotes what a section holds, because a
/// personal section may hold anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The envelope is not all there.
    #[error("the record has {len} bytes and its envelope alone takes {needed} or more; it is cut off")]
    EnvelopeCutOff {
        /// How many bytes there are.
        len: usize,
        /// How many are needed at least.
        needed: usize,
    },
    /// Flags that no version of this program has written, or two that exclude each other.
    #[error(
        "the envelope has the flags {flags:#06x}, which this program does not know; read it with a newer program"
    )]
    UnknownFlags {
        /// The flags that were found.
        flags: u16,
    },
    /// A kind of actor without a meaning.
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
    /// A section that no log would have taken.
    #[error(
        "the {part} of `{event}` has {len} bytes and at most {len_max} are read; it is no record of this format"
    )]
    SectionTooLong {
        /// The type of event.
        event: &'static str,
        /// Section in which the problem is.
        part: StoredPart,
        /// Its length in bytes.
        len: usize,
        /// The most bytes that are read.
        len_max: usize,
    },
    /// No type of event has this number.
    #[error("events of type {id} are not known to this program; read it with a newer program")]
    UnknownType {
        /// Type id that was found.
        id: u16,
    },
    /// The type has no such version (yet).
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
    /// The sections are written by some other codec.
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
        /// Section in which the problem is.
        part: StoredPart,
        /// What is wrong with it.
        problem: DecodeProblem,
    },
    /// There is a personal section, or one was erased, where the type has nothing personal.
    #[error("`{event}` has a personal section and nothing in it is personal")]
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
    /// The personal section belongs to another member than the event says.
    #[error(
        "the personal section of `{event}` belongs to member {found} and the event is of member {expected}"
    )]
    ForeignOwner {
        /// The type of event.
        event: &'static str,
        /// Whose it must be.
        expected: u32,
        /// Whose it says it is.
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
    /// The record is that of another place in the log.
    #[error("the record at position {expected} says that it belongs at {found}; verify the log")]
    Misplaced {
        /// Where it was found.
        expected: EventNumber,
        /// Where it says it belongs.
        found: EventNumber,
    },
}

/// A section of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoredPart {
    /// What is not personal.
    Body,
    /// The section of personal fields.
    Personal,
}

/// What is wrong with a section.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeProblem {
    /// Something in it is not all there.
    #[error("it ends in the middle of a value")]
    CutOff,
    /// The event ends before the section does.
    #[error("{len} bytes are left over")]
    LeftOver {
        /// How many bytes.
        len: usize,
    },
    /// A text is not UTF-8.
    #[error("a text in it is not UTF-8")]
    NotText,
    /// A value that the field cannot have.
    #[error("{0}")]
    Value(String),
    /// A number wider than its field, or a mark of presence that is neither 0 nor 1.
    #[error("a number in it is not one that can stand there")]
    Number,
}

/// What is wrong with the table of stored forms: a mistake in the last change to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// A row does not follow the one with the next smaller number; a number is given twice, or out of order.
    #[error(
        "`{event}` has number {id}, which is not above the one before it; numbers ascend and are given once"
    )]
    OutOfOrder {
        /// The row's type of event.
        event: &'static str,
        /// Type id that does not follow the one before it.
        id: u16,
    },
    /// A number or a version that no envelope holds.
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
    /// A row without a version.
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
