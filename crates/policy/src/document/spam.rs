//! The `[spam]` table: symbols with weights, and what their sum leads to.

use std::collections::BTreeSet;

use acquaint_domain::Span;
use serde::Deserialize;

use super::read::{some_span, span, thousandths};
use super::shape::{Field, Shape, optional, required};

/// What the table holds.
pub(super) const FIELDS: &[Field] = &[
    required("window", Shape::Length, "How far back notes are compared."),
    required("hold_at", Shape::Score, "From this score on a request is held."),
    required("refuse_at", Shape::Score, "From this score on it is refused."),
    required("clients_allowed", Shape::Texts, "Programs that may send for members."),
    required("repeated_note", SYMBOL, "Earlier requests in the window with the same note."),
    required("client", SYMBOL, "A third-party program."),
    required("velocity", SYMBOL, "Earlier requests in the symbol's own window."),
    required("source", Shape::Text, "Where the numbers come from."),
];

const SYMBOL: Shape = Shape::Table(&[
    optional("window", Shape::Length, "How far back it looks; the filter's window where it says nothing."),
    required("each", Shape::Score, "What each unit of its value counts."),
    required("most", Shape::Score, "What it can count at most."),
    required("source", Shape::Text, "Where the numbers come from."),
]);

/// The spam filter: symbols with scores, and what their sum leads to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spam {
    /// How far back notes are compared.
    #[serde(deserialize_with = "span")]
    pub window: Span,
    /// From this score on a request is held, in thousandths.
    #[serde(rename = "hold_at", deserialize_with = "thousandths")]
    pub hold_at_milli: i32,
    /// From this score on it is refused, in thousandths.
    #[serde(rename = "refuse_at", deserialize_with = "thousandths")]
    pub refuse_at_milli: i32,
    /// Programs that may send for members.
    pub clients_allowed: BTreeSet<String>,
    /// Earlier requests in the window with the same note.
    pub repeated_note: SymbolWeight,
    /// A third-party program.
    pub client: SymbolWeight,
    /// Earlier requests in the symbol's own window.
    pub velocity: SymbolWeight,
    /// Where the numbers come from.
    pub source: String,
}

/// What a symbol counts for.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SymbolWeight {
    /// How far back it looks; the filter's window where it says nothing.
    #[serde(default, deserialize_with = "some_span")]
    pub window: Option<Span>,
    /// For each unit of its value, in thousandths.
    #[serde(rename = "each", deserialize_with = "thousandths")]
    pub each_milli: i32,
    /// At most, in thousandths.
    #[serde(rename = "most", deserialize_with = "thousandths")]
    pub most_milli: i32,
    /// Where the numbers come from.
    pub source: String,
}
