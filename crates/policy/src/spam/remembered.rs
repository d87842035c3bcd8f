//! What is remembered of one member's requests, with what symbols count of them: kept up to date as requests come, are
//! answered and are forgotten, so that a judgement adds up little.
//!
//! Sums run along the requests: of any window, which always ends with the newest, the sum is the last less the one before
//! its first. Answers come to requests in the middle, so they are summed up by stretches of the sequence.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};

use acquaint_domain::{MemberId, RequestId, Span, Timestamp};

use super::history::{Acquaintance, Came, CountedSend};

/// So many requests are summed up together, as far as answers go.
const STRETCH: usize = 16;

/// Intervals shorter than this are a burst, which speed sees and which proves no machine.
const INTERVAL_LEAST: Span = Span::seconds(1);

/// How far apart the numbers of two members may be who are asked one after another.
const STEP_MAX: i64 = 2;

/// Requests in the order in which they were recorded, oldest first.
///
/// All but the requests themselves follows from them: it is not hashed, and [`FromIterator`] makes it again.
#[derive(Clone, Default)]
pub(crate) struct Remembered {
    kept: VecDeque<RememberedRequest>,
    /// The sketches of those that have one.
    sketches: VecDeque<u64>,
    /// What had been counted before the oldest.
    before: RunningSums,
    /// The whole stretches.
    stretches: VecDeque<PeriodCounts>,
    /// How many of the first stretch are forgotten, whether it is whole yet or not.
    skipped: usize,
}

/// A request, without its sketch, and the sums of the sequence up to it.
#[derive(Clone, Copy, Debug)]
struct RememberedRequest {
    request: RequestId,
    at: Timestamp,
    to: Option<MemberId>,
    came: Came,
    acquaintance: Acquaintance,
    counted: RunningSums,
    /// The direction of the step from the one before, 0 where it is not small; and how many requests up to this one the
    /// steps in that direction join, 0 without a step.
    direction: i8,
    run: u16,
    /// How many places back the nearest is whose interval to the one before it is no burst; [`NONE`] without any.
    back: u16,
}

/// Beyond everything that is remembered.
const NONE: u16 = u16::MAX;

/// Running sums. They wrap around: fewer are remembered than they can distinguish.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunningSums {
    /// Requests to strangers.
    pub(crate) strangers: u16,
    /// Requests to those whom the desk could place.
    pub(crate) placed: u16,
    /// Requests to imported contacts.
    pub(crate) contacts: u16,
    sketches: u16,
}

/// Outcomes of the requests of one period that are still remembered.
#[derive(Clone, Copy, Debug)]
struct PeriodCounts {
    accepted: u16,
    arrived: u16,
    /// The sum of the moments of arrival, wrapping around.
    sum_ms: i64,
    /// No arrival is earlier, and none is later; there may have been.
    earliest: Timestamp,
    latest: Timestamp,
}

/// The requests of a window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Within<'a> {
    all: &'a Remembered,
    first: usize,
}

/// Outcomes of the requests of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AnswerCounts {
    /// So many were accepted.
    pub(crate) accepted: u32,
    /// So long those waited that arrived, each at most as long as was asked about.
    pub(crate) waited_ms: i64,
}

