//! The commands for people who work on acquaint: `cargo xtask COMMAND`.
//!
//! Start at `main`, which lists the commands; each has its own module. The layer table is in `tidy`.
//!
//! This program never imports a crate of the workspace: it has to run even when they do not compile.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal; its output is its result"
)]

mod bench;
mod crash;
mod demo;
mod suite;
mod tally;
mod tidy;
mod tree;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  test [ARGS]   run every check: formatting, tidy, clippy, tests, snapshots, dependencies;
                ARGS go to the test runner (part of a name runs the tests that contain it)
  walks         check the lists of files in CONTRIBUTING.md: add a code and an event to a copy of the repository, and
                follow the compiler (needs git; takes minutes)
  ci [ARGS]     `test`, then `walks`; this is what the CI runs
  tidy          check layers, names, sizes, links, forgotten files; takes seconds, needs no compiler
  bench NAME    measure against peers (bench/, built on demand, takes minutes); without NAME, list the benchmarks;
                a run without --quick rewrites its section of docs/benchmarks.md
  crash         test the log on a real file system: power loss, failing syncs, a full disk (needs root; at most two minutes)
  demo          build the program and play docs/tour.md on fresh data folders; with --serve, serve a network of thirty
                people (tests/demo/network.acq) on a free port of this machine until Ctrl-C
  help          print this text

Exit codes: 0 success, 1 something failed, 2 no such command.
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test", args @ ..] => suite::test(args),
        ["walks"] => suite::walks(),
        ["ci", args @ ..] => suite::ci(args),
        ["tidy"] => tidy::run(),
        ["bench", words @ ..] => bench::run(words),
        ["crash", words @ ..] => crash::run(words),
        ["demo"] => demo::run(),
        ["demo", "--serve"] => demo::serve(),
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
