//! Resolves commands about policies, reviews and appeals.

use acquaint_domain::{AppealDecision, Command, RequestId, Timestamp};

use acquaint_backtest::Mode;

use super::{Resolved, at, command_id, handle, in_full, since, write};
use crate::grammar::words::{AppealArgs, Appealing, BacktestArgs, HeldArgs, PolicyArgs, ReviewArgs};
use crate::grammar::{
    Backtest, CliCommand, MaintainCommand, PolicyCommand, ReadCommand, ReportForm, Warnings, WriteCommand,
};
use crate::values::{self, BadValue};

const MODES: [(&str, Mode); 2] = [("open", Mode::Open), ("closed", Mode::Closed)];

pub(super) fn policy(args: PolicyArgs, now: Option<Timestamp>) -> Resolved<CliCommand> {
    let command = match args {
        PolicyArgs::Adopt { policy, id } => {
            return Ok(WriteCommand::Adopt { policy, command_id: command_id(id)? }.into());
        }
        PolicyArgs::Test { policy, scripts } => {
            return Ok(MaintainCommand::TestPolicy { policy, scripts }.into());
        }
        PolicyArgs::New => PolicyCommand::New,
        PolicyArgs::Check { file, strict: false } => PolicyCommand::Check(file, Warnings::Told),
        PolicyArgs::Check { file, strict: true } => PolicyCommand::Check(file, Warnings::Refused),
        PolicyArgs::Show { policy } => PolicyCommand::Show(policy),
        PolicyArgs::List => PolicyCommand::List,
        PolicyArgs::Diff { a, b } => PolicyCommand::Diff(a, b),
        PolicyArgs::Explain { name } => PolicyCommand::Explain(name),
        PolicyArgs::Rules => PolicyCommand::Rules,
        PolicyArgs::Schema => PolicyCommand::Schema,
        PolicyArgs::Backtest(args) => PolicyCommand::Backtest(Box::new(backtest(*args, now)?)),
        PolicyArgs::Bisect { policy, request: id, against } => {
            let request = values::request(&id).map_err(at("--request"))?;
            PolicyCommand::Bisect { policy, request, against }
        }
    };
    Ok(ReadCommand::Policy(command).into())
}

fn backtest(args: BacktestArgs, now: Option<Timestamp>) -> Resolved<Backtest> {
    let BacktestArgs { policy, against, from, to, mode, fail_on } = args;
    let moment = |entered: Option<String>, place| {
        entered.map(|entered| since(&entered, now)).transpose().map_err(at(place))
    };
    let conditions =
        fail_on.iter().map(|text| text.parse().map_err(|sentence| BadValue::new(text, sentence)));
    Ok(Backtest {
        policy,
        against,
        from: moment(from, "--from")?,
        to: moment(to, "--to")?,
        mode: values::choice(&mode, &MODES).map_err(at("--mode"))?,
        fail_on: conditions.collect::<Result<_, _>>().map_err(at("--fail-on"))?,
        page: ReportForm::Answer,
    })
}

pub(super) fn review(args: ReviewArgs) -> Resolved<CliCommand> {
    let of =
        |command: fn(RequestId) -> Command, held: HeldArgs| write(command(request(&held.request)?), held.id);
    match args {
        ReviewArgs::List(full) => Ok(ReadCommand::ReviewList(in_full(full)).into()),
        ReviewArgs::Show { request: id, full } => {
            Ok(ReadCommand::ReviewShow(request(&id)?, in_full(full)).into())
        }
        ReviewArgs::Release { held, waive_limits: false } => of(Command::ReleaseRequest, held),
        ReviewArgs::Release { held, waive_limits: true } => of(Command::ReleaseWaivingLimits, held),
        ReviewArgs::Refuse(held) => of(Command::RefuseRequest, held),
    }
}

pub(super) fn appeal(args: AppealArgs) -> Resolved<CliCommand> {
    let (appealing, decision) = match args {
        AppealArgs::Open(Appealing { member, request: about, id }) => {
            let (member, request) = (handle("MEMBER", &member)?, about.map(|id| request(&id)).transpose()?);
            return write(Command::OpenAppeal { member, request }, id);
        }
        AppealArgs::Uphold(appealing) => (appealing, AppealDecision::Upheld),
        AppealArgs::Dismiss(appealing) => (appealing, AppealDecision::Dismissed),
    };
    let Appealing { member, request: about, id } = appealing;
    let (member, request) = (handle("MEMBER", &member)?, about.map(|id| request(&id)).transpose()?);
    write(Command::DecideAppeal { member, request, decision }, id)
}

fn request(entered: &str) -> Resolved<RequestId> {
    values::request(entered).map_err(at("REQUEST"))
}
