//! Checks before sending: the article's best practices, as findings about one request.

use acquaint_domain::{Evidence, Span, Standing, SymbolKind, Timestamp};
use acquaint_policy::{AddressLookup, Facts, Limit, LimitBasis, Policy, Window, spam_evidence, unit};

use crate::half::spam_words::own_numbers;
use crate::wording::{counted, days, moment, window};

/// One of the article's best practices, and whether the request follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Practice {
    /// Its name, such as `personal-note`.
    pub name: &'static str,
    /// The article's advice, in short.
    pub advice: &'static str,
    /// Whether the request follows it.
    pub finding: PracticeFinding,
    /// What was found, with the sender's own numbers.
    pub found: String,
    /// What to do; empty where nothing needs to be done.
    pub to_do: String,
    /// What this program offers for it; `None` where there is none.
    pub tool: Option<PracticeTool>,
}

/// What the program offers for following a practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PracticeTool {
    /// A note with the request.
    Note,
    /// The list of requests that are worth a second look.
    FollowUp,
}

/// Whether a request follows a practice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PracticeFinding {
    /// The request follows the advice.
    Well,
    /// The request could be better.
    Better,
    /// A rule stops the request because of it.
    Stops,
}

impl PracticeFinding {
    /// The finding's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Better => "better",
            Self::Stops => "stops it",
        }
    }
}

/// The sender's open requests that are due for a follow-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCounts {
    /// Number of open requests that are old enough to follow up.
    pub old: u32,
    /// The age of the oldest of them.
    pub oldest: Span,
}

/// The findings about a send, in the article's order. INVARIANT (two desks): they depend on the sender's side alone.
pub fn practices(
    facts: &Facts,
    policy: &Policy,
    has_note: bool,
    waiting: Option<OpenCounts>,
) -> Vec<Practice> {
    vec![
        note(facts, has_note),
        common_bonds(facts),
        limit(facts, policy),
        follow_up(waiting),
        standing(facts, policy),
        tools(facts),
        address(facts.address),
    ]
}

fn note(facts: &Facts, has_note: bool) -> Practice {
    let repeated = facts.spam.of(SymbolKind::RepeatedNote).value;
    let (finding, found, to_do) = match (has_note, repeated) {
        (false, _) => (
            PracticeFinding::Better,
            "there is no note".to_owned(),
            "Say in a note who you are and why you ask.",
        ),
        (true, 0) => (PracticeFinding::Well, "no earlier request had the same note".to_owned(), ""),
        (true, _) => (
            PracticeFinding::Better,
            format!("{} shortly before had nearly the same note", counted(repeated, "request")),
            "Write each person an individual note: repeating the same one looks like bulk sending.",
        ),
    };
    let tool = (!has_note).then_some(PracticeTool::Note);
    let practice =
        practice("personal-note", "Personalise each request with a message.", finding, found, to_do);
    Practice { tool, ..practice }
}

fn common_bonds(facts: &Facts) -> Practice {
    let known = facts.in_contacts;
    let (finding, found) = match (known, facts.distance) {
        (true, _) => (PracticeFinding::Well, "the address is among the imported contacts".to_owned()),
        (false, Some(distance)) if distance.degree == Some(1) => {
            (PracticeFinding::Well, "the two are connected".to_owned())
        }
        (false, Some(distance)) if distance.mutuals > 0 => {
            (PracticeFinding::Well, format!("{} in common", counted(distance.mutuals, "connection")))
        }
        (false, Some(distance)) if distance.degree.is_some() => {
            (PracticeFinding::Better, "no connection in common, but a path of 3 steps".to_owned())
        }
        (false, Some(_)) => {
            (PracticeFinding::Better, "no connection in common, and no path within 3 steps".to_owned())
        }
        (false, None) => {
            (PracticeFinding::Better, "the address is not among the imported contacts".to_owned())
        }
    };
    let to_do = match finding {
        PracticeFinding::Well => "",
        PracticeFinding::Better | PracticeFinding::Stops => {
            "Ask people you know, or say in the note what you share."
        }
    };
    practice("common-bonds", "Connect with people you know or share bonds with.", finding, found, to_do)
}

fn limit(facts: &Facts, policy: &Policy) -> Practice {
    let advice = "Watch the daily limit.";
    let counted =
        policy.limits.iter().zip(&facts.usage).filter(|(limit, _)| limit.counts() == LimitBasis::Requests);
    let known = counted.filter_map(|(limit, usage)| Some((limit, usage, usage.used()?)));
    let left = |limit: &Limit, used: u32| i64::from(limit.at_most.of(facts.tier)) - i64::from(used);
    let Some((limit, usage, used)) = known.min_by_key(|(limit, _, used)| left(limit, *used)) else {
        return practice(
            "request-limit",
            advice,
            PracticeFinding::Well,
            "the policy has no limit".to_owned(),
            "",
        );
    };
    let most = limit.at_most.of(facts.tier);
    let found = match &limit.window {
        Window::Rolling(length) => format!("{used} of {most} were sent in the last {}", window(*length)),
        Window::FromFirst(_) | Window::Day(_) | Window::Week(_) => {
            format!("{used} of {most}{} were sent", unit(limit))
        }
    };
    match usage.frees_at(most) {
        Some(frees_at) => {
            let to_do = format!("Send from {} on, when the next one frees.", moment(frees_at));
            Practice { to_do, ..practice("request-limit", advice, PracticeFinding::Stops, found, "") }
        }
        None if used.saturating_mul(10) >= most.saturating_mul(8) => {
            let to_do = "Spread requests over several days.";
            practice("request-limit", advice, PracticeFinding::Better, found, to_do)
        }
        None => practice("request-limit", advice, PracticeFinding::Well, found, ""),
    }
}

