//! The view of all requests: which ones, and how many, have each day, code, status and channel.
//!
//! **What it is.** A fold over events. Each request has a [`RequestRow`] with its state on both sides, folded by the domain's
//! [`outgoing::evolve`](acquaint_domain::outgoing::evolve) and [`incoming::evolve`](acquaint_domain::incoming::evolve).
//! Requests are numbered from 1 in the order in which they began; sets of numbers index them by day, code, status and channel.
//! What depends on the time (ignored, expired) is computed from a row as of a moment.
//!
//! **Where to start reading.** [`Requests::apply`], then `event_facts.rs`, which names every event, and `row.rs`.
//!
//! **This crate never** does IO, imports another projection, rejects an event, holds state that a replay of the log cannot
//! rebuild, or stores a text that somebody entered.

mod event_facts;
mod halves;
mod illegal;
mod places;
mod row;
mod set;
mod snapshot;
mod status;

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use acquaint_domain::{Channel, Code, Entered, MemberId, Personal, Recorded, RequestId, Timestamp};
use acquaint_table::Dense;
use siphasher::sip::SipHasher24;

use event_facts::{Beginning, EventFacts};
use places::Places;
use row::NO_MEMBER;
use set::Set;

pub use illegal::{IllegalStep, IllegalTransitions, Step};
pub use row::{AsOf, RequestRow};
pub use status::Status;

/// All requests ever made.
#[derive(Clone, Default)]
pub struct Requests {
    rows: Vec<RequestRow>,
    places: Places,
    by_sender: Dense<MemberId, RequestChain>,
    by_recipient: Dense<MemberId, RequestChain>,
    /// Requests addressed to a text that names no member publicly, by the hash of the text.
    by_text: BTreeSet<(u64, u32)>,
    /// The channels of requests, in the order of their first use. Index 0 is an unknown channel.
    channels: Vec<Option<Channel>>,
    sets: Sets,
}

/// A request with its number: 1-based, in the order in which requests began.
pub type Numbered<'r> = (u32, &'r RequestRow);

/// A linked list of a member's requests as sender or as recipient: each row holds the number of the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct RequestChain {
    /// The number of the last request.
    last: u32,
    count: u32,
}

/// Indexes of the rows by property, derived from the rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Sets {
    days: BTreeMap<Day, Set>,
    channels: BTreeMap<u8, Set>,
    codes: BTreeMap<Code, Set>,
    statuses: BTreeMap<Status, Set>,
    /// Requests known from exports only, whose code depends on the newest export.
    exported: Set,
}

/// A day of the calendar in UTC, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

const DAY_MS: i64 = 86_400_000;
/// Programs choose their own names. Beyond this many channels, all further programs count as one, so that nobody can fill the
/// list.
const CHANNELS_MAX: usize = 250;
/// The name given to all programs beyond those.
const OTHER_PROGRAMS: &str = "others";

impl Day {
    /// The day of a moment.
    pub const fn of(at: Timestamp) -> Self {
        Self(at.as_millis().div_euclid(DAY_MS))
    }

    /// Its first moment.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_mul(DAY_MS))
    }
}

