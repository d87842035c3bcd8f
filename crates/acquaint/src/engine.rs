//! The engine as a program embeds it: commands in, typed replies out.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use acquaint_domain::{Command, EmailAddress, RequestId};
use acquaint_engine::{AttachedView, View, When};

use crate::builder::{EngineBuilder, Folder, Memory};
use crate::command::{self, Connect, Identified, NewMember, OnMember, PairCommand, SettingsUpdate};
use crate::error::Error;
use crate::reply::{Done, SendOutcome, Sent};
use crate::running::Running;
use crate::timer::TimerThread;

/// The most sends that [`Engine::send_many`] queues at a time: a quarter of the queue, so that other callers find room.
const SEND_MANY_AT_ONCE: usize = 1_024;

/// A network of members and their connection requests, open for writing and reading.
///
/// This is a handle: cloning it is cheap, and all clones share one engine. It is `Send` and `Sync`. When the last clone is
/// dropped, the timer thread stops, every submitted command is answered, and the data folder is free for another engine.
///
/// Every method blocks until what it did or saw is durable, which takes about as long as one disk sync. In an async program,
/// call it where blocking is allowed.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<SharedEngine>,
}

struct SharedEngine {
    // Dropped first: its thread uses `running`.
    _timer: Option<TimerThread>,
    running: Arc<Running>,
}

impl Engine {
    /// An engine on this data folder: `Engine::builder(dir).open()`.
    pub fn builder(dir: impl Into<PathBuf>) -> EngineBuilder<Folder> {
        EngineBuilder::in_folder(dir)
    }

    /// An engine in memory, for tests: `Engine::in_memory().open()`.
    pub fn in_memory() -> EngineBuilder<Memory> {
        EngineBuilder::in_memory()
    }

    pub(crate) fn of(running: Arc<Running>, timer: Option<TimerThread>) -> Self {
        Self { shared: Arc::new(SharedEngine { _timer: timer, running }) }
    }

    pub(crate) fn running(&self) -> &Running {
        &self.shared.running
    }
}

/// # Requests, by members
impl Engine {
    /// Sends a connection request. A refusal is a reply, not an error: see [`Sent::outcome`].
    ///
    /// # Errors
    /// [`Error::UnknownMember`] or [`Error::ClosedMember`] for the sender; [`Error::MalformedAddress`] for the sender's
    /// handle or the extra e-mail address; [`Error::InvalidInput`] for a text that is too long; and those of [every
    /// command](crate::guide::errors#errors-of-every-command).
    pub fn send(&self, connect: Connect) -> Result<Sent, Error> {
        Sent::of(self.running().submit(connect.identified()?)?)
    }

