//! The view of all requests, event by event. The top-level tests check that it agrees with `why`.

use std::hash::{DefaultHasher, Hash, Hasher};

use acquaint_checkpoint::{loaded, saved};
use acquaint_domain::{
    Actor, Addressee, Channel, Code, Entered, Event, EventNumber, Lane, Letter, LetterId, LetterNumber,
    MemberId, Outcome, Personal, PolicyVersion, PostedLetter, Recorded, RequestId, RequestRef, Span,
    Timestamp, Verdict, incoming, letter, outgoing,
};
use acquaint_projection_requests::{AsOf, Day, RequestRow, Requests, Status};

/// A view, and the moment and number of its next event.
#[derive(Default)]
struct Fixture {
    requests: Requests,
    events: u64,
    at: i64,
}

impl Fixture {
    fn happens(&mut self, event: Event) {
        self.events += 1;
        let (number, at) = (EventNumber(self.events), Timestamp::from_millis(self.at));
        self.requests.apply(&Recorded {
            number,
            at,
            actor: Actor::Courier,
            command: None,
            cause: None,
            event,
        });
    }

    fn submits(&mut self, request: u64, (from, to): (u32, Addressee), text: &str, channel: Channel) {
        let entered = Entered {
            address: text.to_owned(),
            normalised: None,
            with_email: None,
            note: None,
            note_fingerprint: None,
        };
        let entered = Personal::Held(entered);
        self.outgoing(
            request,
            from,
            outgoing::Kind::Submitted { addressee: to, entered, channel, distance: None },
        );
    }

    /// A request that is sent and delivered.
    fn delivers(&mut self, request: u64, from: u32, to: u32) {
        self.submits(request, (from, Addressee::Member(MemberId(to))), "", Channel::Web);
        let letter_id = self.sends(request, from, Lane::Member { from: MemberId(from), to: MemberId(to) });
        self.arrives(request, (from, to), letter_id);
    }

    fn sends(&mut self, request: u64, from: u32, lane: Lane) -> LetterId {
        let letter_id = LetterId { lane, number: LetterNumber(1) };
        let letter = Letter::Request { request: RequestId(request), distance: None };
        let posted = PostedLetter { letter_id, letter };
        self.outgoing(request, from, outgoing::Kind::Sent { verdict: verdict(), posted });
        letter_id
    }

    fn arrives(&mut self, request: u64, (from, to): (u32, u32), letter_id: LetterId) {
        let (id, sender) = (RequestId(request), MemberId(from));
        let kind = letter::Kind::RequestArrived { request: id, sender };
        self.happens(Event::Letter(letter::Event { letter_id, kind }));
        self.incoming(request, (from, to), incoming::Kind::Delivered { verdict: verdict() });
    }

    fn outgoing(&mut self, request: u64, from: u32, kind: outgoing::Kind) {
        let (request, sender) = (RequestId(request), MemberId(from));
        self.happens(Event::Outgoing(outgoing::Event { request, sender, kind }));
    }

    fn incoming(&mut self, request: u64, (from, to): (u32, u32), kind: incoming::Kind) {
        let request_ref =
            RequestRef { request: RequestId(request), sender: MemberId(from), recipient: MemberId(to) };
        self.happens(Event::Incoming(incoming::Event { request_ref, kind }));
    }

    fn now(&self) -> AsOf {
        AsOf {
            at: Timestamp::from_millis(self.at),
            ignored_after: Span::days(7),
            expires_after: Span::days(180),
            observed_until: None,
        }
    }

    fn staff(&self, request: u64) -> Option<(Code, Status)> {
        self.row(request).told_to_staff(&self.now())
    }

    fn row(&self, request: u64) -> &RequestRow {
        self.requests.get(RequestId(request)).expect("the request is there").1
    }
}

fn verdict() -> Verdict {
    Verdict { policy: PolicyVersion(1), facts_at: EventNumber(1), outcome: Outcome::Pass, gates: Vec::new() }
}

fn hashed(requests: &Requests) -> u64 {
    let mut hasher = DefaultHasher::new();
    requests.hash(&mut hasher);
    hasher.finish()
}

fn ids<'r>(rows: impl Iterator<Item = (u32, &'r RequestRow)>) -> Vec<u64> {
    rows.map(|(_, row)| row.request().0).collect()
}

const WEEK_MS: i64 = 7 * 86_400_000;

