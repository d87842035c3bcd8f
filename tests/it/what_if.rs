//! What-if replay, on the logs of all scripts and on random histories.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use acquaint::grammar::Exit;
use acquaint_backtest::{
    Adopted, Against, BacktestError, Candidate, Clearance, History, Mode, Plan, Report, Role, backtest,
};
use acquaint_log::EventLog;
use acquaint_log_file::FileLog;
use acquaint_policy::{ARTICLE, LINKEDIN_OBSERVED};
use acquaint_tests::Program;

const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts");

fn scripts() -> Vec<PathBuf> {
    let entries = fs::read_dir(SCRIPTS).expect("the folder of the scripts");
    let paths = entries.map(|entry| entry.expect("an entry of the folder").path());
    let mut scripts: Vec<_> = paths.filter(|path| path.extension().is_some_and(|e| e == "acq")).collect();
    scripts.sort();
    scripts
}

/// The log that a script leaves.
fn with_log_of(script: &Path, look: impl FnOnce(&dyn EventLog)) {
    let folder = tempfile::tempdir().expect("a folder for the data");
    let data = folder.path().join("data");
    let played = Program::on(&data).run(&["run", script.to_str().expect("a path in UTF-8")]);
    assert_eq!(played.exit, Exit::Ok, "{}", script.display());
    look(&FileLog::open_read_only(&data.join("log")).expect("a log"));
}

fn clearance() -> Clearance {
    Clearance::of(Role::Engineer).expect("an engineer may ask")
}

fn replayed(log: &dyn EventLog, plan: &Plan) -> Report {
    let history = History::of(log, None, None).expect("a log that reads");
    backtest(&history, plan, clearance(), &mut |_| ControlFlow::Continue(())).expect("a report")
}

fn policy(text: &str) -> Adopted {
    Adopted::read(text).expect("a policy")
}

/// Nothing differs: no outcome, and no number that any rule found.
fn assert_same(report: &Report, what: &str) {
    let differing = (report.differences(), report.other_ladder, report.all.unknown);
    assert_eq!(differing, (0, 0, 0), "{what}: {:#?}", report.cells);
}

#[test]
fn history_judged_again_by_its_own_policies_gives_its_own_verdicts_to_the_byte() {
    let mut sends = 0;
    for script in scripts() {
        with_log_of(&script, |log| {
            for mode in [Mode::Open, Mode::Closed] {
                let plan = Plan { candidate: Candidate::AsAdopted, mode, ..Plan::of(policy(ARTICLE)) };
                let report = replayed(log, &plan);
                assert_same(&report, &format!("{} {mode:?}", script.display()));
                sends += report.all.sends;
            }
        });
    }
    assert!(sends > 900, "the scripts have become too few: {sends}");
}

#[test]
fn a_policy_against_itself_differs_in_nothing() {
    for script in scripts() {
        with_log_of(&script, |log| {
            for text in [ARTICLE, LINKEDIN_OBSERVED] {
                for mode in [Mode::Open, Mode::Closed] {
                    let against = Against::Policy(Box::new(policy(text)));
                    let plan = Plan { against, mode, ..Plan::of(policy(text)) };
                    let report = replayed(log, &plan);
                    let differing = (report.differences(), report.other_ladder);
                    assert_eq!(differing, (0, 0), "{} {mode:?}", script.display());
                }
            }
        });
    }
}

#[test]
fn a_replay_that_is_broken_off_says_so() {
    let script = Path::new(SCRIPTS).join("CR0401-daily-limit.acq");
    with_log_of(&script, |log| {
        let history = History::of(log, None, None).expect("a log that reads");
        let plan = Plan::of(policy(ARTICLE));
        let broken = backtest(&history, &plan, clearance(), &mut |_| ControlFlow::Break(()));
        assert_eq!(broken.map(|report| report.all.sends), Err(BacktestError::Interrupted));
    });
}

#[test]
fn nobody_asks_without_a_clearance_and_members_and_agents_have_none() {
    let may = |role| Clearance::of(role).is_ok();
    let table = [(Role::Member, false), (Role::Agent, false), (Role::Policy, true), (Role::Engineer, true)];
    for (role, expected) in table {
        assert_eq!(may(role), expected, "{role}");
    }
}
