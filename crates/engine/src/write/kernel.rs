//! The engine without threads: one command in, its events out, applied and staged.

use acquaint_domain::connection;
use acquaint_domain::{
    Actor, Addressee, Code, Command, CommandKey, CommandKind, CommandTag, Event, EventNumber, Lane,
    LetterNumber, MemberId, PolicyVersion, Recorded, RequestId, Send, Timestamp, Whether, incoming, network,
};
use acquaint_policy::{Facts, Policy, PolicyError, tzdata_version};
use acquaint_projection_members::Member;

use crate::error::SubmitError;
use crate::state::identity::content;
use crate::state::outcomes::CommandIdState;
use crate::state::receipt::{CommandOutcome, Receipt};
use crate::state::views::Views;
use crate::write::frames::Atoms;
use crate::write::gather::SendFacts;
use crate::write::outgoing::sent;
use crate::write::oversight::SenderLimits;
use crate::write::pace::KernelOptions;
use crate::write::resolve::ResolvedSend;
use crate::write::sender_side::SenderSide;

/// A command with the moment at which it is asked and, if it has one, its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What is asked.
    pub command: Command,
    /// Time of the command, and how strictly it is meant.
    pub when: When,
    /// Under which id (see [`command_key`](crate::command_key)).
    pub key: Option<CommandKey>,
}

/// The moment of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Exactly this; bad input when the log has gone past it.
    Exactly(Timestamp),
    /// This, or the log's last moment if that is later: for a clock that may be slow.
    NotBefore(Timestamp),
}

/// What a log begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// The key under which request ids derive: random, or a fixed number for tests and demonstrations.
    pub id_key: u128,
    /// The document of the first policy.
    pub policy: String,
    /// Time of the log's first event.
    pub at: Timestamp,
}

/// A log begins with its key and its policy.
const FOUNDING_EVENTS: usize = 2;

/// Views, and what has happened since they were last put into a log.
#[derive(Clone, Debug, Default)]
pub struct Kernel {
    views: Views,
    staged: Vec<Recorded>,
    /// The last event of each of what was recorded together and may not be parted.
    ends: Vec<EventNumber>,
    /// The moment of the last answer, while what follows from it has not happened yet.
    followup_at: Option<Timestamp>,
    bounds: KernelOptions,
}

/// What led to the events that are being recorded.
#[derive(Clone, Copy)]
pub(crate) struct Provenance {
    pub(crate) at: Timestamp,
    pub(crate) actor: Actor,
    pub(crate) tag: Option<CommandTag>,
    pub(crate) cause: Option<EventNumber>,
}

impl Kernel {
    /// A desk that begins where `views` end.
    pub fn new(views: Views) -> Self {
        Self { views, ..Self::default() }
    }

    pub(crate) fn bounds(&self) -> KernelOptions {
        self.bounds
    }

    pub(crate) fn bounded(self, bounds: KernelOptions) -> Self {
        Self { bounds, ..self }
    }

    /// The moment of the last answer, if what follows from it has not happened yet; the caller lets it happen.
    pub(crate) fn take_unsettled(&mut self) -> Option<Timestamp> {
        self.followup_at.take()
    }

    /// The views, what is staged included.
    pub fn views(&self) -> &Views {
        &self.views
    }

    /// What has happened and is not in a log yet, in order.
    pub fn staged(&self) -> &[Recorded] {
        &self.staged
    }

    /// The last event that is not staged: it is in the log, or on its way there.
    pub(crate) fn last_unstaged(&self) -> EventNumber {
        self.staged.first().map_or(self.views.last(), |first| EventNumber(first.number.0 - 1))
    }

    /// Takes what is staged, to put it into a log.
    pub fn take_staged(&mut self) -> Vec<Recorded> {
        self.take_atoms().events
    }

    /// The same, with where it may be parted.
    pub(crate) fn take_atoms(&mut self) -> Atoms {
        // The next batch is likely as long as this one.
        let next = Vec::with_capacity(self.staged.len());
        let events = std::mem::replace(&mut self.staged, next);
        Atoms { events, ends: std::mem::take(&mut self.ends) }
    }

