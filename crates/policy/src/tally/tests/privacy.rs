//! No sequence of feedbacks reveals what one recipient did in private towards one sender within 365 days.

use std::collections::BTreeMap;

use acquaint_domain::{MemberId, Span, Timestamp};
use acquaint_seeded::Random;

use super::super::contributions::{AnswerChange, Contributions};
use super::super::counts::{Counts, PrivateAnswer};
use super::super::tens;
use super::super::threshold::first_reached;
use super::distribution::Distribution;
use crate::window::{Zone, week_number};

const SENDER: MemberId = MemberId(1);
const RECIPIENT: MemberId = MemberId(2);
/// Weeks and answers, in order.
type WeeklyAnswers = [(i64, PrivateAnswer)];

const ANSWERS: [PrivateAnswer; 3] =
    [PrivateAnswer::Dismissed, PrivateAnswer::Declined, PrivateAnswer::Reported];

/// The counts that one recipient's answers, in order, add to the weeks of one sender.
fn counted(answers: &WeeklyAnswers) -> BTreeMap<i64, Counts> {
    let mut contributions = Contributions::default();
    let mut weeks: BTreeMap<i64, Counts> = BTreeMap::new();
    for (week, answer) in answers {
        if let Some(AnswerChange { instead_of }) = contributions.add(*week, SENDER, RECIPIENT, *answer) {
            let counts = weeks.entry(*week).or_default();
            *counts.of(*answer) += 1;
            if let Some(milder) = instead_of {
                *counts.of(milder) -= 1;
            }
        }
    }
    weeks
}

/// The distance between the counts of two histories, added up over all weeks.
fn distance(one: &BTreeMap<i64, Counts>, other: &BTreeMap<i64, Counts>) -> i64 {
    let weeks: std::collections::BTreeSet<i64> = one.keys().chain(other.keys()).copied().collect();
    let of = |counts: &BTreeMap<i64, Counts>, week| counts.get(&week).copied().unwrap_or_default();
    let apart = |(one, other): (Counts, Counts)| {
        (one.dismissed - other.dismissed).abs()
            + (one.declined - other.declined).abs()
            + (one.reported - other.reported).abs()
    };
    weeks.into_iter().map(|week| apart((of(one, week), of(other, week)))).sum()
}

fn drawn_answers(random: &mut Random, most: u64, from: i64, hours: u64) -> Vec<(i64, PrivateAnswer)> {
    let count = random.below(most + 1);
    (0..count).map(|_| (from + random.below(hours) as i64, ANSWERS[random.index(3)])).collect()
}

#[test]
fn histories_that_differ_in_365_days_of_one_recipient_differ_by_three_counts_at_most() {
    let zone = Zone::parse("Europe/Berlin").expect("a zone");
    const YEAR_H: i64 = 365 * 24;
    let mut most = 0;
    for seed in 0..60_000 {
        let mut random = Random::new(seed);
        let window = random.below(6 * YEAR_H as u64) as i64;
        let density = 1 + random.below(8);
        let outside = drawn_answers(&mut random, density, 0, 8 * YEAR_H as u64);
        let outside = outside.into_iter().filter(|(hour, _)| !(window..window + YEAR_H).contains(hour));
        let outside: Vec<_> = outside.collect();
        let mut history = |_| {
            let mut answers = outside.clone();
            answers.extend(drawn_answers(&mut random, 3, window, YEAR_H as u64));
            answers.sort_by_key(|(hour, _)| *hour);
            let start = Timestamp::from_millis(1_767_603_600_000);
            let week = |hour| week_number(&zone, start.plus(Span::hours(hour)));
            let answers: Vec<_> = answers.into_iter().map(|(hour, answer)| (week(hour), answer)).collect();
            counted(&answers)
        };
        let [one, other] = [0, 1].map(&mut history);
        let apart = distance(&one, &other);
        assert!(apart <= 3, "seed {seed}: {one:?} and {other:?}");
        most = most.max(apart);
    }
    assert_eq!(most, 3, "the bound is reached");
}

#[test]
fn a_recipient_counts_once_in_365_days_as_the_most_severe_answer_of_the_first_week() {
    let table: [(&WeeklyAnswers, &WeeklyAnswers); 7] = [
        (&[(0, PrivateAnswer::Declined)], &[(0, PrivateAnswer::Declined)]),
        (&[(0, PrivateAnswer::Dismissed), (0, PrivateAnswer::Reported)], &[(0, PrivateAnswer::Reported)]),
        (&[(0, PrivateAnswer::Reported), (0, PrivateAnswer::Dismissed)], &[(0, PrivateAnswer::Reported)]),
        (&[(0, PrivateAnswer::Dismissed), (1, PrivateAnswer::Reported)], &[(0, PrivateAnswer::Dismissed)]),
        (&[(0, PrivateAnswer::Declined), (53, PrivateAnswer::Reported)], &[(0, PrivateAnswer::Declined)]),
        (
            &[(0, PrivateAnswer::Declined), (54, PrivateAnswer::Reported)],
            &[(0, PrivateAnswer::Declined), (54, PrivateAnswer::Reported)],
        ),
        // An answer that does not count postpones the next one.
        (
            &[(0, PrivateAnswer::Declined), (53, PrivateAnswer::Declined), (54, PrivateAnswer::Reported)],
            &[(0, PrivateAnswer::Declined)],
        ),
    ];
    for (answers, expected) in table {
        let mut weeks: BTreeMap<i64, Counts> = BTreeMap::new();
        for (week, answer) in expected {
            *weeks.entry(*week).or_default().of(*answer) += 1;
        }
        assert_eq!(counted(answers), weeks, "{answers:?}");
    }
}

