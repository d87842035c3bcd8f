//! Warnings: what is valid but probably a mistake.

use std::ops::Range;

use acquaint_domain::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::claims::{Claims, claims};
use super::diagnostic::{Diagnostic, place};
use super::fields::DOCUMENT;
use super::shape::{Field, Shape};

/// The keys of a number for each tier, in order of price.
const TIERS: [&str; 3] = ["free", "premium", "sales-navigator"];

/// The warnings about a valid document, in the order of their places.
pub(super) fn warnings(text: &str) -> Vec<Diagnostic> {
    let (table, _) = DeTable::parse_recoverable(text);
    let mut found = Vec::new();
    in_table(DOCUMENT, table.get_ref(), "", &mut found);
    found.sort_by_key(|warning| warning.span.start);
    found
}

fn in_table(fields: &'static [Field], table: &DeTable<'_>, path: &str, found: &mut Vec<Diagnostic>) {
    per_tier(table, path, found);
    source(fields, table, path, found);
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let Some(field) = fields.iter().find(|field| field.name == name) else { continue };
        let path = place(path, name);
        match (field.shape, value.get_ref()) {
            (Shape::Table(fields), DeValue::Table(table)) => in_table(fields, table, &path, found),
            (Shape::Tables(fields), DeValue::Array(tables)) => {
                let tables = tables.iter().filter_map(|table| table.get_ref().as_table());
                tables.for_each(|table| in_table(fields, table, &path, found));
            }
            _ => {}
        }
    }
}

/// Warns of a limit of 0, and of a tier with less than a cheaper one.
fn per_tier(table: &DeTable<'_>, path: &str, found: &mut Vec<Diagnostic>) {
    let number = |tier: &&'static str| {
        let value = table.get(*tier)?;
        Some((*tier, whole(value)?, value.span()))
    };
    let tiers: Vec<(&str, u32, Range<usize>)> = TIERS.iter().filter_map(number).collect();
    for (tier, _, span) in tiers.iter().filter(|(_, number, _)| *number == 0) {
        found.push(
            Diagnostic::new("PW01", span.clone(), format!("`{path}.{tier}` is 0"), "none at all")
                .with_help("write 1 or more; to bound nothing, leave the table out"),
        );
    }
    for pair in tiers.windows(2) {
        let [(less, lower, _), (more, higher, span)] = pair else { continue };
        if higher < lower {
            let message = format!("`{path}.{more}` is {higher}, less than the {lower} of `{less}`");
            found.push(
                Diagnostic::new("PW02", span.clone(), message, "less for members who pay more")
                    .with_help(format!("write {lower} or more")),
            );
        }
    }
}

/// Warns of a source that cites numbers none of which is in the table.
fn source(fields: &[Field], table: &DeTable<'_>, path: &str, found: &mut Vec<Diagnostic>) {
    let Some(source) = table.get("source") else { return };
    let Claims { counts, lengths } = claims(source.get_ref().as_str().unwrap_or_default());
    let mut own = Claims::default();
    numbers(fields, table, &mut own);
    let is_other_count = !counts.is_empty()
        && !own.counts.is_empty()
        && counts.iter().all(|count| !own.counts.contains(count));
    let is_other_length = !lengths.is_empty()
        && !own.lengths.is_empty()
        && lengths.iter().all(|length| !own.lengths.contains(length));
    let (said, has) = if is_other_count {
        (list(&counts), list(&own.counts))
    } else if is_other_length {
        (list(&lengths), list(&own.lengths))
    } else {
        return;
    };
    found.push(
        Diagnostic::new(
            "PW03",
            source.span(),
            format!("the source of `{path}` says {said}, and the document says {has}"),
            "another number",
        )
        .with_help("correct the one that is wrong; what is your own choice follows `choice:`"),
    );
}

/// Adds the numbers of a table, without those of inner tables that have their own source.
fn numbers(fields: &[Field], table: &DeTable<'_>, own: &mut Claims) {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let Some(field) = fields.iter().find(|field| field.name == name) else { continue };
        number(field.shape, value, own);
    }
}

fn number(shape: Shape, value: &Spanned<DeValue<'_>>, own: &mut Claims) {
    match (shape, value.get_ref()) {
        (Shape::Whole | Shape::Percent, _) => own.counts.extend(whole(value).map(u64::from)),
        (Shape::Length, DeValue::String(text)) => own.lengths.extend(text.parse::<Span>().ok()),
        (Shape::Lengths, DeValue::Array(values)) => {
            values.iter().for_each(|value| number(Shape::Length, value, own));
        }
        (Shape::Table(fields), DeValue::Table(table)) if table.get("source").is_none() => {
            numbers(fields, table, own);
        }
        (Shape::Tables(fields), DeValue::Array(values)) => {
            values.iter().for_each(|value| number(Shape::Table(fields), value, own));
        }
        _ => {}
    }
}

fn whole(value: &Spanned<DeValue<'_>>) -> Option<u32> {
    let number = value.get_ref().as_integer()?;
    u32::from_str_radix(number.as_str().trim_start_matches('+'), number.radix()).ok()
}

fn list<T: ToString>(numbers: &[T]) -> String {
    numbers.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}