    /// Writes the first two events of a log.
    ///
    /// # Errors
    /// The policy is none: where, and why.
    pub fn init(&mut self, founding: &Genesis) -> Result<(), PolicyError> {
        let policy = Policy::parse(&founding.policy)?;
        let adopted = Event::Network(network::Event::PolicyAdopted {
            version: PolicyVersion(1),
            name: policy.name,
            hash: *blake3::hash(founding.policy.as_bytes()).as_bytes(),
            text: founding.policy.clone(),
            tzdata: tzdata_version().map(str::to_owned),
        });
        let because = Provenance { at: founding.at, actor: Actor::Operator, tag: None, cause: None };
        self.record(
            vec![Event::Network(network::Event::Founded { id_key: founding.id_key }), adopted],
            because,
        );
        Ok(())
    }

    /// Whether nothing has happened yet but the founding.
    pub(crate) fn has_only_founded(&self) -> bool {
        self.staged.len() == FOUNDING_EVENTS && self.views.last().0 == FOUNDING_EVENTS as u64
    }

    /// Answers a command: what is due first, each piece of work at its own moment, then what was asked, then what follows at once.
    ///
    /// # Errors
    /// The command cannot be answered; what was due has happened all the same.
    pub fn handle(&mut self, input: Input) -> Result<Receipt, SubmitError> {
        let replied = self.reply(input);
        self.run_followups();
        replied
    }

    /// Answers a command, and leaves what follows from it to [`run_followups`](Self::run_followups): the letter of a send is not
    /// carried before the sender is answered.
    ///
    /// # Errors
    /// The command cannot be answered; what was due has happened all the same.
    pub fn reply(&mut self, input: Input) -> Result<Receipt, SubmitError> {
        self.run_followups();
        self.answer_input(input)
    }

    fn answer_input(&mut self, input: Input) -> Result<Receipt, SubmitError> {
        // First of all: a repetition writes nothing, so the log may have gone past the moment that it names.
        if let Some(receipt) = self.seen_before(&input)? {
            return Ok(receipt);
        }
        input.command.within_bounds()?;
        let at = self.moment(input.when)?;
        self.advance(at);
        self.carry_out_first_for(&input.command);
        let acting = self.acting(&input.command)?;
        let actor = acting.map_or(Actor::Operator, |member| Actor::Member(member.id));
        if let Some(receipt) = self.flooded(&input.command, acting, at) {
            return Ok(receipt);
        }
        let tag = input.key.map(|key| CommandTag { key, content: content(&input.command) });
        let first = self.staged.len();
        let member = acting.map(|member| (member.id, member.tier));
        let events = match self.decide(&input.command, acting, at) {
            Ok(events) => events,
            Err(error) => return self.counted_lookup(&input.command, member, error, at),
        };
        let because = Provenance { at, actor, tag, cause: None };
        self.check_size(&input.command, &events, because)?;
        self.record(events, because);
        let mut receipt = Receipt::begin(self.staged.get(first).ok_or_else(no_policy)?);
        if let Some(next) = self.staged.get(first + 1) {
            receipt.read_on(&next.event);
        }
        self.followup_at = Some(at);
        Ok(receipt)
    }

    /// Whether something follows from what was decided that has not happened yet.
    pub(crate) fn is_unsettled(&self) -> bool {
        self.followup_at.is_some() || self.views.has_departures()
    }

    /// Fills the counters of a policy that was just adopted: `before` is every event up to the first that is staged.
    ///
    /// # Errors
    /// The first of `before`.
    pub fn backfill_counters<E>(
        &mut self,
        before: impl Iterator<Item = Result<Recorded, E>>,
    ) -> Result<(), E> {
        let Self { views, staged, .. } = self;
        views.backfill_counters(before.chain(staged.iter().cloned().map(Ok)))
    }

    /// What a send would come to at this moment. Under a policy that bounds attempts it is written down that somebody asked,
    /// and nothing else.
    ///
    /// # Errors
    /// As for the send itself.
    pub fn check(&mut self, send: &Send, when: When) -> Result<CommandOutcome, SubmitError> {
        send.within_bounds()?;
        let at = self.moment(when)?;
        self.advance(at);
        let command = Command::SendRequest(send.clone());
        self.carry_out_first_for(&command);
        let events = self.send(self.views.actor(&send.sender)?, send, at)?;
        let number = EventNumber(self.views.last().0 + 1);
        let actor = Actor::Operator;
        let mut would =
            events.into_iter().map(|event| Recorded { number, at, actor, command: None, cause: None, event });
        let mut receipt = would.next().map(|first| Receipt::begin(&first)).ok_or_else(no_policy)?;
        for next in would {
            receipt.read_on(&next.event);
        }
        self.count_check(&send.sender, receipt.verdict, at)?;
        Ok(receipt.verdict)
    }

