//! The command that carries out an action, and advice as JSON.

use acquaint_audit::{Act, Action, Advice};
use serde_json::{Value, json};

/// The command line, as it can be typed.
pub fn command(action: &Action) -> String {
    let Action { act, member, other, request } = action;
    let (member, other) = (word(member), word(other));
    let rest = match act {
        Act::Send => format!("send {member} {other}"),
        Act::Withdraw => format!("withdraw {member} {other}"),
        Act::Remind => format!("remind {member} {other}"),
        Act::Confirm => format!("confirm {member} {other}"),
        Act::Accept => format!("accept {member} {other}"),
        Act::Unblock => format!("unblock {member} {other}"),
        Act::Block => format!("block {member} {other}"),
        Act::Disconnect => format!("disconnect {member} {other}"),
        Act::AcceptFromEveryone => format!("settings {member} --accept-from everyone"),
        Act::AcceptAnyDegree => format!("settings {member} --max-degree any"),
        Act::AcceptAnyAudience => format!("settings {member} --companies none --titles none"),
        Act::ListPending => format!("pending {member}"),
        Act::ListBlocked => format!("blocked {member}"),
        Act::Why => format!("why {request}"),
        Act::AppealRequest => format!("appeal open {member} {request}"),
        Act::AppealAccount => format!("appeal open {member}"),
    };
    format!("acquaint {rest}")
}

/// Advice as JSON; `action` and `command` are null where nothing in this program carries it out.
pub fn advice_json(advice: &Advice) -> Value {
    json!({
        "text": advice.text,
        "action": advice.action.as_ref().map(|action| action.act.name()),
        "command": advice.action.as_ref().map(command),
    })
}

/// A word of a shell's command line.
pub(crate) fn word(text: &str) -> String {
    // A shell splits and expands at ASCII characters and white space only; a combining mark is as plain as its letter.
    let is_beyond_ascii = |c: char| !c.is_ascii() && !c.is_whitespace() && !c.is_control();
    let is_plain = |c: char| {
        c.is_ascii_alphanumeric()
            || is_beyond_ascii(c)
            || matches!(c, '@' | '.' | '_' | '-' | '/' | ':' | '+')
    };
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with('-') {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_word_that_a_shell_would_read_otherwise_is_quoted() {
        let cases = [
            ("bob@example.org", "bob@example.org"),
            ("https://www.linkedin.com/in/bob", "https://www.linkedin.com/in/bob"),
            ("Ada Umber", "'Ada Umber'"),
            ("o'hara", r"'o'\''hara'"),
            ("$(rm x)", "'$(rm x)'"),
            ("-x", "'-x'"),
            ("", "''"),
        ];
        for (entered, expected) in cases {
            assert_eq!(word(entered), expected);
        }
    }
}
