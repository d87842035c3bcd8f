//! A judgement together with everything it was judged on: there is no verdict without its reasons.

use crate::address::Malformed;
use crate::ids::{EventNumber, PolicyVersion, RequestId};
use crate::member::{AcceptFrom, RestrictionCause};
use crate::reason::Code;
use crate::time::{Span, Timestamp};

/// What was decided about a request at one desk, by which rules, on what evidence.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// The policy that judged.
    pub policy: PolicyVersion,
    /// The last event that the facts include.
    pub facts_at: EventNumber,
    /// What follows.
    pub outcome: Outcome,
    /// Every rule, in the order in which they were asked.
    pub gates: Vec<Gate>,
}

impl Verdict {
    /// Asks `rules` in their order: `evidence` is what a rule sees, `find` what it finds in that. The first rule that
    /// does not let pass decides; those behind it are not reached, and nothing is looked up for them.
    pub fn climb(
        policy: PolicyVersion,
        facts_at: EventNumber,
        rules: &[Rule],
        mut evidence: impl FnMut(Rule) -> Evidence,
        find: fn(Rule, &Evidence) -> Finding,
    ) -> Self {
        let mut gates = Vec::with_capacity(rules.len());
        let mut outcome = Outcome::Pass;
        for rule in rules.iter().copied() {
            if outcome != Outcome::Pass {
                gates.push(Gate { rule, finding: Finding::NotReached, evidence: Evidence::Nothing });
                continue;
            }
            let evidence = evidence(rule);
            let finding = find(rule, &evidence);
            outcome = match finding {
                Finding::Failed(code) => Outcome::Refuse(code),
                Finding::Held(code) => Outcome::Hold(code),
                Finding::Passed | Finding::Unevaluated | Finding::NotReached => outcome,
            };
            gates.push(Gate { rule, finding, evidence });
        }
        Self { policy, facts_at, outcome, gates }
    }
}

/// What follows from a judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nothing stands in the way.
    Pass,
    /// It waits, for this reason.
    Hold(Code),
    /// It goes no further, for this reason.
    Refuse(Code),
}

/// One rule, what it saw and what it found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gate {
    /// Which rule.
    pub rule: Rule,
    /// What it found.
    pub finding: Finding,
    /// The numbers that it found it in: enough to find the same again.
    pub evidence: Evidence,
}

/// What a rule found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Finding {
    /// Nothing against it.
    Passed,
    /// Refuses, for this reason.
    Failed(Code),
    /// Lets it wait, for this reason.
    Held(Code),
    /// Could not be evaluated; the rule lets pass what it cannot see.
    Unevaluated,
    /// An earlier rule had decided already.
    NotReached,
}

/// The rules, in the order in which they are asked: the outgoing desk's, then the incoming desk's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The address has the form of one.
    AddressForm,
    /// Somebody has it (asked of public addresses only).
    AddressKnown,
    /// It is not the sender's own.
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
    /// The sender's own accept-from setting, read backwards.
    OwnContacts,
    /// The sender's own max-degree setting, read backwards.
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
}

