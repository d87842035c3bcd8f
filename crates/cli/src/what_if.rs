//! Commands that judge history again under another policy. They only read; their results are never recorded.

mod bisected;

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use acquaint_audit::{Candidates, Explanation, findings};
use acquaint_backtest::{
    Adopted, Against, BacktestError, Candidate, Clearance, FailCondition, History, Plan, ReplayProgress,
    ReplayReport, ReplayState, Role, SendContext, backtest_leaving,
};
use acquaint_clock::machine;
use acquaint_domain::{Code, Outcome, PolicyVersion, RequestId, Verdict, shown as shown_text};
use acquaint_engine::{Hypothetical, StartError};
use acquaint_log::EventLog;
use acquaint_report::what_if::{Differences, Source, WARNING, WhatIf, json, outcome, page, text};

use crate::failure::CliError;
use crate::grammar::{Backtest, Exit, Format, Global, Parts, ReportForm, RequestSelector};
use crate::maintain::evidence;
use crate::policies;
use crate::render::progress::LazyProgressBar;
use crate::render::{self, capital, object, paragraph};
use crate::session::interrupt::Interrupt;
use crate::session::{ReadView, open_log, report_damage};
use crate::values::{hex, quoted};

pub(crate) use bisected::bisect;

/// A policy, and the name to show for it.
struct NamedCandidate {
    name: String,
    adopted: Adopted,
}

/// A person who can run the program on a log is its operator, and has the clearance of an engineer.
fn clearance() -> Result<Clearance, CliError> {
    Clearance::of(Role::Engineer).map_err(|denied| CliError::new(Exit::Failed, denied.to_string()))
}

