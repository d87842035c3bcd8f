//! Several candidate causes: what is certain all the same, what would tell them apart, and what never will.

/// What is known of a request whose cause cannot be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// What is certain, whichever it is.
    pub certain: Vec<String>,
    /// What would tell them apart.
    pub tells_apart: Vec<String>,
    /// What this viewer can never learn here.
    pub never: Vec<String>,
}
