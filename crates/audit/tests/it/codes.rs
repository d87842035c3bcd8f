//! Which code each viewer is told for each story, and what every answer has in common.

use std::collections::BTreeSet;

use acquaint_audit::{Disclosure, Explanation, Viewer, entry};
use acquaint_domain::{Code, SymbolKind, connection};
use acquaint_policy::{Facts, SpamFacts};

use crate::stories;
use crate::story::*;

#[test]
fn every_viewer_is_told_the_code_in_the_table() {
    for (case, story, [sender, recipient, agent]) in stories::all() {
        let code = |viewer| story.explain(viewer).map(|answer| answer.code);
        assert_eq!(code(Viewer::Sender), sender, "{case}, to the sender");
        assert_eq!(code(Viewer::Recipient), recipient, "{case}, to the recipient");
        assert_eq!(code(Viewer::Agent), agent, "{case}, to an agent");
        assert_eq!(code(Viewer::Engineer), agent, "{case}, to an engineer");
    }
}

#[test]
fn every_code_has_a_story() {
    let mut shown: BTreeSet<Code> = BTreeSet::new();
    for (_, story, codes) in stories::all() {
        shown.extend(codes.into_iter().flatten());
        let accompanied = story.explain(Viewer::Agent).map(|answer| answer.accompanied_by);
        shown.extend(accompanied.into_iter().flatten().map(|companion| companion.code));
    }
    for code in Code::ALL {
        assert!(shown.contains(&code), "{code} {}", code.name());
    }
}

#[test]
fn members_are_never_told_a_code_that_they_may_not_know() {
    for (case, story, _) in stories::all() {
        for viewer in [Viewer::Sender, Viewer::Recipient] {
            let Some(answer) = story.explain(viewer) else { continue };
            let disclosure = entry(answer.code).disclosure(viewer);
            assert!(
                !matches!(disclosure, Disclosure::Open | Disclosure::None),
                "{case}, {viewer:?}: {}",
                answer.code
            );
        }
    }
}

fn sentences(answer: &Explanation) -> Vec<&String> {
    let lists = answer.remedy.iter().map(|advice| &advice.text).chain(&answer.wont_help);
    let lists = lists.chain(&answer.reasons).chain([&answer.headline]);
    let lists = lists.chain(answer.sides.iter().map(|side| &side.text));
    lists.chain(answer.redress.as_ref()).chain(&answer.pass_on).collect()
}

fn fragments(answer: &Explanation) -> Vec<&String> {
    let lines = answer.events.iter().map(|line| &line.text);
    let rules = answer.rules.iter().map(|rule| &rule.text);
    let companions = answer.accompanied_by.iter().map(|companion| &companion.text);
    let verdict = [&answer.verdict].into_iter().chain(&answer.would_pass);
    verdict.chain(lines).chain(rules).chain(companions).collect()
}

#[test]
fn every_answer_is_complete_and_in_the_same_style() {
    for (case, story, _) in stories::all() {
        for viewer in Viewer::ALL {
            let Some(answer) = story.explain(viewer) else { continue };
            assert!(!answer.events.is_empty() && !answer.remedy.is_empty(), "{case}, {viewer:?}");
            assert!(answer.since <= story.now, "{case}, {viewer:?}");
            // A handle or an entered text keeps its case at the beginning of a sentence.
            let names = ["alice", "bob"].map(str::to_owned);
            let names: Vec<String> = names.into_iter().chain(story.mutuals.clone()).collect();
            for text in sentences(&answer) {
                let begins = text.chars().next().is_some_and(|c| {
                    c.is_uppercase()
                        || c.is_ascii_digit()
                        || c == '`'
                        || names.iter().any(|name| text.starts_with(name))
                });
                assert!(begins && text.ends_with(['.', '?']), "{case}, {viewer:?}: {text}");
            }
            for text in fragments(&answer) {
                assert!(!text.is_empty() && !text.ends_with('.'), "{case}, {viewer:?}: {text:?}");
            }
            for text in sentences(&answer).into_iter().chain(fragments(&answer)) {
                for wrong in
                    ["::", "Some(", "None", "{", "}", "  ", "\n", "Timestamp", " you is ", " you has "]
                {
                    assert!(!text.contains(wrong), "{case}, {viewer:?}: {text}");
                }
            }
        }
    }
}

