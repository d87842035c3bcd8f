//! What can be read off an event without knowing any state: whose it is, what it is about, which letters it posts and
//! which it settles.

use std::borrow::Cow;

use crate::event::Event;
use crate::ids::{LetterNumber, MemberId, RequestId};
use crate::letter::{Leg, Letter, Posted, Route};
use crate::recorded::RefusedCommand;
use crate::reminder::{Looked, Reminded, ReminderTaken};

/// Whose desk an event was written at. A member may see what was written at the member's own desk, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Desk {
    /// One member's.
    Of(MemberId),
    /// Two members', of whom the first is the one who asked.
    OfBoth(MemberId, MemberId),
    /// Nobody's: the network's own.
    Nobodys,
}

impl Desk {
    /// Whether it is `member`'s.
    pub fn is_of(self, member: MemberId) -> bool {
        match self {
            Self::Of(one) => one == member,
            Self::OfBoth(one, other) => one == member || other == member,
            Self::Nobodys => false,
        }
    }
}

impl Event {
    /// Whose desk it was written at.
    pub fn desk(&self) -> Desk {
        match self {
            Self::MemberAdded { member, .. }
            | Self::MemberChanged { member, .. }
            | Self::MemberRestricted { member, .. }
            | Self::MemberBanned(member)
            | Self::RestrictionLifted(member)
            | Self::MemberClosed { member, .. }
            | Self::ContactsImported { member, .. }
            | Self::SettingsChanged { member, .. }
            | Self::MemberBlocked { member, .. }
            | Self::MemberUnblocked { member, .. }
            | Self::MemberDisconnected { member, .. }
            | Self::DisconnectionTaken { member, .. }
            | Self::ClosureTaken { member, .. }
            | Self::AcceptanceTaken { member, .. }
            | Self::AcceptanceLapsed { member, .. }
            | Self::CommandRefused(RefusedCommand { member, .. })
            | Self::RequestChecked(member) => Desk::Of(*member),
            Self::RequestSubmitted { sender, .. }
            | Self::RequestRefused { sender, .. }
            | Self::RequestHeld { sender, .. }
            | Self::RequestSent { sender, .. }
            | Self::RequestConfirmed { sender, .. }
            | Self::RequestWithdrawn { sender, .. }
            | Self::RequestExpired { sender, .. }
            | Self::RequestReminded(Reminded { sender, .. })
            | Self::DeliveryAbandoned { sender, .. }
            | Self::RequestArrived { sender, .. } => Desk::Of(*sender),
            Self::RequestDelivered { ask, .. }
            | Self::RequestHeldByRecipient { ask, .. }
            | Self::RequestFiled { ask, .. }
            | Self::RequestMerged { ask, .. }
            | Self::RequestsCrossed { ask, .. }
            | Self::RequestShown(ask)
            | Self::RequestAccepted { ask, .. }
            | Self::RequestDeclined(ask)
            | Self::RequestDismissed(ask)
            | Self::RequestReported(ask) => Desk::Of(ask.recipient),
            Self::WithdrawalTaken { recipient: Some(recipient), .. }
            | Self::ReminderTaken(ReminderTaken { recipient: Some(recipient), .. }) => Desk::Of(*recipient),
            Self::Oversight(oversight) => oversight.desk(),
            // A failed attempt at carrying a request is its sender's to know; one at carrying an answer is nobody's.
            Self::DeliveryFailed { request: Some(_), leg, .. } => Desk::Of(leg.route.writer()),
            Self::ConnectionRecorded { member, other, .. } => Desk::OfBoth(*member, *other),
            Self::RequestObserved { ask, seen, .. } | Self::AcceptanceObserved { ask, seen, .. } => {
                seen.desk(*ask)
            }
            Self::Export(event) => event.desk(),
            Self::Inherited(inherited) => inherited.desk(),
            Self::WithdrawalTaken { recipient: None, .. }
            | Self::ReminderTaken(ReminderTaken { recipient: None, .. })
            // That staff looked is staff's to know.
            | Self::LookupRecorded(_)
            | Self::DeliveryFailed { request: None, .. }
            | Self::RequestUnclaimed { .. }
            | Self::Founded { .. }
            | Self::PolicyAdopted { .. }
            | Self::FaultStarted { .. }
            | Self::FaultStopped(_)
            | Self::ImportBegun { .. } => Desk::Nobodys,
        }
    }

