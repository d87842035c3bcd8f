//! Reading a document, and finding everything that is wrong with it.

use std::collections::BTreeSet;

use serde::Deserialize as _;
use toml::de::{DeTable, ValueDeserializer};

use super::diagnostic::Diagnostic;
use super::form::{Readable, of_form, readable, section_at};
use super::shape::{Need, check_key, check_missing};
use super::{ARTICLE, BoundsCheck, Policy, bounds, contradiction, fields};

/// So much is said of one document: each place is looked up in it again to be told.
const DIAGNOSTICS_MAX: usize = 1_000;

/// Reads a document.
///
/// One error hides no others: lines that are not TOML are left out, and what several tables say together is compared among those
/// that can be read.
pub(super) fn read(text: &str, bounds: BoundsCheck) -> Result<Policy, Vec<Diagnostic>> {
    if let (BoundsCheck::Asked, Some(too_large)) = (bounds, bounds::too_large(text)) {
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
    if let Some(policy) = policy.clone().or_else(|| mended(table, &broken)) {
        check_meaning(&policy, table, &broken, bounds, &mut found);
    } else if bounds == BoundsCheck::Asked {
        bounds::out_of_bounds(fields::DOCUMENT, table, "", &mut found);
    }
    match policy {
        Some(policy) if found.is_empty() => Ok(policy),
        Some(_) | None => Err(in_order(found)),
    }
}

/// Everything that is not of the shape of a document, and the keys at its top in whose value something is.
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
    // What a line that is not TOML was meant to hold is not missing.
    let was_there = |name: &str| form.blanked.iter().any(|line| text[line.clone()].contains(name));
    shape.retain(|diagnostic| !diagnostic.missing.is_some_and(was_there));
    found.extend(shape);
    broken
}

/// What the values mean, where they are what they should be.
fn check_meaning(
    policy: &Policy,
    table: &DeTable<'_>,
    broken: &BTreeSet<&str>,
    bounds: BoundsCheck,
    found: &mut Vec<Diagnostic>,
) {
    let mut larger = Vec::new();
    if bounds == BoundsCheck::Asked {
        bounds::out_of_bounds(fields::DOCUMENT, table, "", &mut larger);
        if !broken.contains("delivery") {
            larger.extend(bounds::too_many_attempts(policy, table));
        }
    }
    if larger.is_empty() {
        // Only in lists within their bounds: each name is compared with all others.
        found.extend(contradiction::contradictions(policy, table, broken));
        if bounds == BoundsCheck::Asked {
            found.extend(contradiction::too_few_answers(policy, table, broken));
        }
    }
    found.extend(larger);
}

fn whole(text: &str, found: &mut Vec<Diagnostic>) -> Option<Policy> {
    toml::from_str(text).map_err(|error| found.push(of_form(&error))).ok()
}

/// The policy that the document would be if its broken parts were those of the built-in one, or left out where they can be.
fn mended(table: &DeTable<'_>, broken: &BTreeSet<&str>) -> Option<Policy> {
    let field = |name: &str| fields::DOCUMENT.iter().find(|field| field.name == name);
    let mut mended: toml::Table = toml::from_str(ARTICLE).ok()?;
    mended.retain(|name, _| field(name).is_some_and(|field| field.need == Need::Required));
    for (key, value) in table {
        let name: &str = key.get_ref();
        if field(name).is_some() && !broken.contains(name) {
            let value = toml::Value::deserialize(ValueDeserializer::from(value.clone())).ok()?;
            mended.insert(name.to_owned(), value);
        }
    }
    Policy::deserialize(mended).ok()
}

fn in_order(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    found.truncate(DIAGNOSTICS_MAX);
    found
}
