//! Finds what is new in an export, compared with earlier ones.

use std::collections::{BTreeMap, BTreeSet};

use acquaint_domain::export::{Afterwards, Join, Network, Person, Reply};
use acquaint_domain::{MemberId, RequestId, Timestamp, folded};
use acquaint_projection_exports::{Link, ShownPerson};

use super::people::ExportPeople;
use super::{Direction, ExportRecords, ExportRow, NamedBy, by_name, joins};
use crate::state::views::Views;

/// What is new in an export, not ordered yet.
#[derive(Default)]
pub(super) struct ExportPlan {
    /// New people; the first gets the next member id.
    pub(super) people: Vec<Person>,
    /// People whose name or URL has changed.
    pub(super) changed: BTreeMap<MemberId, Person>,
    /// New facts of the export.
    pub(super) facts: Vec<Fact>,
}

/// One new fact of an export.
pub(super) enum Fact {
    /// The invitation of this row is new or, with `returning`, had vanished and is back.
    Invitation { row: usize, other: MemberId, returning: Option<RequestId> },
    /// An invitation was accepted, as this row of the connections shows.
    Accepted { which: InvitationRef, row: usize, join: Join },
    /// The connection of this row results from no invitation; those in `before` were sent after it.
    Connected { row: usize, other: MemberId, before: Vec<InvitationRef> },
    /// This many connections have the name of the invited person.
    Namesakes { which: InvitationRef, connections: u32 },
    /// The owner declined a request, as this row shows.
    Declined { row: usize, other: MemberId, request: Option<RequestId> },
    /// The owner ended a connection, as this row shows.
    Ended { row: usize, other: MemberId, request: Option<RequestId> },
    /// An invitation of an earlier export is missing.
    InvitationMissing { request: RequestId, afterwards: Afterwards },
    /// A connection of an earlier export is missing.
    ConnectionMissing { other: MemberId, request: RequestId },
    /// The owner blocks somebody, as this row shows.
    Blocked { row: usize, other: MemberId },
}

/// An invitation, new or known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum InvitationRef {
    /// The invitation of this row.
    New(usize),
    /// An invitation of an earlier export, by its id.
    Known(RequestId),
}

/// An invitation that may have been answered.
#[derive(Clone, Copy)]
pub(super) struct ReplyCandidate {
    pub(super) which: InvitationRef,
    pub(super) other: MemberId,
    pub(super) at: Timestamp,
    /// How the row identifies the person, by profile URL or e-mail address; `None` for a name alone.
    pub(super) by: Option<Join>,
}

/// The state from earlier exports, compared with this export.
pub(super) struct Comparison<'a> {
    pub(super) views: &'a Views,
    owner: MemberId,
    pub(super) records: &'a ExportRecords,
    pub(super) people: ExportPeople<'a>,
    /// The owner's dated invitations of earlier exports.
    known: Vec<&'a ShownPerson>,
    /// For each row of the invitations, its request in earlier exports, if any.
    matched: Vec<Option<RequestId>>,
    /// For each row of the invitations, the other person.
    others: Vec<MemberId>,
    /// For each row of the connections, the other person.
    pub(super) connected: Vec<MemberId>,
    pub(super) links: BTreeMap<MemberId, &'a Link>,
}

/// What is new in `records`.
pub(super) fn plan(views: &Views, owner: MemberId, records: &ExportRecords) -> ExportPlan {
    let mut comparison = Comparison::of(views, owner, records);
    let mut facts = comparison.invitations();
    let candidates = comparison.candidates();
    let answered = joins::join(&comparison, &candidates, &mut facts);
    comparison.blocks(&mut facts);
    let declined = comparison.declines(&mut facts);
    let ended = comparison.ends(&mut facts);
    comparison.missing_invitations(&answered, &declined, &mut facts);
    comparison.missing_connections(&ended, &mut facts);
    let ExportPeople { new, changed, .. } = comparison.people;
    ExportPlan { people: new, changed, facts }
}

impl<'a> Comparison<'a> {
    fn of(views: &'a Views, owner: MemberId, records: &'a ExportRecords) -> Self {
        let mut people = ExportPeople::of(views, owner, records);
        let network = records.network;
        let of_network = |shown: &&ShownPerson| shown.network == network && shown.invitation.sent.is_some();
        let known: Vec<&ShownPerson> = views.exports.invitations(owner).filter(of_network).collect();
        let mut others: Vec<MemberId> =
            records.invitations.iter().map(|invitation| people.find(&invitation.row)).collect();
        let matched = match_rows(views, records, &known, &mut others);
        let links = views.exports.links(owner).filter(|(_, link)| link.network == network);
        let links = links.filter(|(_, link)| link.ended.is_none()).collect();
        let connected = records.connections.iter().map(|row| people.find(row)).collect();
        Self { views, owner, records, people, known, matched, others, connected, links }
    }

