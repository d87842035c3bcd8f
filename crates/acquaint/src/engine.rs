//! The engine as a program embeds it: commands in, typed replies out.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use acquaint_domain::{Command, EmailAddress, Fault, FaultChannel, Lookup, RequestId, Timestamp, Whether};
use acquaint_engine::When;

use crate::builder::{Builder, Folder, Memory};
use crate::command::{self, Act, Connect, Identified, Member, OnMember, Restriction, Settings};
use crate::running::Running;
use crate::error::Error;
use crate::reply::{Done, SendOutcome, Sent};
use crate::timer::Timer;

/// A network of members and their connection requests, open for writing and reading.
///
/// It is a handle: cloning it is cheap, and all clones are one engine. It is `Send` and `Sync`. When the last clone is dropped,
/// the timer thread stops, everything that was submitted is answered, and the data folder is free for another engine.
///
/// Every method blocks until what it did or saw is durable, for about as long as one sync of the disk. In an async program, call
/// it where blocking is allowed.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    // Dropped first: its thread uses the core.
    _timer: Option<Timer>,
    running: Arc<Running>,
}

impl Engine {
    /// An engine on this data folder: `Engine::builder(dir).open()`.
    pub fn builder(dir: impl Into<PathBuf>) -> Builder<Folder> {
        Builder::in_folder(dir)
    }

    /// An engine in memory, for tests: `Engine::in_memory().open()`.
    pub fn in_memory() -> Builder<Memory> {
        Builder::in_memory()
    }

    pub(crate) fn of(running: Arc<Running>, timer: Option<Timer>) -> Self {
        Self { shared: Arc::new(Shared { _timer: timer, running }) }
    }

    pub(crate) fn running(&self) -> &Running {
        &self.shared.running
    }
}

/// # Requests, by members
impl Engine {
    /// Sends a request to connect. A refusal is a reply, not an error: see [`Sent::outcome`].
    ///
    /// # Errors
    /// [`Error::UnknownMember`] or [`Error::ClosedMember`] for the sender; [`Error::MalformedAddress`] for the sender's handle or
    /// the extra e-mail address; [`Error::InvalidInput`] for a text beyond its bound; and those of
    /// [every command](crate::guide::errors#errors-of-every-command).
    pub fn send(&self, connect: Connect) -> Result<Sent, Error> {
        Sent::of(self.running().submit(connect.identified()?)?)
    }

    /// Sends many requests with one wait for the disk; the replies are in the order of the requests, and one's error keeps no other
    /// from being sent.
    pub fn send_many(&self, connects: impl IntoIterator<Item = Connect>) -> Vec<Result<Sent, Error>> {
        let (mut inputs, mut replies) = (Vec::new(), Vec::new());
        for connect in connects {
            match connect.identified() {
                Ok(Identified { command, id }) => {
                    inputs.push(self.running().input(command, id.as_deref()));
                    replies.push(None);
                }
                Err(error) => replies.push(Some(error)),
            }
        }
        let mut receipts = self.running().engine.submit_many(inputs).into_iter();
        let mut answered = || receipts.next().map_or(Err(Error::Busy), |receipt| Sent::of(receipt?));
        replies.into_iter().map(|error| error.map_or_else(&mut answered, Err)).collect()
    }

    /// What a send would be answered now; nothing is sent. Under a policy that bounds attempts, the check counts as one.
    ///
    /// # Errors
    /// As for [`send`](Self::send).
    pub fn check(&self, connect: &Connect) -> Result<SendOutcome, Error> {
        let when = When::NotBefore(self.running().time.now());
        Ok(SendOutcome::of(self.running().engine.check(connect.send()?, when)?))
    }

