//! The outcome of every invitation, from the views.

use std::collections::BTreeMap;

use acquaint_audit::{ExportedState, Whereabouts, standing};
use acquaint_domain::export::{Dated, Export, Join, Network};
use acquaint_domain::{MemberId, Personal, RequestId, Span, Timestamp};
use acquaint_engine::{Direction, Views};
use acquaint_projection_exports::{Link, ShownPerson};

use crate::notes::{alike, words};
use crate::rates::{Rates, rates};

/// Which invitations a report lists. An invitation must pass every condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InvitationFilter {
    /// Only invitations that wait for an answer.
    pub open: bool,
    /// Only invitations that an older export contains and a newer one does not.
    pub vanished: bool,
    /// Only invitations sent at least this long before the newest export.
    pub older_than: Option<Span>,
    /// Only invitations in this direction; `None` for both.
    pub direction: Option<Direction>,
    /// Only invitations on this network; `None` for all.
    pub network: Option<Network>,
}

/// A summary of a member's exports.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportReport {
    /// All exports of the member, in the order of import.
    pub exports: Vec<Export>,
    /// Every invitation that passes the filter, newest first.
    pub lines: Vec<InvitationLine>,
    /// The number of invitations without the filter.
    pub lines_len_all: usize,
    /// The number of connections in the newest exports.
    pub connections: usize,
    /// What each export after the first of its network added.
    pub added: Vec<Added>,
    /// Connections that a newer export no longer contains: the name, and the time of that export.
    pub over: Vec<(String, Timestamp)>,
    /// Names of people who have another name or profile in a newer export.
    pub changed: Vec<String>,
    /// The number of people whom the owner blocks.
    pub blocks: usize,
    /// Notes that were sent more than once, the most frequent first.
    pub notes: Vec<RepeatedNote>,
    /// The owner's send rate, on all networks together.
    pub rates: Rates,
}

/// One invitation of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationLine {
    /// The request id, for `why`.
    pub request: RequestId,
    /// Network that the export is from.
    pub network: Network,
    /// Whether the owner sent or received it.
    pub direction: Direction,
    /// The other person's name.
    pub with: String,
    /// The other person's profile URL, if known.
    pub url: Option<String>,
    /// When it was sent, if known.
    pub sent: Option<Dated>,
    /// When it was accepted, and how that was found out; `None` if it was not.
    pub accepted: Option<(Dated, Join)>,
    /// Its state as of the newest export.
    pub standing: ExportedState,
}

/// What an export added to the earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// The export's number.
    pub export: u32,
    /// The number of new invitations.
    pub invitations: usize,
    /// The number of new connections.
    pub connections: usize,
}

/// A note that was sent more than once: the same text, or one that differs in one word or in the names of the two people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedNote {
    /// The text of the first such note.
    pub note: String,
    /// How often it was sent.
    pub times: usize,
    /// How many of those invitations were accepted.
    pub accepted: usize,
}

/// Summarises `owner`'s exports.
pub fn report(views: &Views, owner: MemberId, filter: &InvitationFilter) -> ExportReport {
    let exports: Vec<Export> =
        views.exports.exports().iter().filter(|export| export.owner == owner).copied().collect();
    let newest: BTreeMap<Network, &Export> = exports.iter().map(|export| (export.network, export)).collect();
    let shown: Vec<&ShownPerson> = views.exports.invitations(owner).collect();
    let mut all: Vec<(InvitationLine, &ShownPerson)> = Vec::with_capacity(shown.len());
    for shown in shown {
        if let Some(newest) = newest.get(&shown.network) {
            all.push((line(views, shown, newest), shown));
        }
    }
    let lines_len_all = all.len();
    let own = views.members.get(owner).and_then(|member| member.name.as_deref()).unwrap_or_default();
    let notes = repeated(&all, own);
    let links: Vec<(MemberId, &Link)> = views.exports.links(owner).collect();
    let added = added(&exports, &all, &links);
    let sent = all.iter().filter(|(line, _)| line.direction == Direction::Outgoing);
    let sent: Vec<Timestamp> = sent.filter_map(|(line, _)| line.sent.map(|sent| sent.at)).collect();
    let tier = views.members.get(owner).map(|member| member.tier);
    let rates = rates(sent, views.policy().map(|(_, policy)| policy).zip(tier));
    let mut lines: Vec<InvitationLine> = all.into_iter().map(|(line, _)| line).collect();
    lines.retain(|line| newest.get(&line.network).is_some_and(|newest| filter.passes(line, newest)));
    lines.sort_by(|one, other| {
        let at = |line: &InvitationLine| line.sent.map_or(line.standing.since, |sent| sent.at);
        at(other).cmp(&at(one)).then_with(|| one.with.cmp(&other.with)).then(one.request.cmp(&other.request))
    });
    let over = links.iter().filter_map(|(other, link)| Some((views.members.handle(*other), link.ended?.0)));
    let mut over: Vec<(String, Timestamp)> = over.collect();
    over.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let changed =
        views.exports.changed().iter().filter(|changed| changed.owner == owner && changed.member != owner);
    ExportReport {
        lines,
        lines_len_all,
        added,
        connections: links.iter().filter(|(_, link)| link.ended.is_none()).count(),
        over,
        changed: changed.map(|changed| views.members.handle(changed.member)).collect(),
        blocks: views.exports.blocks(owner).count(),
        notes,
        rates,
        exports,
    }
}

