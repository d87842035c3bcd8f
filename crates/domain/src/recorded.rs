//! What is recorded with an event.

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
    /// When it was recorded; never before the event before it.
    pub at: Timestamp,
    /// Who made it happen.
    pub actor: Actor,
    /// The command that it answers, where that had an id.
    pub command: Option<CommandTag>,
    /// The earlier event that led to it, where one of the engine's own steps did.
    pub cause: Option<EventNumber>,
    /// The event that was recorded.
    pub event: Event,
}

/// Under which id a command came, and what it said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommandTag {
    /// The actor and the id.
    pub key: CommandKey,
    /// A fingerprint of the content, so that other content under the same id is noticed.
    pub content: u64,
}

/// Who made something happen.
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
    /// An importer of somebody else's records.
    Archive,
}

/// Who took a request back.
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

/// The commands that can be refused for a reason and leave nothing else behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommandKind {
    /// Confirm one's own held request, or one that waits for display.
    Confirm,
    /// Accept a request.
    Accept,
    /// Decline a received request.
    Decline,
    /// Set one aside.
    Ignore,
    /// Report a received request.
    Report,
    /// Take one back.
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

/// A command that was refused, and left nothing else behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCommand {
    /// What was asked.
    pub command: CommandKind,
    /// Member who gave the command.
    pub member: MemberId,
    /// Other member that the command names, if any.
    pub other: Option<MemberId>,
    /// About which request.
    pub request: Option<RequestId>,
    /// Reason code that explains it.
    pub code: Code,
    /// What the rules found, where they were asked.
    pub verdict: Option<Verdict>,
}
