//! Closed mode: the world as it would have become. What follows from a request that is not let through here is left out
//! of history; what history does not know is left open.

mod holds;

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use acquaint_domain::outgoing::{self, Charge, Outgoing, Submission};
use acquaint_domain::{
    Actor, Decision, Event, EventNumber, LetterNumber, MemberId, Outcome, Recorded, RequestId, Timestamp,
    Verdict, import, network, oversight,
};
use acquaint_engine::{Asked, Kept, OpenError, Views, imposed};
use acquaint_policy::{
    Facts, Policy, Tally, judge_confirmation, judge_filtered_confirmation, judge_release,
    judge_waived_release,
};

use crate::court::{Carrier, Court};
use crate::fate::OwnHash;
use crate::history::Adopted;
use crate::send::Sent;

type Requests = HashSet<RequestId, BuildHasherDefault<OwnHash>>;

/// What would be, by one policy's verdicts.
pub(crate) struct World {
    pub(crate) views: Views,
    tally: Tally,
    /// Requests whose later history did not happen here.
    gone: HashMap<RequestId, Gone, BuildHasherDefault<OwnHash>>,
    /// Requests whose connection, which history has, was never made here.
    unmade: Requests,
    /// Crossings that one of the two requests was missing for.
    pub(crate) crossings_lost: u64,
}

/// Why what history has of a request did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gone {
    /// It was decided otherwise.
    Decided,
    /// It was too old by then.
    Expired,
    /// The request that it crossed in history is missing.
    Alone,
}

type Taken = Result<(), OpenError>;

impl World {
    /// Before the first event, where `first` judges first.
    pub(crate) fn begin(first: &Adopted) -> Self {
        let mut tally = Tally::default();
        let event = Event::Network(network::Event::PolicyAdopted {
            version: first.version,
            name: first.policy.name.clone(),
            text: first.text.clone(),
            hash: [0; 32],
            tzdata: None,
        });
        tally.apply(&imagined(EventNumber(0), Timestamp::from_millis(i64::MIN), event));
        Self {
            views: Views::default(),
            tally,
            gone: HashMap::default(),
            unmade: Requests::default(),
            crossings_lost: 0,
        }
    }

    fn take(&mut self, court: &mut Court, recorded: &Recorded) -> Taken {
        self.views.apply_to_senders(recorded, Kept::ToBeAskedAgain)?;
        // Which policy judges here is the court's to know.
        if !matches!(recorded.event, Event::Network(network::Event::PolicyAdopted { .. })) {
            self.tally.apply(recorded);
        }
        court.count(recorded);
        Ok(())
    }

    fn imagine(&mut self, court: &mut Court, at: Timestamp, event: Event) -> Taken {
        let number = self.views.last();
        self.take(court, &imagined(number, at, event))
    }

    /// A policy judges from now on: what is enough for feedback is its to say.
    pub(crate) fn reigns(&mut self, recorded: &Recorded) {
        self.tally.apply(recorded);
    }

    /// Does what falls due before something is asked at `at`, and has not happened yet by an event of history: requests
    /// grow too old, and feedback is given, by the rules of the policy that judges here. Each happens at its own moment, as
    /// in the engine.
    pub(crate) fn due(&mut self, court: &mut Court, at: Timestamp) -> Taken {
        loop {
            let expiry = court.policy().1.expiry.after;
            let oldest = self.views.pending.oldest();
            let expires = oldest.map(|(submitted_at, request)| (submitted_at.plus(expiry), request));
            let feedback = self.tally.next_due();
            let next = expires.map(|(due, _)| due).into_iter().chain(feedback.map(|(due, _)| due)).min();
            let Some(due) = next.filter(|due| *due <= at) else { return Ok(()) };
            let now = self.views.last_at().map_or(due, |last| last.max(due));
            match (expires, feedback) {
                (Some((first, request)), _) if first == due => {
                    let known = self.views.pending.request(request);
                    let Some(sender) = known.map(|known| known.open.sender) else { return Ok(()) };
                    self.gone.insert(request, Gone::Expired);
                    let expired = Event::Outgoing(outgoing::Event {
                        request,
                        sender,
                        kind: outgoing::Kind::Expired { expiry, posted: None },
                    });
                    self.imagine(court, now, expired)?;
                }
                (_, Some((_, member))) => self.give_feedback(court, member, now)?,
                (_, None) => return Ok(()),
            }
        }
    }

