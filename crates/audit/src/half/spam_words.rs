//! The spam filter in words: what it measured, and for staff how much each symbol scored.

use acquaint_domain::{Code, Evidence, Symbol, SymbolKind};

use crate::answer::Viewer;
use crate::catalogue::entry;
use crate::wording::{counted, score};

/// Why the filter stopped a request. INVARIANT (class only): members are told the class and their own numbers, never
/// the scores.
pub(crate) fn reason(evidence: &Evidence, code: Code, viewer: Viewer) -> String {
    let Evidence::Symbols { symbols, score_milli, hold_at_milli, refuse_at_milli, .. } = evidence else {
        return entry(code).title.to_owned();
    };
    let class =
        if code == Code::Automation { "it looks as if a tool sent it" } else { "it looks like bulk sending" };
    match viewer {
        Viewer::Sender | Viewer::Recipient => format!("{class} ({})", own_numbers(symbols)),
        Viewer::Agent | Viewer::Engineer => format!(
            "{class}: score {}, held from {} and refused from {} on ({})",
            score(*score_milli),
            score(*hold_at_milli),
            score(*refuse_at_milli),
            scores(symbols)
        ),
    }
}

/// What the filter measured, as the sender may know it: the sender's own numbers, without their scores.
pub(crate) fn own_numbers(symbols: &[Symbol]) -> String {
    let measured: Vec<String> = symbols.iter().filter(|symbol| is_present(symbol)).map(measured).collect();
    if measured.is_empty() { NOTHING_NOTABLE.to_owned() } else { measured.join(", ") }
}

/// What the filter measured, with scores: against the request, in its favour, and without effect.
pub(crate) fn scores(symbols: &[Symbol]) -> String {
    let scored = |symbol: &Symbol| format!("{} ({})", measured(symbol), score(symbol.score_milli));
    let group = |name: &str, belongs: fn(&Symbol) -> bool, text: &dyn Fn(&Symbol) -> String| {
        let texts: Vec<String> = symbols.iter().filter(|symbol| belongs(symbol)).map(text).collect();
        (!texts.is_empty()).then(|| format!("{name}: {}", texts.join(", ")))
    };
    let groups = [
        group("against", |symbol| symbol.score_milli > 0, &scored),
        group("in favour", |symbol| symbol.score_milli < 0, &scored),
        group("counts nothing", |symbol| symbol.score_milli == 0 && is_present(symbol), &measured),
    ];
    let shown: Vec<String> = groups.into_iter().flatten().collect();
    if shown.is_empty() { NOTHING_NOTABLE.to_owned() } else { shown.join("; ") }
}

const NOTHING_NOTABLE: &str = "it found nothing notable";

const fn is_present(symbol: &Symbol) -> bool {
    symbol.value > 0 || symbol.of > 0
}

/// What a symbol measured.
fn measured(symbol: &Symbol) -> String {
    let Symbol { kind, value, of, .. } = *symbol;
    match kind {
        SymbolKind::RepeatedNote => {
            format!("{} with nearly the same note", counted(value, "earlier request"))
        }
        SymbolKind::Client => "sent by a third-party program".to_owned(),
        SymbolKind::Velocity => format!("{} shortly before", counted(value, "request")),
        SymbolKind::Regularity => format!("{value} of {} alike", counted(of, "interval")),
        SymbolKind::Strangers => format!("{value} of {} to strangers", counted(of, "earlier request")),
        SymbolKind::Sequential => format!("{value} members asked in order of their ids"),
        SymbolKind::YoungAccount => format!("an account {} old", counted(value, "day")),
        SymbolKind::Reports => format!("about {value} of {of} resolved requests reported"),
        SymbolKind::Acceptance => {
            format!("about {value} of {} accepted, open ones counted in part", counted(of, "earlier request"))
        }
        SymbolKind::Contacts => {
            format!("{value} of {} to imported contacts", counted(of, "earlier request"))
        }
        SymbolKind::Mutuals => format!("{} in common", counted(value, "connection")),
        SymbolKind::Company => "the same company".to_owned(),
        SymbolKind::Standing => format!("{} in good standing", counted(value, "week")),
    }
}
