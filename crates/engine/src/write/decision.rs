//! Turns a decision of `domain` into the events of a command, or into the error that its caller gets.

use acquaint_domain::{CommandKind, Decision, Event, MemberId, Pair, RefusedCommand, RequestId, network};

use crate::error::SubmitError;
use crate::write::kernel::Kernel;

/// The events of a command, or why it has none.
pub(crate) type Decided = Result<Vec<Event>, SubmitError>;

impl Kernel {
    /// The events of a command about two members; a refusal is recorded as an event.
    pub(crate) fn conclude(
        &self,
        command: CommandKind,
        pair: &Pair,
        (member, other): (MemberId, MemberId),
        request: Option<RequestId>,
        decision: Decision<impl Into<Event>>,
    ) -> Decided {
        match decision.widen() {
            Decision::Happens(events) => Ok(events),
            Decision::Refused(code) => {
                let other = (other != member).then_some(other);
                Ok(vec![Event::Network(network::Event::CommandRefused(RefusedCommand {
                    command,
                    member,
                    other,
                    request,
                    code,
                    verdict: None,
                }))])
            }
            Decision::NotThere(code) => {
                let Pair { member, other } = pair;
                let what = match code {
                    Some(code) => format!(
                        "the request between `{member}` and `{other}` is not open for this: it is {code} {}",
                        code.name()
                    ),
                    None => format!("there is nothing between `{member}` and `{other}` that this applies to"),
                };
                Err(SubmitError::NotThere { what, code })
            }
        }
    }
}

/// The events of a decision, or an error that says why there is nothing to do.
pub(crate) fn events_of(decision: Decision<impl Into<Event>>) -> Decided {
    match decision.widen() {
        Decision::Happens(events) => Ok(events),
        Decision::Refused(code) | Decision::NotThere(Some(code)) => Err(SubmitError::NotThere {
            what: format!("this is not possible: {code} {}", code.name()),
            code: Some(code),
        }),
        Decision::NotThere(None) => Err(SubmitError::NotThere {
            what: "there is nothing that this applies to".to_owned(),
            code: None,
        }),
    }
}
