//! The first lines of an answer: what happened, what may be said, why, what to do, what is next. Never more than a screen.

use std::io::{self, Write};

use acquaint_audit::{Companion, EventLine, Explanation, Sibling, Timer, Viewer};
use acquaint_domain::{Code, Timestamp};

use super::command::advice_line;
use super::screen::{Screen, capital, within};
use super::wrap::broken_lines;
use crate::values::{day, human_minute, human_time};

/// What to drop, in this order, if the screen is too long: a label, and how many of its items to keep. `--full` prints
/// everything, and JSON always has everything.
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
pub(super) fn brief(answer: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    written(answer, answer.remedy.iter().map(advice_line), out)
}

/// Writes the first lines of an answer, with `now` as the advice.
pub(super) fn written(
    answer: &Explanation,
    now: impl IntoIterator<Item = String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let about =
        answer.pass_on_request.map(|request| format!("(this is about request {request}; do not say so)"));
    let say = answer.pass_on.iter().map(|say| format!("\"{say}\"")).chain(about);
    let sides = answer.sides.iter().filter(|side| !side.decides);
    let sides = sides.map(|side| format!("{}: {}", side.of, side.text));
    let companions = answer.accompanied_by.iter().map(|Companion { code, text }| format!("{code} {text}."));
    let today = answer.today.iter().map(|today| format!("(rehearsed) {}.", today.text));
    let would_pass = answer.would_pass.iter().map(|text| would_pass(text));
    Screen::new(headline(answer), Some(answer.code))
        .part(SAY, say)
        .part(WHY, answer.reasons.iter().cloned())
        .part(SIDE, sides)
        .part(ALSO, companions.chain(others(answer)))
        .part(NOW, now)
        .part(DONT, answer.wont_help.iter().map(|text| without_do_not(text)))
        .part(NEXT, next(answer))
        .part(TODAY, today.chain(would_pass))
        .part(PROOF, [proof(answer)])
        .write(&DROPPED, out)
}

/// What would have to change, as a sentence.
pub(super) fn would_pass(text: &str) -> String {
    match text.strip_prefix("would ") {
        Some(rest) => format!("It would {rest}."),
        None => format!("{}.", capital(text)),
    }
}

/// What not to do, without "Do not", for use after the label `Don't`.
pub(super) fn without_do_not(text: &str) -> String {
    text.strip_prefix("Do not ").unwrap_or(text).to_owned()
}

/// The first sentence of an answer: what happened.
fn headline(answer: &Explanation) -> String {
    match answer.viewer {
        Viewer::Sender | Viewer::Recipient => answer.headline.clone(),
        Viewer::Agent | Viewer::Engineer => {
            let name = |name: &str| broken_lines(name, 24).swap_remove(0);
            format!("{} -> {}: {}", name(&answer.from), name(&answer.to), answer.headline)
        }
    }
}

/// The other requests between the two members, in one sentence.
fn others(answer: &Explanation) -> Option<String> {
    const NAMED_MAX: usize = 2;
    let named = |sibling: &Sibling| format!("{} on {} ({})", sibling.code, day(sibling.at), sibling.request);
    let named: Vec<String> = answer.others.iter().take(NAMED_MAX).map(named).collect();
    let more = match answer.others.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!named.is_empty()).then(|| format!("other requests of the two: {}{more}.", named.join(", ")))
}

/// What happens next without action, soonest first. Never in the past.
fn next(answer: &Explanation) -> Vec<String> {
    let timer = |Timer { at, text, .. }: &Timer| {
        format!("{}{}: {text}.", human_minute(*at), within(at.since(answer.as_of)))
    };
    let mut next: Vec<String> = answer.timers.iter().take(2).map(timer).collect();
    if answer.viewer == Viewer::Sender && answer.code == Code::Undisclosed {
        next.extend(answer.candidates.distinguished_by.first().cloned());
    }
    next
}

/// What the answer is based on.
fn proof(answer: &Explanation) -> String {
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

/// Ascending numbers, with consecutive ones joined: `3-5, 9`. Of more than four ranges, only the first and the last.
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

/// Another request between the two members, on one line.
pub(super) fn sibling_line(sibling: &Sibling) -> String {
    let Sibling { request, at, code, to } = sibling;
    let at: Timestamp = *at;
    format!("{} to {to}: {code} {} ({request})", human_time(at), code.name())
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn consecutive_numbers_are_joined() {
        assert_eq!(ranges(&[3, 4, 5, 9]), "3-5, 9");
        assert_eq!(ranges(&[7]), "7");
        assert_eq!(ranges(&[]), "none");
        assert_eq!(ranges(&[1, 3, 5, 7, 9, 10]), "1 .. 9-10");
    }
}
