//! Commands, one type for each shape. A constructor takes the required parts; methods add the optional ones.
//!
//! The engine parses every text when the command is submitted. A text that does not parse is an [`Error`], except the address
//! of a send: that send is recorded and refused with a code.

use acquaint_domain::{
    AcceptFrom, Address, Channel, Command, Confirmation, EmailAddress, EnteredHandle, Handle, MaxDegree,
    MemberDraft, Pair, Profile, ProfileUrl, RestrictionCause, Send as DomainSend, SettingsChange, Tier,
    Timestamp,
};

use crate::error::Error;

/// A command with the id that its caller chose.
pub(crate) struct Identified {
    pub(crate) command: Command,
    pub(crate) id: Option<String>,
}

impl From<Command> for Identified {
    fn from(command: Command) -> Self {
        Self { command, id: None }
    }
}

/// A connection request, for [`Engine::send`](crate::Engine::send).
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
#[must_use = "nothing is sent until it is passed to `Engine::send`"]
pub struct Connect {
    sender: String,
    to: String,
    note: Option<String>,
    channel: Channel,
    with_email: Option<String>,
    id: Option<String>,
}

impl Connect {
    /// A request from the member with this handle, through the web channel. Name the recipient with [`to`](Self::to).
    pub fn from(sender: impl Into<String>) -> Self {
        let (sender, to) = (sender.into(), String::new());
        Self { sender, to, note: None, channel: Channel::Web, with_email: None, id: None }
    }

    /// The recipient's address as entered: a handle, a profile URL or an e-mail address. A send to an unknown or malformed
    /// address is refused with a code; it is not an error.
    pub fn to(self, address: impl Into<String>) -> Self {
        Self { to: address.into(), ..self }
    }

    /// Adds a note to the recipient. The policy limits its length, in characters.
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// The channel through which the request is sent, by default the web. A program uses [`Channel::Api`], which names it;
    /// the policy may refuse tools that imitate a person.
    pub fn channel(self, channel: Channel) -> Self {
        Self { channel, ..self }
    }

    /// Adds one of the recipient's e-mail addresses, as proof that the sender knows the recipient.
    pub fn with_email(self, email: impl Into<String>) -> Self {
        Self { with_email: Some(email.into()), ..self }
    }

    /// Makes the command idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
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

/// A command by one member about another, such as accepting the other's request or blocking the other.
///
/// A pair of handles converts to it: in `engine.accept(("bob", "alice"))`, `bob` accepts `alice`'s request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing happens until it is passed to the engine"]
pub struct PairCommand {
    member: String,
    other: String,
    id: Option<String>,
}

impl PairCommand {
    /// A command by the member with this handle. Name the other member with [`on`](Self::on).
    pub fn by(member: impl Into<String>) -> Self {
        Self { member: member.into(), other: String::new(), id: None }
    }

    /// The other member's address: a handle, a profile URL, or the e-mail address of a connection or of one of the acting
    /// member's own requests.
    pub fn on(self, other: impl Into<String>) -> Self {
        Self { other: other.into(), ..self }
    }

    /// Makes the command idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
    pub fn command_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(crate) fn identified(self, command: fn(Pair) -> Command) -> Result<Identified, Error> {
        let pair = Pair { member: handle(&self.member)?, other: address(&self.other)? };
        Ok(Identified { command: command(pair), id: self.id })
    }
}

impl<M: Into<String>, O: Into<String>> From<(M, O)> for PairCommand {
    fn from((member, other): (M, O)) -> Self {
        Self::by(member).on(other)
    }
}

/// A command about one account. A handle converts to it: `engine.ban("mallory")`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing happens until it is passed to the engine"]
pub struct OnMember {
    member: String,
    id: Option<String>,
}

impl OnMember {
    /// A command about the member with this handle.
    pub fn named(member: impl Into<String>) -> Self {
        Self { member: member.into(), id: None }
    }

    /// Makes the command idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
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

/// A member's handle and any fields of the account to set. A handle converts to it: `engine.add_member("alice")`.
///
/// [`Engine::add_member`](crate::Engine::add_member) leaves an omitted field empty;
/// [`Engine::change_member`](crate::Engine::change_member) does not change it.
///
/// ```
/// use acquaint::{NewMember, Tier};
///
/// let alice = NewMember::named("alice").emails(["alice@example.org"]).company("Acme").tier(Tier::Premium);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing happens until it is passed to the engine"]
pub struct NewMember {
    handle: String,
    tier: Option<Tier>,
    emails: Option<Vec<String>>,
    url: Option<String>,
    company: Option<String>,
    title: Option<String>,
    id: Option<String>,
}

impl NewMember {
    /// The member with this handle: letters of any script, digits, `-`, `_` and `.`; 1 to 100 characters.
    pub fn named(handle: impl Into<String>) -> Self {
        let handle = handle.into();
        Self { handle, tier: None, emails: None, url: None, company: None, title: None, id: None }
    }

    /// The subscription, which decides the limits. A new member without one is free.
    pub fn tier(self, tier: Tier) -> Self {
        Self { tier: Some(tier), ..self }
    }

    /// The member's full list of e-mail addresses. An address belongs to at most one member, and only the member's
    /// connections can learn it.
    pub fn emails(self, emails: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { emails: Some(emails.into_iter().map(Into::into).collect()), ..self }
    }

