//! What a command's caller gets.

use acquaint_checkpoint::image;
use acquaint_domain::{
    Code, Event, EventNumber, Outcome, Recorded, RefusedCommand, RequestId, Timestamp, Whether, incoming,
    network, outgoing,
};

/// A command was taken, and this came of it. The same for a repeated command id as it was the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// Its first event.
    pub event: EventNumber,
    /// When it was recorded.
    pub at: Timestamp,
    /// What came of it.
    pub verdict: Verdicted,
    /// The request that it made, when it was a send.
    pub request: Option<RequestId>,
    /// Whether the command id had been seen before, and this is the original outcome.
    pub repeated: bool,
    /// Whether it was written down. A send beyond the attempts limit is not: `event` and `request` are those of the
    /// refusal that stands for it.
    pub is_recorded: Whether,
}

/// What came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdicted {
    /// It happened.
    Done,
    /// A send is on its way.
    OnItsWay,
    /// A send answered a request of the addressee's, so that the two are connected.
    Crossed,
    /// A send waits, for this reason.
    Held(Code),
    /// It was refused, for this reason.
    Refused(Code),
}

image!(struct Receipt { event, at, verdict, request, repeated, is_recorded });
image!(enum Verdicted { 0 => Done, 1 => OnItsWay, 2 => Held(code), 3 => Refused(code), 4 => Crossed });

impl Receipt {
    /// What a command's first event says.
    pub(crate) fn begin(first: &Recorded) -> Self {
        let (verdict, request) =
            if let Event::Outgoing(outgoing::Event {
                request, kind: outgoing::Kind::Submitted { .. }, ..
            })
            | Event::Outgoing(outgoing::Event {
                request, kind: outgoing::Kind::Confirmed { .. }, ..
            }) = &first.event
            {
                (Verdicted::OnItsWay, Some(*request))
            } else if let Event::Network(network::Event::CommandRefused(RefusedCommand {
                code,
                request,
                ..
            })) = &first.event
            {
                (Verdicted::Refused(*code), *request)
            } else {
                (Verdicted::Done, first.event.requests().first().copied())
            };
        Self {
            event: first.number,
            at: first.at,
            verdict,
            request,
            repeated: false,
            is_recorded: Whether::Yes,
        }
    }

    /// What the next event adds: a send is judged by the event after the one that writes it down.
    pub(crate) fn read_on(&mut self, next: &Event) {
        if let Event::Outgoing(outgoing::Event {
            request, kind: outgoing::Kind::Held { verdict, .. }, ..
        })
        | Event::Outgoing(outgoing::Event { request, kind: outgoing::Kind::Refused { verdict }, .. }) =
            next
            && self.request == Some(*request)
        {
            self.verdict = match verdict.outcome {
                Outcome::Hold(code) => Verdicted::Held(code),
                Outcome::Refuse(code) => Verdicted::Refused(code),
                Outcome::Pass => Verdicted::OnItsWay,
            };
        } else if let Event::Incoming(incoming::Event {
            kind: incoming::Kind::Accepted { crossing: Some(crossing), .. },
            ..
        }) = next
            && self.request == Some(crossing.request)
        {
            self.verdict = Verdicted::Crossed;
        }
    }
}

impl Verdicted {
    /// The code that answers for it; `None` where it simply happened.
    pub fn code(self) -> Option<Code> {
        match self {
            Self::Done => None,
            Self::OnItsWay => Some(Code::InTransit),
            Self::Crossed => Some(Code::Crossed),
            Self::Held(code) | Self::Refused(code) => Some(code),
        }
    }
}
