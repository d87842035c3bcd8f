//! In any history, the two sides of a pair agree once their letters have arrived.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use acquaint_audit::Viewer;
use acquaint_codec::{decode_at, encode};
use acquaint_domain::incoming::Incoming;
use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Addressee, Lane, LetterNumber, MemberId, Recorded, RequestId, Span, Timestamp};
use acquaint_engine::{Engine, Inquiry, Kernel, Rebuild, Views};
use acquaint_log::{EventLog, MemoryLog, Position};
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};

use crate::random_worlds::{
    check, genesis, handle_whole, inputs, kernel_of, log_of, pass, play, requests, settle, worlds,
};

type Checked = Result<(), TestCaseError>;

#[test]
fn after_every_step_a_pair_has_at_most_one_open_request_in_each_direction() {
    check(256, &worlds(), |world| play(&world, |kernel, _| one_open_request(kernel.views())).map(|_| ()));
}

#[test]
fn once_letters_have_arrived_the_two_sides_agree() {
    check(256, &worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        settle(&mut kernel, now);
        agreed(kernel.views())?;
        numbered(kernel.staged())
    });
}

#[test]
fn once_every_open_request_has_expired_the_two_sides_agree() {
    check(256, &worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        let now = settle(&mut kernel, now);
        pass(&mut kernel, now.plus(Span::days(181)));
        agreed(kernel.views())?;
        prop_assert_eq!(kernel.views().pending.sent().count(), 0);
        prop_assert_eq!(kernel.next_due(), None);
        numbered(kernel.staged())
    });
}

#[test]
fn after_a_silence_of_more_than_a_year_the_two_sides_agree() {
    check(256, &worlds(), |world| {
        // All at once, at the end: the courier and the timer have half a year's work to do.
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        let faults = acquaint_domain::Command::StopFault(acquaint_domain::FaultChannel::All);
        crate::random_worlds::perform(&mut kernel, faults, now);
        kernel.advance(now.plus(Span::days(400)));
        agreed(kernel.views())
    });
}

#[test]
fn every_event_is_read_back_unchanged_and_rebuilt_views_equal_the_live_ones() {
    check(256, &worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        rebuilt(&kernel)?;
        settle(&mut kernel, now);
        rebuilt(&kernel)
    });
}

#[test]
fn every_request_can_be_explained_to_every_viewer_at_any_time() {
    check(64, &worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        explained(&kernel, now)?;
        let then = settle(&mut kernel, now);
        explained(&kernel, then)?;
        pass(&mut kernel, then.plus(Span::days(181)));
        explained(&kernel, then.plus(Span::days(200)))
    });
}

#[test]
fn the_engine_writes_what_the_kernel_decides() {
    check(12, &worlds(), |world| {
        let log = Arc::new(MemoryLog::new());
        let engine = Engine::open(Arc::clone(&log) as Arc<dyn EventLog>, &genesis()).expect("it opens");
        let mut kernel = kernel_of(0);
        for input in inputs(&world) {
            prop_assert_eq!(engine.submit(input.clone()), handle_whole(&mut kernel, input));
        }
        let digests = engine.read(Views::digests).expect("it has not stopped");
        prop_assert_eq!(&digests, &kernel.views().digests());
        drop(engine);
        let written: Vec<Vec<u8>> =
            log.read(Position::FIRST).map(|record| record.expect("it reads").bytes).collect();
        let decided: Vec<Vec<u8>> = kernel.staged().iter().map(encode).collect();
        prop_assert_eq!(written, decided);
        prop_assert_eq!(Rebuild::of(log.as_ref()).run().expect("it reads").views.digests(), digests);
        Ok(())
    });
}

/// INVARIANT (one open request): to a member by public address, or to a text that is an e-mail address.
fn one_open_request(views: &Views) -> Checked {
    let mut seen = BTreeSet::new();
    for sent in views.pending.sent() {
        let to = match sent.open.addressee {
            Addressee::Member(to) => format!("{to:?}"),
            Addressee::Email => format!("{:?}", sent.email()),
            Addressee::Nobody => return Err(TestCaseError::fail(format!("open, to nobody: {sent:?}"))),
        };
        prop_assert!(sent.open.state.is_open(), "{:?}", sent);
        prop_assert!(seen.insert((sent.open.sender, to)), "a second one: {:?}", sent);
    }
    Ok(())
}

