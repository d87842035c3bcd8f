//! Writes an answer, and the events that prove it.

use std::io::{self, Write};

use acquaint_audit::{EventLine, Explanation, RuleFinding, Sibling, Timer, Viewer};
use acquaint_domain::{Code, Span, Timestamp, shown};
use acquaint_report::{answer_json, event_json, finding_text, trace_json};

use super::brief::{brief, sibling_line, written};
use super::command::advice_line;
use super::object;
use super::wrap::{lines, paragraph};
use crate::grammar::{Format, Parts};
use crate::values::{human_span, human_time};

/// A gap of at least this length between two events gets its own line, so that the reader need not subtract.
const GAP_MIN: Span = Span::days(1);

/// Writes an answer: first what the reader needs most, then the parts that were asked for.
pub fn answer(answer: &Explanation, parts: Parts, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => {
            brief(answer, out)?;
            more(answer, parts, out)
        }
        Format::Json | Format::Ndjson => object(&answer_json(answer), format, out),
    }
}

/// Writes an answer for the reviewer who decides about the request, with `now` instead of the viewer's advice.
pub fn reviewed(answer: &Explanation, now: &[String], parts: Parts, out: &mut dyn Write) -> io::Result<()> {
    written(answer, now.iter().cloned(), out)?;
    more(answer, parts, out)
}

/// The parts after the first lines of an answer, on demand.
fn more(answer: &Explanation, parts: Parts, out: &mut dyn Write) -> io::Result<()> {
    let Parts { rules, events, full } = parts;
    if full {
        facts(answer, out)?;
        section(
            "Everything that can be done",
            &answer.remedy.iter().map(advice_line).collect::<Vec<_>>(),
            out,
        )?;
        section("What not to do", &answer.wont_help, out)?;
        section("Who reviews it", answer.redress.as_slice(), out)?;
        if answer.causes.len() > 1 {
            let named = |code: &Code| format!("{code} {}", code.name());
            let causes: Vec<String> = answer.causes.iter().map(named).collect();
            section("It can be any of these", &causes, out)?;
        }
        section("What is certain", &answer.candidates.certain, out)?;
        section("What would distinguish them", &answer.candidates.distinguished_by, out)?;
        section("What is never disclosed", &answer.candidates.never, out)?;
        let sibling = |sibling: &Sibling| sibling_line(sibling);
        section("Other requests of the two", &answer.others.iter().map(sibling).collect::<Vec<_>>(), out)?;
    }
    if full || rules {
        every_rule(&answer.rules, out)?;
    }
    if full || events {
        timeline(&answer.events, answer.viewer, out)?;
        future(&answer.timers, answer.as_of, out)?;
    }
    Ok(())
}

/// Writes the events of an answer; as ndjson one event a line.
pub fn trace(answer: &Explanation, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Human => {
            headline(answer, out)?;
            request(answer, out)?;
            timeline(&answer.events, answer.viewer, out)
        }
        Format::Json => object(&trace_json(answer), format, out),
        Format::Ndjson => answer.events.iter().try_for_each(|event| object(&event_json(event), format, out)),
    }
}

fn headline(answer: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let parts = [
        format!("{} {}", answer.code, answer.code.name()),
        format!("{} -> {}", shown(&answer.from), shown(&answer.to)),
        format!("for the {}", answer.viewer.name()),
    ];
    paragraph("", &parts.join(" · "), out)
}

fn request(answer: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    paragraph("  request   ", &answer.request.to_string(), out)
}

fn facts(answer: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    let position = match answer.viewer {
        Viewer::Sender | Viewer::Recipient => format!("{} of your own events read", answer.position),
        Viewer::Agent | Viewer::Engineer => format!("the log up to event {}", answer.position),
    };
    writeln!(out)?;
    request(answer, out)?;
    paragraph("  code      ", &format!("{} {}", answer.code, answer.code.name()), out)?;
    paragraph("  since     ", &human_time(answer.since), out)?;
    paragraph("  as of     ", &human_time(answer.as_of), out)?;
    paragraph("  policy    ", &format!("{}, version {}", answer.policy.name, answer.policy.version.0), out)?;
    paragraph("  position  ", &position, out)
}

/// A title and its items; nothing if there are no items.
fn section(title: &str, items: &[String], out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{title}")?;
    items.iter().try_for_each(|item| paragraph("  - ", item, out))
}

pub(super) fn every_rule(rules: &[RuleFinding], out: &mut dyn Write) -> io::Result<()> {
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nEvery rule, in order")?;
    let widest = rules.iter().map(|rule| rule.finding.len()).max().unwrap_or_default();
    rules.iter().try_for_each(|rule| {
        let code = rule.code.map(|code| format!(" {code}")).unwrap_or_default();
        let colon = if rule.text.trim().is_empty() { "" } else { ": " };
        let margin = rule.measure.as_ref().map_or(String::new(), |measure| format!("; {}", measure.margin));
        let text = format!("{}{code}{colon}{}{margin}", rule.rule, finding_text(rule));
        paragraph(&format!("  {} {:<widest$}  ", symbol(rule.finding), rule.finding), &text, out)
    })
}

/// A symbol for a finding, which is spelt out next to it.
fn symbol(finding: &str) -> char {
    match finding {
        "passed" => '✓',
        "failed" => '✗',
        "held" => '‖',
        "could not be evaluated" => '?',
        _ => '·',
    }
}

/// The timers, marked as future so that nobody takes them for events.
fn future(timers: &[Timer], as_of: Timestamp, out: &mut dyn Write) -> io::Result<()> {
    if timers.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nNot yet")?;
    timers.iter().try_for_each(|timer| {
        let within = human_span(timer.at.since(as_of));
        writeln!(out, "  ◌ {}  in {within}  {}", human_time(timer.at), timer.name)?;
        paragraph("    ", &timer.text, out)
    })
}

fn timeline(events: &[EventLine], viewer: Viewer, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\nEvents")?;
    if events.is_empty() {
        return writeln!(out, "  nothing");
    }
    let digits = events.iter().map(|event| event.number.to_string().len()).max().unwrap_or_default();
    let indent = " ".repeat(2 + digits + 2);
    let mut before = None;
    for event in events {
        let passed = before.map(|before| event.at.since(before));
        let delta = match passed {
            Some(passed) if passed >= GAP_MIN => {
                writeln!(out, "{indent}... {} without an event", human_span(passed))?;
                String::new()
            }
            Some(passed) => format!("  +{}", human_span(passed)),
            None => String::new(),
        };
        writeln!(out, "  {:>digits$}  {}{delta}  {}", event.number, human_time(event.at), event.name)?;
        if lines(&event.text, usize::MAX).iter().any(|line| !line.is_empty()) {
            paragraph(&indent, &event.text, out)?;
        }
        if let (Some(hash), Viewer::Engineer) = (&event.hash, viewer) {
            paragraph(&indent, &format!("blake3 {hash}"), out)?;
        }
        before = Some(event.at);
    }
    Ok(())
}
