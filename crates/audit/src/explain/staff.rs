//! What agents and engineers are told: both halves.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Addressee, Code, PolicyVersion, Timestamp, WithdrawnBy};

use super::finding::{
    AnswerParts, answer, headline, is_failing, policy_of, reasons, redress, sentence, whose_trouble,
};
use super::ladder::ladder;
use super::lines::LineContext;
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
    let here = OutgoingHalf::read(&dossier.sender);
    let there = IncomingHalf::of_staff(dossier);
    let sides = BothHalves { outgoing: here.as_ref(), incoming: there.as_ref() };
    let (to, words) = sides.recipient(dossier);
    let speech =
        Speech { sender: Party::They(short_name(&case.handle(case.sender))), recipient: Party::They(words) };
    let finding = sides.finding(dossier, &speech)?;
    let rungs = ladder(&case, viewer, sides.outgoing, sides.incoming);
    let numbering = dossier.numbering;
    let reader = LineContext { viewer, case, recipient: dossier.recipient, numbering, speech: &speech };
    Some(answer(&reader, &dossier.events(), to, rungs, finding))
}

/// What both desks know of one request.
struct BothHalves<'h, 'a> {
    outgoing: Option<&'h OutgoingHalf<'a>>,
    incoming: Option<&'h IncomingHalf<'a>>,
}

