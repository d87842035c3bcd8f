//! What a member's own export of another network says, fact by fact.

use super::{Afterwards, AttestedBy, DatedBy, Holds, Network, Person, SourceRef};
use crate::connection::ConnectionName;
use crate::event::Owner;
use crate::ids::{MemberId, RequestId};
use crate::personal::Personal;
use crate::request::RequestRef;
use crate::time::Timestamp;

/// A fact of a member's own export; each variant's type id and stored form are the codec's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportEvent {
    /// A member's own export of another network begins.
    ExportBegun {
        /// Its number in this log, from 1.
        export: u32,
        /// BLAKE3 of what was read of it.
        source: [u8; 32],
        /// Of which network.
        network: Network,
        /// The member whose export it is.
        owner: MemberId,
        /// When it was made.
        as_of: Timestamp,
        /// By what that is known.
        dated_by: DatedBy,
        /// What it holds.
        holds: Holds,
    },
    /// The export is written down whole.
    ExportEnded {
        /// Number of the export in this log, from 1.
        export: u32,
        /// The member whose export it is.
        owner: MemberId,
    },
    /// People whom an export names; members from here on, whose handles are the network and their numbers.
    PeopleObserved {
        /// Of which network.
        network: Network,
        /// Whose export names them.
        owner: MemberId,
        /// The first one's number; the others follow.
        first: MemberId,
        /// How many there are.
        count: u32,
        /// Who they are, as many.
        people: Personal<Vec<Person>>,
    },
    /// A newer export names somebody otherwise, or gives another profile.
    PersonChanged {
        /// In which export.
        export: u32,
        /// The member whose export it is.
        owner: MemberId,
        /// The person who has another name or profile.
        member: MemberId,
        /// Who they are now.
        person: Personal<Person>,
    },
    /// A connection that another network has.
    ConnectionObserved {
        /// Its name, of an id that stands for the request it resulted from, which no export holds.
        name: ConnectionName,
        /// Whose export shows it.
        member: MemberId,
        /// The member at the other end.
        other: MemberId,
        /// Time at which they connected, by the export.
        observed_at: Timestamp,
        /// Where that is said.
        seen: SourceRef,
        /// Requests between the two that are younger than it.
        before: Vec<RequestId>,
    },
    /// Several connections have the name of the person invited: which one is meant cannot be told.
    NamesakesObserved {
        /// Which request, whose, to whom.
        ask: RequestRef,
        /// Whose export shows it.
        owner: MemberId,
        /// How many connections have that name.
        connections: u32,
    },
    /// The export's owner said no to a request.
    DeclineObserved {
        /// Which request, whose, by whom.
        ask: RequestRef,
        /// Time of the decline, by the export.
        observed_at: Timestamp,
        /// Where that is said.
        seen: SourceRef,
    },
    /// The export's owner ended a connection.
    EndObserved {
        /// The owner of the export, who ended it.
        member: MemberId,
        /// The member at the other end.
        other: MemberId,
        /// Name of the connection concerned.
        name: ConnectionName,
        /// Time of its end, by the export.
        observed_at: Timestamp,
        /// Where that is said.
        seen: SourceRef,
    },
    /// A request that an older export holds is not in a newer one.
    RequestVanished {
        /// Which request, whose, to whom.
        ask: RequestRef,
        /// The member whose two exports are compared.
        witness: AttestedBy,
        /// In which export it is not.
        export: u32,
        /// When that one was made.
        as_of: Timestamp,
        /// What it says of the connection.
        afterwards: Afterwards,
    },
    /// A connection that an older export holds is not in a newer one.
    ConnectionVanished {
        /// The owner of the exports, at one end.
        member: MemberId,
        /// The member at the other end.
        other: MemberId,
        /// Name of the connection concerned.
        name: ConnectionName,
        /// In which export it is not.
        export: u32,
        /// When that one was made.
        as_of: Timestamp,
    },
    /// The export's owner blocks somebody on another network.
    BlockObserved {
        /// The owner of the export, who blocks.
        member: MemberId,
        /// The member who is blocked.
        other: MemberId,
        /// Where that is said.
        seen: SourceRef,
    },
}

impl ExportEvent {
    /// Whose desk it was written at: the export's owner's.
    pub fn owner(&self) -> Owner {
        match self {
            Self::ExportBegun { owner, .. }
            | Self::ExportEnded { owner, .. }
            | Self::PeopleObserved { owner, .. }
            | Self::PersonChanged { owner, .. }
            | Self::NamesakesObserved { owner, .. } => Owner::Member(*owner),
            Self::ConnectionObserved { member, .. }
            | Self::EndObserved { member, .. }
            | Self::ConnectionVanished { member, .. }
            | Self::BlockObserved { member, .. } => Owner::Member(*member),
            Self::DeclineObserved { ask, seen, .. } => seen.owner(*ask),
            Self::RequestVanished { ask, witness, .. } => witness.owner(*ask),
        }
    }

    /// The requests that it is about.
    pub fn requests(&self) -> Vec<RequestId> {
        match self {
            Self::NamesakesObserved { ask, .. }
            | Self::DeclineObserved { ask, .. }
            | Self::RequestVanished { ask, .. } => vec![ask.request],
            Self::ConnectionObserved { name, before, .. } => {
                name.requests().iter().chain(before).copied().collect()
            }
            Self::EndObserved { name, .. } | Self::ConnectionVanished { name, .. } => {
                name.requests().to_vec()
            }
            Self::ExportBegun { .. }
            | Self::ExportEnded { .. }
            | Self::PeopleObserved { .. }
            | Self::PersonChanged { .. }
            | Self::BlockObserved { .. } => Vec::new(),
        }
    }
}
