//! What the index learns from each event, apart from its owner and its requests.

use acquaint_domain::export::ExportEvent;
use acquaint_domain::{
    Addressee, Entered, Event, EventNumber, ImportedRecord, MemberId, Personal, Recorded, RequestId,
    RequestRef, connection, import, incoming, letter, network, outgoing,
};

use super::{Index, entered_text, pair_key, text_key};

impl Index {
    pub(super) fn learn(&mut self, recorded: &Recorded) {
        let number = recorded.number;
        match &recorded.event {
            Event::Network(event) => self.learn_network(event, number),
            Event::Connection(event) => self.learn_connection(event, number),
            Event::Outgoing(event) => self.learn_outgoing(event, number),
            Event::Letter(event) => self.learn_letter(event, number),
            Event::Incoming(event) => self.learn_incoming(event, number),
            Event::Import(event) => self.learn_import(event, number),
            // These are found by their owner or their requests alone.
            Event::Account(_) | Event::Oversight(_) => {}
        }
    }

    fn learn_network(&mut self, event: &network::Event, number: EventNumber) {
        match event {
            network::Event::Founded { id_key } => self.id_key = *id_key,
            network::Event::FaultStarted { .. } | network::Event::FaultStopped(_) => self.faults.push(number),
            network::Event::PolicyAdopted { .. }
            | network::Event::CommandRefused(_)
            | network::Event::RequestUnclaimed { .. }
            | network::Event::LookupRecorded(_) => {}
        }
    }

    fn learn_connection(&mut self, event: &connection::Event, number: EventNumber) {
        match &event.kind {
            connection::Kind::Recorded { name } => {
                self.learn_recorded(name.requests(), event.member, event.other, number);
            }
            connection::Kind::Blocked { .. }
            | connection::Kind::Unblocked
            | connection::Kind::Disconnected { .. }
            | connection::Kind::Closed { .. }
            | connection::Kind::AcceptanceTaken { .. }
            | connection::Kind::AcceptanceLapsed { .. }
            | connection::Kind::DisconnectionTaken { .. }
            | connection::Kind::ClosureTaken { .. } => {}
        }
    }

    fn learn_outgoing(&mut self, event: &outgoing::Event, number: EventNumber) {
        match &event.kind {
            outgoing::Kind::Submitted { addressee, entered, .. } => {
                self.learn_submitted(event.sender, *addressee, entered, number);
            }
            outgoing::Kind::Refused { .. }
            | outgoing::Kind::Held { .. }
            | outgoing::Kind::Sent { .. }
            | outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Withdrawn { .. }
            | outgoing::Kind::Expired { .. }
            | outgoing::Kind::Reminded { .. } => {}
        }
    }

    fn learn_letter(&mut self, event: &letter::Event, number: EventNumber) {
        match event.kind {
            letter::Kind::DeliveryFailed { .. } => self.failures.push(number),
            letter::Kind::RequestArrived { .. } => self.arrivals.push(number),
            letter::Kind::DeliveryAbandoned { .. }
            | letter::Kind::WithdrawalTaken { .. }
            | letter::Kind::ReminderTaken { .. } => {}
        }
    }

    fn learn_incoming(&mut self, event: &incoming::Event, number: EventNumber) {
        match event.kind {
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::Merged { .. }
            | incoming::Kind::Crossed { .. } => self.arrive(event.request_ref, number),
            incoming::Kind::FiledByClosure
            | incoming::Kind::Shown
            | incoming::Kind::Accepted { .. }
            | incoming::Kind::Declined
            | incoming::Kind::Dismissed
            | incoming::Kind::Reported => {}
        }
    }

