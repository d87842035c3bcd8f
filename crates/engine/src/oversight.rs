//! What the network does about members of its own accord: policies adopted, feedback, restrictions, reviews, appeals.

use acquaint_domain::outgoing::{Charge, Outgoing};
use acquaint_domain::oversight::{self, Ruling};
use acquaint_domain::{
    Actor, Addressee, Appealed, Code, Decision, Event, Feedback, Handle, MemberId, PolicyVersion, RequestId,
    Rule, Span, Standing, Timestamp, Whether, network,
};
use acquaint_policy::{
    Policy, Reading, RestrictionRule, judge_release, judge_waived_release, passes_from, tzdata_version,
};
use acquaint_projection_members::Member;
use acquaint_projection_pending::{OpenRequest, Origin};

use crate::accounts::happens;
use crate::desk::{Because, Desk, no_policy};
use crate::error::SubmitError;
use crate::gather::Asking;
use crate::pairs::charge;
use crate::sender_side::SenderSide;

/// Whether the sender's limits count for a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limits {
    Apply,
    /// The reviewer says that they do not.
    Waived,
}

type Decided = Result<Vec<Event>, SubmitError>;

impl Desk {
    pub(crate) fn adopt_policy(&self, text: &str) -> Decided {
        let policy = Policy::parse(text).map_err(|error| {
            SubmitError::BadInput(format!("the policy does not read: {error}; `policy check` says more"))
        })?;
        let (PolicyVersion(last), _) = self.views().policy().ok_or_else(no_policy)?;
        Ok(vec![Event::Network(network::Event::PolicyAdopted {
            version: PolicyVersion(last + 1),
            name: policy.name,
            hash: *blake3::hash(text.as_bytes()).as_bytes(),
            text: text.to_owned(),
            tzdata: tzdata_version().map(str::to_owned),
        })])
    }

    pub(crate) fn next_feedback(&self) -> Option<(Timestamp, MemberId)> {
        self.views().tally.next_due()
    }

    /// Tells a member's desk of the answers to the member's requests, and imposes what the policy says follows from it.
    pub(crate) fn give_feedback(&mut self, member: MemberId, now: Timestamp) {
        let Some(feedback) = self.views().tally.feedback(member) else { return };
        let told = oversight::Event::FeedbackTaken { member, feedback };
        let because = Because { at: now, actor: Actor::Timer, tag: None, cause: None };
        self.record(vec![Event::Oversight(told)], because);
        let (Some((version, policy)), Some(known)) =
            (self.views().policy(), self.views().members.get(member))
        else {
            return;
        };
        let imposed = imposed((version, policy), known, feedback, now);
        let cause = Some(self.views().last());
        self.record_with_the_last(imposed, Because { cause, ..because });
    }

    /// A review lets a request go on: by the limits of its sender, unless the reviewer waives them.
    pub(crate) fn release(&self, request: RequestId, limits: Limits, at: Timestamp) -> Decided {
        let (sender, own) = self.held(request)?;
        let (decision, passes_from) = self.released(sender, own, limits, at)?;
        if let Decision::Refused(code) = decision {
            return Err(SubmitError::StaysHeld { request, code, until: passes_from });
        }
        decided(decision, request)
    }

    pub(crate) fn reject(&self, request: RequestId) -> Decided {
        let (_, own) = self.held(request)?;
        decided(oversight::reject(&own.open), request)
    }

    fn held(&self, request: RequestId) -> Result<(&Member, &OpenRequest), SubmitError> {
        let own = self.views().pending.request(request);
        let own = own.and_then(|own| Some((self.views().members.get(own.open.sender)?, own)));
        own.ok_or_else(|| {
            SubmitError::NotFound(format!(
                "no open request has the id {request}; `review list` shows those held"
            ))
        })
    }

    /// What a release comes to; and where it is stopped for a time, when it no longer is.
    fn released(
        &self,
        sender: &Member,
        own: &OpenRequest,
        limits: Limits,
        at: Timestamp,
    ) -> Result<(Decision<oversight::Event>, Option<Timestamp>), SubmitError> {
        let side = SenderSide::of(self.views(), sender).ok_or_else(no_policy)?;
        if own.origin != Origin::Submitted {
            return Ok((Decision::NotThere(None), None));
        }
        if own.open.state != Outgoing::HeldForReview {
            return Ok((Decision::NotThere(Some(own.open.state.code())), None));
        }
        let Some((channel, typed)) = own.channel().zip(own.typed()) else {
            return Ok((Decision::NotThere(None), None));
        };
        let reading = match own.open.addressee {
            Addressee::Email => Reading::Email,
            Addressee::Member(_) | Addressee::Nobody => Reading::Member,
        };
        let (addressee, distance) = (own.open.addressee, own.open.distance);
        let facts = side.facts(&Asking { reading, addressee, typed, channel, distance, theirs: None }, at);
        let (verdict, charge) = match limits {
            Limits::Apply => (judge_release(side.policy.1, &facts), charge(own)),
            Limits::Waived => (judge_waived_release(side.policy.1, &facts), Charge::Nothing),
        };
        let from = passes_from(&verdict);
        let number = side.next_letter(addressee, own.open.request);
        Ok((oversight::release(&own.open, verdict, charge, number), from))
    }

