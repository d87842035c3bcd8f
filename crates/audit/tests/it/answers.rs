//! Whole answers, as they read.

use acquaint_audit::{Answer, Viewer};
use acquaint_domain::Span;

use crate::stories;
use crate::story::*;

/// An answer on lines.
fn written(answer: &Answer) -> String {
    let mut lines = vec![
        format!("{} {} -> {}, to the {}", answer.request, answer.from, answer.to, answer.viewer.name()),
        format!("{} {}", answer.code, answer.verdict),
        format!("policy {} ({}), position {}", answer.policy.name, answer.policy.version.0, answer.position),
    ];
    lines.extend(
        answer.events.iter().map(|line| format!("event {} {}: {}", line.number, line.name, line.text)),
    );
    let reached = answer.ladder.iter().filter(|rung| rung.finding != "not reached");
    lines.extend(reached.map(|rung| {
        let code = rung.code.map_or(String::new(), |code| format!(" {code}"));
        format!("rule {} {}{code}: {}", rung.rule, rung.finding, rung.text)
    }));
    let causes: Vec<String> = answer.causes.iter().map(ToString::to_string).collect();
    lines.push(format!("causes {}", causes.join(" ")));
    lines.extend(
        answer.accompanied_by.iter().map(|companion| format!("beside {} {}", companion.code, companion.text)),
    );
    lines.extend(answer.would_pass.iter().cloned());
    lines.extend(answer.remedy.iter().map(|text| format!("do: {text}")));
    lines.extend(answer.wont_help.iter().map(|text| format!("not: {text}")));
    lines.extend(answer.redress.iter().map(|text| format!("redress: {text}")));
    lines.extend(answer.pass_on.iter().map(|text| format!("pass on: {text}")));
    lines.join("\n")
}

fn told(story: &Story, viewer: Viewer) -> String {
    story.explain(viewer).map_or("nothing".to_owned(), |answer| written(&answer))
}

#[test]
fn the_daily_limit_to_its_sender() {
    let story = Story::new().send("bob", &stories::over_the_limit());
    insta::assert_snapshot!(told(&story, Viewer::Sender), @"");
}

#[test]
fn the_open_answer_to_the_sender() {
    let story = Story::delivered().after(Span::days(8));
    insta::assert_snapshot!(told(&story, Viewer::Sender), @"");
}

#[test]
fn a_request_held_by_settings_to_the_recipient() {
    let (_, story, _) = row("their degree");
    insta::assert_snapshot!(told(&story, Viewer::Recipient), @"");
}

#[test]
fn a_decline_to_an_agent() {
    let (_, story, _) = row("declined");
    insta::assert_snapshot!(told(&story, Viewer::Agent), @"");
}

#[test]
fn spam_to_an_engineer() {
    let (_, story, _) = row("spam refused");
    insta::assert_snapshot!(told(&story, Viewer::Engineer), @"");
}

#[test]
fn every_verdict_on_a_line() {
    let mut lines = Vec::new();
    for (case, story, _) in stories::all() {
        for viewer in [Viewer::Sender, Viewer::Recipient, Viewer::Agent] {
            if let Some(answer) = story.explain(viewer) {
                lines.push(format!("{case} | {} | {} {}", viewer.name(), answer.code, answer.verdict));
                lines.extend(answer.would_pass.map(|text| format!("    {text}")));
            }
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

fn row(case: &str) -> stories::Row {
    let found = stories::all().into_iter().find(|(name, ..)| *name == case);
    found.expect("a story of that name")
}
