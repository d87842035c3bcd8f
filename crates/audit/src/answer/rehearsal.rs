//! Rehearsals: what today's rules say about a request. They are shown beside the recorded reason and never replace it.

use acquaint_domain::{Code, MemberId, Timestamp, Verdict};

/// What one side's rules would find if the request were made again at the moment that the answer is about. A rehearsal
/// sends, writes and counts nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// What the rules find.
    pub verdict: Verdict,
    /// When the recorded cause ended; `None` where it still exists or no event dates its end.
    pub ended: Option<Timestamp>,
}

/// The member who now has the e-mail address that a request was sent to and that nobody had at the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressOwner {
    /// The address's owner.
    pub member: MemberId,
    /// Time since which the member has had it; `None` when that is not known.
    pub since: Option<Timestamp>,
}

/// What a recipient's setting for companies and titles compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyComparison {
    /// The companies that the setting named when the request arrived.
    pub companies: Vec<String>,
    /// The titles that the setting named then.
    pub titles: Vec<String>,
    /// The sender's company at that time; `None` where none was given.
    pub company: Option<String>,
    /// The sender's title at that time; `None` where none was given.
    pub title: Option<String>,
}

/// Another request between the same two members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sibling {
    /// Id of the request.
    pub request: acquaint_domain::RequestId,
    /// When it was made.
    pub at: Timestamp,
    /// Its state for the viewer.
    pub code: Code,
    /// The addressee, as far as the viewer may know.
    pub to: String,
}

/// How a cause that stopped a request comes to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseEnd {
    /// The block is lifted.
    Unblock,
    /// The restriction or ban is lifted; a restriction also ends by its own date.
    Lift,
    /// The settings are changed, or contacts imported.
    Change,
    /// The connection ends.
    Disconnection,
    /// Only the passing of time ends it.
    Time,
    /// No event of the member's own desk records an end.
    Unrecorded,
}

impl CauseEnd {
    /// How the cause with this code ends.
    pub const fn of(code: Code) -> Self {
        match code {
            Code::YouBlockedThem | Code::BlockedByRecipient => Self::Unblock,
            Code::SenderRestricted | Code::SenderBanned | Code::RecipientRestricted => Self::Lift,
            Code::OwnSettingContacts
            | Code::OwnSettingDegree
            | Code::RecipientSettingContacts
            | Code::RecipientSettingDegree
            | Code::RecipientSettingAudience => Self::Change,
            Code::AlreadyConnected => Self::Disconnection,
            Code::DailyLimit
            | Code::WeeklyLimit
            | Code::NoteLimit
            | Code::AttemptsLimit
            | Code::ReminderLimit
            | Code::ReminderTooEarly
            | Code::ResendCooldown => Self::Time,
            Code::AddressUnknown
            | Code::AddressMalformed
            | Code::SelfRequest
            | Code::AlreadyPending
            | Code::AwaitingOwnConfirmation
            | Code::PendingPileFull
            | Code::OwnNetworkFull
            | Code::EmailRequired
            | Code::NothingToAppeal
            | Code::AppealWaits
            | Code::AppealLimit
            | Code::AppealTooLate
            | Code::SpamRefused
            | Code::SpamHeld
            | Code::Automation
            | Code::DeliveryRetrying
            | Code::DeliveryFailed
            | Code::SiteWideIncident
            | Code::InTransit
            | Code::RecipientClosed
            | Code::AwaitingRecipientConfirmation
            | Code::RecipientNetworkFull
            | Code::AwaitingResponse
            | Code::Ignored
            | Code::Dismissed
            | Code::Declined
            | Code::Reported
            | Code::Withdrawn
            | Code::Expired
            | Code::Accepted
            | Code::DisconnectedSince
            | Code::Crossed
            | Code::SenderClosed
            | Code::AgedOutOfExport
            | Code::NotInExport
            | Code::Undisclosed => Self::Unrecorded,
        }
    }
}
