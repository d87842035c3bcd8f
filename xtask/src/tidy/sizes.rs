//! Limits the length of files and functions. Tests have no limit, because their tables may be long.

use super::Violation;
use super::rust_text;

const FILE_LINES_MAX: usize = 440;
const FUNCTION_LINES_MAX: usize = 70;

/// Checks one Rust file. A file with only tests has no limit.
pub(super) fn check(path: &str, text: &str) -> Vec<Violation> {
    if is_tests(path) {
        return Vec::new();
    }
    let text = rust_text::before_tests(text);
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX {
        let problem = format!(
            "has {lines} lines without its tests, at most {FILE_LINES_MAX}; move a part to its own file"
        );
        found.push(Violation::new(path, problem));
    }
    for function in rust_text::functions(&rust_text::code_only(text)) {
        if function.lines > FUNCTION_LINES_MAX {
            let problem = format!(
                "`{}` has {} lines, at most {FUNCTION_LINES_MAX}; cut it where a name says more",
                function.name, function.lines
            );
            found.push(Violation::new(format!("{path}:{}", function.line), problem));
        }
    }
    found
}

/// Whether a path is a test file: `tests.rs`, `*_tests.rs`, or anything below a folder `tests` except the library of the
/// tests package.
fn is_tests(path: &str) -> bool {
    let in_folder = path.split('/').rev().skip(1).any(|folder| folder == "tests");
    path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs")
        || (in_folder && !path.starts_with("tests/src/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(path, text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_has_a_bounded_number_of_lines_before_its_tests() {
        let tests = "#[cfg(test)]\nmod tests {\n}\n";
        let fits = "//! a\n".repeat(FILE_LINES_MAX) + tests;
        assert!(found("crates/log/src/a.rs", &fits).is_empty());
        let long = "//! a\n".repeat(FILE_LINES_MAX + 1) + tests;
        assert_eq!(
            found("crates/log/src/a.rs", &long),
            [
                "crates/log/src/a.rs: has 441 lines without its tests, at most 440; move a part to its own file"
            ]
        );
        assert!(found("crates/log/src/desk/tests.rs", &long).is_empty());
        assert!(found("tests/it/desk.rs", &long).is_empty());
        assert_eq!(found("tests/src/lib.rs", &long).len(), 1);
    }

    #[test]
    fn a_function_has_at_most_seventy_lines() {
        let function = |inside: usize| format!("\nfn decide() {{\n{}}}\n", "    a();\n".repeat(inside));
        assert!(found("a.rs", &function(68)).is_empty());
        assert_eq!(
            found("a.rs", &function(69)),
            ["a.rs:2: `decide` has 71 lines, at most 70; cut it where a name says more"]
        );
        let in_tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function(69));
        assert!(found("a.rs", &in_tests).is_empty());
    }
}
