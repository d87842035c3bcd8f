//! What agents and engineers are told: both halves of the request.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Addressee, Code, PolicyVersion, Timestamp, WithdrawnBy};

use super::finding::{
    AnswerParts, answer, extent_of_failure, headline, is_delivery_failure, policy_of, reasons, redress,
    sentence,
};
use super::lines::LineContext;
use super::rule_findings::rule_findings;
use super::sender::to_sender;
use crate::answer::action::{Act, Advice, Whom};
use crate::answer::candidates::Candidates;
use crate::answer::rehearsal::{AddressOwner, CompanyComparison, Rehearsal};
use crate::answer::timers::Timer;
use crate::answer::{Companion, Explanation, SideAnswer, Today};
use crate::catalogue::entry;
use crate::delivery::incident::Incident;
use crate::delivery::words as delivery_words;
use crate::dossier::StaffDossier;
use crate::exported::Exported;
use crate::half::events::HowConnected;
use crate::half::words::HalfText;
use crate::incoming::half::IncomingHalf;
use crate::outgoing::half::OutgoingHalf;
use crate::outgoing::{appeal_words, reminder_words};
use crate::wording::{Party, Speech, list, moment, short_name};
use crate::{incoming, outgoing};

/// Answers an agent or an engineer.
pub(crate) fn to_staff(dossier: &StaffDossier) -> Option<Explanation> {
    if let Some(exported) = Exported::of_staff(dossier) {
        return super::exported::to_staff(&exported, dossier);
    }
    let (case, viewer) = (dossier.sender.case, dossier.viewer);
    let outgoing = OutgoingHalf::read(&dossier.sender);
    let incoming = IncomingHalf::of_staff(dossier);
    let halves = BothHalves { outgoing: outgoing.as_ref(), incoming: incoming.as_ref() };
    let (to, words) = halves.recipient(dossier);
    let speech =
        Speech { sender: Party::They(short_name(&case.handle(case.sender))), recipient: Party::They(words) };
    let parts = halves.parts(dossier, &speech)?;
    let rules = rule_findings(&case, viewer, halves.outgoing, halves.incoming);
    let numbering = dossier.numbering;
    let context = LineContext { viewer, case, recipient: dossier.recipient, numbering, speech: &speech };
    Some(answer(&context, &dossier.events(), to, rules, parts))
}

/// What the two desks know about one request.
struct BothHalves<'h, 'a> {
    outgoing: Option<&'h OutgoingHalf<'a>>,
    incoming: Option<&'h IncomingHalf<'a>>,
}

impl BothHalves<'_, '_> {
    fn parts(&self, dossier: &StaffDossier, speech: &Speech) -> Option<AnswerParts> {
        let case = &dossier.sender.case;
        let (code, since, version) = self.deciding()?;
        let texts = self.texts(dossier, speech);
        let deciding = match &texts.incoming {
            Some(incoming) if self.recipient_side_decides() => incoming,
            Some(_) | None => &texts.outgoing,
        };
        let headline = headline(deciding, speech, since, case.as_of);
        let reasons = reasons(deciding, speech, self.over(dossier, speech));
        Some(AnswerParts {
            timers: self.timers(dossier),
            candidates: if is_delivery_failure(code) {
                extent_of_failure(
                    case,
                    dossier.sender.desk.own_delivery().is_some_and(|delivery| delivery.incident.is_some()),
                )
            } else {
                Candidates::default()
            },
            code,
            headline,
            reasons,
            sides: self.sides(&texts, speech),
            verdict: self.sentence(&texts, speech),
            since,
            policy: policy_of(case, version),
            causes: vec![code],
            accompanied_by: self.accompaniment(dossier, speech),
            today: self.today(dossier, speech),
            would_pass: self.would_pass(dossier, speech),
            would_pass_at: self.would_pass_at(dossier),
            compared: dossier.compared.clone(),
            remedy: self.remedy(dossier, speech),
            wont_help: self.wont_help(dossier, code),
            redress: redress(self.outgoing, code),
            pass_on: to_sender(&dossier.sender).map(|answer| sayable(&answer)),
        })
    }

