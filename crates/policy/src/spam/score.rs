//! The scores of symbols, and the consequences of their sum.

use acquaint_domain::{Code, Evidence, Finding, Symbol, SymbolKind};

use super::document::{Spam, SymbolWeight};
use super::{Share, SpamFacts};

/// The filter's evidence: what the symbols saw, weighed.
pub(crate) fn evidence(spam: &Spam, facts: &SpamFacts, in_contacts: bool) -> Evidence {
    weighed(spam, facts.seen(), in_contacts)
}

/// The same evidence with its recorded values weighed again.
pub(crate) fn weighed_again(spam: &Spam, symbols: &[Symbol], in_contacts: bool) -> Evidence {
    let share = |symbol: &Symbol| Share { value: symbol.value, of: symbol.of };
    weighed(spam, symbols.iter().map(|symbol| (symbol.kind, share(symbol))), in_contacts)
}

fn weighed(spam: &Spam, seen: impl Iterator<Item = (SymbolKind, Share)>, in_contacts: bool) -> Evidence {
    let mut symbols = Vec::with_capacity(SymbolKind::ALL.len());
    symbols.extend(seen.map(|(kind, share)| {
        let score_milli = spam.weight(kind).map_or(0, |weight| score(weight, share));
        Symbol { kind, value: share.value, of: share.of, score_milli }
    }));
    let is_accepted =
        symbols.iter().any(|symbol| symbol.kind == SymbolKind::Acceptance && symbol.score_milli < 0);
    if is_accepted {
        let yields = |kind| spam.weight(kind).is_some_and(|weight| weight.unless_accepted);
        let against = symbols.iter_mut().filter(|symbol| symbol.score_milli > 0 && yields(symbol.kind));
        against.for_each(|symbol| symbol.score_milli = 0);
    }
    Evidence::Symbols {
        score_milli: symbols.iter().fold(0, |sum, symbol| sum.saturating_add(symbol.score_milli)),
        symbols,
        hold_at_milli: spam.hold_at_milli,
        refuse_at_milli: spam.refuse_at_milli,
        in_contacts,
    }
}

/// The score of a share. INVARIANT (silence counts nothing): 0 of 0 scores 0 with every weight.
fn score(weight: &SymbolWeight, share: Share) -> i32 {
    if share.of < weight.of_least {
        return 0;
    }
    let counted = match weight.odds {
        Some(odds) => {
            let unanswered = share.of.saturating_sub(share.value);
            (i64::from(weight.each_milli) * odds.log_ratio_milli(share.value, unanswered)).div_euclid(1_000)
        }
        None => {
            let value = i64::from(share.value.saturating_sub(weight.free));
            i64::from(weight.each_milli) * value + i64::from(weight.of_each_milli) * i64::from(share.of)
        }
    };
    counted.clamp(i64::from(weight.least_milli.min(0)), i64::from(weight.most_milli.max(0))) as i32
}

/// The consequence of the sum of the scores. A request to the address of an imported contact is never held or refused.
pub(crate) fn find(
    symbols: &[Symbol],
    score: i32,
    hold_at: i32,
    refuse_at: i32,
    in_contacts: bool,
) -> Finding {
    if in_contacts || score < hold_at {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn weight(
        free: u32,
        each_milli: i32,
        of_each_milli: i32,
        least_milli: i32,
        most_milli: i32,
    ) -> SymbolWeight {
        let (window, source) = (None, String::new());
        let of_least = 2;
        let (odds, unless_accepted) = (None, false);
        SymbolWeight {
            window,
            free,
            of_least,
            each_milli,
            of_each_milli,
            least_milli,
            most_milli,
            odds,
            unless_accepted,
            source,
        }
    }

    fn plain(free: u32, each_milli: i32, most_milli: i32) -> SymbolWeight {
        SymbolWeight { of_least: 0, ..weight(free, each_milli, 0, 0, most_milli) }
    }

    #[test]
    fn a_share_counts_by_its_value_and_its_total_between_least_and_most() {
        let table: [(SymbolWeight, (u32, u32), i32); 11] = [
            (plain(0, 1_500, 9_000), (4, 0), 6_000),
            (plain(0, 1_500, 9_000), (100, 0), 9_000),
            (plain(4, 100, 500), (4, 0), 0),
            (plain(4, 100, 500), (6, 0), 200),
            // 18 of 20: 10.8 - 6.0
            (weight(0, 600, -300, 0, 9_000), (18, 20), 4_800),
            (weight(0, 600, -300, 0, 9_000), (8, 20), 0),
            (weight(0, 600, -300, 0, 9_000), (2, 2), 600),
            (weight(0, 600, -300, 0, 9_000), (1, 1), 0),
            // 3 of 20 accepted: -3.0 + 5.0
            (weight(0, -1_000, 250, -6_000, 4_000), (3, 20), 2_000),
            (weight(0, -1_000, 250, -6_000, 4_000), (15, 20), -6_000),
            (weight(0, 1_000_000, 1_000_000, 0, 1_000_000), (u32::MAX, u32::MAX), 1_000_000),
        ];
        for (weight, (value, of), then) in table {
            assert_eq!(score(&weight, Share { value, of }), then, "{value} of {of} by {weight:?}");
        }
    }

    #[test]
    fn the_strongest_symbol_decides_between_automation_and_bulk_sending() {
        let found = |kind| {
            let symbols = [
                Symbol { kind: SymbolKind::Standing, value: 9, of: 0, score_milli: -500 },
                Symbol { kind, value: 1, of: 0, score_milli: 11_000 },
                Symbol { kind: SymbolKind::YoungAccount, value: 1, of: 14, score_milli: 100 },
            ];
            find(&symbols, 10_600, 6_000, 10_000, false)
        };
        let machines = [SymbolKind::Client, SymbolKind::Regularity];
        for kind in SymbolKind::ALL {
            let code = if machines.contains(&kind) { Code::Automation } else { Code::SpamRefused };
            assert_eq!(found(kind), Finding::Failed(code), "{kind:?}");
        }
    }
}
