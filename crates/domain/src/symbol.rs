//! The symbols of the spam filter.

/// One thing that the spam filter weighs, with what it measured.
///
/// A symbol that measured nothing (0 of 0) scores nothing and is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Symbol {
    /// Which symbol it is.
    pub kind: SymbolKind,
    /// What it measured, in the unit of its kind.
    pub value: u32,
    /// Out of how many, where the kind is a share; 0 where it is a plain number.
    pub of: u32,
    /// Its score, in thousandths; negative in favour of the request.
    pub score_milli: i32,
}

/// The kinds of symbols. Each looks only at what the sender's desk knows, and only at earlier requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymbolKind {
    /// Earlier requests with nearly the same note.
    RepeatedNote,
    /// 1 when a third-party program sent it, else 0.
    Client,
    /// Earlier requests shortly before this one.
    Velocity,
    /// Intervals between earlier requests that are alike, out of all such intervals.
    Regularity,
    /// Earlier requests to people with no mutual connection, no common company and no entry among the contacts, out of
    /// those whose recipient the desk knows.
    Strangers,
    /// The length of the run of latest earlier requests whose member numbers rise, or fall, in small steps.
    Sequential,
    /// The account's age in whole days, out of the number of days during which it is young; nothing afterwards.
    YoungAccount,
    /// Percentage of private answers that were reports, out of 100; in tens and with noise, from the weekly feedback.
    Reports,
    /// Earlier requests that were accepted, out of those that have had time to be. One without an answer counts in part,
    /// by the part of that time that has passed.
    Acceptance,
    /// Earlier requests to imported contacts, out of all earlier requests.
    Contacts,
    /// Mutual connections of the two.
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
