//! The recipient answers a request, and its sender takes it back.

use super::{Event, Incoming, Kind, RequestGroup};
use crate::connection::{Connection, ConnectionName};
use crate::ids::{LetterNumber, RequestId};
use crate::letter::{LetterId, WithdrawalCause};
use crate::member::Standing;
use crate::reason::Code;
use crate::request::RequestRef;
use crate::time::Timestamp;
use crate::verdict::NetworkSize;
use crate::{Decision, letter};

/// What the recipient's desk knows when the recipient answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFacts {
    /// The request answered, the first of the matter's.
    pub ask: RequestRef,
    /// The request group that the answer is for.
    pub matter: RequestGroup,
    /// The recipient's standing, as of now.
    pub standing: Standing,
    /// Since when the recipient blocks the sender.
    pub blocked_since: Option<Timestamp>,
    /// The recipient's own open requests to the sender, by whatever address: a yes answers them as well.
    pub own_requests: Vec<RequestId>,
    /// The size of the recipient's network; `None` where the policy has no cap on it.
    pub network: Option<NetworkSize>,
    /// The number of the next letter from the recipient to the sender.
    pub next_letter: LetterNumber,
}

/// Yes. What the recipient had asked of the sender meanwhile becomes part of the connection's name.
pub fn accept(answering: &AnswerFacts) -> Decision<Event> {
    if !answering.matter.state.is_answerable() {
        return Decision::NotThere(Some(answering.matter.state.code()));
    }
    if !answering.standing.may_reach_others() {
        return Decision::Refused(Code::SenderBanned);
    }
    if answering.blocked_since.is_some() {
        return Decision::Refused(Code::YouBlockedThem);
    }
    if answering.network.is_some_and(NetworkSize::is_full) {
        return Decision::Refused(Code::RecipientNetworkFull);
    }
    let requests = answering.matter.requests.iter().chain(&answering.own_requests).copied();
    let name = ConnectionName::of(requests);
    happens(answering, Kind::Accepted { name, letter: answering.next_letter, crossing: None })
}

/// The recipient declines, without a word to the sender.
pub fn decline(answering: &AnswerFacts) -> Decision<Event> {
    if_answerable(answering, Kind::Declined)
}

/// Neither yes nor no.
pub fn dismiss(answering: &AnswerFacts) -> Decision<Event> {
    match answering.matter.state {
        Incoming::Dismissed => Decision::NotThere(Some(Code::Dismissed)),
        Incoming::Delivered
        | Incoming::AwaitingConfirmation
        | Incoming::Filed(_)
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => if_answerable(answering, Kind::Dismissed),
    }
}

/// No, and it should not have been sent.
pub fn report(answering: &AnswerFacts) -> Decision<Event> {
    if_answerable(answering, Kind::Reported)
}

fn if_answerable(answering: &AnswerFacts, kind: Kind) -> Decision<Event> {
    if answering.matter.state.is_answerable() {
        happens(answering, kind)
    } else {
        Decision::NotThere(Some(answering.matter.state.code()))
    }
}

fn happens(answering: &AnswerFacts, kind: Kind) -> Decision<Event> {
    Decision::Happens(vec![Event { ask: answering.ask, kind }])
}

/// The word that it waited for: it is displayed.
pub fn confirm(answering: &AnswerFacts) -> Decision<Event> {
    match answering.matter.state {
        Incoming::AwaitingConfirmation if !answering.standing.may_reach_others() => {
            Decision::Refused(Code::SenderBanned)
        }
        Incoming::AwaitingConfirmation => happens(answering, Kind::Shown),
        Incoming::Delivered
        | Incoming::Filed(_)
        | Incoming::Dismissed
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => Decision::NotThere(Some(answering.matter.state.code())),
    }
}

/// The letter `Withdrawn` arrives. Where the recipient had said yes and nothing else of the sender's is left in the
/// matter, the connection ends: the sender had taken the request back before the yes came.
pub fn take_withdrawal(
    ask: RequestRef,
    cause: WithdrawalCause,
    leg: LetterId,
    matter: Option<&RequestGroup>,
    connection: Option<&Connection>,
) -> letter::Event {
    let RequestRef { request, sender, recipient } = ask;
    let was_last = matter.is_some_and(|matter| {
        matter.state == Incoming::Accepted && matter.requests.iter().all(|other| *other == request)
    });
    let ends = connection.filter(|_| was_last).map(|connection| connection.name.clone());
    letter::Event {
        leg,
        kind: letter::Kind::WithdrawalTaken { request, sender, recipient: Some(recipient), cause, ends },
    }
}
