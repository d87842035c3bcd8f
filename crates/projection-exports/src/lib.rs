//! The view of members' own exports of other networks: which there are, which invitations and connections they hold,
//! and what became of those from one export to the next.
//!
//! **What it is.** A fold over events. The state of an invitation is folded by the domain's own
//! [`export::evolve`](acquaint_domain::export::evolve), the one that the audit reads a trace by.
//!
//! **Where to start reading.** [`Exports::apply`].
//!
//! **This crate never** does IO, imports another projection, refuses an event, or keeps what event 1 onwards cannot
//! rebuild.

mod image;

use std::collections::BTreeMap;

use acquaint_domain::export::{self, Dated, Export, ExportEvent, Invitation, Network, SourceRef};
use acquaint_domain::{Event, EventNumber, MemberId, Recorded, RequestId, Timestamp, import};

/// All exports, and what they show.
#[derive(Clone, Debug, Default, Hash)]
pub struct Exports {
    exports: Vec<Export>,
    /// In the order in which they were first written down.
    invitations: Vec<ShownPerson>,
    /// The index of each in that order.
    places: BTreeMap<RequestId, u32>,
    links: BTreeMap<(MemberId, MemberId), Link>,
    blocks: BTreeMap<(MemberId, MemberId), SourceRef>,
    changed: Vec<Renaming>,
}

/// An invitation, with its note.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ShownPerson {
    /// State of the invitation, by the exports read so far.
    pub invitation: Invitation,
    /// The network that carried it.
    pub network: Network,
    /// The note that went with it.
    pub note: Option<String>,
}

/// A connection that exports show.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// Since when; `None` where only its end is dated.
    pub since: Option<Dated>,
    /// The request that names it.
    pub request: RequestId,
    /// The network that has it.
    pub network: Network,
    /// The export that first shows it.
    pub export: u32,
    /// When it was found to be over, and in which export.
    pub ended: Option<(Timestamp, u32)>,
}

/// Somebody whom a newer export names otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Renaming {
    /// In which export.
    pub export: u32,
    /// The member whose export it is.
    pub owner: MemberId,
    /// The person who has another name or profile.
    pub member: MemberId,
}

impl Exports {
    /// Applies the next event. All that this view shows comes in the import stream.
    pub fn apply(&mut self, recorded: &Recorded) {
        let event = &recorded.event;
        let Event::Import(imported) = event else { return };
        match imported {
            import::Event::Export(event) => self.apply_export(recorded.number, event),
            import::Event::RequestObserved { ask, seen, note, .. } => {
                let Some(network) = self.network(seen.export) else { return };
                if self.invitation(ask.request).is_none() {
                    let note = note.held().cloned().flatten();
                    self.begin(ask.request, event, network, note);
                    return;
                }
            }
            import::Event::AcceptanceObserved { ask, observed_at, seen, .. } => {
                let Some(network) = self.network(seen.export) else { return };
                let since = Some(Dated { at: *observed_at, seen: *seen });
                let link = Link { since, request: ask.request, network, export: seen.export, ended: None };
                let key = if seen.witness == export::AttestedBy::Recipient {
                    (ask.recipient, ask.sender)
                } else {
                    (ask.sender, ask.recipient)
                };
                self.links.insert(key, link);
            }
            import::Event::Begun { .. } | import::Event::Inherited(_) => return,
        }
        for request in event.requests().iter().copied() {
            let place = self.places.get(&request);
            if let Some(shown) = place.and_then(|place| self.invitations.get_mut(*place as usize))
                && let Some(next) = export::evolve(Some(shown.invitation.clone()), request, event)
            {
                shown.invitation = next;
            }
        }
    }

