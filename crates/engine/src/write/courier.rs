//! What happens by itself: letters are carried, requests grow too old.

use acquaint_domain::{
    Actor, Decision, Distance, Event, Fault, Lane, Letter, LetterId, MemberId, PostedLetter, RequestId,
    RequestRef, Span, Timestamp, WithdrawalCause, connection, incoming, letter, outgoing,
};
use acquaint_policy::recipient;

use crate::state::outbox::InTransit;
use crate::write::kernel::{Kernel, Provenance};

impl Kernel {
    /// The letter that is due first, and when; of the same moment the one that was posted first.
    pub(crate) fn next_letter_due(&self) -> Option<(Timestamp, LetterId)> {
        self.views().outbox.next_due()
    }

    /// The open request that expires first, and when; of the same moment the one with the least id.
    pub(crate) fn next_expiry(&self) -> Option<(Timestamp, RequestId, Span)> {
        let expiry = self.views().policy()?.1.expiry.after;
        let (submitted_at, request) = self.views().pending.oldest()?;
        Some((submitted_at.plus(expiry), request, expiry))
    }

    pub(crate) fn expire(&mut self, request: RequestId, expiry: Span, now: Timestamp) {
        if self.withdraw_left(request) {
            return;
        }
        let Some(open) = self.views().pending.request(request).map(|known| known.open) else { return };
        let number = self.next_letter(open.sender, open.addressee, request);
        if let Decision::Happens(events) = outgoing::expire(&open, expiry, number) {
            self.record(events, Provenance { at: now, actor: Actor::Timer, tag: None, cause: None });
        }
    }

    /// One attempt at carrying one letter.
    pub(crate) fn carry(&mut self, leg: LetterId, now: Timestamp) {
        if self.carry_out_first_at(leg) {
            // That may have cancelled this letter.
            return;
        }
        let Some(letter) = self.views().outbox.letter(leg).cloned() else { return };
        let because = Provenance { at: now, actor: Actor::Courier, tag: None, cause: Some(letter.posted_by) };
        match self.views().outbox.fault(letter.channel.as_ref()) {
            Some(fault) => {
                let events = self.failed(leg, &letter, fault, now);
                self.record(events, because);
            }
            None => self.deliver(leg, &letter.letter, because),
        }
    }

    fn failed(&self, leg: LetterId, letter: &InTransit, fault: Fault, now: Timestamp) -> Vec<Event> {
        let Some((_, policy)) = self.views().policy() else { return Vec::new() };
        let delivery = &policy.delivery;
        let first_attempt = letter.first_attempt.unwrap_or(now);
        let attempt = letter.failures + 1;
        let request = match letter.letter {
            Letter::Request { request, .. } => Some(request),
            Letter::Accepted { .. }
            | Letter::Withdrawn { .. }
            | Letter::Disconnected { .. }
            | Letter::Closed
            | Letter::Reminder { .. } => None,
        };
        let gives_up_at = first_attempt.plus(delivery.give_up_after);
        let backoff = backoff(attempt, delivery.first_retry, delivery.longest_retry);
        let next_attempt = match request {
            // Only a request is given up: a lost answer would leave the two sides at odds for ever.
            Some(_) if now >= gives_up_at => None,
            Some(_) => Some(now.plus(backoff).min(gives_up_at)),
            None => Some(now.plus(backoff)),
        };
        let channel = letter.channel.clone();
        let mut events = vec![Event::Letter(letter::Event {
            leg,
            kind: letter::Kind::DeliveryFailed { request, attempt, channel, fault, next_attempt },
        })];
        if let (Some(request), None) = (request, next_attempt) {
            let sender = leg.route.writer();
            events.push(Event::Letter(letter::Event {
                leg,
                kind: letter::Kind::DeliveryAbandoned {
                    request,
                    sender,
                    attempts: attempt,
                    fault,
                    first_attempt,
                },
            }));
        }
        events
    }

    /// Hands a letter to the desk at the end of its lane once more, as a courier that delivers at least once may do at
    /// any later moment; one that is still on its lane waits for its turn there. Nothing changes by it.
    pub fn deliver_again(&mut self, posted: &PostedLetter, at: Timestamp) {
        let because = Provenance { at, actor: Actor::Courier, tag: None, cause: None };
        let outbox = &self.views().outbox;
        if outbox.letter(posted.leg).is_none() && !outbox.is_over(posted.leg) {
            self.deliver(posted.leg, &posted.letter, because);
        }
    }

    /// Hands a letter that is on its lane, or was never posted, to the desk at the end of the lane.
    fn deliver(&mut self, leg: LetterId, letter: &Letter, because: Provenance) {
        let events = match leg.route {
            Lane::Member { from, to } => self.taken(from, to, leg, letter, because.at),
            Lane::Email { from, request } => self.taken_by_email(from, request, leg, letter, because.at),
        };
        self.record(events, because);
    }