    /// Sends many requests that share disk syncs. The replies are in the order of the requests; an error in one does not stop
    /// the others.
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
        let mut receipts = Vec::with_capacity(inputs.len());
        while !inputs.is_empty() {
            let rest = inputs.split_off(inputs.len().min(SEND_MANY_AT_ONCE));
            receipts.extend(self.running().engine.submit_many(std::mem::replace(&mut inputs, rest)));
        }
        let mut receipts = receipts.into_iter();
        let mut answered = || receipts.next().map_or(Err(Error::Busy), |receipt| Sent::of(receipt?));
        replies.into_iter().map(|error| error.map_or_else(&mut answered, Err)).collect()
    }

    /// The outcome that a send would have now; nothing is sent. Under a policy that limits attempts, the check counts as one.
    ///
    /// # Errors
    /// As for [`send`](Self::send).
    pub fn check(&self, connect: &Connect) -> Result<SendOutcome, Error> {
        let when = When::NotBefore(self.running().time.now());
        Ok(SendOutcome::of(self.running().engine.check(connect.send()?, when)?))
    }

    /// A member accepts another member's request, which connects the two.
    ///
    /// # Errors
    /// [`Error::NothingToDo`] if there is no request to answer; [`Error::UnknownAddress`] for the other member; and those of
    /// [every command](crate::guide::errors#errors-of-every-command). The methods down to [`disconnect`](Self::disconnect)
    /// return the same errors.
    pub fn accept(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::Accept)
    }

    /// A member declines another member's request. The sender is not notified.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn decline(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::Decline)
    }

    /// A member dismisses another member's request. The sender is not notified, and the request can still be accepted.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn dismiss(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::Ignore)
    }

    /// A member reports another member's request as unwanted. The sender is not notified.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn report(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::Report)
    }

    /// A member withdraws a request to another member. The policy refuses a new request to the same member for some time.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn withdraw(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::Withdraw)
    }

    /// A member confirms a request that waits for that confirmation: one that the member sent to the other, or one from the
    /// other.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn confirm(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::Confirm)
    }

    /// A member reminds another of a request, as early and as often as the policy allows.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn remind(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::Remind)
    }

    /// A member blocks another, who is not notified. A connection between the two ends.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn block(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::Block)
    }

    /// A member unblocks another.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn unblock(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::Unblock)
    }

    /// A member ends the connection with another.
    ///
    /// # Errors
    /// As for [`accept`](Self::accept).
    pub fn disconnect(&self, act: impl Into<PairCommand>) -> Result<Done, Error> {
        self.act(act, Command::Disconnect)
    }

    pub(crate) fn act(
        &self,
        act: impl Into<PairCommand>,
        command: fn(acquaint_domain::Pair) -> Command,
    ) -> Result<Done, Error> {
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
    /// [`Error::HandleTaken`]; [`Error::InvalidInput`] if an e-mail address or the profile URL belongs to another member;
    /// [`Error::MalformedAddress`]; and those of [every command](crate::guide::errors#errors-of-every-command).
    pub fn add_member(&self, member: impl Into<NewMember>) -> Result<Done, Error> {
        self.done(member.into().added()?)
    }

    /// Changes a member's profile or subscription; an omitted field stays as it is.
    ///
    /// # Errors
    /// As for [`add_member`](Self::add_member), and [`Error::UnknownMember`].
    pub fn change_member(&self, member: NewMember) -> Result<Done, Error> {
        self.done(member.changed()?)
    }

    /// Changes a member's settings; an omitted setting stays as it is.
    ///
    /// # Errors
    /// [`Error::UnknownMember`], [`Error::ClosedMember`]; [`Error::InvalidInput`] for too many companies or titles; and those of
    /// [every command](crate::guide::errors#errors-of-every-command).
    pub fn change_settings(&self, settings: SettingsUpdate) -> Result<Done, Error> {
        self.done(settings.identified()?)
    }

    /// Adds these e-mail addresses to a member's address book.
    ///
    /// # Errors
    /// As for [`change_settings`](Self::change_settings), and [`Error::MalformedAddress`].
    pub fn import_contacts(
        &self,
        member: impl Into<OnMember>,
        emails: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Done, Error> {
        let contacts: Result<Vec<EmailAddress>, Error> =
            emails.into_iter().map(|entered| command::email(entered.as_ref())).collect();
        let contacts = contacts?;
        self.done(member.into().identified(|member| Command::ImportContacts { member, contacts })?)
    }

    /// A member deletes the account, which cannot be undone. Open requests and connections end.
    ///
    /// # Errors
    /// [`Error::UnknownMember`], [`Error::ClosedMember`], and those of
    /// [every command](crate::guide::errors#errors-of-every-command).
    pub fn close_account(&self, member: impl Into<OnMember>) -> Result<Done, Error> {
        self.done(member.into().identified(Command::CloseMember)?)
    }

    /// A member appeals against the restriction or ban of the account or, if a request is named, against the decision that
    /// stopped that request.
    ///
    /// # Errors
    /// [`Error::NothingToDo`] if there is nothing to appeal against or an appeal is already open; those of
    /// [`close_account`](Self::close_account).
    pub fn appeal(&self, member: impl Into<OnMember>, request: Option<RequestId>) -> Result<Done, Error> {
        self.done(member.into().identified(|member| Command::OpenAppeal { member, request })?)
    }
}

/// # Views that a program adds
impl Engine {
    /// Adds a view that the program defines. A separate thread builds it from the first event of the log and keeps it up to
    /// date.
    ///
    /// Drop the view before the engine: the folder stays locked while the view exists.
    ///
    /// ```
    /// use acquaint::events::{Event, Recorded, View, incoming};
    /// use acquaint::{Connect, Engine};
    ///
    /// /// How many requests were accepted.
    /// #[derive(Default)]
    /// struct Accepted(u64);
    ///
    /// impl View for Accepted {
    ///     fn apply(&mut self, recorded: &Recorded) {
    ///         if let Event::Incoming(incoming::Event { kind: incoming::Kind::Accepted { .. }, .. }) = &recorded.event {
    ///             self.0 += 1;
    ///         }
    ///     }
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let engine = Engine::in_memory().open()?;
    /// # engine.add_member("alice")?;
    /// # engine.add_member("bob")?;
    /// let accepted = engine.add_view(Accepted::default());
    /// engine.send(Connect::from("alice").to("bob"))?;
    /// engine.accept(("bob", "alice"))?;
    /// assert_eq!(accepted.read(|view| view.0)?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_view<V: View>(&self, view: V) -> AttachedView<V> {
        self.running().engine.add_view(view)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.running().folder.as_ref().map(|folder| folder.path());
        f.debug_struct("Engine").field("folder", &folder).finish_non_exhaustive()
    }
}
