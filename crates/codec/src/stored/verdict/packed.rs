//! A verdict as versions from its packed one on store it: the gates that are as they usually are take a bit.
//!
//! Nearly all gates of nearly all verdicts say the same: the rule that is asked next passed, having seen what it sees
//! when there is nothing to see. [`chain`] says which rule is next, [`usual`] what it sees then; both are frozen, because
//! they say what the bits of stored events mean. Everything else is told in full, so nothing of the evidence is lost.

use acquaint_domain as domain;
use domain::{AcceptFrom, Evidence as Seen, Finding as Found, PolicyVersion, Rule, Whether};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Evidence, Gate, Outcome, Told};
use crate::stored::text::List;
use crate::stored::value::Number;

/// What was decided, and on what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packed(Stored);

/// As it is stored. The order of variants is frozen, here as everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    policy: u32,
    facts_at: Number,
    outcome: Outcome,
    desk: PackedSide,
    gates: List<PackedGate>,
}

/// Whose rules they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum PackedSide {
    Sender,
    Recipient,
}

/// One rule with its finding, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum PackedGate {
    /// The next rule passed, and saw what it usually sees.
    Usual,
    /// The next rule passed, and saw this.
    Passed(Evidence),
    /// The next rule was not reached.
    NotReached,
    /// Any gate that is not as usual, in full.
    Other(Gate),
}

/// The rules that are asked one after the other. Frozen. A rule that is not in it, because not every policy asks it, may
/// stand anywhere.
const fn chain(desk: PackedSide) -> &'static [Rule] {
    match desk {
        PackedSide::Sender => &[
            Rule::AddressForm,
            Rule::AddressKnown,
            Rule::NotSelf,
            Rule::NotBlockedByOneself,
            Rule::NotConnected,
            Rule::NotPending,
            Rule::SenderNotBanned,
            Rule::SenderNotRestricted,
            Rule::OwnContacts,
            Rule::OwnDegree,
            Rule::DailyLimit,
            Rule::Spam,
            Rule::OwnConfirmation,
        ],
        PackedSide::Recipient => &[
            Rule::RecipientOpen,
            Rule::RecipientUnrestricted,
            Rule::NotBlockedByRecipient,
            Rule::RecipientContacts,
            Rule::RecipientDegree,
            Rule::RecipientAudience,
            Rule::RecipientConfirmation,
        ],
    }
}

/// What a rule sees when there is nothing to see. Frozen.
const fn usual(rule: Rule) -> Seen {
    match rule {
        Rule::AddressForm => Seen::Form(None),
        Rule::AddressKnown | Rule::NotSelf => Seen::Holds(Whether::Yes),
        Rule::OwnConfirmation | Rule::RecipientConfirmation => Seen::Holds(Whether::No),
        Rule::OwnContacts | Rule::RecipientContacts => Seen::Contact {
            setting: AcceptFrom::Everyone,
            in_contacts: Whether::No,
            by_email: Whether::No,
            settings_version: 0,
        },
        Rule::OwnDegree | Rule::RecipientDegree => {
            Seen::Degree { allowed: None, distance: None, settings_version: 0 }
        }
        Rule::RecipientAudience => {
            Seen::Audience { criteria: 0, company: Whether::No, title: Whether::No, settings_version: 0 }
        }
        Rule::NotBlockedByOneself
        | Rule::NotConnected
        | Rule::NotPending
        | Rule::SenderNotBanned
        | Rule::SenderNotRestricted
        | Rule::DailyLimit
        | Rule::Spam
        | Rule::RecipientOpen
        | Rule::RecipientUnrestricted
        | Rule::NotBlockedByRecipient
        | Rule::AttemptsLimit
        | Rule::ResendCooldown
        | Rule::PendingPile
        | Rule::OwnNetwork
        | Rule::EmailRequired
        | Rule::WeeklyLimit
        | Rule::NoteLength
        | Rule::NoteQuota
        | Rule::RecipientNetwork
        | Rule::Crossing
        | Rule::ReminderLimit
        | Rule::ReminderAge => Seen::Nothing,
    }
}

