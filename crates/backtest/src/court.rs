//! The policies that judge over time, each with its own counters.

use acquaint_domain::outgoing::Charge;
use acquaint_domain::{
    Actor, Event, EventNumber, Lane, Letter, LetterId, LetterNumber, MemberId, Outcome, PolicyVersion,
    PostedLetter, Recorded, RequestId, Timestamp, Verdict, network, outgoing,
};
use acquaint_engine::{RecordedSend, Views};
use acquaint_policy::{Facts, Ledger, Policy, judge};

use crate::history::Adopted;

/// The policies that judge: one for all of history, or the adopted ones, each from its adoption on.
pub(crate) struct PolicyTimeline {
    spans: Vec<PolicySpan>,
    in_force: usize,
}

/// One policy with its counters, which count from the first event, even before the policy judges.
struct PolicySpan {
    since: EventNumber,
    version: PolicyVersion,
    policy: Policy,
    /// Counters for requests sent on this network.
    ledger: Ledger,
    /// Counters for requests observed on other networks, which never counted on this one.
    observed: Ledger,
}

/// Which counters a send is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CounterSet {
    /// Those of this network's requests.
    Ours,
    /// Those of requests observed on another network.
    Other,
}

/// A verdict with the facts that it is based on.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) facts: Facts,
}

impl PolicyTimeline {
    /// A timeline of these policies; the first one must judge from the first event on.
    pub(crate) fn of(policies: &[Adopted]) -> Self {
        let spans = policies.iter().map(|adopted| PolicySpan {
            since: adopted.since,
            version: adopted.version,
            policy: adopted.policy.clone(),
            ledger: counters(adopted),
            observed: counters(adopted),
        });
        Self { spans: spans.collect(), in_force: 0 }
    }

    /// Advances to the policy that judges a send at `number`.
    pub(crate) fn reach(&mut self, number: EventNumber) {
        while self.spans.get(self.in_force + 1).is_some_and(|next| next.since < number) {
            self.in_force += 1;
        }
    }

    /// The policy that judges now.
    pub(crate) fn policy(&self) -> (PolicyVersion, &Policy) {
        let span = &self.spans[self.in_force];
        (span.version, &span.policy)
    }

    /// Judges a send in the state of `views`; `None` if the sender does not exist.
    pub(crate) fn judge(
        &self,
        views: &Views,
        asked: &RecordedSend<'_>,
        carrier: CounterSet,
        patch: impl FnOnce(&mut Facts),
    ) -> Option<Judged> {
        let span = &self.spans[self.in_force];
        let ledger = match carrier {
            CounterSet::Ours => &span.ledger,
            CounterSet::Other => &span.observed,
        };
        let mut facts = views.facts_again(asked, (span.version, &span.policy), ledger)?;
        patch(&mut facts);
        Some(Judged { verdict: judge(&span.policy, &facts), facts })
    }

    /// The counters by which sends on this network are judged now.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.spans[self.in_force].ledger
    }

    /// Counts an event of this network.
    pub(crate) fn count(&mut self, recorded: &Recorded) {
        for span in &mut self.spans {
            span.ledger.count(recorded);
        }
    }

    /// Counts the outcome of a request observed on another network, in the way that sends on this network are counted.
    pub(crate) fn count_observed(
        &mut self,
        request: RequestId,
        sender: MemberId,
        at: Timestamp,
        verdict: &Verdict,
    ) {
        let verdict = verdict.clone();
        let event = match verdict.outcome {
            Outcome::Pass => {
                let letter_id =
                    LetterId { lane: Lane::Email { from: sender, request }, number: LetterNumber(0) };
                let posted = PostedLetter { letter_id, letter: Letter::Request { request, distance: None } };
                Event::Outgoing(outgoing::Event {
                    request,
                    sender,
                    kind: outgoing::Kind::Sent { verdict, posted },
                })
            }
            Outcome::Hold(_) => Event::Outgoing(outgoing::Event {
                request,
                sender,
                kind: outgoing::Kind::Held { verdict, charge: Charge::Request },
            }),
            Outcome::Refuse(_) => Event::Outgoing(outgoing::Event {
                request,
                sender,
                kind: outgoing::Kind::Refused { verdict },
            }),
        };
        let number = EventNumber(0);
        let recorded = Recorded { number, at, actor: Actor::Archive, command: None, cause: None, event };
        for span in &mut self.spans {
            span.observed.count(&recorded);
        }
    }
}

/// Empty counters of a policy.
pub(crate) fn counters(adopted: &Adopted) -> Ledger {
    let mut ledger = Ledger::default();
    let event = Event::Network(network::Event::PolicyAdopted {
        version: adopted.version,
        name: adopted.policy.name.clone(),
        text: adopted.text.clone(),
        hash: [0; 32],
        tzdata: None,
    });
    let at = Timestamp::from_millis(i64::MIN);
    let number = EventNumber(0);
    ledger.apply(&Recorded { number, at, actor: Actor::Operator, command: None, cause: None, event });
    ledger
}
