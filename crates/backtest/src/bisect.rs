//! Finds which change of a policy turns a request's verdict, and the smallest change that does.

use acquaint_domain::{Outcome, Span, Verdict};
use toml::{Table, Value};

use crate::clearance::Clearance;
use crate::error::BacktestError;
use crate::history::Adopted;
use crate::moment::SendContext;

/// The result of a bisection.
#[derive(Clone, Debug, PartialEq)]
pub struct Bisected {
    /// The verdict under the first policy.
    pub old: Verdict,
    /// The verdict under the second policy.
    pub new: Verdict,
    /// The number of places in which the two documents differ.
    pub differences: usize,
    /// The changes that turn the verdict by themselves, in the order of the document.
    pub alone: Vec<Flip>,
    /// If no single change does: a set of changes that turn it together, of which none can be left out.
    pub together: Vec<Flip>,
}

/// One change of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// The path of the value, such as `limit.requests-per-day.at_most.free`.
    pub place: String,
    /// The value in the first policy; `None` if it has none.
    pub from: Option<String>,
    /// The value in the second policy; `None` if it has none.
    pub to: Option<String>,
    /// The value nearest to the first policy's that still turns the verdict; `None` unless both are numbers or lengths of
    /// time.
    pub nearest: Option<String>,
    /// The outcome with this change alone or, for a set, with all of the set.
    pub outcome: Outcome,
}

/// A place where two documents differ.
#[derive(Clone, Debug)]
struct DocumentDifference {
    path: Vec<String>,
    from: Option<Value>,
    to: Option<Value>,
}

/// Finds what turns the verdict of `moment`'s request from `base`'s to `candidate`'s.
///
/// # Errors
/// One of the two documents is invalid, or the request cannot be judged.
pub fn bisect(
    moment: &SendContext,
    base: &Adopted,
    candidate: &Adopted,
    _: Clearance,
) -> Result<Bisected, BacktestError> {
    let (old, new) = (moment.judge(base)?, moment.judge(candidate)?);
    let table = table(&base.text)?;
    let mut changes = Vec::new();
    differences(&mut Vec::new(), &table, &self::table(&candidate.text)?, &mut changes);
    let trial = BisectTrial { moment, base: table };
    let mut bisected =
        Bisected { old, new, differences: changes.len(), alone: Vec::new(), together: Vec::new() };
    let (from, to) = (bisected.old.outcome, bisected.new.outcome);
    if from == to {
        return Ok(bisected);
    }
    for change in &changes {
        if let Some(outcome) = trial.outcome(std::slice::from_ref(change)).filter(|outcome| *outcome != from)
        {
            let nearest = trial.nearest(change, outcome);
            bisected.alone.push(Flip { nearest, ..flip(change, outcome) });
        }
    }
    if bisected.alone.is_empty() {
        let needed = trial.needed(changes, to);
        bisected.together = needed.iter().map(|change| flip(change, to)).collect();
    }
    Ok(bisected)
}

struct BisectTrial<'a> {
    moment: &'a SendContext,
    base: Table,
}

impl BisectTrial<'_> {
    /// The outcome under the first policy with these changes; `None` if the result is not a valid policy.
    fn outcome(&self, changes: &[DocumentDifference]) -> Option<Outcome> {
        let mut table = self.base.clone();
        for change in changes {
            put(&mut table, &change.path, change.to.clone());
        }
        let policy = Adopted::read(&toml::to_string(&table).ok()?).ok()?;
        self.moment.judge(&policy).ok().map(|verdict| verdict.outcome)
    }

    /// Removes every change without which the others still lead to `to`.
    fn needed(&self, changes: Vec<DocumentDifference>, to: Outcome) -> Vec<DocumentDifference> {
        let mut needed = changes;
        let mut place = 0;
        while place < needed.len() {
            let mut fewer = needed.clone();
            fewer.remove(place);
            if self.outcome(&fewer) == Some(to) {
                needed = fewer;
            } else {
                place += 1;
            }
        }
        needed
    }

    /// Bisects between the two values of a change.
    fn nearest(&self, change: &DocumentDifference, outcome: Outcome) -> Option<String> {
        let (from, to) = (change.from.as_ref()?, change.to.as_ref()?);
        let scale = Scale::of(from, to)?;
        let (mut stays, mut turns) = (scale.steps(from)?, scale.steps(to)?);
        while stays.abs_diff(turns) > 1 {
            let middle = stays + (turns - stays) / 2;
            let tried = DocumentDifference { to: Some(scale.value(middle)), ..change.clone() };
            if self.outcome(&[tried]) == Some(outcome) {
                turns = middle;
            } else {
                stays = middle;
            }
        }
        Some(written(&scale.value(turns)))
    }
}

