//! Reads the dependencies in a `Cargo.toml` and in `Cargo.lock`.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

/// The part of a manifest that the layer checks need.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) package: String,
    pub(super) dependencies: Vec<Dependency>,
    /// Whether it has `[lints] workspace = true`.
    pub(super) uses_workspace_lints: bool,
}

/// A dependency, by the name of its package, whatever the manifest calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Dependency {
    pub(super) package: String,
    pub(super) kind: Kind,
}

/// The cargo table that a dependency is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Normal,
    Build,
    Dev,
}

const TABLES: [(&str, Kind); 3] =
    [("dependencies", Kind::Normal), ("build-dependencies", Kind::Build), ("dev-dependencies", Kind::Dev)];

/// Names that the workspace gives to packages with another name.
pub(super) type Aliases = BTreeMap<String, String>;

/// Reads the manifest of one package, including platform-specific tables.
pub(super) fn read(text: &str, aliases: &Aliases) -> Result<Manifest, String> {
    let manifest: Table = text.parse().map_err(|error| format!("is not TOML: {error}"))?;
    let package = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
    let package = package.ok_or("has no package name")?.to_owned();
    let lints = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Value::as_bool);
    let platforms = manifest.get("target").and_then(Value::as_table);
    let platforms = platforms.into_iter().flat_map(|table| table.values().filter_map(Value::as_table));
    let dependencies =
        std::iter::once(&manifest).chain(platforms).flat_map(|table| dependencies(table, aliases)).collect();
    Ok(Manifest { package, dependencies, uses_workspace_lints: lints == Some(true) })
}

fn dependencies(table: &Table, aliases: &Aliases) -> Vec<Dependency> {
    let mut found = Vec::new();
    for (name, kind) in TABLES {
        let Some(entries) = table.get(name).and_then(Value::as_table) else {
            continue;
        };
        for (name, value) in entries {
            let alias = if value.get("workspace").is_some() {
                aliases.get(name).map(String::as_str)
            } else {
                renamed(value)
            };
            found.push(Dependency { package: alias.unwrap_or(name).to_owned(), kind });
        }
    }
    found
}

fn renamed(value: &Value) -> Option<&str> {
    value.get("package").and_then(Value::as_str)
}

/// The renamed dependencies in the root manifest; none if it does not parse, which cargo reports.
pub(super) fn aliases(root: &str) -> Aliases {
    let root: Table = root.parse().unwrap_or_default();
    let entries =
        root.get("workspace").and_then(|workspace| workspace.get("dependencies")).and_then(Value::as_table);
    let entries = entries.into_iter().flatten();
    entries.filter_map(|(name, value)| Some((name.clone(), renamed(value)?.to_owned()))).collect()
}

/// The dependencies of each package according to `Cargo.lock`; all versions of a package count as one.
pub(super) type Locked = BTreeMap<String, BTreeSet<String>>;

/// Reads the lock file; empty if it does not parse, which cargo reports.
pub(super) fn locked(text: &str) -> Locked {
    let lock: Table = text.parse().unwrap_or_default();
    let mut locked = Locked::new();
    for package in lock.get("package").and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = package.get("name").and_then(Value::as_str) else {
            continue;
        };
        let needs = package.get("dependencies").and_then(Value::as_array).into_iter().flatten();
        // Either "name", or "name version" if there are several versions.
        let needs =
            needs.filter_map(Value::as_str).filter_map(|need| need.split(' ').next()).map(str::to_owned);
        locked.entry(name.to_owned()).or_default().extend(needs);
    }
    locked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_dependencies_is_read() {
        let text = r#"
            package.name = "acquaint-log"
            lints.workspace = true
            [dependencies]
            plain = "1"
            short = { workspace = true }
            [dev-dependencies]
            other = { package = "acquaint-codec", path = "../codec" }
            [target.'cfg(unix)'.build-dependencies]
            cc = "1"
        "#;
        let aliases =
            aliases(r#"workspace.dependencies.short = { package = "acquaint-domain", path = "x" }"#);
        let manifest = read(text, &aliases).expect("it is a manifest");
        let found: Vec<_> = manifest.dependencies.iter().map(|it| (it.package.as_str(), it.kind)).collect();
        assert_eq!(
            found,
            [
                ("plain", Kind::Normal),
                ("acquaint-domain", Kind::Normal),
                ("acquaint-codec", Kind::Dev),
                ("cc", Kind::Build)
            ]
        );
        assert!(manifest.uses_workspace_lints);
    }

    #[test]
    fn a_manifest_without_a_name_is_refused() {
        assert_eq!(read("[dependencies]", &Aliases::new()), Err("has no package name".to_owned()));
        assert!(read("[", &Aliases::new()).is_err_and(|problem| problem.starts_with("is not TOML")));
    }

    #[test]
    fn the_lock_file_lists_what_a_package_needs() {
        let lock = "[[package]]\nname = 'a'\ndependencies = ['b 1.0.0', 'c']\n[[package]]\nname = 'a'\ndependencies = ['d']\n";
        let needs: Vec<_> = locked(lock)["a"].iter().cloned().collect();
        assert_eq!(needs, ["b", "c", "d"]);
    }
}
