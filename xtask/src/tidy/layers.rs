//! The layer table: which crate may import which.
//!
//! Imports go downward only, to a strictly lower layer. A dev-dependency follows the same rule, except that the roots may
//! have outside crates as dev-dependencies, and any crate may choose a log to test on.

use std::collections::{BTreeMap, VecDeque};

use super::Violation;
use super::manifest::{Kind, Locked, Manifest};

/// Every folder below `crates/` with its layer, the lowest first; `*` matches the rest of a name.
const LAYERS: &[(&str, u8)] = &[
    ("domain", 0),
    ("log", 0),
    ("table", 0),
    ("seeded", 0),
    ("checkpoint", 1),
    ("clock", 1),
    ("tree-head", 1),
    ("postings", 2),
    ("policy", 2),
    ("codec", 2),
    ("projection-*", 2),
    ("log-file", 2),
    ("log-jetstream", 2),
    ("audit", 3),
    ("query", 3),
    ("engine", 4),
    ("acquaint", 5),
    ("backtest", 5),
    ("archive", 5),
    ("ndjson", 5),
    ("report", 6),
    ("simulator", 6),
    ("server", 7),
    ("cli", 8),
];

/// The crates that decide, remember or explain. They use no clock, and no order that differs between two runs. `*` matches
/// the rest of a name, so that a new view is included.
const PURE: &[&str] =
    &["domain", "table", "checkpoint", "postings", "policy", "codec", "projection-*", "audit", "query"];

/// The highest light layer, which is that of the library: no async runtime, HTTP or TLS at or below it.
const LIGHT_UP_TO: u8 = 5;

/// The only crate in the light layers that may have an async runtime, because its client has one.
const NOT_LIGHT: &str = "log-jetstream";

/// Async runtimes, HTTP, and crates that come with them.
const HEAVY: &[&str] = &[
    "actix-web",
    "async-nats",
    "async-std",
    "axum",
    "curl",
    "hyper",
    "isahc",
    "mio",
    "native-tls",
    "openssl-sys",
    "reqwest",
    "rocket",
    "rustls",
    "smol",
    "surf",
    "tiny_http",
    "tokio",
    "tonic",
    "tower-http",
    "ureq",
    "warp",
];

/// The outside crates that `domain` may use: Unicode tables, without which the same address could be read in several ways
/// (docs/decisions/0033).
const UNICODE: &[&str] = &["idna", "idna_adapter", "unicode-normalization"];

/// Checks the manifest at `path` of the crate in `folder`, which may also be `xtask` or `tests`.
pub(super) fn check(folder: &str, path: &str, manifest: &Manifest) -> Vec<Violation> {
    let mut problems = Vec::new();
    let is_outside_layers = matches!(folder, "xtask" | "tests");
    if !is_outside_layers && layer(folder).is_none() {
        problems.push(format!(
            "`{folder}` is not in the layer table; give it a layer in xtask/src/tidy/layers.rs"
        ));
    }
    let package = package_of(folder);
    if manifest.package != package {
        problems.push(format!(
            "the package is called `{}`; in this folder it must be `{package}`",
            manifest.package
        ));
    }
    if !manifest.uses_workspace_lints {
        problems.push("does not use the workspace's lints; add `[lints] workspace = true`".to_owned());
    }
    for dependency in &manifest.dependencies {
        let problem = match folder_of(&dependency.package) {
            Some(imported) => arrow_problem(folder, imported, dependency.kind),
            None => outside_problem(folder, &dependency.package, dependency.kind),
        };
        problems.extend(problem);
    }
    problems.into_iter().map(|problem| Violation::new(path, problem)).collect()
}

/// Refuses heavy crates in the light layers, including transitive ones (according to `Cargo.lock`).
pub(super) fn check_weight(folder: &str, path: &str, manifest: &Manifest, lock: &Locked) -> Vec<Violation> {
    if folder == NOT_LIGHT || layer(folder).is_none_or(|layer| layer > LIGHT_UP_TO) {
        return Vec::new();
    }
    let shipped = manifest.dependencies.iter().filter(|dependency| dependency.kind != Kind::Dev);
    // Our own crates are checked by their own manifests.
    let outside = shipped.filter(|dependency| folder_of(&dependency.package).is_none());
    let ways = outside.filter_map(|dependency| way_to_heavy(&dependency.package, lock));
    let problem = |way| {
        format!(
            "depends on {way}: the library and the layers below it have no async runtime and no HTTP; use another crate"
        )
    };
    ways.map(|way| Violation::new(path, problem(way))).collect()
}

