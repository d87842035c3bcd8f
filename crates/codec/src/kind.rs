//! The types of events and their numbers: the one place where a number is given.
//!
//! A number is never changed and never given to another type, also when the type it was given to is gone. Hundreds are
//! kept together: the network 1 (its oversight 60 to 69, what was there before 70 to 79, reminders and lookups 90), members 100, relations 200, the
//! outgoing desk 300, letters 400, the incoming desk 500, other networks' records 900, of which members' own exports have
//! 980 to 999.

use acquaint_domain::export::ExportEvent;
use acquaint_domain::{Event, Inherited, Oversight};

/// Writes the enum and the names from one list.
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
    MemberBlocked = 200, "member-blocked";
    MemberUnblocked = 201, "member-unblocked";
    ConnectionRecorded = 202, "connection-recorded";
    MemberDisconnected = 203, "member-disconnected";
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
            Event::Founded { .. } => Self::Founded,
            Event::PolicyAdopted { .. } => Self::PolicyAdopted,
            Event::CommandRefused(_) => Self::CommandRefused,
            Event::FaultStarted { .. } => Self::FaultStarted,
            Event::FaultStopped(_) => Self::FaultStopped,
            Event::RequestReminded(_) => Self::RequestReminded,
            Event::ReminderTaken(_) => Self::ReminderTaken,
            Event::LookupRecorded(_) => Self::LookupRecorded,
            Event::MemberAdded { .. } => Self::MemberAdded,
            Event::MemberChanged { .. } => Self::MemberChanged,
            Event::MemberRestricted { .. } => Self::MemberRestricted,
            Event::MemberBanned(_) => Self::MemberBanned,
            Event::RestrictionLifted(_) => Self::RestrictionLifted,
            Event::MemberClosed { .. } => Self::MemberClosed,
            Event::ContactsImported { .. } => Self::ContactsImported,
            Event::SettingsChanged { .. } => Self::SettingsChanged,
            Event::MemberBlocked { .. } => Self::MemberBlocked,
            Event::MemberUnblocked { .. } => Self::MemberUnblocked,
            Event::ConnectionRecorded { .. } => Self::ConnectionRecorded,
            Event::MemberDisconnected { .. } => Self::MemberDisconnected,
            Event::RequestSubmitted { .. } => Self::RequestSubmitted,
            Event::RequestRefused { .. } => Self::RequestRefused,
            Event::RequestHeld { .. } => Self::RequestHeld,
            Event::RequestSent { .. } => Self::RequestSent,
            Event::RequestConfirmed { .. } => Self::RequestConfirmed,
            Event::RequestWithdrawn { .. } => Self::RequestWithdrawn,
            Event::RequestExpired { .. } => Self::RequestExpired,
            Event::RequestChecked(_) => Self::RequestChecked,
            Event::DeliveryFailed { .. } => Self::DeliveryFailed,
            Event::DeliveryAbandoned { .. } => Self::DeliveryAbandoned,
            Event::RequestArrived { .. } => Self::RequestArrived,
            Event::WithdrawalTaken { .. } => Self::WithdrawalTaken,
            Event::AcceptanceTaken { .. } => Self::AcceptanceTaken,
            Event::AcceptanceLapsed { .. } => Self::AcceptanceLapsed,
            Event::DisconnectionTaken { .. } => Self::DisconnectionTaken,
            Event::ClosureTaken { .. } => Self::ClosureTaken,
            Event::RequestDelivered { .. } => Self::RequestDelivered,
            Event::RequestHeldByRecipient { .. } => Self::RequestHeldByRecipient,
            Event::RequestFiled { .. } => Self::RequestFiled,
            Event::RequestUnclaimed { .. } => Self::RequestUnclaimed,
            Event::RequestMerged { .. } => Self::RequestMerged,
            Event::RequestsCrossed { .. } => Self::RequestsCrossed,
            Event::RequestShown(_) => Self::RequestShown,
            Event::RequestAccepted { .. } => Self::RequestAccepted,
            Event::RequestDeclined(_) => Self::RequestDeclined,
            Event::RequestDismissed(_) => Self::RequestDismissed,
            Event::RequestReported(_) => Self::RequestReported,
            Event::Oversight(oversight) => Self::of_oversight(oversight),
            Event::ImportBegun { .. } => Self::ImportBegun,
            Event::RequestObserved { .. } => Self::RequestObserved,
            Event::AcceptanceObserved { .. } => Self::AcceptanceObserved,
            Event::Export(event) => Self::of_export(event),
            Event::Inherited(inherited) => Self::of_inherited(inherited),
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

    const fn of_inherited(inherited: &Inherited) -> Self {
        match inherited {
            Inherited::StretchTaken(_) => Self::StretchTaken,
            Inherited::MemberInherited { .. } => Self::MemberInherited,
            Inherited::ConnectionInherited { .. } => Self::ConnectionInherited,
            Inherited::RequestInherited { .. } => Self::RequestInherited,
            Inherited::ArrivalInherited { .. } => Self::ArrivalInherited,
            Inherited::BlockInherited { .. } => Self::BlockInherited,
        }
    }

    const fn of_oversight(oversight: &Oversight) -> Self {
        match oversight {
            Oversight::FeedbackTaken { .. } => Self::FeedbackTaken,
            Oversight::RestrictionImposed { .. } => Self::RestrictionImposed,
            Oversight::AppealOpened { .. } => Self::AppealOpened,
            Oversight::AppealUpheld { .. } => Self::AppealUpheld,
            Oversight::AppealDismissed { .. } => Self::AppealDismissed,
            Oversight::RequestReleased { .. } => Self::RequestReleased,
            Oversight::RequestRejected { .. } => Self::RequestRejected,
        }
    }
}
