//! A judgement and everything it rests on: there is no verdict without its reasons.

use crate::address::MalformedAddress;
use crate::ids::{EventNumber, PolicyVersion, RequestId};
use crate::member::{AcceptFrom, RestrictionCause};
use crate::reason::Code;
use crate::symbol::Symbol;
use crate::time::{Span, Timestamp};

/// What was decided about a request at one desk, by which rules, on what evidence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// The policy that judged.
    pub policy: PolicyVersion,
    /// The last event that the facts include.
    pub facts_at: EventNumber,
    /// What the verdict leads to.
    pub outcome: Outcome,
    /// Every rule, in order of evaluation.
    pub gates: Vec<Gate>,
}

/// What follows from a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// No rule stops it.
    Pass,
    /// It waits, for this reason.
    Hold(Code),
    /// It goes no further, for this reason.
    Refuse(Code),
}

/// One rule, what it looked at and what it found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gate {
    /// The rule that was evaluated.
    pub rule: Rule,
    /// What it found.
    pub finding: Finding,
    /// The numbers that the finding rests on: enough to reach it again.
    pub evidence: Evidence,
}

/// What a rule found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Finding {
    /// The rule lets the request pass.
    Passed,
    /// The rule refuses the request, for this reason.
    Failed(Code),
    /// The rule holds the request, for this reason.
    Held(Code),
    /// The rule could not be evaluated, and passes in that case.
    Unevaluated,
    /// An earlier rule had already decided.
    NotReached,
    /// The rule is on trial: this would have followed, but has no effect.
    Shadow(Outcome),
    /// The rule could not be evaluated, and refuses in that case, for this reason.
    FailedUnseen(Code),
}

/// The rules of both desks, in the order in which they were added. `acquaint-policy` has the order of evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The address is well formed.
    AddressForm,
    /// A member has the address (evaluated for public addresses only).
    AddressKnown,
    /// The address is not the sender's own.
    NotSelf,
    /// The sender does not block the recipient.
    NotBlockedByOneself,
    /// The two are not connected.
    NotConnected,
    /// No request to the same address is open.
    NotPending,
    /// The sender is not banned.
    SenderNotBanned,
    /// The sender is not restricted.
    SenderNotRestricted,
    /// The sender's own accept-from setting, applied to what the sender sends.
    OwnContacts,
    /// The sender's own max-degree setting, applied to what the sender sends.
    OwnDegree,
    /// Requests in the policy's day.
    DailyLimit,
    /// The spam filter.
    Spam,
    /// The sender's own confirm-first setting.
    OwnConfirmation,
    /// The recipient's account is not closed.
    RecipientOpen,
    /// The recipient is not restricted or banned.
    RecipientUnrestricted,
    /// The recipient does not block the sender.
    NotBlockedByRecipient,
    /// The recipient's accept-from setting.
    RecipientContacts,
    /// The recipient's max-degree setting.
    RecipientDegree,
    /// The recipient's companies and titles.
    RecipientAudience,
    /// The recipient's confirm-first setting.
    RecipientConfirmation,
    /// Refused sends, checks and commands without effect in the policy's window.
    AttemptsLimit,
    /// No request to the same address was withdrawn recently.
    ResendCooldown,
    /// How many requests the sender has open.
    PendingPile,
    /// How many connections the sender has.
    OwnNetwork,
    /// The recipient's e-mail address is given, where the sender was often reported.
    EmailRequired,
    /// Requests in the policy's week.
    WeeklyLimit,
    /// How long the note is.
    NoteLength,
    /// Requests with a note in the policy's window.
    NoteQuota,
    /// How many connections the recipient has.
    RecipientNetwork,
    /// The recipient's own request waits for the sender's answer, so the send accepts it. Recorded only where this holds.
    Crossing,
    /// How many reminders of the request were sent.
    ReminderLimit,
    /// The request is old enough for a reminder.
    ReminderAge,
}

