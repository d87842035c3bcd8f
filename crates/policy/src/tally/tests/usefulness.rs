//! Feedback stays useful: senders with many reports are restricted, and senders without reports are not.

use acquaint_domain::MemberId;

use super::super::counts::Counts;
use super::super::noise::NoiseKey;
use super::super::sender::{Drawing, NoisyTotals, Sender};
use super::super::tens;
use super::super::threshold::{FeedbackThreshold, SUMS, WEEKS_MAX};
use super::distribution::Distribution;
use crate::document::{ARTICLE, LINKEDIN_OBSERVED, Policy};

const SHARE: f64 = 1.0 / 4_000_000.0;

fn threshold(text: &str) -> FeedbackThreshold {
    FeedbackThreshold::of(&Policy::recorded(text).expect("it reads")).expect("it gives feedback")
}

#[test]
fn noise_alone_reaches_a_threshold_in_fewer_than_one_of_a_million_weeks() {
    let tail = |(weeks, noise): (usize, u32)| Distribution::of_sum(weeks).at_least(noise.into());
    assert!(SUMS.into_iter().all(|sum| tail(sum) < SHARE));
    assert!(SUMS.into_iter().map(tail).sum::<f64>() < 1e-6);
    assert_eq!(SUMS[SUMS.len() - 1].0, WEEKS_MAX);
    // None of the numbers is larger than it has to be.
    assert!(SUMS.into_iter().all(|(weeks, noise)| tail((weeks, noise - 1)) >= SHARE));
}

/// Without reports, a share with consequences needs a noise that fewer than one of four million sums has.
#[test]
fn a_share_with_consequences_needs_improbable_noise() {
    let policy = |percent: u32, answered: u32| {
        let text = ARTICLE.replacen("reported_percent = 30", &format!("reported_percent = {percent}"), 1);
        text.replacen("answered = 300", &format!("answered = {answered}"), 1)
    };
    for percent in [1, 10, 15, 20, 30, 55, 60, 90, 100] {
        // A threshold that only older versions allowed is raised to the least safe number.
        for answered in [20, 300, 5_000] {
            let threshold = threshold(&policy(percent, answered));
            for (weeks, noise) in SUMS {
                for reported in [-100, 0, noise as i64 - 1] {
                    for others in 0..=1_000 {
                        let mut noisy =
                            vec![Counts { dismissed: -5_000, ..Counts::default() }; WEEKS_MAX - weeks];
                        noisy.push(Counts { dismissed: others, declined: 0, reported });
                        noisy.extend(vec![Counts::default(); weeks - 1]);
                        if let Some((_, sum)) = threshold.reached(&noisy) {
                            let share = u32::from(tens(sum.reported, &sum));
                            assert!(
                                share < percent.div_ceil(10) * 10,
                                "{percent} {answered} {weeks} {sum:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn the_least_number_of_answers_is_what_the_shipped_policies_need() {
    for text in [ARTICLE, LINKEDIN_OBSERVED] {
        assert_eq!((threshold(text).answered_min(), threshold(text).answered()), (297, 300));
    }
}

/// The first feedback on the answers of two weeks.
fn first_totals(key: u128, first: Counts, second: Counts) -> Option<NoisyTotals> {
    let drawing = Drawing { key: NoiseKey::of(key), member: MemberId(7), threshold: article_threshold() };
    let mut sender = Sender::default();
    sender.end_weeks(2921, None);
    sender.last_sent = Some(2921);
    // The week before them is empty.
    sender.end_weeks(2922, Some(&drawing));
    sender.last_sent = Some(2922);
    sender.counts = first;
    if let Some(totals) = sender.next_totals(&drawing).filter(|totals| totals.week == 2922) {
        return Some(totals);
    }
    sender.end_weeks(2923, Some(&drawing));
    sender.counts = second;
    sender.next_totals(&drawing).filter(|totals| totals.week == 2923)
}

fn article_threshold() -> FeedbackThreshold {
    use std::sync::OnceLock;
    static THRESHOLD: OnceLock<FeedbackThreshold> = OnceLock::new();
    *THRESHOLD.get_or_init(|| threshold(ARTICLE))
}

#[test]
fn a_sender_with_240_reports_among_400_answers_is_restricted_within_two_weeks() {
    // The sum of both weeks reaches the threshold unless six noises add up to less than -60, and then the share of reports is at
    // least 30 % unless noise halves the 240 reports.
    let (six, two) = (Distribution::of_sum(6), Distribution::of_sum(2));
    let failing = six.at_most(-61) + two.at_most(-100) + six.at_least(66);
    assert!(failing < 0.01, "{failing}");
    // The same with sampled noise, for several ways to distribute the answers over the two weeks.
    for (reported, declined, dismissed) in
        [(240, 160, 0), (120, 80, 0), (120, 0, 80), (10, 160, 0), (230, 0, 0)]
    {
        let first = Counts { dismissed, declined, reported };
        let second = Counts { dismissed: 0, declined: 160 - declined - dismissed, reported: 240 - reported };
        let is_restricted = |totals: &NoisyTotals| tens(totals.sum.reported, &totals.sum) >= 30;
        let restricted =
            (0..5_000_u128).filter_map(|key| first_totals(key, first, second)).filter(is_restricted);
        let restricted = restricted.count();
        assert!(restricted >= 4_950, "{first:?} {second:?}: {restricted} of 5000");
    }
}

#[test]
fn a_sender_without_reports_is_not_restricted_however_many_answered() {
    for (dismissed, declined) in [(0, 0), (300, 0), (100, 250), (0, 20_000)] {
        let counts = Counts { dismissed, declined, reported: 0 };
        for key in 0..5_000 {
            let totals = first_totals(key, counts, Counts::default());
            assert!(
                totals.is_none_or(|totals| tens(totals.sum.reported, &totals.sum) < 30),
                "{key} {totals:?}"
            );
        }
    }
}
