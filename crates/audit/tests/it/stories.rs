//! One or more stories for every code, with the code that each viewer is told.

use acquaint_audit::Incident;
use acquaint_domain::export::{Join, SourceRef};
use acquaint_domain::{
    AcceptFrom, BucketKind, Channel, Code, Confirmation, ConnectionName, Event, Feedback, FeedbackBasis,
    LetterNumber, MaxDegree, NetworkSize, RestrictionCause, Span, Standing, SymbolKind, WithdrawalCause,
    WithdrawnBy, account, connection, import, incoming, letter, outgoing,
};
use acquaint_policy::{AddressLookup, Facts, Share, SpamFacts, Usage, recipient};

use crate::story::*;

mod exports;

/// A story's name, the story, and the codes that sender, recipient and agent are told; `None` means nothing.
pub(crate) type Row = (&'static str, Story, [Option<Code>; 3]);

pub(crate) fn all() -> Vec<Row> {
    let mut rows = refused_at_the_senders_desk();
    rows.extend(beyond_a_limit());
    rows.extend(in_delivery());
    rows.extend(on_the_other_side());
    rows.extend(reminded());
    rows.extend(appealed());
    rows.extend(ended());
    rows.extend(exports::all());
    rows
}

fn only(code: Code) -> [Option<Code>; 3] {
    [Some(code), None, Some(code)]
}

/// What the sender is told about every cause on the other side.
pub(crate) const OPEN: Option<Code> = Some(Code::Undisclosed);

fn recipient_side(code: Code) -> [Option<Code>; 3] {
    [OPEN, Some(code), Some(code)]
}

fn everybody(code: Code) -> [Option<Code>; 3] {
    [Some(code); 3]
}

fn refused_at_the_senders_desk() -> Vec<Row> {
    let since = START.minus(Span::days(3));
    let malformed = acquaint_domain::Address::parse("bob@@example.org").expect_err("no address");
    let of = |entered: &str, facts: Facts| Story::new().send(entered, &facts);
    let spam = |repeated_notes: u32, third_party_client: bool| Facts {
        spam: SpamFacts::new([
            (SymbolKind::RepeatedNote, repeated_notes.into()),
            (SymbolKind::Client, u32::from(third_party_client).into()),
            (SymbolKind::Velocity, 12.into()),
            (SymbolKind::Strangers, Share { value: 10, of: 12 }),
            (SymbolKind::Acceptance, Share { value: 1, of: 10 }),
            (SymbolKind::Mutuals, 1.into()),
        ]),
        ..facts()
    };
    let mut unknown = of("Bbo", Facts { address: AddressLookup::Unknown, distance: None, ..facts() });
    unknown.suggestions = vec!["bob".to_owned()];
    unknown.recipient = None;
    let restricted =
        Standing::Restricted { since, until: START.plus(Span::days(4)), cause: RestrictionCause::Spam };
    vec![
        ("unknown", unknown, only(Code::AddressUnknown)),
        (
            "malformed",
            of("bob@@example.org", Facts { address: AddressLookup::Malformed(malformed), ..facts() }),
            only(Code::AddressMalformed),
        ),
        ("self", of("alice", Facts { address: AddressLookup::Oneself, ..facts() }), only(Code::SelfRequest)),
        (
            "pending",
            of("bob", Facts { pending: Some((since, OTHER_WAY)), ..facts() }),
            only(Code::AlreadyPending),
        ),
        (
            "connected",
            of("bob", Facts { connected: Some((since, Some(OTHER_WAY))), ..facts() }),
            only(Code::AlreadyConnected),
        ),
        ("blocking", of("bob", Facts { blocked_since: Some(since), ..facts() }), only(Code::YouBlockedThem)),
        ("restricted", of("bob", Facts { standing: restricted, ..facts() }), only(Code::SenderRestricted)),
        (
            "banned",
            of("bob", Facts { standing: Standing::Banned { since }, ..facts() }),
            only(Code::SenderBanned),
        ),
        (
            "own contacts",
            of("bob", Facts { accept_from: AcceptFrom::Contacts, ..facts() }),
            only(Code::OwnSettingContacts),
        ),
        (
            "own degree",
            of("bob", Facts { max_degree: MaxDegree::Within(1), ..facts() }),
            only(Code::OwnSettingDegree),
        ),
        (
            "own confirmation",
            of("bob", Facts { confirmation: Confirmation::First, ..facts() }),
            only(Code::AwaitingOwnConfirmation),
        ),
        ("limit", of("bob", over_the_limit()), only(Code::DailyLimit)),
        ("spam refused", of("bob", spam(35, false)), only(Code::SpamRefused)),
        ("spam held", of("bob", spam(20, false)), only(Code::SpamHeld)),
        (
            "automation",
            Story::new().send_by(Channel::Api("growth-bot".to_owned()), "bob", &spam(0, true)),
            only(Code::Automation),
        ),
    ]
}

/// The table of a limit with this `code`, per calendar week.
fn weekly(code: &str, at_most: u32) -> String {
    format!(
        "[[limit]]\nid = \"tested\"\ncode = \"{code}\"\nkind = \"calendar-week\"\nzone = \"UTC\"\nat_most = {}",
        each(at_most)
    )
}

fn each(number: u32) -> String {
    format!(
        "{{ free = {number}, premium = {number}, sales-navigator = {number} }}\nsource = \"choice: a story\"\n"
    )
}

/// What a policy may limit in addition to the article's daily limit.
fn beyond_a_limit() -> Vec<Row> {
    let since = START.minus(Span::days(3));
    let under = |tables: &str, facts: Facts| Story::under(tables).send("bob", &facts);
    let week = |used| {
        let day = Usage::Sliding { used: 4, frees_at: None };
        let (kind, ends) = (BucketKind::Week, START.plus(Span::days(2)));
        Facts { usage: vec![day, Usage::Fixed { kind, used, begins: since, ends }], ..facts() }
    };
    let basis = FeedbackBasis::PrivateAnswers;
    let reported =
        Feedback { since, until: START, answered: 300, declined_percent: 10, reported_percent: 40, basis };
    let cooldown = "[cooldown]\nafter_withdrawal = \"21d\"\nsource = \"choice: a story\"\n";
    let required = "[email_required]\nreported_percent = 30\nlasts = \"90d\"\nsource = \"choice: a story\"\n";
    let (pile, network) =
        (format!("[open_requests]\nat_most = {}", each(2)), format!("[network]\nat_most = {}", each(2)));
    vec![
        (
            "cool-down",
            under(cooldown, Facts { withdrawn: Some(since), ..facts() }),
            only(Code::ResendCooldown),
        ),
        ("pile", under(&pile, Facts { open: 2, ..facts() }), only(Code::PendingPileFull)),
        ("network", under(&network, Facts { connections: 3, ..facts() }), only(Code::OwnNetworkFull)),
        (
            "e-mail required",
            under(required, Facts { feedback: Some(reported), ..facts() }),
            only(Code::EmailRequired),
        ),
        ("week", under(&weekly("CR0402", 200), week(200)), only(Code::WeeklyLimit)),
        ("notes of a week", under(&weekly("CR0403", 5), week(5)), only(Code::NoteLimit)),
        ("long note", under(&format!("[notes]\nlength = {}", each(20)), facts()), only(Code::NoteLimit)),
        ("attempts", under(&weekly("CR0404", 9), week(9)), only(Code::AttemptsLimit)),
    ]
}

pub(crate) fn over_the_limit() -> Facts {
    let frees_at = Some(START.plus(Span::hours(3)));
    Facts { usage: vec![Usage::Sliding { used: 300, frees_at }], ..facts() }
}

fn in_delivery() -> Vec<Row> {
    let failing = Story::sent().after(Span::minutes(1)).fail(1, Some(Span::minutes(2)));
    let mut incident = failing.clone();
    incident.incident = Some(an_incident());
    let given_up = failing.clone().after(Span::days(3)).fail(20, None).abandon(20);
    vec![
        ("in transit", Story::sent(), only(Code::InTransit)),
        ("retrying", failing, only(Code::DeliveryRetrying)),
        ("retrying in an incident", incident, only(Code::DeliveryRetrying)),
        ("given up", given_up, only(Code::DeliveryFailed)),
    ]
}

pub(crate) fn an_incident() -> Incident {
    Incident {
        since: START,
        opened: START,
        last: START.plus(Span::hours(1)),
        until: None,
        attempts: 34,
        senders: 7,
        share_percent: Some(85),
        channels: vec![Channel::Web, Channel::Api("growth-bot".to_owned())],
    }
}

/// Everything that the recipient can do in private, and everything that can stop a request on that side.
pub(crate) fn on_the_other_side() -> Vec<Row> {
    [unanswered_by_recipient(), answered_by_recipient()].concat()
}

fn unanswered_by_recipient() -> Vec<Row> {
    [waiting_or_without_account(), kept_back_by_recipient()].concat()
}

fn waiting_or_without_account() -> Vec<Row> {
    let since = START.minus(Span::days(3));
    let arrived = |facts: recipient::Facts| Story::sent().after(Span::minutes(1)).arrive(&facts);
    let restricted =
        Standing::Restricted { since, until: START.plus(Span::days(4)), cause: RestrictionCause::Policy };
    let later = || Story::delivered().after(Span::hours(5));
    let closes = Event::Account(account::Event {
        member: BOB,
        kind: account::Kind::Closed {
            lingers_until: START.plus(Span::days(180)),
            letters: vec![],
            files: vec![REQUEST],
        },
    });
    vec![
        ("delivered", Story::delivered(), recipient_side(Code::AwaitingResponse)),
        ("ignored", Story::delivered().after(Span::days(7)), recipient_side(Code::Ignored)),
        (
            "held",
            arrived(recipient::Facts { confirmation: Confirmation::First, ..arrival() }),
            recipient_side(Code::AwaitingRecipientConfirmation),
        ),
        (
            "closed before",
            arrived(recipient::Facts { standing: Standing::Closed { since }, ..arrival() }),
            recipient_side(Code::RecipientClosed),
        ),
        ("closed afterwards", later().event(closes), recipient_side(Code::RecipientClosed)),
        (
            "restricted there",
            arrived(recipient::Facts { standing: restricted, ..arrival() }),
            recipient_side(Code::RecipientRestricted),
        ),
        (
            "banned there",
            arrived(recipient::Facts { standing: Standing::Banned { since }, ..arrival() }),
            recipient_side(Code::RecipientRestricted),
        ),
    ]
}

fn kept_back_by_recipient() -> Vec<Row> {
    let since = START.minus(Span::days(3));
    let arrived = |facts: recipient::Facts| Story::sent().after(Span::minutes(1)).arrive(&facts);
    let later = || Story::delivered().after(Span::hours(5));
    let blocks = Event::Connection(connection::Event {
        member: BOB,
        other: ALICE,
        kind: connection::Kind::Blocked { files: vec![REQUEST] },
    });
    vec![
        (
            "blocked before",
            arrived(recipient::Facts { blocked_since: Some(since), ..arrival() }),
            recipient_side(Code::BlockedByRecipient),
        ),
        (
            "their network",
            arrived(recipient::Facts {
                network: Some(NetworkSize { connections: 3, at_most: 3 }),
                ..arrival()
            }),
            recipient_side(Code::RecipientNetworkFull),
        ),
        ("blocked afterwards", later().event(blocks), recipient_side(Code::BlockedByRecipient)),
        (
            "their contacts",
            arrived(recipient::Facts { accept_from: AcceptFrom::Contacts, ..arrival() }),
            recipient_side(Code::RecipientSettingContacts),
        ),
        (
            "their degree",
            arrived(recipient::Facts { max_degree: MaxDegree::Within(1), ..arrival() }),
            recipient_side(Code::RecipientSettingDegree),
        ),
        (
            "their audience",
            arrived(recipient::Facts { criteria: 1, ..arrival() }),
            recipient_side(Code::RecipientSettingAudience),
        ),
    ]
}

/// With an answer, or merged with another request.
fn answered_by_recipient() -> Vec<Row> {
    let later = || Story::delivered().after(Span::hours(5));
    vec![
        (
            "dismissed",
            later().event(Event::Incoming(incoming::Event {
                request_ref: request_ref(),
                kind: incoming::Kind::Dismissed,
            })),
            recipient_side(Code::Dismissed),
        ),
        (
            "declined",
            later().event(Event::Incoming(incoming::Event {
                request_ref: request_ref(),
                kind: incoming::Kind::Declined,
            })),
            recipient_side(Code::Declined),
        ),
        (
            "reported",
            later().event(Event::Incoming(incoming::Event {
                request_ref: request_ref(),
                kind: incoming::Kind::Reported,
            })),
            recipient_side(Code::Reported),
        ),
        ("accepted, letter in transit", later().accept(), recipient_side(Code::Accepted)),
        (
            "merged",
            Story::sent().after(Span::minutes(1)).event(arrival_event()).event(Event::Incoming(
                incoming::Event {
                    request_ref: request_ref(),
                    kind: incoming::Kind::Merged { into: Some(OTHER_WAY) },
                },
            )),
            recipient_side(Code::AlreadyPending),
        ),
        (
            "merged into a connection",
            Story::sent().after(Span::minutes(1)).event(arrival_event()).event(Event::Incoming(
                incoming::Event { request_ref: request_ref(), kind: incoming::Kind::Merged { into: None } },
            )),
            recipient_side(Code::AlreadyConnected),
        ),
        ("observed", Story::observed(), recipient_side(Code::Ignored)),
    ]
}

fn arrival_event() -> Event {
    Event::Letter(letter::Event {
        letter_id: letter_id(),
        kind: letter::Kind::RequestArrived { request: REQUEST, sender: ALICE },
    })
}

/// Reminders that were sent or refused.
fn reminded() -> Vec<Row> {
    let week = || Story::delivered().after(Span::days(9));
    vec![
        (
            "reminded too early",
            Story::delivered().after(Span::days(1)).remind(0),
            recipient_side(Code::AwaitingResponse),
        ),
        ("reminded once", week().remind(0), recipient_side(Code::Ignored)),
        ("reminded twice", week().remind(0).after(Span::days(1)).remind(1), recipient_side(Code::Ignored)),
        (
            "reminded too early, and withdrawn",
            Story::delivered().after(Span::days(1)).remind(0).withdraw(WithdrawnBy::Member),
            [Some(Code::Withdrawn), Some(Code::AwaitingResponse), Some(Code::Withdrawn)],
        ),
    ]
}

/// A request that was refused because a third-party program sent it.
pub(crate) fn automated() -> Story {
    let spam = SpamFacts::new([(SymbolKind::Client, Share::from(1))]);
    Story::new().send("bob", &Facts { spam, ..facts() }).after(Span::days(1))
}

/// Appeals that were refused.
fn appealed() -> Vec<Row> {
    let dismissed = automated().appeal().dismiss().appeal().dismiss();
    vec![
        (
            "appealed against silence",
            Story::delivered().refuse_appeal(Code::NothingToAppeal),
            recipient_side(Code::AwaitingResponse),
        ),
        (
            "appealed while an appeal waits",
            automated().appeal().refuse_appeal(Code::AppealWaits),
            only(Code::Automation),
        ),
        ("appealed three times", dismissed.refuse_appeal(Code::AppealLimit), only(Code::Automation)),
        ("appealed too late", automated().refuse_appeal(Code::AppealTooLate), only(Code::Automation)),
    ]
}

fn ended() -> Vec<Row> {
    [withdrawn_or_expired(), accepted_or_disconnected(), crossed_or_recorded()].concat()
}

fn withdrawn_or_expired() -> Vec<Row> {
    let later = || Story::delivered().after(Span::hours(5));
    let expires = Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: ALICE,
        kind: outgoing::Kind::Expired { expiry: Span::days(180), posted: None },
    });
    vec![
        (
            "withdrawn",
            later().withdraw(WithdrawnBy::Member).take_withdrawal(WithdrawalCause::Withdrawn),
            everybody(Code::Withdrawn),
        ),
        (
            "withdrawn by a ban",
            later().withdraw(WithdrawnBy::Enforcement),
            [Some(Code::Withdrawn), Some(Code::AwaitingResponse), Some(Code::Withdrawn)],
        ),
        ("withdrawn in transit", Story::sent().withdraw(WithdrawnBy::Block), only(Code::Withdrawn)),
        (
            "overdue",
            Story::delivered().after(Span::days(180)),
            [Some(Code::Expired), Some(Code::Ignored), Some(Code::Expired)],
        ),
        (
            "expired",
            Story::delivered()
                .after(Span::days(181))
                .event(expires)
                .take_withdrawal(WithdrawalCause::Expired),
            everybody(Code::Expired),
        ),
    ]
}

