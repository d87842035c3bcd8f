//! The program `acquaint`.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    acquaint_cli::run_in_terminal(std::env::args_os()).into()
}
