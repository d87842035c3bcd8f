//! The spam filter in words: what it saw, and, for those who may know, what each counted for.

use acquaint_domain::{Code, Evidence, Symbol, SymbolKind};

use crate::answer::Viewer;
use crate::catalogue::entry;
use crate::wording::{counted, score};

/// Why the filter stopped a request. INVARIANT (class only): members are told the class and their own numbers, never
/// what they count for.
pub(crate) fn reason(evidence: &Evidence, code: Code, viewer: Viewer) -> String {
    let Evidence::Symbols { symbols, score_milli, hold_at_milli, refuse_at_milli, .. } = evidence else {
        return entry(code).title.to_owned();
    };
    let class = if code == Code::Automation {
        "it looks as if a tool had sent it"
    } else {
        "it looks like bulk sending"
    };
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

/// What the filter measured, as the sender may know it: numbers of their own, and nothing of what they count for.
pub(crate) fn own_numbers(symbols: &[Symbol]) -> String {
    let measured: Vec<String> = symbols.iter().filter(|symbol| saw_something(symbol)).map(saw).collect();
    if measured.is_empty() { "it saw nothing to speak of".to_owned() } else { measured.join(", ") }
}

/// What the filter measured and what each counted for: against the request, in its favour, and not at all.
pub(crate) fn scores(symbols: &[Symbol]) -> String {
    let weighed = |symbol: &Symbol| format!("{} ({})", saw(symbol), score(symbol.score_milli));
    let group = |name: &str, belongs: fn(&Symbol) -> bool, text: &dyn Fn(&Symbol) -> String| {
        let texts: Vec<String> = symbols.iter().filter(|symbol| belongs(symbol)).map(text).collect();
        (!texts.is_empty()).then(|| format!("{name}: {}", texts.join(", ")))
    };
    let groups = [
        group("against", |symbol| symbol.score_milli > 0, &weighed),
        group("in favour", |symbol| symbol.score_milli < 0, &weighed),
        group("counts nothing", |symbol| symbol.score_milli == 0 && saw_something(symbol), &saw),
    ];
    let told: Vec<String> = groups.into_iter().flatten().collect();
    if told.is_empty() { "it saw nothing to speak of".to_owned() } else { told.join("; ") }
}

const fn saw_something(symbol: &Symbol) -> bool {
    symbol.value > 0 || symbol.of > 0
}

/// What a symbol saw.
fn saw(symbol: &Symbol) -> String {
    let Symbol { kind, value, of, .. } = *symbol;
    match kind {
        SymbolKind::RepeatedNote => {
            format!("{} with nearly the same note", counted(value, "earlier request"))
        }
        SymbolKind::Client => "sent by a third-party program".to_owned(),
        SymbolKind::Velocity => format!("{} shortly before", counted(value, "request")),
        SymbolKind::Regularity => format!("{value} of {} alike", counted(of, "interval")),
        SymbolKind::Strangers => format!("{value} of {} to strangers", counted(of, "earlier request")),
        SymbolKind::Sequential => format!("{value} members asked in the order of their numbers"),
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
