//! What the recipient does in private does not show: worlds that differ in that alone give the sender the same bytes.

mod lives;
mod pair;

use pair::{Dice, Reader};

/// So many worlds are compared with each one.
const FAMILY: u64 = 4;
/// So many pairs are in each part; parts run beside one another.
const PART: u64 = 1_300;
/// Set to a number of pairs a part to look longer than an ordinary run does.
const PAIRS_VARIABLE: &str = "ACQUAINT_TEST_PAIRS";

/// Plays the pairs of one part. The seed of a pair is all that is needed to play it again.
fn check_part(part: u64) {
    let asked = std::env::var(PAIRS_VARIABLE).ok().and_then(|text| text.parse().ok());
    let pairs = asked.map_or(PART, |asked: u64| asked.max(PART));
    let mut reader = Reader::default();
    for family in 0..pairs.div_ceil(FAMILY) {
        let seed = (part << 32) + family;
        let mut dice = Dice(seed);
        let script = pair::script(&mut dice);
        let plain = pair::secrets(&mut dice, &script);
        let told = reader.told(&script, &plain);
        for _ in 0..FAMILY {
            let secrets = pair::secrets(&mut dice, &script);
            if reader.told(&script, &secrets) == told {
                continue;
            }
            let difference = reader.difference(&script, &plain, &secrets);
            panic!("seed {seed}: {}", difference.unwrap_or_default());
        }
    }
}

#[test]
fn no_private_act_shows_part_1() {
    check_part(1);
}

#[test]
fn no_private_act_shows_part_2() {
    check_part(2);
}

#[test]
fn no_private_act_shows_part_3() {
    check_part(3);
}

#[test]
fn no_private_act_shows_part_4() {
    check_part(4);
}
