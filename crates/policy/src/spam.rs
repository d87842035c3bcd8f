//! The spam filter: symbols, their scores, and what the sum leads to.

use acquaint_domain::{Code, Evidence, Finding, Symbol, SymbolKind, Whether};

use crate::document::{Spam, SymbolWeight};
use crate::facts::SpamFacts;

/// What the filter saw, weighed.
pub(crate) fn evidence(spam: &Spam, facts: SpamFacts, in_contacts: Whether) -> Evidence {
    let values = [
        (SymbolKind::RepeatedNote, facts.repeated_notes),
        (SymbolKind::Client, u32::from(facts.third_party_client.is_so())),
        (SymbolKind::Velocity, facts.earlier),
    ];
    weighed(spam, values.into_iter(), in_contacts)
}

/// The same evidence with its recorded values weighed again.
pub(crate) fn weighed_again(spam: &Spam, symbols: &[Symbol], in_contacts: Whether) -> Evidence {
    weighed(spam, symbols.iter().map(|symbol| (symbol.kind, symbol.value)), in_contacts)
}

fn weighed(spam: &Spam, values: impl Iterator<Item = (SymbolKind, u32)>, in_contacts: Whether) -> Evidence {
    let symbols: Vec<Symbol> = values
        .map(|(kind, value)| Symbol { kind, value, score_milli: score(weight(spam, kind), value) })
        .collect();
    Evidence::Symbols {
        score_milli: symbols.iter().map(|symbol| symbol.score_milli).sum(),
        symbols,
        hold_at_milli: spam.hold_at_milli,
        refuse_at_milli: spam.refuse_at_milli,
        in_contacts,
    }
}

fn weight(spam: &Spam, kind: SymbolKind) -> &SymbolWeight {
    match kind {
        SymbolKind::RepeatedNote => &spam.repeated_note,
        SymbolKind::Client => &spam.client,
        SymbolKind::Velocity => &spam.velocity,
    }
}

fn score(weight: &SymbolWeight, value: u32) -> i32 {
    let counted = i64::from(weight.each_milli) * i64::from(value);
    counted.min(i64::from(weight.most_milli)) as i32
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
        Some(SymbolKind::Client) => Finding::Failed(Code::Automation),
        Some(SymbolKind::RepeatedNote | SymbolKind::Velocity) | None => Finding::Failed(Code::SpamRefused),
    }
}
