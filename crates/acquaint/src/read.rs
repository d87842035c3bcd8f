//! Reads: open requests, connections, blocks, and what a member may still send.

use acquaint_audit::{FollowUp, Incident, Viewer};
use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{
    AcceptFrom, Addressee, Code, Confirmation, MaxDegree, RequestId, Standing, Tier, Timestamp,
};
use acquaint_engine::{Inquiry, InquiryCache, SubmitError, Views};
use acquaint_projection_members::Member;
use acquaint_projection_pending::OpenRequest;

use crate::command::handle;
use crate::engine::Engine;
use crate::error::Error;

/// An open request, as one of its two members sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenEntry {
    /// The request's id.
    pub request: RequestId,
    /// The other member's handle; for a request to an e-mail address or an unknown address, the text as entered.
    pub with: String,
    /// When the sender sent it; in the recipient's lists, when it entered the list.
    pub since: Timestamp,
    /// Its state, as this member sees it.
    pub code: Code,
}

/// A connection, as one of its two members sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectionEntry {
    /// The other member's handle.
    pub with: String,
    /// When they connected.
    pub since: Timestamp,
    /// The request that led to it; `None` if none is known.
    pub request: Option<RequestId>,
}

/// A member whom another member blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BlockedMember {
    /// The blocked member's handle.
    pub handle: String,
    /// When the block began.
    pub since: Timestamp,
}

/// An account, as its member and the network's staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// The handle in canonical form.
    pub handle: String,
    /// When the member joined.
    pub joined: Timestamp,
    /// The subscription tier.
    pub tier: Tier,
    /// Whether the account may act now, and if not, why.
    pub standing: Standing,
    /// All e-mail addresses, in canonical form.
    pub emails: Vec<String>,
    /// The profile URL in canonical form.
    pub profile_url: Option<String>,
    /// The company, as entered.
    pub company: Option<String>,
    /// The job title, as entered.
    pub title: Option<String>,
    /// Who may send requests to the member.
    pub accept_from: AcceptFrom,
    /// The greatest distance of a sender, in connections.
    pub max_degree: MaxDegree,
    /// Whether requests wait for the member's confirmation.
    pub confirmation: Confirmation,
    /// The number of imported contacts.
    pub contacts: usize,
    /// The number of connections.
    pub connections: usize,
}

/// How much of one policy limit a member has used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quota {
    /// The limit's id in the policy.
    pub limit: String,
    /// The code of a send that this limit refuses.
    pub code: Code,
    /// How much is used now; `None` while the counters of a newly adopted policy are still being filled.
    pub used: Option<u32>,
    /// The most that the member's tier allows.
    pub at_most: u32,
    /// The earliest time at which there is room again; `None` if there is room now, or never will be.
    pub frees_at: Option<Timestamp>,
}

/// # Reads
///
/// Each method reads as of now: everything that is due by now has happened. Lists contain only the member's own side and are
/// safe to show to that member, unless the method says that it is for staff.
impl Engine {
    /// A member's account.
    ///
    /// # Errors
    /// [`Error::UnknownMember`], [`Error::MalformedAddress`]; [`Error::Stopped`], [`Error::ClockJumped`]. All reads about a
    /// member return the same errors.
    pub fn account(&self, member: &str) -> Result<Account, Error> {
        self.about(member, |inquiry, known, now| Ok(account(inquiry.views(), known, now)))
    }

    /// The handles of all members, in the order in which they joined; for staff.
    ///
    /// # Errors
    /// [`Error::Stopped`], [`Error::ClockJumped`].
    pub fn members(&self) -> Result<Vec<String>, Error> {
        let own = |member: &&Member| member.network.is_none();
        self.running().read(|inquiry, _| {
            inquiry
                .views()
                .members
                .iter()
                .filter(own)
                .map(|member| member.shown_handle().to_owned())
                .collect()
        })
    }

    /// The open requests that the member sent, oldest first.
    ///
    /// # Errors
    /// As for [`account`](Self::account).
    pub fn pending_sent(&self, member: &str) -> Result<Vec<OpenEntry>, Error> {
        self.about(member, |inquiry, known, _| {
            let sent = inquiry.views().pending.sent_by(known.id);
            Ok(sent.into_iter().map(|open| sent_entry(inquiry.views(), open)).collect())
        })
    }

