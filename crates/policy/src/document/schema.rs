//! The JSON Schema of a document, for editors.

use acquaint_domain::bounds::{CLIENT, POLICY_TEXT};
use serde_json::{Map, Value, json};

use super::bounds::ITEMS_MAX;
use super::fields::DOCUMENT;
use super::shape::{Field, Need, Shape};

/// The JSON Schema (draft 2020-12) of a policy's document, as text.
pub fn schema() -> String {
    let Value::Object(mut whole) = table(DOCUMENT) else { return String::new() };
    whole.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    whole.insert("title".to_owned(), json!("acquaint policy"));
    serde_json::to_string_pretty(&Value::Object(whole)).unwrap_or_default()
}

fn table(fields: &[Field]) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut value = shape(field.shape);
        value["description"] = json!(field.about);
        properties.insert(field.name.to_owned(), value);
    }
    let required = fields.iter().filter(|field| field.need == Need::Required).map(|field| field.name);
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": required.collect::<Vec<_>>(),
        "properties": properties,
    })
}

fn shape(shape: Shape) -> Value {
    let length =
        || json!({ "type": "string", "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$" });
    match shape {
        Shape::Text => json!({ "type": "string", "minLength": 1, "maxLength": POLICY_TEXT.most }),
        Shape::Zone => json!({ "type": "string", "minLength": 1 }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Whole => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
        Shape::Percent => json!({ "type": "integer", "minimum": 0, "maximum": 100 }),
        Shape::Score => json!({ "type": "number", "minimum": -1000, "maximum": 1000 }),
        Shape::Length => length(),
        Shape::Lengths => json!({ "type": "array", "maxItems": ITEMS_MAX, "items": length() }),
        Shape::Texts => json!({
            "type": "array",
            "maxItems": ITEMS_MAX,
            "items": { "type": "string", "minLength": 1, "maxLength": CLIENT.most },
        }),
        Shape::Choice(words) => json!({ "type": "string", "enum": words }),
        Shape::ByCode(words) => json!({
            "type": "object",
            "propertyNames": { "pattern": "^CR[0-9]{4}$" },
            "additionalProperties": { "type": "string", "enum": words },
        }),
        Shape::Table(fields) => table(fields),
        Shape::Tables(fields) => json!({ "type": "array", "maxItems": ITEMS_MAX, "items": table(fields) }),
    }
}
