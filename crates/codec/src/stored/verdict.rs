//! Verdicts as parts of events. The order of variants is frozen.

mod packed;

use acquaint_domain as domain;
use domain::{PolicyVersion, RequestId, Span};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::stored::choice;
use crate::stored::post::Distance;
use crate::stored::text::List;
use crate::stored::value::{Code, Length, Milli, Moment, Number, Request};

pub(crate) use packed::Packed;

/// A stored form of verdicts.
pub(crate) trait Verdict:
    Serialize + DeserializeOwned + for<'a> From<&'a domain::Verdict> + Into<domain::Verdict>
{
}

impl Verdict for FullVerdict {}

impl Verdict for Packed {}

/// A verdict with every gate in full: the form of versions before the packed one, which is also the one that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FullVerdict {
    policy: u32,
    facts_at: Number,
    outcome: Outcome,
    gates: List<Gate>,
}

/// The outcome of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Outcome {
    Pass,
    Hold(Code),
    Refuse(Code),
}

/// One rule with its finding and evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Gate {
    #[serde(with = "choice::Rule")]
    rule: domain::Rule,
    finding: Finding,
    evidence: Evidence,
}

/// What a rule found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Finding {
    Passed,
    Failed(Code),
    Held(Code),
    Unevaluated,
    NotReached,
    Shadow(Outcome),
    FailedUnseen(Code),
}

/// What a rule looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Evidence {
    Nothing,
    Hidden,
    Form(Option<MalformedAddress>),
    Holds(#[serde(with = "choice::YesNo")] bool),
    /// Since when; the request that it results from.
    Stands(Moment, Option<Request>),
    /// Since when; until when; why.
    Restriction(Moment, Moment, #[serde(with = "choice::RestrictionCause")] domain::RestrictionCause),
    Contact {
        #[serde(with = "choice::AcceptFrom")]
        setting: domain::AcceptFrom,
        #[serde(with = "choice::YesNo")]
        in_contacts: bool,
        #[serde(with = "choice::YesNo")]
        by_email: bool,
        settings_version: u32,
    },
    /// Allowed steps; distance; version of the settings.
    Degree(Option<u8>, Option<Distance>, u32),
    /// Used; limit; window; when it frees.
    Count(u32, u32, Length, Option<Moment>),
    /// Read and no longer written: symbols had no `of` yet.
    PlainSymbols(Weighed<PlainSymbol>),
    Audience {
        criteria: u32,
        #[serde(with = "choice::YesNo")]
        company: bool,
        #[serde(with = "choice::YesNo")]
        title: bool,
        settings_version: u32,
    },
    Bucket {
        #[serde(with = "choice::BucketKind")]
        kind: domain::BucketKind,
        used: u32,
        limit: u32,
        begins: Moment,
        ends: Moment,
    },
    /// Number or length found; limit.
    Size(u32, u32),
    /// Since when; until when.
    Cooldown(Moment, Moment),
    Reported {
        answered: u32,
        reported_percent: u8,
        limit_percent: u8,
        #[serde(with = "choice::YesNo")]
        by_email: bool,
    },
    Uncounted,
    Symbols(Weighed<Symbol>),
}

/// What the spam filter measured, with its scores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Weighed<S> {
    symbols: List<S>,
    score_milli: Milli,
    hold_at_milli: Milli,
    refuse_at_milli: Milli,
    #[serde(with = "choice::YesNo")]
    in_contacts: bool,
}

/// Why a text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct MalformedAddress {
    offset: u32,
    #[serde(with = "choice::AddressProblem")]
    problem: domain::AddressProblem,
}

/// One symbol of the spam filter, without an `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PlainSymbol {
    #[serde(with = "choice::SymbolKind")]
    kind: domain::SymbolKind,
    value: u32,
    score_milli: Milli,
}

/// One symbol of the spam filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Symbol {
    #[serde(with = "choice::SymbolKind")]
    kind: domain::SymbolKind,
    value: u32,
    of: u32,
    score_milli: Milli,
}