    fn invitations(&self) -> Vec<Fact> {
        let by_request: BTreeMap<RequestId, &ShownPerson> =
            self.known.iter().map(|shown| (shown.invitation.request_ref.request, *shown)).collect();
        let rows = self.matched.iter().zip(&self.others).enumerate();
        let new = rows.filter_map(|(row, (matched, other))| match matched {
            None => Some(Fact::Invitation { row, other: *other, returning: None }),
            Some(request) => {
                let known = by_request.get(request)?;
                let is_back = known.invitation.vanished.is_some() && known.invitation.reply.is_none();
                is_back.then_some(Fact::Invitation { row, other: *other, returning: Some(*request) })
            }
        });
        new.collect()
    }

    /// Invitations whose outcome is not known, oldest first.
    fn candidates(&self) -> Vec<ReplyCandidate> {
        let mut candidates: Vec<ReplyCandidate> = Vec::new();
        let mut in_this: BTreeSet<RequestId> = BTreeSet::new();
        let open: BTreeSet<RequestId> = self
            .known
            .iter()
            .filter(|shown| shown.invitation.reply.is_none() && shown.invitation.connected_before.is_none())
            .map(|shown| shown.invitation.request_ref.request)
            .collect();
        for (index, invitation) in self.records.invitations.iter().enumerate() {
            let which = match self.matched[index] {
                None => InvitationRef::New(index),
                Some(request) if open.contains(&request) => {
                    in_this.insert(request);
                    InvitationRef::Known(request)
                }
                Some(_) => continue,
            };
            let by = match (invitation.named_by, &invitation.row.person.url) {
                (NamedBy::Email, _) => Some(Join::Email),
                (NamedBy::Name, Some(_)) => Some(Join::Url),
                (NamedBy::Name, None) => None,
            };
            candidates.push(ReplyCandidate { which, other: self.others[index], at: invitation.row.at, by });
        }
        for shown in &self.known {
            let invitation = &shown.invitation;
            let request = invitation.request_ref.request;
            if let (true, false, Some(sent)) =
                (open.contains(&request), in_this.contains(&request), invitation.sent)
            {
                let other = invitation.other();
                let has_url = self.had_url(other) && !self.people.changed.contains_key(&other);
                let by = has_url.then_some(Join::Url);
                candidates.push(ReplyCandidate {
                    which: InvitationRef::Known(request),
                    other,
                    at: sent.at,
                    by,
                });
            }
        }
        candidates.sort_by_key(|candidate| (candidate.at, candidate.which));
        candidates
    }

    fn blocks(&mut self, facts: &mut Vec<Fact>) {
        let known: BTreeSet<MemberId> = self.views.exports.blocks(self.owner).collect();
        let mut seen = BTreeSet::new();
        for (row, blocked) in self.records.blocks.iter().enumerate() {
            let other = self.people.find(blocked);
            if !known.contains(&other) && seen.insert(other) {
                facts.push(Fact::Blocked { row, other });
            }
        }
    }

    /// Adds new declines, and returns the requests that they answer.
    fn declines(&mut self, facts: &mut Vec<Fact>) -> BTreeSet<RequestId> {
        let replied = self.views.exports.invitations(self.owner).filter_map(|shown| {
            let Some(Reply::Declined(dated)) = shown.invitation.reply else { return None };
            Some((shown.invitation.other(), dated.at))
        });
        let known: BTreeSet<(MemberId, Timestamp)> = replied.collect();
        let mut declined = BTreeSet::new();
        for (row, decline) in self.records.declines.iter().enumerate() {
            let other = self.people.find(decline);
            if known.contains(&(other, decline.at)) {
                continue;
            }
            let open = self.known.iter().filter(|shown| {
                let invitation = &shown.invitation;
                let is_older = invitation.sent.is_some_and(|sent| sent.at <= decline.at);
                invitation.other() == other
                    && !invitation.is_outgoing()
                    && invitation.reply.is_none()
                    && is_older
            });
            let request = open.map(|shown| shown.invitation.request_ref.request).next();
            declined.extend(request);
            facts.push(Fact::Declined { row, other, request });
        }
        declined
    }

    /// Adds new ends of connections, and returns the people whose connection they end.
    fn ends(&mut self, facts: &mut Vec<Fact>) -> BTreeSet<MemberId> {
        let mut ended = BTreeSet::new();
        for (row, end) in self.records.ends.iter().enumerate() {
            let other = self.people.find(end);
            let ended_before = self.views.exports.link(self.owner, other).and_then(|link| link.ended);
            if ended_before.is_some_and(|(at, _)| at == end.at) || !ended.insert(other) {
                continue;
            }
            let link = self.links.get(&other);
            let is_younger = link.and_then(|link| link.since).is_some_and(|since| since.at > end.at);
            let request = link.filter(|_| !is_younger).map(|link| link.request);
            if is_younger {
                ended.remove(&other);
            }
            facts.push(Fact::Ended { row, other, request });
        }
        ended
    }

