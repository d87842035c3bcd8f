//! Dry runs for an answer: what today's rules would decide about a request, and since when its recorded cause is over.
//! Nothing is recorded.

use acquaint_audit::{AddressOwner, CauseEnd, CompanyComparison, Rehearsal, Viewer};
use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{
    Address, Addressee, Channel, Code, Distance, Entered, Event, EventNumber, Evidence, Finding,
    IllegalTransition, MemberId, Outcome, Recorded, RequestRef, Send, Timestamp, Verdict, WithdrawnBy,
    account, connection, incoming, network, outgoing,
};
use acquaint_policy::{judge, judge_confirmation, recipient};

use super::Inquiry;
use crate::error::StartError;
use crate::read::parties::Parties;
use crate::write::gather::SendFacts;
use crate::write::resolve::ResolvedSend;
use crate::write::sender_side::SenderSide;

/// How many of a member's newest events are searched for the one that ended a cause.
const SEARCHED_EVENTS_MAX: usize = 5_000;

/// The recorded cause that stopped a request, and its event.
struct RecordedStop {
    code: Code,
    at: EventNumber,
    /// The end that the evidence itself gives: of a restriction, a window, a cool-down.
    until: Option<Timestamp>,
}

impl Inquiry<'_> {
    /// What the sender's own rules would decide about the same request today; `None` while sending it again makes no sense: it
    /// is held, under way or with the recipient, it led to a connection, or its sender closed the account.
    pub(super) fn rehearse_send(
        &self,
        trace: &[Recorded],
        sender: MemberId,
        as_of: Timestamp,
    ) -> Result<Option<Rehearsal>, StartError> {
        let own = trace.iter().filter(|recorded| recorded.event.owner().is(sender));
        let state = own.fold(Outgoing::Submitted, |state, recorded| {
            outgoing::evolve(state, sender, &recorded.event).unwrap_or_else(IllegalTransition::forced)
        });
        let is_over = match state {
            Outgoing::Refused(_) | Outgoing::Failed(_) | Outgoing::Expired => true,
            Outgoing::Withdrawn(WithdrawnBy::Closure) => false,
            Outgoing::Withdrawn(_) | Outgoing::AwaitingOwnConfirmation => true,
            Outgoing::Submitted
            | Outgoing::HeldForReview
            | Outgoing::InTransit { .. }
            | Outgoing::Sent
            | Outgoing::Connected
            | Outgoing::Disconnected => false,
        };
        let Some(submitted) = submitted(trace).filter(|_| is_over) else { return Ok(None) };
        let Some(verdict) = self.judge_send(state, sender, &submitted, as_of) else { return Ok(None) };
        let ended = match stopped_at_sender(trace, sender) {
            Some(stopped) => self.cause_ended_at(&stopped, sender, other_of(trace, sender), as_of)?,
            None => None,
        };
        Ok(Some(Rehearsal { verdict, ended }))
    }

    fn judge_send(
        &self,
        state: Outgoing,
        sender: MemberId,
        submitted: &SubmittedText<'_>,
        as_of: Timestamp,
    ) -> Option<Verdict> {
        let SubmittedText { entered, channel, distance } = *submitted;
        let member = self.views.members.get(sender)?;
        let side = SenderSide::of(self.views, member)?;
        let send = Send {
            sender: member.handle.clone(),
            to: entered.address.clone(),
            note: entered.note.clone(),
            channel: channel.clone(),
            with_email: entered.with_email.clone(),
        };
        let ResolvedSend { lookup, addressee, entered } = side.resolve(&send);
        let theirs = side.theirs(lookup, addressee);
        let (entered, theirs) = (&entered, theirs.as_ref());
        let facts = side.facts(&SendFacts { lookup, addressee, entered, channel, distance, theirs }, as_of);
        let (_, policy) = side.policy;
        Some(match state {
            Outgoing::AwaitingOwnConfirmation => judge_confirmation(policy, &facts),
            Outgoing::Submitted
            | Outgoing::Refused(_)
            | Outgoing::HeldForReview
            | Outgoing::InTransit { .. }
            | Outgoing::Sent
            | Outgoing::Failed(_)
            | Outgoing::Withdrawn(_)
            | Outgoing::Expired
            | Outgoing::Connected
            | Outgoing::Disconnected => judge(policy, &facts),
        })
    }

    /// What the recipient's own rules would decide today about a request that has arrived and has no answer yet.
    pub(super) fn rehearse_arrival(
        &self,
        trace: &[Recorded],
        request_ref: RequestRef,
        as_of: Timestamp,
    ) -> Result<Option<Rehearsal>, StartError> {
        let own = trace.iter().filter(|recorded| recorded.event.owner().is(request_ref.recipient));
        let state = own.fold(None, |state, recorded| {
            incoming::evolve(state, &recorded.event).unwrap_or_else(IllegalTransition::forced)
        });
        let waits = match state {
            Some(
                Incoming::Delivered
                | Incoming::AwaitingConfirmation
                | Incoming::Filed(_)
                | Incoming::Dismissed,
            ) => true,
            Some(Incoming::Declined | Incoming::Reported | Incoming::Accepted | Incoming::Gone(_)) | None => {
                false
            }
        };
        let facts = self.views.recipient_facts(request_ref, None, as_of).filter(|_| waits);
        let Some(facts) = facts else { return Ok(None) };
        let ended = match stopped_at_recipient(trace, request_ref.recipient) {
            Some(stopped) => {
                self.cause_ended_at(&stopped, request_ref.recipient, Some(request_ref.sender), as_of)?
            }
            None => None,
        };
        Ok(Some(Rehearsal { verdict: recipient::judge(&facts), ended }))
    }

    /// When a recorded cause at `member`'s desk ended: at its own date, or with the member's last later event that ends such a
    /// cause, whichever is earlier.
    fn cause_ended_at(
        &self,
        stopped: &RecordedStop,
        member: MemberId,
        other: Option<MemberId>,
        as_of: Timestamp,
    ) -> Result<Option<Timestamp>, StartError> {
        let lifted = self.last_own(member, stopped.at, |event| {
            ends_cause(CauseEnd::of(stopped.code), event, member, other)
        })?;
        let by_itself = stopped.until.filter(|until| *until <= as_of);
        Ok(match (lifted, by_itself) {
            (Some(lifted), Some(by_itself)) => Some(lifted.min(by_itself)),
            (lifted, by_itself) => lifted.or(by_itself),
        })
    }

    /// The moment of the newest event at a member's own desk after `after` that matches.
    fn last_own(
        &self,
        member: MemberId,
        after: EventNumber,
        matches: impl Fn(&Event) -> bool,
    ) -> Result<Option<Timestamp>, StartError> {
        let visible = self.visible_to(Viewer::Sender, member);
        let newest = visible.newest_first().take_while(|number| *number > after).take(SEARCHED_EVENTS_MAX);
        for number in newest {
            let recorded = self.event(number)?;
            if matches(&recorded.event) {
                return Ok(Some(recorded.at));
            }
        }
        Ok(None)
    }

    /// The member who has the e-mail address today, if nobody had it when the request arrived.
    pub(super) fn owner_now(&self, trace: &[Recorded]) -> Result<Option<AddressOwner>, StartError> {
        let unclaimed = trace.iter().find(|recorded| {
            matches!(recorded.event, Event::Network(network::Event::RequestUnclaimed { .. }))
        });
        let email = submitted(trace).and_then(|submitted| submitted.entered.normalised.as_ref());
        let (Some(unclaimed), Some(Address::Email(email))) = (unclaimed, email) else { return Ok(None) };
        let Some(member) = self.views.members.by_email(email) else { return Ok(None) };
        let visible = self.visible_to(Viewer::Sender, member.id);
        let mut since = None;
        let newest = visible.newest_first().take_while(|number| *number > unclaimed.number);
        for number in newest.take(SEARCHED_EVENTS_MAX) {
            let recorded = self.event(number)?;
            if let Event::Account(account::Event {
                kind: account::Kind::Added { profile, .. } | account::Kind::Changed { profile, .. },
                ..
            }) = &recorded.event
            {
                let has_it = profile.held().is_some_and(|profile| profile.emails.contains(email));
                if !has_it {
                    break;
                }
                since = Some(recorded.at);
            }
        }
        Ok(Some(AddressOwner { member: member.id, since }))
    }

    /// What the recipient's setting for companies and titles compared when it filed a request.
    pub(super) fn company_comparison(
        &self,
        trace: &[Recorded],
        parties: &Parties,
    ) -> Result<Option<CompanyComparison>, StartError> {
        let filed = trace.iter().find_map(|recorded| {
            let Event::Incoming(incoming::Event { kind: incoming::Kind::Filed { verdict }, .. }) =
                &recorded.event
            else {
                return None;
            };
            let gate = verdict
                .gates
                .iter()
                .find(|gate| gate.finding == Finding::Failed(Code::RecipientSettingAudience))?;
            let Evidence::Audience { settings_version, .. } = gate.evidence else { return None };
            Some((recorded.number, settings_version))
        });
        let (Some((at, version)), Some(recipient)) = (filed, parties.recipient) else { return Ok(None) };
        let setting = self.newest_before(recipient, at, |event| {
            let Event::Account(account::Event {
                kind: account::Kind::SettingsChanged { settings, version: other },
                ..
            }) = event
            else {
                return None;
            };
            (*other == version).then(|| settings.audience.held().cloned().unwrap_or_default())
        })?;
        let profile = self.newest_before(parties.sender, at, |event| {
            let Event::Account(account::Event {
                kind: account::Kind::Added { profile, .. } | account::Kind::Changed { profile, .. },
                ..
            }) = event
            else {
                return None;
            };
            Some(profile.held().cloned().unwrap_or_default())
        })?;
        let (Some(setting), Some(profile)) = (setting, profile) else { return Ok(None) };
        Ok(Some(CompanyComparison {
            companies: setting.companies.into_iter().collect(),
            titles: setting.titles.into_iter().collect(),
            company: profile.company,
            title: profile.title,
        }))
    }

    /// What `pick` returns for the newest event at a member's own desk before `before` for which it returns something.
    fn newest_before<T>(
        &self,
        member: MemberId,
        before: EventNumber,
        pick: impl Fn(&Event) -> Option<T>,
    ) -> Result<Option<T>, StartError> {
        let visible = self.visible_to(Viewer::Sender, member);
        let newest = visible.newest_first().skip_while(|number| *number >= before).take(SEARCHED_EVENTS_MAX);
        for number in newest {
            if let Some(picked) = pick(&self.event(number)?.event) {
                return Ok(Some(picked));
            }
        }
        Ok(None)
    }
}

