//! Writes an answer in Markdown, to paste into a ticket. What may be said to the member comes first.

use std::io::{self, Write};

use acquaint_audit::{EventLine, Explanation, RuleFinding};

use super::brief::sibling_line;
use super::command::advice_line;
use super::wrap::lines;
use crate::grammar::Format;
use crate::values::human_time;
use acquaint_report::finding_text;

/// Writes an answer as Markdown: headings, lists, two tables.
pub fn markdown(answer: &Explanation, _format: Format, out: &mut dyn Write) -> io::Result<()> {
    let (from, to) = (text(&answer.from), text(&answer.to));
    if let Some(say) = &answer.pass_on {
        writeln!(out, "> **May be said to the member:** {}\n", text(say))?;
    }
    if let Some(request) = answer.pass_on_request {
        writeln!(out, "The sentence above is about request {request}, which is not to be said.\n")?;
    }
    writeln!(out, "# {} {}: {from} to {to}\n", answer.code, answer.code.name())?;
    writeln!(out, "{}", text(&answer.headline))?;
    list("Why", &answer.reasons, out)?;
    let sides: Vec<String> = answer.sides.iter().map(|side| format!("{}: {}", side.of, side.text)).collect();
    list("Both sides", &sides, out)?;
    let companions = answer.accompanied_by.iter();
    let companions: Vec<String> =
        companions.map(|with| format!("{} {}: {}", with.code, with.code.name(), with.text)).collect();
    list("At the same time", &companions, out)?;
    list("What to do", &answer.remedy.iter().map(advice_line).collect::<Vec<_>>(), out)?;
    list("What not to do", &answer.wont_help, out)?;
    let today: Vec<String> = answer.today.iter().map(|today| today.text.clone()).collect();
    list("By today's rules (rehearsed)", &today, out)?;
    list("What would pass", answer.would_pass.as_slice(), out)?;
    list("Who reviews it", answer.redress.as_slice(), out)?;
    if answer.causes.len() > 1 {
        let causes: Vec<String> =
            answer.causes.iter().map(|code| format!("{code} {}", code.name())).collect();
        list("It can be any of these", &causes, out)?;
    }
    list("What is certain", &answer.candidates.certain, out)?;
    list("What would distinguish them", &answer.candidates.distinguished_by, out)?;
    list("What is never disclosed", &answer.candidates.never, out)?;
    list("Other requests of the two", &answer.others.iter().map(sibling_line).collect::<Vec<_>>(), out)?;
    writeln!(out, "\n## Proof\n")?;
    writeln!(out, "- request {}, for the {}", answer.request, answer.viewer.name())?;
    writeln!(out, "- since {}, as of {}", human_time(answer.since), human_time(answer.as_of))?;
    writeln!(out, "- policy {}, version {}", text(&answer.policy.name), answer.policy.version.0)?;
    rules(&answer.rules, out)?;
    events(answer, out)
}

fn list(title: &str, items: &[String], out: &mut dyn Write) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## {title}\n")?;
    items.iter().try_for_each(|item| writeln!(out, "- {}", text(item)))
}

fn rules(rules: &[RuleFinding], out: &mut dyn Write) -> io::Result<()> {
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n## Every rule, in order\n")?;
    writeln!(out, "| rule | finding | input | threshold | margin | evidence |\n|---|---|---|---|---|---|")?;
    rules.iter().try_for_each(|rule| {
        let code = rule.code.map(|code| format!(" {code}")).unwrap_or_default();
        let measure = rule.measure.as_ref();
        let part = |part: Option<&String>| part.map_or(String::new(), |part| text(part));
        writeln!(
            out,
            "| {} | {}{code} | {} | {} | {} | {} |",
            rule.rule,
            rule.finding,
            part(measure.map(|measure| &measure.input)),
            part(measure.map(|measure| &measure.threshold)),
            part(measure.map(|measure| &measure.margin)),
            text(&finding_text(rule))
        )
    })
}

fn events(answer: &Explanation, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n## Events\n")?;
    writeln!(out, "| event | time | what | details |\n|---|---|---|---|")?;
    for EventLine { number, at, name, text: details, .. } in &answer.events {
        writeln!(out, "| {number} | {} | {name} | {} |", human_time(*at), text(details))?;
    }
    for timer in &answer.timers {
        writeln!(out, "| - | {} | {} (not yet) | {} |", human_time(timer.at), timer.name, text(&timer.text))?;
    }
    Ok(())
}

/// Escapes a text for Markdown, also within a table.
fn text(plain: &str) -> String {
    let mut escaped = String::with_capacity(plain.len());
    // Keep it on one line, because a line break would end a list item or a table's row.
    for c in lines(plain, usize::MAX).concat().chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
