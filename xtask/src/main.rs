//! The commands of the people who work on acquaint: `cargo xtask COMMAND`.
//!
//! Start at `main`, which is the list of commands; each has a module of its own. `tidy` holds the layer table.
//!
//! This program never imports a crate of the workspace: it has to run when they do not compile.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal; what it prints is its result"
)]

mod bench;
mod demo;
mod suite;
mod tally;
mod tidy;
mod tree;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  test [ARGS]   every check there is: formatting, tidy, clippy, tests, snapshots, dependencies;
                ARGS go to the test runner (a part of a name runs the tests that contain it)
  ci            the same; what the CI runs
  tidy          layers, names, sizes, links, forgotten files: seconds, no compiler
  demo          build the program and play docs/tour.md on fresh data folders
  bench NAME    build and run a benchmark; `spam`: the spam filter's figures, written into docs/spam.md
                (`bench spam --train`: how its weights are chosen)
  help          this text

Exit codes: 0 all is well, 1 something failed, 2 no such command.
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test" | "ci", args @ ..] => suite::run(args),
        ["tidy"] => tidy::run(),
        ["demo"] => demo::run(),
        ["bench", name, args @ ..] => bench::run(name, args),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        unknown => {
            eprintln!("xtask: there is no command `{}`\n\n{HELP}", unknown.join(" "));
            ExitCode::from(2)
        }
    }
}
