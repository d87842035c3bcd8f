//! Reading what a script printed: which of its answers show the cause that the script is named after.

/// One answer of a transcript.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// Such as `CR0804`.
    pub(super) code: String,
    /// Such as `declined`.
    pub(super) name: String,
    /// Who asked whom, as the words of a command.
    pub(super) parties: String,
    /// Whether the question was why; else it is what a send was answered with.
    pub(super) asked_why: bool,
    /// For whom it is.
    pub(super) viewer: String,
    /// The sentence.
    pub(super) verdict: String,
    /// What is said to be at the same time, each beginning with its code.
    pub(super) companions: Vec<String>,
}

impl Answer {
    /// The same, with only what is said about the recipient's side, where that is part of it.
    fn on_the_other_side(mut self) -> Self {
        let to = self.parties.split(' ').next_back().unwrap_or_default();
        if let Some(at) = self.verdict.find(&format!("; {to}'s side: ")) {
            self.verdict.drain(..at + 2);
        }
        self
    }

    fn shows(&self, code: &str) -> bool {
        self.code == code || self.companions.iter().any(|companion| companion.starts_with(code))
    }
}

/// What is told of a script's cause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    /// To the sender, where the sender sees anything.
    pub(super) sender: Option<Answer>,
    /// To an agent, where that is another code.
    pub(super) agent: Option<Answer>,
}

/// What the transcript of `script`, whose name begins with its code, tells of its cause: the first answer to the sender
/// or an agent that shows the code, and the answer to the other about the same two members that is next to it.
pub(super) fn told(transcript: &str, script: &str) -> Told {
    let code = script.split('-').next().unwrap_or_default();
    let answers: Vec<Answer> =
        answers(transcript).into_iter().filter(|one| one.viewer != "recipient").collect();
    let Some(at) = answers.iter().position(|answer| answer.shows(code)) else { return Told::default() };
    let found = &answers[at];
    let is_other = |other: &&Answer| other.parties == found.parties && other.viewer != found.viewer;
    let (sender, agent) = if found.viewer == "agent" {
        let before = answers[..at].iter().rev().filter(|answer| answer.asked_why);
        (before.into_iter().find(is_other), Some(found))
    } else {
        let agent = answers[at..].iter().find(is_other).filter(|agent| agent.code != found.code);
        (Some(found), agent.filter(|_| found.asked_why))
    };
    Told { sender: sender.cloned(), agent: agent.cloned().map(Answer::on_the_other_side) }
}

/// The answers to the commands that ask why; and to those that send, which are the sender's.
fn answers(transcript: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for part in transcript.split("\n> ") {
        let (command, printed) = part.split_once('\n').unwrap_or((part, ""));
        let words: Vec<&str> = command.trim_start_matches("> ").split_whitespace().collect();
        match words.as_slice() {
            ["why", from, to, ..] => answers.extend(why(&format!("{from} {to}"), printed)),
            ["send", from, to, ..] => answers.extend(send(&format!("{from} {to}"), printed)),
            _ => {}
        }
    }
    answers
}

/// A headline, the verdict, and sections, parted by empty lines.
fn why(parties: &str, printed: &str) -> Option<Answer> {
    let mut parts = printed.split("\n\n");
    let headline = joined(parts.next()?);
    let (code, name, rest) = code_and_name(&headline)?;
    let verdict = joined(parts.next()?);
    let beside = parts.find_map(|part| part.strip_prefix("At the same time\n")).unwrap_or_default();
    let companions = format!("\n{beside}");
    let companions = companions.split("\n  - ").map(joined).filter(|text| !text.is_empty()).collect();
    let viewer = rest.rsplit(' ').next()?.to_owned();
    let parties = parties.to_owned();
    Some(Answer { code, name, parties, asked_why: true, viewer, verdict, companions })
}

/// A headline, and the verdict below it, up to the first advice.
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
        > why ana ben\nCR0903 cannot-be-told-apart · ana -> ben · for\nthe sender\n\nsent; the rest\nis private\n\n  since now\n\
        > why ana ben --viewer recipient\nCR0804 declined · ana -> ben · for the recipient\n\nby you\n\n\
        > why ana ben --viewer agent\nCR0804 declined · ana -> ben · for the agent\n\nana's side: sent; ben's side: by ben\n\nAt the same time\n\
        \u{20} - CR0603 site-wide-incident: many\n    fail\n\nEvents\n  - none\n> expect CR0804\nas expected\n";

    fn sentences(script: &str) -> [Option<String>; 2] {
        let told = told(DECLINED, script);
        [told.sender, told.agent]
            .map(|answer| answer.map(|answer| format!("{}: {}", answer.code, answer.verdict)))
    }

    #[test]
    fn what_only_an_agent_sees_comes_with_what_the_sender_was_told_before() {
        let expected = ["CR0903: sent; the rest is private", "CR0804: ben's side: by ben"];
        assert_eq!(sentences("CR0804-declined"), expected.map(|text| Some(text.to_owned())));
    }

    #[test]
    fn what_a_send_answers_is_the_senders() {
        assert_eq!(sentences("CR0604-in-transit")[0].as_deref(), Some("CR0604: on its way: ana -> ben"));
    }

    #[test]
    fn what_is_at_the_same_time_is_found_too() {
        let agent = told(DECLINED, "CR0603-site-wide-incident").agent.expect("an answer");
        assert_eq!(agent.companions, ["CR0603 site-wide-incident: many fail"]);
    }

    #[test]
    fn a_cause_that_does_not_come_up_is_told_to_nobody() {
        assert_eq!(told(DECLINED, "CR0401-daily-limit"), Told::default());
    }
}
