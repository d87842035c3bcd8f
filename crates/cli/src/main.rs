//! The one binary, `acquaint`.

use std::io::{stderr, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    acquaint::run(std::env::args_os(), &mut stdout().lock(), &mut stderr().lock()).into()
}
