//! Explaining: from a dossier to what one viewer is told.

pub(crate) mod event_names;
mod exported;
pub(crate) mod ladder;
pub(crate) mod lines;
pub(crate) mod sender;
pub(crate) mod staff;

use acquaint_domain::{Code, PolicyVersion, Recorded, Timestamp};

use crate::answer::action::Advice;
use crate::answer::rehearsal::Compared;
use crate::answer::timers::{self, Timer};
use crate::answer::{Answer, Companion, Rung, Side, Today, Viewer};
use crate::catalogue::entry;
use crate::delivery::incident::RoundedIncident;
use crate::delivery::words as delivery_words;
use crate::dossier::{Case, Dossier, RecipientDossier};
use crate::explain::ladder::ladder;
use crate::explain::lines::{Reader, lines};
use crate::explain::sender::to_sender;
use crate::explain::staff::to_staff;
use crate::exported::Exported;
use crate::incoming::half::IncomingHalf;
use crate::incoming::words as incoming_words;
use crate::outgoing::advice;
use crate::outgoing::candidates::Candidates;
use crate::outgoing::half::{Appeal, OutgoingHalf};
use crate::outgoing::words::Said;
use crate::wording::{self, Party, Speech};
use acquaint_policy::Incidents;

/// What the dossier's viewer is told about the request; `None` when this viewer may see nothing of it.
pub fn explain(dossier: &Dossier) -> Option<Answer> {
    match dossier {
        Dossier::Sender(dossier) => to_sender(dossier),
        Dossier::Recipient(dossier) => to_recipient(dossier),
        Dossier::Staff(dossier) => to_staff(dossier),
    }
}

/// What is worked out before it is put into an answer.
pub(crate) struct Finding {
    pub(crate) timers: Vec<Timer>,
    pub(crate) candidates: Candidates,
    pub(crate) code: Code,
    pub(crate) headline: String,
    pub(crate) reasons: Vec<String>,
    pub(crate) sides: Vec<Side>,
    pub(crate) verdict: String,
    pub(crate) since: Timestamp,
    pub(crate) policy: PolicyVersion,
    pub(crate) causes: Vec<Code>,
    pub(crate) accompanied_by: Vec<Companion>,
    pub(crate) today: Vec<Today>,
    pub(crate) would_pass: Option<String>,
    pub(crate) compared: Option<Compared>,
    pub(crate) remedy: Vec<Advice>,
    pub(crate) wont_help: Vec<String>,
    pub(crate) redress: Option<String>,
    pub(crate) pass_on: Option<String>,
}

/// A sentence of a fragment. A handle at its beginning stays as it is.
pub(crate) fn sentence(speech: &Speech, fragment: &str) -> String {
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
pub(crate) fn headline(said: &Said, speech: &Speech, since: Timestamp, as_of: Timestamp) -> String {
    sentence(speech, &format!("{}{}", said.happened, wording::ago(since, as_of)))
}

/// The reason, and that it is over.
pub(crate) fn reasons(said: &Said, speech: &Speech, over: Option<String>) -> Vec<String> {
    let over = over.map(|over| sentence(speech, &over));
    said.reason.iter().map(|reason| sentence(speech, reason)).chain(over).collect()
}

/// Answers the recipient.
pub(crate) fn to_recipient(dossier: &RecipientDossier) -> Option<Answer> {
    if let Some(exported) = Exported::of_recipient(dossier) {
        return Some(exported.to_recipient(dossier));
    }
    let (case, recipient) = (dossier.case, dossier.desk.member());
    let half = IncomingHalf::of_recipient(dossier)?;
    let sender = Party::They(wording::short_name(&case.handle(case.sender)));
    let speech = Speech { sender, recipient: Party::You };
    let code = half.code();
    let said = incoming_words::said(&half, &speech);
    let deliveries = dossier.desk.deliveries();
    let not_arrived = delivery_words::under_way(deliveries)
        .map(|delivery| delivery_words::not_arrived(delivery, &speech.recipient));
    let finding = Finding {
        timers: timers::with_letters(timers::of_recipient(&half), deliveries, case.as_of),
        candidates: Candidates::default(),
        code,
        headline: headline(&said, &speech, half.since, case.as_of),
        reasons: reasons(&said, &speech, None),
        sides: Vec::new(),
        verdict: said.sentence(),
        since: half.since,
        policy: policy_of(&case, half.verdicts().last().map(|verdict| verdict.policy)),
        causes: vec![code],
        accompanied_by: delivery_words::incidents(deliveries, RoundedIncident::sized)
            .into_iter()
            .chain(not_arrived)
            .collect(),
        // Whether it would be let in today depends on the sender's own profile, which is not the recipient's to know.
        today: Vec::new(),
        would_pass: incoming_words::would_pass(&half, None, &speech),
        compared: None,
        remedy: match delivery_words::under_way(deliveries).next() {
            Some(letter) => vec![delivery_words::wait(letter)],
            None => advice::for_recipient(code, &half.whom()),
        },
        wont_help: Vec::new(),
        redress: redress(None, code),
        pass_on: None,
    };
    let rungs = ladder(&case, Viewer::Recipient, None, Some(&half));
    let reader = Reader {
        viewer: Viewer::Recipient,
        case,
        recipient: Some(recipient),
        numbering: dossier.numbering,
        speech: &speech,
    };
    Some(answer(&reader, dossier.desk.events(), case.handle(recipient), rungs, finding))
}

/// Puts an answer together. `events` are those that the reader may see.
pub(crate) fn answer(
    reader: &Reader,
    events: &[&Recorded],
    to: String,
    ladder: Vec<Rung>,
    finding: Finding,
) -> Answer {
    let case = &reader.case;
    Answer {
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
        compared: finding.compared,
        others: Vec::new(),
        remedy: finding.remedy,
        wont_help: finding.wont_help,
        redress: finding.redress,
        pass_on: finding.pass_on,
        pass_on_request: None,
    }
}

pub(crate) fn policy_of(case: &Case, judged: Option<PolicyVersion>) -> PolicyVersion {
    judged.unwrap_or(case.policy)
}

/// Who reviews it; nobody where an appeal was upheld.
pub(crate) fn redress(half: Option<&OutgoingHalf>, code: Code) -> Option<String> {
    let appeal = half.and_then(OutgoingHalf::appeal);
    let is_over = matches!(appeal, Some(Appeal::Upheld { .. }));
    entry(code).redress.filter(|_| !is_over).map(str::to_owned)
}

/// Whether a code says that a request's delivery fails: an incident may accompany it.
pub(crate) const fn is_failing(code: Code) -> bool {
    matches!(code, Code::DeliveryRetrying | Code::DeliveryFailed)
}

/// Whether a failing delivery is this request's own trouble or everybody's.
pub(crate) fn whose_trouble(case: &Case, has_incident: bool) -> Candidates {
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

pub(crate) fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
