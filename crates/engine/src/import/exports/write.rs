//! Writing down what is new in an export, in the order of its times.

use acquaint_domain::export::{AttestedBy, ExportEvent, Person, SourceRef};
use acquaint_domain::{ConnectionName, Event, MemberId, Personal, RequestId, RequestRef, Timestamp, import};

use super::plan::{ExportPlan, Fact, InvitationRef, plan};
use super::{Direction, ExportReceipt, ExportRecords, ExportRow};
use crate::write::kernel::Kernel;

/// At most this many people are written down in one event,
const PEOPLE_LEN_MAX: usize = 1_000;
/// and no more of them than have this many bytes of names and profiles, so that the event fits into an append.
const PEOPLE_BYTES_MAX: usize = 512 << 10;

/// What is being written down.
struct ExportWriter<'a> {
    desk: &'a mut Kernel,
    owner: MemberId,
    export: u32,
    records: &'a ExportRecords,
    /// The request of each row of the invitations, once it is written down.
    requests: Vec<Option<RequestId>>,
    receipt: ExportReceipt,
}

/// Writes down what is new, between the export's beginning and its end.
pub(super) fn write(
    desk: &mut Kernel,
    owner: MemberId,
    export: u32,
    records: &ExportRecords,
) -> ExportReceipt {
    let ExportPlan { people, changed, facts } = plan(desk.views(), owner, records);
    let network = records.network;
    let at = super::first_moment(records);
    for people in in_parts(&people) {
        let (first, count) = (desk.views().members.next_id(), people.len() as u32);
        let people = Personal::Held(people.to_vec());
        desk.exported(ExportEvent::PeopleObserved { network, owner, first, count, people }, at);
    }
    let mut receipt = ExportReceipt { export, ..ExportReceipt::default() };
    for (member, person) in changed {
        receipt.changed += 1;
        let person = Personal::Held(person);
        desk.exported(ExportEvent::PersonChanged { export, owner, member, person }, at);
    }
    let ordered = in_order(desk, records, facts);
    let requests = vec![None; records.invitations.len()];
    let mut writing = ExportWriter { desk, owner, export, records, requests, receipt };
    for (at, fact) in ordered {
        writing.desk.run_due(at);
        writing.fact(at, fact);
    }
    writing.receipt
}

/// The people in parts that fit into an event each.
fn in_parts(people: &[Person]) -> Vec<&[Person]> {
    let (mut parts, mut rest) = (Vec::new(), people);
    while !rest.is_empty() {
        let mut bytes = 0;
        let fits = |person: &&Person| {
            bytes += person.name.len() + person.url.as_ref().map_or(0, |url| url.as_str().len());
            bytes <= PEOPLE_BYTES_MAX
        };
        let count = rest.iter().take(PEOPLE_LEN_MAX).take_while(fits).count();
        let (part, behind) = rest.split_at(count.max(1));
        parts.push(part);
        rest = behind;
    }
    parts
}

