//! The first lines of an answer: what happened, what may be said, why, what to do, what is next. Never more than a screen.

use std::io::{self, Write};

use acquaint_audit::{Answer, Companion, EventLine, Sibling, Timer, Viewer};
use acquaint_domain::{Code, Span, Timestamp};

use super::command::advice_line;
use super::wrap::{COLUMNS, broken_lines};
use crate::values::{day, human_minute, human_time};

/// How many lines an answer has: what is less important goes until it fits.
const LINES_MAX: usize = 15;
/// How many lines it may have where nothing can go.
const LINES_EVER_MAX: usize = 24;
/// How far in the text stands, behind its label.
const LABEL_COLUMNS: usize = 7;
/// Where the code of the first line begins.
const CODE_COLUMN: usize = COLUMNS - 6;

/// Items under one label.
struct Block {
    label: String,
    items: Vec<String>,
}

impl Block {
    fn new(label: &str, items: impl IntoIterator<Item = String>) -> Self {
        let items = items.into_iter().filter(|item| !item.trim().is_empty()).collect();
        Self { label: label.to_owned(), items }
    }

    fn lines(&self) -> Vec<String> {
        let mut lead = format!("{:<LABEL_COLUMNS$}", self.label);
        let mut written = Vec::new();
        for item in &self.items {
            for line in broken_lines(item, COLUMNS - LABEL_COLUMNS) {
                written.push(format!("{lead}{line}").trim_end().to_owned());
                lead = " ".repeat(LABEL_COLUMNS);
            }
        }
        written
    }
}

/// In which order items go when there are too many: under which label, and how many of them stay. The whole of it is
/// printed with `--full`, and JSON always has all.
const DROPPED: [(&str, usize); 14] = [
    (NOW, 3),
    (DONT, 1),
    (NEXT, 2),
    (WHY, 2),
    (NOW, 2),
    (TODAY, 1),
    (NEXT, 1),
    (SIDE, 0),
    (NOW, 1),
    (DONT, 0),
    (ALSO, 1),
    (WHY, 1),
    (TODAY, 0),
    (ALSO, 0),
];

const SAY: &str = "SAY";
const WHY: &str = "Why";
const SIDE: &str = "Side";
const ALSO: &str = "Also";
const NOW: &str = "Now";
const DONT: &str = "Don't";
const NEXT: &str = "Next";
const TODAY: &str = "Today";
const PROOF: &str = "Proof";

/// Writes the first lines of an answer.
pub(super) fn brief(answer: &Answer, out: &mut dyn Write) -> io::Result<()> {
    let head = headline(answer);
    let mut blocks = blocks(answer);
    let room = LINES_MAX.saturating_sub(head.len());
    for (label, least) in DROPPED {
        let Some(block) = blocks.iter().position(|block| block.label == label) else { continue };
        while length(&blocks) > room && blocks[block].items.len() > least {
            blocks[block].items.pop();
        }
    }
    let body = blocks.iter().flat_map(Block::lines);
    for line in head.into_iter().chain(body).take(LINES_EVER_MAX) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn length(blocks: &[Block]) -> usize {
    blocks.iter().map(|block| block.lines().len()).sum()
}

/// What happened, with the code at the end of the first line.
fn headline(answer: &Answer) -> Vec<String> {
    let text = match answer.viewer {
        Viewer::Sender | Viewer::Recipient => answer.headline.clone(),
        Viewer::Agent | Viewer::Engineer => {
            let name = |name: &str| broken_lines(name, 24).swap_remove(0);
            format!("{} -> {}: {}", name(&answer.from), name(&answer.to), answer.headline)
        }
    };
    let mut written = broken_lines(&text, CODE_COLUMN - 2);
    if let Some(first) = written.first_mut() {
        let padding = CODE_COLUMN.saturating_sub(first.chars().count());
        first.push_str(&format!("{}{}", " ".repeat(padding), answer.code));
    }
    written
}

fn blocks(answer: &Answer) -> Vec<Block> {
    let about =
        answer.pass_on_request.map(|request| format!("(this is about request {request}; do not say so)"));
    let say = answer.pass_on.iter().map(|say| format!("\"{say}\"")).chain(about);
    let sides = answer.sides.iter().filter(|side| !side.decides);
    let sides = sides.map(|side| format!("{}: {}", side.of, side.text));
    let companions = answer.accompanied_by.iter().map(|Companion { code, text }| format!("{code} {text}."));
    let today = answer.today.iter().map(|today| format!("(rehearsed) {}.", today.text));
    let would_pass = answer.would_pass.iter().map(|text| match text.strip_prefix("would ") {
        Some(rest) => format!("It would {rest}."),
        None => format!("{}.", capital(text)),
    });
    let dont = answer.wont_help.iter().map(|text| text.strip_prefix("Do not ").unwrap_or(text).to_owned());
    vec![
        Block::new(SAY, say),
        Block::new(WHY, answer.reasons.iter().cloned()),
        Block::new(SIDE, sides),
        Block::new(ALSO, companions.chain(others(answer))),
        Block::new(NOW, answer.remedy.iter().map(advice_line)),
        Block::new(DONT, dont),
        Block::new(NEXT, next(answer)),
        Block::new(TODAY, today.chain(would_pass)),
        Block::new(PROOF, [proof(answer)]),
    ]
}

/// The other requests of the two, in one sentence.
fn others(answer: &Answer) -> Option<String> {
    const NAMED_MAX: usize = 2;
    let named = |sibling: &Sibling| format!("{} on {} ({})", sibling.code, day(sibling.at), sibling.request);
    let named: Vec<String> = answer.others.iter().take(NAMED_MAX).map(named).collect();
    let more = match answer.others.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!named.is_empty()).then(|| format!("other requests of the two: {}{more}.", named.join(", ")))
}

