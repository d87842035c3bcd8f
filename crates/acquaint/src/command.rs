//! What a program asks of the engine: one type for each shape of command, made by its own constructor and refined by methods.
//!
//! Every text is parsed by the engine when the command is submitted; a text that does not parse is an [`Error`], except the
//! address of a send, which is recorded whatever it is and refused with a code.

use acquaint_domain::{
    AcceptFrom, Address, Channel, Command, Confirmation, EmailAddress, Handle, MaxDegree, MemberDraft, Pair,
    Profile, ProfileUrl, RestrictionCause, Send as DomainSend, SettingsChange, Tier, Timestamp,
};

use crate::error::Error;

/// A command with the id that its caller gave it.
pub(crate) struct Identified {
    pub(crate) command: Command,
    pub(crate) id: Option<String>,
}

impl From<Command> for Identified {
    fn from(command: Command) -> Self {
        Self { command, id: None }
    }
}

/// A request to connect.
///
/// ```
/// use acquaint::{Channel, Connect};
///
/// let plain = Connect::from("alice").to("bob");
/// let rich = Connect::from("alice")
///     .to("https://example.org/in/bob")
///     .note("We met at the fair")
///     .channel(Channel::Mobile)
///     .command_id("8d1f");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing is sent before it is given to `Engine::send`"]
pub struct Connect {
    sender: String,
    to: String,
    note: Option<String>,
    channel: Channel,
    with_email: Option<String>,
    id: Option<String>,
}

impl Connect {
    /// A request of the member with this handle, through the web channel. It needs an addressee: [`to`](Self::to).
    pub fn from(sender: impl Into<String>) -> Self {
        let (sender, to) = (sender.into(), String::new());
        Self { sender, to, note: None, channel: Channel::Web, with_email: None, id: None }
    }

    /// To this address, as somebody typed it: a handle, a profile's URL or an e-mail address. One that nobody has, or that is
    /// malformed, is refused with a code and is no error.
    pub fn to(self, address: impl Into<String>) -> Self {
        Self { to: address.into(), ..self }
    }

    /// With a note to the recipient. The policy bounds its length, in characters.
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// Through this channel. A program is named by [`Channel::Api`]; the policy may refuse tools that imitate a person.
    pub fn channel(self, channel: Channel) -> Self {
        Self { channel, ..self }
    }

    /// With an e-mail address of the recipient's, which shows that the sender knows the recipient.
    pub fn with_email(self, email: impl Into<String>) -> Self {
        Self { with_email: Some(email.into()), ..self }
    }

    /// Makes it idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
    pub fn command_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(crate) fn send(&self) -> Result<DomainSend, Error> {
        Ok(DomainSend {
            sender: handle(&self.sender)?,
            to: self.to.clone(),
            note: self.note.clone(),
            channel: self.channel.clone(),
            with_email: self.with_email.as_deref().map(email).transpose()?,
        })
    }

    pub(crate) fn identified(&self) -> Result<Identified, Error> {
        Ok(Identified { command: Command::SendRequest(self.send()?), id: self.id.clone() })
    }
}

/// Something that one member does about another, such as accepting the other's request or blocking the other.
///
/// A pair of texts is one as well: `engine.accept(("bob", "alice"))` is `bob` accepting `alice`'s request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing happens before it is given to the engine"]
pub struct Act {
    member: String,
    other: String,
    id: Option<String>,
}

impl Act {
    /// An act of the member with this handle. It needs the other member: [`on`](Self::on).
    pub fn by(member: impl Into<String>) -> Self {
        Self { member: member.into(), other: String::new(), id: None }
    }

    /// About the member with this address: a handle, a profile's URL, or the e-mail address of a connection or of an own request.
    pub fn on(self, other: impl Into<String>) -> Self {
        Self { other: other.into(), ..self }
    }

    /// Makes it idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
    pub fn command_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(crate) fn identified(self, command: fn(Pair) -> Command) -> Result<Identified, Error> {
        let pair = Pair { member: handle(&self.member)?, other: address(&self.other)? };
        Ok(Identified { command: command(pair), id: self.id })
    }
}

impl<M: Into<String>, O: Into<String>> From<(M, O)> for Act {
    fn from((member, other): (M, O)) -> Self {
        Self::by(member).on(other)
    }
}

/// Something that is done to one account. A handle alone is one as well: `engine.ban("mallory")`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing happens before it is given to the engine"]
pub struct OnMember {
    member: String,
    id: Option<String>,
}

impl OnMember {
    /// Done to the member with this handle.
    pub fn named(member: impl Into<String>) -> Self {
        Self { member: member.into(), id: None }
    }

    /// Makes it idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
    pub fn command_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(crate) fn identified(self, command: impl FnOnce(Handle) -> Command) -> Result<Identified, Error> {
        Ok(Identified { command: command(handle(&self.member)?), id: self.id })
    }
}

impl<M: Into<String>> From<M> for OnMember {
    fn from(member: M) -> Self {
        Self::named(member)
    }
}

/// A member's handle, with those fields of the account that are given. A handle alone is one as well:
/// `engine.add_member("alice")`.
///
/// [`Engine::add_member`](crate::Engine::add_member) leaves what is not given empty;
/// [`Engine::change_member`](crate::Engine::change_member) leaves it as it is.
///
/// ```
/// use acquaint::{Member, Tier};
///
/// let alice = Member::named("alice").emails(["alice@example.org"]).company("Acme").tier(Tier::Premium);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing happens before it is given to the engine"]
pub struct Member {
    handle: String,
    tier: Option<Tier>,
    emails: Option<Vec<String>>,
    url: Option<String>,
    company: Option<String>,
    title: Option<String>,
    id: Option<String>,
}

