//! For programs that serve the engine to others, such as `acquaint serve`: commands as values, and readings of the views.
//!
//! A program that embeds the engine needs only the methods of [`Engine`]. Those here neither choose a viewer nor hide
//! anything: who may ask what is for the caller to decide.

use acquaint_domain::{Handle, RequestId, Timestamp};
use acquaint_engine::{Input, When};

pub use acquaint_domain::Command;
pub use acquaint_engine::{CommandOutcome, Inquiry, OwnEnd, Receipt, command_key};

pub use acquaint_log::Position;
pub use acquaint_log_file::{
    EventProof, LeavesError, LogHead, LogId, Proof, Salt, SegmentFacts, SegmentProof, SiblingHash,
};

pub use crate::folder::is_open_to_everybody;
pub use crate::log_facts::{LogStats, ProvenRequest, TypeCount, UnprovenRequest};
pub use crate::log_tree::{ConsistencyError, LogTree, log_consistency, log_root_at, log_tree};

use crate::engine::Engine;
use crate::error::Error;

/// The id of a command, and whose it is: the same id of somebody else is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActorCommandId<'a> {
    /// The acting member's handle, or a name of the staff's that can be no handle.
    pub actor: &'a str,
    /// The id, as its caller chose it.
    pub id: &'a str,
}

impl Engine {
    /// Carries out a command and waits until it is durable.
    ///
    /// # Errors
    /// Those of the command's own method, and those of [every command](crate::guide::errors#errors-of-every-command).
    pub fn submit(&self, command: Command, id: Option<ActorCommandId<'_>>) -> Result<Receipt, Error> {
        let key = id.map(|ActorCommandId { actor, id }| command_key(actor, id));
        let when = When::NotBefore(self.now());
        Ok(self.running().engine.submit(Input { command, when, key })?)
    }

    /// What a command was answered with that was given this id in the last seven days; `None` if there was none.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn answered(&self, id: ActorCommandId<'_>) -> Result<Option<Receipt>, Error> {
        let key = command_key(id.actor, id.id);
        Ok(self.running().engine.read(|views| views.outcome(key))?)
    }

    /// Reads as of a moment, or as of now: everything that is due by then has happened. A moment in the past costs a replay
    /// of the log up to it.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Stopped`], [`Error::ClockJumped`].
    pub fn inquire<T>(
        &self,
        as_of: Option<Timestamp>,
        read: impl FnOnce(Inquiry<'_>, Timestamp) -> T,
    ) -> Result<T, Error> {
        match as_of {
            None => self.running().read(read),
            Some(as_of) => self.running().read_as_of(as_of, read),
        }
    }

    /// The handle of the member with this public id; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn handle_of(&self, public_id: u64) -> Result<Option<Handle>, Error> {
        Ok(self.running().engine.read(|views| {
            let member = views.member_of_public_id(public_id)?;
            views.members.get(member).map(|known| known.handle.clone())
        })?)
    }

    /// The public id of the member with this handle, which stays the same for as long as the log does; `None` if there is
    /// no such member.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn public_id_of(&self, handle: &Handle) -> Result<Option<u64>, Error> {
        Ok(self
            .running()
            .engine
            .read(|views| views.members.by_handle(handle).map(|known| views.public_id(known.id)))?)
    }

    /// The two ends of a request as the member with this handle may know them; `None` if the member is at neither end, or
    /// may not know of the request.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Stopped`], [`Error::ClockJumped`].
    pub fn own_end(&self, request: RequestId, member: &Handle) -> Result<Option<OwnEnd>, Error> {
        Ok(self.running().read(|inquiry, now| {
            let known = inquiry.views().members.by_handle(member).map(|known| known.id);
            known.map_or(Ok(None), |known| inquiry.own_end(request, known, now))
        })??)
    }
}
