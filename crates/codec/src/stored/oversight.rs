//! Events of the network's oversight.

use acquaint_domain as domain;
use acquaint_domain::oversight;
use domain::outgoing::Charge;
use domain::{Event, PolicyVersion, RequestId};
use serde::{Deserialize, Serialize};

use crate::error::DecodeError;
use crate::section::{Sections, StoredForm};
use crate::stored::choice;
use crate::stored::post::PostedLetter;
use crate::stored::text::{List, Text};
use crate::stored::value::{Code, Member, Moment, Request};
use crate::stored::verdict::{Packed, Verdict};

#[derive(Serialize, Deserialize)]
pub(crate) struct FeedbackTaken {
    member: Member,
    since: Moment,
    until: Moment,
    answered: u32,
    declined_percent: u8,
    reported_percent: u8,
    #[serde(with = "choice::FeedbackBasis")]
    basis: domain::FeedbackBasis,
}

/// Version 1: every feedback was an exact count of all answers.
#[derive(Deserialize)]
struct FeedbackTakenV1 {
    member: Member,
    since: Moment,
    until: Moment,
    answered: u32,
    declined_percent: u8,
    reported_percent: u8,
}

/// Reads version 1 of a feedback.
pub(crate) fn read_feedback_v1(sections: &Sections<'_>) -> Result<Event, DecodeError> {
    let FeedbackTakenV1 { member, since, until, answered, declined_percent, reported_percent } =
        sections.body()?;
    let basis = domain::FeedbackBasis::AllAnswers;
    Ok(FeedbackTaken { member, since, until, answered, declined_percent, reported_percent, basis }.event())
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RestrictionImposed {
    member: Member,
    until: Moment,
    #[serde(with = "choice::RestrictionCause")]
    cause: domain::RestrictionCause,
    policy: u32,
    rule: Text,
    step: u32,
}

/// The decision that an appeal is against.
#[derive(Serialize, Deserialize)]
struct Appealed {
    rule: Text,
    request: Option<Request>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AppealOpened {
    member: Member,
    against: Appealed,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AppealUpheld {
    member: Member,
    against: Appealed,
    exempt_until: Moment,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AppealDismissed {
    member: Member,
    against: Appealed,
}

/// Versions 1 and 2: a release counted nothing.
#[derive(Serialize, Deserialize)]
pub(crate) struct ReleasedUncounted<V = Packed> {
    request: Request,
    sender: Member,
    verdict: V,
    posted: Option<PostedLetter>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestReleased {
    request: Request,
    sender: Member,
    verdict: Packed,
    posted: Option<PostedLetter>,
    #[serde(with = "choice::Charge")]
    charge: Charge,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestRejected {
    request: Request,
    sender: Member,
    code: Code,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestStaysHeld {
    request: Request,
    sender: Member,
    code: Code,
    until: Option<Moment>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct BanReversed {
    member: Member,
    restores: List<Request>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestRestored {
    request: Request,
    sender: Member,
    posted: Option<PostedLetter>,
    held: Option<Code>,
}

impl From<&domain::Appealed> for Appealed {
    fn from(against: &domain::Appealed) -> Self {
        Self { rule: Text::from(against.rule.as_str()), request: against.request.map(Request::from) }
    }
}

impl From<Appealed> for domain::Appealed {
    fn from(against: Appealed) -> Self {
        Self { rule: against.rule.0, request: against.request.map(RequestId::from) }
    }
}

impl StoredForm for FeedbackTaken {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::FeedbackTaken { member, feedback }) = event else {
            return None;
        };
        let domain::Feedback { since, until, answered, declined_percent, reported_percent, basis } =
            *feedback;
        let (since, until) = (since.into(), until.into());
        Some(Self {
            member: member.into(),
            since,
            until,
            answered,
            declined_percent,
            reported_percent,
            basis,
        })
    }

    fn event(self) -> Event {
        let Self { member, since, until, answered, declined_percent, reported_percent, basis } = self;
        let (since, until) = (since.into(), until.into());
        let feedback = domain::Feedback { since, until, answered, declined_percent, reported_percent, basis };
        Event::Oversight(oversight::Event::FeedbackTaken { member: member.into(), feedback })
    }
}

impl StoredForm for RestrictionImposed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::RestrictionImposed {
            member,
            until,
            cause,
            policy,
            rule,
            step,
        }) = event
        else {
            return None;
        };
        let (until, rule) = ((*until).into(), Text::from(rule.as_str()));
        Some(Self { member: member.into(), until, cause: *cause, policy: policy.0, rule, step: *step })
    }

    fn event(self) -> Event {
        Event::Oversight(oversight::Event::RestrictionImposed {
            member: self.member.into(),
            until: self.until.into(),
            cause: self.cause,
            policy: PolicyVersion(self.policy),
            rule: self.rule.0,
            step: self.step,
        })
    }
}

impl StoredForm for AppealOpened {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::AppealOpened { member, against }) = event else {
            return None;
        };
        Some(Self { member: member.into(), against: against.into() })
    }

    fn event(self) -> Event {
        let (member, against) = (self.member.into(), self.against.into());
        Event::Oversight(oversight::Event::AppealOpened { member, against })
    }
}

impl StoredForm for AppealUpheld {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::AppealUpheld { member, against, exempt_until }) = event else {
            return None;
        };
        Some(Self { member: member.into(), against: against.into(), exempt_until: (*exempt_until).into() })
    }

    fn event(self) -> Event {
        let (member, against) = (self.member.into(), self.against.into());
        let exempt_until = self.exempt_until.into();
        Event::Oversight(oversight::Event::AppealUpheld { member, against, exempt_until })
    }
}