impl From<&domain::Verdict> for FullVerdict {
    fn from(verdict: &domain::Verdict) -> Self {
        Self {
            policy: verdict.policy.0,
            facts_at: verdict.facts_at.into(),
            outcome: verdict.outcome.into(),
            gates: verdict.gates.iter().map(Gate::from).collect(),
        }
    }
}

impl From<FullVerdict> for domain::Verdict {
    fn from(verdict: FullVerdict) -> Self {
        Self {
            policy: PolicyVersion(verdict.policy),
            facts_at: verdict.facts_at.into(),
            outcome: verdict.outcome.into(),
            gates: verdict.gates.0.into_iter().map(domain::Gate::from).collect(),
        }
    }
}

impl From<domain::Outcome> for Outcome {
    fn from(outcome: domain::Outcome) -> Self {
        match outcome {
            domain::Outcome::Pass => Self::Pass,
            domain::Outcome::Hold(code) => Self::Hold(Code(code)),
            domain::Outcome::Refuse(code) => Self::Refuse(Code(code)),
        }
    }
}

impl From<Outcome> for domain::Outcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Pass => Self::Pass,
            Outcome::Hold(code) => Self::Hold(code.0),
            Outcome::Refuse(code) => Self::Refuse(code.0),
        }
    }
}

impl From<&domain::Gate> for Gate {
    fn from(gate: &domain::Gate) -> Self {
        let finding = match gate.finding {
            domain::Finding::Passed => Finding::Passed,
            domain::Finding::Failed(code) => Finding::Failed(Code(code)),
            domain::Finding::Held(code) => Finding::Held(Code(code)),
            domain::Finding::Unevaluated => Finding::Unevaluated,
            domain::Finding::NotReached => Finding::NotReached,
            domain::Finding::Shadow(outcome) => Finding::Shadow(outcome.into()),
            domain::Finding::FailedUnseen(code) => Finding::FailedUnseen(Code(code)),
        };
        Self { rule: gate.rule, finding, evidence: Evidence::from(&gate.evidence) }
    }
}

impl From<Gate> for domain::Gate {
    fn from(gate: Gate) -> Self {
        let finding = match gate.finding {
            Finding::Passed => domain::Finding::Passed,
            Finding::Failed(code) => domain::Finding::Failed(code.0),
            Finding::Held(code) => domain::Finding::Held(code.0),
            Finding::Unevaluated => domain::Finding::Unevaluated,
            Finding::NotReached => domain::Finding::NotReached,
            Finding::Shadow(outcome) => domain::Finding::Shadow(outcome.into()),
            Finding::FailedUnseen(code) => domain::Finding::FailedUnseen(code.0),
        };
        Self { rule: gate.rule, finding, evidence: gate.evidence.into() }
    }
}

impl From<&domain::Evidence> for Evidence {
    fn from(evidence: &domain::Evidence) -> Self {
        use domain::Evidence as E;
        match *evidence {
            E::Nothing => Self::Nothing,
            E::Hidden => Self::Hidden,
            E::Form(malformed) => Self::Form(malformed.map(MalformedAddress::from)),
            E::Holds(whether) => Self::Holds(whether),
            E::Stands { since, request } => Self::Stands(since.into(), request.map(Request::from)),
            E::Restriction { since, until, cause } => Self::Restriction(since.into(), until.into(), cause),
            E::Contact { setting, in_contacts, by_email, settings_version } => {
                Self::Contact { setting, in_contacts, by_email, settings_version }
            }
            E::Degree { allowed, distance, settings_version } => {
                Self::Degree(allowed, distance.map(Distance::from), settings_version)
            }
            E::Count { used, limit, window, frees_at } => {
                Self::Count(used, limit, window.into(), frees_at.map(Moment::from))
            }
            E::Symbols { ref symbols, score_milli, hold_at_milli, refuse_at_milli, in_contacts } => {
                let symbols = symbols.iter().copied().map(Symbol::from).collect();
                Self::Symbols(Weighed {
                    symbols,
                    score_milli: score_milli.into(),
                    hold_at_milli: hold_at_milli.into(),
                    refuse_at_milli: refuse_at_milli.into(),
                    in_contacts,
                })
            }
            E::Audience { criteria, company, title, settings_version } => {
                Self::Audience { criteria, company, title, settings_version }
            }
            E::Bucket { kind, used, limit, begins, ends } => {
                Self::Bucket { kind, used, limit, begins: begins.into(), ends: ends.into() }
            }
            E::Size { found, limit } => Self::Size(found, limit),
            E::Cooldown { since, until } => Self::Cooldown(since.into(), until.into()),
            E::Reported { answered, reported_percent, limit_percent, by_email } => {
                Self::Reported { answered, reported_percent, limit_percent, by_email }
            }
            E::Uncounted => Self::Uncounted,
        }
    }
}

