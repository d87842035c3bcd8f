//! A sender's commands: a request, its confirmation, its withdrawal, and reminders.

use acquaint_domain::outgoing::{Charge, Submission};
use acquaint_domain::{
    Address, Addressee, CommandKind, Decision, Event, MemberId, Pair, RefusedCommand, Send, Timestamp,
    Verdict, WithdrawnBy, incoming, network, outgoing,
};
use acquaint_policy::{
    ReminderFacts, judge, judge_confirmation, judge_filtered_confirmation, judge_reminder,
};
use acquaint_projection_members::Member;
use acquaint_projection_pending::{OpenOrigin, OpenRequest};

use crate::error::SubmitError;
use crate::write::decision::Decided;
use crate::write::gather::SendFacts;
use crate::write::kernel::{Kernel, no_policy};
use crate::write::resolve::ResolvedSend;
use crate::write::sender_side::SenderSide;

impl Kernel {
    pub(crate) fn send(&self, sender: &Member, send: &Send, at: Timestamp) -> Decided {
        let side = SenderSide::of(self.views(), sender).ok_or_else(no_policy)?;
        Ok(send_events(&side, send, at))
    }

    pub(crate) fn confirm(&self, member: &Member, pair: &Pair, at: Timestamp) -> Decided {
        let views = self.views();
        let Some(own) = self.own_open_request(member.id, &pair.other) else {
            let other = views.other(member.id, &pair.other);
            if let (Err(unknown), Address::Handle(_) | Address::Profile(_)) = (&other, &pair.other) {
                return Err(unknown.clone());
            }
            let theirs = other.ok().and_then(|other| views.pending.group(member.id, other));
            return match theirs {
                Some(_) => self.answer(CommandKind::Confirm, member, pair, at, incoming::confirm),
                None => Err(nothing_to_confirm(pair)),
            };
        };
        if own.open.state != outgoing::Outgoing::AwaitingOwnConfirmation {
            let other = views.other(member.id, &pair.other).ok();
            let has_theirs = other.is_some_and(|other| views.pending.group(member.id, other).is_some());
            if has_theirs {
                return self.answer(CommandKind::Confirm, member, pair, at, incoming::confirm);
            }
        }
        let ends = (member.id, other_end(&own.open, member.id));
        if own.origin != OpenOrigin::Submitted {
            return Err(self.no_request_to(pair, None));
        }
        if own.open.state != outgoing::Outgoing::AwaitingOwnConfirmation {
            let decision = Decision::<Event>::NotThere(Some(own.open.state.code()));
            return self.conclude(CommandKind::Confirm, pair, ends, Some(own.open.request), decision);
        }
        let side = SenderSide::of(views, member).ok_or_else(no_policy)?;
        let Some(send_facts) = SendFacts::of_open(own) else {
            return Err(self.no_request_to(pair, None));
        };
        let (ledger, _) = side.ledger.of_sender();
        let awaits_filter = ledger.awaits_filter(own.open.request);
        let judge = if awaits_filter { judge_confirmation } else { judge_filtered_confirmation };
        let verdict = judge(side.policy.1, &side.facts(&send_facts, at));
        let number = self.next_letter(member.id, own.open.addressee, own.open.request);
        let decision = outgoing::confirm(&own.open, verdict.clone(), charge(own), number);
        let events = self.conclude(CommandKind::Confirm, pair, ends, Some(own.open.request), decision)?;
        Ok(with_verdict(events, verdict))
    }

    pub(crate) fn withdraw(&self, member: &Member, pair: &Pair) -> Decided {
        let member = member.id;
        let Some(own) = self.own_open_request(member, &pair.other) else {
            let other = self.views().members.by_public_address(&pair.other).map(|other| other.id);
            if other.is_none() && !matches!(pair.other, Address::Email(_)) {
                self.views().other(member, &pair.other)?;
            }
            return Err(self.no_request_to(pair, other));
        };
        let number = self.next_letter(member, own.open.addressee, own.open.request);
        let decision = outgoing::withdraw(&own.open, WithdrawnBy::Member, number);
        let ends = (member, other_end(&own.open, member));
        self.conclude(CommandKind::Withdraw, pair, ends, Some(own.open.request), decision)
    }

