//! The rules of both sides, in tables and against a model.

mod bounds;
mod document;
mod given;
mod json_schema;
mod ladder;
mod limits;
mod memory;
mod recipient;
mod reminder;
mod schema;
mod shadow;
mod spam;
mod warnings;
mod windows;
