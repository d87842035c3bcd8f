//! Words about policies, reviews and appeals, as what they mean.

use acquaint_domain::{Command, RequestId, Timestamp, Whether};

use acquaint_backtest::Mode;

use super::{Resolved, at, command_id, handle, in_full, since, write};
use crate::grammar::words::{AppealWord, Appealing, BacktestWord, Held, PolicyWord, ReviewWord};
use crate::grammar::{Backtest, MaintainOrder, Order, Page, PolicyOrder, ReadOrder, Warnings, WriteOrder};
use crate::values::{self, BadValue};

const MODES: [(&str, Mode); 2] = [("open", Mode::Open), ("closed", Mode::Closed)];

pub(super) fn policy(word: PolicyWord, now: Option<Timestamp>) -> Resolved<Order> {
    let order = match word {
        PolicyWord::Adopt { policy, id } => {
            return Ok(WriteOrder::Adopt { policy, command_id: command_id(id)? }.into());
        }
        PolicyWord::Test { policy, scripts } => {
            return Ok(MaintainOrder::TestPolicy { policy, scripts }.into());
        }
        PolicyWord::New => PolicyOrder::New,
        PolicyWord::Check { file, strict: false } => PolicyOrder::Check(file, Warnings::Told),
        PolicyWord::Check { file, strict: true } => PolicyOrder::Check(file, Warnings::Refused),
        PolicyWord::Show { policy } => PolicyOrder::Show(policy),
        PolicyWord::List => PolicyOrder::List,
        PolicyWord::Diff { a, b } => PolicyOrder::Diff(a, b),
        PolicyWord::Explain { name } => PolicyOrder::Explain(name),
        PolicyWord::Rules => PolicyOrder::Rules,
        PolicyWord::Schema => PolicyOrder::Schema,
        PolicyWord::Backtest(word) => PolicyOrder::Backtest(Box::new(backtest(*word, now)?)),
        PolicyWord::Bisect { policy, request: id, against } => {
            let request = values::request(&id).map_err(at("--request"))?;
            PolicyOrder::Bisect { policy, request, against }
        }
    };
    Ok(ReadOrder::Policy(order).into())
}

fn backtest(word: BacktestWord, now: Option<Timestamp>) -> Resolved<Backtest> {
    let BacktestWord { policy, against, from, to, mode, fail_on } = word;
    let moment =
        |typed: Option<String>, place| typed.map(|typed| since(&typed, now)).transpose().map_err(at(place));
    let gates = fail_on.iter().map(|text| text.parse().map_err(|sentence| BadValue::new(text, sentence)));
    Ok(Backtest {
        policy,
        against,
        from: moment(from, "--from")?,
        to: moment(to, "--to")?,
        mode: values::choice(&mode, &MODES).map_err(at("--mode"))?,
        fail_on: gates.collect::<Result<_, _>>().map_err(at("--fail-on"))?,
        page: Page::Answer,
    })
}

pub(super) fn review(word: ReviewWord) -> Resolved<Order> {
    let of = |command: fn(RequestId) -> Command, held: Held| write(command(request(&held.request)?), held.id);
    match word {
        ReviewWord::List(full) => Ok(ReadOrder::ReviewList(in_full(full)).into()),
        ReviewWord::Show { request: id, full } => {
            Ok(ReadOrder::ReviewShow(request(&id)?, in_full(full)).into())
        }
        ReviewWord::Release { held, waive_limits: false } => of(Command::ReleaseRequest, held),
        ReviewWord::Release { held, waive_limits: true } => of(Command::ReleaseWaivingLimits, held),
        ReviewWord::Refuse(held) => of(Command::RefuseRequest, held),
    }
}

pub(super) fn appeal(word: AppealWord) -> Resolved<Order> {
    let (appealing, upheld) = match word {
        AppealWord::Open(Appealing { member, request: about, id }) => {
            let (member, request) = (handle("MEMBER", &member)?, about.map(|id| request(&id)).transpose()?);
            return write(Command::OpenAppeal { member, request }, id);
        }
        AppealWord::Uphold(appealing) => (appealing, Whether::Yes),
        AppealWord::Dismiss(appealing) => (appealing, Whether::No),
    };
    let Appealing { member, request: about, id } = appealing;
    let (member, request) = (handle("MEMBER", &member)?, about.map(|id| request(&id)).transpose()?);
    write(Command::DecideAppeal { member, request, upheld }, id)
}

fn request(typed: &str) -> Resolved<RequestId> {
    values::request(typed).map_err(at("REQUEST"))
}
