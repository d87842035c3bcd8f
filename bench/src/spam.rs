//! Runs the shipped spam filter, and the agents' ranking, on populations of known make-up.
//!
//! Sends of seeded simulations go through the real ledger and the real `judge` with the built-in policy; no rule of the
//! filter is implemented here. Start reading at `report.rs`, then a population: `socialbots.rs`, `heavy.rs`, `rejections.rs`,
//! `ratings.rs`, `messages.rs`, `volume.rs`.

mod agenda;
mod chance;
mod choosing;
mod curve;
mod heavy;
mod line;
mod messages;
mod network;
mod ratings;
mod rejections;
mod report;
mod socialbots;
mod volume;

use acquaint_policy::{ARTICLE, Policy};

use crate::Problem;
use crate::folder::research_data;

/// Files of research data.
const RATINGS: &str = "bitcoinotc.csv";
const MESSAGES: &str = "collegemsg.txt";

/// Prints the tables or, with `--train`, the choice of the weights, which uses other seeds.
pub(crate) fn run(words: &[&str]) -> Result<(), Problem> {
    let document =
        Policy::parse(ARTICLE).map_err(|error| format!("the built-in policy is invalid: {error}"))?;
    match words {
        [] => {
            let (ratings, messages) = (research_data(RATINGS), research_data(MESSAGES));
            print!("{}", report::tables(&document, ratings.as_deref(), messages.as_deref()));
            Ok(())
        }
        ["--train"] => train(&document),
        unknown => Err(format!("`spam` has no option `{}`, only `--train`", unknown.join(" ")).into()),
    }
}

fn train(document: &Policy) -> Result<(), Problem> {
    let text =
        research_data(MESSAGES).ok_or("the weights cannot be chosen without the students' messages")?;
    println!("{}", line::HEAD);
    let mut trials = Vec::new();
    for candidate in choosing::candidates() {
        let trial =
            candidate.trial(document, &text).ok_or("shared/data/collegemsg.txt has an unknown format")?;
        println!("{}", line::trial(candidate, trial));
        trials.push((candidate, trial));
    }
    let (candidate, trial) = choosing::choose(&trials).ok_or("no candidate is harmless")?;
    println!("\nchosen:\n{}", line::trial(*candidate, *trial));
    let is_shipped = candidate.policy(document) == *document;
    println!("the built-in policy {} these numbers", if is_shipped { "has" } else { "does NOT have" });
    Ok(())
}
