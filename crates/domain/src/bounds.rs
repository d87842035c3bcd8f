//! How long a text may be, and how many of a thing there may be: every bound of the program's input, in one place.
//!
//! Bounds are checked before something is recorded: by the engine for every command and import, and earlier at the edge,
//! which can name the argument at fault. They are never checked against what a log already holds: an older log may hold
//! longer texts, which are read as they are ([decision 0032](../../../docs/decisions/0032-bounds.md)).

use std::fmt;

use crate::command::{Command, MemberDraft, Send, SettingsChange};
use crate::letter::Channel;
use crate::member::{Audience, Profile};

/// The bound of one kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextBound {
    /// What the text is, with its article.
    pub what: &'static str,
    /// The greatest length.
    pub most: usize,
    /// The unit of `most`.
    pub unit: LengthUnit,
}

/// The bound of a number of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountBound {
    /// What is counted, in the plural.
    pub what: &'static str,
    /// The most that there may be.
    pub most: usize,
}

/// The unit in which the length of a text is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LengthUnit {
    /// Unicode scalar values, for what a person enters.
    Characters,
    /// Bytes of UTF-8, for whole documents.
    Bytes,
}

/// A text or a number of things that exceeds its bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OutOfBounds {
    /// A text is too long.
    Long {
        /// The bound that was exceeded.
        bound: TextBound,
        /// How long it is, in the unit of the bound.
        given: usize,
    },
    /// There are too many.
    Many {
        /// The bound that was exceeded.
        bound: CountBound,
        /// How many there are.
        given: usize,
    },
}

const fn chars(what: &'static str, most: usize) -> TextBound {
    TextBound { what, most, unit: LengthUnit::Characters }
}

const fn bytes(what: &'static str, most: usize) -> TextBound {
    TextBound { what, most, unit: LengthUnit::Bytes }
}

/// A handle in canonical form.
pub const HANDLE: TextBound = chars("a handle", 100);
/// An e-mail address in canonical form. RFC 5321, section 4.5.3.1.3: a path has at most 256 octets, two of them brackets.
pub const EMAIL: TextBound = bytes("an e-mail address", 254);
/// The path of a profile's URL in canonical form. The host before it has at most 253 bytes (RFC 1035, section 2.3.4).
pub const PROFILE_PATH: TextBound = chars("the path of a profile's URL", 500);
/// An address as it is entered, which may be percent-encoded and have a query.
pub const ADDRESS: TextBound = chars("an address", 2_000);
/// A note. Far above any network's limit, which the policy applies, and small enough that a flood of notes cannot fill the
/// log at once.
pub const NOTE: TextBound = chars("a note", 10_000);
/// Bound of a company's name.
pub const COMPANY: TextBound = chars("a company", 200);
/// Bound of a job title.
pub const TITLE: TextBound = chars("a title", 200);
/// The name of the program that uses an API channel.
pub const CLIENT: TextBound = chars("a client's name", 200);
/// The name of a person in a member's own export of another network. It may be derived from a profile's URL.
pub const PERSON: TextBound = chars("a name", 1_000);
/// The name of an agent who looks at a request.
pub const AGENT: TextBound = chars("an agent's name", 200);
/// Why an agent looks at a request.
pub const REASON: TextBound = chars("a reason", 200);
/// The id of a command.
pub const COMMAND_ID: TextBound = chars("a command id", 200);
/// What a search looks for.
pub const SEARCH: TextBound = chars("a search", 2_000);
/// The name that a policy gives itself.
pub const POLICY_NAME: TextBound = chars("a policy's name", 100);
/// The id of a limit or a restriction of a policy.
pub const POLICY_ID: TextBound = chars("an id", 100);
/// A sentence of a policy, such as where its numbers come from.
pub const POLICY_TEXT: TextBound = chars("a text of a policy", 2_000);
/// The document of a policy.
pub const POLICY_DOCUMENT: TextBound = bytes("a policy", 256 << 10);

/// All contacts of one imported record together. They are one event, which has to fit into one append to the log.
pub const RECORD_CONTACTS: TextBound = bytes("the address book of one record", 1 << 20);

/// E-mail addresses of one member.
pub const EMAILS: CountBound = CountBound { what: "e-mail addresses of one member", most: 20 };
/// Contacts of one import. They are one event, which has to fit into one append to the log.
pub const CONTACTS: CountBound = CountBound { what: "contacts in one import", most: 5_000 };
/// Companies whose people may send, and also titles.
pub const AUDIENCE: CountBound = CountBound { what: "companies or titles in a setting", most: 200 };

