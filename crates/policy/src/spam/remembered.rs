//! One member's remembered requests, with the sums that symbols read. The sums are updated as requests are sent, answered and
//! forgotten, so that a verdict adds up few numbers.
//!
//! A window always ends with the newest request, so its sum is the newest running sum minus the one before the window's first
//! request. Answers change requests in the middle of the sequence, so they are summed by blocks of it.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};

use acquaint_domain::{MemberId, RequestId, Span, Timestamp};

use super::history::{Acquaintance, CountedSend, KnownOutcome};

/// The number of requests whose answers are summed together.
const BLOCK: usize = 16;

/// Shorter intervals are bursts: velocity measures those, and they are no sign of a machine.
const INTERVAL_LEAST: Span = Span::seconds(1);

/// The largest difference between the member numbers of two addressees in a sequential run.
const STEP_MAX: i64 = 2;

/// Requests in the order in which they were recorded, oldest first.
///
/// Everything but the requests is derived from them: it is not hashed, and [`FromIterator`] rebuilds it.
#[derive(Clone, Default)]
pub(crate) struct Remembered {
    kept: VecDeque<RememberedRequest>,
    /// The sketches of the requests that have one.
    sketches: VecDeque<u64>,
    /// The running sums before the oldest request.
    before: RunningSums,
    /// The sums of the complete blocks.
    blocks: VecDeque<BlockCounts>,
    /// How many requests of the first block are forgotten, whether it is complete or not.
    skipped: usize,
}

/// A request without its sketch, and the running sums up to and including it.
#[derive(Clone, Copy, Debug)]
struct RememberedRequest {
    request: RequestId,
    at: Timestamp,
    to: Option<MemberId>,
    outcome: KnownOutcome,
    acquaintance: Acquaintance,
    counted: RunningSums,
    /// Direction of the step from the request before; 0 if it is not small.
    direction: i8,
    /// How many requests, up to and including this one, steps in that direction join; 0 without a step.
    run: u16,
    /// How many places back the nearest request is whose interval to the one before it is no burst; [`NONE`] without any.
    back: u16,
}

/// Further back than everything that is remembered.
const NONE: u16 = u16::MAX;

/// Running sums. They wrap around, which is safe: fewer requests are remembered than a `u16` can count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RunningSums {
    /// Requests to strangers.
    pub(crate) strangers: u16,
    /// Requests whose addressee the desk could place.
    pub(crate) placed: u16,
    /// Requests to imported contacts.
    pub(crate) contacts: u16,
    sketches: u16,
}

/// Outcomes of the requests of one block that are still remembered.
#[derive(Clone, Copy, Debug)]
struct BlockCounts {
    accepted: u16,
    arrived: u16,
    /// Sum of the moments of arrival, wrapping around.
    sum_ms: i64,
    /// Bounds of the moments of arrival. They never shrink, so forgotten arrivals may still determine them.
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
    /// How many were accepted.
    pub(crate) accepted: u32,
    /// Total time for which the arrived ones have waited for an answer, each capped at the caller's `patience`.
    pub(crate) waited_ms: i64,
}

impl Remembered {
    pub(crate) fn len(&self) -> usize {
        self.kept.len()
    }

    /// When the oldest request was recorded.
    pub(crate) fn oldest(&self) -> Option<Timestamp> {
        self.kept.front().map(|oldest| oldest.at)
    }

