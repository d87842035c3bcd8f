//! The effect of changed settings: what is in force now, and what that means for the member's own requests.

use acquaint_domain::{AcceptFrom, Code, Confirmation, Handle, MaxDegree, Rule, Settings};
use serde_json::{Value, json};

use crate::failure::CliError;
use crate::read::lists::settings_lines;
use crate::session::ReadView;

/// The settings in force after a change.
pub(super) struct InForce {
    /// Each setting with its value.
    pub(super) lines: Vec<(&'static str, String)>,
    /// Effects that may surprise the member.
    pub(super) warnings: Vec<String>,
}

impl InForce {
    /// The settings of a member; `None` if the member is unknown.
    pub(super) fn of(view: ReadView<'_>, member: &Handle) -> Result<Option<Self>, CliError> {
        let Some(known) = view.views.members.by_handle(member) else { return Ok(None) };
        let stops = |rule: Rule| {
            let policy = view.views.policy().map(|(_, policy)| policy);
            policy.is_some_and(|policy| policy.own_settings.reciprocal && !policy.is_on_trial(rule.name()))
        };
        let warnings = warnings(member, &known.settings, &stops);
        Ok(Some(Self { lines: settings_lines(&known.settings), warnings }))
    }

    pub(super) fn json(&self) -> Value {
        self.lines.iter().map(|(what, is)| json!({ "what": what, "is": is })).collect()
    }
}

/// The settings that stop or delay the member's own requests, under a policy that applies a member's settings to the
/// member's own requests too.
fn warnings(member: &Handle, settings: &Settings, stops: &dyn Fn(Rule) -> bool) -> Vec<String> {
    let contacts = match settings.accept_from {
        AcceptFrom::Everyone => None,
        AcceptFrom::Contacts => Some("to imported contacts"),
        AcceptFrom::ContactsOrEmail => Some("to imported contacts, or to an e-mail address"),
    };
    let contacts = contacts.filter(|_| stops(Rule::OwnContacts)).map(|whom| {
        let code = Code::OwnSettingContacts;
        format!("{member} can now send {whom} only ({code}): `--accept-from` applies to own requests too")
    });
    let degree = match settings.max_degree {
        MaxDegree::Any => None,
        MaxDegree::Within(steps) => {
            let code = Code::OwnSettingDegree;
            let away = if steps == 1 { "1 step".to_owned() } else { format!("{steps} steps") };
            Some(format!(
                "{member} can now send to people within {away} only ({code}): `--max-degree` applies to own requests too"
            ))
        }
    };
    let confirmation = match settings.confirmation {
        Confirmation::Off => None,
        Confirmation::First => Some(format!(
            "{member}'s own requests wait until {member} confirms each ({}): `confirm {member} OTHER`",
            Code::AwaitingOwnConfirmation
        )),
    };
    let degree = degree.filter(|_| stops(Rule::OwnDegree));
    [contacts, degree, confirmation].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_warned_only_of_settings_that_stop_own_requests() {
        let member = Handle::parse("ann").expect("a handle");
        let check = |settings: Settings, is_reciprocal, codes: &[&str]| {
            let found = warnings(&member, &settings, &|_| is_reciprocal);
            assert_eq!(found.len(), codes.len(), "{found:?}");
            assert!(found.iter().zip(codes).all(|(said, code)| said.contains(code)), "{found:?}");
        };
        check(Settings::default(), true, &[]);
        let narrow = Settings {
            accept_from: AcceptFrom::Contacts,
            max_degree: MaxDegree::Within(2),
            confirmation: Confirmation::First,
            ..Settings::default()
        };
        check(narrow.clone(), true, &["CR0303", "CR0304", "CR0305"]);
        check(narrow, false, &["CR0305"]);
    }
}
