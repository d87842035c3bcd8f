//! One request, with the states of both sides.

use acquaint_checkpoint::snapshot;
use acquaint_domain::incoming::{self, Incoming};
use acquaint_domain::{
    Addressee, Code, IllegalTransition, MemberId, Recorded, RequestId, Span, Timestamp, WithdrawalCause,
    outgoing,
};

use crate::event_facts::{Beginning, EventFacts, Origin};
use crate::halves::{ConnectionOrigin, RecipientState, SenderState};
use crate::illegal::Step;
use crate::status::Status;

/// One request. It takes 56 bytes, and there is one for every request ever made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestRow {
    pub(crate) request: RequestId,
    /// When it was made; for a request of another network, according to that network's records.
    pub(crate) asked_at: Timestamp,
    /// When it reached the recipient's side; until then, when it was made.
    pub(crate) reached_at: Timestamp,
    /// Since when it has been in its state on the recipient's side.
    pub(crate) received_since: Timestamp,
    pub(crate) sender: MemberId,
    /// [`NO_MEMBER`] while no recipient is known.
    pub(crate) recipient: MemberId,
    /// The number of the same sender's request before it; 0 for none.
    pub(crate) before_of_sender: u32,
    /// The number of the request before it that reached the same recipient; 0 for none.
    pub(crate) before_to_recipient: u32,
    /// State on the sender's side; `None` if that side has none.
    pub(crate) sender_state: Option<SenderState>,
    /// State on the recipient's side; `None` until it has arrived there.
    pub(crate) recipient_state: Option<RecipientState>,
    /// Why it is no longer open, if its withdrawal reached nobody because the recipient's desk no longer held the request. Only
    /// staff see this.
    pub(crate) withdrawn_unseen: Option<WithdrawalCause>,
    /// Index of its channel.
    pub(crate) channel: u8,
    pub(crate) addressed: AddressClass,
    pub(crate) origin: Origin,
}

/// The kind of address that a request was sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AddressClass {
    Publicly,
    ByEmail,
    ToNobody,
}

snapshot!(struct RequestRow {
    request, asked_at, reached_at, received_since, sender, recipient, before_of_sender, before_to_recipient, sender_state, recipient_state,
    withdrawn_unseen, channel, addressed, origin,
});
snapshot!(enum AddressClass { 0 => Publicly, 1 => ByEmail, 2 => ToNobody });
snapshot!(enum Origin { 0 => Submitted, 1 => Inherited, 2 => Recorded, 3 => Observed, 4 => Exported });

pub(crate) const NO_MEMBER: MemberId = MemberId(0);

/// What a code depends on, apart from the events about its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The moment as of which the code is computed.
    pub at: Timestamp,
    /// After how long without an action a delivered request counts as ignored.
    pub ignored_after: Span,
    /// The age at which an open request has expired, even if no event says so yet.
    pub expires_after: Span,
    /// The last moment that another network's records cover.
    pub observed_until: Option<Timestamp>,
}

fn forced<S>(step: Result<S, IllegalTransition<S>>) -> S {
    step.unwrap_or_else(IllegalTransition::forced)
}

impl RequestRow {
    pub(crate) fn new(request: RequestId, beginning: &Beginning<'_>, at: Timestamp) -> Self {
        let (addressed, recipient) = match beginning.addressee {
            Addressee::Member(to) => (AddressClass::Publicly, to),
            Addressee::Email => (AddressClass::ByEmail, NO_MEMBER),
            Addressee::Nobody => (AddressClass::ToNobody, NO_MEMBER),
        };
        Self {
            request,
            asked_at: at,
            reached_at: at,
            received_since: at,
            sender: beginning.sender,
            recipient,
            before_of_sender: 0,
            before_to_recipient: 0,
            sender_state: None,
            recipient_state: None,
            withdrawn_unseen: None,
            channel: 0,
            addressed,
            origin: beginning.origin,
        }
    }

    /// Applies an event about this request. `illegal` is called with each transition that the state does not allow.
    pub(crate) fn apply(
        &mut self,
        recorded: &Recorded,
        facts: &EventFacts<'_>,
        illegal: &mut dyn FnMut(Step),
    ) {
        if self.origin == Origin::Exported && !facts.is_exported && !facts.is_lookup {
            self.origin = Origin::Observed;
        }
        let owner = recorded.event.owner();
        if owner.is(self.sender) {
            let before = self.sender_state.map_or(outgoing::Outgoing::Submitted, SenderState::outgoing);
            let after = outgoing::evolve(before, self.sender, &recorded.event).unwrap_or_else(|step| {
                illegal(Step::Sender(step));
                step.forced()
            });
            self.sender_state = Some(SenderState::after(self.sender_state, after, facts.joined));
        }
        let is_known = self.recipient().is_some();
        if facts.is_unclaimed && is_known {
            let before = self.recipient_state.map(RecipientState::incoming);
            // The event says that no member has the address, but the request is known to have reached one. Neither state follows
            // from the other, so an illegal transition here is not reported.
            let after = forced(incoming::evolve(before, &recorded.event));
            if let Some(Incoming::Gone(cause)) = after {
                self.withdrawn_unseen = Some(cause);
            }
        } else if facts.is_unclaimed || self.recipient().is_some_and(|recipient| owner.is(recipient)) {
            let unseen = self.withdrawn_unseen.map(Incoming::Gone);
            if unseen.is_some() && forced(incoming::evolve(unseen, &recorded.event)) != unseen {
                self.withdrawn_unseen = None;
            }
            let before = self.recipient_state.map(RecipientState::incoming);
            let after = incoming::evolve(before, &recorded.event).unwrap_or_else(|step| {
                illegal(Step::Recipient(step));
                step.forced()
            });
            let at = facts.happened_at.unwrap_or(recorded.at);
            if after != before {
                self.received_since = at;
            }
            if before.is_none() {
                self.reached_at = at;
            }
            self.recipient_state =
                after.map(|after| RecipientState::after(self.recipient_state, after, facts));
        }
    }

