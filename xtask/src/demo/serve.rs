//! `cargo xtask demo --serve`: a network worth looking at, served on a free port of this machine.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::process::{Command, ExitCode};

use super::{Features, build};
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
    if is_served(&data) {
        let data = data.display();
        return Err(format!(
            "another `demo --serve` serves `{data}`; stop it first, with Ctrl-C where it runs"
        ));
    }
    tree::remove_folder(&data)?;
    program.run(&data, &["--at", BEGINS, "run"], Some(&root.join(NETWORK)))?;
    let mut command = Command::new(&program.path);
    command.arg("--data").arg(&data).args(["serve", "--listen", "127.0.0.1:0"]);
    // The program prints the address. Ctrl-C reaches it too, and ends it in order.
    let status = command.status().map_err(|error| program.not_started(&error))?;
    if status.success() { Ok(()) } else { Err(format!("the server ended with {status}")) }
}

/// Whether another process writes to the folder. Removing it would pull the log from under that process.
fn is_served(data: &Path) -> bool {
    let lock = File::open(data.join("log").join("LOCK"));
    lock.is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_served_while_its_lock_is_held() {
        let data = std::env::temp_dir().join(format!("acquaint-demo-served-{}", std::process::id()));
        assert!(!is_served(&data), "it does not exist");
        std::fs::create_dir_all(data.join("log")).expect("a folder");
        let lock = File::create(data.join("log").join("LOCK")).expect("a lock file");
        assert!(!is_served(&data));
        lock.lock().expect("a lock");
        assert!(is_served(&data));
        lock.unlock().expect("no lock");
        assert!(!is_served(&data));
        std::fs::remove_dir_all(&data).expect("an own folder");
    }
}
