//! A candidate as one printed line.

use super::choosing::{Candidate, Trial};

/// The column headings.
pub(crate) const HEAD: &str = "acceptance | strangers | students' requests stopped, of these answered | honest harmed | \
                               heavy senders' requests stopped | bots stopped | bulk requests out";

/// A candidate and its results.
pub(crate) fn trial(candidate: Candidate, trial: Trial) -> String {
    let Candidate { acceptance_milli, strangers_milli } = candidate;
    let Trial { students, harmed, heavy, stopped, out } = trial;
    let [acceptance, strangers] = [acceptance_milli, strangers_milli].map(|milli| f64::from(milli) / 1_000.0);
    let (held, answered) = (students.stopped, students.answered);
    format!("{acceptance} | {strangers} | {held}, {answered} | {harmed} | {heavy} | {stopped} | {out}")
}
