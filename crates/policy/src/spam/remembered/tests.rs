//! The sums that are kept agree with a scan of all requests.

use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::test_runner::Config;
use proptest::{prop_assert, prop_assert_eq};

use super::super::history::MemberHistory;
use super::super::history::given::at;
use super::super::{Share, answers, notes, pace, targets};
use super::*;

/// The symbols, each computed by a scan of the window's requests.
mod rescan {
    use super::*;

    pub(super) fn within(sent: &[CountedSend], window: Span, now: Timestamp) -> &[CountedSend] {
        &sent[sent.partition_point(|sent| sent.at < now.minus(window))..]
    }

    pub(super) fn repeated(within: &[CountedSend], sketch: u64, bits: u32) -> u32 {
        let near = |other: u64| (other ^ sketch).count_ones() <= bits;
        within.iter().filter(|sent| sent.sketch.is_some_and(near)).count() as u32
    }

    pub(super) fn regularity(within: &[CountedSend]) -> Share {
        let pairs = within.windows(2).rev().map(|pair| pair[1].at.since(pair[0].at).as_millis());
        let mut intervals: Vec<i64> = pairs.filter(|interval| *interval >= 1_000).take(32).collect();
        intervals.sort_unstable();
        if intervals.len() < 3 {
            return Share::default();
        }
        let middle = intervals[intervals.len() / 2];
        let alike = intervals.iter().filter(|interval| (**interval - middle).abs() <= middle / 20);
        Share { value: alike.count() as u32, of: intervals.len() as u32 }
    }

    pub(super) fn strangers(within: &[CountedSend]) -> Share {
        let among = |which: fn(&Acquaintance) -> bool| {
            within.iter().filter(|sent| which(&sent.acquaintance)).count() as u32
        };
        let is_stranger = |acquaintance: &Acquaintance| *acquaintance == Acquaintance::Stranger;
        Share { value: among(is_stranger), of: among(|acquaintance| *acquaintance != Acquaintance::Unknown) }
    }

    pub(super) fn contacts(within: &[CountedSend]) -> Share {
        let contacts = within.iter().filter(|sent| sent.acquaintance == Acquaintance::Contact).count() as u32;
        if contacts == 0 { Share::default() } else { Share { value: contacts, of: within.len() as u32 } }
    }

    pub(super) fn sequential(within: &[CountedSend]) -> u32 {
        let step = |pair: &[CountedSend]| {
            let step = i64::from(pair[1].to?.0) - i64::from(pair[0].to?.0);
            (step != 0 && step.abs() <= 2).then_some(step.signum())
        };
        let mut steps = within.windows(2).rev().map(step);
        let Some(Some(direction)) = steps.next() else { return 0 };
        steps.take_while(|step| *step == Some(direction)).count() as u32 + 2
    }

    pub(super) fn acceptance(within: &[CountedSend], patience: Span, now: Timestamp) -> Share {
        let patience_ms = patience.as_millis().max(1);
        let (mut accepted, mut waited_ms) = (0, 0);
        for sent in within {
            match sent.outcome {
                KnownOutcome::Accepted => accepted += 1,
                KnownOutcome::Arrived(at) => waited_ms += now.since(at).as_millis().clamp(0, patience_ms),
                KnownOutcome::Waits => {}
            }
        }
        Share { value: accepted, of: accepted + (waited_ms / patience_ms) as u32 }
    }
}

/// A step in a test's history.
#[derive(Clone, Debug)]
enum MemoryStep {
    /// A request, this long after the last step.
    Sends { wait_ms: i64, sketch: Option<u64>, to: Option<u32>, acquaintance: Acquaintance },
    /// The request this many places before the newest arrives, this long after the last step.
    Arrives { place: usize, wait_ms: i64 },
    /// The request this many places before the newest is accepted.
    IsAccepted { place: usize },
    /// The oldest is forgotten.
    Forgets,
}

/// Waits: bursts, a machine's intervals, and pauses.
fn waits() -> impl Strategy<Value = i64> {
    prop_oneof![0..3_i64, Just(60_000), 55_000..65_000_i64, 0..8_000_000_i64]
}

fn steps() -> impl Strategy<Value = MemoryStep> {
    let acquaintance = prop_oneof![
        Just(Acquaintance::Contact),
        Just(Acquaintance::Acquainted),
        Just(Acquaintance::Stranger),
        Just(Acquaintance::Unknown),
    ];
    // Few bits, so that some sketches are similar; few members, so that there are runs.
    let sketch = prop_oneof![Just(None), (0..256_u64).prop_map(Some), any::<u64>().prop_map(Some)];
    let to = prop_oneof![Just(None), (1..6_u32).prop_map(Some)];
    let sends = (waits(), sketch, to, acquaintance).prop_map(|(wait_ms, sketch, to, acquaintance)| {
        MemoryStep::Sends { wait_ms, sketch, to, acquaintance }
    });
    let place = || prop_oneof![0..3_usize, 0..80_usize];
    prop_oneof![
        5 => sends,
        4 => (place(), waits()).prop_map(|(place, wait_ms)| MemoryStep::Arrives { place, wait_ms }),
        2 => place().prop_map(|place| MemoryStep::IsAccepted { place }),
        1 => Just(MemoryStep::Forgets),
    ]
}

