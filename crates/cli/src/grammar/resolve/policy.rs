//! Words about policies, reviews and appeals, as what they mean.

use acquaint_domain::{Command, RequestId, Whether};

use super::{Resolved, at, command_id, handle, write};
use crate::grammar::words::{AppealWord, Appealing, Held, PolicyWord, ReviewWord};
use crate::grammar::{Order, PolicyOrder};
use crate::values;

pub(super) fn policy(word: PolicyWord) -> Resolved<Order> {
    Ok(Order::Policy(match word {
        PolicyWord::Check { file } => PolicyOrder::Check(file),
        PolicyWord::Show { policy } => PolicyOrder::Show(policy),
        PolicyWord::List => PolicyOrder::List,
        PolicyWord::Diff { a, b } => PolicyOrder::Diff(a, b),
        PolicyWord::Adopt { policy, id } => PolicyOrder::Adopt { policy, command_id: command_id(id)? },
        PolicyWord::Test { policy, scripts } => PolicyOrder::Test { policy, scripts },
        PolicyWord::Explain { name } => PolicyOrder::Explain(name),
        PolicyWord::Rules => PolicyOrder::Rules,
        PolicyWord::Schema => PolicyOrder::Schema,
    }))
}

pub(super) fn review(word: ReviewWord) -> Resolved<Order> {
    let of = |command: fn(RequestId) -> Command, held: Held| write(command(request(&held.request)?), held.id);
    match word {
        ReviewWord::List => Ok(Order::ReviewList),
        ReviewWord::Release(held) => of(Command::ReleaseRequest, held),
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