impl Requests {
    /// Applies the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.apply_with(recorded, &mut |_, _| {});
    }

    /// Applies the next event, and counts illegal transitions. They are still applied: the view is the same as after
    /// [`apply`](Self::apply).
    pub fn apply_and_check(&mut self, recorded: &Recorded, illegal: &mut IllegalTransitions) {
        let number = recorded.number;
        self.apply_with(recorded, &mut |request, step| illegal.add(IllegalStep { number, request, step }));
    }

    fn apply_with(&mut self, recorded: &Recorded, illegal: &mut dyn FnMut(RequestId, Step)) {
        let mut requests = recorded.event.requests();
        if requests.is_empty() {
            return;
        }
        if requests.len() > 1 {
            // An event may name a request twice.
            let requests = requests.to_mut();
            requests.sort_unstable();
            requests.dedup();
        }
        let facts = EventFacts::by(recorded);
        for request in requests.iter() {
            let Some(number) = self.number(*request).or_else(|| self.begin(*request, recorded, &facts))
            else {
                continue;
            };
            if let Some(request_ref) = facts.reaches.filter(|request_ref| request_ref.request == *request) {
                self.reach(number, request_ref.recipient);
            }
            let row = &mut self.rows[number as usize - 1];
            let before = SetMembership::of(row);
            row.apply(recorded, &facts, &mut |step| illegal(*request, step));
            let after = SetMembership::of(row);
            if after != before {
                self.sets.leave(number, before);
                self.sets.enter(number, after);
            }
        }
    }

    /// How many requests there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The request with this id.
    pub fn get(&self, request: RequestId) -> Option<Numbered<'_>> {
        self.number(request).and_then(|number| self.numbered(number))
    }

    /// Every request, in the order in which they began.
    pub fn iter(&self) -> impl Iterator<Item = Numbered<'_>> {
        (1..).zip(&self.rows)
    }

    /// The requests of a sender, the last one first.
    pub fn sent_by(&self, sender: MemberId) -> impl Iterator<Item = Numbered<'_>> {
        self.chain(self.by_sender.get(sender), |row| row.before_of_sender)
    }

    /// The requests that reached a member, by the knowledge of both sides, the last one first.
    pub fn received_by(&self, recipient: MemberId) -> impl Iterator<Item = Numbered<'_>> {
        self.chain(self.by_recipient.get(recipient), |row| row.before_to_recipient)
    }

    /// Candidates for the requests that were addressed to this text, which names no member publicly. Another text may have the
    /// same hash, so check the events of each request.
    pub fn perhaps_typed(&self, text: &str) -> impl Iterator<Item = Numbered<'_>> {
        let hash = hash_of(text);
        self.by_text.range((hash, 0)..=(hash, u32::MAX)).filter_map(|(_, number)| self.numbered(*number))
    }

    /// Candidates for the requests with this code at any moment; no other request has it.
    pub fn perhaps_with_code(&self, code: Code) -> impl Iterator<Item = Numbered<'_>> {
        // Time alone turns a waiting request into an ignored one, and any open one into an expired one.
        let stored = if code == Code::Ignored { Code::AwaitingResponse } else { code };
        let set = self.sets.codes.get(&stored);
        let all = (code == Code::Expired).then(|| self.iter());
        let exported = self.exported().filter(move |_| code != Code::Expired);
        let set = set.filter(|_| code != Code::Expired);
        let few = set.into_iter().flat_map(Set::iter).filter_map(|number| self.numbered(number));
        few.chain(exported).chain(all.into_iter().flatten())
    }

    /// The requests known only from members' exports of another network.
    pub fn exported(&self) -> impl Iterator<Item = Numbered<'_>> {
        self.sets.exported.iter().filter_map(|number| self.numbered(number))
    }

    /// The requests made from one day to another, both included.
    pub fn asked_between(&self, first: Day, last: Day) -> impl Iterator<Item = Numbered<'_>> {
        let days = if first <= last { Some(self.sets.days.range(first..=last)) } else { None };
        days.into_iter().flatten().flat_map(|(_, set)| set.iter()).filter_map(|number| self.numbered(number))
    }

    /// How many requests were made on each day that has any, the earliest first.
    pub fn per_day(&self) -> impl Iterator<Item = (Day, u64)> {
        self.sets.days.iter().map(|(day, set)| (*day, set.len()))
    }

    /// How many requests each channel has, among those with any; `None` is an unknown channel.
    pub fn per_channel(&self) -> impl Iterator<Item = (Option<&Channel>, u64)> {
        self.sets.channels.iter().map(|(place, set)| (self.channel_at(*place), set.len()))
    }

    /// How many requests each sender made, by the senders' numbers.
    pub fn per_sender(&self) -> impl Iterator<Item = (MemberId, u64)> {
        self.by_sender.iter().map(|(sender, end)| (sender, u64::from(end.count)))
    }

    /// How many requests have each code. The effects of time and the requests known from exports only are left out.
    pub fn per_code(&self) -> impl Iterator<Item = (Code, u64)> {
        self.sets.codes.iter().map(|(code, set)| (*code, set.len()))
    }

    /// How many requests have each status. The effects of time and the requests known from exports only are left out.
    pub fn per_status(&self) -> impl Iterator<Item = (Status, u64)> {
        self.sets.statuses.iter().map(|(status, set)| (*status, set.len()))
    }

    /// The channel of a request; `None` if it is unknown.
    pub fn channel(&self, row: &RequestRow) -> Option<&Channel> {
        self.channel_at(row.channel)
    }

    /// Memory use in bytes, without the allocator's overhead.
    pub fn bytes(&self) -> usize {
        let Self { rows, places, by_sender, by_recipient, by_text, channels, sets } = self;
        let ends = (by_sender.len() + by_recipient.len()) * size_of::<Option<RequestChain>>();
        let texts = by_text.len() * size_of::<(u64, u32)>();
        size_of_val(rows.as_slice())
            + places.bytes()
            + ends
            + texts
            + size_of_val(channels.as_slice())
            + sets.bytes()
    }

    fn number(&self, request: RequestId) -> Option<u32> {
        self.places.find(request, |number| self.row(number).map(RequestRow::request))
    }

    fn row(&self, number: u32) -> Option<&RequestRow> {
        self.rows.get((number as usize).checked_sub(1)?)
    }

    fn numbered(&self, number: u32) -> Option<Numbered<'_>> {
        self.row(number).map(|row| (number, row))
    }

    fn channel_at(&self, place: u8) -> Option<&Channel> {
        self.channels.get(usize::from(place))?.as_ref()
    }

    fn chain(
        &self,
        end: Option<&RequestChain>,
        before: fn(&RequestRow) -> u32,
    ) -> impl Iterator<Item = Numbered<'_>> {
        let RequestChain { last, count } = end.copied().unwrap_or_default();
        let next = move |(_, row): &Numbered<'_>| self.numbered(before(row));
        std::iter::successors(self.numbered(last), next).take(count as usize)
    }

    /// Begins a request, if the event is one that begins a request. Returns its number.
    fn begin(&mut self, request: RequestId, recorded: &Recorded, facts: &EventFacts<'_>) -> Option<u32> {
        let beginning = facts.begins.as_ref()?;
        let number = u32::try_from(self.rows.len() + 1).ok()?;
        let mut row = RequestRow::new(request, beginning, facts.happened_at.unwrap_or(recorded.at));
        row.channel = self.place_of(beginning);
        row.before_of_sender = self.by_sender.or_default(row.sender).push(number);
        let recipient = std::mem::replace(&mut row.recipient, NO_MEMBER);
        if let (true, Some(Personal::Held(entered))) = (row.is_to_text(), beginning.entered) {
            self.by_text.insert((hash_of(text_of(entered)), number));
        }
        self.sets.begin(number, &row);
        self.sets.enter(number, SetMembership::of(&row));
        self.rows.push(row);
        let rows = &self.rows;
        self.places.add(request, number, |number| {
            rows.get((number as usize).checked_sub(1)?).map(RequestRow::request)
        });
        if recipient != NO_MEMBER {
            self.reach(number, recipient);
        }
        Some(number)
    }

    /// Records the member whom a request reached, which the sender's side may not know.
    fn reach(&mut self, number: u32, recipient: MemberId) {
        let row = &mut self.rows[number as usize - 1];
        if row.recipient == NO_MEMBER {
            row.recipient = recipient;
            row.before_to_recipient = self.by_recipient.or_default(recipient).push(number);
        }
    }

    /// The index of its channel, which is added to the list if it is new.
    fn place_of(&mut self, beginning: &Beginning<'_>) -> u8 {
        if self.channels.is_empty() {
            self.channels.push(None);
        }
        let others = Channel::Api(OTHER_PROGRAMS.to_owned());
        let place_of =
            |channel: Option<&Channel>| self.channels.iter().position(|known| known.as_ref() == channel);
        let place = match place_of(beginning.channel) {
            Some(place) => Some(place),
            None if self.channels.len() > CHANNELS_MAX => place_of(Some(&others)),
            None => None,
        };
        let place = place.unwrap_or_else(|| {
            let is_full = self.channels.len() > CHANNELS_MAX;
            self.channels.push(if is_full { Some(others) } else { beginning.channel.cloned() });
            self.channels.len() - 1
        });
        place as u8
    }
}