    fn missing_invitations(
        &self,
        answered: &BTreeSet<RequestId>,
        declined: &BTreeSet<RequestId>,
        facts: &mut Vec<Fact>,
    ) {
        let here: BTreeSet<RequestId> = self.matched.iter().flatten().copied().collect();
        let connected: BTreeSet<MemberId> = self.connected.iter().copied().collect();
        for shown in &self.known {
            let invitation = &shown.invitation;
            let request = invitation.request_ref.request;
            let is_answered = invitation.reply.is_some() || answered.contains(&request);
            // A list of waiting invitations drops those that are answered, so there is nothing to explain.
            let is_expected = is_answered && self.records.network != Network::LinkedIn;
            if here.contains(&request)
                || declined.contains(&request)
                || invitation.vanished.is_some()
                || is_expected
                || !self.has_list_of(invitation.is_outgoing())
            {
                continue;
            }
            let is_connected = connected.contains(&invitation.other());
            let afterwards = match (self.records.has_connections(), is_connected, is_answered) {
                (false, ..) => Afterwards::Unknown,
                (true, true, _) => Afterwards::Connected,
                (true, false, true) => Afterwards::Gone,
                (true, false, false) => Afterwards::Never,
            };
            facts.push(Fact::InvitationMissing { request, afterwards });
        }
    }

    fn missing_connections(&self, ended: &BTreeSet<MemberId>, facts: &mut Vec<Fact>) {
        if !self.records.has_connections() {
            return;
        }
        let connected: BTreeSet<MemberId> = self.connected.iter().copied().collect();
        for (other, link) in &self.links {
            if !connected.contains(other) && !ended.contains(other) {
                facts.push(Fact::ConnectionMissing { other: *other, request: link.request });
            }
        }
    }

    fn had_url(&self, member: MemberId) -> bool {
        let profile = self.views.members.get(member).and_then(|member| member.profile.held());
        profile.is_some_and(|profile| profile.url.is_some())
    }

    fn has_list_of(&self, is_outgoing: bool) -> bool {
        let direction = if is_outgoing { Direction::Outgoing } else { Direction::Incoming };
        self.records.has_invitations(direction)
    }
}

/// The request of each row that earlier exports have: with the same person, direction and time; or else with the same name,
/// direction and time, because earlier exports may not have distinguished people of one name.
fn match_rows(
    views: &Views,
    records: &ExportRecords,
    known: &[&ShownPerson],
    others: &mut [MemberId],
) -> Vec<Option<RequestId>> {
    let direction = |shown: &ShownPerson| {
        if shown.invitation.is_outgoing() { Direction::Outgoing } else { Direction::Incoming }
    };
    let mut unmatched: BTreeMap<(MemberId, Direction, Timestamp), Vec<RequestId>> = BTreeMap::new();
    for shown in known.iter().rev() {
        if let Some(sent) = shown.invitation.sent {
            let key = (shown.invitation.other(), direction(shown), sent.at);
            unmatched.entry(key).or_default().push(shown.invitation.request_ref.request);
        }
    }
    let rows = &records.invitations;
    let mut matched: Vec<Option<RequestId>> = vec![None; rows.len()];
    for (index, row) in rows.iter().enumerate() {
        let key = (others[index], row.direction, row.row.at);
        matched[index] = unmatched.get_mut(&key).and_then(Vec::pop);
    }
    unmatched.retain(|_, requests| !requests.is_empty());
    if unmatched.is_empty() {
        return matched;
    }
    let name = |member| views.members.get(member).and_then(|member| member.name.as_deref());
    let named = unmatched.iter().filter_map(|(key, requests)| Some((name(key.0)?, (*key, requests.clone()))));
    let mut by_name = by_name(named);
    for (index, row) in
        rows.iter().enumerate().filter(|(index, _)| matched[*index].is_none()).collect::<Vec<_>>()
    {
        let Some(same) = by_name.get_mut(&folded(&row.row.person.name)) else { continue };
        let fits = |((_, direction, at), requests): &&mut (_, Vec<RequestId>)| {
            *direction == row.direction && *at == row.row.at && !requests.is_empty()
        };
        if let Some(((other, ..), requests)) = same.iter_mut().find(fits) {
            matched[index] = requests.pop();
            others[index] = *other;
        }
    }
    matched
}

impl Fact {
    /// When the fact happened, and its rank at that time, by which facts are ordered; `None` for facts that are known only as of
    /// the export.
    pub(super) fn at(
        &self,
        records: &ExportRecords,
        sent: &dyn Fn(InvitationRef) -> Timestamp,
    ) -> Option<(Timestamp, u8)> {
        let at = |rows: &[ExportRow], row: usize| rows.get(row).map(|row| row.at);
        match self {
            Self::Invitation { row, .. } => {
                records.invitations.get(*row).map(|invitation| (invitation.row.at, 0))
            }
            Self::Connected { row, before, .. } => {
                let last = before.iter().map(|which| sent(*which)).max();
                at(&records.connections, *row).map(|at| (last.map_or(at, |last| last.max(at)), 1))
            }
            Self::Accepted { which, row, .. } => {
                at(&records.connections, *row).map(|at| (at.max(sent(*which)), 1))
            }
            Self::Declined { row, .. } => at(&records.declines, *row).map(|at| (at, 1)),
            Self::Ended { row, .. } => at(&records.ends, *row).map(|at| (at, 2)),
            Self::Namesakes { .. }
            | Self::InvitationMissing { .. }
            | Self::ConnectionMissing { .. }
            | Self::Blocked { .. } => None,
        }
    }
}