    /// The received requests that wait for the member's answer, including those that the member has to confirm first.
    ///
    /// # Errors
    /// As for [`account`](Self::account).
    pub fn pending_received(&self, member: &str) -> Result<Vec<OpenEntry>, Error> {
        self.received(member, |state| match state {
            Incoming::Delivered | Incoming::AwaitingConfirmation => true,
            Incoming::Filed(_)
            | Incoming::Dismissed
            | Incoming::Declined
            | Incoming::Reported
            | Incoming::Accepted
            | Incoming::Gone(_) => false,
        })
    }

    /// The received requests that the member's settings keep out of the inbox, and those that the member dismissed. Each can
    /// still be accepted.
    ///
    /// # Errors
    /// As for [`account`](Self::account).
    pub fn kept_back(&self, member: &str) -> Result<Vec<OpenEntry>, Error> {
        self.received(member, |state| match state {
            Incoming::Filed(_) | Incoming::Dismissed => true,
            Incoming::Delivered
            | Incoming::AwaitingConfirmation
            | Incoming::Declined
            | Incoming::Reported
            | Incoming::Accepted
            | Incoming::Gone(_) => false,
        })
    }

    /// The member's connections, in the order in which the other members joined.
    ///
    /// # Errors
    /// As for [`account`](Self::account).
    pub fn connections(&self, member: &str) -> Result<Vec<ConnectionEntry>, Error> {
        self.about(member, |inquiry, known, _| {
            let views = inquiry.views();
            let connection = |(other, end): (_, &acquaint_domain::Connection)| ConnectionEntry {
                with: views.members.handle(other),
                since: end.since,
                request: end.name.requests().first().copied(),
            };
            Ok(views.connected.ends_of(known.id).map(connection).collect())
        })
    }

    /// The members whom this member blocks.
    ///
    /// # Errors
    /// As for [`account`](Self::account).
    pub fn blocked(&self, member: &str) -> Result<Vec<BlockedMember>, Error> {
        self.about(member, |inquiry, known, _| {
            let views = inquiry.views();
            let blocked = views.blocked.by(known.id);
            Ok(blocked
                .map(|(other, since)| BlockedMember { handle: views.members.handle(other), since })
                .collect())
        })
    }

    /// How much of each policy limit the member has used, in the policy's order.
    ///
    /// # Errors
    /// As for [`account`](Self::account).
    pub fn quota(&self, member: &str) -> Result<Vec<Quota>, Error> {
        self.about(member, |inquiry, known, now| Ok(quota(inquiry.views(), known, now)))
    }

    /// What the member can do about requests, sent or received, that have been waiting for a long time.
    ///
    /// # Errors
    /// As for [`account`](Self::account), and [`Error::Storage`].
    pub fn follow_up(&self, member: &str) -> Result<Vec<FollowUp>, Error> {
        self.about(member, |inquiry, known, now| {
            let pending = &inquiry.views().pending;
            let sent = pending.sent_by(known.id).into_iter().map(|own| (own.open.request, Viewer::Sender));
            let received = pending
                .received_by(known.id)
                .filter_map(|(_, group)| Some((*group.requests.first()?, Viewer::Recipient)));
            let requests: Vec<_> = sent.chain(received).collect();
            let remembered = InquiryCache::default();
            let inquiry = inquiry.remembering(&remembered);
            let found = requests.into_iter().map(|(request, viewer)| inquiry.follow_up(request, viewer, now));
            let found: Result<Vec<_>, _> = found.collect();
            Ok(found.map_err(SubmitError::Unreadable)?.into_iter().flatten().collect())
        })
    }

    /// Every request that the member ever sent, oldest first.
    ///
    /// # Errors
    /// As for [`account`](Self::account).
    pub fn requests_by(&self, member: &str) -> Result<Vec<RequestId>, Error> {
        self.about(member, |inquiry, known, _| Ok(inquiry.requests_of(known.id)))
    }

