//! What the events of the sender's desk say about a request beyond the state that they fold to.

use acquaint_domain::outgoing::{self, Crossing};
use acquaint_domain::{
    Addressee, Channel, Code, CommandKind, Entered, Event, Gate, ImportedRecord, MemberId, Personal,
    Recorded, RefusedCommand, RequestId, Timestamp, Verdict, connection, import, incoming, letter, network,
    oversight,
};

use super::half::Appeal;
use crate::half::events::{Judgement, happened_at};
use crate::half::verdicts::stopping_gate;

/// Facts collected event by event. Every kind of event is matched, so that a new kind must be considered here.
#[derive(Default)]
pub(crate) struct SenderTimeline<'a> {
    /// When the request was made, to whom, and the text as entered.
    pub(super) submitted: Option<(Timestamp, Addressee, &'a Personal<Entered>)>,
    /// When the request was sent.
    pub(super) sent_at: Option<Timestamp>,
    /// When it arrived at the recipient's desk.
    pub(super) arrived_at: Option<Timestamp>,
    /// When its expiry was recorded.
    pub(super) expired_at: Option<Timestamp>,
    /// The number of attempts when delivery was given up.
    pub(super) attempts: Option<u32>,
    /// The channels for which delivery failed.
    pub(super) failed_channels: Vec<Channel>,
    /// The judgements of the request, oldest first.
    pub(super) verdicts: Vec<&'a Verdict>,
    /// Whether its sender confirmed it.
    pub(super) is_confirmed: bool,
    /// Whether a review rejected it.
    pub(super) is_rejected: bool,
    /// Whether its sender ended the connection to which it led.
    pub(super) is_ended_by_sender: bool,
    /// When a confirmation was last refused, and the gate that refused it.
    pub(super) refused_confirmation: Option<(Timestamp, &'a Gate)>,
    /// Number of reminders sent.
    pub(super) reminders: u32,
    /// The last reminder, where it was refused, and when.
    pub(super) refused_reminder: Option<(Timestamp, &'a RefusedCommand)>,
    /// The state of the last appeal.
    pub(super) appeal: Option<Appeal>,
    /// The code that still stops the request although an appeal was upheld, and until when.
    pub(super) stays_held: Option<(Code, Option<Timestamp>)>,
    /// The member at the other end, from the first event that names them.
    pub(super) other_end: Option<MemberId>,
    own_request: Option<RequestId>,
    crossings: Vec<&'a Crossing>,
}

impl<'a> SenderTimeline<'a> {
    /// Reads the events of `sender`'s desk, oldest first.
    pub(super) fn of(events: &[&'a Recorded], sender: MemberId) -> Self {
        let mut timeline = Self::default();
        for recorded in events {
            timeline.judged(&recorded.event);
            timeline.apply(recorded, sender);
        }
        timeline
    }

    /// The crossing in which this request accepted the other member's request.
    pub(super) fn crossing(&self) -> Option<&'a Crossing> {
        let own = self.own_request?;
        self.crossings.iter().copied().find(|crossing| crossing.request == own)
    }

    fn judged(&mut self, event: &'a Event) {
        match Judgement::of(event) {
            Some(Judgement::Request(verdict)) => self.verdicts.push(verdict),
            Some(Judgement::Crossing(crossing)) => self.crossings.push(crossing),
            Some(Judgement::Command(_)) | None => {}
        }
    }

    fn apply(&mut self, recorded: &'a Recorded, sender: MemberId) {
        let at = happened_at(recorded);
        match &recorded.event {
            Event::Outgoing(event) => self.outgoing(event, at),
            Event::Letter(event) => self.letter(event, at),
            Event::Incoming(event) => self.incoming(event),
            Event::Connection(event) => self.connection(event, sender),
            Event::Oversight(event) => self.oversight(event, at),
            Event::Network(event) => self.network(event, at),
            Event::Import(event) => self.import(event, at, sender),
            Event::Account(_) => {}
        }
    }

    fn outgoing(&mut self, event: &'a outgoing::Event, at: Timestamp) {
        match &event.kind {
            outgoing::Kind::Submitted { addressee, entered, .. } => {
                self.submitted.get_or_insert((at, *addressee, entered));
                self.own_request.get_or_insert(event.request);
            }
            outgoing::Kind::Sent { .. } => {
                self.sent_at.get_or_insert(at);
            }
            outgoing::Kind::Confirmed { .. } => {
                self.sent_at.get_or_insert(at);
                self.is_confirmed = true;
            }
            outgoing::Kind::Expired { .. } => self.expired_at = Some(at),
            outgoing::Kind::Reminded { .. } => {
                self.reminders += 1;
                self.refused_reminder = None;
            }
            outgoing::Kind::Refused { .. }
            | outgoing::Kind::Held { .. }
            | outgoing::Kind::Withdrawn { .. } => {}
        }
    }

    fn letter(&mut self, event: &letter::Event, at: Timestamp) {
        match &event.kind {
            letter::Kind::RequestArrived { .. } => {
                self.arrived_at.get_or_insert(at);
            }
            letter::Kind::DeliveryFailed { channel, .. } => self.failed_channels.extend(channel.clone()),
            letter::Kind::DeliveryAbandoned { attempts, .. } => self.attempts = Some(*attempts),
            letter::Kind::WithdrawalTaken { .. } | letter::Kind::ReminderTaken { .. } => {}
        }
    }

    fn incoming(&mut self, event: &incoming::Event) {
        match &event.kind {
            incoming::Kind::Crossed { .. } | incoming::Kind::Accepted { .. } => {
                self.other_end.get_or_insert(event.request_ref.sender);
            }
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::FiledByClosure
            | incoming::Kind::Merged { .. }
            | incoming::Kind::Shown
            | incoming::Kind::Declined
            | incoming::Kind::Dismissed
            | incoming::Kind::Reported => {}
        }
    }

    fn connection(&mut self, event: &connection::Event, sender: MemberId) {
        match &event.kind {
            connection::Kind::AcceptanceTaken { .. } => {
                self.other_end.get_or_insert(event.other);
            }
            connection::Kind::Recorded { .. } => self.connected_to(event.member, event.other, sender),
            connection::Kind::Disconnected { .. } => self.is_ended_by_sender = true,
            connection::Kind::Blocked { .. }
            | connection::Kind::Unblocked
            | connection::Kind::Closed { .. }
            | connection::Kind::AcceptanceLapsed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => {}
        }
    }

    fn oversight(&mut self, event: &oversight::Event, at: Timestamp) {
        match event {
            oversight::Event::AppealOpened { .. } => self.appeal = Some(Appeal::Open { since: at }),
            oversight::Event::AppealUpheld { exempt_until, .. } => {
                self.appeal = Some(Appeal::Upheld { at, exempt_until: *exempt_until });
            }
            oversight::Event::AppealDismissed { .. } => self.appeal = Some(Appeal::Dismissed { at }),
            oversight::Event::RequestReleased { posted: Some(_), .. } => {
                self.sent_at.get_or_insert(at);
            }
            oversight::Event::RequestStaysHeld { code, until, .. } => self.stays_held = Some((*code, *until)),
            oversight::Event::RequestRejected { .. } => self.is_rejected = true,
            oversight::Event::RequestReleased { posted: None, .. }
            | oversight::Event::FeedbackTaken { .. }
            | oversight::Event::RestrictionImposed { .. }
            | oversight::Event::BanReversed { .. }
            | oversight::Event::RequestRestored { .. } => {}
        }
    }

    fn network(&mut self, event: &'a network::Event, at: Timestamp) {
        match event {
            network::Event::CommandRefused(refused) => match refused.command {
                CommandKind::Confirm => {
                    let gate = refused.verdict.as_ref().and_then(stopping_gate);
                    self.refused_confirmation = gate.map(|gate| (at, gate)).or(self.refused_confirmation);
                }
                CommandKind::Remind => self.refused_reminder = Some((at, refused)),
                CommandKind::Accept
                | CommandKind::Decline
                | CommandKind::Ignore
                | CommandKind::Report
                | CommandKind::Withdraw
                | CommandKind::Block
                | CommandKind::Unblock
                | CommandKind::Connect
                | CommandKind::Disconnect
                | CommandKind::Settings
                | CommandKind::Contacts
                | CommandKind::Appeal => {}
            },
            network::Event::Founded { .. }
            | network::Event::PolicyAdopted { .. }
            | network::Event::RequestUnclaimed { .. }
            | network::Event::LookupRecorded(_)
            | network::Event::FaultStarted { .. }
            | network::Event::FaultStopped(_) => {}
        }
    }

    fn import(&mut self, event: &'a import::Event, at: Timestamp, sender: MemberId) {
        match event {
            import::Event::RequestObserved { request_ref, .. } => {
                self.sent_at.get_or_insert(at);
                self.other_end.get_or_insert(request_ref.recipient);
            }
            import::Event::AcceptanceObserved { request_ref, .. } => {
                self.other_end.get_or_insert(request_ref.recipient);
            }
            import::Event::Inherited(inherited) => match inherited {
                ImportedRecord::RequestInherited { addressee, entered, .. } => {
                    self.submitted.get_or_insert((at, *addressee, entered));
                    self.sent_at.get_or_insert(at);
                }
                ImportedRecord::ConnectionInherited { member, other, .. } => {
                    self.connected_to(*member, *other, sender)
                }
                ImportedRecord::StretchTaken(_)
                | ImportedRecord::MemberInherited { .. }
                | ImportedRecord::ArrivalInherited { .. }
                | ImportedRecord::BlockInherited { .. } => {}
            },
            import::Event::Begun { .. } | import::Event::Export(_) => {}
        }
    }

    fn connected_to(&mut self, member: MemberId, other: MemberId, sender: MemberId) {
        self.other_end.get_or_insert(if member == sender { other } else { member });
    }
}
