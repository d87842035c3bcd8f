//! The rules of the sender's side, in tables and against a model.

mod bounds;
mod document;
mod given;
mod ladder;
mod limits;
mod memory;
mod recipient;
mod shadow;
mod spam;
mod windows;
