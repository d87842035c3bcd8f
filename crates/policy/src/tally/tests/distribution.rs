//! The exact distribution of the noise; the noise of fixed keys agrees with it.

use acquaint_domain::MemberId;

use super::super::counts::Counts;
use super::super::noise::{CONTINUES, NoiseKey, two_sided};
use super::super::sender::{ACTIVE_WEEKS_AFTER, Drawing, Sender};
use super::super::threshold::FeedbackThreshold;
use crate::document::{ARTICLE, Policy};

/// The largest noise in the tables. A sum of 24 noises exceeds it once in 10^20.
const NOISE_MAX: usize = 600;

/// The probabilities of a sum of independent noises, from `-NOISE_MAX` to `NOISE_MAX`.
pub(super) struct Distribution(Vec<f64>);

impl Distribution {
    /// Of the sum of this many noises.
    pub(super) fn of_sum(count: usize) -> Self {
        let one: Vec<f64> = (0..=2 * NOISE_MAX).map(|place| exact(place.abs_diff(NOISE_MAX))).collect();
        let mut sum = vec![0.0; one.len()];
        sum[NOISE_MAX] = 1.0;
        for _ in 0..count {
            sum = convolved(&sum, &one);
        }
        Self(sum)
    }

    pub(super) fn of(&self, noise: i64) -> f64 {
        let place = usize::try_from(noise + NOISE_MAX as i64);
        place.ok().and_then(|place| self.0.get(place)).copied().unwrap_or(0.0)
    }

    /// The probability of `least` or more, added up from the smallest.
    pub(super) fn at_least(&self, least: i64) -> f64 {
        (least..=NOISE_MAX as i64).rev().map(|noise| self.of(noise)).sum()
    }

    /// The probability of `most` or less.
    pub(super) fn at_most(&self, most: i64) -> f64 {
        self.at_least(-most)
    }
}

fn convolved(sum: &[f64], one: &[f64]) -> Vec<f64> {
    let product = |place: usize| {
        let first = place.saturating_sub(NOISE_MAX);
        let last = (place + NOISE_MAX).min(2 * NOISE_MAX);
        (first..=last).map(|other| sum[other] * one[place + NOISE_MAX - other]).sum()
    };
    (0..sum.len()).map(product).collect()
}

/// The probability of a noise of this size: 39/473 * (217/256)^size.
pub(super) fn exact(size: usize) -> f64 {
    39.0 / 473.0 * (217.0_f64 / 256.0).powi(size as i32)
}

#[test]
fn the_sampler_has_exactly_the_distribution_that_the_proof_needs() {
    // A byte continues for 217 of its 256 values, and nothing else affects the number: the probability of k is
    // 217^k * 39 / 256^(k + 1).
    let noise = |bytes: &[u8]| {
        let mut bytes = bytes.iter().copied();
        let noise = two_sided(&mut || bytes.next().expect("a byte"));
        (noise, bytes.count())
    };
    let continuing = (0..=255_u8).filter(|byte| noise(&[*byte, 255, 255]).0 == 1).count();
    let stopping = (0..=255_u8).filter(|byte| noise(&[*byte, 255, 255]) == (0, 1)).count();
    assert_eq!((continuing, stopping, usize::from(CONTINUES)), (217, 39, 217));
    for (plus, minus) in (0..40).flat_map(|plus| (0..40).map(move |minus| (plus, minus))) {
        for (goes, stops) in [(0, 217), (216, 255), (100, 230)] {
            let run = |count: usize| std::iter::repeat_n(goes, count).chain([stops]);
            let bytes: Vec<u8> = run(plus).chain(run(minus)).collect();
            assert_eq!(noise(&bytes), (plus as i64 - minus as i64, 0));
        }
    }
    // The difference of two such numbers: sum over j of p(j) p(j + n) = 39/473 * (217/256)^n.
    let p = |k: usize| (217.0_f64 / 256.0).powi(k as i32) * 39.0 / 256.0;
    for n in 0..300 {
        let sum: f64 = (0..400).map(|j| p(j) * p(j + n)).sum();
        assert!((sum / exact(n) - 1.0).abs() < 1e-9, "{n}: {sum}");
    }
}

