//! The text of a rule's finding, with the command-line option of its setting.

use acquaint_audit::RuleFinding;

/// The text of a rule's finding, which names the option that changes the rule's setting.
pub fn finding_text(rule: &RuleFinding) -> String {
    match &rule.setting {
        Some(setting) => rule.text.replacen(&format!("`{setting}`"), &format!("`--{setting}`"), 1),
        None => rule.text.clone(),
    }
}
