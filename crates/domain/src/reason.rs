//! The codes of all causes that an answer can name. Their texts, disclosure and remedies are in the catalogue of
//! `acquaint-audit`.

use std::fmt;

/// A cause. The number is public API: never renumbered, never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Code {
    /// No member has the handle or profile URL that was entered.
    AddressUnknown = 101,
    /// The text entered is not an address.
    AddressMalformed = 102,
    /// A request to oneself.
    SelfRequest = 103,
    /// An earlier request to the same address is still open.
    AlreadyPending = 201,
    /// The two are connected.
    AlreadyConnected = 202,
    /// The sender withdrew a request to the same address too recently.
    ResendCooldown = 203,
    /// The sender blocks the recipient.
    YouBlockedThem = 204,
    /// The sender's account is restricted for a time.
    SenderRestricted = 301,
    /// The sender's account is banned.
    SenderBanned = 302,
    /// The sender's own settings allow only contacts.
    OwnSettingContacts = 303,
    /// The sender's own settings allow only people within a distance.
    OwnSettingDegree = 304,
    /// Waits for the sender's own confirmation.
    AwaitingOwnConfirmation = 305,
    /// Too many of the sender's requests are open.
    PendingPileFull = 306,
    /// The sender has too many connections.
    OwnNetworkFull = 307,
    /// The sender must give the recipient's e-mail address.
    EmailRequired = 308,
    /// There is no decision of the network to appeal against.
    NothingToAppeal = 309,
    /// An earlier appeal against the same decision is not decided yet.
    AppealWaits = 310,
    /// The day's requests are used up.
    DailyLimit = 401,
    /// The week's requests are used up.
    WeeklyLimit = 402,
    /// The note is too long, or the notes are used up.
    NoteLimit = 403,
    /// Too many refused sends and checks.
    AttemptsLimit = 404,
    /// The recipient was reminded as often as the policy allows.
    ReminderLimit = 405,
    /// The request is too young for a reminder.
    ReminderTooEarly = 406,
    /// As many appeals against the decision were dismissed as the policy allows.
    AppealLimit = 407,
    /// The time to appeal against the decision is over.
    AppealTooLate = 408,
    /// Looks like bulk sending.
    SpamRefused = 501,
    /// Held as possible bulk sending, for review.
    SpamHeld = 502,
    /// Sent by an automation tool.
    Automation = 503,
    /// Delivery failed and is tried again.
    DeliveryRetrying = 601,
    /// Delivery was given up.
    DeliveryFailed = 602,
    /// Many deliveries fail at the same time.
    SiteWideIncident = 603,
    /// Sent, not arrived yet.
    InTransit = 604,
    /// The recipient's account is closed.
    RecipientClosed = 701,
    /// The recipient's account is restricted.
    RecipientRestricted = 702,
    /// The recipient blocks the sender.
    BlockedByRecipient = 703,
    /// The recipient allows only contacts.
    RecipientSettingContacts = 704,
    /// The recipient allows only people within a distance.
    RecipientSettingDegree = 705,
    /// The recipient allows only certain companies and titles.
    RecipientSettingAudience = 706,
    /// Waits for the recipient's confirmation before it is displayed.
    AwaitingRecipientConfirmation = 707,
    /// The recipient has too many connections.
    RecipientNetworkFull = 708,
    /// Delivered, no answer yet.
    AwaitingResponse = 801,
    /// No answer for a long time.
    Ignored = 802,
    /// The recipient set it aside.
    Dismissed = 803,
    /// The recipient declined.
    Declined = 804,
    /// The recipient reported it.
    Reported = 805,
    /// The request was withdrawn by its sender.
    Withdrawn = 806,
    /// The request reached the policy's expiry age.
    Expired = 807,
    /// The request was accepted by its recipient.
    Accepted = 808,
    /// The two were connected and no longer are.
    DisconnectedSince = 809,
    /// Each of the two members asked the other.
    Crossed = 810,
    /// The sender closed the account.
    SenderClosed = 811,
    /// No longer in the export because of its age.
    AgedOutOfExport = 901,
    /// Not in the export.
    NotInExport = 902,
    /// The one answer that all causes on the recipient's side share.
    Undisclosed = 903,
}

