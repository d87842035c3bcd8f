//! Benchmarks of acquaint beside its peers and beside the limit of the machine: `acquaint-bench NAME`.
//!
//! **What it is.** One module a benchmark, in a package of its own, so that the ordinary build never builds a peer.
//!
//! **Where to start reading.** `main`, which is the list of benchmarks; then `log.rs` and `engine.rs`.
//!
//! **This crate never** is imported by another, prints a figure that it did not measure, or leaves data behind.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for a terminal; what it prints is its result"
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

/// As in the program itself; the peers in this process have it too.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Why a benchmark came to no result. Each peer has errors of its own.
type Problem = Box<dyn Error + Send + Sync>;

const HELP: &str = "\
acquaint-bench NAME [--quick] [--peers] [--runs N] [--format table|json] [--dir FOLDER]

  engine        workload W decided, durable and replayed, with the same outcomes everywhere
  spam [--train]  what the spam filter does to populations of known make-up; how its weights were chosen
  log           append with sync, read back and verify: ours, the limit of the disk, and peers
  scale         time and bytes by members, connections and length of the log; minutes, gigabytes
  backtest      history judged again under another policy, in both modes

  --quick       seconds instead of minutes, to see that it works; the figures mean little
  --peers       of `engine`: PostgreSQL, SQLite and Redis too, each as far as it is here
  --runs N      how often everything is measured; medians are told (3)
  --format      table: a page of Markdown; json: the same with every run's figures
  --dir FOLDER  where the data goes while it is measured, up to 2 GB, removed afterwards;
                without it, beside this program; backtest keeps what it recorded there

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
        // Nothing of it is a matter of the machine: it has no runs, and no folder.
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
