//! The view of members: accounts, profiles, settings, address books.
//!
//! **What it is.** A fold over events: every member with their public names, e-mail addresses, settings, and standing.
//!
//! **Where to start reading.** [`Members::apply`].
//!
//! **This crate never** does IO, imports another projection, rejects an event, or holds state that a replay of the log cannot
//! rebuild.

mod member;
mod snapshot;

use std::collections::BTreeSet;

use acquaint_domain::export::{ExportEvent, Network, Person};
use acquaint_domain::{
    Address, EmailAddress, Event, Handle, ImportedRecord, MemberId, Personal, Profile, ProfileUrl, Recorded,
    Standing, Tier, Timestamp, account, folded, import, oversight,
};
use acquaint_table::{Dense, Finder, Texts};

use member::PLAIN;
pub use member::{Details, ImposedRestriction, Member};

/// All members who were ever added.
#[derive(Clone, Debug, Default, Hash)]
pub struct Members {
    members: Dense<MemberId, Member>,
    by_handle: Finder,
    by_url: Texts<ProfileUrl, MemberId>,
    by_email: Texts<EmailAddress, MemberId>,
    /// People known from exports only, by their [`folded`] names.
    by_name: BTreeSet<(String, MemberId)>,
}

impl Members {
    /// Applies the next event.
    pub fn apply(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        match &recorded.event {
            Event::Account(event) => self.apply_account(event, at),
            Event::Oversight(event) => self.oversee(event, at),
            Event::Import(event) => self.apply_import(event, at),
            // These change nothing that a member owns.
            Event::Network(_)
            | Event::Connection(_)
            | Event::Outgoing(_)
            | Event::Letter(_)
            | Event::Incoming(_) => {}
        }
    }

    fn apply_account(&mut self, event: &account::Event, at: Timestamp) {
        let account::Event { member, kind } = event;
        match kind {
            account::Kind::Added { handle, tier, profile } => self.add(*member, handle, *tier, profile, at),
            account::Kind::Changed { tier, profile } => {
                self.forget_addresses(*member);
                self.change(*member, |known| {
                    known.tier = *tier;
                    known.detail(|details| details.profile = profile.clone());
                });
                self.learn_addresses(*member, profile);
            }
            account::Kind::Restricted { until, cause } => {
                let restricted = Standing::Restricted { since: at, until: *until, cause: *cause };
                self.change(*member, |known| match known.standing {
                    Standing::Good | Standing::Restricted { .. } => known.standing = restricted,
                    Standing::Banned { .. } | Standing::Closed { .. } => {}
                });
            }
            account::Kind::Banned => {
                self.change(*member, |known| known.standing = Standing::Banned { since: at });
            }
            account::Kind::RestrictionLifted => self.change(*member, |known| {
                known.standing = Standing::Good;
                known.end_imposed(at);
            }),
            account::Kind::Closed { .. } => {
                self.change(*member, |known| known.standing = Standing::Closed { since: at });
            }
            account::Kind::ContactsImported { contacts } => {
                let Personal::Held(contacts) = contacts else { return };
                self.change(*member, |known| {
                    known.detail(|details| details.contacts.extend(contacts.iter().cloned()));
                });
            }
            account::Kind::SettingsChanged { version, settings } => self.change(*member, |known| {
                known.detail(|details| details.settings = settings.clone());
                known.settings_version = *version;
            }),
            account::Kind::SendChecked => {}
        }
    }

    fn apply_import(&mut self, event: &import::Event, at: Timestamp) {
        match event {
            import::Event::Inherited(event) => self.inherit(event),
            import::Event::Export(event) => self.apply_export(event, at),
            import::Event::Begun { .. }
            | import::Event::RequestObserved { .. }
            | import::Event::AcceptanceObserved { .. } => {}
        }
    }

    fn apply_export(&mut self, event: &ExportEvent, at: Timestamp) {
        match event {
            ExportEvent::PeopleObserved { network, first, count, people, .. } => {
                self.add_people(*network, *first, *count, people, at);
            }
            ExportEvent::PersonChanged { member, person, .. } => {
                self.forget_addresses(*member);
                self.forget_name(*member);
                match person {
                    Personal::Held(person) => self.call(*member, person),
                    Personal::Erased => self.detail(*member, |details| details.profile = Personal::Erased),
                }
            }
            ExportEvent::ExportBegun { .. }
            | ExportEvent::ExportEnded { .. }
            | ExportEvent::ConnectionObserved { .. }
            | ExportEvent::NamesakesObserved { .. }
            | ExportEvent::DeclineObserved { .. }
            | ExportEvent::EndObserved { .. }
            | ExportEvent::RequestVanished { .. }
            | ExportEvent::ConnectionVanished { .. }
            | ExportEvent::BlockObserved { .. } => {}
        }
    }

