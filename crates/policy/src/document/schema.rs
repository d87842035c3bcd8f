//! The JSON Schema of a document, for editors. Rules that a schema cannot express, on sums of lengths, on two numbers together
//! or on names elsewhere in the document, are left to `policy check`.

use acquaint_domain::Code;
use serde_json::{Map, Value, json};

use super::bounds::{ITEMS_MAX, is_positive, items_min, length_bound, score_bound, text_bound, whole_bound};
use super::contradiction::may_be_told;
use super::diagnostic::place;
use super::fields::DOCUMENT;
use super::shape::{Field, Need, Shape};
use crate::tally::answered_min;
use crate::window::Zone;

/// A character that is not white space, whatever a validator takes `\\s` to mean.
const NOT_BLANK: &str =
    "[^\\u0009-\\u000d\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
/// A length of time, with white space around it. Apart from leading zeros, no part of a length within its bound has more
/// digits.
const LENGTH: &str =
    "^\\s*(0*[0-9]{1,4}d)?(0*[0-9]{1,5}h)?(0*[0-9]{1,7}m)?(0*[0-9]{1,9}s)?(0*[0-9]{1,12}ms)?\\s*$";
const NOT_EMPTY: &str = "[0-9]";
const NOT_ZERO: &str = "[1-9]";

/// The JSON Schema (draft 2020-12) of a policy's document, as text.
pub fn schema() -> String {
    let Value::Object(mut whole) = table(DOCUMENT, "") else { return String::new() };
    whole.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    whole.insert("title".to_owned(), json!("acquaint policy"));
    whole.insert("allOf".to_owned(), json!(across_tables()));
    whole.insert("$defs".to_owned(), json!({ "zone": { "enum": Zone::names().collect::<Vec<_>>() } }));
    serde_json::to_string_pretty(&Value::Object(whole)).unwrap_or_default()
}

fn table(fields: &[Field], path: &str) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut value = shape(field.shape, &place(path, field.name));
        value["description"] = json!(field.about);
        properties.insert(field.name.to_owned(), value);
    }
    let names = |need: Need| fields.iter().filter(move |field| field.need == need).map(|field| field.name);
    let mut table = json!({
        "type": "object",
        "additionalProperties": false,
        "required": names(Need::Required).collect::<Vec<_>>(),
        "properties": properties,
    });
    let one_of: Vec<Value> = names(Need::OneOf).map(|name| json!({ "required": [name] })).collect();
    if !one_of.is_empty() {
        table["anyOf"] = json!(one_of);
    }
    let dependent = fields.iter().filter_map(|field| match field.need {
        Need::If(other, words) => Some(json!({
            "if": { "properties": { other: { "enum": words } } },
            "then": { "required": [field.name] },
            "else": { "not": { "required": [field.name] } },
        })),
        Need::Required | Need::Optional | Need::OneOf => None,
    });
    let dependent: Vec<Value> = dependent.collect();
    if !dependent.is_empty() {
        table["allOf"] = json!(dependent);
    }
    table
}

fn shape(shape: Shape, path: &str) -> Value {
    match shape {
        Shape::Text => text(path),
        Shape::Zone => json!({ "$ref": "#/$defs/zone" }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Whole | Shape::Percent => {
            let bound = whole_bound(path);
            json!({ "type": "integer", "minimum": bound.start(), "maximum": bound.end() })
        }
        Shape::Score => {
            let bound = score_bound(path);
            json!({ "type": "number", "minimum": bound.start(), "maximum": bound.end() })
        }
        Shape::Length => length(path),
        Shape::Lengths => list(path, &length(path)),
        Shape::Texts => list(path, &text(path)),
        Shape::Choice(words) => json!({ "enum": words }),
        Shape::ByCode(words) => {
            let codes = Code::ALL.into_iter().filter(|code| may_be_told(*code)).map(|code| code.to_string());
            json!({
                "type": "object",
                "propertyNames": { "enum": codes.collect::<Vec<_>>() },
                "additionalProperties": { "enum": words },
            })
        }
        Shape::Table(fields) => table(fields, path),
        Shape::Tables(fields) => list(path, &table(fields, path)),
    }
}

fn list(path: &str, items: &Value) -> Value {
    json!({ "type": "array", "minItems": items_min(path), "maxItems": ITEMS_MAX, "items": items })
}

fn text(path: &str) -> Value {
    json!({ "type": "string", "pattern": NOT_BLANK, "maxLength": text_bound(path).most })
}

fn length(path: &str) -> Value {
    let not = if is_positive(path) { NOT_ZERO } else { NOT_EMPTY };
    let bound = length_bound(path);
    json!({
        "type": "string",
        "allOf": [{ "pattern": LENGTH }, { "pattern": not }],
        "$comment": format!("from {} to {}", bound.least, bound.most),
    })
}

/// The rules across several tables.
fn across_tables() -> Vec<Value> {
    let has = |name: &str, what: Value| json!({ "required": [name], "properties": { name: what } });
    let any_restriction = has("restriction", json!({ "minItems": 1 }));
    let any_consequence = json!({ "anyOf": [any_restriction, { "required": ["email_required"] }] });
    let mut all = vec![
        json!({ "if": any_consequence, "then": { "required": ["feedback"] } }),
        // No limit occurs twice, and at most one is a limit on attempts.
        json!({ "properties": { "limit": {
            "uniqueItems": true,
            "contains": has("code", json!({ "const": "CR0404" })),
            "minContains": 0,
            "maxContains": 1,
        } } }),
    ];
    // The smaller the share that has consequences, the more answers a feedback needs.
    for percent in (10..100).step_by(10) {
        let share = |name: &str| has(name, json!({ "maximum": percent }));
        let of_rule = json!({ "anyOf": [share("reported_percent"), share("declined_percent")] });
        let acts = json!({ "anyOf": [
            has("restriction", json!({ "contains": of_rule })),
            has("email_required", share("reported_percent")),
        ] });
        let enough = json!({ "properties": { "answered": { "minimum": answered_min(percent) } } });
        all.push(json!({ "if": acts, "then": { "properties": { "feedback": enough } } }));
    }
    all
}
