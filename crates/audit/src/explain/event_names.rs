//! The names of events and commands in answers.

use acquaint_domain::{
    CommandKind, Event, ImportedRecord, account, connection, import, incoming, letter, network, outgoing,
    oversight,
};

use crate::exported;

/// An event's name. A member may not learn whether a connection ended by a disconnection or by a closed account, so
/// members see one name for both.
pub fn name(event: &Event, is_for_member: bool) -> &'static str {
    match event {
        Event::Network(event) => network_name(event),
        Event::Account(event) => account_name(&event.kind),
        Event::Connection(event) => connection_name(&event.kind, is_for_member),
        Event::Outgoing(event) => outgoing_name(&event.kind),
        Event::Letter(event) => letter_name(&event.kind),
        Event::Incoming(event) => incoming_name(&event.kind),
        Event::Oversight(event) => oversight_name(event),
        Event::Import(import::Event::Begun { .. }) => "import-begun",
        Event::Import(import::Event::RequestObserved { .. }) => "request-observed",
        Event::Import(import::Event::AcceptanceObserved { .. }) => "acceptance-observed",
        Event::Import(import::Event::Export(event)) => exported::event_name(event),
        Event::Import(import::Event::Inherited(record)) => imported_record_name(record),
    }
}

const fn network_name(event: &network::Event) -> &'static str {
    match event {
        network::Event::Founded { .. } => "founded",
        network::Event::PolicyAdopted { .. } => "policy-adopted",
        network::Event::LookupRecorded(_) => "lookup-recorded",
        network::Event::RequestUnclaimed { .. } => "request-unclaimed",
        network::Event::CommandRefused(_) => "command-refused",
        network::Event::FaultStarted { .. } => "fault-started",
        network::Event::FaultStopped(_) => "fault-stopped",
    }
}

const fn account_name(kind: &account::Kind) -> &'static str {
    match kind {
        account::Kind::Added { .. } => "member-added",
        account::Kind::Changed { .. } => "member-changed",
        account::Kind::Restricted { .. } => "member-restricted",
        account::Kind::Banned => "member-banned",
        account::Kind::RestrictionLifted => "restriction-lifted",
        account::Kind::Closed { .. } => "member-closed",
        account::Kind::ContactsImported { .. } => "contacts-imported",
        account::Kind::SettingsChanged { .. } => "settings-changed",
        account::Kind::SendChecked => "request-checked",
    }
}

const fn connection_name(kind: &connection::Kind, is_for_member: bool) -> &'static str {
    match kind {
        connection::Kind::DisconnectionTaken { .. } | connection::Kind::ClosureTaken { .. }
            if is_for_member =>
        {
            "connection-ended"
        }
        connection::Kind::Closed { .. } => "connection-closed",
        connection::Kind::Blocked { .. } => "member-blocked",
        connection::Kind::Unblocked => "member-unblocked",
        connection::Kind::Recorded { .. } => "connection-recorded",
        connection::Kind::Disconnected { .. } => "member-disconnected",
        connection::Kind::DisconnectionTaken { .. } => "disconnection-taken",
        connection::Kind::ClosureTaken { .. } => "closure-taken",
        connection::Kind::AcceptanceTaken { .. } => "acceptance-taken",
        connection::Kind::AcceptanceLapsed { .. } => "acceptance-lapsed",
    }
}

const fn outgoing_name(kind: &outgoing::Kind) -> &'static str {
    match kind {
        outgoing::Kind::Submitted { .. } => "request-submitted",
        outgoing::Kind::Refused { .. } => "request-refused",
        outgoing::Kind::Held { .. } => "request-held",
        outgoing::Kind::Sent { .. } => "request-sent",
        outgoing::Kind::Confirmed { .. } => "request-confirmed",
        outgoing::Kind::Withdrawn { .. } => "request-withdrawn",
        outgoing::Kind::Expired { .. } => "request-expired",
        outgoing::Kind::Reminded { .. } => "request-reminded",
    }
}

const fn letter_name(kind: &letter::Kind) -> &'static str {
    match kind {
        letter::Kind::ReminderTaken { .. } => "reminder-taken",
        letter::Kind::DeliveryFailed { .. } => "delivery-failed",
        letter::Kind::DeliveryAbandoned { .. } => "delivery-abandoned",
        letter::Kind::RequestArrived { .. } => "request-arrived",
        letter::Kind::WithdrawalTaken { .. } => "withdrawal-taken",
    }
}

const fn incoming_name(kind: &incoming::Kind) -> &'static str {
    match kind {
        incoming::Kind::FiledByClosure => "request-filed-by-closure",
        incoming::Kind::Delivered { .. } => "request-delivered",
        incoming::Kind::Held { .. } => "request-held-by-recipient",
        incoming::Kind::Filed { .. } => "request-filed",
        incoming::Kind::Merged { .. } => "request-merged",
        incoming::Kind::Crossed { .. } => "requests-crossed",
        incoming::Kind::Shown => "request-shown",
        incoming::Kind::Accepted { .. } => "request-accepted",
        incoming::Kind::Declined => "request-declined",
        incoming::Kind::Dismissed => "request-dismissed",
        incoming::Kind::Reported => "request-reported",
    }
}

const fn imported_record_name(record: &ImportedRecord) -> &'static str {
    match record {
        ImportedRecord::StretchTaken(_) => "stretch-taken",
        ImportedRecord::MemberInherited { .. } => "member-inherited",
        ImportedRecord::ConnectionInherited { .. } => "connection-inherited",
        ImportedRecord::RequestInherited { .. } => "request-inherited",
        ImportedRecord::ArrivalInherited { .. } => "arrival-inherited",
        ImportedRecord::BlockInherited { .. } => "block-inherited",
    }
}

const fn oversight_name(oversight: &oversight::Event) -> &'static str {
    match oversight {
        oversight::Event::FeedbackTaken { .. } => "feedback-taken",
        oversight::Event::RestrictionImposed { .. } => "restriction-imposed",
        oversight::Event::AppealOpened { .. } => "appeal-opened",
        oversight::Event::AppealUpheld { .. } => "appeal-upheld",
        oversight::Event::AppealDismissed { .. } => "appeal-dismissed",
        oversight::Event::RequestReleased { .. } => "request-released",
        oversight::Event::RequestRejected { .. } => "request-rejected",
        oversight::Event::RequestStaysHeld { .. } => "request-stays-held",
        oversight::Event::BanReversed { .. } => "ban-reversed",
        oversight::Event::RequestRestored { .. } => "request-restored",
    }
}

/// A command's name on the command line.
pub(crate) const fn command_name(command: CommandKind) -> &'static str {
    use CommandKind as Kind;
    match command {
        Kind::Confirm => "confirm",
        Kind::Accept => "accept",
        Kind::Decline => "decline",
        Kind::Ignore => "ignore",
        Kind::Report => "report",
        Kind::Withdraw => "withdraw",
        Kind::Block => "block",
        Kind::Unblock => "unblock",
        Kind::Connect => "connect",
        Kind::Disconnect => "disconnect",
        Kind::Settings => "settings",
        Kind::Contacts => "contacts import",
        Kind::Remind => "remind",
        Kind::Appeal => "appeal open",
    }
}
