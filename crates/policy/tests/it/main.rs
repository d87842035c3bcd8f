//! The rules of the sender's side, in tables and against a model.

mod given;
mod ladder;
mod limits;
mod memory;
mod spam;
