//! Explaining: from a dossier to what one viewer is told.

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Addressee, Channel, Code, PolicyVersion, Timestamp, WithdrawnBy};
use acquaint_policy::Told;

use crate::answer::{Answer, Companion, Viewer};
use crate::candidates::Candidates;
use crate::catalogue::{Disclosure, entry};
use crate::dossier::Dossier;
use crate::exported::Exported;
use crate::incident::Incident;
use crate::incoming_half::IncomingHalf;
use crate::ladder::ladder;
use crate::lines::lines;
use crate::outgoing_half::{Joined, OutgoingHalf};
use crate::timers::Timer;
use crate::wording::{self, Party, Speech, channel, list, moment};
use crate::{advice, candidates, incoming_words, outgoing_words, reminder_words, timers};
use acquaint_policy::Incidents;

/// What `viewer` is told about the request; `None` when this viewer may see nothing of it.
pub fn explain(dossier: &Dossier, viewer: Viewer) -> Option<Answer> {
    if let Some(exported) = Exported::read(dossier, viewer) {
        return exported.explain(dossier, viewer);
    }
    match viewer {
        Viewer::Sender => to_sender(dossier),
        Viewer::Recipient => to_recipient(dossier),
        Viewer::Agent | Viewer::Engineer => to_staff(dossier, viewer),
    }
}

/// What is worked out before it is put into an answer.
struct Finding {
    timers: Vec<Timer>,
    candidates: Candidates,
    code: Code,
    verdict: String,
    since: Timestamp,
    policy: PolicyVersion,
    causes: Vec<Code>,
    would_pass: Option<String>,
    remedy: Vec<String>,
    wont_help: Vec<String>,
    /// That the sender's last reminder was refused.
    reminder: Option<Companion>,
    pass_on: Option<String>,
}

/// INVARIANT (own desk): the recipient's half is not read in here, and neither is anything that depends on it.
fn to_sender(dossier: &Dossier) -> Option<Answer> {
    let half = OutgoingHalf::read(dossier)?;
    let viewer = Viewer::Sender;
    let (to, words) = recipient_as_sender_knows(dossier, &half);
    let speech = Speech { sender: Party::You, recipient: Party::They(words) };
    let code = half.code();
    let candidates = if code == Code::CannotBeToldApart {
        candidates::of_sender(dossier, &half, &speech)
    } else if is_failing(code) {
        whose_trouble(dossier)
    } else {
        Candidates::default()
    };
    let told = told(dossier, &half, code);
    let (eyes, is_class_only) = match told {
        Some(Told::Full) => (Viewer::Agent, false),
        Some(Told::ClassOnly) => (viewer, true),
        None => (viewer, false),
    };
    let finding = Finding {
        timers: timers::of_sender(dossier, &half),
        candidates,
        code,
        verdict: if is_class_only {
            outgoing_words::class_only(&half, code)
        } else {
            outgoing_words::sentence(&half, &speech, eyes)
        },
        since: half.since,
        policy: policy_of(dossier, half.verdicts().last().map(|verdict| verdict.policy)),
        causes: causes(code, &half),
        would_pass: outgoing_words::would_pass(&half, &speech, eyes).filter(|_| !is_class_only),
        remedy: if is_class_only {
            owned(entry(code).remedy)
        } else {
            advice::for_sender(dossier, &half, code, &speech)
        },
        wont_help: owned(entry(code).wont_help),
        reminder: reminder_words::companion(&half, &speech),
        pass_on: None,
    };
    let mut rungs = ladder(dossier, eyes, Some(&half), None);
    for rung in rungs.iter_mut().filter(|rung| is_class_only && rung.code == Some(code)) {
        rung.text = entry(code).title.to_owned();
    }
    Some(answer(dossier, viewer, to, &speech, rungs, finding))
}

/// How much the policy that judged says a sender is told of what it stopped, where that is not what the catalogue says.
fn told(dossier: &Dossier, half: &OutgoingHalf, code: Code) -> Option<Told> {
    if !matches!(half.state, Outgoing::Refused(_) | Outgoing::HeldForReview) {
        return None;
    }
    let policy = dossier.policies.get(&half.verdicts().last()?.policy)?;
    let (_, told) = policy.told().find(|(other, _)| *other == code)?;
    let is_as_catalogued = matches!(
        (told, entry(code).sender),
        (Told::Full, Disclosure::Full) | (Told::ClassOnly, Disclosure::ClassOnly)
    );
    (!is_as_catalogued).then_some(told)
}

