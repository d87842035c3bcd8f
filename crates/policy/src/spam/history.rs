//! The spam filter's memory of each sender, rebuilt from events of the sender's own desk.

mod snapshot;

use acquaint_domain::outgoing::{self, Charge, Outgoing};
use acquaint_domain::{
    Addressee, Event, Evidence, Feedback, IllegalTransition, ImportedRecord, MemberId, Outcome, Recorded,
    RequestId, Rule, Span, Standing, SymbolKind, Timestamp, Verdict, account, connection, import, letter,
    oversight,
};

use acquaint_table::{Dense, Table};

use super::document::Spam;
use super::notes::{self, NameWords};
use super::remembered::{Remembered, Within};

/// How many requests of a member are remembered: the newest ones. More would tell the filter nothing new, and this bounds a
/// member's memory whatever the limits allow.
pub const REMEMBERED_MAX: usize = 512;

/// How long a request is remembered at least, so that a policy adopted later need not read the log.
const KEPT_AT_LEAST: Span = Span::days(60);

/// How long a week's feedback is remembered.
const FEEDBACK_KEPT: Span = Span::days(28);

/// The histories of all members.
///
/// INVARIANT (two desks): nothing here comes from an event of a recipient's desk. Acceptances are known from their letters,
/// silence from the age of a request, and reports from the weekly feedback alone.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Histories {
    members: Dense<MemberId, MemberHistory>,
    /// The names by which notes may address members.
    names: Dense<MemberId, NameWords>,
    /// The request that was just submitted: its verdict is the next event in the log.
    submitted: Option<SubmittedSend>,
    /// Requests held for their senders' confirmation. They enter the history when they leave, so that the filter sees the pace
    /// at which requests leave.
    held: Table<RequestId, HeldSend>,
    keep: Span,
}

/// What the filter remembers of one member.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct MemberHistory {
    /// When the account joined; `None` if the log does not say.
    pub(crate) joined: Option<Timestamp>,
    /// Since when it has been in good standing.
    pub(crate) good_since: Option<Timestamp>,
    /// The last weekly feedback.
    pub(crate) feedback: Option<Feedback>,
    /// Requests that left, or were held for a review.
    pub(super) sent: Remembered,
}

/// A request that left or was held for a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CountedSend {
    pub(crate) request: RequestId,
    pub(crate) at: Timestamp,
    /// Sketch of the note; `None` without a note, and if the sender's desk knows the addressee.
    pub(crate) sketch: Option<u64>,
    /// The addressee; `None` for an e-mail address.
    pub(crate) to: Option<MemberId>,
    pub(crate) acquaintance: Acquaintance,
    pub(crate) outcome: KnownOutcome,
}

/// How the sender's desk knew the recipient when the request was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Acquaintance {
    /// An imported contact.
    Contact,
    /// The two share a connection or a company.
    Acquainted,
    /// Neither a contact nor acquainted.
    Stranger,
    /// An e-mail address that belongs to no imported contact: the desk may not know whose it is.
    Unknown,
}

/// The outcome of a request, as far as the sender's desk knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum KnownOutcome {
    /// It has not arrived.
    Waits,
    /// It arrived at this moment.
    Arrived(Timestamp),
    /// It was accepted.
    Accepted,
}

/// A request that waits for its sender's confirmation.
#[derive(Clone, Copy, Debug, Hash)]
struct HeldSend {
    sender: MemberId,
    submitted: SubmittedSend,
}

#[derive(Clone, Copy, Debug, Hash)]
struct SubmittedSend {
    request: RequestId,
    sketch: Option<u64>,
    to: Option<MemberId>,
    has_mutuals: bool,
}

impl Default for Histories {
    fn default() -> Self {
        Self {
            members: Dense::default(),
            names: Dense::default(),
            submitted: None,
            held: Table::default(),
            keep: KEPT_AT_LEAST,
        }
    }
}

impl Histories {
    /// Adopts a policy's windows. Returns whether it looks back further than what was kept.
    pub(crate) fn adopt(&mut self, spam: &Spam) -> bool {
        let forgets = spam.longest_window() > self.keep;
        self.keep = self.keep.max(spam.longest_window());
        forgets
    }

    /// Empty histories that remember for equally long.
    pub(crate) fn cleared(&self) -> Self {
        Self { keep: self.keep, ..Self::default() }
    }

