//! What the shipped spam filter, and the agents' ranking, do to populations of known make-up.
//!
//! Seeded worlds whose sends go through the real ledger and the real `judge` with the built-in policy; no rule of the
//! filter is in here. Start reading at `report.rs`, then a population: `socialbots.rs`, `heavy.rs`, `rejections.rs`,
//! `ratings.rs`.

mod agenda;
mod chance;
mod choosing;
mod curve;
mod heavy;
mod line;
mod network;
mod ratings;
mod rejections;
mod report;
mod socialbots;

use std::fs;
use std::path::Path;

use acquaint_policy::{ARTICLE, Policy};

use crate::Problem;

/// The ratings, beside the checkout.
const RATINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/bitcoinotc.csv");

/// Prints the tables; with `--train`, how the weights were chosen, on other seeds.
pub(crate) fn run(words: &[&str]) -> Result<(), Problem> {
    let document =
        Policy::parse(ARTICLE).map_err(|error| format!("the built-in policy does not read: {error}"))?;
    match words {
        [] => {
            let ratings = fs::read_to_string(Path::new(RATINGS)).ok();
            if ratings.is_none() {
                eprintln!("skipped: shared/data/bitcoinotc.csv is not beside the checkout");
            }
            print!("{}", report::tables(&document, ratings.as_deref()));
            Ok(())
        }
        ["--train"] => train(&document),
        unknown => Err(format!("`spam` has one option, `--train`, and no `{}`", unknown.join(" ")).into()),
    }
}

fn train(document: &Policy) -> Result<(), Problem> {
    println!("patience | neutral | each | bots stopped | honest harmed | heavy | bots' requests out");
    let mut trials = Vec::new();
    for candidate in choosing::candidates() {
        let trial = candidate.trial(document);
        println!("{}", line::trial(candidate, trial));
        trials.push((candidate, trial));
    }
    let (candidate, trial) = choosing::choose(&trials).ok_or("no candidate is harmless")?;
    println!("\nchosen:\n{}", line::trial(*candidate, *trial));
    let is_shipped = candidate.policy(document) == *document;
    println!("the built-in policy {} these numbers", if is_shipped { "has" } else { "does NOT have" });
    Ok(())
}