#[test]
fn members_see_neither_scores_nor_weights_nor_thresholds() {
    for (case, story, _) in stories::all() {
        for viewer in [Viewer::Sender, Viewer::Recipient] {
            let Some(answer) = story.explain(viewer) else { continue };
            let passed_on =
                story.explain(Viewer::Agent).and_then(|answer| answer.pass_on).unwrap_or_default();
            for text in fragments(&answer).into_iter().chain(sentences(&answer)).chain([&passed_on]) {
                for secret in ["score", "counts", "held from", "refused from", "6.0", "10.0"] {
                    assert!(!text.contains(secret), "{case}, {viewer:?}: {text}");
                }
            }
            assert_eq!(answer.pass_on, None, "{case}");
        }
    }
}

/// The sender's answer about a send that is refused with `code`, under a policy that discloses the code to this `level`.
fn disclosed(code: &str, level: &str, facts: &Facts) -> Explanation {
    let table = format!("[disclosure]\ncodes = {{ {code} = \"{level}\" }}\nsource = \"choice: a test\"\n");
    Story::under(&table).send("bob", facts).explain(Viewer::Sender).expect("an answer")
}

#[test]
fn a_policy_may_disclose_more_or_less_about_causes_of_the_senders_side() {
    let bulk = Facts {
        spam: SpamFacts::new([(SymbolKind::RepeatedNote, 35.into()), (SymbolKind::Reports, 30.into())]),
        ..facts()
    };
    let plain = Story::new().send("bob", &bulk).explain(Viewer::Sender).expect("an answer");
    assert!(!plain.verdict.contains("score") && plain.would_pass.is_none());
    let full = disclosed("CR0501", "full", &bulk);
    assert!(full.verdict.contains("score 11.5"), "{}", full.verdict);
    let limit = disclosed("CR0401", "class-only", &stories::over_the_limit());
    assert_eq!(limit.verdict, "refused on 21 Nov 2026 08:12 UTC: the day's requests are used up");
    assert_eq!(limit.would_pass, None);
    let texts = limit
        .rules
        .iter()
        .map(|rule| rule.text.as_str())
        .chain(limit.remedy.iter().map(|advice| advice.text.as_str()));
    for text in texts {
        assert!(!text.contains("300") && !text.contains("2026"), "{text}");
    }
    assert_eq!(disclosed("CR0501", "class-only", &bulk).verdict, plain.verdict);
}

#[test]
fn the_sentence_to_pass_on_comes_from_the_senders_answer() {
    for (case, story, _) in stories::all() {
        let expected = story.explain(Viewer::Sender).map(|answer| {
            let reason = answer.reasons.first().map_or(String::new(), |reason| format!(" {reason}"));
            answer.headline + &reason
        });
        for viewer in [Viewer::Agent, Viewer::Engineer] {
            assert_eq!(story.explain(viewer).and_then(|answer| answer.pass_on), expected, "{case}");
        }
    }
}

#[test]
fn the_recipients_answer_holds_nothing_of_the_senders_side() {
    for (case, story, _) in stories::all() {
        if let Some(answer) = story.explain(Viewer::Recipient) {
            let sender_rules = ["address-form", "daily-limit", "spam"];
            assert!(answer.rules.iter().all(|rule| !sender_rules.contains(&rule.rule)), "{case}");
            let sender_events = [
                "request-submitted",
                "request-sent",
                "request-arrived",
                "request-withdrawn",
                "delivery-failed",
            ];
            assert!(answer.events.iter().all(|line| !sender_events.contains(&line.name)), "{case}");
        }
    }
}

#[test]
fn an_erased_address_is_shown_as_erased() {
    let mut story = Story::new().send("bob@example.org", &email_facts());
    erase(&mut story);
    for viewer in [Viewer::Sender, Viewer::Agent] {
        let answer = story.explain(viewer).expect("an answer");
        assert!(answer.events[0].text.contains("an erased address"), "{}", answer.events[0].text);
    }
    assert_eq!(story.explain(Viewer::Sender).map(|answer| answer.to), Some("erased".to_owned()));
}

#[test]
fn a_closed_account_and_an_ended_connection_look_the_same_to_the_other_member() {
    use acquaint_domain::{Event, LetterNumber, Span};
    let connected = || Story::delivered().accept().take_acceptance().after(Span::days(1));
    let letter = LetterNumber(2);
    let ended = connected().event(Event::Connection(connection::Event {
        member: ALICE,
        other: BOB,
        kind: connection::Kind::DisconnectionTaken { name: name(), letter },
    }));
    let closed = connected().event(Event::Connection(connection::Event {
        member: ALICE,
        other: BOB,
        kind: connection::Kind::ClosureTaken { name: Some(name()), letter },
    }));
    assert_eq!(ended.explain(Viewer::Sender), closed.explain(Viewer::Sender));
    assert_ne!(ended.explain(Viewer::Agent), closed.explain(Viewer::Agent));
}
