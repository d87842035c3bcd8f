//! The catalogue as a page: one heading per code, so that each code has its own link.

use acquaint_domain::Code;

use super::entry;
use crate::answer::action::Help;
use crate::wording::capital;

const HEAD: &str = "\
# The reasons

Every code that an answer can name. This page is generated from the catalogue of `audit`, whose texts `acquaint explain
CODE` prints; a test compares the two. A code is public: it is never renumbered and never reused.

What a viewer is told: *full* is the code with its numbers and remedy; *class only* is the kind of cause and the viewer's
own numbers; *open* is CR0903, the one answer that every cause on the other side shares; *other side* is the fact itself,
but not who caused it.
";

/// The whole catalogue in Markdown, which is docs/reasons.md.
pub fn reasons_page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str("\n| code | name | the sender is told | the recipient is told |\n|---|---|---|---|\n");
    for code in Code::ALL {
        let entry = entry(code);
        let (name, anchor) = (code.name(), anchor(code));
        let (sender, recipient) = (entry.sender.name(), entry.recipient.name());
        page.push_str(&format!("| [{code}](#{anchor}) | {name} | {sender} | {recipient} |\n"));
    }
    for code in Code::ALL {
        section(code, &mut page);
    }
    page
}

/// The anchor that GitHub gives to a code's heading.
fn anchor(code: Code) -> String {
    format!("{code}-{}", code.name()).to_lowercase()
}

fn section(code: Code, page: &mut String) {
    let entry = entry(code);
    page.push_str(&format!(
        "\n## {code} {}\n\n{}.\n\n{}\n",
        code.name(),
        capital(entry.title),
        entry.meaning
    ));
    page.push_str(&format!("\n- decided by: {}\n- evidence: {}\n", entry.decided_by, entry.evidence));
    if let Some(article) = entry.article {
        page.push_str(&format!("- the article: {article}\n"));
    }
    if let Some(redress) = entry.redress {
        page.push_str(&format!("- redress: {redress}\n"));
    }
    page.push_str(&format!("- shown by: [{0}](../tests/scripts/{0})\n", entry.script));
    let texts = |helps: &[Help]| helps.iter().map(|help| help.text).collect::<Vec<_>>();
    for (title, lines) in [
        ("What the sender can do", texts(entry.remedy)),
        ("What the recipient can do", texts(entry.recipient_remedy)),
        ("What not to do", entry.wont_help.to_vec()),
    ] {
        if !lines.is_empty() {
            page.push_str(&format!("\n{title}:\n\n"));
            lines.iter().for_each(|line| page.push_str(&format!("- {line}\n")));
        }
    }
}
