//! The engine without threads: one command in, its events out, applied and staged.

use acquaint_domain::connection;
use acquaint_domain::{
    Actor, Addressee, Code, Command, CommandKey, CommandKind, CommandTag, Event, EventNumber, LetterNumber,
    MemberId, PolicyVersion, Recorded, RequestId, Send, Timestamp, incoming, network,
};
use acquaint_policy::{Facts, Policy, PolicyError, tzdata_version};
use acquaint_projection_members::Member;

use crate::error::SubmitError;
use crate::state::identity::content;
use crate::state::outcomes::CommandIdState;
use crate::state::receipt::{CommandOutcome, Receipt, Recording};
use crate::state::views::Views;
use crate::write::frames::Atoms;
use crate::write::gather::SendFacts;
use crate::write::outgoing::send_events;
use crate::write::oversight::SenderLimits;
use crate::write::pace::KernelOptions;
use crate::write::resolve::ResolvedSend;
use crate::write::sender_side::SenderSide;

/// A command, its moment, and its command id if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What the caller wants done.
    pub command: Command,
    /// Moment of the command: exact, or a lower bound.
    pub when: When,
    /// Its command id, as a key (see [`command_key`](crate::command_key)); `None` for a command without an id.
    pub key: Option<CommandKey>,
}

/// The moment of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Exactly this; [`SubmitError::TooEarly`] if the log's last event is later.
    Exactly(Timestamp),
    /// This, or the moment of the log's last event if that is later: for a clock that may be slow.
    NotBefore(Timestamp),
}

/// What the first two events of a log record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// The key from which request ids are derived: random, or a fixed number for tests and demonstrations.
    pub id_key: u128,
    /// The document of the first policy.
    pub policy: String,
    /// Time of the log's first event.
    pub at: Timestamp,
}

/// A log begins with two events: its key and its first policy.
const GENESIS_EVENTS: usize = 2;

/// The views, and the events applied to them that no log has yet.
#[derive(Clone, Debug, Default)]
pub struct Kernel {
    views: Views,
    staged: Vec<Recorded>,
    /// The last event of each staged atom: events that were recorded together stay in one frame.
    ends: Vec<EventNumber>,
    /// The moment of the last answer, until its follow-ups have run.
    followup_at: Option<Timestamp>,
    options: KernelOptions,
}

/// When, by whom and why events are recorded.
#[derive(Clone, Copy)]
pub(crate) struct Provenance {
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) tag: Option<CommandTag>,
    pub(crate) cause: Option<EventNumber>,
}

impl Kernel {
    /// A kernel that continues after the last event of `views`.
    pub fn new(views: Views) -> Self {
        Self { views, ..Self::default() }
    }

    pub(crate) fn options(&self) -> KernelOptions {
        self.options
    }

    pub(crate) fn with_options(self, options: KernelOptions) -> Self {
        Self { options, ..self }
    }

    /// The moment of the last answer, if its follow-ups have not run yet; the caller must run them.
    pub(crate) fn take_followup_at(&mut self) -> Option<Timestamp> {
        self.followup_at.take()
    }

    /// The views, with the staged events applied.
    pub fn views(&self) -> &Views {
        &self.views
    }

    /// The events that no log has yet, in order.
    pub fn staged(&self) -> &[Recorded] {
        &self.staged
    }

    /// The last event that is not staged: it is in the log, or being appended.
    pub(crate) fn last_unstaged(&self) -> EventNumber {
        self.staged.first().map_or(self.views.last(), |first| EventNumber(first.number.0 - 1))
    }

    /// Takes the staged events; the caller appends them to a log.
    pub fn take_staged(&mut self) -> Vec<Recorded> {
        self.take_atoms().events
    }

    /// Takes the staged events, with the boundaries of their atoms.
    pub(crate) fn take_atoms(&mut self) -> Atoms {
        // The next batch is likely as long as this one.
        let next = Vec::with_capacity(self.staged.len());
        let events = std::mem::replace(&mut self.staged, next);
        Atoms { events, ends: std::mem::take(&mut self.ends) }
    }

    /// Writes the first two events of a log.
    ///
    /// # Errors
    /// The text does not parse as a policy: where, and why.
    pub fn init(&mut self, genesis: &Genesis) -> Result<(), PolicyError> {
        let policy = Policy::parse(&genesis.policy)?;
        let adopted = policy_adopted(PolicyVersion(1), policy, &genesis.policy);
        let provenance = Provenance { at: genesis.at, actor: Actor::Operator, tag: None, cause: None };
        self.record(
            vec![Event::Network(network::Event::Founded { id_key: genesis.id_key }), adopted],
            provenance,
        );
        Ok(())
    }

