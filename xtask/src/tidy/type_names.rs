//! One type name, one meaning: no struct, enum, trait or type alias has the name of another in `crates/`.
//!
//! Three kinds of names are exempt, because they name the same role in another place: the stored form of a type has the
//! name of the type ([`STORED_FORMS`]), each stream and each side has types of a few fixed names ([`ROLES`]), and the
//! library's engine is the engine ([`FACADE`]).

use std::collections::BTreeMap;

use super::Violation;
use super::rust_text;

/// Where the stored forms are: `stored::letter::Lane` is how `letter::Lane` is stored.
const STORED_FORMS: &str = "crates/codec/src/stored";

/// Names that mean the same in every stream, or on both sides of a request.
const ROLES: &[&str] = &["Event", "Facts", "Kind"];

/// Types of the library that have the name of the type that they wrap.
const FACADE: &[&str] = &["Engine"];

/// The sources of the crates, by path.
pub(super) fn check<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Vec<Violation> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in files {
        if !is_checked(path) {
            continue;
        }
        let code = rust_text::code_only(rust_text::before_tests(text));
        for (line, name) in defined(&code) {
            places.entry(name.to_owned()).or_default().push(format!("{path}:{line}"));
        }
    }
    places.retain(|name, places| places.len() > 1 && !is_exempt(name, places));
    let found = places.into_iter().flat_map(|(name, places)| {
        let (first, others) = (places[0].clone(), places.into_iter().skip(1));
        others.map(move |place| {
            let problem = format!("`{name}` is also defined at {first}; give one of them a name of its own");
            Violation::new(place, problem)
        })
    });
    found.collect()
}

fn is_checked(path: &str) -> bool {
    let is_test = path.ends_with("/tests.rs") || path.contains("/tests/");
    path.starts_with("crates/")
        && path.split('/').nth(2) == Some("src")
        && path.ends_with(".rs")
        && !is_test
        && !path.starts_with(STORED_FORMS)
}

fn is_exempt(name: &str, places: &[String]) -> bool {
    ROLES.contains(&name)
        || (FACADE.contains(&name) && places.iter().any(|place| place.starts_with("crates/acquaint/")))
}

/// The line, from 1, and the name of every type that a text without comments and literals defines. An associated type does
/// not count: it is indented.
fn defined(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.lines().enumerate().filter_map(|(index, line)| Some((index + 1, defined_by(line)?)))
}

fn defined_by(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub").map_or(line, |rest| {
        let rest = rest.trim_start();
        rest.strip_prefix('(')
            .and_then(|rest| rest.split_once(')'))
            .map_or(rest, |(_, rest)| rest.trim_start())
    });
    let after =
        ["struct ", "enum ", "trait ", "type ", "union "].iter().find_map(|word| line.strip_prefix(word))?;
    let end = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
    Some(&after[..end]).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(files.iter().copied()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_name_that_is_defined_twice_is_refused_at_its_second_place() {
        let files = [
            ("crates/a/src/x.rs", "// struct Kept;\npub(crate) struct Kept(u8);\n"),
            ("crates/b/src/y.rs", "\nenum Kept {}\n"),
            ("crates/c/src/z.rs", "type Kept<T> = Vec<T>;\ntrait Other {\n    type Kept;\n}\n"),
        ];
        let problem = "`Kept` is also defined at crates/a/src/x.rs:2; give one of them a name of its own";
        assert_eq!(
            found(&files),
            [format!("crates/b/src/y.rs:2: {problem}"), format!("crates/c/src/z.rs:1: {problem}")]
        );
        assert!(found(&files[..1]).is_empty());
    }

    #[test]
    fn the_same_role_may_have_the_same_name() {
        let stored = format!("{STORED_FORMS}/letter.rs");
        assert!(
            found(&[
                ("crates/domain/src/letter/event.rs", "pub enum Kind {}\nstruct Lane;"),
                ("crates/domain/src/outgoing/event.rs", "pub enum Kind {}"),
                (&stored, "struct Lane;"),
                ("crates/engine/src/engine.rs", "pub struct Engine;"),
                ("crates/acquaint/src/engine.rs", "pub struct Engine;"),
            ])
            .is_empty()
        );
    }

    #[test]
    fn tests_and_other_packages_name_what_they_like() {
        let text = "struct World;";
        for path in
            ["crates/a/src/b/tests.rs", "crates/a/tests/it/b.rs", "xtask/src/b.rs", "crates/a/src/b.md"]
        {
            assert!(found(&[("crates/a/src/c.rs", text), (path, text)]).is_empty(), "{path}");
        }
        let in_tests = "#[cfg(test)]\nmod tests {\nstruct World;\n}\n";
        assert!(found(&[("crates/a/src/c.rs", text), ("crates/a/src/d.rs", in_tests)]).is_empty());
    }
}
