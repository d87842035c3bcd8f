//! The senders' half.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_checkpoint::image;
use acquaint_domain::export::ExportEvent;
use acquaint_domain::outgoing::{self, Open, Outgoing};
use acquaint_domain::{
    Address, Addressee, Channel, EmailAddress, Event, Inherited, MemberId, Personal, Recorded, Reminded,
    RequestId, Span, Timestamp, Typed, WithdrawnBy,
};
use acquaint_table::{Dense, Sorted, Table};

use crate::Kept;

/// A request that is open at its sender's desk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenRequest {
    /// What the desk decides on.
    pub open: Open,
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// Since when it stands where it stands.
    pub since: Timestamp,
    /// By which channel it came; `None` for one that another network carried, or that was there before this log.
    pub channel: Option<Channel>,
    /// What was typed; `None` for one that another network carried, and where it is not kept.
    pub typed: Option<Box<Personal<Typed>>>,
    /// How often the recipient was reminded of it.
    pub reminders: u32,
}

impl OpenRequest {
    /// The e-mail address that it was sent to, when it was.
    pub fn email(&self) -> Option<&EmailAddress> {
        match self.typed.as_ref()?.held()?.normalised.as_ref()? {
            Address::Email(email) => Some(email),
            Address::Handle(_) | Address::Profile(_) => None,
        }
    }

    /// The e-mail address that was given beside its address.
    pub fn with_email(&self) -> Option<&EmailAddress> {
        self.typed.as_ref()?.held()?.with_email.as_ref()
    }
}

/// Requests that are open at their senders' desks.
#[derive(Clone, Debug, Default, Hash)]
pub struct Sent {
    requests: Table<RequestId, OpenRequest>,
    by_member: Table<(MemberId, MemberId), RequestId>,
    by_email: BTreeMap<(MemberId, EmailAddress), RequestId>,
    by_sender: Dense<MemberId, Sorted<(Timestamp, RequestId), ()>>,
    /// Those that can expire, by age.
    by_age: BTreeSet<(Timestamp, RequestId)>,
    /// When somebody last withdrew a request to an address, for a year.
    withdrawn: BTreeMap<(MemberId, Target), Timestamp>,
    withdrawn_by_age: BTreeSet<(Timestamp, MemberId, Target)>,
}

/// To whom a request was sent, as its sender's desk knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Target {
    Member(MemberId),
    Email(EmailAddress),
}

image!(struct OpenRequest { open, submitted_at, since, channel, typed, reminders });
image!(struct Sent { requests, by_member, by_email, by_sender, by_age, withdrawn, withdrawn_by_age });
image!(enum Target { 0 => Member(member), 1 => Email(email) });

/// No policy bars an address for longer after a withdrawal.
const WITHDRAWAL_KEPT: Span = Span::days(366);

impl Sent {
    pub(crate) fn apply(&mut self, recorded: &Recorded, kept: Kept) {
        if let Event::RequestSubmitted { request, sender, addressee, typed, channel, distance } =
            &recorded.event
        {
            let open = Open {
                request: *request,
                sender: *sender,
                addressee: *addressee,
                distance: *distance,
                state: Outgoing::Submitted,
            };
            let is_found_by = *addressee == Addressee::Email;
            let typed = (kept == Kept::ToLive || is_found_by).then(|| Box::new(typed.clone()));
            let channel = Some(channel.clone());
            let (submitted_at, since) = (recorded.at, recorded.at);
            if kept == Kept::ToLive {
                self.by_age.insert((submitted_at, *request));
            }
            self.insert(OpenRequest { open, submitted_at, since, channel, typed, reminders: 0 });
        } else if let Event::RequestObserved { ask, observed_at, seen, .. } = &recorded.event
            && seen.desk(*ask).is_of(ask.sender)
        {
            let open = Open {
                request: ask.request,
                sender: ask.sender,
                addressee: Addressee::Member(ask.recipient),
                distance: None,
                state: Outgoing::Submitted,
            };
            let (submitted_at, since) = (*observed_at, *observed_at);
            self.insert(OpenRequest { open, submitted_at, since, channel: None, typed: None, reminders: 0 });
        }
        if let Event::Inherited(Inherited::RequestInherited { request, sender, addressee, typed, asked_at }) =
            &recorded.event
        {
            let open = Open {
                request: *request,
                sender: *sender,
                addressee: *addressee,
                distance: None,
                state: Outgoing::Submitted,
            };
            let (submitted_at, since, typed) = (*asked_at, *asked_at, Some(Box::new(typed.clone())));
            self.by_age.insert((submitted_at, *request));
            self.insert(OpenRequest { open, submitted_at, since, channel: None, typed, reminders: 0 });
        }
        if let Event::RequestReminded(Reminded { request, .. }) = &recorded.event
            && let Some(known) = self.requests.get_mut(request)
        {
            known.reminders += 1;
        }
        if let Event::RequestWithdrawn { request, by: WithdrawnBy::Member | WithdrawnBy::Block, .. } =
            &recorded.event
        {
            self.remember_withdrawal(*request, recorded.at);
        }
        for request in recorded.event.requests().iter() {
            self.evolve(*request, recorded);
        }
        // What a newer export no longer shows is not known to wait.
        if let Event::Export(ExportEvent::RequestVanished { ask, .. }) = &recorded.event {
            self.remove(ask.request);
        }
    }

