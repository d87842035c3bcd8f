//! A candidate as a line of a terminal.

use super::choosing::{Candidate, Trial};

/// A candidate and what it came to.
pub(crate) fn trial(candidate: Candidate, trial: Trial) -> String {
    let Candidate { patience, neutral_percent, acceptance_milli } = candidate;
    let Trial { stopped, harmed, heavy, out } = trial;
    let heavy = heavy.map_or("not tried".to_owned(), |heavy| heavy.to_string());
    let each = f64::from(acceptance_milli) / 1_000.0;
    format!("{patience} | {neutral_percent} % | {each} | {stopped} | {harmed} | {heavy} | {out}")
}
