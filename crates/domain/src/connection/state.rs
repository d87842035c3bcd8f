//! The ends of a connection, and the one function that changes them.

use std::collections::BTreeSet;

use super::{ConnectionName, Event, Kind};
use crate::ids::{MemberId, RequestId};
use crate::import::ImportedRecord;
use crate::import::export::ExportEvent;
use crate::time::Timestamp;
use crate::{account, import, incoming, letter};

/// One end of a connection, as the member at that end knows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connection {
    /// Name of the connection: the requests that it resulted from.
    pub name: ConnectionName,
    /// When the connection began, as this end knows it.
    pub since: Timestamp,
}

/// What an event does to one end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndChange {
    /// Member whose end it is.
    pub member: MemberId,
    /// The member at the other end.
    pub other: MemberId,
    /// What happens to the end.
    pub change: ConnectionChange,
}

/// How an end changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectionChange {
    /// The connection was made.
    Made(Connection),
    /// The connection of this name ended.
    Ended(ConnectionName),
    /// The connection ended, whatever its name.
    Closed,
}

/// One end after a change. `ended` holds the requests whose connections have ended at this desk, by this change or earlier.
///
/// An end lasts as long as one request in its name does. Letters of two lanes may overtake one another; in either order,
/// both ends are left with the same requests. INVARIANT (an ended name never opens again).
pub fn evolve(
    end: Option<Connection>,
    change: &ConnectionChange,
    ended: &BTreeSet<RequestId>,
) -> Option<Connection> {
    let left = |name: &ConnectionName| name.without(ended);
    match (end, change) {
        (None, ConnectionChange::Made(made)) => {
            Some(Connection { name: left(&made.name)?, since: made.since })
        }
        (Some(end), ConnectionChange::Made(made)) => {
            Some(Connection { name: left(&end.name.joined(&made.name))?, since: end.since })
        }
        (Some(end), ConnectionChange::Ended(_)) => {
            Some(Connection { name: left(&end.name)?, since: end.since })
        }
        (None, ConnectionChange::Ended(_)) | (_, ConnectionChange::Closed) => None,
    }
}

/// The ends that `event`, recorded at `at`, changes.
pub fn changes(event: &crate::Event, at: Timestamp) -> Vec<EndChange> {
    match event {
        crate::Event::Connection(event) => own(event, at),
        crate::Event::Incoming(incoming::Event { request_ref, kind }) => match kind {
            incoming::Kind::Crossed { name, .. } | incoming::Kind::Accepted { name, .. } => {
                vec![made(request_ref.recipient, request_ref.sender, name, at)]
            }
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::FiledByClosure
            | incoming::Kind::Merged { .. }
            | incoming::Kind::Shown
            | incoming::Kind::Declined
            | incoming::Kind::Dismissed
            | incoming::Kind::Reported => Vec::new(),
        },
        crate::Event::Letter(event) => match &event.kind {
            letter::Kind::WithdrawalTaken {
                sender, recipient: Some(recipient), ends: Some(name), ..
            } => {
                vec![ended(*recipient, *sender, name)]
            }
            letter::Kind::WithdrawalTaken { .. }
            | letter::Kind::DeliveryFailed { .. }
            | letter::Kind::DeliveryAbandoned { .. }
            | letter::Kind::RequestArrived { .. }
            | letter::Kind::ReminderTaken { .. } => Vec::new(),
        },
        crate::Event::Account(event) => match &event.kind {
            account::Kind::Closed { letters, .. } => {
                letters.iter().map(|(other, _)| closed(event.member, *other)).collect()
            }
            account::Kind::Added { .. }
            | account::Kind::Changed { .. }
            | account::Kind::Restricted { .. }
            | account::Kind::Banned
            | account::Kind::RestrictionLifted
            | account::Kind::ContactsImported { .. }
            | account::Kind::SettingsChanged { .. }
            | account::Kind::SendChecked => Vec::new(),
        },
        crate::Event::Import(event) => imported(event),
        crate::Event::Network(_) | crate::Event::Outgoing(_) | crate::Event::Oversight(_) => Vec::new(),
    }
}