impl Remembered {
    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }

    /// When the oldest was sent.
    pub(crate) fn oldest(&self) -> Option<Timestamp> {
        self.kept.front().map(|oldest| oldest.at)
    }

    /// Remembers the newest.
    pub(crate) fn push(&mut self, sent: CountedSend) {
        let CountedSend { request, at, sketch, to, acquaintance, came } = sent;
        let before = self.kept.back();
        let step = before.and_then(|before| step(before.to?, to?));
        let (direction, run) = match (step, before) {
            (Some(direction), Some(before)) if before.direction == direction => {
                (direction, before.run.saturating_add(1))
            }
            (Some(direction), _) => (direction, 2),
            (None, _) => (0, 0),
        };
        let back = match before {
            Some(before) if at.since(before.at) >= INTERVAL_LEAST => 0,
            Some(before) => before.back.saturating_add(1),
            None => NONE,
        };
        let counted = self.counted().with(acquaintance, sketch);
        self.sketches.extend(sketch);
        self.kept.push_back(RememberedRequest {
            request,
            at,
            to,
            came,
            acquaintance,
            counted,
            direction,
            run,
            back,
        });
        if (self.skipped + self.kept.len()).is_multiple_of(STRETCH) {
            let stretch =
                self.kept.iter().rev().take(STRETCH).fold(PeriodCounts::NOTHING, |mut stretch, kept| {
                    stretch.put(kept.came);
                    stretch
                });
            self.stretches.push_back(stretch);
        }
    }

    pub(crate) fn forget_oldest(&mut self) {
        let Some(oldest) = self.kept.pop_front() else { return };
        if oldest.counted.sketches != self.before.sketches {
            self.sketches.pop_front();
        }
        self.before = oldest.counted;
        if let Some(first) = self.stretches.front_mut() {
            first.take(oldest.came);
        }
        self.skipped += 1;
        if self.skipped == STRETCH {
            self.skipped = 0;
            self.stretches.pop_front();
        }
    }

    /// The outcome of a request. An acceptance is final.
    pub(crate) fn came(&mut self, request: RequestId, came: Came) {
        // What arrives is mostly what was sent last.
        let Some(place) = self.kept.iter().rposition(|kept| kept.request == request) else { return };
        let kept = &mut self.kept[place];
        if kept.came == Came::Accepted {
            return;
        }
        let past = std::mem::replace(&mut kept.came, came);
        if let Some(stretch) = self.stretches.get_mut((self.skipped + place) / STRETCH) {
            stretch.take(past);
            stretch.put(came);
        }
    }

    /// Those from this moment on.
    pub(crate) fn since(&self, first: Timestamp) -> Within<'_> {
        let is_all = self.oldest().is_none_or(|oldest| oldest >= first);
        let first = if is_all { 0 } else { self.kept.partition_point(|kept| kept.at < first) };
        Within { all: self, first }
    }

    /// All of them, oldest first: what they are remembered from again.
    pub(crate) fn sent(&self) -> impl Iterator<Item = CountedSend> {
        let mut sketches = self.sketches.iter();
        let mut before = self.before;
        self.kept.iter().map(move |kept| {
            let RememberedRequest { request, at, to, came, acquaintance, counted, .. } = *kept;
            let has_sketch = counted.sketches != std::mem::replace(&mut before, counted).sketches;
            let sketch = if has_sketch { sketches.next().copied() } else { None };
            CountedSend { request, at, sketch, to, acquaintance, came }
        })
    }

    /// Everything counted up to the newest.
    fn counted(&self) -> RunningSums {
        self.kept.back().map_or(self.before, |newest| newest.counted)
    }

    /// Everything counted before this place.
    fn counted_before(&self, place: usize) -> RunningSums {
        place.checked_sub(1).and_then(|before| self.kept.get(before)).map_or(self.before, |kept| kept.counted)
    }
}

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.sent()).finish()
    }
}

impl FromIterator<CountedSend> for Remembered {
    fn from_iter<I: IntoIterator<Item = CountedSend>>(sent: I) -> Self {
        let mut remembered = Self::default();
        sent.into_iter().for_each(|sent| remembered.push(sent));
        remembered
    }
}

impl Hash for Remembered {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.len().hash(state);
        self.sent().for_each(|sent| sent.hash(state));
    }
}

impl Within<'_> {
    /// How many there are.
    pub(crate) fn len(self) -> u32 {
        (self.all.len() - self.first) as u32
    }

    /// How many there are of each kind.
    pub(crate) fn counted(self) -> RunningSums {
        self.all.counted().less(self.all.counted_before(self.first))
    }

    /// How many of the latest went to one member number after another, in one direction; 0 where the latest did not.
    pub(crate) fn run(self) -> u32 {
        let run = self.all.kept.back().map_or(0, |latest| u32::from(latest.run));
        // A step joins two.
        if self.len() < 2 { 0 } else { run.min(self.len()) }
    }

    /// Intervals between one request and the next, the latest first, without bursts.
    pub(crate) fn intervals(self) -> impl Iterator<Item = Span> {
        let kept = &self.all.kept;
        let mut next = kept.len().checked_sub(1);
        std::iter::from_fn(move || {
            let from = next?;
            let later = from.checked_sub(usize::from(kept.get(from)?.back))?;
            // The one before it must be in the window, too.
            let earlier = later.checked_sub(1).filter(|earlier| *earlier >= self.first)?;
            next = Some(earlier);
            Some(kept.get(later)?.at.since(kept.get(earlier)?.at))
        })
    }

    #[cfg(test)]
    pub(crate) fn sent(self) -> impl Iterator<Item = CountedSend> {
        self.all.sent().skip(self.first)
    }

    /// The sketches of those that have one.
    pub(crate) fn sketches(self) -> impl Iterator<Item = u64> {
        let all = self.all;
        let first = all.counted_before(self.first).less(all.before).sketches;
        all.sketches.range(usize::from(first)..).copied()
    }

    /// Their outcomes by `now`, where each waits for at most `patience`.
    pub(crate) fn answers(self, patience: Span, now: Timestamp) -> AnswerCounts {
        let Remembered { kept, stretches, skipped, .. } = self.all;
        let mut answers = AnswerCounts::default();
        let mut place = self.first;
        while place < kept.len() {
            let stretch = (skipped + place) / STRETCH;
            let end = ((stretch + 1) * STRETCH - skipped).min(kept.len());
            let is_whole = place == 0 || (skipped + place).is_multiple_of(STRETCH);
            let summed = stretches.get(stretch).filter(|_| is_whole);
            match summed.and_then(|stretch| stretch.answers(patience, now)) {
                Some(summed) => answers.add(summed),
                None => {
                    for kept in kept.range(place..end) {
                        answers.add(AnswerCounts::of(kept.came, patience, now));
                    }
                }
            }
            place = end;
        }
        answers
    }
}