    fn apply_export(&mut self, number: EventNumber, event: &ExportEvent) {
        match event {
            ExportEvent::ExportBegun { export, source, network, owner, as_of, dated_by, holds } => {
                self.exports.push(Export {
                    number: *export,
                    network: *network,
                    owner: *owner,
                    as_of: *as_of,
                    dated_by: *dated_by,
                    holds: *holds,
                    source: *source,
                    began: number,
                    is_whole: false,
                });
            }
            ExportEvent::ExportEnded { export, .. } => {
                if let Some(known) = self.exports.iter_mut().find(|known| known.number == *export) {
                    known.is_whole = true;
                }
            }
            ExportEvent::PersonChanged { export, owner, member, .. } => {
                self.changed.push(Renaming { export: *export, owner: *owner, member: *member });
            }
            ExportEvent::ConnectionObserved { name, member, other, observed_at, seen, .. } => {
                let named = (name.requests().first(), self.network(seen.export));
                if let (Some(request), Some(network)) = named {
                    let since = Some(Dated { at: *observed_at, seen: *seen });
                    let link = Link { since, request: *request, network, export: seen.export, ended: None };
                    self.links.insert((*member, *other), link);
                }
            }
            ExportEvent::EndObserved { member, other, name, observed_at, seen } => {
                let ended = Some((*observed_at, seen.export));
                let named = (name.requests().first(), self.network(seen.export));
                if let Some(link) = self.links.get_mut(&(*member, *other)) {
                    link.ended = ended;
                } else if let (Some(request), Some(network)) = named {
                    let link = Link { since: None, request: *request, network, export: seen.export, ended };
                    self.links.insert((*member, *other), link);
                }
            }
            ExportEvent::ConnectionVanished { member, other, export, as_of, .. } => {
                if let Some(link) = self.links.get_mut(&(*member, *other)) {
                    link.ended = Some((*as_of, *export));
                }
            }
            ExportEvent::BlockObserved { member, other, seen } => {
                self.blocks.insert((*member, *other), *seen);
            }
            ExportEvent::DeclineObserved { ask, seen, .. } => {
                if let (None, Some(network)) = (self.invitation(ask.request), self.network(seen.export)) {
                    self.begin(
                        ask.request,
                        &Event::Import(import::Event::Export(event.clone())),
                        network,
                        None,
                    );
                }
            }
            ExportEvent::PeopleObserved { .. }
            | ExportEvent::NamesakesObserved { .. }
            | ExportEvent::RequestVanished { .. } => {}
        }
    }

    /// Every export, in order.
    pub fn exports(&self) -> &[Export] {
        &self.exports
    }

    /// The export of that number.
    pub fn export(&self, number: u32) -> Option<&Export> {
        self.exports.iter().find(|export| export.number == number)
    }

    /// The newest export of that member's of that network.
    pub fn newest(&self, owner: MemberId, network: Network) -> Option<&Export> {
        self.exports.iter().rev().find(|export| export.owner == owner && export.network == network)
    }

    /// What exports show of a request; `None` for one that no export holds.
    pub fn invitation(&self, request: RequestId) -> Option<&ShownPerson> {
        self.invitations.get(*self.places.get(&request)? as usize)
    }

    /// Every invitation that `owner`'s exports show, in the order in which they were written down.
    pub fn invitations(&self, owner: MemberId) -> impl Iterator<Item = &ShownPerson> {
        self.invitations.iter().filter(move |shown| shown.invitation.owner() == owner)
    }

    /// `owner`'s connection with `other`.
    pub fn link(&self, owner: MemberId, other: MemberId) -> Option<&Link> {
        self.links.get(&(owner, other))
    }

    /// Every connection that `owner`'s exports show, in order of the others' numbers.
    pub fn links(&self, owner: MemberId) -> impl Iterator<Item = (MemberId, &Link)> {
        let range = (owner, MemberId(0))..=(owner, MemberId(u32::MAX));
        self.links.range(range).map(|((_, other), link)| (*other, link))
    }

    /// Whom `owner` blocks on another network, by the owner's exports.
    pub fn blocks(&self, owner: MemberId) -> impl Iterator<Item = MemberId> {
        let range = (owner, MemberId(0))..=(owner, MemberId(u32::MAX));
        self.blocks.range(range).map(|((_, other), _)| *other)
    }

    /// Everybody whom a newer export names otherwise.
    pub fn changed(&self) -> &[Renaming] {
        &self.changed
    }

    fn begin(&mut self, request: RequestId, event: &Event, network: Network, note: Option<String>) {
        if let Some(invitation) = export::evolve(None, request, event) {
            self.places.insert(request, self.invitations.len() as u32);
            self.invitations.push(ShownPerson { invitation, network, note });
        }
    }

    fn network(&self, export: u32) -> Option<Network> {
        self.export(export).map(|export| export.network)
    }
}

impl ShownPerson {
    /// The invitation's note with the case and spaces of a typing hand taken away; `None` where there is none.
    pub fn note_folded(&self) -> Option<String> {
        self.note.as_deref().map(acquaint_domain::folded).filter(|note| !note.is_empty())
    }
}
