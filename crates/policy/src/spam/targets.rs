//! Symbols of addressees: strangers, contacts, consecutive member numbers.

use acquaint_domain::{Span, Timestamp};

use super::Share;
use super::history::MemberHistory;

/// The number of requests to strangers out of the earlier ones in the window whose recipients the desk can place.
///
/// It sees nothing for a member without any connection: to a new account, everybody is a stranger.
pub(crate) fn strangers(
    history: &MemberHistory,
    has_connections: bool,
    window: Span,
    now: Timestamp,
) -> Share {
    if !has_connections {
        return Share::default();
    }
    let counted = history.within(window, now).counted();
    Share { value: counted.strangers.into(), of: counted.placed.into() }
}

/// The number of requests to imported contacts out of all earlier ones in the window.
pub(crate) fn contacts(history: &MemberHistory, window: Span, now: Timestamp) -> Share {
    let within = history.within(window, now);
    let value = within.counted().contacts.into();
    // Without any contact among them, there is nothing in the member's favour.
    if value == 0 { Share::default() } else { Share { value, of: within.len() } }
}

/// Length of the run of consecutive member numbers, in one direction, at the end of the window.
pub(crate) fn sequential(history: &MemberHistory, window: Span, now: Timestamp) -> u32 {
    history.within(window, now).run()
}

#[cfg(test)]
mod tests {
    use acquaint_domain::MemberId;

    use super::super::history::Acquaintance;
    use super::super::history::given::{at, changed};
    use super::*;

    const WINDOW: Span = Span::days(1);

    fn knowing(acquaintances: &[Acquaintance]) -> MemberHistory {
        changed(acquaintances, |sent, acquaintance| sent.acquaintance = *acquaintance)
    }

    fn to(numbers: &[u32]) -> u32 {
        let history = changed(numbers, |sent, number| sent.to = (*number > 0).then_some(MemberId(*number)));
        sequential(&history, WINDOW, at(1_000))
    }

    #[test]
    fn strangers_are_counted_among_recipients_whom_the_desk_can_place() {
        use Acquaintance::{Acquainted, Contact, Stranger, Unknown};
        let history = knowing(&[Stranger, Acquainted, Unknown, Contact, Stranger]);
        let share = |value, of| Share { value, of };
        assert_eq!(strangers(&history, true, WINDOW, at(9)), share(2, 4));
        assert_eq!(strangers(&history, true, Span::millis(6), at(9)), share(1, 2));
        // To a member without any connection, everybody is a stranger.
        assert_eq!(strangers(&history, false, WINDOW, at(9)), Share::default());
        assert_eq!(strangers(&knowing(&[Unknown]), true, WINDOW, at(9)), Share::default());
    }

    #[test]
    fn contacts_are_a_share_only_if_there_are_any() {
        use Acquaintance::{Contact, Stranger, Unknown};
        let of = |acquaintances: &[Acquaintance]| contacts(&knowing(acquaintances), WINDOW, at(9));
        assert_eq!(of(&[Contact, Stranger, Unknown, Contact]), Share { value: 2, of: 4 });
        assert_eq!(of(&[Stranger, Unknown]), Share::default());
    }

    #[test]
    fn a_run_consists_of_small_steps_in_one_direction_up_to_the_latest() {
        assert_eq!(to(&[]), 0);
        assert_eq!(to(&[7]), 0);
        assert_eq!(to(&[7, 8]), 2);
        assert_eq!(to(&[1, 2, 3, 5, 7]), 5);
        assert_eq!(to(&[9, 8, 6, 5]), 4);
        // A step of three, a step back, the same again, an e-mail address.
        assert_eq!(to(&[1, 2, 5, 6]), 2);
        assert_eq!(to(&[1, 2, 3, 2]), 2);
        assert_eq!(to(&[1, 2, 2]), 0);
        assert_eq!(to(&[1, 2, 0, 3, 4]), 2);
        assert_eq!(to(&[1, 2, 3, 30]), 0);
    }
}
