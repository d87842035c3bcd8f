//! A refused appeal is shown to the member who appealed and to staff, and to nobody else.

use acquaint_audit::{Companion, Viewer};
use acquaint_domain::{Code, Span};

use crate::stories::automated;
use crate::story::*;

fn companions(story: &Story, viewer: Viewer) -> Vec<Companion> {
    let all = story.explain(viewer).map(|answer| answer.accompanied_by).unwrap_or_default();
    // A letter that has not arrived yet is also a companion, and not the one tested here.
    all.into_iter().filter(|companion| companion.code != Code::InTransit).collect()
}

#[test]
fn a_refused_appeal_accompanies_the_answer_with_the_deciding_numbers() {
    let dismissed = automated().appeal().dismiss().appeal().dismiss();
    let table = [
        (
            Story::delivered().refuse_appeal(Code::NothingToAppeal),
            Code::NothingToAppeal,
            "there is no decision to appeal against",
        ),
        (
            automated().appeal().refuse_appeal(Code::AppealWaits),
            Code::AppealWaits,
            "an appeal against the same decision is already open",
        ),
        (
            dismissed.refuse_appeal(Code::AppealLimit),
            Code::AppealLimit,
            "2 appeals against it had been dismissed, as many as the policy allows",
        ),
        (
            automated().refuse_appeal(Code::AppealTooLate),
            Code::AppealTooLate,
            "a decision can be appealed for 183 days",
        ),
    ];
    for (story, code, reason) in table {
        for viewer in [Viewer::Sender, Viewer::Agent, Viewer::Engineer] {
            let found = companions(&story, viewer);
            assert_eq!(found.len(), 1, "{code}, {viewer:?}: {found:?}");
            assert_eq!(found[0].code, code, "{viewer:?}");
            let text = &found[0].text;
            assert!(
                text.starts_with("an appeal on ") && text.ends_with(&format!(" was refused: {reason}")),
                "{text}"
            );
        }
        assert_eq!(companions(&story, Viewer::Recipient), []);
        let events = story.explain(Viewer::Recipient).map(|answer| answer.events).unwrap_or_default();
        assert!(events.iter().all(|line| line.name != "command-refused"), "{events:?}");
    }
}

#[test]
fn a_refused_appeal_is_no_longer_shown_once_an_appeal_is_opened() {
    let opened = automated().refuse_appeal(Code::AppealWaits).after(Span::days(1)).appeal();
    for viewer in [Viewer::Sender, Viewer::Agent] {
        assert_eq!(companions(&opened, viewer), []);
    }
}
