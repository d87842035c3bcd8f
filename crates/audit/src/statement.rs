//! A statement of reasons: what Article 17 of the EU's Digital Services Act (Regulation (EU) 2022/2065) asks for.

use acquaint_domain::{
    Actor, Code, Event, Evidence, MemberId, PolicyVersion, Recorded, Timestamp, Verdict, WithdrawnBy,
    outgoing, oversight,
};
use acquaint_policy::passes_from;

use crate::answer::{Explanation, Viewer};
use crate::catalogue::entry;
use crate::half::events::verdict;
use crate::half::verdicts::stopping_gate;

mod account;

/// A statement of reasons to the sender of a request. It names nobody but that sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// About which answer it is.
    pub code: Code,
    /// What was decided: 17(3)(a).
    pub decision: StatedDecision,
    /// It in one sentence.
    pub decided: &'static str,
    /// What it covers.
    pub scope: &'static str,
    /// Time at which the decision took effect.
    pub since: Timestamp,
    /// Until when, also where that has passed; `None` where it has no end of its own.
    pub until: Option<Timestamp>,
    /// The facts relied on: 17(3)(b).
    pub facts: Vec<String>,
    /// What led to it: 17(3)(b).
    pub led_by: &'static str,
    /// Who detected what it rests on: 17(3)(c). `None` where that is not recorded, or nothing was decided.
    pub detected_by: Option<By>,
    /// Who decided: 17(3)(c). `None` as above.
    pub decided_by: Option<By>,
    /// The rule of the network's terms that it rests on, and why: 17(3)(e). No decision here is about illegal content
    /// (17(3)(d)).
    pub ground: Option<Ground>,
    /// What the member can do against it: 17(3)(f).
    pub redress: Vec<String>,
}

/// Who detected something, or decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A rule of the policy.
    Program,
    /// Somebody who runs the network.
    People,
}

/// What the network decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedDecision {
    /// Nothing: what happened is no decision of the network's that is the member's to be told.
    None,
    /// A request was not carried.
    NotCarried,
    /// A request is kept from view until it is reviewed.
    KeptFromView,
    /// The account may not ask, for a time.
    Restricted,
    /// The account may reach nobody.
    Suspended,
}

/// A rule of the network's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The policy's name.
    pub policy: String,
    /// Version of the policy that judged.
    pub version: PolicyVersion,
    /// The rule that decided, such as `daily-limit`, or the policy's own name for a restriction.
    pub rule: String,
    /// Why what was done is against it.
    pub explanation: String,
}

impl StatedDecision {
    /// Its name, as in the JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NotCarried => "request-not-carried",
            Self::KeptFromView => "request-kept-from-view",
            Self::Restricted => "account-restricted",
            Self::Suspended => "account-suspended",
        }
    }

    const fn of(code: Code) -> Self {
        match code {
            Code::SenderRestricted => Self::Restricted,
            Code::SenderBanned => Self::Suspended,
            Code::SpamHeld => Self::KeptFromView,
            Code::PendingPileFull
            | Code::OwnNetworkFull
            | Code::EmailRequired
            | Code::ResendCooldown
            | Code::DailyLimit
            | Code::WeeklyLimit
            | Code::NoteLimit
            | Code::AttemptsLimit
            | Code::SpamRefused
            | Code::Automation => Self::NotCarried,
            // What a member decided, what a fault did, what is told to nobody: none of it is the network's decision.
            Code::AddressUnknown
            | Code::AddressMalformed
            | Code::SelfRequest
            | Code::AlreadyPending
            | Code::AlreadyConnected
            | Code::YouBlockedThem
            | Code::OwnSettingContacts
            | Code::OwnSettingDegree
            | Code::AwaitingOwnConfirmation
            | Code::ReminderLimit
            | Code::ReminderTooEarly
            | Code::NothingToAppeal
            | Code::AppealWaits
            | Code::AppealLimit
            | Code::AppealTooLate
            | Code::DeliveryRetrying
            | Code::DeliveryFailed
            | Code::SiteWideIncident
            | Code::InTransit
            | Code::RecipientClosed
            | Code::RecipientRestricted
            | Code::BlockedByRecipient
            | Code::RecipientSettingContacts
            | Code::RecipientSettingDegree
            | Code::RecipientSettingAudience
            | Code::AwaitingRecipientConfirmation
            | Code::RecipientNetworkFull
            | Code::AwaitingResponse
            | Code::Ignored
            | Code::Dismissed
            | Code::Declined
            | Code::Reported
            | Code::Withdrawn
            | Code::Expired
            | Code::Accepted
            | Code::DisconnectedSince
            | Code::Crossed
            | Code::SenderClosed
            | Code::AgedOutOfExport
            | Code::NotInExport
            | Code::Undisclosed => Self::None,
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::None => {
                ("the network took no decision about this request that is yours to be told", "nothing")
            }
            Self::NotCarried => ("the request was not carried", "this request"),
            Self::KeptFromView => {
                ("the request is kept from the recipient's view until it is reviewed", "this request")
            }
            Self::Restricted => {
                ("the account may neither send nor receive requests", "all requests of the account")
            }
            Self::Suspended => ("the account is suspended", "the whole account"),
        }
    }
}

