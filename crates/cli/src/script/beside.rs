//! An order of a script, with the files that it names beside the script.

use std::path::Path;

use crate::grammar::{Backtest, ImportExport, MaintainOrder, Order, PolicyOrder, ReadOrder, WriteOrder};
use crate::policies;

/// The order with the policies, exports and networks that it names in `folder`, where it names any.
pub(super) fn beside(order: &Order, folder: &Path) -> Order {
    let policy = |name: &String| {
        if policies::is_name(name) { name.clone() } else { folder.join(name).display().to_string() }
    };
    match order {
        Order::Write(WriteOrder::Adopt { policy: named, command_id }) => {
            WriteOrder::Adopt { policy: policy(named), command_id: command_id.clone() }.into()
        }
        Order::Read(ReadOrder::WhyUnder { subject, policy: named, parts }) => {
            ReadOrder::WhyUnder { subject: subject.clone(), policy: policy(named), parts: *parts }.into()
        }
        Order::Read(ReadOrder::Policy(order)) => ReadOrder::Policy(of_policy(order, folder, &policy)).into(),
        Order::Read(ReadOrder::ExportNetwork(Some(file))) => {
            ReadOrder::ExportNetwork(Some(folder.join(file))).into()
        }
        Order::Maintain(MaintainOrder::ImportExport(order)) => {
            let path = folder.join(&order.path);
            MaintainOrder::ImportExport(ImportExport { path, ..order.clone() }).into()
        }
        Order::Maintain(MaintainOrder::ImportNetwork(file)) => {
            MaintainOrder::ImportNetwork(folder.join(file)).into()
        }
        Order::Write(_) | Order::Read(_) | Order::Maintain(_) => order.clone(),
    }
}

fn of_policy(order: &PolicyOrder, folder: &Path, policy: &dyn Fn(&String) -> String) -> PolicyOrder {
    match order {
        PolicyOrder::Check(file, warnings) => PolicyOrder::Check(folder.join(file), *warnings),
        PolicyOrder::Show(named) => PolicyOrder::Show(named.as_ref().map(policy)),
        PolicyOrder::Diff(a, b) => PolicyOrder::Diff(policy(a), policy(b)),
        PolicyOrder::Backtest(asked) => PolicyOrder::Backtest(Box::new(Backtest {
            policy: policy(&asked.policy),
            against: asked.against.as_ref().map(policy),
            ..*asked.clone()
        })),
        PolicyOrder::Bisect { policy: named, request, against } => PolicyOrder::Bisect {
            policy: policy(named),
            request: *request,
            against: against.as_ref().map(policy),
        },
        PolicyOrder::New
        | PolicyOrder::List
        | PolicyOrder::Explain(_)
        | PolicyOrder::Rules
        | PolicyOrder::Schema => order.clone(),
    }
}
