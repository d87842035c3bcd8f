//! Stories of invitations that members' own exports show.

use acquaint_domain::export::{
    Afterwards, AttestedBy, DatedBy, Export, ExportEvent, Holds, Join, Network, Precision, SourceFile,
    SourceRef,
};
use acquaint_domain::{Code, Event, EventNumber, MemberId, Personal, Span, Timestamp, import};

use super::{Row, only};
use crate::story::*;

const SEEN: SourceRef = SourceRef {
    export: 1,
    witness: AttestedBy::Sender,
    file: SourceFile::Invitations,
    line: 7,
    precision: Precision::Minute,
};

fn export(number: u32, owner: MemberId, days: i64) -> Export {
    Export {
        number,
        network: Network::LinkedIn,
        owner,
        as_of: START.plus(Span::days(days)),
        dated_by: DatedBy::FileName,
        holds: Holds { invitations: Some(1), has_sent: true, has_received: true, connections: Some(1) },
        source: [number as u8; 32],
        began: EventNumber(1),
        is_whole: true,
    }
}

/// Alice's request in her export of ten days later.
fn shown() -> Story {
    let story = Story { exports: vec![export(1, ALICE, 10)], ..Story::new() };
    asked(story.after(Span::days(10)), SEEN)
}

fn asked(story: Story, seen: SourceRef) -> Story {
    story.event(Event::Import(import::Event::RequestObserved {
        request_ref: request_ref(),
        observed_at: START,
        seen,
        note: Personal::Held(None),
    }))
}

fn accepted(story: Story, join: Join) -> Story {
    let seen = SourceRef { file: SourceFile::Connections, precision: Precision::Day, ..SEEN };
    story.event(Event::Import(import::Event::AcceptanceObserved {
        request_ref: request_ref(),
        observed_at: START.plus(Span::days(2)),
        seen,
        join,
    }))
}

/// A second export, this many days after the start, that does not hold the request.
fn gone(mut story: Story, days: i64, afterwards: Afterwards) -> Story {
    let second = export(2, ALICE, days);
    story.exports.push(second);
    story.now = second.as_of;
    let (witness, export, as_of) = (AttestedBy::Sender, 2, second.as_of);
    story.event(of(ExportEvent::RequestVanished {
        request_ref: request_ref(),
        witness,
        export,
        as_of,
        afterwards,
    }))
}

fn of(event: ExportEvent) -> Event {
    Event::Import(import::Event::Export(event))
}

fn connected(at: Timestamp, before: &[acquaint_domain::RequestId]) -> Event {
    let seen = SourceRef { file: SourceFile::Connections, precision: Precision::Day, ..SEEN };
    of(ExportEvent::ConnectionObserved {
        name: name(),
        member: ALICE,
        other: BOB,
        observed_at: at,
        seen,
        before: before.to_vec(),
    })
}

/// Codes from Bob's export, about which Alice learns nothing.
fn recipient_export(code: Code) -> [Option<Code>; 3] {
    [None, Some(code), Some(code)]
}

pub(super) fn all() -> Vec<Row> {
    let incoming = SourceRef { witness: AttestedBy::Recipient, ..SEEN };
    let at_recipient = || Story { exports: vec![export(1, BOB, 10)], ..Story::new() }.after(Span::days(10));
    let namesakes =
        ExportEvent::NamesakesObserved { request_ref: request_ref(), owner: ALICE, connections: 2 };
    let declined =
        ExportEvent::DeclineObserved { request_ref: request_ref(), observed_at: START, seen: incoming };
    let bare = Story { exports: vec![export(1, ALICE, 10)], ..Story::new() }.after(Span::days(10));
    let ended = ExportEvent::EndObserved {
        member: ALICE,
        other: BOB,
        name: name(),
        observed_at: START.plus(Span::days(5)),
        seen: SourceRef { file: SourceFile::RemovedFriends, precision: Precision::Second, ..SEEN },
    };
    let without = |mut story: Story, holds: Holds| {
        story.exports.iter_mut().for_each(|export| export.holds = holds);
        story
    };
    let all_lists = export(1, ALICE, 10).holds;
    let no_connections = Holds { connections: None, ..all_lists };
    let mut rows = vec![
        ("exported without connections", without(shown(), no_connections), only(Code::Undisclosed)),
        (
            "exported to its recipient without connections",
            without(asked(at_recipient(), incoming), no_connections),
            recipient_export(Code::Undisclosed),
        ),
        ("exported", shown(), only(Code::Undisclosed)),
        ("exported, with namesakes", shown().event(of(namesakes)), only(Code::Undisclosed)),
        (
            "exported to its recipient",
            asked(at_recipient(), incoming),
            recipient_export(Code::AwaitingResponse),
        ),
        ("declined by the owner", at_recipient().event(of(declined)), recipient_export(Code::Declined)),
        (
            "connected before",
            shown().event(connected(START.minus(Span::days(900)), &[REQUEST])),
            only(Code::AlreadyConnected),
        ),
        ("connected without a request", bare.event(connected(START, &[])), only(Code::NotInExport)),
        (
            "ended by the owner",
            accepted(shown(), Join::NameAndDate).event(of(ended)),
            only(Code::DisconnectedSince),
        ),
    ];
    for join in [Join::Url, Join::Email, Join::NameAndDate, Join::Name] {
        rows.push(("exported and accepted", accepted(shown(), join), only(Code::Accepted)));
    }
    let accepted_by_url = || accepted(shown(), Join::Url);
    let never = Afterwards::Never;
    rows.extend([
        ("aged out", gone(accepted_by_url(), 190, Afterwards::Connected), only(Code::AgedOutOfExport)),
        (
            "accepted, and missing too early",
            gone(accepted_by_url(), 100, Afterwards::Connected),
            only(Code::Accepted),
        ),
        ("accepted, and gone", gone(accepted_by_url(), 190, Afterwards::Gone), only(Code::DisconnectedSince)),
        ("gone at the age of expiry", gone(shown(), 180, never), only(Code::Expired)),
        ("gone a day earlier", gone(shown(), 179, never), only(Code::Undisclosed)),
        ("gone, without connections", gone(shown(), 190, Afterwards::Unknown), only(Code::Undisclosed)),
    ]);
    rows
}
