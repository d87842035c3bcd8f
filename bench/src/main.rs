//! Benchmarks of acquaint against its peers and against the limit of the machine: `acquaint-bench NAME`.
//!
//! **What it is.** One module for each benchmark, in a separate package, so that the ordinary build never builds a peer.
//!
//! **Where to start reading.** `main`, which lists the benchmarks; then `log.rs` and `engine.rs`.
//!
//! **This crate never** serves as a dependency, prints a figure that it did not measure, or leaves data behind.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal; its output is its result"
)]

mod arguments;
mod backtest;
mod engine;
mod folder;
mod log;
mod machine;
mod page;
mod random;
mod scale;
mod spam;

use std::error::Error;
use std::process::ExitCode;

use arguments::Format;
use mimalloc::MiMalloc;

/// The allocator of the program itself. Peers that run in this process use it, too.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Why a benchmark failed. Each peer has its own error type.
type Problem = Box<dyn Error + Send + Sync>;

const HELP: &str = "\
acquaint-bench NAME [--quick] [--peers] [--runs N] [--format table|json] [--dir FOLDER]

  engine        decide workload W, make it durable and replay it, with the same outcomes everywhere
  spam [--train]  run the spam filter on populations of known make-up; with --train, choose its weights
  log           append with sync, read back and verify: our log, the limit of the disk, and peers
  scale         measure time and bytes by members, connections and log length; takes minutes and gigabytes
  backtest      judge history again under another policy, in both modes

  --quick       take seconds instead of minutes, to see that it works; the figures mean little
  --peers       with `engine`: measure PostgreSQL, SQLite and Redis too, if they are installed
  --runs N      measure everything N times and print medians (default 3)
  --format      table: a page of Markdown; json: the same with every run's figures
  --dir FOLDER  put the data here, up to 2 GB, and remove it afterwards; by default, in the folder
                of this program; backtest keeps its recording in FOLDER

Exit codes: 0 measured, 1 failed, 2 no such benchmark or option.
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (name, options) = match words.as_slice() {
        [] | ["help" | "--help" | "-h", ..] | [_, "--help" | "-h"] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        [name, options @ ..] => (*name, options),
    };
    if name == "spam" {
        // Its results do not depend on the machine, so it has no runs and no folder.
        return match spam::run(options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(problem) => {
                eprintln!("{name}: {problem}");
                ExitCode::FAILURE
            }
        };
    }
    if name == scale::PART {
        return match scale::part(options) {
            Ok(found) => {
                println!("{found}");
                ExitCode::SUCCESS
            }
            Err(problem) => {
                eprintln!("{name}: {problem}");
                ExitCode::FAILURE
            }
        };
    }
    let run = match name {
        "backtest" => backtest::run,
        "engine" => engine::run,
        "log" => log::run,
        "scale" => scale::run,
        unknown => return misused(&format!("there is no benchmark `{unknown}`")),
    };
    let settings = match arguments::read(options) {
        Ok(settings) => settings,
        Err(problem) => return misused(&problem),
    };
    match run(&settings) {
        Ok(page) => {
            match settings.format {
                Format::Table => print!("{}", page.markdown()),
                Format::Json => println!("{:#}", page.json()),
            }
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{name}: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn misused(problem: &str) -> ExitCode {
    eprintln!("acquaint-bench: {problem}\n\n{HELP}");
    ExitCode::from(2)
}
