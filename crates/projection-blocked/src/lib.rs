//! The view of what did not get through: requests that were refused, given up or kept back, with their codes; and blocks
//! between members.
//!
//! **What it is.** A fold over events. A request is listed from the moment it is stopped until it gets through after all (the
//! recipient accepts a request that was kept back) or is no longer open.
//!
//! **Where to start reading.** [`Blocked::apply`].
//!
//! **This crate never** does IO, imports another projection, rejects an event, or holds state that a replay of the log cannot
//! rebuild.

mod snapshot;

use acquaint_domain::{
    Code, ConnectionName, Entered, Event, ImportedPlace, ImportedRecord, MemberId, Outcome, Personal,
    Recorded, RequestId, RequestRef, Timestamp, Verdict, connection, import, incoming, letter, network,
    outgoing, oversight,
};
use acquaint_table::{Dense, Sorted, Table};

/// What did not get through.
#[derive(Clone, Debug, Default, Hash)]
pub struct Blocked {
    /// Since when, by the blocking and then by the blocked member.
    blocks: Dense<MemberId, Sorted<MemberId, Timestamp>>,
    stopped: Table<RequestId, BlockedRequest>,
    /// The address entered for the request that was just submitted: its verdict is the next event.
    submitted: Option<(RequestId, Personal<String>)>,
    /// The addresses entered for held requests: a review may refuse them.
    held: Table<RequestId, Personal<String>>,
}

/// A request that did not get through.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BlockedRequest {
    /// Id of the request.
    pub request: RequestId,
    /// The member who sent the request.
    pub sender: MemberId,
    /// Where it was stopped.
    pub desk: StoppedAt,
    /// The code of the cause.
    pub code: Code,
    /// Time at which it was stopped.
    pub at: Timestamp,
}

/// Where a request was stopped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum StoppedAt {
    /// At the sender's desk; holds the address as entered.
    Sender(Personal<String>),
    /// In transit; it was given up.
    Road,
    /// At this recipient's desk.
    Recipient(MemberId),
    /// Nowhere: no member has the address.
    Nobody,
}