    /// Applies the next event.
    pub(crate) fn apply(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        if !self.held.is_empty() {
            self.forget_held(&recorded.event);
        }
        match &recorded.event {
            Event::Account(event) => self.apply_account(event, at),
            Event::Connection(event) => self.apply_connection(event),
            Event::Outgoing(event) => self.apply_outgoing(event, at),
            Event::Letter(event) => self.apply_letter(event, at),
            Event::Oversight(event) => self.apply_oversight(event),
            Event::Import(event) => self.apply_import(event),
            // INVARIANT (two desks): the recipient's desk's events are ignored.
            Event::Network(_) | Event::Incoming(_) => {}
        }
    }

    /// Whether the request is held for its sender's confirmation, and so is in no history yet.
    pub(crate) fn is_held(&self, request: RequestId) -> bool {
        self.held.contains_key(&request)
    }

    /// Forgets the held requests that the event closes. A confirmed one is not forgotten: it is remembered as sent.
    fn forget_held(&mut self, event: &Event) {
        match event {
            Event::Outgoing(outgoing) => match outgoing.kind {
                outgoing::Kind::Held { .. } | outgoing::Kind::Confirmed { .. } => return,
                outgoing::Kind::Submitted { .. }
                | outgoing::Kind::Refused { .. }
                | outgoing::Kind::Sent { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Expired { .. }
                | outgoing::Kind::Reminded { .. } => {}
            },
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Oversight(_)
            | Event::Import(_) => {}
        }
        for request in event.requests().iter() {
            let Some(held) = self.held.get(request) else { continue };
            let state = outgoing::evolve(Outgoing::AwaitingOwnConfirmation, held.sender, event)
                .unwrap_or_else(IllegalTransition::forced);
            if !state.is_open() {
                self.held.remove(request);
            }
        }
    }

    fn apply_account(&mut self, event: &account::Event, at: Timestamp) {
        let member = event.member;
        match &event.kind {
            account::Kind::Added { handle, .. } => {
                *self.names.or_default(member) = NameWords::of(handle);
                let history = self.members.or_default(member);
                history.joined = Some(at);
                history.good_since = Some(at);
            }
            account::Kind::Restricted { until, .. } => {
                self.members.or_default(member).good_since = Some(*until);
            }
            account::Kind::RestrictionLifted => self.members.or_default(member).good_since = Some(at),
            account::Kind::Changed { .. }
            | account::Kind::Banned
            | account::Kind::Closed { .. }
            | account::Kind::ContactsImported { .. }
            | account::Kind::SettingsChanged { .. }
            | account::Kind::SendChecked => {}
        }
    }

    fn apply_connection(&mut self, event: &connection::Event) {
        match &event.kind {
            connection::Kind::AcceptanceTaken { name, also, .. } => {
                for request in name.requests().iter().chain(also) {
                    self.set_outcome(event.member, *request, KnownOutcome::Accepted);
                }
            }
            connection::Kind::Blocked { .. }
            | connection::Kind::Unblocked
            | connection::Kind::Recorded { .. }
            | connection::Kind::Disconnected { .. }
            | connection::Kind::Closed { .. }
            | connection::Kind::AcceptanceLapsed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => {}
        }
    }

    fn apply_outgoing(&mut self, event: &outgoing::Event, at: Timestamp) {
        let (request, sender) = (event.request, event.sender);
        match &event.kind {
            outgoing::Kind::Submitted { addressee, entered, distance, .. } => {
                let note = entered.held().and_then(|entered| entered.note.as_deref());
                let to = match addressee {
                    Addressee::Member(to) => Some(*to),
                    Addressee::Email | Addressee::Nobody => None,
                };
                let has_mutuals = distance.is_some_and(|distance| distance.mutuals > 0);
                let sketch = note.and_then(|note| notes::sketch(note, self.names(sender, to)));
                self.submitted = Some(SubmittedSend { request, sketch, to, has_mutuals });
            }
            outgoing::Kind::Held { charge: Charge::Nothing, .. } => {
                let submitted = self.submitted.take().filter(|submitted| submitted.request == request);
                if let Some(submitted) = submitted {
                    self.held.insert(request, HeldSend { sender, submitted });
                }
            }
            outgoing::Kind::Held { charge: Charge::Request | Charge::RequestWithNote, verdict }
            | outgoing::Kind::Sent { verdict, .. } => self.remember(request, sender, verdict, at),
            outgoing::Kind::Confirmed { verdict, .. } => {
                self.submitted = self.held.remove(&request).map(|held| held.submitted);
                self.remember(request, sender, verdict, at);
            }
            outgoing::Kind::Refused { .. }
            | outgoing::Kind::Withdrawn { .. }
            | outgoing::Kind::Expired { .. }
            | outgoing::Kind::Reminded { .. } => {}
        }
    }

    fn apply_letter(&mut self, event: &letter::Event, at: Timestamp) {
        match event.kind {
            letter::Kind::RequestArrived { request, sender } => {
                self.set_outcome(sender, request, KnownOutcome::Arrived(at));
            }
            letter::Kind::DeliveryFailed { .. }
            | letter::Kind::DeliveryAbandoned { .. }
            | letter::Kind::WithdrawalTaken { .. }
            | letter::Kind::ReminderTaken { .. } => {}
        }
    }

    fn apply_oversight(&mut self, event: &oversight::Event) {
        match event {
            oversight::Event::FeedbackTaken { member, feedback } => {
                self.members.or_default(*member).feedback = Some(*feedback);
            }
            oversight::Event::RestrictionImposed { member, until, .. } => {
                self.members.or_default(*member).good_since = Some(*until);
            }
            // A request that a review releases has been remembered since it was held.
            oversight::Event::RequestStaysHeld { .. }
            | oversight::Event::BanReversed { .. }
            | oversight::Event::RequestRestored { .. }
            | oversight::Event::AppealOpened { .. }
            | oversight::Event::AppealUpheld { .. }
            | oversight::Event::AppealDismissed { .. }
            | oversight::Event::RequestReleased { .. }
            | oversight::Event::RequestRejected { .. } => {}
        }
    }

    /// Remembers imported members only: an imported request has no verdict, from which its acquaintance could be read.
    fn apply_import(&mut self, event: &import::Event) {
        match event {
            import::Event::Inherited(ImportedRecord::MemberInherited {
                member,
                handle,
                joined,
                standing,
                ..
            }) => {
                *self.names.or_default(*member) = NameWords::of(handle);
                let history = self.members.or_default(*member);
                history.joined = Some(*joined);
                history.good_since = Some(match standing {
                    Standing::Restricted { until, .. } => *until,
                    Standing::Good | Standing::Banned { .. } | Standing::Closed { .. } => *joined,
                });
            }
            import::Event::Inherited(
                ImportedRecord::StretchTaken(_)
                | ImportedRecord::ConnectionInherited { .. }
                | ImportedRecord::RequestInherited { .. }
                | ImportedRecord::ArrivalInherited { .. }
                | ImportedRecord::BlockInherited { .. },
            )
            | import::Event::Begun { .. }
            | import::Event::RequestObserved { .. }
            | import::Event::AcceptanceObserved { .. }
            | import::Event::Export(_) => {}
        }
    }

    /// The history of `member`; `None` if there is none.
    pub(crate) fn of(&self, member: MemberId) -> Option<&MemberHistory> {
        self.members.get(member)
    }

    /// The names by which a note between the two may address them.
    pub(super) fn names(&self, sender: MemberId, to: Option<MemberId>) -> [NameWords; 2] {
        let names = |member| self.names.get(member).copied().unwrap_or_default();
        [names(sender), to.map(names).unwrap_or_default()]
    }

    fn remember(&mut self, request: RequestId, sender: MemberId, verdict: &Verdict, at: Timestamp) {
        let submitted = self.submitted.take().filter(|submitted| submitted.request == request);
        let Some(SubmittedSend { sketch, to, has_mutuals, .. }) = submitted else { return };
        let acquaintance = acquaintance(verdict, to, has_mutuals);
        // The same note may go to several people whom the sender knows.
        let sketch =
            sketch.filter(|_| matches!(acquaintance, Acquaintance::Stranger | Acquaintance::Unknown));
        let sent = &mut self.members.or_default(sender).sent;
        // A held request says least, because nobody could answer it. It never displaces one that left, so that a sender cannot
        // clear the record by sending on while held.
        if sent.len() >= REMEMBERED_MAX && matches!(verdict.outcome, Outcome::Hold(_)) {
            return;
        }
        while sent.len() >= REMEMBERED_MAX || sent.oldest().is_some_and(|oldest| oldest.plus(self.keep) < at)
        {
            sent.forget_oldest();
        }
        sent.push(CountedSend { request, at, sketch, to, acquaintance, outcome: KnownOutcome::Waits });
    }

    fn set_outcome(&mut self, sender: MemberId, request: RequestId, outcome: KnownOutcome) {
        if let Some(history) = self.members.get_mut(sender) {
            history.sent.set_outcome(request, outcome);
        }
    }
}

impl MemberHistory {
    /// The recorded requests that are no older than the window, including those recorded in the same millisecond as `now`.
    pub(crate) fn within(&self, window: Span, now: Timestamp) -> Within<'_> {
        self.sent.since(now.minus(window))
    }