/// What a rule saw: small and numeric, nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// Nothing to see, or not looked at.
    Nothing,
    /// What the rule would look at is not this desk's to know.
    Hidden,
    /// The form of the address; `None` when it is one.
    Form(Option<Malformed>),
    /// Whether the thing asked about is so.
    Holds(Whether),
    /// Something stands since then, by this request where there is one.
    Stands {
        /// Since when.
        since: Timestamp,
        /// By which request.
        request: Option<RequestId>,
    },
    /// The account is restricted.
    Restriction {
        /// First moment.
        since: Timestamp,
        /// First moment at which it is over.
        until: Timestamp,
        /// Why.
        cause: RestrictionCause,
    },
    /// An accept-from setting beside what the address tells.
    Contact {
        /// The setting.
        setting: AcceptFrom,
        /// Whether the other is among the imported contacts of the one whose setting it is, by the address used.
        in_contacts: Whether,
        /// Whether an e-mail address was used that is the other side's, as far as this desk can know.
        by_email: Whether,
        /// The version of the settings read.
        settings_version: u32,
    },
    /// A max-degree setting beside the distance.
    Degree {
        /// At most this many steps; `None` for any.
        allowed: Option<u8>,
        /// The distance; `None` where it cannot be known.
        distance: Option<Distance>,
        /// The version of the settings read.
        settings_version: u32,
    },
    /// How many were charged in a window.
    Count {
        /// Charged in the window before this one.
        used: u32,
        /// At most so many.
        limit: u32,
        /// The window's length.
        window: Span,
        /// When the window no longer holds the charge that is in the way; `None` when none is.
        frees_at: Option<Timestamp>,
    },
    /// What the spam filter saw; scores in thousandths.
    Symbols {
        /// The symbols, with value and score.
        symbols: Vec<Symbol>,
        /// Their scores added up.
        score_milli: i32,
        /// From this score on: held.
        hold_at_milli: i32,
        /// From this score on: refused.
        refuse_at_milli: i32,
        /// Whether the address used is an imported contact's, which exempts from the filter.
        in_contacts: Whether,
    },
    /// An audience setting beside the sender.
    Audience {
        /// How many companies and titles the setting names; 0: everybody is let in.
        criteria: u32,
        /// Whether the sender's company is one of them.
        company: Whether,
        /// Whether the sender's title is one of them.
        title: Whether,
        /// The version of the settings read.
        settings_version: u32,
    },
}

/// Yes or no, where a bare `bool` would not say which is which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whether {
    /// It is so.
    Yes,
    /// It is not so.
    No,
}

/// How far apart two members are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Distance {
    /// Steps over connections, 1 to 3; `None` when there is no path that short.
    pub degree: Option<u8>,
    /// How many members are connected with both.
    pub mutuals: u32,
}

/// One thing that the spam filter looked at, and what it saw there.
///
/// A symbol that saw nothing (0 of 0) counts nothing and is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Symbol {
    /// Which.
    pub kind: SymbolKind,
    /// What it measured, in the unit of its kind.
    pub value: u32,
    /// Out of how many, where the kind is a share; 0 where it is a plain number.
    pub of: u32,
    /// What that counts for, in thousandths; below 0 in favour of the request.
    pub score_milli: i32,
}

/// The kinds of symbols. Each looks at what the sender's desk knows, at earlier requests only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymbolKind {
    /// Earlier requests with nearly the same note.
    RepeatedNote,
    /// 1 when a third-party program sent it, else 0.
    Client,
    /// Earlier requests, shortly before.
    Velocity,
    /// Intervals between earlier requests that are alike, of how many.
    Regularity,
    /// Earlier requests to people with no mutual connection, no common company and no place among the contacts, of how
    /// many whose recipients the desk can place.
    Strangers,
    /// The length of the run of earlier requests to one member number after another.
    Sequential,
    /// The account's age in whole days, of how many during which it is young; nothing afterwards.
    YoungAccount,
    /// Hundredths of the requests resolved lately that were reported, of 100; rounded, from the weekly feedback.
    Reports,
    /// Earlier requests that were accepted, of how many that have had time to be; one that had half its time is half.
    Acceptance,
    /// Earlier requests to imported contacts, of how many.
    Contacts,
    /// Members who are connected with both.
    Mutuals,
    /// 1 when the two show the same company, else 0.
    Company,
    /// Whole weeks that the account has been in good standing.
    Standing,
}

impl SymbolKind {
    /// Every kind, in the order in which they are looked at and recorded.
    pub const ALL: [Self; 13] = [
        Self::RepeatedNote,
        Self::Client,
        Self::Velocity,
        Self::Regularity,
        Self::Strangers,
        Self::Sequential,
        Self::YoungAccount,
        Self::Reports,
        Self::Acceptance,
        Self::Contacts,
        Self::Mutuals,
        Self::Company,
        Self::Standing,
    ];
}

impl From<bool> for Whether {
    fn from(so: bool) -> Self {
        if so { Self::Yes } else { Self::No }
    }
}

impl Whether {
    /// Whether it is so.
    pub const fn is_so(self) -> bool {
        matches!(self, Self::Yes)
    }
}
