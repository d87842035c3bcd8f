//! The senders' half.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use acquaint_checkpoint::image;
use acquaint_domain::export::ExportEvent;
use acquaint_domain::outgoing::{self, Open, Outgoing};
use acquaint_domain::{
    Actor, Address, Addressee, Channel, Departure, EmailAddress, Event, EventNumber, Inherited, MemberId,
    Personal, Recorded, RequestId, Timestamp, Typed, WithdrawnBy, account, import,
};
use acquaint_table::{Dense, Sorted, Table};

use crate::Kept;
use crate::ages::Ages;
use crate::withdrawn::{Target, Withdrawn};

/// A request that is open at its sender's desk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenRequest {
    /// What the desk decides on.
    pub open: Open,
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// Since when it stands where it stands.
    pub since: Timestamp,
    /// The event that tells what was typed.
    pub submitted_by: EventNumber,
    /// What was typed, as far as it is still needed: all of it while the request waits at its sender's desk; without the note
    /// afterwards, where it holds an e-mail address.
    pub asked: Option<Box<Asked>>,
    /// How often the recipient was reminded of it.
    pub reminders: u32,
    /// Where it comes from.
    pub origin: Origin,
    /// See [`OpenRequest::has_note`].
    note: Option<NonZeroU64>,
}

/// What was typed for a request, and how it came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    /// What was typed.
    pub typed: Personal<Typed>,
    /// By which channel it came; `None` for one that was there before this log.
    pub channel: Option<Channel>,
}

/// Where an open request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// It was submitted here.
    Submitted,
    /// It was there before this log.
    Inherited,
    /// Another network carried it, of which nothing that was typed is known.
    Observed,
}

impl OpenRequest {
    fn new(open: Open, origin: Origin, at: Timestamp, number: EventNumber) -> Self {
        Self {
            open,
            submitted_at: at,
            since: at,
            submitted_by: number,
            asked: None,
            reminders: 0,
            origin,
            note: None,
        }
    }

    /// What was typed, as far as it is still needed.
    pub fn typed(&self) -> Option<&Typed> {
        self.asked.as_ref()?.typed.held()
    }

    /// By which channel it came, while that is needed.
    pub fn channel(&self) -> Option<&Channel> {
        self.asked.as_ref()?.channel.as_ref()
    }

    /// The e-mail address that it was sent to, when it was.
    pub fn email(&self) -> Option<&EmailAddress> {
        match self.typed()?.normalised.as_ref()? {
            Address::Email(email) => Some(email),
            Address::Handle(_) | Address::Profile(_) => None,
        }
    }

    /// The e-mail address that was given beside its address.
    pub fn with_email(&self) -> Option<&EmailAddress> {
        self.typed()?.with_email.as_ref()
    }

    /// Whether a note was typed; the event that submitted it holds it.
    pub fn has_note(&self) -> bool {
        self.note.is_some()
    }

    /// Whether this note was typed, or none: by 64 bits of it.
    pub fn has_the_note(&self, note: Option<&str>) -> bool {
        self.note == note.map(brief)
    }

    fn ask(&mut self, typed: &Personal<Typed>, channel: Option<&Channel>) {
        self.asked = Some(Box::new(Asked { typed: typed.clone(), channel: channel.cloned() }));
    }

    /// It has left its sender's desk: of what was typed only the e-mail addresses are needed.
    fn leave(&mut self) {
        let Some(asked) = &mut self.asked else { return };
        match &mut asked.typed {
            Personal::Held(typed)
                if self.open.addressee == Addressee::Email || typed.with_email.is_some() =>
            {
                (typed.note, typed.note_fingerprint) = (None, None);
            }
            Personal::Held(_) | Personal::Erased => self.asked = None,
        }
    }
}

/// 64 bits that tell a note from others, to the letter (FNV-1a, whose constants are the ones its authors publish).
fn brief(note: &str) -> NonZeroU64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let hash = note.bytes().fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    NonZeroU64::new(hash).unwrap_or(NonZeroU64::MAX)
}

fn brief_of(typed: &Personal<Typed>) -> Option<NonZeroU64> {
    typed.held()?.note.as_deref().map(brief)
}