    /// The last weekly feedback, unless it is older than four weeks.
    pub(crate) fn fresh_feedback(&self, now: Timestamp) -> Option<Feedback> {
        self.feedback.filter(|feedback| now.since(feedback.until) < FEEDBACK_KEPT)
    }
}

/// How the desk knew the recipient, from the verdict's evidence and from the mutual connections recorded with the request.
fn acquaintance(verdict: &Verdict, to: Option<MemberId>, has_mutuals: bool) -> Acquaintance {
    let spam = verdict.gates.iter().find(|gate| gate.rule == Rule::Spam).map(|gate| &gate.evidence);
    let (is_contact, is_colleague) = match spam {
        Some(Evidence::Symbols { symbols, in_contacts, .. }) => (
            *in_contacts,
            symbols.iter().any(|symbol| symbol.kind == SymbolKind::Company && symbol.value > 0),
        ),
        Some(_) | None => (false, false),
    };
    if is_contact {
        Acquaintance::Contact
    } else if has_mutuals || is_colleague {
        Acquaintance::Acquainted
    } else if to.is_some() {
        Acquaintance::Stranger
    } else {
        Acquaintance::Unknown
    }
}

#[cfg(test)]
pub(crate) mod given {
    //! Histories for the tests of symbols.

    use super::*;