/// What the sender's own desk tells about the decision.
struct DecisionFacts {
    decision: StatedDecision,
    since: Timestamp,
    until: Option<Timestamp>,
    facts: Vec<String>,
    led_by: &'static str,
    detected_by: Option<By>,
    decided_by: Option<By>,
    ground: Option<Ground>,
}

/// Where the events are read that a statement rests on.
struct StatementSource<'a> {
    /// The events of the sender's own desk, in order, none later than the moment spoken of.
    own: &'a [Recorded],
    sender: MemberId,
    policies: &'a dyn Fn(PolicyVersion) -> String,
}

/// The statement that goes with an answer to a sender; `None` for an answer to anybody else, who was not decided about.
///
/// `own` are the events of the sender's own desk, in order: who detected and who decided, and when, is read from those alone
/// (INVARIANT (own desk)). `policies` has the name of every policy that was adopted.
pub fn statement(
    answer: &Explanation,
    (sender, own): (MemberId, &[Recorded]),
    policies: &dyn Fn(PolicyVersion) -> String,
) -> Option<Statement> {
    if answer.viewer != Viewer::Sender {
        return None;
    }
    let until = own.partition_point(|recorded| recorded.at <= answer.as_of);
    let desk = StatementSource { own: &own[..until], sender, policies };
    let Some(mut taken) = desk.taken(answer) else { return Some(nothing(answer)) };
    taken.facts.insert(0, without(&answer.verdict, &answer.to));
    let (decided, scope) = taken.decision.words();
    let DecisionFacts { decision, since, until, facts, led_by, detected_by, decided_by, ground } = taken;
    Some(Statement {
        code: answer.code,
        decision,
        decided,
        scope,
        since,
        until,
        facts,
        led_by,
        detected_by,
        decided_by,
        ground,
        redress: redress(answer),
    })
}

/// The statement that nothing was decided.
fn nothing(answer: &Explanation) -> Statement {
    let decision = StatedDecision::None;
    let (decided, scope) = decision.words();
    Statement {
        code: answer.code,
        decision,
        decided,
        scope,
        since: answer.since,
        until: None,
        facts: Vec::new(),
        led_by: "nothing",
        detected_by: None,
        decided_by: None,
        ground: None,
        redress: Vec::new(),
    }
}

