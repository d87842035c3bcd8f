//! The rules of both sides, in tables and against a model.

mod bounds;
mod document;
mod given;
mod ladder;
mod limits;
mod memory;
mod recipient;
mod reminder;
mod shadow;
mod spam;
mod windows;
