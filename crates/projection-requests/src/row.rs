//! One request, with both halves.

use acquaint_checkpoint::snapshot;
use acquaint_domain::incoming::{self, Incoming};
use acquaint_domain::{
    Addressee, Code, IllegalTransition, MemberId, Recorded, RequestId, Span, Timestamp, WithdrawalCause,
    outgoing,
};

use crate::halves::{ConnectionOrigin, RecipientState, SenderState};
use crate::illegal::Step;
use crate::said::{Beginning, EventFacts, Origin};
use crate::status::Status;

/// One request: 56 bytes, of which there is one for every request that ever was.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestRow {
    pub(crate) request: RequestId,
    /// When it was asked; of another network's, by its records.
    pub(crate) asked_at: Timestamp,
    /// When it reached the recipient's side; before that, when it was asked.
    pub(crate) reached_at: Timestamp,
    /// Time from which it has been in its state on the recipient's side.
    pub(crate) received_since: Timestamp,
    pub(crate) sender: MemberId,
    /// 0 while no member is known.
    pub(crate) recipient: MemberId,
    /// The number of the request before it of the same sender; 0 for none.
    pub(crate) before_of_sender: u32,
    /// The number of the request that reached the same recipient before it; 0 for none.
    pub(crate) before_to_recipient: u32,
    /// `None` where the sender's side has nothing of it.
    pub(crate) here: Option<SenderState>,
    /// `None` until it has reached the recipient's side.
    pub(crate) there: Option<RecipientState>,
    /// That it was withdrawn, as staff know, where its recipient no longer held it and was not told.
    pub(crate) withdrawn_unseen: Option<WithdrawalCause>,
    /// The place of its channel in the list of channels.
    pub(crate) channel: u8,
    pub(crate) addressed: AddressClass,
    pub(crate) origin: Origin,
}

/// By what kind of address it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum AddressClass {
    Publicly,
    ByEmail,
    ToNobody,
}

snapshot!(struct RequestRow {
    request, asked_at, reached_at, received_since, sender, recipient, before_of_sender, before_to_recipient, here, there,
    withdrawn_unseen, channel, addressed, origin,
});
snapshot!(enum AddressClass { 0 => Publicly, 1 => ByEmail, 2 => ToNobody });
snapshot!(enum Origin { 0 => Submitted, 1 => Inherited, 2 => Recorded, 3 => Observed, 4 => Exported });

pub(crate) const NO_MEMBER: MemberId = MemberId(0);

