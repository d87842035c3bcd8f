//! A statement of reasons as required by Article 17 of the EU's Digital Services Act (Regulation (EU) 2022/2065).

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

/// A statement of reasons to the sender of a request. It names nobody else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Reason code of the answer that the statement is about.
    pub code: Code,
    /// What was decided: 17(3)(a).
    pub decision: StatedDecision,
    /// The decision in one sentence.
    pub decided: &'static str,
    /// What the decision covers.
    pub scope: &'static str,
    /// Time at which the decision took effect.
    pub since: Timestamp,
    /// Time at which the decision ends or ended; `None` where it has no end of its own.
    pub until: Option<Timestamp>,
    /// The facts relied on: 17(3)(b).
    pub facts: Vec<String>,
    /// What led to the decision: 17(3)(b).
    pub led_by: &'static str,
    /// Who detected the facts relied on: 17(3)(c). `None` where that is not recorded, or nothing was decided.
    pub detected_by: Option<By>,
    /// Who decided: 17(3)(c). `None` in the same cases.
    pub decided_by: Option<By>,
    /// The rule of the network's terms that the decision relies on, and why: 17(3)(e). No decision here is about
    /// illegal content (17(3)(d)).
    pub ground: Option<Ground>,
    /// What the member can do against it: 17(3)(f).
    pub redress: Vec<String>,
}

/// Who detected the facts or took the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A rule of the policy.
    Program,
    /// The network's staff.
    People,
}

/// What the network decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedDecision {
    /// No decision by the network, or none that the member may know.
    None,
    /// The request was not carried.
    NotCarried,
    /// The request is kept from the recipient's view until it is reviewed.
    KeptFromView,
    /// The account may neither send nor receive requests for a time.
    Restricted,
    /// The account is banned and can reach nobody.
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
    /// Why the rule forbids what was done.
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
            // Decisions of members, faults and undisclosed causes are not decisions of the network.
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
                ("the network took no decision about this request that it can tell you about", "nothing")
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

/// What the sender's own desk shows about the decision.
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

/// The events that a statement is based on.
struct StatementSource<'a> {
    /// The events of the sender's own desk, in order, none later than the moment that the answer is about.
    own: &'a [Recorded],
    sender: MemberId,
    policies: &'a dyn Fn(PolicyVersion) -> String,
}

/// The statement that accompanies an answer to a sender; `None` for any other viewer, whom no decision concerned.
///
/// `own` are the events of the sender's own desk, in order: who detected the facts, who decided and when is read from
/// those alone (INVARIANT (own desk)). `policies` returns the name of every adopted policy.
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
    let Some(mut found) = desk.decision(answer) else { return Some(no_decision(answer)) };
    found.facts.insert(0, without_name(&answer.verdict, &answer.to));
    let (decided, scope) = found.decision.words();
    let DecisionFacts { decision, since, until, facts, led_by, detected_by, decided_by, ground } = found;
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

/// The statement that no decision was taken.
fn no_decision(answer: &Explanation) -> Statement {
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
    fn decision(&self, answer: &Explanation) -> Option<DecisionFacts> {
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

    /// Only the request was stopped, by rules or by a review.
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
            // A review of a held request decides about what the filter detected.
            detected_by: Some(By::Program),
            decided_by,
            ground: rule.map(|rule| self.ground(judged.policy, rule, entry(code).meaning.to_owned())),
        }
    }

    fn ground(&self, version: PolicyVersion, rule: &str, explanation: String) -> Ground {
        Ground { policy: (self.policies)(version), version, rule: rule.to_owned(), explanation }
    }
}

const RULES: &str = "the network's own rules; nobody gave notice";
const ANSWERS: &str = "the answers of members who were asked, as weekly counts with noise; no single notice";
const STAFF: &str = "the network's staff; whether anyone gave notice is not recorded";
const ELSEWHERE: &str = "not recorded here: it is older than this log";

/// Whether the event can stop a request, for now or for good.
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

/// When the cause that stopped the request ends by itself.
fn ends(judged: &Verdict) -> Option<Timestamp> {
    let cooldown_end = stopping_gate(judged).and_then(|gate| {
        if let Evidence::Cooldown { until, .. } = gate.evidence { Some(until) } else { None }
    });
    passes_from(judged).or(cooldown_end).filter(|at| at.as_millis() < i64::MAX)
}

/// Who acted, by the recorded actor. It does not say who decided what follows from a command by rules.
fn by(actor: Actor) -> Option<By> {
    match actor {
        Actor::Operator => Some(By::People),
        Actor::Timer | Actor::Courier => Some(By::Program),
        // Imported records do not say who acted, and no member restricts another.
        Actor::Member(_) | Actor::Archive => None,
    }
}

/// Replaces the other member's name, so that the text names nobody else.
fn without_name(text: &str, name: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@' | '.');
    let mut replaced = String::new();
    let mut rest = text;
    while let Some(found) = rest.find(name).filter(|_| !name.is_empty()) {
        let (before, after) = (&rest[..found], &rest[found + name.len()..]);
        let is_whole_name = !before.ends_with(is_part) && !after.starts_with(|c: char| c.is_alphanumeric());
        replaced.push_str(before);
        replaced.push_str(if is_whole_name { "the recipient" } else { name });
        rest = after;
    }
    replaced + rest
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
    use super::without_name;

    #[test]
    fn the_name_is_replaced_but_not_inside_a_longer_word() {
        assert_eq!(
            without_name("bob is 2 steps away, bobsled", "bob"),
            "the recipient is 2 steps away, bobsled"
        );
        assert_eq!(without_name("to `bob@example.org`.", "bob@example.org"), "to `the recipient`.");
        assert_eq!(without_name("nobody", ""), "nobody");
    }
}