impl TextBound {
    /// Whether the text is within the bound.
    ///
    /// # Errors
    /// It is longer.
    pub fn check(self, text: &str) -> Result<(), OutOfBounds> {
        // A text has at least as many bytes as characters: most need no counting.
        if text.len() <= self.most {
            return Ok(());
        }
        self.check_length(match self.unit {
            LengthUnit::Characters => text.chars().count(),
            LengthUnit::Bytes => text.len(),
        })
    }

    /// Whether a text of this length, in the bound's unit, is within the bound.
    ///
    /// # Errors
    /// It is longer.
    pub fn check_length(self, given: usize) -> Result<(), OutOfBounds> {
        if given <= self.most { Ok(()) } else { Err(OutOfBounds::Long { bound: self, given }) }
    }

    /// Whether the text, where there is one, is within the bound.
    ///
    /// # Errors
    /// It is longer.
    pub fn check_some(self, text: Option<&String>) -> Result<(), OutOfBounds> {
        text.map_or(Ok(()), |text| self.check(text))
    }
}

impl CountBound {
    /// Whether this number is within the bound.
    ///
    /// # Errors
    /// It is larger.
    pub fn check(self, given: usize) -> Result<(), OutOfBounds> {
        if given <= self.most { Ok(()) } else { Err(OutOfBounds::Many { bound: self, given }) }
    }
}

impl Command {
    /// Whether every text and list of the command is within its bound.
    ///
    /// # Errors
    /// The first text or list that is not.
    pub fn within_bounds(&self) -> Result<(), OutOfBounds> {
        match self {
            Self::AddMember { profile, .. } => profile.within_bounds(),
            Self::ChangeMember { draft, .. } => draft.within_bounds(),
            Self::ImportContacts { contacts, .. } => CONTACTS.check(contacts.len()),
            Self::ChangeSettings { change, .. } => change.within_bounds(),
            Self::SendRequest(send) => send.within_bounds(),
            Self::RecordLookup { lookup, .. } => {
                AGENT.check(&lookup.agent)?;
                REASON.check(&lookup.because)
            }
            Self::AdoptPolicy { text } => POLICY_DOCUMENT.check(text),
            Self::RestrictMember { .. }
            | Self::BanMember(_)
            | Self::LiftRestriction(_)
            | Self::CloseMember(_)
            | Self::Block(_)
            | Self::Unblock(_)
            | Self::RecordConnection(_)
            | Self::Disconnect(_)
            | Self::Confirm(_)
            | Self::Accept(_)
            | Self::Decline(_)
            | Self::Ignore(_)
            | Self::Report(_)
            | Self::Withdraw(_)
            | Self::Remind(_)
            | Self::ReleaseRequest(_)
            | Self::ReleaseWaivingLimits(_)
            | Self::RefuseRequest(_)
            | Self::OpenAppeal { .. }
            | Self::DecideAppeal { .. }
            | Self::StartFault { .. }
            | Self::StopFault(_) => Ok(()),
        }
    }
}

impl Send {
    /// Whether every text of the send is within its bound.
    ///
    /// # Errors
    /// The first text that is not.
    pub fn within_bounds(&self) -> Result<(), OutOfBounds> {
        ADDRESS.check(&self.to)?;
        NOTE.check_some(self.note.as_ref())?;
        match &self.channel {
            Channel::Api(client) => CLIENT.check(client),
            Channel::Web | Channel::Mobile | Channel::Desktop => Ok(()),
        }
    }
}

impl Profile {
    /// Whether every text and list is within its bound.
    ///
    /// # Errors
    /// The first text or list that is not.
    pub fn within_bounds(&self) -> Result<(), OutOfBounds> {
        EMAILS.check(self.emails.len())?;
        COMPANY.check_some(self.company.as_ref())?;
        TITLE.check_some(self.title.as_ref())
    }
}

impl MemberDraft {
    fn within_bounds(&self) -> Result<(), OutOfBounds> {
        EMAILS.check(self.emails.as_ref().map_or(0, Vec::len))?;
        COMPANY.check_some(self.company.as_ref())?;
        TITLE.check_some(self.title.as_ref())
    }
}