    pub(crate) fn open_appeal(&self, handle: &Handle, request: Option<RequestId>, at: Timestamp) -> Decided {
        let member = self.views().actor(handle)?;
        let against = match request {
            Some(request) => self.judged_by(member, request)?,
            None => restricted_by(member, at)?,
        };
        if member.appeals.contains_key(&against) {
            return Err(SubmitError::NotThere {
                what: format!("`{handle}` has appealed against this already; the appeal waits to be decided"),
                code: None,
            });
        }
        happens(oversight::appeal(member.id, against))
    }

    pub(crate) fn decide_appeal(
        &self,
        handle: &Handle,
        request: Option<RequestId>,
        upheld: Whether,
        at: Timestamp,
    ) -> Decided {
        let member = self.views().named(handle)?;
        let open = member.appeals.keys().find(|against| against.request == request);
        let Some(against) = open.cloned() else {
            return Err(SubmitError::NotThere {
                what: format!("`{handle}` has no open appeal against this; `appeal open` begins one"),
                code: None,
            });
        };
        let review = self.views().policy().ok_or_else(no_policy)?.1.review.as_ref();
        let exempt_for = review.map_or(Span::ZERO, |review| review.exempt_for);
        let ruling = if upheld.is_so() { Ruling::Upheld(at.plus(exempt_for)) } else { Ruling::Dismissed };
        let mut events = happens(oversight::rule_on(member.id, against, ruling))?;
        // What was held for the rule that was wrong goes on, as soon as the limits let it: until then it waits for its release.
        let own = request.and_then(|request| self.views().pending.request(request));
        if let Some(own) = own.filter(|own| upheld.is_so() && own.open.state == Outgoing::HeldForReview)
            && let (Decision::Happens(released), _) = self.released(member, own, Limits::Apply, at)?
        {
            events.extend(released.into_iter().map(Event::from));
        }
        Ok(events)
    }

    /// The rule of judgement that stopped a member's own request.
    fn judged_by(&self, member: &Member, request: RequestId) -> Result<Appealed, SubmitError> {
        let views = self.views();
        if views.index.sender_of(request) != Some(member.id) {
            return Err(SubmitError::NotFound(format!(
                "there is no request {request} of `{}`",
                member.handle
            )));
        }
        let open = views.pending.request(request).map(|own| own.open.state.code());
        let stopped = || views.blocked.stopped_request(request);
        let code = open.or_else(|| stopped().map(|stopped| stopped.code));
        let rule = match code {
            Some(Code::SpamRefused | Code::SpamHeld | Code::Automation) => Rule::Spam,
            Some(Code::EmailRequired) => Rule::EmailRequired,
            code => {
                let is = code.map_or_else(String::new, |code| format!(": it is {code} {}", code.name()));
                return Err(SubmitError::NotThere {
                    what: format!("nothing that can be appealed against has stopped request {request}{is}"),
                    code,
                });
            }
        };
        Ok(Appealed { rule: rule.name().to_owned(), request: Some(request) })
    }
}

/// The restrictions that follow from a feedback which `known` is given at `now`, by what a policy says.
pub fn imposed(
    (version, policy): (PolicyVersion, &Policy),
    known: &Member,
    feedback: Feedback,
    now: Timestamp,
) -> Vec<Event> {
    let follows = |rule: &&RestrictionRule| {
        // What none of a hundred did has no consequences, whatever the policy says.
        let is_over =
            |limit: Option<u8>, percent: u8| percent > 0 && limit.is_some_and(|limit| percent >= limit);
        let is_so = is_over(rule.reported_percent, feedback.reported_percent)
            || is_over(rule.declined_percent, feedback.declined_percent);
        is_so && !known.is_exempt(&rule.id, now)
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

/// What restricts or bans the account.
fn restricted_by(member: &Member, at: Timestamp) -> Result<Appealed, SubmitError> {
    let rule = match (member.standing.at(at), member.imposed_at(at)) {
        (Standing::Restricted { .. } | Standing::Banned { .. }, _) => Appealed::OPERATOR.to_owned(),
        (Standing::Good, Some((rule, _))) => rule.to_owned(),
        (Standing::Good | Standing::Closed { .. }, _) => {
            let what = format!("nothing stands against the account of `{}`; name a request", member.handle);
            return Err(SubmitError::NotThere { what, code: None });
        }
    };
    Ok(Appealed { rule, request: None })
}

fn decided(of_request: Decision<oversight::Event>, request: RequestId) -> Decided {
    if let Decision::NotThere(code) = of_request {
        let is = code.map_or_else(String::new, |code| format!(": it is {code} {}", code.name()));
        return Err(SubmitError::NotThere {
            what: format!("request {request} is not held for review{is}"),
            code,
        });
    }
    happens(of_request)
}
