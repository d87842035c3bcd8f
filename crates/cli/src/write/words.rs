//! Commands in words.

use acquaint_domain::{AppealDecision, Command, EnteredHandle, Pair};

use crate::values::human_time;

/// A refused command in words; `None` for a command that is described the same way whatever its outcome.
pub(super) fn refused(command: &Command) -> Option<String> {
    let cannot = |pair: &Pair, what: &str| Some(format!("{} cannot {what} {}", pair.member, pair.other));
    match command {
        Command::Block(pair) => cannot(pair, "block"),
        Command::Unblock(pair) => cannot(pair, "unblock"),
        Command::RecordConnection(pair) => cannot(pair, "be connected with"),
        Command::Disconnect(pair) => cannot(pair, "disconnect from"),
        Command::Confirm(pair) => cannot(pair, "confirm the request with"),
        Command::Accept(pair) => cannot(pair, "accept the request of"),
        Command::Decline(pair) => cannot(pair, "decline the request of"),
        Command::Ignore(pair) => cannot(pair, "archive the request of"),
        Command::Report(pair) => cannot(pair, "report the request of"),
        Command::Withdraw(pair) => cannot(pair, "withdraw the request to"),
        Command::Remind(pair) => Some(format!("{} cannot remind {} of the request", pair.member, pair.other)),
        Command::OpenAppeal { member, .. } => Some(format!("{member} cannot appeal")),
        Command::ImportContacts { member, .. } => Some(format!("{member} cannot import contacts")),
        Command::ChangeSettings { member, .. } => Some(format!("{member} cannot change settings")),
        Command::AddMember { .. }
        | Command::ChangeMember { .. }
        | Command::RestrictMember { .. }
        | Command::BanMember(_)
        | Command::LiftRestriction(_)
        | Command::CloseMember(_)
        | Command::SendRequest(_)
        | Command::RecordLookup { .. }
        | Command::AdoptPolicy { .. }
        | Command::ReleaseRequest(_)
        | Command::ReleaseWaivingLimits(_)
        | Command::RefuseRequest(_)
        | Command::DecideAppeal { .. }
        | Command::StartFault { .. }
        | Command::StopFault(_) => None,
    }
}

/// A command in words, whatever its outcome.
pub(super) fn description(command: &Command) -> String {
    let between = |pair: &Pair, what: &str| format!("{} {what} {}", pair.member, pair.other);
    match command {
        Command::AddMember { handle, profile, .. } => {
            let shown = profile.entered_handle.as_ref().map_or(handle.as_str(), EnteredHandle::as_str);
            format!("{shown} is a member")
        }
        Command::ChangeMember { member, .. } => format!("{member}'s profile is changed"),
        Command::RestrictMember { member, until, .. } => {
            format!("{member} is restricted until {}", human_time(*until))
        }
        Command::BanMember(member) => format!("{member} is banned"),
        Command::LiftRestriction(member) => format!("{member} may act again"),
        Command::CloseMember(member) => format!("{member}'s account is closed"),
        Command::ImportContacts { member, contacts } => {
            let plural = if contacts.len() == 1 { "" } else { "s" };
            format!("{member} imported {} contact{plural}", contacts.len())
        }
        Command::ChangeSettings { member, .. } => format!("{member}'s settings are changed"),
        Command::Block(pair) => between(pair, "blocks"),
        Command::Unblock(pair) => between(pair, "no longer blocks"),
        Command::RecordConnection(pair) => between(pair, "is connected with"),
        Command::Disconnect(pair) => between(pair, "disconnects from"),
        Command::SendRequest(send) => format!("{} asks {}", send.sender, send.to),
        Command::Confirm(pair) => between(pair, "confirms the request with"),
        Command::Accept(pair) => between(pair, "accepts the request of"),
        Command::Decline(pair) => between(pair, "declines the request of"),
        Command::Ignore(pair) => between(pair, "archives the request of"),
        Command::Report(pair) => between(pair, "reports the request of"),
        Command::Withdraw(pair) => between(pair, "withdraws the request to"),
        Command::Remind(pair) => format!("{} reminds {} of the request", pair.member, pair.other),
        Command::RecordLookup { request, lookup } => format!("{} looks at {request}", lookup.agent),
        Command::AdoptPolicy { text } => {
            let name = acquaint_policy::Policy::recorded(text).map(|policy| policy.name).unwrap_or_default();
            format!("the policy `{name}` is in force from now on")
        }
        Command::ReleaseRequest(request) | Command::ReleaseWaivingLimits(request) => {
            format!("request {request} is released")
        }
        Command::RefuseRequest(request) => format!("request {request} is refused"),
        Command::OpenAppeal { member, .. } => format!("{member}'s appeal is open"),
        Command::DecideAppeal { member, decision: AppealDecision::Upheld, .. } => {
            format!("{member}'s appeal is upheld")
        }
        Command::DecideAppeal { member, decision: AppealDecision::Dismissed, .. } => {
            format!("{member}'s appeal is dismissed")
        }
        Command::StartFault { .. } => "letters start to fail".to_owned(),
        Command::StopFault(_) => "letters no longer fail".to_owned(),
    }
}