    pub(crate) fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    /// Requests to strangers at these moments with these sketches; none has arrived.
    pub(crate) fn history(sent: impl IntoIterator<Item = (i64, Option<u64>)>) -> MemberHistory {
        let sent = sent.into_iter().enumerate().map(|(place, (millis, sketch))| CountedSend {
            request: RequestId(place as u64),
            at: at(millis),
            sketch,
            to: Some(MemberId(10 * place as u32)),
            acquaintance: Acquaintance::Stranger,
            outcome: KnownOutcome::Waits,
        });
        MemberHistory { sent: sent.collect(), ..MemberHistory::default() }
    }

    /// Requests at these moments.
    pub(crate) fn times(times: impl IntoIterator<Item = i64>) -> MemberHistory {
        history(times.into_iter().map(|millis| (millis, None)))
    }

    pub(crate) fn feedback(until: Timestamp, reported_percent: u8) -> Feedback {
        let basis = acquaint_domain::FeedbackBasis::PrivateAnswers;
        Feedback { since: at(0), until, answered: 300, declined_percent: 0, reported_percent, basis }
    }

    /// One request a millisecond, from 0, each changed by its value.
    pub(crate) fn changed<T>(values: &[T], change: impl Fn(&mut CountedSend, &T)) -> MemberHistory {
        let history = times(0..values.len() as i64);
        let sent = history.sent.sent().zip(values).map(|(mut sent, value)| {
            change(&mut sent, value);
            sent
        });
        MemberHistory { sent: sent.collect(), ..MemberHistory::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::given::{at, feedback, times};
    use super::*;

    fn within(window: i64, now: i64) -> Vec<i64> {
        let history = times([10, 20, 20, 30]);
        history.within(Span::millis(window), at(now)).sent().map(|sent| sent.at.as_millis()).collect()
    }

    #[test]
    fn a_window_includes_its_first_millisecond_and_all_that_is_recorded_already() {
        assert_eq!(within(20, 30), [10, 20, 20, 30]);
        assert_eq!(within(19, 30), [20, 20, 30]);
        assert_eq!(within(10, 30), [20, 20, 30]);
        assert_eq!(within(9, 30), [30]);
        assert_eq!(within(10, 40), [30]);
        assert_eq!(within(10, 41), [] as [i64; 0]);
    }

    #[test]
    fn a_feedback_is_fresh_for_four_weeks() {
        let feedback = feedback(at(5), 20);
        let history = MemberHistory { feedback: Some(feedback), ..MemberHistory::default() };
        let end = at(5).plus(Span::days(28));
        assert_eq!(history.fresh_feedback(end.minus(Span::millis(1))), Some(feedback));
        assert_eq!(history.fresh_feedback(end), None);
    }
}
