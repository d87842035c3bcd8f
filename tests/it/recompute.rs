//! A verdict can be recomputed, to the byte, from the evidence that it recorded and the policy that it names.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use acquaint_codec::encode;
use acquaint_domain::outgoing::Crossing;
use acquaint_domain::{
    Address, Code, Command, Event, Finding, Outcome, Pair, PolicyVersion, Recorded, RefusedCommand, Rule,
    Verdict, incoming, network, outgoing, oversight,
};
use acquaint_policy::{Policy, judge_again, recipient};
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};

use crate::random_worlds::{Step, World, check, pass, play, settle, worlds};

/// The policies that these events adopt.
fn policies(events: &[Recorded]) -> BTreeMap<PolicyVersion, Policy> {
    let adopted = events.iter().filter_map(|recorded| {
        let Event::Network(network::Event::PolicyAdopted { version, text, .. }) = &recorded.event else {
            return None;
        };
        Some((*version, Policy::parse(text).expect("it was adopted")))
    });
    adopted.collect()
}

/// The verdict of the outgoing desk in an event.
fn outgoing(event: &mut Event) -> Option<&mut Verdict> {
    if let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Refused { verdict }, .. })
    | Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Held { verdict, .. }, .. })
    | Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Sent { verdict, .. }, .. })
    | Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Confirmed { verdict, .. }, .. }) = event
    {
        Some(verdict)
    } else if let Event::Oversight(oversight::Event::RequestReleased { verdict, .. })
    | Event::Network(network::Event::CommandRefused(RefusedCommand {
        verdict: Some(verdict),
        ..
    }))
    | Event::Incoming(incoming::Event {
        kind: incoming::Kind::Accepted { crossing: Some(Crossing { verdict, .. }), .. },
        ..
    }) = event
    {
        Some(verdict)
    } else {
        None
    }
}

/// The verdict of the incoming desk in an event.
fn incoming(event: &mut Event) -> Option<&mut Verdict> {
    if let Event::Incoming(incoming::Event { kind: incoming::Kind::Delivered { verdict }, .. })
    | Event::Incoming(incoming::Event { kind: incoming::Kind::Held { verdict }, .. })
    | Event::Incoming(incoming::Event { kind: incoming::Kind::Filed { verdict }, .. }) = event
    {
        Some(verdict)
    } else {
        None
    }
}

/// Judges the verdict of an event again, and checks that it is the same. Returns it; `None` for an event without one.
fn recomputed(
    recorded: &Recorded,
    policies: &BTreeMap<PolicyVersion, Policy>,
) -> Result<Option<Verdict>, TestCaseError> {
    let mut again = recorded.clone();
    let verdict = if let Some(verdict) = outgoing(&mut again.event) {
        let policy = policies.get(&verdict.policy).expect("it was adopted before");
        *verdict = judge_again(policy, verdict);
        verdict.clone()
    } else if let Some(verdict) = incoming(&mut again.event) {
        let policy = policies.get(&verdict.policy).expect("it was adopted before");
        let has_cap = policy.network.is_some();
        let asked = recipient::rules().filter(|rule| has_cap || *rule != Rule::RecipientNetwork);
        prop_assert!(verdict.gates.iter().map(|gate| gate.rule).eq(asked));
        *verdict = judge_again(policy, verdict);
        verdict.clone()
    } else {
        return Ok(None);
    };
    prop_assert_eq!(&again, recorded);
    prop_assert_eq!(encode(&again), encode(recorded));
    prop_assert!(verdict.facts_at.0 < recorded.number.0, "judged on later facts: {:?}", recorded);
    Ok(Some(verdict))
}

/// Causes that random histories reach; the other causes need more requests than these histories have.
const CAUSES: [Code; 28] = [
    Code::DailyLimit,
    Code::WeeklyLimit,
    Code::NoteLimit,
    Code::AttemptsLimit,
    Code::ReminderLimit,
    Code::ReminderTooEarly,
    Code::ResendCooldown,
    Code::PendingPileFull,
    Code::OwnNetworkFull,
    Code::AddressUnknown,
    Code::AddressMalformed,
    Code::SelfRequest,
    Code::AlreadyPending,
    Code::AlreadyConnected,
    Code::YouBlockedThem,
    Code::SenderRestricted,
    Code::SenderBanned,
    Code::OwnSettingContacts,
    Code::OwnSettingDegree,
    Code::AwaitingOwnConfirmation,
    Code::Automation,
    Code::RecipientClosed,
    Code::RecipientRestricted,
    Code::BlockedByRecipient,
    Code::RecipientSettingContacts,
    Code::RecipientSettingDegree,
    Code::RecipientSettingAudience,
    Code::AwaitingRecipientConfirmation,
];

/// The world with a reminder of the last request after every wait.
fn with_reminders(world: World) -> World {
    let mut last = None;
    let mut steps = Vec::new();
    for step in world.steps {
        if let Step::Do(Command::SendRequest(send)) = &step
            && let Ok(other) = Address::parse(&send.to)
        {
            last = Some(Pair { member: send.sender.clone(), other });
        }
        let waits = matches!(step, Step::Wait(_));
        steps.push(step);
        if let (true, Some(pair)) = (waits, &last) {
            steps.push(Step::Do(Command::Remind(pair.clone())));
        }
    }
    World { steps, ..world }
}

#[test]
fn every_verdict_of_both_desks_is_recomputed_with_the_same_bytes() {
    let (causes, crossings) = (RefCell::new(BTreeSet::new()), RefCell::new(0));
    check(768, &worlds(), |world| {
        let (mut kernel, now) = play(&with_reminders(world), |_, _| Ok(()))?;
        settle(&mut kernel, now);
        let policies = policies(kernel.staged());
        for recorded in kernel.staged() {
            let Some(verdict) = recomputed(recorded, &policies)? else { continue };
            *crossings.borrow_mut() +=
                u32::from(verdict.is_of_a_crossing() && verdict.outcome == Outcome::Pass);
            if let Outcome::Hold(code) | Outcome::Refuse(code) = verdict.outcome {
                causes.borrow_mut().insert(code);
            }
        }
        Ok(())
    });
    let missing: Vec<Code> = CAUSES.into_iter().filter(|code| !causes.borrow().contains(code)).collect();
    assert_eq!(missing, [], "no history reaches these causes");
    assert!(crossings.into_inner() > 0, "no send was an acceptance");
}

#[test]
fn a_verdict_whose_findings_were_changed_is_not_recomputed() {
    let changed = RefCell::new(0);
    check(32, &worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        pass(&mut kernel, now);
        let policies = policies(kernel.staged());
        for recorded in kernel.staged() {
            let mut forged = recorded.clone();
            let verdicts: [fn(&mut Event) -> Option<&mut Verdict>; 2] = [outgoing, incoming];
            for verdict in verdicts {
                if verdict(&mut forged.event).map(forge).is_some() {
                    *changed.borrow_mut() += 1;
                    prop_assert!(recomputed(&forged, &policies).is_err(), "{:?}", forged);
                }
            }
        }
        Ok(())
    });
    assert!(*changed.borrow() > 100, "{}", changed.borrow());
}

/// Lets the first failed rule pass, or, if none failed, refuses the request.
fn forge(verdict: &mut Verdict) {
    let failed = verdict.gates.iter_mut().find(|gate| matches!(gate.finding, Finding::Failed(_)));
    match failed {
        Some(gate) => {
            gate.finding = Finding::Passed;
            verdict.outcome = Outcome::Pass;
        }
        None => verdict.outcome = Outcome::Refuse(Code::SenderBanned),
    }
}