    /// Decided on the sender's side alone, by the age of the request there and the number of earlier reminders.
    pub(crate) fn remind(&self, member: &Member, pair: &Pair, at: Timestamp) -> Decided {
        let member = member.id;
        let Some(own) = self.own_open_request(member, &pair.other) else {
            return Err(self.no_request_to(pair, None));
        };
        let (version, policy) = self.views().policy().ok_or_else(no_policy)?;
        let facts = ReminderFacts {
            policy: version,
            facts_at: self.views().last(),
            now: at,
            submitted_at: own.submitted_at,
            reminders: own.reminders,
        };
        let verdict = judge_reminder(policy, &facts);
        let number = self.next_letter(member, own.open.addressee, own.open.request);
        let decision = outgoing::remind(&own.open, &verdict, number);
        let ends = (member, other_end(&own.open, member));
        let events = self.conclude(CommandKind::Remind, pair, ends, Some(own.open.request), decision)?;
        Ok(with_verdict(events, verdict))
    }

    /// The member's own open request to that address.
    fn own_open_request(&self, member: MemberId, address: &Address) -> Option<&OpenRequest> {
        match address {
            Address::Email(email) => self.views().pending.to_email(member, email),
            Address::Handle(_) | Address::Profile(_) => {
                let other = self.views().members.by_public_address(address)?;
                self.views().pending.to_member(member, other.id)
            }
        }
    }

    fn no_request_to(&self, pair: &Pair, other: Option<MemberId>) -> SubmitError {
        let member = self.views().members.by_handle(&pair.member).map(|member| member.id);
        let connected =
            member.zip(other).is_some_and(|(one, other)| self.views().connected.end(one, other).is_some());
        let why = if connected { "; the two are connected: `disconnect` ends that" } else { "" };
        let Pair { member, other } = pair;
        SubmitError::NotThere {
            what: format!("`{member}` has no open request to `{other}`{why}"),
            code: None,
        }
    }
}

/// The events of a send. INVARIANT (two desks): only the sender's side is known here.
pub(crate) fn send_events(side: &SenderSide<'_>, send: &Send, at: Timestamp) -> Vec<Event> {
    let ResolvedSend { lookup, addressee, entered } = side.resolve(send);
    let distance = side.distance_needed(lookup, addressee, at);
    let theirs = side.theirs(lookup, addressee);
    let channel = &send.channel;
    let send_facts =
        SendFacts { lookup, addressee, entered: &entered, channel, distance, theirs: theirs.as_ref() };
    let verdict = judge(side.policy.1, &side.facts(&send_facts, at));
    let (request, sender, channel) = (side.next_request(), side.sender.id, channel.clone());
    let number = side.next_letter(addressee, request);
    let submission = Submission { request, sender, addressee, entered, channel, distance };
    match theirs {
        Some(theirs) => outgoing::cross(submission, verdict, theirs, number),
        None => outgoing::send(submission, verdict, number).into_iter().map(Into::into).collect(),
    }
}

/// The events of a command; a refusal keeps the verdict that led to it.
fn with_verdict(mut events: Vec<Event>, verdict: Verdict) -> Vec<Event> {
    if let Some(Event::Network(network::Event::CommandRefused(RefusedCommand { verdict: kept, .. }))) =
        events.first_mut()
    {
        *kept = Some(verdict);
    }
    events
}

fn nothing_to_confirm(Pair { member, other }: &Pair) -> SubmitError {
    SubmitError::NotThere {
        what: format!(
            "no open request to or from `{other}` waits for `{member}` to confirm it; `pending {member}` lists what does"
        ),
        code: None,
    }
}

/// What a held request counts against its sender's limits when it is sent on.
pub(crate) fn charge(own: &OpenRequest) -> Charge {
    if own.has_note() { Charge::RequestWithNote } else { Charge::Request }
}

fn other_end(open: &outgoing::Open, member: MemberId) -> MemberId {
    match open.addressee {
        Addressee::Member(to) => to,
        Addressee::Email | Addressee::Nobody => member,
    }
}
