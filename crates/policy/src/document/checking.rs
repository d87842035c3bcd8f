//! Reads a document, and finds all errors in it.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use toml::de::{DeTable, ValueDeserializer};

use super::diagnostic::Diagnostic;
use super::form::{Readable, of_form, readable, section_at};
use super::shape::{Need, check_key, check_missing};
use super::{ARTICLE, BoundsCheck, Policy, bounds, contradiction, fields};

/// The largest number of errors reported for one document: locating each one scans the document.
const DIAGNOSTICS_MAX: usize = 1_000;

/// Reads a document.
///
/// One error hides no others: lines that are not TOML are left out, and checks across tables compare those that can be read.
pub(super) fn read(text: &str, bounds: BoundsCheck) -> Result<Policy, Vec<Diagnostic>> {
    if let (BoundsCheck::Enforced, Some(too_large)) = (bounds, bounds::too_large(text)) {
        return Err(vec![too_large]);
    }
    let form = readable(text);
    let mut found = form.errors.clone();
    if !form.is_toml {
        return Err(in_order(found));
    }
    let (table, _) = DeTable::parse_recoverable(&form.text);
    let table = table.get_ref();
    let broken = check_shape(text, &form, table, &mut found);
    let policy = if found.is_empty() { whole(text, &mut found) } else { None };
    if let Some(policy) = policy.clone().or_else(|| repaired(table, &broken)) {
        check_meaning(&policy, table, &broken, bounds, &mut found);
    } else if bounds == BoundsCheck::Enforced {
        bounds::out_of_bounds(fields::DOCUMENT, table, "", &mut found);
    }
    match policy {
        Some(policy) if found.is_empty() => Ok(policy),
        Some(_) | None => Err(in_order(found)),
    }
}

/// Finds everything that does not have a document's shape. Returns the top-level keys whose values have errors.
fn check_shape<'t>(
    text: &'t str,
    form: &Readable,
    table: &'t DeTable<'_>,
    found: &mut Vec<Diagnostic>,
) -> BTreeSet<&'t str> {
    let mut broken: BTreeSet<&str> = form.blanked.iter().map(|line| section_at(text, line.start)).collect();
    let mut shape = Vec::new();
    for (key, value) in table {
        let before = shape.len();
        check_key(fields::DOCUMENT, (key, value), "", &mut shape);
        if shape.len() > before {
            broken.insert(key.get_ref());
        }
    }
    let end = text.trim_end().len();
    check_missing(fields::DOCUMENT, table, &(end..end), "", &mut shape);
    // A key is not missing if a line that is not TOML mentions it.
    let was_there = |name: &str| form.blanked.iter().any(|line| text[line.clone()].contains(name));
    shape.retain(|diagnostic| !diagnostic.missing.is_some_and(was_there));
    found.extend(shape);
    broken
}

/// Checks the meaning of values that have the right shape.
fn check_meaning(
    policy: &Policy,
    table: &DeTable<'_>,
    broken: &BTreeSet<&str>,
    bounds: BoundsCheck,
    found: &mut Vec<Diagnostic>,
) {
    let mut larger = Vec::new();
    if bounds == BoundsCheck::Enforced {
        bounds::out_of_bounds(fields::DOCUMENT, table, "", &mut larger);
        if !broken.contains("delivery") {
            larger.extend(bounds::too_many_attempts(policy, table));
        }
    }
    if larger.is_empty() {
        // Contradictions compare every name with all others, so lists must be within their bounds first.
        found.extend(contradiction::contradictions(policy, table, broken));
        if bounds == BoundsCheck::Enforced {
            found.extend(contradiction::too_few_answers(policy, table, broken));
        }
    }
    found.extend(larger);
}

fn whole(text: &str, found: &mut Vec<Diagnostic>) -> Option<Policy> {
    toml::from_str(text).map_err(|error| found.push(of_form(&error))).ok()
}

/// The document's policy with its broken tables replaced by those of the built-in policy, or left out if they are optional.
fn repaired(table: &DeTable<'_>, broken: &BTreeSet<&str>) -> Option<Policy> {
    let field = |name: &str| fields::DOCUMENT.iter().find(|field| field.name == name);
    let mut repaired: toml::Table = toml::from_str(ARTICLE).ok()?;
    repaired.retain(|name, _| field(name).is_some_and(|field| field.need == Need::Required));
    for (key, value) in table {
        let name: &str = key.get_ref();
        if field(name).is_some() && !broken.contains(name) {
            let value = toml::Value::deserialize(ValueDeserializer::from(value.clone())).ok()?;
            repaired.insert(name.to_owned(), value);
        }
    }
    Policy::deserialize(repaired).ok()
}

fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    found.truncate(DIAGNOSTICS_MAX);
    found
}
