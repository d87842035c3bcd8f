//! What is worked out for one viewer, and the answer made of it.

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

/// What is worked out before it is put into an answer.
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

/// A sentence of a fragment. A handle at its beginning stays as it is.
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

/// The first line of an answer: what happened, how long ago, and what accompanies it.
pub(super) fn headline(said: &HalfText, speech: &Speech, since: Timestamp, as_of: Timestamp) -> String {
    sentence(speech, &format!("{}{}", said.happened, wording::ago(since, as_of)))
}

/// The reason, and that it is over.
pub(super) fn reasons(said: &HalfText, speech: &Speech, over: Option<String>) -> Vec<String> {
    let over = over.map(|over| sentence(speech, &over));
    said.reason.iter().map(|reason| sentence(speech, reason)).chain(over).collect()
}

/// Puts an answer together. `events` are those that the reader may see.
pub(super) fn answer(
    reader: &LineContext,
    events: &[&Recorded],
    to: String,
    ladder: Vec<RuleFinding>,
    finding: AnswerParts,
) -> Explanation {
    let case = &reader.case;
    Explanation {
        request: case.request,
        viewer: reader.viewer,
        from: case.handle(case.sender),
        to,
        code: finding.code,
        headline: finding.headline,
        reasons: finding.reasons,
        sides: finding.sides,
        verdict: finding.verdict,
        since: finding.since,
        as_of: case.as_of,
        policy: case.citation(finding.policy),
        position: (reader.numbering.position)(),
        events: lines(reader, events),
        timers: finding.timers,
        ladder,
        causes: finding.causes,
        candidates: finding.candidates,
        accompanied_by: finding.accompanied_by,
        today: finding.today,
        would_pass: finding.would_pass,
        would_pass_at: finding.would_pass_at,
        compared: finding.compared,
        others: Vec::new(),
        remedy: finding.remedy,
        wont_help: finding.wont_help,
        redress: finding.redress,
        pass_on: finding.pass_on,
        pass_on_request: None,
    }
}

pub(super) fn policy_of(case: &Case, judged: Option<PolicyVersion>) -> PolicyVersion {
    judged.unwrap_or(case.policy)
}

/// Who reviews it; nobody where an appeal was upheld.
pub(super) fn redress(half: Option<&OutgoingHalf>, code: Code) -> Option<String> {
    let appeal = half.and_then(OutgoingHalf::appeal);
    let is_over = matches!(appeal, Some(Appeal::Upheld { .. }));
    entry(code).redress.filter(|_| !is_over).map(str::to_owned)
}

/// Whether a code says that a request's delivery fails: an incident may accompany it.
pub(super) const fn is_failing(code: Code) -> bool {
    matches!(code, Code::DeliveryRetrying | Code::DeliveryFailed)
}

/// Whether a failing delivery is this request's own trouble or everybody's.
pub(super) fn whose_trouble(case: &Case, has_incident: bool) -> Candidates {
    let certain = match case.in_force() {
        _ if has_incident => {
            "It is everybody's trouble, not this request's own: a site-wide incident.".to_owned()
        }
        Some(policy) => {
            let Incidents { attempts, senders, window, .. } = &policy.incidents;
            format!(
                "It is no site-wide incident: fewer than {attempts} attempts of {senders} senders failed within {} \
                 at that time.",
                wording::window(*window)
            )
        }
        None => return Candidates::default(),
    };
    Candidates { certain: vec![certain], ..Candidates::default() }
}