fn to_recipient(dossier: &Dossier) -> Option<Answer> {
    let recipient = dossier.recipient?;
    let viewer = Viewer::Recipient;
    let half = IncomingHalf::read(dossier, viewer)?;
    let speech = Speech { sender: Party::They((dossier.handles)(dossier.sender)), recipient: Party::You };
    let code = half.code();
    let finding = Finding {
        timers: timers::of_recipient(dossier, &half),
        candidates: Candidates::default(),
        code,
        verdict: incoming_words::sentence(&half, &speech),
        since: half.since,
        policy: policy_of(dossier, half.verdicts().last().map(|verdict| verdict.policy)),
        causes: vec![code],
        would_pass: incoming_words::would_pass(&half, &speech),
        remedy: advice::for_recipient(code),
        wont_help: Vec::new(),
        reminder: None,
        pass_on: None,
    };
    let rungs = ladder(dossier, viewer, None, Some(&half));
    Some(answer(dossier, viewer, (dossier.handles)(recipient), &speech, rungs, finding))
}

fn to_staff(dossier: &Dossier, viewer: Viewer) -> Option<Answer> {
    let outgoing = OutgoingHalf::read(dossier);
    let incoming = IncomingHalf::read(dossier, viewer);
    let (to, words) = recipient_as_staff_know(dossier, outgoing.as_ref());
    let speech =
        Speech { sender: Party::They((dossier.handles)(dossier.sender)), recipient: Party::They(words) };
    let told = to_sender(dossier).map(|answer| format!("{}: {}", answer.code, answer.verdict));
    let sides = Sides { outgoing: outgoing.as_ref(), incoming: incoming.as_ref() };
    let (code, since, version) = sides.deciding()?;
    let finding = Finding {
        timers: sides.timers(dossier),
        candidates: if is_failing(code) { whose_trouble(dossier) } else { Candidates::default() },
        code,
        verdict: sides.sentence(&speech, viewer),
        since,
        policy: policy_of(dossier, version),
        causes: vec![code],
        would_pass: sides.would_pass(&speech, viewer),
        remedy: match sides.outgoing {
            Some(half) if !sides.is_on_the_other_side() => advice::for_sender(dossier, half, code, &speech),
            Some(_) | None => advice::for_the_other_side(sides.incoming, code),
        },
        wont_help: owned(entry(code).wont_help),
        reminder: outgoing.as_ref().and_then(|half| reminder_words::companion(half, &speech)),
        pass_on: told,
    };
    let rungs = ladder(dossier, viewer, sides.outgoing, sides.incoming);
    Some(answer(dossier, viewer, to, &speech, rungs, finding))
}

fn answer(
    dossier: &Dossier,
    viewer: Viewer,
    to: String,
    speech: &Speech,
    ladder: Vec<crate::answer::Rung>,
    finding: Finding,
) -> Answer {
    let code = finding.code;
    Answer {
        request: dossier.request,
        viewer,
        from: (dossier.handles)(dossier.sender),
        to,
        code,
        verdict: finding.verdict,
        since: finding.since,
        as_of: dossier.as_of,
        policy: dossier.citation(finding.policy),
        position: (dossier.position)(viewer),
        events: lines(dossier, viewer, speech),
        timers: finding.timers,
        ladder,
        causes: finding.causes,
        candidates: finding.candidates,
        accompanied_by: accompaniment(dossier, code, viewer).into_iter().chain(finding.reminder).collect(),
        would_pass: finding.would_pass,
        remedy: finding.remedy,
        wont_help: finding.wont_help,
        redress: entry(code).redress.map(str::to_owned),
        pass_on: finding.pass_on,
    }
}

/// Both halves, for those who may read both.
struct Sides<'h, 'a> {
    outgoing: Option<&'h OutgoingHalf<'a>>,
    incoming: Option<&'h IncomingHalf<'a>>,
}

impl Sides<'_, '_> {
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
    fn timers(&self, dossier: &Dossier) -> Vec<Timer> {
        let here = self.outgoing.map(|half| timers::of_sender(dossier, half));
        let there = self.incoming.map(|half| timers::of_recipient(dossier, half));
        let mut timers: Vec<Timer> = here.into_iter().chain(there).flatten().collect();
        timers.sort_by_key(|timer| timer.at);
        timers
    }

    fn is_to_nobody(&self) -> bool {
        let submitted = self.outgoing.and_then(|half| half.submitted());
        matches!(submitted, Some((_, Addressee::Nobody, ..)))
    }

