//! Finds the invitation that a connection results from. An export does not say, so the evidence is recorded with the result.

use std::collections::{BTreeSet, HashMap};

use acquaint_domain::export::{Join, LINKEDIN_EXPIRY, Network, Precision};
use acquaint_domain::{MemberId, RequestId, Span, folded};

use super::plan::{Comparison, Fact, InvitationRef, ReplyCandidate};
use super::{ExportRow, by_name};

/// Finds which of the candidates were accepted, and returns those that earlier exports hold.
pub(super) fn join(
    comparison: &Comparison<'_>,
    candidates: &[ReplyCandidate],
    facts: &mut Vec<Fact>,
) -> BTreeSet<RequestId> {
    let mut of_person: HashMap<MemberId, Vec<ReplyCandidate>> = HashMap::with_capacity(candidates.len());
    for candidate in candidates {
        of_person.entry(candidate.other).or_default().push(*candidate);
    }
    let mut answered = BTreeSet::new();
    let mut seen: BTreeSet<MemberId> = BTreeSet::new();
    for (row, (connection, other)) in
        comparison.records.connections.iter().zip(&comparison.connected).enumerate()
    {
        let known = comparison.earlier_connection(*other, connection);
        if !seen.insert(*other) {
            continue;
        }
        let with_them = of_person.remove(other).unwrap_or_default();
        let slack = slack(connection.precision);
        let (asked, later): (Vec<ReplyCandidate>, Vec<ReplyCandidate>) =
            with_them.into_iter().partition(|candidate| candidate.at <= connection.at.plus(slack));
        if let (Some((last, earlier)), EarlierConnection::No | EarlierConnection::WithoutInvitation) =
            (asked.split_last(), known)
        {
            let join = join_evidence(comparison, last, connection);
            facts.push(Fact::Accepted { which: last.which, row, join });
            if let InvitationRef::Known(request) = last.which {
                answered.insert(request);
            }
            facts.extend(earlier.iter().map(|one| Fact::Namesakes { which: one.which, connections: 1 }));
        }
        if known == EarlierConnection::WithInvitation {
            let new = asked.iter().filter(|one| matches!(one.which, InvitationRef::New(_)));
            facts.extend(new.map(|one| Fact::Namesakes { which: one.which, connections: 1 }));
        }
        let before: Vec<InvitationRef> = later.iter().map(|candidate| candidate.which).collect();
        if (asked.is_empty() && known == EarlierConnection::No) || !before.is_empty() {
            facts.push(Fact::Connected { row, other: *other, before });
        }
    }
    let unanswered = candidates.iter().filter(|candidate| of_person.contains_key(&candidate.other));
    namesakes(comparison, unanswered.copied().collect(), facts);
    answered
}

/// Invitations by name alone that connections with the same name may result from.
fn namesakes(comparison: &Comparison<'_>, mut unanswered: Vec<ReplyCandidate>, facts: &mut Vec<Fact>) {
    unanswered.retain(|candidate| candidate.by.is_none());
    if unanswered.is_empty() {
        return;
    }
    let named = comparison.records.connections.iter().map(|row| (row.person.name.as_str(), row.at));
    let mut named = by_name(named);
    named.values_mut().for_each(|dates| dates.sort_unstable());
    for candidate in unanswered {
        let Some(name) = comparison.name(candidate.other) else { continue };
        let dates = named.get(&folded(&name)).map_or(&[][..], Vec::as_slice);
        let earlier = dates.partition_point(|at| at.plus(Span::days(1)) < candidate.at);
        let connections = (dates.len() - earlier) as u32;
        if connections > 0 && !comparison.has_namesakes(candidate.which, connections) {
            facts.push(Fact::Namesakes { which: candidate.which, connections });
        }
    }
}

fn join_evidence(comparison: &Comparison<'_>, candidate: &ReplyCandidate, connection: &ExportRow) -> Join {
    match candidate.by {
        Some(Join::Url) if connection.person.url.is_none() => {}
        Some(by) => return by,
        None => {}
    }
    let took = connection.at.since(candidate.at);
    let is_timely = comparison.records.network != Network::LinkedIn || took <= LINKEDIN_EXPIRY;
    if is_timely && comparison.people.is_only(candidate.other, &folded(&connection.person.name)) {
        Join::NameAndDate
    } else {
        Join::Name
    }
}

/// How much earlier than its invitation a connection may appear: a date has no hour, and time zones may differ.
fn slack(precision: Precision) -> Span {
    match precision {
        Precision::Second => Span::ZERO,
        Precision::Minute | Precision::Day | Precision::Undated => Span::days(1),
    }
}

/// Whether an earlier export shows a connection that has not ended since.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EarlierConnection {
    /// None does, or one shows it since another time.
    No,
    /// One shows it, but no invitation that it results from.
    WithoutInvitation,
    /// One shows it, and its invitation.
    WithInvitation,
}

impl Comparison<'_> {
    fn earlier_connection(&self, other: MemberId, row: &ExportRow) -> EarlierConnection {
        let Some(link) = self.links.get(&other) else { return EarlierConnection::No };
        let is_same = match (row.precision, link.since) {
            (Precision::Undated, _) | (_, None) => true,
            (_, Some(since)) => {
                let apart = row.at.since(since.at).as_millis().abs();
                apart <= Span::days(1).as_millis()
            }
        };
        match (is_same, self.views.exports.invitation(link.request)) {
            (false, _) => EarlierConnection::No,
            (true, None) => EarlierConnection::WithoutInvitation,
            (true, Some(_)) => EarlierConnection::WithInvitation,
        }
    }

    fn name(&self, member: MemberId) -> Option<String> {
        let new = self.people.new_person(member).map(|person| person.name.clone());
        new.or_else(|| self.views.members.get(member)?.name.clone())
    }

    fn has_namesakes(&self, which: InvitationRef, connections: u32) -> bool {
        match which {
            InvitationRef::New(_) => false,
            InvitationRef::Known(request) => {
                let shown = self.views.exports.invitation(request);
                shown.is_some_and(|shown| shown.invitation.namesakes == connections)
            }
        }
    }
}
