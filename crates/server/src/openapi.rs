//! The OpenAPI document, made from the table of routes.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::table::{Route, RouteView, routes};

/// The document, OpenAPI 3.1.
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for route in routes() {
        let operation = operation(&route, &mut generator);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.verb.name().to_lowercase()] = operation;
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Problem".to_owned(), problem());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "acquaint",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Connection requests, and where they went. docs/api.md explains the whole.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    for part in route.path.split('/') {
        if let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            parameters.push(
                json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }),
            );
        }
    }
    if let Some(query) = route.query {
        let schema = query(generator).to_value();
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = required.iter().any(|known| known == name);
            parameters
                .push(json!({ "name": name, "in": "query", "required": is_required, "schema": schema }));
        }
    }
    if matches!(route.sees, RouteView::Own | RouteView::OwnOrBoth) {
        let description = "The member that a service or the operator acts for, by its id.";
        parameters.push(header("Acquaint-Member", description));
    }
    if route.is_idempotent {
        parameters
            .push(header("Idempotency-Key", "The same key and body give the same answer for seven days."));
    }
    if route.is_recorded {
        parameters
            .push(header("Acquaint-Reason", "Why staff looks; recorded, and told to the member on request."));
    }
    if route.media == "text/event-stream" {
        parameters.push(header("Last-Event-ID", "The `id` of the last event that was read."));
    }
    let mut operation = json!({
        "operationId": route.name,
        "summary": route.summary,
        "parameters": parameters,
        "responses": responses(route, generator),
    });
    if let Some(body) = route.body {
        let schema = body(generator).to_value();
        operation["requestBody"] =
            json!({ "required": true, "content": { "application/json": { "schema": schema } } });
    }
    if route.sees == RouteView::Public {
        operation["security"] = json!([]);
    }
    operation
}

fn responses(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let reply = (route.reply)(generator).to_value();
    let good = json!({ "description": "The answer.", "content": { route.media: { "schema": reply } } });
    let mut responses = Map::new();
    responses.insert(route.status.as_str().to_owned(), good);
    let problem = json!({
        "description": "A problem document (RFC 9457).",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
    });
    responses.insert("default".to_owned(), problem);
    Value::Object(responses)
}

fn header(name: &str, description: &str) -> Value {
    json!({
        "name": name, "in": "header", "required": false, "description": description,
        "schema": { "type": "string" },
    })
}

fn problem() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "reason", "hints"],
        "properties": {
            "type": { "type": "string", "format": "uri" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "code": { "type": "string", "description": "What programs branch on." },
            "reason": { "type": ["string", "null"], "description": "A reason code that explains it." },
            "hints": { "type": "array", "items": {
                "type": "object",
                "required": ["hint", "value", "text"],
                "properties": {
                    "hint": { "type": "string" },
                    "value": { "type": ["string", "null"] },
                    "text": { "type": "string" },
                },
            } },
        },
    })
}
