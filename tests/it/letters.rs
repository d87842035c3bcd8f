//! A letter that is delivered twice changes nothing, however late.

use acquaint_domain::{Command, FaultChannel, PostedLetter, Span};
use acquaint_engine::Kernel;
use proptest::prelude::any;
use proptest::prop_assert_eq;
use proptest::test_runner::TestCaseError;

use crate::random_worlds::{By, START, check, founded, pass, perform, play, requesting, settle, worlds};

/// Every letter that was ever posted, in order.
fn posted(desk: &Kernel) -> Vec<PostedLetter> {
    desk.staged().iter().flat_map(|recorded| recorded.event.posts()).collect()
}

fn changes_nothing(desk: &mut Kernel, letter: &PostedLetter) -> Result<(), TestCaseError> {
    let before = (desk.views().digests(), desk.staged().len());
    let at = desk.views().last_at().expect("it is founded");
    desk.deliver_again(letter, at);
    prop_assert_eq!(before, (desk.views().digests(), desk.staged().len()), "{:?}", letter);
    Ok(())
}

#[test]
fn a_letter_delivered_a_second_time_at_any_later_moment_changes_nothing() {
    check(256, &(worlds(), any::<usize>()), |(world, pick)| {
        // After each step, one of the letters so far.
        let (mut desk, now) = play(&world, |desk, _| {
            let letters = posted(desk);
            let place = pick.wrapping_mul(desk.staged().len()).checked_rem(letters.len());
            place.map_or(Ok(()), |place| changes_nothing(desk, &letters[place]))
        })?;
        // At the end every letter, half a year late.
        let now = settle(&mut desk, now);
        pass(&mut desk, now.plus(Span::days(181)));
        posted(&desk).iter().try_for_each(|letter| changes_nothing(&mut desk, letter))
    });
}

#[test]
fn a_history_with_every_letter_delivered_twice_is_the_same_history() {
    check(128, &worlds(), |world| {
        let (once, _) = play(&world, |_, _| Ok(()))?;
        let (twice, _) = play(&world, |desk, now| {
            posted(desk).iter().for_each(|letter| desk.deliver_again(letter, now));
            Ok(())
        })?;
        prop_assert_eq!(once.staged(), twice.staged());
        Ok(())
    });
}

#[test]
fn a_letter_that_is_still_in_transit_is_not_delivered_out_of_turn() {
    let mut desk = founded(2);
    let now = START;
    let fault = acquaint_domain::Fault::Timeout;
    perform(&mut desk, Command::StartFault { channel: FaultChannel::All, fault }, now);
    perform(&mut desk, Command::SendRequest(requesting(1, 2, By::Handle)), now);
    let letters = posted(&desk);
    assert_eq!((letters.len(), desk.views().outbox.len()), (1, 1));
    desk.deliver_again(&letters[0], now);
    assert_eq!(desk.views().outbox.len(), 1);
    settle(&mut desk, now);
    assert!(desk.views().outbox.is_empty());
}
