//! What the network or its staff does about members: policies, feedback, restrictions, reviews, appeals.

use acquaint_domain::outgoing::{Charge, Outgoing};
use acquaint_domain::oversight::{self, Ruling};
use acquaint_domain::{
    Actor, Addressee, AppealDecision, Appealed, Code, CommandKind, Decision, Event, Feedback, Handle, Lookup,
    MemberId, Personal, PolicyVersion, RefusedCommand, RequestId, Rule, Span, StaffLookup, Standing,
    Timestamp, network,
};
use acquaint_policy::{AppealBar, Policy, RestrictionRule, judge_release, judge_waived_release, passes_from};
use acquaint_projection_members::Member;
use acquaint_projection_pending::{OpenOrigin, OpenRequest};

use crate::error::SubmitError;
use crate::state::views::Views;
use crate::write::decision::{Decided, events_of};
use crate::write::gather::SendFacts;
use crate::write::kernel::{Kernel, Provenance, no_policy, policy_adopted};
use crate::write::outgoing::charge;
use crate::write::sender_side::SenderSide;

/// Whether the sender's limits apply to a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SenderLimits {
    Apply,
    /// The reviewer has waived them.
    Waived,
}

impl Kernel {
    pub(crate) fn adopt_policy(&self, text: &str) -> Decided {
        let policy = Policy::parse(text).map_err(|error| SubmitError::BadPolicy(error.to_string()))?;
        let (PolicyVersion(last), _) = self.views().policy().ok_or_else(no_policy)?;
        Ok(vec![policy_adopted(PolicyVersion(last + 1), policy, text)])
    }

    /// Records that a member of staff looks at a request, and why.
    pub(crate) fn record_lookup(&self, request: RequestId, lookup: &Lookup) -> Decided {
        let sender = self.views().index.sender_of(request).ok_or(SubmitError::UnknownRequest(request))?;
        Ok(vec![Event::Network(network::Event::LookupRecorded(StaffLookup {
            request,
            sender,
            lookup: Personal::Held(lookup.clone()),
        }))])
    }

    pub(crate) fn next_feedback(&self) -> Option<(Timestamp, MemberId)> {
        self.views().tally.next_due()
    }

    /// Gives a member's desk feedback about the answers to its requests, and imposes the restrictions that the policy derives
    /// from it.
    pub(crate) fn give_feedback(&mut self, member: MemberId, now: Timestamp) {
        let Some(feedback) = self.views().tally.feedback(member) else { return };
        let feedback_taken = oversight::Event::FeedbackTaken { member, feedback };
        let provenance = Provenance { at: now, actor: Actor::Timer, tag: None, cause: None };
        self.record(vec![Event::Oversight(feedback_taken)], provenance);
        let (Some((version, policy)), Some(known)) =
            (self.views().policy(), self.views().members.get(member))
        else {
            return;
        };
        let imposed = imposed((version, policy), known, feedback, now);
        let cause = Some(self.views().last());
        self.record_in_last_atom(imposed, Provenance { cause, ..provenance });
    }

    /// A review releases a held request, within its sender's limits unless the reviewer waives them.
    pub(crate) fn release(&self, request: RequestId, limits: SenderLimits, at: Timestamp) -> Decided {
        let (sender, own) = self.held_request(request)?;
        let (decision, passes_from) = self.release_decision(sender, own, limits, at)?;
        if let Decision::Refused(code) = decision {
            return Err(SubmitError::StaysHeld { request, code, until: passes_from });
        }
        review_events(decision, request)
    }

    pub(crate) fn reject(&self, request: RequestId) -> Decided {
        let (_, own) = self.held_request(request)?;
        review_events(oversight::reject(&own.open), request)
    }

    fn held_request(&self, request: RequestId) -> Result<(&Member, &OpenRequest), SubmitError> {
        let own = self.views().pending.request(request);
        let own = own.and_then(|own| Some((self.views().members.get(own.open.sender)?, own)));
        own.ok_or(SubmitError::NotOpen(request))
    }

    /// The decision about a release; and if a rule stops it for a time, the moment from which it no longer does.
    fn release_decision(
        &self,
        sender: &Member,
        own: &OpenRequest,
        limits: SenderLimits,
        at: Timestamp,
    ) -> Result<(Decision<oversight::Event>, Option<Timestamp>), SubmitError> {
        let side = SenderSide::of(self.views(), sender).ok_or_else(no_policy)?;
        if own.origin != OpenOrigin::Submitted {
            return Ok((Decision::NotThere(None), None));
        }
        if own.open.state != Outgoing::HeldForReview {
            return Ok((Decision::NotThere(Some(own.open.state.code())), None));
        }
        let Some(asking) = SendFacts::of_open(own) else {
            return Ok((Decision::NotThere(None), None));
        };
        let facts = side.facts(&asking, at);
        let (verdict, charge) = match limits {
            SenderLimits::Apply => (judge_release(side.policy.1, &facts), charge(own)),
            SenderLimits::Waived => (judge_waived_release(side.policy.1, &facts), Charge::Nothing),
        };
        let from = passes_from(&verdict);
        let number = side.next_letter(own.open.addressee, own.open.request);
        Ok((oversight::release(&own.open, verdict, charge, number), from))
    }

