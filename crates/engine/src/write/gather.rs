//! Gathers facts from the views: plain data on which policy and domain decide.

use acquaint_domain::connection::PairFacts;
use acquaint_domain::incoming::AnswerFacts;
use acquaint_domain::incoming::Arrival;
use acquaint_domain::outgoing::Theirs;
use acquaint_domain::{
    Address, Addressee, Audience, Channel, Distance, EmailAddress, Entered, Lane, MaxDegree, MemberId,
    NetworkSize, Personal, PolicyVersion, Profile, RequestId, RequestRef, SymbolKind, Timestamp, folded,
};
use acquaint_policy::{AddressLookup, Facts, Sending, recipient};
use acquaint_projection_members::Member;
use acquaint_projection_pending::OpenRequest;

use crate::state::views::Views;
use crate::write::resolve::has_email;
use crate::write::sender_side::SenderSide;

/// What the outgoing desk knows of a send before judging it.
pub(crate) struct SendFacts<'a> {
    pub(crate) lookup: AddressLookup,
    pub(crate) addressee: Addressee,
    pub(crate) entered: &'a Entered,
    pub(crate) channel: &'a Channel,
    pub(crate) distance: Option<Distance>,
    /// The addressee's request that the send would accept.
    pub(crate) theirs: Option<&'a Theirs>,
}

impl<'a> SendFacts<'a> {
    /// The same for a request that was submitted here and waits at its sender's desk; `None` if its entered text is no longer
    /// kept.
    pub(crate) fn of_open(own: &'a OpenRequest) -> Option<Self> {
        let lookup = match own.open.addressee {
            Addressee::Email => AddressLookup::Email,
            Addressee::Member(_) | Addressee::Nobody => AddressLookup::Member,
        };
        let (channel, entered) = own.channel().zip(own.entered())?;
        let (addressee, distance) = (own.open.addressee, own.open.distance);
        Some(Self { lookup, addressee, entered, channel, distance, theirs: None })
    }
}