    /// The member with this number.
    pub fn get(&self, id: MemberId) -> Option<&Member> {
        self.members.get(id)
    }

    /// The member with this handle.
    pub fn by_handle(&self, handle: &Handle) -> Option<&Member> {
        let has = |id| self.get(MemberId(id)).is_some_and(|member| member.handle == *handle);
        let own = self.by_handle.find(handle.as_str(), has).and_then(|id| self.get(MemberId(id)));
        // People known from exports are not in the map: their handles end with their numbers.
        own.or_else(|| {
            let (_, number) = handle.as_str().rsplit_once('-')?;
            let named = self.get(MemberId(number.parse().ok()?))?;
            (named.network.is_some() && named.handle == *handle).then_some(named)
        })
    }

    /// The member with this profile URL.
    pub fn by_url(&self, url: &ProfileUrl) -> Option<&Member> {
        self.by_url.get(url).and_then(|id| self.get(*id))
    }

    /// The member with this e-mail address. INVARIANT (e-mail is secret): only a recipient's desk and the operator may call
    /// this; a sender's desk never learns who owns an address.
    pub fn by_email(&self, email: &EmailAddress) -> Option<&Member> {
        self.by_email.get(email).and_then(|id| self.get(*id))
    }

    /// The member with this public address; always `None` for an e-mail address.
    pub fn by_public_address(&self, address: &Address) -> Option<&Member> {
        match address {
            Address::Handle(handle) => self.by_handle(handle),
            Address::Profile(url) => self.by_url(url),
            Address::Email(_) => None,
        }
    }

    /// The number that the next member gets.
    pub fn next_id(&self) -> MemberId {
        MemberId(self.members.len() as u32 + 1)
    }

