//! Commands between two members.

use acquaint_domain::outgoing::Charge;
use acquaint_domain::{
    Address, Addressee, CommandKind, Decision, Event, Looked, Lookup, MemberId, Pair, Personal,
    RefusedCommand, RequestId, Timestamp, Verdict, WithdrawnBy, connection, incoming, network, outgoing,
};
use acquaint_policy::{
    Reading, ReminderFacts, judge_confirmation, judge_filtered_confirmation, judge_reminder,
};
use acquaint_projection_members::Member;
use acquaint_projection_pending::{OpenRequest, Origin};

use crate::error::SubmitError;
use crate::write::gather::Asking;
use crate::write::kernel::{Desk, no_policy};
use crate::write::sender_side::SenderSide;

type Decided = Result<Vec<Event>, SubmitError>;

impl Desk {
    pub(crate) fn relate<E: Into<Event>>(
        &self,
        kind: CommandKind,
        acting: &Member,
        pair: &Pair,
        decide: fn(&connection::Between) -> Decision<E>,
    ) -> Decided {
        let member = acting.id;
        let other = self.views().other(member, &pair.other)?;
        let decision = decide(&self.views().between(member, other));
        self.concluded(kind, pair, (member, other), None, decision)
    }

    pub(crate) fn record_connection(&self, pair: &Pair) -> Decided {
        let views = self.views();
        let member = views.actor(&pair.member)?.id;
        let other = match &pair.other {
            Address::Email(email) => views.members.by_email(email).map(|other| other.id),
            Address::Handle(_) | Address::Profile(_) => None,
        };
        let other = match other {
            Some(other) if other != member => other,
            Some(_) | None => views.other(member, &pair.other)?,
        };
        if let Some(closed) = views.members.get(other) {
            views.actor(&closed.handle)?;
        }
        // A letter of an earlier connection that arrives later would end this one at one side only.
        if views.outbox.has_answers_between(member, other) {
            let Pair { member, other } = pair;
            return Err(SubmitError::BadInput(format!(
                "letters between `{member}` and `{other}` are still on their way; record the connection when they have arrived"
            )));
        }
        let (here, there) = (views.between(member, other), views.between(other, member));
        let decision = connection::record(self.next_request(member), &here, &there);
        self.concluded(CommandKind::Connect, pair, (member, other), None, decision)
    }

    pub(crate) fn answer(
        &self,
        kind: CommandKind,
        recipient: &Member,
        pair: &Pair,
        at: Timestamp,
        decide: fn(&incoming::Answering) -> Decision<incoming::Event>,
    ) -> Decided {
        let sender = self.views().other(recipient.id, &pair.other)?;
        let Some(answering) = self.views().answering(recipient, sender, at) else {
            return Err(self.no_request_from(pair, recipient.id, sender));
        };
        let request = answering.ask.request;
        self.concluded(kind, pair, (recipient.id, sender), Some(request), decide(&answering))
    }

    pub(crate) fn confirm(&self, member: &Member, pair: &Pair, at: Timestamp) -> Decided {
        let views = self.views();
        let Some(own) = self.own_open(member.id, &pair.other) else {
            let other = views.other(member.id, &pair.other);
            if let (Err(unknown), Address::Handle(_) | Address::Profile(_)) = (&other, &pair.other) {
                return Err(unknown.clone());
            }
            let theirs = other.ok().and_then(|other| views.pending.matter(member.id, other));
            return match theirs {
                Some(_) => self.answer(CommandKind::Confirm, member, pair, at, incoming::confirm),
                None => Err(nothing_to_confirm(pair)),
            };
        };
        if own.open.state != outgoing::Outgoing::AwaitingOwnConfirmation {
            let other = views.other(member.id, &pair.other).ok();
            let has_theirs = other.is_some_and(|other| views.pending.matter(member.id, other).is_some());
            if has_theirs {
                return self.answer(CommandKind::Confirm, member, pair, at, incoming::confirm);
            }
        }
        let ends = (member.id, other_end(&own.open, member.id));
        if own.origin != Origin::Submitted {
            return Err(self.no_request_to(pair, None));
        }
        if own.open.state != outgoing::Outgoing::AwaitingOwnConfirmation {
            let stands = Decision::<Event>::NotThere(Some(own.open.state.code()));
            return self.concluded(CommandKind::Confirm, pair, ends, Some(own.open.request), stands);
        }
        let side = SenderSide::of(views, member).ok_or_else(no_policy)?;
        let reading = match own.open.addressee {
            Addressee::Email => Reading::Email,
            Addressee::Member(_) | Addressee::Nobody => Reading::Member,
        };
        let Some((channel, typed)) = own.channel().zip(own.typed()) else {
            return Err(self.no_request_to(pair, None));
        };
        let (addressee, distance) = (own.open.addressee, own.open.distance);
        let asking = Asking { reading, addressee, typed, channel, distance, theirs: None };
        let (ledger, _) = side.ledger.of_sender();
        let awaits_filter = ledger.awaits_filter(own.open.request);
        let judge = if awaits_filter { judge_confirmation } else { judge_filtered_confirmation };
        let verdict = judge(side.policy.1, &side.facts(&asking, at));
        let number = self.next_letter(member.id, own.open.addressee, own.open.request);
        let decision = outgoing::confirm(&own.open, verdict.clone(), charge(own), number);
        let events = self.concluded(CommandKind::Confirm, pair, ends, Some(own.open.request), decision)?;
        Ok(with_verdict(events, verdict))
    }