    pub(crate) fn open_appeal(&self, handle: &Handle, request: Option<RequestId>, at: Timestamp) -> Decided {
        let member = self.views().actor(handle)?;
        // INVARIANT (own desk): another member's request is reported as one that does not exist.
        if let Some(request) =
            request.filter(|request| self.views().index.sender_of(*request) != Some(member.id))
        {
            return Err(SubmitError::NotFound(format!("there is no request {request} of `{handle}`")));
        }
        match self.views().appealable(member, request, at) {
            Ok(against) => events_of(oversight::appeal(member.id, against)),
            Err(code) => Ok(vec![Event::Network(network::Event::CommandRefused(RefusedCommand {
                command: CommandKind::Appeal,
                member: member.id,
                other: None,
                request,
                code,
                verdict: None,
            }))]),
        }
    }

    pub(crate) fn decide_appeal(
        &self,
        handle: &Handle,
        request: Option<RequestId>,
        decision: AppealDecision,
        at: Timestamp,
    ) -> Decided {
        let member = self.views().member_by_handle(handle)?;
        let open = member.appeals.keys().find(|against| against.request == request);
        let Some(against) = open.cloned() else {
            return Err(SubmitError::NoAppeal(handle.clone()));
        };
        let review = self.views().policy().ok_or_else(no_policy)?.1.review.as_ref();
        let exempt_for = review.map_or(Span::ZERO, |review| review.exempt_for);
        let ruling = match decision {
            AppealDecision::Upheld => Ruling::Upheld(at.plus(exempt_for)),
            AppealDecision::Dismissed => Ruling::Dismissed,
        };
        let reverses_ban = against.request.is_none()
            && against.rule == Appealed::OPERATOR
            && matches!(member.standing, Standing::Banned { .. });
        let mut events = events_of(oversight::rule_on(member.id, against, ruling))?;
        if decision == AppealDecision::Dismissed {
            return Ok(events);
        }
        if reverses_ban {
            let restores = self.restorable(member.id, at);
            events.push(oversight::Event::BanReversed { member: member.id, restores }.into());
        }
        // The request that the rule wrongly held is released. Its sender's limits are waived: it counted when it was held. If a
        // restriction still stops it for a time, that is recorded, so that an answer can say so.
        let own = request.and_then(|request| self.views().pending.request(request));
        if let Some(own) = own.filter(|own| own.open.state == Outgoing::HeldForReview) {
            let (request, sender) = (own.open.request, member.id);
            match self.release_decision(member, own, SenderLimits::Waived, at)? {
                (Decision::Happens(released), _) => events.extend(released.into_iter().map(Event::from)),
                (Decision::Refused(code), until) => {
                    events.push(oversight::Event::RequestStaysHeld { request, sender, code, until }.into());
                }
                (Decision::NotThere(_), _) => {}
            }
        }
        Ok(events)
    }

    /// The requests that a ban withdrew and that can be restored, oldest first: those that have not expired, whose addressee
    /// the member has no other open request to, is not connected with and does not block. INVARIANT (two desks): what recipients
    /// did meanwhile is not read; their desks decide when the letters arrive.
    fn restorable(&self, member: MemberId, at: Timestamp) -> Vec<RequestId> {
        let views = self.views();
        let expiry = views.policy().map_or(Span::ZERO, |(_, policy)| policy.expiry.after);
        let is_free = |request: &&OpenRequest| match (request.open.addressee, request.email()) {
            (Addressee::Member(to), _) => {
                views.pending.to_member(member, to).is_none()
                    && views.connected.end(member, to).is_none()
                    && views.blocked.since(member, to).is_none()
            }
            (Addressee::Email, Some(email)) => views.pending.to_email(member, email).is_none(),
            (Addressee::Email, None) | (Addressee::Nobody, _) => false,
        };
        let withheld = views.pending.withheld_of(member).filter(is_free);
        let in_time = withheld.filter(|request| request.submitted_at.plus(expiry) > at);
        in_time.map(|request| request.open.request).collect()
    }