fn follow_up(waiting: Option<OpenCounts>) -> Practice {
    let (finding, found, to_do) = match waiting {
        None => (PracticeFinding::Well, "no open request is old enough to follow up".to_owned(), ""),
        Some(OpenCounts { old, oldest }) => (
            PracticeFinding::Better,
            format!("{} old enough to follow up, the oldest {}", is_open(old), days(oldest)),
            "Look at those first.",
        ),
    };
    let tool = waiting.map(|_| PracticeTool::FollowUp);
    Practice { tool, ..practice("follow-up", "Follow up on pending requests.", finding, found, to_do) }
}

/// A count with its verb, as in `1 open request is`, `3 open requests are`.
fn is_open(number: u32) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", counted(number, "open request"))
}

fn standing(facts: &Facts, policy: &Policy) -> Practice {
    let advice = "Keep the account in good standing by avoiding spam.";
    let is_so = |since: Timestamp, what: &str| format!("{what} since {}", moment(since));
    match facts.standing {
        Standing::Good => match looks_like_spam(facts, policy) {
            Some(numbers) => practice(
                "good-standing",
                advice,
                PracticeFinding::Better,
                format!("the account may send, but what it sends looks like bulk sending ({numbers})"),
                "Ask fewer people, and people you know, until more of them accept.",
            ),
            None => {
                practice("good-standing", advice, PracticeFinding::Well, "in good standing".to_owned(), "")
            }
        },
        Standing::Restricted { since, until, .. } => {
            let to_do = format!("Wait until {}, or appeal.", moment(until));
            Practice {
                to_do,
                ..practice("good-standing", advice, PracticeFinding::Stops, is_so(since, "restricted"), "")
            }
        }
        Standing::Banned { since } => {
            practice("good-standing", advice, PracticeFinding::Stops, is_so(since, "banned"), "Appeal.")
        }
        Standing::Closed { since } => practice(
            "good-standing",
            advice,
            PracticeFinding::Stops,
            is_so(since, "closed"),
            "Open an account.",
        ),
    }
}

/// The sender's own numbers, without scores, where the account's earlier requests alone would make the spam filter stop
/// this one. Use of a third-party program is a separate finding.
fn looks_like_spam(facts: &Facts, policy: &Policy) -> Option<String> {
    let Evidence::Symbols { mut symbols, hold_at_milli, in_contacts, .. } = spam_evidence(policy, facts)
    else {
        return None;
    };
    symbols.retain(|symbol| symbol.kind != SymbolKind::Client);
    let score_milli = symbols.iter().fold(0_i32, |sum, symbol| sum.saturating_add(symbol.score_milli));
    let is_stopped = score_milli >= hold_at_milli && !in_contacts;
    is_stopped.then(|| own_numbers(&symbols))
}

fn tools(facts: &Facts) -> Practice {
    let advice = "Avoid third-party tools that automate requests.";
    if facts.spam.of(SymbolKind::Client).value == 0 {
        return practice("no-tools", advice, PracticeFinding::Well, "sent by a person".to_owned(), "");
    }
    practice(
        "no-tools",
        advice,
        PracticeFinding::Stops,
        "sent by a third-party program".to_owned(),
        "Send it yourself, on the web site or in an app.",
    )
}

fn address(lookup: AddressLookup) -> Practice {
    let (finding, found, to_do) = match lookup {
        AddressLookup::Member => (PracticeFinding::Well, "a member has the address", ""),
        AddressLookup::Email => (
            PracticeFinding::Better,
            "you are never told whose e-mail address it is",
            "Check it letter by letter: nobody would notice a wrong one.",
        ),
        AddressLookup::Unknown => {
            (PracticeFinding::Stops, "no member has the address", "Copy the URL of the profile.")
        }
        AddressLookup::Malformed(_) => {
            (PracticeFinding::Stops, "it is not an address", "Copy the URL of the profile.")
        }
        AddressLookup::Oneself => {
            (PracticeFinding::Stops, "it is the sender's own address", "Use the other person's.")
        }
    };
    let advice = "Triple check profile URLs and e-mail addresses.";
    practice("checked-address", advice, finding, found.to_owned(), to_do)
}

fn practice(
    name: &'static str,
    advice: &'static str,
    finding: PracticeFinding,
    found: String,
    to_do: &str,
) -> Practice {
    Practice { name, advice, finding, found, to_do: to_do.to_owned(), tool: None }
}