impl SettingsChange {
    fn within_bounds(&self) -> Result<(), OutOfBounds> {
        for (bound, list) in [(COMPANY, &self.companies), (TITLE, &self.titles)] {
            let list = list.as_deref().unwrap_or_default();
            AUDIENCE.check(list.len())?;
            list.iter().try_for_each(|text| bound.check(text))?;
        }
        Ok(())
    }
}

impl Audience {
    /// Whether every text and list is within its bound.
    ///
    /// # Errors
    /// The first text or list that is not.
    pub fn within_bounds(&self) -> Result<(), OutOfBounds> {
        for (bound, list) in [(COMPANY, &self.companies), (TITLE, &self.titles)] {
            AUDIENCE.check(list.len())?;
            list.iter().try_for_each(|text| bound.check(text))?;
        }
        Ok(())
    }
}

impl fmt::Display for LengthUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Characters => "characters",
            Self::Bytes => "bytes",
        })
    }
}

impl fmt::Display for OutOfBounds {
    /// Names the text or list, its bound, its length, and what to do.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Long { bound: TextBound { what, most, unit }, given } => write!(
                f,
                "{what} may have at most {most} {unit}, and this one has {given}; shorten it by {}",
                given - most
            ),
            Self::Many { bound: CountBound { what, most }, given } => {
                write!(
                    f,
                    "there may be at most {most} {what}, and there are {given}; leave out {}",
                    given - most
                )
            }
        }
    }
}

impl std::error::Error for OutOfBounds {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::{Address, EmailAddress, Handle, ProfileUrl};

    #[test]
    fn a_text_at_its_bound_is_accepted_and_one_character_more_is_not() {
        for c in ['a', 'é', '漢', '🙂'] {
            let text = |count: usize| c.to_string().repeat(count);
            assert_eq!(COMPANY.check(&text(200)), Ok(()), "{c}");
            let over = COMPANY.check(&text(201)).expect_err("one too many");
            assert_eq!(
                over.to_string(),
                "a company may have at most 200 characters, and this one has 201; shorten it by 1"
            );
        }
        let document = "é".repeat(POLICY_DOCUMENT.most / 2);
        assert_eq!(POLICY_DOCUMENT.check(&document), Ok(()));
        assert!(POLICY_DOCUMENT.check(&format!("{document}a")).is_err(), "documents are measured in bytes");
        assert_eq!(
            CONTACTS.check(5_001).expect_err("one too many").to_string(),
            "there may be at most 5000 contacts in one import, and there are 5001; leave out 1"
        );
    }

    #[test]
    fn the_longest_address_of_each_kind_is_within_the_bound_of_entered_addresses() {
        let handle = "a".repeat(HANDLE.most);
        assert!(Handle::parse(&handle).is_ok() && Handle::parse(&format!("{handle}a")).is_err());
        let host = format!("{0}.{0}.{0}.{1}", "h".repeat(63), "h".repeat(61));
        let email = format!("{}@example.org", "l".repeat(EMAIL.most - "@example.org".len()));
        assert!(EmailAddress::parse(&email).is_ok() && EmailAddress::parse(&format!("l{email}")).is_err());
        let url = format!("https://www.{host}/{}", "p".repeat(PROFILE_PATH.most));
        assert!(ProfileUrl::parse(&url).is_ok() && ProfileUrl::parse(&format!("{url}p")).is_err());
        for entered in [handle, email, url] {
            assert_eq!(ADDRESS.check(&entered), Ok(()));
            assert!(Address::parse(&entered).is_ok(), "{entered}");
        }
    }

    #[test]
    fn every_text_of_a_send_has_its_bound() {
        let send = Send {
            sender: Handle::parse("alice").expect("a handle"),
            to: "t".repeat(ADDRESS.most),
            note: Some("n".repeat(NOTE.most)),
            channel: Channel::Api("c".repeat(CLIENT.most)),
            with_email: None,
        };
        assert_eq!(send.within_bounds(), Ok(()));
        let longer = [
            (ADDRESS, Send { to: format!("{}t", send.to), ..send.clone() }),
            (NOTE, Send { note: Some("n".repeat(NOTE.most + 1)), ..send.clone() }),
            (CLIENT, Send { channel: Channel::Api("c".repeat(CLIENT.most + 1)), ..send.clone() }),
        ];
        for (bound, send) in longer {
            let given = bound.most + 1;
            assert_eq!(Command::SendRequest(send).within_bounds(), Err(OutOfBounds::Long { bound, given }));
        }
    }
}
