//! The folders inside a crate: which may import which.
//!
//! A crate that is divided into folders keeps every source in one of them, and a folder imports from strictly lower levels.

use super::Violation;
use super::rust_text;

/// The crates that are divided, each with its folders and their levels, lowest first.
const DIVIDED: &[(&str, &[(&str, u8)])] =
    &[("engine", &[("state", 0), ("start", 1), ("write", 1), ("read", 2), ("import", 2), ("run", 3)])];

/// Sources that may be outside all folders.
const LOOSE: &[&str] = &["lib", "error"];

pub(super) fn check(path: &str, text: &str) -> Vec<Violation> {
    let Some((folders, own)) = placed(path) else { return Vec::new() };
    let level = |name: &str| folders.iter().find(|(folder, _)| *folder == name).map(|(_, level)| *level);
    let Some(own_level) = level(own) else {
        if LOOSE.contains(&own) {
            return Vec::new();
        }
        let names: Vec<&str> = folders.iter().map(|(folder, _)| *folder).collect();
        return vec![Violation::new(path, format!("is in none of the folders: {}", names.join(", ")))];
    };
    let code = rust_text::code_only(text);
    let imports = code.match_indices("crate::").filter_map(|(at, prefix)| {
        let rest = &code[at + prefix.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let name = &rest[..end];
        let is_upward = name != own && level(name).is_some_and(|level| level >= own_level);
        is_upward.then(|| (code[..at].matches('\n').count() + 1, name))
    });
    imports
        .map(|(line, name)| {
            let problem = format!("`{own}` may not import from `{name}`; see xtask/src/tidy/folders.rs");
            Violation::new(format!("{path}:{line}"), problem)
        })
        .collect()
}

/// The folders of a source's crate, and the name of the folder that the source is in, or of which it is the module file.
fn placed(path: &str) -> Option<(&'static [(&'static str, u8)], &str)> {
    let (folder, source) = path.strip_prefix("crates/")?.split_once("/src/")?;
    let (_, folders) = DIVIDED.iter().find(|(divided, _)| *divided == folder)?;
    let own = source.split('/').next()?;
    Some((folders, own.strip_suffix(".rs").unwrap_or(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(path: &str, text: &str) -> Vec<String> {
        check(path, text).into_iter().map(|violation| violation.place).collect()
    }

    #[test]
    fn a_folder_imports_from_lower_ones_and_from_itself() {
        let text =
            "use crate::error::E;\nuse crate::state::views::Views;\nuse crate::write::kernel::Kernel;\n";
        assert!(places("crates/engine/src/write/due.rs", text).is_empty());
        assert!(places("crates/engine/src/run.rs", text).is_empty());
        assert_eq!(places("crates/engine/src/state/views.rs", text), ["crates/engine/src/state/views.rs:3"]);
        assert_eq!(
            places("crates/engine/src/start/replay.rs", text),
            ["crates/engine/src/start/replay.rs:3"]
        );
    }

    #[test]
    fn a_comment_imports_nothing() {
        assert!(places("crates/engine/src/state/index.rs", "// see crate::run::engine\n").is_empty());
    }

    #[test]
    fn a_source_of_a_divided_crate_lies_in_a_folder() {
        assert_eq!(places("crates/engine/src/courier.rs", ""), ["crates/engine/src/courier.rs"]);
        assert!(places("crates/engine/src/lib.rs", "mod run;\npub use run::engine::Engine;\n").is_empty());
        assert!(places("crates/audit/src/courier.rs", "use crate::run::Run;\n").is_empty());
    }
}
