//! `cargo xtask test`, `walks` and `ci`: run checks in a fixed order; a failure does not stop the others.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::tally::{self, Tally};
use crate::{crash, tidy, tree};

/// Data sets that some tests read, outside the repository.
const RESEARCH_DATA: [&str; 2] = ["../shared/data/collegemsg.txt", "../shared/data/bitcoinotc.csv"];

/// Runs every check except the walks; `args` go to the test runner.
pub(crate) fn test(args: &[&str]) -> ExitCode {
    let root = &tree::repository();
    report(&checks(root, args), root)
}

/// Runs every check, the walks last; `args` go to the test runner.
pub(crate) fn ci(args: &[&str]) -> ExitCode {
    let root = &tree::repository();
    let mut steps = checks(root, args);
    steps.push(step("walks", || follow_walks(root)));
    report(&steps, root)
}

/// Runs only the walks.
pub(crate) fn walks() -> ExitCode {
    let walks = step("walks", || follow_walks(&tree::repository()));
    if walks.outcome.fails(is_ci()) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn checks(root: &Path, args: &[&str]) -> Vec<Step> {
    vec![
        step("formatting", || formatting(root)),
        step("tidy", || tidy::check_repository(root)),
        step("clippy", || clippy(root)),
        step("tests", || tests(root, args)),
        step("doc tests", || doc_tests(root, args)),
        step("crash", || crash::check(root, crash::Plan::QUICK)),
        step("snapshots", || snapshots(root)),
        step("dependencies", || dependencies(root)),
        step("advisories", || advisories(root)),
    ]
}

/// Prints how each step ended, what was skipped, and last the count of tests. Returns the exit code of the whole run.
fn report(steps: &[Step], root: &Path) -> ExitCode {
    println!("\n== summary");
    for step in steps {
        println!("{}", step.line());
    }
    let skipped = skipped(steps, root);
    println!("\nskipped: {}", if skipped.is_empty() { "nothing".to_owned() } else { skipped.join("; ") });
    println!("\n{}", steps.iter().map(|step| step.tally).fold(Tally::default(), Tally::plus));
    if steps.iter().any(|step| step.outcome.fails(is_ci())) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn is_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty())
}

/// The steps that did not run, and the tests whose data is missing, each with the reason.
fn skipped(steps: &[Step], root: &Path) -> Vec<String> {
    let steps = steps.iter().filter_map(|step| match &step.outcome {
        Outcome::Missing(why) | Outcome::Skipped(why) => Some(format!("{} ({why})", step.name)),
        Outcome::Passed | Outcome::Failed => None,
    });
    let absent = RESEARCH_DATA.iter().filter(|path| !root.join(path).exists());
    steps.chain(absent.map(|path| format!("tests that read {path} (it does not exist)"))).collect()
}

/// How a step ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Every part of the step passed.
    Passed,
    /// Something failed, and was printed.
    Failed,
    /// Not run, because a tool is not installed: names the tool and how to install it.
    Missing(String),
    /// Not run, for the given reason.
    Skipped(String),
}

impl Outcome {
    pub(crate) fn of(success: bool) -> Outcome {
        if success { Outcome::Passed } else { Outcome::Failed }
    }

    /// Whether this makes the whole run fail. CI installs every tool, so a missing one is a failure there.
    fn fails(&self, is_ci: bool) -> bool {
        match self {
            Outcome::Passed | Outcome::Skipped(_) => false,
            Outcome::Failed => true,
            Outcome::Missing(_) => is_ci,
        }
    }
}

struct Step {
    name: &'static str,
    outcome: Outcome,
    tally: Tally,
    took: Duration,
}

impl Step {
    fn line(&self) -> String {
        let (word, why) = match &self.outcome {
            Outcome::Passed => ("passed", String::new()),
            Outcome::Failed => ("FAILED", String::new()),
            Outcome::Missing(why) | Outcome::Skipped(why) => ("skipped", format!("  {why}")),
        };
        format!("{word:<8} {:<13} {:>6.1} s{why}", self.name, self.took.as_secs_f64())
    }
}

fn step<R: Into<Counted>>(name: &'static str, run: impl FnOnce() -> R) -> Step {
    println!("\n== {name}");
    let start = Instant::now();
    let Counted { outcome, tally } = run().into();
    let step = Step { name, outcome, tally, took: start.elapsed() };
    println!("{}", step.line());
    step
}