#[test]
fn answers_that_no_longer_postpone_another_are_forgotten() {
    let mut contributions = Contributions::default();
    for week in 0..500 {
        for recipient in 0..20 {
            let answer = ANSWERS[recipient as usize % 3];
            contributions.add(week, SENDER, MemberId(1000 * week as u32 + recipient), answer);
        }
        assert!(contributions.len() <= 20 * 55, "{week}: {}", contributions.len());
    }
}

/// Bounds of noisy counts in the small model; each stands for everything beyond it.
const LEAST: i64 = -1;
const MOST: i64 = 3;

/// The disclosure at the end of a week: nothing, or the number of answers and two shares.
type WeekOutput = Option<(i64, u8, u8)>;

/// The probability of every pair of outcomes of two successive weeks, with a threshold of 3 answers in one week or 4 in both.
fn two_weeks(first: Counts, second: Counts) -> BTreeMap<(WeekOutput, WeekOutput), f64> {
    let noise = Distribution::of_sum(1);
    let outcomes = |counts: Counts| {
        let of = |count: i64| -> Vec<(i64, f64)> {
            (LEAST..=MOST)
                .map(|total| match total {
                    LEAST => (total, noise.at_most(LEAST - count)),
                    MOST => (total, noise.at_least(MOST - count)),
                    total => (total, noise.of(total - count)),
                })
                .collect()
        };
        let (dismissed, declined, reported) =
            (of(counts.dismissed), of(counts.declined), of(counts.reported));
        let mut all = Vec::new();
        for (a, p) in &dismissed {
            for (b, q) in &declined {
                all.extend(
                    reported
                        .iter()
                        .map(|(c, r)| (Counts { dismissed: *a, declined: *b, reported: *c }, p * q * r)),
                );
            }
        }
        all
    };
    let told = |noisy: &mut Vec<Counts>| -> WeekOutput {
        let (_, sum) = first_reached(&[(1, 3), (2, 4)], noisy)?;
        noisy.clear();
        Some((sum.total(), tens(sum.declined, &sum), tens(sum.reported, &sum)))
    };
    let (one, two) = (outcomes(first), outcomes(second));
    let mut probabilities = BTreeMap::new();
    for (first, p) in &one {
        let mut noisy = vec![*first];
        let told_first = told(&mut noisy);
        for (second, q) in &two {
            let mut noisy = noisy.clone();
            noisy.push(*second);
            *probabilities.entry((told_first, told(&mut noisy))).or_insert(0.0) += p * q;
        }
    }
    probabilities
}

#[test]
fn no_sequence_of_feedbacks_is_more_probable_by_more_than_the_root_of_e() {
    // Weeks 0 and 53 contain parts of one period of 365 days; week 54 is after it. The histories differ in the first two weeks,
    // which decides whether the answer of week 54 counts. Other recipients have answered as well.
    let maybe =
        [None, Some(PrivateAnswer::Dismissed), Some(PrivateAnswer::Declined), Some(PrivateAnswer::Reported)];
    let others = Counts { dismissed: 1, declined: 0, reported: 1 };
    let mut largest: f64 = 0.0;
    for after in [None, Some(PrivateAnswer::Reported)] {
        let mut known = BTreeMap::new();
        let mut histories = Vec::new();
        for (first, second) in
            maybe.iter().flat_map(|first| maybe.iter().map(move |second| (*first, *second)))
        {
            let answers = [(0, first), (53, second), (54, after)];
            let answers: Vec<_> =
                answers.iter().filter_map(|(week, answer)| Some((*week, (*answer)?))).collect();
            let weeks = counted(&answers);
            let of = |week| weeks.get(&week).copied().unwrap_or_default() + others;
            let key = (of(0), of(53), of(54));
            histories.push(key);
            known.entry(key.0.to_row()).or_insert_with(|| two_weeks(key.0, others));
            known.entry(key.1.to_row() + 1000 * key.2.to_row()).or_insert_with(|| two_weeks(key.1, key.2));
        }
        for (one, other) in histories.iter().flat_map(|one| histories.iter().map(move |other| (one, other))) {
            let ratio = |one: &BTreeMap<_, f64>, other: &BTreeMap<_, f64>| {
                let ratios = one.iter().map(|(outcome, p)| p / other[outcome]);
                ratios.fold(0.0_f64, f64::max)
            };
            // The weeks are far apart, so their outcomes are independent: the largest ratios multiply.
            let begun = ratio(&known[&one.0.to_row()], &known[&other.0.to_row()]);
            let place = |key: &(Counts, Counts, Counts)| key.1.to_row() + 1000 * key.2.to_row();
            let ended = ratio(&known[&place(one)], &known[&place(other)]);
            assert!(begun * ended <= 0.5_f64.exp(), "{one:?} {other:?}: {begun} {ended}");
            largest = largest.max(begun * ended);
        }
    }
    // The bound is nearly reached: the noise is no larger than necessary.
    assert!(largest > 1.5, "{largest}");
}

impl Counts {
    fn to_row(self) -> i64 {
        self.dismissed + 10 * self.declined + 100 * self.reported
    }
}
