//! The computed parts of an answer, and how they are put together.

use acquaint_domain::{Code, PolicyVersion, Recorded, Timestamp};
use acquaint_policy::Incidents;

use super::lines::{LineContext, lines};
use crate::answer::action::Advice;
use crate::answer::candidates::Candidates;
use crate::answer::rehearsal::CompanyComparison;
use crate::answer::timers::Timer;
use crate::answer::{Companion, Explanation, RuleFinding, SideAnswer, Today};
use crate::catalogue::entry;
use crate::dossier::Case;
use crate::half::words::HalfText;
use crate::outgoing::half::{Appeal, OutgoingHalf};
use crate::wording::{self, Party, Speech};

/// The parts of an answer that each viewer's module computes.
pub(super) struct AnswerParts {
    pub(super) timers: Vec<Timer>,
    pub(super) candidates: Candidates,
    pub(super) code: Code,
    pub(super) headline: String,
    pub(super) reasons: Vec<String>,
    pub(super) sides: Vec<SideAnswer>,
    pub(super) verdict: String,
    pub(super) since: Timestamp,
    pub(super) policy: PolicyVersion,
    pub(super) causes: Vec<Code>,
    pub(super) accompanied_by: Vec<Companion>,
    pub(super) today: Vec<Today>,
    pub(super) would_pass: Option<String>,
    pub(super) would_pass_at: Option<Timestamp>,
    pub(super) compared: Option<CompanyComparison>,
    pub(super) remedy: Vec<Advice>,
    pub(super) wont_help: Vec<String>,
    pub(super) redress: Option<String>,
    pub(super) pass_on: Option<String>,
}

/// Makes a sentence of a fragment: a capital letter and a full stop. A handle at its beginning keeps its case.
pub(super) fn sentence(speech: &Speech, fragment: &str) -> String {
    let begins_with = |party: &Party| match party {
        Party::You => false,
        Party::They(name) => fragment.starts_with(name.as_str()),
    };
    let fragment = fragment.trim_end_matches('.');
    if begins_with(&speech.sender) || begins_with(&speech.recipient) {
        return format!("{fragment}.");
    }
    format!("{}.", wording::capital(fragment))
}

/// The first line of an answer: what happened, and how long ago.
pub(super) fn headline(text: &HalfText, speech: &Speech, since: Timestamp, as_of: Timestamp) -> String {
    sentence(speech, &format!("{}{}", text.happened, wording::ago(since, as_of)))
}

/// The reason as a sentence, followed by the sentence that says that it no longer applies.
pub(super) fn reasons(text: &HalfText, speech: &Speech, over: Option<String>) -> Vec<String> {
    let over = over.map(|over| sentence(speech, &over));
    text.reason.iter().map(|reason| sentence(speech, reason)).chain(over).collect()
}

/// Puts an answer together. `events` are those that the viewer may see.
pub(super) fn answer(
    context: &LineContext,
    events: &[&Recorded],
    to: String,
    rules: Vec<RuleFinding>,
    parts: AnswerParts,
) -> Explanation {
    let case = &context.case;
    Explanation {
        request: case.request,
        viewer: context.viewer,
        from: case.handle(case.sender),
        to,
        code: parts.code,
        headline: parts.headline,
        reasons: parts.reasons,
        sides: parts.sides,
        verdict: parts.verdict,
        since: parts.since,
        as_of: case.as_of,
        policy: case.citation(parts.policy),
        position: (context.numbering.position)(),
        events: lines(context, events),
        timers: parts.timers,
        rules,
        causes: parts.causes,
        candidates: parts.candidates,
        accompanied_by: parts.accompanied_by,
        today: parts.today,
        would_pass: parts.would_pass,
        would_pass_at: parts.would_pass_at,
        compared: parts.compared,
        others: Vec::new(),
        remedy: parts.remedy,
        wont_help: parts.wont_help,
        redress: parts.redress,
        pass_on: parts.pass_on,
        pass_on_request: None,
    }
}

/// The policy that judged, or the one in force where none did.
pub(super) fn policy_of(case: &Case, judged: Option<PolicyVersion>) -> PolicyVersion {
    judged.unwrap_or(case.policy)
}

/// Who reviews the decision; `None` once an appeal against it was upheld.
pub(super) fn redress(half: Option<&OutgoingHalf>, code: Code) -> Option<String> {
    let appeal = half.and_then(OutgoingHalf::appeal);
    let is_upheld = matches!(appeal, Some(Appeal::Upheld { .. }));
    entry(code).redress.filter(|_| !is_upheld).map(str::to_owned)
}

/// Whether a code means that delivery fails, so that a site-wide incident may accompany it.
pub(super) const fn is_delivery_failure(code: Code) -> bool {
    matches!(code, Code::DeliveryRetrying | Code::DeliveryFailed)
}

/// Whether a failing delivery is part of a site-wide incident.
pub(super) fn extent_of_failure(case: &Case, has_incident: bool) -> Candidates {
    let certain = match case.in_force() {
        _ if has_incident => {
            "The fault is not specific to this request: it is a site-wide incident.".to_owned()
        }
        Some(policy) => {
            let Incidents { attempts, senders, window, .. } = &policy.incidents;
            format!(
                "It is not a site-wide incident: fewer than {attempts} attempts, or those of fewer than {senders} \
                 senders, failed within {} at that time.",
                wording::window(*window)
            )
        }
        None => return Candidates::default(),
    };
    Candidates { certain: vec![certain], ..Candidates::default() }
}