impl Blocked {
    /// Applies the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        let (event, at) = (&recorded.event, recorded.at);
        match event {
            Event::Network(event) => self.apply_network(event, at),
            Event::Connection(connection) => self.apply_connection(connection, event, at),
            Event::Outgoing(outgoing) => self.apply_outgoing(outgoing, event, at),
            Event::Letter(letter) => self.apply_letter(letter, event, at),
            Event::Incoming(incoming) => self.apply_incoming(incoming, event, at),
            Event::Oversight(event) => self.apply_oversight(event, at),
            Event::Import(event) => self.apply_import(event),
            // Requests that a closed account keeps back are not listed: nobody is left to look at them.
            Event::Account(_) => {}
        }
    }

    fn apply_network(&mut self, event: &network::Event, at: Timestamp) {
        match event {
            network::Event::RequestUnclaimed { request, sender } => {
                self.stop(*request, *sender, StoppedAt::Nobody, Code::AddressUnknown, at);
            }
            network::Event::Founded { .. }
            | network::Event::PolicyAdopted { .. }
            | network::Event::CommandRefused(_)
            | network::Event::LookupRecorded(_)
            | network::Event::FaultStarted { .. }
            | network::Event::FaultStopped(_) => {}
        }
    }

    fn apply_connection(&mut self, connection: &connection::Event, event: &Event, at: Timestamp) {
        let connection::Event { member, other, kind } = connection;
        match kind {
            connection::Kind::Blocked { files } => {
                self.blocks.or_default(*member).insert(*other, at);
                for request in files {
                    self.stop(*request, *other, StoppedAt::Recipient(*member), Code::BlockedByRecipient, at);
                }
            }
            connection::Kind::Unblocked => {
                if let Some(blocks) = self.blocks.get_mut(*member) {
                    blocks.remove(*other);
                }
            }
            connection::Kind::AcceptanceTaken { name, .. } | connection::Kind::Recorded { name } => {
                self.let_all_go(name, event);
            }
            connection::Kind::Disconnected { .. }
            | connection::Kind::Closed { .. }
            | connection::Kind::AcceptanceLapsed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => {}
        }
    }

    fn apply_outgoing(&mut self, outgoing: &outgoing::Event, event: &Event, at: Timestamp) {
        let outgoing::Event { request, sender, kind } = outgoing;
        match kind {
            outgoing::Kind::Submitted { entered, .. } => self.submit(*request, entered),
            outgoing::Kind::Refused { verdict } => {
                let entered = self.submitted_text(*request).unwrap_or(Personal::Erased);
                self.stop_by(verdict, *request, *sender, StoppedAt::Sender(entered), at);
            }
            outgoing::Kind::Held { .. } => {
                if let Some(entered) = self.submitted_text(*request) {
                    self.held.insert(*request, entered);
                }
            }
            // A request that gets through after all, or is no longer open, is delisted.
            outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Withdrawn { .. }
            | outgoing::Kind::Expired { .. } => self.let_go(*request, event),
            outgoing::Kind::Sent { .. } | outgoing::Kind::Reminded { .. } => {}
        }
    }

    fn apply_letter(&mut self, letter: &letter::Event, event: &Event, at: Timestamp) {
        match &letter.kind {
            letter::Kind::DeliveryAbandoned { request, sender, .. } => {
                self.stop(*request, *sender, StoppedAt::Road, Code::DeliveryFailed, at);
            }
            letter::Kind::WithdrawalTaken { request, .. } => self.let_go(*request, event),
            letter::Kind::DeliveryFailed { .. }
            | letter::Kind::RequestArrived { .. }
            | letter::Kind::ReminderTaken { .. } => {}
        }
    }

    fn apply_incoming(&mut self, incoming: &incoming::Event, event: &Event, at: Timestamp) {
        let incoming::Event { request_ref: RequestRef { request, sender, recipient }, kind } = incoming;
        match kind {
            incoming::Kind::Filed { verdict } => {
                self.stop_by(verdict, *request, *sender, StoppedAt::Recipient(*recipient), at);
            }
            incoming::Kind::Merged { into: None } => {
                self.stop(*request, *sender, StoppedAt::Recipient(*recipient), Code::AlreadyConnected, at);
            }
            incoming::Kind::Accepted { name, .. } | incoming::Kind::Crossed { name, .. } => {
                self.let_all_go(name, event);
            }
            incoming::Kind::Declined | incoming::Kind::Dismissed | incoming::Kind::Reported => {
                self.stopped.remove(request);
            }
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::FiledByClosure
            | incoming::Kind::Merged { into: Some(_) }
            | incoming::Kind::Shown => {}
        }
    }

    fn apply_oversight(&mut self, event: &oversight::Event, at: Timestamp) {
        match event {
            oversight::Event::RequestRejected { request, sender, code } => {
                let entered = self.held.remove(request).unwrap_or(Personal::Erased);
                self.stop(*request, *sender, StoppedAt::Sender(entered), *code, at);
            }
            oversight::Event::RequestReleased { request, sender, verdict, .. } => {
                let entered = self.held.remove(request).unwrap_or(Personal::Erased);
                if let Outcome::Refuse(code) = verdict.outcome {
                    self.stop(*request, *sender, StoppedAt::Sender(entered), code, at);
                }
            }
            oversight::Event::RequestStaysHeld { .. }
            | oversight::Event::BanReversed { .. }
            | oversight::Event::RequestRestored { .. }
            | oversight::Event::FeedbackTaken { .. }
            | oversight::Event::RestrictionImposed { .. }
            | oversight::Event::AppealOpened { .. }
            | oversight::Event::AppealUpheld { .. }
            | oversight::Event::AppealDismissed { .. } => {}
        }
    }

    fn apply_import(&mut self, event: &import::Event) {
        match event {
            import::Event::Inherited(event) => self.inherit(event),
            // Records of other networks stop nothing here.
            import::Event::Begun { .. }
            | import::Event::RequestObserved { .. }
            | import::Event::AcceptanceObserved { .. }
            | import::Event::Export(_) => {}
        }
    }

    /// Since when `member` blocks `other`.
    pub fn since(&self, member: MemberId, other: MemberId) -> Option<Timestamp> {
        self.blocks.get(member)?.get(other).copied()
    }

    /// Whom `member` blocks, and since when.
    pub fn by(&self, member: MemberId) -> impl Iterator<Item = (MemberId, Timestamp)> {
        self.blocks.get(member).into_iter().flat_map(Sorted::iter).map(|(other, since)| (other, *since))
    }

    /// Who blocks `member`, and since when. For agents only.
    pub fn of(&self, member: MemberId) -> impl Iterator<Item = (MemberId, Timestamp)> {
        self.blocks.iter().filter_map(move |(by, blocks)| Some((by, *blocks.get(member)?)))
    }

    /// What stopped a request; `None` if it is not stopped.
    pub fn stopped_request(&self, request: RequestId) -> Option<&BlockedRequest> {
        self.stopped.get(&request)
    }

    /// Every request that did not get through.
    pub fn stopped(&self) -> impl Iterator<Item = &BlockedRequest> {
        self.stopped.sorted().into_iter().map(|(_, stopped)| stopped)
    }

    fn inherit(&mut self, inherited: &ImportedRecord) {
        match inherited {
            ImportedRecord::BlockInherited { member, other, since } => {
                self.blocks.or_default(*member).insert(*other, *since);
            }
            ImportedRecord::ArrivalInherited { request_ref, place: ImportedPlace::Filed(code), since } => {
                self.stop(
                    request_ref.request,
                    request_ref.sender,
                    StoppedAt::Recipient(request_ref.recipient),
                    *code,
                    *since,
                );
            }
            ImportedRecord::ArrivalInherited { .. }
            | ImportedRecord::StretchTaken(_)
            | ImportedRecord::MemberInherited { .. }
            | ImportedRecord::ConnectionInherited { .. }
            | ImportedRecord::RequestInherited { .. } => {}
        }
    }

    /// Takes the address entered for `request`, if the event before submitted it.
    fn submitted_text(&mut self, request: RequestId) -> Option<Personal<String>> {
        self.submitted.take().filter(|(submitted, _)| *submitted == request).map(|(_, entered)| entered)
    }

    /// Remembers the entered address until the verdict, which is the next event. The allocation is reused for the next request
    /// if this one passes.
    fn submit(&mut self, request: RequestId, entered: &Personal<Entered>) {
        let (submitted, text) = self.submitted.get_or_insert((request, Personal::Erased));
        *submitted = request;
        match (entered, &mut *text) {
            (Personal::Held(entered), Personal::Held(text)) => text.clone_from(&entered.address),
            (Personal::Held(entered), Personal::Erased) => *text = Personal::Held(entered.address.clone()),
            (Personal::Erased, _) => *text = Personal::Erased,
        }
    }

    fn let_all_go(&mut self, name: &ConnectionName, event: &Event) {
        name.requests().iter().for_each(|request| self.let_go(*request, event));
    }

    /// INVARIANT (two desks): only an event of the desk at which a request is listed removes it. An acceptance names the requests
    /// of both members, but the other desk learns of it from its letter.
    fn let_go(&mut self, request: RequestId, event: &Event) {
        self.held.remove(&request);
        let Some(stopped) = self.stopped.get(&request) else { return };
        let is_over = match &stopped.desk {
            StoppedAt::Recipient(recipient) => event.owner().is(*recipient),
            StoppedAt::Sender(_) | StoppedAt::Road => event.owner().is(stopped.sender),
            StoppedAt::Nobody => true,
        };
        if is_over {
            self.stopped.remove(&request);
        }
    }

    fn stop_by(
        &mut self,
        verdict: &Verdict,
        request: RequestId,
        sender: MemberId,
        desk: StoppedAt,
        at: Timestamp,
    ) {
        match verdict.outcome {
            Outcome::Refuse(code) | Outcome::Hold(code) => self.stop(request, sender, desk, code, at),
            Outcome::Pass => {}
        }
    }

    fn stop(&mut self, request: RequestId, sender: MemberId, desk: StoppedAt, code: Code, at: Timestamp) {
        self.stopped.insert(request, BlockedRequest { request, sender, desk, code, at });
    }
}
