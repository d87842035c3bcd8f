//! Facts about recorded sends, for judging them again under another policy.
//!
//! They are gathered by the code that gathers them for a live send.

use acquaint_audit::{Explanation, Viewer, explain};
use acquaint_domain::{
    Address, AddressProblem, Addressee, Channel, Distance, Entered, Event, ImportedRecord, MalformedAddress,
    MaxDegree, MemberId, PolicyVersion, Recorded, RequestId, Timestamp, connection, import,
};
use acquaint_policy::{AddressLookup, Facts, Ledger, Policy};
use acquaint_projection_members::Member;
use acquaint_projection_pending::Retention;

use crate::error::StartError;
use crate::read::inquiry::Inquiry;
use crate::state::views::Views;
use crate::write::gather::SendFacts;
use crate::write::sender_side::SenderSide;

/// A past send, as the log records it.
#[derive(Clone, Copy, Debug)]
pub struct RecordedSend<'a> {
    /// Member who sent the request.
    pub sender: MemberId,
    /// The addressee, as the outgoing desk knew it.
    pub addressee: Addressee,
    /// The entered text; empty if nothing is known about it.
    pub entered: &'a Entered,
    /// The channel by which the request was sent.
    pub channel: &'a Channel,
    /// The distance between the two; `None` if it was not computed.
    pub distance: Option<Distance>,
    /// Time at which the request was sent.
    pub at: Timestamp,
}

impl RecordedSend<'_> {
    /// What the lookup of the address gave.
    pub fn reading(&self) -> AddressLookup {
        match self.addressee {
            Addressee::Email => AddressLookup::Email,
            Addressee::Member(to) if to == self.sender => AddressLookup::Oneself,
            Addressee::Member(_) => AddressLookup::Member,
            Addressee::Nobody => match (&self.entered.normalised, Address::parse(&self.entered.address)) {
                (Some(_), _) => AddressLookup::Unknown,
                (None, Err(malformed)) => AddressLookup::Malformed(malformed),
                // An earlier version could not parse it, and refused the send for that.
                (None, Ok(_)) => AddressLookup::Malformed(MalformedAddress {
                    offset: 0,
                    problem: AddressProblem::Character,
                }),
            },
        }
    }
}

impl Views {
    /// Applies the next event to the views from which a send is judged: policies, members, open requests, connections and
    /// blocks. Counters, letters, the tally and the index stay as they are, so such views are useful only for
    /// [`Views::facts_again`]. [`Retention::ToBeAskedAgain`] is for views in which requests grow old and may be judged again.
    ///
    /// # Errors
    /// The event adopts a policy that this version cannot read; then nothing has changed.
    pub fn apply_to_senders(&mut self, recorded: &Recorded, kept: Retention) -> Result<(), StartError> {
        self.adopt(recorded)?;
        if is_block_change(&recorded.event) {
            // Sends are judged from the blocks of this view only.
            self.blocked.apply(recorded);
        }
        self.members.apply(recorded);
        self.pending.apply_to_senders(recorded, kept);
        self.connected.apply(recorded);
        self.last = recorded.number;
        self.last_at = self.last_at.max(recorded.at);
        Ok(())
    }

    /// What the sender's desk would know of a past send under these rules and with these counters, instead of the policy in
    /// force and the live counters; `None` if there is no such sender.
    ///
    /// A distance that was not computed then is computed now, if the sender's own setting needs it.
    pub fn facts_again(
        &self,
        send: &RecordedSend<'_>,
        rules: (PolicyVersion, &Policy),
        ledger: &Ledger,
    ) -> Option<Facts> {
        let sender: &Member = self.members.get(send.sender)?;
        let side = SenderSide::with_policy(self, sender, rules, ledger);
        let RecordedSend { addressee, entered, channel, at, .. } = *send;
        let lookup = send.reading();
        let distance = match (send.distance, sender.settings.max_degree) {
            (None, MaxDegree::Within(_)) => side.distance(lookup, addressee, at),
            (distance, MaxDegree::Any | MaxDegree::Within(_)) => distance,
        };
        // These views do not hold the requests at the sender's desk; a send that accepted one is not judged again.
        Some(side.facts(&SendFacts { lookup, addressee, entered, channel, distance, theirs: None }, at))
    }
}

/// Whether an event begins or ends a block.
fn is_block_change(event: &Event) -> bool {
    match event {
        Event::Connection(event) => match event.kind {
            connection::Kind::Blocked { .. } | connection::Kind::Unblocked => true,
            connection::Kind::Recorded { .. }
            | connection::Kind::Disconnected { .. }
            | connection::Kind::Closed { .. }
            | connection::Kind::AcceptanceTaken { .. }
            | connection::Kind::AcceptanceLapsed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => false,
        },
        Event::Import(event) => match event {
            import::Event::Inherited(ImportedRecord::BlockInherited { .. }) => true,
            import::Event::Inherited(
                ImportedRecord::StretchTaken(_)
                | ImportedRecord::MemberInherited { .. }
                | ImportedRecord::ConnectionInherited { .. }
                | ImportedRecord::RequestInherited { .. }
                | ImportedRecord::ArrivalInherited { .. },
            )
            | import::Event::Begun { .. }
            | import::Event::RequestObserved { .. }
            | import::Event::AcceptanceObserved { .. }
            // A block on another network stops nothing here.
            | import::Event::Export(_) => false,
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Outgoing(_)
        | Event::Letter(_)
        | Event::Incoming(_)
        | Event::Oversight(_) => false,
    }
}

/// A hypothetical history of a request, which did not happen.
pub struct Hypothetical<'a> {
    /// The policy that would have judged it.
    pub policy: (PolicyVersion, &'a Policy),
    /// The events that there would be, instead of the recorded ones.
    pub trace: Vec<Recorded>,
}

impl Inquiry<'_> {
    /// The answer about a hypothetical history of a request; `None` if the viewer could see nothing of it. It is not what
    /// happened, and code that shows it must say so.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn explain_imagined(
        &self,
        request: RequestId,
        viewer: Viewer,
        as_of: Timestamp,
        hypothetical: &Hypothetical<'_>,
    ) -> Result<Option<Explanation>, StartError> {
        self.with_dossier((request, viewer), as_of, Some(hypothetical), explain)
    }
}
