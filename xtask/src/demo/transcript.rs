//! Parses what a script printed, and finds the answers that show the cause that the script is named after.

/// One answer of a transcript.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// The code, such as `CR0804`.
    pub(super) code: String,
    /// The code's name, such as `declined`; empty in answers to `why`.
    pub(super) name: String,
    /// The sender and the recipient, as a command names them.
    pub(super) parties: String,
    /// Whether it answers a `why`; otherwise it is the reply to a send.
    pub(super) asked_why: bool,
    /// The viewer: `sender`, `recipient`, `agent` or `engineer`.
    pub(super) viewer: String,
    /// The sentence, with its reason.
    pub(super) verdict: String,
    /// Other causes that apply at the same time, each beginning with its code.
    pub(super) companions: Vec<String>,
}

impl Answer {
    /// Removes the two members from the sentence, because the line before names them.
    fn without_parties(mut self) -> Self {
        let parties = format!("{}: ", self.parties.replace(' ', " -> "));
        if let Some(rest) = self.verdict.strip_prefix(&parties) {
            self.verdict = rest.to_owned();
        }
        self
    }

    fn shows(&self, code: &str) -> bool {
        self.code == code || self.companions.iter().any(|companion| companion.starts_with(code))
    }
}

/// What the two viewers are told about a script's cause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CauseAnswers {
    /// The sender's answer, if the sender sees anything.
    pub(super) sender: Option<Answer>,
    /// The agent's answer, if its code differs from the sender's.
    pub(super) agent: Option<Answer>,
}

/// Finds the answers about the cause of `script`, whose name begins with its code: the first answer to the sender or an agent
/// that shows the code, and the nearest answer to the other of the two about the same members.
pub(super) fn cause_answers(transcript: &str, script: &str) -> CauseAnswers {
    let code = script.split('-').next().unwrap_or_default();
    let answers: Vec<Answer> =
        answers(transcript).into_iter().filter(|one| one.viewer != "recipient").collect();
    let Some(at) = answers.iter().position(|answer| answer.shows(code)) else {
        return CauseAnswers::default();
    };
    let found = &answers[at];
    let is_other = |other: &&Answer| other.parties == found.parties && other.viewer != found.viewer;
    let (sender, agent) = if found.viewer == "agent" {
        let before = answers[..at].iter().rev().filter(|answer| answer.asked_why);
        (before.into_iter().find(is_other), Some(found))
    } else {
        let agent = answers[at..].iter().find(is_other).filter(|agent| agent.code != found.code);
        (Some(found), agent.filter(|_| found.asked_why))
    };
    CauseAnswers { sender: sender.cloned(), agent: agent.cloned().map(Answer::without_parties) }
}

/// The answers to `why` commands, and the replies to `send` commands, which are for the sender.
fn answers(transcript: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for part in transcript.split("\n> ") {
        let (command, printed) = part.split_once('\n').unwrap_or((part, ""));
        let words: Vec<&str> = command.trim_start_matches("> ").split_whitespace().collect();
        match words.as_slice() {
            ["why", from, to, options @ ..] => {
                let viewer = options.iter().skip_while(|word| **word != "--viewer").nth(1);
                answers.extend(why(&format!("{from} {to}"), viewer.unwrap_or(&"sender"), printed));
            }
            ["send", from, to, ..] => answers.extend(send(&format!("{from} {to}"), printed)),
            _ => {}
        }
    }
    answers
}

/// The words with which the sections of an answer begin.
const SECTIONS: [&str; 9] = ["SAY", "Why", "Side", "Also", "Now", "Don't", "Next", "Today", "Proof"];