    /// Restores the next slice of the requests that reversed bans restore.
    pub(crate) fn restore_some(&mut self, now: Timestamp) {
        let Some((_, decided_by)) = self.views().pending.restoring() else { return };
        let events_max = self.slice_events_max();
        let events = self.views().pending.to_restore().take(events_max).map(|withheld| {
            let open = &withheld.open;
            oversight::restore(open, self.next_letter(open.sender, open.addressee, open.request))
        });
        let events: Vec<Event> = events.map(Event::from).collect();
        let provenance = Provenance { at: now, actor: Actor::Operator, tag: None, cause: Some(decided_by) };
        self.record(events, provenance);
    }
}

impl Views {
    /// The decision that `member` can appeal against at `at`: about one of the member's requests, or about the account.
    ///
    /// # Errors
    /// The code of the refused appeal: there is no such decision, or the policy allows no further appeal.
    pub fn appealable(
        &self,
        member: &Member,
        request: Option<RequestId>,
        at: Timestamp,
    ) -> Result<Appealed, Code> {
        let decision = match request {
            Some(request) => self.stopped_by_rule(request),
            None => restricted_by(member, at),
        };
        let (against, decided_at) = decision.ok_or(Code::NothingToAppeal)?;
        if member.appeals.contains_key(&against) {
            return Err(Code::AppealWaits);
        }
        let review = self.policy().and_then(|(_, policy)| policy.review.as_ref());
        let dismissed = member.dismissals(&against, decided_at);
        match review.and_then(|review| review.appeal_bar(decided_at, dismissed, at)) {
            Some(AppealBar::UsedUp(_)) => Err(Code::AppealLimit),
            Some(AppealBar::TooLate(_)) => Err(Code::AppealTooLate),
            None => Ok(against),
        }
    }

    /// The appealable rule that stopped a request, and when it did; `None` if another rule did.
    fn stopped_by_rule(&self, request: RequestId) -> Option<(Appealed, Timestamp)> {
        let open = self.pending.request(request).map(|own| (own.open.state.code(), own.since));
        let stopped = || self.blocked.stopped_request(request).map(|stopped| (stopped.code, stopped.at));
        let (code, decided_at) = open.or_else(stopped)?;
        let rule = if matches!(code, Code::SpamRefused | Code::SpamHeld | Code::Automation) {
            Rule::Spam
        } else if code == Code::EmailRequired {
            Rule::EmailRequired
        } else {
            return None;
        };
        Some((Appealed { rule: rule.name().to_owned(), request: Some(request) }, decided_at))
    }
}

/// The restrictions that a policy imposes on `known` when the member gets this feedback at `now`.
pub fn imposed(
    (version, policy): (PolicyVersion, &Policy),
    known: &Member,
    feedback: Feedback,
    now: Timestamp,
) -> Vec<Event> {
    let follows = |rule: &&RestrictionRule| {
        // A share of 0 percent has no consequences, whatever the policy says.
        let is_over =
            |limit: Option<u8>, percent: u8| percent > 0 && limit.is_some_and(|limit| percent >= limit);
        let exceeds = is_over(rule.reported_percent, feedback.reported_percent)
            || is_over(rule.declined_percent, feedback.declined_percent);
        exceeds && !known.is_exempt(&rule.id, now)
    };
    let may_act = matches!(known.standing, Standing::Good | Standing::Restricted { .. });
    let imposed = policy.restrictions.iter().filter(follows).filter(|_| may_act);
    let imposed = imposed.map(|rule| {
        let step = known.next_step(&rule.id, now, rule.forgotten_after);
        Event::Oversight(oversight::Event::RestrictionImposed {
            member: known.id,
            until: now.plus(rule.length(step)),
            cause: rule.cause(),
            policy: version,
            rule: rule.id.clone(),
            step,
        })
    });
    imposed.collect()
}

/// What restricts or bans the account, and since when; `None` if nothing does.
fn restricted_by(member: &Member, at: Timestamp) -> Option<(Appealed, Timestamp)> {
    let (rule, since) = match (member.standing.at(at), member.imposed_at(at)) {
        (Standing::Restricted { since, .. } | Standing::Banned { since }, _) => {
            (Appealed::OPERATOR.to_owned(), since)
        }
        (Standing::Good, Some((rule, imposed))) => (rule.to_owned(), imposed.since),
        (Standing::Good | Standing::Closed { .. }, _) => return None,
    };
    Some((Appealed { rule, request: None }, since))
}

fn review_events(of_request: Decision<oversight::Event>, request: RequestId) -> Decided {
    if let Decision::NotThere(code) = of_request {
        let is = code.map_or_else(String::new, |code| format!(": it is {code} {}", code.name()));
        return Err(SubmitError::NotThere {
            what: format!("request {request} is not held for review{is}"),
            code,
        });
    }
    events_of(of_request)
}