impl SenderSide<'_> {
    /// The distance to the addressee, if the outgoing desk can know it and one of its rules needs it. Otherwise the recipient's
    /// desk computes it when the letter arrives, if one of its own rules needs it.
    pub(crate) fn distance_needed(
        &self,
        lookup: AddressLookup,
        to: Addressee,
        now: Timestamp,
    ) -> Option<Distance> {
        let policy = self.policy.1;
        let limits_itself =
            policy.own_settings.reciprocal && self.sender.settings.max_degree != MaxDegree::Any;
        let counts = [SymbolKind::Mutuals, SymbolKind::Strangers];
        let is_needed = limits_itself || counts.iter().any(|kind| policy.spam.weight(*kind).is_some());
        if is_needed { self.distance(lookup, to, now) } else { None }
    }

    /// The distance to the addressee, if the outgoing desk can know it.
    pub(crate) fn distance(&self, lookup: AddressLookup, to: Addressee, now: Timestamp) -> Option<Distance> {
        match (lookup, to) {
            (AddressLookup::Member, Addressee::Member(to)) => Some(self.connected.distance(to, now)),
            _ => None,
        }
    }

    /// The addressee's request that a send to a public address accepts: it is at the sender's own desk and can be answered, and
    /// the sender neither blocks the addressee nor is connected with them. A request that came by an e-mail address does not
    /// count: its sender would learn whose address it is.
    pub(crate) fn theirs(&self, lookup: AddressLookup, to: Addressee) -> Option<Theirs> {
        let (AddressLookup::Member, Addressee::Member(to)) = (lookup, to) else { return None };
        let group = self.pending.by_member(to).filter(|group| group.state.is_answerable())?;
        let request = *group.requests.iter().find(|request| !self.pending.came_by_email(**request))?;
        if self.blocked.since(to).is_some() || self.connected.end(to).is_some() {
            return None;
        }
        Some(Theirs {
            request_ref: RequestRef { request, sender: to, recipient: self.sender.id },
            requests: group.requests.clone(),
            since: group.since,
            own_request: self.pending.to_member(to).map(|own| own.open.request),
        })
    }

    /// The facts on which a send is judged. Nothing that the recipient did in private is read here.
    pub(crate) fn facts(&self, send_facts: &SendFacts<'_>, now: Timestamp) -> Facts {
        let SendFacts { lookup, addressee, entered, channel, distance, theirs } = *send_facts;
        let (sender, (version, policy)) = (self.sender, self.policy);
        let to = match (lookup, addressee) {
            (AddressLookup::Member, Addressee::Member(to)) => Some(to),
            _ => None,
        };
        let email = match &entered.normalised {
            Some(Address::Email(email)) => Some(email),
            Some(Address::Handle(_) | Address::Profile(_)) | None => None,
        };
        let pending = match (to, email) {
            (Some(to), _) => self.pending.to_member(to),
            (None, Some(email)) => self.pending.to_email(email),
            (None, None) => None,
        };
        let end = to.and_then(|to| self.connected.end(to));
        let withdrawn = match (&policy.cooldown, to, email) {
            (Some(_), Some(to), _) => self.pending.withdrawn_to_member(to),
            (Some(_), None, Some(email)) => self.pending.withdrawn_to_email(email),
            (Some(_), None, None) | (None, ..) => None,
        };
        let open = policy.open_requests.as_ref().map_or(0, |_| self.pending.count());
        let connections = policy.network.as_ref().map_or(0, |_| self.connected.count());
        let exempt = sender.exempt.keys().filter(|rule| sender.is_exempt(rule, now));
        let used = [email, entered.with_email.as_ref()];
        let in_contacts = used.into_iter().flatten().any(|email| sender.contacts.contains(email));
        let (ledger, id) = self.ledger.of_sender();
        let sending = Sending {
            sender: id,
            to,
            channel,
            note: entered.note.as_deref(),
            has_connections: self.connected.count() > 0,
            mutuals: distance.map_or(0, |distance| distance.mutuals),
            same_company: to.is_some_and(|to| self.same_company(to)),
        };
        Facts {
            policy: version,
            facts_at: self.facts_at,
            now,
            address: lookup,
            blocked_since: to.and_then(|to| self.blocked.since(to)),
            connected: end.map(|end| (end.since, end.name.requests().first().copied())),
            pending: pending.map(|open| (open.submitted_at, open.open.request)),
            crossing: theirs.map(|theirs| (theirs.since, theirs.request_ref.request)),
            withdrawn,
            standing: sender.standing_at(now),
            tier: sender.tier,
            accept_from: sender.settings.accept_from,
            max_degree: sender.settings.max_degree,
            confirmation: sender.settings.confirmation,
            settings_version: sender.settings_version,
            in_contacts,
            by_email: used.into_iter().flatten().next().is_some(),
            distance,
            open: open as u32,
            connections: connections as u32,
            note_chars: entered.note.as_ref().map(|note| note.chars().count() as u32),
            feedback: ledger.feedback(id),
            exempt: exempt.cloned().collect(),
            usage: ledger.usage(policy, id, sender.tier, now),
            spam: ledger.spam_facts(policy, &sending, now),
        }
    }

    /// Whether the profiles of the sender and of `to` show the same company.
    fn same_company(&self, to: MemberId) -> bool {
        let own = self.sender.profile.held().and_then(|profile| profile.company.as_deref());
        own.is_some_and(|own| self.names.company(to).is_some_and(|other| folded(own) == folded(other)))
    }
}

impl Views {
    /// The facts on which the recipient's rules judge an arriving request; `None` if one of the two members does not exist.
    pub(crate) fn recipient_facts(
        &self,
        request_ref: RequestRef,
        sent_distance: Option<Distance>,
        now: Timestamp,
    ) -> Option<recipient::Facts> {
        let RequestRef { request, sender, recipient } = request_ref;
        let (from, to) = (self.members.get(sender)?, self.members.get(recipient)?);
        let open = self.pending.request(request);
        let used: [Option<&EmailAddress>; 2] =
            [open.and_then(|o| o.email()), open.and_then(|o| o.with_email())];
        let by_email = used.into_iter().flatten().any(|email| has_email(to, email));
        let profile = from.profile.held();
        let emails = profile.map_or(&[][..], |profile| &profile.emails);
        let own_contacts = &to.contacts;
        let audience = to.settings.audience.held();
        let company = audience.is_some_and(|audience| {
            audience.names_company(profile.and_then(|profile| profile.company.as_deref()))
        });
        let title = audience.is_some_and(|audience| {
            audience.names_title(profile.and_then(|profile| profile.title.as_deref()))
        });
        Some(recipient::Facts {
            policy: self.policy().map_or(PolicyVersion(0), |(version, _)| version),
            facts_at: self.last(),
            standing: to.standing_at(now),
            blocked_since: self.blocked.since(recipient, sender),
            accept_from: to.settings.accept_from,
            max_degree: to.settings.max_degree,
            criteria: audience.map_or(0, Audience::criteria),
            confirmation: to.settings.confirmation,
            settings_version: to.settings_version,
            in_contacts: emails.iter().any(|email| own_contacts.contains(email)),
            by_email,
            distance: sent_distance.or_else(|| {
                let is_needed = to.settings.max_degree != MaxDegree::Any;
                is_needed.then(|| self.connected.distance(sender, recipient, now))
            }),
            company,
            title,
            network: self.network(to),
        })
    }

