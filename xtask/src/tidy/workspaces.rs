//! The separate workspaces: they have the same lints and release profile as the main one, so that what is measured is built
//! like what is shipped.

use toml::{Table, Value};

use super::Violation;

/// Lints that a separate workspace may leave out; its manifest says why.
const OMITTED: &[(&str, &str)] = &[("fuzz", "unsafe_code")];

/// Checks the manifest of `folder` against that of the repository.
pub(super) fn check(folder: &str, manifest: &str, root: &str) -> Vec<Violation> {
    let (Ok(own), Ok(root)) = (manifest.parse::<Table>(), root.parse::<Table>()) else {
        return vec![Violation::new(format!("{folder}/Cargo.toml"), "is not TOML")];
    };
    let mut problems = Vec::new();
    if at(&own, &["workspace"]).is_none() {
        problems.push("has no `[workspace]`; it must not join the main one, nor its lock file");
    }
    if at(&own, &["lints", "workspace"]).and_then(Value::as_bool) != Some(true) {
        problems.push("does not use its workspace's lints; add `[lints] workspace = true`");
    }
    if lints(&own, "") != lints(&root, folder) {
        problems.push("has other lints than the root manifest; copy `[workspace.lints]` from there");
    }
    if at(&own, &["profile", "release"]) != at(&root, &["profile", "release"]) {
        problems
            .push("has another release profile than the root manifest; copy `[profile.release]` from there");
    }
    problems.into_iter().map(|problem| Violation::new(format!("{folder}/Cargo.toml"), problem)).collect()
}

fn at<'t>(table: &'t Table, path: &[&str]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(key))
}

/// The lints of a workspace, without those that `folder` may leave out.
fn lints(table: &Table, folder: &str) -> Option<Value> {
    let mut lints = at(table, &["workspace", "lints"])?.clone();
    for (_, lint) in OMITTED.iter().filter(|(name, _)| *name == folder) {
        if let Some(rust) = lints.get_mut("rust").and_then(Value::as_table_mut) {
            rust.remove(*lint);
        }
    }
    Some(lints)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINTS: &str = "[workspace.lints.rust]\nmissing_docs = 'warn'\n";
    const REST: &str = "[lints]\nworkspace = true\n[profile.release]\ndebug = 1\n";

    fn found(folder: &str, manifest: &str) -> Vec<String> {
        let root = format!("{LINTS}unsafe_code = 'forbid'\n[profile.release]\ndebug = 1");
        check(folder, manifest, &root).into_iter().map(|violation| violation.problem).collect()
    }

    #[test]
    fn the_lints_of_the_root_are_required() {
        assert!(found("bench", &format!("{LINTS}unsafe_code = 'forbid'\n{REST}")).is_empty());
        assert!(found("fuzz", &format!("{LINTS}{REST}")).is_empty(), "fuzz says why");
        let lax = found("bench", &format!("{LINTS}{REST}"));
        assert!(lax.len() == 1 && lax[0].contains("other lints"), "{lax:?}");
    }

    #[test]
    fn every_missing_part_is_named() {
        let problems = found("bench", "[package]\nname = 'x'");
        for part in ["no `[workspace]`", "does not use", "other lints", "another release profile"] {
            assert!(problems.iter().any(|problem| problem.contains(part)), "{part}");
        }
    }
}