/// The result of a step; most steps count no tests.
struct Counted {
    outcome: Outcome,
    tally: Tally,
}

impl From<Outcome> for Counted {
    fn from(outcome: Outcome) -> Counted {
        Counted { outcome, tally: Tally::default() }
    }
}

fn formatting(root: &Path) -> Outcome {
    if !is_installed("fmt") {
        return Outcome::Missing(
            "rustfmt is not installed; add it with `rustup component add rustfmt`".to_owned(),
        );
    }
    let own = succeeds(cargo(root, &["fmt", "--all", "--check"]));
    let separate = tree::SEPARATE_WORKSPACES.map(|folder| {
        let manifest = format!("{folder}/Cargo.toml");
        succeeds(cargo(root, &["fmt", "--check", "--manifest-path", &manifest]))
    });
    Outcome::of(own && separate.iter().all(|is_formatted| *is_formatted))
}

fn clippy(root: &Path) -> Outcome {
    if !is_installed("clippy") {
        return Outcome::Missing(
            "clippy is not installed; add it with `rustup component add clippy`".to_owned(),
        );
    }
    // `--all-targets` leaves out a test target with `test = false`.
    // The demo builds the program without its features.
    let targets: [&[&str]; 3] = [
        &["--workspace", "--all-targets"],
        &["--package", WALKS_PACKAGE, "--test", WALKS_TARGET],
        &["--package", "acquaint-cli", "--no-default-features"],
    ];
    let clean = targets.map(|targets| {
        let words = [&["clippy", "--quiet", "--locked"], targets, &["--", "-D", "warnings"]].concat();
        succeeds(cargo(root, &words))
    });
    Outcome::of(clean.iter().all(|is_clean| *is_clean))
}

fn tests(root: &Path, args: &[&str]) -> Counted {
    if is_installed("nextest") {
        let words = ["nextest", "run", "--workspace", "--locked", "--no-fail-fast"];
        return counted(cargo(root, &words).args(args), tally::of_nextest);
    }
    println!("cargo-nextest is not installed (`cargo install cargo-nextest --locked`): using cargo test");
    // Everything except doc tests, which are the next step.
    let targets = ["--lib", "--bins", "--tests", "--examples"];
    let words = ["test", "--workspace", "--locked", "--no-fail-fast"];
    counted(cargo(root, &words).args(targets).args(args), tally::of_cargo_test)
}

fn doc_tests(root: &Path, args: &[&str]) -> Counted {
    let words = ["test", "--quiet", "--doc", "--workspace", "--locked", "--no-fail-fast"];
    counted(cargo(root, &words).args(args), tally::of_cargo_test)
}

const WALKS_PACKAGE: &str = "acquaint-tests";
const WALKS_TARGET: &str = "walks";

/// Runs the walks' test target, which copies the files that git tracks.
fn follow_walks(root: &Path) -> Counted {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--is-inside-work-tree"]).current_dir(root);
    git.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if !git.status().is_ok_and(|status| status.success()) {
        return Outcome::Skipped("it needs git and a checkout, to know which files to copy".to_owned())
            .into();
    }
    let words = ["test", "--locked", "--package", WALKS_PACKAGE, "--test", WALKS_TARGET];
    counted(&mut cargo(root, &words), tally::of_cargo_test)
}

/// Looks for snapshots that a test wrote and nobody has reviewed.
fn snapshots(root: &Path) -> Outcome {
    let tree = match tree::Tree::read(root) {
        Ok(tree) => tree,
        Err(error) => {
            println!("the repository could not be read: {error}");
            return Outcome::Failed;
        }
    };
    let unreviewed: Vec<&str> =
        tree.paths.iter().map(String::as_str).filter(|path| is_unreviewed(path)).collect();
    for path in &unreviewed {
        println!(
            "{path}: not reviewed; look at it with `cargo insta review`, or rename or delete it by hand"
        );
    }
    Outcome::of(unreviewed.is_empty())
}

fn is_unreviewed(path: &str) -> bool {
    path.ends_with(".snap.new") || path.ends_with(".pending-snap")
}

const NO_CARGO_DENY: &str =
    "cargo-deny is not installed; `cargo install cargo-deny --locked` takes about three minutes";