/// `policy backtest` on a folder. On a damaged log, the events before the damage are judged again.
pub(crate) fn of_folder(
    global: &Global,
    command: &Backtest,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<Exit, CliError> {
    let interrupt = Interrupt::listen();
    let log = open_log(&global.data)?;
    let (history, exit) = match History::of(&log, global.at, None) {
        Err(BacktestError::Log(StartError::Damaged { position, reason })) if position > 1 => {
            let before = position - 1;
            report_damage(&reason, before, stderr);
            (History::of(&log, global.at, Some(before))?, Exit::Damaged)
        }
        history => {
            let last = history.as_ref().map_or(0, History::last);
            match (history, evidence::compare(&global.data, &log, last, stderr)?) {
                // The rest of the log contains no policy, and the missing part has been reported.
                (Err(_), Exit::Damaged) => return Ok(Exit::Damaged),
                (history, exit) => (history?, exit),
            }
        }
    };
    let seed = global.seed.unwrap_or(1);
    let source = Source { log: Some((log.log_id().to_string(), hex(&log.head()))), made: machine() };
    let (exceeded, state) =
        execute(&history, command, (seed, &source), &interrupt, (global.format, out), stderr)?;
    // The process ends with the answer, so freeing the state would only take time.
    std::mem::forget(state);
    Ok(if exceeded == Exit::Ok { exit } else { exceeded })
}

/// `policy backtest` in a script, on the script's log. `--fail-on` has no effect on the script.
pub(crate) fn in_script(
    view: ReadView<'_>,
    command: &Backtest,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let history = History::of(view.log, Some(view.as_of), Some(view.views.last().0))?;
    let interrupt = Interrupt::listen();
    let source = Source { log: None, made: view.as_of };
    execute(&history, command, (1, &source), &interrupt, (format, out), &mut std::io::sink()).map(drop)
}

fn execute(
    history: &History<'_>,
    command: &Backtest,
    (seed, source): (u64, &Source),
    interrupt: &Interrupt,
    (format, out): (Format, &mut dyn Write),
    stderr: &mut dyn Write,
) -> Result<(Exit, ReplayState), CliError> {
    let candidate = named(history, &command.policy)?;
    let against = command.against.as_deref().map(|name| named(history, name)).transpose()?;
    let differences = differences(history, &candidate, against.as_ref())?;
    let plan = Plan {
        against: match &against {
            Some(against) => Against::Policy(Box::new(against.adopted.clone())),
            None => Against::Recorded,
        },
        candidate: Candidate::Policy(Box::new(candidate.adopted)),
        mode: command.mode,
        from: command.from,
        to: command.to,
        seed,
    };
    let bar = LazyProgressBar::new("judging history again");
    let mut watch = |progress| shown(&bar, interrupt, progress);
    let replayed = backtest_leaving(history, &plan, clearance()?, &mut watch);
    drop(bar);
    let (report, state) = replayed?;
    let against = against.map_or_else(|| "what was decided".to_owned(), |against| against.name);
    let what_if = WhatIf {
        from: command.from,
        to: command.to,
        fail_on: &command.fail_on,
        candidate: candidate.name,
        against,
        differences,
        report: &report,
        source,
    };
    match (command.page, format) {
        (ReportForm::Html, _) => page(&what_if, out)?,
        (ReportForm::Answer, Format::Human) => text(&what_if, out)?,
        (ReportForm::Answer, Format::Json | Format::Ndjson) => object(&json(&what_if), format, out)?,
    }
    Ok((failed_conditions(&command.fail_on, &report, stderr), state))
}

/// Reports the `--fail-on` conditions that are met, and those that cannot be measured, which fail too.
fn failed_conditions(conditions: &[FailCondition], report: &ReplayReport, stderr: &mut dyn Write) -> Exit {
    let mut exit = Exit::Ok;
    for condition in conditions {
        let (part, whole) = condition.measured(report);
        let what = match condition.is_met(report) {
            Some(false) => continue,
            Some(true) => {
                exit = Exit::Exceeded;
                format!("it is {part} of {whole}")
            }
            None => {
                exit = if exit == Exit::Ok { Exit::BadInput } else { exit };
                let what =
                    if report.all.sends == 0 { "no send was judged again" } else { "it is a share of 0" };
                format!("it cannot be measured: {what}")
            }
        };
        let _unread = writeln!(stderr, "acquaint: {condition}: {what}");
    }
    exit
}

/// The differences between the candidate and the policy that it is compared with: for a comparison with recorded verdicts,
/// the policy in force at the end of history.
fn differences(
    history: &History<'_>,
    candidate: &NamedCandidate,
    against: Option<&NamedCandidate>,
) -> Result<Differences, CliError> {
    let (against, policy) = match against {
        Some(against) => (against.name.clone(), &against.adopted.policy),
        None => {
            let adopted = history.in_force().ok_or(BacktestError::NoPolicy)?;
            let name = format!("{} (version {}, in force last)", adopted.policy.name, adopted.version.0);
            (name, &adopted.policy)
        }
    };
    Ok(Differences { than: against, lines: acquaint_policy::differences(policy, &candidate.adopted.policy) })
}

fn shown(bar: &LazyProgressBar, interrupt: &Interrupt, progress: ReplayProgress) -> ControlFlow<()> {
    bar.show(progress.done, progress.total);
    if interrupt.has_come() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

/// The policy with this name: a file, a built-in policy, or a version that this log adopted.
fn named(history: &History<'_>, name: &str) -> Result<NamedCandidate, CliError> {
    let Some(version) = policies::version(name) else {
        let adopted = Adopted::read(&policies::document(name)?)?;
        let file = Path::new(name).file_name().map(|file| file.to_string_lossy().into_owned());
        return Ok(NamedCandidate { name: file.unwrap_or_else(|| name.to_owned()), adopted });
    };
    match history.policies().iter().find(|adopted| adopted.version == version) {
        Some(adopted) => {
            let name = format!("{} (version {})", adopted.policy.name, version.0);
            Ok(NamedCandidate { name, adopted: adopted.clone() })
        }
        None => Err(CliError::new(
            Exit::NotFound,
            format!("no policy was adopted as {}; `policy list` shows those that were", quoted(name)),
        )),
    }
}

/// The state in which a past request was judged, ready to judge it again.
fn context_of(log: &dyn EventLog, view: ReadView<'_>, request: RequestId) -> Result<SendContext, CliError> {
    let history = History::of(log, Some(view.as_of), Some(view.views.last().0))?;
    let interrupt = Interrupt::listen();
    let bar = LazyProgressBar::new("reading history");
    Ok(SendContext::of(&history, request, clearance()?, &mut |progress| shown(&bar, &interrupt, progress))?)
}

/// `why --under`: the answer under another policy, marked as hypothetical.
pub(crate) fn why_under(
    view: ReadView<'_>,
    subject: &RequestSelector,
    policy: &str,
    (parts, format): (Parts, Format),
    out: &mut dyn Write,
) -> Result<(), CliError> {
    let viewer = acquaint_audit::Viewer::Engineer;
    let inquiry = view.inquiry();
    let request = inquiry.find(subject, viewer)?;
    let history = History::of(view.log, Some(view.as_of), Some(view.views.last().0))?;
    let named = named(&history, policy)?;
    let context = context_of(view.log, view, request)?;
    let verdict = context.judge(&named.adopted)?;
    let recorded: Result<Vec<_>, _> =
        inquiry.seen(request, viewer)?.into_iter().map(|number| inquiry.event(number)).collect();
    let version = named.adopted.version;
    let trace = context.imagined(&verdict, &recorded?);
    let hypothetical = Hypothetical { policy: (version, &named.adopted.policy), trace };
    let answer = inquiry.explain_imagined(request, viewer, view.as_of, &hypothetical)?;
    let Some(mut answer) = answer else { return Err(CliError::from(BacktestError::NoSuchRequest)) };
    answer.pass_on = None;
    let then = context.past().map_or(Outcome::Pass, |past| past.outcome);
    let name = &named.name;
    let happened = inquiry.explain(request, viewer, view.as_of)?;
    let happened = happened.map_or_else(
        || outcome(then),
        |real| format!("{} {}: {}", real.code, real.code.name(), real.verdict),
    );
    let is_unknown = verdict.outcome == Outcome::Pass && then != Outcome::Pass;
    if then != verdict.outcome {
        make_hypothetical(&mut answer, &verdict);
    }
    if format != Format::Human {
        let mut value = render::answer_json(&answer);
        value["schema"] = "acquaint.answer-under.v2".into();
        value["under"] = name.as_str().into();
        value["is_what_happened"] = false.into();
        value["then"] = outcome(then).into();
        value["happened"] = happened.into();
        value["would_be"] = outcome(verdict.outcome).into();
        value["answer_unknown"] = is_unknown.into();
        return Ok(object(&value, format, out)?);
    }
    writeln!(out, "NOT WHAT HAPPENED: what {} would have decided", shown_text(name))?;
    paragraph("  ", &format!("what happened: {happened}"), out)?;
    paragraph("  ", &format!("under {}: {}", shown_text(name), outcome(verdict.outcome)), out)?;
    if version == PolicyVersion(0) {
        paragraph("  ", "below it is called version 0, because this log never adopted it", out)?;
    }
    writeln!(out)?;
    Ok(render::answer(&answer, parts, format, out)?)
}

/// Turns the answer about what happened into a hypothetical one: its sentence says what the policy would have decided.
/// Reasons, advice and timers belong to what happened and are removed.
fn make_hypothetical(answer: &mut Explanation, verdict: &Verdict) {
    answer.verdict = match verdict.outcome {
        Outcome::Pass => {
            "it would have been sent; what would have happened on the other side is unknown".to_owned()
        }
        Outcome::Hold(code) => format!("it would have been held: {}", decided(verdict, code)),
        Outcome::Refuse(code) => format!("it would have been refused: {}", decided(verdict, code)),
    };
    answer.headline = format!("{}.", capital(&answer.verdict));
    answer.reasons.clear();
    answer.sides.clear();
    answer.today.clear();
    answer.would_pass = None;
    answer.remedy.clear();
    answer.wont_help.clear();
    answer.redress = None;
    answer.timers.clear();
    answer.candidates = Candidates::default();
    answer.accompanied_by.clear();
}

/// The finding of the rule that would have decided with this code.
fn decided(verdict: &Verdict, code: Code) -> String {
    let rule = findings(verdict).into_iter().find(|rule| rule.code == Some(code) && rule.finding != "shadow");
    rule.map_or_else(|| code.name().to_owned(), |rule| format!("{}, {}", rule.rule, rule.text))
}

impl From<BacktestError> for CliError {
    fn from(error: BacktestError) -> Self {
        let exit = match &error {
            BacktestError::NoSuchRequest => Exit::NotFound,
            BacktestError::NoPolicy
            | BacktestError::Policy(_)
            | BacktestError::EmptyWindow
            | BacktestError::NothingJudged => Exit::BadInput,
            BacktestError::Interrupted { .. } => Exit::Interrupted,
            BacktestError::Log(_) => Exit::Failed,
        };
        Self::new(exit, error.to_string())
    }
}
