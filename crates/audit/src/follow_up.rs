//! Follow-ups: which open requests are worth a second look, and what to do about each.

pub(crate) mod lookalike;
pub(crate) mod practice;

use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Address, Code, Event, RequestId, Span, Timestamp, letter};

use crate::answer::Explanation;
use crate::answer::action::Advice;
use crate::dossier::{Dossier, SenderDossier};
use crate::explain::recipient::to_recipient;
use crate::explain::sender::to_sender;
use crate::explain::staff::to_staff;
use crate::incoming::advice;
use crate::incoming::half::IncomingHalf;
use crate::outgoing::half::OutgoingHalf;

/// A request that waits, and what its viewer can do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// Id of the request.
    pub request: RequestId,
    /// Who asked, as a handle.
    pub from: String,
    /// Who was asked, as this viewer may know.
    pub to: String,
    /// Its state for this viewer.
    pub code: Code,
    /// The state in one sentence.
    pub verdict: String,
    /// Time since which it has waited: since it was made, or since the recipient's desk has held it.
    pub since: Timestamp,
    /// Whole days for which it has waited.
    pub days: i64,
    /// Chance in percent that an answer still comes; `None` where the policy has no curve or the request waits for no
    /// answer.
    pub chance_percent: Option<u8>,
    /// Whether the chance is worth a second look; a request that waits for the viewer's own action always is.
    pub is_worth_it: bool,
    /// Who could introduce the two, best first.
    pub introducers: Vec<String>,
    /// Number of reminders that the sender may still send.
    pub reminders_left: u32,
    /// Other ways to reach the recipient that the sender has on record.
    pub other_channels: Vec<String>,
    /// What to do, most important first.
    pub advice: Vec<Advice>,
}

/// The follow-up that is due for this request; `None` when there is none, or none yet.
///
/// For the sender: a request that waits for the sender's own confirmation, whatever its age, and one that has been open
/// for at least as long as the policy in force says. For the recipient: one that waits for the recipient's
/// confirmation, or of which the sender sent a reminder. For agents and engineers: any of these.
pub fn follow_up(dossier: &Dossier) -> Option<FollowUp> {
    match dossier {
        Dossier::Sender(dossier) => of_sender(dossier, || to_sender(dossier)),
        Dossier::Recipient(dossier) => {
            of_recipient(&IncomingHalf::of_recipient(dossier)?, || to_recipient(dossier))
        }
        Dossier::Staff(dossier) => of_sender(&dossier.sender, || to_staff(dossier))
            .or_else(|| of_recipient(&IncomingHalf::of_staff(dossier)?, || to_staff(dossier))),
    }
}

/// A request that waits for the sender's confirmation, or on the other side; `answer` makes the viewer's answer.
fn of_sender(dossier: &SenderDossier, answer: impl FnOnce() -> Option<Explanation>) -> Option<FollowUp> {
    let half = OutgoingHalf::read(dossier)?;
    let (since, until) = (half.asked_at(), half.horizon());
    let after = dossier.case.in_force()?.answers.follow_up_after;
    let is_due = half.state.is_open() && until.since(since) >= after;
    if is_due || half.state == Outgoing::AwaitingOwnConfirmation {
        let advice = to_sender(dossier)?.remedy;
        let due = follow_up_of(answer()?, (since, until), advice);
        Some(if is_due { with_prospects(&half, due, until.since(since)) } else { due })
    } else {
        None
    }
}

/// Adds what the sender can expect and try, based on the request's age, the addresses entered and public connections.
fn with_prospects(half: &OutgoingHalf, due: FollowUp, age: Span) -> FollowUp {
    let table = half.dossier.case.in_force().and_then(|policy| policy.follow_up.as_ref());
    let chance_percent = table.and_then(|table| table.percent(age));
    let is_worth_it = match (table, chance_percent) {
        (Some(table), Some(percent)) => percent >= table.worth_percent,
        _ => true,
    };
    let introducers = if half.is_to_hidden_owner() { Vec::new() } else { half.dossier.mutuals.to_vec() };
    let entered = half.submitted().and_then(|(_, _, entered)| entered.held());
    let written_to = entered.and_then(|entered| match &entered.normalised {
        Some(Address::Email(email)) => Some(format!("e-mail to {email}")),
        Some(Address::Handle(_) | Address::Profile(_)) | None => None,
    });
    let given =
        entered.and_then(|entered| entered.with_email.as_ref()).map(|email| format!("e-mail to {email}"));
    let other_channels = written_to.into_iter().chain(given).collect();
    let reminders_left = half.reminders_left();
    FollowUp { chance_percent, is_worth_it, introducers, reminders_left, other_channels, ..due }
}

/// A request that waits for the recipient; `answer` makes the viewer's answer.
fn of_recipient(half: &IncomingHalf, answer: impl FnOnce() -> Option<Explanation>) -> Option<FollowUp> {
    let is_reminded = half.events.iter().any(|recorded| {
        matches!(
            recorded.event,
            Event::Letter(letter::Event { kind: letter::Kind::ReminderTaken { .. }, .. })
        )
    });
    let waits = match half.state {
        Incoming::AwaitingConfirmation => true,
        Incoming::Delivered => is_reminded,
        Incoming::Filed(_)
        | Incoming::Dismissed
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => false,
    };
    if !waits {
        return None;
    }
    let advice = advice::for_recipient(half.code(), &half.whom());
    Some(follow_up_of(answer()?, (half.since, half.case.as_of), advice))
}

fn follow_up_of(
    answer: Explanation,
    (since, until): (Timestamp, Timestamp),
    advice: Vec<Advice>,
) -> FollowUp {
    FollowUp {
        request: answer.request,
        from: answer.from,
        to: answer.to,
        code: answer.code,
        verdict: answer.verdict,
        since,
        days: until.since(since).whole_days(),
        chance_percent: None,
        is_worth_it: true,
        introducers: Vec::new(),
        reminders_left: 0,
        other_channels: Vec::new(),
        advice,
    }
}