    /// The requests that it is about.
    pub fn requests(&self) -> Cow<'_, [RequestId]> {
        let one = |request| Cow::Borrowed(std::slice::from_ref(request));
        match self {
            Self::RequestSubmitted { request, .. }
            | Self::RequestRefused { request, .. }
            | Self::RequestHeld { request, .. }
            | Self::RequestSent { request, .. }
            | Self::RequestConfirmed { request, .. }
            | Self::RequestWithdrawn { request, .. }
            | Self::RequestExpired { request, .. }
            | Self::DeliveryAbandoned { request, .. }
            | Self::RequestArrived { request, .. }
            | Self::RequestUnclaimed { request, .. }
            | Self::WithdrawalTaken { request, .. }
            | Self::RequestReminded(Reminded { request, .. })
            | Self::ReminderTaken(ReminderTaken { request, .. })
            | Self::LookupRecorded(Looked { request, .. })
            | Self::DeliveryFailed { request: Some(request), .. }
            | Self::CommandRefused(RefusedCommand { request: Some(request), .. }) => one(request),
            Self::RequestDelivered { ask, .. }
            | Self::RequestHeldByRecipient { ask, .. }
            | Self::RequestFiled { ask, .. }
            | Self::RequestMerged { ask, .. }
            | Self::RequestShown(ask)
            | Self::RequestDeclined(ask)
            | Self::RequestDismissed(ask)
            | Self::RequestReported(ask)
            | Self::RequestObserved { ask, .. }
            | Self::AcceptanceObserved { ask, .. } => one(&ask.request),
            Self::Oversight(oversight) => oversight.request().into_iter().collect(),
            Self::Export(event) => Cow::Owned(event.requests()),
            Self::Inherited(inherited) => inherited.requests(),
            Self::AcceptanceTaken { name, also, .. } if also.is_empty() => Cow::Borrowed(name.requests()),
            Self::AcceptanceTaken { name, also, .. } => name.requests().iter().chain(also).copied().collect(),
            Self::MemberBlocked { files, .. } | Self::MemberClosed { files, .. } => Cow::Borrowed(files),
            Self::ClosureTaken { name, .. } => {
                Cow::Borrowed(name.as_ref().map_or(&[][..], |name| name.requests()))
            }
            Self::RequestsCrossed { name, .. }
            | Self::RequestAccepted { name, .. }
            | Self::AcceptanceLapsed { name, .. }
            | Self::ConnectionRecorded { name, .. }
            | Self::MemberDisconnected { name, .. }
            | Self::DisconnectionTaken { name, .. } => Cow::Borrowed(name.requests()),
            Self::DeliveryFailed { request: None, .. }
            | Self::CommandRefused(RefusedCommand { request: None, .. })
            | Self::Founded { .. }
            | Self::PolicyAdopted { .. }
            | Self::MemberAdded { .. }
            | Self::MemberChanged { .. }
            | Self::MemberRestricted { .. }
            | Self::MemberBanned(_)
            | Self::RestrictionLifted(_)
            | Self::ContactsImported { .. }
            | Self::SettingsChanged { .. }
            | Self::MemberUnblocked { .. }
            | Self::RequestChecked(_)
            | Self::FaultStarted { .. }
            | Self::FaultStopped(_)
            | Self::ImportBegun { .. } => Cow::Borrowed(&[]),
        }
    }

    /// The letters that it posts.
    pub fn posts(&self) -> Vec<Posted> {
        if let Self::RequestSent { posted, .. }
        | Self::RequestConfirmed { posted, .. }
        | Self::RequestReminded(Reminded { posted, .. }) = self
        {
            vec![posted.clone()]
        } else if let Self::RequestWithdrawn { posted, .. } | Self::RequestExpired { posted, .. } = self {
            posted.iter().cloned().collect()
        } else if let Self::Oversight(oversight) = self {
            oversight.posted().into_iter().cloned().collect()
        } else if let Self::RequestsCrossed { ask, name, letter }
        | Self::RequestAccepted { ask, name, letter, .. } = self
        {
            let accepted = Letter::Accepted { name: name.clone() };
            vec![member_letter(ask.recipient, ask.sender, *letter, accepted)]
        } else if let Self::AcceptanceLapsed { member, other, name, answer: letter, .. }
        | Self::MemberDisconnected { member, other, name, letter } = self
        {
            let disconnected = Letter::Disconnected { name: name.clone() };
            vec![member_letter(*member, *other, *letter, disconnected)]
        } else if let Self::MemberClosed { member, letters, .. } = self {
            letters.iter().map(|(to, number)| member_letter(*member, *to, *number, Letter::Closed)).collect()
        } else {
            Vec::new()
        }
    }

    /// The letter that it settles: taken at its end, or given up.
    pub fn settles(&self) -> Option<Leg> {
        if let Self::RequestArrived { leg, .. }
        | Self::WithdrawalTaken { leg, .. }
        | Self::ReminderTaken(ReminderTaken { leg, .. })
        | Self::DeliveryAbandoned { leg, .. } = self
        {
            Some(*leg)
        } else if let Self::AcceptanceTaken { member, other, letter, .. }
        | Self::AcceptanceLapsed { member, other, letter, .. }
        | Self::DisconnectionTaken { member, other, letter, .. }
        | Self::ClosureTaken { member, other, letter, .. } = self
        {
            Some(Leg { route: Route::Member { from: *other, to: *member }, number: *letter })
        } else {
            None
        }
    }
}

fn member_letter(from: MemberId, to: MemberId, number: LetterNumber, letter: Letter) -> Posted {
    Posted { leg: Leg { route: Route::Member { from, to }, number }, letter }
}
