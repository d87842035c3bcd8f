//! Lookalike addresses (UTS 39): a warning before sending, never a refusal.

use unicode_security::confusable_detection::skeleton;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection};

use crate::follow_up::practice::{Practice, PracticeFinding};

/// A warning where `address` resembles another one. `own` are the addresses that the sender knows; all are canonical.
/// INVARIANT (two desks): the warning depends on the sender's side alone.
pub fn lookalike(address: &str, own: &[&str]) -> Option<Practice> {
    let shape = skeleton_of(address);
    let alike = own.iter().find(|known| **known != address && skeleton_of(known) == shape);
    let found = if own.contains(&address) {
        return None;
    } else if let Some(known) = alike {
        format!("`{address}` looks like `{known}`, whom the sender knows, but is a different address")
    } else if let Some(part) = parts(address).find(|part| mixes_scripts(part)) {
        format!("`{part}` mixes letters of several scripts")
    } else if !address.is_ascii() && shape.is_ascii() {
        format!("`{address}` is written in letters of another script that look like `{shape}`")
    } else {
        return None;
    };
    Some(Practice {
        name: "lookalike",
        advice: "Make sure that the address is the one you mean.",
        finding: PracticeFinding::Better,
        found,
        to_do: "Copy the address from where the person publishes it.".to_owned(),
        tool: None,
    })
}

fn skeleton_of(text: &str) -> String {
    skeleton(text).collect()
}

fn parts(address: &str) -> impl Iterator<Item = &str> {
    address.split(['@', '/', '.', '-', '_']).filter(|part| !part.is_empty())
}

/// Whether the letters belong to scripts that no language writes together: Latin and Cyrillic do, Latin, Han and Kana
/// do not.
fn mixes_scripts(part: &str) -> bool {
    match part.detect_restriction_level() {
        RestrictionLevel::ASCIIOnly
        | RestrictionLevel::SingleScript
        | RestrictionLevel::HighlyRestrictive
        | RestrictionLevel::ModeratelyRestrictive => false,
        RestrictionLevel::MinimallyRestrictive => true,
        // This level is also found for characters other than letters, which a local part or a path may contain.
        RestrictionLevel::Unrestricted => {
            let letters: String = part.chars().filter(|c| c.is_alphabetic()).collect();
            letters.detect_restriction_level() == RestrictionLevel::MinimallyRestrictive
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, own: &[&str], part: Option<&str>) {
        let found = lookalike(address, own).map(|practice| practice.found);
        match (&found, part) {
            (Some(found), Some(part)) => assert!(found.contains(part), "{found}"),
            (found, part) => assert_eq!(found.as_deref(), part, "{address}"),
        }
    }

    #[test]
    fn an_address_that_looks_like_a_known_one_is_found() {
        check("bоb", &["ann", "bob"], Some("looks like `bob`, whom the sender knows"));
        check("rnark@example.org", &["mark@example.org"], Some("looks like `mark@example.org`"));
        check("аррӏе", &["apple"], Some("looks like `apple`, whom"));
        check("bob", &["bob", "bоb"], None);
        check("rnark", &["ann"], None);
    }

    #[test]
    fn mixed_scripts_are_found_where_no_language_mixes_them() {
        check("bоb", &[], Some("`bоb` mixes letters of several scripts"));
        check("bob@exаmple.org", &[], Some("`exаmple` mixes"));
        check("аррӏе", &[], Some("look like `apple`"));
        for honest in [
            "i\u{307}pek",
            "स्मिता",
            "ส้ม",
            "தமிழ்",
            "zoë",
            "アリス",
            "иван-petrov",
            "bob@bücher.example",
            "a+b@c.org",
        ] {
            check(honest, &[], None);
        }
    }
}
