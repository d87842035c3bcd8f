//! Closed mode: the counterfactual state that follows from one policy's verdicts. What history has after a request that is
//! not let through here is left out; what history does not know stays open.

mod holds;

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

use acquaint_domain::outgoing::{self, Charge, Outgoing, Submission};
use acquaint_domain::{
    Actor, Decision, Event, EventNumber, LetterNumber, MemberId, Outcome, Recorded, RequestId, Timestamp,
    Verdict, network, oversight,
};
use acquaint_engine::{RecordedSend, Retention, StartError, Views, imposed};
use acquaint_policy::{
    Facts, Policy, Tally, judge_confirmation, judge_filtered_confirmation, judge_release,
    judge_waived_release,
};

use crate::court::PolicyTimeline;
use crate::history::Adopted;
use crate::outcome::IdHasher;
use crate::send::PastSend;

type RequestSet = HashSet<RequestId, BuildHasherDefault<IdHasher>>;

/// The state that would follow from one policy's verdicts.
pub(crate) struct CounterfactualState {
    pub(crate) views: Views,
    tally: Tally,
    /// Requests that diverged: their later history did not happen here.
    diverged: HashMap<RequestId, Divergence, BuildHasherDefault<IdHasher>>,
    /// Requests whose connection exists in history and was never made here.
    unmade: RequestSet,
    /// Crossings that did not happen because one of the two requests was missing.
    pub(crate) crossings_lost: u64,
}

/// Why a request's later history did not happen here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Divergence {
    /// It was decided differently.
    Decided,
    /// It had already expired.
    Expired,
    /// The request that it crossed in history is missing.
    Alone,
}

type Applied = Result<(), StartError>;

impl CounterfactualState {
    /// The state before the first event; `first` is the first policy to judge.
    pub(crate) fn begin(first: &Adopted) -> Self {
        let mut tally = Tally::default();
        let event = Event::Network(network::Event::PolicyAdopted {
            version: first.version,
            name: first.policy.name.clone(),
            text: first.text.clone(),
            hash: [0; 32],
            tzdata: None,
        });
        tally.apply(&hypothetical(EventNumber(0), Timestamp::from_millis(i64::MIN), event));
        Self {
            views: Views::default(),
            tally,
            diverged: HashMap::default(),
            unmade: RequestSet::default(),
            crossings_lost: 0,
        }
    }

    fn take(&mut self, timeline: &mut PolicyTimeline, recorded: &Recorded) -> Applied {
        self.views.apply_to_senders(recorded, Retention::ToBeAskedAgain)?;
        // The timeline knows which policy judges here.
        if !matches!(recorded.event, Event::Network(network::Event::PolicyAdopted { .. })) {
            self.tally.apply(recorded);
        }
        timeline.count(recorded);
        Ok(())
    }

    fn imagine(&mut self, timeline: &mut PolicyTimeline, at: Timestamp, event: Event) -> Applied {
        let number = self.views.last();
        self.take(timeline, &hypothetical(number, at, event))
    }

    /// A policy is adopted, which decides from now on how much is enough for feedback.
    pub(crate) fn adopt(&mut self, recorded: &Recorded) {
        self.tally.apply(recorded);
    }