/// The steps in which a value can change.
#[derive(Clone, Copy)]
enum Scale {
    Integer,
    /// The value is in thousandths.
    Thousandths,
    /// The value is in seconds.
    Seconds,
}

impl Scale {
    fn of(from: &Value, to: &Value) -> Option<Self> {
        let is_number = |value: &Value| value.is_float() || value.is_integer();
        if from.is_integer() && to.is_integer() {
            Some(Self::Integer)
        } else if is_number(from) && is_number(to) {
            Some(Self::Thousandths)
        } else {
            Self::Seconds.steps(from)?;
            Self::Seconds.steps(to)?;
            Some(Self::Seconds)
        }
    }

    fn steps(self, value: &Value) -> Option<i64> {
        match self {
            Self::Integer => value.as_integer(),
            Self::Thousandths => {
                let number = value.as_float().or(value.as_integer().map(|number| number as f64))?;
                Some((number * 1_000.0).round() as i64)
            }
            Self::Seconds => {
                let span: Span = value.as_str()?.parse().ok()?;
                Some(span.as_millis() / 1_000)
            }
        }
    }

    fn value(self, steps: i64) -> Value {
        match self {
            Self::Integer => Value::Integer(steps),
            Self::Thousandths => Value::Float(steps as f64 / 1_000.0),
            Self::Seconds => Value::String(Span::millis(steps * 1_000).to_string()),
        }
    }
}

/// Keys of texts that no rule reads.
const DESCRIPTIVE_KEYS: [&str; 3] = ["name", "about", "source"];

fn table(text: &str) -> Result<Table, BacktestError> {
    text.parse::<Table>().map_err(|error| BacktestError::Policy(error.message().to_owned()))
}

/// Collects the differences of two tables, value by value; a table that only one of them has is one difference.
fn differences(path: &mut Vec<String>, from: &Table, to: &Table, found: &mut Vec<DocumentDifference>) {
    let added = to.keys().filter(|key| !from.contains_key(*key));
    for key in from.keys().chain(added).filter(|key| !DESCRIPTIVE_KEYS.contains(&key.as_str())) {
        path.push(key.clone());
        let (one, other) = (from.get(key), to.get(key));
        if let (Some(Value::Table(one)), Some(Value::Table(other))) = (one, other) {
            differences(path, one, other, found);
        } else if let Some((one, other)) = one
            .and_then(named)
            .or(other.and_then(named).map(|_| Table::new()))
            .zip(other.and_then(named).or(one.and_then(named).map(|_| Table::new())))
        {
            differences(path, &one, &other, found);
        } else if one != other {
            found.push(DocumentDifference { path: path.clone(), from: one.cloned(), to: other.cloned() });
        }
        path.pop();
    }
}

/// Converts an array of tables with ids into a table by id; `None` for another value.
fn named(value: &Value) -> Option<Table> {
    let items = value.as_array().filter(|items| !items.is_empty())?;
    let named = items.iter().map(|item| {
        let id = item.as_table()?.get("id")?.as_str()?;
        Some((id.to_owned(), item.clone()))
    });
    named.collect()
}

/// Sets or removes the value at a path, which names an item in an array of tables by its id.
fn put(table: &mut Table, path: &[String], value: Option<Value>) {
    let Some((key, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        match value {
            Some(value) => drop(table.insert(key.clone(), value)),
            None => drop(table.remove(key)),
        }
        return;
    }
    let is_items = |value: &Value| value.as_array().is_some();
    if rest.len() == 1 && table.get(key).is_none_or(is_items) {
        let mut items = table.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
        items.retain(|item| id_of(item) != Some(&rest[0]));
        items.extend(value);
        table.insert(key.clone(), Value::Array(items));
        return;
    }
    match table.get_mut(key) {
        Some(Value::Table(inner)) => put(inner, rest, value),
        Some(Value::Array(items)) => {
            let item = items.iter_mut().find(|item| id_of(item) == Some(&rest[0]));
            if let Some(Value::Table(item)) = item {
                put(item, &rest[1..], value);
            }
        }
        _ => {}
    }
}

fn id_of(item: &Value) -> Option<&str> {
    item.as_table()?.get("id")?.as_str()
}

fn flip(change: &DocumentDifference, outcome: Outcome) -> Flip {
    Flip {
        place: change.path.join("."),
        from: change.from.as_ref().map(written),
        to: change.to.as_ref().map(written),
        nearest: None,
        outcome,
    }
}

/// A value as text, for the report.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Table(_) => "a whole table".to_owned(),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Array(_) => {
            value.to_string()
        }
    }
}