impl BothHalves<'_, '_> {
    fn finding(&self, dossier: &StaffDossier, speech: &Speech) -> Option<AnswerParts> {
        let case = &dossier.sender.case;
        let (code, since, version) = self.deciding()?;
        let said = self.said(dossier, speech);
        let (headline, reasons) = match (&said.incoming, self.is_on_the_other_side()) {
            (Some(there), true) => (
                headline(there, speech, since, case.as_of),
                reasons(there, speech, self.over(dossier, speech)),
            ),
            (Some(_) | None, _) => (
                headline(&said.outgoing, speech, since, case.as_of),
                reasons(&said.outgoing, speech, self.over(dossier, speech)),
            ),
        };
        Some(AnswerParts {
            timers: self.timers(dossier),
            candidates: if is_failing(code) {
                whose_trouble(
                    case,
                    dossier.sender.desk.own_delivery().is_some_and(|delivery| delivery.incident.is_some()),
                )
            } else {
                Candidates::default()
            },
            code,
            headline,
            reasons,
            sides: self.sides(&said, speech),
            verdict: self.sentence(&said, speech),
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

    /// Who was asked: plain, and in the words of a sentence.
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

    /// A reader of both halves is told what either alone does not say: that the sender's closing the account took the
    /// request back, and that the other desk saw the requests cross.
    fn ended_code(&self, half: &OutgoingHalf) -> Code {
        let crossed_there = self.incoming.is_some_and(|half| half.joined() == Some(HowConnected::Crossed));
        if half.state == Outgoing::Withdrawn(WithdrawnBy::Closure) {
            Code::SenderClosed
        } else if half.code() == Code::Accepted && crossed_there {
            Code::Crossed
        } else {
            half.code()
        }
    }

    /// What has not fired on either side, soonest first.
    fn timers(&self, dossier: &StaffDossier) -> Vec<Timer> {
        // A request that the recipient has answered is not followed up, though its sender does not know.
        let is_answered = self.incoming.is_some_and(|half| match half.state {
            Incoming::Delivered
            | Incoming::AwaitingConfirmation
            | Incoming::Filed(_)
            | Incoming::Dismissed => false,
            Incoming::Declined | Incoming::Reported | Incoming::Accepted | Incoming::Gone(_) => true,
        });
        let here = self.outgoing.map(outgoing::timers::timers).into_iter().flatten();
        let here = here.filter(|timer| !is_answered || timer.name != "follow-up");
        let there = self.incoming.map(incoming::timers::timers).into_iter().flatten();
        delivery_words::timers_with_letters(
            here.chain(there).collect(),
            dossier.deliveries,
            dossier.sender.case.as_of,
        )
    }

    fn is_to_nobody(&self) -> bool {
        let submitted = self.outgoing.and_then(|half| half.submitted());
        matches!(submitted, Some((_, Addressee::Nobody, ..)))
    }

    fn said(&self, dossier: &StaffDossier, speech: &Speech) -> SaidThere {
        let nothing = || HalfText { happened: "nothing was written down".to_owned(), reason: None };
        let outgoing = self.outgoing.map(|half| outgoing::words::said(half, speech, dossier.viewer));
        let incoming =
            self.incoming.map(|half| compared(dossier, incoming::words::said(half, speech), speech));
        SaidThere { outgoing: outgoing.unwrap_or_else(nothing), incoming }
    }

    fn sides(&self, said: &SaidThere, speech: &Speech) -> Vec<SideAnswer> {
        let there = match &said.incoming {
            Some(there) => there.sentence(),
            None if self.is_to_nobody() => "there is no other side".to_owned(),
            None => "nothing has arrived".to_owned(),
        };
        let is_there = self.is_on_the_other_side();
        let side = |party: &Party, text: &str, decides| SideAnswer {
            of: party.name().to_owned(),
            text: sentence(speech, text),
            decides,
        };
        vec![
            side(&speech.sender, &said.outgoing.sentence(), !is_there),
            side(&speech.recipient, &there, is_there),
        ]
    }

    fn sentence(&self, said: &SaidThere, speech: &Speech) -> String {
        let Speech { sender, recipient } = speech;
        let here = said.outgoing.sentence();
        match &said.incoming {
            Some(there) => {
                format!("{} side: {here}; {} side: {}", sender.whose(), recipient.whose(), there.sentence())
            }
            None if self.is_to_nobody() => format!("{} side: {here}; there is no other side", sender.whose()),
            None => {
                format!("{} side: {here}; {} side: nothing has arrived", sender.whose(), recipient.whose())
            }
        }
    }

    /// That the cause is over: of the side that decides, and who has an e-mail address now that nobody had.
    fn over(&self, dossier: &StaffDossier, speech: &Speech) -> Option<String> {
        if !self.is_on_the_other_side() {
            return self.outgoing.and_then(|half| outgoing::now::is_over(half, speech));
        }
        let owner = dossier.owner.map(|AddressOwner { member, since }| {
            let since = since.map_or(String::new(), |since| format!(" since {}", moment(since)));
            format!(
                "the address is {}'s{since}; this request does not reach them",
                dossier.sender.case.handle(member)
            )
        });
        let over =
            self.incoming.and_then(|half| incoming::now::is_over(half, dossier.there_now.as_ref(), speech));
        over.or(owner)
    }

    fn today(&self, dossier: &StaffDossier, speech: &Speech) -> Vec<Today> {
        let here = self.outgoing.and_then(|half| outgoing::now::today(half, speech));
        let there =
            self.incoming.and_then(|half| incoming::now::today(half, dossier.there_now.as_ref(), speech));
        here.into_iter().chain(there).collect()
    }

    fn would_pass(&self, dossier: &StaffDossier, speech: &Speech) -> Option<String> {
        if self.is_on_the_other_side() {
            self.incoming
                .and_then(|half| incoming::words::would_pass(half, dossier.there_now.as_ref(), speech))
        } else {
            self.outgoing.and_then(|half| outgoing::pass::would_pass(half, speech, dossier.viewer))
        }
    }

    fn would_pass_at(&self, dossier: &StaffDossier) -> Option<Timestamp> {
        if self.is_on_the_other_side() {
            self.incoming.and_then(|half| incoming::words::would_pass_at(half, dossier.there_now.as_ref()))
        } else {
            self.outgoing.and_then(outgoing::pass::would_pass_at)
        }
    }

    fn remedy(&self, dossier: &StaffDossier, speech: &Speech) -> Vec<Advice> {
        let now = dossier.there_now.as_ref();
        match (self.outgoing, self.incoming) {
            (Some(half), _) if !self.is_on_the_other_side() => {
                let waits = delivery_words::under_way(dossier.deliveries).next().map(delivery_words::wait);
                waits.into_iter().chain(outgoing::advice::for_sender(half, speech)).collect()
            }
            (here, Some(half)) => {
                let mut whom = half.whom().turned();
                if let Some(here) = here {
                    whom = outgoing::advice::whom(here);
                }
                self.there(dossier, half, &whom, now, speech)
            }
            (_, None) => vec![Advice::say("Nothing needs to be done.")],
        }
    }

    /// What to do about what the recipient's side says.
    fn there(
        &self,
        dossier: &StaffDossier,
        half: &IncomingHalf,
        whom: &Whom,
        now: Option<&Rehearsal>,
        speech: &Speech,
    ) -> Vec<Advice> {
        if dossier.owner.is_some() {
            let text = "A new request would reach whoever has the address now; withdraw this one first.";
            return vec![whom.advice(text, Act::Withdraw)];
        }
        if let Some(letter) = delivery_words::under_way(dossier.deliveries).next() {
            return vec![delivery_words::wait(letter)];
        }
        match incoming::now::standing(half, now, speech).map(|standing| standing.code) {
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
            (Some(half), _) if !self.is_on_the_other_side() => outgoing::advice::not_for_sender(half),
            _ if dossier.owner.is_some() => Vec::new(),
            (_, Some(half)) if incoming::advice::lets_in(half, dossier.there_now.as_ref()) => Vec::new(),
            (..) => entry(code).wont_help_owned(),
        }
    }

    /// What accompanies the cause: incidents, what keeps the recipient from answering, and letters that are on their way.
    fn accompaniment(&self, dossier: &StaffDossier, speech: &Speech) -> Vec<Companion> {
        let incidents = delivery_words::incidents(dossier.deliveries, Incident::sized);
        let standing =
            self.incoming.and_then(|half| incoming::now::standing(half, dossier.there_now.as_ref(), speech));
        let writer = |from| {
            if from == dossier.sender.case.sender { &speech.sender } else { &speech.recipient }
        };
        let under_way = delivery_words::under_way(dossier.deliveries)
            .map(|delivery| delivery_words::not_arrived(delivery, writer(delivery.writer())));
        let reminder = self.outgoing.and_then(|half| reminder_words::companion(half, speech));
        let appeal = self.outgoing.and_then(appeal_words::companion);
        incidents.into_iter().chain(standing).chain(under_way).chain(reminder).chain(appeal).collect()
    }
}

/// What was said of both halves.
struct SaidThere {
    outgoing: HalfText,
    incoming: Option<HalfText>,
}

/// With the companies and titles that were compared, in the place of their number.
fn compared(dossier: &StaffDossier, said: HalfText, speech: &Speech) -> HalfText {
    let Some(CompanyComparison { companies, titles, company, title }) = &dossier.compared else {
        return said;
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
    HalfText { reason: Some(format!("they let in {named} only; {whose} {company}, {whose} {title}")), ..said }
}

/// What may be said to the sender: the beginning of the sender's own answer, word for word.
pub fn sayable(answer: &Explanation) -> String {
    let reason = answer.reasons.first().map_or(String::new(), |reason| format!(" {reason}"));
    format!("{}{reason}", answer.headline)
}
