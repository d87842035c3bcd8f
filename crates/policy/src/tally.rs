//! What becomes of members' requests on the other sides, added up until it is too much to tell of any one of them.

use std::collections::BTreeSet;

use acquaint_checkpoint::image;
use acquaint_domain::{Event, Feedback, MemberId, Oversight, Recorded, Timestamp};

use acquaint_table::Table;

use crate::document::Policy;
use crate::window::next_week;

/// The answers to each member's requests since the member's last feedback. The network's own: no desk reads it. What a
/// sender's desk learns of it is a [`Feedback`], weekly, over as many answers as the policy asks for, and coarse.
#[derive(Clone, Debug, Default, Hash)]
pub struct Tally {
    members: Table<MemberId, Answers>,
    /// Who has answers enough, and since when.
    ready: BTreeSet<(Timestamp, MemberId)>,
    /// How many are enough; `None` where the policy in force gives no feedback.
    enough: Option<u32>,
}

#[derive(Clone, Copy, Debug, Hash)]
struct Answers {
    since: Timestamp,
    all: u32,
    declined: u32,
    reported: u32,
}

image!(struct Tally { members, ready, enough });
image!(struct Answers { since, all, declined, reported });

impl Tally {
    /// Takes in the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        if let Event::PolicyAdopted { text, .. } = &recorded.event {
            if let Ok(policy) = Policy::recorded(text) {
                self.enough = policy.feedback.map(|feedback| feedback.answered);
                self.find_ready(at);
            }
        } else if let Event::RequestAccepted { ask, .. } | Event::RequestsCrossed { ask, .. } =
            &recorded.event
        {
            self.answer(ask.sender, at, |_| {});
        } else if let Event::RequestDismissed(ask) = &recorded.event {
            self.answer(ask.sender, at, |_| {});
        } else if let Event::RequestDeclined(ask) = &recorded.event {
            self.answer(ask.sender, at, |answers| answers.declined += 1);
        } else if let Event::RequestReported(ask) = &recorded.event {
            self.answer(ask.sender, at, |answers| answers.reported += 1);
        } else if let Event::Oversight(Oversight::FeedbackTaken { member, .. }) = &recorded.event {
            self.members.remove(member);
            self.ready.retain(|(_, other)| other != member);
        }
    }

    /// Who gets feedback next, and when: at the beginning of the week after there were answers enough.
    pub fn next_due(&self, policy: &Policy) -> Option<(Timestamp, MemberId)> {
        let zone = &policy.feedback.as_ref()?.zone;
        self.ready.first().map(|(since, member)| (next_week(zone, *since), *member))
    }

    /// What `member`'s desk is told at `now`.
    pub fn feedback(&self, member: MemberId, now: Timestamp) -> Option<Feedback> {
        let Answers { since, all, declined, reported } = self.members.get(&member).copied()?;
        Some(Feedback {
            since,
            until: now,
            answered: all / 10 * 10,
            declined_percent: to_tens(declined, all),
            reported_percent: to_tens(reported, all),
        })
    }

    fn answer(&mut self, sender: MemberId, at: Timestamp, also: impl FnOnce(&mut Answers)) {
        let none = Answers { since: at, all: 0, declined: 0, reported: 0 };
        let answers = self.members.entry(sender).or_insert(none);
        answers.all += 1;
        also(answers);
        if self.enough.is_some_and(|enough| answers.all == enough) {
            self.ready.insert((at, sender));
        }
    }

    fn find_ready(&mut self, at: Timestamp) {
        let enough = self.enough;
        let has_enough = |answers: &Answers| enough.is_some_and(|enough| answers.all >= enough);
        let members = &self.members;
        self.ready.retain(|(_, member)| members.get(member).is_some_and(has_enough));
        let known: BTreeSet<MemberId> = self.ready.iter().map(|(_, member)| *member).collect();
        let all = members.sorted().into_iter();
        let new = all.filter(|(member, answers)| has_enough(answers) && !known.contains(member));
        let new: Vec<_> = new.map(|(member, _)| (at, *member)).collect();
        self.ready.extend(new);
    }
}

/// How many of a hundred, rounded to the nearest ten.
fn to_tens(part: u32, whole: u32) -> u8 {
    let whole = u64::from(whole.max(1));
    let tens = (u64::from(part) * 20 + whole) / (2 * whole);
    (tens.min(10) * 10) as u8
}

#[cfg(test)]
mod tests {
    use super::to_tens;

    #[test]
    fn percentages_are_rounded_to_tens() {
        let table =
            [(0, 20, 0), (1, 20, 10), (1, 21, 0), (3, 20, 20), (10, 20, 50), (19, 20, 100), (20, 20, 100)];
        for (part, whole, percent) in table {
            assert_eq!(to_tens(part, whole), percent, "{part} of {whole}");
        }
    }
}
