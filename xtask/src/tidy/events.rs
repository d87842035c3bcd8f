//! Code that reads events must match all of them, so that a new event cannot silently fall through a view.
//!
//! The compiler checks that a `match` is exhaustive, and a lint forbids a bare `_` over an enum. Neither sees a chain of
//! `else if` without a final `else`, a `_` next to patterns over something else (a pair, an option), or a stream of which one
//! arm takes some kinds and another arm the rest.

use super::Violation;
use super::rust_text;

/// The enums of events. The kinds of a stream, such as `outgoing::Kind`, count as well.
const ENUMS: &[&str] = &["Event::", "ExportEvent::", "ImportedRecord::"];

/// Checks the sources of the crates; `files` are paths and texts.
pub(super) fn check<'t>(files: impl IntoIterator<Item = (&'t str, &'t str)>) -> Vec<Violation> {
    files.into_iter().flat_map(|(path, text)| check_file(path, text)).collect()
}

fn check_file(path: &str, text: &str) -> Vec<Violation> {
    let is_source = path.starts_with("crates/") && path.split('/').nth(2) == Some("src");
    if !is_source || !path.ends_with(".rs") {
        return Vec::new();
    }
    let code = rust_text::code_only(rust_text::before_tests(text));
    let mut found = Vec::new();
    let mut refuse = |line: usize, problem: String| {
        found.push(Violation::new(format!("{path}:{line}"), problem));
    };
    for (line, pattern) in rust_text::chained(&code) {
        if names_events(&pattern) {
            refuse(line, "`else if` over events; match on the stream, then on all of its kinds".to_owned());
        }
    }
    for matched in rust_text::matches(&code) {
        if !matched.arms.iter().any(|arm| names_events(arm)) {
            continue;
        }
        if matched.arms.iter().any(|arm| takes_anything(arm)) {
            refuse(matched.line, "an arm takes any event; name the events that it is for".to_owned());
        }
        for stream in split_streams(&matched.arms) {
            let problem = format!("`{stream}` is matched in part and then whole; match on all of its kinds");
            refuse(matched.line, problem);
        }
    }
    found
}

/// Whether a pattern names an event, or a kind of one.
fn names_events(pattern: &str) -> bool {
    let names = |name: &&str| places_of(pattern, name).next().is_some();
    ENUMS.iter().any(names) || pattern.contains("::Kind::")
}

/// The places of an enum's name, except where it is the end of a longer name.
fn places_of<'p>(pattern: &'p str, name: &'p str) -> impl Iterator<Item = usize> + 'p {
    let places = pattern.match_indices(name).map(|(at, _)| at);
    places.filter(|at| !pattern[..*at].ends_with(is_word))
}

/// Whether an arm matches everything: a wildcard or a new name, with or without a guard.
fn takes_anything(arm: &str) -> bool {
    let pattern = arm.split_once(" if ").map_or(arm, |(pattern, _)| pattern);
    let is_name = pattern.chars().all(is_word) && !pattern.starts_with(char::is_uppercase);
    is_name && !["true", "false"].contains(&pattern)
}

/// The streams of which one pattern takes some kinds, and another all the rest.
fn split_streams(arms: &[String]) -> Vec<String> {
    let (mut parts, mut wholes) = (Vec::new(), Vec::new());
    for arm in arms {
        for at in places_of(arm, "Event::") {
            let Some((stream, inside)) = arm[at..].split_once('(') else { continue };
            // A variant with named fields has no bracket here.
            if stream.chars().all(|c| is_word(c) || c == ':') {
                let streams = if is_whole(inside) { &mut wholes } else { &mut parts };
                streams.push(stream.to_owned());
            }
        }
    }
    wholes.retain(|stream| parts.contains(stream));
    wholes
}