impl RequestChain {
    /// Appends a request. Returns the number of the one before it.
    fn push(&mut self, number: u32) -> u32 {
        self.count += 1;
        std::mem::replace(&mut self.last, number)
    }
}

/// The sets that contain a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SetMembership {
    /// The set of requests known from exports only.
    Exported,
    /// The sets of this code and this status; `None` while no side has a state.
    Told(Option<(Code, Status)>),
}

impl SetMembership {
    fn of(row: &RequestRow) -> Self {
        // At the beginning of time, nothing is ignored and nothing has expired.
        let never = AsOf {
            at: Timestamp::from_millis(i64::MIN),
            ignored_after: acquaint_domain::Span::millis(i64::MAX),
            expires_after: acquaint_domain::Span::millis(i64::MAX),
            observed_until: None,
        };
        if row.is_exported() { Self::Exported } else { Self::Told(row.told_to_staff(&never)) }
    }
}

impl Sets {
    /// Adds a request to the sets of its day and channel, which never change.
    fn begin(&mut self, number: u32, row: &RequestRow) {
        self.days.entry(Day::of(row.asked_at)).or_default().insert(number);
        self.channels.entry(row.channel).or_default().insert(number);
    }

    fn enter(&mut self, number: u32, membership: SetMembership) {
        match membership {
            SetMembership::Exported => self.exported.insert(number),
            SetMembership::Told(None) => {}
            SetMembership::Told(Some((code, status))) => {
                self.codes.entry(code).or_default().insert(number);
                self.statuses.entry(status).or_default().insert(number);
            }
        }
    }