#[test]
fn a_request_moves_between_the_sets_with_its_code_and_counts_as_ignored_by_time_alone() {
    let mut fixture = Fixture::default();
    fixture.delivers(1, 1, 2);
    fixture.delivers(2, 1, 3);
    assert_eq!(fixture.staff(1), Some((Code::AwaitingResponse, Status::Waiting)));
    fixture.incoming(2, (1, 3), incoming::Kind::Declined);
    assert_eq!(fixture.staff(2), Some((Code::Declined, Status::Declined)));
    assert_eq!(fixture.row(2).told_to_sender(&fixture.now()), Some((Code::Undisclosed, Status::Waiting)));
    let codes: Vec<_> = fixture.requests.per_code().collect();
    assert_eq!(codes, [(Code::AwaitingResponse, 1), (Code::Declined, 1)]);
    fixture.at = WEEK_MS - 1;
    assert_eq!(fixture.staff(1), Some((Code::AwaitingResponse, Status::Waiting)));
    fixture.at = WEEK_MS;
    assert_eq!(fixture.staff(1), Some((Code::Ignored, Status::Waiting)));
    assert_eq!(ids(fixture.requests.perhaps_with_code(Code::Ignored)), [1]);
    fixture.at = 26 * WEEK_MS;
    assert_eq!(fixture.staff(1), Some((Code::Expired, Status::Expired)), "no event says so yet");
    assert!(ids(fixture.requests.perhaps_with_code(Code::Expired)).contains(&1));
}

#[test]
fn the_recipient_of_a_request_by_e_mail_is_known_from_its_arrival_but_not_to_the_sender() {
    let mut fixture = Fixture::default();
    fixture.submits(7, (1, Addressee::Email), "dan@example.org", Channel::Web);
    let letter_id = fixture.sends(7, 1, Lane::Email { from: MemberId(1), request: RequestId(7) });
    assert_eq!(ids(fixture.requests.received_by(MemberId(4))), [0_u64; 0]);
    fixture.arrives(7, (1, 4), letter_id);
    assert_eq!(ids(fixture.requests.received_by(MemberId(4))), [7]);
    assert_eq!(fixture.row(7).recipient(), Some(MemberId(4)));
    assert_eq!(fixture.row(7).recipient_known_to_sender(), None);
    assert_eq!(ids(fixture.requests.perhaps_typed("dan@example.org")), [7]);
    assert_eq!(ids(fixture.requests.perhaps_typed("dan@example.com")), [0_u64; 0]);
}

#[test]
fn days_senders_and_channels_are_counted_and_program_names_are_bounded() {
    let mut fixture = Fixture::default();
    for request in 0..400 {
        let channel = Channel::Api(format!("program {request}"));
        fixture.at = request as i64 % 2 * 86_400_000;
        fixture.submits(request, (request as u32 % 4 + 1, Addressee::Nobody), "nobody", channel);
    }
    let days: Vec<_> = fixture.requests.per_day().collect();
    assert_eq!(days, [(Day(0), 200), (Day(1), 200)]);
    let senders: Vec<_> = fixture.requests.per_sender().map(|(_, count)| count).collect();
    assert_eq!(senders, [100; 4]);
    let channels: Vec<_> = fixture.requests.per_channel().collect();
    let counted: u64 = channels.iter().map(|(_, count)| count).sum();
    assert_eq!((channels.len(), counted), (251, 400), "250 names, and one for all others");
    assert_eq!(fixture.requests.asked_between(Day(1), Day(9)).count(), 200);
    assert_eq!(fixture.requests.asked_between(Day(9), Day(1)).count(), 0);
}

#[test]
fn a_view_loaded_from_its_bytes_is_the_same_view() {
    let mut fixture = Fixture::default();
    for request in 1..=300 {
        fixture.delivers(request * 0x9e37_79b9, request as u32 % 7 + 1, request as u32 % 11 + 20);
        fixture.submits(request, (3, Addressee::Nobody), "no body", Channel::Mobile);
    }
    let requests: Requests = loaded(&saved(&fixture.requests)).expect("it is read");
    assert_eq!(hashed(&requests), hashed(&fixture.requests));
    assert_eq!(saved(&requests), saved(&fixture.requests));
    let (mut other, same) = (Fixture { requests, ..Fixture::default() }, &mut fixture);
    for fixture in [&mut other, same] {
        (fixture.events, fixture.at) = (10_000, 5);
        fixture.delivers(77_777, 3, 21);
    }
    assert_eq!(hashed(&other.requests), hashed(&fixture.requests));
}

/// The figure is in docs/benchmarks.md.
#[test]
fn a_request_takes_about_seventy_bytes() {
    const REQUESTS: u64 = 100_000;
    let mut fixture = Fixture::default();
    for request in 1..=REQUESTS {
        // A thousand requests a day, of which a third stay open.
        fixture.at = request as i64 * 86_400;
        let (id, from, to) = (
            request.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            request as u32 % 5_000,
            5_000 + request as u32 % 997,
        );
        fixture.delivers(id, from + 1, to);
        if request % 3 == 0 {
            fixture.incoming(id, (from + 1, to), incoming::Kind::Declined);
        } else if request % 3 == 1 {
            fixture.incoming(id, (from + 1, to), incoming::Kind::Dismissed);
        }
    }
    let each = fixture.requests.bytes() as u64 / REQUESTS;
    assert!((60..80).contains(&each), "{each} bytes a request");
}