fn accepted_or_disconnected() -> Vec<Row> {
    let later = || Story::delivered().after(Span::hours(5));
    let connected = || later().accept().after(Span::minutes(1)).take_acceptance();
    let disconnects = Event::Connection(connection::Event {
        member: BOB,
        other: ALICE,
        kind: connection::Kind::Disconnected { name: name(), letter: LetterNumber(2) },
    });
    let disconnection_taken = Event::Connection(connection::Event {
        member: ALICE,
        other: BOB,
        kind: connection::Kind::DisconnectionTaken { name: name(), letter: LetterNumber(2) },
    });
    vec![
        ("accepted", connected(), everybody(Code::Accepted)),
        (
            "accepted too late",
            later().withdraw(WithdrawnBy::Member).accept(),
            [Some(Code::Withdrawn), Some(Code::Accepted), Some(Code::Withdrawn)],
        ),
        (
            "disconnected by them",
            connected().after(Span::days(1)).event(disconnects).event(disconnection_taken),
            everybody(Code::DisconnectedSince),
        ),
    ]
}

fn crossed_or_recorded() -> Vec<Row> {
    let later = || Story::delivered().after(Span::hours(5));
    let both = ConnectionName::of([REQUEST, OTHER_WAY]);
    let crossed_incoming = Event::Incoming(incoming::Event {
        request_ref: request_ref(),
        kind: incoming::Kind::Crossed { name: both.clone(), letter: LetterNumber(1) },
    });
    let crossed_at_recipient =
        Story::sent().after(Span::minutes(1)).event(arrival_event()).event(crossed_incoming);
    let other_request = acquaint_domain::RequestRef { request: OTHER_WAY, sender: BOB, recipient: ALICE };
    let crossed_at_sender = Event::Incoming(incoming::Event {
        request_ref: other_request,
        kind: incoming::Kind::Crossed { name: both.clone(), letter: LetterNumber(1) },
    });
    let recorded = Event::Connection(connection::Event {
        member: ALICE,
        other: BOB,
        kind: connection::Kind::Recorded { name: name() },
    });
    let observed_acceptance = Event::Import(import::Event::AcceptanceObserved {
        request_ref: request_ref(),
        observed_at: START.plus(Span::days(2)),
        seen: SourceRef::in_messages(14),
        join: Join::Stated,
    });
    vec![
        (
            "crossed at the recipient's desk",
            crossed_at_recipient.clone().take_crossing(ALICE, Some(OTHER_WAY)),
            everybody(Code::Crossed),
        ),
        (
            "crossed at the recipient's desk by a request held there",
            crossed_at_recipient.take_crossing(ALICE, None),
            [Some(Code::Accepted), Some(Code::Crossed), Some(Code::Crossed)],
        ),
        ("crossed at the sender's desk", Story::sent().event(crossed_at_sender.clone()), only(Code::Crossed)),
        (
            "crossed at the sender's desk, and delivered",
            later().event(crossed_at_sender).take_crossing(BOB, Some(REQUEST)),
            everybody(Code::Crossed),
        ),
        ("recorded", Story::new().event(recorded), everybody(Code::AlreadyConnected)),
        (
            "sender closed",
            later().withdraw(WithdrawnBy::Closure).take_withdrawal(WithdrawalCause::SenderClosed),
            [Some(Code::Withdrawn), Some(Code::SenderClosed), Some(Code::SenderClosed)],
        ),
        ("observed and accepted", Story::observed().event(observed_acceptance), everybody(Code::Accepted)),
    ]
}