    fn give_feedback(&mut self, court: &mut Court, member: MemberId, at: Timestamp) -> Taken {
        let Some(feedback) = self.tally.feedback(member) else { return Ok(()) };
        self.imagine(court, at, Event::Oversight(oversight::Event::FeedbackTaken { member, feedback }))?;
        let Some(known) = self.views.members.get(member) else { return Ok(()) };
        for event in imposed(court.policy(), known, feedback, at) {
            self.imagine(court, at, event)?;
        }
        Ok(())
    }

    /// A send is judged here as `verdict` says; `decided` is what history has.
    pub(crate) fn send(
        &mut self,
        court: &mut Court,
        submitted: &Recorded,
        decided: &Recorded,
        (past, verdict): (Outcome, &Verdict),
    ) -> Taken {
        let Some(sent) = Sent::of(submitted) else { return Ok(()) };
        self.take(court, submitted)?;
        if past == Outcome::Pass && verdict.outcome == Outcome::Pass {
            return self.take(court, decided);
        }
        let Sent { request, sender, asked, .. } = sent;
        let Asked { addressee, typed, channel, distance, .. } = asked;
        let (typed, channel) = (typed.clone(), channel.clone());
        let submission = Submission { request, sender, addressee, typed, channel, distance };
        let here = outgoing::send(submission, verdict.clone(), LetterNumber(0)).pop();
        if let Some(event) = here {
            self.take(court, &Recorded { event: event.into(), ..decided.clone() })?;
        }
        // What was held in history and goes straight on here has the answer that it got later, if it got one.
        let is_like_history =
            past == verdict.outcome || (matches!(past, Outcome::Hold(_)) && verdict.outcome == Outcome::Pass);
        if !is_like_history {
            self.gone.insert(request, Gone::Decided);
        }
        Ok(())
    }

    /// The same for one that another network carried.
    pub(crate) fn observe(&mut self, court: &mut Court, recorded: &Recorded, verdict: &Verdict) -> Taken {
        let Some(sent) = Sent::of(recorded) else { return Ok(()) };
        court.count_observed(sent.request, sent.sender, sent.at, verdict);
        if verdict.outcome == Outcome::Pass {
            return self.views.apply_to_senders(recorded, Kept::ToBeAskedAgain);
        }
        self.gone.insert(sent.request, Gone::Decided);
        Ok(())
    }

