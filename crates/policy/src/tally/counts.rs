//! Counts of private answers by kind, exact or noisy.

use std::ops::Add;

use acquaint_checkpoint::snapshot;

/// An answer that is not disclosed to the sender, in order of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum PrivateAnswer {
    Dismissed,
    Declined,
    Reported,
}

/// The number of answers of each kind. A noisy count may be negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Counts {
    pub(super) dismissed: i64,
    pub(super) declined: i64,
    pub(super) reported: i64,
}

snapshot!(enum PrivateAnswer { 0 => Dismissed, 1 => Declined, 2 => Reported });
snapshot!(struct Counts { dismissed, declined, reported });

impl Counts {
    pub(super) fn of(&mut self, answer: PrivateAnswer) -> &mut i64 {
        match answer {
            PrivateAnswer::Dismissed => &mut self.dismissed,
            PrivateAnswer::Declined => &mut self.declined,
            PrivateAnswer::Reported => &mut self.reported,
        }
    }

    pub(super) fn total(&self) -> i64 {
        self.dismissed + self.declined + self.reported
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            dismissed: self.dismissed + other.dismissed,
            declined: self.declined + other.declined,
            reported: self.reported + other.reported,
        }
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Self::add)
    }
}
