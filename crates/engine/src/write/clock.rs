//! Guards against a machine clock that jumps: a jump forward of more than a day needs the operator's confirmation.

use acquaint_domain::{Span, Timestamp};

use crate::error::SubmitError;
use crate::write::kernel::When;

/// How far a clock may be ahead of the time that has passed and still be right: it was set after a start, or the machine was
/// suspended overnight (source: design section 5).
const JUMP_MAX: Span = Span::days(1);

/// A reading of the machine's two clocks at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// The time of day, by the clock that people and programs can set.
    pub now: Timestamp,
    /// The time since a fixed moment, by a clock that nobody can set: for example since the program's start, by
    /// `std::time::Instant`.
    pub running: Span,
}

/// What a command or job says about the present time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing, or a moment that is not a clock reading.
    Nothing,
    /// The moment of a command.
    Command(When),
    /// A reading of both clocks.
    Tick(ClockReading),
}

/// The last reading in one run. Before the first tick there is none, and nothing is guarded.
#[derive(Debug, Default)]
pub(crate) struct ClockGuard {
    last: Option<ClockReading>,
}

impl ClockGuard {
    /// Checks and keeps a reading, if there is one.
    ///
    /// # Errors
    /// [`SubmitError::ClockJumped`]; nothing has changed then.
    pub(crate) fn check(&mut self, told: Told) -> Result<(), SubmitError> {
        match told {
            Told::Nothing => Ok(()),
            Told::Command(when) => self.command(when),
            Told::Tick(reading) => self.tick(reading),
        }
    }

    /// Checks a reading of both clocks: the time that has really passed since the last tick is no jump.
    pub(crate) fn tick(&mut self, reading: ClockReading) -> Result<(), SubmitError> {
        let Some(last) = self.last else {
            self.last = Some(reading);
            return Ok(());
        };
        let passed = Span::millis((reading.running.as_millis() - last.running.as_millis()).max(0));
        check_jump(last.now, last.now.plus(passed), reading.now)?;
        self.last = Some(ClockReading { now: last.now.max(reading.now), ..reading });
        Ok(())
    }

    /// Checks the reading that a command comes with, if it comes with one.
    pub(crate) fn command(&mut self, when: When) -> Result<(), SubmitError> {
        match (when, &mut self.last) {
            // A moment that somebody chose is not a reading.
            (When::Exactly(_), _) | (When::NotBefore(_), None) => Ok(()),
            (When::NotBefore(now), Some(last)) => {
                check_jump(last.now, last.now, now)?;
                last.now = last.now.max(now);
                Ok(())
            }
        }
    }

    /// The operator's confirmation that the time is `now`, whatever earlier readings say.
    pub(crate) fn trust(&mut self, now: Timestamp) {
        if let Some(last) = &mut self.last {
            last.now = now;
        }
    }
}

/// Rejects a reading that jumps ahead of the expected time.
fn check_jump(last: Timestamp, expected: Timestamp, now: Timestamp) -> Result<(), SubmitError> {
    if now > expected.plus(JUMP_MAX) {
        return Err(SubmitError::ClockJumped { last, now });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_767_603_600_000);

    /// One step, in hours after the start: a tick of both clocks, a command's reading, a chosen moment, or a confirmed time.
    #[derive(Clone, Copy)]
    enum ClockStep {
        Tick(i64, i64),
        Command(i64),
        Chosen(i64),
        Trust(i64),
    }

    fn at(hours: i64) -> Timestamp {
        START.plus(Span::hours(hours))
    }

    fn check(steps: &[(ClockStep, bool)]) {
        let mut clock = ClockGuard::default();
        for (number, (step, is_accepted)) in steps.iter().enumerate() {
            let accepted = match *step {
                ClockStep::Tick(now, running) => {
                    clock.tick(ClockReading { now: at(now), running: Span::hours(running) })
                }
                ClockStep::Command(now) => clock.command(When::NotBefore(at(now))),
                ClockStep::Chosen(now) => clock.command(When::Exactly(at(now))),
                ClockStep::Trust(now) => {
                    clock.trust(at(now));
                    Ok(())
                }
            };
            assert_eq!(accepted.is_ok(), *is_accepted, "step {number}: {accepted:?}");
        }
    }

    #[test]
    fn a_reading_is_accepted_unless_it_is_more_than_a_day_ahead_of_the_time_that_has_passed() {
        use ClockStep::{Chosen, Command, Tick, Trust};
        // Without ticks nothing is known about the time that has passed.
        check(&[(Command(0), true), (Command(1_000), true), (Trust(5), true), (Command(2_000), true)]);
        // A day is not too much, and a rejected reading does not count.
        check(&[(Tick(0, 0), true), (Command(24), true), (Command(49), false), (Command(48), true)]);
        // Time that has really passed is no jump, however long nothing happened.
        check(&[(Tick(0, 7), true), (Tick(500, 507), true), (Command(501), true)]);
        check(&[(Tick(0, 7), true), (Tick(524, 507), true), (Tick(549, 507), false)]);
        // A machine that was suspended: the steady clock stood still.
        check(&[(Tick(0, 0), true), (Tick(30, 1), false), (Tick(30, 6), true)]);
        // Going back and forward again is no jump: recorded time did not go back.
        check(&[(Tick(0, 0), true), (Tick(-700, 1), true), (Command(-700), true), (Command(1), true)]);
        // A chosen moment is not a reading, and says nothing about the clock.
        check(&[(Tick(0, 0), true), (Chosen(9_000), true), (Command(25), false)]);
        // The operator confirms a clock that jumped, and goes back from one that was wrongly trusted.
        check(&[(Tick(0, 0), true), (Command(900), false), (Trust(900), true), (Command(901), true)]);
        check(&[(Tick(900, 0), true), (Trust(0), true), (Command(900), false), (Tick(1, 1), true)]);
    }
}