/// Parses an answer to `why`: a headline with the code at the end of its first line, then sections. The sentence is the
/// headline and its reason.
fn why(parties: &str, viewer: &str, printed: &str) -> Option<Answer> {
    let mut sections: Vec<(&str, String)> = vec![("", String::new())];
    let (first, code) = printed.lines().next()?.trim_end().rsplit_once(' ')?;
    if !(code.len() == 6 && code.starts_with("CR")) {
        return None;
    }
    for line in std::iter::once(first).chain(printed.lines().skip(1)) {
        let label = SECTIONS.into_iter().find(|label| line.split(' ').next() == Some(label));
        match (label, sections.last_mut()) {
            (Some(label), _) => sections.push((label, line[label.len()..].to_owned())),
            (None, Some((_, text))) => *text += &format!(" {line}"),
            (None, None) => {}
        }
    }
    let of = |label: &'static str| {
        sections.iter().filter(move |(of, _)| *of == label).map(|(_, text)| joined(text))
    };
    let verdict: Vec<String> = of("").chain(of("Why")).collect();
    let companions = of("Also").filter(|text| text.starts_with("CR")).collect();
    let (parties, viewer) = (parties.to_owned(), viewer.to_owned());
    let (code, verdict) = (code.to_owned(), verdict.join(" "));
    Some(Answer { code, name: String::new(), parties, asked_why: true, viewer, verdict, companions })
}

/// Parses a reply to `send`: a headline, then the sentence, up to the first advice.
fn send(parties: &str, printed: &str) -> Option<Answer> {
    let (headline, below) = printed.split_once('\n')?;
    let (code, name, _) = code_and_name(headline)?;
    let is_advice = |line: &&str| line.starts_with("  do: ") || line.starts_with("  will not help: ");
    let verdict: Vec<&str> = below.lines().take_while(|line| !is_advice(line)).collect();
    let (parties, viewer) = (parties.to_owned(), "sender".to_owned());
    let verdict = joined(&verdict.join(" "));
    Some(Answer { code, name, parties, asked_why: false, viewer, verdict, companions: Vec::new() })
}

fn code_and_name(headline: &str) -> Option<(String, String, &str)> {
    let (coded, rest) = headline.split_once(" · ")?;
    let (code, name) = coded.split_once(' ')?;
    Some((code.to_owned(), name.to_owned(), rest))
}

fn joined(lines: &str) -> String {
    lines.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DECLINED: &str = "> at 2026-01-05T09:00:00Z\n> send ana ben\nCR0604 in-transit · request R1\n  on its way: ana\n  -> ben\n\
        > why ana ben\nSent to ben; not   CR0903\naccepted so far.\nWhy    The rest\n       is private.\nNow    Wait.\n\
        > why ana ben --viewer recipient\nDeclined by you.   CR0804\n\
        > why ana ben --viewer agent\nana -> ben: Declined by ben.   CR0804\nSAY    \"Sent.\"\n\
        Also   CR0603 many\n       fail\nProof  R1\n> expect CR0804\nas expected\n";

    fn sentences(script: &str) -> [Option<String>; 2] {
        let found = cause_answers(DECLINED, script);
        [found.sender, found.agent]
            .map(|answer| answer.map(|answer| format!("{}: {}", answer.code, answer.verdict)))
    }

    #[test]
    fn a_cause_that_only_an_agent_sees_comes_with_the_senders_answer() {
        let expected =
            ["CR0903: Sent to ben; not accepted so far. The rest is private.", "CR0804: Declined by ben."];
        assert_eq!(sentences("CR0804-declined"), expected.map(|text| Some(text.to_owned())));
    }

    #[test]
    fn the_reply_to_a_send_is_the_senders() {
        assert_eq!(sentences("CR0604-in-transit")[0].as_deref(), Some("CR0604: on its way: ana -> ben"));
    }

    #[test]
    fn a_cause_among_the_companions_is_found() {
        let agent = cause_answers(DECLINED, "CR0603-site-wide-incident").agent.expect("an answer");
        assert_eq!(agent.companions, ["CR0603 many fail"]);
    }

    #[test]
    fn a_cause_that_does_not_occur_is_not_found() {
        assert_eq!(cause_answers(DECLINED, "CR0401-daily-limit"), CauseAnswers::default());
    }
}