/// Requests that are open at their senders' desks.
#[derive(Clone, Debug, Default, Hash)]
pub struct Sent {
    requests: Table<RequestId, OpenRequest>,
    by_member: Table<(MemberId, MemberId), RequestId>,
    by_email: BTreeMap<(MemberId, EmailAddress), RequestId>,
    by_sender: Dense<MemberId, Sorted<(Timestamp, RequestId), ()>>,
    /// Those that can expire.
    ages: Ages,
    withdrawn: Withdrawn,
    /// Members who were banned or closed the account and have requests open from before.
    leaving: BTreeMap<MemberId, Departure>,
    /// Members of whom older versions have withdrawn requests for a closure that the log does not hold: the process ended in
    /// between, and the member has done nothing since.
    half_closed: BTreeMap<MemberId, Departure>,
}

image!(struct OpenRequest { open, submitted_at, since, submitted_by, asked, reminders, origin, note });
image!(struct Asked { typed, channel });
image!(enum Origin { 0 => Submitted, 1 => Inherited, 2 => Observed });
image!(struct Sent { requests, by_member, by_email, by_sender, ages, withdrawn, leaving, half_closed });

impl Sent {
    pub(crate) fn apply(&mut self, recorded: &Recorded, kept: Kept) {
        self.notice_half_closed(recorded);
        match &recorded.event {
            Event::Outgoing(event) => self.apply_outgoing(event, recorded, kept),
            Event::Import(event) => self.apply_import(event, recorded.number),
            // These change only where a request stands.
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Oversight(_) => {}
        }
        for request in recorded.event.requests().iter() {
            self.evolve(*request, recorded, kept);
        }
        // What a newer export no longer shows is not known to wait.
        if let Event::Import(import::Event::Export(ExportEvent::RequestVanished { ask, .. })) =
            &recorded.event
        {
            self.remove(ask.request);
        }
        if let Some((member, departure)) = Departure::decided(recorded) {
            self.leaving.insert(member, departure);
            self.forget_finished(member);
        }
    }

    fn apply_outgoing(&mut self, event: &outgoing::Event, recorded: &Recorded, kept: Kept) {
        let (request, sender) = (event.request, event.sender);
        match &event.kind {
            outgoing::Kind::Submitted { addressee, typed, channel, distance } => {
                let (addressee, distance) = (*addressee, *distance);
                let open = Open { request, sender, addressee, distance, state: Outgoing::Submitted };
                let mut new = OpenRequest::new(open, Origin::Submitted, recorded.at, recorded.number);
                if kept != Kept::ToJudge {
                    new.note = brief_of(typed);
                    self.ages.insert(recorded.at, request);
                }
                if kept != Kept::ToJudge || addressee == Addressee::Email {
                    new.ask(typed, Some(channel));
                }
                self.insert(new);
            }
            outgoing::Kind::Reminded { .. } => {
                if let Some(known) = self.requests.get_mut(&request) {
                    known.reminders += 1;
                }
            }
            outgoing::Kind::Withdrawn { by: WithdrawnBy::Member | WithdrawnBy::Block, .. } => {
                self.remember_withdrawal(request, recorded.at);
            }
            outgoing::Kind::Withdrawn { by: WithdrawnBy::Enforcement | WithdrawnBy::Closure, .. }
            | outgoing::Kind::Refused { .. }
            | outgoing::Kind::Held { .. }
            | outgoing::Kind::Sent { .. }
            | outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Expired { .. } => {}
        }
    }

    fn apply_import(&mut self, event: &import::Event, number: EventNumber) {
        match event {
            import::Event::RequestObserved { ask, observed_at, seen, .. } => {
                if seen.owner(*ask).is(ask.sender) {
                    let open = arrived(ask.request, ask.sender, Addressee::Member(ask.recipient));
                    self.insert(OpenRequest::new(open, Origin::Observed, *observed_at, number));
                }
            }
            import::Event::Inherited(event) => match event {
                Inherited::RequestInherited { request, sender, addressee, typed, asked_at } => {
                    let open = arrived(*request, *sender, *addressee);
                    let mut new = OpenRequest::new(open, Origin::Inherited, *asked_at, number);
                    new.note = brief_of(typed);
                    new.ask(typed, None);
                    self.ages.insert(*asked_at, *request);
                    self.insert(new);
                }
                Inherited::StretchTaken(_)
                | Inherited::MemberInherited { .. }
                | Inherited::ConnectionInherited { .. }
                | Inherited::ArrivalInherited { .. }
                | Inherited::BlockInherited { .. } => {}
            },
            import::Event::Begun { .. }
            | import::Event::AcceptanceObserved { .. }
            | import::Event::Export(_) => {}
        }
    }