/// Where in its chain a verdict is.
struct PackedPlace {
    chain: &'static [Rule],
    next: usize,
}

impl PackedPlace {
    const fn first(desk: PackedSide) -> Self {
        Self { chain: chain(desk), next: 0 }
    }

    fn next(&self) -> Option<Rule> {
        self.chain.get(self.next).copied()
    }

    /// Continues after `rule`, if it is in the chain.
    fn pass(&mut self, rule: Rule) {
        if self.next() == Some(rule) {
            self.next += 1;
        } else if let Some(place) = self.chain.iter().position(|one| *one == rule) {
            self.next = place + 1;
        }
    }

    fn packed(&mut self, gate: &domain::Gate) -> PackedGate {
        let is_next = self.next() == Some(gate.rule);
        self.pass(gate.rule);
        match gate.finding {
            Found::Passed if is_next && gate.evidence == usual(gate.rule) => PackedGate::Usual,
            Found::Passed if is_next => PackedGate::Passed((&gate.evidence).into()),
            Found::NotReached if is_next && gate.evidence == Seen::Nothing => PackedGate::NotReached,
            Found::Passed
            | Found::NotReached
            | Found::Failed(_)
            | Found::Held(_)
            | Found::Unevaluated
            | Found::Shadow(_)
            | Found::FailedUnseen(_) => PackedGate::Other(gate.into()),
        }
    }

    /// The rule of the gate that comes now; `None` when it is the next one, and there is none.
    fn rule(&mut self, gate: &PackedGate) -> Option<Rule> {
        let rule = match gate {
            PackedGate::Other(gate) => gate.rule,
            PackedGate::Usual | PackedGate::Passed(_) | PackedGate::NotReached => self.next()?,
        };
        self.pass(rule);
        Some(rule)
    }
}

impl PackedGate {
    fn unpacked(self, rule: Rule) -> domain::Gate {
        match self {
            Self::Usual => domain::Gate { rule, finding: Found::Passed, evidence: usual(rule) },
            Self::Passed(evidence) => {
                domain::Gate { rule, finding: Found::Passed, evidence: evidence.into() }
            }
            Self::NotReached => domain::Gate { rule, finding: Found::NotReached, evidence: Seen::Nothing },
            Self::Other(gate) => gate.into(),
        }
    }
}

impl From<&domain::Verdict> for Packed {
    fn from(verdict: &domain::Verdict) -> Self {
        let first = verdict.gates.first().map(|gate| gate.rule);
        let desk = if first.is_some_and(|rule| chain(PackedSide::Recipient).contains(&rule)) {
            PackedSide::Recipient
        } else {
            PackedSide::Sender
        };
        let mut place = PackedPlace::first(desk);
        Self(Stored {
            policy: verdict.policy.0,
            facts_at: verdict.facts_at.into(),
            outcome: verdict.outcome.into(),
            desk,
            gates: verdict.gates.iter().map(|gate| place.packed(gate)).collect(),
        })
    }
}

impl From<Packed> for domain::Verdict {
    fn from(Packed(stored): Packed) -> Self {
        let mut place = PackedPlace::first(stored.desk);
        // INVARIANT (a rule for every gate): looked at when it was read, so that no gate is left out here.
        let gates = stored.gates.0.into_iter().filter_map(|gate| Some((place.rule(&gate)?, gate)));
        Self {
            policy: PolicyVersion(stored.policy),
            facts_at: stored.facts_at.into(),
            outcome: stored.outcome.into(),
            gates: gates.map(|(rule, gate)| gate.unpacked(rule)).collect(),
        }
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            Told::from(&domain::Verdict::from(self.clone())).serialize(serializer)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let mut place = PackedPlace::first(stored.desk);
        // INVARIANT (a rule for every gate)
        if stored.gates.0.iter().any(|gate| place.rule(gate).is_none()) {
            return Err(D::Error::custom("a gate is that of the next rule, and there is none"));
        }
        Ok(Self(stored))
    }
}