    /// Whether the two events of the genesis, still staged, are the only ones.
    pub(crate) fn has_only_genesis(&self) -> bool {
        self.staged.len() == GENESIS_EVENTS && self.views.last().0 == GENESIS_EVENTS as u64
    }

    /// Answers a command: does the work that is due first, each piece at its own moment, then the command, then its follow-ups.
    ///
    /// # Errors
    /// The command cannot be answered. Due work may have been done nevertheless.
    pub fn handle(&mut self, input: Input) -> Result<Receipt, SubmitError> {
        let replied = self.reply(input);
        self.run_followups();
        replied
    }

    /// Answers a command, and leaves its follow-ups to [`run_followups`](Self::run_followups): a sender is answered before the
    /// letter is carried.
    ///
    /// # Errors
    /// The command cannot be answered. Due work may have been done nevertheless.
    pub fn reply(&mut self, input: Input) -> Result<Receipt, SubmitError> {
        self.run_followups();
        self.answer_input(input)
    }

    fn answer_input(&mut self, input: Input) -> Result<Receipt, SubmitError> {
        // This comes before the moment is checked: a repeated command records nothing, so its moment may be in the past.
        if let Some(receipt) = self.earlier_outcome(&input)? {
            return Ok(receipt);
        }
        input.command.within_bounds()?;
        let at = self.moment(input.when)?;
        self.advance(at);
        self.carry_out_before_command(&input.command);
        let acting = self.acting_member_of(&input.command)?;
        let actor = acting.map_or(Actor::Operator, |member| Actor::Member(member.id));
        if let Some(receipt) = self.flood_answer(&input.command, acting, at) {
            return Ok(receipt);
        }
        let tag = input.key.map(|key| CommandTag { key, content: content(&input.command) });
        let first = self.staged.len();
        let member = acting.map(|member| (member.id, member.tier));
        let events = match self.decide(&input.command, acting, at) {
            Ok(events) => events,
            Err(error) => return self.count_lookup(&input.command, member, error, at),
        };
        let provenance = Provenance { at, actor, tag, cause: None };
        self.check_size(&input.command, &events, provenance)?;
        self.record(events, provenance);
        let mut receipt = Receipt::of_first(self.staged.get(first).ok_or_else(no_policy)?);
        if let Some(next) = self.staged.get(first + 1) {
            receipt.complete(&next.event);
        }
        self.followup_at = Some(at);
        Ok(receipt)
    }

    /// Whether follow-ups of earlier decisions have not run yet.
    pub(crate) fn has_followups(&self) -> bool {
        self.followup_at.is_some() || self.views.has_departures()
    }

    /// Fills the counters of a policy that was just adopted. `before` yields every event before the first staged one.
    ///
    /// # Errors
    /// The first error that `before` yields.
    pub fn backfill_counters<E>(
        &mut self,
        before: impl Iterator<Item = Result<Recorded, E>>,
    ) -> Result<(), E> {
        let Self { views, staged, .. } = self;
        views.backfill_counters(before.chain(staged.iter().cloned().map(Ok)))
    }

    /// The outcome that a send would have at this moment. Under a policy that limits attempts, the check itself is recorded,
    /// and nothing else.
    ///
    /// # Errors
    /// As for the send itself.
    pub fn check(&mut self, send: &Send, when: When) -> Result<CommandOutcome, SubmitError> {
        send.within_bounds()?;
        let at = self.moment(when)?;
        self.advance(at);
        let command = Command::SendRequest(send.clone());
        self.carry_out_before_command(&command);
        let events = self.send(self.views.actor(&send.sender)?, send, at)?;
        let number = EventNumber(self.views.last().0 + 1);
        let actor = Actor::Operator;
        let mut recorded =
            events.into_iter().map(|event| Recorded { number, at, actor, command: None, cause: None, event });
        let mut receipt = recorded.next().map(|first| Receipt::of_first(&first)).ok_or_else(no_policy)?;
        for next in recorded {
            receipt.complete(&next.event);
        }
        self.count_check(&send.sender, receipt.verdict, at)?;
        Ok(receipt.verdict)
    }

