//! The packed form of a verdict, in which a usual gate takes one bit.
//!
//! Nearly all gates of nearly all verdicts say the same: the next rule passed, with the evidence of a rule that finds
//! nothing to look at. [`chain`] gives the next rule, and [`usual`] that evidence; both are frozen, because they define the
//! meaning of stored bits. Every other gate is stored in full, so no evidence is lost.

use acquaint_domain as domain;
use domain::{AcceptFrom, Evidence as Seen, Finding as Found, PolicyVersion, Rule};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Evidence, FullVerdict, Gate, Outcome};
use crate::stored::text::List;
use crate::stored::value::Number;

/// A verdict in packed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packed(Stored);

/// The fields of a packed verdict. The order of variants is frozen, here as everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Stored {
    policy: u32,
    facts_at: Number,
    outcome: Outcome,
    desk: PackedSide,
    gates: List<PackedGate>,
}

/// The desk whose rules they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum PackedSide {
    Sender,
    Recipient,
}

/// One gate of a packed verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum PackedGate {
    /// The next rule passed, with its usual evidence.
    Usual,
    /// The next rule passed, with this evidence.
    Passed(Evidence),
    /// The next rule was not reached.
    NotReached,
    /// Any other gate, in full.
    Other(Gate),
}

/// The rules that follow one another. Frozen. A rule that is not in it, because not every policy evaluates it, may be in any
/// place.
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

/// The evidence of a rule that finds nothing to look at. Frozen.
const fn usual(rule: Rule) -> Seen {
    match rule {
        Rule::AddressForm => Seen::Form(None),
        Rule::AddressKnown | Rule::NotSelf => Seen::Holds(true),
        Rule::OwnConfirmation | Rule::RecipientConfirmation => Seen::Holds(false),
        Rule::OwnContacts | Rule::RecipientContacts => Seen::Contact {
            setting: AcceptFrom::Everyone,
            in_contacts: false,
            by_email: false,
            settings_version: 0,
        },
        Rule::OwnDegree | Rule::RecipientDegree => {
            Seen::Degree { allowed: None, distance: None, settings_version: 0 }
        }
        Rule::RecipientAudience => {
            Seen::Audience { criteria: 0, company: false, title: false, settings_version: 0 }
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

/// A position in the chain of a verdict's rules.
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

    /// The rule of this gate; `None` if it is the next of the chain, and the chain is at its end.
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
        // INVARIANT (a rule for every gate): checked on reading, so no gate is left out here.
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
            FullVerdict::from(&domain::Verdict::from(self.clone())).serialize(serializer)
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
            return Err(D::Error::custom("a gate belongs to the next rule, and there is none"));
        }
        Ok(Self(stored))
    }
}
