//! Commands: what somebody can ask the network to do.

use crate::address::{Address, EmailAddress, Handle};
use crate::ids::RequestId;
use crate::letter::{Channel, Fault, FaultChannel};
use crate::member::{AcceptFrom, Confirmation, MaxDegree, Profile, RestrictionCause, Tier};
use crate::network::Lookup;
use crate::time::Timestamp;

/// What somebody asks the network to do. Addresses are parsed already, except the recipient of a send: a send is recorded
/// whatever was entered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// A member joins.
    AddMember {
        /// Handle of the new member.
        handle: Handle,
        /// Subscription of the new member.
        tier: Tier,
        /// Profile of the new member.
        profile: Profile,
    },
    /// Some fields of a member's subscription or profile change.
    ChangeMember {
        /// Handle of the member.
        member: Handle,
        /// The fields to change; the others stay.
        draft: MemberDraft,
    },
    /// The network restricts a member.
    RestrictMember {
        /// Handle of the member.
        member: Handle,
        /// First moment at which the restriction is over.
        until: Timestamp,
        /// Cause of the restriction.
        cause: RestrictionCause,
    },
    /// The network bans a member.
    BanMember(Handle),
    /// The network lifts a restriction or ban.
    LiftRestriction(Handle),
    /// A member deletes the account.
    CloseMember(Handle),
    /// A member's address book grows.
    ImportContacts {
        /// Handle of the member.
        member: Handle,
        /// E-mail addresses of the contacts.
        contacts: Vec<EmailAddress>,
    },
    /// Some of a member's settings change.
    ChangeSettings {
        /// Handle of the member.
        member: Handle,
        /// The fields to change; the others stay.
        change: SettingsChange,
    },
    /// A member blocks another.
    Block(Pair),
    /// A member no longer blocks another.
    Unblock(Pair),
    /// An existing connection is recorded.
    RecordConnection(Pair),
    /// A member ends a connection.
    Disconnect(Pair),
    /// A member asks another to connect.
    SendRequest(Send),
    /// A member confirms a held request, sent or received.
    Confirm(Pair),
    /// A member accepts a request.
    Accept(Pair),
    /// A member declines a request.
    Decline(Pair),
    /// A member sets a request aside.
    Ignore(Pair),
    /// A member reports a request.
    Report(Pair),
    /// A member withdraws a request.
    Withdraw(Pair),
    /// A member reminds another of a request.
    Remind(Pair),
    /// An agent looks at a member's request and gives the reason.
    RecordLookup {
        /// Id of the request.
        request: RequestId,
        /// Who looks, and why.
        lookup: Lookup,
    },
    /// Another policy comes into force.
    AdoptPolicy {
        /// Text of the policy document (TOML).
        text: String,
    },
    /// A review releases a held request.
    ReleaseRequest(RequestId),
    /// A review refuses a held request.
    RefuseRequest(RequestId),
    /// A member appeals against a decision.
    OpenAppeal {
        /// Handle of the member.
        member: Handle,
        /// The request that was stopped; `None` when the appeal is against the restriction or ban of the account.
        request: Option<RequestId>,
    },
    /// A member's appeal is decided.
    DecideAppeal {
        /// Handle of the member.
        member: Handle,
        /// As in [`Command::OpenAppeal`].
        request: Option<RequestId>,
        /// Upheld if the member was right.
        decision: AppealDecision,
    },
    /// Letters begin to fail (a test aid).
    StartFault {
        /// The channel whose letters fail from now on.
        channel: FaultChannel,
        /// How they fail.
        fault: Fault,
    },
    /// Letters no longer fail (a test aid).
    StopFault(FaultChannel),
    /// A review releases a held request and waives its sender's limits: the request is not counted.
    ReleaseWaivingLimits(RequestId),
}

impl Command {
    /// The member who acts; `None` where the network's operator acts.
    pub fn acting_member(&self) -> Option<&Handle> {
        match self {
            Self::SendRequest(send) => Some(&send.sender),
            Self::ChangeMember { member, .. }
            | Self::CloseMember(member)
            | Self::ImportContacts { member, .. }
            | Self::OpenAppeal { member, .. }
            | Self::ChangeSettings { member, .. } => Some(member),
            Self::Block(pair)
            | Self::Unblock(pair)
            | Self::Disconnect(pair)
            | Self::Confirm(pair)
            | Self::Accept(pair)
            | Self::Decline(pair)
            | Self::Ignore(pair)
            | Self::Report(pair)
            | Self::Withdraw(pair)
            | Self::Remind(pair) => Some(&pair.member),
            Self::AddMember { .. }
            | Self::RestrictMember { .. }
            | Self::BanMember(_)
            | Self::LiftRestriction(_)
            | Self::RecordConnection(_)
            | Self::RecordLookup { .. }
            | Self::AdoptPolicy { .. }
            | Self::ReleaseRequest(_)
            | Self::ReleaseWaivingLimits(_)
            | Self::RefuseRequest(_)
            | Self::DecideAppeal { .. }
            | Self::StartFault { .. }
            | Self::StopFault(_) => None,
        }
    }
}

/// The two members of a command.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// The member who acts.
    pub member: Handle,
    /// The member whom the command is about.
    pub other: Address,
}

/// A request to connect, as its sender gives it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Send {
    /// Handle of the member who sends.
    pub sender: Handle,
    /// The recipient's address, exactly as entered.
    pub to: String,
    /// The note; `None` without one.
    pub note: Option<String>,
    /// The channel that it comes in by.
    pub channel: Channel,
    /// The recipient's e-mail address, if the sender gave it as well.
    pub with_email: Option<EmailAddress>,
}

/// The part of a member that changes; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MemberDraft {
    /// The new subscription.
    pub tier: Option<Tier>,
    /// The whole list of e-mail addresses.
    pub emails: Option<Vec<EmailAddress>>,
    /// The profile's URL.
    pub url: Option<crate::address::ProfileUrl>,
    /// Company that the profile shows; `None` leaves it as it is.
    pub company: Option<String>,
    /// Job title that the profile shows; `None` leaves it as it is.
    pub title: Option<String>,
}

/// The part of the settings that changes; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SettingsChange {
    /// Who may send.
    pub accept_from: Option<AcceptFrom>,
    /// How far away a sender may be.
    pub max_degree: Option<MaxDegree>,
    /// The whole list of companies whose people may send.
    pub companies: Option<Vec<String>>,
    /// The whole list of titles whose people may send.
    pub titles: Option<Vec<String>>,
    /// Whether requests wait for confirmation.
    pub confirmation: Option<Confirmation>,
}

/// The decision on an appeal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AppealDecision {
    /// The member was right: the rule's decision is reversed.
    Upheld,
    /// The rule's decision remains.
    Dismissed,
}