    /// What the recipient's desk has of the sender when a request arrives; `None` if the recipient does not exist.
    pub(crate) fn arrival(&self, request_ref: RequestRef, now: Timestamp) -> Option<Arrival> {
        let RequestRef { request, sender, recipient } = request_ref;
        let own = self.pending.to_member(recipient, sender).filter(|own| own.open.state.is_outstanding());
        Some(Arrival {
            standing: self.members.get(recipient)?.standing_at(now),
            blocked_since: self.blocked.since(recipient, sender),
            connection: self.connected.end(recipient, sender).cloned(),
            outstanding: own.map(|own| {
                let back = Lane::Member { from: recipient, to: sender };
                (own.open.request, self.outbox.next_number(back))
            }),
            group: self.pending.group(recipient, sender).cloned(),
            answered: self.pending.answered(request),
        })
    }

    /// The facts on which an answer is decided; `None` if the recipient's desk has no request from this sender.
    pub(crate) fn answer_facts(
        &self,
        recipient: &Member,
        sender: MemberId,
        now: Timestamp,
    ) -> Option<AnswerFacts> {
        let group = self.pending.group(recipient.id, sender)?;
        let request: RequestId = *group.requests.first()?;
        Some(AnswerFacts {
            request_ref: RequestRef { request, sender, recipient: recipient.id },
            group: group.clone(),
            standing: recipient.standing_at(now),
            blocked_since: self.blocked.since(recipient.id, sender),
            own_requests: self.own_requests(recipient.id, sender),
            network: self.network(recipient),
            next_letter: self.outbox.next_number(Lane::Member { from: recipient.id, to: sender }),
        })
    }

    /// The member's open requests to `other`, by any address. Accepting `other` answers them all: connected members can
    /// confirm each other's e-mail addresses, so this reveals no more than the connection does.
    fn own_requests(&self, member: MemberId, other: MemberId) -> Vec<RequestId> {
        let profile = self.members.get(other).and_then(|other| other.profile.held());
        let emails = profile.map_or(&[][..], |profile| &profile.emails);
        let by_email = emails.iter().filter_map(|email| self.pending.to_email(member, email));
        let own = self.pending.to_member(member, other).into_iter().chain(by_email);
        own.map(|own| own.open.request).collect()
    }

    /// The size of a member's network, if the policy limits it.
    fn network(&self, member: &Member) -> Option<NetworkSize> {
        let cap = self.policy()?.1.network.as_ref()?;
        let connections = self.connected.ends_of(member.id).count() as u32;
        Some(NetworkSize { connections, at_most: cap.at_most.of(member.tier) })
    }

    /// What a member's desk knows about another member.
    pub(crate) fn pair_facts(&self, member: MemberId, other: MemberId) -> PairFacts {
        let group = self.pending.group(member, other);
        PairFacts {
            member,
            other,
            blocked_since: self.blocked.since(member, other),
            connection: self.connected.end(member, other).cloned(),
            own_request: self.pending.to_member(member, other).map(|own| own.open),
            their_requests: group.map(|group| group.requests.clone()).unwrap_or_default(),
            next_letter: self.outbox.next_number(Lane::Member { from: member, to: other }),
        }
    }
}

/// The member's profile; empty once it was erased.
pub(crate) fn profile(member: &Member) -> Profile {
    match &member.profile {
        Personal::Held(profile) => profile.clone(),
        Personal::Erased => Profile::default(),
    }
}