fn agreed(views: &Views) -> Checked {
    prop_assert!(views.outbox.is_empty(), "letters are in transit");
    one_open_request(views)?;
    connected_on_both_ends_or_neither(views)?;
    nothing_open_between_the_connected(views)?;
    what_a_recipient_has_is_open_at_its_sender(views)
}

fn connected_on_both_ends_or_neither(views: &Views) -> Checked {
    for (member, other) in views.connected.ends() {
        let (Some(here), Some(there)) =
            (views.connected.end(member, other), views.connected.end(other, member))
        else {
            return Err(TestCaseError::fail(format!("{member:?} is connected with {other:?}, but not back")));
        };
        prop_assert!(here.name.is_same_as(&there.name), "{:?} and {:?}", here, there);
    }
    Ok(())
}

fn nothing_open_between_the_connected(views: &Views) -> Checked {
    for (member, other) in views.connected.ends() {
        let own = views.pending.to_member(member, other);
        prop_assert!(own.is_none(), "connected, and still open: {:?}", own);
        let group = views.pending.group(member, other);
        prop_assert!(group.is_none(), "connected, and {:?} still has {:?}", member, group);
    }
    Ok(())
}

fn what_a_recipient_has_is_open_at_its_sender(views: &Views) -> Checked {
    let mut seen: BTreeMap<RequestId, MemberId> = BTreeMap::new();
    for member in views.members.iter() {
        for (sender, group) in views.pending.received_by(member.id) {
            prop_assert!(!group.requests.is_empty(), "{:?} has nothing of {:?}", member.id, sender);
            prop_assert!(!matches!(group.state, Incoming::Accepted | Incoming::Gone(_)), "{:?}", group);
            for request in &group.requests {
                prop_assert_eq!(seen.insert(*request, member.id), None, "{} is with two", request);
                prop_assert_eq!(views.pending.holder_of(*request), Some((member.id, sender)));
                let state = views.pending.request(*request).map(|known| known.open.state);
                prop_assert_eq!(state, Some(Outgoing::Sent), "{} of {:?}", request, group);
            }
        }
    }
    Ok(())
}

/// The letters of each lane are numbered from 1 without gaps.
fn numbered(events: &[Recorded]) -> Checked {
    let mut last: BTreeMap<Lane, LetterNumber> = BTreeMap::new();
    for recorded in events {
        for posted in recorded.event.posts() {
            let before =
                last.insert(posted.letter_id.lane, posted.letter_id.number).map_or(0, |number| number.0);
            prop_assert_eq!(posted.letter_id.number.0, before + 1, "{:?}", recorded);
        }
    }
    Ok(())
}

fn rebuilt(kernel: &Kernel) -> Checked {
    let mut views = Views::default();
    let mut before: Option<&Recorded> = None;
    for recorded in kernel.staged() {
        let read = decode_at(recorded.number, &encode(recorded));
        prop_assert_eq!(read.as_ref(), Ok(recorded));
        prop_assert_eq!(recorded.number.0, before.map_or(0, |before| before.number.0) + 1);
        prop_assert!(before.is_none_or(|before| before.at <= recorded.at));
        views.apply(recorded).expect("the policy reads");
        if views.ledger.needs_backfill() {
            let history = kernel.staged().iter().cloned().map(Ok::<Recorded, ()>);
            prop_assert_eq!(views.backfill_counters(history), Ok(()));
        }
        before = Some(recorded);
    }
    prop_assert_eq!(views.digests(), kernel.views().digests());
    Ok(())
}

fn explained(kernel: &Kernel, as_of: Timestamp) -> Checked {
    let log = log_of(kernel.staged());
    let inquiry = Inquiry::new(kernel.views(), &log, &[]);
    for request in requests(kernel.staged()) {
        for viewer in [Viewer::Sender, Viewer::Recipient, Viewer::Agent, Viewer::Engineer] {
            let answer = inquiry.explain(request, viewer, as_of).expect("the log reads");
            // Only the recipient may have nothing to see.
            prop_assert!(answer.is_some() || viewer == Viewer::Recipient, "{} for {:?}", request, viewer);
            inquiry.follow_up(request, viewer, as_of).expect("the log reads");
        }
    }
    Ok(())
}
