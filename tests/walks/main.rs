//! The walks of CONTRIBUTING.md, done for real: a test adds a variant to a copy of the repository, adds the arms that the
//! compiler suggests until everything compiles, and compares the files that the compiler named with those on the page.
//!
//! A walk compiles the workspace several times, so this target is not part of `cargo test`; `cargo xtask walks` runs it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// A variant needs an arm in one crate before the next crate compiles. More rounds than layers mean that a suggestion
/// does not help.
const ROUNDS_MAX: usize = 16;

/// Held by the walk that uses the copy of the repository and its build folder.
static TURN: Mutex<()> = Mutex::new(());

#[test]
fn adding_an_event_leads_through_the_files_that_contributing_names() {
    let walk = Walk::begin();
    walk.insert("crates/domain/src/letter/event.rs", "pub enum Kind {", "/// Added by a walk.\nWalked,");
    walk.compare("Adding an event");
}

#[test]
fn adding_a_reason_code_leads_through_the_files_that_contributing_names() {
    let walk = Walk::begin();
    walk.insert("crates/domain/src/reason.rs", "pub enum Code {", "/// Added by a walk.\nWalked = 199,");
    walk.compare("Adding a reason code");
}

/// A copy of the repository that is edited and compiled.
struct Walk {
    copy: PathBuf,
    /// The build folder, which the next walk uses again: dependencies are compiled once.
    target: PathBuf,
    /// Cargo does not distinguish the crates of two copies, so that walks take turns in one.
    _turn: MutexGuard<'static, ()>,
}

impl Walk {
    /// Copies every file that git tracks.
    fn begin() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("walks");
        let copy = folder.join("copy");
        let _there_is_none_yet = fs::remove_dir_all(&copy);
        let listed = run(Command::new("git").args(["ls-files", "-z"]).current_dir(repository()));
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let to = copy.join(path);
            fs::create_dir_all(to.parent().expect("a file is in a folder")).expect("a folder");
            let _it_may_have_been_removed = fs::copy(repository().join(path), to);
        }
        Self { copy, target: folder.join("target"), _turn: turn }
    }

    /// Adds a variant as the first one of the enum that begins with `opening`.
    fn insert(&self, path: &str, opening: &str, variant: &str) {
        let file = self.copy.join(path);
        let text = fs::read_to_string(&file).expect("the file of the enum");
        let at = text.find(opening).expect("the enum begins as before") + opening.len();
        fs::write(file, format!("{}\n{variant}{}", &text[..at], &text[at..])).expect("written");
    }

    /// Follows the compiler to the end, and compares the files that it named with the list in a section of CONTRIBUTING.md.
    fn compare(&self, section: &str) {
        let named = self.follow();
        let page = fs::read_to_string(repository().join("CONTRIBUTING.md")).expect("the page");
        let listed = compiler_list(&page, section);
        assert_eq!(
            listed, named,
            "CONTRIBUTING.md, `{section}`: the page lists the files on the left, the compiler named those on the right"
        );
    }

    /// Compiles and adds arms until nothing is missing. Returns the files that the compiler named, relative to the
    /// repository.
    fn follow(&self) -> BTreeSet<String> {
        let mut named = BTreeSet::new();
        for _ in 0..ROUNDS_MAX {
            let messages = self.check();
            let errors: Vec<&Value> = messages.iter().filter(|message| message["level"] == "error").collect();
            if errors.is_empty() {
                return named;
            }
            let mut edits: BTreeMap<String, BTreeSet<(usize, usize, String)>> = BTreeMap::new();
            for error in errors.iter().filter(|error| error["code"]["code"] == "E0004") {
                for (file, edit) in suggestions(error) {
                    edits.entry(file).or_default().insert(edit);
                }
            }
            let rendered: Vec<&str> = errors.iter().filter_map(|error| error["rendered"].as_str()).collect();
            assert!(!edits.is_empty(), "the compiler suggests no arm:\n{}", rendered.join("\n"));
            for (file, edits) in edits {
                self.apply(&file, &edits);
                named.insert(file);
            }
        }
        panic!("it does not compile after {ROUNDS_MAX} rounds");
    }

    /// The compiler's messages about every crate whose dependencies compile.
    fn check(&self) -> Vec<Value> {
        let output = Command::new(env!("CARGO"))
            .args([
                "check",
                "--workspace",
                "--all-targets",
                "--keep-going",
                "--message-format",
                "json",
                "--quiet",
            ])
            .env("CARGO_TARGET_DIR", &self.target)
            .current_dir(&self.copy)
            .output()
            .expect("cargo runs");
        let lines = String::from_utf8_lossy(&output.stdout).into_owned();
        let values = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let messages: Vec<Value> = values
            .filter(|value| value["reason"] == "compiler-message")
            .map(|value| value["message"].clone())
            .collect();
        let is_explained =
            output.status.success() || messages.iter().any(|message| message["level"] == "error");
        assert!(is_explained, "{}", String::from_utf8_lossy(&output.stderr));
        messages
    }

    fn apply(&self, file: &str, edits: &BTreeSet<(usize, usize, String)>) {
        let path = self.copy.join(file);
        let mut text = fs::read_to_string(&path).expect("a file that the compiler named");
        // From the last to the first, so that an edit does not move the places of the others.
        for (begin, end, arm) in edits.iter().rev() {
            text.replace_range(begin..end, arm);
        }
        fs::write(path, text).expect("written");
    }
}

/// The arms that an error suggests: the file, and the range of bytes that each arm replaces.
fn suggestions(error: &Value) -> Vec<(String, (usize, usize, String))> {
    let children = error["children"].as_array().into_iter().flatten();
    let spans = children.flat_map(|child| child["spans"].as_array().into_iter().flatten());
    let edits = spans.filter_map(|span| {
        let number = |key: &str| usize::try_from(span[key].as_u64()?).ok();
        // The module `event` is private; the stream's module re-exports its names.
        let file = span["file_name"].as_str()?.to_owned();
        let stream = if file.starts_with("crates/domain/") { "crate::letter::" } else { "letter::" };
        let arm = span["suggested_replacement"].as_str()?.replace("letter::event::", stream);
        Some((file, (number("byte_start")?, number("byte_end")?, arm)))
    });
    edits.collect()
}

/// The files that a section lists between backticks, from "The compiler names" to the next empty line.
fn compiler_list(page: &str, section: &str) -> BTreeSet<String> {
    let (_, rest) = page.split_once(&format!("## {section}\n")).expect("the section");
    let section = rest.split("\n## ").next().unwrap_or_default();
    let (_, rest) = section.split_once("The compiler names").expect("the list");
    let list = rest.split("\n\n").next().unwrap_or_default();
    list.split('`').skip(1).step_by(2).map(|path| format!("crates/{path}")).collect()
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("paths are UTF-8")
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder above the tests")
}
