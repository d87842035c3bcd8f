//! Where figures go: a marked part of a page, and lines of a terminal.

use crate::choosing::{Candidate, Trial};

const BEGIN: &str = "<!-- figures: written by `cargo xtask bench spam`; do not edit -->\n";
const END: &str = "<!-- end of figures -->\n";

/// The page with its marked part replaced; `None` when it has none.
pub(crate) fn with_figures(page: &str, figures: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n\n{END}{after}", figures.trim()))
}

/// A candidate and what it came to.
pub(crate) fn trial_line(candidate: Candidate, trial: Trial) -> String {
    let Candidate { patience, neutral_percent, acceptance_milli } = candidate;
    let Trial { stopped, harmed, heavy, out } = trial;
    let heavy = heavy.map_or("not tried".to_owned(), |heavy| heavy.to_string());
    let each = f64::from(acceptance_milli) / 1_000.0;
    format!("{patience} | {neutral_percent} % | {each} | {stopped} | {harmed} | {heavy} | {out}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_marked_part_is_replaced() {
        let page = format!("a\n{BEGIN}old\n{END}b\n");
        let written = with_figures(&page, "new\n\n").expect("it has a place");
        assert_eq!(written, format!("a\n{BEGIN}\nnew\n\n{END}b\n"));
        assert_eq!(with_figures(&written, "new").as_deref(), Some(written.as_str()));
        assert_eq!(with_figures("a", "new"), None);
    }
}
