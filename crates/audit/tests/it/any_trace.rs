//! The audit never panics, whatever the trace.

use acquaint_audit::Viewer;
use acquaint_domain::{Event, Outcome, Recorded, Span, Timestamp, outgoing};
use proptest::prelude::*;

use crate::stories;
use crate::story::*;

/// Events of all stories, from which random traces are drawn.
fn pool() -> Vec<Recorded> {
    let bare = [
        Outcome::Pass,
        Outcome::Hold(acquaint_domain::Code::SpamHeld),
        Outcome::Refuse(acquaint_domain::Code::DailyLimit),
    ];
    let bare = bare.into_iter().map(|outcome| {
        Event::Outgoing(outgoing::Event {
            request: REQUEST,
            sender: ALICE,
            kind: outgoing::Kind::Refused { verdict: bare_verdict(outcome) },
        })
    });
    let bare = bare.fold(Story::new(), Story::event).trace;
    stories::all()
        .into_iter()
        .flat_map(|(_, story, _)| story.trace)
        .chain(bare)
        .chain(Story::new().confirm().trace)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn events_in_any_order_never_make_an_answer_panic(
        picks in prop::collection::vec((any::<prop::sample::Index>(), any::<i64>()), 0..12),
        as_of in any::<i64>(),
        keeps_times in any::<bool>(),
        nobody in any::<bool>(),
    ) {
        let pool = pool();
        let trace = picks.into_iter().map(|(index, at)| {
            let mut recorded = index.get(&pool).clone();
            if !keeps_times {
                recorded.at = Timestamp::from_millis(at);
            }
            recorded
        });
        let mut story = Story { trace: trace.collect(), now: Timestamp::from_millis(as_of), ..Story::new() };
        if nobody {
            story.recipient = None;
        }
        for viewer in Viewer::ALL {
            let answer = story.explain(viewer);
            let _ = story.follow_up(viewer);
            if let Some(answer) = answer {
                prop_assert!(!answer.verdict.is_empty() && !answer.remedy.is_empty() && !answer.causes.is_empty());
                // Only the command-line program names options and commands.
                let rules = answer.rules.iter().map(|rule| &rule.text);
                let texts = answer.remedy.iter().map(|advice| &advice.text).chain(rules).chain(&answer.wont_help);
                let with_commands: Vec<&String> = texts.filter(|text| text.contains("--") || text.contains("acquaint ")).collect();
                prop_assert_eq!(with_commands, Vec::<&String>::new());
            }
        }
    }

    #[test]
    fn events_that_the_sender_may_not_see_never_change_the_senders_answer(
        picks in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
        days in 0_i64..170,
    ) {
        let pool = pool();
        let hidden: Vec<Recorded> = pool.into_iter().filter(|recorded| !Viewer::Sender.sees(&recorded.event, ALICE, Some(BOB))).collect();
        let plain = Story::delivered().after(Span::days(days));
        let mut busy = plain.clone();
        busy.trace.extend(picks.into_iter().map(|index| index.get(&hidden).clone()));
        prop_assert_eq!(plain.explain(Viewer::Sender), busy.explain(Viewer::Sender));
        prop_assert_eq!(plain.follow_up(Viewer::Sender), busy.follow_up(Viewer::Sender));
    }
}