    /// The recipient's name: plain, and as it reads in a sentence.
    fn recipient(&self, dossier: &StaffDossier) -> (String, String) {
        match (dossier.recipient, self.outgoing) {
            (Some(member), _) => {
                let handle = dossier.sender.case.handle(member);
                let words = short_name(&handle);
                (handle, words)
            }
            (None, Some(half)) => half.recipient(),
            (None, None) => ("unknown".to_owned(), "an unknown address".to_owned()),
        }
    }

    /// Whether the recipient's side decides: the request has arrived there and has not ended on the sender's side.
    fn recipient_side_decides(&self) -> bool {
        let is_sent = self.outgoing.is_none_or(|half| half.state == Outgoing::Sent);
        is_sent && self.incoming.is_some()
    }

    /// The deciding code, the time since which it has held, and the policy that judged.
    fn deciding(&self) -> Option<(Code, Timestamp, Option<PolicyVersion>)> {
        let outgoing_policy =
            self.outgoing.and_then(|half| half.verdicts().last().map(|verdict| verdict.policy));
        match (self.outgoing, self.incoming) {
            (_, Some(half)) if self.recipient_side_decides() => {
                let incoming_policy = half.verdicts().last().map(|verdict| verdict.policy);
                Some((half.code(), half.since, incoming_policy.or(outgoing_policy)))
            }
            (Some(half), _) => Some((self.outgoing_code(half), half.since, outgoing_policy)),
            (None, _) => None,
        }
    }

    /// The sender's code, refined for a viewer of both halves: the request was withdrawn because its sender closed the
    /// account, or the recipient's desk saw two requests cross.
    fn outgoing_code(&self, half: &OutgoingHalf) -> Code {
        let is_crossed =
            self.incoming.is_some_and(|half| half.how_connected() == Some(HowConnected::Crossed));
        if half.state == Outgoing::Withdrawn(WithdrawnBy::Closure) {
            Code::SenderClosed
        } else if half.code() == Code::Accepted && is_crossed {
            Code::Crossed
        } else {
            half.code()
        }
    }

    /// The timers of both sides that have not fired, soonest first.
    fn timers(&self, dossier: &StaffDossier) -> Vec<Timer> {
        // A request that the recipient has answered is not followed up, although the sender does not know of the
        // answer.
        let is_answered = self.incoming.is_some_and(|half| match half.state {
            Incoming::Delivered
            | Incoming::AwaitingConfirmation
            | Incoming::Filed(_)
            | Incoming::Dismissed => false,
            Incoming::Declined | Incoming::Reported | Incoming::Accepted | Incoming::Gone(_) => true,
        });
        let outgoing = self.outgoing.map(outgoing::timers::timers).into_iter().flatten();
        let outgoing = outgoing.filter(|timer| !is_answered || timer.name != "follow-up");
        let incoming = self.incoming.map(incoming::timers::timers).into_iter().flatten();
        delivery_words::timers_with_letters(
            outgoing.chain(incoming).collect(),
            dossier.deliveries,
            dossier.sender.case.as_of,
        )
    }

    fn is_to_nobody(&self) -> bool {
        let submitted = self.outgoing.and_then(|half| half.submitted());
        matches!(submitted, Some((_, Addressee::Nobody, ..)))
    }

    fn texts(&self, dossier: &StaffDossier, speech: &Speech) -> HalfTexts {
        let nothing = || HalfText { happened: "nothing was recorded".to_owned(), reason: None };
        let outgoing = self.outgoing.map(|half| outgoing::words::half_text(half, speech, dossier.viewer));
        let incoming = self
            .incoming
            .map(|half| with_comparison(dossier, incoming::words::half_text(half, speech), speech));
        HalfTexts { outgoing: outgoing.unwrap_or_else(nothing), incoming }
    }

