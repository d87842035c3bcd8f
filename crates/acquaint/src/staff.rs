//! Commands of the network's staff.

use acquaint_domain::{AppealDecision, Command, Fault, FaultChannel, Lookup, RequestId, Timestamp};

use crate::command::{OnMember, PairCommand, Restriction};
use crate::engine::Engine;
use crate::error::Error;
use crate::reply::Done;

/// # Oversight, by the network's staff
impl Engine {
    /// Restricts a member until a given time.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] for an end in the past; those of [`close_account`](Self::close_account).
    pub fn restrict(&self, restriction: Restriction) -> Result<Done, Error> {
        self.done(restriction.identified()?)
    }

    /// Bans a member until [`lift`](Self::lift). The member's open requests are withdrawn.
    ///
    /// # Errors
    /// As for [`close_account`](Self::close_account).
    pub fn ban(&self, member: impl Into<OnMember>) -> Result<Done, Error> {
        self.done(member.into().identified(Command::BanMember)?)
    }

    /// Lifts a restriction or ban.
    ///
    /// # Errors
    /// [`Error::NothingToDo`] if there is none; those of [`close_account`](Self::close_account).
    pub fn lift(&self, member: impl Into<OnMember>) -> Result<Done, Error> {
        self.done(member.into().identified(Command::LiftRestriction)?)
    }

    /// Records an existing connection between two members, known from another source.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn record_connection(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::RecordConnection)
    }

    /// A review releases a held request, if its sender's limits allow.
    ///
    /// # Errors
    /// [`Error::StaysHeld`], with the earliest time at which it can be released; [`Error::UnknownRequest`],
    /// [`Error::NothingToDo`].
    pub fn release(&self, request: RequestId) -> Result<Done, Error> {
        self.done(Command::ReleaseRequest(request).into())
    }

    /// A review releases a held request regardless of its sender's limits, and the request does not count towards them.
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

    /// Upholds a member's appeal: the member was right. `request` is the one named in the [appeal](Self::appeal), if any.
    ///
    /// # Errors
    /// [`Error::NothingToDo`] if no such appeal is open; [`Error::UnknownMember`].
    pub fn uphold(&self, member: impl Into<OnMember>, request: Option<RequestId>) -> Result<Done, Error> {
        self.decide(member, request, AppealDecision::Upheld)
    }

    /// Rejects a member's appeal: the decision stands.
    ///
    /// # Errors
    /// As for [`uphold`](Self::uphold).
    pub fn overrule(&self, member: impl Into<OnMember>, request: Option<RequestId>) -> Result<Done, Error> {
        self.decide(member, request, AppealDecision::Dismissed)
    }

    fn decide(
        &self,
        member: impl Into<OnMember>,
        request: Option<RequestId>,
        decision: AppealDecision,
    ) -> Result<Done, Error> {
        self.done(member.into().identified(|member| Command::DecideAppeal { member, request, decision })?)
    }

    /// Records that a staff member looked at a request, and why. Members can ask who looked at their requests.
    ///
    /// # Errors
    /// [`Error::UnknownRequest`]; [`Error::InvalidInput`] for a text that is too long.
    pub fn record_lookup(
        &self,
        request: RequestId,
        agent: impl Into<String>,
        reason: impl Into<String>,
    ) -> Result<Done, Error> {
        let lookup = Lookup { agent: agent.into(), because: reason.into() };
        self.done(Command::RecordLookup { request, lookup }.into())
    }

    /// Adopts a policy for all later decisions. Earlier decisions do not change.
    ///
    /// # Errors
    /// [`Error::InvalidPolicy`].
    pub fn adopt_policy(&self, document: impl Into<String>) -> Result<Done, Error> {
        self.done(Command::AdoptPolicy { text: document.into() }.into())
    }
}

/// # Time, faults and failures
impl Engine {
    /// The time by the engine's clock, which never goes back.
    pub fn now(&self) -> Timestamp {
        self.running().time.now()
    }

    /// Runs the work that is due by now: delivery retries, expiries, weekly feedback. The timer thread does this every
    /// second, and every command and read does it first, so a program need not call it.
    ///
    /// # Errors
    /// [`Error::ClockJumped`], [`Error::Stopped`].
    pub fn run_due(&self) -> Result<(), Error> {
        self.running().tick()
    }

    /// When the next work is due; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Stopped`].
    pub fn next_due(&self) -> Result<Option<Timestamp>, Error> {
        Ok(self.running().engine.next_due()?)
    }

    /// Confirms, after [`Error::ClockJumped`], that the machine's clock is right.
    pub fn confirm_clock(&self) {
        self.running().engine.trust_clock(self.running().time.now());
    }

    /// Why the timer thread failed at its last tick; `None` if it succeeded.
    pub fn timer_trouble(&self) -> Option<Error> {
        self.running().trouble.lock().clone()
    }

    /// Why the last background checkpoint could not be written; `None` if it was. Without it the next start takes longer;
    /// commands do not need it.
    pub fn checkpoint_trouble(&self) -> Option<String> {
        self.running().engine.checkpoint_trouble()
    }

    /// Makes deliveries through a channel fail, so that a test can see what members are told.
    ///
    /// # Errors
    /// Those of [every command](crate::guide::errors#errors-of-every-command).
    pub fn start_fault(&self, channel: FaultChannel, fault: Fault) -> Result<Done, Error> {
        self.done(Command::StartFault { channel, fault }.into())
    }

    /// Makes deliveries through a channel succeed again.
    ///
    /// # Errors
    /// [`Error::NothingToDo`] if no fault is active on this channel.
    pub fn stop_fault(&self, channel: FaultChannel) -> Result<Done, Error> {
        self.done(Command::StopFault(channel).into())
    }
}
