//! The types of events and their numbers: the only place where a number is given.
//!
//! A number is never changed and never given to another type, even after its own type is gone. The streams have ranges: the
//! network 1 to 99 (its oversight 60 to 69, imports from before the log 70 to 79, reminders and lookups 90 to 92), members
//! 100, connections 200, the outgoing desk 300, letters 400, the incoming desk 500, other networks' records 900, and
//! members' own exports 980 to 999.

use acquaint_domain::export::ExportEvent;
use acquaint_domain::{
    Event, ImportedRecord, account, connection, import, incoming, letter, network, outgoing, oversight,
};

/// Defines the enum and the names from one list.
macro_rules! kinds {
    ($($kind:ident = $number:literal, $name:literal;)*) => {
        /// A type of event, by its number.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub(crate) enum Kind {
            $($kind = $number,)*
        }

        impl Kind {
            /// The name that messages and golden files use.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

kinds! {
    Founded = 1, "founded";
    PolicyAdopted = 2, "policy-adopted";
    CommandRefused = 3, "command-refused";
    FaultStarted = 4, "fault-started";
    FaultStopped = 5, "fault-stopped";
    FeedbackTaken = 60, "feedback-taken";
    RestrictionImposed = 61, "restriction-imposed";
    AppealOpened = 62, "appeal-opened";
    AppealUpheld = 63, "appeal-upheld";
    AppealDismissed = 64, "appeal-dismissed";
    RequestReleased = 65, "request-released";
    RequestRejected = 66, "request-rejected";
    RequestStaysHeld = 67, "request-stays-held";
    BanReversed = 68, "ban-reversed";
    RequestRestored = 69, "request-restored";
    StretchTaken = 70, "stretch-taken";
    MemberInherited = 71, "member-inherited";
    ConnectionInherited = 72, "connection-inherited";
    RequestInherited = 73, "request-inherited";
    ArrivalInherited = 74, "arrival-inherited";
    BlockInherited = 75, "block-inherited";
    RequestReminded = 90, "request-reminded";
    ReminderTaken = 91, "reminder-taken";
    LookupRecorded = 92, "lookup-recorded";
    MemberAdded = 100, "member-added";
    MemberChanged = 101, "member-changed";
    MemberRestricted = 102, "member-restricted";
    MemberBanned = 103, "member-banned";
    RestrictionLifted = 104, "restriction-lifted";
    MemberClosed = 105, "member-closed";
    ContactsImported = 106, "contacts-imported";
    SettingsChanged = 107, "settings-changed";
    RequestFiledByClosure = 108, "request-filed-by-closure";
    MemberBlocked = 200, "member-blocked";
    MemberUnblocked = 201, "member-unblocked";
    ConnectionRecorded = 202, "connection-recorded";
    MemberDisconnected = 203, "member-disconnected";
    ConnectionClosed = 204, "connection-closed";
    RequestSubmitted = 300, "request-submitted";
    RequestRefused = 301, "request-refused";
    RequestHeld = 302, "request-held";
    RequestSent = 303, "request-sent";
    RequestConfirmed = 304, "request-confirmed";
    RequestWithdrawn = 305, "request-withdrawn";
    RequestExpired = 306, "request-expired";
    RequestChecked = 307, "request-checked";
    DeliveryFailed = 400, "delivery-failed";
    DeliveryAbandoned = 401, "delivery-abandoned";
    RequestArrived = 402, "request-arrived";
    WithdrawalTaken = 403, "withdrawal-taken";
    AcceptanceTaken = 404, "acceptance-taken";
    AcceptanceLapsed = 405, "acceptance-lapsed";
    DisconnectionTaken = 406, "disconnection-taken";
    ClosureTaken = 407, "closure-taken";
    RequestDelivered = 500, "request-delivered";
    RequestHeldByRecipient = 501, "request-held-by-recipient";
    RequestFiled = 502, "request-filed";
    RequestUnclaimed = 503, "request-unclaimed";
    RequestMerged = 504, "request-merged";
    RequestsCrossed = 505, "requests-crossed";
    RequestShown = 506, "request-shown";
    RequestAccepted = 507, "request-accepted";
    RequestDeclined = 508, "request-declined";
    RequestDismissed = 509, "request-dismissed";
    RequestReported = 510, "request-reported";
    ImportBegun = 900, "import-begun";
    RequestObserved = 901, "request-observed";
    AcceptanceObserved = 902, "acceptance-observed";
    ExportBegun = 980, "export-begun";
    ExportEnded = 981, "export-ended";
    PeopleObserved = 982, "people-observed";
    PersonChanged = 983, "person-changed";
    ConnectionObserved = 984, "connection-observed";
    NamesakesObserved = 985, "namesakes-observed";
    DeclineObserved = 986, "decline-observed";
    EndObserved = 987, "end-observed";
    RequestVanished = 988, "request-vanished";
    ConnectionVanished = 989, "connection-vanished";
    BlockObserved = 990, "block-observed";
}

impl Kind {
    pub(crate) const fn id(self) -> u16 {
        self as u16
    }

    pub(crate) const fn of(event: &Event) -> Self {
        match event {
            Event::Network(event) => Self::of_network(event),
            Event::Account(event) => Self::of_account(&event.kind),
            Event::Connection(event) => Self::of_connection(&event.kind),
            Event::Outgoing(event) => Self::of_outgoing(&event.kind),
            Event::Letter(event) => Self::of_letter(&event.kind),
            Event::Incoming(event) => Self::of_incoming(&event.kind),
            Event::Oversight(event) => Self::of_oversight(event),
            Event::Import(event) => Self::of_import(event),
        }
    }

    const fn of_network(event: &network::Event) -> Self {
        match event {
            network::Event::Founded { .. } => Self::Founded,
            network::Event::PolicyAdopted { .. } => Self::PolicyAdopted,
            network::Event::CommandRefused(_) => Self::CommandRefused,
            network::Event::FaultStarted { .. } => Self::FaultStarted,
            network::Event::FaultStopped(_) => Self::FaultStopped,
            network::Event::LookupRecorded(_) => Self::LookupRecorded,
            network::Event::RequestUnclaimed { .. } => Self::RequestUnclaimed,
        }
    }

    const fn of_account(kind: &account::Kind) -> Self {
        match kind {
            account::Kind::Added { .. } => Self::MemberAdded,
            account::Kind::Changed { .. } => Self::MemberChanged,
            account::Kind::Restricted { .. } => Self::MemberRestricted,
            account::Kind::Banned => Self::MemberBanned,
            account::Kind::RestrictionLifted => Self::RestrictionLifted,
            account::Kind::Closed { .. } => Self::MemberClosed,
            account::Kind::ContactsImported { .. } => Self::ContactsImported,
            account::Kind::SettingsChanged { .. } => Self::SettingsChanged,
            account::Kind::SendChecked => Self::RequestChecked,
        }
    }

    const fn of_connection(kind: &connection::Kind) -> Self {
        match kind {
            connection::Kind::Blocked { .. } => Self::MemberBlocked,
            connection::Kind::Unblocked => Self::MemberUnblocked,
            connection::Kind::Recorded { .. } => Self::ConnectionRecorded,
            connection::Kind::Disconnected { .. } => Self::MemberDisconnected,
            connection::Kind::Closed { .. } => Self::ConnectionClosed,
            connection::Kind::AcceptanceTaken { .. } => Self::AcceptanceTaken,
            connection::Kind::AcceptanceLapsed { .. } => Self::AcceptanceLapsed,
            connection::Kind::DisconnectionTaken { .. } => Self::DisconnectionTaken,
            connection::Kind::ClosureTaken { .. } => Self::ClosureTaken,
        }
    }

    const fn of_outgoing(kind: &outgoing::Kind) -> Self {
        match kind {
            outgoing::Kind::Submitted { .. } => Self::RequestSubmitted,
            outgoing::Kind::Refused { .. } => Self::RequestRefused,
            outgoing::Kind::Held { .. } => Self::RequestHeld,
            outgoing::Kind::Sent { .. } => Self::RequestSent,
            outgoing::Kind::Confirmed { .. } => Self::RequestConfirmed,
            outgoing::Kind::Withdrawn { .. } => Self::RequestWithdrawn,
            outgoing::Kind::Expired { .. } => Self::RequestExpired,
            outgoing::Kind::Reminded { .. } => Self::RequestReminded,
        }
    }

    const fn of_letter(kind: &letter::Kind) -> Self {
        match kind {
            letter::Kind::DeliveryFailed { .. } => Self::DeliveryFailed,
            letter::Kind::DeliveryAbandoned { .. } => Self::DeliveryAbandoned,
            letter::Kind::RequestArrived { .. } => Self::RequestArrived,
            letter::Kind::WithdrawalTaken { .. } => Self::WithdrawalTaken,
            letter::Kind::ReminderTaken { .. } => Self::ReminderTaken,
        }
    }

    const fn of_incoming(kind: &incoming::Kind) -> Self {
        match kind {
            incoming::Kind::Delivered { .. } => Self::RequestDelivered,
            incoming::Kind::Held { .. } => Self::RequestHeldByRecipient,
            incoming::Kind::Filed { .. } => Self::RequestFiled,
            incoming::Kind::FiledByClosure => Self::RequestFiledByClosure,
            incoming::Kind::Merged { .. } => Self::RequestMerged,
            incoming::Kind::Crossed { .. } => Self::RequestsCrossed,
            incoming::Kind::Shown => Self::RequestShown,
            incoming::Kind::Accepted { .. } => Self::RequestAccepted,
            incoming::Kind::Declined => Self::RequestDeclined,
            incoming::Kind::Dismissed => Self::RequestDismissed,
            incoming::Kind::Reported => Self::RequestReported,
        }
    }

    const fn of_import(event: &import::Event) -> Self {
        match event {
            import::Event::Begun { .. } => Self::ImportBegun,
            import::Event::RequestObserved { .. } => Self::RequestObserved,
            import::Event::AcceptanceObserved { .. } => Self::AcceptanceObserved,
            import::Event::Export(event) => Self::of_export(event),
            import::Event::Inherited(record) => Self::of_record(record),
        }
    }

    const fn of_export(event: &ExportEvent) -> Self {
        match event {
            ExportEvent::ExportBegun { .. } => Self::ExportBegun,
            ExportEvent::ExportEnded { .. } => Self::ExportEnded,
            ExportEvent::PeopleObserved { .. } => Self::PeopleObserved,
            ExportEvent::PersonChanged { .. } => Self::PersonChanged,
            ExportEvent::ConnectionObserved { .. } => Self::ConnectionObserved,
            ExportEvent::NamesakesObserved { .. } => Self::NamesakesObserved,
            ExportEvent::DeclineObserved { .. } => Self::DeclineObserved,
            ExportEvent::EndObserved { .. } => Self::EndObserved,
            ExportEvent::RequestVanished { .. } => Self::RequestVanished,
            ExportEvent::ConnectionVanished { .. } => Self::ConnectionVanished,
            ExportEvent::BlockObserved { .. } => Self::BlockObserved,
        }
    }

    const fn of_record(record: &ImportedRecord) -> Self {
        match record {
            ImportedRecord::StretchTaken(_) => Self::StretchTaken,
            ImportedRecord::MemberInherited { .. } => Self::MemberInherited,
            ImportedRecord::ConnectionInherited { .. } => Self::ConnectionInherited,
            ImportedRecord::RequestInherited { .. } => Self::RequestInherited,
            ImportedRecord::ArrivalInherited { .. } => Self::ArrivalInherited,
            ImportedRecord::BlockInherited { .. } => Self::BlockInherited,
        }
    }

    const fn of_oversight(oversight: &oversight::Event) -> Self {
        match oversight {
            oversight::Event::FeedbackTaken { .. } => Self::FeedbackTaken,
            oversight::Event::RestrictionImposed { .. } => Self::RestrictionImposed,
            oversight::Event::AppealOpened { .. } => Self::AppealOpened,
            oversight::Event::AppealUpheld { .. } => Self::AppealUpheld,
            oversight::Event::AppealDismissed { .. } => Self::AppealDismissed,
            oversight::Event::RequestReleased { .. } => Self::RequestReleased,
            oversight::Event::RequestRejected { .. } => Self::RequestRejected,
            oversight::Event::RequestStaysHeld { .. } => Self::RequestStaysHeld,
            oversight::Event::BanReversed { .. } => Self::BanReversed,
            oversight::Event::RequestRestored { .. } => Self::RequestRestored,
        }
    }
}