    /// Anything else happened in history: here, too, unless it follows from what is not so here.
    pub(crate) fn happened(&mut self, court: &mut Court, recorded: &Recorded) -> Taken {
        if let Actor::Member(_) | Actor::Operator = recorded.actor {
            self.due(court, recorded.at)?;
        }
        match &recorded.event {
            Event::Outgoing(event) => match &event.kind {
                outgoing::Kind::Expired { .. } => self.expired(court, event.request, recorded),
                outgoing::Kind::Confirmed { verdict, .. } => {
                    self.confirm(court, event.request, verdict, recorded)
                }
                outgoing::Kind::Submitted { .. }
                | outgoing::Kind::Refused { .. }
                | outgoing::Kind::Held { .. }
                | outgoing::Kind::Sent { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Reminded { .. } => self.take_if_it_holds(court, recorded),
            },
            Event::Oversight(event) => match event {
                oversight::Event::FeedbackTaken { member, .. } => self.told(court, *member, recorded.at),
                oversight::Event::RequestReleased { request, verdict, charge, .. } => {
                    self.release(court, *request, (verdict, *charge), recorded)
                }
                oversight::Event::RestrictionImposed { .. }
                | oversight::Event::AppealOpened { .. }
                | oversight::Event::AppealUpheld { .. }
                | oversight::Event::AppealDismissed { .. }
                | oversight::Event::RequestRejected { .. } => self.take_if_it_holds(court, recorded),
            },
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Import(_) => self.take_if_it_holds(court, recorded),
        }
    }

    fn take_if_it_holds(&mut self, court: &mut Court, recorded: &Recorded) -> Taken {
        if self.holds(&recorded.event) { self.take(court, recorded) } else { Ok(()) }
    }

    /// A request expired in history: here, too, if it is open and old enough.
    fn expired(&mut self, court: &mut Court, request: RequestId, recorded: &Recorded) -> Taken {
        let open = self.views.pending.request(request);
        let expiry = court.policy().1.expiry.after;
        if open.is_some_and(|open| open.submitted_at.plus(expiry) <= recorded.at) {
            self.take(court, recorded)?;
        }
        Ok(())
    }

    /// A member got feedback in history: here, the member gets what is due here.
    fn told(&mut self, court: &mut Court, member: MemberId, at: Timestamp) -> Taken {
        if let Some((due, first)) = self.tally.next_due()
            && due <= at
            && first == member
        {
            self.give_feedback(court, first, due)?;
        }
        Ok(())
    }

    /// A send that was the acceptance of the addressee's request, with what it comes to here.
    pub(crate) fn answer(
        &mut self,
        court: &mut Court,
        accepted: &Recorded,
        (request, outcome): (RequestId, Outcome),
    ) -> Taken {
        if outcome != Outcome::Pass {
            self.gone.insert(request, Gone::Decided);
        }
        self.happened(court, accepted)
    }

    /// The sender gives the word that a request waits for, if it waits for it here.
    fn confirm(
        &mut self,
        court: &mut Court,
        request: RequestId,
        past: &Verdict,
        recorded: &Recorded,
    ) -> Taken {
        let awaits_filter = court.ledger().awaits_filter(request);
        let ask = if awaits_filter { judge_confirmation } else { judge_filtered_confirmation };
        let Some(verdict) = self.second(court, request, (past, recorded), ask) else {
            return Ok(());
        };
        let Some(known) = self.views.pending.request(request) else { return Ok(()) };
        let open = known.open;
        let has_note = known.typed().is_some_and(|typed| typed.note_fingerprint.is_some());
        let charge = if has_note { Charge::RequestWithNote } else { Charge::Request };
        match outgoing::confirm(&open, verdict, charge, LetterNumber(0)) {
            Decision::Happens(events) => {
                events.into_iter().try_for_each(|event| self.imagine(court, recorded.at, event.into()))
            }
            Decision::Refused(_) | Decision::NotThere(_) => {
                if open.state == Outgoing::AwaitingOwnConfirmation {
                    self.gone.insert(request, Gone::Decided);
                }
                Ok(())
            }
        }
    }

    /// A review lets a request go on, if it is held for one here; where it waived the limits, here too.
    fn release(
        &mut self,
        court: &mut Court,
        request: RequestId,
        (past, charge): (&Verdict, Charge),
        recorded: &Recorded,
    ) -> Taken {
        let ask = if charge == Charge::Nothing { judge_waived_release } else { judge_release };
        let Some(verdict) = self.second(court, request, (past, recorded), ask) else { return Ok(()) };
        let Some(open) = self.views.pending.request(request).map(|known| known.open) else { return Ok(()) };
        if verdict.outcome != past.outcome {
            self.gone.insert(request, Gone::Decided);
        }
        match oversight::release(&open, verdict, charge, LetterNumber(0)) {
            Decision::Happens(events) => {
                events.into_iter().try_for_each(|event| self.imagine(court, recorded.at, event.into()))
            }
            Decision::Refused(_) | Decision::NotThere(_) => Ok(()),
        }
    }

    /// A held request judged for the second time; `None` when it is not open here.
    fn second(
        &self,
        court: &Court,
        request: RequestId,
        (past, recorded): (&Verdict, &Recorded),
        ask: fn(&Policy, &Facts) -> Verdict,
    ) -> Option<Verdict> {
        let own = self.views.pending.request(request)?;
        let asked = own.asked.as_ref()?;
        let (typed, channel) = (asked.typed.held(), asked.channel.as_ref()?);
        // What was typed is not asked about again: without it the recorded verdict stands.
        let Some(typed) = typed else { return Some(past.clone()) };
        let asked = Asked {
            sender: own.open.sender,
            addressee: own.open.addressee,
            typed,
            channel,
            distance: own.open.distance,
            at: recorded.at,
        };
        let (version, policy) = court.policy();
        let mut facts = self.views.facts_again(&asked, (version, policy), court.ledger())?;
        facts.facts_at = past.facts_at;
        Some(ask(policy, &facts))
    }
}

fn imagined(number: EventNumber, at: Timestamp, event: Event) -> Recorded {
    Recorded { number, at, actor: Actor::Timer, command: None, cause: None, event }
}

/// What counts for a court in the place of what another network's request came to, in open mode: it was let through.
pub(crate) fn let_through(verdict: &Verdict) -> Verdict {
    Verdict { outcome: Outcome::Pass, gates: Vec::new(), ..*verdict }
}

/// Whose counters a send is judged by.
pub(crate) fn carrier(recorded: &Recorded) -> Carrier {
    if matches!(recorded.event, Event::Import(import::Event::RequestObserved { .. })) {
        Carrier::Other
    } else {
        Carrier::Ours
    }
}
