//! Resolves names and profile URLs to people of this export and of earlier ones.

use std::collections::{BTreeMap, HashMap, HashSet};

use acquaint_domain::export::{Network, Person};
use acquaint_domain::{MemberId, ProfileUrl, Timestamp, folded};
use acquaint_projection_members::Member;

use super::{ExportRecords, ExportRow};
use crate::state::views::Views;

/// How many people of one name are searched for one who has changed the URL.
const NAMESAKES_MAX: usize = 50;

/// People of one network, as one owner's exports name them.
pub(super) struct ExportPeople<'a> {
    views: &'a Views,
    network: Network,
    /// People whom this export adds; the first gets the next member id.
    pub(super) new: Vec<Person>,
    /// People whose name or URL has changed.
    pub(super) changed: BTreeMap<MemberId, Person>,
    by_url: HashMap<&'a ProfileUrl, MemberId>,
    /// New people, by folded name.
    by_name: HashMap<String, Vec<MemberId>>,
    /// How many different URLs this export gives for a folded name.
    urls_of: HashMap<String, u32>,
    /// The URLs that this export gives.
    urls: HashSet<&'a ProfileUrl>,
    /// URL and time of each row of this export, to find people who have changed the URL.
    times: HashSet<(&'a ProfileUrl, Timestamp)>,
    /// The times of a person's rows in earlier exports.
    times_before: HashMap<MemberId, Vec<Timestamp>>,
    /// The person whom a folded name alone means.
    by_name_alone: HashMap<String, MemberId>,
}

impl<'a> ExportPeople<'a> {
    pub(super) fn of(views: &'a Views, owner: MemberId, records: &'a ExportRecords) -> Self {
        let mut people = Self {
            views,
            network: records.network,
            new: Vec::new(),
            changed: BTreeMap::new(),
            by_url: HashMap::new(),
            by_name: HashMap::new(),
            urls_of: HashMap::new(),
            urls: HashSet::new(),
            times: HashSet::new(),
            times_before: times_before(views, owner),
            by_name_alone: HashMap::new(),
        };
        let rows = || {
            let invitations = records.invitations.iter().map(|invitation| &invitation.row);
            invitations.chain(&records.connections)
        };
        for row in rows().filter(|row| row.person.url.is_some()) {
            if row.person.url.as_ref().is_some_and(|url| people.urls.insert(url)) {
                *people.urls_of.entry(folded(&row.person.name)).or_default() += 1;
            }
        }
        if !people.times_before.is_empty() {
            people.times = rows().filter_map(|row| Some((row.person.url.as_ref()?, row.at))).collect();
        }
        // Rows with a URL first: a row without one may mean the same person.
        rows().filter(|row| row.person.url.is_some()).for_each(|row| {
            people.find(row);
        });
        people
    }

    /// The person whom a row means.
    pub(super) fn find(&mut self, row: &'a ExportRow) -> MemberId {
        match &row.person.url {
            Some(url) => self.by_url(url, &row.person),
            None => self.by_name(&row.person),
        }
    }

    /// Whether nobody else has this folded name, in this export or in earlier ones.
    pub(super) fn is_only(&self, member: MemberId, name: &str) -> bool {
        let known = self.known(name).map(|member| member.id);
        let new = self.by_name.get(name).into_iter().flatten().copied();
        known.chain(new).all(|other| other == member)
    }

    fn by_url(&mut self, url: &'a ProfileUrl, person: &Person) -> MemberId {
        if let Some(known) = self.by_url.get(url) {
            return *known;
        }
        let found = match self.views.members.by_url(url) {
            Some(member) => {
                if member.network.is_some() && member.name.as_ref() != Some(&person.name) {
                    self.changed.insert(member.id, person.clone());
                }
                member.id
            }
            None => match self.same_person(url, person) {
                Some(member) => {
                    self.changed.insert(member, person.clone());
                    member
                }
                None => self.add(person),
            },
        };
        self.by_url.insert(url, found);
        found
    }

