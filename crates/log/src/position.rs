//! The number of an event in its log.

use std::fmt;

/// The number of an event in one log: the first is 1, and there are no gaps.
///
/// As a boundary ("the next position"), it is the place one past the last event, which a later append fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u64);

impl Position {
    /// The position of the first event of every log.
    pub const FIRST: Position = Position(1);

    /// The position with this number; `None` for 0, which no event has.
    #[must_use]
    pub const fn new(number: u64) -> Option<Position> {
        if number == 0 { None } else { Some(Position(number)) }
    }

    /// The number, 1 or greater.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The position right after this one.
    ///
    /// # Panics
    /// At `u64::MAX`, which a log that appends a thousand million events per second reaches after 584 years.
    #[must_use]
    pub const fn next(self) -> Position {
        self.plus(1)
    }

    /// The position `count` events later.
    ///
    /// # Panics
    /// Beyond `u64::MAX`, as for [`Position::next`].
    #[must_use]
    pub const fn plus(self, count: u64) -> Position {
        Position(self.0.checked_add(count).expect("no log reaches the last position"))
    }

    /// The position right before this one; `None` before the first.
    #[must_use]
    pub const fn previous(self) -> Option<Position> {
        Position::new(self.0 - 1)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}