fn line(views: &Views, shown: &ShownPerson, newest: &Export) -> InvitationLine {
    let invitation = &shown.invitation;
    let other = invitation.other();
    let profile = views.members.get(other).map(|member| &member.profile);
    let url = match profile {
        Some(Personal::Held(profile)) => profile.url.as_ref().map(ToString::to_string),
        Some(Personal::Erased) | None => None,
    };
    InvitationLine {
        request: invitation.request_ref.request,
        network: shown.network,
        direction: if invitation.is_outgoing() { Direction::Outgoing } else { Direction::Incoming },
        with: views.members.handle(other),
        url,
        sent: invitation.sent,
        accepted: invitation.accepted(),
        standing: standing(invitation, newest),
    }
}

fn added(
    exports: &[Export],
    all: &[(InvitationLine, &ShownPerson)],
    links: &[(MemberId, &Link)],
) -> Vec<Added> {
    let is_later = |export: &&Export| {
        exports.iter().any(|other| other.network == export.network && other.number < export.number)
    };
    let of = |export: &Export| Added {
        export: export.number,
        invitations: all.iter().filter(|(line, _)| line.is_of(export.number)).count(),
        connections: links.iter().filter(|(_, link)| link.export == export.number).count(),
    };
    exports.iter().filter(is_later).map(of).collect()
}

impl InvitationLine {
    fn is_of(&self, export: u32) -> bool {
        self.sent.is_some_and(|sent| sent.seen.export == export)
    }
}

/// The notes that the owner sent more than once, grouped by what they say.
fn repeated(all: &[(InvitationLine, &ShownPerson)], own_name: &str) -> Vec<RepeatedNote> {
    let sent = all.iter().filter(|(line, _)| line.direction == Direction::Outgoing);
    let noted: Vec<(&InvitationLine, &String)> =
        sent.filter_map(|(line, shown)| Some((line, shown.note.as_ref()?))).collect();
    let texts = noted.iter().map(|(line, note)| words(note, &[own_name, &line.with])).collect::<Vec<_>>();
    let mut notes: BTreeMap<usize, RepeatedNote> = BTreeMap::new();
    for ((line, note), group) in noted.iter().zip(alike(&texts)) {
        if texts[group].is_empty() {
            continue;
        }
        let first = || RepeatedNote { note: (*note).clone(), times: 0, accepted: 0 };
        let known = notes.entry(group).or_insert_with(first);
        known.times += 1;
        known.accepted += usize::from(line.accepted.is_some());
    }
    let mut notes: Vec<RepeatedNote> = notes.into_values().filter(|note| note.times > 1).collect();
    notes.sort_by(|one, other| other.times.cmp(&one.times).then_with(|| one.note.cmp(&other.note)));
    notes
}

impl InvitationFilter {
    fn passes(&self, line: &InvitationLine, newest: &Export) -> bool {
        let age = line.sent.map(|sent| newest.as_of.since(sent.at));
        (!self.open || line.standing.whereabouts == Whereabouts::Unanswered)
            && (!self.vanished || has_vanished(line.standing.whereabouts))
            && self.older_than.is_none_or(|least| age.is_some_and(|age| age >= least))
            && self.direction.is_none_or(|direction| direction == line.direction)
            && self.network.is_none_or(|network| network == line.network)
    }
}

/// Whether an older export contains the invitation and a newer one does not.
const fn has_vanished(whereabouts: Whereabouts) -> bool {
    match whereabouts {
        Whereabouts::AgedOut | Whereabouts::Disconnected | Whereabouts::Expired | Whereabouts::Vanished => {
            true
        }
        Whereabouts::Connected
        | Whereabouts::ConnectedBefore
        | Whereabouts::Unanswered
        | Whereabouts::ListAbsent
        | Whereabouts::Namesakes
        | Whereabouts::Declined => false,
    }
}

impl ExportReport {
    /// The number of lines with this state and direction.
    pub fn count(&self, whereabouts: Whereabouts, direction: Direction) -> usize {
        let fits =
            |line: &&InvitationLine| line.standing.whereabouts == whereabouts && line.direction == direction;
        self.lines.iter().filter(fits).count()
    }

    /// How many of the waiting invitations will still be accepted, by their chances: the low and the high estimate. `None` if
    /// no line has a chance.
    pub fn still_to_come(&self) -> Option<(u64, u64)> {
        let chances: Vec<_> = self.lines.iter().filter_map(|line| line.standing.chance).collect();
        let sum = |of: fn(&acquaint_audit::Chance) -> u32| {
            (chances.iter().map(|chance| u64::from(of(chance))).sum::<u64>() + 50) / 100
        };
        (!chances.is_empty()).then(|| (sum(|chance| chance.low), sum(|chance| chance.high)))
    }
}