    fn learn_import(&mut self, event: &import::Event, number: EventNumber) {
        match event {
            import::Event::Begun { source, .. } => {
                self.sources.insert(*source, (number, 0));
                self.importing = Some(*source);
            }
            import::Event::RequestObserved { request_ref, observed_at, seen, .. } => {
                // A request that vanished from an export and is back is indexed already.
                if self.count_if_new(request_ref.request, request_ref.sender) {
                    self.arrived.push(pair_key(request_ref.sender, request_ref.recipient), number.0);
                    self.asked.push(pair_key(request_ref.sender, request_ref.recipient), number.0);
                    if seen.export == 0 {
                        self.observe(*observed_at);
                    }
                }
            }
            import::Event::AcceptanceObserved { observed_at, seen, .. } => {
                if seen.export == 0 {
                    self.observe(*observed_at);
                }
            }
            import::Event::Export(event) => self.learn_export(event, number),
            import::Event::Inherited(record) => self.learn_imported(record, number),
        }
    }

    fn learn_export(&mut self, event: &ExportEvent, number: EventNumber) {
        match event {
            ExportEvent::ConnectionObserved { name, member, other, .. }
            | ExportEvent::EndObserved { name, member, other, .. } => {
                // If there is an invitation to the same person, that is the one to find.
                let is_first = self.asked.first(pair_key(*member, *other)).is_none();
                let begins =
                    name.requests().iter().filter(|request| self.count_if_new(**request, *member)).count()
                        > 0;
                if begins && is_first {
                    self.asked.push(pair_key(*member, *other), number.0);
                }
            }
            ExportEvent::DeclineObserved { request_ref, .. } => {
                if self.count_if_new(request_ref.request, request_ref.sender) {
                    self.asked.push(pair_key(request_ref.sender, request_ref.recipient), number.0);
                }
            }
            ExportEvent::ExportBegun { .. }
            | ExportEvent::ExportEnded { .. }
            | ExportEvent::PeopleObserved { .. }
            | ExportEvent::PersonChanged { .. }
            | ExportEvent::NamesakesObserved { .. }
            | ExportEvent::RequestVanished { .. }
            | ExportEvent::ConnectionVanished { .. }
            | ExportEvent::BlockObserved { .. } => {}
        }
    }

    fn learn_imported(&mut self, record: &ImportedRecord, number: EventNumber) {
        match record {
            ImportedRecord::StretchTaken(prefix) => {
                self.file_prefixes.insert(*prefix);
            }
            ImportedRecord::ConnectionInherited { name, member, other, .. } => {
                self.learn_recorded(name.requests(), *member, *other, number);
            }
            ImportedRecord::RequestInherited { sender, addressee, entered, .. } => {
                self.learn_submitted(*sender, *addressee, entered, number);
            }
            ImportedRecord::ArrivalInherited { request_ref, .. } => self.arrive(*request_ref, number),
            ImportedRecord::MemberInherited { .. } | ImportedRecord::BlockInherited { .. } => {}
        }
    }

    fn learn_submitted(
        &mut self,
        sender: MemberId,
        addressee: Addressee,
        entered: &Personal<Entered>,
        number: EventNumber,
    ) {
        *self.counts.or_default(sender) += 1;
        match (addressee, entered) {
            (Addressee::Member(to), _) => self.asked.push(pair_key(sender, to), number.0),
            (Addressee::Email | Addressee::Nobody, Personal::Held(entered)) => {
                self.by_text.push(text_key(sender, entered_text(entered)), number.0);
            }
            (Addressee::Email | Addressee::Nobody, Personal::Erased) => {}
        }
    }

    fn learn_recorded(
        &mut self,
        requests: &[RequestId],
        member: MemberId,
        other: MemberId,
        number: EventNumber,
    ) {
        if requests.iter().filter(|request| self.count_if_new(**request, member)).count() > 0 {
            self.arrived.push(pair_key(member, other), number.0);
            self.asked.push(pair_key(member, other), number.0);
        }
    }

    /// A request arrives at the recipient's desk.
    fn arrive(&mut self, request_ref: RequestRef, number: EventNumber) {
        self.arrived.push(pair_key(request_ref.sender, request_ref.recipient), number.0);
    }
}
