//! Checks docs/ARCHITECTURE.md: it is short, its layers are those that `tidy` checks, and its paths exist.

use super::Violation;

const PAGE: &str = "docs/ARCHITECTURE.md";
const LINES_MAX: usize = 150;

/// Checks the text of the page. `folders` are the crates with their layers; `exists` takes paths relative to the repository.
pub(super) fn check(
    text: &str,
    folders: &[(&str, Option<u8>)],
    exists: impl Fn(&str) -> bool,
) -> Vec<Violation> {
    let mut found = Vec::new();
    let count = text.lines().count();
    if count > LINES_MAX {
        let problem = format!("has {count} lines, at most {LINES_MAX}; move detail to a page of its own");
        found.push(Violation::new(PAGE, problem));
    }
    found.extend(check_layers(text, folders));
    for (line, path) in paths(text) {
        // A path begins with a crate, or is relative to the repository.
        if !exists(&path) && !exists(&format!("crates/{path}")) {
            found.push(Violation::new(
                format!("{PAGE}:{line}"),
                format!("names `{path}`, which does not exist"),
            ));
        }
    }
    found
}

/// Checks that every crate has a row in the table of layers, with its layer in `layers.rs`.
fn check_layers(text: &str, folders: &[(&str, Option<u8>)]) -> Vec<Violation> {
    let rows: Vec<(&str, &str)> = text.lines().filter_map(layer_row).collect();
    let mut found = Vec::new();
    for (folder, layer) in folders {
        // A crate without a layer is reported where its manifest is read.
        let Some(layer) = layer else { continue };
        let row = rows.iter().find(|(_, name)| covers(name, folder));
        let problem = match row {
            Some((shown, _)) if *shown == layer.to_string() => continue,
            Some((shown, _)) => {
                format!("puts `{folder}` into layer {shown}; xtask/src/tidy/layers.rs says {layer}")
            }
            None => format!("has no row for `{folder}` (layer {layer}) in the table of layers"),
        };
        found.push(Violation::new(PAGE, problem));
    }
    for (_, name) in &rows {
        if !folders.iter().any(|(folder, _)| covers(name, folder)) {
            found.push(Violation::new(PAGE, format!("has a row for `{name}`, but there is no such crate")));
        }
    }
    found
}

/// The layer and the crate of a row such as ``| 2 | `codec` | .. |``.
fn layer_row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let layer = cells.next().filter(|cell| !cell.is_empty() && cell.bytes().all(|b| b.is_ascii_digit()))?;
    Some((layer, cells.next()?.trim_matches('`')))
}

/// Whether a row's name, which may end in `*`, matches a folder.
fn covers(name: &str, folder: &str) -> bool {
    name.strip_suffix('*').map_or(name == folder, |start| folder.starts_with(start))
}

/// The line and text of everything between backticks that looks like a path.
fn paths(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for quoted in line.split('`').skip(1).step_by(2) {
            let is_path = quoted.contains('/') && !quoted.contains([' ', '*', '<', '(', ':', '{']);
            if is_path {
                found.push((index + 1, quoted.trim_end_matches('/').to_owned()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDERS: &[(&str, Option<u8>)] =
        &[("domain", Some(0)), ("projection-pending", Some(2)), ("projection-blocked", Some(2))];
    const TABLE: &str =
        "| layer | crate | is |\n|---|---|---|\n| 0 | `domain` | a |\n| 2 | `projection-*` | b |\n";

    fn found(text: &str) -> Vec<String> {
        let exists = |path: &str| matches!(path, "crates/domain/src/event.rs" | "xtask/src");
        check(text, FOLDERS, exists).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_page_is_at_most_150_lines_long() {
        assert!(found(&format!("{TABLE}{}", "a\n".repeat(146))).is_empty());
        let long = found(&format!("{TABLE}{}", "a\n".repeat(147)));
        assert_eq!(
            long,
            ["docs/ARCHITECTURE.md: has 151 lines, at most 150; move detail to a page of its own"]
        );
    }

    #[test]
    fn its_layers_are_those_that_are_checked() {
        assert_eq!(
            found("| 1 | `domain` |\n| 2 | `projection-pending` |\n| 5 | `server` |\n"),
            [
                "docs/ARCHITECTURE.md: puts `domain` into layer 1; xtask/src/tidy/layers.rs says 0",
                "docs/ARCHITECTURE.md: has no row for `projection-blocked` (layer 2) in the table of layers",
                "docs/ARCHITECTURE.md: has a row for `server`, but there is no such crate",
            ]
        );
    }

    #[test]
    fn its_paths_exist() {
        let text = format!("{TABLE}`domain/src/event.rs` `xtask/src/` `a::b/c` `x y/z` `no/such.rs`\n");
        assert_eq!(found(&text), ["docs/ARCHITECTURE.md:5: names `no/such.rs`, which does not exist"]);
    }
}
