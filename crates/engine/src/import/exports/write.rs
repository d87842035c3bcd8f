//! Records what is new in an export, in order of time.

use acquaint_domain::export::{AttestedBy, ExportEvent, Person, SourceRef};
use acquaint_domain::{ConnectionName, Event, MemberId, Personal, RequestId, RequestRef, Timestamp, import};

use super::plan::{ExportPlan, Fact, InvitationRef, plan};
use super::{Direction, ExportReceipt, ExportRecords, ExportRow};
use crate::write::kernel::Kernel;

/// Most people in one event.
const PEOPLE_LEN_MAX: usize = 1_000;
/// Most bytes of names and profile URLs in one event of several people, so that it fits into an append.
const PEOPLE_BYTES_MAX: usize = 512 << 10;

/// Records the facts of one export.
struct ExportWriter<'a> {
    kernel: &'a mut Kernel,
    owner: MemberId,
    export: u32,
    records: &'a ExportRecords,
    /// For each row of the invitations, its request once it is recorded.
    requests: Vec<Option<RequestId>>,
    receipt: ExportReceipt,
}

/// Records what is new, between the export's beginning and its end.
pub(super) fn write(
    kernel: &mut Kernel,
    owner: MemberId,
    export: u32,
    records: &ExportRecords,
) -> ExportReceipt {
    let ExportPlan { people, changed, facts } = plan(kernel.views(), owner, records);
    let network = records.network;
    let at = super::first_moment(records);
    for people in parts_of(&people) {
        let (first, count) = (kernel.views().members.next_id(), people.len() as u32);
        let people = Personal::Held(people.to_vec());
        kernel.record_export(ExportEvent::PeopleObserved { network, owner, first, count, people }, at);
    }
    let mut receipt = ExportReceipt { export, ..ExportReceipt::default() };
    for (member, person) in changed {
        receipt.changed += 1;
        let person = Personal::Held(person);
        kernel.record_export(ExportEvent::PersonChanged { export, owner, member, person }, at);
    }
    let ordered = ordered_facts(kernel, records, facts);
    let requests = vec![None; records.invitations.len()];
    let mut writer = ExportWriter { kernel, owner, export, records, requests, receipt };
    for (at, fact) in ordered {
        writer.kernel.run_due(at);
        writer.fact(at, fact);
    }
    writer.receipt
}

/// Divides people into parts, each of which fits into an event.
fn parts_of(people: &[Person]) -> Vec<&[Person]> {
    let (mut parts, mut rest) = (Vec::new(), people);
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |person: &&Person| {
            bytes += person.name.len() + person.url.as_ref().map_or(0, |url| url.as_str().len());
            bytes <= PEOPLE_BYTES_MAX
        };
        let count = rest.iter().take(PEOPLE_LEN_MAX).take_while(fits).count();
        let (part, after) = rest.split_at(count.max(1));
        parts.push(part);
        rest = after;
    }
    parts
}

/// Orders facts by time; those that are known only as of the export come last.
fn ordered_facts(kernel: &Kernel, records: &ExportRecords, facts: Vec<Fact>) -> Vec<(Timestamp, Fact)> {
    let sent = |which: InvitationRef| match which {
        InvitationRef::New(row) => {
            records.invitations.get(row).map_or(records.as_of, |invitation| invitation.row.at)
        }
        InvitationRef::Known(request) => {
            let shown = kernel.views().exports.invitation(request);
            shown.and_then(|shown| shown.invitation.sent).map_or(records.as_of, |sent| sent.at)
        }
    };
    let mut ordered: Vec<((bool, Timestamp, u8), Fact)> = facts
        .into_iter()
        .map(|fact| match fact.at(records, &sent) {
            Some((at, rank)) => ((false, at, rank), fact),
            None => ((true, records.as_of, 0), fact),
        })
        .collect();
    ordered.sort_by_key(|(order, _)| *order);
    ordered.into_iter().map(|((_, at, _), fact)| (at, fact)).collect()
}