impl From<Evidence> for domain::Evidence {
    fn from(evidence: Evidence) -> Self {
        use Evidence as E;
        match evidence {
            E::Nothing => Self::Nothing,
            E::Hidden => Self::Hidden,
            E::Form(malformed) => Self::Form(malformed.map(domain::MalformedAddress::from)),
            E::Holds(whether) => Self::Holds(whether),
            E::Stands(since, request) => {
                Self::Stands { since: since.into(), request: request.map(RequestId::from) }
            }
            E::Restriction(since, until, cause) => {
                Self::Restriction { since: since.into(), until: until.into(), cause }
            }
            E::Contact { setting, in_contacts, by_email, settings_version } => {
                Self::Contact { setting, in_contacts, by_email, settings_version }
            }
            E::Degree(allowed, distance, settings_version) => {
                Self::Degree { allowed, distance: distance.map(domain::Distance::from), settings_version }
            }
            E::Count(used, limit, window, frees_at) => {
                Self::Count { used, limit, window: Span::from(window), frees_at: frees_at.map(Into::into) }
            }
            E::PlainSymbols(weighed) => weighed.evidence(),
            E::Symbols(weighed) => weighed.evidence(),
            E::Audience { criteria, company, title, settings_version } => {
                Self::Audience { criteria, company, title, settings_version }
            }
            E::Bucket { kind, used, limit, begins, ends } => {
                Self::Bucket { kind, used, limit, begins: begins.into(), ends: ends.into() }
            }
            E::Size(found, limit) => Self::Size { found, limit },
            E::Cooldown(since, until) => Self::Cooldown { since: since.into(), until: until.into() },
            E::Reported { answered, reported_percent, limit_percent, by_email } => {
                Self::Reported { answered, reported_percent, limit_percent, by_email }
            }
            E::Uncounted => Self::Uncounted,
        }
    }
}

impl<S> Weighed<S>
where
    domain::Symbol: From<S>,
{
    fn evidence(self) -> domain::Evidence {
        domain::Evidence::Symbols {
            symbols: self.symbols.0.into_iter().map(domain::Symbol::from).collect(),
            score_milli: self.score_milli.into(),
            hold_at_milli: self.hold_at_milli.into(),
            refuse_at_milli: self.refuse_at_milli.into(),
            in_contacts: self.in_contacts,
        }
    }
}

impl From<domain::MalformedAddress> for MalformedAddress {
    fn from(malformed: domain::MalformedAddress) -> Self {
        let domain::MalformedAddress { offset, problem } = malformed;
        Self { offset, problem }
    }
}

impl From<MalformedAddress> for domain::MalformedAddress {
    fn from(malformed: MalformedAddress) -> Self {
        let MalformedAddress { offset, problem } = malformed;
        Self { offset, problem }
    }
}

impl From<domain::Symbol> for Symbol {
    fn from(symbol: domain::Symbol) -> Self {
        let domain::Symbol { kind, value, of, score_milli } = symbol;
        Self { kind, value, of, score_milli: score_milli.into() }
    }
}

impl From<Symbol> for domain::Symbol {
    fn from(symbol: Symbol) -> Self {
        let Symbol { kind, value, of, score_milli } = symbol;
        Self { kind, value, of, score_milli: score_milli.into() }
    }
}

impl From<PlainSymbol> for domain::Symbol {
    fn from(symbol: PlainSymbol) -> Self {
        let PlainSymbol { kind, value, score_milli } = symbol;
        Self { kind, value, of: 0, score_milli: score_milli.into() }
    }
}