/// Whether a stream's pattern, from its bracket on, matches every kind.
fn is_whole(inside: &str) -> bool {
    let fields = inside.split_once('}').map_or("", |(fields, _)| fields);
    inside.starts_with("_)") || (fields.contains("::Event {") && !fields.contains("kind"))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "crates/engine/src/index.rs";

    fn found(text: &str) -> Vec<String> {
        check_file(PATH, text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_exhaustive_match_is_fine() {
        let text = "match &recorded.event {
            Event::Outgoing(event) => match &event.kind {
                outgoing::Kind::Sent { .. } => a(),
                outgoing::Kind::Submitted { .. } | outgoing::Kind::Refused { .. } => {}
            },
            Event::Import(import::Event::Begun { .. }) => b(),
            Event::Import(
                import::Event::RequestObserved { .. } | import::Event::AcceptanceObserved { .. },
            ) => {}
            // Event::Import(_) | _ => {}
            Event::Network(_) | Event::Account(_) => {}
        }";
        assert_eq!(found(text), [] as [String; 0]);
    }

    #[test]
    fn a_stream_may_be_passed_on_after_one_of_its_events() {
        let text = "match event {
            import::Event::Export(ExportEvent::DeclineObserved { ask, .. }) => a(ask),
            import::Event::Export(event) => b(event),
            import::Event::Begun { .. } => {}
        }";
        assert_eq!(found(text), [] as [String; 0]);
    }

    #[test]
    fn a_chain_of_conditions_is_refused() {
        let problem = "`else if` over events; match on the stream, then on all of its kinds";
        for pattern in [
            "Event::Outgoing(outgoing::Event { kind, .. })",
            "Some(Event::Account(_))",
            "oversight::Event::FeedbackTaken { member, .. }\n    | oversight::Event::AppealOpened { member, .. }",
            "outgoing::Kind::Sent { .. }",
            "ExportEvent::ExportEnded { .. }",
            "ImportedRecord::MemberInherited { member, .. }",
        ] {
            for condition in [
                format!("let {pattern} = event"),
                format!("b && let {pattern} = event"),
                format!("matches!(event, {pattern})"),
            ] {
                let text = format!("if a {{\n}} else if {condition} {{\n}}");
                assert_eq!(found(&text), [format!("{PATH}:2: {problem}")], "{text}");
            }
        }
        let others =
            "if a {} else if let Some(b) = c {} else if let AnEvent::B = d {} else if let Kind::E = f {}";
        assert_eq!(found(others), [] as [String; 0]);
    }

    #[test]
    fn an_arm_for_any_event_is_refused() {
        let problem = "an arm takes any event; name the events that it is for";
        for rest in ["_", "other", "_ if a", "other if a"] {
            let text = format!("match (a, event) {{\n(B, Event::Network(_)) => c,\n{rest} => {{}}\n}}");
            assert_eq!(found(&text), [format!("{PATH}:1: {problem}")]);
        }
        assert_eq!(found("match a { Some(1) => Event::Network(b), _ => c }"), [] as [String; 0]);
    }

    #[test]
    fn a_stream_whose_other_kinds_fall_through_is_refused() {
        let problem = "`Event::Outgoing` is matched in part and then whole; match on all of its kinds";
        for rest in ["_", "outgoing::Event { .. }", "outgoing::Event { request, .. }"] {
            let text = format!(
                "match event {{
                    Event::Outgoing(outgoing::Event {{ kind: outgoing::Kind::Sent {{ .. }}, .. }}) => a(),
                    Event::Letter(_) | Event::Outgoing({rest}) => {{}}
                }}"
            );
            assert_eq!(found(&text), [format!("{PATH}:1: {problem}")]);
        }
    }

    #[test]
    fn tests_and_other_packages_may_match_a_single_event() {
        let text = "if a {} else if let Event::Network(_) = event {}";
        for path in
            ["crates/engine/tests/it/a.rs", "tests/it/a.rs", "xtask/src/a.rs", "crates/engine/src/a.md"]
        {
            assert_eq!(check_file(path, text), []);
        }
        assert_eq!(found(&format!("#[cfg(test)]\nmod tests {{\n{text}\n}}")), [] as [String; 0]);
    }
}
