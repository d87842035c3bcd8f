//! The scripts in tests/scripts: one for every cause, each with its transcript.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use acquaint_audit::entry;
use acquaint_cli::grammar::Exit;
use acquaint_domain::Code;
use acquaint_tests::Program;

pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts");

/// The path of every script, sorted.
pub(crate) fn all() -> Vec<PathBuf> {
    let entries = fs::read_dir(FOLDER).expect("the folder of the scripts");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "acq"));
    paths.sort();
    assert!(paths.len() >= Code::ALL.len(), "every code has a script");
    paths
}

/// A temporary folder, and a folder in it for scripts, with links to the files that scripts name.
pub(crate) fn linked() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let scripts = folder.path().join("scripts");
    fs::create_dir(&scripts).expect("a folder");
    for named in ["networks", "policies", "../exports"] {
        symlink(Path::new(FOLDER).join(named), scripts.join(named)).expect("a link");
    }
    (folder, scripts)
}

/// Plays a script, and checks that its log is intact afterwards and that its views follow from the log. Returns what it
/// prints.
fn transcript(script: &Path) -> String {
    let folder = tempfile::tempdir().expect("a folder for the data");
    let program = Program::on(&folder.path().join("data"));
    let script = script.to_str().expect("a path in UTF-8");
    let played = program.run(&["run", script]);
    assert_eq!(played.exit, Exit::Ok, "{script}\n{}\n{}", unmet(&played.out), played.stderr);
    let mut last = String::new();
    for line in ["log verify", "replay", "checkpoint", "replay"] {
        let checked = program.say(line);
        assert_eq!(checked.exit, Exit::Ok, "{line} after {script}\n{}\n{}", checked.out, checked.stderr);
        last = checked.out;
    }
    assert!(last.contains("and the 0 events after it: equal to the rebuilt views"), "{script}\n{last}");
    played.out
}

/// The last commands of a transcript up to the first expectation that was not met.
fn unmet(transcript: &str) -> String {
    let lines = transcript.lines().filter(|line| line.starts_with("> ") || line.starts_with("NOT "));
    let until: Vec<&str> = lines.collect();
    let end = until.iter().position(|line| line.starts_with("NOT ")).map_or(until.len(), |at| at + 1);
    until[end.saturating_sub(4)..end].join("\n")
}

fn file_names() -> BTreeSet<String> {
    let entries = fs::read_dir(FOLDER).expect("the folder of the scripts");
    let name = |path: PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let names = entries.filter_map(|entry| name(entry.expect("an entry of the folder").path()));
    // Policies and networks that scripts use are in folders of their own.
    names.filter(|name| name != "policies" && name != "networks").collect()
}

#[test]
fn every_script_plays_to_its_end_and_prints_its_transcript() {
    insta::glob!("../scripts", "*.acq", |script| {
        insta::with_settings!({ omit_expression => true }, {
            insta::assert_snapshot!("transcript", transcript(script));
        });
    });
}

#[test]
fn every_cause_has_a_script_and_every_script_has_a_cause() {
    assert_eq!(file_names(), Code::ALL.into_iter().map(|code| entry(code).script.to_owned()).collect());
}

#[test]
fn a_script_is_named_after_the_cause_that_it_provokes() {
    for file in file_names() {
        let stem = file.strip_suffix(".acq").unwrap_or(&file);
        let code = Code::ALL.into_iter().find(|code| stem == format!("{code}-{}", code.name()));
        let code = code.unwrap_or_else(|| panic!("`{file}` is not named after a code and its name"));
        let text = fs::read_to_string(Path::new(FOLDER).join(&file)).expect("a script in UTF-8");
        assert!(text.starts_with("# "), "`{file}` does not begin with what happens in it");
        let expects = format!("expect {code}");
        assert!(text.lines().any(|line| line.trim() == expects), "`{file}` does not contain `{expects}`");
    }
}

#[test]
fn the_excerpts_in_the_tour_are_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: PathBuf| fs::read_to_string(path).expect("a text in UTF-8");
    let tour = read(root.join("../docs/tour.md"));
    let snapshots = fs::read_dir(root.join("it/snapshots")).expect("the folder of the transcripts");
    let transcripts: Vec<String> =
        snapshots.map(|entry| read(entry.expect("an entry of the folder").path())).collect();
    let blocks = tour.split("```text\n").skip(1).filter_map(|rest| rest.split("```").next());
    let excerpts: Vec<&str> = blocks.filter(|block| block.starts_with("> ")).collect();
    assert!(!excerpts.is_empty());
    for excerpt in excerpts {
        assert!(transcripts.iter().any(|transcript| transcript.contains(excerpt)), "{excerpt}");
    }
}