/// Checks licences, bans and sources; needs no network.
fn dependencies(root: &Path) -> Outcome {
    if !is_installed("deny") {
        return Outcome::Missing(NO_CARGO_DENY.to_owned());
    }
    Outcome::of(succeeds(cargo(root, &["deny", "--locked", "check", "licenses", "bans", "sources"])))
}

/// Checks for known vulnerabilities. The database comes from the network; being offline is not a failure.
fn advisories(root: &Path) -> Outcome {
    if !is_installed("deny") {
        return Outcome::Missing(NO_CARGO_DENY.to_owned());
    }
    let Some((success, output)) = shown(&mut cargo(root, &["deny", "--locked", "check", "advisories"]))
    else {
        return Outcome::Failed;
    };
    if !success && output.contains("failed to fetch advisory database") {
        return Outcome::Skipped("the advisory database cannot be reached from here".to_owned());
    }
    Outcome::of(success)
}

/// A `cargo` command of the same toolchain, in the repository. Tests run by it never rewrite their snapshots.
fn cargo(root: &Path, words: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(words).current_dir(root).env("INSTA_UPDATE", "no");
    command
}

/// Whether `cargo SUBCOMMAND` can be run here.
fn is_installed(subcommand: &str) -> bool {
    let mut command = cargo(Path::new("."), &[subcommand, "--version"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn succeeds(mut command: Command) -> bool {
    match command.status() {
        Ok(status) => status.success(),
        Err(error) => {
            println!("cargo could not be started: {error}");
            false
        }
    }
}

/// Runs a test runner and counts its tests. A run that fails without a failed test (it did not compile, or nothing matched)
/// counts as one failure, so that the count never looks like a success.
fn counted(command: &mut Command, tally_of: fn(&str) -> Tally) -> Counted {
    let (success, output) = shown(command).unwrap_or((false, String::new()));
    let mut tally = tally_of(&output);
    if !success && tally.failed == 0 {
        tally.failed = 1;
    }
    Counted { outcome: Outcome::of(success), tally }
}

/// Runs `command`, printing its output as it comes and returning it. `None` if it could not be started.
fn shown(command: &mut Command) -> Option<(bool, String)> {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => {
            println!("cargo could not be started: {error}");
            return None;
        }
    };
    let errors = child.stderr.take().map(|pipe| thread::spawn(move || passed_on(pipe)));
    let mut output = child.stdout.take().map(passed_on).unwrap_or_default();
    if let Some(Ok(text)) = errors.map(thread::JoinHandle::join) {
        output.push_str(&text);
    }
    let status = child.wait();
    Some((status.is_ok_and(|status| status.success()), output))
}

/// Prints every line of `pipe` and keeps it. Bytes that are not UTF-8 are shown as replacement characters.
fn passed_on(pipe: impl Read) -> String {
    let mut all = String::new();
    let mut lines = BufReader::new(pipe);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&line);
        print!("{text}");
        all.push_str(&text);
        line.clear();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreviewed_snapshot_is_found() {
        assert!(is_unreviewed("tests/it/snapshots/it__tour.snap.new"));
        assert!(is_unreviewed("crates/domain/src/.desk.rs.pending-snap"));
        assert!(!is_unreviewed("tests/it/snapshots/it__tour.snap"));
    }

    #[test]
    fn a_runner_that_fails_without_a_failed_test_still_counts_as_a_failure() {
        let counted = counted(&mut cargo(Path::new("."), &["no-such-subcommand"]), tally::of_nextest);
        assert_eq!((counted.outcome, counted.tally.failed), (Outcome::Failed, 1));
    }

    #[test]
    fn a_missing_tool_fails_the_run_only_in_ci() {
        let missing = Outcome::Missing("cargo-deny is not installed".to_owned());
        assert!(missing.fails(true) && !missing.fails(false));
        assert!(!Outcome::Skipped("offline".to_owned()).fails(true));
    }

    #[test]
    fn the_summary_says_why_a_step_was_skipped() {
        let outcome = Outcome::Skipped("not here".to_owned());
        let step =
            Step { name: "clippy", outcome, tally: Tally::default(), took: Duration::from_millis(1250) };
        assert_eq!(step.line(), "skipped  clippy           1.2 s  not here");
    }
}
