//! Real inputs, messages and ratings, read as requests and answers.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::model::Outcomes;
use super::ours::{self, Callers, Judge};
use super::workload::{Act, ObservedAct, Workload};
use super::{PREFIX, WINDOW};
use crate::Problem;
use crate::folder::research_data;

/// The files of research data: the name, what a line is, and the separator of its fields.
const INPUTS: [(&str, &str, char); 2] =
    [("collegemsg.txt", "messages", ' '), ("bitcoinotc.csv", "ratings", ',')];

/// One file, as commands.
pub(super) struct Input {
    pub(super) name: String,
    workload: Workload,
}

/// What one run measured on one file.
pub(super) struct Rates {
    pub(super) commands: f64,
    /// Commands a second of processor time, in memory.
    pub(super) decided: f64,
    /// Commands a second, durable.
    pub(super) durable: f64,
}

/// The files that exist.
pub(super) fn inputs() -> Result<Vec<Input>, Problem> {
    let mut inputs = Vec::new();
    for (file, what, separator) in INPUTS {
        let Some(text) = research_data(file) else { continue };
        let lines = text.lines().filter_map(|line| read(line, separator)).collect();
        inputs.push(Input { name: format!("{file}, {what}"), workload: Workload::of(&acts(lines)) });
    }
    Ok(inputs)
}

/// Decides each input in memory, then makes it durable in `folder`. The outcomes are compared with the model.
pub(super) fn measure(inputs: &[Input], folder: &Path) -> Result<Vec<Rates>, Problem> {
    let measured = inputs.iter().map(|Input { name, workload }| {
        let decided = ours::decide(workload, PREFIX, Judge::Own, false)?;
        let expected: Outcomes = workload.steps.iter().map(|step| step.outcome).collect();
        if decided.outcomes != expected {
            return Err(format!("{name}: outcomes are {:?} instead of {expected:?}", decided.outcomes).into());
        }
        let place = folder.join("real");
        fs::create_dir(&place)?;
        let durable = ours::durable(workload, &place, Callers::Window(WINDOW), Duration::MAX)?;
        fs::remove_dir_all(&place)?;
        Ok(Rates { commands: workload.steps.len() as f64, decided: decided.rate, durable: durable.rate })
    });
    measured.collect()
}

/// Parses a line: from, to, whether it is friendly, and the time. `None` for a header or a malformed line.
fn read(line: &str, separator: char) -> Option<(u32, u32, bool, f64)> {
    let fields: Vec<&str> = line.split(separator).collect();
    let (from, to) = (fields.first()?.parse().ok()?, fields.get(1)?.parse().ok()?);
    let rating = match fields.as_slice() {
        [_, _, rating, _] => rating.parse().ok()?,
        _ => 1.0,
    };
    Some((from, to, rating > 0.0, fields.last()?.parse().ok()?))
}

/// Converts lines to acts. Friendly lines from one member to another are requests until the other writes back, which answers;
/// an unfriendly line that answers nothing is a block. Members get consecutive numbers in order of appearance.
fn acts(mut lines: Vec<(u32, u32, bool, f64)>) -> Vec<ObservedAct> {
    lines.sort_by(|one, other| one.3.total_cmp(&other.3));
    let (mut numbers, mut asked) = (HashMap::new(), HashSet::new());
    let acts = lines.into_iter().filter(|(from, to, ..)| from != to).map(|(from, to, is_friendly, at)| {
        let next = numbers.len() as u32 + 1;
        let member = *numbers.entry(from).or_insert(next);
        let next = numbers.len() as u32 + 1;
        let other = *numbers.entry(to).or_insert(next);
        let act = match (asked.remove(&(other, member)), is_friendly) {
            (true, true) => Act::Accept,
            (true, false) => Act::Decline,
            (false, true) => {
                asked.insert((member, other));
                Act::Send
            }
            (false, false) => Act::Block,
        };
        ObservedAct { at, act, member, other }
    });
    acts.collect()
}
