//! Resolves entered handles and addresses to members, with errors for people.

use acquaint_domain::{
    Address, Addressee, EmailAddress, Entered, Handle, MemberId, Personal, Profile, ProfileUrl, Send,
    Standing, fingerprint,
};
use acquaint_policy::AddressLookup;
use acquaint_projection_members::Member;

use crate::error::SubmitError;
use crate::state::views::Views;
use crate::write::sender_side::SenderSide;

/// A send whose address was looked up among public names.
pub(crate) struct ResolvedSend {
    pub(crate) lookup: AddressLookup,
    pub(crate) addressee: Addressee,
    pub(crate) entered: Entered,
}

impl Views {
    /// The acting member, whose account must not be closed.
    pub(crate) fn actor(&self, handle: &Handle) -> Result<&Member, SubmitError> {
        let member = self.member_by_handle(handle)?;
        match member.standing {
            Standing::Closed { .. } => Err(SubmitError::ClosedMember(handle.clone())),
            Standing::Good | Standing::Restricted { .. } | Standing::Banned { .. } => Ok(member),
        }
    }

    /// The member with this handle, whether or not the account is closed.
    pub(crate) fn member_by_handle(&self, handle: &Handle) -> Result<&Member, SubmitError> {
        self.members.by_handle(handle).ok_or_else(|| SubmitError::UnknownMember {
            handle: handle.clone(),
            nearest: self.nearest_handle(handle),
        })
    }

    /// The most similar handle, if at most a third of its characters would have to change: one for a short handle, but never all.
    pub fn nearest_handle(&self, handle: &Handle) -> Option<String> {
        let known = self.members.iter().map(|member| (member.handle.as_str(), member.shown_handle()));
        nearest(handle.as_str(), known)
    }

    /// The handle or profile most similar to this public address. Profiles are compared by the last part of their path: the rest
    /// is the same for all profiles of a site.
    pub fn nearest_public(&self, address: &Address) -> Option<String> {
        match address {
            Address::Handle(handle) => self.nearest_handle(handle),
            Address::Profile(url) => {
                let urls = self.members.iter().filter_map(|member| member.profile.held()?.url.as_ref());
                nearest(naming_part(url.as_str()), urls.map(|url| (naming_part(url.as_str()), url.as_str())))
            }
            // Which e-mail addresses exist is a secret.
            Address::Email(_) => None,
        }
    }

    /// The other member that a command names. INVARIANT (e-mail is secret): an e-mail address is looked up among the acting
    /// member's connections only. Looking among members to whom there is a request, or who are blocked, would let a member
    /// test whether any address is in use.
    pub(crate) fn other(&self, actor: MemberId, address: &Address) -> Result<MemberId, SubmitError> {
        let found = match address {
            Address::Email(email) => {
                self.members.by_email(email).filter(|other| self.connected.end(actor, other.id).is_some())
            }
            Address::Handle(_) | Address::Profile(_) => self.members.by_public_address(address),
        };
        match found {
            Some(other) if other.id == actor => Err(SubmitError::BadInput(format!(
                "`{address}` is the member's own address; name another member"
            ))),
            Some(other) => Ok(other.id),
            None => Err(SubmitError::UnknownAddress {
                address: address.clone(),
                nearest: self.nearest_public(address),
            }),
        }
    }

    /// Rejects a profile whose URL or e-mail address belongs to another member.
    pub(crate) fn check_profile(&self, of: Option<MemberId>, profile: &Profile) -> Result<(), SubmitError> {
        let belongs_to_another = |what: &str, text: &str| {
            Err(SubmitError::BadInput(format!(
                "the {what} `{text}` belongs to another member; give this member's own"
            )))
        };
        let is_others = |found: Option<&Member>| found.is_some_and(|member| Some(member.id) != of);
        if let Some(url) =
            profile.url.as_ref().filter(|url: &&ProfileUrl| is_others(self.members.by_url(url)))
        {
            return belongs_to_another("profile", url.as_str());
        }
        match profile.emails.iter().find(|email| is_others(self.members.by_email(email))) {
            Some(email) => belongs_to_another("e-mail address", email.as_str()),
            None => Ok(()),
        }
    }
}

impl SenderSide<'_> {
    /// Resolves what a send is addressed to.
    pub(crate) fn resolve(&self, send: &Send) -> ResolvedSend {
        let parsed = Address::parse(&send.to);
        let own = self.sender.id;
        let (lookup, addressee) = match &parsed {
            Err(malformed) => (AddressLookup::Malformed(*malformed), Addressee::Nobody),
            Ok(Address::Email(email)) if has_email(self.sender, email) => {
                (AddressLookup::Oneself, Addressee::Member(own))
            }
            Ok(Address::Email(_)) => (AddressLookup::Email, Addressee::Email),
            Ok(public @ (Address::Handle(_) | Address::Profile(_))) => {
                match self.names.by_public_address(public) {
                    None => (AddressLookup::Unknown, Addressee::Nobody),
                    Some(other) if other == own => (AddressLookup::Oneself, Addressee::Member(other)),
                    Some(other) => (AddressLookup::Member, Addressee::Member(other)),
                }
            }
        };
        let entered = Entered {
            address: send.to.clone(),
            normalised: parsed.ok(),
            with_email: send.with_email.clone(),
            note: send.note.clone(),
            note_fingerprint: send.note.as_deref().map(fingerprint),
        };
        ResolvedSend { lookup, addressee, entered }
    }
}

/// The text whose name is most similar to `entered`, if it is similar enough to be meant; `known` yields names with texts.
fn nearest<'k>(entered: &str, known: impl Iterator<Item = (&'k str, &'k str)>) -> Option<String> {
    let similar = known.map(|(name, text)| (strsim::osa_distance(entered, name), name, text));
    let similar = similar.filter(|(distance, name, _)| {
        let chars = name.chars().count();
        *distance <= (chars / 3).max(1) && *distance < chars
    });
    similar.min_by_key(|(distance, _, _)| *distance).map(|(_, _, text)| text.to_owned())
}

/// The part of an address that names somebody: the last part of a URL's path, the part before the `@` of an e-mail
/// address, or a whole handle. The rest is the same for everybody on a site.
pub(crate) fn naming_part(address: &str) -> &str {
    match (address.rsplit_once('/'), address.split_once('@')) {
        (Some((_, slug)), _) => slug,
        (None, Some((local, _))) if !local.is_empty() => local,
        (None, _) => address,
    }
}

/// Whether the address is one of the member's own.
pub(crate) fn has_email(member: &Member, email: &EmailAddress) -> bool {
    match &member.profile {
        Personal::Held(profile) => profile.emails.contains(email),
        Personal::Erased => false,
    }
}
