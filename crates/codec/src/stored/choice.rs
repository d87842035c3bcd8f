//! The domain's enums, stored as the place of a variant in its list, from 0.
//!
//! Each enum here is the stored form of the domain's enum of the same name (a remote definition, in serde's terms), so the
//! domain may reorder its variants without changing the bytes. The order of variants here is frozen: a new one goes to the
//! end, and one that the domain no longer has keeps its place.

use acquaint_domain as domain;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::Tier")]
pub(crate) enum Tier {
    Free,
    Premium,
    SalesNavigator,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::AcceptFrom")]
pub(crate) enum AcceptFrom {
    Everyone,
    Contacts,
    ContactsOrEmail,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::MaxDegree")]
pub(crate) enum MaxDegree {
    Any,
    Within(u8),
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::Confirmation")]
pub(crate) enum Confirmation {
    Off,
    First,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::RestrictionCause")]
pub(crate) enum RestrictionCause {
    Spam,
    Policy,
    Security,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::FeedbackBasis")]
pub(crate) enum FeedbackBasis {
    AllAnswers,
    PrivateAnswers,
}

/// A flag, stored as a choice: `Yes`, then `No`.
#[derive(Serialize, Deserialize)]
pub(crate) enum YesNo {
    Yes,
    No,
}

impl YesNo {
    pub(crate) fn serialize<S: Serializer>(flag: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        let choice = if *flag { Self::Yes } else { Self::No };
        Serialize::serialize(&choice, serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        let choice: Self = Deserialize::deserialize(deserializer)?;
        Ok(matches!(choice, Self::Yes))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::Fault")]
pub(crate) enum Fault {
    ServerError,
    Timeout,
    AppBug,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::FaultChannel")]
pub(crate) enum FaultChannel {
    Web,
    Mobile,
    Desktop,
    All,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::WithdrawalCause")]
pub(crate) enum WithdrawalCause {
    Withdrawn,
    Expired,
    SenderClosed,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::WithdrawnBy")]
pub(crate) enum WithdrawnBy {
    Member,
    Block,
    Enforcement,
    Closure,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::CommandKind")]
pub(crate) enum CommandKind {
    Confirm,
    Accept,
    Decline,
    Ignore,
    Report,
    Withdraw,
    Block,
    Unblock,
    Connect,
    Disconnect,
    Settings,
    Contacts,
    Remind,
    Appeal,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::Rule")]
pub(crate) enum Rule {
    AddressForm,
    AddressKnown,
    NotSelf,
    NotBlockedByOneself,
    NotConnected,
    NotPending,
    SenderNotBanned,
    SenderNotRestricted,
    OwnContacts,
    OwnDegree,
    DailyLimit,
    Spam,
    OwnConfirmation,
    RecipientOpen,
    RecipientUnrestricted,
    NotBlockedByRecipient,
    RecipientContacts,
    RecipientDegree,
    RecipientAudience,
    RecipientConfirmation,
    AttemptsLimit,
    ResendCooldown,
    PendingPile,
    OwnNetwork,
    EmailRequired,
    WeeklyLimit,
    NoteLength,
    NoteQuota,
    RecipientNetwork,
    Crossing,
    ReminderLimit,
    ReminderAge,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::outgoing::Charge")]
pub(crate) enum Charge {
    Nothing,
    Request,
    RequestWithNote,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::BucketKind")]
pub(crate) enum BucketKind {
    FromFirst,
    Day,
    Week,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::SymbolKind")]
pub(crate) enum SymbolKind {
    RepeatedNote,
    Client,
    Velocity,
    Regularity,
    Strangers,
    Sequential,
    YoungAccount,
    Reports,
    Acceptance,
    Contacts,
    Mutuals,
    Company,
    Standing,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::AddressProblem")]
pub(crate) enum AddressProblem {
    Empty,
    Character,
    TooLong,
    NoLocalPart,
    NoDomain,
    SecondAt,
    PercentEncoding,
    Scheme,
    NoPath,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::export::Network")]
pub(crate) enum Network {
    LinkedIn,
    Facebook,
    Mastodon,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::export::SourceFile")]
pub(crate) enum SourceFile {
    Messages,
    Invitations,
    Connections,
    SentRequests,
    ReceivedRequests,
    RejectedRequests,
    Friends,
    RemovedFriends,
    Following,
    Blocks,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::export::Precision")]
pub(crate) enum Precision {
    Second,
    Minute,
    Day,
    Undated,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::export::AttestedBy")]
pub(crate) enum AttestedBy {
    Network,
    Sender,
    Recipient,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::export::Join")]
pub(crate) enum Join {
    Stated,
    Url,
    NameAndDate,
    Name,
    /// Since version 3 of `acceptance-observed`.
    Email,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::export::Afterwards")]
pub(crate) enum Afterwards {
    Connected,
    Gone,
    Never,
    Unknown,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "domain::export::DatedBy")]
pub(crate) enum DatedBy {
    Word,
    FileName,
    LastRow,
}