    /// Appends a request.
    pub(crate) fn push(&mut self, sent: CountedSend) {
        let CountedSend { request, at, sketch, to, acquaintance, outcome } = sent;
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
            outcome,
            acquaintance,
            counted,
            direction,
            run,
            back,
        });
        if (self.skipped + self.kept.len()).is_multiple_of(BLOCK) {
            let block = self.kept.iter().rev().take(BLOCK).fold(BlockCounts::NOTHING, |mut block, kept| {
                block.put(kept.outcome);
                block
            });
            self.blocks.push_back(block);
        }
    }

    pub(crate) fn forget_oldest(&mut self) {
        let Some(oldest) = self.kept.pop_front() else { return };
        if oldest.counted.sketches != self.before.sketches {
            self.sketches.pop_front();
        }
        self.before = oldest.counted;
        if let Some(first) = self.blocks.front_mut() {
            first.take(oldest.outcome);
        }
        self.skipped += 1;
        if self.skipped == BLOCK {
            self.skipped = 0;
            self.blocks.pop_front();
        }
    }

    /// Records the outcome of a request. An acceptance is final.
    pub(crate) fn set_outcome(&mut self, request: RequestId, outcome: KnownOutcome) {
        // Most outcomes are of recent requests, so search from the newest.
        let Some(place) = self.kept.iter().rposition(|kept| kept.request == request) else { return };
        let kept = &mut self.kept[place];
        if kept.outcome == KnownOutcome::Accepted {
            return;
        }
        let past = std::mem::replace(&mut kept.outcome, outcome);
        if let Some(block) = self.blocks.get_mut((self.skipped + place) / BLOCK) {
            block.take(past);
            block.put(outcome);
        }
    }

    /// The requests at or after this moment.
    pub(crate) fn since(&self, first: Timestamp) -> Within<'_> {
        let is_all = self.oldest().is_none_or(|oldest| oldest >= first);
        let first = if is_all { 0 } else { self.kept.partition_point(|kept| kept.at < first) };
        Within { all: self, first }
    }

    /// All requests, oldest first. Collecting them rebuilds the same value.
    pub(crate) fn sent(&self) -> impl Iterator<Item = CountedSend> {
        let mut sketches = self.sketches.iter();
        let mut before = self.before;
        self.kept.iter().map(move |kept| {
            let RememberedRequest { request, at, to, outcome, acquaintance, counted, .. } = *kept;
            let has_sketch = counted.sketches != std::mem::replace(&mut before, counted).sketches;
            let sketch = if has_sketch { sketches.next().copied() } else { None };
            CountedSend { request, at, sketch, to, acquaintance, outcome }
        })
    }

    /// The running sums up to the newest request.
    fn counted(&self) -> RunningSums {
        self.kept.back().map_or(self.before, |newest| newest.counted)
    }

    /// The running sums before this place.
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
    /// How many requests are in the window.
    pub(crate) fn len(self) -> u32 {
        (self.all.len() - self.first) as u32
    }

    /// The sums over the window.
    pub(crate) fn counted(self) -> RunningSums {
        self.all.counted().less(self.all.counted_before(self.first))
    }

    /// Length of the run of consecutive member numbers, in one direction, that ends with the latest request; 0 without one.
    pub(crate) fn run(self) -> u32 {
        let run = self.all.kept.back().map_or(0, |latest| u32::from(latest.run));
        // A run joins at least two requests.
        if self.len() < 2 { 0 } else { run.min(self.len()) }
    }

    /// Intervals between successive requests, the latest first, without bursts.
    pub(crate) fn intervals(self) -> impl Iterator<Item = Span> {
        let kept = &self.all.kept;
        let mut next = kept.len().checked_sub(1);
        std::iter::from_fn(move || {
            let from = next?;
            let later = from.checked_sub(usize::from(kept.get(from)?.back))?;
            // The request before it must be in the window, too.
            let earlier = later.checked_sub(1).filter(|earlier| *earlier >= self.first)?;
            next = Some(earlier);
            Some(kept.get(later)?.at.since(kept.get(earlier)?.at))
        })
    }

    #[cfg(test)]
    pub(crate) fn sent(self) -> impl Iterator<Item = CountedSend> {
        self.all.sent().skip(self.first)
    }

    /// The sketches of the window's requests that have one.
    pub(crate) fn sketches(self) -> impl Iterator<Item = u64> {
        let all = self.all;
        let first = all.counted_before(self.first).less(all.before).sketches;
        all.sketches.range(usize::from(first)..).copied()
    }

    /// The window's outcomes by `now`, where each request waits for at most `patience`.
    pub(crate) fn answers(self, patience: Span, now: Timestamp) -> AnswerCounts {
        let Remembered { kept, blocks, skipped, .. } = self.all;
        let mut answers = AnswerCounts::default();
        let mut place = self.first;
        while place < kept.len() {
            let block = (skipped + place) / BLOCK;
            let end = ((block + 1) * BLOCK - skipped).min(kept.len());
            let is_whole = place == 0 || (skipped + place).is_multiple_of(BLOCK);
            let summed = blocks.get(block).filter(|_| is_whole);
            match summed.and_then(|block| block.answers(patience, now)) {
                Some(summed) => answers.add(summed),
                None => {
                    for kept in kept.range(place..end) {
                        answers.add(AnswerCounts::of(kept.outcome, patience, now));
                    }
                }
            }
            place = end;
        }
        answers
    }
}

impl RunningSums {
    /// The sums with one more request.
    fn with(mut self, acquaintance: Acquaintance, sketch: Option<u64>) -> Self {
        let one = |is_so: bool| u16::from(is_so);
        self.strangers = self.strangers.wrapping_add(one(acquaintance == Acquaintance::Stranger));
        self.placed = self.placed.wrapping_add(one(acquaintance != Acquaintance::Unknown));
        self.contacts = self.contacts.wrapping_add(one(acquaintance == Acquaintance::Contact));
        self.sketches = self.sketches.wrapping_add(one(sketch.is_some()));
        self
    }

    /// The difference to the earlier sums `before`.
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
    /// The outcome of one request.
    fn of(outcome: KnownOutcome, patience: Span, now: Timestamp) -> Self {
        match outcome {
            KnownOutcome::Waits => Self::default(),
            KnownOutcome::Accepted => Self { accepted: 1, waited_ms: 0 },
            KnownOutcome::Arrived(at) => {
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

impl BlockCounts {
    const NOTHING: Self = Self {
        accepted: 0,
        arrived: 0,
        sum_ms: 0,
        earliest: Timestamp::from_millis(i64::MAX),
        latest: Timestamp::from_millis(i64::MIN),
    };

    fn put(&mut self, outcome: KnownOutcome) {
        match outcome {
            KnownOutcome::Waits => {}
            KnownOutcome::Accepted => self.accepted += 1,
            KnownOutcome::Arrived(at) => {
                self.arrived += 1;
                self.sum_ms = self.sum_ms.wrapping_add(at.as_millis());
                (self.earliest, self.latest) = (self.earliest.min(at), self.latest.max(at));
            }
        }
    }

    fn take(&mut self, outcome: KnownOutcome) {
        match outcome {
            KnownOutcome::Waits => {}
            KnownOutcome::Accepted => self.accepted -= 1,
            KnownOutcome::Arrived(at) => {
                self.arrived -= 1;
                self.sum_ms = self.sum_ms.wrapping_sub(at.as_millis());
            }
        }
    }

    /// The block's outcomes; `None` if some requests have waited for all of `patience` and others may not have, so that each
    /// request has to be examined.
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
