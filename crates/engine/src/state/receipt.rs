//! What the caller of a command gets.

use acquaint_checkpoint::snapshot;
use acquaint_domain::{
    Code, Event, EventNumber, Outcome, Recorded, RefusedCommand, RequestId, Timestamp, incoming, network,
    outgoing,
};

/// The answer to a command. A repeated command id gets the same outcome as the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// The command's first event.
    pub event: EventNumber,
    /// Time of that event.
    pub at: Timestamp,
    /// The outcome of the command.
    pub verdict: CommandOutcome,
    /// The request that the command made or is about; `None` if there is none.
    pub request: Option<RequestId>,
    /// Whether the command id was used before, and this is the original outcome.
    pub repeated: bool,
    /// Whether the log has the command's own events.
    pub recording: Recording,
}

/// Whether the log has a command's own events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recording {
    /// They are in the log.
    Written,
    /// Beyond the attempts limit a refused command is not recorded. For a send, the receipt's `event` and `request` are those
    /// of the earlier refusal that represents it.
    Skipped,
}

impl Recording {
    /// Whether the events are in the log.
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Written)
    }
}

/// The outcome of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommandOutcome {
    /// The command was carried out.
    Done,
    /// The request of a send is in transit.
    OnItsWay,
    /// A send accepted the addressee's own request, so the two are connected.
    Crossed,
    /// A send is held, for this reason.
    Held(Code),
    /// The command was refused, for this reason.
    Refused(Code),
}

snapshot!(struct Receipt { event, at, verdict, request, repeated, recording });
snapshot!(enum Recording { 0 => Skipped, 1 => Written });
snapshot!(enum CommandOutcome { 0 => Done, 1 => OnItsWay, 2 => Held(code), 3 => Refused(code), 4 => Crossed });

impl Receipt {
    /// The receipt as a command's first event determines it.
    pub(crate) fn of_first(first: &Recorded) -> Self {
        let done = || (CommandOutcome::Done, first.event.requests().first().copied());
        let (verdict, request) = match &first.event {
            Event::Outgoing(event) => match event.kind {
                outgoing::Kind::Submitted { .. } | outgoing::Kind::Confirmed { .. } => {
                    (CommandOutcome::OnItsWay, Some(event.request))
                }
                outgoing::Kind::Refused { .. }
                | outgoing::Kind::Held { .. }
                | outgoing::Kind::Sent { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Expired { .. }
                | outgoing::Kind::Reminded { .. } => done(),
            },
            Event::Network(event) => match event {
                network::Event::CommandRefused(RefusedCommand { code, request, .. }) => {
                    (CommandOutcome::Refused(*code), *request)
                }
                network::Event::Founded { .. }
                | network::Event::PolicyAdopted { .. }
                | network::Event::RequestUnclaimed { .. }
                | network::Event::LookupRecorded(_)
                | network::Event::FaultStarted { .. }
                | network::Event::FaultStopped(_) => done(),
            },
            Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Oversight(_)
            | Event::Import(_) => done(),
        };
        Self {
            event: first.number,
            at: first.at,
            verdict,
            request,
            repeated: false,
            recording: Recording::Written,
        }
    }

    /// Completes the receipt from the next event: a send's verdict follows the event that records the send.
    pub(crate) fn complete(&mut self, next: &Event) {
        match next {
            Event::Outgoing(event) => match &event.kind {
                outgoing::Kind::Held { verdict, .. } | outgoing::Kind::Refused { verdict } => {
                    if self.request == Some(event.request) {
                        self.verdict = match verdict.outcome {
                            Outcome::Hold(code) => CommandOutcome::Held(code),
                            Outcome::Refuse(code) => CommandOutcome::Refused(code),
                            Outcome::Pass => CommandOutcome::OnItsWay,
                        };
                    }
                }
                outgoing::Kind::Submitted { .. }
                | outgoing::Kind::Sent { .. }
                | outgoing::Kind::Confirmed { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Expired { .. }
                | outgoing::Kind::Reminded { .. } => {}
            },
            Event::Incoming(event) => match &event.kind {
                incoming::Kind::Accepted { crossing: Some(crossing), .. } => {
                    if self.request == Some(crossing.request) {
                        self.verdict = CommandOutcome::Crossed;
                    }
                }
                incoming::Kind::Accepted { crossing: None, .. }
                | incoming::Kind::Delivered { .. }
                | incoming::Kind::Held { .. }
                | incoming::Kind::Filed { .. }
                | incoming::Kind::FiledByClosure
                | incoming::Kind::Merged { .. }
                | incoming::Kind::Crossed { .. }
                | incoming::Kind::Shown
                | incoming::Kind::Declined
                | incoming::Kind::Dismissed
                | incoming::Kind::Reported => {}
            },
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Oversight(_)
            | Event::Import(_) => {}
        }
    }
}

impl CommandOutcome {
    /// The outcome's reason code; `None` for a command that was simply carried out.
    pub fn code(self) -> Option<Code> {
        match self {
            Self::Done => None,
            Self::OnItsWay => Some(Code::InTransit),
            Self::Crossed => Some(Code::Crossed),
            Self::Held(code) | Self::Refused(code) => Some(code),
        }
    }
}
