//! A validator for the part of JSON Schema (draft 2020-12) that this project's schemas use. Any other keyword is an error, so
//! that no test passes because a keyword is ignored.

use regex_lite::Regex;
use serde_json::{Map, Value};

/// Keywords that constrain nothing.
const NOTES: [&str; 5] = ["$schema", "$defs", "$comment", "title", "description"];

/// Whether `value` is valid under `schema`.
#[track_caller]
pub(crate) fn is_valid(schema: &Value, value: &Value) -> bool {
    is_of(schema, schema, value)
}

fn is_of(whole: &Value, schema: &Value, value: &Value) -> bool {
    let keywords = match schema {
        Value::Bool(takes_all) => return *takes_all,
        Value::Object(keywords) => keywords,
        Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            panic!("not a schema: {schema}")
        }
    };
    let constraining = keywords.iter().filter(|(keyword, _)| !NOTES.contains(&keyword.as_str()));
    // Evaluate every keyword, so that an unknown one is found whatever the others say.
    let asked: Vec<bool> =
        constraining.map(|(keyword, of)| is_as(whole, keywords, (keyword, of), value)).collect();
    asked.into_iter().all(|is_so| is_so)
}

fn is_as(
    whole: &Value,
    schema: &Map<String, Value>,
    (keyword, of): (&String, &Value),
    value: &Value,
) -> bool {
    let each = |schemas: &Value| -> Vec<bool> {
        array(schemas).iter().map(|schema| is_of(whole, schema, value)).collect()
    };
    match keyword.as_str() {
        "$ref" => {
            let pointer = of.as_str().and_then(|of| of.strip_prefix('#')).expect("within the document");
            is_of(whole, whole.pointer(pointer).expect("a definition"), value)
        }
        "type" => match of.as_array() {
            Some(kinds) => kinds.iter().any(|kind| is_kind(text(kind), value)),
            None => is_kind(text(of), value),
        },
        "const" => value == of,
        "enum" => array(of).contains(value),
        "allOf" => each(of).into_iter().all(|one| one),
        "anyOf" => each(of).into_iter().any(|one| one),
        "oneOf" => each(of).into_iter().filter(|one| *one).count() == 1,
        "not" => !is_of(whole, of, value),
        "if" => {
            let next = if is_of(whole, of, value) { "then" } else { "else" };
            schema.get(next).is_none_or(|next| is_of(whole, next, value))
        }
        "then" | "else" => schema.contains_key("if"),
        "minimum" => value.as_f64().is_none_or(|value| of.as_f64().expect("a number") <= value),
        "maximum" => value.as_f64().is_none_or(|value| value <= of.as_f64().expect("a number")),
        "maxLength" => value.as_str().is_none_or(|value| value.chars().count() <= count(of)),
        "minLength" => value.as_str().is_none_or(|value| value.chars().count() >= count(of)),
        "pattern" => value.as_str().is_none_or(|value| pattern(text(of)).is_match(value)),
        "required" | "properties" | "additionalProperties" | "propertyNames" => {
            value.as_object().is_none_or(|value| is_object_as(whole, schema, (keyword, of), value))
        }
        "items" | "minItems" | "maxItems" | "uniqueItems" | "contains" | "minContains" | "maxContains" => {
            value.as_array().is_none_or(|value| is_array_as(whole, schema, (keyword, of), value))
        }
        unknown => panic!("the keyword `{unknown}` is not known here"),
    }
}

fn is_object_as(
    whole: &Value,
    schema: &Map<String, Value>,
    (keyword, of): (&String, &Value),
    object: &Map<String, Value>,
) -> bool {
    match keyword.as_str() {
        "required" => array(of).iter().all(|name| object.contains_key(text(name))),
        "properties" => of
            .as_object()
            .expect("properties")
            .iter()
            .all(|(name, schema)| object.get(name).is_none_or(|value| is_of(whole, schema, value))),
        "additionalProperties" => object.iter().all(|(name, value)| {
            schema.get("properties").is_some_and(|known| known.get(name).is_some()) || is_of(whole, of, value)
        }),
        "propertyNames" => object.keys().all(|name| is_of(whole, of, &Value::String(name.clone()))),
        other => panic!("`{other}` is not about objects"),
    }
}

fn is_array_as(
    whole: &Value,
    schema: &Map<String, Value>,
    (keyword, of): (&String, &Value),
    values: &[Value],
) -> bool {
    match keyword.as_str() {
        "items" => values.iter().all(|value| is_of(whole, of, value)),
        "minItems" => values.len() >= count(of),
        "maxItems" => values.len() <= count(of),
        "uniqueItems" => {
            let is_new = |(place, value): (usize, &Value)| !values[..place].contains(value);
            *of != Value::Bool(true) || values.iter().enumerate().all(is_new)
        }
        "contains" => {
            let found = values.iter().filter(|value| is_of(whole, of, value)).count();
            let bound = |name: &str, otherwise: usize| schema.get(name).map_or(otherwise, count);
            (bound("minContains", 1)..=bound("maxContains", usize::MAX)).contains(&found)
        }
        "minContains" | "maxContains" => schema.contains_key("contains"),
        other => panic!("`{other}` is not about arrays"),
    }
}

fn is_kind(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("the type `{other}` is not known here"),
    }
}

fn pattern(of: &str) -> Regex {
    // Schemas escape characters as ECMAScript does.
    let of = Regex::new(r"\\u([0-9a-fA-F]{4})").expect("a pattern").replace_all(of, r"\x{${1}}");
    Regex::new(&of).expect("a pattern")
}

fn array(of: &Value) -> &[Value] {
    of.as_array().expect("a list")
}

fn text(of: &Value) -> &str {
    of.as_str().expect("a text")
}

fn count(of: &Value) -> usize {
    usize::try_from(of.as_u64().expect("a whole number")).expect("a number in memory")
}

#[test]
fn an_unknown_keyword_is_an_error() {
    let schema = serde_json::json!({ "const": 2, "multipleOf": 2 });
    assert!(std::panic::catch_unwind(|| is_valid(&schema, &schema)).is_err());
}
