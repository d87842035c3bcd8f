//! What happens to the network as a whole.

use super::StaffLookup;
use crate::event::Owner;
use crate::ids::{MemberId, PolicyVersion, RequestId};
use crate::letter::{Fault, FaultChannel};
use crate::recorded::RefusedCommand;

/// What happened to the network as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The log began.
    Founded {
        /// The key from which request ids are derived.
        id_key: u128,
    },
    /// This policy comes into force.
    PolicyAdopted {
        /// Its number in this log.
        version: PolicyVersion,
        /// The name that the document gives itself.
        name: String,
        /// The document, as it was adopted.
        text: String,
        /// BLAKE3 of the text.
        hash: [u8; 32],
        /// Version of the IANA time zone database in the program that adopted it, such as `2026b`: it determines when days
        /// and weeks begin in the policy's time zones. `None` where it was not recorded.
        tzdata: Option<String>,
    },
    /// A command was refused and had no other effect.
    CommandRefused(RefusedCommand),
    /// Nobody has the e-mail address that a request was sent to.
    RequestUnclaimed {
        /// Id of the request.
        request: RequestId,
        /// Member who sent the request.
        sender: MemberId,
    },
    /// An agent looked at a member's request.
    LookupRecorded(StaffLookup),
    /// Letters of this channel begin to fail (a test aid).
    FaultStarted {
        /// Channel whose letters fail.
        channel: FaultChannel,
        /// How they fail.
        fault: Fault,
    },
    /// Letters of this channel no longer fail (a test aid).
    FaultStopped(FaultChannel),
}

impl Event {
    /// The owner of the event. No member may see a lookup, or that an e-mail address is unclaimed.
    pub fn owner(&self) -> Owner {
        match self {
            Self::CommandRefused(refused) => Owner::Member(refused.member),
            Self::Founded { .. }
            | Self::PolicyAdopted { .. }
            | Self::RequestUnclaimed { .. }
            | Self::LookupRecorded(_)
            | Self::FaultStarted { .. }
            | Self::FaultStopped(_) => Owner::Network,
        }
    }

    /// The request that it is about.
    pub fn request(&self) -> Option<RequestId> {
        match self {
            Self::RequestUnclaimed { request, .. } => Some(*request),
            Self::LookupRecorded(looked) => Some(looked.request),
            Self::CommandRefused(refused) => refused.request,
            Self::Founded { .. }
            | Self::PolicyAdopted { .. }
            | Self::FaultStarted { .. }
            | Self::FaultStopped(_) => None,
        }
    }
}