    /// Every request sent between `first` and `last`, both included, oldest first; for staff.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Stopped`], [`Error::ClockJumped`].
    pub fn requests_between(&self, first: Timestamp, last: Timestamp) -> Result<Vec<RequestId>, Error> {
        Ok(self.running().read(|inquiry, _| inquiry.requests_between(first, last))??)
    }

    /// The requests that wait for a review, oldest first; for staff.
    ///
    /// # Errors
    /// [`Error::Stopped`], [`Error::ClockJumped`].
    pub fn held_for_review(&self) -> Result<Vec<OpenEntry>, Error> {
        self.running().read(|inquiry, _| {
            let views = inquiry.views();
            let held = views.pending.sent().filter(|sent| sent.open.state == Outgoing::HeldForReview);
            let mut held: Vec<OpenEntry> = held.map(|open| sent_entry(views, open)).collect();
            held.sort_by_key(|entry| (entry.since, entry.request));
            held
        })
    }

    /// Periods in which deliveries failed for many members at the same time, oldest first.
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Stopped`], [`Error::ClockJumped`].
    pub fn incidents(&self) -> Result<Vec<Incident>, Error> {
        Ok(self.running().read(|inquiry, now| inquiry.incidents(now))??)
    }

    fn received(&self, member: &str, is_wanted: fn(Incoming) -> bool) -> Result<Vec<OpenEntry>, Error> {
        self.about(member, |inquiry, known, _| {
            let views = inquiry.views();
            let received = views.pending.received_by(known.id).filter(|(_, group)| is_wanted(group.state));
            let entries = received.filter_map(|(sender, group)| {
                Some(OpenEntry {
                    request: *group.requests.first()?,
                    with: views.members.handle(sender),
                    since: group.since,
                    code: group.state.code(),
                })
            });
            Ok(entries.collect())
        })
    }

    /// Runs a read about one member, as of now.
    fn about<T>(
        &self,
        member: &str,
        read: impl FnOnce(Inquiry<'_>, &Member, Timestamp) -> Result<T, SubmitError>,
    ) -> Result<T, Error> {
        let handle = handle(member)?;
        Ok(self.running().read(|inquiry, now| {
            let views = inquiry.views();
            let known = views.members.by_handle(&handle).ok_or_else(|| SubmitError::UnknownMember {
                handle: handle.clone(),
                nearest: views.nearest_handle(&handle),
            })?;
            read(inquiry, known, now)
        })??)
    }
}

fn sent_entry(views: &Views, open: &OpenRequest) -> OpenEntry {
    let with = match open.open.addressee {
        Addressee::Member(to) => views.members.handle(to),
        Addressee::Email | Addressee::Nobody => {
            open.entered().map_or("erased", |entered| entered.address.trim()).to_owned()
        }
    };
    let (request, code) = (open.open.request, open.open.state.code());
    OpenEntry { request, with, since: open.submitted_at, code }
}

fn account(views: &Views, member: &Member, now: Timestamp) -> Account {
    let profile = member.profile.held().cloned().unwrap_or_default();
    Account {
        handle: member.shown_handle().to_owned(),
        joined: member.joined,
        tier: member.tier,
        standing: member.standing_at(now),
        emails: profile.emails.iter().map(ToString::to_string).collect(),
        profile_url: profile.url.as_ref().map(ToString::to_string),
        company: profile.company,
        title: profile.title,
        accept_from: member.settings.accept_from,
        max_degree: member.settings.max_degree,
        confirmation: member.settings.confirmation,
        contacts: member.contacts.len(),
        connections: views.connected.count_of(member.id),
    }
}

fn quota(views: &Views, member: &Member, now: Timestamp) -> Vec<Quota> {
    let Some((_, policy)) = views.policy() else { return Vec::new() };
    let usage = views.ledger.usage(policy, member.id, member.tier, now);
    let row = |(limit, usage): (&acquaint_policy::Limit, acquaint_policy::Usage)| {
        let at_most = limit.at_most.of(member.tier);
        Quota {
            limit: limit.id.clone(),
            code: limit.code,
            used: usage.used(),
            at_most,
            frees_at: usage.frees_at(at_most).filter(|_| at_most > 0),
        }
    };
    policy.limits.iter().zip(usage).map(row).collect()
}
