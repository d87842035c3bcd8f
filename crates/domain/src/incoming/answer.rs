//! The recipient's answers to a request, and the arrival of its sender's withdrawal.

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
    /// The request answered: the first of the group.
    pub request_ref: RequestRef,
    /// The request group that the answer is for.
    pub group: RequestGroup,
    /// The recipient's standing, as of now.
    pub standing: Standing,
    /// When the recipient blocked the sender; `None` while there is no block.
    pub blocked_since: Option<Timestamp>,
    /// The recipient's own open requests to the sender, by any address: an acceptance answers them as well.
    pub own_requests: Vec<RequestId>,
    /// The size of the recipient's network; `None` where the policy has no cap on it.
    pub network: Option<NetworkSize>,
    /// The number of the next letter from the recipient to the sender.
    pub next_letter: LetterNumber,
}

/// The recipient accepts. The recipient's own open requests to the sender become part of the connection's name.
pub fn accept(facts: &AnswerFacts) -> Decision<Event> {
    if !facts.group.state.is_answerable() {
        return Decision::NotThere(Some(facts.group.state.code()));
    }
    if !facts.standing.may_reach_others() {
        return Decision::Refused(Code::SenderBanned);
    }
    if facts.blocked_since.is_some() {
        return Decision::Refused(Code::YouBlockedThem);
    }
    if facts.network.is_some_and(NetworkSize::is_full) {
        return Decision::Refused(Code::RecipientNetworkFull);
    }
    let requests = facts.group.requests.iter().chain(&facts.own_requests).copied();
    let name = ConnectionName::of(requests);
    happens(facts, Kind::Accepted { name, letter: facts.next_letter, crossing: None })
}

/// The recipient declines. The sender is not told.
pub fn decline(facts: &AnswerFacts) -> Decision<Event> {
    if_answerable(facts, Kind::Declined)
}

/// The recipient sets the request aside.
pub fn dismiss(facts: &AnswerFacts) -> Decision<Event> {
    match facts.group.state {
        Incoming::Dismissed => Decision::NotThere(Some(Code::Dismissed)),
        Incoming::Delivered
        | Incoming::AwaitingConfirmation
        | Incoming::Filed(_)
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => if_answerable(facts, Kind::Dismissed),
    }
}

/// The recipient reports the request.
pub fn report(facts: &AnswerFacts) -> Decision<Event> {
    if_answerable(facts, Kind::Reported)
}

fn if_answerable(facts: &AnswerFacts, kind: Kind) -> Decision<Event> {
    if facts.group.state.is_answerable() {
        happens(facts, kind)
    } else {
        Decision::NotThere(Some(facts.group.state.code()))
    }
}

fn happens(facts: &AnswerFacts, kind: Kind) -> Decision<Event> {
    Decision::Happens(vec![Event { request_ref: facts.request_ref, kind }])
}

/// The recipient confirms a held request, which is then displayed.
pub fn confirm(facts: &AnswerFacts) -> Decision<Event> {
    match facts.group.state {
        Incoming::AwaitingConfirmation if !facts.standing.may_reach_others() => {
            Decision::Refused(Code::SenderBanned)
        }
        Incoming::AwaitingConfirmation => happens(facts, Kind::Shown),
        Incoming::Delivered
        | Incoming::Filed(_)
        | Incoming::Dismissed
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => Decision::NotThere(Some(facts.group.state.code())),
    }
}

/// Takes the letter `Withdrawn`. If the recipient has accepted and the group holds no other request, the connection ends:
/// the sender withdrew the request before the acceptance arrived.
pub fn take_withdrawal(
    withdrawn: RequestRef,
    cause: WithdrawalCause,
    letter: LetterId,
    group: Option<&RequestGroup>,
    connection: Option<&Connection>,
) -> letter::Event {
    let RequestRef { request, sender, recipient } = withdrawn;
    let was_last = group.is_some_and(|group| {
        group.state == Incoming::Accepted && group.requests.iter().all(|other| *other == request)
    });
    let ends = connection.filter(|_| was_last).map(|connection| connection.name.clone());
    letter::Event {
        letter_id: letter,
        kind: letter::Kind::WithdrawalTaken { request, sender, recipient: Some(recipient), cause, ends },
    }
}
