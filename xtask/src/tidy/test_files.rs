//! Checks that no test file is forgotten: each is declared, and each script has its transcript.

use super::Violation;
use super::rust_text;

/// Checks the files in tests/it against the `mod` lines in its main.rs; a file without such a line is never compiled.
pub(super) fn check_declared(main: Option<&str>, files: &[&str]) -> Vec<Violation> {
    let code = rust_text::code_only(main.unwrap_or_default());
    let declared = |stem: &str| code.lines().any(|line| line.trim() == format!("mod {stem};"));
    let stems = files.iter().filter_map(|file| file.strip_suffix(".rs")).filter(|stem| *stem != "main");
    let forgotten = stems.filter(|stem| !declared(stem));
    let problem = |stem| format!("is never run; add `mod {stem};` to tests/it/main.rs");
    forgotten.map(|stem| Violation::new(format!("tests/it/{stem}.rs"), problem(stem))).collect()
}

/// Checks the scripts in tests/scripts against the files in tests/it/snapshots.
pub(super) fn check_snapshots(scripts: &[&str], snapshots: &[&str]) -> Vec<Violation> {
    let stems = scripts.iter().filter_map(|script| script.strip_suffix(".acq"));
    let without = stems.filter(|stem| !snapshots.iter().any(|snapshot| names(snapshot, stem)));
    let problem = |stem| format!("has no transcript; add a tests/it/snapshots/*{stem}*.snap");
    without.map(|stem| Violation::new(format!("tests/scripts/{stem}.acq"), problem(stem))).collect()
}

/// Whether the name of `snapshot` contains `stem` as a whole word: `a-b` is not the transcript of `a`.
fn names(snapshot: &str, stem: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '-');
    let parts = |at: usize| (snapshot[..at].chars().next_back(), snapshot[at + stem.len()..].chars().next());
    snapshot.match_indices(stem).map(|(at, _)| parts(at)).any(|(before, after)| edge(before) && edge(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(violations: Vec<Violation>) -> Vec<String> {
        violations.into_iter().map(|violation| violation.place).collect()
    }

    #[test]
    fn an_undeclared_test_file_is_found() {
        let main = "//! The tests.\nmod desks;\n// mod forgotten;\n    mod golden;\n";
        let files = ["desks.rs", "forgotten.rs", "golden.rs", "main.rs"];
        assert_eq!(places(check_declared(Some(main), &files)), ["tests/it/forgotten.rs"]);
        assert_eq!(places(check_declared(None, &files)).len(), 3);
    }

    #[test]
    fn a_script_without_a_transcript_is_found() {
        let scripts = ["CR0101.acq", "CR0404.acq", "CR0404-flood.acq"];
        let snapshots =
            ["it__scripts__CR0101.snap", "it__scripts__transcript@CR0404-flood.acq.snap", "it__xCR0404.snap"];
        assert_eq!(places(check_snapshots(&scripts, &snapshots)), ["tests/scripts/CR0404.acq"]);
    }
}
