//! What the recipient is told. Nothing in this file is given more than a [`RecipientDossier`].

use super::finding::{AnswerParts, answer, headline, policy_of, reasons, redress};
use super::lines::LineContext;
use super::rule_findings::rule_findings;
use crate::answer::candidates::Candidates;
use crate::answer::{Explanation, Viewer};
use crate::delivery::incident::RoundedIncident;
use crate::delivery::words as delivery_words;
use crate::dossier::RecipientDossier;
use crate::exported::Exported;
use crate::incoming::half::IncomingHalf;
use crate::incoming::{advice, timers, words};
use crate::wording::{self, Party, Speech};

/// Answers the recipient.
pub(crate) fn to_recipient(dossier: &RecipientDossier) -> Option<Explanation> {
    if let Some(exported) = Exported::of_recipient(dossier) {
        return Some(super::exported::to_recipient(&exported, dossier));
    }
    let (case, recipient) = (dossier.case, dossier.desk.member());
    let half = IncomingHalf::of_recipient(dossier)?;
    let sender = Party::They(wording::short_name(&case.handle(case.sender)));
    let speech = Speech { sender, recipient: Party::You };
    let code = half.code();
    let text = words::half_text(&half, &speech);
    let deliveries = dossier.desk.deliveries();
    let not_arrived = delivery_words::in_transit(deliveries)
        .map(|delivery| delivery_words::not_arrived(delivery, &speech.recipient));
    let parts = AnswerParts {
        timers: delivery_words::timers_with_letters(timers::timers(&half), deliveries, case.as_of),
        candidates: Candidates::default(),
        code,
        headline: headline(&text, &speech, half.since, case.as_of),
        reasons: reasons(&text, &speech, None),
        sides: Vec::new(),
        verdict: text.sentence(),
        since: half.since,
        policy: policy_of(&case, half.verdicts().last().map(|verdict| verdict.policy)),
        causes: vec![code],
        accompanied_by: delivery_words::incidents(deliveries, RoundedIncident::sized)
            .into_iter()
            .chain(not_arrived)
            .collect(),
        // Whether it would be let in today depends on the sender's profile, which the recipient may not know.
        today: Vec::new(),
        would_pass: words::would_pass(&half, None, &speech),
        would_pass_at: words::would_pass_at(&half, None),
        compared: None,
        remedy: match delivery_words::in_transit(deliveries).next() {
            Some(letter) => vec![delivery_words::wait(letter)],
            None => advice::for_recipient(code, &half.whom()),
        },
        wont_help: Vec::new(),
        redress: redress(None, code),
        pass_on: None,
    };
    let rules = rule_findings(&case, Viewer::Recipient, None, Some(&half));
    let context = LineContext {
        viewer: Viewer::Recipient,
        case,
        recipient: Some(recipient),
        numbering: dossier.numbering,
        speech: &speech,
    };
    Some(answer(&context, dossier.desk.events(), case.handle(recipient), rules, parts))
}
