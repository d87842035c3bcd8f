//! The view of what is open: who waits for whom, on which side, and since when.
//!
//! **What it is.** A fold over events, kept as two halves that do not read one another: requests that are open at their
//! senders' desks ([`OpenRequest`]), and matters that recipients' desks have ([`RequestGroup`]).
//!
//! **Where to start reading.** [`Pending::apply`], then `sent.rs` and `received.rs`.
//!
//! **This crate never** does IO, imports another projection, refuses an event, or keeps what event 1 onwards cannot
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

/// How much is kept of open requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// What happens to them needs: which is the oldest, and what was typed for as long as they wait at their senders' desks,
    /// where they are judged a second time.
    ToLive,
    /// The same, and all that was typed: history may ask a second time about one that another policy let go straight on.
    ToBeAskedAgain,
    /// What another request is judged from: to whom they are, and since when. What was typed is kept of those to e-mail
    /// addresses, which are found by it.
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

    /// Applies the next event as far as senders' desks go.
    pub fn apply_to_senders(&mut self, recorded: &Recorded, kept: Retention) {
        self.sent.apply(recorded, kept);
    }

    /// The open request of that id.
    pub fn request(&self, request: RequestId) -> Option<&OpenRequest> {
        self.sent.get(request)
    }

    /// `sender`'s open request to `to`, by a public address.
    pub fn to_member(&self, sender: MemberId, to: MemberId) -> Option<&OpenRequest> {
        self.sent.to_member(sender, to)
    }

    /// `sender`'s open request to that e-mail address.
    pub fn to_email(&self, sender: MemberId, email: &EmailAddress) -> Option<&OpenRequest> {
        self.sent.to_email(sender, email)
    }

    /// All open requests of `sender`'s, oldest first.
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

    /// When `sender` last withdrew a request to that e-mail address; remembered for a year.
    pub fn withdrawn_to_email(&self, sender: MemberId, email: &EmailAddress) -> Option<Timestamp> {
        self.sent.withdrawn_to_email(sender, email)
    }

    /// The request that was submitted longest ago and can expire.
    pub fn oldest(&self) -> Option<(Timestamp, RequestId)> {
        self.sent.oldest()
    }

    /// What `recipient` has of `sender`.
    pub fn matter(&self, recipient: MemberId, sender: MemberId) -> Option<&RequestGroup> {
        self.received.get(recipient, sender)
    }

    /// Whether a request that lies at a recipient's desk came by an e-mail address, as its letter says.
    pub fn is_by_email(&self, request: RequestId) -> bool {
        self.received.is_by_email(request)
    }

    /// Who has this request, and from whom.
    pub fn holder_of(&self, request: RequestId) -> Option<(MemberId, MemberId)> {
        self.received.holder_of(request)
    }

    /// All that `recipient` has, by sender.
    pub fn received_by(&self, recipient: MemberId) -> impl Iterator<Item = (MemberId, &RequestGroup)> {
        self.received.by(recipient)
    }

    /// Members who were banned or closed the account, of whom something is open from before: a request of theirs that is to
    /// be withdrawn, or one to them that is to be filed.
    pub fn leaving(&self) -> impl Iterator<Item = (MemberId, Departure)> {
        self.sent.leaving().chain(self.received.closing())
    }

    /// A member whose closure an older version decided and did not record: requests were withdrawn for it from that moment on.
    pub fn half_closed(&self) -> Option<(MemberId, Departure)> {
        self.sent.half_closed()
    }

    /// The requests that a member's departure withdraws and that are still open, oldest first.
    pub fn left_by(&self, member: MemberId) -> impl Iterator<Item = &OpenRequest> {
        self.sent.left_by(member)
    }

    /// What a ban of the member withdrew, as it was before, oldest first.
    pub fn withheld_of(&self, member: MemberId) -> impl Iterator<Item = &OpenRequest> {
        self.sent.withheld_of(member)
    }

    /// When it was decided that the next request is restored that a reversed ban restores, and by which event; `None` where
    /// nothing is left to restore.
    pub fn restoring(&self) -> Option<(Timestamp, EventNumber)> {
        self.sent.restoring()
    }

    /// The requests that reversed bans restore next, in order.
    pub fn to_restore(&self) -> impl Iterator<Item = &OpenRequest> {
        self.sent.to_restore()
    }

    /// What a recipient had answered to a request that a ban then withdrew: declined, set aside or reported.
    pub fn answered(&self, request: RequestId) -> Option<Incoming> {
        self.received.answered(request)
    }

    /// The matters that the closure of `recipient`'s account files and that are not filed yet, by sender.
    pub fn unfiled(&self, recipient: MemberId) -> impl Iterator<Item = (MemberId, &RequestGroup)> {
        self.received.unfiled(recipient)
    }

    /// Every open request at its sender's desk.
    pub fn sent(&self) -> impl Iterator<Item = &OpenRequest> {
        self.sent.iter()
    }
}