impl RunningSums {
    /// With one more.
    fn with(mut self, acquaintance: Acquaintance, sketch: Option<u64>) -> Self {
        let one = |is_so: bool| u16::from(is_so);
        self.strangers = self.strangers.wrapping_add(one(acquaintance == Acquaintance::Stranger));
        self.placed = self.placed.wrapping_add(one(acquaintance != Acquaintance::Unknown));
        self.contacts = self.contacts.wrapping_add(one(acquaintance == Acquaintance::Contact));
        self.sketches = self.sketches.wrapping_add(one(sketch.is_some()));
        self
    }

    /// Those that are in this and not in `before`.
    fn less(self, before: Self) -> Self {
        Self {
            strangers: self.strangers.wrapping_sub(before.strangers),
            placed: self.placed.wrapping_sub(before.placed),
            contacts: self.contacts.wrapping_sub(before.contacts),
            sketches: self.sketches.wrapping_sub(before.sketches),
        }
    }
}

impl AnswerCounts {
    /// Of one request.
    fn of(came: Came, patience: Span, now: Timestamp) -> Self {
        match came {
            Came::Waits => Self::default(),
            Came::Accepted => Self { accepted: 1, waited_ms: 0 },
            Came::Arrived(at) => {
                let waited_ms = now.since(at).as_millis().clamp(0, patience.as_millis());
                Self { accepted: 0, waited_ms }
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.waited_ms += other.waited_ms;
    }
}

impl PeriodCounts {
    const NOTHING: Self = Self {
        accepted: 0,
        arrived: 0,
        sum_ms: 0,
        earliest: Timestamp::from_millis(i64::MAX),
        latest: Timestamp::from_millis(i64::MIN),
    };

    fn put(&mut self, came: Came) {
        match came {
            Came::Waits => {}
            Came::Accepted => self.accepted += 1,
            Came::Arrived(at) => {
                self.arrived += 1;
                self.sum_ms = self.sum_ms.wrapping_add(at.as_millis());
                (self.earliest, self.latest) = (self.earliest.min(at), self.latest.max(at));
            }
        }
    }

    fn take(&mut self, came: Came) {
        match came {
            Came::Waits => {}
            Came::Accepted => self.accepted -= 1,
            Came::Arrived(at) => {
                self.arrived -= 1;
                self.sum_ms = self.sum_ms.wrapping_sub(at.as_millis());
            }
        }
    }

    /// `None` where some have waited for all of `patience` and some may have not, so that each has to be asked.
    fn answers(&self, patience: Span, now: Timestamp) -> Option<AnswerCounts> {
        let arrived = i64::from(self.arrived);
        let waited_ms = if arrived == 0 {
            0
        } else if now.since(self.latest) >= patience {
            arrived * patience.as_millis()
        } else if now >= self.latest && now.since(self.earliest) <= patience {
            arrived.wrapping_mul(now.as_millis()).wrapping_sub(self.sum_ms)
        } else {
            return None;
        };
        Some(AnswerCounts { accepted: self.accepted.into(), waited_ms })
    }
}

/// The direction of a small step from one target's number to the next: 1 upward, -1 downward; `None` when it is not small.
fn step(earlier: MemberId, later: MemberId) -> Option<i8> {
    let step = i64::from(later.0) - i64::from(earlier.0);
    (step != 0 && step.abs() <= STEP_MAX).then_some(if step > 0 { 1 } else { -1 })
}

#[cfg(test)]
mod tests;
