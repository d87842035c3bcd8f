//! Writes what would happen to a send, and which of the article's best practices it follows.

use std::io::{self, Write};

use acquaint_audit::{Act, Action, Explanation, Practice, PracticeFinding};
use acquaint_domain::{Address, Channel, Code, RequestId, Send};
use acquaint_engine::CommandOutcome;
use serde_json::{Value, json};

use super::answer::every_rule;
use super::brief::{without_do_not, would_pass};
use acquaint_report::{advice_json, command};

use super::command::{advice_line, practice_text};
use super::object;
use super::screen::{Screen, capital, counted, short};
use super::wrap::paragraph;
use crate::grammar::{Format, Parts};
use crate::write::outcome;

const WHY: &str = "Why";
const NOW: &str = "Now";
const DONT: &str = "Don't";
const MIND: &str = "Mind";
const NEXT: &str = "Next";
const MORE: &str = "More";

/// What to drop, in this order, if the screen is too long.
const DROPPED: [(&str, usize); 9] =
    [(NOW, 2), (MIND, 2), (DONT, 1), (WHY, 2), (MIND, 1), (NOW, 1), (DONT, 0), (WHY, 1), (MIND, 0)];

/// A send that was checked and not sent.
#[derive(Clone, Copy)]
pub(crate) struct Checked<'a> {
    pub(crate) send: &'a Send,
    /// The outcome that it would have.
    pub(crate) verdict: CommandOutcome,
    /// The sender's answer; `None` if nothing on the sender's side stops the send.
    pub(crate) stopped: Option<&'a Explanation>,
    /// The article's best practices, with what was found about each.
    pub(crate) practices: &'a [Practice],
}

impl Checked<'_> {
    fn code(&self) -> Code {
        self.verdict.code().unwrap_or(Code::InTransit)
    }

    fn headline(&self) -> String {
        // A valid address is shown in its canonical form.
        let entered = self.send.to.trim();
        let to =
            Address::parse(entered).map_or_else(|_| short(entered), |address| short(&address.to_string()));
        let would = match self.verdict {
            CommandOutcome::Done | CommandOutcome::OnItsWay => {
                "be sent: nothing on your side stops it".to_owned()
            }
            CommandOutcome::Crossed => format!("accept {to}'s own request, and connect you at once"),
            CommandOutcome::Held(Code::AwaitingOwnConfirmation) => "be held until you confirm it".to_owned(),
            CommandOutcome::Held(_) => "be held for review".to_owned(),
            CommandOutcome::Refused(_) => "be refused".to_owned(),
        };
        format!("A request to {to} would {would}.")
    }

    fn reasons(&self) -> Vec<String> {
        if self.verdict == CommandOutcome::Crossed && self.send.note.is_some() {
            return vec!["The note would be kept and not delivered: an acceptance carries none.".to_owned()];
        }
        self.stopped.map(|answer| answer.reasons.clone()).unwrap_or_default()
    }

    /// What to do. If nothing stops the send: send it.
    fn remedy(&self) -> Vec<String> {
        if let Some(answer) = self.stopped {
            return answer.remedy.iter().map(advice_line).collect();
        }
        let Send { sender, to, note, channel, with_email } = self.send;
        let is_plain = note.is_none() && with_email.is_none() && *channel == Channel::Web;
        let how = if is_plain { "Send it" } else { "Send it, with the same options" };
        // The request does not exist, and `send` needs no id.
        let request = RequestId(0);
        let (member, other) = (sender.to_string(), to.trim().to_owned());
        vec![format!("{how}: {}", command(&Action { act: Act::Send, member, other, request }))]
    }
}

/// Writes what would happen to a send, and the parts that were asked for.
pub(crate) fn check(
    checked: Checked<'_>,
    parts: Parts,
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format != Format::Human {
        return object(&json(checked), format, out);
    }
    let Checked { stopped, practices, .. } = checked;
    let better = practices.iter().filter(|practice| practice.finding == PracticeFinding::Better);
    let better = better.map(|practice| format!("{}. {}", capital(&practice.found), practice_text(practice)));
    let well = practices.iter().filter(|practice| practice.finding == PracticeFinding::Well).count();
    let count = practices.len();
    let more = (count > 0 && !parts.full).then(|| {
        format!("{well} of {} {} followed (all: --full).", counted(count, "best practice"), are(well))
    });
    let dont = stopped.map(|answer| answer.wont_help.as_slice()).unwrap_or_default();
    let next = stopped.and_then(|answer| answer.would_pass.as_deref()).map(would_pass);
    let nothing = "Nothing was sent: this is what would happen to the request now.".to_owned();
    Screen::new(checked.headline(), Some(checked.code()))
        .part(WHY, checked.reasons())
        .part(NOW, checked.remedy())
        .part(DONT, dont.iter().map(|text| without_do_not(text)))
        .part(MIND, better)
        .part(NEXT, next.into_iter().chain([nothing]))
        .part(MORE, more)
        .write(&DROPPED, out)?;
    if parts.full {
        best_practices(practices, out)?;
    }
    match stopped {
        Some(answer) if parts.full || parts.rules => every_rule(&answer.rules, out),
        Some(_) | None => Ok(()),
    }
}

fn are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// The article's best practices, one paragraph each.
fn best_practices(practices: &[Practice], out: &mut dyn Write) -> io::Result<()> {
    if practices.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nBest practices")?;
    for practice in practices {
        let symbol = match practice.finding {
            PracticeFinding::Well => '✓',
            PracticeFinding::Better => '!',
            PracticeFinding::Stops => '✗',
        };
        let lead = format!("  {symbol} {:<8}  ", practice.finding.name());
        let Practice { advice, found, .. } = practice;
        let to_do = practice_text(practice);
        paragraph(&lead, &format!("{advice} Here: {found}. {to_do}"), out)?;
    }
    Ok(())
}

fn json(checked: Checked<'_>) -> Value {
    let Checked { send, verdict, stopped, practices } = checked;
    let code = checked.code();

    let practice = |practice: &Practice| {
        json!({
            "practice": practice.name, "advice": practice.advice, "finding": practice.finding.name(),
            "found": practice.found, "to_do": practice_text(practice),
        })
    };
    json!({
        "schema": "acquaint.check.v1",
        "request": null,
        "from": send.sender.to_string(),
        "to": send.to,
        "outcome": outcome(verdict),
        "code": code.to_string(),
        "name": code.name(),
        "headline": checked.headline(),
        "reasons": checked.reasons(),
        "verdict": match verdict {
            CommandOutcome::Crossed => Some(checked.headline()),
            CommandOutcome::Done | CommandOutcome::OnItsWay | CommandOutcome::Held(_) | CommandOutcome::Refused(_) => {
                stopped.map(|answer| answer.verdict.clone())
            }
        },
        "would_pass": stopped.and_then(|answer| answer.would_pass.clone()),
        "remedy": stopped.map(|answer| answer.remedy.iter().map(advice_json).collect::<Vec<_>>()).unwrap_or_default(),
        "wont_help": stopped.map(|answer| answer.wont_help.clone()).unwrap_or_default(),
        "repeated": false,
        "practices": practices.iter().map(practice).collect::<Vec<_>>(),
    })
}