impl StoredForm for AppealDismissed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::AppealDismissed { member, against }) = event else {
            return None;
        };
        Some(Self { member: member.into(), against: against.into() })
    }

    fn event(self) -> Event {
        let (member, against) = (self.member.into(), self.against.into());
        Event::Oversight(oversight::Event::AppealDismissed { member, against })
    }
}

impl<V: Verdict> StoredForm for ReleasedUncounted<V> {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::RequestReleased { request, sender, verdict, posted, charge }) =
            event
        else {
            return None;
        };
        if *charge != Charge::Nothing {
            return None;
        }
        let posted = posted.as_ref().map(PostedLetter::from);
        Some(Self { request: (*request).into(), sender: sender.into(), verdict: verdict.into(), posted })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        let (verdict, posted) = (self.verdict.into(), self.posted.map(Into::into));
        let charge = Charge::Nothing;
        Event::Oversight(oversight::Event::RequestReleased { request, sender, verdict, posted, charge })
    }
}

impl StoredForm for RequestReleased {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::RequestReleased { request, sender, verdict, posted, charge }) =
            event
        else {
            return None;
        };
        let (request, sender, charge) = ((*request).into(), sender.into(), *charge);
        let posted = posted.as_ref().map(PostedLetter::from);
        Some(Self { request, sender, verdict: verdict.into(), posted, charge })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        let (verdict, posted, charge) = (self.verdict.into(), self.posted.map(Into::into), self.charge);
        Event::Oversight(oversight::Event::RequestReleased { request, sender, verdict, posted, charge })
    }
}

impl StoredForm for RequestRejected {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::RequestRejected { request, sender, code }) = event else {
            return None;
        };
        Some(Self { request: (*request).into(), sender: sender.into(), code: Code(*code) })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        Event::Oversight(oversight::Event::RequestRejected { request, sender, code: self.code.0 })
    }
}

impl StoredForm for RequestStaysHeld {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::RequestStaysHeld { request, sender, code, until }) = event
        else {
            return None;
        };
        let (code, until) = (Code(*code), until.map(Moment::from));
        Some(Self { request: (*request).into(), sender: sender.into(), code, until })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        let (code, until) = (self.code.0, self.until.map(Into::into));
        Event::Oversight(oversight::Event::RequestStaysHeld { request, sender, code, until })
    }
}

impl StoredForm for BanReversed {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::BanReversed { member, restores }) = event else {
            return None;
        };
        let restores = restores.iter().copied().map(Request::from).collect();
        Some(Self { member: member.into(), restores: List(restores) })
    }

    fn event(self) -> Event {
        let restores = self.restores.0.into_iter().map(RequestId::from).collect();
        Event::Oversight(oversight::Event::BanReversed { member: self.member.into(), restores })
    }
}

impl StoredForm for RequestRestored {
    fn of(event: &Event) -> Option<Self> {
        let Event::Oversight(oversight::Event::RequestRestored { request, sender, posted, held }) = event
        else {
            return None;
        };
        let (request, sender, held) = ((*request).into(), sender.into(), held.map(Code));
        Some(Self { request, sender, posted: posted.as_ref().map(PostedLetter::from), held })
    }

    fn event(self) -> Event {
        let (request, sender) = (self.request.into(), self.sender.into());
        let (posted, held) = (self.posted.map(Into::into), self.held.map(|code| code.0));
        Event::Oversight(oversight::Event::RequestRestored { request, sender, posted, held })
    }
}