/// The submitted request.
pub(super) struct SubmittedText<'a> {
    pub(super) entered: &'a Entered,
    channel: &'a Channel,
    /// The distance between the two at that time. INVARIANT (own desk): today's distance is not used, because half a year after
    /// a member closes the account it reveals that.
    distance: Option<Distance>,
}

/// The request that an event of the trace submitted here; `None` if its entered text was erased.
pub(super) fn submitted(trace: &[Recorded]) -> Option<SubmittedText<'_>> {
    trace.iter().find_map(|recorded| {
        let Event::Outgoing(outgoing::Event {
            kind: outgoing::Kind::Submitted { entered, channel, distance, .. },
            ..
        }) = &recorded.event
        else {
            return None;
        };
        Some(SubmittedText { entered: entered.held()?, channel, distance: *distance })
    })
}

/// The addressee, as the sender's own desk knows it.
fn other_of(trace: &[Recorded], sender: MemberId) -> Option<MemberId> {
    let parties = trace.iter().find_map(|recorded| {
        let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Submitted { addressee, .. }, .. }) =
            &recorded.event
        else {
            return None;
        };
        if let Addressee::Member(to) = addressee { Some(*to) } else { None }
    });
    parties.filter(|to| *to != sender)
}

fn stopped_at_sender(trace: &[Recorded], sender: MemberId) -> Option<RecordedStop> {
    let refused = |recorded: &Recorded| {
        let Event::Outgoing(outgoing::Event {
            sender: whose, kind: outgoing::Kind::Refused { verdict }, ..
        }) = &recorded.event
        else {
            return None;
        };
        stopped_by(verdict, recorded.number).filter(|_| *whose == sender)
    };
    trace.iter().rev().find_map(refused)
}