/// What a rule looked at: small and numeric, nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// There is nothing to look at, or the rule did not look.
    Nothing,
    /// This desk may not know what the rule would look at.
    Hidden,
    /// What is wrong with the address; `None` when it is well formed.
    Form(Option<MalformedAddress>),
    /// Whether the rule's condition holds.
    Holds(bool),
    /// A cause that exists.
    Stands {
        /// Time from which it has existed.
        since: Timestamp,
        /// The request that it results from, if any.
        request: Option<RequestId>,
    },
    /// The account is restricted.
    Restriction {
        /// Time at which this state began.
        since: Timestamp,
        /// First moment at which it is over.
        until: Timestamp,
        /// Cause of the restriction.
        cause: RestrictionCause,
    },
    /// An accept-from setting, and what the address shows.
    Contact {
        /// The setting at the time of judging.
        setting: AcceptFrom,
        /// Whether the other member, by an address that this desk knows, is among the imported contacts of the setting's owner.
        in_contacts: bool,
        /// Whether the sender used or gave an e-mail address of the recipient's, as far as this desk can know.
        by_email: bool,
        /// The version of the settings read.
        settings_version: u32,
    },
    /// A max-degree setting, and the distance.
    Degree {
        /// At most this many steps; `None` for any distance.
        allowed: Option<u8>,
        /// The distance; `None` where this desk cannot know it.
        distance: Option<Distance>,
        /// The version of the settings read.
        settings_version: u32,
    },
    /// A count in a sliding window.
    Count {
        /// Charges in the window before this one.
        used: u32,
        /// The most that is allowed.
        limit: u32,
        /// The window's length.
        window: Span,
        /// When the charge that is in the way leaves the window; `None` when none is in the way.
        frees_at: Option<Timestamp>,
    },
    /// A count in a fixed window.
    Bucket {
        /// What decides when the window begins.
        kind: BucketKind,
        /// Charges in the window before this one.
        used: u32,
        /// The most that is allowed.
        limit: u32,
        /// Its first moment.
        begins: Timestamp,
        /// First moment at which it is over; there is then room again, unless the limit is 0.
        ends: Timestamp,
    },
    /// A number or a length, and its limit.
    Size {
        /// The number or length found.
        found: u32,
        /// The most that is allowed.
        limit: u32,
    },
    /// Something is too recent: a withdrawal of a request to the same address, or the request that is to be reminded of.
    Cooldown {
        /// When it happened.
        since: Timestamp,
        /// First moment at which it is no longer too recent.
        until: Timestamp,
    },
    /// What the newest feedback says, and whether the recipient's e-mail address was given.
    Reported {
        /// Number of answers in the weeks that it covers, rounded down to tens.
        answered: u32,
        /// Percentage of reports among them, in tens.
        reported_percent: u8,
        /// Percentage from which the address must be given.
        limit_percent: u8,
        /// Whether the address was given.
        by_email: bool,
    },
    /// The counter has not been backfilled from the log yet.
    Uncounted,
    /// What the spam filter measured; scores in thousandths.
    Symbols {
        /// The symbols, with value and score.
        symbols: Vec<Symbol>,
        /// The sum of their scores.
        score_milli: i32,
        /// The score from which a request is held.
        hold_at_milli: i32,
        /// The score from which a request is refused.
        refuse_at_milli: i32,
        /// Whether the address used is an imported contact's, to which the filter does not apply.
        in_contacts: bool,
    },
    /// An audience setting, and the sender.
    Audience {
        /// How many companies and titles the setting names; 0 admits everybody.
        criteria: u32,
        /// Whether the sender's company is one of them.
        company: bool,
        /// Whether the sender's title is one of them.
        title: bool,
        /// The version of the settings read.
        settings_version: u32,
    },
}

/// What decides when a fixed window begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BucketKind {
    /// It begins with the first charge after the previous window has ended.
    FromFirst,
    /// It is a calendar day.
    Day,
    /// It is a calendar week, which begins on Monday.
    Week,
}

/// How many connections a member has, and how many the policy allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NetworkSize {
    /// Number of connections.
    pub connections: u32,
    /// The most that the policy allows.
    pub at_most: u32,
}

impl NetworkSize {
    /// Whether there is no room for another.
    pub const fn is_full(self) -> bool {
        self.connections >= self.at_most
    }
}

/// How far apart two members are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Distance {
    /// Steps over connections, 1 to 3; `None` when there is no path that short.
    pub degree: Option<u8>,
    /// How many members are connected with both.
    pub mutuals: u32,
}

impl Verdict {
    /// Whether it judges a send that accepts the addressee's own request.
    pub fn is_of_a_crossing(&self) -> bool {
        self.gates.iter().any(|gate| gate.rule == Rule::Crossing)
    }
}

impl Rule {
    /// Every rule, in the order in which they were added.
    pub const ALL: [Self; 32] = [
        Self::AddressForm,
        Self::AddressKnown,
        Self::NotSelf,
        Self::NotBlockedByOneself,
        Self::NotConnected,
        Self::NotPending,
        Self::SenderNotBanned,
        Self::SenderNotRestricted,
        Self::OwnContacts,
        Self::OwnDegree,
        Self::DailyLimit,
        Self::Spam,
        Self::OwnConfirmation,
        Self::RecipientOpen,
        Self::RecipientUnrestricted,
        Self::NotBlockedByRecipient,
        Self::RecipientContacts,
        Self::RecipientDegree,
        Self::RecipientAudience,
        Self::RecipientConfirmation,
        Self::AttemptsLimit,
        Self::ResendCooldown,
        Self::PendingPile,
        Self::OwnNetwork,
        Self::EmailRequired,
        Self::WeeklyLimit,
        Self::NoteLength,
        Self::NoteQuota,
        Self::RecipientNetwork,
        Self::Crossing,
        Self::ReminderLimit,
        Self::ReminderAge,
    ];

    /// Its name, in words joined by hyphens.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AddressForm => "address-form",
            Self::AddressKnown => "address-known",
            Self::NotSelf => "not-self",
            Self::NotBlockedByOneself => "not-blocked-by-oneself",
            Self::NotConnected => "not-connected",
            Self::NotPending => "not-pending",
            Self::SenderNotBanned => "sender-not-banned",
            Self::SenderNotRestricted => "sender-not-restricted",
            Self::OwnContacts => "own-contacts",
            Self::OwnDegree => "own-degree",
            Self::DailyLimit => "daily-limit",
            Self::Spam => "spam",
            Self::OwnConfirmation => "own-confirmation",
            Self::RecipientOpen => "recipient-open",
            Self::RecipientUnrestricted => "recipient-unrestricted",
            Self::NotBlockedByRecipient => "not-blocked-by-recipient",
            Self::RecipientContacts => "recipient-contacts",
            Self::RecipientDegree => "recipient-degree",
            Self::RecipientAudience => "recipient-audience",
            Self::RecipientConfirmation => "recipient-confirmation",
            Self::AttemptsLimit => "attempts-limit",
            Self::ResendCooldown => "resend-cooldown",
            Self::PendingPile => "pending-pile",
            Self::OwnNetwork => "own-network",
            Self::EmailRequired => "email-required",
            Self::WeeklyLimit => "weekly-limit",
            Self::NoteLength => "note-length",
            Self::NoteQuota => "note-quota",
            Self::RecipientNetwork => "recipient-network",
            Self::Crossing => "crossing",
            Self::ReminderLimit => "reminder-limit",
            Self::ReminderAge => "reminder-age",
        }
    }
}