impl Code {
    /// Every code, in order of its number.
    pub const ALL: [Self; 54] = [
        Self::AddressUnknown,
        Self::AddressMalformed,
        Self::SelfRequest,
        Self::AlreadyPending,
        Self::AlreadyConnected,
        Self::ResendCooldown,
        Self::YouBlockedThem,
        Self::SenderRestricted,
        Self::SenderBanned,
        Self::OwnSettingContacts,
        Self::OwnSettingDegree,
        Self::AwaitingOwnConfirmation,
        Self::PendingPileFull,
        Self::OwnNetworkFull,
        Self::EmailRequired,
        Self::NothingToAppeal,
        Self::AppealWaits,
        Self::DailyLimit,
        Self::WeeklyLimit,
        Self::NoteLimit,
        Self::AttemptsLimit,
        Self::ReminderLimit,
        Self::ReminderTooEarly,
        Self::AppealLimit,
        Self::AppealTooLate,
        Self::SpamRefused,
        Self::SpamHeld,
        Self::Automation,
        Self::DeliveryRetrying,
        Self::DeliveryFailed,
        Self::SiteWideIncident,
        Self::InTransit,
        Self::RecipientClosed,
        Self::RecipientRestricted,
        Self::BlockedByRecipient,
        Self::RecipientSettingContacts,
        Self::RecipientSettingDegree,
        Self::RecipientSettingAudience,
        Self::AwaitingRecipientConfirmation,
        Self::RecipientNetworkFull,
        Self::AwaitingResponse,
        Self::Ignored,
        Self::Dismissed,
        Self::Declined,
        Self::Reported,
        Self::Withdrawn,
        Self::Expired,
        Self::Accepted,
        Self::DisconnectedSince,
        Self::Crossed,
        Self::SenderClosed,
        Self::AgedOutOfExport,
        Self::NotInExport,
        Self::Undisclosed,
    ];

    /// The number, as in `CR0101`.
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The code with this number, if there is one.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.number() == number)
    }

    /// The name, as in `address-unknown`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddressUnknown => "address-unknown",
            Self::AddressMalformed => "address-malformed",
            Self::SelfRequest => "self-request",
            Self::AlreadyPending => "already-pending",
            Self::AlreadyConnected => "already-connected",
            Self::ResendCooldown => "resend-cooldown",
            Self::YouBlockedThem => "you-blocked-them",
            Self::SenderRestricted => "sender-restricted",
            Self::SenderBanned => "sender-banned",
            Self::OwnSettingContacts => "own-setting-contacts",
            Self::OwnSettingDegree => "own-setting-degree",
            Self::AwaitingOwnConfirmation => "awaiting-own-confirmation",
            Self::PendingPileFull => "pending-pile-full",
            Self::OwnNetworkFull => "own-network-full",
            Self::EmailRequired => "email-required",
            Self::NothingToAppeal => "nothing-to-appeal",
            Self::AppealWaits => "appeal-waits",
            Self::DailyLimit => "daily-limit",
            Self::WeeklyLimit => "weekly-limit",
            Self::NoteLimit => "note-limit",
            Self::AttemptsLimit => "attempts-limit",
            Self::ReminderLimit => "reminder-limit",
            Self::ReminderTooEarly => "reminder-too-early",
            Self::AppealLimit => "appeal-limit",
            Self::AppealTooLate => "appeal-too-late",
            Self::SpamRefused => "spam-refused",
            Self::SpamHeld => "spam-held",
            Self::Automation => "automation",
            Self::DeliveryRetrying => "delivery-retrying",
            Self::DeliveryFailed => "delivery-failed",
            Self::SiteWideIncident => "site-wide-incident",
            Self::InTransit => "in-transit",
            Self::RecipientClosed => "recipient-closed",
            Self::RecipientRestricted => "recipient-restricted",
            Self::BlockedByRecipient => "blocked-by-recipient",
            Self::RecipientSettingContacts => "recipient-setting-contacts",
            Self::RecipientSettingDegree => "recipient-setting-degree",
            Self::RecipientSettingAudience => "recipient-setting-audience",
            Self::AwaitingRecipientConfirmation => "awaiting-recipient-confirmation",
            Self::RecipientNetworkFull => "recipient-network-full",
            Self::AwaitingResponse => "awaiting-response",
            Self::Ignored => "ignored",
            Self::Dismissed => "dismissed",
            Self::Declined => "declined",
            Self::Reported => "reported",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Accepted => "accepted",
            Self::DisconnectedSince => "disconnected-since",
            Self::Crossed => "crossed",
            Self::SenderClosed => "sender-closed",
            Self::AgedOutOfExport => "aged-out-of-export",
            Self::NotInExport => "not-in-export",
            Self::Undisclosed => "undisclosed",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("CR{:04}", self.number()))
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_is_found_by_its_number_and_numbers_ascend() {
        for code in Code::ALL {
            assert_eq!(Code::from_number(code.number()), Some(code));
        }
        assert!(Code::ALL.is_sorted_by(|a, b| a.number() < b.number()));
        assert_eq!(Code::from_number(0), None);
    }
}
