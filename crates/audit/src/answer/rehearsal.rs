//! Rehearsals: what today's rules say of a request, next to what was recorded. They never replace the recorded reason.

use acquaint_domain::{Code, MemberId, Timestamp, Verdict};

/// What the rules of one side would find if the request were made again at the moment that the answer is about. Nothing was
/// sent, written or counted to find it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsal {
    /// What they find.
    pub verdict: Verdict,
    /// When the recorded cause ended; `None` where it still exists, and where no event dates its end.
    pub ended: Option<Timestamp>,
}

/// The member who has the e-mail address today that a request was sent to, where nobody had it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressOwner {
    /// Who has it.
    pub member: MemberId,
    /// Time from which the member has had it; `None` when that is not known.
    pub since: Option<Timestamp>,
}

/// What a recipient's setting for companies and titles compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyComparison {
    /// The companies that the setting named when the request arrived.
    pub companies: Vec<String>,
    /// The titles that it named.
    pub titles: Vec<String>,
    /// The sender's company then.
    pub company: Option<String>,
    /// The sender's title then.
    pub title: Option<String>,
}

/// Another request between the same two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sibling {
    /// Id of the request.
    pub request: acquaint_domain::RequestId,
    /// When it was made.
    pub at: Timestamp,
    /// Its state for the viewer.
    pub code: Code,
    /// To whom it was addressed, as the viewer may know.
    pub to: String,
}

/// How a cause that stopped a request ends.
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
    /// By the passing of time alone.
    Time,
    /// No event of the member's own desk ends it.
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
