//! The report on how each rule performed.

use acquaint_audit::{RuleRecord, RuleReport};
use acquaint_domain::outgoing::Crossing;
use acquaint_domain::{
    Code, CommandKind, Event, Evidence, Finding, Gate, LetterNumber, Outcome, RefusedCommand, Rule, Verdict,
    incoming, network,
};

use crate::story::*;

fn verdict_of(finding: Finding, outcome: Outcome) -> Verdict {
    let gate = Gate { rule: Rule::OwnNetwork, finding, evidence: Evidence::Size { found: 3, limit: 3 } };
    Verdict { gates: vec![gate], ..bare_verdict(outcome) }
}

#[test]
fn the_rules_of_a_crossing_and_of_a_refused_command_count_as_asked() {
    let crossing = Crossing { request: OTHER_WAY, verdict: verdict_of(Finding::Passed, Outcome::Pass) };
    let accepted = Event::Incoming(incoming::Event {
        request_ref: request_ref(),
        kind: incoming::Kind::Accepted { name: name(), letter: LetterNumber(1), crossing: Some(crossing) },
    });
    let code = Code::OwnNetworkFull;
    let refused = Event::Network(network::Event::CommandRefused(RefusedCommand {
        command: CommandKind::Accept,
        member: BOB,
        other: Some(ALICE),
        request: Some(REQUEST),
        code,
        verdict: Some(verdict_of(Finding::Failed(code), Outcome::Refuse(code))),
    }));
    let mut report = RuleReport::default();
    Story::new().event(accepted).event(refused).trace.iter().for_each(|recorded| report.apply(recorded));
    let found: Vec<(&str, RuleRecord)> = report.records().collect();
    let expected = RuleRecord { asked: 2, hits: 1, alone: 1, ..RuleRecord::default() };
    assert_eq!(found, [(Rule::OwnNetwork.name(), expected)]);
}
