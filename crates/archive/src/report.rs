//! What became of every invitation: the whole picture, from the views.

use std::collections::BTreeMap;

use acquaint_audit::{Standing, Whereabouts, standing};
use acquaint_domain::export::{Dated, Export, Join, Network};
use acquaint_domain::{MemberId, Personal, RequestId, Span, Timestamp};
use acquaint_engine::{Direction, Views};
use acquaint_projection_exports::{Link, Shown};

use crate::notes::{alike, words};
use crate::rates::{Rates, rates};

/// Which invitations are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those that wait for an answer.
    pub open: bool,
    /// Only those that an older export holds and a newer one does not.
    pub vanished: bool,
    /// Only those sent so long before the newest export, or longer.
    pub older_than: Option<Span>,
    /// Only those of one direction.
    pub direction: Option<Direction>,
    /// Only those of one network.
    pub network: Option<Network>,
}

/// What a member's exports come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The exports, oldest first.
    pub exports: Vec<Export>,
    /// Every invitation that the filter lets through, newest first.
    pub lines: Vec<Line>,
    /// How many invitations there are without the filter.
    pub lines_len_all: usize,
    /// How many connections the newest exports hold.
    pub connections: usize,
    /// What exports after the first of their network added.
    pub added: Vec<Added>,
    /// Connections that a newer export does not hold any more, by name, with the export's time.
    pub over: Vec<(String, Timestamp)>,
    /// People whom a newer export gives another name or profile.
    pub changed: Vec<String>,
    /// Whom the owner blocks.
    pub blocks: usize,
    /// Notes that went out more than once, the most frequent first.
    pub notes: Vec<RepeatedNote>,
    /// The owner's own send rate, for LinkedIn and Facebook together.
    pub rates: Rates,
}

/// One invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id, by which `why` answers.
    pub request: RequestId,
    /// Of which network.
    pub network: Network,
    /// Which way it went.
    pub direction: Direction,
    /// With whom, by name.
    pub with: String,
    /// Their profile.
    pub url: Option<String>,
    /// When it was sent.
    pub sent: Option<Dated>,
    /// When it was accepted, and by what that was found.
    pub accepted: Option<(Dated, Join)>,
    /// Where it stands.
    pub standing: Standing,
}

/// What an export added to the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its number.
    pub export: u32,
    /// How many invitations.
    pub invitations: usize,
    /// How many connections.
    pub connections: usize,
}

/// A note that went out more than once: the same text, or one that differs in a word or in the names of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedNote {
    /// As it was written the first time that it is met.
    pub note: String,
    /// How often.
    pub times: usize,
    /// How many of those were accepted.
    pub accepted: usize,
}

/// The picture of `owner`'s exports.
pub fn report(views: &Views, owner: MemberId, filter: &Filter) -> Report {
    let exports: Vec<Export> =
        views.exports.exports().iter().filter(|export| export.owner == owner).copied().collect();
    let newest: BTreeMap<Network, &Export> = exports.iter().map(|export| (export.network, export)).collect();
    let shown: Vec<&Shown> = views.exports.invitations(owner).collect();
    let mut all: Vec<(Line, &Shown)> = Vec::with_capacity(shown.len());
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
    let mut lines: Vec<Line> = all.into_iter().map(|(line, _)| line).collect();
    lines.retain(|line| newest.get(&line.network).is_some_and(|newest| filter.lets(line, newest)));
    lines.sort_by(|one, other| {
        let at = |line: &Line| line.sent.map_or(line.standing.since, |sent| sent.at);
        at(other).cmp(&at(one)).then_with(|| one.with.cmp(&other.with)).then(one.request.cmp(&other.request))
    });
    let over = links.iter().filter_map(|(other, link)| Some((views.members.handle(*other), link.ended?.0)));
    let mut over: Vec<(String, Timestamp)> = over.collect();
    over.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let changed =
        views.exports.changed().iter().filter(|changed| changed.owner == owner && changed.member != owner);
    Report {
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

fn line(views: &Views, shown: &Shown, newest: &Export) -> Line {
    let invitation = &shown.invitation;
    let other = invitation.other();
    let profile = views.members.get(other).map(|member| &member.profile);
    let url = match profile {
        Some(Personal::Held(profile)) => profile.url.as_ref().map(ToString::to_string),
        Some(Personal::Erased) | None => None,
    };
    Line {
        request: invitation.ask.request,
        network: shown.network,
        direction: if invitation.is_outgoing() { Direction::Outgoing } else { Direction::Incoming },
        with: views.members.handle(other),
        url,
        sent: invitation.sent,
        accepted: invitation.accepted(),
        standing: standing(invitation, newest),
    }
}

fn added(exports: &[Export], all: &[(Line, &Shown)], links: &[(MemberId, &Link)]) -> Vec<Added> {
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

impl Line {
    fn is_of(&self, export: u32) -> bool {
        self.sent.is_some_and(|sent| sent.seen.export == export)
    }
}

/// The notes of all that was sent, those that say the same together.
fn repeated(all: &[(Line, &Shown)], own_name: &str) -> Vec<RepeatedNote> {
    let sent = all.iter().filter(|(line, _)| line.direction == Direction::Outgoing);
    let noted: Vec<(&Line, &String)> =
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

impl Filter {
    fn lets(&self, line: &Line, newest: &Export) -> bool {
        let age = line.sent.map(|sent| newest.as_of.since(sent.at));
        (!self.open || line.standing.whereabouts == Whereabouts::Unanswered)
            && (!self.vanished || is_gone(line.standing.whereabouts))
            && self.older_than.is_none_or(|least| age.is_some_and(|age| age >= least))
            && self.direction.is_none_or(|direction| direction == line.direction)
            && self.network.is_none_or(|network| network == line.network)
    }
}

/// Whether an older export holds it, and a newer one does not.
const fn is_gone(whereabouts: Whereabouts) -> bool {
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

impl Report {
    /// How many lines of a direction came to that.
    pub fn count(&self, whereabouts: Whereabouts, direction: Direction) -> usize {
        let fits = |line: &&Line| line.standing.whereabouts == whereabouts && line.direction == direction;
        self.lines.iter().filter(fits).count()
    }

    /// How many of those that wait for others are still to be accepted, at least and at most, by their chances.
    pub fn still_to_come(&self) -> Option<(u64, u64)> {
        let chances: Vec<_> = self.lines.iter().filter_map(|line| line.standing.chance).collect();
        let sum = |of: fn(&acquaint_audit::Chance) -> u32| {
            (chances.iter().map(|chance| u64::from(of(chance))).sum::<u64>() + 50) / 100
        };
        (!chances.is_empty()).then(|| (sum(|chance| chance.low), sum(|chance| chance.high)))
    }
}
