//! How the engine works, and what a program can rely on. Each page is a module without code.

pub mod concepts;
pub mod errors;
pub mod guarantees;
pub mod testing;
