//! What the shipped spam filter, and the agents' ranking, do to populations of known make-up: `cargo xtask bench spam`.
//!
//! **What it is.** Seeded worlds whose sends go through the real ledger and the real `judge` with the built-in policy.
//! Without arguments it prints its tables and writes them into `docs/spam.md`; `--train` prints how the weights were
//! chosen, on other seeds.
//!
//! **Where to start reading.** `report.rs`, then a population: `socialbots.rs`, `heavy.rs`, `rejections.rs`,
//! `ratings.rs`.
//!
//! **This program never** has a rule of the filter in it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal; what it prints is its result"
)]

mod agenda;
mod chance;
mod choosing;
mod curve;
mod heavy;
mod network;
mod page;
mod ratings;
mod rejections;
mod report;
mod socialbots;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use acquaint_policy::{ARTICLE, Policy};

const HELP: &str = "\
cargo xtask bench spam             the figures, printed and written into docs/spam.md
cargo xtask bench spam --train     how the weights are chosen, on other seeds; writes nothing
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [] => report(),
        ["--train"] => train(),
        unknown => Err(format!("there is no argument `{}`\n\n{HELP}", unknown.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("bench spam: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// The repository; this package lies two folders below it.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn built_in() -> Result<Policy, String> {
    Policy::parse(ARTICLE).map_err(|error| format!("the built-in policy does not read: {error}"))
}

fn report() -> Result<(), String> {
    let ratings = fs::read_to_string(repository().join("../shared/data/bitcoinotc.csv")).ok();
    if ratings.is_none() {
        eprintln!("skipped: ../shared/data/bitcoinotc.csv is not beside the repository");
    }
    let tables = report::tables(&built_in()?, ratings.as_deref());
    println!("{tables}");
    let path = repository().join("docs/spam.md");
    let text =
        fs::read_to_string(&path).map_err(|error| format!("docs/spam.md could not be read: {error}"))?;
    let text = page::with_figures(&text, &tables).ok_or("docs/spam.md has no place for the figures")?;
    fs::write(&path, text).map_err(|error| format!("docs/spam.md could not be written: {error}"))
}

fn train() -> Result<(), String> {
    let document = built_in()?;
    println!("patience | neutral | each | bots stopped | honest harmed | heavy | bots' requests out");
    let mut trials = Vec::new();
    for candidate in choosing::candidates() {
        let trial = candidate.trial(&document);
        println!("{}", page::trial_line(candidate, trial));
        trials.push((candidate, trial));
    }
    let (candidate, trial) = choosing::choose(&trials).ok_or("no candidate is harmless")?;
    println!("\nchosen:\n{}", page::trial_line(*candidate, *trial));
    let is_shipped = candidate.policy(&document) == document;
    println!("the built-in policy {} these numbers", if is_shipped { "has" } else { "does NOT have" });
    Ok(())
}
