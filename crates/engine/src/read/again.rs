//! Sends that the log has, looked at again: what another policy would have been asked about them.
//!
//! The facts are gathered where those of a live send are: nothing of the gathering is written a second time.

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

/// A send of the past, as the log has it.
#[derive(Clone, Copy, Debug)]
pub struct RecordedSend<'a> {
    /// Member who sent the request.
    pub sender: MemberId,
    /// To whom, as the outgoing desk knew it.
    pub addressee: Addressee,
    /// What was typed; empty where nothing is known of it.
    pub typed: &'a Entered,
    /// By which channel.
    pub channel: &'a Channel,
    /// How far apart the two were; `None` where that was not looked up.
    pub distance: Option<Distance>,
    /// Time at which the request was sent.
    pub at: Timestamp,
}

impl RecordedSend<'_> {
    /// What became of the address when it was looked up.
    pub fn reading(&self) -> AddressLookup {
        match self.addressee {
            Addressee::Email => AddressLookup::Email,
            Addressee::Member(to) if to == self.sender => AddressLookup::Oneself,
            Addressee::Member(_) => AddressLookup::Member,
            Addressee::Nobody => match (&self.typed.normalised, Address::parse(&self.typed.address)) {
                (Some(_), _) => AddressLookup::Unknown,
                (None, Err(malformed)) => AddressLookup::Malformed(malformed),
                // An earlier version could not read it, and refused it for that.
                (None, Ok(_)) => AddressLookup::Malformed(MalformedAddress {
                    offset: 0,
                    problem: AddressProblem::Character,
                }),
            },
        }
    }
}

impl Views {
    /// Applies the next event as far as a send is judged from it: policies, members, open requests, connections and
    /// blocks. Counters, letters, the tally and the index stay as they are, which makes such views useless for anything
    /// but [`Views::facts_again`]. [`Retention::ToBeAskedAgain`] is for views in which requests grow old and may be judged a
    /// second time.
    ///
    /// # Errors
    /// It adopts a policy that this version cannot read; nothing has changed then.
    pub fn apply_to_senders(&mut self, recorded: &Recorded, kept: Retention) -> Result<(), StartError> {
        self.adopt(recorded)?;
        if sets_a_block(&recorded.event) {
            // Of that view a send is judged from the blocks alone.
            self.blocked.apply(recorded);
        }
        self.members.apply(recorded);
        self.pending.apply_to_senders(recorded, kept);
        self.connected.apply(recorded);
        self.last = recorded.number;
        self.last_at = self.last_at.max(recorded.at);
        Ok(())
    }

    /// What the sender's desk would know of a send of the past, under these rules and with these counters, in the place
    /// of the policy in force and of the live ones; `None` where there is no such sender.
    ///
    /// A distance that was not looked up then is looked up now, where the sender's own setting asks for it.
    pub fn facts_again(
        &self,
        asked: &RecordedSend<'_>,
        rules: (PolicyVersion, &Policy),
        ledger: &Ledger,
    ) -> Option<Facts> {
        let sender: &Member = self.members.get(asked.sender)?;
        let side = SenderSide::under(self, sender, rules, ledger);
        let RecordedSend { addressee, typed, channel, at, .. } = *asked;
        let lookup = asked.reading();
        let distance = match (asked.distance, sender.settings.max_degree) {
            (None, MaxDegree::Within(_)) => side.distance(lookup, addressee, at),
            (distance, MaxDegree::Any | MaxDegree::Within(_)) => distance,
        };
        // What had arrived at the sender's desk is not part of these views; a send that answered it is none to judge again.
        Some(
            side.facts(&SendFacts { lookup, addressee, entered: typed, channel, distance, theirs: None }, at),
        )
    }
}

/// Whether an event begins or ends a block.
fn sets_a_block(event: &Event) -> bool {
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

/// Another life of a request, which was never lived.
pub struct Hypothetical<'a> {
    /// The policy that would have judged.
    pub policy: (PolicyVersion, &'a Policy),
    /// The events that there would be, in the place of those that there are.
    pub trace: Vec<Recorded>,
}

impl Inquiry<'_> {
    /// The answer that there would be to a hypothetical history of a request. It is not what happened, and code that shows it
    /// says so; `None` when the viewer could see nothing of it.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn explain_imagined(
        &self,
        request: RequestId,
        viewer: Viewer,
        as_of: Timestamp,
        imagined: &Hypothetical<'_>,
    ) -> Result<Option<Explanation>, StartError> {
        self.with_dossier((request, viewer), as_of, Some(imagined), explain)
    }
}
