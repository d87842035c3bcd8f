//! When a moment needs the operator's confirmation before anything is recorded at it.

use acquaint_domain::{Span, Timestamp};

use crate::Clock;

/// The machine's clock may be set back by this much without confirmation, as time synchronisation does.
const BEHIND_MAX: Span = Span::seconds(60);
/// A chosen moment may be this far ahead of the clock without confirmation: time zones differ by about a day.
const AHEAD_MAX: Span = Span::days(1);

/// Why a moment needs confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The machine's clock is more than a minute behind `last`: a command would be recorded at the moment of an earlier act.
    Behind {
        /// The reading of the machine's clock.
        machine: Timestamp,
        /// The log's last moment or the clock's highest reading, whichever is later.
        last: Timestamp,
    },
    /// A chosen moment is more than a day ahead of the clock: everything later would be recorded at that moment or after it.
    Ahead {
        /// The reading of the clock.
        clock: Timestamp,
        /// The chosen moment.
        given: Timestamp,
    },
}

/// Whether a single command needs confirmation. `given` is the moment chosen for it, or `None` for the clock's; `last` is the
/// last recorded moment of the log.
///
/// A chosen moment needs no confirmation in two cases: in a log without a clock file, whose moments were all chosen, and in a
/// log that is more than a day ahead of its clock, whose time is simulated or was confirmed before.
pub fn doubt(clock: &Clock, given: Option<Timestamp>, last: Option<Timestamp>) -> Option<Doubt> {
    let now = clock.now();
    let Some(given) = given else {
        let (machine, last) = (clock.machine(), last.map_or(now, |last| last.max(now)));
        return (machine.plus(BEHIND_MAX) < last).then_some(Doubt::Behind { machine, last });
    };
    clock.kept()?;
    let limit = now.plus(AHEAD_MAX);
    let is_simulated = last.is_some_and(|last| last > limit);
    (given > limit && !is_simulated).then_some(Doubt::Ahead { clock: now, given })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1_000)
    }

    const DAY: i64 = 86_400;
    /// The reading of the machine's clock in these tests, seconds.
    const NOW: i64 = 1_000_000;

    /// Checks whether a command at the moment `given`, or the clock's, needs confirmation, with a kept reading and a last event.
    fn check(kept: Option<i64>, last: Option<i64>, given: Option<i64>, is_doubted: bool) {
        let folder = tempfile::tempdir().expect("a folder");
        if let Some(kept) = kept {
            let text = format!("{}\n", at(kept).as_millis());
            std::fs::write(folder.path().join(crate::FILE), text).expect("it is written");
        }
        let clock = Clock::of(folder.path(), || at(NOW)).expect("it opens");
        let found = doubt(&clock, given.map(at), last.map(at));
        assert_eq!(found.is_some(), is_doubted, "{kept:?} {last:?} {given:?}: {found:?}");
    }

    #[test]
    fn a_machine_that_is_more_than_a_minute_behind_needs_confirmation() {
        check(None, None, None, false);
        check(None, Some(NOW - 5), None, false);
        check(None, Some(NOW + 60), None, false);
        check(None, Some(NOW + 61), None, true);
        check(Some(NOW + 60), Some(NOW), None, false);
        check(Some(NOW + 61), Some(NOW), None, true);
        check(Some(NOW + 61), None, None, true);
    }

    #[test]
    fn a_chosen_moment_more_than_a_day_ahead_needs_confirmation_where_a_clock_is_kept() {
        let far = Some(NOW + 400 * DAY);
        // An empty log, and logs of chosen moments in the past and in the future.
        check(None, None, far, false);
        check(None, Some(NOW - 400 * DAY), far, false);
        check(None, Some(NOW + 300 * DAY), far, false);
        // A log with commands recorded at the machine's time.
        check(Some(NOW - 5), Some(NOW - 5), far, true);
        check(Some(NOW - 5), Some(NOW - 5), Some(NOW + DAY), false);
        check(Some(NOW - 5), Some(NOW - 5), Some(NOW + DAY + 1), true);
        // A log that is already ahead: the moment was confirmed, or time is simulated.
        check(Some(NOW - 5), Some(NOW + 300 * DAY), far, false);
    }
}
