//! Policies that judge, each with counters of its own.

use acquaint_domain::outgoing::Charge;
use acquaint_domain::{
    Actor, Event, EventNumber, Leg, Letter, LetterNumber, MemberId, Outcome, PolicyVersion, Posted, Recorded,
    RequestId, Route, Timestamp, Verdict, network, outgoing,
};
use acquaint_engine::{Asked, Views};
use acquaint_policy::{Facts, Ledger, Policy, judge};

use crate::history::Adopted;

/// Who judges: one policy for all of history, or those that were adopted, each from its adoption on.
pub(crate) struct Court {
    reigns: Vec<Reign>,
    in_force: usize,
}

/// One policy with its counters, which count from the first event on, also before it judges.
struct Reign {
    since: EventNumber,
    version: PolicyVersion,
    policy: Policy,
    /// What was sent here.
    ledger: Ledger,
    /// What other networks carried: it never counted here, so it is counted apart.
    observed: Ledger,
}

/// Whose counters are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// Those of this network.
    Ours,
    /// Those of requests that another network carried.
    Other,
}

/// A verdict with what it was judged on.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    pub(crate) facts: Facts,
}

impl Court {
    /// These judge; the first must judge from the first event on.
    pub(crate) fn of(policies: &[Adopted]) -> Self {
        let reigns = policies.iter().map(|adopted| Reign {
            since: adopted.since,
            version: adopted.version,
            policy: adopted.policy.clone(),
            ledger: counters(adopted),
            observed: counters(adopted),
        });
        Self { reigns: reigns.collect(), in_force: 0 }
    }

    /// The policy that judges what is sent at `number`.
    pub(crate) fn reach(&mut self, number: EventNumber) {
        while self.reigns.get(self.in_force + 1).is_some_and(|next| next.since < number) {
            self.in_force += 1;
        }
    }

    /// The policy that judges.
    pub(crate) fn policy(&self) -> (PolicyVersion, &Policy) {
        let reign = &self.reigns[self.in_force];
        (reign.version, &reign.policy)
    }

    /// Judges a send in the state of `views`; `None` where there is no such sender.
    pub(crate) fn judge(
        &self,
        views: &Views,
        asked: &Asked<'_>,
        carrier: Carrier,
        patch: impl FnOnce(&mut Facts),
    ) -> Option<Judged> {
        let reign = &self.reigns[self.in_force];
        let ledger = match carrier {
            Carrier::Ours => &reign.ledger,
            Carrier::Other => &reign.observed,
        };
        let mut facts = views.facts_again(asked, (reign.version, &reign.policy), ledger)?;
        patch(&mut facts);
        Some(Judged { verdict: judge(&reign.policy, &facts), facts })
    }

    /// The counters that judge sends of this network.
    pub(crate) fn ledger(&self) -> &Ledger {
        &self.reigns[self.in_force].ledger
    }

    /// Counts an event of this network.
    pub(crate) fn count(&mut self, recorded: &Recorded) {
        for reign in &mut self.reigns {
            reign.ledger.count(recorded);
        }
    }

    /// Counts what became of a request that another network carried, as what was sent here is counted.
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
                let leg = Leg { route: Route::Email { from: sender, request }, number: LetterNumber(0) };
                let posted = Posted { leg, letter: Letter::Request { request, distance: None } };
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
        for reign in &mut self.reigns {
            reign.observed.count(&recorded);
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