impl StatementSource<'_> {
    fn taken(&self, answer: &Explanation) -> Option<DecisionFacts> {
        let about = || self.own.iter().filter(|recorded| recorded.event.requests().contains(&answer.request));
        let withdrawn = about()
            .rev()
            .find(|recorded| matches!(&recorded.event, Event::Outgoing(event) if is_enforced(&event.kind)));
        if let (Code::Withdrawn, Some(withdrawn)) = (answer.code, withdrawn) {
            return about()
                .find_map(|recorded| verdict(&recorded.event))
                .map(|judged| self.banned(withdrawn.at, judged));
        }
        let decision = StatedDecision::of(answer.code);
        let stop = about()
            .rev()
            .find(|recorded| stops(&recorded.event))
            .filter(|_| decision != StatedDecision::None)?;
        let judged = about().rev().find_map(|recorded| verdict(&recorded.event))?;
        match decision {
            StatedDecision::Restricted => self.restricted(judged),
            StatedDecision::Suspended => Some(self.banned(stop.at, judged)),
            StatedDecision::None | StatedDecision::NotCarried | StatedDecision::KeptFromView => {
                Some(self.stopped(answer.code, decision, stop, judged))
            }
        }
    }

    /// The request alone was stopped: by its rules, or by somebody who looked at it.
    fn stopped(
        &self,
        code: Code,
        decision: StatedDecision,
        stop: &Recorded,
        judged: &Verdict,
    ) -> DecisionFacts {
        let is_reviewed = matches!(stop.event, Event::Oversight(oversight::Event::RequestRejected { .. }));
        let decided_by = if is_reviewed { by(stop.actor) } else { Some(By::Program) };
        let rule = stopping_gate(judged).map(|gate| gate.rule.name());
        DecisionFacts {
            decision,
            since: stop.at,
            until: ends(judged).filter(|_| !is_reviewed),
            facts: Vec::new(),
            led_by: if code == Code::EmailRequired { ANSWERS } else { RULES },
            // Who decides about a held request decides about what the filter found.
            detected_by: Some(By::Program),
            decided_by,
            ground: rule.map(|rule| self.ground(judged.policy, rule, entry(code).meaning.to_owned())),
        }
    }

    fn ground(&self, version: PolicyVersion, rule: &str, explanation: String) -> Ground {
        Ground { policy: (self.policies)(version), version, rule: rule.to_owned(), explanation }
    }
}

const RULES: &str = "the network's own rules; no notice by anybody";
const ANSWERS: &str = "what members who were asked said, as weekly counts with noise; no single notice";
const STAFF: &str = "the network's staff; whether anyone gave notice is not recorded";
const ELSEWHERE: &str = "not recorded here: it was there before this log";

/// Whether the event may be the one that a request goes no further by, for now or for ever.
fn stops(event: &Event) -> bool {
    if let Event::Outgoing(event) = event {
        matches!(event.kind, outgoing::Kind::Refused { .. } | outgoing::Kind::Held { .. })
    } else {
        matches!(
            event,
            Event::Oversight(
                oversight::Event::RequestReleased { posted: None, .. }
                    | oversight::Event::RequestRejected { .. }
            )
        )
    }
}

/// Whether a ban withdrew the request.
const fn is_enforced(kind: &outgoing::Kind) -> bool {
    matches!(kind, outgoing::Kind::Withdrawn { by: WithdrawnBy::Enforcement, .. })
}

/// When what stopped it ends by itself.
fn ends(judged: &Verdict) -> Option<Timestamp> {
    let cooled = stopping_gate(judged).and_then(|gate| {
        if let Evidence::Cooldown { until, .. } = gate.evidence { Some(until) } else { None }
    });
    passes_from(judged).or(cooled).filter(|at| at.as_millis() < i64::MAX)
}

/// Who acted. What follows from somebody's command by rules is not told by this.
fn by(actor: Actor) -> Option<By> {
    match actor {
        Actor::Operator => Some(By::People),
        Actor::Timer | Actor::Courier => Some(By::Program),
        // Records of others do not say who, and no member restricts another.
        Actor::Member(_) | Actor::Archive => None,
    }
}

/// Names nobody else: the text with the other's name taken out.
fn without(text: &str, name: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@' | '.');
    let mut without = String::new();
    let mut rest = text;
    while let Some(found) = rest.find(name).filter(|_| !name.is_empty()) {
        let (before, behind) = (&rest[..found], &rest[found + name.len()..]);
        let stands_alone = !before.ends_with(is_part) && !behind.starts_with(|c: char| c.is_alphanumeric());
        without.push_str(before);
        without.push_str(if stands_alone { "the recipient" } else { name });
        rest = behind;
    }
    without + rest
}

fn redress(answer: &Explanation) -> Vec<String> {
    let internal = match &answer.redress {
        Some(redress) => format!("Internal complaint, free of charge: {redress}"),
        None => "Internal complaint, free of charge: to the network's support.".to_owned(),
    };
    vec![
        internal,
        "Out-of-court dispute settlement: before a body certified for it (Article 21).".to_owned(),
        "Judicial redress: before the courts.".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn the_other_is_not_named_and_a_word_that_holds_the_name_is_left() {
        assert_eq!(without("bob is 2 steps away, bobsled", "bob"), "the recipient is 2 steps away, bobsled");
        assert_eq!(without("to `bob@example.org`.", "bob@example.org"), "to `the recipient`.");
        assert_eq!(without("nobody", ""), "nobody");
    }
}
