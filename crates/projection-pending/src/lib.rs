//! The view of open requests: who waits for whom, on which side, and since when.
//!
//! **What it is.** A fold over events, in two halves that do not read each other: requests that are open at their senders'
//! desks ([`OpenRequest`]), and request groups at recipients' desks ([`RequestGroup`]).
//!
//! **Where to start reading.** [`Pending::apply`], then `sent.rs` and `received.rs`.
//!
//! **This crate never** does IO, imports another projection, rejects an event, or holds state that a replay of the log cannot
//! rebuild.

mod ages;
mod open_request;
mod received;
mod sent;
mod withdrawn;
mod withheld;

use acquaint_checkpoint::snapshot;
use acquaint_domain::incoming::{Incoming, RequestGroup};
use acquaint_domain::{Departure, EmailAddress, EventNumber, MemberId, Recorded, RequestId, Timestamp};

pub use open_request::{OpenOrigin, OpenRequest, RequestDetails};
pub use received::ReceivedRequests;
pub use sent::SentRequests;

/// How much of an open request is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// What an engine needs: the requests by age; and the entered texts while a request is held at its sender's desk, where it
    /// is judged a second time.
    ToLive,
    /// The same, and all entered texts: a what-if replay may judge a second time a request that another policy sent at once.
    ToBeAskedAgain,
    /// What the judgement of other requests needs: the addressee and the time. The entered text is kept only for requests to
    /// e-mail addresses, which are looked up by it.
    ToJudge,
}

/// What is open, on both sides.
#[derive(Clone, Debug, Default, Hash)]
pub struct Pending {
    sent: SentRequests,
    received: ReceivedRequests,
}

snapshot!(struct Pending { sent, received });

impl Pending {
    /// Applies the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.sent.apply(recorded, Retention::ToLive);
        self.received.apply(recorded);
    }

    /// Applies the next event to the senders' half only.
    pub fn apply_to_senders(&mut self, recorded: &Recorded, retention: Retention) {
        self.sent.apply(recorded, retention);
    }

    /// The open request with this id.
    pub fn request(&self, request: RequestId) -> Option<&OpenRequest> {
        self.sent.get(request)
    }

    /// `sender`'s open request to `to`, by a public address.
    pub fn to_member(&self, sender: MemberId, to: MemberId) -> Option<&OpenRequest> {
        self.sent.to_member(sender, to)
    }

    /// `sender`'s open request to this e-mail address.
    pub fn to_email(&self, sender: MemberId, email: &EmailAddress) -> Option<&OpenRequest> {
        self.sent.to_email(sender, email)
    }

    /// All open requests of `sender`, oldest first.
    pub fn sent_by(&self, sender: MemberId) -> Vec<&OpenRequest> {
        self.sent.by(sender)
    }

    /// How many open requests `sender` has.
    pub fn count_by(&self, sender: MemberId) -> usize {
        self.sent.count_by(sender)
    }

    /// When `sender` last withdrew a request to `to`, by a public address; remembered for a year.
    pub fn withdrawn_to_member(&self, sender: MemberId, to: MemberId) -> Option<Timestamp> {
        self.sent.withdrawn_to_member(sender, to)
    }

    /// When `sender` last withdrew a request to this e-mail address; remembered for a year.
    pub fn withdrawn_to_email(&self, sender: MemberId, email: &EmailAddress) -> Option<Timestamp> {
        self.sent.withdrawn_to_email(sender, email)
    }

    /// The request that was submitted longest ago and can expire.
    pub fn oldest(&self) -> Option<(Timestamp, RequestId)> {
        self.sent.oldest()
    }

    /// The request group that `recipient`'s desk has from `sender`.
    pub fn group(&self, recipient: MemberId, sender: MemberId) -> Option<&RequestGroup> {
        self.received.get(recipient, sender)
    }

    /// Whether a request at a recipient's desk was sent to an e-mail address, according to its letter.
    pub fn is_by_email(&self, request: RequestId) -> bool {
        self.received.is_by_email(request)
    }

    /// The recipient whose desk has this request, and its sender.
    pub fn holder_of(&self, request: RequestId) -> Option<(MemberId, MemberId)> {
        self.received.holder_of(request)
    }

    /// All request groups of `recipient`, by sender.
    pub fn received_by(&self, recipient: MemberId) -> impl Iterator<Item = (MemberId, &RequestGroup)> {
        self.received.by(recipient)
    }

    /// Members who were banned or closed their account and whose departure is unfinished: a request of theirs is still to be
    /// withdrawn, or one to them still to be kept back.
    pub fn leaving(&self) -> impl Iterator<Item = (MemberId, Departure)> {
        self.sent.leaving().chain(self.received.closing())
    }

    /// A member whose closure an older version of the program began, by withdrawing requests, but never recorded.
    pub fn half_closed(&self) -> Option<(MemberId, Departure)> {
        self.sent.half_closed()
    }

    /// The requests that a member's departure withdraws and that are still open, oldest first.
    pub fn left_by(&self, member: MemberId) -> impl Iterator<Item = &OpenRequest> {
        self.sent.left_by(member)
    }

    /// The requests that a ban of the member withdrew, in their state before it, oldest first.
    pub fn withheld_of(&self, member: MemberId) -> impl Iterator<Item = &OpenRequest> {
        self.sent.withheld_of(member)
    }

    /// The decision, its time and its event, to restore the next request of a reversed ban; `None` if none is left to restore.
    pub fn restoring(&self) -> Option<(Timestamp, EventNumber)> {
        self.sent.restoring()
    }

    /// The requests that reversed bans still have to restore, in order.
    pub fn to_restore(&self) -> impl Iterator<Item = &OpenRequest> {
        self.sent.to_restore()
    }

    /// The recipient's answer to a request that a ban withdrew later: declined, dismissed or reported.
    pub fn answered(&self, request: RequestId) -> Option<Incoming> {
        self.received.answered(request)
    }

    /// The request groups that the closure of `recipient`'s account still has to keep back, by sender.
    pub fn unfiled(&self, recipient: MemberId) -> impl Iterator<Item = (MemberId, &RequestGroup)> {
        self.received.unfiled(recipient)
    }

    /// Every open request at its sender's desk.
    pub fn sent(&self) -> impl Iterator<Item = &OpenRequest> {
        self.sent.iter()
    }
}
