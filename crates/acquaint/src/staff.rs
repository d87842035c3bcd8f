//! What the network's staff does.

use acquaint_domain::{Command, Fault, FaultChannel, Lookup, RequestId, Timestamp, Whether};

use crate::command::{Act, OnMember, Restriction};
use crate::engine::Engine;
use crate::error::Error;
use crate::reply::Done;

/// # Oversight, by the network's staff
impl Engine {
    /// Restricts a member for a time.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] for an end that has passed; those of [`close_account`](Self::close_account).
    pub fn restrict(&self, restriction: Restriction) -> Result<Done, Error> {
        self.done(restriction.identified()?)
    }

    /// Bans a member until [`lift`](Self::lift); open requests of theirs are withdrawn.
    ///
    /// # Errors
    /// As for [`close_account`](Self::close_account).
    pub fn ban(&self, member: impl Into<OnMember>) -> Result<Done, Error> {
        self.done(member.into().identified(Command::BanMember)?)
    }

    /// Lifts a restriction or ban.
    ///
    /// # Errors
    /// [`Error::NothingToDo`] where there is none; those of [`close_account`](Self::close_account).
    pub fn lift(&self, member: impl Into<OnMember>) -> Result<Done, Error> {
        self.done(member.into().identified(Command::LiftRestriction)?)
    }

    /// Writes down that two members are connected already, as known from elsewhere.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn record_connection(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::RecordConnection)
    }

    /// A review lets a held request go on, as far as its sender's limits allow.
    ///
    /// # Errors
    /// [`Error::StaysHeld`], with the first moment at which it may go on; [`Error::UnknownRequest`], [`Error::NothingToDo`].
    pub fn release(&self, request: RequestId) -> Result<Done, Error> {
        self.done(Command::ReleaseRequest(request).into())
    }

    /// A review lets a held request go on whatever its sender's limits say; it is not counted among them.
    ///
    /// # Errors
    /// As for [`release`](Self::release).
    pub fn release_waiving_limits(&self, request: RequestId) -> Result<Done, Error> {
        self.done(Command::ReleaseWaivingLimits(request).into())
    }

    /// A review refuses a held request.
    ///
    /// # Errors
    /// [`Error::UnknownRequest`], [`Error::NothingToDo`].
    pub fn refuse(&self, request: RequestId) -> Result<Done, Error> {
        self.done(Command::RefuseRequest(request).into())
    }

    /// Upholds a member's appeal: the member was right. `request` is that of the [appeal](Self::appeal).
    ///
    /// # Errors
    /// [`Error::NothingToDo`] where no such appeal is open; [`Error::UnknownMember`].
    pub fn uphold(&self, member: impl Into<OnMember>, request: Option<RequestId>) -> Result<Done, Error> {
        self.decide(member, request, Whether::Yes)
    }

    /// Dismisses a member's appeal.
    ///
    /// # Errors
    /// As for [`uphold`](Self::uphold).
    pub fn overrule(&self, member: impl Into<OnMember>, request: Option<RequestId>) -> Result<Done, Error> {
        self.decide(member, request, Whether::No)
    }

    fn decide(
        &self,
        member: impl Into<OnMember>,
        request: Option<RequestId>,
        upheld: Whether,
    ) -> Result<Done, Error> {
        self.done(member.into().identified(|member| Command::DecideAppeal { member, request, upheld })?)
    }

    /// Writes down that somebody of the staff looked at a request, and why: a member can ask who did.
    ///
    /// # Errors
    /// [`Error::UnknownRequest`]; [`Error::InvalidInput`] for a text beyond its bound.
    pub fn record_lookup(
        &self,
        request: RequestId,
        agent: impl Into<String>,
        reason: impl Into<String>,
    ) -> Result<Done, Error> {
        let lookup = Lookup { agent: agent.into(), because: reason.into() };
        self.done(Command::RecordLookup { request, lookup }.into())
    }

    /// Another policy decides from now on. Earlier decisions stay as they were made.
    ///
    /// # Errors
    /// [`Error::InvalidPolicy`].
    pub fn adopt_policy(&self, document: impl Into<String>) -> Result<Done, Error> {
        self.done(Command::AdoptPolicy { text: document.into() }.into())
    }
}

/// # Time, faults and trouble
impl Engine {
    /// The time by the engine's clock, which never goes back.
    pub fn now(&self) -> Timestamp {
        self.running().time.now()
    }

    /// Does what is due by now: deliveries that are retried, requests that expire, weekly feedback. The timer thread does so every
    /// second, and every command and read does so first; a program need not call it.
    ///
    /// # Errors
    /// [`Error::ClockJumped`], [`Error::Stopped`].
    pub fn run_due(&self) -> Result<(), Error> {
        self.running().tick()
    }

    /// When something is due next; `None` where nothing is.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn next_due(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.running().engine.next_due()?)
    }

    /// Confirms that the machine's clock is right after [`Error::ClockJumped`].
    pub fn confirm_clock(&self) {
        self.running().engine.trust_clock(self.running().time.now());
    }

    /// Why the timer thread could not do what was due at its last tick; `None` where it could.
    pub fn timer_trouble(&self) -> Option<Error> {
        self.running().trouble.lock().clone()
    }

    /// Why the last checkpoint in the background could not be written: the next start takes longer. Commands do not need one.
    pub fn checkpoint_trouble(&self) -> Option<String> {
        self.running().engine.checkpoint_trouble()
    }

    /// Lets deliveries through a channel fail, so that a test can see what members are told.
    ///
    /// # Errors
    /// Those of [every command](crate::guide::errors#errors-of-every-command).
    pub fn start_fault(&self, channel: FaultChannel, fault: Fault) -> Result<Done, Error> {
        self.done(Command::StartFault { channel, fault }.into())
    }

    /// Lets them succeed again.
    ///
    /// # Errors
    /// [`Error::NothingToDo`] where no such fault is running.
    pub fn stop_fault(&self, channel: FaultChannel) -> Result<Done, Error> {
        self.done(Command::StopFault(channel).into())
    }
}
