//! What a judgement says in short: the gate that decided, and its code.

use acquaint_domain::{Code, Finding, Gate, Outcome, Verdict};

/// The gate that decided, where one failed or held.
pub(crate) fn stopping_gate(verdict: &Verdict) -> Option<&Gate> {
    verdict.gates.iter().find(|gate| stopping_code(gate).is_some())
}

/// The code that a gate stops a request with.
pub(crate) const fn stopping_code(gate: &Gate) -> Option<Code> {
    match gate.finding {
        Finding::Failed(code) | Finding::Held(code) | Finding::FailedUnseen(code) => Some(code),
        Finding::Passed | Finding::Unevaluated | Finding::NotReached | Finding::Shadow(_) => None,
    }
}

/// The code that a verdict stops a request with.
pub(crate) const fn stopped_with(verdict: &Verdict) -> Option<Code> {
    match verdict.outcome {
        Outcome::Pass => None,
        Outcome::Hold(code) | Outcome::Refuse(code) => Some(code),
    }
}