    /// A member accepts the request of another; the two are connected.
    ///
    /// # Errors
    /// [`Error::NothingToDo`] where there is no request to answer; [`Error::UnknownAddress`] for the other; and those of
    /// [every command](crate::guide::errors#errors-of-every-command). The methods down to
    /// [`disconnect`](Self::disconnect) have the same.
    pub fn accept(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::Accept)
    }

    /// A member declines the request of another, who is not told.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn decline(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::Decline)
    }

    /// A member sets aside the request of another, who is not told. It can still be accepted.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn dismiss(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::Ignore)
    }

    /// A member reports the request of another as unwanted. The other is not told of it.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn report(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::Report)
    }

    /// A member takes the own request to another back. For some time after that a new one is refused.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn withdraw(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::Withdraw)
    }

    /// A member confirms a request that waits for this member: the own one to the other, or the other's.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn confirm(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::Confirm)
    }

    /// A member reminds another of the own request, as often and as early as the policy allows.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn remind(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::Remind)
    }

    /// A member blocks another, who is not told. A connection between the two ends.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn block(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::Block)
    }

    /// A member no longer blocks another.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn unblock(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::Unblock)
    }

    /// A member ends the connection with another.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn disconnect(&self, act: impl Into<Act>) -> Result<Done, Error> {
        self.act(act, Command::Disconnect)
    }

    fn act(&self, act: impl Into<Act>, command: fn(acquaint_domain::Pair) -> Command) -> Result<Done, Error> {
        self.done(act.into().identified(command)?)
    }

    pub(crate) fn done(&self, identified: Identified) -> Result<Done, Error> {
        Ok(Done::of(self.running().submit(identified)?))
    }
}

/// # Accounts, by members
impl Engine {
    /// A member joins.
    ///
    /// # Errors
    /// [`Error::HandleTaken`]; [`Error::InvalidInput`] where an e-mail address or the profile's URL is another member's;
    /// [`Error::MalformedAddress`]; and those of [every command](crate::guide::errors#errors-of-every-command).
    pub fn add_member(&self, member: impl Into<Member>) -> Result<Done, Error> {
        self.done(member.into().added()?)
    }

    /// A member's profile or subscription changes in the fields that are given.
    ///
    /// # Errors
    /// As for [`add_member`](Self::add_member), and [`Error::UnknownMember`].
    pub fn change_member(&self, member: Member) -> Result<Done, Error> {
        self.done(member.changed()?)
    }

    /// A member's settings change in what is given.
    ///
    /// # Errors
    /// [`Error::UnknownMember`], [`Error::ClosedMember`]; [`Error::InvalidInput`] for too many companies or titles; and those of
    /// [every command](crate::guide::errors#errors-of-every-command).
    pub fn change_settings(&self, settings: Settings) -> Result<Done, Error> {
        self.done(settings.identified()?)
    }

    /// A member's address book grows by these e-mail addresses.
    ///
    /// # Errors
    /// As for [`change_settings`](Self::change_settings), and [`Error::MalformedAddress`].
    pub fn import_contacts(
        &self,
        member: impl Into<OnMember>,
        emails: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Done, Error> {
        let contacts: Result<Vec<EmailAddress>, Error> =
            emails.into_iter().map(|typed| command::email(typed.as_ref())).collect();
        let contacts = contacts?;
        self.done(member.into().identified(|member| Command::ImportContacts { member, contacts })?)
    }

    /// A member deletes the account, for good. What is open ends, and so do the connections.
    ///
    /// # Errors
    /// [`Error::UnknownMember`], [`Error::ClosedMember`], and those of
    /// [every command](crate::guide::errors#errors-of-every-command).
    pub fn close_account(&self, member: impl Into<OnMember>) -> Result<Done, Error> {
        self.done(member.into().identified(Command::CloseMember)?)
    }

    /// A member appeals against the restriction or ban of the account, or, where a request is named, against what stopped that.
    ///
    /// # Errors
    /// [`Error::NothingToDo`] where nothing can be appealed against or an appeal is open; those of
    /// [`close_account`](Self::close_account).
    pub fn appeal(&self, member: impl Into<OnMember>, request: Option<RequestId>) -> Result<Done, Error> {
        self.done(member.into().identified(|member| Command::OpenAppeal { member, request })?)
    }
}

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
    pub fn connect(&self, act: impl Into<Act>) -> Result<Done, Error> {
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

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.running().folder.as_ref().map(|folder| folder.path());
        f.debug_struct("Engine").field("folder", &folder).finish_non_exhaustive()
    }
}