fn own(event: &Event, at: Timestamp) -> Vec<EndChange> {
    let Event { member, other, kind } = event;
    match kind {
        Kind::Recorded { name } => vec![made(*member, *other, name, at), made(*other, *member, name, at)],
        Kind::AcceptanceTaken { name, .. } => vec![made(*member, *other, name, at)],
        Kind::Disconnected { name, .. } | Kind::DisconnectionTaken { name, .. } => {
            vec![ended(*member, *other, name)]
        }
        Kind::Closed { .. } | Kind::ClosureTaken { .. } => vec![closed(*member, *other)],
        Kind::Blocked { .. } | Kind::Unblocked | Kind::AcceptanceLapsed { .. } => Vec::new(),
    }
}

fn imported(event: &import::Event) -> Vec<EndChange> {
    let both = |one, other, name: &ConnectionName, since| {
        vec![made(one, other, name, since), made(other, one, name, since)]
    };
    match event {
        import::Event::AcceptanceObserved { request_ref, observed_at, .. } => both(
            request_ref.sender,
            request_ref.recipient,
            &ConnectionName::of([request_ref.request]),
            *observed_at,
        ),
        import::Event::Inherited(event) => match event {
            ImportedRecord::ConnectionInherited { name, member, other, since } => {
                both(*member, *other, name, *since)
            }
            ImportedRecord::StretchTaken(_)
            | ImportedRecord::MemberInherited { .. }
            | ImportedRecord::RequestInherited { .. }
            | ImportedRecord::ArrivalInherited { .. }
            | ImportedRecord::BlockInherited { .. } => Vec::new(),
        },
        import::Event::Export(event) => match event {
            ExportEvent::ConnectionObserved { name, member, other, observed_at, .. } => {
                both(*member, *other, name, *observed_at)
            }
            ExportEvent::EndObserved { member, other, name, .. }
            | ExportEvent::ConnectionVanished { member, other, name, .. } => {
                vec![ended(*member, *other, name), ended(*other, *member, name)]
            }
            ExportEvent::ExportBegun { .. }
            | ExportEvent::ExportEnded { .. }
            | ExportEvent::PeopleObserved { .. }
            | ExportEvent::PersonChanged { .. }
            | ExportEvent::NamesakesObserved { .. }
            | ExportEvent::DeclineObserved { .. }
            | ExportEvent::RequestVanished { .. }
            | ExportEvent::BlockObserved { .. } => Vec::new(),
        },
        import::Event::Begun { .. } | import::Event::RequestObserved { .. } => Vec::new(),
    }
}

fn made(member: MemberId, other: MemberId, name: &ConnectionName, since: Timestamp) -> EndChange {
    EndChange { member, other, change: ConnectionChange::Made(Connection { name: name.clone(), since }) }
}

fn ended(member: MemberId, other: MemberId, name: &ConnectionName) -> EndChange {
    EndChange { member, other, change: ConnectionChange::Ended(name.clone()) }
}

const fn closed(member: MemberId, other: MemberId) -> EndChange {
    EndChange { member, other, change: ConnectionChange::Closed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(ids: &[u64]) -> ConnectionName {
        ConnectionName::of(ids.iter().map(|id| RequestId(*id)))
    }

    fn end(ids: &[u64]) -> Option<Connection> {
        Some(Connection { name: name(ids), since: Timestamp::from_millis(0) })
    }

    #[test]
    fn an_end_is_made_once_and_ends_by_its_own_name_only() {
        let made = |ids: &[u64]| {
            ConnectionChange::Made(Connection { name: name(ids), since: Timestamp::from_millis(9) })
        };
        type Row = (&'static str, Option<Connection>, ConnectionChange, &'static [u64], Option<Connection>);
        let table: [Row; 9] = [
            ("made twice", end(&[1]), made(&[1, 2]), &[], end(&[1, 2])),
            ("made of what has ended", None, made(&[1]), &[1], None),
            ("made of what has ended and more", end(&[3]), made(&[1, 2]), &[1], end(&[2, 3])),
            ("its name", end(&[1, 2]), ConnectionChange::Ended(name(&[1, 2])), &[1, 2], None),
            ("a part of its name", end(&[1, 2]), ConnectionChange::Ended(name(&[2])), &[2], end(&[1])),
            ("another name", end(&[1]), ConnectionChange::Ended(name(&[2])), &[2], end(&[1])),
            ("no end", None, ConnectionChange::Ended(name(&[1])), &[1], None),
            ("closed", end(&[1]), ConnectionChange::Closed, &[1], None),
            ("closed before", None, ConnectionChange::Closed, &[], None),
        ];
        for (case, given, when, ended, then) in table {
            let ended = ended.iter().map(|id| RequestId(*id)).collect();
            assert_eq!(evolve(given, &when, &ended), then, "{case}");
        }
    }
}
