//! Words that must not be in the repository. They are split here, so that this file does not contain them.

use super::Violation;

/// Paths that exist only on one machine.
const MACHINE_PATHS: &[&str] =
    &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

/// Hosts of package registries: readers configure where their packages come from. Cargo.lock has to name one.
const REGISTRY_HOSTS: &[&str] = &[
    concat!("index.cr", "ates.io"),
    concat!("static.cr", "ates.io"),
    concat!("crat", "es.io-ind", "ex"),
    concat!("registry.npm", "js.org"),
    concat!("python", "hosted.org"),
    concat!("py", "pi.org"),
    concat!("proxy.go", "lang.org"),
    concat!("arti", "factory"),
    concat!("jf", "rog.io"),
];

/// Notes to oneself, which belong in an issue.
const NOTES_TO_ONESELF: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// Checks one text file.
pub(super) fn check(path: &str, text: &str) -> Vec<Violation> {
    let mut found = Vec::new();
    let is_lock = path == "Cargo.lock" || path.ends_with("/Cargo.lock");
    for (index, line) in text.lines().enumerate() {
        let mut refuse = |word: &str, why: &str| {
            found.push(Violation::new(format!("{path}:{}", index + 1), format!("contains `{word}`; {why}")));
        };
        for word in MACHINE_PATHS.iter().filter(|word| has_path(line, word)) {
            refuse(word, "a path that exists only on one machine; write it relative to the repository");
        }
        for word in REGISTRY_HOSTS.iter().filter(|word| !is_lock && line.contains(*word)) {
            refuse(word, "the host of a registry; name the package only");
        }
        for word in NOTES_TO_ONESELF.iter().filter(|word| path.ends_with(".rs") && line.contains(*word)) {
            refuse(word, "open an issue, or do it");
        }
    }
    found
}

/// Whether a path in `line` begins with `path`, which must not be part of a longer path or a URL.
fn has_path(line: &str, path: &str) -> bool {
    let inside = |before: &str| before.ends_with(|c: char| c.is_alphanumeric() || ".-_~*})>]".contains(c));
    line.match_indices(path).any(|(at, _)| !inside(&line[..at]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(path, text).iter().map(|violation| violation.place.clone()).collect()
    }

    #[test]
    fn paths_of_a_machine_are_refused() {
        for word in MACHINE_PATHS {
            assert_eq!(found("a.md", &format!("fine\nsee `{word}main`")), ["a.md:2"]);
            assert_eq!(found("a.rs", &format!("file://{word}x")), ["a.rs:1"]);
            assert!(found("a.md", &format!("https://example.com{word}x and ..{word}x")).is_empty());
        }
    }

    #[test]
    fn hosts_of_registries_are_refused_except_in_the_lock_file() {
        for word in REGISTRY_HOSTS {
            assert_eq!(found("deny.toml", &format!("https://{word}/x")), ["deny.toml:1"]);
            assert!(found("Cargo.lock", &format!("https://{word}/x")).is_empty());
            assert!(found("bench/Cargo.lock", &format!("https://{word}/x")).is_empty());
        }
    }

    #[test]
    fn notes_to_oneself_are_refused_in_code() {
        for word in NOTES_TO_ONESELF {
            assert_eq!(found("a.rs", &format!("a();\n// {word}: later\n")), ["a.rs:2"]);
            assert!(found("a.md", word).is_empty());
        }
    }
}