    /// Every member, in order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().map(|(_, member)| member)
    }

    /// A member's handle, or the name of a person known from exports, for display.
    pub fn handle(&self, id: MemberId) -> String {
        let Some(member) = self.get(id) else { return format!("member {}", id.0) };
        match (&member.name, member.network) {
            (Some(name), Some(_)) => name.clone(),
            (_, _) => member.shown_handle().to_owned(),
        }
    }

    /// People known from exports with this name, regardless of letter case and white space.
    pub fn by_name(&self, name: &str) -> impl Iterator<Item = MemberId> {
        self.by_folded_name(&folded(name))
    }

    /// Like [`Members::by_name`], for a name that is already [`folded`].
    pub fn by_folded_name(&self, name: &str) -> impl Iterator<Item = MemberId> + use<'_> {
        let name = name.to_owned();
        let range = (name.clone(), MemberId(0))..=(name, MemberId(u32::MAX));
        self.by_name.range(range).map(|(_, id)| *id)
    }

    fn add_people(
        &mut self,
        network: Network,
        first: MemberId,
        count: u32,
        people: &Personal<Vec<Person>>,
        at: Timestamp,
    ) {
        for index in 0..count {
            let id = MemberId(first.0 + index);
            let Some(handle) = Handle::from_canonical(&format!("{}-{}", network.word(), id.0)) else {
                return;
            };
            // INVARIANT (dense members)
            if id != self.next_id() {
                return;
            }
            self.members.insert(id, Member::new(id, &handle, at));
            self.detail(id, |details| details.network = Some(network));
            match people.held().and_then(|people| people.get(index as usize)) {
                Some(person) => self.call(id, person),
                None => self.detail(id, |details| details.profile = Personal::Erased),
            }
        }
    }

    fn forget_name(&mut self, id: MemberId) {
        if let Some(name) = self.get(id).and_then(|member| member.name.as_deref()).map(folded) {
            self.by_name.remove(&(name, id));
        }
        self.detail(id, |details| details.name = None);
    }

    fn call(&mut self, id: MemberId, Person { name, url }: &Person) {
        self.by_name.insert((folded(name), id));
        if let Some(url) = url {
            self.by_url.insert(url.clone(), id);
        }
        self.detail(id, |details| {
            details.name = Some(name.clone());
            if let (Personal::Held(profile), Some(url)) = (&mut details.profile, url) {
                profile.url = Some(url.clone());
            }
        });
    }

    fn add(&mut self, id: MemberId, handle: &Handle, tier: Tier, profile: &Personal<Profile>, at: Timestamp) {
        // INVARIANT (dense members): numbers are assigned in order, so a member's index in the list follows from the number.
        if id != self.next_id() {
            return;
        }
        let is_first = self.by_handle(handle).is_none_or(|member| member.network.is_some());
        let mut member = Member::new(id, handle, at);
        member.tier = tier;
        self.members.insert(id, member);
        if is_first {
            self.by_handle.add(handle.as_str(), id.0);
        }
        if *profile != PLAIN.profile {
            self.detail(id, |details| details.profile = profile.clone());
        }
        self.learn_addresses(id, profile);
    }

    /// An imported member is a member like any other, with the original times.
    fn inherit(&mut self, inherited: &ImportedRecord) {
        match inherited {
            ImportedRecord::MemberInherited {
                member: id,
                handle,
                tier,
                joined,
                standing,
                settings,
                profile,
                contacts,
            } => {
                self.add(*id, handle, *tier, profile, *joined);
                self.change(*id, |member| {
                    member.standing = *standing;
                    member.detail(|details| {
                        details.settings = settings.clone();
                        let contacts = contacts.held().map(|held| held.iter().cloned().collect());
                        details.contacts = contacts.unwrap_or_default();
                    });
                });
            }
            ImportedRecord::StretchTaken(_)
            | ImportedRecord::ConnectionInherited { .. }
            | ImportedRecord::RequestInherited { .. }
            | ImportedRecord::ArrivalInherited { .. }
            | ImportedRecord::BlockInherited { .. } => {}
        }
    }

    fn oversee(&mut self, oversight: &oversight::Event, at: Timestamp) {
        match oversight {
            oversight::Event::RestrictionImposed { member, until, cause, rule, step, .. } => {
                let imposed = ImposedRestriction { since: at, until: *until, cause: *cause, step: *step };
                self.detail(*member, |details| {
                    details.imposed.insert(rule.clone(), imposed);
                });
            }
            oversight::Event::AppealOpened { member, against } => {
                self.detail(*member, |details| {
                    details.appeals.insert(against.clone(), at);
                });
            }
            oversight::Event::AppealUpheld { member, against, exempt_until } => {
                self.change(*member, |known| known.uphold(against, *exempt_until));
            }
            oversight::Event::AppealDismissed { member, against } => {
                self.detail(*member, |details| {
                    details.appeals.remove(against);
                    details.dismissed.entry(against.clone()).or_default().push(at);
                });
            }
            oversight::Event::FeedbackTaken { .. }
            | oversight::Event::RequestReleased { .. }
            | oversight::Event::RequestStaysHeld { .. }
            | oversight::Event::BanReversed { .. }
            | oversight::Event::RequestRestored { .. }
            | oversight::Event::RequestRejected { .. } => {}
        }
    }

    fn change(&mut self, id: MemberId, change: impl FnOnce(&mut Member)) {
        if let Some(member) = self.members.get_mut(id) {
            change(member);
        }
    }

    fn detail(&mut self, id: MemberId, change: impl FnOnce(&mut Details)) {
        self.change(id, |member| member.detail(change));
    }

    fn learn_addresses(&mut self, id: MemberId, profile: &Personal<Profile>) {
        let Personal::Held(profile) = profile else { return };
        for email in &profile.emails {
            self.by_email.insert(email.clone(), id);
        }
        if let Some(url) = &profile.url {
            self.by_url.insert(url.clone(), id);
        }
    }

    fn forget_addresses(&mut self, id: MemberId) {
        let Some(Personal::Held(profile)) = self.get(id).map(|member| member.profile.clone()) else { return };
        // In an older log, two members may have the same address in two spellings.
        for email in &profile.emails {
            if self.by_email.get(email) == Some(&id) {
                self.by_email.remove(email);
            }
        }
        if let Some(url) = &profile.url
            && self.by_url.get(url) == Some(&id)
        {
            self.by_url.remove(url);
        }
    }
}