fn stopped_at_recipient(trace: &[Recorded], recipient: MemberId) -> Option<RecordedStop> {
    trace.iter().rev().find_map(|recorded| {
        let at = recorded.number;
        match &recorded.event {
            Event::Incoming(event) => match &event.kind {
                incoming::Kind::Filed { verdict } => stopped_by(verdict, at),
                incoming::Kind::Delivered { .. }
                | incoming::Kind::Held { .. }
                | incoming::Kind::Merged { .. }
                | incoming::Kind::Crossed { .. }
                | incoming::Kind::FiledByClosure
                | incoming::Kind::Shown
                | incoming::Kind::Accepted { .. }
                | incoming::Kind::Declined
                | incoming::Kind::Dismissed
                | incoming::Kind::Reported => None,
            },
            Event::Connection(event) => {
                let is_block = matches!(event.kind, connection::Kind::Blocked { .. });
                let stopped = RecordedStop { code: Code::BlockedByRecipient, at, until: None };
                (is_block && event.member == recipient).then_some(stopped)
            }
            Event::Network(_)
            | Event::Account(_)
            | Event::Outgoing(_)
            | Event::Letter(_)
            | Event::Oversight(_)
            | Event::Import(_) => None,
        }
    })
}

fn stopped_by(verdict: &Verdict, at: EventNumber) -> Option<RecordedStop> {
    let (Outcome::Refuse(code) | Outcome::Hold(code)) = verdict.outcome else { return None };
    let stops = |finding| matches!(finding, Finding::Failed(found) | Finding::Held(found) if found == code);
    let gate = verdict.gates.iter().find(|gate| stops(gate.finding));
    let until = gate.and_then(|gate| {
        if let Evidence::Restriction { until, .. } | Evidence::Cooldown { until, .. } = &gate.evidence {
            Some(*until)
        } else if let Evidence::Count { frees_at, .. } = &gate.evidence {
            *frees_at
        } else if let Evidence::Bucket { ends, .. } = &gate.evidence {
            Some(*ends)
        } else {
            None
        }
    });
    Some(RecordedStop { code, at, until })
}