/// The memory under test, the same requests in a plain list, and the time.
#[derive(Default)]
struct Both {
    kept: Remembered,
    plain: Vec<CountedSend>,
    now_ms: i64,
}

impl Both {
    fn take(&mut self, step: MemoryStep) {
        match step {
            MemoryStep::Sends { wait_ms, sketch, to, acquaintance } => {
                self.now_ms += wait_ms;
                // The request's number is unique among all requests, forgotten ones included.
                let request = RequestId(self.plain.last().map_or(0, |last| last.request.0 + 1));
                let (at, to) = (at(self.now_ms), to.map(MemberId));
                let sent =
                    CountedSend { request, at, sketch, to, acquaintance, outcome: KnownOutcome::Waits };
                self.kept.push(sent);
                self.plain.push(sent);
            }
            MemoryStep::Arrives { place, wait_ms } => {
                self.now_ms += wait_ms;
                self.set_outcome(place, KnownOutcome::Arrived(at(self.now_ms)));
            }
            MemoryStep::IsAccepted { place } => self.set_outcome(place, KnownOutcome::Accepted),
            MemoryStep::Forgets => {
                self.kept.forget_oldest();
                self.plain.drain(..self.plain.len().min(1));
            }
        }
    }

    fn set_outcome(&mut self, place: usize, outcome: KnownOutcome) {
        let Some(sent) = self.plain.iter_mut().rev().nth(place) else { return };
        self.kept.set_outcome(sent.request, outcome);
        if sent.outcome != KnownOutcome::Accepted {
            sent.outcome = outcome;
        }
    }
}

fn hashed(remembered: &Remembered) -> u64 {
    let mut hasher = DefaultHasher::new();
    remembered.hash(&mut hasher);
    hasher.finish()
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn symbols_agree_with_a_scan_of_all_requests(
        steps in vec(steps(), 1..200),
        questions in vec((0..400_000_000_i64, 0..300_000_000_i64, 0..10_000_000_i64, any::<u64>()), 1..6),
    ) {
        let mut both = Both::default();
        for step in steps {
            both.take(step);
            prop_assert_eq!(both.kept.sent().collect::<Vec<_>>(), both.plain.as_slice());
        }
        let again: Remembered = both.kept.sent().collect();
        prop_assert_eq!(hashed(&again), hashed(&both.kept));
        for remembered in [both.kept, again] {
            let history = MemberHistory { sent: remembered, ..MemberHistory::default() };
            for (window, patience, later, sketch) in &questions {
                let (window, patience) = (Span::millis(*window), Span::millis(*patience));
                let now = at(both.now_ms + later);
                let within = rescan::within(&both.plain, window, now);
                prop_assert_eq!(pace::velocity(&history, window, now), within.len() as u32);
                prop_assert_eq!(pace::regularity(&history, window, now), rescan::regularity(within));
                let strangers = targets::strangers(&history, true, window, now);
                prop_assert_eq!(strangers, rescan::strangers(within));
                prop_assert_eq!(targets::contacts(&history, window, now), rescan::contacts(within));
                prop_assert_eq!(targets::sequential(&history, window, now), rescan::sequential(within));
                let acceptance = answers::acceptance(&history, patience, window, now);
                prop_assert_eq!(acceptance, rescan::acceptance(within, patience, now));
                for (sketch, bits) in [(sketch % 256, 2), (*sketch, 30)] {
                    let repeated = notes::repeated(&history, Some(sketch), bits, window, now);
                    prop_assert_eq!(repeated, rescan::repeated(within, sketch, bits));
                }
            }
        }
    }

    #[test]
    fn blocks_whose_sums_suffice_are_not_scanned(waits in vec(0..1_000_i64, 64..200)) {
        // Everything arrived at once and nothing was forgotten, so every block answers from its sums.
        let mut both = Both::default();
        for wait_ms in waits {
            let acquaintance = Acquaintance::Stranger;
            both.take(MemoryStep::Sends { wait_ms, sketch: None, to: None, acquaintance });
            both.take(MemoryStep::Arrives { place: 0, wait_ms: 0 });
        }
        prop_assert!(both.kept.blocks.len() == both.plain.len() / BLOCK);
        let (long, now) = (Span::days(1), at(both.now_ms));
        prop_assert!(both.kept.blocks.iter().all(|block| block.answers(long, now).is_some()));
        prop_assert!(both.kept.blocks.iter().all(|block| block.answers(long, now.plus(long)).is_some()));
    }
}
