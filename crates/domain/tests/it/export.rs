//! The state of an invitation by members' own exports.

use acquaint_domain::export::{
    self, Afterwards, AttestedBy, Dated, EndedBy, ExportEvent, Invitation, Join, Precision, Reply,
    SourceFile, SourceRef,
};
use acquaint_domain::{ConnectionName, Event, MemberId, Personal, RequestId, RequestRef, Timestamp, import};

const REQUEST: RequestId = RequestId(7);
const REQUEST_REF: RequestRef = RequestRef { request: REQUEST, sender: MemberId(1), recipient: MemberId(2) };
const OTHER: RequestRef = RequestRef { request: RequestId(8), ..REQUEST_REF };
const SEEN: SourceRef = SourceRef {
    export: 1,
    witness: AttestedBy::Sender,
    file: SourceFile::Invitations,
    line: 3,
    precision: Precision::Minute,
};

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

fn observed(request_ref: RequestRef, seen: SourceRef) -> Event {
    Event::Import(import::Event::RequestObserved {
        request_ref,
        observed_at: at(10),
        seen,
        note: Personal::Held(None),
    })
}

fn accepted(request_ref: RequestRef) -> Event {
    Event::Import(import::Event::AcceptanceObserved {
        request_ref,
        observed_at: at(20),
        seen: SEEN,
        join: Join::Url,
    })
}

fn vanished(request_ref: RequestRef) -> Event {
    let (witness, export, afterwards) = (AttestedBy::Sender, 2, Afterwards::Never);
    Event::Import(import::Event::Export(ExportEvent::RequestVanished {
        request_ref,
        witness,
        export,
        as_of: at(90),
        afterwards,
    }))
}

fn connected(before: &[RequestId]) -> Event {
    let name = ConnectionName::of([RequestId(9)]);
    let (member, other, before) = (REQUEST_REF.sender, REQUEST_REF.recipient, before.to_vec());
    Event::Import(import::Event::Export(ExportEvent::ConnectionObserved {
        name,
        member,
        other,
        observed_at: at(5),
        seen: SEEN,
        before,
    }))
}

fn over(request: RequestId) -> Event {
    let name = ConnectionName::of([request]);
    let (member, other, export) = (REQUEST_REF.sender, REQUEST_REF.recipient, 2);
    Event::Import(import::Event::Export(ExportEvent::ConnectionVanished {
        member,
        other,
        name,
        export,
        as_of: at(90),
    }))
}

fn after(events: &[Event]) -> Option<Invitation> {
    events.iter().fold(None, |known, event| export::evolve(known, REQUEST, event))
}

#[test]
fn facts_about_a_request_change_that_request_and_no_other() {
    let given = || vec![observed(REQUEST_REF, SEEN)];
    let before = after(&given());
    let when = [accepted(OTHER), vanished(OTHER), connected(&[OTHER.request]), over(OTHER.request)];
    for event in when {
        assert_eq!(after(&[given(), vec![event.clone()]].concat()), before, "{event:?}");
    }
    for event in [accepted(REQUEST_REF), vanished(REQUEST_REF), connected(&[REQUEST]), over(REQUEST)] {
        assert_ne!(after(&[given(), vec![event.clone()]].concat()), before, "{event:?}");
    }
}

#[test]
fn records_outside_exports_make_no_invitation() {
    assert_eq!(after(&[observed(REQUEST_REF, SourceRef::in_messages(1)), accepted(REQUEST_REF)]), None);
    assert_eq!(after(&[accepted(REQUEST_REF), vanished(REQUEST_REF)]), None);
}

#[test]
fn an_invitation_is_open_until_its_outcome_is_known() {
    let open = |events: &[Event]| after(events).map(|invitation| invitation.is_open());
    assert_eq!(open(&[observed(REQUEST_REF, SEEN)]), Some(true));
    for event in [accepted(REQUEST_REF), vanished(REQUEST_REF), connected(&[REQUEST])] {
        assert_eq!(open(&[observed(REQUEST_REF, SEEN), event.clone()]), Some(false), "{event:?}");
    }
    let again = [observed(REQUEST_REF, SEEN), vanished(REQUEST_REF), observed(REQUEST_REF, SEEN)];
    assert_eq!(open(&again), Some(true), "it is there again");
}

#[test]
fn the_exports_owner_determines_the_direction_of_an_invitation() {
    let incoming = SourceRef { witness: AttestedBy::Recipient, ..SEEN };
    for (seen, owner, other) in [
        (SEEN, REQUEST_REF.sender, REQUEST_REF.recipient),
        (incoming, REQUEST_REF.recipient, REQUEST_REF.sender),
    ] {
        let event = observed(REQUEST_REF, seen);
        let invitation = after(std::slice::from_ref(&event)).expect("an invitation");
        assert_eq!((invitation.owner(), invitation.other()), (owner, other));
        assert!(event.owner().is(owner) && !event.owner().is(other));
    }
}

#[test]
fn a_decline_needs_no_earlier_request_and_an_end_says_by_whom() {
    let seen = SourceRef { witness: AttestedBy::Recipient, file: SourceFile::RejectedRequests, ..SEEN };
    let declined = Event::Import(import::Event::Export(ExportEvent::DeclineObserved {
        request_ref: REQUEST_REF,
        observed_at: at(30),
        seen,
    }));
    let invitation = after(&[declined]).expect("an invitation");
    assert_eq!(
        (invitation.sent, invitation.reply),
        (None, Some(Reply::Declined(Dated { at: at(30), seen })))
    );
    let (member, other, name) = (REQUEST_REF.sender, REQUEST_REF.recipient, ConnectionName::of([REQUEST]));
    let ended = Event::Import(import::Event::Export(ExportEvent::EndObserved {
        member,
        other,
        name,
        observed_at: at(40),
        seen: SEEN,
    }));
    let by = |event| {
        after(&[observed(REQUEST_REF, SEEN), accepted(REQUEST_REF), event]).and_then(|known| known.ended)
    };
    assert_eq!(by(ended), Some((at(40), EndedBy::Owner)));
    assert_eq!(by(over(REQUEST)), Some((at(90), EndedBy::Unknown)));
}