    /// Runs what is due by `at` and has not yet happened by an event of history: expiries and feedback, by the rules of the
    /// policy that judges here. Each happens at the time at which it is due, as in the engine.
    pub(crate) fn due(&mut self, timeline: &mut PolicyTimeline, at: Timestamp) -> Applied {
        loop {
            let expiry = timeline.policy().1.expiry.after;
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
                    self.diverged.insert(request, Divergence::Expired);
                    let expired = Event::Outgoing(outgoing::Event {
                        request,
                        sender,
                        kind: outgoing::Kind::Expired { expiry, posted: None },
                    });
                    self.imagine(timeline, now, expired)?;
                }
                (_, Some((_, member))) => self.give_feedback(timeline, member, now)?,
                (_, None) => return Ok(()),
            }
        }
    }

    fn give_feedback(&mut self, timeline: &mut PolicyTimeline, member: MemberId, at: Timestamp) -> Applied {
        let Some(feedback) = self.tally.feedback(member) else { return Ok(()) };
        self.imagine(timeline, at, Event::Oversight(oversight::Event::FeedbackTaken { member, feedback }))?;
        let Some(known) = self.views.members.get(member) else { return Ok(()) };
        for event in imposed(timeline.policy(), known, feedback, at) {
            self.imagine(timeline, at, event)?;
        }
        Ok(())
    }

    /// Applies a send with the verdict that it gets here; `decided` is the event with the recorded decision.
    pub(crate) fn send(
        &mut self,
        timeline: &mut PolicyTimeline,
        submitted: &Recorded,
        decided: &Recorded,
        (past, verdict): (Outcome, &Verdict),
    ) -> Applied {
        let Some(sent) = PastSend::of(submitted) else { return Ok(()) };
        self.take(timeline, submitted)?;
        if past == Outcome::Pass && verdict.outcome == Outcome::Pass {
            return self.take(timeline, decided);
        }
        let PastSend { request, sender, asked, .. } = sent;
        let RecordedSend { addressee, entered, channel, distance, .. } = asked;
        let (entered, channel) = (entered.clone(), channel.clone());
        let submission = Submission { request, sender, addressee, entered, channel, distance };
        let here = outgoing::send(submission, verdict.clone(), LetterNumber(0)).pop();
        if let Some(event) = here {
            self.take(timeline, &Recorded { event: event.into(), ..decided.clone() })?;
        }
        // A request held in history and let through here gets the answer that it later got in history, if any.
        let is_like_history =
            past == verdict.outcome || (matches!(past, Outcome::Hold(_)) && verdict.outcome == Outcome::Pass);
        if !is_like_history {
            self.diverged.insert(request, Divergence::Decided);
        }
        Ok(())
    }

    /// Applies a request observed on another network, with the verdict that it gets here.
    pub(crate) fn observe(
        &mut self,
        timeline: &mut PolicyTimeline,
        recorded: &Recorded,
        verdict: &Verdict,
    ) -> Applied {
        let Some(sent) = PastSend::of(recorded) else { return Ok(()) };
        timeline.count_observed(sent.request, sent.sender, sent.at, verdict);
        if verdict.outcome == Outcome::Pass {
            return self.views.apply_to_senders(recorded, Retention::ToBeAskedAgain);
        }
        self.diverged.insert(sent.request, Divergence::Decided);
        Ok(())
    }

    /// Applies any other event of history, unless it follows from something that did not happen here.
    pub(crate) fn apply(&mut self, timeline: &mut PolicyTimeline, recorded: &Recorded) -> Applied {
        if let Actor::Member(_) | Actor::Operator = recorded.actor {
            self.due(timeline, recorded.at)?;
        }
        match &recorded.event {
            Event::Outgoing(event) => match &event.kind {
                outgoing::Kind::Expired { .. } => self.expire(timeline, event.request, recorded),
                outgoing::Kind::Confirmed { verdict, .. } => {
                    self.confirm(timeline, event.request, verdict, recorded)
                }
                outgoing::Kind::Submitted { .. }
                | outgoing::Kind::Refused { .. }
                | outgoing::Kind::Held { .. }
                | outgoing::Kind::Sent { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Reminded { .. } => self.take_if_holds(timeline, recorded),
            },
            Event::Oversight(event) => match event {
                oversight::Event::FeedbackTaken { member, .. } => {
                    self.take_feedback(timeline, *member, recorded.at)
                }
                oversight::Event::RequestReleased { request, verdict, charge, .. } => {
                    self.release(timeline, *request, (verdict, *charge), recorded)
                }
                oversight::Event::RestrictionImposed { .. }
                | oversight::Event::AppealOpened { .. }
                | oversight::Event::AppealUpheld { .. }
                | oversight::Event::AppealDismissed { .. }
                | oversight::Event::RequestRejected { .. }
                | oversight::Event::RequestStaysHeld { .. }
                | oversight::Event::BanReversed { .. }
                | oversight::Event::RequestRestored { .. } => self.take_if_holds(timeline, recorded),
            },
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Import(_) => self.take_if_holds(timeline, recorded),
        }
    }

    fn take_if_holds(&mut self, timeline: &mut PolicyTimeline, recorded: &Recorded) -> Applied {
        if self.holds(&recorded.event) { self.take(timeline, recorded) } else { Ok(()) }
    }

    /// A request expired in history. It expires here if it is open and old enough.
    fn expire(&mut self, timeline: &mut PolicyTimeline, request: RequestId, recorded: &Recorded) -> Applied {
        let open = self.views.pending.request(request);
        let expiry = timeline.policy().1.expiry.after;
        if open.is_some_and(|open| open.submitted_at.plus(expiry) <= recorded.at) {
            self.take(timeline, recorded)?;
        }
        Ok(())
    }

    /// A member got feedback in history. Here the member gets the feedback that is due here.
    fn take_feedback(&mut self, timeline: &mut PolicyTimeline, member: MemberId, at: Timestamp) -> Applied {
        if let Some((due, first)) = self.tally.next_due()
            && due <= at
            && first == member
        {
            self.give_feedback(timeline, first, due)?;
        }
        Ok(())
    }

    /// Applies a send that accepted the addressee's own request, with the outcome that it gets here.
    pub(crate) fn answer(
        &mut self,
        timeline: &mut PolicyTimeline,
        accepted: &Recorded,
        (request, outcome): (RequestId, Outcome),
    ) -> Applied {
        if outcome != Outcome::Pass {
            self.diverged.insert(request, Divergence::Decided);
        }
        self.apply(timeline, accepted)
    }

    /// The sender confirms a request, if it waits for confirmation here.
    fn confirm(
        &mut self,
        timeline: &mut PolicyTimeline,
        request: RequestId,
        past: &Verdict,
        recorded: &Recorded,
    ) -> Applied {
        let awaits_filter = timeline.ledger().awaits_filter(request);
        let ask = if awaits_filter { judge_confirmation } else { judge_filtered_confirmation };
        let Some(verdict) = self.judge_again(timeline, request, (past, recorded), ask) else {
            return Ok(());
        };
        let Some(known) = self.views.pending.request(request) else { return Ok(()) };
        let open = known.open;
        let has_note = known.entered().is_some_and(|entered| entered.note_fingerprint.is_some());
        let charge = if has_note { Charge::RequestWithNote } else { Charge::Request };
        match outgoing::confirm(&open, verdict, charge, LetterNumber(0)) {
            Decision::Happens(events) => {
                events.into_iter().try_for_each(|event| self.imagine(timeline, recorded.at, event.into()))
            }
            Decision::Refused(_) | Decision::NotThere(_) => {
                if open.state == Outgoing::AwaitingOwnConfirmation {
                    self.diverged.insert(request, Divergence::Decided);
                }
                Ok(())
            }
        }
    }

    /// A review releases a request, if it is held for review here. If the review waived the limits, they are waived here,
    /// too.
    fn release(
        &mut self,
        timeline: &mut PolicyTimeline,
        request: RequestId,
        (past, charge): (&Verdict, Charge),
        recorded: &Recorded,
    ) -> Applied {
        let ask = if charge == Charge::Nothing { judge_waived_release } else { judge_release };
        let Some(verdict) = self.judge_again(timeline, request, (past, recorded), ask) else { return Ok(()) };
        let Some(open) = self.views.pending.request(request).map(|known| known.open) else { return Ok(()) };
        if verdict.outcome != past.outcome {
            self.diverged.insert(request, Divergence::Decided);
        }
        match oversight::release(&open, verdict, charge, LetterNumber(0)) {
            Decision::Happens(events) => {
                events.into_iter().try_for_each(|event| self.imagine(timeline, recorded.at, event.into()))
            }
            Decision::Refused(_) | Decision::NotThere(_) => Ok(()),
        }
    }

    /// Judges a held request for the second time; `None` if it is not open here.
    fn judge_again(
        &self,
        timeline: &PolicyTimeline,
        request: RequestId,
        (past, recorded): (&Verdict, &Recorded),
        ask: fn(&Policy, &Facts) -> Verdict,
    ) -> Option<Verdict> {
        let own = self.views.pending.request(request)?;
        let asked = own.asked.as_ref()?;
        let (entered, channel) = (asked.entered.held(), asked.channel.as_ref()?);
        // Without the entered text it cannot be judged again, so the recorded verdict is kept.
        let Some(entered) = entered else { return Some(past.clone()) };
        let asked = RecordedSend {
            sender: own.open.sender,
            addressee: own.open.addressee,
            entered,
            channel,
            distance: own.open.distance,
            at: recorded.at,
        };
        let (version, policy) = timeline.policy();
        let mut facts = self.views.facts_again(&asked, (version, policy), timeline.ledger())?;
        facts.facts_at = past.facts_at;
        Some(ask(policy, &facts))
    }
}

fn hypothetical(number: EventNumber, at: Timestamp, event: Event) -> Recorded {
    Recorded { number, at, actor: Actor::Timer, command: None, cause: None, event }
}

/// The verdict that is counted for a request observed on another network, in open mode: it was let through.
pub(crate) fn let_through(verdict: &Verdict) -> Verdict {
    Verdict { outcome: Outcome::Pass, gates: Vec::new(), ..*verdict }
}
