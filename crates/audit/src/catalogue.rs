//! The catalogue: what every code means, who is told about it, and what helps.

use acquaint_domain::Code;

use crate::answer::Viewer;
use crate::answer::action::Help;

mod appeals;
mod courier;
mod exports;
mod limits;
mod outcome;
mod page;
mod recipient;
mod sender;

pub use page::reasons_page;

/// The catalogue's texts about one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// Reason code that the entry describes.
    pub code: Code,
    /// A short title, lower case and without a full stop.
    pub title: &'static str,
    /// What the code means.
    pub meaning: &'static str,
    /// The article's cause that it corresponds to; `None` where the article has none.
    pub article: Option<&'static str>,
    /// The part of the system that decides it.
    pub decided_by: &'static str,
    /// What is recorded as evidence.
    pub evidence: &'static str,
    /// What the sender is told.
    pub sender: Disclosure,
    /// What the recipient is told.
    pub recipient: Disclosure,
    /// What the sender can do.
    pub remedy: &'static [Help],
    /// What the recipient can do.
    pub recipient_remedy: &'static [Help],
    /// What does not help.
    pub wont_help: &'static [&'static str],
    /// Who reviews the decision; `None` where nobody does.
    pub redress: Option<&'static str>,
    /// File name of the script that provokes it.
    pub script: &'static str,
}

/// How much a viewer is told about a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disclosure {
    /// The code, the numbers and the remedy.
    Full,
    /// The kind of cause and the viewer's own numbers, without weights, scores and thresholds.
    ClassOnly,
    /// The one answer that every cause on the other side shares.
    Open,
    /// The fact itself, but not who on the other side caused it, or why.
    OtherSide,
    /// Nothing: this viewer may not know it, or never meets it.
    None,
}

impl CatalogueEntry {
    /// What the entries of one group share: who decides, and how much each member is told. Each entry fills in the
    /// rest.
    const fn of_group(decided_by: &'static str, sender: Disclosure, recipient: Disclosure) -> Self {
        Self {
            code: Code::Undisclosed,
            title: "",
            meaning: "",
            article: None,
            decided_by,
            evidence: "",
            sender,
            recipient,
            remedy: &[],
            recipient_remedy: &[],
            wont_help: &[],
            redress: None,
            script: "",
        }
    }

    /// How much `viewer` is told.
    pub const fn disclosure(&self, viewer: Viewer) -> Disclosure {
        match viewer {
            Viewer::Sender => self.sender,
            Viewer::Recipient => self.recipient,
            Viewer::Agent | Viewer::Engineer => Disclosure::Full,
        }
    }

    /// What does not help, as owned texts for an answer.
    pub(crate) fn wont_help_owned(&self) -> Vec<String> {
        self.wont_help.iter().map(|text| (*text).to_owned()).collect()
    }
}

impl Disclosure {
    /// The name shown in the catalogue's page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::ClassOnly => "class only",
            Self::Open => "open",
            Self::OtherSide => "other side",
            Self::None => "nothing",
        }
    }
}

/// The catalogue's entry for `code`.
pub const fn entry(code: Code) -> &'static CatalogueEntry {
    match code {
        Code::AddressUnknown => &sender::ADDRESS_UNKNOWN,
        Code::AddressMalformed => &sender::ADDRESS_MALFORMED,
        Code::SelfRequest => &sender::SELF_REQUEST,
        Code::AlreadyPending => &sender::ALREADY_PENDING,
        Code::AlreadyConnected => &sender::ALREADY_CONNECTED,
        Code::ResendCooldown => &limits::RESEND_COOLDOWN,
        Code::YouBlockedThem => &sender::YOU_BLOCKED_THEM,
        Code::SenderRestricted => &sender::SENDER_RESTRICTED,
        Code::SenderBanned => &sender::SENDER_BANNED,
        Code::OwnSettingContacts => &sender::OWN_SETTING_CONTACTS,
        Code::OwnSettingDegree => &sender::OWN_SETTING_DEGREE,
        Code::AwaitingOwnConfirmation => &sender::AWAITING_OWN_CONFIRMATION,
        Code::PendingPileFull => &limits::PENDING_PILE_FULL,
        Code::OwnNetworkFull => &limits::OWN_NETWORK_FULL,
        Code::EmailRequired => &limits::EMAIL_REQUIRED,
        Code::NothingToAppeal => &appeals::NOTHING,
        Code::AppealWaits => &appeals::WAITS,
        Code::DailyLimit => &sender::DAILY_LIMIT,
        Code::WeeklyLimit => &limits::WEEKLY_LIMIT,
        Code::NoteLimit => &limits::NOTE_LIMIT,
        Code::AttemptsLimit => &limits::ATTEMPTS_LIMIT,
        Code::ReminderLimit => &limits::REMINDER_LIMIT,
        Code::ReminderTooEarly => &limits::REMINDER_TOO_EARLY,
        Code::AppealLimit => &appeals::LIMIT,
        Code::AppealTooLate => &appeals::TOO_LATE,
        Code::SpamRefused => &sender::SPAM_REFUSED,
        Code::SpamHeld => &sender::SPAM_HELD,
        Code::Automation => &sender::AUTOMATION,
        Code::DeliveryRetrying => &courier::DELIVERY_RETRYING,
        Code::DeliveryFailed => &courier::DELIVERY_FAILED,
        Code::SiteWideIncident => &courier::SITE_WIDE_INCIDENT,
        Code::InTransit => &courier::IN_TRANSIT,
        Code::RecipientClosed => &recipient::RECIPIENT_CLOSED,
        Code::RecipientRestricted => &recipient::RECIPIENT_RESTRICTED,
        Code::BlockedByRecipient => &recipient::BLOCKED_BY_RECIPIENT,
        Code::RecipientSettingContacts => &recipient::RECIPIENT_SETTING_CONTACTS,
        Code::RecipientSettingDegree => &recipient::RECIPIENT_SETTING_DEGREE,
        Code::RecipientSettingAudience => &recipient::RECIPIENT_SETTING_AUDIENCE,
        Code::AwaitingRecipientConfirmation => &recipient::AWAITING_RECIPIENT_CONFIRMATION,
        Code::RecipientNetworkFull => &recipient::RECIPIENT_NETWORK_FULL,
        Code::AwaitingResponse => &recipient::AWAITING_RESPONSE,
        Code::Ignored => &recipient::IGNORED,
        Code::Dismissed => &recipient::DISMISSED,
        Code::Declined => &recipient::DECLINED,
        Code::Reported => &recipient::REPORTED,
        Code::Withdrawn => &outcome::WITHDRAWN,
        Code::Expired => &outcome::EXPIRED,
        Code::Accepted => &outcome::ACCEPTED,
        Code::DisconnectedSince => &outcome::DISCONNECTED_SINCE,
        Code::Crossed => &outcome::CROSSED,
        Code::SenderClosed => &outcome::SENDER_CLOSED,
        Code::AgedOutOfExport => &exports::AGED_OUT_OF_EXPORT,
        Code::NotInExport => &exports::NOT_IN_EXPORT,
        Code::Undisclosed => &outcome::UNDISCLOSED,
    }
}