/// What a code depends on beyond the events about its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The moment that is spoken of.
    pub at: Timestamp,
    /// After how long without an action a delivered request counts as ignored.
    pub ignored_after: Span,
    /// The age at which an open request has expired, whether an event says so yet or not.
    pub expires_after: Span,
    /// The last moment that another network's records speak of.
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
            here: None,
            there: None,
            withdrawn_unseen: None,
            channel: 0,
            addressed,
            origin: beginning.origin,
        }
    }

    /// Applies an event about this request. `illegal` is told of the steps that the states before do not allow.
    pub(crate) fn apply(
        &mut self,
        recorded: &Recorded,
        said: &EventFacts<'_>,
        illegal: &mut dyn FnMut(Step),
    ) {
        if self.origin == Origin::Exported && !said.is_exported && !said.is_lookup {
            self.origin = Origin::Observed;
        }
        let owner = recorded.event.owner();
        if owner.is(self.sender) {
            let before = self.here.map_or(outgoing::Outgoing::Submitted, SenderState::outgoing);
            let after = outgoing::evolve(before, self.sender, &recorded.event).unwrap_or_else(|step| {
                illegal(Step::Sender(step));
                step.forced()
            });
            self.here = Some(SenderState::after(self.here, after, said.joined));
        }
        let is_known = self.recipient().is_some();
        if said.is_nobodys && is_known {
            let before = self.there.map(RecipientState::incoming);
            // Nobody claims what is known to a member: the two are two halves, and neither follows from the other.
            let after = forced(incoming::evolve(before, &recorded.event));
            if let Some(Incoming::Gone(cause)) = after {
                self.withdrawn_unseen = Some(cause);
            }
        } else if said.is_nobodys || self.recipient().is_some_and(|recipient| owner.is(recipient)) {
            let unseen = self.withdrawn_unseen.map(Incoming::Gone);
            if unseen.is_some() && forced(incoming::evolve(unseen, &recorded.event)) != unseen {
                self.withdrawn_unseen = None;
            }
            let before = self.there.map(RecipientState::incoming);
            let after = incoming::evolve(before, &recorded.event).unwrap_or_else(|step| {
                illegal(Step::Recipient(step));
                step.forced()
            });
            let at = said.happened_at.unwrap_or(recorded.at);
            if after != before {
                self.received_since = at;
            }
            if before.is_none() {
                self.reached_at = at;
            }
            self.there = after.map(|after| RecipientState::after(self.there, after, said));
        }
    }

    /// Id of the request.
    pub const fn request(&self) -> RequestId {
        self.request
    }

    /// When it was asked; of another network's, by its records.
    pub const fn asked_at(&self) -> Timestamp {
        self.asked_at
    }

    /// When it reached the recipient's side, as that side knows.
    pub const fn reached_at(&self) -> Timestamp {
        self.reached_at
    }

    /// Member who sent the request.
    pub const fn sender(&self) -> MemberId {
        self.sender
    }

    /// Who was asked, as both sides together know; `None` while no member is known.
    pub fn recipient(&self) -> Option<MemberId> {
        Some(self.recipient).filter(|member| *member != NO_MEMBER)
    }

    /// Who was asked, as the sender knows: by an e-mail address nobody, until an acceptance names the member.
    pub fn recipient_known_to_sender(&self) -> Option<MemberId> {
        let is_named = match self.addressed {
            AddressClass::Publicly => true,
            AddressClass::ByEmail | AddressClass::ToNobody => self
                .here
                .is_some_and(|here| matches!(here.status(), Status::Connected | Status::Disconnected)),
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

    /// Whether members' own exports of another network speak of it, and nothing else does: its code then depends on the
    /// newest export.
    pub fn is_exported(&self) -> bool {
        self.origin == Origin::Exported
    }

    /// Whether its sender knows of a connection by it.
    pub fn is_connected(&self) -> bool {
        self.here.is_some_and(|here| here.status() == Status::Connected)
    }

    /// What its sender is told of it; `None` where the sender's side has nothing.
    pub fn told_to_sender(&self, now: &AsOf) -> Option<(Code, Status)> {
        let here = self.here_at(now)?;
        Some((here.code(), here.status()))
    }

    /// What its recipient is told of it; `None` where it has not reached the recipient.
    pub fn told_to_recipient(&self, now: &AsOf) -> Option<(Code, Status)> {
        self.recipient()?;
        self.there.map(|there| (self.code_there(there, now), there.status()))
    }

    /// What staff are told of it, who read both sides: the side that decides.
    pub fn told_to_staff(&self, now: &AsOf) -> Option<(Code, Status)> {
        let here = self.here_at(now);
        let is_there = here.is_none_or(|here| here == SenderState::Sent);
        if let (true, Some(cause)) = (is_there, self.withdrawn_unseen) {
            let there = RecipientState::gone(cause);
            return Some((there.code(), there.status()));
        }
        match (here, self.there) {
            (_, Some(there)) if is_there => Some((self.code_there(there, now), there.status())),
            (Some(SenderState::Closed), _) => Some((Code::SenderClosed, Status::Withdrawn)),
            (Some(SenderState::Connected), Some(there))
                if there.joined() == Some(ConnectionOrigin::Crossed) =>
            {
                Some((Code::Crossed, Status::Connected))
            }
            (Some(here), _) => Some((here.code(), here.status())),
            (None, _) => None,
        }
    }

    /// Its state on the sender's side at a moment: past its age it has expired, whether an event says so or not.
    fn here_at(&self, now: &AsOf) -> Option<SenderState> {
        let here = self.here?;
        let can_expire = match self.origin {
            Origin::Submitted | Origin::Inherited => here.outgoing().is_open(),
            Origin::Recorded | Origin::Observed | Origin::Exported => false,
        };
        let is_over = can_expire && self.asked_at.plus(now.expires_after) <= now.at;
        Some(if is_over { SenderState::Expired } else { here })
    }

    fn code_there(&self, there: RecipientState, now: &AsOf) -> Code {
        let is_observed = matches!(self.origin, Origin::Observed | Origin::Exported);
        let at = match now.observed_until {
            Some(until) if is_observed => now.at.min(until),
            Some(_) | None => now.at,
        };
        if there == RecipientState::Delivered && at.since(self.received_since) >= now.ignored_after {
            Code::Ignored
        } else {
            there.code()
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
