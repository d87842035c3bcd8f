//! A statement of reasons: what Article 17 of the EU's Digital Services Act (Regulation (EU) 2022/2065) asks for.

use acquaint_domain::{Code, PolicyVersion, Timestamp};

use crate::answer::{Answer, Viewer};
use crate::catalogue::entry;

/// A statement of reasons to the sender of a request. It names nobody but that sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// About which answer it is.
    pub code: Code,
    /// What was decided: 17(3)(a).
    pub decision: Decision,
    /// It in one sentence.
    pub decided: &'static str,
    /// What it covers.
    pub scope: &'static str,
    /// Since when.
    pub since: Timestamp,
    /// Until when; `None` where it has no end of its own.
    pub until: Option<Timestamp>,
    /// The facts relied on: 17(3)(b).
    pub facts: Vec<String>,
    /// What led to it: 17(3)(b).
    pub led_by: &'static str,
    /// Whether what it rests on was detected by a program: 17(3)(c).
    pub detected_by_program: bool,
    /// Whether a program decided: 17(3)(c).
    pub decided_by_program: bool,
    /// The rule of the network's terms that it rests on, and why: 17(3)(e). No decision here is about illegal content
    /// (17(3)(d)).
    pub ground: Option<Ground>,
    /// What the member can do against it: 17(3)(f).
    pub redress: Vec<String>,
}

/// What the network decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: what happened is no decision of the network's that is the member's to be told.
    None,
    /// A request was not carried.
    NotCarried,
    /// A request is kept from view until it is reviewed.
    KeptFromView,
    /// The account may not ask, for a time.
    Restricted,
    /// The account may do nothing.
    Suspended,
}

/// A rule of the network's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The policy's name.
    pub policy: String,
    /// Its version.
    pub version: PolicyVersion,
    /// The rule that decided, such as `daily-limit`.
    pub rule: &'static str,
    /// Why what was done is against it.
    pub explanation: &'static str,
}

impl Decision {
    /// Its name, as in the JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::NotCarried => "request-not-carried",
            Self::KeptFromView => "request-kept-from-view",
            Self::Restricted => "account-restricted",
            Self::Suspended => "account-suspended",
        }
    }

    const fn of(code: Code) -> Self {
        match code {
            Code::SenderRestricted => Self::Restricted,
            Code::SenderBanned => Self::Suspended,
            Code::SpamHeld => Self::KeptFromView,
            Code::PendingPileFull
            | Code::OwnNetworkFull
            | Code::EmailRequired
            | Code::ResendCooldown
            | Code::DailyLimit
            | Code::WeeklyLimit
            | Code::NoteLimit
            | Code::AttemptsLimit
            | Code::SpamRefused
            | Code::Automation => Self::NotCarried,
            // What a member decided, what a fault did, what is told to nobody: none of it is the network's decision.
            Code::AddressUnknown
            | Code::AddressMalformed
            | Code::SelfRequest
            | Code::AlreadyPending
            | Code::AlreadyConnected
            | Code::YouBlockedThem
            | Code::OwnSettingContacts
            | Code::OwnSettingDegree
            | Code::AwaitingOwnConfirmation
            | Code::ReminderLimit
            | Code::ReminderTooEarly
            | Code::DeliveryRetrying
            | Code::DeliveryFailed
            | Code::SiteWideIncident
            | Code::InTransit
            | Code::RecipientClosed
            | Code::RecipientRestricted
            | Code::BlockedByRecipient
            | Code::RecipientSettingContacts
            | Code::RecipientSettingDegree
            | Code::RecipientSettingAudience
            | Code::AwaitingRecipientConfirmation
            | Code::RecipientNetworkFull
            | Code::AwaitingResponse
            | Code::Ignored
            | Code::Dismissed
            | Code::Declined
            | Code::Reported
            | Code::Withdrawn
            | Code::Expired
            | Code::Accepted
            | Code::DisconnectedSince
            | Code::Crossed
            | Code::SenderClosed
            | Code::AgedOutOfExport
            | Code::NotInExport
            | Code::CannotBeToldApart => Self::None,
        }
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::None => {
                ("the network took no decision about this request that is yours to be told", "nothing")
            }
            Self::NotCarried => ("the request was not carried", "this request"),
            Self::KeptFromView => {
                ("the request is kept from the recipient's view until it is reviewed", "this request")
            }
            Self::Restricted => {
                ("the account may neither send nor receive requests", "all requests of the account")
            }
            Self::Suspended => ("the account is suspended", "the whole account"),
        }
    }
}

/// The statement that goes with an answer to a sender; `None` for an answer to anybody else, who was not decided about.
pub fn statement(answer: &Answer) -> Option<Statement> {
    if answer.viewer != Viewer::Sender {
        return None;
    }
    let decision = Decision::of(answer.code);
    let (decided, scope) = decision.words();
    let is_taken = decision != Decision::None;
    let by_person = matches!(decision, Decision::Restricted | Decision::Suspended);
    let failing = answer.ladder.iter().rev().find(|rung| rung.code == Some(answer.code));
    let until = answer.timers.iter().find(|timer| matches!(timer.name, "limit-frees" | "restriction-ends"));
    Some(Statement {
        code: answer.code,
        decision,
        decided,
        scope,
        since: answer.since,
        until: until.map(|timer| timer.at).filter(|_| is_taken),
        facts: if is_taken { vec![without(&answer.verdict, &answer.to)] } else { Vec::new() },
        led_by: if is_taken { "the network's own rules; no notice by anybody" } else { "nothing" },
        detected_by_program: is_taken && !by_person,
        decided_by_program: is_taken && !by_person && decision != Decision::KeptFromView,
        ground: failing.filter(|_| is_taken).map(|rung| Ground {
            policy: answer.policy.name.clone(),
            version: answer.policy.version,
            rule: rung.rule,
            explanation: entry(answer.code).meaning,
        }),
        redress: if is_taken { redress(answer) } else { Vec::new() },
    })
}

/// Names nobody else: the text with the other's name taken out.
fn without(text: &str, name: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '@' | '.');
    let mut without = String::new();
    let mut rest = text;
    while let Some(found) = rest.find(name).filter(|_| !name.is_empty()) {
        let (before, behind) = (&rest[..found], &rest[found + name.len()..]);
        let stands_alone = !before.ends_with(is_part) && !behind.starts_with(|c: char| c.is_alphanumeric());
        without.push_str(before);
        without.push_str(if stands_alone { "the recipient" } else { name });
        rest = behind;
    }
    without + rest
}

fn redress(answer: &Answer) -> Vec<String> {
    let internal = match &answer.redress {
        Some(redress) => format!("Internal complaint, free of charge: {redress}"),
        None => "Internal complaint, free of charge: to the network's support.".to_owned(),
    };
    vec![
        internal,
        "Out-of-court dispute settlement: before a body certified for it (Article 21).".to_owned(),
        "Judicial redress: before the courts.".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn the_other_is_not_named_and_a_word_that_holds_the_name_is_left() {
        assert_eq!(without("bob is 2 steps away, bobsled", "bob"), "the recipient is 2 steps away, bobsled");
        assert_eq!(without("to `bob@example.org`.", "bob@example.org"), "to `the recipient`.");
        assert_eq!(without("nobody", ""), "nobody");
    }
}
