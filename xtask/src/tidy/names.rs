//! Checks for names that say nothing, and the first page of every crate.

use super::Violation;

/// A crate, file or folder with one of these names collects everything that has no better place.
const EMPTY_NAMES: &[&str] = &["common", "core", "helper", "helpers", "misc", "types", "util", "utils"];

/// Checks the path of a Rust file or a manifest: neither the file nor its folders may have an empty name.
pub(super) fn check_path(path: &str) -> Option<Violation> {
    let is_rust = path.ends_with(".rs") || path.ends_with("/Cargo.toml");
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let name = stem.split('/').find(|name| EMPTY_NAMES.contains(name)).filter(|_| is_rust)?;
    Some(Violation::new(path, format!("the name `{name}` says nothing; name it after what it holds")))
}

/// Checks the first page of the crate in `folder`, which must say what the crate never does.
pub(super) fn check_first_page(folder: &str, text: Option<&str>) -> Vec<Violation> {
    let path = format!("crates/{folder}/src/lib.rs");
    let Some(text) = text else {
        return vec![Violation::new(path, "is missing; a crate is a library, so that tests can reach it")];
    };
    if !text.starts_with("//!") {
        return vec![Violation::new(path, "does not begin with `//!`; first say what the crate is")];
    }
    let page = text.lines().map_while(|line| line.strip_prefix("//!")).collect::<Vec<_>>().join(" ");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if page.contains("this crate never") {
        return Vec::new();
    }
    vec![Violation::new(
        path,
        "its first page does not say \"this crate never ..\"; name what must stay out of it",
    )]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_names_are_refused_for_files_folders_and_crates() {
        for path in [
            "crates/util/Cargo.toml",
            "crates/log/src/helpers.rs",
            "crates/log/src/common/mod.rs",
            "tests/it/misc.rs",
        ] {
            let found = check_path(path).map(|violation| violation.problem);
            assert!(found.is_some_and(|problem| problem.contains("says nothing")), "{path}");
        }
        for path in ["crates/log/src/utility.rs", "docs/core.md", "crates/log/src/lib.rs"] {
            assert_eq!(check_path(path), None, "{path}");
        }
    }

    #[track_caller]
    fn first_page(text: Option<&str>, part: &str) {
        let found = check_first_page("log", text);
        assert!(found.len() == 1 && found[0].problem.contains(part), "{found:?}");
    }

    #[test]
    fn the_first_page_says_what_the_crate_never_does() {
        assert_eq!(
            check_first_page("log", Some("//! The log.\n//!\n//! This\n//! crate never opens a file.\n")),
            []
        );
        first_page(None, "is missing");
        first_page(Some("use std::io;\n//! This crate never"), "does not begin");
        first_page(
            Some("//! The log.\n\n/// This crate never opens a file.\nmod a;\n"),
            "what must stay out",
        );
    }
}