    /// The URL of the public profile. A URL belongs to at most one member.
    pub fn profile_url(self, url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..self }
    }

    /// The member's company, as free text.
    pub fn company(self, company: impl Into<String>) -> Self {
        Self { company: Some(company.into()), ..self }
    }

    /// The job title, as free text.
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    /// Makes the command idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
    pub fn command_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(crate) fn added(self) -> Result<Identified, Error> {
        let MemberDraft { tier, emails, url, company, title } = self.draft()?;
        let entered_handle = EnteredHandle::of(&self.handle);
        let profile = Profile { emails: emails.unwrap_or_default(), url, company, title, entered_handle };
        let (handle, tier) = (handle(&self.handle)?, tier.unwrap_or(Tier::Free));
        Ok(Identified { command: Command::AddMember { handle, tier, profile }, id: self.id })
    }

    pub(crate) fn changed(self) -> Result<Identified, Error> {
        let command = Command::ChangeMember { member: handle(&self.handle)?, draft: self.draft()? };
        Ok(Identified { command, id: self.id })
    }

    fn draft(&self) -> Result<MemberDraft, Error> {
        let emails = self.emails.as_ref().map(|entered| entered.iter().map(|text| email(text)).collect());
        let url = self
            .url
            .as_deref()
            .map(|entered| ProfileUrl::parse(entered).map_err(|problem| Error::malformed(entered, problem)));
        Ok(MemberDraft {
            tier: self.tier,
            emails: emails.transpose()?,
            url: url.transpose()?,
            company: self.company.clone(),
            title: self.title.clone(),
        })
    }
}

impl<H: Into<String>> From<H> for NewMember {
    fn from(handle: H) -> Self {
        Self::named(handle)
    }
}

/// A change of a member's settings; an omitted setting stays as it is. The change applies to requests that arrive later.
///
/// ```
/// use acquaint::{AcceptFrom, MaxDegree, SettingsUpdate};
///
/// let change = SettingsUpdate::of("bob").accept_from(AcceptFrom::Contacts).max_degree(MaxDegree::Within(2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing changes until it is passed to `Engine::change_settings`"]
pub struct SettingsUpdate {
    member: String,
    change: SettingsChange,
    id: Option<String>,
}

impl SettingsUpdate {
    /// A change of the settings of the member with this handle.
    pub fn of(member: impl Into<String>) -> Self {
        Self { member: member.into(), change: SettingsChange::default(), id: None }
    }

    /// Who may send requests to the member.
    pub fn accept_from(mut self, accept_from: AcceptFrom) -> Self {
        self.change.accept_from = Some(accept_from);
        self
    }

    /// The greatest distance of a sender, in connections.
    pub fn max_degree(mut self, max_degree: MaxDegree) -> Self {
        self.change.max_degree = Some(max_degree);
        self
    }

    /// Only people of these companies may send; an empty list allows all. A sender who matches either a company or a title
    /// may send.
    pub fn companies(mut self, companies: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.change.companies = Some(companies.into_iter().map(Into::into).collect());
        self
    }

    /// Only people with these job titles may send; an empty list allows all.
    pub fn titles(mut self, titles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.change.titles = Some(titles.into_iter().map(Into::into).collect());
        self
    }

    /// Whether sent and received requests wait for this member's confirmation.
    pub fn confirmation(mut self, confirmation: Confirmation) -> Self {
        self.change.confirmation = Some(confirmation);
        self
    }

    /// Makes the command idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
    pub fn command_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(crate) fn identified(self) -> Result<Identified, Error> {
        let command = Command::ChangeSettings { member: handle(&self.member)?, change: self.change };
        Ok(Identified { command, id: self.id })
    }
}

/// A restriction imposed by the network's staff: the member can neither send nor receive requests until it ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nobody is restricted until it is passed to `Engine::restrict`"]
pub struct Restriction {
    member: String,
    until: Timestamp,
    cause: RestrictionCause,
    id: Option<String>,
}

impl Restriction {
    /// Restricts the member with this handle for breaking a rule. The restriction no longer applies at `until`.
    pub fn until(member: impl Into<String>, until: Timestamp) -> Self {
        Self { member: member.into(), until, cause: RestrictionCause::Policy, id: None }
    }

    /// The cause, which the member sees; by default breaking a rule.
    pub fn cause(self, cause: RestrictionCause) -> Self {
        Self { cause, ..self }
    }

    /// Makes the command idempotent: see [`guide::guarantees`](crate::guide::guarantees#idempotency).
    pub fn command_id(self, id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..self }
    }

    pub(crate) fn identified(self) -> Result<Identified, Error> {
        let Self { member, until, cause, id } = self;
        Ok(Identified { command: Command::RestrictMember { member: handle(&member)?, until, cause }, id })
    }
}

pub(crate) fn handle(entered: &str) -> Result<Handle, Error> {
    Handle::parse(entered).map_err(|problem| Error::malformed(entered, problem))
}

pub(crate) fn email(entered: &str) -> Result<EmailAddress, Error> {
    EmailAddress::parse(entered).map_err(|problem| Error::malformed(entered, problem))
}

fn address(entered: &str) -> Result<Address, Error> {
    Address::parse(entered).map_err(|problem| Error::malformed(entered, problem))
}
