//! A letter that is delivered twice changes nothing, however late.

use acquaint_domain::{Command, FaultChannel, PostedLetter, Span};
use acquaint_engine::Kernel;
use proptest::prelude::any;
use proptest::prop_assert_eq;
use proptest::test_runner::TestCaseError;

use crate::random_worlds::{By, START, check, kernel_of, pass, perform, play, requesting, settle, worlds};

/// Every letter that was ever posted, in order.
fn posted(kernel: &Kernel) -> Vec<PostedLetter> {
    kernel.staged().iter().flat_map(|recorded| recorded.event.posts()).collect()
}

fn changes_nothing(kernel: &mut Kernel, letter: &PostedLetter) -> Result<(), TestCaseError> {
    let before = (kernel.views().digests(), kernel.staged().len());
    let at = kernel.views().last_at().expect("it is initialised");
    kernel.deliver_again(letter, at);
    prop_assert_eq!(before, (kernel.views().digests(), kernel.staged().len()), "{:?}", letter);
    Ok(())
}

#[test]
fn a_letter_delivered_a_second_time_at_any_later_moment_changes_nothing() {
    check(256, &(worlds(), any::<usize>()), |(world, pick)| {
        // After each step, one of the letters so far.
        let (mut kernel, now) = play(&world, |kernel, _| {
            let letters = posted(kernel);
            let place = pick.wrapping_mul(kernel.staged().len()).checked_rem(letters.len());
            place.map_or(Ok(()), |place| changes_nothing(kernel, &letters[place]))
        })?;
        // At the end every letter, half a year late.
        let now = settle(&mut kernel, now);
        pass(&mut kernel, now.plus(Span::days(181)));
        posted(&kernel).iter().try_for_each(|letter| changes_nothing(&mut kernel, letter))
    });
}

#[test]
fn a_history_with_every_letter_delivered_twice_is_the_same_history() {
    check(128, &worlds(), |world| {
        let (once, _) = play(&world, |_, _| Ok(()))?;
        let (twice, _) = play(&world, |kernel, now| {
            posted(kernel).iter().for_each(|letter| kernel.deliver_again(letter, now));
            Ok(())
        })?;
        prop_assert_eq!(once.staged(), twice.staged());
        Ok(())
    });
}

#[test]
fn a_letter_that_is_still_in_transit_is_not_delivered_out_of_turn() {
    let mut kernel = kernel_of(2);
    let now = START;
    let fault = acquaint_domain::Fault::Timeout;
    perform(&mut kernel, Command::StartFault { channel: FaultChannel::All, fault }, now);
    perform(&mut kernel, Command::SendRequest(requesting(1, 2, By::Handle)), now);
    let letters = posted(&kernel);
    assert_eq!((letters.len(), kernel.views().outbox.len()), (1, 1));
    kernel.deliver_again(&letters[0], now);
    assert_eq!(kernel.views().outbox.len(), 1);
    settle(&mut kernel, now);
    assert!(kernel.views().outbox.is_empty());
}
