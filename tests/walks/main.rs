//! The walks of CONTRIBUTING.md, done for real: a new variant goes into a copy of the repository, the compiler's demands
//! are met with the arms that it suggests, and every file that it named is compared with the page.
//!
//! They compile the workspace several times, so they run only when asked for:
//! `cargo test -p acquaint-tests --test walks -- --ignored`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A variant needs an arm in one crate before the next crate compiles: more rounds than layers mean that a suggestion
/// does not help.
const ROUNDS_MAX: usize = 16;

#[test]
#[ignore = "compiles the workspace several times: minutes"]
fn adding_an_event_leads_through_the_files_that_contributing_names() {
    let walk = Walk::begin("event");
    walk.insert("crates/domain/src/letter/event.rs", "pub enum Kind {", "/// Taken on a walk.\nWalked,");
    walk.compare("Adding an event");
}

#[test]
#[ignore = "compiles the workspace several times: minutes"]
fn adding_a_reason_code_leads_through_the_files_that_contributing_names() {
    let walk = Walk::begin("code");
    walk.insert("crates/domain/src/reason.rs", "pub enum Code {", "/// Met on a walk.\nWalked = 199,");
    walk.compare("Adding a reason code");
}

/// A copy of the repository that is edited and compiled.
struct Walk {
    copy: tempfile::TempDir,
    target: PathBuf,
}

impl Walk {
    fn begin(name: &str) -> Self {
        let copy = tempfile::tempdir().expect("a temporary folder");
        let listed = run(Command::new("git").args(["ls-files", "-z"]).current_dir(repository()));
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let to = copy.path().join(path);
            fs::create_dir_all(to.parent().expect("a file is in a folder")).expect("a folder");
            // A file that was removed and not committed is not there.
            let _ = fs::copy(repository().join(path), to);
        }
        let target = repository().join("target").join("walks").join(name);
        Self { copy, target }
    }

    /// Puts a variant at the head of the enum that begins with `opening`.
    fn insert(&self, path: &str, opening: &str, variant: &str) {
        let file = self.copy.path().join(path);
        let text = fs::read_to_string(&file).expect("the file of the enum");
        let at = text.find(opening).expect("the enum begins as before") + opening.len();
        fs::write(file, format!("{}\n{variant}{}", &text[..at], &text[at..])).expect("written");
    }

    /// Follows the compiler to its end, and compares the files that it named with those of a section of CONTRIBUTING.md.
    fn compare(&self, section: &str) {
        let named = self.follow();
        let page = fs::read_to_string(repository().join("CONTRIBUTING.md")).expect("the page");
        let listed = compiler_list(&page, section);
        assert_eq!(
            listed, named,
            "CONTRIBUTING.md, `{section}`: left what the page lists, right what the compiler named"
        );
    }

    /// Compiles until nothing is missing. The files that the compiler named, below the repository.
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
            assert!(!edits.is_empty(), "no arm helps here:\n{}", rendered.join("\n"));
            for (file, edits) in edits {
                self.apply(&file, &edits);
                named.insert(file);
            }
        }
        panic!("{ROUNDS_MAX} rounds, and it still does not compile");
    }

    /// What the compiler says of all crates whose imports compile.
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
            .current_dir(self.copy.path())
            .output()
            .expect("cargo runs");
        let lines = String::from_utf8_lossy(&output.stdout).into_owned();
        let values = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let messages: Vec<Value> = values
            .filter(|value| value["reason"] == "compiler-message")
            .map(|value| value["message"].clone())
            .collect();
        let says_why = output.status.success() || messages.iter().any(|message| message["level"] == "error");
        assert!(says_why, "{}", String::from_utf8_lossy(&output.stderr));
        messages
    }

    fn apply(&self, file: &str, edits: &BTreeSet<(usize, usize, String)>) {
        let path = self.copy.path().join(file);
        let mut text = fs::read_to_string(&path).expect("a file that the compiler named");
        // From the last to the first, so that places stay right.
        for (begin, end, arm) in edits.iter().rev() {
            text.replace_range(begin..end, arm);
        }
        fs::write(path, text).expect("written");
    }
}

/// The arms that an error suggests: file, and the bytes that each replaces.
fn suggestions(error: &Value) -> Vec<(String, (usize, usize, String))> {
    let children = error["children"].as_array().into_iter().flatten();
    let spans = children.flat_map(|child| child["spans"].as_array().into_iter().flatten());
    let edits = spans.filter_map(|span| {
        let number = |key: &str| usize::try_from(span[key].as_u64()?).ok();
        // The module of an event is private, and its names are re-exported by the stream's.
        let file = span["file_name"].as_str()?.to_owned();
        let stream = if file.starts_with("crates/domain/") { "crate::letter::" } else { "letter::" };
        let arm = span["suggested_replacement"].as_str()?.replace("letter::event::", stream);
        Some((file, (number("byte_start")?, number("byte_end")?, arm)))
    });
    edits.collect()
}

/// The files that a section lists between the lines "The compiler names" and the next empty line, each between backticks.
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
