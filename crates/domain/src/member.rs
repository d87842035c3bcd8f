//! Members: what they are, what they allow, and whether they may act.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use crate::address::{EmailAddress, EnteredHandle, ProfileUrl};
use crate::personal::Personal;
use crate::time::Timestamp;

/// The subscription that decides a member's limits (the article names these three).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// An account without a subscription.
    Free,
    /// An account with a paid subscription.
    Premium,
    /// Sales Navigator subscriber.
    SalesNavigator,
}

/// A member's profile. All of it is personal; the handle, which is public, is kept apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The addresses by which the member can be reached; unique over all members.
    pub emails: Vec<EmailAddress>,
    /// The public page; unique over all members.
    pub url: Option<ProfileUrl>,
    /// Where the member works, as entered.
    pub company: Option<String>,
    /// What the member does there, as entered.
    pub title: Option<String>,
    /// The handle as the member entered it on joining; `None` where that is its canonical form.
    pub entered_handle: Option<EnteredHandle>,
}

/// A profile without an entered handle hashes as profiles did before they had the field: the fingerprints of older commands
/// are in logs, and a command must keep its fingerprint to be recognised when it is repeated.
impl Hash for Profile {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { emails, url, company, title, entered_handle } = self;
        (emails, url, company, title).hash(state);
        if let Some(entered) = entered_handle {
            entered.hash(state);
        }
    }
}

/// Who may send to a member. It applies in both directions where the policy says `reciprocal_settings`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AcceptFrom {
    /// Requests from every member arrive.
    Everyone,
    /// Only members among the member's imported contacts.
    Contacts,
    /// Contacts, and members who used one of the member's e-mail addresses.
    ContactsOrEmail,
}

/// How far away, in connections, a sender may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaxDegree {
    /// Any distance, even without a path.
    Any,
    /// At most this many steps, 1 to 3.
    Within(u8),
}

/// The companies and titles whose people may send. One match in either list suffices; if both are empty, everybody may send.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Audience {
    /// As entered; compared [`folded`].
    pub companies: BTreeSet<String>,
    /// As entered; compared [`folded`].
    pub titles: BTreeSet<String>,
}

/// Whether requests from and to the member wait for the member's confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confirmation {
    /// Requests do not wait.
    Off,
    /// Requests wait, in both directions.
    First,
}

/// A member's settings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Who may send.
    pub accept_from: AcceptFrom,
    /// How far away a sender may be.
    pub max_degree: MaxDegree,
    /// The companies and titles whose people may send. Erased with the member's key, when the account is closed.
    pub audience: Personal<Audience>,
    /// Whether requests wait for confirmation.
    pub confirmation: Confirmation,
}

/// Why an account was restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RestrictionCause {
    /// Caught sending spam.
    Spam,
    /// Broke another rule.
    Policy,
    /// For the member's own safety.
    Security,
}

/// Whether an account may act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// No restriction, ban or closure.
    Good,
    /// May neither send nor receive in `[since, until)`.
    Restricted {
        /// Time at which this state began.
        since: Timestamp,
        /// First moment at which it is over.
        until: Timestamp,
        /// Cause of the restriction.
        cause: RestrictionCause,
    },
    /// May not reach others until lifted: see [`Standing::may_reach_others`].
    Banned {
        /// Time at which this state began.
        since: Timestamp,
    },
    /// Deleted by the member, for good.
    Closed {
        /// Time at which this state began.
        since: Timestamp,
    },
}

impl Standing {
    /// Whether the member may begin anything with another member: send, accept, confirm or remind.
    ///
    /// This is the only rule about a ban. A banned member may still end things and manage the account: decline, set aside,
    /// report, withdraw, block, unblock, disconnect, change settings and data, appeal, and close the account. A restricted
    /// member may answer what has arrived; that a restriction stops sends is a rule of the policy.
    pub fn may_reach_others(self) -> bool {
        match self {
            Self::Good | Self::Restricted { .. } => true,
            Self::Banned { .. } | Self::Closed { .. } => false,
        }
    }

    /// The standing at `now`: a restriction that is over is [`Standing::Good`].
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        match self {
            Self::Restricted { until, .. } if until <= now => Self::Good,
            Self::Good | Self::Restricted { .. } | Self::Banned { .. } | Self::Closed { .. } => self,
        }
    }
}

impl Default for Settings {
    /// The settings of a new member, which admit everybody.
    fn default() -> Self {
        Self {
            accept_from: AcceptFrom::Everyone,
            max_degree: MaxDegree::Any,
            audience: Personal::Held(Audience::default()),
            confirmation: Confirmation::Off,
        }
    }
}

impl Audience {
    /// How many companies and titles it names.
    pub fn criteria(&self) -> u32 {
        (self.companies.len() + self.titles.len()) as u32
    }

    /// Whether everybody is in it.
    pub fn is_everybody(&self) -> bool {
        self.companies.is_empty() && self.titles.is_empty()
    }

    /// Whether `company` is one of the companies.
    pub fn names_company(&self, company: Option<&str>) -> bool {
        names(&self.companies, company)
    }

    /// Whether `title` is one of the titles.
    pub fn names_title(&self, title: Option<&str>) -> bool {
        names(&self.titles, title)
    }
}

fn names(wanted: &BTreeSet<String>, text: Option<&str>) -> bool {
    text.is_some_and(|text| wanted.iter().any(|name| folded(name) == folded(text)))
}

/// `text` in lower case and composed (NFC), without white space at its ends and with every run of it inside as one space.
/// Texts that people enter are compared in this form.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            folded.push_str(&crate::address::folded(word));
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restriction_is_over_at_its_end_and_not_a_millisecond_before() {
        let at = Timestamp::from_millis;
        let standing = Standing::Restricted { since: at(0), until: at(100), cause: RestrictionCause::Spam };
        assert_eq!(standing.at(at(99)), standing);
        assert_eq!(standing.at(at(100)), Standing::Good);
    }

    #[test]
    fn composed_and_decomposed_names_are_equal() {
        assert_eq!(folded("Zoe\u{308} Å"), folded("zoë A\u{30a}"));
    }

    #[test]
    fn a_folded_text_is_in_lower_case_with_single_spaces() {
        for (text, expected) in
            [("", ""), (" \t", ""), ("  Acme \n CORP ", "acme corp"), ("ÉCOLE Ünal", "école ünal")]
        {
            assert_eq!(folded(text), expected);
        }
    }

    #[test]
    fn case_and_spaces_do_not_matter_to_an_audience() {
        let audience =
            Audience { companies: BTreeSet::from(["Acme  Corp".to_owned()]), titles: BTreeSet::new() };
        assert!(audience.names_company(Some(" acme corp ")));
        assert!(!audience.names_company(Some("acme")));
        assert!(!audience.names_company(None));
        assert!(!audience.names_title(Some("acme corp")));
    }
}