    fn sentence(&self, speech: &Speech, viewer: Viewer) -> String {
        let Speech { sender, recipient } = speech;
        let here = self.outgoing.map(|half| outgoing_words::sentence(half, speech, viewer));
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

    fn would_pass(&self, speech: &Speech, viewer: Viewer) -> Option<String> {
        if self.is_on_the_other_side() {
            self.incoming.and_then(|half| incoming_words::would_pass(half, speech))
        } else {
            self.outgoing.and_then(|half| outgoing_words::would_pass(half, speech, viewer))
        }
    }
}

fn policy_of(dossier: &Dossier, judged: Option<PolicyVersion>) -> PolicyVersion {
    judged.unwrap_or(dossier.policy)
}

/// Who was asked, as the sender knows it: plain, and in the words of a sentence. INVARIANT (own desk): for a request
/// to an e-mail address that is the text typed, until an acceptance names the member.
fn recipient_as_sender_knows(dossier: &Dossier, half: &OutgoingHalf) -> (String, String) {
    let handle = |member| {
        let handle = (dossier.handles)(member);
        (handle.clone(), handle)
    };
    if let Some(member) = half.other_end() {
        return handle(member);
    }
    match half.submitted() {
        Some((_, Addressee::Member(member), ..)) => handle(member),
        Some((_, Addressee::Email | Addressee::Nobody, typed)) => match typed.held() {
            Some(typed) => (typed.address.clone(), format!("`{}`", typed.address)),
            None => ("erased".to_owned(), "an erased address".to_owned()),
        },
        None => ("unknown".to_owned(), "an unknown address".to_owned()),
    }
}

fn recipient_as_staff_know(dossier: &Dossier, half: Option<&OutgoingHalf>) -> (String, String) {
    match (dossier.recipient, half) {
        (Some(member), _) => {
            let handle = (dossier.handles)(member);
            (handle.clone(), handle)
        }
        (None, Some(half)) => recipient_as_sender_knows(dossier, half),
        (None, None) => ("unknown".to_owned(), "an unknown address".to_owned()),
    }
}

/// The causes that it can be. For the open answer these are all that the sender is never told apart; a request to an
/// e-mail address may also have found nobody, or somebody who was asked or connected under another address.
fn causes(code: Code, half: &OutgoingHalf) -> Vec<Code> {
    if code != Code::CannotBeToldApart {
        return vec![code];
    }
    let of_emails = [Code::AddressUnknown, Code::AlreadyPending, Code::AlreadyConnected];
    let is_open = |code: &Code| {
        entry(*code).sender == Disclosure::Open || (half.is_to_hidden_owner() && of_emails.contains(code))
    };
    Code::ALL.into_iter().filter(is_open).collect()
}

/// What stands beside the cause: an incident beside a failing delivery.
fn accompaniment(dossier: &Dossier, code: Code, viewer: Viewer) -> Vec<Companion> {
    match &dossier.incident {
        Some(incident) if is_failing(code) => {
            vec![Companion { code: Code::SiteWideIncident, text: incident_sentence(incident, viewer) }]
        }
        Some(_) | None => Vec::new(),
    }
}

const fn is_failing(code: Code) -> bool {
    matches!(code, Code::DeliveryRetrying | Code::DeliveryFailed)
}

/// Whether a failing delivery is this request's own trouble or everybody's.
fn whose_trouble(dossier: &Dossier) -> Candidates {
    let certain = match (&dossier.incident, dossier.in_force()) {
        (Some(_), _) => "It is everybody's trouble, not this request's own: a site-wide incident.".to_owned(),
        (None, Some(policy)) => {
            let Incidents { attempts, senders, window, .. } = &policy.incidents;
            format!(
                "It is no site-wide incident: fewer than {attempts} attempts of {senders} senders failed within {} \
                 at that time.",
                wording::window(*window)
            )
        }
        (None, None) => return Candidates::default(),
    };
    Candidates { certain: vec![certain], ..Candidates::default() }
}

/// INVARIANT (own desk): members are told the size of an incident in steps, so that nobody reads from it what one other
/// member did.
fn incident_sentence(incident: &Incident, viewer: Viewer) -> String {
    let Incident { since, until, attempts, senders, share_percent, channels, .. } = incident;
    let mut by: Vec<String> = channels
        .iter()
        .map(|by| match by {
            Channel::Api(_) => "other programs".to_owned(),
            Channel::Web | Channel::Mobile | Channel::Desktop => channel(by),
        })
        .collect();
    by.dedup();
    let by = if by.is_empty() { String::new() } else { format!(" for what came in by {}", list(&by)) };
    let span = match until {
        Some(until) => format!("from {} until {}", moment(*since), moment(*until)),
        None => format!("since {}, and it goes on", moment(*since)),
    };
    let size = match viewer {
        Viewer::Sender | Viewer::Recipient => format!(
            "at least {} attempts of at least {} senders failed (about {}% of all in that time)",
            attempts / 10 * 10,
            senders / 5 * 5,
            (share_percent + 5) / 10 * 10
        ),
        Viewer::Agent | Viewer::Engineer => {
            format!("{attempts} attempts of {senders} senders failed ({share_percent}% of all in that time)")
        }
    };
    format!("likely site-wide: {size}{by}, {span}")
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
