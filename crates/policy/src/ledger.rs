//! The counters that the rules read, rebuilt from events.

mod charges;
mod counters;
mod snapshot;

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::outgoing::Charge;
use acquaint_domain::{
    Code, Event, EventNumber, Evidence, Feedback, MemberId, Outcome, PolicyVersion, Recorded, RequestId,
    Rule, Span, Timestamp, Verdict, account, network, outgoing, oversight,
};

use acquaint_table::{Dense, Table};

use crate::document::{CounterId, LimitBasis, Policy};
use crate::spam::{self, Histories, Sending, SpamFacts};
use crate::window::Window;
use charges::Charges;
use counters::OpenWindow;

/// What each member sent recently: the exact times, oldest first, each with or without a note; and what the spam filter
/// remembers.
///
/// A request is charged once, when it leaves: one held for its sender's confirmation when it is confirmed. A request held for
/// a review is charged when it is held, so that nobody can fill the review queue. A refused send is never charged, and no
/// charge is ever given back. Charges older than the longest window of the policy in force are forgotten at the member's next
/// send, so memory per member is proportional to what they sent in that window. If a newly adopted policy looks further back
/// or counts in another way, its counters are filled from the log: see [`Ledger::needs_backfill`].
#[derive(Clone, Debug, Hash)]
pub struct Ledger {
    charges: Dense<MemberId, Charges>,
    /// Refused sends, sends held for their sender's confirmation, and checks.
    attempts: Dense<MemberId, Charges>,
    /// Counters of windows that begin with the first send they count. Such a window depends on the whole history, so each is
    /// counted event by event.
    from_first: BTreeMap<CounterId, Table<MemberId, OpenWindow>>,
    floods: Table<MemberId, Flood>,
    histories: Histories,
    /// The request that was just submitted with a note: its verdict is the next event in the log.
    submitted_with_note: Option<RequestId>,
    policy: PolicyVersion,
    keep: Span,
    keep_attempts: Span,
    /// Whether anything has been counted.
    begun: bool,
    /// Counters of the policy in force that are not filled from the log yet.
    unfilled: BTreeSet<CounterId>,
    needs_backfill: bool,
}

/// Beyond the attempts limit, one refusal is recorded; it stands for all further ones in the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Flood {
    /// The recorded refusal.
    pub event: EventNumber,
    /// The request that it refused.
    pub request: RequestId,
    /// First moment at which a refusal is recorded again.
    pub until: Timestamp,
    policy: PolicyVersion,
}

impl Default for Ledger {
    fn default() -> Self {
        Self {
            charges: Dense::default(),
            attempts: Dense::default(),
            from_first: BTreeMap::new(),
            floods: Table::default(),
            histories: Histories::default(),
            submitted_with_note: None,
            policy: PolicyVersion(0),
            keep: Span::days(7),
            keep_attempts: Span::ZERO,
            begun: false,
            unfilled: BTreeSet::new(),
            needs_backfill: false,
        }
    }
}

