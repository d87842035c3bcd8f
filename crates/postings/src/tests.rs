//! Every posting that was added is found, whatever the progress of merges.

use std::collections::BTreeMap;
use std::hash::DefaultHasher;

use acquaint_checkpoint::{loaded, saved};
use proptest::prelude::*;

use super::*;

fn hashed(postings: &Postings) -> u64 {
    let mut hasher = DefaultHasher::new();
    postings.hash(&mut hasher);
    hasher.finish()
}

/// Pairs with ascending numbers. The keys are close together or far apart, and some have many numbers.
fn pairs() -> impl Strategy<Value = Vec<(u64, u64)>> {
    let key = prop_oneof![0..8_u64, 0..4_000_u64, any::<u64>()];
    prop::collection::vec((key, 0..3_u64), 0..6_000).prop_map(|pairs| {
        let mut number = 1;
        let ascending = pairs.into_iter().map(move |(key, step)| {
            number += step;
            (key, number)
        });
        ascending.collect()
    })
}

fn filled(pairs: &[(u64, u64)]) -> Postings {
    let mut postings = Postings::default();
    pairs.iter().for_each(|(key, number)| postings.push(*key, *number));
    postings
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_behaves_like_a_btree_map_of_lists(pairs in pairs(), other in any::<u64>()) {
        let mut tree: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        pairs.iter().for_each(|(key, number)| tree.entry(*key).or_default().push(*number));
        let postings = filled(&pairs);
        prop_assert_eq!(postings.len(), pairs.len() as u64);
        for (key, numbers) in tree.iter().step_by(1 + tree.len() / 100) {
            prop_assert_eq!(&postings.all(*key), numbers);
            prop_assert_eq!(postings.first(*key), numbers.first().copied());
            prop_assert!(postings.newest_first(*key).eq(numbers.iter().rev().copied()));
            for number in numbers.iter().step_by(7).flat_map(|number| [number - 1, *number]) {
                let count = numbers.partition_point(|other| *other <= number) as u64;
                prop_assert_eq!(postings.count_up_to(*key, number), count);
            }
        }
        if !tree.contains_key(&other) {
            prop_assert_eq!(postings.all(other), Vec::<u64>::new());
            prop_assert_eq!((postings.first(other), postings.count_up_to(other, u64::MAX)), (None, 0));
        }
        prop_assert_eq!(format!("{postings:?}"), format!("{tree:?}"));
    }

    #[test]
    fn loaded_postings_continue_like_ones_that_were_never_saved(pairs in pairs(), at in any::<prop::sample::Index>()) {
        let at = at.index(pairs.len() + 1);
        let whole = filled(&pairs);
        let before = filled(&pairs[..at]);
        let mut after: Postings = loaded(&saved(&before)).expect("the saved postings");
        pairs[at..].iter().for_each(|(key, number)| after.push(*key, *number));
        prop_assert_eq!(hashed(&after), hashed(&whole));
        prop_assert_eq!(saved(&after), saved(&whole));
        prop_assert_eq!(hashed(&after.fully_merged()), hashed(&whole));
    }

    #[test]
    fn changed_bytes_are_refused_or_load_as_sound_postings(pairs in pairs(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut bytes = saved(&filled(&pairs));
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(postings) = loaded::<Postings>(&bytes) {
            let shown = format!("{postings:?}");
            prop_assert!(!shown.is_empty());
            prop_assert!(loaded::<Postings>(&bytes[..bytes.len() - 1]).is_err());
        }
    }
}

#[test]
fn a_merged_posting_takes_a_few_bytes() {
    let mut postings = Postings::default();
    for number in 1..=400_000_u64 {
        // Keys spread over all of u64, each with four consecutive events.
        postings.push((number / 4).wrapping_mul(0x9e37_79b9_7f4a_7c15), number);
    }
    let merged = postings.fully_merged();
    assert_eq!(hashed(&postings), hashed(&merged));
    assert_eq!(merged.len(), 400_000);
    let each = merged.bytes() as f64 / 400_000.0;
    assert!(each < 4.5, "{each} bytes per posting");
    assert!(merged.runs.len() < 40, "{} runs", merged.runs.len());
}