/// Checks that `from` may import `to`; both are our folders.
fn arrow_problem(from: &str, to: &str, kind: Kind) -> Option<String> {
    let is_projection = |folder: &str| folder.starts_with("projection-");
    let is_root = |folder: &str| matches!(folder, "domain" | "log");
    let chooses_a_log = matches!(to, "log-file" | "log-jetstream");
    match from {
        _ if to == "tests" => Some(format!("`{from}` imports the tests; nothing may")),
        _ if to == "xtask" => Some(format!("`{from}` imports xtask; nothing may")),
        "xtask" => Some(format!("xtask imports `{to}`; it must run when our crates do not compile")),
        "tests" => None,
        root if is_root(root) => Some(format!("`{root}` imports `{to}`; a root imports none of our crates")),
        _ if is_projection(from) && is_projection(to) => {
            Some(format!("`{from}` imports `{to}`; projections never import one another"))
        }
        _ if is_projection(from) && to == "codec" => {
            Some(format!("`{from}` imports `codec`; a view never sees stored bytes"))
        }
        _ if chooses_a_log && !matches!(from, "acquaint" | "cli") && kind != Kind::Dev => Some(format!(
            "`{from}` imports `{to}`; only `acquaint`, `cli` and the tests choose a log; all others use `log`"
        )),
        _ => match (layer(from), layer(to)) {
            (Some(upper), Some(lower)) if lower >= upper => Some(format!(
                "`{from}` (layer {upper}) imports `{to}` (layer {lower}); imports go downward only"
            )),
            // A folder that is not in the table is reported when its own manifest is checked.
            _ => None,
        },
    }
}

/// Checks that `from` may depend on an outside crate.
fn outside_problem(from: &str, package: &str, kind: Kind) -> Option<String> {
    let has_tables = from == "domain" && kind == Kind::Normal && UNICODE.contains(&package);
    let refused = matches!(from, "domain" | "log") && kind != Kind::Dev && !has_tables;
    refused.then(|| format!("`{from}` depends on `{package}`; the roots use std only"))
}

/// The shortest chain `a -> b -> heavy` that starts at `package`.
fn way_to_heavy(package: &str, lock: &Locked) -> Option<String> {
    let mut came_from: BTreeMap<&str, Option<&str>> = BTreeMap::from([(package, None)]);
    let mut next = VecDeque::from([package]);
    while let Some(name) = next.pop_front() {
        if HEAVY.contains(&name) {
            let mut way = vec![name];
            let mut at = name;
            while let Some(Some(before)) = came_from.get(at) {
                way.push(before);
                at = before;
            }
            way.reverse();
            return Some(format!("`{}`", way.join("` -> `")));
        }
        for need in lock.get(name).into_iter().flatten() {
            if !came_from.contains_key(need.as_str()) {
                came_from.insert(need, Some(name));
                next.push_back(need);
            }
        }
    }
    None
}

pub(super) fn layer(folder: &str) -> Option<u8> {
    LAYERS.iter().find(|(pattern, _)| matches(folder, pattern)).map(|(_, layer)| *layer)
}

/// Whether the crate in `folder` decides, remembers or explains.
pub(super) fn is_pure(folder: &str) -> bool {
    PURE.iter().any(|pattern| matches(folder, pattern))
}

fn matches(folder: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => folder.strip_prefix(start).is_some_and(|rest| !rest.is_empty()),
        None => folder == pattern,
    }
}

/// The name that the package in `folder` must have.
fn package_of(folder: &str) -> String {
    match folder {
        "acquaint" => "acquaint".to_owned(),
        "xtask" => "xtask".to_owned(),
        folder => format!("acquaint-{folder}"),
    }
}

