//! What happens to one member's account.

use crate::address::{EmailAddress, Handle};
use crate::ids::{LetterNumber, MemberId, RequestId};
use crate::letter::{Letter, LetterId, PostedLetter};
use crate::member::{Profile, RestrictionCause, Settings, Tier};
use crate::personal::Personal;
use crate::time::Timestamp;

/// What happened to a member's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Member whose account it is.
    pub member: MemberId,
    /// What happened, as one of the stream's kinds.
    pub kind: Kind,
}

/// The kinds of [`Event`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The member joined.
    Added {
        /// The handle, unique in the network.
        handle: Handle,
        /// Subscription of the member's account.
        tier: Tier,
        /// The profile as the member gave it.
        profile: Personal<Profile>,
    },
    /// The subscription or the profile changed.
    Changed {
        /// The subscription from now on.
        tier: Tier,
        /// The whole profile from now on.
        profile: Personal<Profile>,
    },
    /// The member may neither send nor receive for a time.
    Restricted {
        /// The first moment at which it is over.
        until: Timestamp,
        /// Cause of the restriction.
        cause: RestrictionCause,
    },
    /// The member may not reach others: see [`Standing::may_reach_others`](crate::Standing::may_reach_others).
    Banned,
    /// A restriction or a ban was lifted.
    RestrictionLifted,
    /// The member deleted the account. The consequences follow in slices ([`Departure`](crate::Departure)); in older logs
    /// they are all part of this event.
    Closed {
        /// First moment at which the member's connections no longer count in other members' paths.
        lingers_until: Timestamp,
        /// The connections that this event itself ends, and the letters that say so. Empty in newer logs.
        letters: Vec<(MemberId, LetterNumber)>,
        /// The requests to the member that this event itself files. Empty in newer logs.
        files: Vec<RequestId>,
    },
    /// The address book grew.
    ContactsImported {
        /// The addresses added.
        contacts: Personal<Vec<EmailAddress>>,
    },
    /// The settings changed.
    SettingsChanged {
        /// How many changes there have been, this one included.
        version: u32,
        /// The whole settings from now on; companies and titles are personal.
        settings: Settings,
    },
    /// The member asked whether a send would pass, or gave a command that had no effect, under a policy that limits
    /// such attempts. The event does not say what was asked.
    SendChecked,
}

impl Event {
    /// The requests that it files.
    pub fn requests(&self) -> &[RequestId] {
        match &self.kind {
            Kind::Closed { files, .. } => files,
            Kind::Added { .. }
            | Kind::Changed { .. }
            | Kind::Restricted { .. }
            | Kind::Banned
            | Kind::RestrictionLifted
            | Kind::ContactsImported { .. }
            | Kind::SettingsChanged { .. }
            | Kind::SendChecked => &[],
        }
    }

    /// The letters that it posts.
    pub fn posts(&self) -> Vec<PostedLetter> {
        match &self.kind {
            Kind::Closed { letters, .. } => {
                let closed = |(to, number): &(MemberId, LetterNumber)| PostedLetter {
                    letter_id: LetterId::between(self.member, *to, *number),
                    letter: Letter::Closed,
                };
                letters.iter().map(closed).collect()
            }
            Kind::Added { .. }
            | Kind::Changed { .. }
            | Kind::Restricted { .. }
            | Kind::Banned
            | Kind::RestrictionLifted
            | Kind::ContactsImported { .. }
            | Kind::SettingsChanged { .. }
            | Kind::SendChecked => Vec::new(),
        }
    }
}