    /// The withdrawals of a closure come after the event that decides it. Older versions recorded them first.
    fn notice_half_closed(&mut self, recorded: &Recorded) {
        if let Event::Outgoing(outgoing::Event {
            sender,
            kind: outgoing::Kind::Withdrawn { by: WithdrawnBy::Closure, .. },
            ..
        }) = &recorded.event
        {
            if !self.leaving.contains_key(sender) {
                let departure =
                    Departure { decided_by: recorded.number, at: recorded.at, by: WithdrawnBy::Closure };
                self.half_closed.entry(*sender).or_insert(departure);
            }
            return;
        }
        if self.half_closed.is_empty() {
            return;
        }
        if let Event::Account(account::Event { member, kind: account::Kind::Closed { .. } }) = &recorded.event
        {
            self.half_closed.remove(member);
        }
        if let Actor::Member(member) = recorded.actor {
            self.half_closed.remove(&member);
        }
    }

    pub(crate) fn leaving(&self) -> impl Iterator<Item = (MemberId, Departure)> {
        self.leaving.iter().map(|(member, departure)| (*member, *departure))
    }

    pub(crate) fn half_closed(&self) -> Option<(MemberId, Departure)> {
        self.half_closed.first_key_value().map(|(member, departure)| (*member, *departure))
    }

    /// What a member who leaves has open from before, oldest first.
    pub(crate) fn left_by(&self, member: MemberId) -> impl Iterator<Item = &OpenRequest> {
        let departure = self.leaving.get(&member);
        departure.into_iter().flat_map(move |departure| {
            let open = self.range_by(member).filter_map(|request| self.get(request));
            open.filter(|open| open.submitted_by < departure.decided_by)
        })
    }

    fn forget_finished(&mut self, member: MemberId) {
        if self.leaving.contains_key(&member) && self.left_by(member).next().is_none() {
            self.leaving.remove(&member);
        }
    }

    pub(crate) fn withdrawn_to_member(&self, sender: MemberId, to: MemberId) -> Option<Timestamp> {
        self.withdrawn.last(sender, &Target::Member(to))
    }

    pub(crate) fn withdrawn_to_email(&self, sender: MemberId, email: &EmailAddress) -> Option<Timestamp> {
        self.withdrawn.last(sender, &Target::Email(email.clone()))
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
        let sender = known.open.sender;
        if let Some(target) = target {
            self.withdrawn.remember(sender, target, at);
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
        self.by_sender.get(sender).into_iter().flat_map(Sorted::keys).map(|(_, request)| request)
    }

    pub(crate) fn oldest(&self) -> Option<(Timestamp, RequestId)> {
        self.ages.oldest()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &OpenRequest> {
        self.requests.sorted().into_iter().map(|(_, request)| request)
    }

    fn evolve(&mut self, request: RequestId, recorded: &Recorded, kept: Kept) {
        let Some(known) = self.requests.get_mut(&request) else { return };
        let state = outgoing::evolve(known.open.state, known.open.sender, &recorded.event);
        if state == known.open.state {
            return;
        }
        known.open.state = state;
        if !matches!(
            recorded.event,
            Event::Import(import::Event::RequestObserved { .. }) | Event::Import(import::Event::Inherited(_))
        ) {
            known.since = recorded.at;
        }
        if !state.is_open() {
            self.remove(request);
        } else if state.is_outstanding() && kept == Kept::ToLive {
            known.leave();
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
        let (requests, at) = (&self.requests, request.submitted_at);
        if request.origin != Origin::Observed {
            self.ages.remove(at, id, |other| requests.contains_key(other));
        }
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
        self.forget_finished(sender);
    }
}

/// A request whose letter is known to have arrived by the event that begins it here.
fn arrived(request: RequestId, sender: MemberId, addressee: Addressee) -> Open {
    Open { request, sender, addressee, distance: None, state: Outgoing::Submitted }
}
