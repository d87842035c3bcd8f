//! Carries letters from desk to desk, and expires old requests.

use acquaint_domain::{
    Actor, Decision, Distance, Event, Fault, Lane, Letter, LetterId, MemberId, PostedLetter, RequestId,
    RequestRef, Span, Timestamp, WithdrawalCause, connection, incoming, letter, outgoing,
};
use acquaint_policy::recipient;

use crate::state::outbox::InTransit;
use crate::write::kernel::{Kernel, Provenance};

impl Kernel {
    /// The letter that is due first, and when; of several at one moment, the one that was posted first.
    pub(crate) fn next_letter_due(&self) -> Option<(Timestamp, LetterId)> {
        self.views().outbox.next_due()
    }

    /// The open request that expires first, when, and at what age; of several at one moment, the one with the lowest id.
    pub(crate) fn next_expiry(&self) -> Option<(Timestamp, RequestId, Span)> {
        let expiry = self.views().policy()?.1.expiry.after;
        let (submitted_at, request) = self.views().pending.oldest()?;
        Some((submitted_at.plus(expiry), request, expiry))
    }

    pub(crate) fn expire(&mut self, request: RequestId, expiry: Span, now: Timestamp) {
        if self.withdraw_departed(request) {
            return;
        }
        let Some(open) = self.views().pending.request(request).map(|known| known.open) else { return };
        let number = self.next_letter(open.sender, open.addressee, request);
        if let Decision::Happens(events) = outgoing::expire(&open, expiry, number) {
            self.record(events, Provenance { at: now, actor: Actor::Timer, tag: None, cause: None });
        }
    }

    /// Attempts once to deliver a letter.
    pub(crate) fn carry(&mut self, id: LetterId, now: Timestamp) {
        if self.carry_out_before_letter(id) {
            // This may have cancelled the letter.
            return;
        }
        let Some(letter) = self.views().outbox.letter(id).cloned() else { return };
        let provenance =
            Provenance { at: now, actor: Actor::Courier, tag: None, cause: Some(letter.posted_by) };
        match self.views().outbox.fault(letter.channel.as_ref()) {
            Some(fault) => {
                let events = self.failure_events(id, &letter, fault, now);
                self.record(events, provenance);
            }
            None => self.deliver(id, &letter.letter, provenance),
        }
    }

