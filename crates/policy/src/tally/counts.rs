//! How many private answers of each kind, exactly or with noise.

use std::ops::Add;

use acquaint_checkpoint::snapshot;

/// An answer of which the sender is not told. The order is that of severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum PrivateAnswer {
    Dismissed,
    Declined,
    Reported,
}

/// A number of answers of each kind. With noise it may be below zero.
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