/// What happens by itself, soonest first. Nothing of it is in the past.
fn next(answer: &Answer) -> Vec<String> {
    let timer = |Timer { at, text, .. }: &Timer| {
        format!("{}{}: {text}.", human_minute(*at), within(at.since(answer.as_of)))
    };
    let mut next: Vec<String> = answer.timers.iter().take(2).map(timer).collect();
    if answer.viewer == Viewer::Sender && answer.code == Code::CannotBeToldApart {
        next.extend(answer.candidates.tells_apart.first().cloned());
    }
    next
}

/// In how long, to go after a moment; nothing beyond thirty days.
fn within(span: Span) -> String {
    let minutes = span.as_millis().div_euclid(60_000);
    let (count, unit) = match minutes {
        ..1 => return " (in a moment)".to_owned(),
        1..60 => (minutes, "minute"),
        60..2_880 => (minutes / 60, "hour"),
        2_880..=43_200 => (minutes / 1_440, "day"),
        _ => return String::new(),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!(" (in {count} {unit}{plural})")
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

/// What it rests on.
fn proof(answer: &Answer) -> String {
    let numbers: Vec<u64> = answer.events.iter().map(|event: &EventLine| event.number).collect();
    let plural = if numbers.len() == 1 { "" } else { "s" };
    let whose = match answer.viewer {
        Viewer::Sender | Viewer::Recipient => "your ",
        Viewer::Agent | Viewer::Engineer => "",
    };
    format!(
        "{}, {whose}event{plural} {}, policy {} v{}, as of {} (more: --full)",
        answer.request,
        ranges(&numbers),
        answer.policy.name,
        answer.policy.version.0,
        human_minute(answer.as_of)
    )
}

/// Ascending numbers, those in a row as one: `3-5, 9`. Of many the first and the last.
fn ranges(numbers: &[u64]) -> String {
    let mut rows: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match rows.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            Some(_) | None => rows.push((*number, *number)),
        }
    }
    let text = |(first, last): &(u64, u64)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    match rows.as_slice() {
        [] => "none".to_owned(),
        [first, .., last] if rows.len() > 4 => format!("{} .. {}", text(first), text(last)),
        rows => rows.iter().map(text).collect::<Vec<_>>().join(", "),
    }
}

/// Another request of the two on one line.
pub(super) fn sibling_line(sibling: &Sibling) -> String {
    let Sibling { request, at, code, to } = sibling;
    let at: Timestamp = *at;
    format!("{} to {to}: {code} {} ({request})", human_time(at), code.name())
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn numbers_in_a_row_are_one() {
        assert_eq!(ranges(&[3, 4, 5, 9]), "3-5, 9");
        assert_eq!(ranges(&[7]), "7");
        assert_eq!(ranges(&[]), "none");
        assert_eq!(ranges(&[1, 3, 5, 7, 9, 10]), "1 .. 9-10");
    }
}