/// By time; what is known only as of the export comes last.
fn in_order(desk: &Kernel, records: &ExportRecords, facts: Vec<Fact>) -> Vec<(Timestamp, Fact)> {
    let sent = |which: InvitationRef| match which {
        InvitationRef::New(row) => {
            records.invitations.get(row).map_or(records.as_of, |invitation| invitation.row.at)
        }
        InvitationRef::Known(request) => {
            let shown = desk.views().exports.invitation(request);
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
            Fact::Invitation { row, other, again } => self.invitation(at, row, other, again),
            Fact::Accepted { which, row, join } => self.accepted(at, which, row, join),
            Fact::Connected { row, other, before } => self.connected(at, row, other, &before),
            Fact::Namesakes { which, connections } => {
                if let Some((ask, _)) = self.ask(which) {
                    let owner = self.owner;
                    self.desk.exported(ExportEvent::NamesakesObserved { ask, owner, connections }, at);
                }
            }
            Fact::Declined { row, other, request } => self.declined(at, row, other, request),
            Fact::Ended { row, other, request } => self.ended(at, row, other, request),
            Fact::Vanished { request, afterwards } => {
                if let Some((ask, witness)) = self.ask(InvitationRef::Known(request)) {
                    self.receipt.vanished += 1;
                    let (export, as_of) = (self.export, self.records.as_of);
                    let gone = ExportEvent::RequestVanished { ask, witness, export, as_of, afterwards };
                    self.desk.exported(gone, at);
                }
            }
            Fact::Over { other, request } => {
                self.receipt.ended += 1;
                let (member, export, as_of) = (self.owner, self.export, self.records.as_of);
                let name = self.name(other, request);
                self.desk
                    .exported(ExportEvent::ConnectionVanished { member, other, name, export, as_of }, at);
            }
            Fact::Blocked { row, other } => {
                let Some(blocked) = self.records.blocks.get(row) else { return };
                let seen = self.seen(blocked, Direction::Outgoing);
                self.desk.exported(ExportEvent::BlockObserved { member: self.owner, other, seen }, at);
            }
        }
    }

    fn invitation(&mut self, at: Timestamp, row: usize, other: MemberId, again: Option<RequestId>) {
        let Some(invitation) = self.records.invitations.get(row) else { return };
        let (sender, recipient) = match invitation.direction {
            Direction::Outgoing => (self.owner, other),
            Direction::Incoming => (other, self.owner),
        };
        let request = again.unwrap_or_else(|| self.desk.next_request(sender));
        self.receipt.invitations += 1;
        self.requests[row] = Some(request);
        let (ask, seen) =
            (RequestRef { request, sender, recipient }, self.seen(&invitation.row, invitation.direction));
        let note = Personal::Held(invitation.note.clone());
        self.desk.of_archive(
            Event::Import(import::Event::RequestObserved { ask, observed_at: invitation.row.at, seen, note }),
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
        let (Some((ask, witness)), Some(connection)) = (self.ask(which), self.records.connections.get(row))
        else {
            return;
        };
        self.receipt.accepted += 1;
        let seen = SourceRef { witness, ..self.seen(connection, Direction::Outgoing) };
        let observed_at = connection.at;
        self.desk.of_archive(
            Event::Import(import::Event::AcceptanceObserved { ask, observed_at, seen, join }),
            at,
        );
    }

    fn connected(&mut self, at: Timestamp, row: usize, other: MemberId, before: &[InvitationRef]) {
        let Some(connection) = self.records.connections.get(row) else { return };
        let before: Vec<RequestId> =
            before.iter().filter_map(|which| self.ask(*which)).map(|(ask, _)| ask.request).collect();
        let known = self.desk.views().exports.link(self.owner, other).filter(|link| link.ended.is_none());
        let request = match known {
            Some(link) => link.request,
            None => {
                self.receipt.connections += 1;
                self.desk.next_request(self.owner)
            }
        };
        let (name, seen) = (ConnectionName::of([request]), self.seen(connection, Direction::Outgoing));
        let (member, observed_at) = (self.owner, connection.at);
        let event = ExportEvent::ConnectionObserved { name, member, other, observed_at, seen, before };
        self.desk.exported(event, at);
    }

    fn declined(&mut self, at: Timestamp, row: usize, other: MemberId, request: Option<RequestId>) {
        let Some(decline) = self.records.declines.get(row) else { return };
        self.receipt.declined += 1;
        let request = request.unwrap_or_else(|| self.desk.next_request(other));
        let ask = RequestRef { request, sender: other, recipient: self.owner };
        let (observed_at, seen) = (decline.at, self.seen(decline, Direction::Incoming));
        self.desk.exported(ExportEvent::DeclineObserved { ask, observed_at, seen }, at);
    }

    fn ended(&mut self, at: Timestamp, row: usize, other: MemberId, request: Option<RequestId>) {
        let Some(end) = self.records.ends.get(row) else { return };
        self.receipt.ended += 1;
        let name = match request {
            Some(request) => self.name(other, request),
            None => ConnectionName::of([self.desk.next_request(self.owner)]),
        };
        let (member, observed_at, seen) = (self.owner, end.at, self.seen(end, Direction::Outgoing));
        self.desk.exported(ExportEvent::EndObserved { member, other, name, observed_at, seen }, at);
    }

    /// The whole name of the connection, as the view of connections has it.
    fn name(&self, other: MemberId, request: RequestId) -> ConnectionName {
        let end = self.desk.views().connected.end(self.owner, other);
        end.map_or_else(|| ConnectionName::of([request]), |end| end.name.clone())
    }

    fn ask(&self, which: InvitationRef) -> Option<(RequestRef, AttestedBy)> {
        let request = match which {
            InvitationRef::New(row) => self.requests.get(row).copied().flatten()?,
            InvitationRef::Known(request) => request,
        };
        let invitation = &self.desk.views().exports.invitation(request)?.invitation;
        Some((invitation.ask, invitation.witness))
    }

    fn seen(&self, row: &ExportRow, direction: Direction) -> SourceRef {
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
    fn people_are_written_down_in_parts_of_a_bounded_number_and_size() {
        let check = |name_len: usize, count: usize, expected: &[usize]| {
            let person = Person { name: "n".repeat(name_len), url: None };
            let people = vec![person; count];
            let parts: Vec<usize> = in_parts(&people).iter().map(|part| part.len()).collect();
            assert_eq!(parts, expected);
        };
        check(10, 0, &[]);
        check(10, 2_500, &[1_000, 1_000, 500]);
        check(1_024, 1_100, &[512, 512, 76]);
        check(PEOPLE_BYTES_MAX + 1, 2, &[1, 1]);
    }
}
