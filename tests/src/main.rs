//! The binary under test.

use std::process::ExitCode;

fn main() -> ExitCode {
    acquaint_cli::run_in_terminal(std::env::args_os()).into()
}