    /// The person of earlier exports who has this URL now: the only person of the name, if earlier exports show no URL; or the
    /// only one with a row of the same time whose earlier URL, if any, is no longer in this export.
    fn same_person(&self, url: &ProfileUrl, person: &Person) -> Option<MemberId> {
        if self.times_before.is_empty() {
            return None;
        }
        let name = folded(&person.name);
        let known: Vec<&Member> = self.known(&name).take(NAMESAKES_MAX).collect();
        let url_of = |member: &Member| member.profile.held().and_then(|profile| profile.url.clone());
        if let ([one], Some(1)) = (&known[..], self.urls_of.get(&name))
            && url_of(one).is_none()
        {
            return Some(one.id);
        }
        let is_free = |member: &&&Member| {
            let is_gone = url_of(member).is_none_or(|url| !self.urls.contains(&url));
            is_gone && !self.changed.contains_key(&member.id)
        };
        let has_row_of_its_time = |member: &&&Member| {
            let times = self.times_before.get(&member.id).into_iter().flatten();
            times.copied().any(|at| self.times.contains(&(url, at)))
        };
        let mut candidates = known.iter().filter(is_free).filter(has_row_of_its_time);
        match (candidates.next(), candidates.next()) {
            (Some(one), None) => Some(one.id),
            (Some(_), Some(_)) | (None, _) => None,
        }
    }

    fn by_name(&mut self, person: &Person) -> MemberId {
        let name = folded(&person.name);
        if let Some(known) = self.by_name_alone.get(&name) {
            return *known;
        }
        let known = self.known(&name).map(|member| (member.id, has_url(member, &self.changed)));
        let new = self.by_name.get(&name).into_iter().flatten();
        let new = new.map(|id| (*id, self.new_person(*id).is_some_and(|person| person.url.is_some())));
        let all: Vec<(MemberId, bool)> = known.chain(new).collect();
        let without_url = all.iter().find(|(_, has_url)| !has_url);
        let meant = match (&all[..], without_url) {
            ([(one, _)], _) => *one,
            (_, Some((one, _))) => *one,
            (_, None) => self.add(person),
        };
        self.by_name_alone.insert(name, meant);
        meant
    }

    /// The people with this folded name in earlier exports from this network.
    fn known(&self, name: &str) -> impl Iterator<Item = &'a Member> {
        let (views, network) = (self.views, self.network);
        let ids = views.members.by_folded_name(name);
        ids.filter_map(move |id| views.members.get(id)).filter(move |member| member.network == Some(network))
    }

    pub(super) fn new_person(&self, id: MemberId) -> Option<&Person> {
        let index = id.0.checked_sub(self.views.members.next_id().0)?;
        self.new.get(index as usize)
    }

    fn add(&mut self, person: &Person) -> MemberId {
        let id = MemberId(self.views.members.next_id().0 + self.new.len() as u32);
        self.new.push(person.clone());
        self.by_name.entry(folded(&person.name)).or_default().push(id);
        id
    }
}

fn has_url(member: &Member, changed: &BTreeMap<MemberId, Person>) -> bool {
    let before = member.profile.held().is_some_and(|profile| profile.url.is_some());
    before || changed.get(&member.id).is_some_and(|person| person.url.is_some())
}

fn times_before(views: &Views, owner: MemberId) -> HashMap<MemberId, Vec<Timestamp>> {
    let mut times: HashMap<MemberId, Vec<Timestamp>> = HashMap::new();
    for (other, link) in views.exports.links(owner) {
        times.entry(other).or_default().extend(link.since.map(|since| since.at));
    }
    for shown in views.exports.invitations(owner) {
        let sent = shown.invitation.sent.map(|sent| sent.at);
        times.entry(shown.invitation.other()).or_default().extend(sent);
    }
    times
}
