//! What a rule saw, in words.

use acquaint_audit::RuleFinding;

/// What a rule saw, with the option that changes the setting it went by.
pub fn rung_text(rung: &RuleFinding) -> String {
    match &rung.setting {
        Some(setting) => rung.text.replacen(&format!("`{setting}`"), &format!("`--{setting}`"), 1),
        None => rung.text.clone(),
    }
}
