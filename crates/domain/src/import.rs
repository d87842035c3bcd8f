//! Imports: other networks' records, members' own exports, and what this network had before its log.

mod event;
mod inherited;

pub mod export;

pub use event::Event;
pub use inherited::{FilePrefix, ImportedPlace, ImportedRecord};
