//! Thresholds, so that a replay can be a gate: `newly-refused-accepted > 0.5%`.

use std::fmt;
use std::str::FromStr;

use crate::report::Report;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Would be refused.
    NewlyRefused,
    /// Would be refused, and history shows them accepted.
    NewlyRefusedAccepted,
    /// Would be refused, and history shows them reported.
    NewlyRefusedReported,
    /// Would be held.
    NewlyHeld,
    /// Would be let through.
    NewlyAllowed,
    /// Would be stopped for another reason.
    ChangedReason,
    /// Would be let through, and nobody knows what would have become of them.
    Unknown,
}

const MEASURES: [(&str, Measure); 7] = [
    ("newly-refused", Measure::NewlyRefused),
    ("newly-refused-accepted", Measure::NewlyRefusedAccepted),
    ("newly-refused-reported", Measure::NewlyRefusedReported),
    ("newly-held", Measure::NewlyHeld),
    ("newly-allowed", Measure::NewlyAllowed),
    ("changed-reason", Measure::ChangedReason),
    ("unknown", Measure::Unknown),
];

/// How it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
}

/// `>=` before `>`: the longer one is looked for first.
const COMPARISONS: [(&str, Comparison); 4] = [
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    (">", Comparison::Above),
    ("<", Comparison::Below),
];

/// With what it is compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Threshold {
    /// So many.
    Count(f64),
    /// So many of a hundred: of accepted requests what was accepted, and of all that were judged everything else.
    Percent(f64),
}

/// A condition under which a replay fails.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gate {
    /// What is measured.
    pub measure: Measure,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what.
    pub threshold: Threshold,
}

impl Gate {
    /// What the report has of it, in the unit of the threshold; 0 percent of nothing.
    pub fn measured(&self, report: &Report) -> f64 {
        let all = &report.all;
        let (part, whole) = match self.measure {
            Measure::NewlyRefused => (all.newly_refused, all.sends),
            Measure::NewlyRefusedAccepted => (all.newly_refused_accepted, all.accepted),
            Measure::NewlyRefusedReported => (all.newly_refused_reported, all.sends),
            Measure::NewlyHeld => (all.newly_held, all.sends),
            Measure::NewlyAllowed => (all.newly_allowed, all.sends),
            Measure::ChangedReason => (all.changed_reason, all.sends),
            Measure::Unknown => (all.unknown, all.sends),
        };
        match self.threshold {
            Threshold::Count(_) => part as f64,
            Threshold::Percent(_) if whole == 0 => 0.0,
            Threshold::Percent(_) => 100.0 * part as f64 / whole as f64,
        }
    }

    /// Whether the condition is so, and the replay fails.
    pub fn is_met(&self, report: &Report) -> bool {
        let (Threshold::Count(threshold) | Threshold::Percent(threshold)) = self.threshold;
        let measured = self.measured(report);
        match self.comparison {
            Comparison::Above => measured > threshold,
            Comparison::AtLeast => measured >= threshold,
            Comparison::Below => measured < threshold,
            Comparison::AtMost => measured <= threshold,
        }
    }
}

impl FromStr for Gate {
    type Err = String;

    /// Reads a condition such as `newly-refused-accepted > 0.5%`.
    fn from_str(text: &str) -> Result<Self, String> {
        let found =
            COMPARISONS.iter().find_map(|(sign, comparison)| Some((text.split_once(sign)?, *comparison)));
        let Some(((name, number), comparison)) = found else {
            return Err(format!("`{text}` compares nothing; write one like `newly-refused-accepted > 0.5%`"));
        };
        let name = name.trim();
        let Some((_, measure)) = MEASURES.iter().find(|(known, _)| *known == name) else {
            let names: Vec<&str> = MEASURES.iter().map(|(name, _)| *name).collect();
            return Err(format!("`{name}` is not measured; write one of {}", names.join(", ")));
        };
        let number = number.trim();
        let digits = number.strip_suffix('%').map(str::trim_end);
        let value =
            digits.unwrap_or(number).parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0);
        let Some(value) = value else {
            return Err(format!("`{number}` is no number; write one like `20` or `0.5%`"));
        };
        let threshold = if digits.is_some() { Threshold::Percent(value) } else { Threshold::Count(value) };
        Ok(Self { measure: *measure, comparison, threshold })
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = MEASURES.iter().find(|(_, measure)| *measure == self.measure).map_or("", |(name, _)| name);
        let sign =
            COMPARISONS.iter().find(|(_, other)| *other == self.comparison).map_or("", |(sign, _)| sign);
        match self.threshold {
            Threshold::Count(number) => write!(f, "{name} {sign} {number}"),
            Threshold::Percent(number) => write!(f, "{name} {sign} {number}%"),
        }
    }
}
