//! What symbols count for, and what the sum leads to.

use acquaint_domain::{Code, Evidence, Finding, Symbol, SymbolKind, Whether};

use super::document::{Spam, SymbolWeight};
use super::{Share, SpamFacts};

/// What the filter saw, weighed.
pub(crate) fn evidence(spam: &Spam, facts: &SpamFacts, in_contacts: Whether) -> Evidence {
    weighed(spam, facts.seen(), in_contacts)
}

/// The same evidence with its recorded values weighed again.
pub(crate) fn weighed_again(spam: &Spam, symbols: &[Symbol], in_contacts: Whether) -> Evidence {
    let share = |symbol: &Symbol| Share { value: symbol.value, of: symbol.of };
    weighed(spam, symbols.iter().map(|symbol| (symbol.kind, share(symbol))), in_contacts)
}

fn weighed(spam: &Spam, seen: impl Iterator<Item = (SymbolKind, Share)>, in_contacts: Whether) -> Evidence {
    let symbols: Vec<Symbol> = seen
        .map(|(kind, share)| {
            let score_milli = spam.weight(kind).map_or(0, |weight| score(weight, share));
            Symbol { kind, value: share.value, of: share.of, score_milli }
        })
        .collect();
    Evidence::Symbols {
        score_milli: symbols.iter().fold(0, |sum, symbol| sum.saturating_add(symbol.score_milli)),
        symbols,
        hold_at_milli: spam.hold_at_milli,
        refuse_at_milli: spam.refuse_at_milli,
        in_contacts,
    }
}

/// What a share counts for. INVARIANT (silence counts nothing): 0 of 0 is 0 with every weight.
fn score(weight: &SymbolWeight, share: Share) -> i32 {
    let value = i64::from(share.value.saturating_sub(weight.free));
    let counted = i64::from(weight.each_milli) * value + i64::from(weight.of_each_milli) * i64::from(share.of);
    counted.clamp(i64::from(weight.least_milli.min(0)), i64::from(weight.most_milli.max(0))) as i32
}

/// What the sum of the scores leads to. Nothing is refused or held when the address used is an imported contact's.
pub(crate) fn find(
    symbols: &[Symbol],
    score: i32,
    hold_at: i32,
    refuse_at: i32,
    in_contacts: Whether,
) -> Finding {
    if in_contacts.is_so() || score < hold_at {
        return Finding::Passed;
    }
    if score < refuse_at {
        return Finding::Held(Code::SpamHeld);
    }
    let strongest = symbols.iter().max_by_key(|symbol| symbol.score_milli);
    match strongest.map(|symbol| symbol.kind) {
        Some(SymbolKind::Client | SymbolKind::Regularity) => Finding::Failed(Code::Automation),
        Some(
            SymbolKind::RepeatedNote
            | SymbolKind::Velocity
            | SymbolKind::Strangers
            | SymbolKind::Sequential
            | SymbolKind::YoungAccount
            | SymbolKind::Reports
            | SymbolKind::Acceptance
            | SymbolKind::Contacts
            | SymbolKind::Mutuals
            | SymbolKind::Company
            | SymbolKind::Standing,
        )
        | None => Finding::Failed(Code::SpamRefused),
    }
}