    pub(crate) fn withdrawn_to_member(&self, sender: MemberId, to: MemberId) -> Option<Timestamp> {
        self.withdrawn.get(&(sender, Target::Member(to))).copied()
    }

    pub(crate) fn withdrawn_to_email(&self, sender: MemberId, email: &EmailAddress) -> Option<Timestamp> {
        self.withdrawn.get(&(sender, Target::Email(email.clone()))).copied()
    }

    pub(crate) fn count_by(&self, sender: MemberId) -> usize {
        self.by_sender.get(sender).map_or(0, Sorted::len)
    }

    fn remember_withdrawal(&mut self, request: RequestId, at: Timestamp) {
        let Some(known) = self.requests.get(&request) else { return };
        let target = match known.open.addressee {
            Addressee::Member(to) => Some(Target::Member(to)),
            Addressee::Email => known.email().cloned().map(Target::Email),
            Addressee::Nobody => None,
        };
        let Some(target) = target else { return };
        let sender = known.open.sender;
        if let Some(earlier) = self.withdrawn.insert((sender, target.clone()), at) {
            self.withdrawn_by_age.remove(&(earlier, sender, target.clone()));
        }
        self.withdrawn_by_age.insert((at, sender, target));
        while let Some((oldest, ..)) = self.withdrawn_by_age.first()
            && oldest.plus(WITHDRAWAL_KEPT) <= at
        {
            if let Some((_, sender, target)) = self.withdrawn_by_age.pop_first() {
                self.withdrawn.remove(&(sender, target));
            }
        }
    }

    pub(crate) fn get(&self, request: RequestId) -> Option<&OpenRequest> {
        self.requests.get(&request)
    }

    pub(crate) fn to_member(&self, sender: MemberId, to: MemberId) -> Option<&OpenRequest> {
        self.by_member.get(&(sender, to)).and_then(|request| self.get(*request))
    }

    pub(crate) fn to_email(&self, sender: MemberId, email: &EmailAddress) -> Option<&OpenRequest> {
        self.by_email.get(&(sender, email.clone())).and_then(|request| self.get(*request))
    }

    pub(crate) fn by(&self, sender: MemberId) -> Vec<&OpenRequest> {
        self.range_by(sender).filter_map(|request| self.get(request)).collect()
    }

    fn range_by(&self, sender: MemberId) -> impl Iterator<Item = RequestId> {
        self.by_sender.get(sender).into_iter().flat_map(Sorted::keys).map(|(_, request)| *request)
    }

    pub(crate) fn oldest(&self) -> Option<(Timestamp, RequestId)> {
        self.by_age.first().copied()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &OpenRequest> {
        self.requests.sorted().into_iter().map(|(_, request)| request)
    }

    fn evolve(&mut self, request: RequestId, recorded: &Recorded) {
        let Some(known) = self.requests.get_mut(&request) else { return };
        let state = outgoing::evolve(known.open.state, known.open.sender, &recorded.event);
        if state == known.open.state {
            return;
        }
        known.open.state = state;
        if !matches!(recorded.event, Event::RequestObserved { .. } | Event::Inherited(_)) {
            known.since = recorded.at;
        }
        if !state.is_open() {
            self.remove(request);
        }
    }

    fn insert(&mut self, request: OpenRequest) {
        let Open { request: id, sender, addressee, .. } = request.open;
        self.by_sender.or_default(sender).insert((request.submitted_at, id), ());
        self.requests.insert(id, request);
        // INVARIANT (one open request): a later one to the same address is refused, and must not hide the earlier one.
        match addressee {
            Addressee::Member(to) => {
                self.by_member.entry((sender, to)).or_insert(id);
            }
            Addressee::Email => {
                if let Some(email) = self.requests.get(&id).and_then(|known| known.email().cloned()) {
                    self.by_email.entry((sender, email)).or_insert(id);
                }
            }
            Addressee::Nobody => {}
        }
    }

    fn remove(&mut self, id: RequestId) {
        let Some(request) = self.requests.remove(&id) else { return };
        let Open { sender, addressee, .. } = request.open;
        if let Some(own) = self.by_sender.get_mut(sender) {
            own.remove((request.submitted_at, id));
        }
        self.by_age.remove(&(request.submitted_at, id));
        if let Addressee::Member(to) = addressee
            && self.by_member.get(&(sender, to)) == Some(&id)
        {
            self.by_member.remove(&(sender, to));
        }
        if let Some(email) = request.email()
            && self.by_email.get(&(sender, email.clone())) == Some(&id)
        {
            self.by_email.remove(&(sender, email.clone()));
        }
    }
}