    /// Id of the request.
    pub const fn request(&self) -> RequestId {
        self.request
    }

    /// When it was made; for a request of another network, according to that network's records.
    pub const fn asked_at(&self) -> Timestamp {
        self.asked_at
    }

    /// When it reached the recipient's side; until then, when it was made.
    pub const fn reached_at(&self) -> Timestamp {
        self.reached_at
    }

    /// Member who sent the request.
    pub const fn sender(&self) -> MemberId {
        self.sender
    }

    /// The recipient, by the knowledge of both sides; `None` while no member is known.
    pub fn recipient(&self) -> Option<MemberId> {
        Some(self.recipient).filter(|member| *member != NO_MEMBER)
    }

    /// The recipient, as far as the sender knows: for a request to an e-mail address, `None` until an acceptance names the member.
    pub fn recipient_known_to_sender(&self) -> Option<MemberId> {
        let is_named = match self.addressed {
            AddressClass::Publicly => true,
            AddressClass::ByEmail | AddressClass::ToNobody => self.sender_state.is_some_and(|sender_state| {
                matches!(sender_state.status(), Status::Connected | Status::Disconnected)
            }),
        };
        self.recipient().filter(|_| is_named)
    }

    /// Whether it was addressed to a text that names no member publicly.
    pub const fn is_to_text(&self) -> bool {
        match self.addressed {
            AddressClass::Publicly => false,
            AddressClass::ByEmail | AddressClass::ToNobody => true,
        }
    }

    /// Whether it is known only from members' exports of another network. Its code then depends on the newest export.
    pub fn is_exported(&self) -> bool {
        self.origin == Origin::Exported
    }

    /// Whether, on its sender's side, the two are connected by it.
    pub fn is_connected(&self) -> bool {
        self.sender_state.is_some_and(|sender_state| sender_state.status() == Status::Connected)
    }

    /// The code and status that its sender sees; `None` if the sender's side has no state.
    pub fn told_to_sender(&self, now: &AsOf) -> Option<(Code, Status)> {
        let sender_state = self.sender_state_at(now)?;
        Some((sender_state.code(), sender_state.status()))
    }

    /// The code and status that its recipient sees; `None` if it has not reached the recipient.
    pub fn told_to_recipient(&self, now: &AsOf) -> Option<(Code, Status)> {
        self.recipient()?;
        self.recipient_state
            .map(|recipient_state| (self.recipient_code(recipient_state, now), recipient_state.status()))
    }

    /// The code and status that staff see, from the side that decides; `None` while no side has a state.
    pub fn told_to_staff(&self, now: &AsOf) -> Option<(Code, Status)> {
        let sender_state = self.sender_state_at(now);
        let is_with_recipient = sender_state.is_none_or(|sender_state| sender_state == SenderState::Sent);
        if let (true, Some(cause)) = (is_with_recipient, self.withdrawn_unseen) {
            let recipient_state = RecipientState::gone(cause);
            return Some((recipient_state.code(), recipient_state.status()));
        }
        match (sender_state, self.recipient_state) {
            (_, Some(recipient_state)) if is_with_recipient => {
                Some((self.recipient_code(recipient_state, now), recipient_state.status()))
            }
            (Some(SenderState::Closed), _) => Some((Code::SenderClosed, Status::Withdrawn)),
            (Some(SenderState::Connected), Some(recipient_state))
                if recipient_state.joined() == Some(ConnectionOrigin::Crossed) =>
            {
                Some((Code::Crossed, Status::Connected))
            }
            (Some(sender_state), _) => Some((sender_state.code(), sender_state.status())),
            (None, _) => None,
        }
    }

    /// Its state on the sender's side at a moment. Past the expiry age it has expired, even if no event says so.
    fn sender_state_at(&self, now: &AsOf) -> Option<SenderState> {
        let sender_state = self.sender_state?;
        let can_expire = match self.origin {
            Origin::Submitted | Origin::Inherited => sender_state.outgoing().is_open(),
            Origin::Recorded | Origin::Observed | Origin::Exported => false,
        };
        let is_over = can_expire && self.asked_at.plus(now.expires_after) <= now.at;
        Some(if is_over { SenderState::Expired } else { sender_state })
    }

    fn recipient_code(&self, recipient_state: RecipientState, now: &AsOf) -> Code {
        let is_observed = matches!(self.origin, Origin::Observed | Origin::Exported);
        let at = match now.observed_until {
            Some(until) if is_observed => now.at.min(until),
            Some(_) | None => now.at,
        };
        if recipient_state == RecipientState::Delivered && at.since(self.received_since) >= now.ignored_after
        {
            Code::Ignored
        } else {
            recipient_state.code()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_takes_fifty_six_bytes() {
        assert_eq!(size_of::<RequestRow>(), 56);
    }
}
