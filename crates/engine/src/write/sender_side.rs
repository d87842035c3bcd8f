//! Everything that the answer to a send may depend on.

use acquaint_domain::incoming::RequestGroup;
use acquaint_domain::{
    Address, Addressee, Connection, Distance, EmailAddress, EventNumber, LetterNumber, MemberId,
    PolicyVersion, RequestId, Timestamp,
};
use acquaint_policy::{Ledger, Policy};
use acquaint_projection_blocked::Blocked;
use acquaint_projection_connected::Connected;
use acquaint_projection_members::{Member, Members};
use acquaint_projection_pending::{OpenRequest, Pending};

use crate::state::views::Views;

/// The sender's own side, and what is public. Code that receives this can reach nothing else.
///
/// INVARIANT (two desks): the answer to a send is decided by functions that take a `SenderSide` and no `Views`. The
/// fields of its parts are private to this file, so everything that a send reads from the views is read in this file: from
/// each view what the sender's own desk wrote, and of other members their public names, profiles and connections. A new
/// accessor must belong to one of these two.
pub(crate) struct SenderSide<'a> {
    /// The sender of the request.
    pub(crate) sender: &'a Member,
    /// Names and profiles that are public.
    pub(crate) names: PublicNames<'a>,
    /// The sender's own requests, and the requests from others at the sender's desk.
    pub(crate) pending: OwnState<'a, Pending>,
    /// The sender's own connections, and paths.
    pub(crate) connected: OwnState<'a, Connected>,
    /// The sender's own blocks.
    pub(crate) blocked: OwnState<'a, Blocked>,
    /// The sender's own counters.
    pub(crate) ledger: OwnState<'a, Ledger>,
    /// The policy in force.
    pub(crate) policy: (PolicyVersion, &'a Policy),
    /// The last event; it is shown to agents and engineers only.
    pub(crate) facts_at: EventNumber,
    views: OwnState<'a, Views>,
}

/// What is public about all members: their names, and what their profiles show.
pub(crate) struct PublicNames<'a>(&'a Members);

/// One member's part of a view.
pub(crate) struct OwnState<'a, V> {
    view: &'a V,
    member: MemberId,
}

impl<'a> SenderSide<'a> {
    /// `sender`'s side of all views; `None` before a policy is adopted.
    pub(crate) fn of(views: &'a Views, sender: &'a Member) -> Option<Self> {
        Some(Self::with_policy(views, sender, views.policy()?, &views.ledger))
    }

    /// The same with another policy and other counters than the live ones.
    pub(crate) fn with_policy(
        views: &'a Views,
        sender: &'a Member,
        policy: (PolicyVersion, &'a Policy),
        ledger: &'a Ledger,
    ) -> Self {
        let member = sender.id;
        Self {
            sender,
            names: PublicNames(&views.members),
            pending: OwnState { view: &views.pending, member },
            connected: OwnState { view: &views.connected, member },
            blocked: OwnState { view: &views.blocked, member },
            ledger: OwnState { view: ledger, member },
            policy,
            facts_at: views.last(),
            views: OwnState { view: views, member },
        }
    }

    /// The id of the sender's next request, derived from the number of requests that the sender has made.
    pub(crate) fn next_request(&self) -> RequestId {
        let OwnState { view, member } = self.views;
        view.index.next_request(member)
    }

    /// The number of the sender's next letter to the addressee; it counts the sender's own letters.
    pub(crate) fn next_letter(&self, to: Addressee, request: RequestId) -> LetterNumber {
        let OwnState { view, member: from } = self.views;
        view.outbox.next_number_to(from, to, request)
    }
}

impl PublicNames<'_> {
    /// The member with this handle or profile URL; `None` for every e-mail address.
    pub(crate) fn by_public_address(&self, address: &Address) -> Option<MemberId> {
        self.0.by_public_address(address).map(|member| member.id)
    }

    /// The company that a member's profile shows.
    pub(crate) fn company(&self, member: MemberId) -> Option<&str> {
        self.0.get(member)?.profile.held()?.company.as_deref()
    }
}

impl<'a> OwnState<'a, Pending> {
    /// The sender's open request to a member, by a public address.
    pub(crate) fn to_member(&self, to: MemberId) -> Option<&'a OpenRequest> {
        self.view.to_member(self.member, to)
    }

    /// The sender's open request to this e-mail address.
    pub(crate) fn to_email(&self, email: &EmailAddress) -> Option<&'a OpenRequest> {
        self.view.to_email(self.member, email)
    }

    /// The open requests from a member at the sender's own desk, which the sender may read and answer.
    pub(crate) fn by_member(&self, from: MemberId) -> Option<&'a RequestGroup> {
        self.view.group(self.member, from)
    }

    /// Whether a request at the sender's desk came by one of the sender's e-mail addresses.
    pub(crate) fn came_by_email(&self, request: RequestId) -> bool {
        self.view.is_by_email(request)
    }

    /// When the sender last withdrew a request to that member's public address.
    pub(crate) fn withdrawn_to_member(&self, to: MemberId) -> Option<Timestamp> {
        self.view.withdrawn_to_member(self.member, to)
    }

    /// When the sender last withdrew a request to this e-mail address.
    pub(crate) fn withdrawn_to_email(&self, email: &EmailAddress) -> Option<Timestamp> {
        self.view.withdrawn_to_email(self.member, email)
    }

    /// How many of the sender's requests are open.
    pub(crate) fn count(&self) -> usize {
        self.view.count_by(self.member)
    }
}

impl<'a> OwnState<'a, Connected> {
    /// The sender's own end of a connection.
    pub(crate) fn end(&self, other: MemberId) -> Option<&'a Connection> {
        self.view.end(self.member, other)
    }

    /// The distance to a member, by the sender's own connections and public ones.
    pub(crate) fn distance(&self, to: MemberId, now: Timestamp) -> Distance {
        self.view.distance(self.member, to, now)
    }

    /// How many connections the sender has.
    pub(crate) fn count(&self) -> usize {
        self.view.count_of(self.member)
    }
}

impl OwnState<'_, Blocked> {
    /// Since when the sender has blocked a member.
    pub(crate) fn since(&self, other: MemberId) -> Option<Timestamp> {
        self.view.since(self.member, other)
    }
}

impl<'a> OwnState<'a, Ledger> {
    /// The ledger, and the sender whose counters to read from it. It counts each sender's actions separately.
    pub(crate) fn of_sender(&self) -> (&'a Ledger, MemberId) {
        (self.view, self.member)
    }
}
