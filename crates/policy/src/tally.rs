//! Private answers to members' requests, counted by week. Senders learn of the counts with noise only, so that nobody's answer
//! can be inferred.

mod contributions;
mod counts;
mod noise;
mod sender;
#[cfg(test)]
mod tests;
mod threshold;

use std::collections::BTreeSet;

use acquaint_checkpoint::snapshot;
use acquaint_domain::{
    Event, Feedback, FeedbackBasis, ImportedRecord, MemberId, Recorded, RequestRef, Timestamp, import,
    incoming, network, outgoing, oversight,
};

use acquaint_table::Dense;

use crate::document::Policy;
use crate::window::{Zone, week_begins, week_number};
use contributions::{AnswerChange, Contributions};
use counts::{Counts, PrivateAnswer};
use noise::NoiseKey;
use sender::{Drawing, NoisyTotals, Sender};
pub(crate) use threshold::{FeedbackThreshold, answered_min};

/// The private answers to each member's requests, by week, and the noisy counts since the member's last feedback. No desk reads
/// the exact counts: a sender's desk learns of them through [`Feedback`] alone.
///
/// At the end of a week, noise is added to the counts of every sender who has sent in the last 180 days. The sender gets a
/// feedback if the noisy counts of the last week, or of the last 2, 4 or 8 weeks together, reach the threshold. A week's noise
/// is derived from the log's key, so the end of a week needs no event and no work: a sender's weeks are brought up to date when
/// the sender sends, when somebody answers the sender, and when a policy is adopted.
#[derive(Clone, Debug, Hash)]
pub struct Tally {
    key: NoiseKey,
    /// How many answers a feedback needs; `None` if the policy in force gives no feedback.
    threshold: Option<FeedbackThreshold>,
    /// Time zone whose calendar weeks are counted.
    zone: Zone,
    /// The current week. It never decreases: the counts of an ended week may have been disclosed with its noise, and the same
    /// noise added to other counts would reveal the difference.
    week: i64,
    week_ends: Timestamp,
    senders: Dense<MemberId, Sender>,
    contributions: Contributions,
    /// The members whose feedback is due if nothing more happens, each with the week at whose end it is.
    due: BTreeSet<(i64, MemberId)>,
}

snapshot!(struct Tally { key, threshold, zone, week, week_ends, senders, contributions, due });

impl Default for Tally {
    fn default() -> Self {
        Self {
            key: NoiseKey::default(),
            threshold: None,
            zone: Zone::utc(),
            week: i64::MIN,
            week_ends: Timestamp::from_millis(i64::MIN),
            senders: Dense::default(),
            contributions: Contributions::default(),
            due: BTreeSet::new(),
        }
    }
}