    fn failure_events(&self, id: LetterId, letter: &InTransit, fault: Fault, now: Timestamp) -> Vec<Event> {
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
            // Only requests are abandoned: a lost answer would leave the two sides inconsistent for ever.
            Some(_) if now >= gives_up_at => None,
            Some(_) => Some(now.plus(backoff).min(gives_up_at)),
            None => Some(now.plus(backoff)),
        };
        let channel = letter.channel.clone();
        let mut events = vec![Event::Letter(letter::Event {
            letter_id: id,
            kind: letter::Kind::DeliveryFailed { request, attempt, channel, fault, next_attempt },
        })];
        if let (Some(request), None) = (request, next_attempt) {
            let sender = id.lane.writer();
            events.push(Event::Letter(letter::Event {
                letter_id: id,
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

    /// Takes a repeated delivery of a letter, as a courier that delivers at least once may make at any later moment. A letter
    /// that was handled before is ignored, and one that is still in transit waits for its turn.
    pub fn deliver_again(&mut self, posted: &PostedLetter, at: Timestamp) {
        let provenance = Provenance { at, actor: Actor::Courier, tag: None, cause: None };
        let outbox = &self.views().outbox;
        if outbox.letter(posted.letter_id).is_none() && !outbox.is_over(posted.letter_id) {
            self.deliver(posted.letter_id, &posted.letter, provenance);
        }
    }

    /// Delivers a letter, which is in transit or was never posted, to the desk at the end of its lane.
    fn deliver(&mut self, id: LetterId, letter: &Letter, provenance: Provenance) {
        let events = match id.lane {
            Lane::Member { from, to } => self.delivery_events(from, to, id, letter, provenance.at),
            Lane::Email { from, request } => {
                self.email_delivery_events(from, request, id, letter, provenance.at)
            }
        };
        self.record(events, provenance);
    }

    fn delivery_events(
        &self,
        from: MemberId,
        to: MemberId,
        id: LetterId,
        letter: &Letter,
        now: Timestamp,
    ) -> Vec<Event> {
        let views = self.views();
        match letter {
            Letter::Request { request, distance } => {
                let request_ref = RequestRef { request: *request, sender: from, recipient: to };
                let arrived = self.arrival_events(request_ref, id, *distance, now);
                arrived.unwrap_or_else(|| incoming::arrive_unclaimed(*request, id))
            }
            Letter::Withdrawn { request, cause } => {
                let request_ref = RequestRef { request: *request, sender: from, recipient: to };
                vec![self.withdrawal_event(request_ref, *cause, id)]
            }
            Letter::Accepted { name } => {
                let is_open = |request: &&RequestId| {
                    views.pending.request(**request).is_some_and(|known| known.open.sender == to)
                };
                let open: Vec<_> = name.requests().iter().filter(is_open).copied().collect();
                vec![connection::take_acceptance(&views.pair_facts(to, from), name, &open, id.number).into()]
            }
            Letter::Disconnected { name } => {
                vec![connection::take_disconnection(&views.pair_facts(to, from), name, id.number).into()]
            }
            Letter::Reminder { request } => {
                vec![Event::Letter(letter::Event {
                    letter_id: id,
                    kind: letter::Kind::ReminderTaken {
                        request: *request,
                        sender: from,
                        recipient: Some(to),
                    },
                })]
            }
            Letter::Closed => vec![connection::take_closure(&views.pair_facts(to, from), id.number).into()],
        }
    }

    fn email_delivery_events(
        &self,
        from: MemberId,
        request: RequestId,
        id: LetterId,
        letter: &Letter,
        now: Timestamp,
    ) -> Vec<Event> {
        let views = self.views();
        match letter {
            Letter::Request { distance, .. } => {
                let email = views.pending.request(request).and_then(|known| known.email());
                let recipient = email.and_then(|email| views.members.by_email(email)).map(|member| member.id);
                let request_ref = recipient.map(|recipient| RequestRef { request, sender: from, recipient });
                let arrived =
                    request_ref.and_then(|request_ref| self.arrival_events(request_ref, id, *distance, now));
                arrived.unwrap_or_else(|| incoming::arrive_unclaimed(request, id))
            }
            Letter::Withdrawn { cause, .. } => match views.pending.holder_of(request) {
                Some((recipient, _)) => {
                    vec![self.withdrawal_event(RequestRef { request, sender: from, recipient }, *cause, id)]
                }
                None => {
                    let (sender, recipient, cause, ends) = (from, None, *cause, None);
                    vec![Event::Letter(letter::Event {
                        letter_id: id,
                        kind: letter::Kind::WithdrawalTaken { request, sender, recipient, cause, ends },
                    })]
                }
            },
            Letter::Reminder { .. } => {
                let recipient = views.pending.holder_of(request).map(|(recipient, _)| recipient);
                vec![Event::Letter(letter::Event {
                    letter_id: id,
                    kind: letter::Kind::ReminderTaken { request, sender: from, recipient },
                })]
            }
            // Only a request, a reminder and its withdrawal are ever sent to an e-mail address.
            Letter::Accepted { .. } | Letter::Disconnected { .. } | Letter::Closed => Vec::new(),
        }
    }

    /// A request arrives at a member's desk, and the member's rules judge it; `None` if one of the two members does not exist.
    fn arrival_events(
        &self,
        request_ref: RequestRef,
        id: LetterId,
        sent_distance: Option<Distance>,
        now: Timestamp,
    ) -> Option<Vec<Event>> {
        let views = self.views();
        let verdict = recipient::judge(&views.recipient_facts(request_ref, sent_distance, now)?);
        Some(incoming::arrive(request_ref, id, &views.arrival(request_ref, now)?, verdict))
    }

    fn withdrawal_event(&self, request_ref: RequestRef, cause: WithdrawalCause, id: LetterId) -> Event {
        let group = self.views().pending.group(request_ref.recipient, request_ref.sender);
        let group = group.filter(|group| group.requests.contains(&request_ref.request));
        let end = self.views().connected.end(request_ref.recipient, request_ref.sender);
        incoming::take_withdrawal(request_ref, cause, id, group, end).into()
    }
}

/// The wait after this attempt: it doubles with each attempt, up to `longest`.
fn backoff(attempt: u32, first: Span, longest: Span) -> Span {
    let doubled = (1..attempt).try_fold(first, |wait, _| (wait < longest).then(|| wait.doubled()));
    doubled.unwrap_or(longest).min(longest)
}