impl ExportWriter<'_> {
    fn fact(&mut self, at: Timestamp, fact: Fact) {
        match fact {
            Fact::Invitation { row, other, returning } => self.invitation(at, row, other, returning),
            Fact::Accepted { which, row, join } => self.accepted(at, which, row, join),
            Fact::Connected { row, other, before } => self.connected(at, row, other, &before),
            Fact::Namesakes { which, connections } => {
                if let Some((request_ref, _)) = self.request_ref(which) {
                    let owner = self.owner;
                    self.kernel.record_export(
                        ExportEvent::NamesakesObserved { request_ref, owner, connections },
                        at,
                    );
                }
            }
            Fact::Declined { row, other, request } => self.declined(at, row, other, request),
            Fact::Ended { row, other, request } => self.ended(at, row, other, request),
            Fact::InvitationMissing { request, afterwards } => {
                if let Some((request_ref, witness)) = self.request_ref(InvitationRef::Known(request)) {
                    self.receipt.vanished += 1;
                    let (export, as_of) = (self.export, self.records.as_of);
                    let gone =
                        ExportEvent::RequestVanished { request_ref, witness, export, as_of, afterwards };
                    self.kernel.record_export(gone, at);
                }
            }
            Fact::ConnectionMissing { other, request } => {
                self.receipt.ended += 1;
                let (member, export, as_of) = (self.owner, self.export, self.records.as_of);
                let name = self.name(other, request);
                self.kernel.record_export(
                    ExportEvent::ConnectionVanished { member, other, name, export, as_of },
                    at,
                );
            }
            Fact::Blocked { row, other } => {
                let Some(blocked) = self.records.blocks.get(row) else { return };
                let seen = self.source_ref(blocked, Direction::Outgoing);
                self.kernel.record_export(ExportEvent::BlockObserved { member: self.owner, other, seen }, at);
            }
        }
    }

    fn invitation(&mut self, at: Timestamp, row: usize, other: MemberId, returning: Option<RequestId>) {
        let Some(invitation) = self.records.invitations.get(row) else { return };
        let (sender, recipient) = match invitation.direction {
            Direction::Outgoing => (self.owner, other),
            Direction::Incoming => (other, self.owner),
        };
        let request = returning.unwrap_or_else(|| self.kernel.next_request(sender));
        self.receipt.invitations += 1;
        self.requests[row] = Some(request);
        let (request_ref, seen) = (
            RequestRef { request, sender, recipient },
            self.source_ref(&invitation.row, invitation.direction),
        );
        let note = Personal::Held(invitation.note.clone());
        self.kernel.record_imported(
            Event::Import(import::Event::RequestObserved {
                request_ref,
                observed_at: invitation.row.at,
                seen,
                note,
            }),
            at,
        );
    }

    fn accepted(
        &mut self,
        at: Timestamp,
        which: InvitationRef,
        row: usize,
        join: acquaint_domain::export::Join,
    ) {
        let (Some((request_ref, witness)), Some(connection)) =
            (self.request_ref(which), self.records.connections.get(row))
        else {
            return;
        };
        self.receipt.accepted += 1;
        let seen = SourceRef { witness, ..self.source_ref(connection, Direction::Outgoing) };
        let observed_at = connection.at;
        self.kernel.record_imported(
            Event::Import(import::Event::AcceptanceObserved { request_ref, observed_at, seen, join }),
            at,
        );
    }

    fn connected(&mut self, at: Timestamp, row: usize, other: MemberId, before: &[InvitationRef]) {
        let Some(connection) = self.records.connections.get(row) else { return };
        let before: Vec<RequestId> = before
            .iter()
            .filter_map(|which| self.request_ref(*which))
            .map(|(request_ref, _)| request_ref.request)
            .collect();
        let known = self.kernel.views().exports.link(self.owner, other).filter(|link| link.ended.is_none());
        let request = match known {
            Some(link) => link.request,
            None => {
                self.receipt.connections += 1;
                self.kernel.next_request(self.owner)
            }
        };
        let (name, seen) = (ConnectionName::of([request]), self.source_ref(connection, Direction::Outgoing));
        let (member, observed_at) = (self.owner, connection.at);
        let event = ExportEvent::ConnectionObserved { name, member, other, observed_at, seen, before };
        self.kernel.record_export(event, at);
    }

    fn declined(&mut self, at: Timestamp, row: usize, other: MemberId, request: Option<RequestId>) {
        let Some(decline) = self.records.declines.get(row) else { return };
        self.receipt.declined += 1;
        let request = request.unwrap_or_else(|| self.kernel.next_request(other));
        let request_ref = RequestRef { request, sender: other, recipient: self.owner };
        let (observed_at, seen) = (decline.at, self.source_ref(decline, Direction::Incoming));
        self.kernel.record_export(ExportEvent::DeclineObserved { request_ref, observed_at, seen }, at);
    }

    fn ended(&mut self, at: Timestamp, row: usize, other: MemberId, request: Option<RequestId>) {
        let Some(end) = self.records.ends.get(row) else { return };
        self.receipt.ended += 1;
        let name = match request {
            Some(request) => self.name(other, request),
            None => ConnectionName::of([self.kernel.next_request(self.owner)]),
        };
        let (member, observed_at, seen) = (self.owner, end.at, self.source_ref(end, Direction::Outgoing));
        self.kernel.record_export(ExportEvent::EndObserved { member, other, name, observed_at, seen }, at);
    }

    /// The connection's complete name, as the view of connections has it.
    fn name(&self, other: MemberId, request: RequestId) -> ConnectionName {
        let end = self.kernel.views().connected.end(self.owner, other);
        end.map_or_else(|| ConnectionName::of([request]), |end| end.name.clone())
    }

    fn request_ref(&self, which: InvitationRef) -> Option<(RequestRef, AttestedBy)> {
        let request = match which {
            InvitationRef::New(row) => self.requests.get(row).copied().flatten()?,
            InvitationRef::Known(request) => request,
        };
        let invitation = &self.kernel.views().exports.invitation(request)?.invitation;
        Some((invitation.request_ref, invitation.witness))
    }

    fn source_ref(&self, row: &ExportRow, direction: Direction) -> SourceRef {
        let witness = match direction {
            Direction::Outgoing => AttestedBy::Sender,
            Direction::Incoming => AttestedBy::Recipient,
        };
        SourceRef { export: self.export, witness, file: row.file, line: row.line, precision: row.precision }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_recorded_in_parts_of_bounded_length_and_size() {
        let check = |name_len: usize, count: usize, expected: &[usize]| {
            let person = Person { name: "n".repeat(name_len), url: None };
            let people = vec![person; count];
            let parts: Vec<usize> = parts_of(&people).iter().map(|part| part.len()).collect();
            assert_eq!(parts, expected);
        };
        check(10, 0, &[]);
        check(10, 2_500, &[1_000, 1_000, 500]);
        check(1_024, 1_100, &[512, 512, 76]);
        check(PEOPLE_BYTES_MAX + 1, 2, &[1, 1]);
    }
}