impl Tally {
    /// Applies the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.turn_to(recorded.at);
        match &recorded.event {
            Event::Network(event) => self.apply_network(event, recorded.at),
            Event::Outgoing(event) => self.apply_outgoing(event),
            Event::Incoming(event) => self.apply_incoming(event),
            Event::Oversight(event) => self.apply_oversight(event),
            Event::Import(event) => self.apply_import(event),
            Event::Account(_) | Event::Connection(_) | Event::Letter(_) => {}
        }
    }

    /// When the next feedback is due, and whose it is.
    pub fn next_due(&self) -> Option<(Timestamp, MemberId)> {
        self.due.first().map(|(week, member)| (self.ends(*week), *member))
    }

    /// The next feedback for `member`'s desk; `None` if none is due.
    pub fn feedback(&self, member: MemberId) -> Option<Feedback> {
        let drawing = self.drawing(member)?;
        let NoisyTotals { week, weeks, sum } = self.senders.get(member)?.next_totals(&drawing)?;
        let first = week.saturating_add(1).saturating_sub_unsigned(weeks as u64);
        Some(Feedback {
            since: week_begins(&self.zone, first),
            until: self.ends(week),
            answered: u32::try_from(sum.total() / 10 * 10).unwrap_or(0),
            declined_percent: tens(sum.declined, &sum),
            reported_percent: tens(sum.reported, &sum),
            basis: FeedbackBasis::PrivateAnswers,
        })
    }

    fn ends(&self, week: i64) -> Timestamp {
        week_begins(&self.zone, week.saturating_add(1))
    }

    fn turn_to(&mut self, at: Timestamp) {
        if at >= self.week_ends {
            self.week = self.week.max(week_number(&self.zone, at));
            self.week_ends = self.ends(self.week);
        }
    }

    fn sent(&mut self, member: MemberId) {
        let week = self.week;
        if self.senders.get(member).is_none_or(|sender| sender.last_sent != Some(week)) {
            self.change(member, |sender| sender.last_sent = Some(week));
        }
    }

    fn answered(&mut self, request_ref: &RequestRef, answer: PrivateAnswer) {
        let change = self.contributions.add(self.week, request_ref.sender, request_ref.recipient, answer);
        let Some(AnswerChange { instead_of }) = change else { return };
        self.change(request_ref.sender, |sender| {
            *sender.counts.of(answer) += 1;
            if let Some(milder) = instead_of {
                *sender.counts.of(milder) -= 1;
            }
        });
    }

    fn apply_network(&mut self, event: &network::Event, at: Timestamp) {
        match event {
            network::Event::Founded { id_key } => self.key = NoiseKey::of(*id_key),
            network::Event::PolicyAdopted { text, .. } => {
                if let Ok(policy) = Policy::recorded(text) {
                    self.adopt(&policy, at);
                }
            }
            network::Event::CommandRefused(_)
            | network::Event::RequestUnclaimed { .. }
            | network::Event::LookupRecorded(_)
            | network::Event::FaultStarted { .. }
            | network::Event::FaultStopped(_) => {}
        }
    }

    fn apply_outgoing(&mut self, event: &outgoing::Event) {
        match event.kind {
            outgoing::Kind::Sent { .. } | outgoing::Kind::Confirmed { .. } => self.sent(event.sender),
            outgoing::Kind::Submitted { .. }
            | outgoing::Kind::Refused { .. }
            | outgoing::Kind::Held { .. }
            | outgoing::Kind::Withdrawn { .. }
            | outgoing::Kind::Expired { .. }
            | outgoing::Kind::Reminded { .. } => {}
        }
    }

    /// Counts private answers only: the sender learns of an acceptance anyway.
    fn apply_incoming(&mut self, event: &incoming::Event) {
        match event.kind {
            incoming::Kind::Dismissed => self.answered(&event.request_ref, PrivateAnswer::Dismissed),
            incoming::Kind::Declined => self.answered(&event.request_ref, PrivateAnswer::Declined),
            incoming::Kind::Reported => self.answered(&event.request_ref, PrivateAnswer::Reported),
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::FiledByClosure
            | incoming::Kind::Merged { .. }
            | incoming::Kind::Crossed { .. }
            | incoming::Kind::Shown
            | incoming::Kind::Accepted { .. } => {}
        }
    }

    fn apply_oversight(&mut self, event: &oversight::Event) {
        match event {
            oversight::Event::FeedbackTaken { member, feedback } => self.feedback_taken(*member, *feedback),
            oversight::Event::RequestReleased { sender, posted: Some(_), .. } => self.sent(*sender),
            oversight::Event::RequestStaysHeld { .. }
            | oversight::Event::BanReversed { .. }
            | oversight::Event::RequestRestored { .. }
            | oversight::Event::RequestReleased { posted: None, .. }
            | oversight::Event::RestrictionImposed { .. }
            | oversight::Event::AppealOpened { .. }
            | oversight::Event::AppealUpheld { .. }
            | oversight::Event::AppealDismissed { .. }
            | oversight::Event::RequestRejected { .. } => {}
        }
    }

    /// An imported request of this network counts as sent. Requests observed on other networks do not.
    fn apply_import(&mut self, event: &import::Event) {
        match event {
            import::Event::Inherited(ImportedRecord::RequestInherited { sender, .. }) => self.sent(*sender),
            import::Event::Inherited(
                ImportedRecord::StretchTaken(_)
                | ImportedRecord::MemberInherited { .. }
                | ImportedRecord::ConnectionInherited { .. }
                | ImportedRecord::ArrivalInherited { .. }
                | ImportedRecord::BlockInherited { .. },
            )
            | import::Event::Begun { .. }
            | import::Event::RequestObserved { .. }
            | import::Event::AcceptanceObserved { .. }
            | import::Event::Export(_) => {}
        }
    }

    fn feedback_taken(&mut self, member: MemberId, feedback: Feedback) {
        // INVARIANT (told once): a feedback that was given is not due again, even at the end of the calendar's range.
        let due = self.senders.get(member).and_then(|sender| sender.due);
        let due = due.filter(|week| self.ends(*week) == feedback.until);
        let next = match due {
            Some(week) => week.saturating_add(1),
            None => week_number(&self.zone, feedback.until).min(self.week),
        };
        let drawing = self.drawing(member);
        self.senders.or_default(member).feedback_taken(next, drawing.as_ref());
        self.change(member, |_| {});
    }

    /// Adopts a policy: first it ends, under the previous one, the weeks that are over.
    fn adopt(&mut self, policy: &Policy, at: Timestamp) {
        let threshold = FeedbackThreshold::of(policy);
        let zone = policy.feedback.as_ref().map_or(&self.zone, |feedback| &feedback.zone).clone();
        if (threshold, &zone) == (self.threshold, &self.zone) {
            return;
        }
        let members: Vec<MemberId> = self.senders.iter().map(|(member, _)| member).collect();
        for member in &members {
            self.change(*member, |_| {});
        }
        self.threshold = threshold;
        self.zone = zone;
        self.week = self.week.max(week_number(&self.zone, at));
        self.week_ends = self.ends(self.week);
        for member in members {
            self.change(member, |_| {});
        }
    }

    fn drawing(&self, member: MemberId) -> Option<Drawing> {
        self.threshold.map(|threshold| Drawing { key: self.key, member, threshold })
    }

    /// Ends a sender's weeks that are over, changes the current one, and updates when the next feedback is due.
    fn change(&mut self, member: MemberId, change: impl FnOnce(&mut Sender)) {
        let drawing = self.drawing(member);
        let sender = self.senders.or_default(member);
        sender.end_weeks(self.week, drawing.as_ref());
        change(sender);
        let due = drawing.and_then(|drawing| sender.next_totals(&drawing)).map(|totals| totals.week);
        let before = std::mem::replace(&mut sender.due, due);
        if before != due {
            before.map(|week| self.due.remove(&(week, member)));
            self.due.extend(due.map(|week| (week, member)));
        }
    }
}

/// A share in percent, rounded down to a multiple of ten, so that a share that is reported to reach a limit does reach it.
fn tens(part: i64, whole: &Counts) -> u8 {
    let tens = part.max(0) * 10 / whole.total().max(1);
    (tens.min(10) * 10) as u8
}
