//! The view of members' exports of other networks: the exports, the invitations and connections in them, and how those changed
//! from one export to the next.
//!
//! **What it is.** A fold over events. The domain's [`export::evolve`](acquaint_domain::export::evolve), which the audit uses
//! too, folds the state of an invitation.
//!
//! **Where to start reading.** [`Exports::apply`].
//!
//! **This crate never** does IO, imports another projection, rejects an event, or holds state that a replay of the log cannot
//! rebuild.

mod snapshot;

use std::collections::BTreeMap;

use acquaint_domain::export::{self, Dated, Export, ExportEvent, Invitation, Network, SourceRef};
use acquaint_domain::{Event, EventNumber, MemberId, Recorded, RequestId, Timestamp, import};

/// All exports, and their contents.
#[derive(Clone, Debug, Default, Hash)]
pub struct Exports {
    exports: Vec<Export>,
    /// In the order in which they were first recorded.
    invitations: Vec<ShownPerson>,
    /// Index of each request in `invitations`.
    places: BTreeMap<RequestId, u32>,
    links: BTreeMap<(MemberId, MemberId), Link>,
    blocks: BTreeMap<(MemberId, MemberId), SourceRef>,
    changed: Vec<Renaming>,
}

/// An invitation, with its note.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ShownPerson {
    /// State of the invitation according to the exports read so far.
    pub invitation: Invitation,
    /// The network that carried it.
    pub network: Network,
    /// Text of its note; `None` if the exports show none.
    pub note: Option<String>,
}

/// A connection found in exports.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// Since when it has existed; `None` if only its end is dated.
    pub since: Option<Dated>,
    /// The request that names it.
    pub request: RequestId,
    /// The network on which it exists.
    pub network: Network,
    /// The export that first shows it.
    pub export: u32,
    /// When it ended or was first missing, and the export that shows this.
    pub ended: Option<(Timestamp, u32)>,
}

/// A person who has another name or profile in a newer export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Renaming {
    /// The newer export.
    pub export: u32,
    /// The member who owns the export.
    pub owner: MemberId,
    /// The member number of the person.
    pub member: MemberId,
}

impl Exports {
    /// Applies the next event. Only the import stream changes this view.
    pub fn apply(&mut self, recorded: &Recorded) {
        let event = &recorded.event;
        let Event::Import(imported) = event else { return };
        match imported {
            import::Event::Export(event) => self.apply_export(recorded.number, event),
            import::Event::RequestObserved { request_ref, seen, note, .. } => {
                let Some(network) = self.network(seen.export) else { return };
                if self.invitation(request_ref.request).is_none() {
                    let note = note.held().cloned().flatten();
                    self.begin(request_ref.request, event, network, note);
                    return;
                }
            }
            import::Event::AcceptanceObserved { request_ref, observed_at, seen, .. } => {
                let Some(network) = self.network(seen.export) else { return };
                let since = Some(Dated { at: *observed_at, seen: *seen });
                let link =
                    Link { since, request: request_ref.request, network, export: seen.export, ended: None };
                let key = if seen.witness == export::AttestedBy::Recipient {
                    (request_ref.recipient, request_ref.sender)
                } else {
                    (request_ref.sender, request_ref.recipient)
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
            ExportEvent::DeclineObserved { request_ref, seen, .. } => {
                if let (None, Some(network)) =
                    (self.invitation(request_ref.request), self.network(seen.export))
                {
                    self.begin(
                        request_ref.request,
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

    /// The export with this number.
    pub fn export(&self, number: u32) -> Option<&Export> {
        self.exports.iter().find(|export| export.number == number)
    }

    /// The member's newest export of the network.
    pub fn newest(&self, owner: MemberId, network: Network) -> Option<&Export> {
        self.exports.iter().rev().find(|export| export.owner == owner && export.network == network)
    }

    /// The invitation of a request; `None` if no export contains it.
    pub fn invitation(&self, request: RequestId) -> Option<&ShownPerson> {
        self.invitations.get(*self.places.get(&request)? as usize)
    }

    /// Every invitation in `owner`'s exports, in the order in which they were recorded.
    pub fn invitations(&self, owner: MemberId) -> impl Iterator<Item = &ShownPerson> {
        self.invitations.iter().filter(move |shown| shown.invitation.owner() == owner)
    }

    /// `owner`'s connection to `other`.
    pub fn link(&self, owner: MemberId, other: MemberId) -> Option<&Link> {
        self.links.get(&(owner, other))
    }

    /// Every connection in `owner`'s exports, in order of the other members' numbers.
    pub fn links(&self, owner: MemberId) -> impl Iterator<Item = (MemberId, &Link)> {
        let range = (owner, MemberId(0))..=(owner, MemberId(u32::MAX));
        self.links.range(range).map(|((_, other), link)| (*other, link))
    }

    /// Whom `owner` blocks on other networks, according to the owner's exports.
    pub fn blocks(&self, owner: MemberId) -> impl Iterator<Item = MemberId> {
        let range = (owner, MemberId(0))..=(owner, MemberId(u32::MAX));
        self.blocks.range(range).map(|((_, other), _)| *other)
    }

    /// Every person who has another name or profile in a newer export.
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
    /// The note with letter case and white space normalised; `None` if there is none.
    pub fn note_folded(&self) -> Option<String> {
        self.note.as_deref().map(acquaint_domain::folded).filter(|note| !note.is_empty())
    }
}
