//! Requests that bans withdrew, for as long as they can be restored.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use acquaint_checkpoint::snapshot;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{
    Event, EventNumber, FaultChannel, MemberId, Recorded, RequestId, Span, Timestamp, network,
};

use crate::open_request::OpenRequest;

/// Requests that bans withdrew, in their state before; and those of them that reversed bans still have to restore.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Withheld {
    requests: BTreeMap<RequestId, OpenRequest>,
    by_member: BTreeMap<MemberId, VecDeque<RequestId>>,
    /// Every request in the order of withdrawal. An entry whose request is gone is ignored when its time is over.
    by_age: VecDeque<(Timestamp, RequestId)>,
    /// The channels whose letters fail now.
    failing: BTreeSet<FaultChannel>,
    /// When a fault last ended.
    failed_until: Option<Timestamp>,
    /// The requests to restore, in order, each with the time and the event of the decision.
    restoring: VecDeque<(RequestId, Timestamp, EventNumber)>,
}

snapshot!(struct Withheld { requests, by_member, by_age, failing, failed_until, restoring });

/// How long a request is kept: one that was withdrawn earlier has expired.
const WITHHELD_KEPT: Span = Span::days(366);

/// How long after the end of an outage delayed letters may still arrive.
const LATE_LETTERS: Span = Span::minutes(1);

impl Withheld {
    /// Tracks which channels' letters fail.
    pub(crate) fn follow(&mut self, recorded: &Recorded) {
        let Event::Network(event) = &recorded.event else { return };
        match event {
            network::Event::FaultStarted { channel, .. } => {
                self.failing.insert(*channel);
            }
            network::Event::FaultStopped(channel) => {
                match channel {
                    FaultChannel::All => self.failing.clear(),
                    FaultChannel::Web | FaultChannel::Mobile | FaultChannel::Desktop => {
                        self.failing.remove(channel);
                    }
                }
                self.failed_until = Some(recorded.at);
            }
            network::Event::Founded { .. }
            | network::Event::PolicyAdopted { .. }
            | network::Event::CommandRefused(_)
            | network::Event::RequestUnclaimed { .. }
            | network::Event::LookupRecorded(_) => {}
        }
    }

    /// Keeps a request that a ban withdraws at `at`. One that has arrived is not kept during an outage: its recipient may already
    /// have accepted it, and that acceptance, taken after the request is restored, would connect one end only. Outages are
    /// public, so whether a request is kept reveals nothing about its recipient.
    pub(crate) fn keep(&mut self, request: OpenRequest, at: Timestamp) {
        let is_late = self.failed_until.is_some_and(|until| at <= until.plus(LATE_LETTERS));
        if request.open.state == Outgoing::Sent && (!self.failing.is_empty() || is_late) {
            return;
        }
        while let Some((oldest, id)) = self.by_age.front().copied()
            && oldest.plus(WITHHELD_KEPT) <= at
        {
            self.by_age.pop_front();
            drop(self.take(id));
        }
        let (id, member) = (request.open.request, request.open.sender);
        self.by_member.entry(member).or_default().push_back(id);
        self.by_age.push_back((at, id));
        self.requests.insert(id, request);
    }

    /// Forgets the member's requests: what an earlier ban withdrew can no longer be restored.
    pub(crate) fn forget(&mut self, member: MemberId) {
        for id in self.by_member.remove(&member).unwrap_or_default() {
            self.requests.remove(&id);
        }
        let requests = &self.requests;
        self.restoring.retain(|(id, ..)| requests.contains_key(id));
    }

    pub(crate) fn of(&self, member: MemberId) -> impl Iterator<Item = &OpenRequest> {
        let ids = self.by_member.get(&member).into_iter().flatten();
        ids.filter_map(|id| self.requests.get(id))
    }

    /// Begins to restore these requests of the member, and forgets the others.
    pub(crate) fn begin(&mut self, member: MemberId, restores: &[RequestId], recorded: &Recorded) {
        let kept: Vec<OpenRequest> =
            restores.iter().filter_map(|id| self.requests.get(id)).cloned().collect();
        self.forget(member);
        for request in kept {
            let id = request.open.request;
            self.restoring.push_back((id, recorded.at, recorded.number));
            self.by_member.entry(member).or_default().push_back(id);
            self.requests.insert(id, request);
        }
    }

    pub(crate) fn restoring(&self) -> Option<(Timestamp, EventNumber)> {
        self.restoring.front().map(|(_, at, decided_by)| (*at, *decided_by))
    }

    pub(crate) fn to_restore(&self) -> impl Iterator<Item = &OpenRequest> {
        self.restoring.iter().filter_map(|(id, ..)| self.requests.get(id))
    }

    pub(crate) fn take(&mut self, id: RequestId) -> Option<OpenRequest> {
        let request = self.requests.remove(&id)?;
        if self.restoring.front().is_some_and(|(first, ..)| *first == id) {
            self.restoring.pop_front();
        } else {
            self.restoring.retain(|(other, ..)| *other != id);
        }
        if let Some(own) = self.by_member.get_mut(&request.open.sender) {
            if own.front() == Some(&id) {
                own.pop_front();
            } else {
                own.retain(|other| *other != id);
            }
            if own.is_empty() {
                self.by_member.remove(&request.open.sender);
            }
        }
        Some(request)
    }
}