    /// What the sender's desk knows of a send before judging it.
    ///
    /// # Errors
    /// The sender does not exist or has closed the account, or no policy is adopted.
    pub fn facts(&self, send: &Send, at: Timestamp) -> Result<Facts, SubmitError> {
        let sender = self.views.actor(&send.sender)?;
        let side = SenderSide::of(&self.views, sender).ok_or_else(no_policy)?;
        let ResolvedSend { lookup, addressee, entered } = side.resolve(send);
        let distance = side.distance(lookup, addressee, at);
        let theirs = side.theirs(lookup, addressee);
        let (entered, channel, theirs) = (&entered, &send.channel, theirs.as_ref());
        Ok(side.facts(&SendFacts { lookup, addressee, entered, channel, distance, theirs }, at))
    }

    /// The moment up to which due work is done before this command; `None` for a repeated command and for one that cannot be
    /// answered.
    pub(crate) fn due_before(&self, input: &Input) -> Option<Timestamp> {
        match self.earlier_outcome(input) {
            Ok(None) => self.moment(input.when).ok(),
            Ok(Some(_)) | Err(_) => None,
        }
    }

    /// The outcome of an earlier command with this id; `None` for a new one.
    fn earlier_outcome(&self, input: &Input) -> Result<Option<Receipt>, SubmitError> {
        let Some(key) = input.key else { return Ok(None) };
        let (When::Exactly(given) | When::NotBefore(given)) = input.when;
        let now = self.views.last_at().map_or(given, |last| last.max(given));
        match self.views.index.command(key, now) {
            CommandIdState::New => Ok(None),
            CommandIdState::Known(known, receipt) if known == content(&input.command) => {
                Ok(Some(Receipt { repeated: true, ..receipt }))
            }
            CommandIdState::Known(..) => Err(SubmitError::CommandIdReused),
            CommandIdState::Expired => Err(SubmitError::CommandIdExpired),
        }
    }

    /// The answer to a send beyond the attempts limit, which records nothing: the refusal that is already recorded represents
    /// it. A send that accepts a request is not an attempt.
    fn flood_answer(&self, command: &Command, acting: Option<&Member>, at: Timestamp) -> Option<Receipt> {
        let (Command::SendRequest(send), Some(sender)) = (command, acting) else { return None };
        let flood = self.views.ledger.flood(sender.id, at)?;
        let side = SenderSide::of(&self.views, sender)?;
        if send_events(&side, send, at).iter().any(|event| {
            matches!(event, Event::Incoming(incoming::Event { kind: incoming::Kind::Accepted { .. }, .. }))
        }) {
            return None;
        }
        let verdict = CommandOutcome::Refused(Code::AttemptsLimit);
        let request = Some(flood.request);
        Some(Receipt {
            event: flood.event,
            at,
            verdict,
            request,
            repeated: false,
            recording: Recording::Skipped,
        })
    }

    pub(crate) fn moment(&self, when: When) -> Result<Timestamp, SubmitError> {
        let last = self.views.last_at();
        match (when, last) {
            (When::NotBefore(at) | When::Exactly(at), None) => Ok(at),
            (When::NotBefore(at), Some(last)) => Ok(last.max(at)),
            (When::Exactly(given), Some(last)) if given < last => Err(SubmitError::TooEarly { given, last }),
            (When::Exactly(at), Some(_)) => Ok(at),
        }
    }

    /// The acting member; `None` for the operator.
    fn acting_member_of(&self, command: &Command) -> Result<Option<&Member>, SubmitError> {
        command.acting_member().map(|handle| self.views.actor(handle)).transpose()
    }