    /// What the sender's desk knows of a send before it judges.
    ///
    /// # Errors
    /// There is no such sender.
    pub fn facts(&self, send: &Send, at: Timestamp) -> Result<Facts, SubmitError> {
        let sender = self.views.actor(&send.sender)?;
        let side = SenderSide::of(&self.views, sender).ok_or_else(no_policy)?;
        let ResolvedSend { reading, addressee, typed } = side.addressed(send);
        let distance = side.distance(reading, addressee, at);
        let theirs = side.theirs(reading, addressee);
        let (typed, channel, theirs) = (&typed, &send.channel, theirs.as_ref());
        Ok(side.facts(&SendFacts { reading, addressee, typed, channel, distance, theirs }, at))
    }

    /// The moment until which what is due happens before this command; `None` where nothing does: for a repetition, or where
    /// it cannot be answered.
    pub(crate) fn due_before(&self, input: &Input) -> Option<Timestamp> {
        match self.seen_before(input) {
            Ok(None) => self.moment(input.when).ok(),
            Ok(Some(_)) | Err(_) => None,
        }
    }

    /// The outcome of an earlier command with this id; `None` for a new one.
    fn seen_before(&self, input: &Input) -> Result<Option<Receipt>, SubmitError> {
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

    /// Beyond the attempts limit a send leaves nothing behind: the recorded refusal represents it. One that
    /// accepts a request is no attempt.
    fn flooded(&self, command: &Command, acting: Option<&Member>, at: Timestamp) -> Option<Receipt> {
        let (Command::SendRequest(send), Some(sender)) = (command, acting) else { return None };
        let flood = self.views.ledger.flood(sender.id, at)?;
        let side = SenderSide::of(&self.views, sender)?;
        if sent(&side, send, at).iter().any(|event| {
            matches!(event, Event::Incoming(incoming::Event { kind: incoming::Kind::Accepted { .. }, .. }))
        }) {
            return None;
        }
        let verdict = CommandOutcome::Refused(Code::AttemptsLimit);
        let request = Some(flood.request);
        Some(Receipt { event: flood.event, at, verdict, request, repeated: false, is_recorded: Whether::No })
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

    /// The member who acts; `None` for the operator.
    fn acting(&self, command: &Command) -> Result<Option<&Member>, SubmitError> {
        command.acting_member().map(|handle| self.views.actor(handle)).transpose()
    }

    fn decide(
        &self,
        command: &Command,
        acting: Option<&Member>,
        at: Timestamp,
    ) -> Result<Vec<Event>, SubmitError> {
        // Who acts was looked up already.
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
            Command::DecideAppeal { member, request, upheld } => {
                self.decide_appeal(member, *request, *upheld, at)
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
        match to {
            Addressee::Member(to) => self.views.outbox.next_number(Lane::Member { from, to }),
            Addressee::Email | Addressee::Nobody => {
                self.views.outbox.next_number(Lane::Email { from, request })
            }
        }
    }

    /// Records events together with what was recorded last: neither is ever in the log without the other.
    pub(crate) fn record_with_the_last(&mut self, events: Vec<Event>, because: Provenance) {
        if !events.is_empty() {
            self.ends.pop();
            self.record(events, because);
        }
    }

    /// Numbers, applies and stages what has happened. Only the first event carries the command's id.
    pub(crate) fn record(&mut self, events: Vec<impl Into<Event>>, because: Provenance) {
        let Provenance { at, actor, tag, cause } = because;
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
            debug_assert!(applied.is_ok(), "an event of our own making applies");
        }
        ends.push(views.last());
    }
}

pub(crate) fn no_policy() -> SubmitError {
    SubmitError::BadInput("the log has adopted no policy; it was not founded by this program".to_owned())
}
