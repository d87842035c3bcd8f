//! Events as they are recorded.

use crate::event::Event;
use crate::ids::{CommandKey, EventNumber, MemberId, RequestId};
use crate::reason::Code;
use crate::time::Timestamp;
use crate::verdict::Verdict;

/// An event with its place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Number of the event in the log, from 1.
    pub number: EventNumber,
    /// When it was recorded; never earlier than the previous event.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// The command that caused it, if that had an id.
    pub command: Option<CommandTag>,
    /// The earlier event that led to it, if the engine recorded it as a follow-up.
    pub cause: Option<EventNumber>,
    /// The event that was recorded.
    pub event: Event,
}

/// The id and the content of a command, as fingerprints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommandTag {
    /// The actor and the id.
    pub key: CommandKey,
    /// A fingerprint of the content, so that other content under the same id is detected.
    pub content: u64,
}

/// Who caused an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A member, by number.
    Member(MemberId),
    /// The network's operator.
    Operator,
    /// The carrier of letters.
    Courier,
    /// A timer, without a command.
    Timer,
    /// An import of records.
    Archive,
}

/// Who withdrew a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WithdrawnBy {
    /// The member who sent the request.
    Member,
    /// The sender, by blocking the recipient.
    Block,
    /// The network, by banning the sender.
    Enforcement,
    /// The sender, by closing the account.
    Closure,
}

/// The commands whose refusal is recorded and has no other effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandKind {
    /// Confirm a held request, sent or received.
    Confirm,
    /// Accept a request.
    Accept,
    /// Decline a received request.
    Decline,
    /// Set a received request aside.
    Ignore,
    /// Report a received request.
    Report,
    /// Withdraw one's own request.
    Withdraw,
    /// Block a member.
    Block,
    /// Unblock a member.
    Unblock,
    /// Record a connection that exists already.
    Connect,
    /// End a connection.
    Disconnect,
    /// Change the member's settings.
    Settings,
    /// Import the member's contacts.
    Contacts,
    /// Remind of a request.
    Remind,
    /// Appeal against a decision of the network.
    Appeal,
}

/// A command that was refused and had no other effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCommand {
    /// The kind of command.
    pub command: CommandKind,
    /// Member who gave the command.
    pub member: MemberId,
    /// Other member that the command names, if any.
    pub other: Option<MemberId>,
    /// Request that the command is about, if any.
    pub request: Option<RequestId>,
    /// Reason code that explains it.
    pub code: Code,
    /// The verdict, if the command was judged.
    pub verdict: Option<Verdict>,
}
