//! Feedback is still good for something: who was reported often is restricted, and who was not is not.

use acquaint_domain::MemberId;

use super::super::counts::Counts;
use super::super::noise::NoiseKey;
use super::super::sender::{Drawing, NoisyTotals, Sender};
use super::super::tens;
use super::super::threshold::{Enough, SUMS, WEEKS_MAX};
use super::distribution::Distribution;
use crate::document::{ARTICLE, LINKEDIN_OBSERVED, Policy};

const SHARE: f64 = 1.0 / 4_000_000.0;

fn enough(text: &str) -> Enough {
    Enough::of(&Policy::recorded(text).expect("it reads")).expect("it gives feedback")
}

#[test]
fn noise_alone_seems_to_be_so_many_reports_in_fewer_than_one_of_a_million_weeks() {
    let tail = |(weeks, noise): (usize, u32)| Distribution::of_sum(weeks).at_least(noise.into());
    assert!(SUMS.into_iter().all(|sum| tail(sum) < SHARE));
    assert!(SUMS.into_iter().map(tail).sum::<f64>() < 1e-6);
    assert_eq!(SUMS[SUMS.len() - 1].0, WEEKS_MAX);
    // None of the numbers is larger than it has to be.
    assert!(SUMS.into_iter().all(|(weeks, noise)| tail((weeks, noise - 1)) >= SHARE));
}

/// Whatever is told, a share that has consequences takes as much noise as the distribution gives once in four million sums.
#[test]
fn a_share_that_has_consequences_takes_that_much_noise() {
    let policy = |percent: u32, answered: u32| {
        let text = ARTICLE.replacen("reported_percent = 30", &format!("reported_percent = {percent}"), 1);
        text.replacen("answered = 300", &format!("answered = {answered}"), 1)
    };
    for percent in [1, 10, 15, 20, 30, 55, 60, 90, 100] {
        // What an older version allowed is not followed where it would break the promise.
        for answered in [20, 300, 5_000] {
            let enough = enough(&policy(percent, answered));
            for (weeks, noise) in SUMS {
                for reported in [-100, 0, noise as i64 - 1] {
                    for others in 0..=1_000 {
                        let mut noisy =
                            vec![Counts { dismissed: -5_000, ..Counts::default() }; WEEKS_MAX - weeks];
                        noisy.push(Counts { dismissed: others, declined: 0, reported });
                        noisy.extend(vec![Counts::default(); weeks - 1]);
                        if let Some((_, sum)) = enough.reached(&noisy) {
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
        assert_eq!((enough(text).answered_min(), enough(text).answered()), (297, 300));
    }
}

/// What is told of 400 answers of two weeks, 240 of them reports, first at the end of a week.
fn first_line(key: u128, first: Counts, second: Counts) -> Option<NoisyTotals> {
    let drawing = Drawing { key: NoiseKey::of(key), member: MemberId(7), enough: enough_of_article() };
    let mut sender = Sender::default();
    sender.end_weeks(2921, None);
    sender.last_sent = Some(2921);
    // A week in which nothing happened is before them.
    sender.end_weeks(2922, Some(&drawing));
    sender.last_sent = Some(2922);
    sender.counts = first;
    if let Some(line) = sender.next_line(&drawing).filter(|line| line.week == 2922) {
        return Some(line);
    }
    sender.end_weeks(2923, Some(&drawing));
    sender.counts = second;
    sender.next_line(&drawing).filter(|line| line.week == 2923)
}

fn enough_of_article() -> Enough {
    use std::sync::OnceLock;
    static ENOUGH: OnceLock<Enough> = OnceLock::new();
    *ENOUGH.get_or_init(|| enough(ARTICLE))
}

#[test]
fn who_was_reported_by_sixty_in_a_hundred_of_four_hundred_is_restricted_within_two_weeks() {
    // The sum of both weeks is enough unless six noises together are below -60, and then at least 30 of a hundred seem
    // reported unless noise makes 120 reports of 240.
    let (six, two) = (Distribution::of_sum(6), Distribution::of_sum(2));
    let failing = six.at_most(-61) + two.at_most(-100) + six.at_least(66);
    assert!(failing < 0.01, "{failing}");
    // The same by the sampler, however the answers lie in the two weeks.
    for (reported, declined, dismissed) in
        [(240, 160, 0), (120, 80, 0), (120, 0, 80), (10, 160, 0), (230, 0, 0)]
    {
        let first = Counts { dismissed, declined, reported };
        let second = Counts { dismissed: 0, declined: 160 - declined - dismissed, reported: 240 - reported };
        let is_restricted = |line: &NoisyTotals| tens(line.sum.reported, &line.sum) >= 30;
        let restricted =
            (0..5_000_u128).filter_map(|key| first_line(key, first, second)).filter(is_restricted);
        let restricted = restricted.count();
        assert!(restricted >= 4_950, "{first:?} {second:?}: {restricted} of 5000");
    }
}

#[test]
fn who_was_reported_by_nobody_is_not_restricted_however_many_answered() {
    for (dismissed, declined) in [(0, 0), (300, 0), (100, 250), (0, 20_000)] {
        let counts = Counts { dismissed, declined, reported: 0 };
        for key in 0..5_000 {
            let line = first_line(key, counts, Counts::default());
            assert!(line.is_none_or(|line| tens(line.sum.reported, &line.sum) < 30), "{key} {line:?}");
        }
    }
}
