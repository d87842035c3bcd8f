//! Conditions under which a replay fails: `newly-refused-accepted > 0.5%`.

use std::fmt;
use std::str::FromStr;

use crate::report::ReplayReport;

/// What a condition measures. All count sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Sends that would be refused.
    NewlyRefused,
    /// Sends that would be refused, although history shows them accepted.
    NewlyRefusedAccepted,
    /// Sends that would be refused, and that history shows reported.
    NewlyRefusedReported,
    /// Sends that would be held.
    NewlyHeld,
    /// Sends that would be let through.
    NewlyAllowed,
    /// Sends that would be stopped for another reason.
    ChangedReason,
    /// Sends that would be let through, and whose answer is unknown.
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

/// How a measured number is compared with the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    /// `>`
    Above,
    /// `>=`
    AtLeast,
    /// `<`
    Below,
    /// `<=`
    AtMost,
}

/// `>=` comes before `>`: the longer sign is searched for first.
const COMPARISONS: [(&str, Comparator); 4] = [
    (">=", Comparator::AtLeast),
    ("<=", Comparator::AtMost),
    (">", Comparator::Above),
    ("<", Comparator::Below),
];

/// The number that a measure is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// A number of sends.
    Count(u64),
    /// A share in thousandths of a percent: of the accepted requests for [`Measure::NewlyRefusedAccepted`], otherwise of all
    /// sends that were judged.
    Share(u64),
}

/// A condition under which a replay fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailCondition {
    /// What is measured.
    pub measure: Measure,
    /// How it is compared.
    pub comparison: Comparator,
    /// The number that it is compared with.
    pub threshold: Threshold,
}

impl FailCondition {
    /// The measured number in a report, and the number that a share is taken of.
    pub fn measured(&self, report: &ReplayReport) -> (u64, u64) {
        let all = &report.all;
        match self.measure {
            Measure::NewlyRefused => (all.newly_refused, all.sends),
            Measure::NewlyRefusedAccepted => (all.newly_refused_accepted, all.accepted),
            Measure::NewlyRefusedReported => (all.newly_refused_reported, all.sends),
            Measure::NewlyHeld => (all.newly_held, all.sends),
            Measure::NewlyAllowed => (all.newly_allowed, all.sends),
            Measure::ChangedReason => (all.changed_reason, all.sends),
            Measure::Unknown => (all.unknown, all.sends),
        }
    }

    /// Whether the condition holds, so that the replay fails. `None` if there is nothing to measure: no send was judged, or
    /// the condition is on a share of zero requests.
    pub fn is_met(&self, report: &ReplayReport) -> Option<bool> {
        let (part, whole) = self.measured(report);
        let is_share_of_nothing = whole == 0 && matches!(self.threshold, Threshold::Share(_));
        if report.all.sends == 0 || is_share_of_nothing {
            return None;
        }
        // Compared as whole numbers: part / whole against threshold / 100,000.
        let (measured, threshold) = match self.threshold {
            Threshold::Count(count) => (u128::from(part), u128::from(count)),
            Threshold::Share(share) => (u128::from(part) * WHOLE, u128::from(share) * u128::from(whole)),
        };
        Some(match self.comparison {
            Comparator::Above => measured > threshold,
            Comparator::AtLeast => measured >= threshold,
            Comparator::Below => measured < threshold,
            Comparator::AtMost => measured <= threshold,
        })
    }
}

/// A hundred percent, in thousandths of a percent.
const WHOLE: u128 = 100_000;

impl FromStr for FailCondition {
    type Err = String;

    /// Reads a condition such as `newly-refused-accepted > 0.5%`.
    fn from_str(text: &str) -> Result<Self, String> {
        let found =
            COMPARISONS.iter().find_map(|(sign, comparison)| Some((text.split_once(sign)?, *comparison)));
        let Some(((name, number), comparison)) = found else {
            return Err(format!(
                "`{text}` has no comparison; write a condition like `newly-refused-accepted > 0.5%`"
            ));
        };
        let name = name.trim();
        let Some((_, measure)) = MEASURES.iter().find(|(known, _)| *known == name) else {
            let names: Vec<&str> = MEASURES.iter().map(|(name, _)| *name).collect();
            return Err(format!("`{name}` is not measured; write one of {}", names.join(", ")));
        };
        let number = number.trim();
        let threshold = match number.strip_suffix('%') {
            Some(percent) => thousandths(percent.trim_end()).map(Threshold::Share),
            None => number.parse().ok().map(Threshold::Count),
        };
        let Some(threshold) = threshold else {
            return Err(format!("`{number}` is not a number; write one like `20` or `0.5%`"));
        };
        Ok(Self { measure: *measure, comparison, threshold })
    }
}

impl fmt::Display for FailCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = MEASURES.iter().find(|(_, measure)| *measure == self.measure).map_or("", |(name, _)| name);
        let sign =
            COMPARISONS.iter().find(|(_, other)| *other == self.comparison).map_or("", |(sign, _)| sign);
        match self.threshold {
            Threshold::Count(number) => write!(f, "{name} {sign} {number}"),
            Threshold::Share(share) => write!(f, "{name} {sign} {}%", share as f64 / 1_000.0),
        }
    }
}

/// Parses a number with at most three digits after the decimal point, in thousandths.
fn thousandths(text: &str) -> Option<u64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if whole.is_empty() || rest.len() > 3 || !is_digits(whole) || !is_digits(rest) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let rest: u64 = format!("{rest:0<3}").parse().ok()?;
    whole.checked_mul(1_000)?.checked_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_and_written() {
        let table = [
            ("newly-refused-accepted>0.5%", Ok("newly-refused-accepted > 0.5%")),
            ("unknown >= 20", Ok("unknown >= 20")),
            (" newly-held < 0.125 % ", Ok("newly-held < 0.125%")),
            ("newly-allowed <= 7", Ok("newly-allowed <= 7")),
            ("newly-allowed = 7", Err("has no comparison")),
            ("refused > 7", Err("`refused` is not measured")),
            ("unknown > 0.0001%", Err("`0.0001%` is not a number")),
            ("unknown > -1", Err("`-1` is not a number")),
            ("unknown > 1.5", Err("`1.5` is not a number")),
        ];
        for (text, expected) in table {
            match (text.parse::<FailCondition>(), expected) {
                (Ok(gate), Ok(written)) => assert_eq!(gate.to_string(), written),
                (Err(said), Err(part)) => assert!(said.contains(part), "{said}"),
                (read, expected) => panic!("{text}: {read:?}, {expected:?}"),
            }
        }
    }
}