    fn taken(
        &self,
        from: MemberId,
        to: MemberId,
        leg: LetterId,
        letter: &Letter,
        now: Timestamp,
    ) -> Vec<Event> {
        let views = self.views();
        match letter {
            Letter::Request { request, distance } => {
                let ask = RequestRef { request: *request, sender: from, recipient: to };
                let arrived = self.arrived(ask, leg, *distance, now);
                arrived.unwrap_or_else(|| incoming::arrive_unclaimed(*request, leg))
            }
            Letter::Withdrawn { request, cause } => {
                let ask = RequestRef { request: *request, sender: from, recipient: to };
                vec![self.withdrawal_taken(ask, *cause, leg)]
            }
            Letter::Accepted { name } => {
                let is_open = |request: &&RequestId| {
                    views.pending.request(**request).is_some_and(|known| known.open.sender == to)
                };
                let open: Vec<_> = name.requests().iter().filter(is_open).copied().collect();
                vec![connection::take_acceptance(&views.between(to, from), name, &open, leg.number).into()]
            }
            Letter::Disconnected { name } => {
                vec![connection::take_disconnection(&views.between(to, from), name, leg.number).into()]
            }
            Letter::Reminder { request } => {
                vec![Event::Letter(letter::Event {
                    leg,
                    kind: letter::Kind::ReminderTaken {
                        request: *request,
                        sender: from,
                        recipient: Some(to),
                    },
                })]
            }
            Letter::Closed => vec![connection::take_closure(&views.between(to, from), leg.number).into()],
        }
    }

    fn taken_by_email(
        &self,
        from: MemberId,
        request: RequestId,
        leg: LetterId,
        letter: &Letter,
        now: Timestamp,
    ) -> Vec<Event> {
        let views = self.views();
        match letter {
            Letter::Request { distance, .. } => {
                let email = views.pending.request(request).and_then(|known| known.email());
                let recipient = email.and_then(|email| views.members.by_email(email)).map(|member| member.id);
                let ask = recipient.map(|recipient| RequestRef { request, sender: from, recipient });
                let arrived = ask.and_then(|ask| self.arrived(ask, leg, *distance, now));
                arrived.unwrap_or_else(|| incoming::arrive_unclaimed(request, leg))
            }
            Letter::Withdrawn { cause, .. } => match views.pending.holder_of(request) {
                Some((recipient, _)) => {
                    vec![self.withdrawal_taken(RequestRef { request, sender: from, recipient }, *cause, leg)]
                }
                None => {
                    let (sender, recipient, cause, ends) = (from, None, *cause, None);
                    vec![Event::Letter(letter::Event {
                        leg,
                        kind: letter::Kind::WithdrawalTaken { request, sender, recipient, cause, ends },
                    })]
                }
            },
            Letter::Reminder { .. } => {
                let recipient = views.pending.holder_of(request).map(|(recipient, _)| recipient);
                vec![Event::Letter(letter::Event {
                    leg,
                    kind: letter::Kind::ReminderTaken { request, sender: from, recipient },
                })]
            }
            // Only a request, a reminder and its withdrawal are ever sent to an e-mail address.
            Letter::Accepted { .. } | Letter::Disconnected { .. } | Letter::Closed => Vec::new(),
        }
    }

    /// A request arrives at a member's desk, and the member's rules judge it; `None` where there is no such member.
    fn arrived(
        &self,
        ask: RequestRef,
        leg: LetterId,
        sent_distance: Option<Distance>,
        now: Timestamp,
    ) -> Option<Vec<Event>> {
        let views = self.views();
        let verdict = recipient::judge(&views.recipient_facts(ask, sent_distance, now)?);
        Some(incoming::arrive(ask, leg, &views.arrival(ask, now)?, verdict))
    }

    fn withdrawal_taken(&self, ask: RequestRef, cause: WithdrawalCause, leg: LetterId) -> Event {
        let matter = self.views().pending.matter(ask.recipient, ask.sender);
        let matter = matter.filter(|matter| matter.requests.contains(&ask.request));
        let end = self.views().connected.end(ask.recipient, ask.sender);
        incoming::take_withdrawal(ask, cause, leg, matter, end).into()
    }
}

/// The wait after this attempt: doubling from the first, up to the longest.
fn backoff(attempt: u32, first: Span, longest: Span) -> Span {
    let doubled = (1..attempt).try_fold(first, |wait, _| (wait < longest).then(|| wait.doubled()));
    doubled.unwrap_or(longest).min(longest)
}