    fn sides(&self, texts: &HalfTexts, speech: &Speech) -> Vec<SideAnswer> {
        let incoming = match &texts.incoming {
            Some(text) => text.sentence(),
            None if self.is_to_nobody() => "there is no other side".to_owned(),
            None => "nothing has arrived".to_owned(),
        };
        let recipient_decides = self.recipient_side_decides();
        let side = |party: &Party, text: &str, decides| SideAnswer {
            of: party.name().to_owned(),
            text: sentence(speech, text),
            decides,
        };
        vec![
            side(&speech.sender, &texts.outgoing.sentence(), !recipient_decides),
            side(&speech.recipient, &incoming, recipient_decides),
        ]
    }

    fn sentence(&self, texts: &HalfTexts, speech: &Speech) -> String {
        let (sender, recipient) = (speech.sender.whose(), speech.recipient.whose());
        let outgoing = texts.outgoing.sentence();
        match &texts.incoming {
            Some(text) => format!("{sender} side: {outgoing}; {recipient} side: {}", text.sentence()),
            None if self.is_to_nobody() => format!("{sender} side: {outgoing}; there is no other side"),
            None => format!("{sender} side: {outgoing}; {recipient} side: nothing has arrived"),
        }
    }

    /// Says that the deciding cause is over, or who now has the e-mail address that nobody had.
    fn over(&self, dossier: &StaffDossier, speech: &Speech) -> Option<String> {
        if !self.recipient_side_decides() {
            return self.outgoing.and_then(|half| outgoing::now::over_text(half, speech));
        }
        let owner = dossier.owner.map(|AddressOwner { member, since }| {
            let owner = dossier.sender.case.handle(member);
            let owned = match since {
                Some(since) => format!("has been {owner}'s since {}", moment(since)),
                None => format!("is now {owner}'s"),
            };
            format!("the address {owned}; this request does not reach them")
        });
        let over =
            self.incoming.and_then(|half| incoming::now::over_text(half, dossier.there_now.as_ref(), speech));
        over.or(owner)
    }

    fn today(&self, dossier: &StaffDossier, speech: &Speech) -> Vec<Today> {
        let outgoing = self.outgoing.and_then(|half| outgoing::now::today(half, speech));
        let incoming =
            self.incoming.and_then(|half| incoming::now::today(half, dossier.there_now.as_ref(), speech));
        outgoing.into_iter().chain(incoming).collect()
    }

    fn would_pass(&self, dossier: &StaffDossier, speech: &Speech) -> Option<String> {
        if self.recipient_side_decides() {
            self.incoming
                .and_then(|half| incoming::words::would_pass(half, dossier.there_now.as_ref(), speech))
        } else {
            self.outgoing.and_then(|half| outgoing::pass::would_pass(half, speech, dossier.viewer))
        }
    }

    fn would_pass_at(&self, dossier: &StaffDossier) -> Option<Timestamp> {
        if self.recipient_side_decides() {
            self.incoming.and_then(|half| incoming::words::would_pass_at(half, dossier.there_now.as_ref()))
        } else {
            self.outgoing.and_then(outgoing::pass::would_pass_at)
        }
    }

    fn remedy(&self, dossier: &StaffDossier, speech: &Speech) -> Vec<Advice> {
        let now = dossier.there_now.as_ref();
        match (self.outgoing, self.incoming) {
            (Some(half), _) if !self.recipient_side_decides() => {
                let waits = delivery_words::in_transit(dossier.deliveries).next().map(delivery_words::wait);
                waits.into_iter().chain(outgoing::advice::for_sender(half, speech)).collect()
            }
            (outgoing, Some(half)) => {
                let whom = outgoing.map_or_else(|| half.whom().swapped(), outgoing::advice::whom);
                self.recipient_side_remedy(dossier, half, &whom, now, speech)
            }
            (_, None) => vec![Advice::say("Nothing needs to be done.")],
        }
    }

