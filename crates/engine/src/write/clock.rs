//! The machine's clock, as the engine is told of it: a leap forward of more than a day needs the operator's word.

use acquaint_domain::{Span, Timestamp};

use crate::error::SubmitError;
use crate::write::kernel::When;

/// A clock may go forward so far against the time that has passed, and may be right: it was set after a start, or a
/// machine was suspended for the night (source: design section 5).
const LEAP_MAX: Span = Span::days(1);

/// What a machine's clocks say at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockReading {
    /// What time it is, by the clock that somebody may set.
    pub now: Timestamp,
    /// How long it is since some moment, always the same one, by a clock that nobody sets: `std::time::Instant` of the
    /// program's start, for one.
    pub running: Span,
}

/// The moment that something comes with, as the clock is told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// None, or one that is no reading of a clock.
    Nothing,
    /// The time of a command.
    Command(When),
    /// A reading of both clocks.
    Tick(ClockReading),
}

/// The last readings of one run; none before the first tick, and until then nothing is guarded.
#[derive(Debug, Default)]
pub(crate) struct ClockGuard {
    last: Option<ClockReading>,
}

impl ClockGuard {
    /// Takes a moment in, if there is one.
    ///
    /// # Errors
    /// [`SubmitError::ClockJumped`]; nothing has changed then.
    pub(crate) fn told(&mut self, told: Told) -> Result<(), SubmitError> {
        match told {
            Told::Nothing => Ok(()),
            Told::Command(when) => self.command(when),
            Told::Tick(reading) => self.tick(reading),
        }
    }

    /// A reading of both clocks: what has really passed since the last tick is no leap.
    pub(crate) fn tick(&mut self, reading: ClockReading) -> Result<(), SubmitError> {
        let Some(last) = self.last else {
            self.last = Some(reading);
            return Ok(());
        };
        let passed = Span::millis((reading.running.as_millis() - last.running.as_millis()).max(0));
        within(last.now, last.now.plus(passed), reading.now)?;
        self.last = Some(ClockReading { now: last.now.max(reading.now), ..reading });
        Ok(())
    }

    /// The reading that a command comes with, if it comes with one.
    pub(crate) fn command(&mut self, when: When) -> Result<(), SubmitError> {
        match (when, &mut self.last) {
            // A moment that somebody chose is no reading.
            (When::Exactly(_), _) | (When::NotBefore(_), None) => Ok(()),
            (When::NotBefore(now), Some(last)) => {
                within(last.now, last.now, now)?;
                last.now = last.now.max(now);
                Ok(())
            }
        }
    }

    /// The operator's word that it was `now`, whatever the readings before say.
    pub(crate) fn trust(&mut self, now: Timestamp) {
        if let Some(last) = &mut self.last {
            last.now = now;
        }
    }
}

/// Whether a reading is no leap from what was to be expected.
fn within(last: Timestamp, expected: Timestamp, now: Timestamp) -> Result<(), SubmitError> {
    if now > expected.plus(LEAP_MAX) {
        return Err(SubmitError::ClockJumped { last, now });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_767_603_600_000);

    /// One reading: of both clocks, in hours after the start, or of one clock, with a command.
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
        for (number, (step, is_taken)) in steps.iter().enumerate() {
            let taken = match *step {
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
            assert_eq!(taken.is_ok(), *is_taken, "step {number}: {taken:?}");
        }
    }

    #[test]
    fn a_reading_is_taken_unless_it_is_more_than_a_day_ahead_of_what_has_passed() {
        use ClockStep::{Chosen, Command, Tick, Trust};
        // Nobody ticks: nothing is known of what has passed.
        check(&[(Command(0), true), (Command(1_000), true), (Trust(5), true), (Command(2_000), true)]);
        // A day is not too much, and what is refused is no reading.
        check(&[(Tick(0, 0), true), (Command(24), true), (Command(49), false), (Command(48), true)]);
        // What has really passed is no leap, however long nothing happened.
        check(&[(Tick(0, 7), true), (Tick(500, 507), true), (Command(501), true)]);
        check(&[(Tick(0, 7), true), (Tick(524, 507), true), (Tick(549, 507), false)]);
        // A machine that was suspended: the steady clock stood still.
        check(&[(Tick(0, 0), true), (Tick(30, 1), false), (Tick(30, 6), true)]);
        // Back, and forth again, is no leap: recorded time did not go back.
        check(&[(Tick(0, 0), true), (Tick(-700, 1), true), (Command(-700), true), (Command(1), true)]);
        // Chosen moments are nobody's clock, and say nothing of it.
        check(&[(Tick(0, 0), true), (Chosen(9_000), true), (Command(25), false)]);
        // The operator's confirmation: for the clock that jumped, and back from one that was trusted wrongly.
        check(&[(Tick(0, 0), true), (Command(900), false), (Trust(900), true), (Command(901), true)]);
        check(&[(Tick(900, 0), true), (Trust(0), true), (Command(900), false), (Tick(1, 1), true)]);
    }
}