    fn leave(&mut self, number: u32, membership: SetMembership) {
        match membership {
            SetMembership::Exported => self.exported.remove(number),
            SetMembership::Told(None) => {}
            SetMembership::Told(Some((code, status))) => {
                remove(&mut self.codes, code, number);
                remove(&mut self.statuses, status, number);
            }
        }
    }

    fn bytes(&self) -> usize {
        let Self { days, channels, codes, statuses, exported } = self;
        let all = days.values().chain(channels.values()).chain(codes.values()).chain(statuses.values());
        all.chain([exported]).map(|set| set.bytes() + size_of::<(Day, Set)>()).sum()
    }
}

/// Removes a number from the set under `key`; an empty set is not kept.
fn remove<K: Ord>(sets: &mut BTreeMap<K, Set>, key: K, number: u32) {
    if let Some(set) = sets.get_mut(&key) {
        set.remove(number);
        if set.len() == 0 {
            sets.remove(&key);
        }
    }
}

/// The address of a request, or the text as entered if it is not an address.
fn text_of(entered: &Entered) -> &str {
    entered.normalised.as_ref().map_or(entered.address.as_str(), |address| address.as_str())
}

fn hash_of(text: &str) -> u64 {
    let mut hasher = SipHasher24::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The index by id is not hashed: it is derived from the rows.
impl Hash for Requests {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { rows, places: _, by_sender, by_recipient, by_text, channels, sets } = self;
        (rows, by_sender, by_recipient, by_text, channels, sets).hash(state);
    }
}

impl std::fmt::Debug for Requests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Requests").field("rows", &self.rows).finish_non_exhaustive()
    }
}
