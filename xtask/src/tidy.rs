//! `cargo xtask tidy`: checks of the repository's shape that the compiler does not make.
//!
//! Every check is a function from text to violations; this module only passes the files to them.

mod architecture;
mod events;
mod folders;
mod layers;
mod manifest;
pub(crate) mod markdown;
mod names;
mod pure_lints;
mod rust_text;
mod sizes;
mod test_files;
mod type_names;
mod wording;
mod words;
mod workspaces;

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use crate::suite::Outcome;
use crate::tree::{self, SEPARATE_WORKSPACES, Tree};

/// Checks the repository in which this program was started.
pub(crate) fn run() -> ExitCode {
    match check_repository(&tree::repository()) {
        Outcome::Passed => ExitCode::SUCCESS,
        Outcome::Failed | Outcome::Missing(_) | Outcome::Skipped(_) => ExitCode::FAILURE,
    }
}

/// Prints one line for each violation, then their number.
pub(crate) fn check_repository(root: &Path) -> Outcome {
    let tree = match Tree::read(root) {
        Ok(tree) => tree,
        Err(error) => {
            println!("tidy: the repository could not be read: {error}");
            return Outcome::Failed;
        }
    };
    let violations = violations(&tree);
    for violation in &violations {
        println!("{violation}");
    }
    println!("tidy: {} files, {} violations", tree.paths.len(), violations.len());
    Outcome::of(violations.is_empty())
}

/// A broken rule at one place.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    /// A path relative to the repository, or `path:line`.
    place: String,
    /// What is wrong, and what to do.
    problem: String,
}

impl Violation {
    fn new(place: impl Into<String>, problem: impl Into<String>) -> Violation {
        Violation { place: place.into(), problem: problem.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    found.extend(check_crates(tree));
    let root = tree.text("Cargo.toml").unwrap_or_default();
    let manifests = SEPARATE_WORKSPACES
        .iter()
        .filter_map(|folder| Some((*folder, tree.text(&format!("{folder}/Cargo.toml"))?)));
    found.extend(manifests.flat_map(|(folder, manifest)| workspaces::check(folder, manifest, root)));
    for file in &tree.texts {
        found.extend(words::check(&file.path, &file.text));
        found.extend(wording::check(&file.path, &file.text));
        if file.path.ends_with(".rs") {
            found.extend(sizes::check(&file.path, &file.text));
            found.extend(folders::check(&file.path, &file.text));
        }
        if file.path.ends_with(".md") {
            found.extend(markdown::check_links(&file.path, &file.text, |path| tree.has(path)));
        }
    }
    found.extend(events::check(tree.texts.iter().map(|file| (file.path.as_str(), file.text.as_str()))));
    found.extend(type_names::check(tree.texts.iter().map(|file| (file.path.as_str(), file.text.as_str()))));
    if let Some(text) = tree.text("docs/ARCHITECTURE.md") {
        let layers: Vec<_> =
            tree.crate_folders().into_iter().map(|folder| (folder, layers::layer(folder))).collect();
        found.extend(architecture::check(text, &layers, |path| tree.has(path)));
    }
    found.extend(tree.paths.iter().filter_map(|path| names::check_path(path)));
    found
        .extend(test_files::check_declared(tree.text("tests/it/main.rs"), &tree.names_in("tests/it", ".rs")));
    found.extend(test_files::check_snapshots(
        &tree.names_in("tests/scripts", ".acq"),
        &tree.names_in("tests/it/snapshots", ".snap"),
    ));
    found
}

/// Checks the manifests against the layer table, and the first page of each crate.
fn check_crates(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut manifests = Vec::new();
    let aliases = manifest::aliases(tree.text("Cargo.toml").unwrap_or_default());
    let crates = tree.crate_folders();
    let folders = crates.iter().map(|folder| (*folder, format!("crates/{folder}")));
    for (folder, path) in folders.chain(["xtask", "tests"].map(|folder| (folder, folder.to_owned()))) {
        let path = format!("{path}/Cargo.toml");
        let Some(text) = tree.text(&path) else { continue };
        match manifest::read(text, &aliases) {
            Ok(manifest) => manifests.push((folder, path, manifest)),
            Err(problem) => found.push(Violation::new(path, problem)),
        }
    }
    let lock = manifest::locked(tree.text("Cargo.lock").unwrap_or_default());
    for (folder, path, manifest) in &manifests {
        found.extend(layers::check(folder, path, manifest));
        found.extend(layers::check_weight(folder, path, manifest, &lock));
    }
    for folder in &crates {
        found.extend(names::check_first_page(folder, tree.text(&format!("crates/{folder}/src/lib.rs"))));
    }
    let settings = crates.iter().filter(|folder| layers::is_pure(folder));
    let settings: Vec<_> =
        settings.map(|folder| (*folder, tree.text(&format!("crates/{folder}/clippy.toml")))).collect();
    found.extend(pure_lints::check(tree.text("clippy.toml").unwrap_or_default(), &settings));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People who run only the tests also learn of violations.
    #[test]
    fn the_repository_is_tidy() {
        let tree = Tree::read(&tree::repository()).expect("the repository can be read");
        let found: Vec<String> = violations(&tree).iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "run `cargo xtask tidy`:\n{}", found.join("\n"));
    }
}
