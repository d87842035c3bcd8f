//! What the spam filter looks at.

/// One thing that the spam filter looked at, and what it saw there.
///
/// A symbol that saw nothing (0 of 0) counts nothing and is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Symbol {
    /// Which symbol it is.
    pub kind: SymbolKind,
    /// What it measured, in the unit of its kind.
    pub value: u32,
    /// Out of how many, where the kind is a share; 0 where it is a plain number.
    pub of: u32,
    /// What that counts for, in thousandths; below 0 in favour of the request.
    pub score_milli: i32,
}

/// The kinds of symbols. Each looks at what the sender's desk knows, at earlier requests only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymbolKind {
    /// Earlier requests with nearly the same note.
    RepeatedNote,
    /// 1 when a third-party program sent it, else 0.
    Client,
    /// Earlier requests, shortly before.
    Velocity,
    /// Intervals between earlier requests that are alike, of how many.
    Regularity,
    /// Earlier requests to people with no mutual connection, no common company and no place among the contacts, of how
    /// many whose recipients the desk can place.
    Strangers,
    /// The length of the run of earlier requests to one member number after another.
    Sequential,
    /// The account's age in whole days, of how many during which it is young; nothing afterwards.
    YoungAccount,
    /// Hundredths of private answers that were reports, of 100; in tens and with noise, from the weekly feedback.
    Reports,
    /// Earlier requests that were accepted, of how many that have had time to be; one that had half its time is half.
    Acceptance,
    /// Earlier requests to imported contacts, of how many.
    Contacts,
    /// Members who are connected with both.
    Mutuals,
    /// 1 when the two show the same company, else 0.
    Company,
    /// Whole weeks that the account has been in good standing.
    Standing,
}

impl SymbolKind {
    /// Every kind, in the order in which they are looked at and recorded.
    pub const ALL: [Self; 13] = [
        Self::RepeatedNote,
        Self::Client,
        Self::Velocity,
        Self::Regularity,
        Self::Strangers,
        Self::Sequential,
        Self::YoungAccount,
        Self::Reports,
        Self::Acceptance,
        Self::Contacts,
        Self::Mutuals,
        Self::Company,
        Self::Standing,
    ];
}