#[test]
fn three_counts_that_differ_by_one_change_no_probability_by_more_than_the_root_of_e() {
    // The ratio of neighbouring outcomes is 217/256 or 256/217 everywhere, so 3 steps give (256/217)^3 at most. The first
    // five terms of the series for e^0.5 are 633/384.
    assert!(256_u64.pow(3) * 384 < 217_u64.pow(3) * 633);
    for outcome in -200..200_i64 {
        for steps in 1..=3 {
            let ratio =
                exact(outcome.unsigned_abs() as usize) / exact((outcome + steps).unsigned_abs() as usize);
            assert!(ratio.ln().abs() < 0.5, "{outcome} and {steps}: {ratio}");
        }
    }
}

/// Pearson's statistic and its degrees of freedom, over cells with an expected count of at least 10; the two tails are one
/// cell each.
fn chi_squared(found: &[i64], distribution: &Distribution) -> (f64, f64) {
    let total = found.len() as f64;
    let most = (0..).take_while(|noise| total * distribution.at_least(*noise) >= 10.0).last().expect("some");
    let mut cells: Vec<(f64, f64)> = Vec::new();
    for noise in -most..=most {
        let expected = match noise {
            noise if noise == most => distribution.at_least(most),
            noise if noise == -most => distribution.at_most(-most),
            noise => distribution.of(noise),
        };
        let count = found.iter().filter(|found| (**found).clamp(-most, most) == noise).count();
        cells.push((count as f64, total * expected));
    }
    let statistic = cells.iter().map(|(count, expected)| (count - expected).powi(2) / expected).sum();
    (statistic, (cells.len() - 1) as f64)
}

fn agrees(name: &str, found: &[i64], distribution: &Distribution) {
    let (statistic, freedom) = chi_squared(found, distribution);
    let bound = freedom + 4.0 * (2.0 * freedom).sqrt();
    assert!(statistic < bound, "{name}: {statistic} of {freedom} degrees of freedom");
}

#[test]
fn the_noise_of_a_hundred_thousand_keys_agrees_with_the_exact_distribution() {
    let drawn = |member, week| move |key: u128| NoiseKey::of(key).drawn(MemberId(member), week);
    let (this, next): (Vec<Counts>, Vec<Counts>) =
        (0..100_000).map(|key| (drawn(7, 2922)(key), drawn(7, 2923)(key))).unzip();
    let others: Vec<Counts> = (0..100_000).map(drawn(8, 2922)).collect();
    let (one, two, three) = (Distribution::of_sum(1), Distribution::of_sum(2), Distribution::of_sum(3));
    let each = |counts: &[Counts], of: fn(&Counts) -> i64| counts.iter().map(of).collect::<Vec<_>>();
    agrees("dismissed", &each(&this, |counts| counts.dismissed), &one);
    agrees("declined", &each(&this, |counts| counts.declined), &one);
    agrees("reported", &each(&this, |counts| counts.reported), &one);
    // Sums and differences have the distribution of independent noises.
    agrees("total", &each(&this, Counts::total), &three);
    agrees("difference", &each(&this, |counts| counts.reported - counts.declined), &two);
    for (name, other) in [("week", &next), ("member", &others)] {
        let sums = this.iter().zip(other).map(|(one, other)| one.reported + other.reported);
        agrees(name, &sums.collect::<Vec<_>>(), &two);
    }
}

#[test]
fn the_feedback_of_a_hundred_thousand_keys_is_as_frequent_as_the_distribution_says() {
    let policy = Policy::parse(ARTICLE).expect("the built-in policy reads");
    let threshold = FeedbackThreshold::of(&policy).expect("it gives feedback");
    let three = Distribution::of_sum(3);
    for declined in [285, 300, 310] {
        let mut sender = Sender::default();
        sender.end_weeks(2922, None);
        // This week is the last one for which noise is drawn.
        (sender.last_sent, sender.counts.declined) = (Some(2922 - ACTIVE_WEEKS_AFTER), declined);
        let told = (0..100_000_u128).filter(|key| {
            let drawing = Drawing { key: NoiseKey::of(*key), member: MemberId(7), threshold };
            sender.next_totals(&drawing).is_some()
        });
        let (told, expected) = (told.count() as f64, 100_000.0 * three.at_least(300 - declined));
        let deviation = (expected * (1.0 - expected / 100_000.0)).sqrt();
        assert!((told - expected).abs() < 4.0 * deviation, "{declined}: {told}, not about {expected}");
    }
}