/// The folder of one of our packages; `None` for an outside package.
fn folder_of(package: &str) -> Option<&str> {
    match package {
        "acquaint" => Some("acquaint"),
        "xtask" => Some("xtask"),
        package => package.strip_prefix("acquaint-"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::manifest::{self, Aliases};
    use super::*;

    /// The problems of a crate in `folder` whose manifest continues with `rest`.
    fn problems(folder: &str, rest: &str) -> Vec<String> {
        let text = format!("package.name = '{}'\nlints.workspace = true\n{rest}", package_of(folder));
        let manifest = manifest::read(&text, &Aliases::new()).expect("it is a manifest");
        check(folder, "Cargo.toml", &manifest).into_iter().map(|violation| violation.problem).collect()
    }

    #[track_caller]
    fn allowed(folder: &str, rest: &str) {
        assert_eq!(problems(folder, rest), Vec::<String>::new());
    }

    #[track_caller]
    fn refused(folder: &str, rest: &str, part: &str) {
        let problems = problems(folder, rest);
        assert!(problems.len() == 1 && problems[0].contains(part), "{problems:?}");
    }

    #[test]
    fn imports_go_downward() {
        allowed("audit", "[dependencies]\nacquaint-domain = '1'\nacquaint-policy = '1'");
        allowed("cli", "[dependencies]\nacquaint-engine = '1'\nacquaint-log-file = '1'\nclap = '4'");
        refused(
            "audit",
            "[dependencies]\nacquaint-engine = '1'",
            "`audit` (layer 3) imports `engine` (layer 4)",
        );
        refused("policy", "[dependencies]\nacquaint-codec = '1'", "downward only");
        refused("engine", "[build-dependencies]\nacquaint-engine = '1'", "downward only");
        refused("server", "[dependencies]\nacquaint-cli = '1'", "`server` (layer 7) imports `cli` (layer 8)");
        allowed("cli", "[dependencies]\nacquaint = '1'");
        refused(
            "engine",
            "[dependencies]\nacquaint = '1'",
            "`engine` (layer 4) imports `acquaint` (layer 5)",
        );
        refused("acquaint", "[dependencies]\nacquaint-backtest = '1'", "downward only");
        refused(
            "engine",
            "[target.'cfg(unix)'.dependencies]\nx = { package = 'acquaint-server' }",
            "downward only",
        );
    }

    #[test]
    fn dev_dependencies_follow_the_layers_too() {
        refused("codec", "[dev-dependencies]\nacquaint-engine = '1'", "downward only");
        allowed("engine", "[dev-dependencies]\nacquaint-log-file = '1'\ninsta = '1'");
    }

    #[test]
    fn the_roots_use_std_only() {
        refused("domain", "[dependencies]\nserde = '1'", "`domain` depends on `serde`");
        refused("log", "[build-dependencies]\ncc = '1'", "std only");
        refused("log", "[dependencies]\nacquaint-domain = '1'", "imports none of our crates");
        refused("domain", "[dev-dependencies]\nacquaint-codec = '1'", "imports none of our crates");
        allowed("domain", "[dev-dependencies]\nproptest = '1'");
        allowed("domain", "[dependencies]\nunicode-normalization = '1'");
        refused("log", "[dependencies]\nunicode-normalization = '1'", "std only");
        refused("domain", "[build-dependencies]\nidna = '1'", "std only");
    }

    #[test]
    fn projections_import_neither_each_other_nor_the_codec() {
        refused(
            "projection-pending",
            "[dependencies]\nacquaint-projection-blocked = '1'",
            "never import one another",
        );
        refused("projection-pending", "[dependencies]\nacquaint-codec = '1'", "stored bytes");
    }

    #[test]
    fn only_the_library_the_binary_and_the_tests_choose_a_log() {
        allowed("acquaint", "[dependencies]\nacquaint-log-file = '1'");
        refused("engine", "[dependencies]\nacquaint-log-file = '1'", "choose a log");
        allowed("tests", "[dependencies]\nacquaint-log-file = '1'\nacquaint-cli = '1'");
    }

    #[test]
    fn nothing_imports_the_tests_or_xtask_and_xtask_imports_nothing() {
        refused("cli", "[dev-dependencies]\nacquaint-tests = '1'", "imports the tests");
        refused("cli", "[build-dependencies]\nxtask = '1'", "imports xtask");
        refused("xtask", "[dependencies]\nacquaint-domain = '1'", "xtask imports `domain`");
        allowed("xtask", "[dependencies]\ntoml = '1'");
    }

    #[test]
    fn a_crate_has_a_layer_its_own_name_and_the_lints() {
        refused("reports", "", "not in the layer table");
        refused("projection-", "", "not in the layer table");
        allowed("projection-mentions", "[dependencies]\nacquaint-domain = '1'");
        let manifest =
            manifest::read("package.name = 'acquaint-logs'", &Aliases::new()).expect("it is a manifest");
        let found = check("log", "crates/log/Cargo.toml", &manifest);
        assert_eq!(found.len(), 2);
        assert!(
            found[0].to_string().contains("called `acquaint-logs`; in this folder it must be `acquaint-log`")
        );
        assert!(found[1].problem.contains("workspace's lints"));
    }

    #[test]
    fn every_view_is_pure() {
        assert!(["domain", "projection-exports", "projection-mentions"].into_iter().all(is_pure));
        assert!(!["projection-", "engine", "cli"].into_iter().any(is_pure));
    }

    #[test]
    fn a_heavy_crate_is_refused_in_the_light_layers_even_if_it_is_transitive() {
        let lock = manifest::locked(
            "[[package]]\nname = 'nice'\ndependencies = ['plain', 'inner 2.0.0']\n\
             [[package]]\nname = 'inner'\ndependencies = ['tokio']\n[[package]]\nname = 'tokio'",
        );
        let weights = |folder: &str, rest: &str| {
            let text = format!("package.name = 'x'\n{rest}");
            let manifest = manifest::read(&text, &Aliases::new()).expect("it is a manifest");
            check_weight(folder, "Cargo.toml", &manifest, &lock)
        };
        let found = weights("engine", "[dependencies]\nnice = '1'");
        assert!(found.len() == 1 && found[0].problem.contains("`nice` -> `inner` -> `tokio`"), "{found:?}");
        assert_eq!(weights("policy", "[build-dependencies]\nhyper = '1'").len(), 1);
        assert_eq!(weights("policy", "[dev-dependencies]\nnice = '1'"), []);
        assert_eq!(weights("policy", "[dependencies]\nplain = '1'"), []);
        assert_eq!(weights("server", "[dependencies]\naxum = '1'"), []);
        assert_eq!(weights("log-jetstream", "[dependencies]\nasync-nats = '1'"), []);
    }
}
