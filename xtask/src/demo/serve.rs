//! `cargo xtask demo --serve`: a network worth looking at, served on a free port of this machine.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use super::{Features, Program, build};
use crate::tree;

/// Three weeks of a small network. The script has no date of its own.
const NETWORK: &str = "tests/demo/network.acq";

/// How long ago the history begins: its last line is then some hours old.
const BEGINS: &str = "21d ago";

/// Builds the program, plays the network into a fresh folder, and serves it until Ctrl-C.
pub(crate) fn run() -> ExitCode {
    match serve(&tree::repository()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("demo: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn serve(root: &Path) -> Result<(), String> {
    let program = build(root, Features::Default)?;
    let data = program.target.join("demo-network");
    tree::remove_folder(&data)?;
    play_network(root, &program, &data)?;
    let mut command = Command::new(&program.path);
    command.arg("--data").arg(&data).args(["serve", "--listen", "127.0.0.1:0"]);
    // The program prints the address. Ctrl-C reaches it too, and ends it in order.
    let status = command.status().map_err(|error| not_started(&program, &error))?;
    if status.success() { Ok(()) } else { Err(format!("the server ended with {status}")) }
}

/// Plays the script into `data`.
fn play_network(root: &Path, program: &Program, data: &Path) -> Result<(), String> {
    let mut command = Command::new(&program.path);
    command.arg("--data").arg(data).args(["--seed", "1", "--at", BEGINS, "run"]).arg(root.join(NETWORK));
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(program, &error))?;
    if output.status.success() {
        return Ok(());
    }
    let (transcript, problem) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("{NETWORK} failed ({}):\n{transcript}{problem}", output.status))
}

fn not_started(program: &Program, error: &std::io::Error) -> String {
    format!("{} could not be started: {error}", program.path.display())
}
