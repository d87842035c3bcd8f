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
        /// The network that made it.
        network: Network,
        /// The member whose export it is.
        owner: MemberId,
        /// When it was made.
        as_of: Timestamp,
        /// How that time is known.
        dated_by: DatedBy,
        /// What it holds.
        holds: Holds,
    },
    /// The whole export has been recorded.
    ExportEnded {
        /// Number of the export in this log, from 1.
        export: u32,
        /// The member whose export it is.
        owner: MemberId,
    },
    /// People whom an export names. They become members, whose handles are made of the network and their numbers.
    PeopleObserved {
        /// The network that made the export.
        network: Network,
        /// The member whose export names them.
        owner: MemberId,
        /// Member number of the first; the others have the numbers after it.
        first: MemberId,
        /// Number of people.
        count: u32,
        /// The people, `count` of them.
        people: Personal<Vec<Person>>,
    },
    /// A newer export gives a person another name or profile.
    PersonChanged {
        /// Number of that export in this log, from 1.
        export: u32,
        /// The member whose export it is.
        owner: MemberId,
        /// The person who has another name or profile.
        member: MemberId,
        /// The new name and profile.
        person: Personal<Person>,
    },
    /// A connection that another network has.
    ConnectionObserved {
        /// Its name, of an id made up for the request that it resulted from, which no export holds.
        name: ConnectionName,
        /// The member whose export shows it.
        member: MemberId,
        /// The member at the other end.
        other: MemberId,
        /// Time by the export at which the two connected.
        observed_at: Timestamp,
        /// Where the export says so.
        seen: SourceRef,
        /// Requests between the two that are newer than the connection.
        before: Vec<RequestId>,
    },
    /// Several connections have the name of the person invited: which of them is meant is unknown.
    NamesakesObserved {
        /// The request, its sender and its recipient.
        request_ref: RequestRef,
        /// The member whose export shows it.
        owner: MemberId,
        /// Number of connections with that name.
        connections: u32,
    },
    /// The export's owner declined a request.
    DeclineObserved {
        /// The request, its sender and its recipient.
        request_ref: RequestRef,
        /// Time of the decline by the export.
        observed_at: Timestamp,
        /// Where the export says so.
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
        /// Time of its end by the export.
        observed_at: Timestamp,
        /// Where the export says so.
        seen: SourceRef,
    },
    /// A request that an older export holds is not in a newer one.
    RequestVanished {
        /// The request, its sender and its recipient.
        request_ref: RequestRef,
        /// Whose two exports are compared.
        witness: AttestedBy,
        /// Number of the newer export in this log, from 1.
        export: u32,
        /// When the newer export was made.
        as_of: Timestamp,
        /// What the newer export says of the connection.
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
        /// Number of the newer export in this log, from 1.
        export: u32,
        /// When the newer export was made.
        as_of: Timestamp,
    },
    /// The export's owner blocks somebody on another network.
    BlockObserved {
        /// The owner of the export, who blocks.
        member: MemberId,
        /// The member who is blocked.
        other: MemberId,
        /// Where the export says so.
        seen: SourceRef,
    },
}

impl ExportEvent {
    /// The owner of the event: the export's owner.
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
            Self::DeclineObserved { request_ref, seen, .. } => seen.owner(*request_ref),
            Self::RequestVanished { request_ref, witness, .. } => witness.owner(*request_ref),
        }
    }

    /// The requests that it is about.
    pub fn requests(&self) -> Vec<RequestId> {
        match self {
            Self::NamesakesObserved { request_ref, .. }
            | Self::DeclineObserved { request_ref, .. }
            | Self::RequestVanished { request_ref, .. } => vec![request_ref.request],
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
