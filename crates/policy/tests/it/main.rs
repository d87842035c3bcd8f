//! The rules of both sides: tables of cases, and tests against models.

mod bounds;
mod document;
mod given;
mod json_schema;
mod limits;
mod memory;
mod recipient;
mod reminder;
mod rules;
mod schema;
mod shadow;
mod spam;
mod warnings;
mod windows;