    /// What to do about a cause on the recipient's side.
    fn recipient_side_remedy(
        &self,
        dossier: &StaffDossier,
        half: &IncomingHalf,
        whom: &Whom,
        now: Option<&Rehearsal>,
        speech: &Speech,
    ) -> Vec<Advice> {
        if dossier.owner.is_some() {
            let text = "A new request would reach the new owner of the address; withdraw this one first.";
            return vec![whom.advice(text, Act::Withdraw)];
        }
        if let Some(letter) = delivery_words::in_transit(dossier.deliveries).next() {
            return vec![delivery_words::wait(letter)];
        }
        match incoming::now::answer_obstacle(half, now, speech).map(|obstacle| obstacle.code) {
            Some(Code::RecipientNetworkFull) => vec![Advice::say(format!(
                "Ask {} another way to make room; the request stays.",
                speech.recipient.name()
            ))],
            Some(_) if incoming::now::is_barred(now) => vec![
                Advice::say("Wait for the ban to be lifted: the request stays where it is."),
                whom.advice("Or withdraw it.", Act::Withdraw),
            ],
            Some(_) | None => incoming::advice::for_the_other_side(half, now, whom, speech),
        }
    }

    fn wont_help(&self, dossier: &StaffDossier, code: Code) -> Vec<String> {
        match (self.outgoing, self.incoming) {
            (Some(half), _) if !self.recipient_side_decides() => outgoing::advice::not_for_sender(half),
            _ if dossier.owner.is_some() => Vec::new(),
            (_, Some(half)) if incoming::advice::lets_in(half, dossier.there_now.as_ref()) => Vec::new(),
            (..) => entry(code).wont_help_owned(),
        }
    }

    /// Companions of the cause: incidents, an obstacle to the recipient's answer, letters in transit, and a refused
    /// reminder or appeal.
    fn accompaniment(&self, dossier: &StaffDossier, speech: &Speech) -> Vec<Companion> {
        let incidents = delivery_words::incidents(dossier.deliveries, Incident::sized);
        let obstacle = self
            .incoming
            .and_then(|half| incoming::now::answer_obstacle(half, dossier.there_now.as_ref(), speech));
        let writer = |from| {
            if from == dossier.sender.case.sender { &speech.sender } else { &speech.recipient }
        };
        let in_transit = delivery_words::in_transit(dossier.deliveries)
            .map(|delivery| delivery_words::not_arrived(delivery, writer(delivery.writer())));
        let reminder = self.outgoing.and_then(|half| reminder_words::companion(half, speech));
        let appeal = self.outgoing.and_then(appeal_words::companion);
        incidents.into_iter().chain(obstacle).chain(in_transit).chain(reminder).chain(appeal).collect()
    }
}

/// The texts of both halves.
struct HalfTexts {
    outgoing: HalfText,
    incoming: Option<HalfText>,
}

/// Names the companies and titles that were compared, instead of their number.
fn with_comparison(dossier: &StaffDossier, text: HalfText, speech: &Speech) -> HalfText {
    let Some(CompanyComparison { companies, titles, company, title }) = &dossier.compared else {
        return text;
    };
    let quoted = |texts: &[String]| {
        let texts: Vec<String> = texts.iter().map(|text| format!("`{}`", short_name(text))).collect();
        list(&texts)
    };
    let named = match (companies.is_empty(), titles.is_empty()) {
        (false, false) => format!("people of {} or with the title {}", quoted(companies), quoted(titles)),
        (false, true) => format!("people of {}", quoted(companies)),
        (true, _) => format!("people with the title {}", quoted(titles)),
    };
    let own = |what: &str, own: &Option<String>| match own {
        Some(own) => format!("{what} was `{}`", short_name(own)),
        None => format!("{what} was not given"),
    };
    let whose = speech.sender.whose();
    let (company, title) = (own("company", company), own("title", title));
    HalfText { reason: Some(format!("they let in only {named}; {whose} {company}, {whose} {title}")), ..text }
}

/// What may be said to the sender: the headline and the first reason of the sender's own answer, word for word.
pub fn sayable(answer: &Explanation) -> String {
    let reason = answer.reasons.first().map_or(String::new(), |reason| format!(" {reason}"));
    format!("{}{reason}", answer.headline)
}
