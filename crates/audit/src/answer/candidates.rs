//! Several possible causes: what is certain anyway, what would distinguish them, and what cannot be learned.

/// What a viewer knows about a request with several possible causes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// What is certain, whichever cause it is.
    pub certain: Vec<String>,
    /// What would distinguish the causes.
    pub distinguished_by: Vec<String>,
    /// What this viewer can never learn here.
    pub never: Vec<String>,
}
