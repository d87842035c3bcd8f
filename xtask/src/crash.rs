//! `cargo xtask crash`: tests the log on a real file system that loses power, fails a sync, or is full.
//!
//! A writer (tests/src/log_writer.rs) prints what it submitted and what was acknowledged. Whatever happens to it afterwards,
//! the same program's check must find everything that was acknowledged and nothing that was not submitted.

use std::fs;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use crate::bench::target_folder;
use crate::suite::Outcome;
use crate::tree;

mod faults;
mod full;
mod image;
mod power;
mod writer;

/// The number of power losses, and of faults of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) rounds: u64,
    pub(crate) faults: u64,
    pub(crate) seed: u64,
    /// The time limit of each of the two parts; a slow machine does fewer rounds.
    pub(crate) time_max: Duration,
}

impl Plan {
    /// The full run, about a minute.
    const WHOLE: Plan = Plan { rounds: 50, faults: 6, seed: 1, time_max: Duration::from_secs(50) };
    /// A few seconds, for the ordinary run of all tests.
    pub(crate) const QUICK: Plan = Plan { rounds: 6, faults: 2, seed: 1, time_max: Duration::from_secs(5) };
}

/// Runs the test with the options in `words`: `--quick`, `--rounds N`, `--seed N`.
pub(crate) fn run(words: &[&str]) -> ExitCode {
    let plan = match plan(words) {
        Ok(plan) => plan,
        Err(problem) => {
            eprintln!("crash: {problem}; use `cargo xtask crash [--quick] [--rounds N] [--seed N]`");
            return ExitCode::from(2);
        }
    };
    match check(&tree::repository(), plan) {
        Outcome::Passed => ExitCode::SUCCESS,
        Outcome::Failed => ExitCode::FAILURE,
        Outcome::Missing(why) | Outcome::Skipped(why) => {
            println!("crash: skipped, {why}");
            ExitCode::SUCCESS
        }
    }
}

fn plan(words: &[&str]) -> Result<Plan, String> {
    let mut plan = if words.contains(&"--quick") { Plan::QUICK } else { Plan::WHOLE };
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let mut number = || {
            let number = rest.next().and_then(|number| number.parse().ok());
            number.ok_or(format!("`{word}` needs a number"))
        };
        match *word {
            "--quick" => {}
            "--rounds" => plan.rounds = number()?,
            "--seed" => plan.seed = number()?,
            unknown => return Err(format!("there is no option `{unknown}`")),
        }
    }
    Ok(plan)
}

/// Builds the writer and runs all of `plan`; prints a line for each part, and the seed if one failed.
pub(crate) fn check(root: &Path, plan: Plan) -> Outcome {
    if let Some(why) = what_is_missing() {
        return Outcome::Skipped(why);
    }
    let target = target_folder(root);
    let folder = target.join("crash");
    let checked = prepared(root, &target, &folder).and_then(|program| parts(&program, &folder, plan));
    image::unmount_below(&folder);
    let removed = tree::remove_folder(&folder);
    match checked.and_then(|skipped| removed.map(|()| skipped)) {
        Ok(None) => Outcome::Passed,
        Ok(Some(why)) => Outcome::Skipped(why),
        Err(problem) => {
            println!("crash: {problem}\nto repeat this: cargo xtask crash --seed {}", plan.seed);
            Outcome::Failed
        }
    }
}

/// Runs the three parts; returns the reason if this machine cannot run them.
fn parts(program: &Path, folder: &Path, plan: Plan) -> Result<Option<String>, String> {
    if let Err(why) = image::try_out(folder) {
        return Ok(Some(format!("a loop device cannot be mounted here: {why}")));
    }
    println!("{}", power::check(program, folder, plan)?);
    println!("{}", faults::check(program, folder, plan)?);
    println!("{}", full::check(program, folder, plan)?);
    Ok(None)
}

fn prepared(root: &Path, target: &Path, folder: &Path) -> Result<PathBuf, String> {
    image::unmount_below(folder);
    tree::remove_folder(folder)?;
    fs::create_dir_all(folder)
        .map_err(|error| format!("{} could not be created: {error}", folder.display()))?;
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--locked", "--package", "acquaint-tests"]);
    command.args(["--bin", "acquaint-log-writer"]).current_dir(root);
    succeed(&mut command)?;
    Ok(target.join("debug/acquaint-log-writer"))
}

/// What this machine lacks for the test; `None` if nothing.
fn what_is_missing() -> Option<String> {
    let user = Command::new("id").arg("-u").output();
    if !user.is_ok_and(|output| output.stdout.trim_ascii() == b"0") {
        return Some(String::from("it mounts a file system, which needs root"));
    }
    let tools = [
        ("losetup", "--version"),
        ("mount", "--version"),
        ("umount", "--version"),
        ("mkfs.ext4", "-V"),
        ("python3", "--version"),
        ("strace", "-V"),
    ];
    let is_missing = |tool: &str, ask: &str| {
        let mut command = Command::new(tool);
        command.arg(ask).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        !command.status().is_ok_and(|status| status.success())
    };
    let missing: Vec<&str> =
        tools.iter().filter(|(tool, ask)| is_missing(tool, ask)).map(|(tool, _)| *tool).collect();
    (!missing.is_empty()).then(|| format!("{} is not installed", missing.join(", ")))
}

/// Runs a command to its end; the error is what it printed to stderr.
fn succeed(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("{name} could not be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{name} failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
}

/// Pseudo-random numbers: Sebastiano Vigna's splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_is_read_from_the_words() {
        assert_eq!(plan(&[]), Ok(Plan::WHOLE));
        assert_eq!(plan(&["--seed", "9", "--quick"]), Ok(Plan { seed: 9, ..Plan::QUICK }));
        assert_eq!(plan(&["--rounds", "3"]), Ok(Plan { rounds: 3, ..Plan::WHOLE }));
        assert_eq!(plan(&["--rounds"]), Err(String::from("`--rounds` needs a number")));
        assert_eq!(plan(&["--fast"]), Err(String::from("there is no option `--fast`")));
    }
}
