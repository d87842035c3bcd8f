//! The noise that is added to every weekly count.

use acquaint_checkpoint::snapshot;
use acquaint_domain::MemberId;

use super::counts::Counts;

/// How many of the 256 values of a byte increase a geometric number by one.
///
/// With `a = 217/256`, a noise of `n` has the probability `(1 - a) / (1 + a) * a^|n|`. A difference of one in one count changes
/// the probability of every outcome by a factor of at most `1 / a`. Whatever one recipient does in 365 days changes the counts
/// by at most three in total (see [`Contributions`](super::contributions::Contributions)), and `(256 / 217)^3 = 1.6419` is
/// below `e^0.5 = 1.6487`.
pub(super) const CONTINUES: u8 = 217;

/// The secret from which all noise of a log is derived. It is itself derived, for this purpose alone, from the key in the
/// log's first event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct NoiseKey([u8; 32]);

snapshot!(struct NoiseKey(key));

impl NoiseKey {
    pub(super) fn of(id_key: u128) -> Self {
        Self(blake3::derive_key("acquaint: noise of weekly feedback, version 1", &id_key.to_le_bytes()))
    }

    /// The noise of a member's week: one number for each count, independent of the others and of every other week and member.
    /// It is a pure function of its arguments and the key.
    pub(super) fn drawn(&self, member: MemberId, week: i64) -> Counts {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(&member.0.to_le_bytes());
        hasher.update(&week.to_le_bytes());
        let mut stream = hasher.finalize_xof();
        let mut block = [0; 64];
        let mut place = block.len();
        let mut byte = || {
            if place == block.len() {
                stream.fill(&mut block);
                place = 0;
            }
            place += 1;
            block[place - 1]
        };
        let dismissed = two_sided(&mut byte);
        let declined = two_sided(&mut byte);
        let reported = two_sided(&mut byte);
        Counts { dismissed, declined, reported }
    }
}

/// A two-sided geometric number: the difference of two independent geometric ones.
pub(super) fn two_sided(byte: &mut impl FnMut() -> u8) -> i64 {
    geometric(byte) - geometric(byte)
}

/// The number of bytes below [`CONTINUES`] before the first other one. It has no bound, because a bound would be an outcome that
/// only some histories can have. One number in 10^14 needs more than 200 bytes.
fn geometric(byte: &mut impl FnMut() -> u8) -> i64 {
    let mut number = 0;
    while byte() < CONTINUES {
        number += 1;
    }
    number
}
