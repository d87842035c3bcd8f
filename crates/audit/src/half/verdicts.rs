//! The essence of a judgement: the gate that stopped the request, and its code.

use acquaint_domain::{Code, Finding, Gate, Outcome, Verdict};

/// The gate that failed or held, if any.
pub(crate) fn stopping_gate(verdict: &Verdict) -> Option<&Gate> {
    verdict.gates.iter().find(|gate| stopping_code(gate).is_some())
}

/// The code with which a gate stops a request.
pub(crate) const fn stopping_code(gate: &Gate) -> Option<Code> {
    match gate.finding {
        Finding::Failed(code) | Finding::Held(code) | Finding::FailedUnseen(code) => Some(code),
        Finding::Passed | Finding::Unevaluated | Finding::NotReached | Finding::Shadow(_) => None,
    }
}

/// The code with which a verdict stops a request.
pub(crate) const fn stopped_with(verdict: &Verdict) -> Option<Code> {
    match verdict.outcome {
        Outcome::Pass => None,
        Outcome::Hold(code) | Outcome::Refuse(code) => Some(code),
    }
}