impl Member {
    /// The member with this handle: letters of any script, digits, `-`, `_` and `.`; 1 to 100 characters.
    pub fn named(handle: impl Into<String>) -> Self {
        let handle = handle.into();
        Self { handle, tier: None, emails: None, url: None, company: None, title: None, id: None }
    }

    /// The subscription, which decides the limits; free where none is given.
    pub fn tier(self, tier: Tier) -> Self {
        Self { tier: Some(tier), ..self }
    }

    /// All e-mail addresses. Each belongs to one member; nobody else learns of them.
    pub fn emails(self, emails: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { emails: Some(emails.into_iter().map(Into::into).collect()), ..self }
    }

    /// The URL of the public profile, which belongs to one member.
    pub fn profile_url(self, url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..self }
    }

    /// The company where the member works, as free text.
    pub fn company(self, company: impl Into<String>) -> Self {
        Self { company: Some(company.into()), ..self }
    }

    /// The job title, as free text.
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// Makes it idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
    pub fn command_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(crate) fn added(self) -> Result<Identified, Error> {
        let MemberDraft { tier, emails, url, company, title } = self.draft()?;
        let profile = Profile { emails: emails.unwrap_or_default(), url, company, title };
        let (handle, tier) = (handle(&self.handle)?, tier.unwrap_or(Tier::Free));
        Ok(Identified { command: Command::AddMember { handle, tier, profile }, id: self.id })
    }

    pub(crate) fn changed(self) -> Result<Identified, Error> {
        let command = Command::ChangeMember { member: handle(&self.handle)?, draft: self.draft()? };
        Ok(Identified { command, id: self.id })
    }

    fn draft(&self) -> Result<MemberDraft, Error> {
        let emails = self.emails.as_ref().map(|typed| typed.iter().map(|one| email(one)).collect());
        let url = self
            .url
            .as_deref()
            .map(|typed| ProfileUrl::parse(typed).map_err(|problem| Error::malformed(typed, problem)));
        Ok(MemberDraft {
            tier: self.tier,
            emails: emails.transpose()?,
            url: url.transpose()?,
            company: self.company.clone(),
            title: self.title.clone(),
        })
    }
}

impl<H: Into<String>> From<H> for Member {
    fn from(handle: H) -> Self {
        Self::named(handle)
    }
}

/// A change of what a member allows: what is not given stays as it is. It holds for requests that arrive later.
///
/// ```
/// use acquaint::{AcceptFrom, MaxDegree, Settings};
///
/// let change = Settings::of("bob").accept_from(AcceptFrom::Contacts).max_degree(MaxDegree::Within(2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing changes before it is given to `Engine::change_settings`"]
pub struct Settings {
    member: String,
    change: SettingsChange,
    id: Option<String>,
}

impl Settings {
    /// A change of the settings of the member with this handle.
    pub fn of(member: impl Into<String>) -> Self {
        Self { member: member.into(), change: SettingsChange::default(), id: None }
    }

    /// Who may send requests.
    pub fn accept_from(mut self, accept_from: AcceptFrom) -> Self {
        self.change.accept_from = Some(accept_from);
        self
    }

    /// How far away a sender may be, in connections.
    pub fn max_degree(mut self, max_degree: MaxDegree) -> Self {
        self.change.max_degree = Some(max_degree);
        self
    }

    /// The companies whose people may send; none for all. A sender who matches a company or a title may send.
    pub fn companies(mut self, companies: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.change.companies = Some(companies.into_iter().map(Into::into).collect());
        self
    }

    /// The job titles whose people may send; none for all.
    pub fn titles(mut self, titles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.change.titles = Some(titles.into_iter().map(Into::into).collect());
        self
    }

    /// Whether requests wait for this member's confirmation, those sent and those received.
    pub fn confirmation(mut self, confirmation: Confirmation) -> Self {
        self.change.confirmation = Some(confirmation);
        self
    }

    /// Makes it idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
    pub fn command_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(crate) fn identified(self) -> Result<Identified, Error> {
        let command = Command::ChangeSettings { member: handle(&self.member)?, change: self.change };
        Ok(Identified { command, id: self.id })
    }
}

/// A restriction that the network's staff imposes: the member may neither send nor receive until it is over.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nobody is restricted before it is given to `Engine::restrict`"]
pub struct Restriction {
    member: String,
    until: Timestamp,
    cause: RestrictionCause,
    id: Option<String>,
}

impl Restriction {
    /// Of the member with this handle, for breaking a rule; `until` is the first moment at which it is over.
    pub fn until(member: impl Into<String>, until: Timestamp) -> Self {
        Self { member: member.into(), until, cause: RestrictionCause::Policy, id: None }
    }

    /// For this cause, which the member is told.
    pub fn cause(self, cause: RestrictionCause) -> Self {
        Self { cause, ..self }
    }

    /// Makes it idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
    pub fn command_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(crate) fn identified(self) -> Result<Identified, Error> {
        let Self { member, until, cause, id } = self;
        Ok(Identified { command: Command::RestrictMember { member: handle(&member)?, until, cause }, id })
    }
}

pub(crate) fn handle(typed: &str) -> Result<Handle, Error> {
    Handle::parse(typed).map_err(|problem| Error::malformed(typed, problem))
}

pub(crate) fn email(typed: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(typed).map_err(|problem| Error::malformed(typed, problem))
}

fn address(typed: &str) -> Result<Address, Error> {
    Address::parse(typed).map_err(|problem| Error::malformed(typed, problem))
}