    pub(crate) fn withdraw(&self, member: &Member, pair: &Pair) -> Decided {
        let member = member.id;
        let Some(own) = self.own_open(member, &pair.other) else {
            let other = self.views().members.by_public_address(&pair.other).map(|other| other.id);
            if other.is_none() && !matches!(pair.other, Address::Email(_)) {
                self.views().other(member, &pair.other)?;
            }
            return Err(self.no_request_to(pair, other));
        };
        let number = self.next_letter(member, own.open.addressee, own.open.request);
        let decision = outgoing::withdraw(&own.open, WithdrawnBy::Member, number);
        let ends = (member, other_end(&own.open, member));
        self.concluded(CommandKind::Withdraw, pair, ends, Some(own.open.request), decision)
    }

    /// Decided on the sender's side alone: how old the request is there, and how often it was reminded of.
    pub(crate) fn remind(&self, member: &Member, pair: &Pair, at: Timestamp) -> Decided {
        let member = member.id;
        let Some(own) = self.own_open(member, &pair.other) else {
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
        let events = self.concluded(CommandKind::Remind, pair, ends, Some(own.open.request), decision)?;
        Ok(with_verdict(events, verdict))
    }

    pub(crate) fn record_lookup(&self, request: RequestId, lookup: &Lookup) -> Decided {
        let sender =
            self.views().index.sender_of(request).ok_or_else(|| SubmitError::UnknownRequest(request))?;
        Ok(vec![Event::Network(network::Event::LookupRecorded(Looked {
            request,
            sender,
            lookup: Personal::Held(lookup.clone()),
        }))])
    }

    /// The member's own open request to that address.
    fn own_open(&self, member: MemberId, address: &Address) -> Option<&OpenRequest> {
        match address {
            Address::Email(email) => self.views().pending.to_email(member, email),
            Address::Handle(_) | Address::Profile(_) => {
                let other = self.views().members.by_public_address(address)?;
                self.views().pending.to_member(member, other.id)
            }
        }
    }

    fn concluded(
        &self,
        command: CommandKind,
        pair: &Pair,
        (member, other): (MemberId, MemberId),
        request: Option<RequestId>,
        decision: Decision<impl Into<Event>>,
    ) -> Decided {
        match decision.widen() {
            Decision::Happens(events) => Ok(events),
            Decision::Refused(code) => {
                let other = (other != member).then_some(other);
                Ok(vec![Event::Network(network::Event::CommandRefused(RefusedCommand {
                    command,
                    member,
                    other,
                    request,
                    code,
                    verdict: None,
                }))])
            }
            Decision::NotThere(code) => {
                let Pair { member, other } = pair;
                let what = match code {
                    Some(code) => format!(
                        "there is no open request between `{member}` and `{other}` for this: it is {code} {}",
                        code.name()
                    ),
                    None => format!("there is nothing of the kind between `{member}` and `{other}`"),
                };
                Err(SubmitError::NotThere { what, code })
            }
        }
    }

    fn no_request_from(&self, pair: &Pair, recipient: MemberId, sender: MemberId) -> SubmitError {
        let connected = self.views().connected.end(recipient, sender).is_some();
        let why = if connected { "; the two are connected" } else { "" };
        let Pair { member, other } = pair;
        SubmitError::NotThere {
            what: format!("`{member}` has no open request from `{other}`{why}"),
            code: None,
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

/// The events of a command, where a refusal keeps the verdict that gave it.
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

/// What a held request counts when it leaves.
pub(crate) fn charge(own: &OpenRequest) -> Charge {
    if own.has_note() { Charge::RequestWithNote } else { Charge::Request }
}

fn other_end(open: &outgoing::Open, member: MemberId) -> MemberId {
    match open.addressee {
        Addressee::Member(to) => to,
        Addressee::Email | Addressee::Nobody => member,
    }
}
