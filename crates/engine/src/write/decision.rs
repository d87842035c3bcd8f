//! From what `domain` decided to the events of a command, or to the error that its caller gets.

use acquaint_domain::{CommandKind, Decision, Event, MemberId, Pair, RefusedCommand, RequestId, network};

use crate::error::SubmitError;
use crate::write::kernel::Kernel;

/// The events of a command, or why there are none.
pub(crate) type Decided = Result<Vec<Event>, SubmitError>;

impl Kernel {
    /// The same for a command between two members, where a refusal is recorded.
    pub(crate) fn concluded(
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
                        "there is no open request between `{member}` and `{other}` for this: it is {code} {}",
                        code.name()
                    ),
                    None => format!("there is nothing of the kind between `{member}` and `{other}`"),
                };
                Err(SubmitError::NotThere { what, code })
            }
        }
    }
}

/// What happens, or why there is nothing to do.
pub(crate) fn happens(decision: Decision<impl Into<Event>>) -> Decided {
    match decision.widen() {
        Decision::Happens(events) => Ok(events),
        Decision::Refused(code) | Decision::NotThere(Some(code)) => Err(SubmitError::NotThere {
            what: format!("it cannot be: {code} {}", code.name()),
            code: Some(code),
        }),
        Decision::NotThere(None) => {
            Err(SubmitError::NotThere { what: "there is nothing of the kind".to_owned(), code: None })
        }
    }
}