/// Whether an event at `member`'s own desk ends a cause of this kind.
fn ends_cause(ending: CauseEnd, event: &Event, member: MemberId, other: Option<MemberId>) -> bool {
    match ending {
        CauseEnd::Unblock => {
            if let Event::Connection(connection::Event {
                other: unblocked,
                kind: connection::Kind::Unblocked,
                ..
            }) = event
            {
                Some(*unblocked) == other
            } else {
                false
            }
        }
        CauseEnd::Lift => {
            if let Event::Account(account::Event { member: lifted, kind: account::Kind::RestrictionLifted }) =
                event
            {
                *lifted == member
            } else {
                false
            }
        }
        CauseEnd::Change => matches!(
            event,
            Event::Account(account::Event {
                kind: account::Kind::SettingsChanged { .. } | account::Kind::ContactsImported { .. },
                ..
            })
        ),
        CauseEnd::Disconnection => {
            if let Event::Connection(connection::Event {
                other: gone,
                kind:
                    connection::Kind::Disconnected { .. }
                    | connection::Kind::DisconnectionTaken { .. }
                    | connection::Kind::ClosureTaken { .. },
                ..
            }) = event
            {
                Some(*gone) == other
            } else {
                false
            }
        }
        CauseEnd::Time | CauseEnd::Unrecorded => false,
    }
}