    fn decide(
        &self,
        command: &Command,
        acting: Option<&Member>,
        at: Timestamp,
    ) -> Result<Vec<Event>, SubmitError> {
        // The acting member was looked up already.
        let by = |handle| acting.map_or_else(|| self.views.actor(handle), Ok);
        match command {
            Command::SendRequest(send) => self.send(by(&send.sender)?, send, at),
            Command::AddMember { handle, tier, profile } => self.add_member(handle, *tier, profile),
            Command::ChangeMember { member, draft } => self.change_member(member, draft),
            Command::RestrictMember { member, until, cause } => {
                self.restrict_member(member, *until, *cause, at)
            }
            Command::BanMember(member) => self.ban_member(member),
            Command::LiftRestriction(member) => self.lift_restriction(member, at),
            Command::CloseMember(member) => self.close_member(member, at),
            Command::ImportContacts { member, contacts } => self.import_contacts(member, contacts),
            Command::ChangeSettings { member, change } => self.change_settings(member, change),
            Command::Block(pair) => {
                self.relate(CommandKind::Block, by(&pair.member)?, pair, connection::block)
            }
            Command::Unblock(pair) => {
                self.relate(CommandKind::Unblock, by(&pair.member)?, pair, connection::unblock)
            }
            Command::Disconnect(pair) => {
                self.relate(CommandKind::Disconnect, by(&pair.member)?, pair, connection::disconnect)
            }
            Command::RecordConnection(pair) => self.record_connection(pair),
            Command::Confirm(pair) => self.confirm(by(&pair.member)?, pair, at),
            Command::Accept(pair) => {
                self.answer(CommandKind::Accept, by(&pair.member)?, pair, at, incoming::accept)
            }
            Command::Decline(pair) => {
                self.answer(CommandKind::Decline, by(&pair.member)?, pair, at, incoming::decline)
            }
            Command::Ignore(pair) => {
                self.answer(CommandKind::Ignore, by(&pair.member)?, pair, at, incoming::dismiss)
            }
            Command::Report(pair) => {
                self.answer(CommandKind::Report, by(&pair.member)?, pair, at, incoming::report)
            }
            Command::Withdraw(pair) => self.withdraw(by(&pair.member)?, pair),
            Command::Remind(pair) => self.remind(by(&pair.member)?, pair, at),
            Command::RecordLookup { request, lookup } => self.record_lookup(*request, lookup),
            Command::AdoptPolicy { text } => self.adopt_policy(text),
            Command::ReleaseRequest(request) => self.release(*request, SenderLimits::Apply, at),
            Command::ReleaseWaivingLimits(request) => self.release(*request, SenderLimits::Waived, at),
            Command::RefuseRequest(request) => self.reject(*request),
            Command::OpenAppeal { member, request } => self.open_appeal(member, *request, at),
            Command::DecideAppeal { member, request, decision } => {
                self.decide_appeal(member, *request, *decision, at)
            }
            Command::StartFault { channel, fault } => {
                Ok(vec![Event::Network(network::Event::FaultStarted { channel: *channel, fault: *fault })])
            }
            Command::StopFault(channel) if self.views.outbox.has_fault(*channel) => {
                Ok(vec![Event::Network(network::Event::FaultStopped(*channel))])
            }
            Command::StopFault(_) => Err(SubmitError::NoFault),
        }
    }

    pub(crate) fn next_request(&self, member: MemberId) -> RequestId {
        self.views.index.next_request(member)
    }

    pub(crate) fn next_letter(&self, from: MemberId, to: Addressee, request: RequestId) -> LetterNumber {
        self.views.outbox.next_number_to(from, to, request)
    }

    /// Records events as part of the last atom: the log never has one without the other.
    pub(crate) fn record_in_last_atom(&mut self, events: Vec<Event>, provenance: Provenance) {
        if !events.is_empty() {
            self.ends.pop();
            self.record(events, provenance);
        }
    }

    /// Numbers, applies and stages events. Only the first event carries the command's id.
    pub(crate) fn record(&mut self, events: Vec<impl Into<Event>>, provenance: Provenance) {
        let Provenance { at, actor, tag, cause } = provenance;
        if events.is_empty() {
            return;
        }
        let Self { views, staged, ends, .. } = self;
        let first = staged.len();
        let (mut number, mut command) = (views.last(), tag);
        staged.extend(events.into_iter().map(|event| {
            number.0 += 1;
            Recorded { number, at, actor, command: command.take(), cause, event: event.into() }
        }));
        for recorded in &staged[first..] {
            // INVARIANT (adopted policies read): a policy is parsed before the event that adopts it is made.
            let applied = views.apply(recorded);
            debug_assert!(applied.is_ok(), "an event that the kernel made applies");
        }
        ends.push(views.last());
    }
}

/// The event that adopts `policy`, which was parsed from `text`.
pub(crate) fn policy_adopted(version: PolicyVersion, policy: Policy, text: &str) -> Event {
    Event::Network(network::Event::PolicyAdopted {
        version,
        name: policy.name,
        hash: *blake3::hash(text.as_bytes()).as_bytes(),
        text: text.to_owned(),
        tzdata: tzdata_version().map(str::to_owned),
    })
}

pub(crate) fn no_policy() -> SubmitError {
    SubmitError::BadInput("the log has adopted no policy; this program did not create it".to_owned())
}
