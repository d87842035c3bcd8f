//! What agents and engineers are told: both halves.

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Addressee, Code, PolicyVersion, Timestamp, WithdrawnBy};

use crate::answer::{Answer, Companion};
use crate::candidates::Candidates;
use crate::catalogue::entry;
use crate::dossier::StaffDossier;
use crate::explain::{Finding, answer, incident_companion, is_failing, owned, policy_of, whose_trouble};
use crate::exported::Exported;
use crate::incoming_half::IncomingHalf;
use crate::ladder::ladder;
use crate::lines::Reader;
use crate::outgoing_half::{Joined, OutgoingHalf};
use crate::timers::Timer;
use crate::to_sender::{recipient, to_sender};
use crate::wording::{Party, Speech};
use crate::{advice, incoming_words, outgoing_words, timers};

/// Answers an agent or an engineer.
pub(crate) fn to_staff(dossier: &StaffDossier) -> Option<Answer> {
    if let Some(exported) = Exported::of_staff(dossier) {
        return exported.to_staff(dossier);
    }
    let (case, viewer) = (dossier.sender.case, dossier.viewer);
    let outgoing = OutgoingHalf::read(&dossier.sender);
    let incoming = IncomingHalf::of_staff(dossier);
    let sides = Sides { outgoing: outgoing.as_ref(), incoming: incoming.as_ref() };
    let (to, words) = sides.recipient(dossier);
    let speech = Speech { sender: Party::They(case.handle(case.sender)), recipient: Party::They(words) };
    let finding = sides.finding(dossier, &speech)?;
    let rungs = ladder(&case, viewer, sides.outgoing, sides.incoming);
    let numbering = dossier.numbering;
    let reader = Reader { viewer, case, recipient: dossier.recipient, numbering, speech: &speech };
    Some(answer(&reader, &dossier.events(), to, rungs, finding))
}

/// Both halves.
struct Sides<'h, 'a> {
    outgoing: Option<&'h OutgoingHalf<'a>>,
    incoming: Option<&'h IncomingHalf<'a>>,
}

impl Sides<'_, '_> {
    fn finding(&self, dossier: &StaffDossier, speech: &Speech) -> Option<Finding> {
        let case = &dossier.sender.case;
        let (code, since, version) = self.deciding()?;
        let told = to_sender(&dossier.sender).map(|answer| format!("{}: {}", answer.code, answer.verdict));
        Some(Finding {
            timers: self.timers(),
            candidates: if is_failing(code) {
                whose_trouble(case, dossier.incident.is_some())
            } else {
                Candidates::default()
            },
            code,
            verdict: self.sentence(dossier, speech),
            since,
            policy: policy_of(case, version),
            causes: vec![code],
            accompanied_by: accompaniment(dossier, code),
            would_pass: self.would_pass(dossier, speech),
            remedy: match self.outgoing {
                Some(half) if !self.is_on_the_other_side() => advice::for_sender(half, code, speech),
                Some(_) | None => advice::for_the_other_side(self.incoming, code),
            },
            wont_help: owned(entry(code).wont_help),
            pass_on: told,
        })
    }

    /// Who was asked: plain, and in the words of a sentence.
    fn recipient(&self, dossier: &StaffDossier) -> (String, String) {
        match (dossier.recipient, self.outgoing) {
            (Some(member), _) => {
                let handle = dossier.sender.case.handle(member);
                (handle.clone(), handle)
            }
            (None, Some(half)) => recipient(half),
            (None, None) => ("unknown".to_owned(), "an unknown address".to_owned()),
        }
    }

    /// Whether the recipient's side has the deciding word: the request has arrived and has not ended on the sender's.
    fn is_on_the_other_side(&self) -> bool {
        let is_there = self.outgoing.is_none_or(|half| half.state == Outgoing::Sent);
        is_there && self.incoming.is_some()
    }

    /// The deciding code, since when it holds, and the policy that judged on that side.
    fn deciding(&self) -> Option<(Code, Timestamp, Option<PolicyVersion>)> {
        let judged_here = self.outgoing.and_then(|half| half.verdicts().last().map(|verdict| verdict.policy));
        match (self.outgoing, self.incoming) {
            (_, Some(half)) if self.is_on_the_other_side() => {
                let judged_there = half.verdicts().last().map(|verdict| verdict.policy);
                Some((half.code(), half.since, judged_there.or(judged_here)))
            }
            (Some(half), _) => Some((self.ended_code(half), half.since, judged_here)),
            (None, _) => None,
        }
    }

    /// Whoever reads both halves is told what either alone does not say: that the sender's closing the account took the
    /// request back, and that the other desk saw the requests cross.
    fn ended_code(&self, half: &OutgoingHalf) -> Code {
        let crossed_there = self.incoming.is_some_and(|half| half.joined() == Some(Joined::Crossed));
        if half.state == Outgoing::Withdrawn(WithdrawnBy::Closure) {
            Code::SenderClosed
        } else if half.code() == Code::Accepted && crossed_there {
            Code::Crossed
        } else {
            half.code()
        }
    }

    /// What has not fired on either side, soonest first.
    fn timers(&self) -> Vec<Timer> {
        let here = self.outgoing.map(timers::of_sender);
        let there = self.incoming.map(timers::of_recipient);
        let mut timers: Vec<Timer> = here.into_iter().chain(there).flatten().collect();
        timers.sort_by_key(|timer| timer.at);
        timers
    }

    fn is_to_nobody(&self) -> bool {
        let submitted = self.outgoing.and_then(|half| half.submitted());
        matches!(submitted, Some((_, Addressee::Nobody, ..)))
    }

    fn sentence(&self, dossier: &StaffDossier, speech: &Speech) -> String {
        let Speech { sender, recipient } = speech;
        let here = self.outgoing.map(|half| outgoing_words::sentence(half, speech, dossier.viewer));
        let there = self.incoming.map(|half| incoming_words::sentence(half, speech));
        let here = here.unwrap_or_else(|| "nothing was written down".to_owned());
        match there {
            Some(there) => format!("{} side: {here}; {} side: {there}", sender.whose(), recipient.whose()),
            None if self.is_to_nobody() => format!("{} side: {here}; there is no other side", sender.whose()),
            None => {
                format!("{} side: {here}; {} side: nothing has arrived", sender.whose(), recipient.whose())
            }
        }
    }

    fn would_pass(&self, dossier: &StaffDossier, speech: &Speech) -> Option<String> {
        if self.is_on_the_other_side() {
            self.incoming.and_then(|half| incoming_words::would_pass(half, speech))
        } else {
            self.outgoing.and_then(|half| outgoing_words::would_pass(half, speech, dossier.viewer))
        }
    }
}

/// The incident that accompanies a failing delivery.
fn accompaniment(dossier: &StaffDossier, code: Code) -> Vec<Companion> {
    let incident = dossier.incident.as_ref().filter(|_| is_failing(code));
    let companion = incident.map(|incident| {
        let size = format!(
            "{} attempts of {} senders failed ({}% of all in that time)",
            incident.attempts, incident.senders, incident.share_percent
        );
        incident_companion(incident, &size)
    });
    companion.into_iter().collect()
}
