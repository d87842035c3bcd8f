//! Recent withdrawals.

use std::collections::{BTreeMap, VecDeque};

use acquaint_checkpoint::snapshot;
use acquaint_domain::{EmailAddress, MemberId, Span, Timestamp};
use acquaint_table::Table;

/// When each sender last withdrew a request to each address, for a year.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Withdrawn {
    to_members: Table<(MemberId, MemberId), Timestamp>,
    to_emails: BTreeMap<(MemberId, EmailAddress), Timestamp>,
    /// Every withdrawal of the year, in the order of events. An entry with a successor is ignored when its year is over.
    by_age: VecDeque<(Timestamp, MemberId, WithdrawnTarget)>,
}

/// The addressee of a request, as its sender's desk knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WithdrawnTarget {
    Member(MemberId),
    Email(EmailAddress),
}

snapshot!(struct Withdrawn { to_members, to_emails, by_age });
snapshot!(enum WithdrawnTarget { 0 => Member(member), 1 => Email(email) });

/// No policy has a longer cool-down.
const WITHDRAWAL_KEPT: Span = Span::days(366);

impl Withdrawn {
    pub(crate) fn last(&self, sender: MemberId, target: &WithdrawnTarget) -> Option<Timestamp> {
        match target {
            WithdrawnTarget::Member(to) => self.to_members.get(&(sender, *to)).copied(),
            WithdrawnTarget::Email(email) => self.to_emails.get(&(sender, email.clone())).copied(),
        }
    }

    pub(crate) fn remember(&mut self, sender: MemberId, target: WithdrawnTarget, at: Timestamp) {
        match &target {
            WithdrawnTarget::Member(to) => self.to_members.insert((sender, *to), at),
            WithdrawnTarget::Email(email) => self.to_emails.insert((sender, email.clone()), at),
        };
        self.by_age.push_back((at, sender, target));
        while let Some((oldest, ..)) = self.by_age.front()
            && oldest.plus(WITHDRAWAL_KEPT) <= at
        {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        let Some((oldest, sender, target)) = self.by_age.pop_front() else { return };
        if self.last(sender, &target) != Some(oldest) {
            return;
        }
        match target {
            WithdrawnTarget::Member(to) => self.to_members.remove(&(sender, to)),
            WithdrawnTarget::Email(email) => self.to_emails.remove(&(sender, email)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_withdrawal_is_remembered_for_a_year() {
        let (alice, bob, carol) =
            (MemberId(1), WithdrawnTarget::Member(MemberId(2)), WithdrawnTarget::Member(MemberId(3)));
        let day = |day| Timestamp::from_millis(0).plus(Span::days(day));
        let mut withdrawn = Withdrawn::default();
        withdrawn.remember(alice, bob.clone(), day(0));
        withdrawn.remember(alice, bob.clone(), day(10));
        withdrawn.remember(alice, carol.clone(), day(366));
        assert_eq!(withdrawn.last(alice, &bob), Some(day(10)));
        withdrawn.remember(alice, carol.clone(), day(375));
        assert_eq!(withdrawn.last(alice, &bob), Some(day(10)));
        withdrawn.remember(alice, carol.clone(), day(376));
        assert_eq!(withdrawn.last(alice, &bob), None);
        assert_eq!(withdrawn.last(alice, &carol), Some(day(376)));
        assert_eq!(withdrawn.by_age.len(), 3);
    }
}
