//! Checks the lint settings of the pure crates. Clippy reads only the nearest `clippy.toml`, so each crate has a copy.

use super::Violation;

/// What each copy must ban: clocks, and iteration over hash maps and sets.
const BANNED: &[&str] = &[
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "std::collections::HashMap::iter",
    "std::collections::HashMap::keys",
    "std::collections::HashMap::values",
    "std::collections::HashMap::drain",
    "std::collections::HashSet::iter",
    "std::collections::HashSet::drain",
];

/// Checks `copies`, the folder and settings of each pure crate, against `root`, the settings of all others.
pub(super) fn check(root: &str, copies: &[(&str, Option<&str>)]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut first: Option<(&str, &str)> = None;
    for (folder, text) in copies {
        let path = format!("crates/{folder}/clippy.toml");
        let Some(text) = text else {
            found.push(Violation::new(
                path,
                "is missing; a pure crate bans clocks and iteration over hash maps",
            ));
            continue;
        };
        match first {
            None => {
                first = Some((folder, text));
                found.extend(gaps(root, text).into_iter().map(|problem| Violation::new(&path, problem)));
            }
            Some((other, same)) if same != *text => {
                found.push(Violation::new(
                    path,
                    format!("differs from crates/{other}/clippy.toml; the pure crates share one text"),
                ));
            }
            Some(_) => {}
        }
    }
    found
}

fn gaps(root: &str, text: &str) -> Vec<String> {
    let unbanned = BANNED.iter().filter(|path| !text.contains(&format!("\"{path}\"")));
    let unbanned = unbanned.map(|path| format!("does not ban `{path}`"));
    let settings = root.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let lost = settings.filter(|line| !text.lines().any(|own| own == *line));
    unbanned
        .chain(lost.map(|line| format!("lacks `{line}` from the root clippy.toml, which is not read here")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> String {
        let bans: Vec<String> = BANNED.iter().map(|path| format!("{{ path = \"{path}\" }}")).collect();
        format!("a = 1\ndisallowed-methods = [{}]", bans.join(", "))
    }

    fn found(root: &str, copies: &[(&str, Option<&str>)]) -> Vec<String> {
        check(root, copies).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_text_that_bans_clocks_and_hash_order_is_fine() {
        assert!(found("# why\na = 1\n", &[("domain", Some(&good())), ("policy", Some(&good()))]).is_empty());
    }

    #[test]
    fn a_missing_and_a_different_copy_are_found() {
        let other = good().replace("a = 1", "a = 2");
        assert_eq!(
            found("", &[("domain", Some(&good())), ("policy", Some(&other)), ("audit", None)]),
            [
                "crates/policy/clippy.toml: differs from crates/domain/clippy.toml; the pure crates share one text",
                "crates/audit/clippy.toml: is missing; a pure crate bans clocks and iteration over hash maps",
            ]
        );
    }

    #[test]
    fn a_missing_ban_and_a_missing_root_setting_are_found() {
        let without_a_ban = good().replace("Instant::now", "Instant::later");
        assert_eq!(
            found("a = 1\nb = 2", &[("domain", Some(&without_a_ban))]),
            [
                "crates/domain/clippy.toml: does not ban `std::time::Instant::now`",
                "crates/domain/clippy.toml: lacks `b = 2` from the root clippy.toml, which is not read here",
            ]
        );
    }
}
