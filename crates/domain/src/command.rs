//! What can be asked for.

use crate::address::{Address, EmailAddress, Handle};
use crate::ids::RequestId;
use crate::letter::{Channel, Fault, FaultChannel};
use crate::member::{AcceptFrom, Confirmation, MaxDegree, Profile, RestrictionCause, Tier};
use crate::network::Lookup;
use crate::time::Timestamp;
use crate::verdict::Whether;

/// A command: what somebody wants to happen, with names already read into addresses. Only the recipient of a send is
/// still as typed, because a send is recorded whatever was typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// A member joins.
    AddMember {
        /// Under this handle.
        handle: Handle,
        /// With this subscription.
        tier: Tier,
        /// And this profile.
        profile: Profile,
    },
    /// A member's subscription or profile changes in what is given.
    ChangeMember {
        /// Handle of the member whom it concerns.
        member: Handle,
        /// The fields to change; the others stay.
        draft: MemberDraft,
    },
    /// The network restricts a member.
    RestrictMember {
        /// Handle of the member whom it concerns.
        member: Handle,
        /// First moment at which it is over.
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
        /// Handle of the member whom it concerns.
        member: Handle,
        /// E-mail addresses of the contacts.
        contacts: Vec<EmailAddress>,
    },
    /// A member's settings change in what is given.
    ChangeSettings {
        /// Handle of the member whom it concerns.
        member: Handle,
        /// The fields to change; the others stay.
        change: SettingsChange,
    },
    /// A member blocks another.
    Block(Pair),
    /// A member no longer blocks another.
    Unblock(Pair),
    /// A connection that exists already is written down.
    RecordConnection(Pair),
    /// A member ends a connection.
    Disconnect(Pair),
    /// A member asks another to connect.
    SendRequest(Send),
    /// A member confirms a request that waits for their word: their own, or one to them.
    Confirm(Pair),
    /// A member says yes.
    Accept(Pair),
    /// A member says no.
    Decline(Pair),
    /// A member sets a request aside.
    Ignore(Pair),
    /// A member reports a request.
    Report(Pair),
    /// A member takes a request back.
    Withdraw(Pair),
    /// A member reminds another of a request.
    Remind(Pair),
    /// Staff looks at a member's request, and says why.
    RecordLookup {
        /// Id of the request.
        request: RequestId,
        /// Who looks, and why.
        lookup: Lookup,
    },
    /// Another policy judges from here on.
    AdoptPolicy {
        /// Text of the policy document (TOML).
        text: String,
    },
    /// A review lets a held request go on.
    ReleaseRequest(RequestId),
    /// A review refuses a held request.
    RefuseRequest(RequestId),
    /// A member asks for a decision to be looked at again.
    OpenAppeal {
        /// Handle of the member whom it concerns.
        member: Handle,
        /// About this request; `None` for the restriction or ban of the account.
        request: Option<RequestId>,
    },
    /// A member's appeal is decided.
    DecideAppeal {
        /// Handle of the member whom it concerns.
        member: Handle,
        /// As in [`Command::OpenAppeal`].
        request: Option<RequestId>,
        /// Whether the member was right.
        upheld: Whether,
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
    /// A review lets a held request go on and waives its sender's limits: it is not counted.
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

/// A member and the one that the command is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// The member who acts.
    pub member: Handle,
    /// Who it is about.
    pub other: Address,
}

/// A request to connect, as asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Send {
    /// Handle of the member who sends.
    pub sender: Handle,
    /// Whom, to the letter.
    pub to: String,
    /// With which note.
    pub note: Option<String>,
    /// By which channel.
    pub channel: Channel,
    /// Giving this e-mail address of the recipient's.
    pub with_email: Option<EmailAddress>,
}

/// The part of a member that changes; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct MemberDraft {
    /// The new subscription.
    pub tier: Option<Tier>,
    /// All e-mail addresses.
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
    /// From how far.
    pub max_degree: Option<MaxDegree>,
    /// From which companies; empty for none in particular.
    pub companies: Option<Vec<String>>,
    /// From which titles; empty for none in particular.
    pub titles: Option<Vec<String>>,
    /// Whether requests wait for a word first.
    pub confirmation: Option<Confirmation>,
}