impl Ledger {
    /// Applies the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::Network(event) => self.apply_network(event),
            Event::Account(_)
            | Event::Connection(_)
            | Event::Outgoing(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Oversight(_)
            | Event::Import(_) => {}
        }
        self.count(recorded);
    }

    /// Counts an event under the policy in force. The adoption of a policy is not counted.
    pub fn count(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        self.histories.apply(recorded);
        match &recorded.event {
            Event::Account(event) => self.count_account(event, at),
            Event::Outgoing(event) => self.count_outgoing(event, recorded),
            Event::Oversight(event) => self.count_oversight(event, at),
            // Neither a send that accepts the addressee's request nor an import is charged.
            Event::Network(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Import(_) => {}
        }
    }

    /// Whether counters of the policy in force reach further back than what was kept. If so, the reader of the log fills them:
    /// it applies every event, up to the last one applied here, to [`Ledger::cleared`], and replaces this ledger with the
    /// result. Until then those counters are uncounted, and their limits follow their fail mode.
    pub fn needs_backfill(&self) -> bool {
        self.needs_backfill
    }

    /// A ledger with the same counters as this one, all empty, to count the history into.
    #[must_use]
    pub fn cleared(&self) -> Self {
        let from_first = self.from_first.keys().map(|counter| (counter.clone(), Table::default())).collect();
        let (policy, keep, keep_attempts) = (self.policy, self.keep, self.keep_attempts);
        let histories = self.histories.cleared();
        Self { policy, keep, keep_attempts, from_first, histories, ..Self::default() }
    }

    /// The recorded refusal that stands for `sender`'s further refusals now, if the sender is beyond the attempts limit.
    pub fn flood(&self, sender: MemberId, now: Timestamp) -> Option<Flood> {
        let flood = self.floods.get(&sender).copied()?;
        (flood.policy == self.policy && now < flood.until).then_some(flood)
    }

    /// Whether the request is held for its sender's confirmation and is not yet in the spam filter's history.
    pub fn awaits_filter(&self, request: RequestId) -> bool {
        self.histories.is_held(request)
    }

    /// The newest feedback at `member`'s desk.
    pub fn feedback(&self, member: MemberId) -> Option<Feedback> {
        self.histories.of(member)?.feedback
    }

    /// How many sends and attempts of `member` are remembered.
    pub fn remembered(&self, member: MemberId) -> usize {
        let charges = self.charges.get(member).map_or(0, Charges::len);
        charges + self.attempts.get(member).map_or(0, Charges::len)
    }

    fn apply_network(&mut self, event: &network::Event) {
        match event {
            network::Event::PolicyAdopted { version, text, .. } => {
                if let Ok(policy) = Policy::recorded(text) {
                    self.adopt(*version, &policy);
                }
            }
            network::Event::Founded { .. }
            | network::Event::CommandRefused(_)
            | network::Event::RequestUnclaimed { .. }
            | network::Event::LookupRecorded(_)
            | network::Event::FaultStarted { .. }
            | network::Event::FaultStopped(_) => {}
        }
    }

    fn count_account(&mut self, event: &account::Event, at: Timestamp) {
        match event.kind {
            account::Kind::SendChecked => self.attempt(event.member, at),
            account::Kind::Added { .. }
            | account::Kind::Changed { .. }
            | account::Kind::Restricted { .. }
            | account::Kind::Banned
            | account::Kind::RestrictionLifted
            | account::Kind::Closed { .. }
            | account::Kind::ContactsImported { .. }
            | account::Kind::SettingsChanged { .. } => {}
        }
    }

    fn count_outgoing(&mut self, event: &outgoing::Event, recorded: &Recorded) {
        let (request, sender, at) = (event.request, event.sender, recorded.at);
        match &event.kind {
            outgoing::Kind::Submitted { entered, .. } => {
                let has_note = entered.held().is_some_and(|entered| entered.note_fingerprint.is_some());
                self.submitted_with_note = has_note.then_some(request);
            }
            outgoing::Kind::Refused { verdict } => self.refuse(request, sender, verdict, recorded),
            // It has not left, so it counts as an attempt: otherwise anybody could have any number of requests held.
            outgoing::Kind::Held { charge: Charge::Nothing, .. } => self.attempt(sender, at),
            outgoing::Kind::Held { charge: Charge::Request | Charge::RequestWithNote, .. }
            | outgoing::Kind::Sent { .. } => self.charge(request, sender, at),
            outgoing::Kind::Confirmed { charge, .. } => self.leave(sender, *charge, at),
            // Nothing gives a charge back.
            outgoing::Kind::Withdrawn { .. }
            | outgoing::Kind::Expired { .. }
            | outgoing::Kind::Reminded { .. } => {}
        }
    }

    fn count_oversight(&mut self, event: &oversight::Event, at: Timestamp) {
        match event {
            oversight::Event::RequestReleased { sender, charge, .. } => self.leave(*sender, *charge, at),
            // A restored request was charged when it left.
            oversight::Event::RequestStaysHeld { .. }
            | oversight::Event::BanReversed { .. }
            | oversight::Event::RequestRestored { .. }
            | oversight::Event::FeedbackTaken { .. }
            | oversight::Event::RestrictionImposed { .. }
            | oversight::Event::AppealOpened { .. }
            | oversight::Event::AppealUpheld { .. }
            | oversight::Event::AppealDismissed { .. }
            | oversight::Event::RequestRejected { .. } => {}
        }
    }

    fn adopt(&mut self, version: PolicyVersion, policy: &Policy) {
        let (keep, keep_attempts) = (policy.longest_window(), policy.attempts_window());
        let counters: BTreeSet<CounterId> = policy.counters().collect();
        let is_filled = |counter: &CounterId| {
            let kept = match counter.counts {
                LimitBasis::Requests | LimitBasis::Notes => self.keep,
                LimitBasis::Attempts => self.keep_attempts,
            };
            let holds = match counter.window {
                Window::FromFirst(_) => self.from_first.contains_key(counter),
                Window::Rolling(_) | Window::Day(_) | Window::Week(_) => counter.window.longest() <= kept,
            };
            holds && !self.unfilled.contains(counter)
        };
        let unfilled = counters.iter().filter(|counter| self.begun && !is_filled(counter)).cloned().collect();
        let forgets = self.histories.adopt(&policy.spam);
        let is_short = self.begun && (keep > self.keep || keep_attempts > self.keep_attempts || forgets);
        self.unfilled = unfilled;
        self.needs_backfill = is_short || !self.unfilled.is_empty();
        self.from_first.retain(|counter, _| counters.contains(counter));
        for counter in counters.into_iter().filter(|counter| matches!(counter.window, Window::FromFirst(_))) {
            self.from_first.entry(counter).or_default();
        }
        (self.policy, self.keep, self.keep_attempts) = (version, keep, keep_attempts);
    }

    fn charge(&mut self, request: RequestId, sender: MemberId, at: Timestamp) {
        let has_note = self.submitted_with_note.take() == Some(request);
        let charge = if has_note { Charge::RequestWithNote } else { Charge::Request };
        self.leave(sender, charge, at);
    }

    /// Charges a request that leaves or is held for a review.
    fn leave(&mut self, sender: MemberId, charge: Charge, at: Timestamp) {
        let has_note = match charge {
            Charge::Nothing => return,
            Charge::Request => false,
            Charge::RequestWithNote => true,
        };
        self.charges.or_default(sender).push(at, has_note, self.keep);
        self.begun = true;
        self.count_from_first(LimitBasis::Requests, sender, at);
        if has_note {
            self.count_from_first(LimitBasis::Notes, sender, at);
        }
    }

    /// Counts an attempt: a refused send, a send held for its sender's confirmation, or a check.
    fn attempt(&mut self, sender: MemberId, at: Timestamp) {
        self.begun = true;
        if self.keep_attempts > Span::ZERO {
            self.attempts.or_default(sender).push(at, false, self.keep_attempts);
        }
        self.count_from_first(LimitBasis::Attempts, sender, at);
    }

    fn refuse(&mut self, request: RequestId, sender: MemberId, verdict: &Verdict, recorded: &Recorded) {
        let at = recorded.at;
        if verdict.outcome == Outcome::Refuse(Code::AttemptsLimit) {
            let (event, policy) = (recorded.number, verdict.policy);
            let until = flood_ends(verdict).unwrap_or(at);
            self.floods.insert(sender, Flood { event, request, until, policy });
            return;
        }
        self.attempt(sender, at);
    }

    /// The spam filter's facts for a send at `now`; the send itself is not among them.
    pub fn spam_facts(&self, policy: &Policy, sending: &Sending<'_>, now: Timestamp) -> SpamFacts {
        spam::look(&policy.spam, &self.histories, sending, now)
    }
}

/// When the limit on attempts that refused this send frees again.
fn flood_ends(verdict: &Verdict) -> Option<Timestamp> {
    let gate = verdict.gates.iter().find(|gate| gate.rule == Rule::AttemptsLimit)?;
    if let Evidence::Count { frees_at, .. } = gate.evidence {
        frees_at
    } else if let Evidence::Bucket { ends, .. } = gate.evidence {
        Some(ends)
    } else {
        None
    }
}
