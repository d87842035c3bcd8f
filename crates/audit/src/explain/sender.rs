//! What the sender is told. Nothing in this file is given more than a [`SenderDossier`].

use acquaint_domain::Code;
use acquaint_domain::outgoing::Outgoing;
use acquaint_policy::DisclosureLevel;

use super::finding::{
    AnswerParts, answer, extent_of_failure, headline, is_delivery_failure, policy_of, reasons, redress,
    sentence,
};
use super::lines::LineContext;
use super::rule_findings::rule_findings;
use crate::answer::candidates::Candidates;
use crate::answer::{Companion, Explanation, Viewer};
use crate::catalogue::{Disclosure, entry};
use crate::delivery::incident::RoundedIncident;
use crate::delivery::words as delivery_words;
use crate::dossier::SenderDossier;
use crate::exported::Exported;
use crate::half::verdicts::stopped_with;
use crate::outgoing::half::OutgoingHalf;
use crate::outgoing::{advice, appeal_words, candidates, now, pass, reminder_words, timers, words};
use crate::wording::{Party, Speech};

/// Answers the sender.
pub(crate) fn to_sender(dossier: &SenderDossier) -> Option<Explanation> {
    if let Some(exported) = Exported::of_sender(dossier) {
        return super::exported::to_sender(&exported, dossier);
    }
    let half = OutgoingHalf::read(dossier)?;
    let (to, name) = half.recipient();
    let speech = Speech { sender: Party::You, recipient: Party::They(name) };
    let code = half.code();
    let (shown_as, is_class_only) = match disclosure_by_policy(&half, code) {
        Some(DisclosureLevel::Full) => (Viewer::Agent, false),
        Some(DisclosureLevel::ClassOnly) => (Viewer::Sender, true),
        None => (Viewer::Sender, false),
    };
    let parts = parts(&half, &speech, shown_as, is_class_only);
    let mut rules = rule_findings(&dossier.case, shown_as, Some(&half), None);
    for rule in rules.iter_mut().filter(|rule| is_class_only && rule.code == Some(code)) {
        rule.text = entry(code).title.to_owned();
    }
    let context = LineContext {
        viewer: Viewer::Sender,
        case: dossier.case,
        recipient: half.known_recipient(),
        numbering: dossier.numbering,
        speech: &speech,
    };
    Some(answer(&context, half.events, to, rules, parts))
}

/// The parts of the sender's answer, in the detail that `shown_as` may see. The policy decides which viewer that is.
fn parts(half: &OutgoingHalf, speech: &Speech, shown_as: Viewer, is_class_only: bool) -> AnswerParts {
    let case = &half.dossier.case;
    let deliveries = half.dossier.desk.deliveries();
    let code = half.code();
    let is_open = code == Code::Undisclosed;
    let stops_now = half.dossier.now.as_ref().and_then(|now| stopped_with(&now.verdict));
    let hides_now = stops_now.is_some_and(|code| advice::is_told_by_class(half, code));
    let text =
        if is_class_only { words::class_only(half, code) } else { words::half_text(half, speech, shown_as) };
    AnswerParts {
        timers: delivery_words::timers_with_letters(timers::timers(half), deliveries, case.as_of),
        candidates: if is_open {
            candidates::of_sender(half, speech)
        } else if is_delivery_failure(code) {
            extent_of_failure(
                case,
                half.dossier.desk.own_delivery().is_some_and(|delivery| delivery.incident.is_some()),
            )
        } else {
            Candidates::default()
        },
        code,
        headline: if is_open {
            sentence(speech, &text.happened)
        } else {
            headline(&text, speech, half.since, case.as_of)
        },
        reasons: if is_open {
            open_reasons(half, speech)
        } else {
            reasons(&text, speech, now::over_text(half, speech))
        },
        sides: Vec::new(),
        verdict: if is_open {
            format!("{}; what happens on the other side is private", text.happened)
        } else {
            text.sentence()
        },
        since: half.since,
        policy: policy_of(case, half.verdicts().last().map(|verdict| verdict.policy)),
        causes: causes(code, half),
        accompanied_by: accompaniment(half, speech),
        today: now::today(half, speech).filter(|_| !is_class_only).into_iter().collect(),
        would_pass: pass::would_pass(half, speech, shown_as).filter(|_| !is_class_only && !hides_now),
        would_pass_at: pass::would_pass_at(half).filter(|_| !is_class_only && !hides_now),
        compared: None,
        remedy: if is_class_only {
            let whom = advice::whom(half);
            advice::after_appeal(half, &whom)
                .unwrap_or_else(|| entry(code).remedy.iter().map(|help| whom.help(help)).collect())
        } else {
            advice::for_sender(half, speech)
        },
        wont_help: if is_class_only { entry(code).wont_help_owned() } else { advice::not_for_sender(half) },
        redress: redress(Some(half), code),
        pass_on: None,
    }
}

/// What the sender may know about why the request is still open: the same words whatever the cause.
fn open_reasons(half: &OutgoingHalf, speech: &Speech) -> Vec<String> {
    let is_hidden = half.is_to_hidden_owner();
    let whom = if is_hidden { "the other side" } else { speech.recipient.name() };
    let nobody = if is_hidden { "nobody may have the address, " } else { "" };
    vec![
        format!("Nothing on your side stands in its way; why it is still open is private to {whom}."),
        format!(
            "It may be unseen or unanswered, kept back by settings, declined or reported; {nobody}you may be \
             blocked, or the account may be closed or restricted."
        ),
    ]
}

/// How much of a stop the judging policy discloses to the sender; `None` where that is what the catalogue says.
fn disclosure_by_policy(half: &OutgoingHalf, code: Code) -> Option<DisclosureLevel> {
    if !matches!(half.state, Outgoing::Refused(_) | Outgoing::HeldForReview) {
        return None;
    }
    let policy = half.dossier.case.policies.get(&half.verdicts().last()?.policy)?;
    let (_, level) = policy.told().find(|(other, _)| *other == code)?;
    let is_as_catalogued = matches!(
        (level, entry(code).sender),
        (DisclosureLevel::Full, Disclosure::Full) | (DisclosureLevel::ClassOnly, Disclosure::ClassOnly)
    );
    (!is_as_catalogued).then_some(level)
}

/// The possible causes. For the open answer these are all the causes that a sender may never distinguish; for an e-mail
/// address they include that nobody has it, and that its owner was asked or connected under another address.
fn causes(code: Code, half: &OutgoingHalf) -> Vec<Code> {
    if code != Code::Undisclosed {
        return vec![code];
    }
    let of_emails = [Code::AddressUnknown, Code::AlreadyPending, Code::AlreadyConnected];
    let is_open = |code: &Code| {
        entry(*code).sender == Disclosure::Open || (half.is_to_hidden_owner() && of_emails.contains(code))
    };
    Code::ALL.into_iter().filter(is_open).collect()
}

/// Companions of the cause: the incidents that delayed the sender's own letters, the letters that are still delayed,
/// and a refused reminder or appeal. A letter that met no fault is not mentioned: when it arrives may depend on the
/// other side.
fn accompaniment(half: &OutgoingHalf, speech: &Speech) -> Vec<Companion> {
    let deliveries = half.dossier.desk.deliveries();
    let delayed = delivery_words::in_transit(deliveries).filter(|delivery| delivery.is_delayed());
    delivery_words::incidents(deliveries, RoundedIncident::sized)
        .into_iter()
        .chain(delayed.map(|delivery| delivery_words::not_arrived(delivery, &speech.sender)))
        .chain(reminder_words::companion(half, speech))
        .chain(appeal_words::companion(half))
        .collect()
}
